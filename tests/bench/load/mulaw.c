/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* G.711 mu-law, and looking for sound in it without decoding. The generator has one thread. */

#include "mulaw.h"

#define BIAS 132
#define CLIP 32635

guint8
load_mulaw_encode(int sample)
{
	guint sign = sample < 0 ? 0x80 : 0;
	guint magnitude = (guint)MIN(ABS(sample), CLIP) + BIAS;
	guint exponent = 7;

	while (exponent > 0 && magnitude < (1u << (exponent + 7)))
		exponent--;
	return (guint8) ~(sign | exponent << 4 | ((magnitude >> (exponent + 3)) & 0x0f));
}

void
load_mulaw_encode_linear(const gint16 *samples, gsize n, guint8 *codes)
{
	static guint8 table[65536];

	if (table[0] == 0) { /* no code of silence is 0 */
		for (int i = -32768; i < 32768; i++)
			table[(guint16)i] = load_mulaw_encode(i);
	}
	for (gsize i = 0; i < n / 2; i++)
		codes[i] = table[(guint16)GINT16_FROM_LE(samples[2 * i])];
}

int
load_mulaw_decode(guint8 code)
{
	guint value = (guint8)~code;
	guint exponent = (value >> 4) & 7;
	int magnitude = (int)((((value & 0x0f) << 3) + BIAS) << exponent) - BIAS;

	return value & 0x80 ? -magnitude : magnitude;
}

/* Written so that the compiler makes vectors of it: nearly every frame is silent throughout. */
static gboolean
load_mulaw_has_loud(const guint8 *codes, gsize n)
{
	guint8 loud = 0;

	for (gsize i = 0; i < n; i++)
		loud |= LOAD_IS_LOUD(codes[i]);
	return loud != 0;
}

gsize
load_mulaw_find_loud(const guint8 *codes, gsize n)
{
	gsize i = 0;

	if (!load_mulaw_has_loud(codes, n))
		return n;
	while (!LOAD_IS_LOUD(codes[i]))
		i++;
	return i;
}

gsize
load_mulaw_find_loud_end(const guint8 *codes, gsize n)
{
	if (!load_mulaw_has_loud(codes, n))
		return 0;
	while (!LOAD_IS_LOUD(codes[n - 1]))
		n--;
	return n;
}
