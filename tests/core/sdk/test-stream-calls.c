/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The calls of a streaming driver: names, tokens, and what the host is told.
 */

#include "driver-sync.h"
#include "fake-media-port.h"

#include <offhook/stream-calls.h>
#include <string.h>

#define TEST_TYPE_DRIVER   (test_driver_get_type())
#define TEST_TYPE_PROTOCOL (test_protocol_get_type())
G_DECLARE_FINAL_TYPE(TestDriver, test_driver, TEST, DRIVER, OffhookDriver)
G_DECLARE_FINAL_TYPE(TestProtocol, test_protocol, TEST, PROTOCOL, OffhookWireProtocol)

struct _TestDriver {
	OffhookDriver parent_instance;
};

struct _TestProtocol {
	OffhookWireProtocol parent_instance;
};

G_DEFINE_FINAL_TYPE(TestDriver, test_driver, OFFHOOK_TYPE_DRIVER)
G_DEFINE_FINAL_TYPE(TestProtocol, test_protocol, OFFHOOK_TYPE_WIRE_PROTOCOL)

static void
test_driver_init(TestDriver *self)
{
}

static void
test_driver_class_init(TestDriverClass *klass)
{
}

static void
test_protocol_init(TestProtocol *self)
{
}

static void
test_protocol_class_init(TestProtocolClass *klass)
{
}

static const OffhookSetting test_settings[] = {{NULL}};

typedef struct {
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
	OffhookStreamCalls *calls;
} Fixture;

static void
set_up(Fixture *self, gconstpointer data)
{
	self->host = offhook_fake_call_host_new("https://pbx.example.com");
	self->driver =
	    offhook_driver_sync_new(TEST_TYPE_DRIVER, "test", self->host, test_settings, NULL);
	self->calls = offhook_stream_calls_new(self->driver);
}

static void
tear_down(Fixture *self, gconstpointer data)
{
	offhook_stream_calls_free(self->calls);
	g_assert_finalize_object(self->driver);
	g_assert_finalize_object(self->host);
}

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	*(OffhookStreamStart **)user_data = offhook_stream_start_copy(start);
}

/* From the upgrade of @media_url to the call that its stream is for. (transfer full) (nullable) */
static char *
open_stream(Fixture *self, const char *media_url)
{
	g_autofree char *url = g_strconcat("https", media_url + strlen("wss"), NULL);
	g_autoptr(OffhookWebhook) upgrade = offhook_driver_sync_request("GET", url, "", NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWireProtocol) protocol = offhook_stream_calls_admit(
	    self->calls, g_object_new(TEST_TYPE_PROTOCOL, NULL), upgrade, &error);
	g_autoptr(OffhookStreamStart) start = NULL;
	const OffhookMediaHandler handler = {.started = started_cb};
	const OffhookAudioFormat format = {OFFHOOK_ENCODING_ALAW, 8000};
	g_autoptr(OffhookMediaPort) port = offhook_fake_media_port_new(&handler, &start);

	if (protocol == NULL) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
		return NULL;
	}
	offhook_media_port_set_formats(port, &format, &format);
	g_assert_false(offhook_wire_protocol_is_started(protocol));
	offhook_wire_protocol_start(protocol, port, "s-1", "p-1");
	offhook_wire_protocol_start(protocol, port, "s-2", NULL);
	g_assert_true(offhook_wire_protocol_is_started(protocol));
	g_assert_cmpstr(start->stream_id, ==, "s-1");
	g_assert_cmpint(start->format.encoding, ==, OFFHOOK_ENCODING_ALAW);
	return offhook_stream_calls_claim(self->calls, start, NULL);
}

/* Callers choose what they call themselves, and must not stay unwritten for it. */
static void
test_long_names(Fixture *self, gconstpointer data)
{
	g_autofree char *from = g_strnfill(1000, 'x');
	g_autofree char *name = g_strnfill(OFFHOOK_PROVIDER_ID_MAX + 1, 'x');
	OffhookCallOffer offer = {.provider_call_id = name, .from = from, .to = "a\xff"};
	g_autoptr(GError) error = NULL;
	g_autofree char *url = offhook_stream_calls_offer(self->calls, &offer, &error);
	OffhookFakeCall *call;

	g_assert_null(url);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	offer.provider_call_id = name + 1;
	url = offhook_stream_calls_offer(self->calls, &offer, NULL);
	g_assert_nonnull(url);
	call = offhook_fake_call_host_get_nth(self->host, 0);
	g_assert_cmpuint(strlen(call->from), ==, OFFHOOK_PARTY_MAX);
	g_assert_cmpstr(call->to, ==, "a");
}

static void
test_inbound(Fixture *self, gconstpointer data)
{
	OffhookCallOffer offer = {.provider_call_id = "p-1", .from = "+15550100001"};
	g_autoptr(GError) error = NULL;
	g_autofree char *first = offhook_stream_calls_offer(self->calls, &offer, &error);
	g_autofree char *second = offhook_stream_calls_offer(self->calls, &offer, &error);
	g_autofree char *claimed = NULL;
	OffhookFakeCall *call = offhook_fake_call_host_get_nth(self->host, 0);

	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(first, "wss://pbx.example.com/media/test?token="));
	g_assert_cmpuint(offhook_fake_call_host_count(self->host), ==, 1);
	g_assert_null(open_stream(self, first));
	claimed = open_stream(self, second);
	g_assert_cmpstr(claimed, ==, call->call_id);
	g_assert_null(open_stream(self, second));
	g_assert_null(offhook_stream_calls_offer(self->calls, &offer, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
	g_assert_cmpstr(offhook_stream_calls_get_name(self->calls, claimed, NULL), ==, "p-1");
}

static void
test_outbound(Fixture *self, gconstpointer data)
{
	const char *call_id = offhook_fake_call_host_add_call(self->host);
	OffhookFakeCall *call = offhook_fake_call_host_get(self->host, call_id);
	g_autoptr(GError) error = NULL;
	g_autofree char *url = offhook_stream_calls_place(self->calls, call_id, &error);

	g_assert_no_error(error);
	g_assert_null(offhook_stream_calls_get_name(self->calls, call_id, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(offhook_stream_calls_place(self->calls, call_id, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS);
	offhook_stream_calls_placed(self->calls, call_id, "p-1");
	g_assert_cmpstr(call->provider_call_id, ==, "p-1");
	offhook_stream_calls_report(self->calls, "p-1", OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE);
	offhook_stream_calls_report(self->calls, NULL, OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE);
	offhook_stream_calls_report(self->calls, "p-2", OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE);
	offhook_stream_calls_report(self->calls, "p-1", OFFHOOK_CALL_ENDED, OFFHOOK_END_BUSY);
	offhook_stream_calls_report(self->calls, "p-1", OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE);
	g_assert_cmpstr(call->history->str, ==, "ringing ended ");
	g_assert_null(open_stream(self, url));
}

static void
test_failed(Fixture *self, gconstpointer data)
{
	const char *call_id = offhook_fake_call_host_add_call(self->host);
	g_autofree char *url = offhook_stream_calls_place(self->calls, call_id, NULL);

	offhook_stream_calls_placed(self->calls, call_id, NULL);
	g_assert_null(open_stream(self, url));
	g_assert_null(offhook_stream_calls_get_name(self->calls, call_id, NULL));
}

static void
test_refused(Fixture *self, gconstpointer data)
{
	OffhookCallOffer offer = {.provider_call_id = "p-1"};
	g_autoptr(GError) error = NULL;

	offhook_fake_call_host_refuse(self->host, OFFHOOK_ERROR_BUSY);
	g_assert_null(offhook_stream_calls_offer(self->calls, &offer, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/stream-calls/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("inbound", test_inbound);
	ADD("long-names", test_long_names);
	ADD("outbound", test_outbound);
	ADD("failed", test_failed);
	ADD("refused", test_refused);
#undef ADD
	return g_test_run();
}
