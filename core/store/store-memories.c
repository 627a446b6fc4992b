/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks what is written and asked of memories. Main thread.
 */

#include "store/store-memories.h"

#include <string.h>

#include "store/record/vector.h"
#include "store/sql/search-text.h"
#include "store/store-ask.h"

#define OFFHOOK_MEMORY_ID_DIGITS 32

char *
offhook_memory_record_make_id(const char *user_id, const char *kind, const char *key,
			      const char *text)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *words = key == NULL ? offhook_search_fold(text) : NULL;
	const char *const parts[] = {user_id, key != NULL ? "" : kind, key != NULL ? key : words};

	/* With their ends, so that no two of them run together. */
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		g_checksum_update(sum, (const guchar *)parts[i], (gssize)strlen(parts[i]) + 1);
	return g_strndup(g_checksum_get_string(sum), OFFHOOK_MEMORY_ID_DIGITS);
}

gboolean
offhook_store_put_memory(OffhookStore *self, const OffhookMemoryRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_MEMORY, record, error);
}

static OffhookStoreQuery *
offhook_store_new_memory_query(OffhookStoreQueryKind kind, const char *user_id,
			       const OffhookStoreUser *user)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = kind;
	query->user_id = g_strdup(user_id);
	query->user = offhook_store_user_copy(user);
	return query;
}

void
offhook_store_list_memories_async(OffhookStore *self, const char *user_id, const char *model,
				  const OffhookStoreUser *user, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query =
	    offhook_store_new_memory_query(OFFHOOK_STORE_LIST_MEMORIES, user_id, user);
	GError *bad = NULL;

	query->model = g_strdup(model);
	offhook_store_check_key("user_id", user_id, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_memories_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_compare_memories_async(OffhookStore *self, const char *user_id, const char *model,
				     const char *vector, const OffhookStoreUser *user,
				     GCancellable *cancellable, GAsyncReadyCallback callback,
				     gpointer user_data)
{
	OffhookStoreClass *klass = OFFHOOK_STORE_GET_CLASS(self);
	OffhookStoreQuery *query =
	    offhook_store_new_memory_query(OFFHOOK_STORE_COMPARE_MEMORIES, user_id, user);
	GError *bad = NULL;

	query->model = g_strdup(model);
	query->vector = g_strdup(vector);
	query->by_database = klass->compares_vectors != NULL && klass->compares_vectors(self);
	offhook_store_check_key("user_id", user_id, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

/* FALSE: they can't be compared */
static gboolean
offhook_store_measure_memory(const OffhookMemoryDistanceRecord *row, const GArray *wanted,
			     double *cosine)
{
	g_autoptr(GArray) vector =
	    row->vector != NULL ? offhook_vector_from_text(row->vector) : NULL;

	*cosine = vector != NULL ? offhook_vector_get_cosine(vector, wanted) : 1 - row->distance;
	return vector != NULL ? vector->len == wanted->len : row->distance >= 0;
}

GHashTable *
offhook_store_compare_memories_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	g_autoptr(GPtrArray) rows = offhook_store_list_finish(result, NULL, error);
	g_autoptr(GArray) wanted = NULL;
	GHashTable *cosines;

	if (rows == NULL)
		return NULL;
	wanted = offhook_vector_from_text(offhook_store_ask_get_query(result)->vector);
	cosines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; wanted != NULL && i < rows->len; i++) {
		OffhookMemoryDistanceRecord *row = g_ptr_array_index(rows, i);
		double cosine;

		if (offhook_store_measure_memory(row, wanted, &cosine))
			g_hash_table_insert(cosines, g_steal_pointer(&row->id),
					    g_memdup2(&cosine, sizeof cosine));
	}
	return cosines;
}

void
offhook_store_forget_memories_async(OffhookStore *self, const char *user_id, const char *id,
				    const OffhookStoreUser *user, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query =
	    offhook_store_new_memory_query(OFFHOOK_STORE_FORGET_MEMORIES, user_id, user);
	GError *bad = NULL;

	query->insist = TRUE;
	query->key = g_strdup(id);
	if (offhook_store_check_key("user_id", user_id, &bad) && id != NULL)
		offhook_store_check_key("id", id, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_forget_memories_finish(OffhookStore *self, GAsyncResult *result, guint *count,
				     GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	*count = answer != NULL ? (guint)answer->total : 0;
	return answer != NULL;
}

void
offhook_store_set_vector_async(OffhookStore *self, const OffhookMemoryRecord *record,
			       GCancellable *cancellable, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	OffhookStoreQuery *query =
	    offhook_store_new_memory_query(OFFHOOK_STORE_SET_VECTOR, record->user_id, NULL);
	GError *bad = NULL;

	query->record_type = &offhook_memory_record_type;
	query->record = offhook_record_type_copy(&offhook_memory_record_type, record);
	offhook_record_type_check(&offhook_memory_record_type, record, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

/* @written: (out) (optional): whether it was still there */
static gboolean
offhook_store_change_finish(GAsyncResult *result, gboolean *written, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	if (written != NULL)
		*written = answer != NULL && answer->total > 0;
	return answer != NULL;
}

gboolean
offhook_store_set_vector_finish(OffhookStore *self, GAsyncResult *result, gboolean *written,
				GError **error)
{
	return offhook_store_change_finish(result, written, error);
}

/* ---- an index beside the database ---- */

void
offhook_store_mark_memory_async(OffhookStore *self, const OffhookMemoryRecord *record,
				const char *collection, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query =
	    offhook_store_new_memory_query(OFFHOOK_STORE_MARK_MEMORY, record->user_id, NULL);
	GError *bad = NULL;

	query->record_type = &offhook_memory_record_type;
	query->record = offhook_record_type_copy(&offhook_memory_record_type, record);
	query->key = g_strdup(collection);
	offhook_store_check_key("collection", collection, &bad);
	offhook_store_ask(self, query, bad, cancellable, callback, user_data);
}

gboolean
offhook_store_mark_memory_finish(OffhookStore *self, GAsyncResult *result, gboolean *written,
				 GError **error)
{
	return offhook_store_change_finish(result, written, error);
}

void
offhook_store_list_memory_removals_async(OffhookStore *self, guint limit, GCancellable *cancellable,
					 GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_LIST_MEMORY_REMOVALS;
	query->limit = limit;
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_memory_removals_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_drop_memory_removals_async(OffhookStore *self, const char *collection, char **ids,
					 GCancellable *cancellable, GAsyncReadyCallback callback,
					 gpointer user_data)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = OFFHOOK_STORE_DROP_MEMORY_REMOVALS;
	query->key = g_strdup(collection);
	query->names = g_strdupv(ids);
	offhook_store_ask(self, query, NULL, cancellable, callback, user_data);
}

gboolean
offhook_store_drop_memory_removals_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_change_finish(result, NULL, error);
}
