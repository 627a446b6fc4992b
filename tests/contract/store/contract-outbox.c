/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is still to be done, in any store: deliveries and scheduled calls. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"
#include "store/store-deliveries.h"
#include "store/store-scheduled.h"

/* Calls NAME_async() with the arguments and gives the result that it led to. */
#define WAIT(name, ...)                                                                            \
	({                                                                                         \
		GAsyncResult *stored = NULL;                                                       \
		name##_async(__VA_ARGS__, NULL, harness_store_result_cb, &stored);                 \
		harness_wait_result(&stored, #name);                                               \
	})

#define NUMBER "+15550100001"

static OffhookDeliveryRecord
sample_delivery(const char *id, const char *endpoint, const char *call_id, gint64 position)
{
	return (OffhookDeliveryRecord){
	    .id = (char *)id,
	    .endpoint = (char *)endpoint,
	    .node = (char *)"here",
	    .call_id = (char *)call_id,
	    .position = position,
	    .type = (char *)"call.started",
	    .body = (char *)"{\"type\":\"call.started\"}",
	    .status = (char *)"pending",
	    .created_us = STORE_SAMPLE_US,
	    .expires_us = STORE_SAMPLE_US + 1000,
	};
}

static void
add(StoreFixture *fixture, const char *id, const char *endpoint, const char *call_id,
    gint64 position)
{
	OffhookDeliveryRecord record = sample_delivery(id, endpoint, call_id, position);
	g_autoptr(GError) error = NULL;

	offhook_store_add_delivery(fixture->store, &record, &error);
	g_assert_no_error(error);
}

static char *
join_ids(GPtrArray *rows)
{
	GString *ids = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(ids, "%s%s", i > 0 ? " " : "",
				       *(char **)g_ptr_array_index(rows, i));
	return g_string_free(ids, FALSE);
}

static void
check_load(StoreFixture *fixture, OffhookDeliveryBatch batch, const char *expected)
{
	g_autoptr(GAsyncResult) result =
	    WAIT(offhook_store_load_deliveries, fixture->store, &batch);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_load_deliveries_finish(fixture->store, result, &error);
	g_autofree char *ids = NULL;

	g_assert_no_error(error);
	ids = join_ids(rows);
	g_assert_cmpstr(ids, ==, expected);
}

/* The ids of a page; @cursor: (inout): where it begins, and the next one. */
static void
check_list(StoreFixture *fixture, OffhookDeliveryFilter filter, char **cursor, const char *expected)
{
	g_autofree char *before = cursor != NULL ? *cursor : NULL;
	g_autofree char *next = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autofree char *ids = NULL;

	filter.cursor = before;
	result = WAIT(offhook_store_list_deliveries, fixture->store, &filter);
	rows = offhook_store_list_deliveries_finish(fixture->store, result, &next, &error);
	g_assert_no_error(error);
	ids = join_ids(rows);
	g_assert_cmpstr(ids, ==, expected);
	if (cursor != NULL)
		*cursor = g_steal_pointer(&next);
}

static char *
print_counts(StoreFixture *fixture)
{
	g_autoptr(GAsyncResult) result =
	    WAIT(offhook_store_count_deliveries, fixture->store, "here");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_count_deliveries_finish(fixture->store, result, &error);
	GString *text = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < rows->len; i++) {
		const OffhookDeliveryCountRecord *row = g_ptr_array_index(rows, i);

		g_string_append_printf(text, "%s %s %u;", row->endpoint, row->status,
				       row->deliveries);
	}
	return g_string_free(text, FALSE);
}

static void
check_counts(StoreFixture *fixture, const char *expected)
{
	g_autofree char *counts = print_counts(fixture);

	g_assert_cmpstr(counts, ==, expected);
}

static void
test_order(StoreFixture *fixture, gconstpointer data)
{
	const OffhookDeliveryBatch all = {.endpoint = "crm", .node = "here", .limit = 10};

	store_sample_begin(fixture->store, "c1");
	store_sample_begin(fixture->store, "c2");
	/* Neither the order of their ids nor that in which they came counts. */
	add(fixture, "d3", "crm", "c1", 30);
	add(fixture, "d2", "crm", "c2", 20);
	add(fixture, "d9", "crm", "c1", 10);
	add(fixture, "d4", "bi", "c1", 15);
	add(fixture, "d5", "crm", NULL, 40);
	check_load(fixture, all, "d9 d2 d3 d5");
	check_load(
	    fixture,
	    (OffhookDeliveryBatch){.endpoint = "crm", .node = "here", .after = 10, .limit = 2},
	    "d2 d3");
	check_load(
	    fixture,
	    (OffhookDeliveryBatch){.endpoint = "crm", .node = "here", .call_id = "c1", .limit = 10},
	    "d9 d3");
	check_load(fixture, (OffhookDeliveryBatch){.endpoint = "crm", .node = "there", .limit = 10},
		   "");
	check_counts(fixture, "bi pending 1;crm pending 4;");
	store_fixture_reopen(fixture, NULL);
	check_load(fixture, all, "d9 d2 d3 d5");
}

static void
test_record(StoreFixture *fixture, gconstpointer data)
{
	const OffhookDeliveryFilter filter = {.limit = 10};
	OffhookDeliveryRecord record = sample_delivery("d1", "crm", "c1", 7);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autofree char *cursor = NULL;
	const OffhookDeliveryRecord *got;

	store_sample_begin(fixture->store, "c1");
	g_assert_true(offhook_store_add_delivery(fixture->store, &record, &error));
	record.status = (char *)"dead";
	record.attempts = 3;
	record.next_us = STORE_SAMPLE_US + 5;
	record.error = (char *)"status 500";
	g_assert_true(offhook_store_update_delivery(fixture->store, &record, &error));
	result = WAIT(offhook_store_list_deliveries, fixture->store, &filter);
	rows = offhook_store_list_deliveries_finish(fixture->store, result, &cursor, &error);
	g_assert_no_error(error);
	g_assert_null(cursor);
	g_assert_cmpuint(rows->len, ==, 1);
	got = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(got->endpoint, ==, "crm");
	g_assert_cmpstr(got->node, ==, "here");
	g_assert_cmpstr(got->call_id, ==, "c1");
	g_assert_cmpint(got->position, ==, 7);
	g_assert_cmpstr(got->type, ==, record.type);
	g_assert_cmpstr(got->body, ==, record.body);
	g_assert_cmpstr(got->status, ==, "dead");
	g_assert_cmpuint(got->attempts, ==, 3);
	g_assert_cmpint(got->created_us, ==, STORE_SAMPLE_US);
	g_assert_cmpint(got->expires_us, ==, STORE_SAMPLE_US + 1000);
	g_assert_cmpint(got->next_us, ==, STORE_SAMPLE_US + 5);
	g_assert_cmpstr(got->error, ==, "status 500");
	check_load(fixture, (OffhookDeliveryBatch){.endpoint = "crm", .node = "here", .limit = 10},
		   "");
}

/* What was erased meanwhile does not come back, and is nobody's mistake. */
static void
test_gone(StoreFixture *fixture, gconstpointer data)
{
	OffhookDeliveryRecord record = sample_delivery("d1", "crm", NULL, 7);
	OffhookStoreStats stats;

	g_assert_true(offhook_store_update_delivery(fixture->store, &record, NULL));
	g_assert_true(offhook_store_remove_delivery(fixture->store, "d1", NULL));
	add(fixture, "d2", "crm", "no-such-call", 8);
	record = sample_delivery("d2", "crm", "no-such-call", 8);
	record.attempts = 1;
	g_assert_true(offhook_store_update_delivery(fixture->store, &record, NULL));
	offhook_store_sync_flush(fixture->store);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.rejected, ==, 0);
	check_list(fixture, (OffhookDeliveryFilter){.limit = 10}, NULL, "d2");
	g_assert_true(offhook_store_remove_delivery(fixture->store, "d2", NULL));
	check_counts(fixture, "");
}

static void
test_pages(StoreFixture *fixture, gconstpointer data)
{
	const OffhookDeliveryFilter filter = {.limit = 2, .endpoint = "crm"};
	g_autofree char *cursor = NULL;

	store_sample_begin(fixture->store, "c1");
	add(fixture, "d1", "crm", "c1", 1);
	add(fixture, "d2", "crm", NULL, 2);
	add(fixture, "d3", "crm", NULL, 2);
	add(fixture, "d4", "crm", "c1", 4);
	add(fixture, "d5", "bi", "c1", 5);
	check_list(fixture, filter, &cursor, "d4 d3");
	g_assert_nonnull(cursor);
	add(fixture, "d6", "crm", NULL, 6);
	check_list(fixture, filter, &cursor, "d2 d1");
	check_list(fixture, filter, &cursor, "");
	g_assert_null(cursor);
	check_list(fixture, (OffhookDeliveryFilter){.limit = 9, .call_id = "c1"}, NULL, "d5 d4 d1");
	check_list(fixture, (OffhookDeliveryFilter){.limit = 9, .status = "dead"}, NULL, "");
}

static guint64
retry(StoreFixture *fixture, const char *id, const char *endpoint, GError **error)
{
	g_autoptr(GAsyncResult) result = WAIT(offhook_store_retry_deliveries, fixture->store, id,
					      endpoint, STORE_SAMPLE_US + 9000);
	guint64 count = 0;

	offhook_store_retry_deliveries_finish(fixture->store, result, &count, error);
	return count;
}

static void
test_retry(StoreFixture *fixture, gconstpointer data)
{
	static const char *const ids[] = {"d1", "d2", "d3"};
	g_autoptr(GAsyncResult) deleted = NULL;
	g_autoptr(GAsyncResult) again = NULL;
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
		OffhookDeliveryRecord record =
		    sample_delivery(ids[i], i < 2 ? "crm" : "bi", NULL, 1 + i);

		record.status = (char *)"dead";
		record.attempts = 12;
		g_assert_true(offhook_store_add_delivery(fixture->store, &record, NULL));
	}
	g_assert_cmpuint(retry(fixture, "d2", NULL, &error), ==, 1);
	check_counts(fixture, "bi dead 1;crm dead 1;crm pending 1;");
	g_assert_cmpuint(retry(fixture, NULL, "crm", &error), ==, 1);
	g_assert_cmpuint(retry(fixture, NULL, NULL, &error), ==, 1);
	g_assert_no_error(error);
	check_counts(fixture, "bi pending 1;crm pending 2;");
	g_assert_cmpuint(retry(fixture, "d9", NULL, &error), ==, 0);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	deleted = WAIT(offhook_store_delete_delivery, fixture->store, "d2");
	g_assert_true(offhook_store_delete_delivery_finish(fixture->store, deleted, &error));
	again = WAIT(offhook_store_delete_delivery, fixture->store, "d2");
	g_assert_false(offhook_store_delete_delivery_finish(fixture->store, again, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	check_counts(fixture, "bi pending 1;crm pending 1;");
}

static void
test_expire(StoreFixture *fixture, gconstpointer data)
{
	OffhookDeliveryRecord old = sample_delivery("old", "crm", NULL, 1);
	OffhookDeliveryRecord young = sample_delivery("young", "crm", NULL, 2);
	g_autoptr(GAsyncResult) result = NULL;
	guint64 count = 0;

	old.status = young.status = (char *)"dead";
	young.created_us += 10;
	g_assert_true(offhook_store_add_delivery(fixture->store, &old, NULL));
	g_assert_true(offhook_store_add_delivery(fixture->store, &young, NULL));
	add(fixture, "waits", "crm", NULL, 3);
	result = WAIT(offhook_store_expire_deliveries, fixture->store, "crm", "here",
		      STORE_SAMPLE_US + 5, 100);
	g_assert_true(offhook_store_expire_deliveries_finish(fixture->store, result, &count, NULL));
	g_assert_cmpuint(count, ==, 1);
	check_list(fixture, (OffhookDeliveryFilter){.limit = 9}, NULL, "waits young");
}

/* ---- scheduled calls ---- */

static OffhookScheduledCallRecord
sample_scheduled(const char *id, gint64 at)
{
	return (OffhookScheduledCallRecord){
	    .id = (char *)id,
	    .node = (char *)"here",
	    .number = (char *)NUMBER,
	    .assistant = (char *)"reception",
	    .reason = (char *)"the table is free, \xc3\xa4",
	    .origin_call_id = (char *)"c0",
	    .status = (char *)"waiting",
	    .at_us = STORE_SAMPLE_US + at,
	    .next_us = STORE_SAMPLE_US + at,
	    .max_attempts = 3,
	    .retry_s = 600,
	    .created_us = STORE_SAMPLE_US,
	};
}

static void
check_scheduled(StoreFixture *fixture, const char *expected)
{
	g_autoptr(GAsyncResult) result =
	    WAIT(offhook_store_load_scheduled_calls, fixture->store, "here", 100);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_load_scheduled_calls_finish(fixture->store, result, &error);
	g_autofree char *ids = NULL;

	g_assert_no_error(error);
	ids = join_ids(rows);
	g_assert_cmpstr(ids, ==, expected);
}

static void
test_scheduled(StoreFixture *fixture, gconstpointer data)
{
	const OffhookScheduledCallFilter filter = {.limit = 1, .number = NUMBER};
	OffhookScheduledCallRecord late = sample_scheduled("s1", 20);
	OffhookScheduledCallRecord soon = sample_scheduled("s2", 10);
	g_autoptr(GAsyncResult) listed = NULL;
	g_autoptr(GAsyncResult) got = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(OffhookScheduledCallRecord) record = NULL;
	g_autofree char *cursor = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_store_add_scheduled_call(fixture->store, &late, &error));
	g_assert_true(offhook_store_add_scheduled_call(fixture->store, &soon, &error));
	check_scheduled(fixture, "s2 s1");
	soon.status = (char *)"completed";
	soon.attempts = 2;
	soon.next_us = 0;
	soon.call_id = (char *)"c7";
	soon.error = (char *)"busy";
	g_assert_true(offhook_store_update_scheduled_call(fixture->store, &soon, &error));
	store_fixture_reopen(fixture, NULL);
	check_scheduled(fixture, "s1");
	got = WAIT(offhook_store_get_scheduled_call, fixture->store, "s2");
	record = offhook_store_get_scheduled_call_finish(fixture->store, got, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(record->reason, ==, soon.reason);
	g_assert_cmpstr(record->origin_call_id, ==, "c0");
	g_assert_cmpstr(record->status, ==, "completed");
	g_assert_cmpstr(record->call_id, ==, "c7");
	g_assert_cmpstr(record->error, ==, "busy");
	g_assert_cmpuint(record->attempts, ==, 2);
	g_assert_cmpuint(record->max_attempts, ==, 3);
	g_assert_cmpuint(record->retry_s, ==, 600);
	g_assert_cmpint(record->next_us, ==, 0);
	listed = WAIT(offhook_store_list_scheduled_calls, fixture->store, &filter);
	rows = offhook_store_list_scheduled_calls_finish(fixture->store, listed, &cursor, &error);
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpstr(*(char **)g_ptr_array_index(rows, 0), ==, "s1");
	g_assert_nonnull(cursor);
}

/* ---- erasing ---- */

static void
test_erase(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller caller = {.number = NUMBER};
	OffhookCallRecord call = store_sample_call("c1");
	OffhookScheduledCallRecord scheduled = sample_scheduled("s1", 20);
	OffhookDeliveryRecord message = sample_delivery("d2", "crm", NULL, 2);
	OffhookDeliveryRecord longer = sample_delivery("d3", "crm", NULL, 3);
	g_autoptr(GPtrArray) counts = NULL;

	call.direction = (char *)"inbound";
	call.from = (char *)NUMBER;
	store_sample_put_call(fixture->store, &call);
	add(fixture, "d1", "crm", "c1", 1);
	message.body = (char *)"{\"data\":{\"from\":\"" NUMBER "\"}}";
	longer.body = (char *)"{\"data\":{\"from\":\"" NUMBER "2\"}}";
	g_assert_true(offhook_store_add_delivery(fixture->store, &message, NULL));
	g_assert_true(offhook_store_add_delivery(fixture->store, &longer, NULL));
	g_assert_true(offhook_store_add_scheduled_call(fixture->store, &scheduled, NULL));
	counts = offhook_store_sync_erase_caller(fixture->store, &caller);
	for (guint i = 0; i < counts->len; i++) {
		const OffhookRowCountRecord *count = g_ptr_array_index(counts, i);

		if (g_str_equal(count->table, "deliveries"))
			g_assert_cmpint(count->rows, ==, 2);
		if (g_str_equal(count->table, "scheduled_calls"))
			g_assert_cmpint(count->rows, ==, 1);
	}
	check_list(fixture, (OffhookDeliveryFilter){.limit = 9}, NULL, "d3");
	check_scheduled(fixture, "");
	/* Whoever had it in memory does not bring it back. */
	g_assert_true(offhook_store_update_scheduled_call(fixture->store, &scheduled, NULL));
	check_scheduled(fixture, "");
}

void
offhook_store_contract_add_outbox_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "deliveries/order", test_order);
	STORE_FIXTURE_ADD(contract, "deliveries/record", test_record);
	STORE_FIXTURE_ADD(contract, "deliveries/gone", test_gone);
	STORE_FIXTURE_ADD(contract, "deliveries/pages", test_pages);
	STORE_FIXTURE_ADD(contract, "deliveries/retry", test_retry);
	STORE_FIXTURE_ADD(contract, "deliveries/expire", test_expire);
	STORE_FIXTURE_ADD(contract, "scheduled", test_scheduled);
	STORE_FIXTURE_ADD(contract, "outbox/erase", test_erase);
}
