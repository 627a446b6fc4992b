/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The few bytes before a WebSocket frame's payload, RFC 6455 section 5.2, and its mask. Pure
 * functions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The most bytes that a header has. */
#define OFFHOOK_WEBSOCKET_HEADER_MAX 14

typedef struct {
	gboolean fin;
	gboolean masked;
	guint8 rsv; /* the three reserved bits */
	guint8 opcode;
	guint8 mask[4];
	guint64 length; /* of the payload */
} OffhookWebsocketHeader;

/**
 * offhook_websocket_header_parse:
 *
 * Returns: how many bytes of @data it takes; 0: more are needed; -1: it is malformed, which it is
 *   with a length that is not in its shortest form, and as a control frame that is fragmented or
 *   longer than 125 bytes
 */
gssize offhook_websocket_header_parse(OffhookWebsocketHeader *self, const guint8 *data, gsize size);

/**
 * offhook_websocket_header_write:
 * @out: has room for %OFFHOOK_WEBSOCKET_HEADER_MAX bytes
 *
 * The header of a whole message that is not masked. Returns: how many bytes it has
 */
gsize offhook_websocket_header_write(guint8 opcode, guint64 length, guint8 *out);

/** @offset: of @data in the frame's payload */
void offhook_websocket_unmask(guint8 *data, gsize size, const guint8 mask[4], guint64 offset);

G_END_DECLS
