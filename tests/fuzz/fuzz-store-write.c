/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any text as the JSON of a write, which in the journal a checksum stands before: it is refused, or can be
 * written.
 */

#include "store/journal/store-codec.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookStoreWrite) write =
	    offhook_store_codec_decode((const char *)data, size, &error);
	g_autoptr(OffhookStoreWrite) again = NULL;
	g_autofree char *text = NULL;
	g_autofree char *twice = NULL;

	g_assert_true((write == NULL) == (error != NULL));
	if (write == NULL)
		return 0;
	g_assert_true(offhook_store_write_check(write->kind, write->record, NULL));
	text = offhook_store_codec_encode(write);
	again = offhook_store_codec_decode(text, strlen(text), &error);
	g_assert_no_error(error);
	twice = offhook_store_codec_encode(again);
	g_assert_cmpstr(text, ==, twice);
	return 0;
}
