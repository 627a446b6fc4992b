/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls, their events, turns and recordings, in any store. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "store-sample.h"
#include "store-sync.h"

static void
check_usage(const OffhookUsageTotals *got, const OffhookUsageTotals *expected)
{
	g_assert_cmpint(got->input_tokens, ==, expected->input_tokens);
	g_assert_cmpint(got->output_tokens, ==, expected->output_tokens);
	g_assert_cmpint(got->characters, ==, expected->characters);
	g_assert_cmpint(got->audio_us, ==, expected->audio_us);
	g_assert_cmpfloat(got->cost, ==, expected->cost);
}

static void
check_call(const OffhookCallRecord *got, const OffhookCallRecord *expected)
{
	g_assert_cmpstr(got->id, ==, expected->id);
	g_assert_cmpstr(got->provider_call_id, ==, expected->provider_call_id);
	g_assert_cmpstr(got->driver, ==, expected->driver);
	g_assert_cmpstr(got->assistant, ==, expected->assistant);
	g_assert_cmpstr(got->direction, ==, expected->direction);
	g_assert_cmpstr(got->from, ==, expected->from);
	g_assert_cmpstr(got->to, ==, expected->to);
	g_assert_cmpstr(got->status, ==, expected->status);
	g_assert_cmpint(got->created_us, ==, expected->created_us);
	g_assert_cmpint(got->answered_us, ==, expected->answered_us);
	g_assert_cmpint(got->ended_us, ==, expected->ended_us);
	g_assert_cmpstr(got->end_reason, ==, expected->end_reason);
	g_assert_cmpstr(got->recording_path, ==, expected->recording_path);
	g_assert_cmpstr(got->node, ==, expected->node);
	g_assert_cmpstr(got->origin_call_id, ==, expected->origin_call_id);
	check_usage(&got->usage, &expected->usage);
}

static void
check_stored_call(StoreFixture *fixture, const OffhookCallRecord *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCallRecord) got =
	    offhook_store_sync_get_call(fixture->store, expected->id, &error);

	g_assert_no_error(error);
	check_call(got, expected);
}

static void
test_call_sparse(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");

	store_sample_put_call(fixture->store, &call);
	check_stored_call(fixture, &call);
}

static OffhookCallRecord
full_call(const char *id)
{
	OffhookCallRecord call = store_sample_call(id);

	call.provider_call_id = (char *)"CA0123";
	call.assistant = (char *)"restaurant";
	call.usage = (OffhookUsageTotals){1234, 567, 89012, G_GINT64_CONSTANT(7200000000), 1.25};
	call.from = (char *)"+15550100001";
	call.to = (char *)"+15550100002";
	call.status = (char *)"completed";
	call.answered_us = STORE_SAMPLE_US + 1;
	call.ended_us = STORE_SAMPLE_US + 2;
	call.end_reason = (char *)"completed";
	call.recording_path = (char *)"/var/lib/offhook/recordings/c1.wav";
	call.origin_call_id = (char *)"c0";
	return call;
}

static void
test_call_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = full_call("c1");

	store_sample_put_call(fixture->store, &call);
	check_stored_call(fixture, &call);
}

static void
test_call_overwrite(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord before = full_call("c1");
	OffhookCallRecord after = store_sample_call("c1");

	store_sample_put_call(fixture->store, &before);
	offhook_store_sync_flush(fixture->store);
	store_sample_put_call(fixture->store, &after);
	check_stored_call(fixture, &after);
}

static void
test_call_survives_reopening(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = full_call("c1");

	store_sample_put_call(fixture->store, &call);
	store_fixture_reopen(fixture, NULL);
	check_stored_call(fixture, &call);
}

static void
test_call_unknown(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_get_call(fixture->store, "c1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

/* Calls 0 to @count - 1: every third has failed, every other one is from A to B, the rest B to C. */
static void
put_many_calls(StoreFixture *fixture, guint count)
{
	for (guint i = 0; i < count; i++) {
		g_autofree char *id = g_strdup_printf("c%03u", i);
		OffhookCallRecord call = store_sample_call(id);

		/* Two calls begin at the same time: then the id decides. */
		call.created_us += i / 2;
		call.status = (char *)(i % 3 == 0 ? "failed" : "completed");
		call.from = (char *)(i % 2 == 0 ? "+1A" : "+1B");
		call.to = (char *)(i % 2 == 0 ? "+1B" : "+1C");
		store_sample_put_call(fixture->store, &call);
	}
}

static void
test_list_calls_pages(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallFilter filter = {.limit = 7};
	guint next = 50;

	put_many_calls(fixture, 50);
	/* Also behind the last one it is told how many there are. */
	for (filter.offset = 0; filter.offset < 70; filter.offset += filter.limit) {
		guint64 total = 0;
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) calls =
		    offhook_store_sync_list_calls(fixture->store, &filter, &total, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(total, ==, 50);
		for (guint i = 0; i < calls->len; i++) {
			const OffhookCallRecord *call = g_ptr_array_index(calls, i);
			g_autofree char *id = g_strdup_printf("c%03u", --next);

			g_assert_cmpstr(call->id, ==, id);
		}
	}
	g_assert_cmpuint(next, ==, 0);
}

static void
check_listed_calls(StoreFixture *fixture, const OffhookCallFilter *filter, guint64 expected)
{
	guint64 total = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) calls =
	    offhook_store_sync_list_calls(fixture->store, filter, &total, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(total, ==, expected);
	g_assert_cmpuint(calls->len, ==,
			 MIN(expected - MIN(filter->offset, expected), filter->limit));
	for (guint i = 0; i < calls->len; i++) {
		const OffhookCallRecord *call = g_ptr_array_index(calls, i);

		g_assert_true(filter->status == NULL || g_str_equal(call->status, filter->status));
		g_assert_true(filter->phone_number == NULL ||
			      g_str_equal(call->from, filter->phone_number) ||
			      g_str_equal(call->to, filter->phone_number));
	}
}

static void
test_list_calls_filters(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallFilter failed = {.limit = 500, .status = "failed"};
	OffhookCallFilter busy = {.limit = 500, .status = "busy"};
	OffhookCallFilter one_side = {.limit = 10, .phone_number = "+1A"};
	OffhookCallFilter both_sides = {.limit = 500, .phone_number = "+1B"};
	OffhookCallFilter nobody = {.limit = 500, .phone_number = "+1"};
	OffhookCallFilter two = {.limit = 500, .status = "failed", .phone_number = "+1C"};

	put_many_calls(fixture, 60);
	check_listed_calls(fixture, &failed, 20);
	check_listed_calls(fixture, &busy, 0);
	check_listed_calls(fixture, &one_side, 30);
	check_listed_calls(fixture, &both_sides, 60);
	check_listed_calls(fixture, &nobody, 0);
	check_listed_calls(fixture, &two, 10);
	both_sides.offset = 57;
	check_listed_calls(fixture, &both_sides, 60);
	both_sides.offset = 60;
	check_listed_calls(fixture, &both_sides, 60);
}

static void
check_calls_refused(StoreFixture *fixture, OffhookCallFilter filter)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_list_calls(fixture->store, &filter, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_list_calls_bounds(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallFilter most = {.limit = OFFHOOK_STORE_MAX_LIMIT, .offset = G_MAXINT32};

	check_listed_calls(fixture, &most, 0);
	check_calls_refused(fixture, (OffhookCallFilter){.limit = 0});
	check_calls_refused(fixture, (OffhookCallFilter){.limit = OFFHOOK_STORE_MAX_LIMIT + 1});
	check_calls_refused(fixture, (OffhookCallFilter){.limit = 1, .offset = G_MAXUINT});
	check_calls_refused(fixture, (OffhookCallFilter){.limit = 1, .status = "sleeping"});
	check_calls_refused(fixture, (OffhookCallFilter){.limit = 1, .status = ""});
	check_calls_refused(fixture, (OffhookCallFilter){.limit = 1, .phone_number = "\xff"});
}

static void
test_events_in_order(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord second = store_sample_event("c1", 2, "call.answered");
	OffhookCallEventRecord first = store_sample_event("c1", 1, "call.started");
	g_autoptr(GPtrArray) events = NULL;
	const OffhookCallEventRecord *got;

	second.data = (char *)"{\"a\":[1,\"\xc3\xa4\"]}";
	store_sample_begin(fixture->store, "c1");
	store_sample_add_event(fixture->store, &second);
	store_sample_add_event(fixture->store, &first);
	events = offhook_store_sync_list_events(fixture->store, "c1");
	g_assert_cmpuint(events->len, ==, 2);
	got = g_ptr_array_index(events, 0);
	g_assert_cmpstr(got->type, ==, "call.started");
	g_assert_null(got->data);
	got = g_ptr_array_index(events, 1);
	g_assert_cmpstr(got->call_id, ==, "c1");
	g_assert_cmpuint(got->seq, ==, 2);
	g_assert_cmpint(got->at_us, ==, STORE_SAMPLE_US);
	g_assert_cmpstr(got->type, ==, "call.answered");
	g_assert_cmpstr(got->data, ==, second.data);
}

static void
test_event_numbered_by_store(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord event = store_sample_event("c1", 7, "a");
	g_autoptr(GPtrArray) events = NULL;

	store_sample_begin(fixture->store, "c1");
	store_sample_add_event(fixture->store, &event);
	event = store_sample_event("c1", 0, "b");
	store_sample_add_event(fixture->store, &event);
	/* Again, as after an answer that was lost: the same. A moment later: another. */
	store_sample_add_event(fixture->store, &event);
	event.at_us++;
	store_sample_add_event(fixture->store, &event);
	events = offhook_store_sync_list_events(fixture->store, "c1");
	g_assert_cmpuint(events->len, ==, 3);
	g_assert_cmpuint(((OffhookCallEventRecord *)g_ptr_array_index(events, 1))->seq, ==, 8);
	g_assert_cmpuint(((OffhookCallEventRecord *)g_ptr_array_index(events, 2))->seq, ==, 9);
}

static void
test_event_twice(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord event = store_sample_event("c1", 1, "a");
	g_autoptr(GPtrArray) events = NULL;

	store_sample_begin(fixture->store, "c1");
	store_sample_add_event(fixture->store, &event);
	store_sample_add_event(fixture->store, &event);
	events = offhook_store_sync_list_events(fixture->store, "c1");
	g_assert_cmpuint(events->len, ==, 1);
	g_assert_cmpuint(fixture->rejected->len, ==, 0);
}

static void
test_event_number_taken(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord event = store_sample_event("c1", 1, "a");
	OffhookCallEventRecord other = store_sample_event("c1", 1, "b");
	g_autoptr(GPtrArray) events = NULL;

	store_sample_begin(fixture->store, "c1");
	store_sample_add_event(fixture->store, &event);
	store_sample_add_event(fixture->store, &other);
	store_fixture_check_rejected(fixture, 1, OFFHOOK_ERROR_EXISTS);
	events = offhook_store_sync_list_events(fixture->store, "c1");
	g_assert_cmpuint(events->len, ==, 1);
	g_assert_cmpstr(((OffhookCallEventRecord *)g_ptr_array_index(events, 0))->type, ==, "a");
}

/* One write that can't be must not take its neighbours with it. */
static void
test_event_of_unknown_call(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallEventRecord event = store_sample_event("nobody", 1, "a");

	store_sample_begin(fixture->store, "c1");
	store_sample_add_event(fixture->store, &event);
	store_sample_say(fixture->store, "c1", 1);
	store_fixture_check_rejected(fixture, 1, OFFHOOK_ERROR_INVALID_ARGUMENT);
	store_sample_check_said(fixture->store, "c1", 1);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

/* However many they are. */
static void
test_many_rejected(StoreFixture *fixture, gconstpointer data)
{
	store_sample_begin(fixture->store, "c1");
	for (guint i = 1; i <= 200; i++) {
		OffhookCallEventRecord event = store_sample_event("nobody", i, "a");

		store_sample_add_event(fixture->store, &event);
		if (i % 7 == 0)
			store_sample_say(fixture->store, "c1", i / 7);
		if (i % 9 == 0)
			g_assert_true(
			    offhook_store_update_message(fixture->store, "m0", "", TRUE, NULL));
	}
	store_fixture_check_rejected(fixture, 222, OFFHOOK_ERROR_INVALID_ARGUMENT);
	store_sample_check_said(fixture->store, "c1", 28);
	g_assert_cmpuint(fixture->failed, ==, 0);
}

static void
test_turns(StoreFixture *fixture, gconstpointer data)
{
	OffhookTurnRecord turn = {
	    .call_id = (char *)"c1",
	    .started_us = STORE_SAMPLE_US,
	    .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
	};
	g_autoptr(GPtrArray) turns = NULL;
	const OffhookTurnRecord *got;

	store_sample_begin(fixture->store, "c1");
	turn.index = 1;
	g_assert_true(offhook_store_put_turn(fixture->store, &turn, NULL));
	turn.index = 0;
	g_assert_true(offhook_store_put_turn(fixture->store, &turn, NULL));
	turn.times.speech_ended_ms = 0;
	turn.times.own_share_ms = 3.25;
	turn.user_message_id = (char *)"m1";
	turn.assistant_message_id = (char *)"m2";
	turn.interrupted = TRUE;
	turn.assistant = (char *)"sales";
	turn.agent_id = (char *)"agent-speaker";
	turn.stt = (char *)"ears";
	turn.llm = (char *)"brain";
	turn.tts = (char *)"mouth";
	turn.usage = (OffhookUsageTotals){1, 2, 3, 4, 0.5};
	g_assert_true(offhook_store_put_turn(fixture->store, &turn, NULL));

	turns = offhook_store_sync_list_turns(fixture->store, "c1");
	g_assert_cmpuint(turns->len, ==, 2);
	got = g_ptr_array_index(turns, 0);
	g_assert_cmpuint(got->index, ==, 0);
	g_assert_cmpint(got->started_us, ==, STORE_SAMPLE_US);
	g_assert_cmpfloat(got->times.speech_ended_ms, ==, 0);
	g_assert_cmpfloat(got->times.transcript_final_ms, ==, -1);
	g_assert_cmpfloat(got->times.own_share_ms, ==, 3.25);
	g_assert_cmpstr(got->user_message_id, ==, "m1");
	g_assert_cmpstr(got->assistant_message_id, ==, "m2");
	g_assert_true(got->interrupted);
	g_assert_cmpstr(got->assistant, ==, "sales");
	g_assert_cmpstr(got->agent_id, ==, "agent-speaker");
	g_assert_cmpstr(got->stt, ==, "ears");
	g_assert_cmpstr(got->llm, ==, "brain");
	g_assert_cmpstr(got->tts, ==, "mouth");
	check_usage(&got->usage, &turn.usage);
	got = g_ptr_array_index(turns, 1);
	g_assert_null(got->assistant);
	g_assert_null(got->agent_id);
	g_assert_null(got->stt);
	g_assert_cmpuint(got->index, ==, 1);
	g_assert_false(got->interrupted);
}

static void
put_cost(StoreFixture *fixture, const char *id, const char *assistant, gint64 created_us,
	 double cost)
{
	OffhookCallRecord call = store_sample_call(id);

	call.assistant = (char *)assistant;
	call.created_us = created_us;
	call.usage.cost = cost;
	store_sample_put_call(fixture->store, &call);
}

static void
put_turn_cost(StoreFixture *fixture, const char *id, guint index, double cost)
{
	const OffhookTurnRecord turn = {
	    .call_id = (char *)id,
	    .index = index,
	    .started_us = STORE_SAMPLE_US,
	    .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
	    .usage.cost = cost,
	};

	g_assert_true(offhook_store_put_turn(fixture->store, &turn, NULL));
}

static void
check_cost(GPtrArray *costs, guint i, const char *assistant, double cost)
{
	const OffhookCostRecord *got = g_ptr_array_index(costs, i);

	g_assert_cmpstr(got->assistant, ==, assistant);
	g_assert_cmpfloat_with_epsilon(got->cost, cost, 1e-9);
}

/* By assistant, from a moment on; a call that was cut off cost what its turns did. */
static void
test_costs(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) costs = NULL;
	g_autoptr(GPtrArray) none = NULL;

	put_cost(fixture, "c1", "desk", STORE_SAMPLE_US, 1.5);
	put_cost(fixture, "c2", "desk", STORE_SAMPLE_US + 1, 0);
	put_turn_cost(fixture, "c2", 0, 0.25);
	put_turn_cost(fixture, "c2", 1, 0.5);
	put_turn_cost(fixture, "c1", 0, 1);
	put_cost(fixture, "c3", "bar", STORE_SAMPLE_US, 4);
	put_cost(fixture, "c4", "desk", STORE_SAMPLE_US - 1, 100);
	put_cost(fixture, "c5", NULL, STORE_SAMPLE_US, 100);
	costs = offhook_store_sync_sum_costs(fixture->store, STORE_SAMPLE_US);
	g_assert_cmpuint(costs->len, ==, 2);
	check_cost(costs, 0, "bar", 4);
	check_cost(costs, 1, "desk", 2.25);
	none = offhook_store_sync_sum_costs(fixture->store, STORE_SAMPLE_US + 2);
	g_assert_cmpuint(none->len, ==, 0);
}

static void
test_recording(StoreFixture *fixture, gconstpointer data)
{
	OffhookRecordingRecord recording = {
	    .id = (char *)"r1",
	    .call_id = (char *)"c1",
	    .path = (char *)"/tmp/r1.wav",
	    .format = (char *)"wav",
	    .started_us = STORE_SAMPLE_US,
	    .duration_ms = -1,
	    .status = (char *)"recording",
	};
	g_autoptr(OffhookRecordingRecord) first = NULL;
	g_autoptr(OffhookRecordingRecord) latest = NULL;
	g_autoptr(GError) error = NULL;

	store_sample_begin(fixture->store, "c1");
	g_assert_null(offhook_store_sync_get_recording(fixture->store, "c1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);

	g_assert_true(offhook_store_put_recording(fixture->store, &recording, NULL));
	first = offhook_store_sync_get_recording(fixture->store, "c1", NULL);
	g_assert_cmpstr(first->id, ==, "r1");
	g_assert_cmpint(first->duration_ms, ==, -1);

	recording.id = (char *)"r2";
	recording.started_us++;
	recording.duration_ms = 0;
	recording.status = (char *)"completed";
	g_assert_true(offhook_store_put_recording(fixture->store, &recording, NULL));
	latest = offhook_store_sync_get_recording(fixture->store, "c1", NULL);
	g_assert_cmpstr(latest->id, ==, "r2");
	g_assert_cmpstr(latest->path, ==, "/tmp/r1.wav");
	g_assert_cmpstr(latest->format, ==, "wav");
	g_assert_cmpint(latest->duration_ms, ==, 0);
	g_assert_cmpstr(latest->status, ==, "completed");
}

static void
begin_with_recording(StoreFixture *fixture, const char *id, const char *node)
{
	OffhookCallRecord call = store_sample_call(id);
	OffhookRecordingRecord recording = {
	    .id = (char *)id,
	    .call_id = (char *)id,
	    .path = (char *)"/tmp/r.wav",
	    .format = (char *)"wav",
	    .started_us = STORE_SAMPLE_US,
	    .status = (char *)"recording",
	};

	store_sample_begin(fixture->store, id);
	call.node = (char *)node;
	store_sample_put_call(fixture->store, &call);
	g_assert_true(offhook_store_put_recording(fixture->store, &recording, NULL));
}

static void
check_interrupted(StoreFixture *fixture, const char *id, const char *call_status,
		  const char *talk_status, const char *recording_status, gint64 ended_us)
{
	g_autofree char *talk_id = g_strconcat(id, "-talk", NULL);
	g_autoptr(OffhookCallRecord) call = offhook_store_sync_get_call(fixture->store, id, NULL);
	g_autoptr(OffhookConversationRecord) talk =
	    offhook_store_sync_get_conversation(fixture->store, talk_id, NULL, NULL);
	g_autoptr(OffhookRecordingRecord) recording =
	    offhook_store_sync_get_recording(fixture->store, id, NULL);

	g_assert_cmpstr(call->status, ==, call_status);
	g_assert_cmpint(call->ended_us, ==, ended_us);
	g_assert_cmpstr(talk->status, ==, talk_status);
	g_assert_cmpstr(recording->status, ==, recording_status);
}

static void
test_mark_interrupted(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord ended = full_call("ended");
	OffhookCallEventRecord event = store_sample_event("cut", 3, "call.answered");
	OffhookCallRecord going_on = store_sample_call("going-on");
	g_autoptr(GPtrArray) events = NULL;
	const OffhookCallEventRecord *last;

	going_on.created_us = offhook_timestamp_now() + 60 * G_USEC_PER_SEC;
	begin_with_recording(fixture, "cut", "here");
	event.at_us += 5;
	store_sample_add_event(fixture->store, &event);
	store_sample_say(fixture->store, "cut", 7); /* the last thing that happened, 7 us after */
	begin_with_recording(fixture, "elsewhere", "there");
	store_sample_put_call(fixture->store, &ended);
	/* The database was away at the start: these are calls of the process that asks. */
	store_sample_put_call(fixture->store, &going_on);

	g_assert_cmpuint(offhook_store_sync_mark_interrupted(fixture->store, "here"), ==, 1);
	check_interrupted(fixture, "cut", "interrupted", "interrupted", "interrupted",
			  STORE_SAMPLE_US + 7);
	check_interrupted(fixture, "elsewhere", "in-progress", "active", "recording", 0);
	check_stored_call(fixture, &ended);
	check_stored_call(fixture, &going_on);

	events = offhook_store_sync_list_events(fixture->store, "cut");
	g_assert_cmpuint(events->len, ==, 2);
	last = g_ptr_array_index(events, 1);
	g_assert_cmpuint(last->seq, ==, 4);
	g_assert_cmpstr(last->type, ==, "call.interrupted");
	g_assert_cmpint(last->at_us, >, STORE_SAMPLE_US);

	g_assert_cmpuint(offhook_store_sync_mark_interrupted(fixture->store, "here"), ==, 0);
}

void
offhook_store_contract_add_call_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "call/sparse", test_call_sparse);
	STORE_FIXTURE_ADD(contract, "call/full", test_call_full);
	STORE_FIXTURE_ADD(contract, "call/overwrite", test_call_overwrite);
	STORE_FIXTURE_ADD(contract, "call/survives-reopening", test_call_survives_reopening);
	STORE_FIXTURE_ADD(contract, "call/unknown", test_call_unknown);
	STORE_FIXTURE_ADD(contract, "call/list/pages", test_list_calls_pages);
	STORE_FIXTURE_ADD(contract, "call/list/filters", test_list_calls_filters);
	STORE_FIXTURE_ADD(contract, "call/list/bounds", test_list_calls_bounds);
	STORE_FIXTURE_ADD(contract, "call/mark-interrupted", test_mark_interrupted);
	STORE_FIXTURE_ADD(contract, "event/in-order", test_events_in_order);
	STORE_FIXTURE_ADD(contract, "event/numbered-by-store", test_event_numbered_by_store);
	STORE_FIXTURE_ADD(contract, "event/twice", test_event_twice);
	STORE_FIXTURE_ADD(contract, "event/number-taken", test_event_number_taken);
	STORE_FIXTURE_ADD(contract, "event/of-unknown-call", test_event_of_unknown_call);
	STORE_FIXTURE_ADD(contract, "event/many-rejected", test_many_rejected);
	STORE_FIXTURE_ADD(contract, "turn", test_turns);
	STORE_FIXTURE_ADD(contract, "costs", test_costs);
	STORE_FIXTURE_ADD(contract, "recording", test_recording);
}
