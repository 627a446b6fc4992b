/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scenarios of the Twilio driver: those of every provider, text messages, and its patience.
 */

#include "twilio-provider.h"

static void
test_sms(Scenario *self, gconstpointer data)
{
	static const char inbound[] = "MessageSid=SM0000000000000000000000000000000a"
				      "&From=%2B15550100001&To=%2B15550100002&Body=hi+there";
	g_autoptr(JsonObject) sent = NULL;
	g_autoptr(JsonObject) lost = NULL;
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) list = NULL;
	guint n;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	sent = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550100042\",\"text\":\"See you at 7 \\u00e9\"}", 200);
	n = scenario_assert_message_ends(self, 0, sent, "delivered");
	lost = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550109006\",\"text\":\"x\"}", 200);
	n = scenario_assert_message_ends(self, n, lost, "undelivered");
	refused = fixture_request(&self->base, "POST", "/voice/messages",
				  "{\"to\":\"+15550109007\",\"text\":\"x\"}", 403);
	g_assert_cmpuint(twilio_post(self, "/sms", inbound, FIXTURE_AUTH_TOKEN, NULL), ==, 204);
	g_assert_cmpuint(twilio_post(self, "/sms", inbound, FIXTURE_AUTH_TOKEN, NULL), ==, 204);
	g_assert_cmpuint(twilio_post(self, "/sms", inbound, "wrong", NULL), ==, 403);
	g_assert_cmpstr(scenario_get(self->listener, "sms.received", 1, "text"), ==, "hi there");
	list = fixture_request(&self->base, "GET", "/voice/messages", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(list, "messages")), ==,
			 4);
	g_assert_cmpuint(scenario_count_events(self, "sms.received"), ==, 1);
	g_assert_cmpstr(scenario_get(self->listener, "sms.status", n + 1, "status"), ==, "failed");
	g_assert_cmpuint(scenario_count_events(self, "sms.status"), ==, n + 1);
}

/* The carrier refuses each of them three times, all at once. */
static void
test_too_many_requests(Scenario *self, gconstpointer data)
{
	const guint placed = 20;

	scenario_start(self, "--wait 0.1 --hang-up",
		       "api-timeout=30\n[assistant:line]\nagents=echo\n");
	for (guint i = 0; i < placed; i++) {
		g_autofree char *message = g_strdup_printf(
		    "{\"type\":\"initiate_call\",\"phone_number\":\"+1555%02u9020\"}", 10 + i);

		soup_websocket_connection_send_text(self->listener->connection, message);
	}
	for (guint i = 0; i < placed; i++)
		scenario_assert_ends(self, i + 1, "completed");
	g_assert_cmpuint(scenario_count_requests(self, "\"status\":429"), ==, placed * 3);
	g_assert_cmpuint(scenario_count_requests(self, "\"status\":201"), ==, placed);
}

static gint64
get_time(Scenario *self, const char *type, guint n)
{
	JsonObject *event = listener_wait(self->listener, type, n);
	g_autoptr(GDateTime) time =
	    g_date_time_new_from_iso8601(json_object_get_string_member(event, "timestamp"), NULL);

	return g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
}

/* A second's worth at once, and then one after the other; nobody is refused for it. */
static void
test_pacing(Scenario *self, gconstpointer data)
{
	const guint placed = 8;

	scenario_start(self, "--wait 0.1 --hang-up",
		       "calls-per-second=4\n[assistant:line]\nagents=echo\n");
	for (guint i = 0; i < placed; i++) {
		g_autofree char *message = g_strdup_printf(
		    "{\"type\":\"initiate_call\",\"phone_number\":\"+1555012%04u\"}", i);

		soup_websocket_connection_send_text(self->listener->connection, message);
	}
	/* Without pacing all would be over in half the time. */
	scenario_assert_ends(self, placed, "completed");
	g_assert_cmpint(
	    get_time(self, "call.completed", placed) - get_time(self, "call.started", 1), >=, 1000);
	g_assert_cmpuint(scenario_count_requests(self, "\"form\":[[\"To\",\"+1555012"), ==, placed);
}

/*
 * A call out where Twilio recognises and speaks. The request says nothing of recording, which would be passed
 * over; the document does.
 */
static void
test_relay(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--say 'what are your opening hours' --expect heard",
		       "[assistant:line]\nagents=dialog\ntwilio.mode=relay\n");
	id = scenario_place(self, "+15550100042", "\"recording\":true");
	listener_wait(self->listener, "prompt.sent", 1);
	listener_wait(self->listener, "message.sent", 1);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "error.occurred"), ==, 0);
	g_assert_cmpuint(scenario_count_requests(self, "[\"Record\",\"true\"]"), ==, 0);
}

/* There is no sound here: who is to record it is Twilio, whatever the configuration says of others. */
static void
test_relay_recorded(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\nagents=dialog\ntwilio.mode=relay\n");
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "recording", "{\"action\":\"start\"}", 200);
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", 1, "source"), ==,
			"provider");
	scenario_act(self, id, "recording", "{\"action\":\"stop\"}", 200);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
}

/* Its webhooks do not arrive: refused here, or sent to an address where nobody is. */
static void
test_silent(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *log = NULL;

	self->server = "ring-timeout=5\n";
	scenario_start(self, "--bad-signature --hang-up", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550100042", NULL);
	scenario_assert_ends(self, 1, "failed");
	log = fixture_read_log(&self->base);
	g_assert_nonnull(strstr(log, "public-url"));
}

/* It rings, and nobody tells when that has ended. */
static void
test_rings_on(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	self->server = "ring-timeout=5\n";
	scenario_start(self, "--hang-up", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550109006", NULL);
	scenario_assert_ends(self, 1, "no-answer");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	scenario_add_all(&twilio_provider);
	scenario_add(&twilio_provider, "sms", test_sms);
	scenario_add(&twilio_provider, "too-many-requests", test_too_many_requests);
	scenario_add(&twilio_provider, "pacing", test_pacing);
	scenario_add(&twilio_provider, "relay", test_relay);
	scenario_add(&twilio_provider, "relay-recorded", test_relay_recorded);
	scenario_add(&twilio_provider, "silent", test_silent);
	scenario_add(&twilio_provider, "rings-on", test_rings_on);
	return g_test_run();
}
