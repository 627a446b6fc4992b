/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The embedder base class: checks what goes in and what comes out. Main thread.
 */

#include <offhook/embedder.h>

#include <math.h>
#include <offhook/error.h>
#include <string.h>

G_DEFINE_ABSTRACT_TYPE(OffhookEmbedder, offhook_embedder, G_TYPE_OBJECT)

const char *
offhook_embedder_get_model(OffhookEmbedder *self)
{
	g_return_val_if_fail(OFFHOOK_IS_EMBEDDER(self), NULL);

	return OFFHOOK_EMBEDDER_GET_CLASS(self)->get_model(self);
}

static gboolean
offhook_embedder_check_texts(const char *const *texts, GError **error)
{
	guint n = g_strv_length((char **)texts);

	if (n == 0 || n > OFFHOOK_EMBEDDER_MAX_TEXTS) {
		g_set_error(error, OFFHOOK_ERROR,
			    n == 0 ? OFFHOOK_ERROR_INVALID_ARGUMENT : OFFHOOK_ERROR_LIMIT,
			    "texts: %u, expected 1 to %d", n, OFFHOOK_EMBEDDER_MAX_TEXTS);
		return FALSE;
	}
	for (guint i = 0; i < n; i++) {
		gsize length = strlen(texts[i]);

		if (length > OFFHOOK_EMBEDDER_MAX_TEXT) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "texts: %" G_GSIZE_FORMAT " bytes, expected at most %d", length,
				    OFFHOOK_EMBEDDER_MAX_TEXT);
			return FALSE;
		}
		if (length == 0 || !g_utf8_validate(texts[i], (gssize)length, NULL)) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
				    "texts: one is %s, expected a text in UTF-8",
				    length == 0 ? "empty" : "not UTF-8");
			return FALSE;
		}
	}
	return TRUE;
}

void
offhook_embedder_embed_async(OffhookEmbedder *self, const char *const *texts,
			     GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer user_data)
{
	GError *error = NULL;

	g_return_if_fail(OFFHOOK_IS_EMBEDDER(self));

	if (offhook_embedder_check_texts(texts, &error))
		OFFHOOK_EMBEDDER_GET_CLASS(self)->embed_async(self, texts, cancellable, callback,
							      user_data);
	else
		g_task_report_error(self, callback, user_data, offhook_embedder_embed_async, error);
}

/* A vector without a direction is near nothing, and one that is not finite is none. */
static gboolean
offhook_embedder_is_good(const GArray *vector, guint dimensions)
{
	double square = 0;

	if (vector->len != dimensions)
		return FALSE;
	for (guint i = 0; i < vector->len; i++) {
		double value = g_array_index(vector, gfloat, i);

		square += value * value;
	}
	return isfinite(square) && square > 0;
}

GPtrArray *
offhook_embedder_embed_finish(OffhookEmbedder *self, GAsyncResult *result, GError **error)
{
	g_autoptr(GPtrArray) vectors = NULL;
	guint dimensions;

	/* A question that was refused. */
	if (g_async_result_is_tagged(result, offhook_embedder_embed_async))
		return g_task_propagate_pointer(G_TASK(result), error);
	vectors = OFFHOOK_EMBEDDER_GET_CLASS(self)->embed_finish(self, result, error);
	if (vectors == NULL)
		return NULL;
	dimensions = vectors->len > 0 ? ((GArray *)g_ptr_array_index(vectors, 0))->len : 0;
	for (guint i = 0; i < vectors->len; i++) {
		if (dimensions <= OFFHOOK_EMBEDDER_MAX_DIMENSIONS &&
		    offhook_embedder_is_good(g_ptr_array_index(vectors, i), dimensions))
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "vectors: the %u. is none, expected at most %d numbers, as many as of "
			    "the others, and not all of them 0",
			    i + 1, OFFHOOK_EMBEDDER_MAX_DIMENSIONS);
		return NULL;
	}
	return g_steal_pointer(&vectors);
}

void
offhook_embedder_get_receipt(OffhookEmbedder *self, GAsyncResult *result,
			     OffhookEmbedReceipt *receipt)
{
	OffhookEmbedderClass *klass = OFFHOOK_EMBEDDER_GET_CLASS(self);

	*receipt = (OffhookEmbedReceipt){.model = klass->get_model(self), .input_tokens = -1};
	if (klass->get_receipt != NULL)
		klass->get_receipt(self, result, receipt);
}

static void
offhook_embedder_init(OffhookEmbedder *self)
{
}

static void
offhook_embedder_class_init(OffhookEmbedderClass *klass)
{
}
