/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * G.711 tables, built once from the definition. Decoding has 256 entries a law; encoding one per
 * 14-bit (mu-law) or 13-bit (A-law) value, which is all that the laws look at. Any thread.
 */

#include <offhook/g711.h>

#define OFFHOOK_G711_MULAW_BIAS 33   /* in 14-bit values */
#define OFFHOOK_G711_MULAW_CLIP 8158 /* 8191 - bias */

typedef struct {
	gint16 decode_mulaw[256];
	gint16 decode_alaw[256];
	guint8 encode_mulaw[1 << 14]; /* by the sample's upper 14 bits, as unsigned */
	guint8 encode_alaw[1 << 13];
} OffhookG711Tables;

static gint16
offhook_g711_expand_mulaw(guint8 code)
{
	guint8 bits = ~code;
	int magnitude = (((bits & 0x0f) * 2 + OFFHOOK_G711_MULAW_BIAS) << ((bits >> 4) & 7)) -
			OFFHOOK_G711_MULAW_BIAS;

	return (bits & 0x80 ? -magnitude : magnitude) * 4;
}

static gint16
offhook_g711_expand_alaw(guint8 code)
{
	guint8 bits = code ^ 0x55;
	int segment = (bits >> 4) & 7;
	int magnitude = (bits & 0x0f) * 2 + 1;

	if (segment > 0)
		magnitude = (magnitude + 32) << (segment - 1);
	return (bits & 0x80 ? magnitude : -magnitude) * 8;
}

/* @value: 14 bits, signed */
static guint8
offhook_g711_compress_mulaw(int value)
{
	guint8 sign = value < 0 ? 0x80 : 0;
	int magnitude = MIN(ABS(value), OFFHOOK_G711_MULAW_CLIP) + OFFHOOK_G711_MULAW_BIAS;
	int segment = g_bit_storage(magnitude) - 6;

	return ~(sign | (segment << 4) | ((magnitude >> (segment + 1)) & 0x0f));
}

/* @value: 13 bits, signed */
static guint8
offhook_g711_compress_alaw(int value)
{
	guint8 sign = value >= 0 ? 0x80 : 0;
	int magnitude = value >= 0 ? value : -value - 1;
	int segment = magnitude < 32 ? 0 : (int)g_bit_storage(magnitude) - 5;
	int step = segment == 0 ? magnitude >> 1 : magnitude >> segment;

	return (sign | (segment << 4) | (step & 0x0f)) ^ 0x55;
}

static const OffhookG711Tables *
offhook_g711_get_tables(void)
{
	static OffhookG711Tables *tables;

	if (g_once_init_enter(&tables)) {
		OffhookG711Tables *fresh = g_new(OffhookG711Tables, 1);

		for (int i = 0; i < 256; i++) {
			fresh->decode_mulaw[i] = offhook_g711_expand_mulaw(i);
			fresh->decode_alaw[i] = offhook_g711_expand_alaw(i);
		}
		for (int i = -(1 << 13); i < (1 << 13); i++)
			fresh->encode_mulaw[i & 0x3fff] = offhook_g711_compress_mulaw(i);
		for (int i = -(1 << 12); i < (1 << 12); i++)
			fresh->encode_alaw[i & 0x1fff] = offhook_g711_compress_alaw(i);
		g_once_init_leave(&tables, fresh);
	}
	return tables;
}

void
offhook_g711_decode(OffhookEncoding encoding, const guint8 *in, gsize n, gint16 *out)
{
	const OffhookG711Tables *tables = offhook_g711_get_tables();
	const gint16 *table =
	    encoding == OFFHOOK_ENCODING_ALAW ? tables->decode_alaw : tables->decode_mulaw;

	for (gsize i = 0; i < n; i++)
		out[i] = table[in[i]];
}

void
offhook_g711_encode(OffhookEncoding encoding, const gint16 *in, gsize n, guint8 *out)
{
	const OffhookG711Tables *tables = offhook_g711_get_tables();

	if (encoding == OFFHOOK_ENCODING_ALAW) {
		for (gsize i = 0; i < n; i++)
			out[i] = tables->encode_alaw[(guint16)in[i] >> 3];
	} else {
		for (gsize i = 0; i < n; i++)
			out[i] = tables->encode_mulaw[(guint16)in[i] >> 2];
	}
}
