/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a message of a Twilio media stream costs: reading and writing 20 ms of audio, the same audio
 * in a spelling that needs the JSON parser, and a mark. Prints CPU microseconds per message, the
 * best of five runs.
 */

#include "fake-media-port.h"
#include "twilio-stream.h"

#include <string.h>
#include <time.h>

#define MESSAGES 50000
#define RUNS     5
#define SID      "MZ00000000000000000000000000000007"

typedef struct {
	OffhookMediaPort *port;
	OffhookWireProtocol *stream;
	GByteArray *out;
	guint64 bytes;
	guint64 marks;
	guint8 frame[160];
} Bench;

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	((Bench *)user_data)->bytes += size;
}

static void
mark_cb(gpointer user_data, const char *name)
{
	((Bench *)user_data)->marks++;
}

static void
receive(Bench *bench, const char *text, gsize size)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_wire_protocol_receive(bench->stream, bench->port, OFFHOOK_WIRE_TEXT,
					   (const guint8 *)text, size, &error))
		g_error("%s", error->message);
}

static void
read_message(Bench *bench, gconstpointer data)
{
	receive(bench, data, strlen(data));
}

static void
write_audio(Bench *bench, gconstpointer data)
{
	g_byte_array_set_size(bench->out, 0);
	offhook_wire_protocol_format_audio(bench->stream, bench->frame, sizeof bench->frame,
					   bench->out);
	bench->bytes += bench->out->len;
}

static double
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static void
measure(Bench *bench, const char *name, void (*func)(Bench *bench, gconstpointer data),
	gconstpointer data)
{
	double best = 1e9;

	for (guint run = 0; run < RUNS; run++) {
		double begin = cpu_us();

		for (guint i = 0; i < MESSAGES; i++)
			func(bench, data);
		best = MIN(best, (cpu_us() - begin) / MESSAGES);
	}
	g_print("%-32s %6.3f us\n", name, best);
}

int
main(void)
{
	static const OffhookMediaHandler handler = {.audio = audio_cb, .mark = mark_cb};
	static const char start[] = "{\"event\":\"start\",\"streamSid\":\"" SID "\",\"start\":{}}";
	static const char mark[] = "{\"event\":\"mark\",\"sequenceNumber\":\"402\",\"streamSid\":"
				   "\"" SID "\",\"mark\":{\"name\":\"t3-12\"}}";
	Bench bench = {.out = g_byte_array_new(), .stream = offhook_twilio_stream_new()};
	g_autofree char *payload = NULL;
	g_autofree char *usual = NULL;
	g_autofree char *unusual = NULL;

	for (guint i = 0; i < sizeof bench.frame; i++)
		bench.frame[i] = (guint8)(i * 37);
	payload = g_base64_encode(bench.frame, sizeof bench.frame);
	usual = g_strdup_printf("{\"event\":\"media\",\"sequenceNumber\":\"4\",\"streamSid\":\"" SID
				"\",\"media\":{\"track\":\"inbound\",\"chunk\":\"2\",\"timestamp\":"
				"\"40\",\"payload\":\"%s\"}}",
				payload);
	unusual = g_strdup_printf("{\"\\u0065vent\":\"media\",\"sequenceNumber\":\"4\","
				  "\"streamSid\":\"" SID
				  "\",\"media\":{\"track\":\"inbound\",\"chunk\":\"2\","
				  "\"timestamp\":\"40\",\"payload\":\"%s\"}}",
				  payload);
	bench.port = offhook_fake_media_port_new(&handler, &bench);
	receive(&bench, start, strlen(start));

	measure(&bench, "read audio (scanned)", read_message, usual);
	measure(&bench, "read audio (parsed)", read_message, unusual);
	measure(&bench, "read mark", read_message, mark);
	measure(&bench, "write audio", write_audio, NULL);
	g_print("(%" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " marks)\n", bench.bytes,
		bench.marks);

	g_object_unref(bench.stream);
	g_object_unref(bench.port);
	g_byte_array_unref(bench.out);
	return 0;
}
