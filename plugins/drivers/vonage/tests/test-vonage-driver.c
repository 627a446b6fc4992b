/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Vonage asks and tells over HTTP, and who gets a stream; without the REST interface.
 */

#include "../vonage-config.h"
#include "../vonage-driver.h"
#include "webhook-signer.h"

#include "harness.h"

#include <offhook/json.h>

#define UUID   "63f61863-4a51-4f6b-86e1-46edebcf9356"
#define STREAM "0779a56d002f1c7f47f82ef5fe84ab79"
#define BASE   TEST_PUBLIC "/voice/webhook/vonage"

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	OffhookClock *clock;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->host = offhook_fake_call_host_new(TEST_PUBLIC);
	f->driver = offhook_driver_sync_new(OFFHOOK_TYPE_VONAGE_DRIVER, "vonage", f->host,
					    offhook_vonage_settings, data);
	f->clock = offhook_clock_new_manual(1000000);
	offhook_vonage_driver_set_clock(OFFHOOK_VONAGE_DRIVER(f->driver), f->clock);
	offhook_vonage_driver_set_grace(OFFHOOK_VONAGE_DRIVER(f->driver), 0, 1);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(f->driver);
	g_assert_finalize_object(f->host);
	g_object_unref(f->clock);
}

static OffhookWebhookReply *
ask(Fixture *f, OffhookWebhook *webhook)
{
	g_autoptr(OffhookWebhook) owned = webhook;
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply = offhook_driver_sync_webhook(f->driver, owned, NULL, &error);

	g_assert_no_error(error);
	return reply;
}

static OffhookWebhookReply *
post(Fixture *f, const char *path, const char *query, const char *body)
{
	return ask(f, webhook_signer_post(path, query, body));
}

static void
assert_status(OffhookWebhookReply *reply, guint status)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, status);
	g_assert_null(owned->body);
}

static void
assert_ncco(OffhookWebhookReply *reply, const char *part)
{
	g_autoptr(OffhookWebhookReply) owned = reply;

	g_assert_cmpuint(owned->status, ==, 200);
	g_assert_cmpstr(owned->content_type, ==, "application/json");
	if (strstr(owned->body, part) == NULL)
		g_error("no %s in %s", part, owned->body);
}

static OffhookFakeCall *
first_call(Fixture *f)
{
	return offhook_fake_call_host_get_nth(f->host, 0);
}

#define ANSWER                                                                                     \
	"{\"uuid\":\"" UUID "\",\"conversation_uuid\":\"CON-1\",\"from\":\"15550100001\","         \
	"\"to\":\"15550100002\",\"endpoint_type\":\"phone\","                                      \
	"\"SipHeader_X-Account\":\"7\",\"region_url\":\"https://api-eu-3.vonage.com\"}"

/* What follows "Bearer " in an NCCO. */
static char *
find_token(const char *ncco)
{
	const char *begin = strstr(ncco, "\"value\":\"Bearer ");

	g_assert_nonnull(begin);
	begin += strlen("\"value\":\"Bearer ");
	return g_strndup(begin, strcspn(begin, "\""));
}

/* A call comes in; its stream's token. (transfer full) */
static char *
ring(Fixture *f)
{
	g_autoptr(OffhookWebhookReply) reply = post(f, "/answer", NULL, ANSWER);

	g_assert_cmpuint(reply->status, ==, 200);
	return find_token(reply->body);
}

static OffhookWireProtocol *
upgrade(Fixture *f, const char *token, GError **error)
{
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("GET", TEST_PUBLIC "/media/vonage", "", NULL, NULL);

	if (token != NULL)
		g_hash_table_insert(webhook->headers, g_strdup("authorization"),
				    g_strconcat("Bearer ", token, NULL));
	return offhook_driver_create_protocol(f->driver, webhook, error);
}

static char *
claim(Fixture *f, const char *call_id, const char *token, GError **error)
{
	static const OffhookAudioFormat format = {OFFHOOK_ENCODING_S16LE, 16000};
	g_autoptr(OffhookStreamStart) start = offhook_stream_start_new("s", NULL, &format);

	g_hash_table_insert(start->parameters, g_strdup("call_id"), g_strdup(call_id));
	if (token != NULL)
		g_hash_table_insert(start->parameters, g_strdup("token"), g_strdup(token));
	return offhook_driver_claim_stream(f->driver, start, error);
}

/* A call comes in, and its stream. */
static void
connect_call(Fixture *f)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *token = ring(f);
	g_autoptr(OffhookWireProtocol) protocol = upgrade(f, token, &error);
	g_autofree char *call_id = NULL;

	g_assert_no_error(error);
	call_id = claim(f, first_call(f)->call_id, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(call_id, ==, first_call(f)->call_id);
}

/* An event of one of the first call's legs: its own, or @leg. */
static OffhookWebhookReply *
event(Fixture *f, const char *leg, const char *uuid, const char *status)
{
	g_autofree char *query =
	    leg != NULL ? g_strdup_printf("call=%s&leg=%s", first_call(f)->call_id, leg) : NULL;
	g_autofree char *body =
	    g_strdup_printf("{\"uuid\":\"%s\",\"conversation_uuid\":\"CON-1\",\"status\":\"%s\","
			    "\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"headers\":{}}",
			    uuid, status);

	return post(f, "/event", query, body);
}

static void
execute(Fixture *f, const char *call_id, OffhookCallVerb verb, const char *argument)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(
	    offhook_driver_sync_execute(f->driver, call_id, verb, argument, NULL, &error));
	g_assert_no_error(error);
}

static gboolean
has_ended(gpointer data)
{
	return ((OffhookFakeCall *)data)->state == OFFHOOK_CALL_ENDED;
}

static void
assert_ends(Fixture *f, OffhookEndReason reason)
{
	harness_wait_until(has_ended, first_call(f), "the end of the call");
	g_assert_cmpint(first_call(f)->reason, ==, reason);
}

/* ---- who may ask ---- */

static void
test_refuses(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookWebhook) wrong = webhook_signer_post("/answer", NULL, ANSWER);
	OffhookWebhook *put = webhook_signer_post("/answer", NULL, ANSWER);

	assert_status(ask(f, offhook_driver_sync_request("POST", BASE "/answer", "/answer",
							 "application/json", ANSWER)),
		      403);
	g_bytes_unref(wrong->body);
	wrong->body = g_bytes_new_static("{}", 2);
	assert_status(ask(f, g_steal_pointer(&wrong)), 403);
	g_free(put->method);
	put->method = g_strdup("PUT");
	assert_status(ask(f, put), 405);
	assert_status(post(f, "/nowhere", NULL, "{}"), 404);
	assert_status(post(f, "/answer", NULL, "{\"uuid\":\"a b\"}"), 400);
	assert_status(post(f, "/answer", NULL, "[]"), 400);
	/* The signature is about the body, so what stands in the URL instead is nobody's word. */
	assert_status(post(f, "/answer", "uuid=" UUID "&from=15550100001&to=15550100002", ""), 400);
	g_assert_cmpuint(offhook_fake_call_host_count(f->host), ==, 0);
}

static void
test_no_secret(Fixture *f, gconstpointer data)
{
	assert_status(post(f, "/answer", NULL, ANSWER), 503);
	g_assert_cmpuint(offhook_fake_call_host_count(f->host), ==, 0);
}

/* ---- the answer webhook ---- */

static void
test_connects(Fixture *f, gconstpointer data)
{
	g_autofree char *part = NULL;
	g_autoptr(OffhookWebhookReply) reply = post(f, "/answer", NULL, ANSWER);

	g_assert_cmpstr(first_call(f)->from, ==, "+15550100001");
	g_assert_cmpstr(first_call(f)->to, ==, "+15550100002");
	g_assert_cmpstr(first_call(f)->provider_call_id, ==, UUID);
	part = g_strdup_printf("\"uri\":\"wss://pbx.example.com/media/vonage\",\"content-type\":"
			       "\"audio/l16;rate=16000\",\"headers\":{\"call_id\":\"%s\"",
			       first_call(f)->call_id);
	assert_ncco(g_steal_pointer(&reply), part);
	/* Asked again: the same call. */
	assert_ncco(post(f, "/answer", NULL, ANSWER), "\"websocket\"");
	g_assert_cmpuint(offhook_fake_call_host_count(f->host), ==, 1);
}

static void
test_connects_by_get(Fixture *f, gconstpointer data)
{
	OffhookWebhook *webhook = offhook_driver_sync_request(
	    "GET", BASE "/answer?to=15550100002&from=15550100001&uuid=" UUID, "/answer", NULL,
	    NULL);

	g_hash_table_insert(webhook->headers, g_strdup("authorization"),
			    webhook_signer_make_token("{\"to\":\"15550100002\",\"from\":"
						      "\"15550100001\",\"uuid\":\"" UUID "\"}"));
	assert_ncco(ask(f, webhook), "\"websocket\"");
	g_assert_cmpstr(first_call(f)->from, ==, "+15550100001");
}

static void
test_no_assistant(Fixture *f, gconstpointer data)
{
	offhook_fake_call_host_refuse(f->host, OFFHOOK_ERROR_UNAVAILABLE);
	assert_ncco(post(f, "/answer", NULL, ANSWER), "[]");
}

static void
test_no_assistant_but_words(Fixture *f, gconstpointer data)
{
	offhook_fake_call_host_refuse(f->host, OFFHOOK_ERROR_UNAVAILABLE);
	assert_ncco(post(f, "/answer", NULL, ANSWER),
		    "[{\"action\":\"talk\",\"text\":\"Call us later.\"},{\"action\":\"connect\"");
	offhook_fake_call_host_refuse(f->host, OFFHOOK_ERROR_BUSY);
	assert_ncco(post(f, "/answer", NULL, ANSWER), "[]");
}

static void
test_records(Fixture *f, gconstpointer data)
{
	g_autofree char *query = NULL;

	assert_ncco(post(f, "/answer", NULL, ANSWER), "[{\"action\":\"record\"");
	query = g_strdup_printf("call=%s", first_call(f)->call_id);
	assert_status(post(f, "/event", query,
			   "{\"recording_url\":\"https://api.nexmo.com/v1/files/abc-1\","
			   "\"recording_uuid\":\"r\",\"start_time\":\"2026-01-01T00:00:00Z\","
			   "\"end_time\":\"2026-01-01T00:00:05Z\"}"),
		      200);
	g_assert_cmpstr(first_call(f)->recordings->str, ==, "completed ");
	g_assert_cmpstr(offhook_fake_call_host_get_recording(f->host), ==, "abc-1");
}

static void
test_fallback(Fixture *f, gconstpointer data)
{
	g_test_expect_message("offhook-vonage", G_LOG_LEVEL_WARNING, "*could not use our answer*");
	g_test_expect_message("offhook-vonage", G_LOG_LEVEL_WARNING, "*could not use our answer*");
	/* Nobody has asked us before: this is the answer. */
	assert_ncco(post(f, "/fallback", NULL, ANSWER), "\"websocket\"");
	/* Our answer was of no use. */
	assert_ncco(
	    post(f, "/fallback", NULL, "{\"uuid\":\"" UUID "\",\"reason\":\"Connection closed.\"}"),
	    "Call us later.");
	g_test_assert_expected_messages();
	assert_ends(f, OFFHOOK_END_FAILED);
}

/* ---- streams ---- */

static void
test_stream_token(Fixture *f, gconstpointer data)
{
	g_autofree char *token = ring(f);
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(upgrade(f, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	g_clear_error(&error);
	g_assert_null(upgrade(f, "something", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	g_clear_error(&error);
	/* A first message without an upgrade before it. */
	g_assert_null(claim(f, first_call(f)->call_id, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_clear_error(&error);
	protocol = upgrade(f, token, &error);
	g_assert_no_error(error);
	/* Once. */
	g_assert_null(upgrade(f, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
}

static void
test_stream_too_late(Fixture *f, gconstpointer data)
{
	g_autofree char *token = ring(f);
	g_autoptr(GError) error = NULL;

	offhook_clock_advance(f->clock, 60 * G_USEC_PER_SEC);
	g_assert_null(upgrade(f, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
}

static void
test_signed_stream(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) reply = post(f, "/answer", NULL, ANSWER);
	const char *begin = strstr(reply->body, "\"token\":\"") + strlen("\"token\":\"");
	g_autofree char *token = g_strndup(begin, strcspn(begin, "\""));
	g_autofree char *bearer = webhook_signer_make_token("whatever");
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	g_autofree char *call_id = NULL;

	g_assert_nonnull(strstr(reply->body, "\"authorization\":{\"type\":\"vonage\"}"));
	g_assert_null(upgrade(f, token, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION);
	g_clear_error(&error);
	protocol = upgrade(f, bearer + strlen("Bearer "), &error);
	g_assert_no_error(error);
	g_assert_null(claim(f, first_call(f)->call_id, "wrong", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_clear_error(&error);
	call_id = claim(f, first_call(f)->call_id, token, &error);
	g_assert_no_error(error);
}

static void
test_open_stream(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol = upgrade(f, NULL, &error);
	g_autofree char *call_id = NULL;

	g_assert_no_error(error);
	call_id = claim(f, "nobody", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(offhook_fake_call_host_count(f->host), ==, 1);
	g_assert_true(first_call(f)->answered);
}

/* ---- events ---- */

static void
test_out_of_order(Fixture *f, gconstpointer data)
{
	connect_call(f);
	assert_status(event(f, NULL, UUID, "ringing"), 200);
	assert_status(event(f, NULL, UUID, "started"), 200);
	assert_status(event(f, NULL, UUID, "answered"), 200);
	assert_status(event(f, NULL, UUID, "ringing"), 200);
	assert_status(event(f, NULL, UUID, "answered"), 200);
	assert_status(event(f, NULL, UUID, "what-comes-next"), 200);
	assert_status(event(f, NULL, "another-leg", "completed"), 200);
	g_assert_cmpstr(first_call(f)->history->str, ==, "ringing in-progress ");
	assert_status(event(f, NULL, UUID, "completed"), 200);
	assert_status(event(f, NULL, UUID, "completed"), 200);
	assert_status(event(f, NULL, UUID, "answered"), 200);
	assert_ends(f, OFFHOOK_END_COMPLETED);
	g_assert_cmpstr(first_call(f)->history->str, ==, "ringing in-progress ended ");
}

static void
test_two_legs(Fixture *f, gconstpointer data)
{
	connect_call(f);
	assert_status(event(f, "stream", STREAM, "started"), 200);
	assert_status(event(f, "stream", STREAM, "answered"), 200);
	assert_status(event(f, "stream", STREAM, "completed"), 200);
	/* The end of the stream's leg alone is none of the call. */
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(first_call(f)->state, !=, OFFHOOK_CALL_ENDED);
}

static void
test_marked_events(Fixture *f, gconstpointer data)
{
	static const char *const bodies[] = {
	    "{\"uuid\":\"" UUID "\",\"conversation_uuid_from\":\"CON-1\","
	    "\"conversation_uuid_to\":\"CON-2\",\"status\":\"completed\"}",
	    "{\"uuid\":\"" UUID "\",\"dtmf\":{\"digits\":null},\"status\":\"completed\"}",
	    "{\"uuid\":\"" UUID "\",\"speech\":{},\"status\":\"completed\"}",
	    "{\"uuid\":\"" UUID "\",\"payload\":{},\"status\":\"completed\"}",
	    "{\"uuid\":\"" UUID "\",\"recording_url\":\"x\",\"status\":\"completed\"}",
	    "{\"uuid\":\"" UUID "\"}",
	    "{\"uuid\":7,\"status\":8}",
	};

	connect_call(f);
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++)
		assert_status(post(f, "/event", NULL, bodies[i]), 200);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(first_call(f)->state, !=, OFFHOOK_CALL_ENDED);
}

static void
test_unreachable(Fixture *f, gconstpointer data)
{
	g_autofree char *token = ring(f);

	g_test_expect_message("offhook-vonage", G_LOG_LEVEL_WARNING, "*media stream*");
	assert_ncco(event(f, "stream", STREAM, "failed"), "Call us later.");
	g_test_assert_expected_messages();
	assert_ends(f, OFFHOOK_END_FAILED);
}

/* ---- what comes after our stream ---- */

static void
test_disconnected(Fixture *f, gconstpointer data)
{
	connect_call(f);
	assert_status(event(f, "stream", STREAM, "answered"), 200);
	assert_status(event(f, "stream", STREAM, "disconnected"), 200);
	assert_ends(f, OFFHOOK_END_COMPLETED);
}

static void
test_transfer(Fixture *f, gconstpointer data)
{
	connect_call(f);
	execute(f, first_call(f)->call_id, OFFHOOK_VERB_TRANSFER, "+15550100099");
	assert_ncco(event(f, "stream", STREAM, "disconnected"),
		    "[{\"action\":\"connect\",\"endpoint\":[{\"type\":\"phone\",\"number\":"
		    "\"15550100099\"}],\"eventType\":\"synchronous\",");
	/* Told twice. */
	assert_status(event(f, "stream", STREAM, "disconnected"), 200);
	assert_status(event(f, "dial", "third", "ringing"), 200);
	assert_status(event(f, "dial", "third", "answered"), 200);
	assert_ends(f, OFFHOOK_END_TRANSFERRED);
}

static void
test_transfer_fails(Fixture *f, gconstpointer data)
{
	connect_call(f);
	execute(f, first_call(f)->call_id, OFFHOOK_VERB_TRANSFER, "+15550100099");
	assert_ncco(event(f, "stream", STREAM, "disconnected"), "15550100099");
	assert_ncco(event(f, "dial", "third", "unanswered"), "\"websocket\"");
	g_assert_cmpstr(first_call(f)->transfers->str, ==, "the other side: no-answer ");
	g_assert_cmpint(first_call(f)->state, !=, OFFHOOK_CALL_ENDED);
}

static void
test_bridge(Fixture *f, gconstpointer data)
{
	g_autofree char *body = g_strdup(
	    "{\"uuid\":\"other\",\"conversation_uuid\":\"CON-2\",\"from\":\"1\",\"to\":\"2\"}");
	g_autoptr(OffhookWebhookReply) reply = NULL;
	g_autoptr(OffhookWireProtocol) protocol = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *token = NULL;
	g_autofree char *call_id = NULL;
	g_autofree char *query = NULL;
	OffhookFakeCall *other;

	connect_call(f);
	reply = post(f, "/answer", NULL, body);
	token = find_token(reply->body);
	other = offhook_fake_call_host_get_nth(f->host, 1);
	g_assert_false(offhook_driver_sync_execute(
	    f->driver, first_call(f)->call_id, OFFHOOK_VERB_BRIDGE, other->call_id, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	g_clear_error(&error);
	protocol = upgrade(f, token, &error);
	call_id = claim(f, other->call_id, NULL, &error);
	g_assert_no_error(error);
	execute(f, first_call(f)->call_id, OFFHOOK_VERB_BRIDGE, other->call_id);
	assert_ncco(event(f, "stream", STREAM, "disconnected"),
		    "[{\"action\":\"conversation\",\"name\":\"offhook-");
	assert_ends(f, OFFHOOK_END_TRANSFERRED);
	query = g_strdup_printf("call=%s&leg=stream", other->call_id);
	assert_ncco(post(f, "/event", query, "{\"uuid\":\"s2\",\"status\":\"disconnected\"}"),
		    first_call(f)->call_id);
}

static void
test_hang_up(Fixture *f, gconstpointer data)
{
	connect_call(f);
	execute(f, first_call(f)->call_id, OFFHOOK_VERB_TRANSFER, "+15550100099");
	execute(f, first_call(f)->call_id, OFFHOOK_VERB_HANG_UP, NULL);
	assert_status(event(f, "stream", STREAM, "disconnected"), 200);
	assert_ends(f, OFFHOOK_END_COMPLETED);
	assert_ncco(post(f, "/answer", NULL, ANSWER), "[]");
}

/* ---- text messages ---- */

static void
test_messages(Fixture *f, gconstpointer data)
{
	assert_status(post(f, "/sms", NULL,
			   "{\"channel\":\"sms\",\"message_uuid\":\"m-1\",\"from\":\"15550100001\","
			   "\"to\":\"15550100002\",\"message_type\":\"text\",\"text\":\"hi\"}"),
		      200);
	assert_status(post(f, "/sms-status", NULL,
			   "{\"message_uuid\":\"m-2\",\"status\":\"rejected\","
			   "\"error\":{\"title\":\"1050\"}}"),
		      200);
	assert_status(
	    post(f, "/sms-status", NULL, "{\"message_uuid\":\"m-3\",\"status\":\"read\"}"), 200);
	g_assert_cmpstr(offhook_fake_call_host_get_messages(f->host), ==,
			"received +15550100001 +15550100002: hi\nfailed m-2 (Vonage says 1050)\n"
			"delivered m-3\n");
}

/* @age_s: of its timestamp */
static OffhookWebhookReply *
post_sms(Fixture *f, const char *path, const char *secret, const char *text, gint64 age_s)
{
	g_autofree char *time =
	    g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() / G_USEC_PER_SEC - age_s);
	g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *signature = NULL;
	g_autofree char *body = NULL;
	g_autofree char *url = g_strconcat(BASE, path, NULL);

	g_hash_table_insert(fields, "api-key", TEST_KEY);
	g_hash_table_insert(fields, "msisdn", "15550100001");
	g_hash_table_insert(fields, "to", "15550100002");
	g_hash_table_insert(fields, "messageId", "0A01");
	g_hash_table_insert(fields, "text", (char *)text);
	g_hash_table_insert(fields, "timestamp", time);
	signature = offhook_vonage_sms_signature_make(fields, secret, OFFHOOK_VONAGE_SMS_MD5_HASH);
	body = g_strdup_printf("api-key=" TEST_KEY "&msisdn=15550100001&to=15550100002&"
			       "messageId=0A01&text=%s&timestamp=%s&sig=%s",
			       text, time, signature);
	return ask(f, offhook_driver_sync_request("POST", url, path,
						  "application/x-www-form-urlencoded", body));
}

static void
test_sms(Fixture *f, gconstpointer data)
{
	assert_status(post_sms(f, "/sms", "wrong", "hi", 0), 403);
	assert_status(post_sms(f, "/event", TEST_SECRET, "hi", 0), 403);
	assert_status(post_sms(f, "/sms", TEST_SECRET, "hi", 400), 403);
	assert_status(post_sms(f, "/sms", TEST_SECRET, "hi", -100), 403);
	assert_status(post_sms(f, "/sms", TEST_SECRET, "hi", 300), 200);
	g_assert_cmpstr(offhook_fake_call_host_get_messages(f->host), ==,
			"received +15550100001 +15550100002: hi\n");
}

static const char *const plain[] = {
    "api-key", TEST_KEY, "signature-secret", TEST_SECRET, "phone-number", "+15550100002", NULL};
static const char *const words[] = {"api-key",         TEST_KEY,           "signature-secret",
				    TEST_SECRET,       "fallback-message", "Call us later.",
				    "fallback-number", "+15550100077",     NULL};
static const char *const recorded[] = {
    "api-key", TEST_KEY, "signature-secret", TEST_SECRET, "record-calls", "true", NULL};
static const char *const by_vonage[] = {
    "api-key", TEST_KEY, "signature-secret", TEST_SECRET, "stream-auth", "vonage", NULL};
static const char *const open_door[] = {
    "api-key", TEST_KEY, "signature-secret", TEST_SECRET, "stream-auth", "none", NULL};
static const char *const nothing[] = {NULL};

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		const char *const *settings;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"refuses", plain, test_refuses},
	    {"no-secret", nothing, test_no_secret},
	    {"connects", plain, test_connects},
	    {"connects-by-get", plain, test_connects_by_get},
	    {"no-assistant", plain, test_no_assistant},
	    {"no-assistant-but-words", words, test_no_assistant_but_words},
	    {"records", recorded, test_records},
	    {"fallback", words, test_fallback},
	    {"stream-token", plain, test_stream_token},
	    {"stream-too-late", plain, test_stream_too_late},
	    {"signed-stream", by_vonage, test_signed_stream},
	    {"open-stream", open_door, test_open_stream},
	    {"out-of-order", plain, test_out_of_order},
	    {"two-legs", plain, test_two_legs},
	    {"marked-events", plain, test_marked_events},
	    {"unreachable", words, test_unreachable},
	    {"disconnected", plain, test_disconnected},
	    {"transfer", plain, test_transfer},
	    {"transfer-fails", plain, test_transfer_fails},
	    {"bridge", plain, test_bridge},
	    {"hang-up", plain, test_hang_up},
	    {"messages", plain, test_messages},
	    {"sms", plain, test_sms},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/vonage/driver/", tests[i].name, NULL);

		g_test_add(path, Fixture, tests[i].settings, set_up, tests[i].func, tear_down);
	}
	return g_test_run();
}
