/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Main thread of a test. */

#include "thesaurus.h"

#include <offhook/error.h>
#include <string.h>

G_DEFINE_FINAL_TYPE(Thesaurus, thesaurus, OFFHOOK_TYPE_EMBEDDER)

static const char *const meanings[][3] = {{"wine", "burgundy", "claret"},
					  {"dog", "poodle", "puppy"}};

static GArray *
make_vector(const char *text)
{
	GArray *vector = g_array_new(FALSE, FALSE, sizeof(gfloat));

	for (guint i = 0; i < G_N_ELEMENTS(meanings); i++) {
		gfloat value = 0;

		for (guint w = 0; w < G_N_ELEMENTS(meanings[i]); w++)
			if (strstr(text, meanings[i][w]) != NULL)
				value = 1;
		g_array_append_val(vector, value);
	}
	g_array_append_vals(vector, (const gfloat[]){0.1f}, 1);
	return vector;
}

static gboolean
answer_cb(gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	Thesaurus *self = g_task_get_source_object(task);
	char **texts = g_task_get_task_data(task);
	g_autoptr(GPtrArray) vectors =
	    g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

	self->n_open--;
	for (guint i = 0; texts[i] != NULL; i++)
		g_ptr_array_add(vectors, make_vector(texts[i]));
	if (self->broken)
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "broken");
	else
		g_task_return_pointer(task, g_steal_pointer(&vectors),
				      (GDestroyNotify)g_ptr_array_unref);
	return G_SOURCE_REMOVE;
}

static void
thesaurus_embed_async(OffhookEmbedder *embedder, const char *const *texts,
		      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	Thesaurus *self = TEST_THESAURUS(embedder);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	self->n_open++;
	self->n_texts += g_strv_length((char **)texts);
	g_task_set_task_data(task, g_strdupv((char **)texts), (GDestroyNotify)g_strfreev);
	g_timeout_add(self->delay_ms, answer_cb, task);
}

static GPtrArray *
thesaurus_embed_finish(OffhookEmbedder *embedder, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static const char *
thesaurus_get_model(OffhookEmbedder *embedder)
{
	return "thesaurus";
}

Thesaurus *
thesaurus_new(void)
{
	return g_object_new(TYPE_THESAURUS, NULL);
}

static void
thesaurus_init(Thesaurus *self)
{
}

static void
thesaurus_class_init(ThesaurusClass *klass)
{
	OffhookEmbedderClass *embedder_class = OFFHOOK_EMBEDDER_CLASS(klass);

	embedder_class->embed_async = thesaurus_embed_async;
	embedder_class->embed_finish = thesaurus_embed_finish;
	embedder_class->get_model = thesaurus_get_model;
}
