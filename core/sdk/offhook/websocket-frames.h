/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The framing of one WebSocket, either side of it: bytes in, whole messages out, within limits.
 * Knows nothing of sockets. One thread; a message that arrives in one piece is not copied.
 */
#pragma once

#include <offhook/wire-protocol.h>

G_BEGIN_DECLS

/** RFC 6455, section 7.4.1. */
typedef enum {
	OFFHOOK_WEBSOCKET_NORMAL = 1000,
	OFFHOOK_WEBSOCKET_GOING_AWAY = 1001,
	OFFHOOK_WEBSOCKET_PROTOCOL_ERROR = 1002,
	OFFHOOK_WEBSOCKET_UNSUPPORTED = 1003,
	OFFHOOK_WEBSOCKET_NO_STATUS = 1005, /* this and the next are never sent */
	OFFHOOK_WEBSOCKET_ABNORMAL = 1006,  /* the end of the connection without a close frame */
	OFFHOOK_WEBSOCKET_NOT_UTF8 = 1007,
	OFFHOOK_WEBSOCKET_POLICY = 1008,
	OFFHOOK_WEBSOCKET_TOO_BIG = 1009,
	OFFHOOK_WEBSOCKET_INTERNAL = 1011,
	OFFHOOK_WEBSOCKET_RESTART = 1012,
	OFFHOOK_WEBSOCKET_TRY_AGAIN = 1013,
} OffhookWebsocketCode;

/** RFC 6455, section 5.2. */
typedef enum {
	OFFHOOK_WEBSOCKET_OPCODE_TEXT = 0x1,
	OFFHOOK_WEBSOCKET_OPCODE_BINARY = 0x2,
	OFFHOOK_WEBSOCKET_OPCODE_CLOSE = 0x8,
	OFFHOOK_WEBSOCKET_OPCODE_PING = 0x9,
	OFFHOOK_WEBSOCKET_OPCODE_PONG = 0xa,
} OffhookWebsocketOpcode;

/** What a peer may send; the bursts are refilled by offhook_websocket_frames_refill(). */
typedef struct {
	gsize message_bytes;
	guint fragments;
	guint control_burst;
	guint message_burst;
	guint message_refill; /* of the burst, at each refill */
	gboolean server;      /* the peer is one: its frames are not masked */
} OffhookWebsocketFramesLimits;

/**
 * Where the bytes come from, and who gets what is in them. All are called from
 * offhook_websocket_frames_receive().
 */
typedef struct {
	/* Up to @size bytes that are there now; 0 when there are none. */
	gsize (*read)(gpointer user_data, guint8 *buffer, gsize size);
	void (*message)(gpointer user_data, OffhookWireKind kind, const guint8 *data, gsize size);
	void (*ping)(gpointer user_data, const guint8 *data, gsize size);
	/* The peer closes. Nothing follows. @reason: "" for none */
	void (*close)(gpointer user_data, guint16 code, const char *reason);
} OffhookWebsocketFramesHandler;

typedef struct _OffhookWebsocketFrames OffhookWebsocketFrames;

/** @limits, @handler: copied. (transfer full) */
OffhookWebsocketFrames *offhook_websocket_frames_new(const OffhookWebsocketFramesLimits *limits,
						     const OffhookWebsocketFramesHandler *handler,
						     gpointer user_data);
void offhook_websocket_frames_free(OffhookWebsocketFrames *self);

/**
 * offhook_websocket_frames_receive:
 * @code: (out): what to close with on failure
 *
 * Reads and hands out until there is nothing more. Returns: %FALSE with %OFFHOOK_ERROR_FORMAT or
 *   %OFFHOOK_ERROR_LIMIT when the peer breaks the protocol; the rest of the stream is then noise
 */
gboolean offhook_websocket_frames_receive(OffhookWebsocketFrames *self, guint16 *code,
					  GError **error);

/** Appends a server's message, or control frame, with its header. */
void offhook_websocket_append(GByteArray *out, OffhookWebsocketOpcode opcode, const guint8 *data,
			      gsize size);
/** The same of a client. @mask: that nobody can foretell */
void offhook_websocket_append_masked(GByteArray *out, OffhookWebsocketOpcode opcode,
				     const guint8 *data, gsize size, const guint8 mask[4]);

/** Appends the payload of a close frame; @reason: (nullable): as much of it as fits. */
void offhook_websocket_append_close(GByteArray *out, guint16 code, const char *reason);

/** Half a second has passed: gives the peer new allowance. */
void offhook_websocket_frames_refill(OffhookWebsocketFrames *self);

/** The close code for @error: 1000 for %NULL, 1008 for a refused peer, 1009 for too much, ... */
guint16 offhook_websocket_close_code(const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookWebsocketFrames, offhook_websocket_frames_free)

/** How many bytes it takes itself: all that a message which comes whole touches of it. */
gsize offhook_websocket_frames_get_size(void);

G_END_DECLS
