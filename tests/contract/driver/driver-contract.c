/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract as tests. They know nothing of any provider; a driver that passes them can be
 * plugged in without a change elsewhere. Main thread.
 */

#include "driver-contract.h"

#include "fake-media-port.h"
#include "harness.h"

#include <string.h>

#define PUBLIC_URL "https://pbx.example.com"
#define UNKNOWN_ID "00000000-0000-7000-8000-000000000000"

typedef struct {
	const OffhookDriverContract *contract;
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
} Fixture;

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	const OffhookDriverContract *contract = data;

	fixture->contract = contract;
	fixture->host = offhook_fake_call_host_new(PUBLIC_URL);
	fixture->driver =
	    offhook_driver_sync_new(contract->get_type(), contract->name, fixture->host,
				    contract->settings, contract->good);
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_finalize_object(fixture->driver);
	g_assert_finalize_object(fixture->host);
}

static gboolean
fixture_makes_calls(Fixture *fixture)
{
	return offhook_driver_get_capabilities(fixture->driver)->outbound;
}

/* (nullable): there is no way to begin one, and the test is skipped */
static char *
fixture_begin_call(Fixture *fixture, guint n)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autoptr(GError) error = NULL;
	g_autofree char *provider_id = NULL;

	if (fixture->contract->begin_call != NULL) {
		char *call_id = fixture->contract->begin_call(fixture->driver, fixture->host, n);

		if (call_id == NULL)
			g_test_skip("nothing is known that begins a call");
		return call_id;
	}
	request.call_id = offhook_fake_call_host_add_call(fixture->host);
	provider_id = offhook_driver_sync_make_call(fixture->driver, &request, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(provider_id);
	return g_strdup(request.call_id);
}

/* Words that a verb may take, so that a refusal is not about them. */
static const char *
get_argument(OffhookCallVerb verb)
{
	if (verb == OFFHOOK_VERB_SEND_DTMF)
		return "12#";
	if (verb == OFFHOOK_VERB_PLAY)
		return "https://sounds.example.com/hold.wav";
	if (verb == OFFHOOK_VERB_BRIDGE)
		return "00000000-0000-7000-8000-000000000001";
	return verb == OFFHOOK_VERB_TRANSFER ? "+15550100099" : NULL;
}

/* ---- settings ---- */

static void
test_settings(Fixture *fixture, gconstpointer data)
{
	for (const OffhookSetting *s = fixture->contract->settings; s->name != NULL; s++) {
		g_assert_cmpuint(strspn(s->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
				 strlen(s->name));
		g_assert_nonnull(s->help);
		g_assert_true(g_str_has_suffix(s->help, "."));
		g_assert_false((s->flags & OFFHOOK_SETTING_SECRET) && s->default_value != NULL);
		for (const OffhookSetting *t = s + 1; t->name != NULL; t++)
			g_assert_cmpstr(s->name, !=, t->name);
	}
}

static void
test_default_settings(Fixture *fixture, gconstpointer data)
{
	/* A daemon with this driver and no word about it in its configuration must start. */
	g_autoptr(OffhookDriver) driver =
	    offhook_driver_sync_new(fixture->contract->get_type(), fixture->contract->name,
				    fixture->host, fixture->contract->settings, NULL);

	g_assert_nonnull(driver);
}

static void
test_bad_settings(Fixture *fixture, gconstpointer data)
{
	g_autofree char *number = g_strdup(offhook_driver_get_phone_number(fixture->driver));

	if (fixture->contract->bad == NULL) {
		g_test_skip("no settings are known that must be refused");
		return;
	}
	for (guint i = 0; fixture->contract->bad[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookSettings) settings = offhook_driver_sync_settings(
		    fixture->contract->settings, fixture->contract->bad[i], &error);

		if (settings != NULL)
			g_assert_false(offhook_driver_configure(fixture->driver, settings, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_cmpstr(offhook_driver_get_phone_number(fixture->driver), ==, number);
	}
}

static void
test_reload(Fixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = fixture_begin_call(fixture, 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = offhook_driver_sync_settings(
	    fixture->contract->settings, fixture->contract->good, &error);

	if (call_id == NULL)
		return;
	g_assert_no_error(error);
	g_assert_true(offhook_driver_configure(fixture->driver, settings, &error));
	g_assert_no_error(error);
	/* The call does not notice. */
	g_assert_true(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
}

/* ---- capabilities ---- */

static void
test_capabilities(Fixture *fixture, gconstpointer data)
{
	const OffhookCapabilities *can = offhook_driver_get_capabilities(fixture->driver);
	const guint recording =
	    1 << OFFHOOK_VERB_START_RECORDING | 1 << OFFHOOK_VERB_PAUSE_RECORDING |
	    1 << OFFHOOK_VERB_RESUME_RECORDING | 1 << OFFHOOK_VERB_STOP_RECORDING;
	gboolean sends = (can->features & OFFHOOK_DRIVER_SEND_MESSAGE) != 0;
	gboolean receives = (can->features & OFFHOOK_DRIVER_RECEIVE_MESSAGE) != 0;

	g_assert_nonnull(can);
	g_assert_true(can == offhook_driver_get_capabilities(fixture->driver));
	g_assert_cmpuint(can->verbs >> OFFHOOK_VERB_LAST, ==, 0);
	g_assert_true(offhook_driver_can(fixture->driver, OFFHOOK_VERB_HANG_UP));
	g_assert_nonnull(can->voice_features);
	g_assert_cmpint(can->outbound, ==, g_strv_contains(can->voice_features, "outbound"));
	/* Some providers record from the answer on or not at all, and need no verbs for it. */
	g_assert_cmpint((can->verbs & recording) != 0 ||
			    (can->features & OFFHOOK_DRIVER_FETCH_RECORDING) != 0,
			==, can->recording_formats != NULL);
	g_assert_cmpint(sends, ==,
			can->sms_features != NULL && g_strv_contains(can->sms_features, "send"));
	g_assert_cmpint(receives, ==,
			can->sms_features != NULL && g_strv_contains(can->sms_features, "receive"));
	/* What is held can be let go, what is muted heard again. */
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_HOLD), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_UNHOLD));
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_MUTE), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_UNMUTE));
	g_assert_cmpint(offhook_driver_can(fixture->driver, OFFHOOK_VERB_PAUSE_RECORDING), ==,
			offhook_driver_can(fixture->driver, OFFHOOK_VERB_RESUME_RECORDING));
}

/* What a driver does not claim is refused before it reaches the driver. */
static void
test_unsupported_features(Fixture *fixture, gconstpointer data)
{
	OffhookDriver *driver = fixture->driver;
	const OffhookCallRequest requests[] = {
	    {.to = "+15550100042", .machine_detection = OFFHOOK_DETECT_MACHINE},
	    {.to = "+15550100042", .send_digits = "1"},
	    {.to = "+15550100042", .time_limit_s = 60},
	};
	static const OffhookDriverFeatures features[] = {OFFHOOK_DRIVER_MACHINE_DETECTION,
							 OFFHOOK_DRIVER_SEND_DIGITS,
							 OFFHOOK_DRIVER_TIME_LIMIT};

	for (guint i = 0; i < G_N_ELEMENTS(requests); i++) {
		OffhookCallRequest request = requests[i];
		g_autoptr(GError) error = NULL;

		if (offhook_driver_has(driver, features[i]))
			continue;
		request.call_id = offhook_fake_call_host_add_call(fixture->host);
		g_assert_null(offhook_driver_sync_make_call(driver, &request, NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
	if (!offhook_driver_has(driver, OFFHOOK_DRIVER_FETCH_RECORDING)) {
		g_autoptr(GError) error = NULL;

		g_assert_false(
		    offhook_driver_sync_fetch_recording(driver, "x", "/nonexistent/x", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
	if (!offhook_driver_has(driver, OFFHOOK_DRIVER_DELETE_RECORDING)) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_driver_sync_delete_recording(driver, "x", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
}

static void
test_bad_messages(Fixture *fixture, gconstpointer data)
{
	static const OffhookTextMessage messages[] = {
	    {.to = "5550100042", .text = "hello"},
	    {.to = "+15550100042\n", .text = "hello"},
	    {.to = "+15550100042", .text = ""},
	};
	OffhookError code = offhook_driver_has(fixture->driver, OFFHOOK_DRIVER_SEND_MESSAGE)
				? OFFHOOK_ERROR_INVALID_ARGUMENT
				: OFFHOOK_ERROR_NOT_SUPPORTED;

	for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(
		    offhook_driver_sync_send_message(fixture->driver, &messages[i], NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)code);
	}
	g_assert_cmpstr(offhook_fake_call_host_get_messages(fixture->host), ==, "");
}

static void
test_unsupported_verbs(Fixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = fixture_begin_call(fixture, 1);

	for (OffhookCallVerb verb = 0; call_id != NULL && verb < OFFHOOK_VERB_LAST; verb++) {
		g_autoptr(GError) error = NULL;

		if (offhook_driver_can(fixture->driver, verb))
			continue;
		g_assert_false(offhook_driver_sync_execute(fixture->driver, call_id, verb,
							   get_argument(verb), NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
		g_assert_nonnull(strstr(error->message, fixture->contract->name));
	}
}

static void
test_unknown_call(Fixture *fixture, gconstpointer data)
{
	for (OffhookCallVerb verb = 0; verb < OFFHOOK_VERB_LAST; verb++) {
		g_autoptr(GError) error = NULL;

		if (!offhook_driver_can(fixture->driver, verb))
			continue;
		g_assert_false(offhook_driver_sync_execute(fixture->driver, UNKNOWN_ID, verb,
							   get_argument(verb), NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	}
}

static void
test_bad_transfer_target(Fixture *fixture, gconstpointer data)
{
	static const char *const targets[] = {NULL, "", "nobody", "+", "<Dial>", "+1555\"/>"};
	g_autofree char *call_id = NULL;

	if (!offhook_driver_can(fixture->driver, OFFHOOK_VERB_TRANSFER)) {
		g_test_skip("the driver does not transfer");
		return;
	}
	call_id = fixture_begin_call(fixture, 1);
	for (guint i = 0; call_id != NULL && i < G_N_ELEMENTS(targets); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_driver_sync_execute(
		    fixture->driver, call_id, OFFHOOK_VERB_TRANSFER, targets[i], NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

/* ---- calls ---- */

static void
test_bad_numbers(Fixture *fixture, gconstpointer data)
{
	static const char *const numbers[] = {
	    "",
	    "+",
	    "5550100042",
	    "+0555010004",
	    "+1555abc0042",
	    "+1 5550100042",
	    "+15550100042 ",
	    "+1234567890123456",
	    "sip:a@b.test",
	    "+15550100042\n",
	};
	OffhookError code = fixture_makes_calls(fixture) ? OFFHOOK_ERROR_INVALID_ARGUMENT
							 : OFFHOOK_ERROR_NOT_SUPPORTED;

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(GError) error = NULL;
		OffhookCallRequest request = {
		    .call_id = offhook_fake_call_host_add_call(fixture->host), .to = numbers[i]};

		g_assert_null(
		    offhook_driver_sync_make_call(fixture->driver, &request, NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, (int)code);
		g_assert_cmpint(offhook_fake_call_host_get_nth(fixture->host, i)->state, ==,
				OFFHOOK_CALL_NEW);
	}
}

static void
test_two_calls(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = fixture_begin_call(fixture, 1);
	g_autofree char *second = first != NULL ? fixture_begin_call(fixture, 2) : NULL;
	g_autoptr(GError) error = NULL;

	if (first == NULL)
		return;
	g_assert_cmpstr(first, !=, second);
	g_assert_true(offhook_driver_sync_execute(fixture->driver, first, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, second)->state, !=,
			OFFHOOK_CALL_ENDED);
	g_assert_true(offhook_driver_sync_execute(fixture->driver, second, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
}

static void
test_hang_up_twice(Fixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = fixture_begin_call(fixture, 1);
	g_autoptr(GError) error = NULL;

	if (call_id == NULL)
		return;
	g_assert_true(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
	/* Either is right, as long as it is one of them: done already, or gone. */
	if (!offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP, NULL, NULL,
					 &error))
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_cancellation(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(OffhookWebhook) webhook = offhook_driver_sync_request(
	    "POST", PUBLIC_URL "/voice/webhook/x", "", "application/json", "{}");
	g_autofree char *call_id = fixture_begin_call(fixture, 1);
	g_autoptr(OffhookWebhookReply) reply = NULL;
	g_autoptr(GError) error = NULL;

	if (call_id == NULL)
		return;
	g_cancellable_cancel(cancelled);
	g_assert_false(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						   NULL, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, call_id)->state, !=,
			OFFHOOK_CALL_ENDED);
	g_clear_error(&error);
	reply = offhook_driver_sync_webhook(fixture->driver, webhook, cancelled, &error);
	g_assert_null(reply);
	g_assert_nonnull(error);
}

static void
test_cancelled_make_call(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GCancellable) cancelled = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	OffhookCallRequest request = {.to = "+15550100042"};

	if (!fixture_makes_calls(fixture)) {
		g_test_skip("the driver places no calls");
		return;
	}
	request.call_id = offhook_fake_call_host_add_call(fixture->host);
	g_cancellable_cancel(cancelled);
	g_assert_null(offhook_driver_sync_make_call(fixture->driver, &request, cancelled, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(offhook_fake_call_host_get(fixture->host, request.call_id)->state, ==,
			OFFHOOK_CALL_NEW);
}

/* ---- what strangers send ---- */

static void
check_refused(Fixture *fixture, OffhookDriver *driver, const OffhookWebhook *webhook)
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
test_strange_webhooks(Fixture *fixture, gconstpointer data)
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
test_huge_webhook(Fixture *fixture, gconstpointer data)
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
test_webhook_before_configure(Fixture *fixture, gconstpointer data)
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
fixture_open_stream(Fixture *fixture)
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
test_unknown_stream(Fixture *fixture, gconstpointer data)
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
test_strange_messages(Fixture *fixture, gconstpointer data)
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

typedef void (*FixtureFunc)(Fixture *fixture, gconstpointer data);

static const struct {
	const char *name;
	FixtureFunc func;
	const char *asks;
} offhook_driver_contract_tests[] = {
    {"settings", test_settings,
     "A setting's name is made of lower-case letters, digits and -, and "
     "is declared once; its help is a sentence; a secret has no default."},
    {"default-settings", test_default_settings,
     "A daemon whose configuration says nothing of the driver starts: "
     "settings have defaults, or what is missing is told when something "
     "is asked."},
    {"bad-settings", test_bad_settings,
     "configure() refuses wrong values with OFFHOOK_ERROR_CONFIG, and "
     "leaves everything as it was."},
    {"reload", test_reload,
     "configure() is called again while calls are in progress: they go "
     "on, and can be ended."},
    {"capabilities", test_capabilities,
     "get_capabilities() gives the same static data each time, with "
     "HANG_UP; features, verbs and what is claimed in words fit "
     "together."},
    {"unsupported-verbs", test_unsupported_verbs,
     "A verb that is not claimed ends in OFFHOOK_ERROR_NOT_SUPPORTED."},
    {"unsupported-features", test_unsupported_features,
     "What of a request is not claimed as a feature ends in "
     "OFFHOOK_ERROR_NOT_SUPPORTED."},
    {"bad-messages", test_bad_messages,
     "A text message that can't be sent ends in "
     "OFFHOOK_ERROR_INVALID_ARGUMENT, without a message."},
    {"unknown-call", test_unknown_call,
     "A verb for a call that is not the driver's ends in "
     "OFFHOOK_ERROR_NOT_FOUND."},
    {"bad-transfer-target", test_bad_transfer_target,
     "TRANSFER to what is no number and no address ends in "
     "OFFHOOK_ERROR_INVALID_ARGUMENT."},
    {"bad-numbers", test_bad_numbers,
     "A call to what is no E.164 number ends in "
     "OFFHOOK_ERROR_INVALID_ARGUMENT, and has never been."},
    {"two-calls", test_two_calls, "Two calls are two: to end one does nothing to the other."},
    {"hang-up-twice", test_hang_up_twice,
     "HANG_UP of what is over is a success, or OFFHOOK_ERROR_NOT_FOUND."},
    {"cancellation", test_cancellation,
     "What was cancelled before it began ends in G_IO_ERROR_CANCELLED, "
     "and nothing was done."},
    {"cancelled-make-call", test_cancelled_make_call,
     "A call that was cancelled before it was asked for ends in "
     "G_IO_ERROR_CANCELLED, and nothing is reported of it."},
    {"strange-webhooks", test_strange_webhooks,
     "Whatever strangers post gets a status from 400 on, or an error; no "
     "call comes of it."},
    {"huge-webhook", test_huge_webhook, "A megabyte of nonsense is refused as everything else is."},
    {"webhook-before-configure", test_webhook_before_configure,
     "A webhook before the first configuration is refused."},
    {"unknown-stream", test_unknown_stream,
     "A stream that proves nothing is refused, at the door or by "
     "claim_stream(), with OFFHOOK_ERROR_PERMISSION or "
     "OFFHOOK_ERROR_AUTHENTICATION."},
    {"strange-messages", test_strange_messages,
     "Messages that make no sense on the media WebSocket are no audio "
     "and no keys; receive() sets an error exactly when it returns "
     "FALSE, and nothing is sent before the start."},
};

void
offhook_driver_contract_add_tests(const OffhookDriverContract *contract)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_driver_contract_tests); i++) {
		g_autofree char *path = g_strdup_printf("/contract/driver/%s/%s", contract->name,
							offhook_driver_contract_tests[i].name);

		g_test_add(path, Fixture, contract, fixture_set_up,
			   offhook_driver_contract_tests[i].func, fixture_tear_down);
	}
}

const char *
offhook_driver_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(offhook_driver_contract_tests))
		return NULL;
	*asks = offhook_driver_contract_tests[n].asks;
	return offhook_driver_contract_tests[n].name;
}
