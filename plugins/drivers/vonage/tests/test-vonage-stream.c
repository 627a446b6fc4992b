/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../vonage-stream.h"

#include "fake-media-port.h"

#include <offhook/error.h>
#include <string.h>

#define CALL "11111111-2222-7333-8444-555555555555"
#define CONNECTED                                                                                  \
	"{\"event\":\"websocket:connected\",\"content-type\":\"audio/l16;rate=16000\","            \
	"\"call_id\":\"" CALL "\",\"vip\":true}"

typedef struct {
	OffhookMediaPort *port;
	OffhookWireProtocol *stream;
	GHashTable *parameters; /* (nullable) */
	GString *heard;
	gsize audio;
	guint pieces;
} Fixture;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	Fixture *f = user_data;

	g_assert_cmpuint(start->format.rate, ==, 16000);
	g_assert_cmpint(start->format.encoding, ==, OFFHOOK_ENCODING_S16LE);
	f->parameters = g_hash_table_ref(start->parameters);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	Fixture *f = user_data;

	g_assert_cmpint(timestamp_ms, ==, -1);
	f->audio += size;
	f->pieces++;
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_c(((Fixture *)user_data)->heard, digit);
}

static void
mark_cb(gpointer user_data, const char *name)
{
	g_string_append_printf(((Fixture *)user_data)->heard, "[%s]", name);
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	g_assert_not_reached();
}

static void
set_up(Fixture *f, gconstpointer data)
{
	static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb,
						    ended_cb};

	f->heard = g_string_new(NULL);
	f->port = offhook_fake_media_port_new(&handler, f);
	f->stream = offhook_vonage_stream_new(16000, CALL);
	offhook_wire_protocol_describe(f->stream, f->port);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_pointer(&f->parameters, g_hash_table_unref);
	g_string_free(f->heard, TRUE);
	g_object_unref(f->stream);
	g_object_unref(f->port);
}

static gboolean
receive(Fixture *f, OffhookWireKind kind, const void *data, gsize size, GError **error)
{
	g_autofree guint8 *copy = g_memdup2(data, size);

	return offhook_wire_protocol_receive(f->stream, f->port, kind, copy, size, error);
}

static void
take(Fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(receive(f, OFFHOOK_WIRE_TEXT, text, strlen(text), &error));
	g_assert_no_error(error);
}

static void
refuse(Fixture *f, const char *text, OffhookError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(receive(f, OFFHOOK_WIRE_TEXT, text, strlen(text), &error));
	g_assert_error(error, OFFHOOK_ERROR, (int)code);
}

static void
test_starts(Fixture *f, gconstpointer data)
{
	take(f, CONNECTED);
	g_assert_cmpstr(g_hash_table_lookup(f->parameters, "call_id"), ==, CALL);
	g_assert_cmpstr(g_hash_table_lookup(f->parameters, "vip"), ==, "true");
	g_assert_null(g_hash_table_lookup(f->parameters, "event"));
	refuse(f, CONNECTED, OFFHOOK_ERROR_FORMAT);
}

static void
test_old_start(Fixture *f, gconstpointer data)
{
	take(f, "{\"content-type\":\"audio/L16; rate=16000\",\"call_id\":\"" CALL "\"}");
	g_assert_nonnull(f->parameters);
}

static void
test_wrong_starts(Fixture *f, gconstpointer data)
{
	refuse(f, "{\"event\":\"websocket:connected\",\"call_id\":\"" CALL "\"}",
	       OFFHOOK_ERROR_FORMAT);
	refuse(f,
	       "{\"event\":\"websocket:connected\",\"content-type\":\"audio/l16;rate=8000\","
	       "\"call_id\":\"" CALL "\"}",
	       OFFHOOK_ERROR_FORMAT);
	refuse(f,
	       "{\"event\":\"websocket:connected\",\"content-type\":\"audio/l16;rate=16000\","
	       "\"call_id\":\"another\"}",
	       OFFHOOK_ERROR_FORMAT);
	refuse(f, "{\"event\":\"websocket:connected\",\"content-type\":\"audio/l16;rate=16000\"}",
	       OFFHOOK_ERROR_FORMAT);
	g_assert_null(f->parameters);
}

static void
test_audio(Fixture *f, gconstpointer data)
{
	static const guint8 frame[1280] = {1};
	g_autoptr(GError) error = NULL;
	OffhookVonageStream *stream = OFFHOOK_VONAGE_STREAM(f->stream);

	/* Before the start it is nobody's. */
	g_assert_true(receive(f, OFFHOOK_WIRE_BINARY, frame, 640, &error));
	g_assert_cmpuint(f->audio, ==, 0);
	take(f, CONNECTED);
	g_assert_true(receive(f, OFFHOOK_WIRE_BINARY, frame, 640, &error));
	g_assert_cmpuint(f->audio, ==, 640);
	g_assert_cmpuint(offhook_vonage_stream_get_odd_sizes(stream), ==, 0);
	g_assert_true(receive(f, OFFHOOK_WIRE_BINARY, frame, 1280, &error));
	g_assert_true(receive(f, OFFHOOK_WIRE_BINARY, frame, 2, &error));
	g_assert_cmpuint(f->audio, ==, 640 + 1280 + 2);
	g_assert_cmpuint(offhook_vonage_stream_get_odd_sizes(stream), ==, 2);
	g_assert_false(receive(f, OFFHOOK_WIRE_BINARY, frame, 639, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_events(Fixture *f, gconstpointer data)
{
	take(f, "{\"event\":\"websocket:dtmf\",\"digit\":\"1\",\"duration\":260}");
	take(f, CONNECTED);
	take(f, "{\"event\":\"websocket:dtmf\",\"digit\":\"5\",\"duration\":260}");
	take(f, "{\"event\":\"websocket:dtmf\",\"dtmf\":{\"digit\":\"#\"}}");
	take(f, "{\"event\":\"websocket:cleared\"}");
	take(f, "{\"event\":\"websocket:notify\",\"payload\":{\"mark\":\"offhook-7\"}}");
	take(f, "{\"event\":\"websocket:notify\",\"payload\":{}}");
	take(f, "{\"event\":\"websocket:something\",\"digit\":\"x\"}");
	take(f, "{}");
	g_assert_cmpstr(f->heard->str, ==, "5#[offhook-7]");
	refuse(f, "{\"event\":\"websocket:dtmf\",\"digit\":\"55\"}", OFFHOOK_ERROR_FORMAT);
	refuse(f, "{\"event\":\"websocket:dtmf\",\"digit\":5}", OFFHOOK_ERROR_FORMAT);
	refuse(f, "[]", OFFHOOK_ERROR_FORMAT);
	refuse(f, "", OFFHOOK_ERROR_FORMAT);
}

static void
test_limits(Fixture *f, gconstpointer data)
{
	g_autofree char *large = g_strnfill(OFFHOOK_VONAGE_MESSAGE_MAX_BYTES + 2, ' ');
	g_autoptr(GString) many = g_string_new(CONNECTED);
	g_autoptr(GError) error = NULL;

	refuse(f, large, OFFHOOK_ERROR_LIMIT);
	g_assert_false(receive(f, OFFHOOK_WIRE_BINARY, large, strlen(large), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_string_truncate(many, many->len - 1);
	for (guint i = 0; i < 100; i++)
		g_string_append_printf(many, ",\"h%u\":1", i);
	g_string_append_c(many, '}');
	refuse(f, many->str, OFFHOOK_ERROR_LIMIT);
}

static void
test_sends(Fixture *f, gconstpointer data)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint8 frame[642];

	memset(frame, 7, sizeof frame);
	g_assert_false(offhook_wire_protocol_format_audio(f->stream, frame, 640, out));
	g_assert_false(offhook_wire_protocol_format_mark(f->stream, "m", out));
	g_assert_false(offhook_wire_protocol_format_clear(f->stream, out));
	take(f, CONNECTED);
	g_assert_cmpint(offhook_wire_protocol_get_audio_kind(f->stream), ==, OFFHOOK_WIRE_BINARY);
	g_assert_true(offhook_wire_protocol_format_audio(f->stream, frame, 640, out));
	g_assert_cmpmem(out->data, out->len, frame, 640);
	/* Never a part of a frame, and never more than one. */
	g_assert_true(offhook_wire_protocol_format_audio(f->stream, frame, 100, out));
	g_assert_cmpuint(out->len, ==, 1280);
	g_assert_cmpuint(out->data[640 + 99], ==, 7);
	for (guint i = 740; i < 1280; i++)
		g_assert_cmpuint(out->data[i], ==, 0);
	g_assert_false(offhook_wire_protocol_format_audio(f->stream, frame, 642, out));
	g_byte_array_set_size(out, 0);
	g_assert_true(offhook_wire_protocol_format_mark(f->stream, "a\"b", out));
	g_assert_true(offhook_wire_protocol_format_clear(f->stream, out));
	g_byte_array_append(out, (const guint8 *)"", 1);
	g_assert_cmpstr((char *)out->data, ==,
			"{\"action\":\"notify\",\"payload\":{\"mark\":\"a\\\"b\"}}"
			"{\"action\":\"clear\"}");
}

static void
test_rates(Fixture *f, gconstpointer data)
{
	static const guint rates[] = {8000, 16000, 24000};

	for (guint i = 0; i < G_N_ELEMENTS(rates); i++) {
		g_autoptr(OffhookWireProtocol) stream = offhook_vonage_stream_new(rates[i], NULL);

		offhook_wire_protocol_describe(stream, f->port);
		g_assert_cmpuint(offhook_media_port_get_incoming_format(f->port)->rate, ==,
				 rates[i]);
		g_assert_cmpuint(
		    offhook_audio_format_get_bytes(offhook_media_port_get_outgoing_format(f->port),
						   OFFHOOK_FRAME_MS),
		    ==, rates[i] / 25);
	}
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*func)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"starts", test_starts},
	    {"old-start", test_old_start},
	    {"wrong-starts", test_wrong_starts},
	    {"audio", test_audio},
	    {"events", test_events},
	    {"limits", test_limits},
	    {"sends", test_sends},
	    {"rates", test_rates},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/vonage/stream/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	return g_test_run();
}
