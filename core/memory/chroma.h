/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What memories mean, kept in a collection of Chroma instead of the store: their vectors and texts, found by
 * nearness there. The store stays the one that knows what there is: it marks what Chroma may have before
 * Chroma has it, and remembers what is to be deleted there until that is done (store-memories.h), so that
 * nothing that was forgotten stays behind in an outage or a crash. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "store/store-memories.h"

G_BEGIN_DECLS

typedef struct {
	const char *url; /* of the server, without /api/v2 */
	const char *tenant;
	const char *database;
	const char *collection;
	const char *token; /* (nullable): sent as x-chroma-token */
	guint timeout_ms;  /* of one request */
} OffhookChromaSettings;

#define OFFHOOK_TYPE_CHROMA (offhook_chroma_get_type())
G_DECLARE_FINAL_TYPE(OffhookChroma, offhook_chroma, OFFHOOK, CHROMA, GObject)

/**
 * For the memories of @store, where offhook_chroma_find() finds it until close(). @settings: copied
 *
 * Signals: lost (const GError *): memories are found by their words from now on; restored ().
 */
OffhookChroma *offhook_chroma_new(OffhookStore *store, const OffhookChromaSettings *settings);
/** Nothing is asked any more; what is still to be deleted is so after the next start. */
void offhook_chroma_close(OffhookChroma *self);

/** (transfer none) (nullable): there is none */
OffhookChroma *offhook_chroma_find(OffhookStore *store);

/**
 * What a memory's model is called in the store whose vector by @model is here: other collections have other
 * vectors. (transfer full)
 */
char *offhook_chroma_name_model(OffhookChroma *self, const char *model);

/**
 * Keeps a memory's vector, if the memory is still there by then. Behind what was to be done before; what
 * can't be is tried again when somebody looks for it.
 * @record: copied; with a vector and its model
 */
void offhook_chroma_put(OffhookChroma *self, const OffhookMemoryRecord *record);

/** Something was forgotten: it is deleted here as well, as soon as that can be. */
void offhook_chroma_tidy(OffhookChroma *self);

/** As offhook_store_compare_memories_async(), which has no say in it. */
void offhook_chroma_compare_async(OffhookChroma *self, const char *user_id, const char *model,
				  const GArray *vector, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data);
GHashTable *offhook_chroma_compare_finish(OffhookChroma *self, GAsyncResult *result,
					  GError **error);

/**
 * Reads what a query was answered with. (transfer full) (nullable) (element-type utf8 gdouble):
 * %OFFHOOK_ERROR_FORMAT
 */
GHashTable *offhook_chroma_read_cosines(JsonObject *answer, GError **error);

/** Counts its failures. @self: outlives @metrics */
void offhook_chroma_add_metrics(OffhookChroma *self, OffhookMetrics *metrics);

G_END_DECLS
