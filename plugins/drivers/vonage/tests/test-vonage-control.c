/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the driver asks of the REST interface, and what it makes of the answers: against a server in
 * the same main loop that answers as a test says.
 */

#include "../vonage-config.h"
#include "../vonage-driver.h"
#include "test-keys.h"
#include "webhook-signer.h"

#include "harness.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <offhook/json.h>

#define UUID "63f61863-4a51-4f6b-86e1-46edebcf9356"

typedef struct {
	SoupServer *server;
	char *base;
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	GString *requests; /* "METHOD PATH BODY\n" */
	guint bad;         /* so many are answered with `status` first */
	guint status;      /* 0: not at all */
	const char *reply; /* of the others */
	guint n;
} Fixture;

static void
serve_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	 gpointer user_data)
{
	Fixture *f = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	const char *authorization = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "Authorization");
	gboolean bad = f->n++ < f->bad;
	const char *text =
	    bad ? "{\"type\":\"BAD_REQUEST\",\"error_title\":\"Bad Request\"}" : f->reply;

	if (!g_str_has_prefix(path, "/sms/"))
		g_assert_true(g_str_has_prefix(authorization, "Bearer ey"));
	g_string_append_printf(f->requests, "%s %s %.*s\n", soup_server_message_get_method(msg),
			       path, (int)body->length, body->data != NULL ? body->data : "");
	if (bad && f->status == 0) {
		soup_server_message_pause(msg);
		return;
	}
	soup_server_message_set_status(msg, bad ? f->status : 200, NULL);
	soup_server_message_set_response(msg, "application/json", SOUP_MEMORY_COPY, text,
					 strlen(text));
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoslist(GUri) uris = NULL;

	f->requests = g_string_new(NULL);
	f->reply = "{\"uuid\":\"" UUID "\",\"status\":\"started\"}";
	f->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(f->server, NULL, serve_cb, f, NULL);
	soup_server_listen_local(f->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(f->server);
	f->base = g_strdup_printf("http://127.0.0.1:%d", g_uri_get_port(uris->data));
	f->host = offhook_fake_call_host_new(TEST_PUBLIC);
	const char *const settings[] = {"api-key",
					TEST_KEY,
					"signature-secret",
					TEST_SECRET,
					"phone-number",
					"+15550100002",
					"application-id",
					TEST_APPLICATION,
					"private-key",
					TEST_KEY_PKCS8,
					"api-url",
					f->base,
					data != NULL ? "sms-api" : NULL,
					data,
					NULL};
	f->driver = offhook_driver_sync_new(OFFHOOK_TYPE_VONAGE_DRIVER, "vonage", f->host,
					    offhook_vonage_settings, settings);
	offhook_vonage_driver_set_grace(OFFHOOK_VONAGE_DRIVER(f->driver), 0, 1);
	offhook_vonage_driver_set_patience(OFFHOOK_VONAGE_DRIVER(f->driver), 1, 300);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(f->driver);
	g_assert_finalize_object(f->host);
	soup_server_disconnect(f->server);
	g_object_unref(f->server);
	g_string_free(f->requests, TRUE);
	g_free(f->base);
}

static void
assert_asked(Fixture *f, const char *part)
{
	if (strstr(f->requests->str, part) == NULL)
		g_error("no %s in %s", part, f->requests->str);
}

static guint
count(Fixture *f, const char *part)
{
	guint n = 0;

	for (const char *p = f->requests->str; (p = strstr(p, part)) != NULL; p++)
		n++;
	return n;
}

static char *
place(Fixture *f, OffhookCallRequest request, GError **error)
{
	request.call_id = offhook_fake_call_host_add_call(f->host);
	request.to = "+15550100042";
	return offhook_driver_sync_make_call(f->driver, &request, NULL, error);
}

/* A call that has been placed; its id. (transfer none) */
static const char *
place_one(Fixture *f)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *uuid = place(f, (OffhookCallRequest){0}, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(uuid, ==, UUID);
	g_string_truncate(f->requests, 0);
	f->reply = "{\"message\":\"ok\"}";
	f->n = 0;
	return offhook_fake_call_host_get_nth(f->host, 0)->call_id;
}

static gboolean
execute(Fixture *f, const char *call_id, OffhookCallVerb verb, const char *argument, GError **error)
{
	return offhook_driver_sync_execute(f->driver, call_id, verb, argument, NULL, error);
}

/* ---- placing ---- */

static void
test_places(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *uuid = place(
	    f,
	    (OffhookCallRequest){
		.timeout_s = 30, .time_limit_s = 60, .send_digits = "1w2W#", .recording = TRUE},
	    &error);

	g_assert_no_error(error);
	g_assert_cmpstr(uuid, ==, UUID);
	assert_asked(f, "POST /v1/calls {\"to\":[{\"type\":\"phone\",\"number\":\"15550100042\","
			"\"dtmfAnswer\":\"1p2pp#\"}],\"from\":{\"type\":\"phone\",\"number\":"
			"\"15550100002\"},\"event_url\":[\"https://pbx.example.com/voice/webhook/"
			"vonage/event?call=");
	assert_asked(f, "\"ringing_timer\":30,\"length_timer\":60,\"ncco\":[{\"action\":"
			"\"record\",");
	assert_asked(f, "{\"action\":\"connect\",\"endpoint\":[{\"type\":\"websocket\",");
	g_assert_cmpstr(offhook_fake_call_host_get_nth(f->host, 0)->provider_call_id, ==, UUID);
}

static void
test_detection(Fixture *f, gconstpointer data)
{
	static const struct {
		OffhookCallRequest request;
		const char *part;
	} cases[] = {
	    {{.machine_detection = OFFHOOK_DETECT_MACHINE},
	     "{\"behavior\":\"continue\",\"mode\":\"default\"}"},
	    {{.machine_detection = OFFHOOK_DETECT_MACHINE, .wait_for_detection = TRUE},
	     "\"mode\":\"detect\"}"},
	    {{.machine_detection = OFFHOOK_DETECT_BEEP,
	      .wait_for_detection = TRUE,
	      .detection_timeout_s = 5},
	     "\"mode\":\"detect_beep\",\"beep_timeout\":45}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *uuid = place(f, cases[i].request, &error);

		assert_asked(f, cases[i].part);
	}
}

static void
test_answered_by(Fixture *f, gconstpointer data)
{
	static const char *const bodies[] = {
	    "{\"call_uuid\":\"" UUID "\",\"status\":\"machine\"}",
	    "{\"call_uuid\":\"" UUID "\",\"status\":\"machine\",\"sub_state\":\"beep_start\"}",
	    "{\"call_uuid\":\"" UUID "\",\"status\":\"human\"}",
	};

	place_one(f);
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(OffhookWebhook) webhook = webhook_signer_post("/event", NULL, bodies[i]);
		g_autoptr(OffhookWebhookReply) reply =
		    offhook_driver_sync_webhook(f->driver, webhook, NULL, NULL);

		g_assert_cmpuint(reply->status, ==, 200);
	}
	g_assert_cmpstr(offhook_fake_call_host_get_nth(f->host, 0)->answered_by->str, ==,
			"machine machine-beep human ");
}

static void
test_waits_and_asks_again(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *uuid = NULL;

	f->bad = 2;
	f->status = 429;
	uuid = place(f, (OffhookCallRequest){0}, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(count(f, "POST /"), ==, 3);
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	static const struct {
		guint status;
		OffhookError code;
	} cases[] = {
	    {400, OFFHOOK_ERROR_PROVIDER},         {401, OFFHOOK_ERROR_AUTHENTICATION},
	    {402, OFFHOOK_ERROR_PERMISSION},       {403, OFFHOOK_ERROR_PERMISSION},
	    {422, OFFHOOK_ERROR_INVALID_ARGUMENT},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		f->n = 0;
		f->bad = 1;
		f->status = cases[i].status;
		g_assert_null(place(f, (OffhookCallRequest){0}, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)cases[i].code);
		g_assert_nonnull(strstr(error->message, "Bad Request"));
	}
	g_assert_cmpuint(count(f, "POST /"), ==, G_N_ELEMENTS(cases));
}

static void
test_looks_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *uuid = NULL;

	f->bad = 1;
	f->reply = "{\"_embedded\":{\"calls\":["
		   "{\"uuid\":\"old\",\"status\":\"completed\",\"to\":{\"number\":\"15550100042\"},"
		   "\"from\":{\"number\":\"15550100002\"}},"
		   "{\"uuid\":\"other\",\"status\":\"ringing\",\"to\":{\"number\":\"1555\"},"
		   "\"from\":{\"number\":\"15550100002\"}},"
		   "{\"uuid\":\"this\",\"status\":\"ringing\",\"to\":{\"number\":\"15550100042\"},"
		   "\"from\":{\"number\":\"15550100002\"}}]}}";
	uuid = place(f, (OffhookCallRequest){0}, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(uuid, ==, "this");
	g_assert_cmpuint(count(f, "POST /"), ==, 1);
	g_assert_cmpuint(count(f, "GET /v1/calls"), ==, 1);
}

static void
test_never_found(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *query = NULL;
	g_autoptr(OffhookWebhook) webhook = NULL;
	g_autoptr(OffhookWebhookReply) reply = NULL;

	f->bad = 1;
	f->status = 500;
	f->reply = "{\"_embedded\":{\"calls\":[]}}";
	g_assert_null(place(f, (OffhookCallRequest){0}, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpuint(count(f, "POST /"), ==, 1);
	/* It exists after all, and nobody waits for it any more. */
	query = g_strdup_printf("call=%s", offhook_fake_call_host_get_nth(f->host, 0)->call_id);
	webhook =
	    webhook_signer_post("/event", query, "{\"uuid\":\"" UUID "\",\"status\":\"ringing\"}");
	reply = offhook_driver_sync_webhook(f->driver, webhook, NULL, NULL);
	while (count(f, "PUT /") == 0)
		g_main_context_iteration(NULL, TRUE);
	assert_asked(f, "PUT /v1/calls/" UUID " {\"action\":\"hangup\"}");
}

/* ---- changing ---- */

static void
test_hangs_up(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	/* Too early, twice. */
	f->bad = 2;
	f->status = 400;
	g_assert_true(execute(f, call_id, OFFHOOK_VERB_HANG_UP, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(count(f, "{\"action\":\"hangup\"}"), ==, 3);
}

static void
test_hangs_up_what_is_gone(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	f->bad = 1;
	f->status = 404;
	g_assert_true(execute(f, call_id, OFFHOOK_VERB_HANG_UP, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(f->n, ==, 1);
}

static void
test_gives_up(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	f->bad = 100;
	f->status = 400;
	g_assert_false(execute(f, call_id, OFFHOOK_VERB_MUTE, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	g_assert_cmpuint(f->n, ==, 4);
}

static void
test_changes(Fixture *f, gconstpointer data)
{
	static const struct {
		OffhookCallVerb verb;
		const char *argument;
		const char *requests;
	} cases[] = {
	    {OFFHOOK_VERB_MUTE, NULL, "PUT /v1/calls/" UUID " {\"action\":\"mute\"}\n"},
	    {OFFHOOK_VERB_UNMUTE, NULL, "PUT /v1/calls/" UUID " {\"action\":\"unmute\"}\n"},
	    {OFFHOOK_VERB_SEND_DTMF, "1w2W#",
	     "PUT /v1/calls/" UUID "/dtmf {\"digits\":\"1p2pp#\"}\n"},
	    {OFFHOOK_VERB_PLAY, "https://a.test/b.mp3",
	     "PUT /v1/calls/" UUID "/stream {\"stream_url\":[\"https://a.test/b.mp3\"],\"loop\":1,"
	     "\"level\":\"0\"}\n"},
	    {OFFHOOK_VERB_HOLD, NULL, ""},
	    {OFFHOOK_VERB_HOLD, "https://a.test/b.mp3",
	     "PUT /v1/calls/" UUID " {\"action\":\"earmuff\"}\nPUT /v1/calls/" UUID
	     "/stream {\"stream_url\":[\"https://a.test/b.mp3\"],\"loop\":0,\"level\":\"0\"}\n"},
	    {OFFHOOK_VERB_UNHOLD, "https://a.test/b.mp3",
	     "DELETE /v1/calls/" UUID "/stream \nPUT /v1/calls/" UUID
	     " {\"action\":\"unearmuff\"}\n"},
	};
	const char *call_id = place_one(f);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_string_truncate(f->requests, 0);
		g_assert_true(execute(f, call_id, cases[i].verb, cases[i].argument, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(f->requests->str, ==, cases[i].requests);
	}
}

static void
test_bad_arguments(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	g_assert_false(execute(f, call_id, OFFHOOK_VERB_SEND_DTMF, "A", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_clear_error(&error);
	g_assert_false(execute(f, call_id, OFFHOOK_VERB_PLAY, "file:///etc/passwd", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_cmpuint(f->n, ==, 0);
}

/* Keys may do harm twice. */
static void
test_keys_once(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	f->bad = 1;
	f->status = 500;
	g_assert_false(execute(f, call_id, OFFHOOK_VERB_SEND_DTMF, "1", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(f->n, ==, 1);
}

static void
test_transfers_without_stream(Fixture *f, gconstpointer data)
{
	const char *call_id = place_one(f);
	g_autoptr(GError) error = NULL;

	g_assert_true(execute(f, call_id, OFFHOOK_VERB_TRANSFER, "+15550100099", &error));
	g_assert_no_error(error);
	assert_asked(f, "PUT /v1/calls/" UUID " {\"action\":\"transfer\",\"destination\":{\"type\":"
			"\"ncco\",\"ncco\":[{\"action\":\"connect\",\"endpoint\":[{\"type\":"
			"\"phone\",\"number\":\"15550100099\"}]");
}

/* ---- what the key is sent to ---- */

static void
test_trust(Fixture *f, gconstpointer data)
{
	static const char *const right[] = {"https://api.nexmo.com/v1/files/a",
					    "https://api-us-3.vonage.com", "https://nexmo.com"};
	static const char *const wrong[] = {
	    "http://api.nexmo.com",
	    "https://api.nexmo.com.evil.test",
	    "https://evilnexmo.com",
	    "https://api.nexmo.com@evil.test/",
	    "https://evil.test/nexmo.com",
	    "ftp://nexmo.com",
	    "nexmo.com",
	    "",
	};
	OffhookVonageDesk desk = offhook_vonage_driver_get_desk(OFFHOOK_VONAGE_DRIVER(f->driver));

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(offhook_vonage_api_trusts(desk.api, right[i]));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_vonage_api_trusts(desk.api, wrong[i]));
	g_assert_true(offhook_vonage_api_trusts(desk.api, f->base));
}

static void
test_fetches(Fixture *f, gconstpointer data)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "a.wav", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	f->reply = "sound";
	g_assert_true(offhook_driver_sync_fetch_recording(f->driver, "abc", path, &error));
	g_assert_no_error(error);
	assert_asked(f, "GET /v1/files/abc");
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "sound");
	f->n = 0;
	f->bad = 1;
	f->status = 404;
	g_unlink(path);
	g_assert_false(offhook_driver_sync_fetch_recording(f->driver, "abc", path, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	harness_remove_dir(dir);
}

/* ---- text messages ---- */

static char *
send_message(Fixture *f, const char *text, GError **error)
{
	const OffhookTextMessage message = {.to = "+15550100042", .text = text, .message_id = "m"};

	return offhook_driver_sync_send_message(f->driver, &message, NULL, error);
}

static void
test_sends_message(Fixture *f, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(1001, 'a');
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;

	f->reply = "{\"message_uuid\":\"aaaa-1\"}";
	name = send_message(f, "hi", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "aaaa-1");
	assert_asked(f, "POST /v1/messages {\"message_type\":\"text\",\"channel\":\"sms\",\"to\":"
			"\"15550100042\",\"from\":\"15550100002\",\"text\":\"hi\","
			"\"client_ref\":\"m\"}");
	g_assert_null(send_message(f, long_text, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_clear_error(&error);
	f->n = 0;
	f->bad = 1;
	f->status = 500;
	g_assert_null(send_message(f, "hi", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	g_assert_cmpuint(f->n, ==, 1);
}

static void
test_sends_sms(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;

	f->reply = "{\"messages\":[{\"status\":\"0\",\"message-id\":\"0A01\"}]}";
	name = send_message(f, "hi", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "0A01");
	assert_asked(f, "POST /sms/json sig=");
	assert_asked(f, "to=15550100042");
	f->reply = "{\"messages\":[{\"status\":\"14\",\"error-text\":\"Invalid Signature\"}]}";
	g_assert_null(send_message(f, "hi", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		const char *sms_api;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"places", NULL, test_places},
	    {"detection", NULL, test_detection},
	    {"answered-by", NULL, test_answered_by},
	    {"waits-and-asks-again", NULL, test_waits_and_asks_again},
	    {"refused", NULL, test_refused},
	    {"looks-up", NULL, test_looks_up},
	    {"never-found", NULL, test_never_found},
	    {"hangs-up", NULL, test_hangs_up},
	    {"hangs-up-what-is-gone", NULL, test_hangs_up_what_is_gone},
	    {"gives-up", NULL, test_gives_up},
	    {"changes", NULL, test_changes},
	    {"bad-arguments", NULL, test_bad_arguments},
	    {"keys-once", NULL, test_keys_once},
	    {"transfers-without-stream", NULL, test_transfers_without_stream},
	    {"trust", NULL, test_trust},
	    {"fetches", NULL, test_fetches},
	    {"sends-message", NULL, test_sends_message},
	    {"sends-sms", "sms", test_sends_sms},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/vonage/control/", tests[i].name, NULL);

		g_test_add(path, Fixture, tests[i].sms_api, set_up, tests[i].func, tear_down);
	}
	return g_test_run();
}
