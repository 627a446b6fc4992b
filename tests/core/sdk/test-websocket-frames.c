/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * WebSocket framing from bytes in memory: what is taken, what is refused, and with which code.
 */

#include <offhook/websocket-frames.h>
#include "../media/ws-client.h"
#include <offhook/error.h>
#include <string.h>

typedef struct {
	GByteArray *in;
	gsize at;
	gsize step; /* bytes per read; 0: all */
	GString *seen;
	OffhookWebsocketFrames *frames;
} OffhookTestFrames;

static gsize
offhook_test_frames_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookTestFrames *self = user_data;
	gsize n = MIN(size, self->in->len - self->at);

	if (self->step != 0)
		n = MIN(n, self->step);
	memcpy(buffer, self->in->data + self->at, n);
	self->at += n;
	return n;
}

static void
offhook_test_frames_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
			       gsize size)
{
	OffhookTestFrames *self = user_data;

	g_string_append(self->seen, kind == OFFHOOK_WIRE_TEXT ? "T:" : "B:");
	if (size <= 100)
		g_string_append_len(self->seen, (const char *)data, size);
	else
		g_string_append_printf(self->seen, "%" G_GSIZE_FORMAT, size);
	g_string_append_c(self->seen, ' ');
}

static void
offhook_test_frames_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookTestFrames *self = user_data;

	g_string_append(self->seen, "P:");
	g_string_append_len(self->seen, (const char *)data, size);
	g_string_append_c(self->seen, ' ');
}

static void
offhook_test_frames_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	g_string_append_printf(((OffhookTestFrames *)user_data)->seen, "C:%u%s ", code, reason);
}

static void
offhook_test_frames_begin_from(OffhookTestFrames *self, gboolean server)
{
	static const OffhookWebsocketFramesHandler handler = {
	    offhook_test_frames_read_cb, offhook_test_frames_message_cb,
	    offhook_test_frames_ping_cb, offhook_test_frames_close_cb};
	const OffhookWebsocketFramesLimits limits = {65536, 4, 10, 50, 500, server};

	*self = (OffhookTestFrames){0};
	self->in = g_byte_array_new();
	self->seen = g_string_new(NULL);
	self->frames = offhook_websocket_frames_new(&limits, &handler, self);
}

static void
offhook_test_frames_begin(OffhookTestFrames *self)
{
	offhook_test_frames_begin_from(self, FALSE);
}

static void
offhook_test_frames_end(OffhookTestFrames *self)
{
	offhook_websocket_frames_free(self->frames);
	g_string_free(self->seen, TRUE);
	g_byte_array_unref(self->in);
}

static void
offhook_test_frames_taken(OffhookTestFrames *self, const char *seen)
{
	g_autoptr(GError) error = NULL;
	guint16 code = 0;

	while (self->at < self->in->len) {
		g_assert_true(offhook_websocket_frames_receive(self->frames, &code, &error));
		g_assert_no_error(error);
	}
	g_assert_cmpstr(self->seen->str, ==, seen);
}

static void
offhook_test_frames_refused(OffhookTestFrames *self, guint16 code, OffhookError expected)
{
	g_autoptr(GError) error = NULL;
	guint16 actual = 0;

	g_assert_false(offhook_websocket_frames_receive(self->frames, &actual, &error));
	g_assert_error(error, OFFHOOK_ERROR, (int)expected);
	g_assert_cmpuint(actual, ==, code);
	/* Nothing more comes out of it. */
	g_assert_false(offhook_websocket_frames_receive(self->frames, &actual, NULL));
	offhook_test_frames_end(self);
}

static void
offhook_test_frames_messages(gconstpointer data)
{
	OffhookTestFrames self;
	g_autofree char *long_text = g_strnfill(65536, 'x');

	offhook_test_frames_begin(&self);
	self.step = GPOINTER_TO_UINT(data);
	ws_client_write_text(self.in, "hello");
	ws_client_write_text(self.in, "");
	ws_client_write(self.in, (WsClientFrame){TRUE, 0, 2, TRUE, 0}, "bytes", 5);
	ws_client_write(self.in, (WsClientFrame){FALSE, 0, 1, TRUE, 0}, "gr\xc3", 3);
	ws_client_write(self.in, WS_CLIENT_PING, "now", 3);
	ws_client_write(self.in, (WsClientFrame){FALSE, 0, 0, TRUE, 0}, "", 0);
	ws_client_write(self.in, (WsClientFrame){TRUE, 0, 0, TRUE, 0}, "\xbc\xc3\x9f", 3);
	ws_client_write_text(self.in, long_text);
	ws_client_write(self.in, (WsClientFrame){TRUE, 0, 10, TRUE, 0}, "pong", 4);
	ws_client_write_text(self.in, "end");
	ws_client_write_close(self.in, 1000);
	offhook_test_frames_taken(
	    &self, "T:hello T: B:bytes P:now T:gr\xc3\xbc\xc3\x9f T:65536 T:end C:1000 ");
	offhook_test_frames_end(&self);
}

/* What a server sends is not masked; a masked frame from it is refused. */
static void
offhook_test_frames_from_server(void)
{
	static const guint8 mask[4] = {1, 2, 3, 4};
	OffhookTestFrames self;
	g_autoptr(GByteArray) close = g_byte_array_new();

	offhook_test_frames_begin_from(&self, TRUE);
	offhook_websocket_append(self.in, OFFHOOK_WEBSOCKET_OPCODE_TEXT, (const guint8 *)"hi", 2);
	offhook_websocket_append_close(close, 1011, "NET-0001");
	offhook_websocket_append(self.in, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, close->data, close->len);
	offhook_test_frames_taken(&self, "T:hi C:1011NET-0001 ");
	offhook_test_frames_end(&self);

	offhook_test_frames_begin_from(&self, TRUE);
	offhook_websocket_append_masked(self.in, OFFHOOK_WEBSOCKET_OPCODE_TEXT,
					(const guint8 *)"hello", 5, mask);
	offhook_test_frames_refused(&self, 1002, OFFHOOK_ERROR_FORMAT);
}

/* ... and the other way round: a server takes what a client appended. */
static void
offhook_test_frames_from_client(void)
{
	static const guint8 mask[4] = {0xfe, 2, 3, 4};
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	offhook_websocket_append_masked(self.in, OFFHOOK_WEBSOCKET_OPCODE_TEXT,
					(const guint8 *)"hello", 5, mask);
	offhook_websocket_append_masked(self.in, OFFHOOK_WEBSOCKET_OPCODE_PING, NULL, 0, mask);
	offhook_test_frames_taken(&self, "T:hello P: ");
	offhook_test_frames_end(&self);
}

static void
offhook_test_frames_close_without_code(void)
{
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	ws_client_write(self.in, WS_CLIENT_CLOSE, "", 0);
	offhook_test_frames_taken(&self, "C:1005 ");
	offhook_test_frames_end(&self);
}

typedef struct {
	const char *name;
	WsClientFrame frames[2];
	const char *payload;
	guint16 code;
	OffhookError error;
} OffhookTestFramesCase;

static const OffhookTestFramesCase refused_cases[] = {
    {"unmasked", {{TRUE, 0, 1, FALSE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"reserved-bit", {{TRUE, 4, 1, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"unknown-opcode", {{TRUE, 0, 3, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"unknown-control", {{TRUE, 0, 11, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"fragmented-ping", {{FALSE, 0, 9, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"long-ping", {{TRUE, 0, 9, TRUE, 126}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"stray-continuation", {{TRUE, 0, 0, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"message-in-message",
     {{FALSE, 0, 1, TRUE, 0}, {TRUE, 0, 1, TRUE, 0}},
     "x",
     1002,
     OFFHOOK_ERROR_FORMAT},
    {"close-code-missing", {{TRUE, 0, 8, TRUE, 0}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"close-code-invalid", {{TRUE, 0, 8, TRUE, 0}}, "\x03\xed", 1002, OFFHOOK_ERROR_FORMAT},
    {"close-not-utf8", {{TRUE, 0, 8, TRUE, 0}}, "\x03\xe8\xff", 1007, OFFHOOK_ERROR_FORMAT},
    {"not-utf8", {{TRUE, 0, 1, TRUE, 0}}, "abc\xc3(", 1007, OFFHOOK_ERROR_FORMAT},
    {"too-long", {{TRUE, 0, 1, TRUE, 65537}}, "x", 1009, OFFHOOK_ERROR_LIMIT},
    {"ten-megabytes", {{TRUE, 0, 1, TRUE, 10 << 20}}, "x", 1009, OFFHOOK_ERROR_LIMIT},
    {"absurd-length", {{TRUE, 0, 1, TRUE, G_MAXINT64}}, "x", 1009, OFFHOOK_ERROR_LIMIT},
    {"negative-length", {{TRUE, 0, 1, TRUE, G_MAXUINT64}}, "x", 1002, OFFHOOK_ERROR_FORMAT},
    {"too-long-together",
     {{FALSE, 0, 1, TRUE, 0}, {TRUE, 0, 0, TRUE, 65536}},
     "x",
     1009,
     OFFHOOK_ERROR_LIMIT},
};

static void
offhook_test_frames_refuses(gconstpointer data)
{
	const OffhookTestFramesCase *test = data;
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	for (guint i = 0; i < 2 && test->frames[i].opcode + test->frames[i].fin != 0; i++)
		ws_client_write(self.in, test->frames[i], test->payload, strlen(test->payload));
	offhook_test_frames_refused(&self, test->code, test->error);
}

static void
offhook_test_frames_fragment_flood(void)
{
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	for (guint i = 0; i < 5; i++)
		ws_client_write(self.in, (WsClientFrame){FALSE, 0, i == 0, TRUE, 0}, "", 0);
	offhook_test_frames_refused(&self, 1008, OFFHOOK_ERROR_LIMIT);
}

static void
offhook_test_frames_ping_flood(void)
{
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	for (guint i = 0; i < 11; i++)
		ws_client_write(self.in, WS_CLIENT_PING, "", 0);
	offhook_test_frames_refused(&self, 1008, OFFHOOK_ERROR_LIMIT);
}

static void
offhook_test_frames_message_flood(void)
{
	OffhookTestFrames self;

	offhook_test_frames_begin(&self);
	for (guint i = 0; i < 51; i++)
		ws_client_write_text(self.in, "x");
	offhook_test_frames_refused(&self, 1008, OFFHOOK_ERROR_LIMIT);
}

/* A peer that stays within the pace may go on for ever. */
static void
offhook_test_frames_refill(void)
{
	OffhookTestFrames self;
	guint16 code;

	offhook_test_frames_begin(&self);
	for (guint i = 0; i < 200; i++) {
		ws_client_write(self.in, WS_CLIENT_PING, "", 0);
		ws_client_write_text(self.in, "x");
		g_assert_true(offhook_websocket_frames_receive(self.frames, &code, NULL));
		offhook_websocket_frames_refill(self.frames);
	}
	offhook_test_frames_end(&self);
}

static void
offhook_test_frames_write(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) close = g_byte_array_new();
	g_autofree char *text = g_strnfill(300, 'a');
	g_autofree char *one = NULL;
	g_autofree char *two = NULL;
	gsize size;

	offhook_websocket_append(out, OFFHOOK_WEBSOCKET_OPCODE_TEXT, (const guint8 *)text, 300);
	/* The reason does not end in the middle of the u-umlaut. */
	text[122] = '\xc3';
	text[123] = '\xbc';
	offhook_websocket_append_close(close, 1008, text);
	offhook_websocket_append(out, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, close->data, close->len);
	g_assert_cmpint(ws_client_parse(out, &one, &size), ==, 1);
	g_assert_cmpuint(size, ==, 300);
	g_assert_cmpint(ws_client_parse(out, &two, &size), ==, 8);
	g_assert_cmpuint(size, ==, 2 + 122);
	g_assert_cmpuint((guint8)two[0] << 8 | (guint8)two[1], ==, 1008);
	g_assert_cmpuint(out->len, ==, 0);
}

static void
offhook_test_frames_close_codes(void)
{
	g_assert_cmpuint(offhook_websocket_close_code(NULL), ==, 1000);
	for (int code = 0; code < OFFHOOK_ERROR_LAST; code++) {
		g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, "x");
		guint16 close = offhook_websocket_close_code(error);

		g_assert_cmpuint(close, >, 1000);
		g_assert_cmpuint(close, <=, 1013);
		g_assert_cmpuint(close, !=, 1005);
		g_assert_cmpuint(close, !=, 1006);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/websocket-frames/messages/at-once", GUINT_TO_POINTER(0),
			     offhook_test_frames_messages);
	g_test_add_data_func("/websocket-frames/messages/by-byte", GUINT_TO_POINTER(1),
			     offhook_test_frames_messages);
	g_test_add_data_func("/websocket-frames/messages/by-seven", GUINT_TO_POINTER(7),
			     offhook_test_frames_messages);
	g_test_add_func("/websocket-frames/from-server", offhook_test_frames_from_server);
	g_test_add_func("/websocket-frames/from-client", offhook_test_frames_from_client);
	g_test_add_func("/websocket-frames/close-without-code",
			offhook_test_frames_close_without_code);
	for (gsize i = 0; i < G_N_ELEMENTS(refused_cases); i++) {
		g_autofree char *path =
		    g_strdup_printf("/websocket-frames/refuses/%s", refused_cases[i].name);

		g_test_add_data_func(path, &refused_cases[i], offhook_test_frames_refuses);
	}
	g_test_add_func("/websocket-frames/fragment-flood", offhook_test_frames_fragment_flood);
	g_test_add_func("/websocket-frames/ping-flood", offhook_test_frames_ping_flood);
	g_test_add_func("/websocket-frames/message-flood", offhook_test_frames_message_flood);
	g_test_add_func("/websocket-frames/refill", offhook_test_frames_refill);
	g_test_add_func("/websocket-frames/write", offhook_test_frames_write);
	g_test_add_func("/websocket-frames/close-codes", offhook_test_frames_close_codes);
	return g_test_run();
}
