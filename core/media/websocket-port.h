/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A media port on a WebSocket that was taken over from the HTTP server, driven by
 * epoll in the media thread, with one wire protocol object that knows what the messages mean. The
 * port keeps itself alive from `open` until the socket is closed.
 */
#pragma once

#include "base/hot-set.h"
#include "media/thread.h"
#include <offhook/websocket-frames.h>
#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_WEBSOCKET_PORT (offhook_websocket_port_get_type())
G_DECLARE_FINAL_TYPE(OffhookWebsocketPort, offhook_websocket_port, OFFHOOK, WEBSOCKET_PORT,
		     OffhookMediaPort)

/** What a peer may do. The defaults are in brackets. */
typedef struct {
	gsize message_bytes;    /* longest message, also in fragments [64 KiB]; else close 1009 */
	guint fragments;        /* per message [64] */
	guint control_burst;    /* pings and pongs at once [60], refilled at 10 a second */
	guint message_burst;    /* messages at once [4000; 100 where words cross] ... */
	guint message_refill;   /* ... refilled by so many each half second [500; 10] */
	guint queue_messages;   /* audio messages waiting to be sent [100]; then the oldest goes */
	guint start_timeout_ms; /* from open to the stream's start [10000] */
	guint ping_after_ms;    /* of silence [30000] */
	guint dead_after_ms;    /* of silence [60000]: ended with %OFFHOOK_ERROR_TIMED_OUT */
	guint close_timeout_ms; /* for the far end to answer our close [2000] */
} OffhookWebsocketLimits;

#define OFFHOOK_WEBSOCKET_LIMITS_DEFAULT                                                           \
	{                                                                                          \
		.message_bytes = 64 * 1024, .fragments = 64, .control_burst = 60,                  \
		.message_burst = 4000, .message_refill = 500, .queue_messages = 100,               \
		.start_timeout_ms = 10000, .ping_after_ms = 30000, .dead_after_ms = 60000,         \
		.close_timeout_ms = 2000,                                                          \
	}

/**
 * offhook_websocket_port_new:
 * @stream: (transfer none): from soup_server_message_steal_connection(), after the 101 was written;
 *   a plain or a TLS connection. Bytes that the HTTP server had read ahead are not lost.
 * @protocol: (transfer none): this connection's own
 *
 * Any thread; offhook_media_port_open() must then be called in a media thread. Opening fails with
 * %OFFHOOK_ERROR_INVALID_ARGUMENT when @stream has no socket below it.
 */
OffhookMediaPort *offhook_websocket_port_new(GIOStream *stream, OffhookWireProtocol *protocol);

/** Before open. */
void offhook_websocket_port_set_limits(OffhookWebsocketPort *self,
				       const OffhookWebsocketLimits *limits);

/**
 * offhook_websocket_port_close_with_error:
 * @error: (nullable): %NULL closes with 1000
 *
 * As offhook_media_port_close(), with a close code that tells the far end why, see
 * offhook_websocket_close_code(). `ended` is then called with @error. Media thread.
 */
void offhook_websocket_port_close_with_error(OffhookWebsocketPort *self, const GError *error);

/** Audio messages that were dropped because the socket was stuck. Media thread. */
guint64 offhook_websocket_port_get_dropped(OffhookWebsocketPort *self);

/**
 * The memory that a message touches, for whoever takes its messages to add his. (transfer none)
 * Lives as long as the port. In its media thread.
 */
OffhookHotSet *offhook_websocket_port_get_hot_set(OffhookWebsocketPort *self);

G_END_DECLS
