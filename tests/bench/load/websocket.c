/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* WebSocket frames. Whole messages only: none of the servers measured here sends fragments. */

#include "websocket.h"

#include <string.h>

#define FINAL  0x80
#define MASKED 0x80

gsize
load_websocket_write_header(guint8 *out, LoadOpcode opcode, gsize size, guint32 key)
{
	gsize n = 2;

	g_assert(size <= G_MAXUINT16);
	out[0] = (guint8)(FINAL | opcode);
	out[1] = (guint8)(MASKED | (size < 126 ? size : 126));
	if (size >= 126) {
		out[n++] = (guint8)(size >> 8);
		out[n++] = (guint8)size;
	}
	memcpy(out + n, &key, sizeof key);
	return n + sizeof key;
}

void
load_websocket_mask(guint8 *data, gsize size, guint32 key)
{
	guint64 wide = (guint64)key << 32 | key;
	const guint8 *bytes = (const guint8 *)&key;
	gsize i = 0;

	for (; i + sizeof wide <= size; i += sizeof wide) {
		guint64 word;

		memcpy(&word, data + i, sizeof word);
		word ^= wide;
		memcpy(data + i, &word, sizeof word);
	}
	for (; i < size; i++)
		data[i] ^= bytes[i % 4];
}

gssize
load_websocket_read(const guint8 *data, gsize size, LoadFrame *frame)
{
	guint64 length;
	gsize head = 2;

	if (size < 2)
		return 0;
	if (!(data[0] & FINAL) || data[0] & 0x70 || data[1] & MASKED)
		return -1;
	frame->opcode = data[0] & 0x0f;
	length = data[1];
	if (length >= 126) {
		guint width = length == 126 ? 2 : 8;

		if (size < head + width)
			return 0;
		length = 0;
		for (guint i = 0; i < width; i++)
			length = length << 8 | data[head + i];
		head += width;
	}
	if (length > LOAD_WEBSOCKET_FRAME_MAX)
		return -1;
	frame->data = data + head;
	frame->size = (gsize)length;
	return size - head < length ? 0 : (gssize)(head + length);
}

char *
load_websocket_get_accept(const char *key)
{
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize size = sizeof digest;

	g_checksum_update(sha1, (const guchar *)key, -1);
	g_checksum_update(sha1, (const guchar *)"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
	g_checksum_get_digest(sha1, digest, &size);
	return g_base64_encode(digest, size);
}
