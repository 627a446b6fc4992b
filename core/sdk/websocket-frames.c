/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bytes are read into a buffer that all connections of a thread share, unmasked in place and handed
 * out from there: what arrives whole is not copied, and the buffer stays in the cache. Runs in the
 * connection's thread.
 */

#include <offhook/websocket-frames.h>

#include <offhook/error.h>
#include <offhook/websocket-header.h>
#include <string.h>

#define OFFHOOK_WEBSOCKET_CONTINUATION   0x0
#define OFFHOOK_WEBSOCKET_CONTROL        0x8 /* the bit that makes a frame one */
#define OFFHOOK_WEBSOCKET_CONTROL_BYTES  125
#define OFFHOOK_WEBSOCKET_READ_BYTES     (16 * 1024)
#define OFFHOOK_WEBSOCKET_CONTROL_REFILL 5 /* each half second */
#define OFFHOOK_WEBSOCKET_PRIVATE_CODES  3000
#define OFFHOOK_WEBSOCKET_CODES_END      5000
#define OFFHOOK_WEBSOCKET_MASKED         0x80 /* in the header's second byte */

struct _OffhookWebsocketFrames {
	OffhookWebsocketFramesLimits limits;
	OffhookWebsocketFramesHandler handler;
	gpointer user_data;

	guint8 begun[OFFHOOK_WEBSOCKET_HEADER_MAX]; /* of a header that did not come at once */
	gsize begun_size;
	OffhookWebsocketHeader frame;
	gboolean in_frame; /* between its header and its last byte */
	guint64 offset;    /* in the frame's payload, of what comes next */

	GByteArray *message; /* (nullable): pieces of one that did not come at once */
	gboolean in_message; /* between its first and its last fragment */
	OffhookWireKind kind;
	guint fragments;
	guint8 control[OFFHOOK_WEBSOCKET_CONTROL_BYTES + 1]; /* and a NUL */
	gsize control_size;

	guint control_left;
	guint message_left;
	gboolean closed;
	guint16 code; /* of the failure */
	GError *error;
};

OffhookWebsocketFrames *
offhook_websocket_frames_new(const OffhookWebsocketFramesLimits *limits,
			     const OffhookWebsocketFramesHandler *handler, gpointer user_data)
{
	OffhookWebsocketFrames *self = g_new0(OffhookWebsocketFrames, 1);

	self->limits = *limits;
	self->handler = *handler;
	self->user_data = user_data;
	self->control_left = limits->control_burst;
	self->message_left = limits->message_burst;
	return self;
}

void
offhook_websocket_frames_free(OffhookWebsocketFrames *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->message, g_byte_array_unref);
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
						     OFFHOOK_ERROR_LIMIT, "messages come too fast");
	self->message_left--;
	if (self->kind == OFFHOOK_WIRE_TEXT && !offhook_websocket_frames_is_utf8(data, size))
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_NOT_UTF8,
						     OFFHOOK_ERROR_FORMAT,
						     "a text message is not UTF-8");
	self->handler.message(self->user_data, self->kind, data, size);
	return TRUE;
}

/* A data frame begins: may it now, and is it short enough? */
static gboolean
offhook_websocket_frames_begin_data(OffhookWebsocketFrames *self)
{
	gsize held = self->message != NULL ? self->message->len : 0;

	if ((self->frame.opcode == OFFHOOK_WEBSOCKET_CONTINUATION) != self->in_message)
		return offhook_websocket_frames_fail(
		    self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR, OFFHOOK_ERROR_FORMAT,
		    self->in_message ? "a message begins inside another"
				     : "a continuation without a message");
	if (self->frame.length > self->limits.message_bytes - held)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_TOO_BIG,
						     OFFHOOK_ERROR_LIMIT,
						     "a message is longer than allowed");
	if (!self->in_message) {
		self->kind = self->frame.opcode == OFFHOOK_WEBSOCKET_OPCODE_TEXT
				 ? OFFHOOK_WIRE_TEXT
				 : OFFHOOK_WIRE_BINARY;
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
offhook_websocket_frames_take_data(OffhookWebsocketFrames *self, const guint8 *data, gsize size,
				   gboolean last)
{
	g_autoptr(GByteArray) message = NULL;

	if (last && self->frame.fin && self->message == NULL) {
		self->in_message = FALSE;
		return offhook_websocket_frames_give_message(self, data, size);
	}
	if (self->message == NULL)
		self->message = g_byte_array_new();
	g_byte_array_append(self->message, data, size);
	if (!last || !self->frame.fin)
		return TRUE;
	self->in_message = FALSE;
	message = g_steal_pointer(&self->message);
	return offhook_websocket_frames_give_message(self, message->data, message->len);
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
	self->control[self->control_size] = '\0';
	self->handler.close(self->user_data, code,
			    self->control_size > 2 ? (const char *)self->control + 2 : "");
	return TRUE;
}

static gboolean
offhook_websocket_frames_take_control(OffhookWebsocketFrames *self, const guint8 *data, gsize size,
				      gboolean last)
{
	/* A header with a greater length was refused. */
	memcpy(self->control + self->control_size, data, size);
	self->control_size += size;
	if (!last)
		return TRUE;
	if (self->frame.opcode == OFFHOOK_WEBSOCKET_OPCODE_CLOSE)
		return offhook_websocket_frames_take_close(self);
	if (self->control_left == 0)
		return offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_POLICY,
						     OFFHOOK_ERROR_LIMIT, "pings come too fast");
	self->control_left--;
	if (self->frame.opcode == OFFHOOK_WEBSOCKET_OPCODE_PING)
		self->handler.ping(self->user_data, self->control, self->control_size);
	return TRUE;
}

static gboolean
offhook_websocket_frames_is_control(OffhookWebsocketFrames *self)
{
	return (self->frame.opcode & OFFHOOK_WEBSOCKET_CONTROL) != 0;
}

/* Of the payload; @size may be 0 when the frame has none. */
static gboolean
offhook_websocket_frames_take_payload(OffhookWebsocketFrames *self, guint8 *data, gsize size)
{
	gboolean last;

	if (self->frame.masked)
		offhook_websocket_unmask(data, size, self->frame.mask, self->offset);
	self->offset += size;
	last = self->offset == self->frame.length;
	self->in_frame = !last;
	return offhook_websocket_frames_is_control(self)
		   ? offhook_websocket_frames_take_control(self, data, size, last)
		   : offhook_websocket_frames_take_data(self, data, size, last);
}

/* The header is there, in self->frame. */
static gboolean
offhook_websocket_frames_begin(OffhookWebsocketFrames *self)
{
	gboolean control = offhook_websocket_frames_is_control(self);
	guint8 nothing[1] = {0};

	if (self->frame.masked == self->limits.server || self->frame.rsv != 0 ||
	    self->frame.opcode >
		(control ? OFFHOOK_WEBSOCKET_OPCODE_PONG : OFFHOOK_WEBSOCKET_OPCODE_BINARY))
		return offhook_websocket_frames_fail(
		    self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR, OFFHOOK_ERROR_FORMAT,
		    self->frame.masked == self->limits.server
			? "a frame is masked where it should not be, or not where it should"
			: "a frame has reserved bits or an unknown opcode");
	self->in_frame = TRUE;
	self->offset = 0;
	if (control)
		self->control_size = 0;
	else if (!offhook_websocket_frames_begin_data(self))
		return FALSE;
	return self->frame.length > 0 || offhook_websocket_frames_take_payload(self, nothing, 0);
}

/* Returns: how many bytes of @data belong to the header; 0 on failure */
static gsize
offhook_websocket_frames_take_header(OffhookWebsocketFrames *self, const guint8 *data, gsize size)
{
	gssize taken = 0;
	gsize n = 0;

	if (self->begun_size == 0)
		n = taken = offhook_websocket_header_parse(&self->frame, data, size);
	/* What does not come at once comes byte by byte. */
	while (taken == 0 && n < size) {
		self->begun[self->begun_size++] = data[n++];
		taken = offhook_websocket_header_parse(&self->frame, self->begun, self->begun_size);
	}
	if (taken < 0) {
		offhook_websocket_frames_fail(self, OFFHOOK_WEBSOCKET_PROTOCOL_ERROR,
					      OFFHOOK_ERROR_FORMAT, "a malformed frame");
		return 0;
	}
	if (taken > 0) {
		self->begun_size = 0;
		if (!offhook_websocket_frames_begin(self))
			return 0;
	}
	return n;
}

static void
offhook_websocket_frames_take(OffhookWebsocketFrames *self, guint8 *data, gsize size)
{
	while (size > 0 && !self->closed) {
		gsize n;

		if (self->in_frame) {
			n = MIN(size, self->frame.length - self->offset);
			if (!offhook_websocket_frames_take_payload(self, data, n))
				return;
		} else {
			n = offhook_websocket_frames_take_header(self, data, size);
			if (n == 0)
				return;
		}
		data += n;
		size -= n;
	}
}

gboolean
offhook_websocket_frames_receive(OffhookWebsocketFrames *self, guint16 *code, GError **error)
{
	static __thread guint8 buffer[OFFHOOK_WEBSOCKET_READ_BYTES];

	while (self->error == NULL && !self->closed) {
		gsize n = self->handler.read(self->user_data, buffer, sizeof(buffer));

		if (n == 0)
			return TRUE;
		offhook_websocket_frames_take(self, buffer, n);
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
offhook_websocket_append(GByteArray *out, OffhookWebsocketOpcode opcode, const guint8 *data,
			 gsize size)
{
	guint8 header[OFFHOOK_WEBSOCKET_HEADER_MAX];

	g_byte_array_append(out, header, offhook_websocket_header_write(opcode, size, header));
	g_byte_array_append(out, data, size);
}

void
offhook_websocket_append_masked(GByteArray *out, OffhookWebsocketOpcode opcode, const guint8 *data,
				gsize size, const guint8 mask[4])
{
	guint8 header[OFFHOOK_WEBSOCKET_HEADER_MAX];
	gsize n = offhook_websocket_header_write(opcode, size, header);
	gsize start;

	header[1] |= OFFHOOK_WEBSOCKET_MASKED;
	g_byte_array_append(out, header, n);
	g_byte_array_append(out, mask, 4);
	start = out->len;
	g_byte_array_append(out, data, size);
	offhook_websocket_unmask(out->data + start, size, mask, 0);
}

void
offhook_websocket_append_close(GByteArray *out, guint16 code, const char *reason)
{
	const guint8 bytes[2] = {code >> 8, code & 0xff};
	const char *end;

	g_byte_array_append(out, bytes, sizeof(bytes));
	if (reason == NULL)
		return;
	/* As much as fits, but not half a character. */
	g_utf8_validate(reason,
			MIN(strlen(reason), OFFHOOK_WEBSOCKET_CONTROL_BYTES - sizeof(bytes)), &end);
	g_byte_array_append(out, (const guint8 *)reason, end - reason);
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

gsize
offhook_websocket_frames_get_size(void)
{
	return sizeof(OffhookWebsocketFrames);
}
