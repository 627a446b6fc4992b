/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a 20 ms frame costs in a pipeline, per direction and description. Prints one line each: CPU
 * microseconds per frame (best of five runs) and bytes of memory per pipeline.
 */

#include "media/pipeline.h"
#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#define FRAMES    20000
#define RUNS      5
#define PIPELINES 200

typedef struct {
	const char *description;
	OffhookAudioFormat in;
	OffhookAudioFormat out;
} BenchCase;

static const BenchCase cases[] = {
    {"offhookg711", {OFFHOOK_ENCODING_MULAW, 8000}, {OFFHOOK_ENCODING_S16LE, 16000}},
    {"offhookg711", {OFFHOOK_ENCODING_S16LE, 16000}, {OFFHOOK_ENCODING_MULAW, 8000}},
    {"offhookg711", {OFFHOOK_ENCODING_S16LE, 16000}, {OFFHOOK_ENCODING_S16LE, 16000}},
    {"offhookg711", {OFFHOOK_ENCODING_S16LE, 48000}, {OFFHOOK_ENCODING_S16LE, 16000}},
    {"offhookg711 ! audio/x-raw,rate=8000 ! dtmfdetect ! offhookg711",
     {OFFHOOK_ENCODING_MULAW, 8000},
     {OFFHOOK_ENCODING_S16LE, 16000}},
    {"offhookg711 ! level", {OFFHOOK_ENCODING_MULAW, 8000}, {OFFHOOK_ENCODING_S16LE, 16000}},
    {"offhookg711 ! webrtcdsp echo-cancel=false noise-suppression=false gain-control=false "
     "high-pass-filter=false voice-detection=true",
     {OFFHOOK_ENCODING_MULAW, 8000},
     {OFFHOOK_ENCODING_S16LE, 16000}},
    {"mulawdec ! audioresample", {OFFHOOK_ENCODING_MULAW, 8000}, {OFFHOOK_ENCODING_S16LE, 16000}},
    {"audioresample ! mulawenc", {OFFHOOK_ENCODING_S16LE, 16000}, {OFFHOOK_ENCODING_MULAW, 8000}},
};

static guint64 bench_bytes;

static void
bench_output_cb(gpointer user_data, const guint8 *data, gsize size)
{
	bench_bytes += size;
}

static double
bench_cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void
bench_run(const BenchCase *bench)
{
	const OffhookPipelineHandler handler = {.output = bench_output_cb};
	OffhookPipeline *pipelines[PIPELINES];
	gsize frame = offhook_audio_format_get_bytes(&bench->in, 20);
	g_autofree guint8 *data = g_malloc(frame);
	struct mallinfo2 before, after;
	double best = G_MAXDOUBLE;

	for (gsize i = 0; i < frame; i++)
		data[i] = rand();
	before = mallinfo2();
	for (guint i = 0; i < PIPELINES; i++) {
		g_autoptr(GError) error = NULL;

		pipelines[i] = offhook_pipeline_new(bench->description, &bench->in, &bench->out,
						    &handler, NULL, &error);
		if (pipelines[i] == NULL) {
			g_print("%s\n", error->message);
			return;
		}
	}
	for (guint run = 0; run < RUNS; run++) {
		double begin = bench_cpu_us();

		/* Round robin, as in a media thread: the caches do not stay with one call. */
		for (guint i = 0; i < FRAMES; i++)
			offhook_pipeline_push(pipelines[i % PIPELINES], data, frame, NULL);
		best = MIN(best, (bench_cpu_us() - begin) / FRAMES);
	}
	after = mallinfo2();
	g_print("%6.2f us %7zu bytes  %d/%u -> %d/%u  %s\n", best,
		(gsize)(after.uordblks - before.uordblks) / PIPELINES, bench->in.encoding,
		bench->in.rate, bench->out.encoding, bench->out.rate, bench->description);
	for (guint i = 0; i < PIPELINES; i++)
		offhook_pipeline_free(pipelines[i]);
}

int
main(int argc, char *argv[])
{
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		bench_run(&cases[i]);
	return 0;
}
