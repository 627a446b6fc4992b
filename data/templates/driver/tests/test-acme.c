/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Acme driver under the contract that holds for every driver, and what is Acme's own: what it is
 * asked, its signature, its stream. Acme's REST interface is a server on loopback.
 */

#include "driver-contract.h"

#include "../acme.h"
#include "fake-media-port.h"
#include "fake-provider.h"

#include <string.h>

#define KEY "acme-key"

static OffhookFakeProvider *provider;
static const char *good[] = {"api-url", NULL, "api-key", KEY, "phone-number", "+15550100002", NULL};
static const char *const bad_number[] = {"phone-number", "5550100", NULL};
static const char *const *const bad[] = {bad_number, NULL};

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
	self->host = offhook_fake_call_host_new("https://pbx.example.com");
	self->driver =
	    offhook_driver_sync_new(ACME_TYPE_DRIVER, "acme", self->host, acme_settings, good);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
	g_assert_finalize_object(self->driver);
	g_assert_finalize_object(self->host);
}

/* A webhook as Acme sends it, signed with @key. */
static OffhookWebhookReply *
report(Fixture *self, const char *key, const char *body)
{
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request(
	    "POST", "https://pbx.example.com/voice/webhook/acme", "", "application/json", body);
	g_autoptr(GError) error = NULL;
	OffhookWebhookReply *reply;

	g_hash_table_insert(webhook->headers, g_strdup("x-acme-signature"),
			    g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)key,
						      strlen(key), body, -1));
	reply = offhook_driver_sync_webhook(self->driver, webhook, NULL, &error);
	g_assert_no_error(error);
	return reply;
}

static void
test_call_out(Fixture *self, gconstpointer data)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autofree char *name = NULL;
	g_autofree char *asked = NULL;
	g_autoptr(OffhookWebhookReply) ringing = NULL;
	g_autoptr(OffhookWebhookReply) busy = NULL;
	g_autoptr(GError) error = NULL;
	OffhookFakeCall *call;

	offhook_fake_provider_set_answer(provider, 201, "{\"id\":\"a-1\"}");
	request.call_id = offhook_fake_call_host_add_call(self->host);
	call = offhook_fake_call_host_get(self->host, request.call_id);
	name = offhook_driver_sync_make_call(self->driver, &request, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(name, ==, "a-1");
	g_assert_cmpstr(call->provider_call_id, ==, "a-1");
	asked = offhook_fake_provider_dup_request(provider);
	g_assert_true(g_str_has_prefix(asked, "POST /calls "));
	g_assert_nonnull(strstr(asked, "Authorization: Bearer " KEY));
	g_assert_nonnull(strstr(asked, "\"to\":\"+15550100042\",\"from\":\"+15550100002\""));
	g_assert_nonnull(strstr(asked, "wss://pbx.example.com/media/acme?token="));
	ringing = report(self, KEY, "{\"type\":\"ringing\",\"id\":\"a-1\"}");
	busy = report(self, KEY, "{\"type\":\"busy\",\"id\":\"a-1\"}");
	g_assert_cmpuint(busy->status, ==, 200);
	g_assert_cmpstr(call->history->str, ==, "ringing ended ");
	g_assert_cmpint(call->reason, ==, OFFHOOK_END_BUSY);
}

static void
test_refused(Fixture *self, gconstpointer data)
{
	OffhookCallRequest request = {
	    .to = "+15550100042", .caller_id = "+15550100077", .timeout_s = 20};
	g_autofree char *asked = NULL;
	g_autoptr(GError) error = NULL;

	offhook_fake_provider_set_answer(provider, 403, "no credit");
	request.call_id = offhook_fake_call_host_add_call(self->host);
	g_assert_null(offhook_driver_sync_make_call(self->driver, &request, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_assert_false(offhook_driver_sync_execute(self->driver, request.call_id,
						   OFFHOOK_VERB_HANG_UP, NULL, NULL, NULL));
	asked = offhook_fake_provider_dup_request(provider);
	g_assert_nonnull(strstr(asked, "\"from\":\"+15550100077\""));
	g_assert_nonnull(strstr(asked, "\"timeout\":20"));
}

/* Without a key nobody is asked, and nobody is believed. */
static void
test_no_key(Fixture *self, gconstpointer data)
{
	const char *const pairs[] = {"api-url", good[1], NULL};
	g_autoptr(OffhookDriver) driver =
	    offhook_driver_sync_new(ACME_TYPE_DRIVER, "acme", self->host, acme_settings, pairs);
	Fixture other = {self->host, driver};
	OffhookCallRequest request = {.to = "+15550100042"};
	guint before = offhook_fake_provider_count(provider);
	g_autoptr(OffhookWebhookReply) reply =
	    report(&other, "", "{\"type\":\"incoming\",\"id\":\"a-3\"}");
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(reply->status, ==, 403);
	request.call_id = offhook_fake_call_host_add_call(self->host);
	g_assert_null(offhook_driver_sync_make_call(driver, &request, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_cmpuint(offhook_fake_provider_count(provider), ==, before);
}

/* From the webhook that announces a call to what the daemon hears of its stream. */
static void
test_call_in(Fixture *self, gconstpointer data)
{
	static const char body[] =
	    "{\"type\":\"incoming\",\"id\":\"a-2\",\"from\":\"+15550100001\"}";
	g_autoptr(OffhookWebhookReply) stranger = report(self, "another key", body);
	g_autoptr(OffhookWebhookReply) reply = report(self, KEY, body);
	OffhookFakeCall *call = offhook_fake_call_host_get_nth(self->host, 0);
	g_autofree char *token = g_strndup(strstr(reply->body, "token=") + 6, 32);
	g_autofree char *url =
	    g_strconcat("https://pbx.example.com/media/acme?token=", token, NULL);
	g_autoptr(OffhookWebhook) upgrade = offhook_driver_sync_request("GET", url, "", NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol =
	    offhook_driver_create_protocol(self->driver, upgrade, &error);
	static const OffhookMediaHandler nobody = {0};
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&nobody, NULL);
	g_autoptr(OffhookStreamStart) start = NULL;
	g_autofree char *claimed = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(stranger->status, ==, 403);
	g_assert_cmpuint(offhook_fake_call_host_count(self->host), ==, 1);
	offhook_wire_protocol_describe(protocol, port);
	g_assert_false(offhook_wire_protocol_receive(protocol, port, OFFHOOK_WIRE_BINARY,
						     (const guint8 *)"ab", 2, NULL));
	g_assert_true(offhook_wire_protocol_receive(
	    protocol, port, OFFHOOK_WIRE_TEXT, (const guint8 *)"{\"type\":\"start\"}", 16, &error));
	g_assert_true(offhook_media_port_is_started(port));
	start = offhook_stream_start_new("s", NULL, offhook_media_port_get_incoming_format(port));
	g_hash_table_insert(start->parameters, g_strdup("token"), g_strdup(token));
	claimed = offhook_driver_claim_stream(self->driver, start, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(claimed, ==, call->call_id);
	g_assert_null(offhook_driver_claim_stream(self->driver, start, NULL));
}

/* For the contract: an upgrade that is let in. */
static OffhookWebhook *
make_upgrade(OffhookDriver *driver, OffhookFakeCallHost *host)
{
	static guint n;
	Fixture self = {host, driver};
	g_autofree char *body = g_strdup_printf("{\"type\":\"incoming\",\"id\":\"u-%u\"}", n++);
	g_autoptr(OffhookWebhookReply) reply = report(&self, KEY, body);
	g_autofree char *token = g_strndup(strstr(reply->body, "token=") + 6, 32);
	g_autofree char *url =
	    g_strconcat("https://pbx.example.com/media/acme?token=", token, NULL);

	return offhook_driver_sync_request("GET", url, "", NULL, NULL);
}

/* ... and a call that can be acted on. */
static char *
begin_call(OffhookDriver *driver, OffhookFakeCallHost *host, guint n)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autofree char *name = NULL;

	offhook_fake_provider_set_answer(provider, 200, "{\"id\":\"call-%u\"}");
	request.call_id = offhook_fake_call_host_add_call(host);
	name = offhook_driver_sync_make_call(driver, &request, NULL, NULL);
	g_assert_nonnull(name);
	return g_strdup(request.call_id);
}

int
main(int argc, char *argv[])
{
	static const OffhookDriverContract contract = {
	    .name = "acme",
	    .get_type = acme_driver_get_type,
	    .settings = acme_settings,
	    .good = good,
	    .bad = bad,
	    .begin_call = begin_call,
	    .make_upgrade = make_upgrade,
	};
	int status;

	g_test_init(&argc, &argv, NULL);
	provider = offhook_fake_provider_new();
	good[1] = offhook_fake_provider_get_url(provider);
	offhook_driver_contract_add_tests(&contract);
	g_test_add("/acme/call-out", Fixture, NULL, set_up, test_call_out, tear_down);
	g_test_add("/acme/refused", Fixture, NULL, set_up, test_refused, tear_down);
	g_test_add("/acme/no-key", Fixture, NULL, set_up, test_no_key, tear_down);
	g_test_add("/acme/call-in", Fixture, NULL, set_up, test_call_in, tear_down);
	status = g_test_run();
	offhook_fake_provider_free(provider);
	return status;
}
