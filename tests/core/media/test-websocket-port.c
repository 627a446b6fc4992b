/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media WebSocket's life on real sockets, whose other end this test holds. Time limits are tested
 * on a manual clock.
 */

#include "websocket-port-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <offhook/error.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
	return g_test_run();
}
