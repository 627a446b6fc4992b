/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

/* A TCP connection taken away from its WebSocket: open, but nobody reads or writes it. */
typedef struct {
	gint socket;
	gint peer; /* other end of what the WebSocket was given instead */
	gboolean encrypted;
} OffhookEmuWireHold;

/* @type: SoupWebsocketDataType, which is the opcode */
gboolean offhook_emu_wire_send_fragmented(SoupWebsocketConnection *websocket, gint type,
					  const gchar *data, gsize length, GError **error);
gboolean offhook_emu_wire_send_garbage(SoupWebsocketConnection *websocket, GError **error);
gboolean offhook_emu_wire_reset(SoupWebsocketConnection *websocket, GError **error);
gboolean offhook_emu_wire_hold(SoupWebsocketConnection *websocket, OffhookEmuWireHold *hold,
			       GError **error);
gboolean offhook_emu_wire_watch(SoupWebsocketConnection *websocket, OffhookEmuWireHold *hold,
				GError **error);
guint offhook_emu_wire_hold_read_close(const OffhookEmuWireHold *hold);
void offhook_emu_wire_hold_release(OffhookEmuWireHold *hold);
