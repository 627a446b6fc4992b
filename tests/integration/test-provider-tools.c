/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a language model has the provider do in a call: a text message to the caller, a call back. The
 * model and Twilio are emulators; words cross, as ConversationRelay has it.
 */

#include "service.h"
#include "twilio-provider.h"

#include "harness.h"

#include <libsoup/soup.h>
#include <offhook/json.h>
#include <string.h>

#define NUMBER "+15550100042"
#define OTHER  "+15550100077"
#define SETTINGS                                                                                   \
	"[engine:openai]\nbase-url=%s\nfirst-byte-timeout-ms=60000\nstall-timeout-ms=60000\n"      \
	"[assistant:desk]\nagents=orchestrator\nllm=openai\ntools=send_sms, schedule_call\n"       \
	"twilio.mode=relay\ntwilio.relay-tts-provider=Google\ngreeting=Hello.\n" FIXTURE_PATIENT
/* The caller asks, and says yes to what he is asked. */
#define CALLER "--say 'please do that' --say 'yes please' --expect heard"
#define ANSWERS                                                                                    \
	"{\"answers\":["                                                                           \
	"{\"if\":\"do that\",\"tools\":[{\"name\":\"%s\",\"arguments\":%s}]},"                     \
	"{\"if\":\"yes\",\"tools\":[{\"name\":\"%s\",\"arguments\":%s}]},"                         \
	"{\"after_tool\":true,\"if\":\"not done\",\"text\":\"Shall I?\"},"                         \
	"{\"after_tool\":true,\"if\":\"%s\",\"text\":\"It is done.\"},"                            \
	"{\"after_tool\":true,\"text\":\"That was not to be.\"}]}"

typedef struct {
	Service *model;
	Listener *tools;
	char *id; /* the call's */
} Favour;

/* A call in which the model wants @tool twice, the second time after a yes; @done: a part of what it gives */
static void
ask(Scenario *self, Favour *favour, const char *tool, const char *arguments, const char *done)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *script = g_strdup_printf(ANSWERS, tool, arguments, tool, arguments, done);
	g_autofree char *options = g_strdup_printf("--script '%s'", path);
	g_autofree char *settings = NULL;

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	favour->model = service_start("openai", options);
	settings = g_strdup_printf(SETTINGS, service_get_base_url(favour->model));
	scenario_start(self, CALLER, settings);
	favour->tools =
	    listener_new(&self->base, "{\"type\":\"subscribe\",\"events\":[\"tool.completed\"]}");
	favour->id = scenario_place(self, NUMBER, NULL);
}

static void
favour_check(Favour *favour, guint n, const char *status)
{
	g_assert_cmpstr(scenario_get(favour->tools, "tool.completed", n, "status"), ==, status);
}

static void
favour_clear(Favour *favour)
{
	listener_free(favour->tools);
	service_stop(favour->model);
	g_free(favour->id);
}

/* The caller has the text, once, and not before he said yes. */
static void
test_sms(Scenario *self, gconstpointer data)
{
	Favour favour;

	ask(self, &favour, "send_sms", "{\"text\":\"Harbour Street 12\"}", "on its way");
	favour_check(&favour, 1, "unconfirmed");
	favour_check(&favour, 2, "ok");
	g_assert_cmpstr(scenario_get(self->listener, "sms.sent", 1, "to"), ==, NUMBER);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_requests(self, "Harbour Street 12"), ==, 1);
	favour_clear(&favour);
}

/* Nobody else gets one, whatever the model says. */
static void
test_sms_to_another(Scenario *self, gconstpointer data)
{
	Favour favour;

	ask(self, &favour, "send_sms", "{\"text\":\"hi\",\"to\":\"" OTHER "\"}", "on its way");
	favour_check(&favour, 1, "unconfirmed");
	favour_check(&favour, 2, "failed");
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "sms.sent"), ==, 0);
	favour_clear(&favour);
}

/* The call is arranged: to the caller, by the assistant, with what it is about. */
static void
test_schedule(Scenario *self, gconstpointer data)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) later = g_date_time_add_hours(now, 2);
	g_autofree char *at = g_date_time_format(later, "%Y-%m-%dT%H:%M:%SZ");
	g_autofree char *arguments =
	    g_strdup_printf("{\"at\":\"%s\",\"reason\":\"the table on Friday\"}", at);
	g_autoptr(JsonObject) reply = NULL;
	JsonArray *calls;
	JsonObject *call;
	Favour favour;

	ask(self, &favour, "schedule_call", arguments, "arranged");
	favour_check(&favour, 1, "unconfirmed");
	favour_check(&favour, 2, "ok");
	scenario_assert_ends(self, 1, "completed");
	reply = fixture_request(&self->base, "GET", "/voice/calls/scheduled", NULL, 200);
	calls = offhook_json_get_array(reply, "scheduled_calls");
	g_assert_cmpuint(json_array_get_length(calls), ==, 1);
	call = json_array_get_object_element(calls, 0);
	g_assert_cmpstr(json_object_get_string_member(call, "status"), ==, "waiting");
	g_assert_cmpstr(json_object_get_string_member(call, "phone_number"), ==, NUMBER);
	g_assert_cmpstr(json_object_get_string_member(call, "assistant"), ==, "desk");
	g_assert_cmpstr(json_object_get_string_member(call, "reason"), ==, "the table on Friday");
	g_assert_cmpint(strncmp(json_object_get_string_member(call, "at"), at, 19), ==, 0);
	favour_clear(&favour);
}

/* ---- what a stream brings ---- */

#define STREAM_SETTINGS                                                                            \
	"stream-auth=none\n[engine:openai]\nbase-url=%s\n[assistant:desk]\nagents=orchestrator\n"  \
	"llm=openai\ntts=flite\nstt=pocketsphinx\nprompt=The order is {custom.orderId}, of {custom.shop-name}, not "            \
	"{custom.other}{custom.token}.\n" FIXTURE_PATIENT

static void
send_text(SoupWebsocketConnection *connection, const char *text)
{
	soup_websocket_connection_send_text(connection, text);
}

static gboolean
has_been_asked(gpointer data)
{
	g_autoptr(JsonObject) state = service_get_state(data);

	return *json_object_get_string_member(state, "last_chat") != '\0';
}

/* A <Stream> in TwiML of the user's own has Parameters; the prompt has them, and nothing else of it. */
static void
test_custom(Scenario *self, gconstpointer data)
{
	Service *model = service_start("openai", "");
	g_autofree char *settings = g_strdup_printf(STREAM_SETTINGS, service_get_base_url(model));
	g_autofree char *url = NULL;
	g_autoptr(SoupMessage) msg = NULL;
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(SoupWebsocketConnection) connection = NULL;
	g_autoptr(JsonObject) state = NULL;
	g_autoptr(GError) error = NULL;
	const char *asked;

	self->maybe_none = TRUE;
	scenario_start(self, "--wait 0.1 --hang-up", settings);
	url = g_strconcat(self->base.url, "/media/twilio", NULL);
	msg = soup_message_new("GET", url);
	soup_session_websocket_connect_async(self->base.session, msg, NULL, NULL, 0, NULL,
					     harness_store_result_cb, &stored);
	done = harness_wait_result(&stored, "the stream");
	connection = soup_session_websocket_connect_finish(self->base.session, done, &error);
	g_assert_no_error(error);
	send_text(connection,
		  "{\"event\":\"connected\",\"protocol\":\"Call\",\"version\":\"1.0.0\"}");
	send_text(
	    connection,
	    "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"MZ1\",\"start\":{"
	    "\"streamSid\":\"MZ1\",\"accountSid\":\"" TWILIO_ACCOUNT
	    "\",\"callSid\":\"CA00000000000000000000000000000077\",\"tracks\":[\"inbound\"],"
	    "\"customParameters\":{\"orderId\":\"A-7\",\"shop-name\":\"Lucia\",\"from\":\"" OTHER
	    "\",\"token\":\"hush\"},\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\","
	    "\"sampleRate\":8000,\"channels\":1}}}");
	listener_wait(self->listener, "prompt.sent", 1);
	send_text(connection, "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\",\"sequenceNumber\":\"2\","
			      "\"dtmf\":{\"track\":\"inbound_track\",\"digit\":\"5\"}}");
	send_text(connection, "{\"event\":\"dtmf\",\"streamSid\":\"MZ1\",\"sequenceNumber\":\"3\","
			      "\"dtmf\":{\"track\":\"inbound_track\",\"digit\":\"#\"}}");
	harness_poll_until(has_been_asked, model, "a question");
	state = service_get_state(model);
	asked = json_object_get_string_member(state, "last_chat");
	g_assert_nonnull(strstr(asked, "The order is A-7, of Lucia, not ."));
	service_stop(model);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	scenario_add(&twilio_provider, "tools/sms", test_sms);
	scenario_add(&twilio_provider, "tools/sms-to-another", test_sms_to_another);
	scenario_add(&twilio_provider, "tools/schedule", test_schedule);
	scenario_add(&twilio_provider, "stream/custom", test_custom);
	return g_test_run();
}
