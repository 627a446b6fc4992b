/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rude things that a WebSocket library does not offer: fragmented messages, bytes that are no
 * frame, a connection reset without a close, and a socket that stays open while its owner is dead.
 * */

#include "wire.h"

#include "emu-error.h"

#include <errno.h>
#include <gio/gnetworking.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OFFHOOK_EMU_WIRE_CONTINUED 0x0
#define OFFHOOK_EMU_WIRE_FINAL     0x80
#define OFFHOOK_EMU_WIRE_MASKED    0x80

/* The socket is at the bottom of up to three layers (libsoup's stream, TLS, TCP). */
static GSocket *
offhook_emu_wire_find_socket(SoupWebsocketConnection *websocket, GError **error)
{
	g_autoptr(GIOStream) stream =
	    g_object_ref(soup_websocket_connection_get_io_stream(websocket));

	while (!G_IS_SOCKET_CONNECTION(stream)) {
		GObjectClass *class = G_OBJECT_GET_CLASS(stream);
		const gchar *name = g_object_class_find_property(class, "base-iostream") != NULL
					? "base-iostream"
					: "base-io-stream";
		GIOStream *base = NULL;

		if (g_object_class_find_property(class, name) != NULL)
			g_object_get(stream, name, &base, NULL);
		if (base == NULL) {
			g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM,
					    "the stream's socket cannot be reached");
			return NULL;
		}
		g_object_unref(stream);
		stream = base;
	}
	return g_socket_connection_get_socket(G_SOCKET_CONNECTION(stream));
}

static gboolean
offhook_emu_wire_write(SoupWebsocketConnection *websocket, const GByteArray *bytes, GError **error)
{
	GOutputStream *output =
	    g_io_stream_get_output_stream(soup_websocket_connection_get_io_stream(websocket));
	gssize written = g_pollable_output_stream_write_nonblocking(
	    G_POLLABLE_OUTPUT_STREAM(output), bytes->data, bytes->len, NULL, error);

	if (written < 0)
		return FALSE;
	if ((guint)written == bytes->len)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM,
			    "the server does not read, a fragment was cut");
	return FALSE;
}

/* A client's frames are masked; @length is below 65536. */
static void
offhook_emu_wire_append_frame(GByteArray *out, guint8 head, const gchar *data, gsize length)
{
	guint32 random = g_random_int();
	guint8 mask[4];
	guint8 header[4] = {head, OFFHOOK_EMU_WIRE_MASKED | 126, (guint8)(length >> 8),
			    (guint8)length};

	memcpy(mask, &random, sizeof mask);
	if (length < 126)
		header[1] = (guint8)(OFFHOOK_EMU_WIRE_MASKED | length);
	g_byte_array_append(out, header, length < 126 ? 2 : 4);
	g_byte_array_append(out, mask, sizeof mask);
	for (gsize i = 0; i < length; i++) {
		guint8 byte = (guint8)data[i] ^ mask[i % 4];

		g_byte_array_append(out, &byte, 1);
	}
}

/* One message in three frames, cut in the middle of everything. */
gboolean
offhook_emu_wire_send_fragmented(SoupWebsocketConnection *websocket, gint type, const gchar *data,
				 gsize length, GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize cut = length / 3;

	if (length >= 65536) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM,
			    "a message of %zu bytes is too long to be sent in fragments", length);
		return FALSE;
	}
	offhook_emu_wire_append_frame(out, (guint8)type, data, cut);
	offhook_emu_wire_append_frame(out, OFFHOOK_EMU_WIRE_CONTINUED, data + cut, cut);
	offhook_emu_wire_append_frame(out, OFFHOOK_EMU_WIRE_FINAL | OFFHOOK_EMU_WIRE_CONTINUED,
				      data + 2 * cut, length - 2 * cut);
	return offhook_emu_wire_write(websocket, out, error);
}

/* Reserved bits, a reserved opcode, no mask. */
gboolean
offhook_emu_wire_send_garbage(SoupWebsocketConnection *websocket, GError **error)
{
	static const guint8 garbage[] = {0xff, 0x13, 0x00, 0x9c, 0x41, 0xe7, 0x7e, 0x03,
					 0xff, 0xff, 0x80, 0x12, 0x34, 0x56, 0x78, 0x9a};
	g_autoptr(GByteArray) out = g_byte_array_new();

	g_byte_array_append(out, garbage, sizeof garbage);
	return offhook_emu_wire_write(websocket, out, error);
}

/* Puts one end of a fresh socket pair under the library's descriptor; returns the other end. */
static gint
offhook_emu_wire_swap(gint descriptor, GError **error)
{
	gint pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0 ||
	    dup2(pair[0], descriptor) < 0) {
		g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_STREAM,
			    "the socket cannot be replaced: %s", g_strerror(errno));
		return -1;
	}
	close(pair[0]);
	return pair[1];
}

/* The connection is gone without a word: no stop, no close frame, a TCP reset. */
gboolean
offhook_emu_wire_reset(SoupWebsocketConnection *websocket, GError **error)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	GSocket *socket = offhook_emu_wire_find_socket(websocket, error);
	gint peer;

	if (socket == NULL)
		return FALSE;
	setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	peer = offhook_emu_wire_swap(g_socket_get_fd(socket), error);
	if (peer < 0)
		return FALSE;
	close(peer);
	return TRUE;
}

static gboolean
offhook_emu_wire_grip(SoupWebsocketConnection *websocket, GSocket *socket, OffhookEmuWireHold *hold)
{
	const gchar *scheme = g_uri_get_scheme(soup_websocket_connection_get_uri(websocket));

	hold->encrypted = g_strcmp0(scheme, "wss") == 0 || g_strcmp0(scheme, "https") == 0;
	hold->socket = dup(g_socket_get_fd(socket));
	return hold->socket >= 0;
}

gboolean
offhook_emu_wire_hold(SoupWebsocketConnection *websocket, OffhookEmuWireHold *hold, GError **error)
{
	GSocket *socket = offhook_emu_wire_find_socket(websocket, error);

	if (socket == NULL)
		return FALSE;
	if (hold->socket < 0 && !offhook_emu_wire_grip(websocket, socket, hold))
		return FALSE;
	hold->peer = offhook_emu_wire_swap(g_socket_get_fd(socket), error);
	return hold->peer >= 0;
}

/* Keeps a second grip on the socket: when writing fails because the server is gone, its close frame
 * may still be there to be read after the library has given up. */
gboolean
offhook_emu_wire_watch(SoupWebsocketConnection *websocket, OffhookEmuWireHold *hold, GError **error)
{
	GSocket *socket = offhook_emu_wire_find_socket(websocket, error);

	if (socket == NULL)
		return FALSE;
	return hold->socket >= 0 || offhook_emu_wire_grip(websocket, socket, hold);
}

/* Reads what piled up unread and looks for a close frame at its end; 0 when there is none or it
 * cannot be read. */
guint
offhook_emu_wire_hold_read_close(const OffhookEmuWireHold *hold)
{
	guint8 tail[256];
	guint8 block[16384];
	gsize length = 0;
	gssize got;

	while ((got = recv(hold->socket, block, sizeof block, MSG_DONTWAIT)) > 0) {
		gsize fresh = MIN((gsize)got, sizeof tail);
		gsize kept = MIN(length, sizeof tail - fresh);

		memmove(tail, tail + length - kept, kept);
		memcpy(tail + kept, block + got - fresh, fresh);
		length = kept + fresh;
	}
	for (gsize body = 2; body <= 125 && body + 2 <= length; body++) {
		const guint8 *frame = tail + length - body - 2;

		guint code = (guint)frame[2] << 8 | frame[3];

		if (frame[0] == 0x88 && frame[1] == body && code >= 1000 && code <= 4999 &&
		    !hold->encrypted)
			return code;
	}
	return 0;
}

void
offhook_emu_wire_hold_release(OffhookEmuWireHold *hold)
{
	if (hold->socket >= 0)
		close(hold->socket);
	if (hold->peer >= 0)
		close(hold->peer);
	hold->socket = hold->peer = -1;
}
