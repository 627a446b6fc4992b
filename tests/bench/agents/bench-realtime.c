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
	g_print("detour through linear sound, both directions: %.2f us a frame\n",
		measure_detour());
	return 0;
}
