/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is written and asked of users goes to the backend as queries, which are answered, and not
 * through the queue of writes. Main thread.
 */

#include "store/store-interactions.h"

#include <string.h>

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "store/store-cache.h"

static OffhookStoreQuery *
offhook_store_new_query(OffhookStoreQueryKind kind, const OffhookStoreUser *user)
{
	OffhookStoreQuery *query = g_new0(OffhookStoreQuery, 1);

	query->kind = kind;
	query->user = offhook_store_user_copy(user);
	query->now_us = offhook_timestamp_now();
	return query;
}

static gboolean
offhook_store_check_own(const OffhookStoreUser *user, const char *user_id, GError **error)
{
	if (user == NULL || g_str_equal(user->subject, user_id))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "user_id: another user's, expected the token's own");
	return FALSE;
}

/* Whoever is written down can be asked for and erased: by an id that is one part of a path. */
static gboolean
offhook_store_check_user_id(const char *user_id, GError **error)
{
	if (strchr(user_id, '/') == NULL && !g_str_equal(user_id, ".") &&
	    !g_str_equal(user_id, ".."))
		return TRUE;
	return offhook_json_refuse(error, "user_id", user_id,
				   "an id without \"/\" that is neither \".\" nor \"..\"");
}

/* @user_id: that of @record */
static void
offhook_store_write_for(OffhookStore *self, OffhookStoreQueryKind kind,
			const OffhookRecordType *type, gconstpointer record, const char *user_id,
			const OffhookStoreUser *user, GCancellable *cancellable,
			GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = offhook_store_new_query(kind, user);
	GError *bad = NULL;

	query->record_type = type;
	query->record = offhook_record_type_copy(type, record);
	query->key = g_strdup(user_id);
	if (offhook_record_type_check(type, record, &bad) &&
	    offhook_store_check_user_id(user_id, &bad))
		offhook_store_check_own(user, user_id, &bad);
	offhook_store_ask_cache(self, query, bad, cancellable, callback, user_data);
}

static gboolean
offhook_store_write_finish(GAsyncResult *result, GError **error)
{
	g_autoptr(OffhookStoreResult) answer = offhook_store_ask_finish(result, error);

	return answer != NULL;
}

void
offhook_store_add_interaction_async(OffhookStore *self, const OffhookInteractionRecord *record,
				    const OffhookStoreUser *user, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_write_for(self, OFFHOOK_STORE_ADD_INTERACTION,
				&offhook_interaction_record_type, record, record->user_id, user,
				cancellable, callback, user_data);
}

gboolean
offhook_store_add_interaction_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_write_finish(result, error);
}

void
offhook_store_list_interactions_async(OffhookStore *self, const OffhookInteractionFilter *filter,
				      const OffhookStoreUser *user, GCancellable *cancellable,
				      GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = offhook_store_new_query(OFFHOOK_STORE_LIST_INTERACTIONS, user);
	GError *bad = NULL;

	query->user_id = g_strdup(filter->user_id);
	query->session_id = g_strdup(filter->session_id);
	query->limit = filter->limit;
	if (offhook_store_check_page(filter->limit, 0, &bad) &&
	    (filter->user_id == NULL ||
	     offhook_store_check_key("user_id", filter->user_id, &bad)) &&
	    filter->session_id != NULL)
		offhook_store_check_key("session_id", filter->session_id, &bad);
	offhook_store_ask_cache(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_list_interactions_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_count_interactions_async(OffhookStore *self, const char *user_id, gint64 since_us,
				       const OffhookStoreUser *user, GCancellable *cancellable,
				       GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = offhook_store_new_query(OFFHOOK_STORE_COUNT_INTERACTIONS, user);
	GError *bad = NULL;

	query->user_id = g_strdup(user_id);
	query->since_us = since_us;
	if (user_id != NULL)
		offhook_store_check_key("user_id", user_id, &bad);
	offhook_store_ask_cache(self, query, bad, cancellable, callback, user_data);
}

GPtrArray *
offhook_store_count_interactions_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_list_finish(result, NULL, error);
}

void
offhook_store_put_preferences_async(OffhookStore *self, const OffhookPreferencesRecord *record,
				    const OffhookStoreUser *user, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	offhook_store_write_for(self, OFFHOOK_STORE_PUT_PREFERENCES,
				&offhook_preferences_record_type, record, record->user_id, user,
				cancellable, callback, user_data);
}

gboolean
offhook_store_put_preferences_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_write_finish(result, error);
}

void
offhook_store_get_preferences_async(OffhookStore *self, const char *user_id,
				    const OffhookStoreUser *user, GCancellable *cancellable,
				    GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreQuery *query = offhook_store_new_query(OFFHOOK_STORE_GET_PREFERENCES, user);
	GError *bad = NULL;

	query->key = g_strdup(user_id);
	offhook_store_check_key("user_id", user_id, &bad);
	offhook_store_ask_cache(self, query, bad, cancellable, callback, user_data);
}

OffhookPreferencesRecord *
offhook_store_get_preferences_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return offhook_store_get_finish(result, error);
}
