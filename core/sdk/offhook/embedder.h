/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What texts mean, as vectors: those of texts that mean much the same are near one another. A session
 * of an engine with %OFFHOOK_ENGINE_EMBED. Main thread only.
 */
#pragma once

#include <offhook/types.h>

G_BEGIN_DECLS

/** The most that is asked at once, and of an answer. */
#define OFFHOOK_EMBEDDER_MAX_TEXTS      64
#define OFFHOOK_EMBEDDER_MAX_TEXT       8000 /* bytes of each */
#define OFFHOOK_EMBEDDER_MAX_DIMENSIONS 4096

/** What a session is opened with. Borrowed for the duration of the call. */
typedef struct {
	const char *model; /* (nullable): the engine's name of a model */
	/* Keys "<engine>.<key>" of the assistant's section; each engine's page lists its. */
	GHashTable *options; /* (nullable): key -> value */
} OffhookEmbedOptions;

/** How an answer came about. */
typedef struct {
	const char *
	    model; /* what made the vectors, see offhook_embedder_get_model(); as long as the result */
	gint64 input_tokens; /* that the service counted; negative: it does not tell */
} OffhookEmbedReceipt;

#define OFFHOOK_TYPE_EMBEDDER (offhook_embedder_get_type())
G_DECLARE_DERIVABLE_TYPE(OffhookEmbedder, offhook_embedder, OFFHOOK, EMBEDDER, GObject)

struct _OffhookEmbedderClass {
	GObjectClass parent_class;

	/*
	 * @texts: %NULL-terminated; checked. Must not call back before it returns. Any number under
	 * way at a time.
	 */
	void (*embed_async)(OffhookEmbedder *self, const char *const *texts,
			    GCancellable *cancellable, GAsyncReadyCallback callback,
			    gpointer user_data);
	/* (transfer full) (element-type GArray of gfloat): in the order of the texts */
	GPtrArray *(*embed_finish)(OffhookEmbedder *self, GAsyncResult *result, GError **error);
	/* (transfer none): see offhook_embedder_get_model() */
	const char *(*get_model)(OffhookEmbedder *self);
	/*
	 * (nullable): of a question that was answered. @receipt holds get_model() and that tokens are not
	 * known.
	 */
	void (*get_receipt)(OffhookEmbedder *self, GAsyncResult *result,
			    OffhookEmbedReceipt *receipt);

	gpointer spare[7];
};

/**
 * offhook_embedder_get_model:
 *
 * What made the vectors: only those with the same name can be compared. It is of the model, its
 * dimensions and whatever else changes them. (transfer none)
 */
const char *offhook_embedder_get_model(OffhookEmbedder *self);

/**
 * offhook_embedder_embed_async:
 * @texts: %NULL-terminated: 1 to OFFHOOK_EMBEDDER_MAX_TEXTS, UTF-8, none of them empty
 */
void offhook_embedder_embed_async(OffhookEmbedder *self, const char *const *texts,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data);
/**
 * (transfer full) (element-type GArray) (nullable): for each text its vector, a GArray of gfloat, all
 * of one length, finite, and none of them zero. Errors as those of a completer; texts that can't be
 * are %OFFHOOK_ERROR_INVALID_ARGUMENT or %OFFHOOK_ERROR_LIMIT
 */
GPtrArray *offhook_embedder_embed_finish(OffhookEmbedder *self, GAsyncResult *result,
					 GError **error);
/**
 * offhook_embedder_get_receipt:
 * @result: of a question that embed_finish() gave vectors for
 * @receipt: (out)
 */
void offhook_embedder_get_receipt(OffhookEmbedder *self, GAsyncResult *result,
				  OffhookEmbedReceipt *receipt);

G_END_DECLS
