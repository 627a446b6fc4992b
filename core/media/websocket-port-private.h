/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files of a media WebSocket share. In its media thread.
 */
#pragma once

#include <offhook/websocket-header.h>

#include "media/media-socket.h"
#include "media/send-queue.h"
#include "media/websocket-port.h"

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_WEBSOCKET_PORT_NEW,
	OFFHOOK_WEBSOCKET_PORT_OPEN,
	OFFHOOK_WEBSOCKET_PORT_CLOSING,
	OFFHOOK_WEBSOCKET_PORT_DRAINING,
	OFFHOOK_WEBSOCKET_PORT_DONE,
} OffhookWebsocketPortState;

struct _OffhookWebsocketPort {
	OffhookMediaPort parent_instance;

	GIOStream *stream; /* until open */
	OffhookWireProtocol *protocol;
	OffhookWebsocketLimits limits;
	OffhookWebsocketPortState state;

	OffhookMediaThread *thread;
	OffhookMediaSocket *socket;
	OffhookMediaWatch *watch;
	OffhookMediaTimer timer;
	OffhookWebsocketFrames *frames;
	OffhookSendQueue *queue;

	gsize budget;         /* bytes left to read in this round */
	gboolean may_be_more; /* the last read did not find the end of what is there */
	gboolean read_ended;
	gboolean ending;  /* behind what is there is the end: it is not told twice */
	gboolean entered; /* by an event */
	GError *read_error;
	gboolean heard; /* anything since the last tick */
	gboolean pinged;
	gint64 opened_us;
	gint64 heard_us;
	gint64 closing_us;
	guint64 dropped_reported;
	OffhookHotSet hot; /* last: it is no part of itself */
};

/** The connection is gone, or to be thrown away. */
void offhook_websocket_port_finish(OffhookWebsocketPort *self, const GError *error);

/* ---- sending ---- */

void offhook_websocket_port_update_watch(OffhookWebsocketPort *self);
/** Room for a message, empty, with place for a header before it: a write is one piece. */
GByteArray *offhook_websocket_port_begin_message(OffhookWebsocketPort *self);
/** Sends what was appended since offhook_websocket_port_begin_message(). */
void offhook_websocket_port_send_message(OffhookWebsocketPort *self, guint8 opcode, gboolean audio);
void offhook_websocket_port_send(OffhookWebsocketPort *self, OffhookWebsocketOpcode opcode,
				 const guint8 *data, gsize size);
void offhook_websocket_port_send_close(OffhookWebsocketPort *self, guint16 code,
				       const char *reason);
void offhook_websocket_port_send_audio(OffhookMediaPort *port, const guint8 *data, gsize size);
void offhook_websocket_port_send_mark(OffhookMediaPort *port, const char *name);
void offhook_websocket_port_clear(OffhookMediaPort *port);
void offhook_websocket_port_send_text(OffhookMediaPort *port, const OffhookPortText *text);
void offhook_websocket_port_send_digits(OffhookMediaPort *port, const char *digits);

G_END_DECLS
