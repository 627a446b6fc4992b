/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The port, its protocol and its far end. What the port says is said in the media thread and heard in
 * the test's.
 */

#include "websocket-port-fixture.h"

#include <offhook/error.h>
#include <string.h>
#include <sys/socket.h>

/* ---- a protocol: each message is a command ---- */

struct _OffhookTestProtocol {
	OffhookWireProtocol parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookTestProtocol, offhook_test_protocol, OFFHOOK_TYPE_WIRE_PROTOCOL)

static const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};

static void
offhook_test_protocol_describe(OffhookWireProtocol *self, OffhookMediaPort *port)
{
	offhook_media_port_set_formats(port, &mulaw, &mulaw);
	offhook_media_port_set_features(port, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR);
}

static gboolean
offhook_test_protocol_receive(OffhookWireProtocol *self, OffhookMediaPort *port,
			      OffhookWireKind kind, const guint8 *data, gsize size, GError **error)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	if (kind == OFFHOOK_WIRE_BINARY) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED, "binary");
		return FALSE;
	}
	if (g_str_equal(text, "start")) {
		g_autoptr(OffhookStreamStart) start = offhook_stream_start_new("s", NULL, &mulaw);

		offhook_media_port_receive_start(port, start);
	} else if (g_str_equal(text, "stop")) {
		offhook_media_port_receive_end(port, NULL);
	} else if (g_str_equal(text, "nonsense")) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "nonsense");
		return FALSE;
	} else if (g_str_equal(text, "stranger")) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "no");
		return FALSE;
	} else {
		offhook_media_port_receive_audio(port, data, size, -1);
	}
	return TRUE;
}

static gboolean
offhook_test_protocol_format_audio(OffhookWireProtocol *self, const guint8 *payload, gsize size,
				   GByteArray *out)
{
	g_byte_array_append(out, payload, size);
	return TRUE;
}

static gboolean
offhook_test_protocol_format_mark(OffhookWireProtocol *self, const char *name, GByteArray *out)
{
	g_byte_array_append(out, (const guint8 *)name, strlen(name));
	return TRUE;
}

static gboolean
offhook_test_protocol_format_clear(OffhookWireProtocol *self, GByteArray *out)
{
	g_byte_array_append(out, (const guint8 *)"clear", 5);
	return TRUE;
}

static void
offhook_test_protocol_init(OffhookTestProtocol *self)
{
}

static void
offhook_test_protocol_class_init(OffhookTestProtocolClass *klass)
{
	OffhookWireProtocolClass *protocol_class = OFFHOOK_WIRE_PROTOCOL_CLASS(klass);

	protocol_class->describe = offhook_test_protocol_describe;
	protocol_class->receive = offhook_test_protocol_receive;
	protocol_class->format_audio = offhook_test_protocol_format_audio;
	protocol_class->format_mark = offhook_test_protocol_format_mark;
	protocol_class->format_clear = offhook_test_protocol_format_clear;
}

/* ---- the port under test, in a media thread ---- */

static void
offhook_test_port_say(OffhookTestPort *self, const char *what)
{
	g_async_queue_push(self->events, g_strdup(what));
}

static void
offhook_test_port_started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	offhook_test_port_say(user_data, "started");
}

static void
offhook_test_port_audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	offhook_test_port_say(user_data, text);
}

static void
offhook_test_port_ended_cb(gpointer user_data, const GError *error)
{
	OffhookTestPort *self = user_data;
	g_autofree char *text =
	    error == NULL ? g_strdup("ended") : g_strdup_printf("ended %d", error->code);

	g_assert_cmpuint(self->ended++, ==, 0);
	g_assert_true(error == NULL || error->domain == OFFHOOK_ERROR);
	offhook_test_port_say(self, text);
}

void
offhook_test_port_expect(OffhookTestPort *self, const char *expected)
{
	g_autofree char *text =
	    g_async_queue_timeout_pop(self->events, HARNESS_TIMEOUT_S * G_USEC_PER_SEC);

	g_assert_cmpstr(text, ==, expected);
}

void
offhook_test_port_expect_end(OffhookTestPort *self, OffhookError code)
{
	g_autofree char *text = g_strdup_printf("ended %d", code);

	offhook_test_port_expect(self, text);
}

static void
offhook_test_port_open_cb(gpointer data)
{
	static const OffhookMediaHandler handler = {
	    .started = offhook_test_port_started_cb,
	    .audio = offhook_test_port_audio_cb,
	    .ended = offhook_test_port_ended_cb,
	};
	OffhookTestPort *self = data;
	g_autoptr(GError) error = NULL;

	offhook_media_port_set_handler(self->port, &handler, self);
	g_assert_true(offhook_media_port_open(
	    self->port, offhook_media_thread_get_context(self->thread), &error));
	g_assert_no_error(error);
}

void
offhook_test_port_begin(OffhookTestPort *self)
{
	*self = (OffhookTestPort){.limits = OFFHOOK_WEBSOCKET_LIMITS_DEFAULT};
	self->clock = offhook_clock_new_manual(1000000);
	self->thread = offhook_media_thread_new("test-media", self->clock);
	self->events = g_async_queue_new_full(g_free);
	self->syncs = g_async_queue_new();
	self->received = g_byte_array_new();
}

void
offhook_test_port_take(OffhookTestPort *self, GIOStream *stream)
{
	g_autoptr(OffhookWireProtocol) protocol = g_object_new(TEST_TYPE_PROTOCOL, NULL);

	self->port = offhook_websocket_port_new(stream, protocol);
	offhook_websocket_port_set_limits(OFFHOOK_WEBSOCKET_PORT(self->port), &self->limits);
	offhook_media_thread_post(self->thread, offhook_test_port_open_cb, self, NULL);
}

static GIOStream *
offhook_test_port_wrap(int fd)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, &error);

	g_assert_no_error(error);
	return G_IO_STREAM(g_socket_connection_factory_create_connection(socket));
}

void
offhook_test_port_connect(OffhookTestPort *self)
{
	g_autoptr(GIOStream) stream = NULL;
	int fds[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
	stream = offhook_test_port_wrap(fds[0]);
	self->client = offhook_test_port_wrap(fds[1]);
	offhook_test_port_take(self, stream);
}

void
offhook_test_port_end(OffhookTestPort *self)
{
	offhook_media_thread_free(self->thread);
	g_assert_cmpuint(self->ended, ==, 1);
	g_assert_finalize_object(self->port);
	g_clear_object(&self->client);
	g_async_queue_unref(self->events);
	g_async_queue_unref(self->syncs);
	g_byte_array_unref(self->received);
	g_object_unref(self->clock);
}

/* ---- the far end ---- */

void
offhook_test_port_write(OffhookTestPort *self, GByteArray *bytes)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(g_output_stream_write_all(g_io_stream_get_output_stream(self->client),
						bytes->data, bytes->len, NULL, NULL, &error));
	g_assert_no_error(error);
	g_byte_array_set_size(bytes, 0);
}

void
offhook_test_port_write_text(OffhookTestPort *self, const char *text)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ws_client_write_text(bytes, text);
	offhook_test_port_write(self, bytes);
}

gboolean
offhook_test_port_read_some(OffhookTestPort *self)
{
	guint8 buffer[4096];
	gssize n = g_input_stream_read(g_io_stream_get_input_stream(self->client), buffer,
				       sizeof(buffer), NULL, NULL);

	if (n > 0)
		g_byte_array_append(self->received, buffer, n);
	return n > 0;
}

int
offhook_test_port_read(OffhookTestPort *self, char **payload, gsize *size)
{
	int opcode;

	while ((opcode = ws_client_parse(self->received, payload, size)) < 0) {
		if (!offhook_test_port_read_some(self))
			return -1;
	}
	return opcode;
}

void
offhook_test_port_expect_text(OffhookTestPort *self, const char *text)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, 1);
	g_assert_cmpstr(payload, ==, text);
}

void
offhook_test_port_expect_close(OffhookTestPort *self, guint16 code)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, 8);
	g_assert_cmpuint(size, >=, 2);
	g_assert_cmpuint((guint8)payload[0] << 8 | (guint8)payload[1], ==, code);
}

void
offhook_test_port_expect_gone(OffhookTestPort *self)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, -1);
}

void
offhook_test_port_answer_close(OffhookTestPort *self, guint16 code)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ws_client_write_close(bytes, code);
	offhook_test_port_write(self, bytes);
}

static void
offhook_test_port_sync_cb(gpointer data)
{
	g_async_queue_push(((OffhookTestPort *)data)->syncs, data);
}

void
offhook_test_port_sync(OffhookTestPort *self)
{
	offhook_media_thread_post(self->thread, offhook_test_port_sync_cb, self, NULL);
	g_assert_nonnull(
	    g_async_queue_timeout_pop(self->syncs, HARNESS_TIMEOUT_S * G_USEC_PER_SEC));
}

void
offhook_test_port_advance(OffhookTestPort *self, guint ms)
{
	for (guint passed = 0; passed < ms; passed += 500) {
		offhook_clock_advance(self->clock, 500 * 1000);
		offhook_media_thread_kick(self->thread);
		offhook_test_port_sync(self);
	}
}

/* ---- what the core does ---- */

void
offhook_test_port_send_cb(gpointer data)
{
	OffhookTestPort *self = data;

	offhook_media_port_send_audio(self->port, (const guint8 *)"audio", 5);
	offhook_media_port_send_mark(self->port, "mark");
	offhook_media_port_clear(self->port);
}

void
offhook_test_port_close_cb(gpointer data)
{
	offhook_media_port_close(((OffhookTestPort *)data)->port);
}

void
offhook_test_port_refuse_cb(gpointer data)
{
	g_autoptr(GError) error =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "who are you?");

	offhook_websocket_port_close_with_error(
	    OFFHOOK_WEBSOCKET_PORT(((OffhookTestPort *)data)->port), error);
}
