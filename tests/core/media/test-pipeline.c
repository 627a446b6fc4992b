/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pipelines and the element they are made of by default.
 */

#include "media/pipeline.h"
#include <math.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <string.h>

#define DTMF_PIPELINE "offhookg711 ! audio/x-raw,rate=8000 ! dtmfdetect ! offhookg711"

static const OffhookAudioFormat mulaw = {OFFHOOK_ENCODING_MULAW, 8000};
static const OffhookAudioFormat inner = {OFFHOOK_ENCODING_S16LE, OFFHOOK_RATE};

typedef struct {
	GByteArray *out;
	GString *digits;
} OffhookTestPipeline;

static void
offhook_test_pipeline_output_cb(gpointer user_data, const guint8 *data, gsize size)
{
	g_byte_array_append(((OffhookTestPipeline *)user_data)->out, data, size);
}

static void
offhook_test_pipeline_dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_c(((OffhookTestPipeline *)user_data)->digits, digit);
}

static const OffhookPipelineHandler handler = {offhook_test_pipeline_output_cb,
					       offhook_test_pipeline_dtmf_cb};

static void
offhook_test_pipeline_begin(OffhookTestPipeline *self)
{
	self->out = g_byte_array_new();
	self->digits = g_string_new(NULL);
}

static void
offhook_test_pipeline_end(OffhookTestPipeline *self)
{
	g_byte_array_unref(self->out);
	g_string_free(self->digits, TRUE);
}

static OffhookPipeline *
offhook_test_pipeline_new(OffhookTestPipeline *self, const char *description,
			  const OffhookAudioFormat *in, const OffhookAudioFormat *out)
{
	g_autoptr(GError) error = NULL;
	OffhookPipeline *pipeline =
	    offhook_pipeline_new(description, in, out, &handler, self, &error);

	g_assert_no_error(error);
	g_assert_nonnull(pipeline);
	return pipeline;
}

/* 20 ms in are 20 ms out from the first frame on, whatever the formats. */
static void
offhook_test_pipeline_frame_for_frame(void)
{
	static const OffhookAudioFormat formats[] = {
	    {OFFHOOK_ENCODING_MULAW, 8000},  {OFFHOOK_ENCODING_ALAW, 8000},
	    {OFFHOOK_ENCODING_S16LE, 8000},  {OFFHOOK_ENCODING_S16LE, 16000},
	    {OFFHOOK_ENCODING_S16LE, 24000}, {OFFHOOK_ENCODING_S16LE, 48000},
	    {OFFHOOK_ENCODING_MULAW, 16000},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		OffhookTestPipeline self;
		g_autoptr(OffhookPipeline) in = NULL;
		g_autoptr(OffhookPipeline) out = NULL;
		gsize wire = offhook_audio_format_get_bytes(&formats[i], OFFHOOK_FRAME_MS);
		guint8 frame[4096] = {0};

		offhook_test_pipeline_begin(&self);
		in = offhook_test_pipeline_new(&self, "offhookg711", &formats[i], &inner);
		out = offhook_test_pipeline_new(&self, "offhookg711", &inner, &formats[i]);
		for (guint n = 0; n < 5; n++) {
			g_byte_array_set_size(self.out, 0);
			g_assert_true(offhook_pipeline_push(in, frame, wire, NULL));
			g_assert_cmpuint(self.out->len, ==, OFFHOOK_FRAME_BYTES);
			g_byte_array_set_size(self.out, 0);
			g_assert_true(offhook_pipeline_push(out, frame, OFFHOOK_FRAME_BYTES, NULL));
			g_assert_cmpuint(self.out->len, ==, wire);
		}
		offhook_test_pipeline_end(&self);
	}
}

static void
offhook_test_pipeline_mulaw_is_decoded(void)
{
	const OffhookAudioFormat linear = {OFFHOOK_ENCODING_S16LE, 8000};
	OffhookTestPipeline self;
	g_autoptr(OffhookPipeline) pipeline = NULL;
	guint8 codes[256];
	gint16 expected[256];

	offhook_test_pipeline_begin(&self);
	for (guint i = 0; i < 256; i++)
		codes[i] = i;
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, codes, 256, expected);
	pipeline = offhook_test_pipeline_new(&self, "offhookg711", &mulaw, &linear);
	g_assert_true(offhook_pipeline_push(pipeline, codes, 256, NULL));
	g_assert_cmpmem(self.out->data, self.out->len, expected, sizeof(expected));
	offhook_test_pipeline_end(&self);
}

/* A tone keeps its loudness from the wire to the inside and back. */
static void
offhook_test_pipeline_tone_round_trip(gconstpointer data)
{
	const OffhookAudioFormat *format = data;
	OffhookTestPipeline inwards, outwards;
	g_autoptr(OffhookPipeline) in = NULL;
	g_autoptr(OffhookPipeline) out = NULL;
	g_autofree gint16 *tone = g_new(gint16, format->rate);
	const gint16 *back;
	double sum_in = 0, sum_out = 0;

	offhook_test_pipeline_begin(&inwards);
	offhook_test_pipeline_begin(&outwards);
	for (guint i = 0; i < format->rate; i++)
		tone[i] = lrint(8000 * sin(2 * G_PI * 800 * i / format->rate));
	in = offhook_test_pipeline_new(&inwards, "offhookg711", format, &inner);
	out = offhook_test_pipeline_new(&outwards, "offhookg711", &inner, format);
	g_assert_true(offhook_pipeline_push(in, (guint8 *)tone, format->rate * 2, NULL));
	g_assert_true(offhook_pipeline_push(out, inwards.out->data, inwards.out->len, NULL));
	back = (const gint16 *)outwards.out->data;
	g_assert_cmpuint(outwards.out->len, >, format->rate);
	for (guint i = format->rate / 4; i < format->rate / 2; i++) {
		sum_in += (double)tone[i] * tone[i];
		sum_out += (double)back[i] * back[i];
	}
	g_assert_cmpfloat(fabs(10 * log10(sum_out / sum_in)), <, 0.2);
	offhook_test_pipeline_end(&inwards);
	offhook_test_pipeline_end(&outwards);
}

static void
offhook_test_pipeline_dtmf(void)
{
	static const double rows[4] = {697, 770, 852, 941}, columns[4] = {1209, 1336, 1477, 1633};
	static const char keys[] = "123A456B789C*0#D";
	OffhookTestPipeline self;
	g_autoptr(OffhookPipeline) pipeline = NULL;

	if (!offhook_pipeline_has_element("dtmfdetect")) {
		g_test_skip("no dtmfdetect");
		return;
	}
	offhook_test_pipeline_begin(&self);
	pipeline = offhook_test_pipeline_new(&self, DTMF_PIPELINE, &mulaw, &inner);
	for (guint key = 0; key < 16; key++) {
		for (guint frame = 0; frame < 12; frame++) {
			gint16 samples[160];
			guint8 codes[160];

			/* 120 ms of tone, 120 ms of silence */
			for (guint i = 0; i < 160; i++) {
				double t = (frame * 160 + i) / 8000.0;

				samples[i] = frame >= 6
						 ? 0
						 : 5000 * sin(2 * G_PI * rows[key / 4] * t) +
						       5000 * sin(2 * G_PI * columns[key % 4] * t);
			}
			offhook_g711_encode(OFFHOOK_ENCODING_MULAW, samples, 160, codes);
			g_assert_true(offhook_pipeline_push(pipeline, codes, 160, NULL));
		}
	}
	g_assert_cmpstr(self.digits->str, ==, keys);
	g_assert_cmpuint(self.out->len, ==, 16 * 12 * OFFHOOK_FRAME_BYTES);
	offhook_test_pipeline_end(&self);
}

/* Stock elements, one of which settles its format with the first audio. */
static void
offhook_test_pipeline_stock_elements(void)
{
	OffhookTestPipeline self;
	g_autoptr(OffhookPipeline) pipeline = NULL;
	gint16 samples[OFFHOOK_FRAME_SAMPLES] = {0};

	if (!offhook_pipeline_has_element("mulawenc") ||
	    !offhook_pipeline_has_element("audioresample")) {
		g_test_skip("no mulawenc or audioresample");
		return;
	}
	offhook_test_pipeline_begin(&self);
	pipeline = offhook_test_pipeline_new(&self, "audioresample ! mulawenc", &inner, &mulaw);
	g_assert_cmpuint(self.out->len, ==, 0);
	for (guint i = 0; i < 10; i++)
		g_assert_true(
		    offhook_pipeline_push(pipeline, (guint8 *)samples, sizeof(samples), NULL));
	g_assert_cmpuint(self.out->len, >, 1400);
	g_assert_cmpuint(self.out->len, <=, 1760);
	offhook_test_pipeline_end(&self);
}

static void
offhook_test_pipeline_refused(gconstpointer data)
{
	OffhookTestPipeline self;
	g_autoptr(GError) error = NULL;

	offhook_test_pipeline_begin(&self);
	g_assert_null(offhook_pipeline_new(data, &mulaw, &inner, &handler, &self, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, data));
	offhook_test_pipeline_end(&self);
}

/* A thread of GStreamer's own must not carry audio into the call. */
static void
offhook_test_pipeline_queue_gives_nothing(void)
{
	OffhookTestPipeline self;
	g_autoptr(OffhookPipeline) pipeline = NULL;
	g_autoptr(GError) error = NULL;
	guint8 frame[160] = {0};

	offhook_test_pipeline_begin(&self);
	pipeline =
	    offhook_pipeline_new("offhookg711 ! queue", &mulaw, &inner, &handler, &self, &error);
	if (pipeline != NULL)
		offhook_pipeline_push(pipeline, frame, sizeof(frame), NULL);
	g_clear_pointer(&pipeline, offhook_pipeline_free);
	g_assert_cmpuint(self.out->len, ==, 0);
	offhook_test_pipeline_end(&self);
}

int
main(int argc, char *argv[])
{
	static const OffhookAudioFormat narrow = {OFFHOOK_ENCODING_S16LE, 8000};
	static const OffhookAudioFormat wide = {OFFHOOK_ENCODING_S16LE, 48000};
	static const char *const refused[] = {
	    "",
	    "no-such-element-here",
	    "offhookg711 ! no-such-element-here",
	    "offhookg711 ! audio/x-raw,rate=12345,channels=2",
	    "offhookg711 no-such-property=1",
	    "fakesrc",
	    "offhookg711 ! fakesink",
	    "identity",
	    "offhookg711 ! ! level",
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pipeline/frame-for-frame", offhook_test_pipeline_frame_for_frame);
	g_test_add_func("/pipeline/mulaw-is-decoded", offhook_test_pipeline_mulaw_is_decoded);
	g_test_add_data_func("/pipeline/tone-round-trip/8000", &narrow,
			     offhook_test_pipeline_tone_round_trip);
	g_test_add_data_func("/pipeline/tone-round-trip/48000", &wide,
			     offhook_test_pipeline_tone_round_trip);
	g_test_add_func("/pipeline/dtmf", offhook_test_pipeline_dtmf);
	g_test_add_func("/pipeline/stock-elements", offhook_test_pipeline_stock_elements);
	for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autofree char *path = g_strdup_printf("/pipeline/refused/%zu", i);

		g_test_add_data_func(path, refused[i], offhook_test_pipeline_refused);
	}
	g_test_add_func("/pipeline/queue-gives-nothing", offhook_test_pipeline_queue_gives_nothing);
	return g_test_run();
}
