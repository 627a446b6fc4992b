/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a listener hands out is what it heard, also where it kept the wire's form of it.
 */

#include "media/converter.h"
#include "media/listener.h"
#include <offhook/wav.h>
#include <string.h>

#define PRE_ROLL_MS 300
#define SILENT_MS   2000

static const OffhookAudioFormat inner = {OFFHOOK_ENCODING_S16LE, OFFHOOK_RATE};

typedef struct {
	GByteArray *given; /* from the pre-roll on */
	gint64 began_us;
	guint starts;
} OffhookTestListener;

static void
offhook_test_listener_started_cb(gpointer user_data, gint64 began_us)
{
	OffhookTestListener *self = user_data;

	if (self->starts++ == 0)
		self->began_us = began_us;
}

static void
offhook_test_listener_audio_cb(gpointer user_data, const gint16 *samples, gsize n)
{
	OffhookTestListener *self = user_data;

	if (self->starts == 1)
		g_byte_array_append(self->given, (const guint8 *)samples, n * sizeof(gint16));
}

static const OffhookListenerHandler handler = {
    .started = offhook_test_listener_started_cb,
    .audio = offhook_test_listener_audio_cb,
};

/* Silence and a question, on the wire. (transfer full) */
static GByteArray *
offhook_test_listener_make_wire(const OffhookAudioFormat *format)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) speech =
	    offhook_wav_load(TEST_DATA_DIR "/opening-hours.wav", OFFHOOK_RATE, NULL, &error);
	g_auto(OffhookConverter) converter = {0};
	g_autoptr(GByteArray) linear = g_byte_array_new();
	GByteArray *wire = g_byte_array_new();
	gsize silent = offhook_audio_format_get_bytes(&inner, SILENT_MS), size;
	const guint8 *samples;

	g_assert_no_error(error);
	samples = g_bytes_get_data(speech, &size);
	g_byte_array_set_size(linear, silent);
	memset(linear->data, 0, silent);
	g_byte_array_append(linear, samples, size - size % OFFHOOK_FRAME_BYTES);
	g_assert_true(offhook_converter_init(&converter, &inner, format));
	g_byte_array_set_size(wire, offhook_converter_get_out_size(&converter, linear->len));
	offhook_converter_convert(&converter, linear->data, linear->len, wire->data);
	return wire;
}

/* Listens to @wire and puts all of its frames, as they went in, into @heard. */
static void
offhook_test_listener_listen(OffhookTestListener *self, const OffhookAudioFormat *format,
			     gboolean keep, guint pre_roll_ms, const GByteArray *wire,
			     GByteArray *heard)
{
	const OffhookSpeechDetectorConfig config = {20, 200, 200, 20};
	g_autoptr(OffhookListener) listener =
	    offhook_listener_new(&config, pre_roll_ms, keep ? format : NULL, &handler, self);
	g_auto(OffhookConverter) converter = {0};
	gsize size = offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS);
	gint64 end_us = 0;

	g_assert_true(offhook_converter_init(&converter, format, &inner));
	for (gsize at = 0; at + size <= wire->len; at += size) {
		gint16 frame[OFFHOOK_FRAME_SAMPLES];

		offhook_converter_convert(&converter, wire->data + at, size, (guint8 *)frame);
		g_byte_array_append(heard, (const guint8 *)frame, sizeof(frame));
		end_us += OFFHOOK_FRAME_MS * 1000;
		offhook_listener_push(listener, frame, keep ? wire->data + at : NULL, end_us);
	}
}

/* To the sample what went in, from the pre-roll on; @keep: the wire's form was kept. */
static void
offhook_test_listener_gives(const OffhookAudioFormat *format, gboolean keep, guint pre_roll_ms)
{
	OffhookTestListener self = {.given = g_byte_array_new()};
	g_autoptr(GByteArray) wire = offhook_test_listener_make_wire(format);
	g_autoptr(GByteArray) heard = g_byte_array_new();
	gsize begin;

	offhook_test_listener_listen(&self, format, keep, pre_roll_ms, wire, heard);
	g_assert_cmpuint(self.starts, >, 0);
	begin = offhook_audio_format_get_bytes(
	    &inner, MAX((gint64)(self.began_us / 1000) - pre_roll_ms, 0));
	g_assert_cmpuint(self.given->len, >, offhook_audio_format_get_bytes(&inner, 500));
	g_assert_cmpuint(begin + self.given->len, <=, heard->len);
	g_assert_cmpmem(self.given->data, self.given->len, heard->data + begin, self.given->len);
	g_byte_array_unref(self.given);
}

static void
offhook_test_listener_formats(void)
{
	static const OffhookAudioFormat formats[] = {
	    {OFFHOOK_ENCODING_MULAW, 8000},  {OFFHOOK_ENCODING_ALAW, 8000},
	    {OFFHOOK_ENCODING_S16LE, 8000},  {OFFHOOK_ENCODING_MULAW, 16000},
	    {OFFHOOK_ENCODING_S16LE, 16000}, {OFFHOOK_ENCODING_S16LE, 24000},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		offhook_test_listener_gives(&formats[i], TRUE, PRE_ROLL_MS);
		offhook_test_listener_gives(&formats[i], FALSE, PRE_ROLL_MS);
	}
}

/* All that is there, from the first sample on, when more is wanted than there was. */
static void
offhook_test_listener_early(void)
{
	const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};
	OffhookTestListener self = {.given = g_byte_array_new()};
	g_autoptr(GByteArray) wire = offhook_test_listener_make_wire(&mulaw);
	g_autoptr(GByteArray) heard = g_byte_array_new();

	/* 60 ms of the silence are left */
	g_byte_array_remove_range(wire, 0, offhook_audio_format_get_bytes(&mulaw, SILENT_MS - 60));
	offhook_test_listener_listen(&self, &mulaw, TRUE, 1000, wire, heard);
	g_assert_cmpuint(self.given->len, >, 0);
	g_assert_cmpmem(self.given->data, self.given->len, heard->data, self.given->len);
	g_byte_array_unref(self.given);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listener/formats", offhook_test_listener_formats);
	g_test_add_func("/listener/early", offhook_test_listener_early);
	return g_test_run();
}
