/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Base64 into and out of buffers that are there already: GLib's functions allocate per call or
 * accept anything. Media thread.
 */

#include "base64.h"

#define BAD 0x80 /* set in the table for everything outside the alphabet */

static const char offhook_twilio_base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* clang-format off */
static const guint8 offhook_twilio_base64_values[256] = {
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, 62, BAD, BAD, BAD, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, BAD, BAD, BAD, BAD, BAD,
    BAD, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
    BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD, BAD,
};
/* clang-format on */

gsize
offhook_twilio_base64_encode(const guint8 *data, gsize size, guint8 *out)
{
	const char *alphabet = offhook_twilio_base64_alphabet;
	guint8 *p = out;
	gsize i;

	for (i = 0; i + 2 < size; i += 3) {
		guint32 v = (guint32)data[i] << 16 | (guint32)data[i + 1] << 8 | data[i + 2];

		*p++ = alphabet[v >> 18];
		*p++ = alphabet[v >> 12 & 63];
		*p++ = alphabet[v >> 6 & 63];
		*p++ = alphabet[v & 63];
	}
	if (i < size) {
		gboolean two = i + 1 < size;
		guint32 v = (guint32)data[i] << 16 | (two ? (guint32)data[i + 1] << 8 : 0);

		*p++ = alphabet[v >> 18];
		*p++ = alphabet[v >> 12 & 63];
		*p++ = two ? alphabet[v >> 6 & 63] : '=';
		*p++ = '=';
	}
	return (gsize)(p - out);
}

/* The last one to three characters that carry bits; -1 when they cannot end a text. */
static gssize
offhook_twilio_base64_decode_tail(const guint8 *in, gsize size, guint8 *out)
{
	const guint8 *values = offhook_twilio_base64_values;
	guint8 c = size > 2 ? values[in[2]] : 0;

	if (size == 0)
		return 0;
	if (size == 1 || ((values[in[0]] | values[in[1]] | c) & BAD))
		return -1;
	out[0] = (guint8)(values[in[0]] << 2 | values[in[1]] >> 4);
	if (size == 2)
		return 1;
	out[1] = (guint8)(values[in[1]] << 4 | c >> 2);
	return 2;
}

gssize
offhook_twilio_base64_decode(const char *text, gsize size, guint8 *out)
{
	const guint8 *values = offhook_twilio_base64_values;
	const guint8 *in = (const guint8 *)text;
	guint8 *p = out;
	guint8 wrong = 0;
	gssize tail;

	if (size % 4 == 0 && size > 0 && in[size - 1] == '=')
		size -= in[size - 2] == '=' ? 2 : 1;
	for (; size >= 4; size -= 4, in += 4, p += 3) {
		guint8 a = values[in[0]], b = values[in[1]], c = values[in[2]], d = values[in[3]];

		wrong |= a | b | c | d;
		p[0] = (guint8)(a << 2 | b >> 4);
		p[1] = (guint8)(b << 4 | c >> 2);
		p[2] = (guint8)(c << 6 | d);
	}
	tail = offhook_twilio_base64_decode_tail(in, size, p);
	if ((wrong & BAD) || tail < 0)
		return -1;
	return (p - out) + tail;
}
