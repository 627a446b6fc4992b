/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the sound of a speech-to-speech call costs outside the media thread, for 20 ms in each
 * direction: linear at 24 kHz against G.711, with everything from and to a message's text.
 */

#include "realtime-answer.h"
#include "realtime-event.h"
#include "realtime-message.h"

#include <offhook/audio.h>
#include <offhook/g711.h>
#include <offhook/resampler.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define SECONDS 600
#define BATCH   3  /* frames in a message to the service */
#define PIECE   10 /* ... and in one from it */

/* Of this thread, so that what else runs on the machine matters less. */
static gint64
get_cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static double
measure_out(gboolean mulaw, gsize *traffic)
{
	g_autoptr(OffhookResampler) resampler =
	    offhook_resampler_new(OFFHOOK_RATE, mulaw ? 8000 : 24000);
	g_autoptr(GByteArray) converted = g_byte_array_new();
	gint16 samples[BATCH * OFFHOOK_FRAME_SAMPLES];
	guint8 bytes[BATCH * 160 + 64];
	guint n = SECONDS * 50 / BATCH;
	gint64 began;

	for (guint i = 0; i < G_N_ELEMENTS(samples); i++)
		samples[i] = (gint16)(8000 * sin(i * 0.2));
	began = get_cpu_us();
	for (guint i = 0; i < n; i++) {
		g_autofree char *message = NULL;

		offhook_resampler_push(resampler, samples, G_N_ELEMENTS(samples), converted);
		if (mulaw) {
			gsize k = MIN(converted->len / 2, sizeof(bytes));

			offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (const gint16 *)converted->data,
					    k, bytes);
			message = offhook_realtime_make_audio(bytes, k);
		} else {
			message = offhook_realtime_make_audio(converted->data, converted->len);
		}
		*traffic += strlen(message);
		g_byte_array_set_size(converted, 0);
	}
	return (double)(get_cpu_us() - began) / n / BATCH;
}

static double
measure_in(gboolean mulaw, gsize *traffic)
{
	OffhookRealtimeAnswer *answer = offhook_realtime_answer_new(mulaw);
	gsize size = PIECE * (mulaw ? 160 : 960);
	g_autofree guint8 *sound = g_malloc(size);
	g_autofree char *base64 = NULL;
	g_autofree char *text = NULL;
	guint n = SECONDS * 50 / PIECE;
	gint64 began;

	for (gsize i = 0; i < size; i++)
		sound[i] = (guint8)(i * 31);
	base64 = g_base64_encode(sound, size);
	text =
	    g_strdup_printf("{\"type\":\"response.output_audio.delta\",\"event_id\":\"event_1\","
			    "\"response_id\":\"resp_1\",\"item_id\":\"item_1\",\"output_index\":0,"
			    "\"content_index\":0,\"delta\":\"%s\"}",
			    base64);
	began = get_cpu_us();
	for (guint i = 0; i < n; i++) {
		g_autoptr(OffhookRealtimeEvent) event =
		    offhook_realtime_event_parse(text, strlen(text), NULL);
		g_autoptr(GBytes) out =
		    offhook_realtime_answer_take(answer, event->item_id, event->audio);

		*traffic += strlen(text);
	}
	offhook_realtime_answer_free(answer);
	return (double)(get_cpu_us() - began) / n / PIECE;
}

/* What passing the line's bytes through would save of that: decoding, encoding, other rates. */
static double
measure_detour(void)
{
	g_autoptr(OffhookResampler) down = offhook_resampler_new(OFFHOOK_RATE, 8000);
	g_autoptr(OffhookResampler) up = offhook_resampler_new(8000, OFFHOOK_RATE);
	g_autoptr(GByteArray) converted = g_byte_array_new();
	gint16 samples[BATCH * OFFHOOK_FRAME_SAMPLES] = {0};
	guint8 bytes[BATCH * 160];
	guint n = SECONDS * 50 / BATCH;
	gint64 began = get_cpu_us();

	for (guint i = 0; i < n; i++) {
		gsize k;

		offhook_resampler_push(down, samples, G_N_ELEMENTS(samples), converted);
		k = MIN(converted->len / sizeof(gint16), sizeof(bytes));
		offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (const gint16 *)converted->data, k,
				    bytes);
		g_byte_array_set_size(converted, 0);
		offhook_g711_decode(OFFHOOK_ENCODING_MULAW, bytes, k, samples);
		offhook_resampler_push(up, samples, k, converted);
		g_byte_array_set_size(converted, 0);
	}
	return (double)(get_cpu_us() - began) / n / BATCH;
}

/* How far @got is below @wanted, in dB, without the edges. */
static double
compare(const gint16 *wanted, const gint16 *got, gsize n)
{
	double signal = 0, noise = 0;

	for (gsize i = 400; i + 400 < n; i++) {
		signal += (double)wanted[i] * wanted[i];
		noise += ((double)wanted[i] - got[i]) * ((double)wanted[i] - got[i]);
	}
	return 10 * log10(signal / noise);
}

/* What the detour does to the sound, beside what G.711 has done before. */
static void
measure_noise(void)
{
	enum { N = 16000 };
	g_autoptr(OffhookResampler) up = offhook_resampler_new(8000, OFFHOOK_RATE);
	g_autoptr(OffhookResampler) down = offhook_resampler_new(OFFHOOK_RATE, 8000);
	g_autoptr(GByteArray) wide = g_byte_array_new();
	g_autoptr(GByteArray) narrow = g_byte_array_new();
	gint16 source[N], once[N], twice[N];
	guint8 bytes[N];

	/* Tones from 310 to 3100 Hz that come and go. */
	for (guint i = 0; i < N; i++) {
		double sum = 0;

		for (guint k = 1; k <= 10; k++)
			sum += sin(i * 2 * G_PI * 310 * k / 8000 + k * k) / k;
		source[i] = (gint16)(5000 * sum * (1.1 + sin(i * 0.002)));
	}
	offhook_g711_encode(OFFHOOK_ENCODING_MULAW, source, N, bytes);
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, bytes, N, once);
	offhook_resampler_push(up, once, N, wide);
	offhook_resampler_flush(up, wide);
	offhook_resampler_push(down, (const gint16 *)(gpointer)wide->data, wide->len / 2, narrow);
	offhook_resampler_flush(down, narrow);
	offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (const gint16 *)(gpointer)narrow->data,
			    MIN(N, narrow->len / 2), bytes);
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, bytes, N, twice);
	g_print("signal to noise: %.1f dB after G.711 once, %.1f dB after the detour\n",
		compare(source, once, N), compare(source, twice, N));
}

int
main(void)
{
	for (guint mulaw = 0; mulaw < 2; mulaw++) {
		gsize out_bytes = 0, in_bytes = 0;
		double out = measure_out(mulaw, &out_bytes), in = measure_in(mulaw, &in_bytes);

		g_print(
		    "%s: to the service %.2f us a frame, %.1f kB/s; from it %.2f us, %.1f kB/s\n",
		    mulaw ? "pcmu" : "pcm ", out, out_bytes / 1000.0 / SECONDS, in,
		    in_bytes / 1000.0 / SECONDS);
	}
	measure_noise();
	g_print("detour through linear sound, both directions: %.2f us a frame\n",
		measure_detour());
	return 0;
}
