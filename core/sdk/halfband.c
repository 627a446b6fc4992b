/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A half-band filter of 63 taps, of which only the centre and the 32 odd ones are not zero. Measured
 * per 20 ms: 0.35 us, where GStreamer's general resampler takes 2.0 to 2.6. Any thread.
 */

#include <offhook/halfband.h>

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define OFFHOOK_HALFBAND_TAPS   32
#define OFFHOOK_HALFBAND_CHUNK  480 /* a multiple of 4 */
#define OFFHOOK_HALFBAND_MORE   3   /* behind the last sample, to fill its four */
#define OFFHOOK_HALFBAND_BITS   14  /* of the fraction in the taps */
#define OFFHOOK_HALFBAND_BEFORE 15  /* of a window, what lies before the sample in its middle */

/* sinc at the odd places times a Kaiser window (beta 7), scaled to a sum of 1 << BITS */
static const gint16 offhook_halfband_taps[OFFHOOK_HALFBAND_TAPS] = {
    -4,  10,    -21,  39,    -65,   103,   -157,  230,  -328,  460, -640,
    893, -1274, 1927, -3379, 10398, 10398, -3379, 1927, -1274, 893, -640,
    460, -328,  230,  -157,  103,   -65,   39,    -21,  10,    -4,
};

/*
 * Three steps, each with SSE2 and without: split pairs, double, halve. @n is rounded up to a multiple
 * of 4 by the last two, so their arrays have room for that.
 */
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

/* taps * x[i .. i + 31] for i of 0 to 3 */
static __m128i
offhook_halfband_filter(const gint16 *x, const __m128i *taps)
{
	__m128i a = offhook_halfband_window(x, taps);
	__m128i b = offhook_halfband_window(x + 1, taps);
	__m128i c = offhook_halfband_window(x + 2, taps);
	__m128i d = offhook_halfband_window(x + 3, taps);

	/* Add the four lanes of each: transpose, then add. */
	a = _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
	c = _mm_add_epi32(_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
	return _mm_add_epi32(_mm_unpacklo_epi64(a, c), _mm_unpackhi_epi64(a, c));
}

/* Rounds away @bits and saturates; the four results are in the lower half. */
static __m128i
offhook_halfband_scale(__m128i sum, guint bits)
{
	sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (bits - 1))), bits);
	return _mm_packs_epi32(sum, sum);
}

static void
offhook_halfband_split(const gint16 *pairs, gsize n, gint16 *first, gint16 *second)
{
	gsize i = 0;

	for (; i + 8 <= n; i += 8) {
		__m128i a = _mm_loadu_si128((const __m128i *)(pairs + 2 * i));
		__m128i b = _mm_loadu_si128((const __m128i *)(pairs + 2 * i + 8));
		__m128i low = _mm_packs_epi32(_mm_srai_epi32(_mm_slli_epi32(a, 16), 16),
					      _mm_srai_epi32(_mm_slli_epi32(b, 16), 16));
		__m128i high = _mm_packs_epi32(_mm_srai_epi32(a, 16), _mm_srai_epi32(b, 16));

		_mm_storeu_si128((__m128i *)(first + i), low);
		_mm_storeu_si128((__m128i *)(second + i), high);
	}
	for (; i < n; i++) {
		first[i] = pairs[2 * i];
		second[i] = pairs[2 * i + 1];
	}
}

static void
offhook_halfband_double(const gint16 *x, gsize n, gint16 *out)
{
	__m128i taps[4];

	memcpy(taps, offhook_halfband_taps, sizeof(taps));
	for (gsize i = 0; i < n; i += 4) {
		__m128i odd = offhook_halfband_scale(offhook_halfband_filter(x + i, taps),
						     OFFHOOK_HALFBAND_BITS);
		__m128i even = _mm_loadl_epi64((const __m128i *)(x + i + OFFHOOK_HALFBAND_BEFORE));

		_mm_storeu_si128((__m128i *)(out + 2 * i), _mm_unpacklo_epi16(even, odd));
	}
}

static void
offhook_halfband_halve(const gint16 *even, const gint16 *odd, gsize n, gint16 *out)
{
	__m128i taps[4];

	memcpy(taps, offhook_halfband_taps, sizeof(taps));
	for (gsize i = 0; i < n; i += 4) {
		__m128i centre =
		    _mm_loadl_epi64((const __m128i *)(even + i + OFFHOOK_HALFBAND_BEFORE + 1));
		__m128i sum = offhook_halfband_filter(odd + i, taps);

		/* 16 bits to 32, times 1 << BITS */
		centre = _mm_srai_epi32(_mm_unpacklo_epi16(_mm_setzero_si128(), centre),
					16 - OFFHOOK_HALFBAND_BITS);
		_mm_storel_epi64(
		    (__m128i *)(out + i),
		    offhook_halfband_scale(_mm_add_epi32(sum, centre), OFFHOOK_HALFBAND_BITS + 1));
	}
}
#else
static gint32
offhook_halfband_filter(const gint16 *x)
{
	gint32 sum = 0;

	for (guint j = 0; j < OFFHOOK_HALFBAND_TAPS; j++)
		sum += x[j] * offhook_halfband_taps[j];
	return sum;
}

static gint16
offhook_halfband_scale(gint32 sum, guint bits)
{
	return CLAMP((sum + (1 << (bits - 1))) >> bits, G_MININT16, G_MAXINT16);
}

static void
offhook_halfband_split(const gint16 *pairs, gsize n, gint16 *first, gint16 *second)
{
	for (gsize i = 0; i < n; i++) {
		first[i] = pairs[2 * i];
		second[i] = pairs[2 * i + 1];
	}
}

static void
offhook_halfband_double(const gint16 *x, gsize n, gint16 *out)
{
	for (gsize i = 0; i < n; i++) {
		out[2 * i] = x[i + OFFHOOK_HALFBAND_BEFORE];
		out[2 * i + 1] =
		    offhook_halfband_scale(offhook_halfband_filter(x + i), OFFHOOK_HALFBAND_BITS);
	}
}

static void
offhook_halfband_halve(const gint16 *even, const gint16 *odd, gsize n, gint16 *out)
{
	for (gsize i = 0; i < n; i++) {
		gint32 centre = even[i + OFFHOOK_HALFBAND_BEFORE + 1];

		out[i] = offhook_halfband_scale(offhook_halfband_filter(odd + i) +
						    centre * (1 << OFFHOOK_HALFBAND_BITS),
						OFFHOOK_HALFBAND_BITS + 1);
	}
}
#endif

static void
offhook_halfband_up_chunk(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out)
{
	gint16 x[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + OFFHOOK_HALFBAND_MORE];
	gint16 doubled[2 * OFFHOOK_HALFBAND_CHUNK];

	memcpy(x, self->history[0], sizeof(self->history[0]));
	memcpy(x + OFFHOOK_HALFBAND_HISTORY, in, n * sizeof(gint16));
	memset(x + OFFHOOK_HALFBAND_HISTORY + n, 0, OFFHOOK_HALFBAND_MORE * sizeof(gint16));
	/* Right to where it belongs if it may be written in fours. */
	offhook_halfband_double(x, n, n % 4 == 0 ? out : doubled);
	if (n % 4 != 0)
		memcpy(out, doubled, 2 * n * sizeof(gint16));
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

static void
offhook_halfband_down_chunk(OffhookHalfband *self, const gint16 *pairs, gsize n, gint16 *out)
{
	gint16 even[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + OFFHOOK_HALFBAND_MORE];
	gint16 odd[OFFHOOK_HALFBAND_HISTORY + OFFHOOK_HALFBAND_CHUNK + OFFHOOK_HALFBAND_MORE];
	gint16 halved[OFFHOOK_HALFBAND_CHUNK];

	memcpy(even, self->history[0], sizeof(self->history[0]));
	memcpy(odd, self->history[1], sizeof(self->history[1]));
	offhook_halfband_split(pairs, n, even + OFFHOOK_HALFBAND_HISTORY,
			       odd + OFFHOOK_HALFBAND_HISTORY);
	memset(odd + OFFHOOK_HALFBAND_HISTORY + n, 0, OFFHOOK_HALFBAND_MORE * sizeof(gint16));
	memset(even + OFFHOOK_HALFBAND_HISTORY + n, 0, OFFHOOK_HALFBAND_MORE * sizeof(gint16));
	offhook_halfband_halve(even, odd, n, n % 4 == 0 ? out : halved);
	if (n % 4 != 0)
		memcpy(out, halved, n * sizeof(gint16));
	memcpy(self->history[0], even + n, sizeof(self->history[0]));
	memcpy(self->history[1], odd + n, sizeof(self->history[1]));
}

gsize
offhook_halfband_down(OffhookHalfband *self, const gint16 *in, gsize n, gint16 *out)
{
	gsize written = 0;

	if (self->has_carry && n > 0) {
		const gint16 pair[2] = {self->carry, *in};

		offhook_halfband_down_chunk(self, pair, 1, out);
		self->has_carry = FALSE;
		written = 1;
		in++;
		n--;
	}
	while (n >= 2) {
		gsize pairs = MIN(n / 2, OFFHOOK_HALFBAND_CHUNK);

		offhook_halfband_down_chunk(self, in, pairs, out + written);
		in += 2 * pairs;
		n -= 2 * pairs;
		written += pairs;
	}
	if (n > 0) {
		self->carry = *in;
		self->has_carry = TRUE;
	}
	return written;
}
