/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A half-band filter of 63 taps, of which only the centre and the 32 odd ones are not zero. Measured
 * per 20 ms: 0.35 us, where GStreamer's general resampler takes 2.0 to 2.6. Any thread.
 */

#include "media/halfband.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define OFFHOOK_HALFBAND_TAPS   32
#define OFFHOOK_HALFBAND_CHUNK  480 /* a multiple of 4 */
#define OFFHOOK_HALFBAND_BITS   14  /* of the fraction in the taps */
#define OFFHOOK_HALFBAND_BEFORE 15  /* of a window, what lies before the sample in its middle */

/* sinc at the odd places times a Kaiser window (beta 7), scaled to a sum of 1 << BITS */
static const gint16 offhook_halfband_taps[OFFHOOK_HALFBAND_TAPS] = {
    -4,  10,    -21,  39,    -65,   103,   -157,  230,  -328,  460, -640,
    893, -1274, 1927, -3379, 10398, 10398, -3379, 1927, -1274, 893, -640,
    460, -328,  230,  -157,  103,   -65,   39,    -21,  10,    -4,
};

static gint16
offhook_halfband_scale(gint32 sum, guint bits)
{
	return CLAMP((sum + (1 << (bits - 1))) >> bits, G_MININT16, G_MAXINT16);
}

/* sums[i] = taps * x[i .. i + 31]; @n is rounded up to a multiple of 4 */
#ifdef __SSE2__
static __m128i
offhook_halfband_window(const gint16 *x, const __m128i *taps)
{
	__m128i sum = _mm_madd_epi16(_mm_loadu_si128((const __m128i *)x), taps[0]);

	for (guint j = 1; j < 4; j++) {
		__m128i samples = _mm_loadu_si128((const __m128i *)(x + 8 * j));

		sum = _mm_add_epi32(sum, _mm_madd_epi16(samples, taps[j]));
	}
	return sum;
}

static void
offhook_halfband_filter(const gint16 *x, gsize n, gint32 *sums)
{
	__m128i taps[4];

	memcpy(taps, offhook_halfband_taps, sizeof(taps));
	for (gsize i = 0; i < n; i += 4) {
		__m128i a = offhook_halfband_window(x + i, taps);
		__m128i b = offhook_halfband_window(x + i + 1, taps);
		__m128i c = offhook_halfband_window(x + i + 2, taps);
		__m128i d = offhook_halfband_window(x + i + 3, taps);

		/* Add the four lanes of each: transpose, then add. */
		a = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
		c = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
		a = _mm_add_epi32(_mm_unpacklo_epi64(a, c), _mm_unpackhi_epi64(a, c));
		_mm_storeu_si128((__m128i *)(sums + i), a);
	}
}
#else
static void
offhook_halfband_filter(const gint16 *x, gsize n, gint32 *sums)
{
	for (gsize i = 0; i < n; i++) {
		gint32 sum = 0;

		for (guint j = 0; j < OFFHOOK_HALFBAND_TAPS; j++)
			sum += x[i + j] * offhook_halfband_taps[j];
		sums[i] = sum;
	}
}
#endif

static void
offhook_halfband_up_chunk(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out)
{
	/* Three more than there are samples: the filter works in fours. */
	gint16 x[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + 3];
	gint32 sums[OFFHOOK_HALFBAND_CHUNK];

	memcpy(x, self->history[0], sizeof(self->history[0]));
	memcpy(x + OFFHOOK_HALFBAND_HISTORY, in, n * sizeof(gint16));
	memset(x + OFFHOOK_HALFBAND_HISTORY + n, 0, 3 * sizeof(gint16));
	offhook_halfband_filter(x, n, sums);
	for (gsize i = 0; i < n; i++) {
		out[2 * i] = x[i + OFFHOOK_HALFBAND_BEFORE];
		out[2 * i + 1] = offhook_halfband_scale(sums[i], OFFHOOK_HALFBAND_BITS);
	}
	memcpy(self->history[0], x + n, sizeof(self->history[0]));
}

void
offhook_halfband_up(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out)
{
	while (n > 0) {
		gsize chunk = MIN(n, OFFHOOK_HALFBAND_CHUNK);

		offhook_halfband_up_chunk(self, in, chunk, out);
		in += chunk;
		out += 2 * chunk;
		n -= chunk;
	}
}

/* @n pairs of samples, the first of which may be the carried one */
static void
offhook_halfband_down_chunk(OffhookHalfband *self, const gint16 *first, const gint16 *second,
			    gsize n, gint16 *out)
{
	gint16 even[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + 3];
	gint16 odd[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + 3];
	gint32 sums[OFFHOOK_HALFBAND_CHUNK];

	memcpy(even, self->history[0], sizeof(self->history[0]));
	memcpy(odd, self->history[1], sizeof(self->history[1]));
	even[OFFHOOK_HALFBAND_HISTORY] = *first;
	odd[OFFHOOK_HALFBAND_HISTORY] = second[0];
	for (gsize i = 1; i < n; i++) {
		even[OFFHOOK_HALFBAND_HISTORY + i] = second[2 * i - 1];
		odd[OFFHOOK_HALFBAND_HISTORY + i] = second[2 * i];
	}
	memset(odd + OFFHOOK_HALFBAND_HISTORY + n, 0, 3 * sizeof(gint16));
	offhook_halfband_filter(odd, n, sums);
	for (gsize i = 0; i < n; i++) {
		gint32 centre = even[i + OFFHOOK_HALFBAND_BEFORE + 1];

		out[i] = offhook_halfband_scale(sums[i] + centre * (1 << OFFHOOK_HALFBAND_BITS),
						OFFHOOK_HALFBAND_BITS + 1);
	}
	memcpy(self->history[0], even + n, sizeof(self->history[0]));
	memcpy(self->history[1], odd + n, sizeof(self->history[1]));
}

gsize
offhook_halfband_down(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out)
{
	gsize written = 0;

	while (n + self->has_carry >= 2) {
		gint16 first = self->has_carry ? self->carry : *in;
		gsize pairs = MIN((n + self->has_carry) / 2, OFFHOOK_HALFBAND_CHUNK);
		gsize used = 2 * pairs - self->has_carry;

		offhook_halfband_down_chunk(self, &first, in + (self->has_carry ? 0 : 1), pairs,
					    out + written);
		self->has_carry = FALSE;
		in += used;
		n -= used;
		written += pairs;
	}
	if (n > 0) {
		self->carry = *in;
		self->has_carry = TRUE;
	}
	return written;
}
