/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media WebSocket's life on real sockets: plain ones whose other end this test holds, and
 * libsoup servers, plain and TLS, whose client sends its first frames along with the handshake.
 * Time limits are tested on a manual clock.
 */

#include "media/websocket-port.h"
#include "ws-client.h"
#include <gio/gunixsocketaddress.h>
#include <harness.h>
#include <libsoup/soup.h>
#include <offhook/error.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * LeakSanitizer crashes on what gnutls' threads leave in their thread-local storage, so the TLS test
 * is a run of its own (see meson.build), without it.
 */
int __lsan_is_turned_off(void);

static gboolean without_leak_check;

int
__lsan_is_turned_off(void)
{
	return without_leak_check;
}

/* ---- a protocol: each message is a command ---- */

#define TEST_TYPE_PROTOCOL (offhook_test_protocol_get_type())
G_DECLARE_FINAL_TYPE(OffhookTestProtocol, offhook_test_protocol, TEST, PROTOCOL,
		     OffhookWireProtocol)

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

typedef struct {
	OffhookClock *clock; /* manual */
	OffhookMediaThread *thread;
	OffhookMediaPort *port;
	OffhookWebsocketLimits limits;
	GAsyncQueue *events; /* of char *: what the port said */
	GAsyncQueue *syncs;
	guint ended; /* media thread */

	/* the far end */
	GIOStream *client;
	GByteArray *received;
} OffhookTestPort;

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

/* What the port says next is @expected. */
static void
offhook_test_port_expect(OffhookTestPort *self, const char *expected)
{
	g_autofree char *text =
	    g_async_queue_timeout_pop(self->events, HARNESS_TIMEOUT_S * G_USEC_PER_SEC);

	g_assert_cmpstr(text, ==, expected);
}

static void
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

static void
offhook_test_port_begin(OffhookTestPort *self)
{
	*self = (OffhookTestPort){.limits = OFFHOOK_WEBSOCKET_LIMITS_DEFAULT};
	self->clock = offhook_clock_new_manual(1000000);
	self->thread = offhook_media_thread_new("test-media", self->clock);
	self->events = g_async_queue_new_full(g_free);
	self->syncs = g_async_queue_new();
	self->received = g_byte_array_new();
}

/* @stream: what libsoup would give away */
static void
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

/* A pair of connected sockets: one end for the port, the other for the test. */
static void
offhook_test_port_connect(OffhookTestPort *self)
{
	g_autoptr(GIOStream) stream = NULL;
	int fds[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
	stream = offhook_test_port_wrap(fds[0]);
	self->client = offhook_test_port_wrap(fds[1]);
	offhook_test_port_take(self, stream);
}

static void
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

static void
offhook_test_port_write(OffhookTestPort *self, GByteArray *bytes)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(g_output_stream_write_all(g_io_stream_get_output_stream(self->client),
						bytes->data, bytes->len, NULL, NULL, &error));
	g_assert_no_error(error);
	g_byte_array_set_size(bytes, 0);
}

static void
offhook_test_port_write_text(OffhookTestPort *self, const char *text)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	ws_client_write_text(bytes, text);
	offhook_test_port_write(self, bytes);
}

/* FALSE: the server has closed the connection. */
static gboolean
offhook_test_port_read_some(OffhookTestPort *self)
{
	guint8 buffer[4096];
	gssize n = g_input_stream_read(g_io_stream_get_input_stream(self->client), buffer,
				       sizeof(buffer), NULL, NULL);

	if (n > 0)
		g_byte_array_append(self->received, buffer, n);
	return n > 0;
}

/* The next frame's opcode, or -1 at the end of the connection. */
static int
offhook_test_port_read(OffhookTestPort *self, char **payload, gsize *size)
{
	int opcode;

	while ((opcode = ws_client_parse(self->received, payload, size)) < 0) {
		if (!offhook_test_port_read_some(self))
			return -1;
	}
	return opcode;
}

static void
offhook_test_port_expect_text(OffhookTestPort *self, const char *text)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, 1);
	g_assert_cmpstr(payload, ==, text);
}

static void
offhook_test_port_expect_close(OffhookTestPort *self, guint16 code)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, 8);
	g_assert_cmpuint(size, >=, 2);
	g_assert_cmpuint((guint8)payload[0] << 8 | (guint8)payload[1], ==, code);
}

/* The server has let go of the connection. */
static void
offhook_test_port_expect_gone(OffhookTestPort *self)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, -1);
}

static void
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

/* Everything posted so far has been done. */
static void
offhook_test_port_sync(OffhookTestPort *self)
{
	offhook_media_thread_post(self->thread, offhook_test_port_sync_cb, self, NULL);
	g_assert_nonnull(
	    g_async_queue_timeout_pop(self->syncs, HARNESS_TIMEOUT_S * G_USEC_PER_SEC));
}

static void
offhook_test_port_advance(OffhookTestPort *self, guint ms)
{
	for (guint passed = 0; passed < ms; passed += 500) {
		offhook_clock_advance(self->clock, 500 * 1000);
		offhook_media_thread_kick(self->thread);
		offhook_test_port_sync(self);
	}
}

/* ---- what the core does ---- */

static void
offhook_test_port_send_cb(gpointer data)
{
	OffhookTestPort *self = data;

	offhook_media_port_send_audio(self->port, (const guint8 *)"audio", 5);
	offhook_media_port_send_mark(self->port, "mark");
	offhook_media_port_clear(self->port);
}

static void
offhook_test_port_close_cb(gpointer data)
{
	offhook_media_port_close(((OffhookTestPort *)data)->port);
}

static void
offhook_test_port_refuse_cb(gpointer data)
{
	g_autoptr(GError) error =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_AUTHENTICATION, "who are you?");

	offhook_websocket_port_close_with_error(
	    OFFHOOK_WEBSOCKET_PORT(((OffhookTestPort *)data)->port), error);
}

/* ---- tests ---- */

static void
offhook_test_port_both_ways(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_write_text(&self, "start");
	offhook_test_port_write_text(&self, "hello");
	offhook_test_port_expect(&self, "started");
	offhook_test_port_expect(&self, "hello");
	offhook_media_thread_post(self.thread, offhook_test_port_send_cb, &self, NULL);
	offhook_test_port_expect_text(&self, "audio");
	offhook_test_port_expect_text(&self, "mark");
	offhook_test_port_expect_text(&self, "clear");
	offhook_media_thread_post(self.thread, offhook_test_port_close_cb, &self, NULL);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_expect_close(&self, 1000);
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_refused_with_reason(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_media_thread_post(self.thread, offhook_test_port_refuse_cb, &self, NULL);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_AUTHENTICATION);
	offhook_test_port_expect_close(&self, 1008);
	offhook_test_port_answer_close(&self, 1008);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

/* A far end that does not answer our close is waited for no longer than the limit. */
static void
offhook_test_port_close_unanswered(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_media_thread_post(self.thread, offhook_test_port_close_cb, &self, NULL);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_expect_close(&self, 1000);
	offhook_test_port_write_text(&self, "still talking");
	offhook_test_port_advance(&self, 2500);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_far_end_closes(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_expect_close(&self, 1000);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_far_end_closes_in_trouble(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_answer_close(&self, 1011);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_PROVIDER);
	offhook_test_port_expect_close(&self, 1011);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_far_end_dies(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_write_text(&self, "start");
	offhook_test_port_expect(&self, "started");
	g_clear_object(&self.client);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_PROVIDER);
	offhook_test_port_end(&self);
}

/* Writing to a connection that is gone raises no signal. */
static void
offhook_test_port_write_to_dead(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_sync(&self);
	shutdown(g_socket_get_fd(g_socket_connection_get_socket(G_SOCKET_CONNECTION(self.client))),
		 SHUT_RD);
	for (guint i = 0; i < 3; i++)
		offhook_media_thread_post(self.thread, offhook_test_port_send_cb, &self, NULL);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_PROVIDER);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_stop_message(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_write_text(&self, "start");
	offhook_test_port_write_text(&self, "stop");
	offhook_test_port_write_text(&self, "late");
	offhook_test_port_expect(&self, "started");
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_expect_close(&self, 1000);
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

typedef struct {
	const char *text;
	guint16 close;
	OffhookError error;
} OffhookTestPortCase;

static const OffhookTestPortCase protocol_cases[] = {
    {"nonsense", 1002, OFFHOOK_ERROR_FORMAT},
    {"stranger", 1008, OFFHOOK_ERROR_PERMISSION},
};

static void
offhook_test_port_protocol_refuses(gconstpointer data)
{
	const OffhookTestPortCase *test = data;
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_write_text(&self, test->text);
	offhook_test_port_write_text(&self, "more");
	offhook_test_port_expect_end(&self, test->error);
	offhook_test_port_expect_close(&self, test->close);
	offhook_test_port_answer_close(&self, test->close);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

/* Ten megabytes are refused as soon as they are announced, and the reason can be read. */
static void
offhook_test_port_ten_megabytes(void)
{
	OffhookTestPort self;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	WsClientFrame huge = WS_CLIENT_TEXT;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	huge.announced = 10 << 20;
	ws_client_write(bytes, huge, "only the first bytes", 20);
	offhook_test_port_write(&self, bytes);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_LIMIT);
	offhook_test_port_expect_close(&self, 1009);
	/* The rest is not read as frames; nor does it keep the port alive. */
	g_byte_array_set_size(bytes, 100000);
	memset(bytes->data, 0, bytes->len);
	offhook_test_port_write(&self, bytes);
	g_clear_object(&self.client);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_unmasked(void)
{
	OffhookTestPort self;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	WsClientFrame bare = WS_CLIENT_TEXT;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	bare.masked = FALSE;
	ws_client_write(bytes, bare, "x", 1);
	offhook_test_port_write(&self, bytes);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_FORMAT);
	offhook_test_port_expect_close(&self, 1002);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_ping_is_answered(void)
{
	OffhookTestPort self;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *payload = NULL;
	gsize size;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	ws_client_write(bytes, WS_CLIENT_PING, "you?", 4);
	offhook_test_port_write(&self, bytes);
	g_assert_cmpint(offhook_test_port_read(&self, &payload, &size), ==, 10);
	g_assert_cmpstr(payload, ==, "you?");
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_end(&self);
}

static void
offhook_test_port_ping_flood(void)
{
	OffhookTestPort self;
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	for (guint i = 0; i < 100; i++)
		ws_client_write(bytes, WS_CLIENT_PING, "", 0);
	offhook_test_port_write(&self, bytes);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_LIMIT);
	offhook_test_port_end(&self);
}

/* ---- time ---- */

static void
offhook_test_port_no_start(void)
{
	OffhookTestPort self;

	offhook_test_port_begin(&self);
	offhook_test_port_connect(&self);
	offhook_test_port_write_text(&self, "hello");
	offhook_test_port_expect(&self, "hello");
	offhook_test_port_advance(&self, 9500);
	offhook_test_port_write_text(&self, "hello");
	offhook_test_port_expect(&self, "hello");
	offhook_test_port_advance(&self, 1000);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_TIMED_OUT);
	offhook_test_port_expect_close(&self, 1008);
	offhook_test_port_answer_close(&self, 1008);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_started(OffhookTestPort *self)
{
	offhook_test_port_begin(self);
	offhook_test_port_connect(self);
	offhook_test_port_write_text(self, "start");
	offhook_test_port_expect(self, "started");
	offhook_test_port_advance(self, 500); /* so that the port has noticed when it was */
}

static void
offhook_test_port_expect_ping(OffhookTestPort *self)
{
	g_autofree char *payload = NULL;
	gsize size;

	g_assert_cmpint(offhook_test_port_read(self, &payload, &size), ==, 9);
}

static void
offhook_test_port_half_open(void)
{
	OffhookTestPort self;

	offhook_test_port_started(&self);
	offhook_test_port_advance(&self, 30000);
	offhook_test_port_expect_ping(&self);
	offhook_test_port_advance(&self, 29000);
	offhook_test_port_sync(&self);
	offhook_test_port_advance(&self, 1500);
	offhook_test_port_expect_end(&self, OFFHOOK_ERROR_TIMED_OUT);
	offhook_test_port_expect_close(&self, 1008);
	offhook_test_port_expect_gone(&self);
	offhook_test_port_end(&self);
}

/* Whoever answers our pings, or says anything, lives on. */
static void
offhook_test_port_quiet_but_alive(void)
{
	OffhookTestPort self;
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	offhook_test_port_started(&self);
	for (guint i = 0; i < 5; i++) {
		offhook_test_port_advance(&self, 31000);
		offhook_test_port_expect_ping(&self);
		ws_client_write(bytes, (WsClientFrame){TRUE, 0, 10, TRUE, 0}, "", 0);
		ws_client_write_text(bytes, "here");
		offhook_test_port_write(&self, bytes);
		offhook_test_port_expect(&self, "here");
		offhook_test_port_advance(&self, 500);
	}
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_end(&self);
}

/* ---- a far end that does not read ---- */

#define STUCK_FRAMES 3000

static void
offhook_test_port_send_much_cb(gpointer data)
{
	OffhookTestPort *self = data;

	for (guint i = 0; i < STUCK_FRAMES; i++) {
		g_autofree char *audio = g_strdup_printf("a%0998u", i);

		offhook_media_port_send_audio(self->port, (const guint8 *)audio, strlen(audio));
		if (i % 10 == 0) {
			g_autofree char *mark = g_strdup_printf("m%u", i);

			offhook_media_port_send_mark(self->port, mark);
		}
	}
}

/* The oldest audio goes, in order; no mark does. */
static void
offhook_test_port_stuck(void)
{
	OffhookTestPort self;
	guint marks = 0, audio = 0;
	int last = -1;

	offhook_test_port_started(&self);
	offhook_media_thread_post(self.thread, offhook_test_port_send_much_cb, &self, NULL);
	offhook_test_port_sync(&self);
	while (last < STUCK_FRAMES - 1 || marks < STUCK_FRAMES / 10) {
		g_autofree char *payload = NULL;
		gsize size;

		g_assert_cmpint(offhook_test_port_read(&self, &payload, &size), ==, 1);
		if (payload[0] == 'm') {
			g_assert_cmpint(atoi(payload + 1), ==, marks * 10);
			marks++;
		} else {
			g_assert_cmpint(atoi(payload + 1), >, last);
			last = atoi(payload + 1);
			audio++;
		}
	}
	g_assert_cmpuint(audio, <, STUCK_FRAMES);
	g_assert_cmpuint(audio, >=, 100);
	offhook_test_port_sync(&self);
	g_assert_cmpuint(offhook_websocket_port_get_dropped(OFFHOOK_WEBSOCKET_PORT(self.port)), ==,
			 STUCK_FRAMES - audio);
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_end(&self);
}

/* All at once, so that nothing is flushed in between. */
static void
offhook_test_port_send_much_and_clear_cb(gpointer data)
{
	offhook_test_port_send_much_cb(data);
	offhook_media_port_clear(((OffhookTestPort *)data)->port);
	offhook_test_port_send_cb(data);
}

/* After a clear nothing from before it is sent, but what was begun. */
static void
offhook_test_port_stuck_clear(void)
{
	OffhookTestPort self;
	guint after = 0;

	offhook_test_port_started(&self);
	offhook_media_thread_post(self.thread, offhook_test_port_send_much_and_clear_cb, &self,
				  NULL);
	offhook_test_port_sync(&self);
	for (;;) {
		g_autofree char *payload = NULL;
		gsize size;

		g_assert_cmpint(offhook_test_port_read(&self, &payload, &size), ==, 1);
		if (g_str_equal(payload, "clear") && ++after == 2)
			break;
		/* The last audio is of the first flush, long before the end of all that was sent. */
		if (payload[0] == 'a' && !g_str_equal(payload, "audio"))
			g_assert_cmpint(atoi(payload + 1), <, STUCK_FRAMES - 100);
	}
	offhook_test_port_answer_close(&self, 1000);
	offhook_test_port_expect(&self, "ended");
	offhook_test_port_end(&self);
}

/* A far end that does not read is no reason to wait when the thread ends. */
static void
offhook_test_port_thread_ends(void)
{
	OffhookTestPort self;

	offhook_test_port_started(&self);
	offhook_test_port_end(&self);
}

static void
offhook_test_port_no_socket(void)
{
	g_autoptr(GInputStream) in = g_memory_input_stream_new();
	g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
	g_autoptr(GIOStream) stream = g_simple_io_stream_new(in, out);
	g_autoptr(OffhookMediaThread) thread = offhook_media_thread_new("test-media", NULL);
	g_autoptr(OffhookWireProtocol) protocol = g_object_new(TEST_TYPE_PROTOCOL, NULL);
	g_autoptr(OffhookMediaPort) port = offhook_websocket_port_new(stream, protocol);
	g_autoptr(GError) error = NULL;

	/* Not in a media thread. */
	g_assert_false(
	    offhook_media_port_open(port, offhook_media_thread_get_context(thread), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE);
}

/* ---- taken over from libsoup ---- */

static void
offhook_test_port_wrote_informational_cb(SoupServerMessage *msg, gpointer user_data)
{
	OffhookTestPort *self = user_data;
	g_autoptr(GIOStream) stream = soup_server_message_steal_connection(msg);

	offhook_test_port_take(self, stream);
}

static void
offhook_test_port_handle_cb(SoupServer *server, SoupServerMessage *msg, const char *path,
			    GHashTable *query, gpointer user_data)
{
	g_assert_true(soup_websocket_server_process_handshake(msg, NULL, NULL, NULL, NULL));
	g_signal_connect(msg, "wrote-informational",
			 G_CALLBACK(offhook_test_port_wrote_informational_cb), user_data);
}

static gboolean
offhook_test_port_accept_certificate_cb(GTlsConnection *connection, GTlsCertificate *certificate,
					GTlsCertificateFlags flags, gpointer user_data)
{
	return TRUE;
}

typedef struct {
	OffhookTestPort *port;
	guint16 number;
	gboolean tls;
	gboolean done; /* atomic */
} OffhookTestPortClient;

static const char handshake[] = "GET /media HTTP/1.1\r\n"
				"Host: localhost\r\n"
				"Upgrade: websocket\r\n"
				"Connection: Upgrade\r\n"
				"Sec-WebSocket-Version: 13\r\n"
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

static void
offhook_test_port_connect_tls_cb(GSocketClient *client, GSocketClientEvent event,
				 GSocketConnectable *connectable, GIOStream *connection,
				 gpointer user_data)
{
	if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
		g_signal_connect(connection, "accept-certificate",
				 G_CALLBACK(offhook_test_port_accept_certificate_cb), NULL);
}

/* Handshake and first frames in one write, so in one segment; then the answer's headers. */
static void
offhook_test_port_shake_hands(OffhookTestPort *self)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const guint8 *end = NULL;

	g_byte_array_append(bytes, (const guint8 *)handshake, strlen(handshake));
	ws_client_write_text(bytes, "start");
	ws_client_write_text(bytes, "first");
	ws_client_write_text(bytes, "second");
	offhook_test_port_write(self, bytes);
	while (end == NULL) {
		g_assert_true(offhook_test_port_read_some(self));
		end = memmem(self->received->data, self->received->len, "\r\n\r\n", 4);
	}
	g_assert_cmpint(memcmp(self->received->data, "HTTP/1.1 101", 12), ==, 0);
	g_byte_array_remove_range(self->received, 0, end + 4 - self->received->data);
}

/* A thread of its own, for the server needs the main loop. */
static gpointer
offhook_test_port_client_thread(gpointer data)
{
	OffhookTestPortClient *client = data;
	OffhookTestPort *self = client->port;
	g_autoptr(GSocketClient) connector = g_socket_client_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *big = g_strnfill(60000, 'x');

	g_socket_client_set_enable_proxy(connector, FALSE);
	g_socket_client_set_tls(connector, client->tls);
	g_signal_connect(connector, "event", G_CALLBACK(offhook_test_port_connect_tls_cb), NULL);
	self->client = G_IO_STREAM(
	    g_socket_client_connect_to_host(connector, "127.0.0.1", client->number, NULL, &error));
	g_assert_no_error(error);
	offhook_test_port_shake_hands(self);
	offhook_test_port_expect(self, "started");
	offhook_test_port_expect(self, "first");
	offhook_test_port_expect(self, "second");
	offhook_test_port_write_text(self, "third");
	offhook_test_port_expect(self, "third");
	offhook_test_port_write_text(self, big);
	offhook_test_port_expect(self, big);
	offhook_media_thread_post(self->thread, offhook_test_port_send_cb, self, NULL);
	offhook_test_port_expect_text(self, "audio");
	offhook_test_port_expect_text(self, "mark");
	offhook_test_port_expect_text(self, "clear");
	offhook_test_port_answer_close(self, 1000);
	offhook_test_port_expect(self, "ended");
	offhook_test_port_expect_close(self, 1000);
	offhook_test_port_expect_gone(self);
	g_atomic_int_set(&client->done, TRUE);
	g_main_context_wakeup(NULL);
	return NULL;
}

static gboolean
offhook_test_port_client_is_done(gpointer data)
{
	return g_atomic_int_get(&((OffhookTestPortClient *)data)->done);
}

static void
offhook_test_port_from_soup(gconstpointer data)
{
	gboolean tls = GPOINTER_TO_INT(data);
	OffhookTestPort self;
	OffhookTestPortClient client = {.port = &self, .tls = tls};
	g_autoptr(SoupServer) server = soup_server_new(NULL, NULL);
	g_autoptr(GError) error = NULL;
	GSList *uris;
	GThread *thread;

#ifdef __SANITIZE_THREAD__
	if (tls) {
		g_test_skip("GLib registers types in both threads, which the checker can't follow");
		return;
	}
#endif
	offhook_test_port_begin(&self);
	if (tls) {
		without_leak_check = TRUE;
		g_autofree char *path = g_test_build_filename(G_TEST_DIST, "core", "media", "data",
							      "localhost.pem", NULL);
		g_autoptr(GTlsCertificate) certificate =
		    g_tls_certificate_new_from_file(path, &error);

		g_assert_no_error(error);
		soup_server_set_tls_certificate(server, certificate);
	}
	soup_server_add_handler(server, "/media", offhook_test_port_handle_cb, &self, NULL);
	soup_server_listen_local(
	    server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | (tls ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(server);
	client.number = g_uri_get_port(uris->data);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	thread = g_thread_new("client", offhook_test_port_client_thread, &client);
	harness_wait_until(offhook_test_port_client_is_done, &client, "the client");
	g_thread_join(thread);
	soup_server_disconnect(server);
	offhook_test_port_end(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/websocket-port/both-ways", offhook_test_port_both_ways);
	g_test_add_func("/websocket-port/refused-with-reason",
			offhook_test_port_refused_with_reason);
	g_test_add_func("/websocket-port/close-unanswered", offhook_test_port_close_unanswered);
	g_test_add_func("/websocket-port/far-end-closes", offhook_test_port_far_end_closes);
	g_test_add_func("/websocket-port/far-end-closes-in-trouble",
			offhook_test_port_far_end_closes_in_trouble);
	g_test_add_func("/websocket-port/far-end-dies", offhook_test_port_far_end_dies);
	g_test_add_func("/websocket-port/write-to-dead", offhook_test_port_write_to_dead);
	g_test_add_func("/websocket-port/stop-message", offhook_test_port_stop_message);
	g_test_add_data_func("/websocket-port/protocol-refuses/nonsense", &protocol_cases[0],
			     offhook_test_port_protocol_refuses);
	g_test_add_data_func("/websocket-port/protocol-refuses/stranger", &protocol_cases[1],
			     offhook_test_port_protocol_refuses);
	g_test_add_func("/websocket-port/ten-megabytes", offhook_test_port_ten_megabytes);
	g_test_add_func("/websocket-port/unmasked", offhook_test_port_unmasked);
	g_test_add_func("/websocket-port/ping-is-answered", offhook_test_port_ping_is_answered);
	g_test_add_func("/websocket-port/ping-flood", offhook_test_port_ping_flood);
	g_test_add_func("/websocket-port/no-start", offhook_test_port_no_start);
	g_test_add_func("/websocket-port/half-open", offhook_test_port_half_open);
	g_test_add_func("/websocket-port/quiet-but-alive", offhook_test_port_quiet_but_alive);
	g_test_add_func("/websocket-port/stuck", offhook_test_port_stuck);
	g_test_add_func("/websocket-port/stuck-clear", offhook_test_port_stuck_clear);
	g_test_add_func("/websocket-port/thread-ends", offhook_test_port_thread_ends);
	g_test_add_func("/websocket-port/no-socket", offhook_test_port_no_socket);
	g_test_add_data_func("/websocket-port/from-soup/plain", GINT_TO_POINTER(FALSE),
			     offhook_test_port_from_soup);
	g_test_add_data_func("/websocket-port/from-soup/tls", GINT_TO_POINTER(TRUE),
			     offhook_test_port_from_soup);
	return g_test_run();
}
