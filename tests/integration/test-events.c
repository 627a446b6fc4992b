/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A call of one turn, placed over the control WebSocket through the loopback driver: exactly the four
 * events, in order, and the same story over REST.
 */

#include "fixture.h"

#include "harness.h"

#define CONFIG                                                                                     \
	"[driver:loopback]\nplay=@DATA@/opening-hours.wav\nwait-for-greeting=true\n"               \
	"hangup-after-silence-ms=8000\n"                                                           \
	"[assistant:one]\ndriver=loopback\nagents=dialog\nstt=pocketsphinx\ntts="                  \
	"flite\n" FIXTURE_PATIENT

static void
test_assert_message(JsonArray *messages, guint index, const char *role, const char *part)
{
	JsonObject *message = json_array_get_object_element(messages, index);

	g_assert_cmpstr(json_object_get_string_member(message, "role"), ==, role);
	g_assert_nonnull(strstr(json_object_get_string_member(message, "content"), part));
}

static void
test_four_events(Fixture *fixture, gconstpointer data)
{
	static const char *const expected[] = {"call.started", "message.received", "message.sent",
					       "call.completed"};
	Listener *listener;
	g_autoptr(JsonObject) call = NULL;
	JsonArray *messages;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, NULL);
	soup_websocket_connection_send_text(
	    listener->connection, "{\"type\":\"initiate_call\",\"phone_number\":\"+15550100001\"}");
	listener_wait(listener, "call.completed", 1);

	g_assert_cmpuint(listener->events->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_cmpstr(
		    json_object_get_string_member(g_ptr_array_index(listener->events, i), "type"),
		    ==, expected[i]);
	call = fixture_wait_call(fixture, "completed");
	/* The greeting is in the transcript too, but it is no answer. */
	messages = json_object_get_array_member(call, "transcription");
	g_assert_cmpuint(json_array_get_length(messages), ==, 3);
	test_assert_message(messages, 0, "assistant", "Lucia");
	test_assert_message(messages, 1, "user", "hours");
	test_assert_message(messages, 2, "assistant", "Tuesday to Sunday");
	listener_free(listener);
}

static void
test_twin(Fixture *fixture, gconstpointer data)
{
	Listener *listener;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"call.ended\"]}");
	soup_websocket_connection_send_text(
	    listener->connection, "{\"type\":\"initiate_call\",\"phone_number\":\"+15550100001\"}");
	listener_wait(listener, "call.ended", 1);
	g_assert_cmpuint(listener->events->len, ==, 2); /* subscribed, call.ended */
	listener_free(listener);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/events/four", Fixture, NULL, fixture_set_up, test_four_events,
		   fixture_tear_down);
	g_test_add("/integration/events/twin", Fixture, NULL, fixture_set_up, test_twin,
		   fixture_tear_down);
	return g_test_run();
}
