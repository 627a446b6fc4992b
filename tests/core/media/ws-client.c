/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ws-client.h"

#include <string.h>

void
ws_client_write(GByteArray *out, WsClientFrame frame, const void *data, gsize size)
{
	static const guint8 mask[4] = {0x12, 0x34, 0x56, 0x78};
	guint64 length = frame.announced != 0 ? frame.announced : size;
	guint8 header[10] = {(frame.fin << 7) | (frame.rsv << 4) | frame.opcode, frame.masked << 7};
	guint header_size = 2;

	if (length < 126) {
		header[1] |= length;
	} else if (length < 65536) {
		header[1] |= 126;
		header[2] = length >> 8;
		header[3] = length;
		header_size = 4;
	} else {
		header[1] |= 127;
		for (guint i = 0; i < 8; i++)
			header[2 + i] = length >> (56 - 8 * i);
		header_size = 10;
	}
	g_byte_array_append(out, header, header_size);
	if (frame.masked)
		g_byte_array_append(out, mask, 4);
	for (gsize i = 0; i < size; i++) {
		guint8 byte = ((const guint8 *)data)[i] ^ (frame.masked ? mask[i % 4] : 0);

		g_byte_array_append(out, &byte, 1);
	}
}

void
ws_client_write_text(GByteArray *out, const char *text)
{
	ws_client_write(out, WS_CLIENT_TEXT, text, strlen(text));
}

void
ws_client_write_close(GByteArray *out, guint16 code)
{
	const guint8 payload[2] = {code >> 8, code & 0xff};

	ws_client_write(out, WS_CLIENT_CLOSE, payload, 2);
}

int
ws_client_parse(GByteArray *in, char **payload, gsize *size)
{
	gsize header = 2, length;
	int opcode;

	if (in->len < 2)
		return -1;
	g_assert_cmpuint(in->data[0] & 0xf0, ==, 0x80); /* whole, no reserved bits */
	g_assert_cmpuint(in->data[1] & 0x80, ==, 0);    /* servers do not mask */
	opcode = in->data[0] & 0x0f;
	length = in->data[1];
	if (length == 126) {
		header = 4;
		if (in->len < header)
			return -1;
		length = in->data[2] << 8 | in->data[3];
	}
	g_assert_cmpuint(length, !=, 127);
	if (in->len < header + length)
		return -1;
	*payload = g_strndup((const char *)in->data + header, length);
	memcpy(*payload, in->data + header, length);
	*size = length;
	g_byte_array_remove_range(in, 0, header + length);
	return opcode;
}
