/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a broken or hostile far end sends: each ends its own call with a clear word, and a call beside
 * it does not notice. The far end is the emulator with a fault.
 */

#include "fixture.h"

#include "harness.h"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=echo\n"

typedef struct {
	const char *fault;
	const char *value;  /* (nullable) */
	const char *status; /* of the call afterwards */
	const char *code;   /* of the error.occurred */
	const char *expect; /* how the far end sees it */
} Case;

static const Case cases[] = {
    {"--bad-json", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--wrong-stream-id", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--huge-message", "10000000", "failed", "LIMIT_EXCEEDED", "close=1009"},
    {"--binary", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--garbage-frame", NULL, "failed", "VALIDATION_ERROR", "close=1002"},
    {"--lost-stop", NULL, "interrupted", "PROVIDER_ERROR", "heard"},
};

static void
test_fault(Fixture *fixture, gconstpointer data)
{
	const Case *item = data;
	Listener *listener;
	GSubprocess *good, *bad;
	g_autofree char *good_output = NULL;
	g_autofree char *bad_output = NULL;
	JsonObject *event;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"error.occurred\","
					 "\"call.completed\"]}");
	good = fixture_spawn_emulator(fixture, "--greeting-timeout", "0.5", "--say",
				      "one two three four five six seven eight nine ten",
				      "--expect", "heard", NULL);
	bad = fixture_spawn_emulator(fixture, "--greeting-timeout", "0.5", "--answer-timeout", "2",
				     "--say", "goodbye", item->fault,
				     item->value != NULL ? item->value : "--expect",
				     item->value != NULL ? "--expect" : item->expect,
				     item->value != NULL ? item->expect : NULL, NULL);
	event = listener_wait(listener, "error.occurred", 1);
	g_assert_cmpstr(json_object_get_string_member(json_object_get_object_member(event, "data"),
						      "error_code"),
			==, item->code);
	event = listener_wait(listener, "call.completed", 1);
	g_assert_cmpstr(
	    json_object_get_string_member(json_object_get_object_member(event, "data"), "status"),
	    ==, item->status);
	bad_output = fixture_finish_emulator(bad, 0);
	good_output = fixture_finish_emulator(good, 0);
	event = listener_wait(listener, "call.completed", 2);
	g_assert_cmpstr(
	    json_object_get_string_member(json_object_get_object_member(event, "data"), "status"),
	    ==, "completed");
	listener_free(listener);
}

static void
test_signature(Fixture *fixture, gconstpointer data)
{
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) calls = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--bad-signature", "--expect-status", "403", NULL), 0);
	calls = fixture_request(fixture, "GET", "/voice/calls", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(calls, "calls")), ==,
			 0);
	fixture_wait_log(fixture, "X-Twilio-Signature");
}

/* ---- who says nothing ---- */

#define CROWD 256 /* so many may wait, see call-manager-streams.c */

/* Opens a media stream and says nothing. (transfer full) (nullable): he is refused */
static SoupWebsocketConnection *
stand_at_the_door(Fixture *fixture)
{
	g_autofree char *uri = g_strconcat(fixture->url, "/media/twilio", NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("GET", uri);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(GError) error = NULL;
	SoupWebsocketConnection *connection;

	soup_session_websocket_connect_async(fixture->session, msg, NULL, NULL, 0, NULL,
					     harness_store_result_cb, &result);
	done = harness_wait_result(&result, "the media WebSocket");
	connection = soup_session_websocket_connect_finish(fixture->session, done, &error);
	if (connection == NULL)
		g_assert_cmpint(soup_message_get_status(msg), ==, 503);
	else
		g_assert_no_error(error);
	return connection;
}

static guint
count_standing(GPtrArray *crowd)
{
	guint n = 0;

	for (guint i = 0; i < crowd->len; i++)
		if (soup_websocket_connection_get_state(g_ptr_array_index(crowd, i)) ==
		    SOUP_WEBSOCKET_STATE_OPEN)
			n++;
	return n;
}

/* More silent strangers than there may be calls keep no caller out, and nobody who has just come has to go. */
static void
test_crowd(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) crowd = g_ptr_array_new_with_free_func(g_object_unref);
	g_autofree char *output = NULL;

	fixture_configure(fixture, "max-calls=3\n" CONFIG);
	fixture_start(fixture);
	for (guint i = 0; i < 6; i++)
		g_ptr_array_add(crowd, stand_at_the_door(fixture));
	g_assert_cmpuint(count_standing(crowd), ==, 6);
	output = fixture_finish_emulator(fixture_spawn_emulator(fixture, "--greeting-timeout",
								"0.5", "--say", "one two three",
								"--expect", "heard", NULL),
					 0);
}

/** Who tries to get in. */
typedef struct {
	Fixture *fixture;
	GPtrArray *crowd;
} Newcomer;

static gboolean
is_let_in(gpointer data)
{
	Newcomer *self = data;
	SoupWebsocketConnection *connection = stand_at_the_door(self->fixture);

	if (connection != NULL)
		g_ptr_array_add(self->crowd, connection);
	return connection != NULL;
}

static gboolean
have_all_left(gpointer data)
{
	GPtrArray *crowd = data;

	for (guint i = 0; i < crowd->len; i++)
		if (soup_websocket_connection_get_state(g_ptr_array_index(crowd, i)) !=
		    SOUP_WEBSOCKET_STATE_CLOSED)
			return FALSE;
	return TRUE;
}

static guint
count_lines(Fixture *fixture, const char *text)
{
	g_autofree char *log = fixture_read_log(fixture);
	g_auto(GStrv) parts = g_strsplit(log, text, -1);

	return g_strv_length(parts) - 1;
}

/* When all who may wait have just come, it is the newcomer who is refused, until one of them has waited long. */
static void
test_full(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) crowd = g_ptr_array_new_with_free_func(g_object_unref);
	Newcomer newcomer = {fixture, crowd};
	gint64 began_us;

	fixture_configure(fixture, "max-calls=3\n" CONFIG);
	fixture_start(fixture);
	began_us = g_get_monotonic_time();
	while (crowd->len < CROWD && is_let_in(&newcomer))
		;
	/* On a slow machine the first of them has waited long by now. */
	if (!is_let_in(&newcomer))
		g_assert_cmpuint(count_standing(crowd), ==, CROWD);
	else
		g_assert_cmpint(g_get_monotonic_time() - began_us, >=, 2 * G_USEC_PER_SEC);
	harness_poll_until(is_let_in, &newcomer, "somebody to give way");
	/* They go, and the log does not tell of each. */
	began_us = g_get_monotonic_time();
	for (guint i = 0; i < crowd->len; i++)
		if (soup_websocket_connection_get_state(g_ptr_array_index(crowd, i)) ==
		    SOUP_WEBSOCKET_STATE_OPEN)
			soup_websocket_connection_close(g_ptr_array_index(crowd, i),
							SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
	harness_poll_until(have_all_left, crowd, "all to have left");
	fixture_wait_log(fixture, "ended before it belonged to a call");
	g_assert_cmpuint(count_lines(fixture, "ended before it belonged to a call"), <=,
			 2 + (guint)((g_get_monotonic_time() - began_us) / (10 * G_USEC_PER_SEC)));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
		    g_strconcat("/integration/hostile/", cases[i].fault + 2, NULL);

		g_test_add(path, Fixture, &cases[i], fixture_set_up, test_fault, fixture_tear_down);
	}
	g_test_add("/integration/hostile/crowd", Fixture, NULL, fixture_set_up, test_crowd,
		   fixture_tear_down);
	g_test_add("/integration/hostile/full", Fixture, NULL, fixture_set_up, test_full,
		   fixture_tear_down);
	g_test_add("/integration/hostile/signature", Fixture, NULL, fixture_set_up, test_signature,
		   fixture_tear_down);
	return g_test_run();
}
