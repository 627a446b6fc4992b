/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Users' rows, waited for. Main thread of a test.
 */

#include "interactions-sync.h"

#include "harness.h"
#include "store-sample.h"

/* Calls NAME_async() with the arguments and gives the result that it led to. */
#define WAIT(name, ...)                                                                            \
	({                                                                                         \
		GAsyncResult *stored = NULL;                                                       \
		name##_async(__VA_ARGS__, NULL, harness_store_result_cb, &stored);                 \
		harness_wait_result(&stored, #name);                                               \
	})

OffhookInteractionRecord
interactions_sample(const char *id, const char *user_id, gint64 at)
{
	return (OffhookInteractionRecord){
	    .id = (char *)id,
	    .user_id = (char *)user_id,
	    .input = (char *)"a table for two",
	    .created_us = STORE_SAMPLE_US + at,
	};
}

gboolean
interactions_sync_add(OffhookStore *store, const OffhookInteractionRecord *record,
		      const OffhookStoreUser *user, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_add_interaction, store, record, user);

	return offhook_store_add_interaction_finish(store, result, error);
}

GPtrArray *
interactions_sync_list(OffhookStore *store, const OffhookInteractionFilter *filter,
		       const OffhookStoreUser *user, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_interactions, store, filter, user);

	return offhook_store_list_interactions_finish(store, result, error);
}

GPtrArray *
interactions_sync_count(OffhookStore *store, const char *user_id, gint64 since_us,
			const OffhookStoreUser *user, GError **error)
{
	g_autoptr(GAsyncResult) result =
	    WAIT(offhook_store_count_interactions, store, user_id, since_us, user);

	return offhook_store_count_interactions_finish(store, result, error);
}

gboolean
interactions_sync_put(OffhookStore *store, const char *user_id, const char *preferences,
		      const char *knowledge, const OffhookStoreUser *user, GError **error)
{
	const OffhookPreferencesRecord record = {
	    .user_id = (char *)user_id,
	    .preferences = (char *)preferences,
	    .knowledge = (char *)knowledge,
	};
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_put_preferences, store, &record, user);

	return offhook_store_put_preferences_finish(store, result, error);
}

OffhookPreferencesRecord *
interactions_sync_get(OffhookStore *store, const char *user_id, const OffhookStoreUser *user,
		      GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_get_preferences, store, user_id, user);

	return offhook_store_get_preferences_finish(store, result, error);
}
