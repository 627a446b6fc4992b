/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media WebSocket, message by message, in both framings.
 */

#include "../generic-stream.h"

#include "driver-sync.h"
#include "fake-media-port.h"

#include <string.h>

typedef struct {
	OffhookWireProtocol *protocol;
	OffhookMediaPort *port;
	GString *heard; /* what reached the port, in order */
} Fixture;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	const char *token = g_hash_table_lookup(start->parameters, "token");

	g_string_append_printf(user_data, "start %s %s %u;",
			       start->provider_call_id != NULL ? start->provider_call_id : "-",
			       token != NULL ? token : "-", start->format.rate);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	g_string_append_printf(user_data, "audio %02x %" G_GSIZE_FORMAT ";", data[0], size);
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_printf(user_data, "key %c;", digit);
}

static void
mark_cb(gpointer user_data, const char *name)
{
	g_string_append_printf(user_data, "mark %s;", name);
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	g_string_append(user_data, "end;");
}

static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb, ended_cb};

static void
open_stream(Fixture *self, const char *token, const char *const *pairs)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings =
	    offhook_driver_sync_settings(offhook_generic_settings, pairs, &error);
	g_autoptr(OffhookGenericConfig) config = NULL;

	g_assert_no_error(error);
	config = offhook_generic_config_new(settings, &error);
	g_assert_no_error(error);
	self->heard = g_string_new(NULL);
	self->protocol = offhook_generic_stream_new(config, token);
	self->port = offhook_fake_media_port_new(&handler, self->heard);
	offhook_wire_protocol_describe(self->protocol, self->port);
}

#define OPEN(self, token, ...) open_stream(self, token, (const char *[]){__VA_ARGS__, NULL})

static void
close_stream(Fixture *self)
{
	g_object_unref(self->protocol);
	g_object_unref(self->port);
	g_string_free(self->heard, TRUE);
}

static void
hear(Fixture *self, OffhookWireKind kind, const void *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	gboolean taken =
	    offhook_wire_protocol_receive(self->protocol, self->port, kind, data, size, &error);

	g_assert_no_error(error);
	g_assert_true(taken);
}

static void
hear_text(Fixture *self, const char *text)
{
	hear(self, OFFHOOK_WIRE_TEXT, text, strlen(text));
}

static void
refuse(Fixture *self, OffhookWireKind kind, const char *text, gsize size)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_wire_protocol_receive(self->protocol, self->port, kind,
						     (const guint8 *)text, size, &error));
	g_assert_error(error, OFFHOOK_ERROR,
		       (int)(size > OFFHOOK_GENERIC_MESSAGE_MAX_BYTES ? OFFHOOK_ERROR_LIMIT
								: OFFHOOK_ERROR_FORMAT));
}

static void
test_binary(void)
{
	Fixture self;
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 frame[640] = {7};

	OPEN(&self, "t0ken", "send-clear", "{\"event\":\"clear\",\"stream\":\"{{stream_id}}\"}");
	g_assert_cmpint(offhook_wire_protocol_get_audio_kind(self.protocol), ==,
			OFFHOOK_WIRE_BINARY);
	g_assert_cmpint(offhook_media_port_get_features(self.port), ==, OFFHOOK_MEDIA_CLEAR);
	g_assert_cmpuint(offhook_media_port_get_incoming_format(self.port)->rate, ==, 16000);
	hear(&self, OFFHOOK_WIRE_BINARY, frame, sizeof frame);
	hear_text(&self, "{\"event\":\"start\",\"token\":\"other\"}");
	hear_text(&self, "{\"event\":\"weather\"}");
	hear(&self, OFFHOOK_WIRE_BINARY, frame, 2);
	g_assert_cmpstr(self.heard->str, ==, "start - t0ken 16000;audio 07 640;audio 07 2;");
	g_byte_array_append(out, (const guint8 *)"x", 1);
	g_assert_true(offhook_wire_protocol_format_audio(self.protocol, frame, sizeof frame, out));
	g_assert_cmpuint(out->len, ==, 641);
	g_assert_false(offhook_wire_protocol_format_mark(self.protocol, "m", out));
	refuse(&self, OFFHOOK_WIRE_BINARY, "abc", 3);
	close_stream(&self);
}

static void
test_json(void)
{
	Fixture self;
	g_autoptr(GByteArray) out = g_byte_array_new();

	OPEN(&self, NULL, "media-framing", "json", "media-format", "mulaw-8000", "stream-dtmf",
	     "dtmf", "send-mark", "{\"event\":\"mark\",\"name\":\"{{name}}\"}", "send-media",
	     "{\"id\":\"{{stream_id}}\",\"p\":\"{{payload}}\"}");
	g_assert_cmpint(offhook_wire_protocol_get_audio_kind(self.protocol), ==, OFFHOOK_WIRE_TEXT);
	g_assert_cmpint(offhook_media_port_get_features(self.port), ==,
			OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_DTMF_EVENTS);
	hear_text(&self, "{\"event\":\"start\",\"start\":{\"token\":\"t\",\"stream_id\":\"s\\\"1\","
			 "\"call_id\":\"c1\"}}");
	hear_text(&self, "{\"event\":\"media\",\"media\":{\"payload\":\"/wABAg==\"}}");
	hear_text(&self, "{\"type\":\"audio\",\"audio\":\"\"}");
	hear_text(&self, "{\"event\":\"dtmf\",\"digit\":\"d\"}");
	hear_text(&self, "{\"event\":\"dtmf\",\"digit\":5}");
	hear_text(&self, "{\"event\":\"played\",\"name\":\"m1\"}");
	hear_text(&self, "{\"event\":\"mark\"}");
	g_assert_true(offhook_wire_protocol_format_audio(self.protocol,
							 (const guint8 *)"\xff\x00\x01", 3, out));
	g_assert_true(offhook_wire_protocol_format_mark(self.protocol, "a\"b", out));
	g_byte_array_append(out, (const guint8 *)"", 1);
	g_assert_cmpstr(
	    (const char *)out->data, ==,
	    "{\"id\":\"s\\\"1\",\"p\":\"/wAB\"}{\"event\":\"mark\",\"name\":\"a\\\"b\"}");
	hear_text(&self, "{\"event\":\"stop\"}");
	hear_text(&self, "this is not read any more");
	g_assert_cmpstr(self.heard->str, ==, "start c1 t 8000;audio ff 4;key D;key 5;mark m1;end;");
	g_assert_false(
	    offhook_wire_protocol_format_audio(self.protocol, (const guint8 *)"x", 1, out));
	close_stream(&self);
}

static void
test_refused(void)
{
	static const char *const wrong[] = {
	    "",
	    "[]",
	    "no json",
	    "{\"event\":\"media\"}",
	    "{\"event\":\"media\",\"payload\":\"AA=A\"}",
	    "{\"event\":\"media\",\"payload\":\"A\"}",
	    "{\"event\":\"media\",\"payload\":\"AA A\"}",
	    "{\"event\":\"media\",\"payload\":\"A===\"}",
	    "{\"event\":\"media\",\"payload\":\"AAAA\"}", /* three bytes are no samples */
	    "{\"event\":\"dtmf\",\"digit\":\"x\"}",
	    "{\"event\":\"dtmf\"}",
	};
	g_autofree char *huge = g_strnfill(OFFHOOK_GENERIC_MESSAGE_MAX_BYTES + 1, ' ');
	Fixture self;

	OPEN(&self, "t", "media-framing", "json", "stream-dtmf", "dtmf");
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		refuse(&self, OFFHOOK_WIRE_TEXT, wrong[i], strlen(wrong[i]));
	refuse(&self, OFFHOOK_WIRE_BINARY, "ab", 2);
	refuse(&self, OFFHOOK_WIRE_TEXT, huge, OFFHOOK_GENERIC_MESSAGE_MAX_BYTES + 1);
	g_assert_cmpstr(self.heard->str, ==, "");
	close_stream(&self);
}

/* Whoever has not said who he is is not heard. */
static void
test_before_start(void)
{
	Fixture self;

	OPEN(&self, NULL, "media-format", "alaw-8000");
	refuse(&self, OFFHOOK_WIRE_BINARY, "ab", 2);
	hear_text(&self, "{\"event\":\"mark\",\"name\":\"m\"}");
	hear_text(&self, "{\"event\":\"start\"}");
	g_assert_cmpstr(self.heard->str, ==, "start - - 8000;");
	close_stream(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/generic-stream/binary", test_binary);
	g_test_add_func("/generic-stream/json", test_json);
	g_test_add_func("/generic-stream/refused", test_refused);
	g_test_add_func("/generic-stream/before-start", test_before_start);
	return g_test_run();
}
