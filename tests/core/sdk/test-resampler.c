/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Rates in pairs: what comes out is as long as what went in, in step with it, and the same however it is
 * cut.
 */

#include <offhook/resampler.h>

#include <math.h>

#define MS   400
#define TONE 440.0

/* The filters' edges; and how far apart two samples of the tone may be: 30 dB below it. */
#define EDGE_MS 5
#define NEAR    250

static gint16
tone(gsize at, guint rate)
{
	return (gint16)lrint(8000 * sin(2 * G_PI * TONE * (double)at / rate));
}

/* (transfer full): MS of the tone, pushed in pieces of @piece samples, and its tail */
static GByteArray *
convert(guint rate_in, guint rate_out, gsize piece)
{
	g_autoptr(OffhookResampler) resampler = offhook_resampler_new(rate_in, rate_out);
	GByteArray *out = g_byte_array_new();
	gsize n = (gsize)rate_in * MS / 1000;
	g_autofree gint16 *in = g_new(gint16, n);

	for (gsize i = 0; i < n; i++)
		in[i] = tone(i, rate_in);
	for (gsize at = 0; at < n; at += piece)
		offhook_resampler_push(resampler, in + at, MIN(piece, n - at), out);
	offhook_resampler_flush(resampler, out);
	return out;
}

static void
test_rates(gconstpointer data)
{
	const guint *rates = data;
	g_autoptr(GByteArray) whole = convert(rates[0], rates[1], G_MAXSIZE / 4);
	g_autoptr(GByteArray) cut = convert(rates[0], rates[1], 53);
	const gint16 *samples = (const gint16 *)(gconstpointer)whole->data;
	gsize n = whole->len / sizeof(gint16), edge = (gsize)rates[1] * EDGE_MS / 1000;

	g_assert_cmpuint(n + 1, >=, (gsize)rates[1] * MS / 1000);
	g_assert_cmpuint(n, <=, (gsize)rates[1] * MS / 1000 + rates[1] / 1000);
	for (gsize i = edge; i + edge < (gsize)rates[1] * MS / 1000; i++)
		g_assert_cmpint(ABS(samples[i] - tone(i, rates[1])), <, NEAR);
	g_assert_cmpmem(whole->data, whole->len, cut->data, cut->len);
}

/* After the tail it begins anew. */
static void
test_anew(void)
{
	g_autoptr(OffhookResampler) resampler = offhook_resampler_new(16000, 8000);
	g_autoptr(GByteArray) first = g_byte_array_new();
	g_autoptr(GByteArray) second = g_byte_array_new();
	const gint16 in[] = {9000, -9000, 1, 2, 3, 4, 5};

	offhook_resampler_push(resampler, in, G_N_ELEMENTS(in), first);
	offhook_resampler_flush(resampler, first);
	offhook_resampler_push(resampler, in, G_N_ELEMENTS(in), second);
	offhook_resampler_flush(resampler, second);
	g_assert_cmpmem(first->data, first->len, second->data, second->len);
}

int
main(int argc, char **argv)
{
	static const guint rates[][2] = {{8000, 16000},  {16000, 8000},  {24000, 16000},
					 {16000, 24000}, {16000, 16000}, {48000, 24000}};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
		g_autofree char *path =
		    g_strdup_printf("/resampler/%u-%u", rates[i][0], rates[i][1]);

		g_test_add_data_func(path, rates[i], test_rates);
	}
	g_test_add_func("/resampler/anew", test_anew);
	return g_test_run();
}
