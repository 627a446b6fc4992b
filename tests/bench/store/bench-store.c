/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much a store writes and how fast it answers: bench-store URL [CALLS]. Each call is what a
 * real one leaves behind: four events, six messages, three turns, a recording.
 */

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/uuid.h"

#define DEFAULT_CALLS 5000
#define EVENTS        4
#define MESSAGES      6
#define TURNS         3
#define READS         200

static guint posted;

static void
post_messages(OffhookStore *store, const char *call_id, const char *talk_id)
{
	for (guint i = 0; i < MESSAGES; i++) {
		g_autofree char *id = offhook_uuid_new_v7();
		OffhookMessageRecord message = store_sample_message(
		    id, talk_id, call_id, "We are open from nine in the morning to five.");

		store_sample_add_message(store, &message);
		posted++;
	}
}

static void
post_events_and_turns(OffhookStore *store, const char *call_id)
{
	OffhookTurnRecord turn = {
	    .call_id = (char *)call_id,
	    .started_us = STORE_SAMPLE_US,
	    .times = OFFHOOK_TURN_TIMES_RECORD_INIT,
	};
	OffhookRecordingRecord recording = {
	    .id = (char *)call_id,
	    .call_id = (char *)call_id,
	    .path = (char *)"/var/lib/offhook/recordings/x.wav",
	    .format = (char *)"wav",
	    .started_us = STORE_SAMPLE_US,
	    .status = (char *)"completed",
	};

	for (guint i = 1; i <= EVENTS; i++) {
		OffhookCallEventRecord event = store_sample_event(call_id, i, "call.started");

		event.data = (char *)"{\"provider\":\"twilio\"}";
		store_sample_add_event(store, &event);
	}
	for (turn.index = 0; turn.index < TURNS; turn.index++)
		g_assert_true(offhook_store_put_turn(store, &turn, NULL));
	g_assert_true(offhook_store_put_recording(store, &recording, NULL));
	posted += EVENTS + TURNS + 1;
}

static void
post_call(OffhookStore *store, guint number)
{
	g_autofree char *id = offhook_uuid_new_v7();
	g_autofree char *talk_id = offhook_uuid_new_v7();
	g_autofree char *from = g_strdup_printf("+1555%07u", number % 1000);
	OffhookCallRecord call = store_sample_call(id);
	OffhookConversationRecord talk = store_sample_conversation(talk_id, id);

	call.from = from;
	call.created_us += number;
	talk.created_us += number;
	store_sample_put_call(store, &call);
	store_sample_put_conversation(store, &talk);
	post_messages(store, id, talk_id);
	post_events_and_turns(store, id);
	call.ended_us = call.created_us;
	call.status = (char *)"completed";
	store_sample_put_call(store, &call);
	posted += 3;
}

static double
get_seconds_since(gint64 begin)
{
	return (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC;
}

static void
bench_writes(OffhookStore *store, guint calls)
{
	gint64 begin = g_get_monotonic_time();
	gint64 in_post = 0;
	double seconds;

	for (guint i = 0; i < calls; i++) {
		gint64 before = g_get_monotonic_time();

		post_call(store, i);
		in_post += g_get_monotonic_time() - before;
		/* Lets the store work, as the daemon's main loop does. */
		if (i % 500 == 499)
			offhook_store_sync_flush(store);
		else
			g_main_context_iteration(NULL, FALSE);
	}
	offhook_store_sync_flush(store);
	seconds = get_seconds_since(begin);
	printf("writes: %u in %.2f s: %.0f/s (%.0f calls/s), %.2f us of the main thread each\n",
	       posted, seconds, posted / seconds, calls / seconds, (double)in_post / posted);
}

static void
bench_page(OffhookStore *store, const char *what, OffhookCallFilter filter)
{
	gint64 begin = g_get_monotonic_time();
	guint64 total = 0;

	for (guint i = 0; i < READS; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) rows =
		    offhook_store_sync_list_calls(store, &filter, &total, &error);

		g_assert_no_error(error);
	}
	printf("%s: %.2f ms a page of %u (%" G_GUINT64_FORMAT " calls)\n", what,
	       get_seconds_since(begin) * 1000 / READS, filter.limit, total);
}

int
main(int argc, char **argv)
{
	guint calls = argc > 2 ? (guint)atoi(argv[2]) : DEFAULT_CALLS;
	g_autoptr(GError) error = NULL;
	OffhookStore *store;

	if (argc < 2) {
		g_printerr("usage: %s sqlite:/path/to/new-file [calls]\n", argv[0]);
		return 2;
	}
	store = offhook_store_sync_open(argv[1], NULL, &error);
	if (store == NULL) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	bench_writes(store, calls);
	bench_page(store, "first page", (OffhookCallFilter){.limit = 50});
	bench_page(store, "last page", (OffhookCallFilter){.limit = 50, .offset = calls - 50});
	bench_page(store, "by status", (OffhookCallFilter){.limit = 50, .status = "completed"});
	bench_page(store, "by number",
		   (OffhookCallFilter){.limit = 50, .phone_number = "+15550000007"});
	offhook_store_sync_close(store);
	return 0;
}
