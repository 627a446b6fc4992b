/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a media WebSocket sends: each message in one write, what the socket does not take waits in its queue. In
 * its media thread.
 */

#include "media/websocket-port-private.h"

#include <string.h>
#include <sys/epoll.h>

void
offhook_websocket_port_update_watch(OffhookWebsocketPort *self)
{
	gboolean writing = !offhook_send_queue_is_empty(self->queue);

	/*
	 * What TLS or libsoup hold back does not show at the descriptor; being writable brings us
	 * back for it. Otherwise all there was has been read, and only what is new counts: the kernel
	 * then need not look at the socket again after each of its packets.
	 */
	if (self->state != OFFHOOK_WEBSOCKET_PORT_DONE)
		offhook_media_thread_modify_fd(
		    self->thread, self->watch,
		    EPOLLIN | EPOLLRDHUP | (writing || self->may_be_more ? EPOLLOUT : EPOLLET));
}

static void
offhook_websocket_port_count_dropped(OffhookWebsocketPort *self)
{
	guint64 dropped = offhook_send_queue_get_dropped(self->queue);

	if (dropped == self->dropped_reported)
		return;
	offhook_media_thread_count_dropped(self->thread, dropped - self->dropped_reported);
	self->dropped_reported = dropped;
}

GByteArray *
offhook_websocket_port_begin_message(OffhookWebsocketPort *self)
{
	GByteArray *out = offhook_media_thread_get_scratch(self->thread);

	return g_byte_array_set_size(out, OFFHOOK_WEBSOCKET_HEADER_MAX);
}

void
offhook_websocket_port_send_message(OffhookWebsocketPort *self, guint8 opcode, gboolean audio)
{
	GByteArray *out = offhook_media_thread_get_scratch(self->thread);
	guint8 header[OFFHOOK_WEBSOCKET_HEADER_MAX];
	gsize size = offhook_websocket_header_write(opcode, out->len - sizeof(header), header);
	gsize begin = sizeof(header) - size;
	g_autoptr(GError) error = NULL;

	memcpy(out->data + begin, header, size);
	if (!offhook_send_queue_send(self->queue, out->data + begin, out->len - begin, audio,
				     &error)) {
		offhook_websocket_port_finish(self, error);
		return;
	}
	if (!offhook_send_queue_is_empty(self->queue)) {
		offhook_websocket_port_count_dropped(self);
		offhook_websocket_port_update_watch(self);
	}
}

void
offhook_websocket_port_send(OffhookWebsocketPort *self, OffhookWebsocketOpcode opcode,
			    const guint8 *data, gsize size)
{
	g_byte_array_append(offhook_websocket_port_begin_message(self), data, size);
	offhook_websocket_port_send_message(self, opcode, FALSE);
}

void
offhook_websocket_port_send_close(OffhookWebsocketPort *self, guint16 code, const char *reason)
{
	offhook_websocket_append_close(offhook_websocket_port_begin_message(self), code, reason);
	offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_CLOSE, FALSE);
}

void
offhook_websocket_port_send_audio(OffhookMediaPort *port, const guint8 *data, gsize size)
{
	OffhookWebsocketPort *self = (OffhookWebsocketPort *)port; /* 50 times a second and call */
	OffhookWebsocketOpcode opcode = OFFHOOK_WEBSOCKET_OPCODE_TEXT;

	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN ||
	    !offhook_wire_protocol_format_audio(self->protocol, data, size,
						offhook_websocket_port_begin_message(self)))
		return;
	if (offhook_wire_protocol_get_audio_kind(self->protocol) == OFFHOOK_WIRE_BINARY)
		opcode = OFFHOOK_WEBSOCKET_OPCODE_BINARY;
	offhook_websocket_port_send_message(self, opcode, TRUE);
}

void
offhook_websocket_port_send_mark(OffhookMediaPort *port, const char *name)
{
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(port);

	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN &&
	    offhook_wire_protocol_format_mark(self->protocol, name,
					      offhook_websocket_port_begin_message(self)))
		offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, FALSE);
}

void
offhook_websocket_port_clear(OffhookMediaPort *port)
{
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(port);

	if (self->state != OFFHOOK_WEBSOCKET_PORT_OPEN)
		return;
	/* What still waits here would be played after the far end has dropped the rest. */
	offhook_send_queue_drop_audio(self->queue);
	if (offhook_wire_protocol_format_clear(self->protocol,
					       offhook_websocket_port_begin_message(self)))
		offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, FALSE);
}

void
offhook_websocket_port_send_text(OffhookMediaPort *port, const OffhookPortText *text)
{
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(port);

	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN &&
	    offhook_wire_protocol_format_text(self->protocol, text,
					      offhook_websocket_port_begin_message(self)))
		offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, FALSE);
}

void
offhook_websocket_port_send_digits(OffhookMediaPort *port, const char *digits)
{
	OffhookWebsocketPort *self = OFFHOOK_WEBSOCKET_PORT(port);

	if (self->state == OFFHOOK_WEBSOCKET_PORT_OPEN &&
	    offhook_wire_protocol_format_digits(self->protocol, digits,
						offhook_websocket_port_begin_message(self)))
		offhook_websocket_port_send_message(self, OFFHOOK_WEBSOCKET_OPCODE_TEXT, FALSE);
}
