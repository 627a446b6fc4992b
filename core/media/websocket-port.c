/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The life of a media WebSocket after its handshake:
 *
 *   OPEN ---- our close ----> CLOSING ---- the far end's close, or time ----> DONE
 *     |---- it breaks the protocol ---> DRAINING ---- its end, or time -------> |
 *     |---- its close, its end, an error, silence ----------------------------> |
 *
 * `ended` is called on leaving OPEN; what follows only lets the far end read our reason. Everything
 * but construction runs in the connection's media thread.
 */

#include "media/websocket-port-private.h"

#include <offhook/error.h>
#include <sys/epoll.h>

#define OFFHOOK_WEBSOCKET_PORT_TICK_US    500000
#define OFFHOOK_WEBSOCKET_PORT_READ_LIMIT (64 * 1024) /* at a time, for the others' sake */
/* Words of a caller: each message may be a turn, which is work of the main loop, the other calls' too. */
#define OFFHOOK_WEBSOCKET_PORT_TEXT_BURST  100
#define OFFHOOK_WEBSOCKET_PORT_TEXT_REFILL 10

G_DEFINE_FINAL_TYPE(OffhookWebsocketPort, offhook_websocket_port, OFFHOOK_TYPE_MEDIA_PORT)

/* ---- ending ---- */

void
offhook_websocket_port_finish(OffhookWebsocketPort *self, const GError *error)
{
	if (self->state == OFFHOOK_WEBSOCKET_PORT_DONE)
		return;
	self->state = OFFHOOK_WEBSOCKET_PORT_DONE;
	offhook_media_thread_stop_timer(self->thread, &self->timer);
	offhook_media_thread_remove_fd(self->thread, g_steal_pointer(&self->watch));
	g_clear_pointer(&self->socket, offhook_media_socket_free);
	offhook_media_port_receive_end(OFFHOOK_MEDIA_PORT(self), error);
	if (!self->entered)
		g_object_unref(self); /* taken by open */
}

/* In place of a reference for each event: the end, if it comes, waits for leave. */
static void
offhook_websocket_port_enter(OffhookWebsocketPort *self)
{
	self->entered = TRUE;
}

static void
offhook_websocket_port_leave(OffhookWebsocketPort *self)
{
	self->entered = FALSE;
	if (self->state == OFFHOOK_WEBSOCKET_PORT_DONE)
		g_object_unref(self);
}

/* Tells the far end why, then the core. @next: CLOSING or DRAINING */
static void
offhook_websocket_port_begin_close(OffhookWebsocketPort *self, OffhookWebsocketPortState next,
				   guint16 code, const GError *error)
{
	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN)
		return;
	offhook_send_queue_drop_audio(self->queue);
	if (offhook_wire_protocol_format_end(self->protocol, error,
					     offhook_websocket_port_begin_message(self)))
		offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, FALSE);
	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN)
		return;
	offhook_websocket_port_send_close(self, code, error != NULL ? error->message : NULL);
	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN)
		return;
	self->state = next;
	self->closing_us = offhook_media_thread_get_time(self->thread);
	if (next == OFFHOOK_WEBSOCKET_PORT_DRAINING)
		offhook_media_socket_shut_writing(self->socket);
	offhook_media_port_receive_end(OFFHOOK_MEDIA_PORT(self), error);
}

void
offhook_websocket_port_close_with_error(OffhookWebsocketPort *self, const GError *error)
{
	g_return_if_fail(OFFHOOK_IS_WEBSOCKET_PORT(self));

	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN)
		offhook_websocket_port_begin_close(self, OFFHOOK_WEBSOCKET_PORT_CLOSING,
						   offhook_websocket_close_code(error), error);
}

static void
offhook_websocket_port_close(OffhookMediaPort *port)
{
	offhook_websocket_port_close_with_error(OFFHOOK_WEBSOCKET_PORT(port), NULL);
}

/* ---- receiving ---- */

static gsize
offhook_websocket_port_read_cb(gpointer user_data, guint8 *buffer, gsize size)
{
	OffhookWebsocketPort *self = user_data;
	gssize n;

	if (self->state == OFFHOOK_WEBSOCKET_PORT_DONE || !self->may_be_more || self->budget == 0)
		return 0;
	n = offhook_media_socket_read(self->socket, buffer, MIN(size, self->budget),
				      &self->may_be_more, &self->read_error);
	if (n < 0) {
		self->read_ended = TRUE;
		return 0;
	}
	self->may_be_more = self->may_be_more || (n > 0 && self->ending);
	self->heard = self->heard || n > 0;
	self->budget -= n;
	return n;
}

static void
offhook_websocket_port_message_cb(gpointer user_data, OffhookWireKind kind, const guint8 *data,
				  gsize size)
{
	OffhookWebsocketPort *self = user_data;
	OffhookMediaPort *port = (OffhookMediaPort *)self; /* 50 times a second and call */
	g_autoptr(GError) error = NULL;

	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN)
		return;
	if (!offhook_wire_protocol_receive(self->protocol, port, kind, data, size, &error))
		offhook_websocket_port_close_with_error(self, error);
	else if (offhook_media_port_is_ended(port))
		/* A stop message. Many far ends close now themselves; both is fine. */
		offhook_websocket_port_close_with_error(self, NULL);
}

static void
offhook_websocket_port_ping_cb(gpointer user_data, const guint8 *data, gsize size)
{
	OffhookWebsocketPort *self = user_data;

	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN)
		offhook_websocket_port_send(self, OFFHOOK_WEBSOCKET_OPCODE_PONG, data, size);
}

static void
offhook_websocket_port_close_cb(gpointer user_data, guint16 code, const char *reason)
{
	OffhookWebsocketPort *self = user_data;
	g_autoptr(GError) error = NULL;

	if (self->state == OFFHOOK_WEBSOCKET_PORT_DONE)
		return;
	if (code != OFFHOOK_WEBSOCKET_NORMAL && code != OFFHOOK_WEBSOCKET_GOING_AWAY &&
	    code != OFFHOOK_WEBSOCKET_NO_STATUS)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
			    "the far end closed the stream with code %u", code);
	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN)
		offhook_websocket_port_send_close(
		    self, code == OFFHOOK_WEBSOCKET_NO_STATUS ? OFFHOOK_WEBSOCKET_NORMAL : code,
		    NULL);
	offhook_websocket_port_finish(self, error);
}

/* Reads past noise until the far end has seen our close. */
static void
offhook_websocket_port_drain(OffhookWebsocketPort *self)
{
	guint8 noise[4096];

	while (offhook_websocket_port_read_cb(self, noise, sizeof(noise)) > 0)
		;
}

static void
offhook_websocket_port_receive(OffhookWebsocketPort *self)
{
	g_autoptr(GError) error = NULL;
	guint16 code = 0;

	self->budget = OFFHOOK_WEBSOCKET_PORT_READ_LIMIT;
	self->may_be_more = TRUE;
	if (self->state == OFFHOOK_WEBSOCKET_PORT_DRAINING)
		offhook_websocket_port_drain(self);
	else if (!offhook_websocket_frames_receive(self->frames, &code, &error))
		offhook_websocket_port_begin_close(self, OFFHOOK_WEBSOCKET_PORT_DRAINING, code,
						   error);
	if (error != NULL && self->state == OFFHOOK_WEBSOCKET_PORT_CLOSING)
		self->state = OFFHOOK_WEBSOCKET_PORT_DRAINING;
}

static void
offhook_websocket_port_read_has_ended(OffhookWebsocketPort *self)
{
	g_autoptr(GError) error = g_steal_pointer(&self->read_error);

	if (error == NULL)
		g_set_error_literal(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
				    "the far end hung up without closing the stream");
	offhook_websocket_port_finish(self, error);
}

static void
offhook_websocket_port_serve(OffhookWebsocketPort *self, guint32 events)
{
	g_autoptr(GError) error = NULL;

	if ((events & EPOLLOUT) && !offhook_send_queue_flush(self->queue, &error)) {
		offhook_websocket_port_finish(self, error);
		return;
	}
	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		self->ending = TRUE;
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || self->may_be_more)
		offhook_websocket_port_receive(self);
	if (self->read_ended)
		offhook_websocket_port_read_has_ended(self);
	offhook_websocket_port_update_watch(self);
}

static void
offhook_websocket_port_thread_ends(OffhookWebsocketPort *self)
{
	g_autoptr(GError) error =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "the daemon stops");

	offhook_websocket_port_close_with_error(self, error);
	offhook_websocket_port_finish(self, error);
}

static void
offhook_websocket_port_watch_cb(gpointer user_data, guint32 events)
{
	OffhookWebsocketPort *self = user_data;

	offhook_websocket_port_enter(self);
	if (events != 0)
		offhook_websocket_port_serve(self, events);
	else
		offhook_websocket_port_thread_ends(self);
	offhook_websocket_port_leave(self);
}

/* ---- time ---- */

static void
offhook_websocket_port_time_out(OffhookWebsocketPort *self, gboolean half_open, const char *message)
{
	g_autoptr(GError) error =
	    g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT, message);

	offhook_websocket_port_close_with_error(self, error);
	if (half_open)
		offhook_websocket_port_finish(self, error);
}

static void
offhook_websocket_port_check_silence(OffhookWebsocketPort *self, gint64 now_us)
{
	gint64 silent_ms;

	if (self->heard) {
		self->heard = self->pinged = FALSE;
		self->heard_us = now_us;
	}
	silent_ms = (now_us - self->heard_us) / 1000;
	if (silent_ms >= self->limits.dead_after_ms) {
		offhook_websocket_port_time_out(self, TRUE, "the far end fell silent");
	} else if (silent_ms >= self->limits.ping_after_ms && !self->pinged) {
		self->pinged = TRUE;
		offhook_websocket_port_send(self, OFFHOOK_WEBSOCKET_OPCODE_PING, NULL, 0);
	}
}

static void
offhook_websocket_port_tick(OffhookWebsocketPort *self, gint64 now_us)
{
	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN) {
		if ((now_us - self->closing_us) / 1000 >= self->limits.close_timeout_ms)
			offhook_websocket_port_finish(self, NULL);
		return;
	}
	offhook_websocket_frames_refill(self->frames);
	if (!offhook_media_port_is_started((OffhookMediaPort *)self) &&
	    (now_us - self->opened_us) / 1000 >= self->limits.start_timeout_ms) {
		offhook_websocket_port_time_out(self, FALSE, "the stream was not started in time");
		return;
	}
	offhook_websocket_port_check_silence(self, now_us);
}

static void
offhook_websocket_port_tick_cb(gpointer user_data, gint64 now_us)
{
	OffhookWebsocketPort *self = user_data;

	offhook_websocket_port_enter(self);
	offhook_websocket_port_tick(self, now_us);
	offhook_websocket_port_leave(self);
}

/* ---- beginning ---- */

static void
offhook_websocket_port_add_hot(OffhookWebsocketPort *self)
{
	OffhookHotSet *set = &self->hot;
	GTypeQuery protocol;

	g_type_query(G_OBJECT_TYPE(self->protocol), &protocol);
	offhook_hot_set_add(set, self, G_STRUCT_OFFSET(OffhookWebsocketPort, hot));
	offhook_hot_set_add(set, self->protocol, protocol.instance_size);
	offhook_media_socket_add_hot(self->socket, set);
	offhook_hot_set_add(set, self->frames, offhook_websocket_frames_get_size());
	offhook_send_queue_add_hot(self->queue, set);
	offhook_media_watch_set_hot_set(self->watch, set);
}

static gboolean
offhook_websocket_port_open(OffhookMediaPort *port, GMainContext *context, GError **error)
{
	static const OffhookWebsocketFramesHandler handler = {
	    .read = offhook_websocket_port_read_cb,
	    .message = offhook_websocket_port_message_cb,
	    .ping = offhook_websocket_port_ping_cb,
	    .close = offhook_websocket_port_close_cb,
	};
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(port);
	const OffhookWebsocketFramesLimits limits = {
	    .message_bytes = self->limits.message_bytes,
	    .fragments = self->limits.fragments,
	    .control_burst = self->limits.control_burst,
	    .message_burst = self->limits.message_burst,
	    .message_refill = self->limits.message_refill,
	};

	self->thread = offhook_media_thread_get_current();
	if (self->state != OFFHOOK_WEBSOCKET_PORT_NEW || self->thread == NULL ||
	    offhook_media_thread_get_context(self->thread) != context) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
				    "a WebSocket port is opened once, in its media thread");
		return FALSE;
	}
	self->socket = offhook_media_socket_new(self->stream, error);
	if (self->socket == NULL)
		return FALSE;
	g_clear_object(&self->stream);
	self->frames = offhook_websocket_frames_new(&limits, &handler, self);
	self->queue = offhook_send_queue_new(self->socket, self->limits.queue_messages);
	self->opened_us = self->heard_us = offhook_media_thread_get_time(self->thread);
	self->state = OFFHOOK_WEBSOCKET_PORT_OPEN;
	g_object_ref(self); /* until finish */
	/* Writable at once: so the bytes that libsoup had read ahead are looked at soon. */
	self->may_be_more = TRUE;
	self->watch = offhook_media_thread_add_fd(
	    self->thread, offhook_media_socket_get_fd(self->socket),
	    EPOLLIN | EPOLLRDHUP | EPOLLOUT, offhook_websocket_port_watch_cb, self);
	offhook_websocket_port_add_hot(self);
	self->timer.func = offhook_websocket_port_tick_cb;
	self->timer.user_data = self;
	offhook_media_thread_start_timer(self->thread, &self->timer,
					 OFFHOOK_WEBSOCKET_PORT_TICK_US);
	return TRUE;
}

OffhookHotSet *
offhook_websocket_port_get_hot_set(OffhookWebsocketPort *self)
{
	return &self->hot;
}

OffhookMediaPort *
offhook_websocket_port_new(GIOStream *stream, OffhookWireProtocol *protocol)
{
	OffhookWebsocketPort *self = g_object_new(OFFHOOK_TYPE_WEBSOCKET_PORT, NULL);

	self->stream = g_object_ref(stream);
	self->protocol = g_object_ref(protocol);
	offhook_wire_protocol_describe(protocol, OFFHOOK_MEDIA_PORT(self));
	if (offhook_media_port_get_features(OFFHOOK_MEDIA_PORT(self)) & OFFHOOK_MEDIA_TEXT) {
		self->limits.message_burst = OFFHOOK_WEBSOCKET_PORT_TEXT_BURST;
		self->limits.message_refill = OFFHOOK_WEBSOCKET_PORT_TEXT_REFILL;
	}
	return OFFHOOK_MEDIA_PORT(self);
}

void
offhook_websocket_port_set_limits(OffhookWebsocketPort *self, const OffhookWebsocketLimits *limits)
{
	g_return_if_fail(OFFHOOK_IS_WEBSOCKET_PORT(self));

	self->limits = *limits;
}

guint64
offhook_websocket_port_get_dropped(OffhookWebsocketPort *self)
{
	return self->queue != NULL ? offhook_send_queue_get_dropped(self->queue) : 0;
}

static void
offhook_websocket_port_finalize(GObject *object)
{
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(object);

	g_clear_pointer(&self->queue, offhook_send_queue_free);
	g_clear_pointer(&self->frames, offhook_websocket_frames_free);
	g_clear_pointer(&self->socket, offhook_media_socket_free);
	g_clear_error(&self->read_error);
	g_clear_object(&self->protocol);
	g_clear_object(&self->stream);
	G_OBJECT_CLASS(offhook_websocket_port_parent_class)->finalize(object);
}

static void
offhook_websocket_port_init(OffhookWebsocketPort *self)
{
	self->limits = (OffhookWebsocketLimits)OFFHOOK_WEBSOCKET_LIMITS_DEFAULT;
}

static void
offhook_websocket_port_class_init(OffhookWebsocketPortClass *klass)
{
	OffhookMediaPortClass *port_class = OFFHOOK_MEDIA_PORT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_websocket_port_finalize;
	port_class->open = offhook_websocket_port_open;
	port_class->send_audio = offhook_websocket_port_send_audio;
	port_class->send_mark = offhook_websocket_port_send_mark;
	port_class->clear = offhook_websocket_port_clear;
	port_class->close = offhook_websocket_port_close;
	port_class->send_text = offhook_websocket_port_send_text;
	port_class->send_digits = offhook_websocket_port_send_digits;
}
