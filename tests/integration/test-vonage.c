/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scenarios of the Vonage driver: those of every provider, what is signed and opened its own way,
 * and what it has in common with another provider in the same daemon.
 */

#include "scenarios.h"

#include "harness.h"

#include <string.h>

#define APPLICATION "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
#define SECRET      "a-signature-secret-for-tests-0001"
#define EMULATOR    "tests/emulators/vonage/offhook-emulate-vonage"
#define ACCOUNT                                                                                    \
	"--application-id " APPLICATION " --api-key a1b2c3d4 --api-secret only-for-tests-0 "       \
	"--signature-secret " SECRET " --key '@DIR@/vonage.pem' "                                  \
	"--creations-per-second 1000 --requests-per-second 1000 "
#define INBOUND                                                                                    \
	ACCOUNT                                                                                    \
	"--to '@URL@' --log '@DIR@/inbound.jsonl' --requests '@DIR@/inbound-requests.jsonl' "
#define ECHO   "[assistant:line]\nagents=echo\n"
#define DIALOG "[assistant:line]\nagents=dialog\nstt=pocketsphinx\ntts=flite\n" FIXTURE_PATIENT

/* The application's: it is made once, which takes a while, and is in the folder of each test. */
static void
make_key(Scenario *self)
{
	static char *pem;
	g_autofree char *path = g_build_filename(self->base.dir, "vonage.pem", NULL);
	g_autoptr(GError) error = NULL;

	if (pem == NULL) {
		g_autoptr(GSubprocess) openssl = g_subprocess_new(
		    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
		    "openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048",
		    NULL);

		g_assert_no_error(error);
		g_subprocess_communicate_utf8(openssl, NULL, NULL, &pem, NULL, &error);
		g_assert_no_error(error);
		g_assert_true(g_subprocess_get_successful(openssl));
	}
	g_file_set_contents_full(path, pem, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
	g_assert_no_error(error);
}

/* ---- calls that come in ---- */

/* @words: of the emulator, besides the account. (transfer full): what it printed */
static char *
ring(Scenario *self, const char *words, int exit_status)
{
	g_autofree char *line = g_strconcat(INBOUND FIXTURE_PATIENT_CALLER " ", words, NULL);
	g_autofree char *requests =
	    g_build_filename(self->base.dir, "inbound-requests.jsonl", NULL);
	char *output = fixture_finish_emulator(fixture_spawn_program(&self->base, EMULATOR, line),
					       exit_status);

	/* What is controlled is controlled there, and not through the one beside it. */
	self->maybe_none = TRUE;
	scenario_validate(self, requests);
	return output;
}

static guint
count_inbound(Scenario *self, const char *file, const char *text)
{
	g_autofree char *path = g_build_filename(self->base.dir, file, NULL);
	g_autofree char *all = NULL;
	guint n = 0;

	g_file_get_contents(path, &all, NULL, NULL);
	for (const char *at = all; at != NULL && (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static guint
count_log(Scenario *self, const char *text)
{
	return count_inbound(self, "inbound.jsonl", text);
}

static void
test_inbound(Scenario *self, gconstpointer data)
{
	static const char *const ways[] = {
	    "",
	    "--answer-method GET --event-method GET",
	    "--other-region",
	    "--events-twice",
	    "--events-reordered",
	    "--events-delay 400",
	    "--no-marks --no-cleared",
	    "--late-marks 3000",
	    "--jitter 60",
	    "--fragmented",
	    "--unknown-event",
	};

	scenario_start(self, "", ECHO);
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *words = g_strconcat(
		    "--greeting-timeout 0.3 --say 'one two three' --expect heard ", ways[i], NULL);
		g_autofree char *output = ring(self, words, 0);

		g_test_message("%s", ways[i]);
		scenario_assert_ends(self, i + 1, "completed");
		g_assert_cmpuint(count_log(self, "\"error\""), ==, 0);
	}
	g_assert_cmpuint(scenario_count_events(self, "call.completed"), ==, G_N_ELEMENTS(ways));
}

/* The assistant ends the call: by REST, at the region's host. */
static void
test_inbound_farewell(Scenario *self, gconstpointer data)
{
	g_autofree char *output = NULL;

	scenario_start(self, "", DIALOG);
	output = ring(self, "--other-region --say goodbye --expect heard --expect hangup", 0);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_inbound(self, "inbound-requests.jsonl", "\\\"hangup\\\""), ==, 1);
	g_assert_cmpuint(count_inbound(self, "inbound-requests.jsonl", "\"status\":204"), ==, 1);
}

static void
test_keys(Scenario *self, gconstpointer data)
{
	g_autofree char *output = NULL;

	scenario_start(self, "", DIALOG);
	output = ring(self, "--dtmf '12#' --wait 1 --hang-up", 0);
	for (guint i = 0; i < 3; i++) {
		const char digit[] = {"12#"[i], '\0'};

		g_assert_cmpstr(scenario_get(self->listener, "dtmf.received", i + 1, "digit"), ==,
				digit);
	}
	scenario_assert_ends(self, 1, "completed");
}

static void
test_barge_in(Scenario *self, gconstpointer data)
{
	g_autofree char *output = NULL;

	scenario_start(self, "", DIALOG);
	output = ring(self,
		      "--say 'what are your opening hours' --barge-in 1.5 'stop please' --wait 1 "
		      "--hang-up --expect silence-within=" FIXTURE_SILENCE_WITHIN,
		      0);
	g_assert_cmpuint(count_log(self, "\"clear\""), >=, 1);
	scenario_assert_ends(self, 1, "completed");
}

/* Nothing gets in without the right signature, and a call with it still does. */
static void
test_signatures(Scenario *self, gconstpointer data)
{
	static const struct {
		const char *option;
		const char *status;
	} wrongs[] = {
	    {"--bad-signature", "403"}, {"--alg-none", "403"},     {"--stale-signature", "403"},
	    {"--wrong-hash", "403"},    {"--no-signature", "403"},
	};
	g_autofree char *output = NULL;

	scenario_start(self, "", ECHO);
	for (guint i = 0; i < G_N_ELEMENTS(wrongs); i++) {
		g_autofree char *words =
		    g_strdup_printf("%s --expect-status %s", wrongs[i].option, wrongs[i].status);
		g_autofree char *refused = NULL;

		g_test_message("%s", wrongs[i].option);
		refused = ring(self, words, 0);
	}
	output = ring(self, "--greeting-timeout 0.3 --say 'one two three' --expect heard", 0);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.started"), ==, 1);
}

/* A socket is opened by whom it was meant for, once. */
static void
test_stream_tokens(Scenario *self, gconstpointer data)
{
	g_autofree char *wrong = NULL;
	g_autofree char *none = NULL;
	g_autofree char *twice = NULL;

	scenario_start(self, "", ECHO);
	wrong = ring(self, "--bad-stream-token --expect refused=401", 0);
	none = ring(self, "--no-stream-token --expect refused=401", 0);
	twice = ring(
	    self,
	    "--reuse-stream-token --greeting-timeout 0.3 --say 'one two three' --expect heard", 0);
	g_assert_cmpuint(count_log(self, "\"token-reused\",\"status\":\"401\""), ==, 1);
}

/* The socket breaks in the middle: the call gets a new one, or ends, but never hangs. */
static void
test_broken_streams(Scenario *self, gconstpointer data)
{
	static const char *const ways[] = {
	    "--drop 1 --wait 3 --hang-up",    "--lost-stop --wait 1",
	    "--bad-json --wait 3 --hang-up",  "--garbage-frame --wait 3 --hang-up",
	    "--odd-frame --wait 3 --hang-up", "--huge-message 200000 --wait 3 --hang-up"};

	scenario_start(self, "", ECHO);
	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *output = NULL;

		g_test_message("%s", ways[i]);
		output = ring(self, ways[i], 0);
		listener_wait(self->listener, "call.completed", i + 1);
	}
}

/* ---- the account's limits ---- */

/* Three calls in a second and no more: the others wait their turn, and none is lost. */
static void
test_paced(Scenario *self, gconstpointer data)
{
	scenario_start(self, "--creations-per-second 3 --wait 0.2 --hang-up",
		       "calls-per-second=3\napi-timeout=30\n" ECHO);
	self->base.session =
	    (g_object_unref(self->base.session),
	     soup_session_new_with_options("max-conns", 20, "max-conns-per-host", 20, NULL));
	for (guint i = 0; i < 10; i++) {
		g_autofree char *url = g_strconcat(self->base.url, "/voice/calls/initiate", NULL);
		g_autofree char *body = g_strdup_printf("{\"phone_number\":\"+155501200%02u\"}", i);
		g_autoptr(SoupMessage) msg = soup_message_new("POST", url);
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));

		soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
					     self->base.token);
		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
		soup_session_send_and_read_async(self->base.session, msg, 0, NULL, NULL, NULL);
	}
	listener_wait(self->listener, "call.completed", 10);
	for (guint i = 0; i < 10; i++)
		scenario_assert_ends(self, i + 1, "completed");
}

/* ---- recordings ---- */

/* From the first moment or not at all; nobody is told that one has begun. */
static void
test_recording(Scenario *self, gconstpointer data)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	const char *path;

	scenario_start(self, "--wait 60", "[media]\nprovider-recordings=move\n" DIALOG);
	first = scenario_place(self, "+15550100042", "\"recording\":true");
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, first, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", 1, "status"), ==,
			"completed");
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", 2, "status"), ==,
			"fetched");
	path = scenario_get(self->listener, "recording.changed", 2, "path");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	second = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 2);
	scenario_act(self, second, "recording", "{\"action\":\"start\"}", 409); /* it is */
	scenario_act(self, second, "recording", "{\"action\":\"stop\"}", 200);
	scenario_act(self, second, "recording", "{\"action\":\"start\"}", 200);
	scenario_act(self, second, "end", "{}", 200);
	scenario_assert_ends(self, 2, "completed");
}

/* ---- text messages ---- */

static char *
encode(const guint8 *bytes, gsize length)
{
	char *text = g_base64_encode(bytes, length);

	g_strdelimit(text, "+", '-');
	g_strdelimit(text, "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

/* As the carrier would sign @body, or (@hashed is another text) someone else. */
static char *
sign(const char *hashed)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, hashed, -1);
	g_autofree char *claims =
	    g_strdup_printf("{\"iat\":%" G_GINT64_FORMAT ",\"jti\":\"%u\",\"iss\":\"Vonage\","
			    "\"payload_hash\":\"%s\",\"api_key\":\"a1b2c3d4\","
			    "\"application_id\":\"" APPLICATION "\"}",
			    g_get_real_time() / G_USEC_PER_SEC, g_random_int(), hash);
	g_autofree char *body = encode((const guint8 *)claims, strlen(claims));
	g_autofree char *text = g_strconcat("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", body, NULL);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)SECRET, strlen(SECRET));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_autofree char *signature = NULL;

	g_hmac_update(hmac, (const guchar *)text, -1);
	g_hmac_get_digest(hmac, digest, &size);
	signature = encode(digest, size);
	return g_strconcat("Bearer ", text, ".", signature, NULL);
}

static guint
post_sms(Scenario *self, const char *body, const char *hashed)
{
	g_autofree char *url = g_strconcat(self->base.url, "/voice/webhook/vonage/sms", NULL);
	g_autofree char *token = sign(hashed);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	g_autoptr(GBytes) reply = NULL;

	soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "Authorization", token);
	reply = soup_session_send_and_read(self->base.session, msg, NULL, NULL);
	return soup_message_get_status(msg);
}

/* What an account's owner does in the dashboard. */
static void
set_status_url(Scenario *self)
{
	g_autofree char *url =
	    g_strconcat(strchr(self->api_url, '=') + 1, "/v2/applications/" APPLICATION, NULL);
	g_autofree char *body = g_strdup_printf(
	    "{\"name\":\"x\",\"capabilities\":{\"messages\":{\"webhooks\":{"
	    "\"status_url\":{\"address\":\"%s/voice/webhook/vonage/sms-status\"}}}}}",
	    self->base.url);
	g_autofree char *pair = g_base64_encode((const guchar *)"a1b2c3d4:only-for-tests-0", 25);
	g_autofree char *authorization = g_strconcat("Basic ", pair, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("PUT", url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	g_autoptr(GBytes) reply = NULL;

	soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "Authorization",
				     authorization);
	reply = soup_session_send_and_read(self->base.session, msg, NULL, NULL);
	g_assert_cmpuint(soup_message_get_status(msg), ==, 200);
}

static void
test_sms(Scenario *self, gconstpointer data)
{
	static const char inbound[] =
	    "{\"channel\":\"sms\",\"message_uuid\":\"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab\","
	    "\"to\":\"15550100002\",\"from\":\"15550100001\",\"timestamp\":"
	    "\"2026-01-01T14:00:00.000Z\",\"message_type\":\"text\",\"text\":\"hi there\"}";
	g_autoptr(JsonObject) sent = NULL;
	g_autoptr(JsonObject) lost = NULL;
	g_autoptr(JsonObject) refused = NULL;
	guint n;

	scenario_start(self, "", ECHO);
	set_status_url(self);
	sent = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550100042\",\"text\":\"See you at 7 \\u00e9\"}", 200);
	n = scenario_assert_message_ends(self, 0, sent, "delivered");
	lost = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550109006\",\"text\":\"x\"}", 200);
	n = scenario_assert_message_ends(self, n, lost, "undelivered");
	refused = fixture_request(&self->base, "POST", "/voice/messages",
				  "{\"to\":\"+15550109007\",\"text\":\"x\"}", 400);
	g_assert_cmpuint(post_sms(self, inbound, inbound) / 100, ==, 2);
	g_assert_cmpuint(post_sms(self, inbound, inbound) / 100, ==, 2);
	g_assert_cmpuint(post_sms(self, inbound, "another text"), ==, 403);
	g_assert_cmpstr(scenario_get(self->listener, "sms.received", 1, "text"), ==, "hi there");
	g_assert_cmpuint(scenario_count_events(self, "sms.received"), ==, 1);
}

/* ---- beside another provider ---- */

#define TWILIO "tests/emulators/twilio/offhook-emulate-twilio"

static void
switch_to(Scenario *self, const char *provider)
{
	g_autofree char *body = g_strdup_printf("{\"provider\":\"%s\"}", provider);
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->base, "POST", "/voice/providers/switch", body, 200);

	g_assert_cmpstr(json_object_get_string_member(reply, "current_provider"), ==, provider);
}

static char *
place_on(Scenario *self, const char *provider)
{
	g_autoptr(JsonObject) reply = scenario_initiate(self, "+15550100042", NULL, 200);

	g_assert_cmpstr(json_object_get_string_member(reply, "provider"), ==, provider);
	return g_strdup(json_object_get_string_member(reply, "call_id"));
}

/* New calls go to the other one, while calls are in progress on both. */
static void
test_switch(Scenario *self, gconstpointer data)
{
	g_autoptr(GSubprocess) twilio =
	    fixture_spawn_program(&self->base, TWILIO,
				  "--serve 0 --auth-token " FIXTURE_AUTH_TOKEN
				  " --account-sid AC00000000000000000000000000000001 --wait 60");
	g_autoptr(GDataInputStream) output =
	    g_data_input_stream_new(g_subprocess_get_stdout_pipe(twilio));
	g_autofree char *api_url = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	g_autofree char *more = g_strdup_printf(
	    DIALOG "[driver:twilio]\naccount-sid=AC00000000000000000000000000000001\n"
		   "auth-token=" FIXTURE_AUTH_TOKEN "\n"
		   "phone-number=+15550100003\n%s\n",
	    api_url);
	static const char *const providers[] = {"vonage", "twilio", "vonage", "twilio"};
	char *calls[G_N_ELEMENTS(providers)];

	scenario_start(self, "--wait 60", more);
	for (guint i = 0; i < G_N_ELEMENTS(providers); i++) {
		switch_to(self, providers[i]);
		calls[i] = place_on(self, providers[i]);
		listener_wait(self->listener, "prompt.sent", i + 1);
	}
	g_assert_cmpuint(scenario_count_events(self, "call.completed"), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(providers); i++) {
		scenario_act(self, calls[i], "end", "{}", 200);
		scenario_assert_ends(self, i + 1, "completed");
		g_free(calls[i]);
	}
	g_subprocess_send_signal(twilio, SIGTERM);
	g_subprocess_wait(twilio, NULL, NULL);
}

/* The same assistant answers both; it names no provider. */
static void
test_same_assistant(Scenario *self, gconstpointer data)
{
	static const char script[] =
	    " --say 'what are your opening hours' --expect heard --say goodbye --expect hangup";
	g_autofree char *words =
	    g_strconcat("--to '@URL@' --auth-token " FIXTURE_AUTH_TOKEN, script, NULL);
	GSubprocess *other;
	g_autofree char *here = NULL;
	g_autofree char *there = NULL;

	scenario_start(self, "", DIALOG "[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n");
	other = fixture_spawn_program(&self->base, TWILIO, words);
	here = ring(self, script, 0);
	there = fixture_finish_emulator(other, 0);
	scenario_assert_ends(self, 1, "completed");
	scenario_assert_ends(self, 2, "completed");
}

int
main(int argc, char **argv)
{
	static const Provider vonage = {
	    .name = "vonage",
	    .emulator = EMULATOR,
	    .arguments = ACCOUNT,
	    .section = "[driver:vonage]\napplication-id=" APPLICATION
		       "\napi-key=a1b2c3d4\napi-secret=only-for-tests-0\nsignature-secret=" SECRET
		       "\nprivate-key-file=@DIR@/vonage.pem\nphone-number=+15550100002"
		       "\ncalls-per-second=1000\napi-timeout=2\n",
	    .wrong_account = "application-id=bbbbbbbb-bbbb-cccc-dddd-0123456789ab\n"
			     "api-secret=another\n",
	    .patient = "api-timeout=30\n",
	    .openapi = "vonage-voice.openapi.json",
	    /* Recordings, messages and the account have descriptions of their own. */
	    .beside = "GET /v[13]/files/.*|POST /v1/messages|POST /sms/json|"
		      "(GET|PUT) /v2/applications/.*|GET /account/get-balance",
	    .create = "\"POST\",\"path\":\"/v1/calls\"",
	    .timeout_30 = "\\\"ringing_timer\\\":30",
	    .from_7 = "\\\"number\\\":\\\"15550100007\\\"",
	    .withdraw = "\\\"action\\\":\\\"hangup\\\"",
	    .prepare = make_key,
	};
	static const struct {
		const char *name;
		void (*func)(Scenario *self, gconstpointer data);
	} tests[] = {
	    {"inbound", test_inbound},
	    {"inbound-farewell", test_inbound_farewell},
	    {"keys", test_keys},
	    {"barge-in", test_barge_in},
	    {"signatures", test_signatures},
	    {"stream-tokens", test_stream_tokens},
	    {"broken-streams", test_broken_streams},
	    {"paced", test_paced},
	    {"recording", test_recording},
	    {"sms", test_sms},
	    {"switch", test_switch},
	    {"same-assistant", test_same_assistant},
	};

	g_test_init(&argc, &argv, NULL);
	scenario_add_all(&vonage);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		scenario_add(&vonage, tests[i].name, tests[i].func);
	return g_test_run();
}
