/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Erasing callers and what is too old, in any store. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "store-sample.h"
#include "store-sync.h"

#define NUMBER "+15550100001"
#define OTHER  "+15550100009"
#define OURS   "+15550100002"

static const OffhookCaller by_number = {.number = NUMBER};

/* A call with its conversation of @n messages, a turn, an event and a recording. */
static void
put_whole_call(StoreFixture *fixture, const char *id, const char *direction, const char *caller,
	       gint64 created_us, guint n)
{
	gboolean inbound = g_str_equal(direction, "inbound");
	OffhookCallRecord call = store_sample_call(id);
	OffhookTurnRecord turn = {
	    .call_id = (char *)id,
	    .started_us = created_us,
	    .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
	};
	g_autofree char *talk_id = g_strconcat(id, "-talk", NULL);
	OffhookConversationRecord talk = store_sample_conversation(talk_id, id);
	g_autofree char *recording_id = g_strconcat(id, "-recording", NULL);
	g_autofree char *path = g_strconcat("/recordings/", id, ".wav", NULL);
	OffhookRecordingRecord recording = {
	    .id = recording_id,
	    .call_id = (char *)id,
	    .path = path,
	    .format = (char *)"wav",
	    .started_us = created_us,
	    .status = (char *)"completed",
	};
	OffhookCallEventRecord event = store_sample_event(id, 1, "recording.changed");

	call.direction = (char *)direction;
	call.from = (char *)(inbound ? caller : OURS);
	call.to = (char *)(inbound ? OURS : caller);
	call.created_us = created_us;
	call.ended_us = created_us + 1;
	call.status = (char *)"completed";
	call.recording_path = path;
	store_sample_put_call(fixture->store, &call);
	talk.user_id = (char *)caller;
	talk.created_us = created_us;
	store_sample_put_conversation(fixture->store, &talk);
	for (guint i = 1; i <= n; i++)
		store_sample_say(fixture->store, id, i);
	event.data = (char *)"{\"recording_id\":\"RE1\"}";
	store_sample_add_event(fixture->store, &event);
	g_assert_true(offhook_store_put_turn(fixture->store, &turn, NULL));
	g_assert_true(offhook_store_put_recording(fixture->store, &recording, NULL));
}

static gint64
get_rows(GPtrArray *counts, const char *table)
{
	for (guint i = 0; i < counts->len; i++) {
		const OffhookRowCountRecord *count = g_ptr_array_index(counts, i);

		if (g_str_equal(count->table, table))
			return count->rows;
	}
	g_assert_not_reached();
}

static void
check_counts(GPtrArray *counts, guint calls, guint conversations, guint messages)
{
	g_assert_cmpint(get_rows(counts, "calls"), ==, calls);
	g_assert_cmpint(get_rows(counts, "turns"), ==, calls);
	g_assert_cmpint(get_rows(counts, "call_events"), ==, calls);
	g_assert_cmpint(get_rows(counts, "recordings"), ==, calls);
	g_assert_cmpint(get_rows(counts, "conversations"), ==, conversations);
	g_assert_cmpint(get_rows(counts, "messages"), ==, messages);
}

static gboolean
is_there(StoreFixture *fixture, const char *call_id)
{
	g_autoptr(OffhookCallRecord) call =
	    offhook_store_sync_get_call(fixture->store, call_id, NULL);
	g_autofree char *talk_id = g_strconcat(call_id, "-talk", NULL);
	g_autoptr(OffhookConversationRecord) talk =
	    offhook_store_sync_get_conversation(fixture->store, talk_id, NULL, NULL);

	g_assert_true((call != NULL) == (talk != NULL));
	return call != NULL;
}

static void
test_erase_number(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) erased = NULL;
	g_autoptr(GPtrArray) again = NULL;
	OffhookConversationRecord texts = store_sample_conversation("texts", NULL);
	OffhookMessageRecord text = store_sample_message("text", "texts", NULL, "hello");

	put_whole_call(fixture, "plus", "inbound", NUMBER, STORE_SAMPLE_US, 3);
	put_whole_call(fixture, "bare", "inbound", NUMBER + 1, STORE_SAMPLE_US, 2);
	put_whole_call(fixture, "zeros", "outbound", "0015550100001", STORE_SAMPLE_US, 1);
	put_whole_call(fixture, "other", "inbound", OTHER, STORE_SAMPLE_US, 4);
	put_whole_call(fixture, "longer", "inbound", NUMBER "2", STORE_SAMPLE_US, 1);
	texts.user_id = (char *)NUMBER;
	store_sample_put_conversation(fixture->store, &texts);
	store_sample_add_message(fixture->store, &text);

	before = offhook_store_sync_count_caller(fixture->store, &by_number);
	check_counts(before, 3, 4, 7);
	erased = offhook_store_sync_erase_caller(fixture->store, &by_number);
	check_counts(erased, 3, 4, 7);
	g_assert_false(is_there(fixture, "plus"));
	g_assert_false(is_there(fixture, "bare"));
	g_assert_false(is_there(fixture, "zeros"));
	g_assert_true(is_there(fixture, "other"));
	g_assert_true(is_there(fixture, "longer"));
	store_sample_check_said(fixture->store, "other", 4);
	again = offhook_store_sync_erase_caller(fixture->store, &by_number);
	check_counts(again, 0, 0, 0);
}

/* Makes of @id, which was put before, a call that was placed for the sake of @origin. */
static void
set_origin(StoreFixture *fixture, const char *id, const char *origin)
{
	g_autoptr(OffhookCallRecord) call =
	    offhook_store_sync_get_call(fixture->store, id, NULL);

	g_assert_nonnull(call);
	call->origin_call_id = g_strdup(origin);
	store_sample_put_call(fixture->store, call);
}

/* Whoever took over from the assistant was told what the caller had said: in a call of his own. */
static void
test_erase_legs(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller other = {.number = OTHER};
	g_autoptr(GPtrArray) legs = NULL;
	g_autoptr(GPtrArray) holdings = NULL;
	g_autoptr(GPtrArray) erased = NULL;
	g_autoptr(GPtrArray) others = NULL;

	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 2);
	put_whole_call(fixture, "leg", "outbound", OTHER, STORE_SAMPLE_US + 1, 3);
	set_origin(fixture, "leg", "mine");
	put_whole_call(fixture, "leg-of-leg", "outbound", OTHER, STORE_SAMPLE_US + 2, 1);
	set_origin(fixture, "leg-of-leg", "leg");
	put_whole_call(fixture, "other", "inbound", OTHER, STORE_SAMPLE_US, 4);
	put_whole_call(fixture, "other-leg", "outbound", OTHER, STORE_SAMPLE_US + 1, 1);
	set_origin(fixture, "other-leg", "other");

	legs = offhook_store_sync_list_legs(fixture->store, "mine");
	g_assert_cmpuint(legs->len, ==, 1);
	g_assert_cmpstr(((OffhookCallRecord *)legs->pdata[0])->id, ==, "leg");
	holdings = offhook_store_sync_list_holdings(fixture->store, &by_number);
	g_assert_cmpuint(holdings->len, ==, 6);
	erased = offhook_store_sync_erase_caller(fixture->store, &by_number);
	check_counts(erased, 3, 3, 6);
	g_assert_false(is_there(fixture, "mine"));
	g_assert_false(is_there(fixture, "leg"));
	g_assert_false(is_there(fixture, "leg-of-leg"));
	g_assert_true(is_there(fixture, "other"));
	g_assert_true(is_there(fixture, "other-leg"));
	others = offhook_store_sync_erase_caller(fixture->store, &other);
	check_counts(others, 2, 2, 5);
}

/* Who was called for somebody's sake is not that somebody. */
static void
test_erase_called(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller called = {.number = OTHER};
	g_autoptr(GPtrArray) erased = NULL;

	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 2);
	put_whole_call(fixture, "leg", "outbound", OTHER, STORE_SAMPLE_US + 1, 3);
	set_origin(fixture, "leg", "mine");
	erased = offhook_store_sync_erase_caller(fixture->store, &called);
	check_counts(erased, 1, 1, 3);
	g_assert_true(is_there(fixture, "mine"));
	g_assert_false(is_there(fixture, "leg"));
}

/* Whom everybody calls is not a caller: our own number erases nothing. */
static void
test_erase_ours(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller ours = {.number = OURS};
	g_autoptr(GPtrArray) erased = NULL;

	put_whole_call(fixture, "in", "inbound", NUMBER, STORE_SAMPLE_US, 1);
	put_whole_call(fixture, "out", "outbound", OTHER, STORE_SAMPLE_US, 1);
	erased = offhook_store_sync_erase_caller(fixture->store, &ours);
	check_counts(erased, 0, 0, 0);
	g_assert_true(is_there(fixture, "in"));
	g_assert_true(is_there(fixture, "out"));
}

static void
test_erase_user(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller user = {.user_id = "user-17"};
	OffhookConversationRecord talk = store_sample_conversation("mine-talk", "mine");
	g_autoptr(GPtrArray) erased = NULL;

	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 2);
	talk.user_id = (char *)"user-17";
	store_sample_put_conversation(fixture->store, &talk);
	put_whole_call(fixture, "other", "inbound", NUMBER, STORE_SAMPLE_US, 2);
	erased = offhook_store_sync_erase_caller(fixture->store, &user);
	check_counts(erased, 1, 1, 2);
	g_assert_false(is_there(fixture, "mine"));
	g_assert_true(is_there(fixture, "other"));
}

static void
test_erase_bad(StoreFixture *fixture, gconstpointer data)
{
	static const OffhookCaller bad[] = {
	    {.number = "5550100001"}, {.number = "+"}, {.user_id = ""}, {NULL, NULL}};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GAsyncResult) result = NULL;
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_store_sync_try_erase_caller(fixture->store, &bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_holdings(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) holdings = NULL;
	guint paths = 0, events = 0;

	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 1);
	put_whole_call(fixture, "other", "inbound", OTHER, STORE_SAMPLE_US, 1);
	holdings = offhook_store_sync_list_holdings(fixture->store, &by_number);
	g_assert_cmpuint(holdings->len, ==, 2);
	for (guint i = 0; i < holdings->len; i++) {
		const OffhookHoldingRecord *holding = g_ptr_array_index(holdings, i);

		g_assert_cmpstr(holding->call_id, ==, "mine");
		g_assert_cmpstr(holding->driver, ==, store_sample_call("x").driver);
		if (g_strcmp0(holding->path, "/recordings/mine.wav") == 0)
			paths++;
		if (g_strcmp0(holding->event, "{\"recording_id\":\"RE1\"}") == 0)
			events++;
	}
	g_assert_cmpuint(paths, ==, 1);
	g_assert_cmpuint(events, ==, 1);
}

/* @ended_us: 0: it has not */
static void
put_call(StoreFixture *fixture, const char *id, const char *caller, gint64 ended_us)
{
	OffhookCallRecord call = store_sample_call(id);

	call.direction = (char *)"inbound";
	call.from = (char *)caller;
	call.to = (char *)OURS;
	call.node = (char *)id;
	call.ended_us = ended_us;
	store_sample_put_call(fixture->store, &call);
}

static void
check_open(StoreFixture *fixture, const OffhookCaller *caller, const char *one, const char *other)
{
	g_autoptr(GPtrArray) calls =
	    offhook_store_sync_list_open_calls(fixture->store, caller, STORE_SAMPLE_US + 10);

	g_assert_cmpuint(calls->len, ==, 2);
	for (guint i = 0; i < calls->len; i++) {
		const OffhookCallRecord *call = g_ptr_array_index(calls, i);

		g_assert_true(g_str_equal(call->id, one) || g_str_equal(call->id, other));
		g_assert_cmpstr(call->node, ==, call->id);
	}
}

static void
test_open_calls(StoreFixture *fixture, gconstpointer data)
{
	put_call(fixture, "open", NUMBER, 0);
	put_call(fixture, "early", NUMBER, STORE_SAMPLE_US + 9);
	put_call(fixture, "late", NUMBER, STORE_SAMPLE_US + 10);
	put_call(fixture, "other", OTHER, 0);
	put_call(fixture, "other-late", OTHER, STORE_SAMPLE_US + 10);
	check_open(fixture, &by_number, "open", "late");
	check_open(fixture, NULL, "open", "other");
}

static void
test_expire(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord open = store_sample_call("open");
	OffhookConversationRecord old = store_sample_conversation("old-texts", NULL);
	OffhookConversationRecord lively = store_sample_conversation("lively", NULL);
	OffhookMessageRecord late = store_sample_message("late", "lively", NULL, "still here");

	for (guint i = 0; i < 5; i++) {
		g_autofree char *id = g_strdup_printf("old%u", i);

		put_whole_call(fixture, id, "inbound", NUMBER, STORE_SAMPLE_US + i, 2);
	}
	put_whole_call(fixture, "young", "inbound", NUMBER, STORE_SAMPLE_US + 1000, 2);
	open.created_us = STORE_SAMPLE_US - 1;
	store_sample_put_call(fixture->store, &open);
	store_sample_put_conversation(fixture->store, &old);
	store_sample_put_conversation(fixture->store, &lively);
	late.at_us = STORE_SAMPLE_US + 2000;
	store_sample_add_message(fixture->store, &late);

	/* Oldest first, so many at once. */
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "calls", STORE_SAMPLE_US + 1000, 3), ==, 3);
	g_assert_false(is_there(fixture, "old2"));
	g_assert_true(is_there(fixture, "old3"));
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "calls", STORE_SAMPLE_US + 1000, 3), ==, 2);
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "calls", STORE_SAMPLE_US + 1000, 3), ==, 0);
	g_assert_true(is_there(fixture, "young"));
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "conversations", STORE_SAMPLE_US + 1000, 10),
	    ==, 1);
	store_sample_check_said(fixture->store, "young", 2);
}

static void
test_forget_recording(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookCallRecord) call = NULL;
	g_autoptr(GError) error = NULL;

	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 1);
	offhook_store_sync_forget_recording(fixture->store, "mine", "/recordings/another.wav");
	call = offhook_store_sync_get_call(fixture->store, "mine", NULL);
	g_assert_cmpstr(call->recording_path, ==, "/recordings/mine.wav");
	g_clear_pointer(&call, offhook_call_record_free);
	offhook_store_sync_forget_recording(fixture->store, "mine", "/recordings/mine.wav");
	call = offhook_store_sync_get_call(fixture->store, "mine", NULL);
	g_assert_null(call->recording_path);
	g_assert_null(offhook_store_sync_get_recording(fixture->store, "mine", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_receipts(StoreFixture *fixture, gconstpointer data)
{
	OffhookReceiptRecord first = {(char *)"r1", STORE_SAMPLE_US, (char *)"aa", (char *)"{}"};
	OffhookReceiptRecord second = {(char *)"r2", STORE_SAMPLE_US + 1, (char *)"bb",
				       (char *)"{\"a\":1}"};
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GPtrArray) some = NULL;

	g_assert_true(offhook_store_put_receipt(fixture->store, &first, NULL));
	g_assert_true(offhook_store_put_receipt(fixture->store, &second, NULL));
	all = offhook_store_sync_list_receipts(fixture->store, NULL);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpstr(((OffhookReceiptRecord *)g_ptr_array_index(all, 0))->id, ==, "r2");
	g_assert_cmpstr(((OffhookReceiptRecord *)g_ptr_array_index(all, 0))->receipt, ==,
			"{\"a\":1}");
	some = offhook_store_sync_list_receipts(fixture->store, "aa");
	g_assert_cmpuint(some->len, ==, 1);
	g_assert_cmpint(((OffhookReceiptRecord *)g_ptr_array_index(some, 0))->at_us, ==,
			STORE_SAMPLE_US);
}

static void
test_scrub(StoreFixture *fixture, gconstpointer data)
{
	put_whole_call(fixture, "mine", "inbound", NUMBER, STORE_SAMPLE_US, 1);
	put_whole_call(fixture, "other", "inbound", OTHER, STORE_SAMPLE_US, 3);
	g_ptr_array_unref(offhook_store_sync_erase_caller(fixture->store, &by_number));
	offhook_store_sync_scrub(fixture->store, OFFHOOK_SCRUB_LIGHT);
	offhook_store_sync_scrub(fixture->store, OFFHOOK_SCRUB_WHOLE);
	store_sample_check_said(fixture->store, "other", 3);
}

void
offhook_store_contract_add_erase_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "erase/number", test_erase_number);
	STORE_FIXTURE_ADD(contract, "erase/ours", test_erase_ours);
	STORE_FIXTURE_ADD(contract, "erase/legs", test_erase_legs);
	STORE_FIXTURE_ADD(contract, "erase/called", test_erase_called);
	STORE_FIXTURE_ADD(contract, "erase/user", test_erase_user);
	STORE_FIXTURE_ADD(contract, "erase/bad", test_erase_bad);
	STORE_FIXTURE_ADD(contract, "erase/holdings", test_holdings);
	STORE_FIXTURE_ADD(contract, "erase/open-calls", test_open_calls);
	STORE_FIXTURE_ADD(contract, "erase/expire", test_expire);
	STORE_FIXTURE_ADD(contract, "erase/forget-recording", test_forget_recording);
	STORE_FIXTURE_ADD(contract, "erase/receipts", test_receipts);
	STORE_FIXTURE_ADD(contract, "erase/scrub", test_scrub);
}
