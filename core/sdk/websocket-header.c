/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any thread.
 */

#include <offhook/websocket-header.h>

#include <string.h>

#define OFFHOOK_WEBSOCKET_SHORT_MAX 125 /* the longest length that stands in the second byte */
#define OFFHOOK_WEBSOCKET_LENGTH_16 126
#define OFFHOOK_WEBSOCKET_LENGTH_64 127
#define OFFHOOK_WEBSOCKET_CONTROL   0x8

static guint64
offhook_websocket_header_read_number(const guint8 *data, gsize size)
{
	guint64 number = 0;

	for (gsize i = 0; i < size; i++)
		number = number << 8 | data[i];
	return number;
}

/* Returns: how many bytes the length takes after the second */
static gsize
offhook_websocket_header_get_length_size(guint8 word)
{
	switch (word & 0x7f) {
	case OFFHOOK_WEBSOCKET_LENGTH_16:
		return 2;
	case OFFHOOK_WEBSOCKET_LENGTH_64:
		return 8;
	default:
		return 0;
	}
}

static gboolean
offhook_websocket_header_is_valid(const OffhookWebsocketHeader *self, gsize length_size)
{
	if ((self->opcode & OFFHOOK_WEBSOCKET_CONTROL) &&
	    (!self->fin || self->length > OFFHOOK_WEBSOCKET_SHORT_MAX))
		return FALSE;
	if (length_size == 2)
		return self->length > OFFHOOK_WEBSOCKET_SHORT_MAX;
	return length_size == 0 || (self->length > G_MAXUINT16 && self->length <= G_MAXINT64);
}

gssize
offhook_websocket_header_parse(OffhookWebsocketHeader *self, const guint8 *data, gsize size)
{
	gsize length_size, total;

	if (size < 2)
		return 0;
	self->masked = (data[1] & 0x80) != 0;
	length_size = offhook_websocket_header_get_length_size(data[1]);
	total = 2 + length_size + (self->masked ? sizeof(self->mask) : 0);
	if (size < total)
		return 0;
	self->fin = (data[0] & 0x80) != 0;
	self->rsv = data[0] >> 4 & 0x7;
	self->opcode = data[0] & 0xf;
	self->length = length_size > 0 ? offhook_websocket_header_read_number(data + 2, length_size)
				       : data[1] & 0x7f;
	if (self->masked)
		memcpy(self->mask, data + 2 + length_size, sizeof(self->mask));
	return offhook_websocket_header_is_valid(self, length_size) ? (gssize)total : -1;
}

gsize
offhook_websocket_header_write(guint8 opcode, guint64 length, guint8 *out)
{
	gsize length_size = length <= OFFHOOK_WEBSOCKET_SHORT_MAX ? 0
			    : length <= G_MAXUINT16               ? 2
								  : 8;

	out[0] = 0x80 | opcode;
	out[1] = length_size == 0   ? length
		 : length_size == 2 ? OFFHOOK_WEBSOCKET_LENGTH_16
				    : OFFHOOK_WEBSOCKET_LENGTH_64;
	for (gsize i = 0; i < length_size; i++)
		out[2 + i] = length >> (8 * (length_size - 1 - i));
	return 2 + length_size;
}

void
offhook_websocket_unmask(guint8 *data, gsize size, const guint8 mask[4], guint64 offset)
{
	guint8 turned[8];
	guint64 word, pattern;
	gsize i = 0;

	for (gsize k = 0; k < sizeof(turned); k++)
		turned[k] = mask[(offset + k) % 4];
	memcpy(&pattern, turned, sizeof(pattern));
	for (; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		word ^= pattern;
		memcpy(data + i, &word, sizeof(word));
	}
	for (; i < size; i++)
		data[i] ^= turned[i % 4];
}
