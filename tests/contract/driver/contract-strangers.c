/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract: what strangers send, to its webhooks and into its streams. Main thread.
 */

#include "contract-fixture.h"

#include "fake-media-port.h"

#include <string.h>

static void
check_refused(DriverContractFixture *fixture, OffhookDriver *driver, const OffhookWebhook *webhook)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebhookReply) reply =
	    offhook_driver_sync_webhook(driver, webhook, NULL, &error);

	if (reply == NULL) {
		g_assert_true(g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED) ||
			      g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE));
	} else {
		g_assert_no_error(error);
		g_assert_cmpuint(reply->status, >=, 400);
		g_assert_cmpuint(reply->status, <, 600);
	}
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
test_strange_webhooks(DriverContractFixture *fixture, gconstpointer data)
{
	static const char *const types[] = {NULL, "application/x-www-form-urlencoded",
					    "application/json", "text/plain", ""};
	static const char *const bodies[] = {NULL,
					     "",
					     "{",
					     "{}",
					     "[]",
					     "null",
					     "\"from\"",
					     "&&==&%&%zz=%",
					     "%00=%00",
					     "a=b&a=b",
					     "{\"from\":{\"from\":[]},\"to\":1}",
					     "\xff\xfe\x01",
					     "<xml/>"};
	static const char *const methods[] = {"POST", "GET", "PUT"};
	static const char *const paths[] = {"", "/", "/status", "/../../etc/passwd", "/%00"};

	for (guint i = 0; i < G_N_ELEMENTS(bodies) * G_N_ELEMENTS(types) * G_N_ELEMENTS(methods) *
				  G_N_ELEMENTS(paths);
	     i++) {
		guint n = i;
		const char *body = bodies[n % G_N_ELEMENTS(bodies)];
		const char *type = types[(n /= G_N_ELEMENTS(bodies)) % G_N_ELEMENTS(types)];
		const char *method = methods[(n /= G_N_ELEMENTS(types)) % G_N_ELEMENTS(methods)];
		const char *path = paths[(n /= G_N_ELEMENTS(methods)) % G_N_ELEMENTS(paths)];
		g_autofree char *url = g_strconcat(PUBLIC_URL "/voice/webhook/x", path, NULL);
		g_autoptr(OffhookWebhook) webhook =
		    offhook_driver_sync_request(method, url, path, type, body);

		check_refused(fixture, fixture->driver, webhook);
	}
}

static void
test_huge_webhook(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *body = g_strnfill(1 << 20, '[');
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request(
	    "POST", PUBLIC_URL "/voice/webhook/x", "", "application/json", body);

	check_refused(fixture, fixture->driver, webhook);
	g_free(webhook->content_type);
	webhook->content_type = g_strdup("application/x-www-form-urlencoded");
	memset(body, '&', 1 << 20);
	check_refused(fixture, fixture->driver, webhook);
}

static void
test_webhook_before_configure(DriverContractFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookDriver) driver = g_object_new(fixture->contract->get_type(), NULL);
	g_autoptr(OffhookWebhook) webhook =
	    offhook_driver_sync_request("POST", PUBLIC_URL "/voice/webhook/x", "", NULL, "a=b");

	offhook_driver_set_host(driver, OFFHOOK_CALL_HOST(fixture->host), fixture->contract->name);
	check_refused(fixture, driver, webhook);
}

/* ---- streams ---- */

static OffhookWebhook *
make_strange_upgrade(void)
{
	return offhook_driver_sync_request("GET", PUBLIC_URL "/media/x", "", NULL, NULL);
}

/* Where strangers are turned away decides the driver: at the door, or when they say who they are. */
static OffhookWireProtocol *
fixture_open_stream(DriverContractFixture *fixture)
{
	g_autoptr(OffhookWebhook) upgrade =
	    fixture->contract->make_upgrade != NULL
		? fixture->contract->make_upgrade(fixture->driver, fixture->host)
		: make_strange_upgrade();
	g_autoptr(GError) error = NULL;
	OffhookWireProtocol *protocol;

	if (upgrade == NULL) {
		g_test_skip("no upgrade is known that the driver lets in");
		return NULL;
	}
	protocol = offhook_driver_create_protocol(fixture->driver, upgrade, &error);
	if (protocol == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
		g_test_skip("the driver has no media WebSocket");
	}
	return protocol;
}

static void
test_unknown_stream(DriverContractFixture *fixture, gconstpointer data)
{
	static const OffhookAudioFormat format = {OFFHOOK_ENCODING_MULAW, 8000};
	g_autoptr(OffhookWebhook) upgrade = make_strange_upgrade();
	g_autoptr(OffhookStreamStart) start = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol =
	    offhook_driver_create_protocol(fixture->driver, upgrade, &error);

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		g_test_skip("the driver has no media WebSocket");
		return;
	}
	if (protocol == NULL) {
		if (!g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION))
			g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
		return;
	}
	start = offhook_stream_start_new("unheard-of", "nobody", &format);
	g_assert_null(offhook_driver_claim_stream(fixture->driver, start, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_assert_cmpuint(offhook_fake_call_host_count(fixture->host), ==, 0);
}

static void
count_audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	(*(guint *)user_data)++;
}

static void
count_dtmf_cb(gpointer user_data, char digit)
{
	(*(guint *)user_data)++;
}

/* Nothing in these is an event of any protocol; as binary they may be sound, if it is binary. */
static void
check_strange_message(OffhookWireProtocol *protocol, OffhookWireKind kind, const char *message)
{
	const OffhookMediaHandler handler = {.audio = count_audio_cb, .dtmf = count_dtmf_cb};
	guint events = 0;
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, &events);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	guint8 silence[160] = {0};
	gboolean taken;

	offhook_wire_protocol_describe(protocol, port);
	taken = offhook_wire_protocol_receive(protocol, port, kind, (const guint8 *)message,
					      strlen(message), &error);
	g_assert_cmpint(taken, ==, error == NULL);
	if (kind == OFFHOOK_WIRE_TEXT ||
	    offhook_wire_protocol_get_audio_kind(protocol) == OFFHOOK_WIRE_TEXT)
		g_assert_cmpuint(events, ==, 0);
	if (offhook_media_port_is_started(port))
		return;
	g_assert_false(offhook_wire_protocol_format_audio(protocol, silence, sizeof silence, out));
	g_assert_cmpuint(out->len, ==, 0);
}

static void
test_strange_messages(DriverContractFixture *fixture, gconstpointer data)
{
	static const char *const messages[] = {"",     "{",  "}",        "null",       "[]",
					       "{}",   "\"", "\xff\xff", "{\"a\":1}{", "0123456789",
					       "true", " ",  "[[[[[[[["};

	for (guint i = 0; i < G_N_ELEMENTS(messages) * 2; i++) {
		g_autoptr(OffhookWireProtocol) protocol = fixture_open_stream(fixture);

		if (protocol == NULL)
			return;
		check_strange_message(protocol, i % 2 ? OFFHOOK_WIRE_BINARY : OFFHOOK_WIRE_TEXT,
				      messages[i / 2]);
	}
}

const DriverContractCheck driver_contract_strangers_checks[] = {
    {"strange-webhooks", test_strange_webhooks,
     "Whatever strangers post gets a status from 400 on, or an error; no call comes of it."},
    {"huge-webhook", test_huge_webhook, "A megabyte of nonsense is refused as everything else is."},
    {"webhook-before-configure", test_webhook_before_configure,
     "A webhook before the first configuration is refused."},
    {"unknown-stream", test_unknown_stream,
     "A stream that proves nothing is refused, at the door or by claim_stream(), with "
     "OFFHOOK_ERROR_PERMISSION or OFFHOOK_ERROR_AUTHENTICATION."},
    {"strange-messages", test_strange_messages,
     "Messages that make no sense on the media WebSocket are no audio and no keys; receive() "
     "sets an error exactly when it returns FALSE, and nothing is sent before the start."},
    {NULL},
};
