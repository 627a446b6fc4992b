/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libwslay's frame layer with the rules that it leaves to its user: masks, reserved bits, order of
 * fragments, UTF-8, lengths. The event layer of libwslay would allocate for every message. Runs in
 * the connection's media thread.
 */

#include "media/websocket-frames.h"

#include <offhook/error.h>
#include <string.h>
#include <wslay/wslay.h>

#define OFFHOOK_WEBSOCKET_CONTROL_BYTES  125
#define OFFHOOK_WEBSOCKET_CONTROL_REFILL 5   /* each half second */
#define OFFHOOK_WEBSOCKET_PRIVATE_CODES  3000
#define OFFHOOK_WEBSOCKET_CODES_END      5000

struct _OffhookWebsocketFrames {
	OffhookWebsocketFramesLimits limits;
	OffhookWebsocketFramesHandler handler;
	gpointer user_data;
	wslay_frame_context_ptr context;
	GByteArray *out; /* where a frame is being written to */

	GByteArray *message; /* pieces of a message that did not come at once */
	gboolean in_message; /* between its first and its last fragment */
	OffhookWireKind kind;
	guint fragments;
	guint8 control[OFFHOOK_WEBSOCKET_CONTROL_BYTES];
	gsize control_size;
	guint64 offset; /* of the next chunk in its frame */

	guint control_left;
	guint message_left;
	gboolean closed;
	guint16 code; /* of the failure */
	GError *error;
};

static ssize_t
offhook_websocket_frames_read_cb(uint8_t *buffer, size_t size, int flags, void *user_data)
{
	OffhookWebsocketFrames *self = user_data;
	gsize n = self->handler.read(self->user_data, buffer, size);

	return n > 0 ? (ssize_t)n : -1;
}

static ssize_t
offhook_websocket_frames_write_cb(const uint8_t *data, size_t size, int flags, void *user_data)
{
	OffhookWebsocketFrames *self = user_data;

	g_byte_array_append(self->out, data, size);
	return size;
}

OffhookWebsocketFrames *
offhook_websocket_frames_new(const OffhookWebsocketFramesLimits *limits,
			     const OffhookWebsocketFramesHandler *handler, gpointer user_data)
{
	const struct wslay_frame_callbacks callbacks = {
	    .send_callback = offhook_websocket_frames_write_cb,
	    .recv_callback = offhook_websocket_frames_read_cb,
	};
	OffhookWebsocketFrames *self = g_new0(OffhookWebsocketFrames, 1);

	self->limits = *limits;
	self->handler = *handler;
	self->user_data = user_data;
	self->message = g_byte_array_new();
	self->control_left = limits->control_burst;
	self->message_left = limits->message_burst;
	if (wslay_frame_context_init(&self->context, &callbacks, self) != 0)
		g_error("out of memory for a WebSocket");
	return self;
}

void
offhook_websocket_frames_free(OffhookWebsocketFrames *self)
{
	if (self == NULL)
		return;
	wslay_frame_context_free(self->context);
	g_byte_array_unref(self->message);
	g_clear_error(&self->error);
	g_free(self);
}

/* ---- receiving ---- */

static gboolean
offhook_websocket_frames_fail(OffhookWebsocketFrames *self, guint16 code, OffhookError error,
			      const char *message)
{
	self->code = code;
	if (self->error == NULL)
		g_set_error(&self->error, OFFHOOK_ERROR, error, "WebSocket: %s", message);
	return FALSE;
}

static gboolean
offhook_websocket_frames_is_utf8(const guint8 *data, gsize size)
{
	guint64 high = 0, word;
	gsize i = 0;

	/* Media messages are ASCII, and there are many. */
	for (; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		high |= word;
	}
	for (; i < size; i++)
		high |= data[i];
	return (high & G_GUINT64_CONSTANT(0x8080808080808080)) == 0 ||
	       g_utf8_validate((const char *)data, size, NULL);
}

static gboolean
offhook_websocket_frames_give_message(OffhookWebsocketFrames *self, const guint8 *data, gsize size)
{
	if (self->message_left == 0)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_POLICY,
						     OFFHOOK_ERROR_LIMIT,
						     "more messages than 1000 a second");
	self->message_left--;
	if (self->kind == OFFHOOK_WIRE_TEXT && !offhook_websocket_frames_is_utf8(data, size))
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_NOT_UTF8,
						     OFFHOOK_ERROR_FORMAT,
						     "a text message is not UTF-8");
	self->handler.message(self->user_data, self->kind, data, size);
	return TRUE;
}

/* The first chunk of a frame: may it come now, and is it short enough? */
static gboolean
offhook_websocket_frames_begin_data(OffhookWebsocketFrames *self,
				    const struct wslay_frame_iocb *frame)
{
	gsize held = self->in_message ? self->message->len : 0;

	if ((frame->opcode == WSLAY_CONTINUATION_FRAME) != self->in_message)
		return offhook_websocket_frames_fail(
		    self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR, OFFHOOK_ERROR_FORMAT,
		    self->in_message ? "a message begins inside another"
				     : "a continuation without a message");
	if (frame->payload_length > self->limits.message_bytes - held)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_TOO_BIG,
						     OFFHOOK_ERROR_LIMIT,
						     "a message is longer than allowed");
	if (!self->in_message) {
		self->kind =
		    frame->opcode == WSLAY_TEXT_FRAME ? OFFHOOK_WIRE_TEXT : OFFHOOK_WIRE_BINARY;
		self->fragments = 0;
		self->in_message = TRUE;
	}
	if (++self->fragments > self->limits.fragments)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_POLICY,
						     OFFHOOK_ERROR_LIMIT,
						     "a message has too many fragments");
	return TRUE;
}

static gboolean
offhook_websocket_frames_take_data(OffhookWebsocketFrames *self,
				   const struct wslay_frame_iocb *frame, gboolean last)
{
	gboolean ok;

	if (last && frame->fin && self->message->len == 0) {
		self->in_message = FALSE;
		return offhook_websocket_frames_give_message(self, frame->data, frame->data_length);
	}
	g_byte_array_append(self->message, frame->data, frame->data_length);
	if (!last || !frame->fin)
		return TRUE;
	self->in_message = FALSE;
	ok = offhook_websocket_frames_give_message(self, self->message->data, self->message->len);
	g_byte_array_set_size(self->message, 0);
	return ok;
}

static gboolean
offhook_websocket_frames_is_close_code(guint code)
{
	return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
	       (code >= OFFHOOK_WEBSOCKET_PRIVATE_CODES && code < OFFHOOK_WEBSOCKET_CODES_END);
}

static gboolean
offhook_websocket_frames_take_close(OffhookWebsocketFrames *self)
{
	guint code = OFFHOOK_WEBSOCKET_NO_STATUS;

	if (self->control_size >= 2)
		code = self->control[0] << 8 | self->control[1];
	if (self->control_size == 1 ||
	    (self->control_size >= 2 && !offhook_websocket_frames_is_close_code(code)))
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR,
						     OFFHOOK_ERROR_FORMAT,
						     "a close frame without a valid code");
	if (self->control_size > 2 &&
	    !offhook_websocket_frames_is_utf8(self->control + 2, self->control_size - 2))
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_NOT_UTF8,
						     OFFHOOK_ERROR_FORMAT,
						     "a close reason is not UTF-8");
	self->closed = TRUE;
	self->handler.close(self->user_data, code);
	return TRUE;
}

static gboolean
offhook_websocket_frames_take_control(OffhookWebsocketFrames *self,
				      const struct wslay_frame_iocb *frame, gboolean last)
{
	/* libwslay has refused longer ones. */
	memcpy(self->control + self->control_size, frame->data, frame->data_length);
	self->control_size += frame->data_length;
	if (!last)
		return TRUE;
	if (frame->opcode == WSLAY_CONNECTION_CLOSE)
		return offhook_websocket_frames_take_close(self);
	if (self->control_left == 0)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_POLICY,
						     OFFHOOK_ERROR_LIMIT,
						     "more pings than 10 a second");
	self->control_left--;
	if (frame->opcode == WSLAY_PING)
		self->handler.ping(self->user_data, self->control, self->control_size);
	return TRUE;
}

/* @first, @last: is this the frame's first chunk, its last? */
static gboolean
offhook_websocket_frames_take(OffhookWebsocketFrames *self, const struct wslay_frame_iocb *frame,
			      gboolean first, gboolean last)
{
	gboolean control = wslay_is_ctrl_frame(frame->opcode);

	if (first) {
		if (!frame->mask || frame->rsv != 0 ||
		    frame->opcode > (control ? WSLAY_PONG : WSLAY_BINARY_FRAME))
			return offhook_websocket_frames_fail(
			    self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR, OFFHOOK_ERROR_FORMAT,
			    !frame->mask ? "a frame is not masked"
					 : "a frame has reserved bits or an unknown opcode");
		if (control)
			self->control_size = 0;
		else if (!offhook_websocket_frames_begin_data(self, frame))
			return FALSE;
	}
	if (control)
		return offhook_websocket_frames_take_control(self, frame, last);
	return offhook_websocket_frames_take_data(self, frame, last);
}

gboolean
offhook_websocket_frames_receive(OffhookWebsocketFrames *self, guint16 *code, GError **error)
{
	while (self->error == NULL && !self->closed) {
		struct wslay_frame_iocb frame = {0};
		ssize_t n = wslay_frame_recv(self->context, &frame);
		gboolean first = self->offset == 0;

		if (n == WSLAY_ERR_WANT_READ)
			return TRUE;
		if (n < 0) {
			offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR,
						      OFFHOOK_ERROR_FORMAT, "a malformed frame");
			break;
		}
		self->offset += frame.data_length;
		if (!offhook_websocket_frames_take(self, &frame, first,
						   self->offset == frame.payload_length))
			break;
		if (self->offset == frame.payload_length)
			self->offset = 0;
	}
	if (self->error == NULL)
		return TRUE;
	*code = self->code;
	g_propagate_error(error, g_error_copy(self->error));
	return FALSE;
}

void
offhook_websocket_frames_refill(OffhookWebsocketFrames *self)
{
	self->control_left =
	    MIN(self->control_left + OFFHOOK_WEBSOCKET_CONTROL_REFILL, self->limits.control_burst);
	self->message_left =
	    MIN(self->message_left + self->limits.message_refill, self->limits.message_burst);
}

/* ---- sending ---- */

void
offhook_websocket_frames_write(OffhookWebsocketFrames *self, OffhookWebsocketOpcode opcode,
			       const guint8 *data, gsize size, GByteArray *out)
{
	struct wslay_frame_iocb frame = {
	    .fin = 1,
	    .opcode = opcode,
	    .payload_length = size,
	    .data = data,
	    .data_length = size,
	};

	self->out = out;
	wslay_frame_send(self->context, &frame);
	self->out = NULL;
}

void
offhook_websocket_frames_write_close(OffhookWebsocketFrames *self, guint16 code, const char *reason,
				     GByteArray *out)
{
	guint8 payload[OFFHOOK_WEBSOCKET_CONTROL_BYTES] = {code >> 8, code & 0xff};
	gsize size = 0;

	if (reason != NULL) {
		const char *end;

		size = MIN(strlen(reason), sizeof(payload) - 2);
		/* Not in the middle of a character. */
		g_utf8_validate(reason, size, &end);
		size = end - reason;
		memcpy(payload + 2, reason, size);
	}
	offhook_websocket_frames_write(self, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, payload, size + 2,
				       out);
}

guint16
offhook_websocket_close_code(const GError *error)
{
	if (error == NULL)
		return OFFHOOK_WEBSOCKET_NORMAL;
	if (error->domain != OFFHOOK_ERROR)
		return OFFHOOK_WEBSOCKET_INTERNAL;
	switch (error->code) {
	case OFFHOOK_ERROR_FORMAT:
	case OFFHOOK_ERROR_INCOMPATIBLE:
		return OFFHOOK_WEBSOCKET_PROTOCOL_ERROR;
	case OFFHOOK_ERROR_INVALID_ARGUMENT:
	case OFFHOOK_ERROR_INVALID_STATE:
	case OFFHOOK_ERROR_AUTHENTICATION:
	case OFFHOOK_ERROR_PERMISSION:
	case OFFHOOK_ERROR_NOT_FOUND:
	case OFFHOOK_ERROR_EXISTS:
	case OFFHOOK_ERROR_TIMED_OUT:
		return OFFHOOK_WEBSOCKET_POLICY;
	case OFFHOOK_ERROR_LIMIT:
		return OFFHOOK_WEBSOCKET_TOO_BIG;
	case OFFHOOK_ERROR_NOT_SUPPORTED:
		return OFFHOOK_WEBSOCKET_UNSUPPORTED;
	case OFFHOOK_ERROR_CANCELLED:
	case OFFHOOK_ERROR_UNAVAILABLE:
		return OFFHOOK_WEBSOCKET_GOING_AWAY;
	case OFFHOOK_ERROR_BUSY:
	case OFFHOOK_ERROR_RATE_LIMITED:
		return OFFHOOK_WEBSOCKET_TRY_AGAIN;
	default:
		return OFFHOOK_WEBSOCKET_INTERNAL;
	}
}
