/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** WebSocket framing, the client's side: RFC 6455, section 5. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	LOAD_OPCODE_TEXT = 1,
	LOAD_OPCODE_BINARY = 2,
	LOAD_OPCODE_CLOSE = 8,
	LOAD_OPCODE_PING = 9,
	LOAD_OPCODE_PONG = 10,
} LoadOpcode;

#define LOAD_WEBSOCKET_HEADER_MAX 8 /* for the up to 64 KiB that we send */
#define LOAD_WEBSOCKET_FRAME_MAX  (1024 * 1024)

typedef struct {
	LoadOpcode opcode;
	const guint8 *data;
	gsize size;
} LoadFrame;

/** Returns: the header's size. @size: of the payload, less than 64 KiB */
gsize load_websocket_write_header(guint8 *out, LoadOpcode opcode, gsize size, guint32 key);
/** @key: as it stands in memory */
void load_websocket_mask(guint8 *data, gsize size, guint32 key);
/** Returns: bytes used, 0 when the frame is not complete, -1 when it is none that we take. */
gssize load_websocket_read(const guint8 *data, gsize size, LoadFrame *frame);
/** (transfer full): what the server has to answer to the handshake's @key */
char *load_websocket_get_accept(const char *key);

G_END_DECLS
