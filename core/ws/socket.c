/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Frames in, frames out, on the main loop, a bounded piece at a time: one client that floods does
 * not keep the others waiting. Main thread.
 */

#include "ws/socket.h"

#include "media/send-queue.h"

#include <glib-unix.h>
#include <string.h>

#define OFFHOOK_CONTROL_SOCKET_READ_LIMIT  (64 * 1024) /* in one turn of the main loop */
#define OFFHOOK_CONTROL_SOCKET_PING_S      30
#define OFFHOOK_CONTROL_SOCKET_GOODBYE_S   3
#define OFFHOOK_CONTROL_SOCKET_REFILL_US   (G_USEC_PER_SEC / 2)
#define OFFHOOK_CONTROL_SOCKET_MAX_REFILLS 10

static const OffhookWebsocketFramesLimits offhook_control_socket_limits = {
    .message_bytes = 64 * 1024,
    .fragments = 256,
    .control_burst = 20,
    .message_burst = 1000,
    .message_refill = 50, /* each half second: commands come from programs, but not in a stream */
};

typedef enum {
	OFFHOOK_CONTROL_SOCKET_OPEN,
	OFFHOOK_CONTROL_SOCKET_CLOSING,  /* our goodbye is sent, theirs is awaited */
	OFFHOOK_CONTROL_SOCKET_DRAINING, /* the same, but what they send is noise */
	OFFHOOK_CONTROL_SOCKET_OVER,
} OffhookControlSocketState;

struct _OffhookControlSocket {
	OffhookMediaSocket *socket;
	OffhookSendQueue *queue;
	OffhookWebsocketFrames *frames;
	GByteArray *frame;
	OffhookControlSocketHandler handler;
	gpointer user_data;
	OffhookControlSocketState state;
	guint read_id;
	guint write_id; /* while something waits */
	guint more_id;  /* what the descriptor does not tell of: TLS, and what libsoup read ahead */
	guint timer_id;
	guint closed_id;
	gsize budget;
	gboolean may_be_more;
	gboolean read_ended;
	gboolean heard; /* since the last ping */
	gint64 refilled_us;
};

static gboolean offhook_control_socket_more_cb(gpointer user_data);
static gboolean offhook_control_socket_writable_cb(int fd, GIOCondition condition,
						   gpointer user_data);

/* ---- the end ---- */

static gboolean
offhook_control_socket_closed_cb(gpointer user_data)
{
	OffhookControlSocket *self = user_data;

	self->closed_id = 0;
	self->handler.closed(self->user_data);
	return G_SOURCE_REMOVE;
}

/* The owner hears of it from the main loop: we may be deep in one of its calls. */
static void
offhook_control_socket_finish(OffhookControlSocket *self)
{
	if (self->state == OFFHOOK_CONTROL_SOCKET_OVER)
		return;
	self->state = OFFHOOK_CONTROL_SOCKET_OVER;
	g_clear_handle_id(&self->read_id, g_source_remove);
	g_clear_handle_id(&self->write_id, g_source_remove);
	g_clear_handle_id(&self->more_id, g_source_remove);
	g_clear_handle_id(&self->timer_id, g_source_remove);
	self->closed_id =
	    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_control_socket_closed_cb, self, NULL);
}

/* ---- sending ---- */

static void
offhook_control_socket_send(OffhookControlSocket *self, OffhookWebsocketOpcode opcode,
			    const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;

	if (self->state != OFFHOOK_CONTROL_SOCKET_OPEN)
		return;
	g_byte_array_set_size(self->frame, 0);
	offhook_websocket_append(self->frame, opcode, data, size);
	if (!offhook_send_queue_send(self->queue, self->frame->data, self->frame->len, FALSE,
				     &error)) {
		g_debug("a control client is dropped: %s", error->message);
		offhook_control_socket_finish(self);
		return;
	}
	if (self->write_id == 0 && !offhook_send_queue_is_empty(self->queue))
		self->write_id = g_unix_fd_add(offhook_media_socket_get_fd(self->socket), G_IO_OUT,
					       offhook_control_socket_writable_cb, self);
}

void
offhook_control_socket_send_text(OffhookControlSocket *self, const char *text)
{
	offhook_control_socket_send(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, (const guint8 *)text,
				    strlen(text));
}

static gboolean
offhook_control_socket_writable_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookControlSocket *self = user_data;
	gboolean ok = offhook_send_queue_flush(self->queue, NULL);

	if (ok && !offhook_send_queue_is_empty(self->queue))
		return G_SOURCE_CONTINUE;
	self->write_id = 0;
	if (!ok)
		offhook_control_socket_finish(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_control_socket_goodbye_expired_cb(gpointer user_data)
{
	OffhookControlSocket *self = user_data;

	self->timer_id = 0;
	offhook_control_socket_finish(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_control_socket_begin_close(OffhookControlSocket *self, OffhookControlSocketState next,
				   guint16 code, const char *reason)
{
	g_autoptr(GByteArray) payload = NULL;

	if (self->state != OFFHOOK_CONTROL_SOCKET_OPEN)
		return;
	payload = g_byte_array_new();
	offhook_websocket_append_close(payload, code, reason);
	offhook_control_socket_send(self, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, payload->data,
				    payload->len);
	if (self->state != OFFHOOK_CONTROL_SOCKET_OPEN)
		return;
	self->state = next;
	g_clear_handle_id(&self->timer_id, g_source_remove);
	self->timer_id = g_timeout_add_seconds(OFFHOOK_CONTROL_SOCKET_GOODBYE_S,
					       offhook_control_socket_goodbye_expired_cb, self);
}

void
offhook_control_socket_close(OffhookControlSocket *self, OffhookWebsocketCode code,
			     const char *reason)
{
	offhook_control_socket_begin_close(self, OFFHOOK_CONTROL_SOCKET_CLOSING, code, reason);
}

/* ---- receiving ---- */

static gsize
offhook_control_socket_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookControlSocket *self = user_data;
	gssize n;

	if (self->state == OFFHOOK_CONTROL_SOCKET_OVER || !self->may_be_more || self->budget == 0)
		return 0;
	n = offhook_media_socket_read(self->socket, buffer, MIN(size, self->budget),
				      &self->may_be_more, NULL);
	if (n < 0) {
		self->read_ended = TRUE;
		self->may_be_more = FALSE;
		return 0;
	}
	self->heard = self->heard || n > 0;
	self->budget -= n;
	return n;
}

static void
offhook_control_socket_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
				  gsize size)
{
	OffhookControlSocket *self = user_data;

	if (self->state == OFFHOOK_CONTROL_SOCKET_OPEN)
		self->handler.message(self->user_data, kind, data, size);
}

static void
offhook_control_socket_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	offhook_control_socket_send(user_data, OFFHOOK_WEBSOCKET_OPCODE_PONG, data, size);
}

static void
offhook_control_socket_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	OffhookControlSocket *self = user_data;

	offhook_control_socket_begin_close(
	    self, OFFHOOK_CONTROL_SOCKET_CLOSING,
	    code == OFFHOOK_WEBSOCKET_NO_STATUS ? OFFHOOK_WEBSOCKET_NORMAL : code, NULL);
	offhook_control_socket_finish(self);
}

/* Time passes for a client only when it sends. */
static void
offhook_control_socket_refill(OffhookControlSocket *self)
{
	gint64 now_us = g_get_monotonic_time();

	for (guint i = 0; i < OFFHOOK_CONTROL_SOCKET_MAX_REFILLS; i++) {
		if (now_us - self->refilled_us < OFFHOOK_CONTROL_SOCKET_REFILL_US)
			return;
		self->refilled_us += OFFHOOK_CONTROL_SOCKET_REFILL_US;
		offhook_websocket_frames_refill(self->frames);
	}
	self->refilled_us = now_us;
}

static void
offhook_control_socket_drain(OffhookControlSocket *self)
{
	guint8 noise[4096];

	while (offhook_control_socket_read_cb(self, noise, sizeof(noise)) > 0)
		;
}

static void
offhook_control_socket_receive(OffhookControlSocket *self)
{
	g_autoptr(GError) error = NULL;
	guint16 code = 0;

	self->budget = OFFHOOK_CONTROL_SOCKET_READ_LIMIT;
	self->may_be_more = TRUE;
	offhook_control_socket_refill(self);
	if (self->state == OFFHOOK_CONTROL_SOCKET_DRAINING) {
		offhook_control_socket_drain(self);
	} else if (!offhook_websocket_frames_receive(self->frames, &code, &error)) {
		g_debug("a control client is dropped: %s", error->message);
		offhook_control_socket_begin_close(self, OFFHOOK_CONTROL_SOCKET_DRAINING, code,
						   error->message);
		if (self->state == OFFHOOK_CONTROL_SOCKET_CLOSING)
			self->state = OFFHOOK_CONTROL_SOCKET_DRAINING;
	}
	if (self->read_ended)
		offhook_control_socket_finish(self);
	if (self->state != OFFHOOK_CONTROL_SOCKET_OVER && self->may_be_more && self->more_id == 0)
		self->more_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_control_socket_more_cb, self, NULL);
}

static gboolean
offhook_control_socket_more_cb(gpointer user_data)
{
	OffhookControlSocket *self = user_data;

	self->more_id = 0;
	offhook_control_socket_receive(self);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_control_socket_readable_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookControlSocket *self = user_data;

	offhook_control_socket_receive(self);
	return G_SOURCE_CONTINUE;
}

/* ---- life ---- */

static gboolean
offhook_control_socket_ping_time_cb(gpointer user_data)
{
	OffhookControlSocket *self = user_data;

	if (!self->heard) {
		self->timer_id = 0;
		offhook_control_socket_finish(self);
		return G_SOURCE_REMOVE;
	}
	self->heard = FALSE;
	offhook_control_socket_send(self, OFFHOOK_WEBSOCKET_OPCODE_PING, NULL, 0);
	return G_SOURCE_CONTINUE;
}

OffhookControlSocket *
offhook_control_socket_new(GIOStream *stream, const OffhookControlSocketHandler *handler,
			   gpointer user_data, GError **error)
{
	static const OffhookWebsocketFramesHandler frames_handler = {
	    .read = offhook_control_socket_read_cb,
	    .message = offhook_control_socket_message_cb,
	    .ping = offhook_control_socket_ping_cb,
	    .close = offhook_control_socket_close_cb,
	};
	g_autoptr(OffhookMediaSocket) socket = offhook_media_socket_new(stream, error);
	OffhookControlSocket *self;

	if (socket == NULL)
		return NULL;
	self = g_new0(OffhookControlSocket, 1);
	self->socket = g_steal_pointer(&socket);
	self->handler = *handler;
	self->user_data = user_data;
	self->frame = g_byte_array_new();
	self->queue = offhook_send_queue_new(self->socket, 0);
	self->frames =
	    offhook_websocket_frames_new(&offhook_control_socket_limits, &frames_handler, self);
	self->refilled_us = g_get_monotonic_time();
	self->heard = TRUE;
	self->read_id = g_unix_fd_add(offhook_media_socket_get_fd(self->socket), G_IO_IN,
				      offhook_control_socket_readable_cb, self);
	self->more_id =
	    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_control_socket_more_cb, self, NULL);
	self->timer_id = g_timeout_add_seconds(OFFHOOK_CONTROL_SOCKET_PING_S,
					       offhook_control_socket_ping_time_cb, self);
	return self;
}

void
offhook_control_socket_free(OffhookControlSocket *self)
{
	if (self == NULL)
		return;
	offhook_control_socket_finish(self);
	g_clear_handle_id(&self->closed_id, g_source_remove);
	offhook_send_queue_free(self->queue);
	offhook_websocket_frames_free(self->frames);
	offhook_media_socket_free(self->socket);
	g_byte_array_unref(self->frame);
	g_free(self);
}
