/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way of writes and reads through the queue, in any store. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"

static gboolean
nothing_pends(gpointer data)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(data, &stats);
	return stats.pending == 0;
}

static void
test_commits_by_itself(StoreFixture *fixture, gconstpointer data)
{
	OffhookStoreStats stats;

	store_sample_begin(fixture->store, "c1");
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.pending, ==, 2);
	harness_poll_until(nothing_pends, fixture->store, "the commit");
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.written, ==, 2);
}

static void
test_flush_without_writes(StoreFixture *fixture, gconstpointer data)
{
	offhook_store_sync_flush(fixture->store);
	offhook_store_sync_flush(fixture->store);
}

static void
test_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookStoreOptions options = {.max_pending = 10};
	OffhookCallRecord call = store_sample_call("c1");
	OffhookStoreStats stats;

	store_fixture_reopen(fixture, &options);
	for (guint i = 0; i < 10; i++)
		store_sample_put_call(fixture->store, &call);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_store_put_call(fixture->store, &call, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	}
	g_assert_cmpuint(fixture->refused, ==, 1);
	offhook_store_sync_flush(fixture->store);
	store_sample_put_call(fixture->store, &call);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.refused, ==, 3);
	g_assert_cmpuint(stats.written, ==, 10);
	g_assert_cmpuint(stats.pending, ==, 1);
}

static void
test_full_of_bytes(StoreFixture *fixture, gconstpointer data)
{
	OffhookStoreOptions options = {.max_pending_bytes = 20000};
	g_autofree char *text = g_strnfill(9000, 'a');
	OffhookMessageRecord message = store_sample_message("m1", "t1", NULL, text);
	OffhookConversationRecord talk = store_sample_conversation("t1", NULL);
	g_autoptr(GError) error = NULL;

	store_fixture_reopen(fixture, &options);
	store_sample_put_conversation(fixture->store, &talk);
	store_sample_add_message(fixture->store, &message);
	message.id = (char *)"m2";
	store_sample_add_message(fixture->store, &message);
	message.id = (char *)"m3";
	g_assert_false(offhook_store_add_message(fixture->store, &message, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
}

typedef struct {
	guint expected;
	guint *left;
} ConcurrentRead;

static void
concurrent_read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree ConcurrentRead *read = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) messages =
	    offhook_store_list_messages_finish(OFFHOOK_STORE(source), result, &error);

	g_assert_no_error(error);
	/* At least what was written before the question; later writes may be there too. */
	g_assert_cmpuint(messages->len, >=, read->expected);
	--*read->left;
}

static gboolean
is_zero(gpointer data)
{
	return *(guint *)data == 0;
}

static void
test_reads_among_writes(StoreFixture *fixture, gconstpointer data)
{
	guint left = 200;

	store_sample_begin(fixture->store, "c1");
	for (guint i = 1; i <= 200; i++) {
		ConcurrentRead *read = g_new(ConcurrentRead, 1);

		read->expected = i;
		read->left = &left;
		store_sample_say(fixture->store, "c1", i);
		offhook_store_list_messages_async(fixture->store, "c1", NULL, concurrent_read_cb,
						  read);
	}
	harness_wait_until(is_zero, &left, "all reads");
	store_sample_check_said(fixture->store, "c1", 200);
}

/* A second program, or a second daemon, with the same database. */
static void
test_two_stores(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	OffhookStore *other = offhook_store_sync_open(fixture->url, NULL, &error);

	g_assert_no_error(error);
	store_sample_begin(fixture->store, "c1");
	store_sample_begin(other, "c2");
	for (guint i = 1; i <= 500; i++) {
		store_sample_say(fixture->store, "c1", i);
		store_sample_say(other, "c2", i);
	}
	offhook_store_sync_flush(fixture->store);
	offhook_store_sync_flush(other);
	store_sample_check_said(other, "c1", 500);
	store_sample_check_said(fixture->store, "c2", 500);
	offhook_store_sync_close(other);
}

static void
test_cancelled_read(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	store_sample_begin(fixture->store, "c1");
	offhook_store_get_call_async(fixture->store, "c1", cancellable, harness_store_result_cb,
				     &stored);
	g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "the cancelled read");
	g_assert_null(offhook_store_get_call_finish(fixture->store, result, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_backend_name(StoreFixture *fixture, gconstpointer data)
{
	g_assert_cmpstr(offhook_store_get_backend_name(fixture->store), ==,
			fixture->contract->name);
}

void
offhook_store_contract_add_queue_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "backend-name", test_backend_name);
	STORE_FIXTURE_ADD(contract, "queue/commits-by-itself", test_commits_by_itself);
	STORE_FIXTURE_ADD(contract, "queue/flush-without-writes", test_flush_without_writes);
	STORE_FIXTURE_ADD(contract, "queue/full", test_full);
	STORE_FIXTURE_ADD(contract, "queue/full-of-bytes", test_full_of_bytes);
	STORE_FIXTURE_ADD(contract, "queue/reads-among-writes", test_reads_among_writes);
	STORE_FIXTURE_ADD(contract, "queue/two-stores", test_two_stores);
	STORE_FIXTURE_ADD(contract, "queue/cancelled-read", test_cancelled_read);
}
