/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the store keeps of what agents remember of users. Memories are written as calls are, in order and
 * lost in no outage; what is asked of them is asked on behalf of a user (nullable), as in
 * store-interactions.h. Main thread; see store.h.
 */
#pragma once

#include "store/store-interactions.h"

G_BEGIN_DECLS

/**
 * A memory's id follows from what it takes the place of: what the user had under @key, or else the same
 * text of the same kind. @key: (nullable). (transfer full)
 */
char *offhook_memory_record_make_id(const char *user_id, const char *kind, const char *key,
				    const char *text);

/** Writes a memory, without a vector if it has none; see offhook_store_put_call(). */
gboolean offhook_store_put_memory(OffhookStore *self, const OffhookMemoryRecord *record,
				  GError **error);

/**
 * offhook_store_list_memories_async:
 * @model: (nullable): of the rows that have a vector by it, with that
 */
void offhook_store_list_memories_async(OffhookStore *self, const char *user_id, const char *model,
				       const OffhookStoreUser *user, GCancellable *cancellable,
				       GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (element-type OffhookMemoryRecord) (transfer full): newest first */
GPtrArray *offhook_store_list_memories_finish(OffhookStore *self, GAsyncResult *result,
					      GError **error);

/**
 * offhook_store_compare_memories_async:
 * @vector: what is looked for, as offhook_vector_to_text() writes it, by @model
 *
 * How far the user's memories with a vector by @model are from that, by the database where it can.
 */
void offhook_store_compare_memories_async(OffhookStore *self, const char *user_id,
					  const char *model, const char *vector,
					  const OffhookStoreUser *user, GCancellable *cancellable,
					  GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (transfer full) (element-type utf8 gdouble): id -> the cosine, of those that can be compared */
GHashTable *offhook_store_compare_memories_finish(OffhookStore *self, GAsyncResult *result,
						  GError **error);

/**
 * offhook_store_forget_memories_async:
 * @id: (nullable): one of them; %NULL for all
 *
 * Once everything posted before is committed, so that nothing of it comes after; fails with
 * %OFFHOOK_ERROR_UNAVAILABLE when that can't be.
 */
void offhook_store_forget_memories_async(OffhookStore *self, const char *user_id, const char *id,
					 const OffhookStoreUser *user, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data);
/** @count: (out): how many are gone */
gboolean offhook_store_forget_memories_finish(OffhookStore *self, GAsyncResult *result,
					      guint *count, GError **error);

/**
 * offhook_store_set_vector_async:
 * @record: copied: the memory @record was, with a vector and its model
 *
 * Only if it is still there, with the same text: what was forgotten does not come back.
 */
void offhook_store_set_vector_async(OffhookStore *self, const OffhookMemoryRecord *record,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data);
/** @written: (out) (optional): whether it was */
gboolean offhook_store_set_vector_finish(OffhookStore *self, GAsyncResult *result,
					 gboolean *written, GError **error);

/**
 * offhook_store_mark_memory_async:
 * @collection: of an index beside the database, which is about to get it
 *
 * Only if it is still there, with the same text. From then on, whatever takes it away, it is among the
 * removals until somebody has deleted it there.
 */
void offhook_store_mark_memory_async(OffhookStore *self, const OffhookMemoryRecord *record,
				     const char *collection, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_store_mark_memory_finish(OffhookStore *self, GAsyncResult *result,
					  gboolean *written, GError **error);

/** What is to be deleted in collections. */
void offhook_store_list_memory_removals_async(OffhookStore *self, guint limit,
					      GCancellable *cancellable,
					      GAsyncReadyCallback callback, gpointer user_data);
/** Returns: (element-type OffhookMemoryRemovalRecord) (transfer full) */
GPtrArray *offhook_store_list_memory_removals_finish(OffhookStore *self, GAsyncResult *result,
						     GError **error);
/** That is done. @ids: up to 100 */
void offhook_store_drop_memory_removals_async(OffhookStore *self, const char *collection,
					      char **ids, GCancellable *cancellable,
					      GAsyncReadyCallback callback, gpointer user_data);
gboolean offhook_store_drop_memory_removals_finish(OffhookStore *self, GAsyncResult *result,
						   GError **error);

G_END_DECLS
