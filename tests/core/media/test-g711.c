/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * G.711 against values from the recommendation's tables, and the properties that follow from them.
 */

#include <offhook/g711.h>

typedef struct {
	guint8 code;
	gint16 value;
} OffhookG711Pair;

/* The last value of each segment, both signs, and the zeros. */
static const OffhookG711Pair mulaw_pairs[] = {
    {0x00, -32124}, {0x0f, -16764}, {0x10, -15996}, {0x1f, -8316}, {0x20, -7932}, {0x30, -3900},
    {0x40, -1884},  {0x50, -876},   {0x60, -372},   {0x70, -120},  {0x7e, -8},    {0x7f, 0},
    {0x80, 32124},  {0x90, 15996},  {0xa0, 7932},   {0xb0, 3900},  {0xc0, 1884},  {0xd0, 876},
    {0xe0, 372},    {0xf0, 120},    {0xfe, 8},      {0xff, 0},
};

static const OffhookG711Pair alaw_pairs[] = {
    {0x2a, -32256}, {0xaa, 32256}, {0x55, -8},    {0xd5, 8},    {0x00, -5504},
    {0x80, 5504},   {0x54, -24},   {0xd4, 24},    {0x45, -264}, {0xc5, 264},
    {0x75, -528},   {0xf5, 528},   {0x35, -8448}, {0xb5, 8448},
};

static void
offhook_test_g711_check(OffhookEncoding encoding, const OffhookG711Pair *pairs, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		gint16 value;

		offhook_g711_decode(encoding, &pairs[i].code, 1, &value);
		g_assert_cmpint(value, ==, pairs[i].value);
	}
}

static void
offhook_test_g711_decode(void)
{
	offhook_test_g711_check(OFFHOOK_ENCODING_MULAW, mulaw_pairs, G_N_ELEMENTS(mulaw_pairs));
	offhook_test_g711_check(OFFHOOK_ENCODING_ALAW, alaw_pairs, G_N_ELEMENTS(alaw_pairs));
}

/* Every code survives decoding and encoding, but for the second zero of mu-law. */
static void
offhook_test_g711_round_trip(void)
{
	for (guint i = 0; i < 256; i++) {
		guint8 code = i, back;
		gint16 value;

		offhook_g711_decode(OFFHOOK_ENCODING_MULAW, &code, 1, &value);
		offhook_g711_encode(OFFHOOK_ENCODING_MULAW, &value, 1, &back);
		g_assert_cmpuint(back, ==, code == 0x7f ? 0xff : code);
		offhook_g711_decode(OFFHOOK_ENCODING_ALAW, &code, 1, &value);
		offhook_g711_encode(OFFHOOK_ENCODING_ALAW, &value, 1, &back);
		g_assert_cmpuint(back, ==, code);
	}
}

/* No sample ends further away than half its segment's step (plus what the law does not see). */
static void
offhook_test_g711_error_bound(gconstpointer data)
{
	OffhookEncoding encoding = GPOINTER_TO_INT(data);

	for (int sample = G_MININT16; sample <= G_MAXINT16; sample++) {
		gint16 in = sample, out;
		guint8 code;

		offhook_g711_encode(encoding, &in, 1, &code);
		offhook_g711_decode(encoding, &code, 1, &out);
		if (ABS(sample) < 32124)
			g_assert_cmpint(ABS(out - sample), <=, MAX(16, ABS(sample) / 19));
	}
}

static void
offhook_test_g711_clips(void)
{
	const gint16 loud[2] = {G_MAXINT16, G_MININT16};
	guint8 codes[2];

	offhook_g711_encode(OFFHOOK_ENCODING_MULAW, loud, 2, codes);
	g_assert_cmpuint(codes[0], ==, 0x80);
	g_assert_cmpuint(codes[1], ==, 0x00);
	offhook_g711_encode(OFFHOOK_ENCODING_ALAW, loud, 2, codes);
	g_assert_cmpuint(codes[0], ==, 0xaa);
	g_assert_cmpuint(codes[1], ==, 0x2a);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/g711/decode", offhook_test_g711_decode);
	g_test_add_func("/g711/round-trip", offhook_test_g711_round_trip);
	g_test_add_data_func("/g711/error-bound/mulaw", GINT_TO_POINTER(OFFHOOK_ENCODING_MULAW),
			     offhook_test_g711_error_bound);
	g_test_add_data_func("/g711/error-bound/alaw", GINT_TO_POINTER(OFFHOOK_ENCODING_ALAW),
			     offhook_test_g711_error_bound);
	g_test_add_func("/g711/clips", offhook_test_g711_clips);
	return g_test_run();
}
