/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes from a WebSocket's far end, in pieces of any size: whole messages within the limits come
 * out, text is UTF-8, and after an error or a close nothing does.
 */

#include <offhook/websocket-frames.h>

#include <offhook/error.h>
#include <string.h>

#define MESSAGE_BYTES 1000

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

typedef struct {
	const guint8 *data;
	gsize size;
	gsize piece;
	guint messages;
	gboolean over;
} OffhookFuzzFrames;

static gsize
offhook_fuzz_frames_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookFuzzFrames *self = user_data;
	gsize n = MIN(MIN(size, self->piece), self->size);

	memcpy(buffer, self->data, n);
	self->data += n;
	self->size -= n;
	return n;
}

static void
offhook_fuzz_frames_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
			       gsize size)
{
	OffhookFuzzFrames *self = user_data;

	g_assert_false(self->over);
	g_assert_cmpuint(size, <=, MESSAGE_BYTES);
	g_assert_cmpuint(++self->messages, <=, 100);
	if (kind == OFFHOOK_WIRE_TEXT && memchr(data, 0, size) == NULL)
		g_assert_true(g_utf8_validate((const char *)data, size, NULL));
}

static void
offhook_fuzz_frames_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	g_assert_false(((OffhookFuzzFrames *)user_data)->over);
	g_assert_cmpuint(size, <=, 125);
}

static void
offhook_fuzz_frames_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	OffhookFuzzFrames *self = user_data;

	g_assert_false(self->over);
	g_assert_cmpuint(code, >=, 1000);
	self->over = TRUE;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	static const OffhookWebsocketFramesHandler handler = {
	    .read = offhook_fuzz_frames_read_cb,
	    .message = offhook_fuzz_frames_message_cb,
	    .ping = offhook_fuzz_frames_ping_cb,
	    .close = offhook_fuzz_frames_close_cb,
	};
	static const OffhookWebsocketFramesLimits limits = {MESSAGE_BYTES, 8, 20, 100, 50};
	OffhookFuzzFrames self = {.data = data, .size = size};
	g_autoptr(OffhookWebsocketFrames) frames =
	    offhook_websocket_frames_new(&limits, &handler, &self);

	/* The first byte says how the rest is cut. */
	self.piece = size > 0 ? data[0] % 64 + 1 : 1;
	while (self.size > 0 && !self.over) {
		g_autoptr(GError) error = NULL;
		guint16 code = 0;

		if (!offhook_websocket_frames_receive(frames, &code, &error)) {
			g_assert_nonnull(error);
			g_assert_cmpuint(code, >=, 1002);
			break;
		}
	}
	return 0;
}
