/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the answer of a server of embeddings: a vector for each of two texts, or an error.
 */

#include "openai-embedder.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = size > 0 ? g_strndup((const char *)data, size) : g_strdup("");
	g_autoptr(GError) error = NULL;
	gint64 tokens = -1;
	g_autoptr(GPtrArray) vectors =
	    offhook_openai_embedder_read(text, strlen(text), 2, &tokens, &error);

	g_assert_true((vectors == NULL) == (error != NULL));
	for (guint i = 0; vectors != NULL && i < vectors->len; i++)
		g_assert_cmpuint(((GArray *)g_ptr_array_index(vectors, i))->len, >, 0);
	return 0;
}
