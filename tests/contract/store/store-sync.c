/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's asynchronous functions, waited for. Main thread of a test.
 */

#include "store-sync.h"

#include "harness.h"

#include "base/timestamp.h"

/* Calls NAME_async() with the arguments and gives the result that it led to. */
#define WAIT(name, ...)                                                                            \
	({                                                                                         \
		GAsyncResult *stored = NULL;                                                       \
		name##_async(__VA_ARGS__, NULL, harness_store_result_cb, &stored);                 \
		harness_wait_result(&stored, #name);                                               \
	})

/* Migrations that a store has said are getting on. */
static guint moves;

static void
note_migration_cb(const OffhookStoreMigration *migration, gpointer user_data)
{
	g_autofree char *text = offhook_store_migration_describe(migration);

	g_test_message("%s", text);
	moves += migration->moves;
}

typedef struct {
	GAsyncResult *result;
	guint moves; /* that were known before */
} Opening;

static gboolean
has_news(gpointer data)
{
	const Opening *opening = data;

	return opening->result != NULL || moves > opening->moves;
}

/* A migration of very many calls takes as long as it takes. */
OffhookStore *
offhook_store_sync_open(const char *url, const OffhookStoreOptions *options, GError **error)
{
	OffhookStoreOptions told = options != NULL ? *options : (OffhookStoreOptions){0};
	g_autoptr(GAsyncResult) result = NULL;
	Opening opening = {NULL};

	if (told.migration == NULL)
		told.migration = note_migration_cb;
	offhook_store_open_async(url, &told, NULL, harness_store_result_cb, &opening.result);
	do {
		opening.moves = moves;
		harness_wait_until(has_news, &opening, "the store");
	} while (opening.result == NULL);
	result = opening.result;
	return offhook_store_open_finish(result, error);
}

gboolean
offhook_store_sync_try_flush(OffhookStore *store, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_flush, store);

	return offhook_store_flush_finish(store, result, error);
}

void
offhook_store_sync_flush(OffhookStore *store)
{
	g_autoptr(GError) error = NULL;

	offhook_store_sync_try_flush(store, &error);
	g_assert_no_error(error);
}

void
offhook_store_sync_close(OffhookStore *store)
{
	offhook_store_sync_flush(store);
	g_assert_finalize_object(store);
}

guint
offhook_store_sync_mark_interrupted(OffhookStore *store, const char *node)
{
	g_autoptr(GAsyncResult) result =
	    WAIT(offhook_store_mark_interrupted, store, node, offhook_timestamp_now());
	g_autoptr(GError) error = NULL;
	guint count = G_MAXUINT;

	offhook_store_mark_interrupted_finish(store, result, &count, &error);
	g_assert_no_error(error);
	return count;
}

OffhookCallRecord *
offhook_store_sync_get_call(OffhookStore *store, const char *id, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_get_call, store, id);

	return offhook_store_get_call_finish(store, result, error);
}

GPtrArray *
offhook_store_sync_list_calls(OffhookStore *store, const OffhookCallFilter *filter, guint64 *total,
			      GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_calls, store, filter);

	return offhook_store_list_calls_finish(store, result, total, error);
}

OffhookConversationRecord *
offhook_store_sync_get_conversation(OffhookStore *store, const char *id, GPtrArray **messages,
				    GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_get_conversation, store, id);

	return offhook_store_get_conversation_finish(store, result, messages, error);
}

GPtrArray *
offhook_store_sync_list_conversations(OffhookStore *store, const OffhookConversationFilter *filter,
				      guint64 *total, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_conversations, store, filter);

	return offhook_store_list_conversations_finish(store, result, total, error);
}

GPtrArray *
offhook_store_sync_list_messages(OffhookStore *store, const char *call_id)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_messages, store, call_id);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_messages_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_list_legs(OffhookStore *store, const char *call_id)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_legs, store, call_id);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_legs_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_list_turns(OffhookStore *store, const char *call_id)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_turns, store, call_id);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_turns_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_sum_costs(OffhookStore *store, gint64 since_us)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_sum_costs, store, since_us, G_MAXINT64);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_sum_costs_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_list_events(OffhookStore *store, const char *call_id)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_events, store, call_id);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_events_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

OffhookRecordingRecord *
offhook_store_sync_get_recording(OffhookStore *store, const char *call_id, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_get_recording, store, call_id);

	return offhook_store_get_recording_finish(store, result, error);
}

GPtrArray *
offhook_store_sync_list_history(OffhookStore *store, const OffhookHistoryFilter *filter,
				char **cursor, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_history, store, filter);

	return offhook_store_list_history_finish(store, result, cursor, error);
}

GPtrArray *
offhook_store_sync_search(OffhookStore *store, const OffhookSearchFilter *filter, char **cursor,
			  GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_search, store, filter);

	return offhook_store_search_finish(store, result, cursor, error);
}

GPtrArray *
offhook_store_sync_get_statistics(OffhookStore *store, const OffhookStatisticsFilter *filter,
				  GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_get_statistics, store, filter);

	return offhook_store_get_statistics_finish(store, result, error);
}

guint
offhook_store_sync_fold_messages(OffhookStore *store)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_fold_messages, store);
	g_autoptr(GError) error = NULL;
	guint count = G_MAXUINT;

	offhook_store_fold_messages_finish(store, result, &count, &error);
	g_assert_no_error(error);
	return count;
}

GPtrArray *
offhook_store_sync_count_caller(OffhookStore *store, const OffhookCaller *caller)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_count_caller, store, caller);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_count_caller_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_list_holdings(OffhookStore *store, const OffhookCaller *caller)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_holdings, store, caller);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_holdings_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_list_open_calls(OffhookStore *store, const OffhookCaller *caller,
				   gint64 since_us)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_open_calls, store, caller, since_us);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_open_calls_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}

GPtrArray *
offhook_store_sync_try_erase_caller(OffhookStore *store, const OffhookCaller *caller,
				    GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_erase_caller, store, caller);

	return offhook_store_erase_caller_finish(store, result, error);
}

GPtrArray *
offhook_store_sync_erase_caller(OffhookStore *store, const OffhookCaller *caller)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_sync_try_erase_caller(store, caller, &error);

	g_assert_no_error(error);
	return rows;
}

guint
offhook_store_sync_expire(OffhookStore *store, const char *table, gint64 before_us, guint limit)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_expire, store, table, before_us, limit);
	g_autoptr(GError) error = NULL;
	guint count;

	offhook_store_expire_finish(store, result, &count, &error);
	g_assert_no_error(error);
	return count;
}

void
offhook_store_sync_forget_recording(OffhookStore *store, const char *call_id, const char *path)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_forget_recording, store, call_id, path);
	g_autoptr(GError) error = NULL;

	offhook_store_forget_recording_finish(store, result, &error);
	g_assert_no_error(error);
}

void
offhook_store_sync_scrub(OffhookStore *store, OffhookScrub how)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_scrub, store, how);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) notes = offhook_store_scrub_finish(store, result, &error);

	g_assert_no_error(error);
	if (notes[0] != NULL)
		g_error("not scrubbed: %s", notes[0]);
}

GPtrArray *
offhook_store_sync_list_receipts(OffhookStore *store, const char *subject)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_list_receipts, store, subject, 10);
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = offhook_store_list_receipts_finish(store, result, &error);

	g_assert_no_error(error);
	return rows;
}
