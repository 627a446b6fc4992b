/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../loopback-config.h"
#include "../loopback-driver.h"
#include "../loopback-port.h"

#include "driver-sync.h"
#include "harness.h"

#include <json-glib/json-glib.h>

#define URL "http://127.0.0.1:3000/voice/webhook/loopback"

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->host = offhook_fake_call_host_new("http://127.0.0.1:3000");
	fixture->driver = offhook_driver_sync_new(OFFHOOK_TYPE_LOOPBACK_DRIVER, "loopback",
						  fixture->host, offhook_loopback_settings, data);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(fixture->driver);
	g_assert_finalize_object(fixture->host);
}

static OffhookFakeCall *
place(Fixture *fixture, const char *to, guint timeout_s)
{
	OffhookCallRequest request = {.to = to, .timeout_s = timeout_s};
	g_autoptr(GError) error = NULL;
	g_autofree char *provider_id = NULL;

	request.call_id = offhook_fake_call_host_add_call(fixture->host);
	provider_id = offhook_driver_sync_make_call(fixture->driver, &request, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(provider_id);
	return offhook_fake_call_host_get(fixture->host, request.call_id);
}

static gboolean
has_port(gpointer data)
{
	return ((OffhookFakeCall *)data)->port != NULL;
}

static gboolean
has_ended(gpointer data)
{
	return ((OffhookFakeCall *)data)->state == OFFHOOK_CALL_ENDED;
}

static void
execute(Fixture *fixture, OffhookFakeCall *call, OffhookCallVerb verb, const char *argument)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_driver_sync_execute(fixture->driver, call->call_id, verb, argument,
						  NULL, &error));
	g_assert_no_error(error);
}

static void
test_answered(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);

	harness_wait_until(has_port, call, "the audio");
	g_assert_cmpstr(call->history->str, ==, "ringing in-progress ");
	execute(fixture, call, OFFHOOK_VERB_HANG_UP, NULL);
	g_assert_cmpint(call->state, ==, OFFHOOK_CALL_ACTIVE);
	offhook_media_port_close(call->port); /* as the daemon does then */
	harness_wait_until(has_ended, call, "the end");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_COMPLETED);
}

static void
test_party_hangs_up(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);

	harness_wait_until(has_port, call, "the audio");
	while (offhook_loopback_port_tick(OFFHOOK_LOOPBACK_PORT(call->port)))
		;
	harness_wait_until(has_ended, call, "the end");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_COMPLETED);
}

static void
test_transfer(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);

	harness_wait_until(has_port, call, "the audio");
	execute(fixture, call, OFFHOOK_VERB_TRANSFER, "+15550100077");
	offhook_media_port_close(call->port);
	harness_wait_until(has_ended, call, "the end");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_TRANSFERRED);
}

static void
test_hang_up_while_ringing(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);

	execute(fixture, call, OFFHOOK_VERB_HANG_UP, NULL);
	harness_wait_until(has_ended, call, "the end");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_CANCELED);
	g_assert_null(call->port);
}

static void
test_dtmf(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_driver_sync_execute(fixture->driver, call->call_id,
						   OFFHOOK_VERB_SEND_DTMF, "12x", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_clear_error(&error);
	harness_wait_until(has_port, call, "the audio");
	execute(fixture, call, OFFHOOK_VERB_SEND_DTMF, "12#");
	g_assert_true(offhook_loopback_port_tick(OFFHOOK_LOOPBACK_PORT(call->port)));
}

static void
test_dtmf_while_ringing(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_driver_sync_execute(fixture->driver, call->call_id,
						   OFFHOOK_VERB_SEND_DTMF, "1", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
}

static void
test_unanswered(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *number;
		OffhookEndReason reason;
		const char *history;
	} cases[] = {
	    {"+15550199901", OFFHOOK_END_BUSY, "ringing ended "},
	    {"+15550199902", OFFHOOK_END_NO_ANSWER, "ringing ended "},
	    {"+15550199903", OFFHOOK_END_FAILED, "ended "},
	    {"+15550199904", OFFHOOK_END_REJECTED, "ringing ended "},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		OffhookFakeCall *call = place(fixture, cases[i].number, 0);

		harness_wait_until(has_ended, call, cases[i].number);
		g_assert_cmpint(call->reason, ==, cases[i].reason);
		g_assert_cmpstr(call->history->str, ==, cases[i].history);
		g_assert_null(call->port);
	}
}

static void
test_slow_answer(Fixture *fixture, gconstpointer data)
{
	OffhookFakeCall *call = place(fixture, "+15550100042", 0);

	harness_wait_until(has_ended, call, "the caller to give up");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_NO_ANSWER);
}

/* ---- calls that come in ---- */

static OffhookWebhookReply *
post(Fixture *fixture, const char *method, const char *path, const char *body)
{
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request(method, URL, path, "application/json", body);
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply =
	    offhook_driver_sync_webhook(fixture->driver, webhook, NULL, &error);

	g_assert_no_error(error);
	return reply;
}

static void
test_inbound(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) reply =
	    post(fixture, "POST", "", "{\"from\":\"+15550100009\",\"to\":\"+15550100008\"}");
	g_autoptr(JsonNode) json = json_from_string(reply->body, NULL);
	OffhookFakeCall *call;

	g_assert_cmpuint(reply->status, ==, 200);
	call = offhook_fake_call_host_get_nth(fixture->host, 0);
	g_assert_cmpstr(json_object_get_string_member(json_node_get_object(json), "call_id"), ==,
			call->call_id);
	g_assert_cmpstr(call->from, ==, "+15550100009");
	g_assert_cmpstr(call->to, ==, "+15550100008");
	harness_wait_until(has_port, call, "the audio");
	offhook_media_port_close(call->port);
	harness_wait_until(has_ended, call, "the end");
}

static void
test_inbound_defaults(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) reply = post(fixture, "POST", "", "{}");

	g_assert_cmpuint(reply->status, ==, 200);
	g_assert_cmpstr(offhook_fake_call_host_get_nth(fixture->host, 0)->to, ==, "+15550100000");
}

static void
test_inbound_wrong(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *method, *path, *body;
		guint status;
	} cases[] = {
	    {"POST", "", "{\"from\":\"me\"}", 400},
	    {"POST", "", "{\"to\":17}", 400},
	    {"POST", "", "{\"to\":null}", 400},
	    {"POST", "", "[]", 400},
	    {"POST", "", "{", 400},
	    {"POST", "", "", 400},
	    {"GET", "", "", 404},
	    {"POST", "/status", "{}", 404},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookWebhookReply) reply =
		    post(fixture, cases[i].method, cases[i].path, cases[i].body);

		g_assert_cmpuint(reply->status, ==, cases[i].status);
	}
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_inbound_refused_by_daemon(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) reply = NULL;

	offhook_fake_call_host_refuse(fixture->host, OFFHOOK_ERROR_BUSY);
	reply = post(fixture, "POST", "", "{}");
	g_assert_cmpuint(reply->status, ==, 503);
}

static void
test_inbound_off(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookWebhookReply) reply = post(fixture, "POST", "", "{}");

	g_assert_cmpuint(reply->status, ==, 403);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_check(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDriverCheck) check = offhook_driver_sync_check(fixture->driver, &error);

	g_assert_no_error(error);
	g_assert_true(check->authentication && check->api_access && check->webhook_url);
}

static const char *const plain[] = {NULL};
static const char *const keys[] = {"play", "dtmf:1", "hangup-after-silence-ms", "100", NULL};
static const char *const short_ring[] = {"ring-timeout-ms", "10", NULL};
static const char *const slow[] = {"ring-timeout-ms", "10", "answer-delay-ms", "60000", NULL};
static const char *const inbound[] = {"inbound-webhook", "true", NULL};

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, settings, func)                                                                  \
	g_test_add("/loopback/driver/" name, Fixture, settings, set_up, func, tear_down)
	ADD("answered", plain, test_answered);
	ADD("party-hangs-up", keys, test_party_hangs_up);
	ADD("transfer", plain, test_transfer);
	ADD("hang-up-while-ringing", plain, test_hang_up_while_ringing);
	ADD("dtmf", plain, test_dtmf);
	ADD("dtmf-while-ringing", plain, test_dtmf_while_ringing);
	ADD("unanswered", short_ring, test_unanswered);
	ADD("slow-answer", slow, test_slow_answer);
	ADD("inbound", inbound, test_inbound);
	ADD("inbound-defaults", inbound, test_inbound_defaults);
	ADD("inbound-wrong", inbound, test_inbound_wrong);
	ADD("inbound-refused-by-daemon", inbound, test_inbound_refused_by_daemon);
	ADD("inbound-off", plain, test_inbound_off);
	ADD("check", plain, test_check);
	return g_test_run();
}
