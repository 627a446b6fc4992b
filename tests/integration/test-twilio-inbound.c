/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that come in through Twilio: what is known of the caller, the limit, the fallback, and who may
 * bring a media stream.
 */

#include "twilio-provider.h"

#include "harness.h"

#include <string.h>

#define ECHO "[assistant:line]\nagents=echo\n"

/* Rings. @n: makes the call's SID. (transfer full): what is answered */
static char *
ring(Scenario *self, guint n)
{
	g_autofree char *body =
	    g_strdup_printf("CallSid=CA%032u&AccountSid=" TWILIO_ACCOUNT
			    "&From=%%2B15550100001&To=%%2B15550100002&CallStatus=ringing"
			    "&Direction=inbound",
			    n);
	char *reply = NULL;

	g_assert_cmpuint(twilio_post(self, "", body, FIXTURE_AUTH_TOKEN, &reply), ==, 200);
	return reply;
}

static void
assert_rings(Scenario *self, guint n, const char *answer)
{
	g_autofree char *reply = ring(self, n);

	if (strstr(reply, answer) == NULL)
		g_error("no %s in %s", answer, reply);
}

/* ---- who calls ---- */

static void
test_caller(Scenario *self, gconstpointer data)
{
	GSubprocess *emulator;
	g_autofree char *output = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *details = NULL;
	JsonArray *events;

	self->maybe_none = TRUE;
	scenario_start(self, "", ECHO);
	emulator = fixture_spawn_emulator(
	    &self->base, "--field", "StirVerstat=TN-Validation-Passed-B", "--field",
	    "CallerName=\"Bob\" & <Co>", "--field", "ForwardedFrom=+15550100009", "--wait", "0.2",
	    "--hang-up", NULL);
	g_assert_cmpstr(scenario_get(self->listener, "call.details", 1, "attestation"), ==, "B");
	scenario_assert_ends(self, 1, "completed");
	output = fixture_finish_emulator(emulator, 0);
	path = g_strdup_printf("/voice/calls/%s/events",
			       scenario_get(self->listener, "call.details", 1, "call_id"));
	reply = fixture_request(&self->base, "GET", path, NULL, 200);
	events = json_object_get_array_member(reply, "events");
	for (guint i = 0; i < json_array_get_length(events); i++) {
		JsonObject *event = json_array_get_object_element(events, i);

		if (g_str_equal(json_object_get_string_member(event, "type"), "call.details"))
			details = json_object_get_object_member(event, "data");
	}
	g_assert_nonnull(details);
	g_assert_cmpstr(json_object_get_string_member(details, "stir_verstat"), ==,
			"TN-Validation-Passed-B");
	g_assert_cmpstr(json_object_get_string_member(details, "caller_name"), ==,
			"\"Bob\" & <Co>");
	g_assert_cmpstr(json_object_get_string_member(details, "forwarded_from"), ==,
			"+15550100009");
}

/* ---- the limit ---- */

/* Twelve at once, for two of whom there is room; nobody gets in beside them. */
static void
test_limit(Scenario *self, gconstpointer data)
{
	SoupMessage *messages[12];
	GAsyncResult *results[12] = {NULL};
	guint connected = 0;

	self->server = "max-calls=2\n";
	self->maybe_none = TRUE;
	scenario_start(self, "", ECHO);
	for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autofree char *body = g_strdup_printf(
		    "CallSid=CA%032u&AccountSid=" TWILIO_ACCOUNT "&CallStatus=ringing", i);

		messages[i] = twilio_make_webhook(self, "", body, FIXTURE_AUTH_TOKEN);
		soup_session_send_and_read_async(self->base.session, messages[i], 0, NULL,
						 harness_store_result_cb, &results[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&results[i], "an answer");
		g_autoptr(GBytes) bytes =
		    soup_session_send_and_read_finish(self->base.session, result, NULL);
		g_autofree char *reply =
		    g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

		g_assert_cmpuint(soup_message_get_status(messages[i]), ==, 200);
		if (strstr(reply, "<Connect ") != NULL)
			connected++;
		else
			g_assert_nonnull(strstr(reply, "<Reject reason=\"busy\"/>"));
		g_object_unref(messages[i]);
	}
	g_assert_cmpuint(connected, ==, 2);
	g_assert_cmpuint(scenario_count_events(self, "call.started"), ==, 2);
}

/* ---- nobody is there ---- */

static void
test_fallback(Scenario *self, gconstpointer data)
{
	g_autofree char *reply = NULL;

	/* No assistant takes calls of this driver. */
	self->maybe_none = TRUE;
	scenario_start(self, "",
		       "fallback-message=Sorry <all> \"away\".\nfallback-number=+15550100098\n"
		       "[assistant:line]\ndriver=loopback\nagents=echo\n");
	assert_rings(self, 1,
		     "<Say>Sorry &lt;all&gt; &quot;away&quot;.</Say>"
		     "<Dial><Number>+15550100098</Number></Dial><Hangup/>");
	/* Twilio could not use our answer, or a call is from before a restart. */
	g_assert_cmpuint(twilio_post(self, "/fallback",
				     "CallSid=CA7&ErrorCode=11200&CallStatus=ringing",
				     FIXTURE_AUTH_TOKEN, &reply),
			 ==, 200);
	g_assert_nonnull(strstr(reply, "<Dial><Number>+15550100098"));
	g_clear_pointer(&reply, g_free);
	g_assert_cmpuint(twilio_post(self, "/connect-action",
				     "CallSid=CA8&CallStatus=in-progress&Direction=inbound",
				     FIXTURE_AUTH_TOKEN, &reply),
			 ==, 200);
	g_assert_nonnull(strstr(reply, "<Dial><Number>+15550100098"));
}

static void
test_no_fallback(Scenario *self, gconstpointer data)
{
	self->maybe_none = TRUE;
	scenario_start(self, "", "[assistant:line]\ndriver=loopback\nagents=echo\n");
	assert_rings(self, 1, "<Reject/>");
}

/* ---- who may bring a stream ---- */

typedef struct {
	SoupWebsocketConnection *connection;
	gboolean closed;
} Stream;

static void
stream_closed_cb(SoupWebsocketConnection *connection, gpointer user_data)
{
	((Stream *)user_data)->closed = TRUE;
}

static gboolean
stream_is_closed(gpointer data)
{
	return ((Stream *)data)->closed;
}

/* Connects and says which call it is. */
static void
stream_open(Stream *stream, Scenario *self, guint call, const char *token)
{
	g_autofree char *url = g_strconcat(self->base.url, "/media/twilio", NULL);
	g_autofree char *start = g_strdup_printf(
	    "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"MZ1\",\"start\":{"
	    "\"streamSid\":\"MZ1\",\"accountSid\":\"" TWILIO_ACCOUNT "\",\"callSid\":\"CA%032u\","
	    "\"tracks\":[\"inbound\"],\"customParameters\":{\"token\":\"%s\"},\"mediaFormat\":{"
	    "\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1}}}",
	    call, token);
	g_autoptr(SoupMessage) msg = soup_message_new("GET", url);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(GError) error = NULL;

	soup_session_websocket_connect_async(self->base.session, msg, NULL, NULL, 0, NULL,
					     harness_store_result_cb, &result);
	done = harness_wait_result(&result, "the stream");
	stream->connection =
	    soup_session_websocket_connect_finish(self->base.session, done, &error);
	g_assert_no_error(error);
	stream->closed = FALSE;
	g_signal_connect(stream->connection, "closed", G_CALLBACK(stream_closed_cb), stream);
	soup_websocket_connection_send_text(
	    stream->connection,
	    "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
	soup_websocket_connection_send_text(stream->connection, start);
}

static void
stream_close(Stream *stream)
{
	g_signal_handlers_disconnect_by_data(stream->connection, stream);
	g_clear_object(&stream->connection);
}

static void
assert_refused(Scenario *self, guint call, const char *token)
{
	Stream stream;

	stream_open(&stream, self, call, token);
	harness_wait_until(stream_is_closed, &stream, "the stream to be refused");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(stream.connection), ==,
			 SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
	stream_close(&stream);
}

static char *
get_token(const char *twiml)
{
	const char *begin = strstr(twiml, "<Parameter name=\"token\" value=\"");

	g_assert_nonnull(begin);
	begin += strlen("<Parameter name=\"token\" value=\"");
	return g_strndup(begin, strcspn(begin, "\""));
}

static gboolean
is_in_progress(gpointer data)
{
	g_autoptr(JsonObject) list =
	    fixture_request(data, "GET", "/voice/calls?status=in-progress", NULL, 200);

	return json_array_get_length(json_object_get_array_member(list, "calls")) == 1;
}

static void
test_tokens(Scenario *self, gconstpointer data)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *token = NULL;
	g_autofree char *other = NULL;
	Stream stream;

	self->maybe_none = TRUE;
	scenario_start(self, "", ECHO);
	first = ring(self, 1);
	second = ring(self, 2);
	token = get_token(first);
	other = get_token(second);
	assert_refused(self, 1, "guessed");
	assert_refused(self, 1, other); /* another call's */
	assert_refused(self, 3, token); /* a call that never rang */
	stream_open(&stream, self, 1, token);
	harness_poll_until(is_in_progress, &self->base, "the call to be answered");
	/* Once. */
	assert_refused(self, 1, token);
	g_assert_false(stream.closed);
	stream_close(&stream);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	scenario_add(&twilio_provider, "inbound/caller", test_caller);
	scenario_add(&twilio_provider, "inbound/limit", test_limit);
	scenario_add(&twilio_provider, "inbound/fallback", test_fallback);
	scenario_add(&twilio_provider, "inbound/no-fallback", test_no_fallback);
	scenario_add(&twilio_provider, "inbound/tokens", test_tokens);
	return g_test_run();
}
