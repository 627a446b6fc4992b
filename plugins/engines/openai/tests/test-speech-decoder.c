/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sound in every form, cut anywhere: what comes out is the same, and lasts as long as what went in.
 */

#include "../speech-decoder.h"

#include <offhook/error.h>
#include <offhook/wav.h>
#include <string.h>

#define RATE 24000
#define MS   200

/* A file's header, if @channels is not 0, and samples that rise. */
static GByteArray *
make_sound(guint rate, guint channels, guint32 claim)
{
	GByteArray *sound = g_byte_array_new();
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];

	if (channels > 0) {
		offhook_wav_build_header(header, rate, channels, 0);
		claim = GUINT32_TO_LE(claim);
		memcpy(header + sizeof header - sizeof claim, &claim, sizeof claim);
		g_byte_array_append(sound, header, sizeof header);
	}
	for (guint i = 0; i < rate * MS / 1000; i++) {
		gint16 sample = GINT16_TO_LE((gint16)(i * 3));

		g_byte_array_append(sound, (const guint8 *)&sample, sizeof sample);
	}
	return sound;
}

/* (transfer full) (nullable): S16 at OFFHOOK_RATE */
static GByteArray *
decode(const GByteArray *body, guint rate, gsize step, GError **error)
{
	g_autoptr(OffhookSpeechDecoder) decoder = offhook_speech_decoder_new(rate);
	g_autoptr(GByteArray) out = g_byte_array_new();

	for (gsize at = 0; at < body->len; at += step)
		if (!offhook_speech_decoder_push(decoder, body->data + at,
						 MIN(step, body->len - at), out, error))
			return NULL;
	if (!offhook_speech_decoder_finish(decoder, out, error))
		return NULL;
	return g_steal_pointer(&out);
}

static void
expect_sound(GByteArray *body, guint rate)
{
	static const gsize steps[] = {1, 3, 1000, 100000};
	g_autoptr(GByteArray) owned = body;
	g_autoptr(GByteArray) first = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GByteArray) out = decode(owned, rate, steps[i], &error);
		guint ms;

		g_assert_no_error(error);
		ms = out->len * 1000 / (OFFHOOK_RATE * sizeof(gint16));
		g_assert_cmpuint(ms, >=, MS - 5);
		g_assert_cmpuint(ms, <=, MS + 10);
		if (first == NULL)
			first = g_steal_pointer(&out);
		else
			g_assert_cmpmem(first->data, first->len, out->data, out->len);
	}
}

static void
test_samples(void)
{
	expect_sound(make_sound(RATE, 0, 0), RATE);
	expect_sound(make_sound(OFFHOOK_RATE, 0, 0), OFFHOOK_RATE);
	expect_sound(make_sound(8000, 0, 0), 8000);
}

static void
test_files(void)
{
	GByteArray *trailing = make_sound(22050, 1, 22050 * MS / 1000 * 2);

	/* The rate is the file's, and its length may be anything. */
	expect_sound(make_sound(22050, 1, 0xffffffff), RATE);
	expect_sound(make_sound(22050, 1, 0), RATE);
	expect_sound(make_sound(22050, 1, 22050 * MS / 1000 * 2), RATE);
	for (guint i = 0; i < 20000; i++)
		g_byte_array_append(trailing, (const guint8 *)"LIST", 4);
	expect_sound(trailing, RATE);
}

static void
expect_failure(GByteArray *body, int code)
{
	g_autoptr(GByteArray) owned = body;

	for (gsize step = 1; step < 100; step += 49) {
		g_autoptr(GError) error = NULL;

		g_assert_null(decode(owned, RATE, step, &error));
		g_assert_error(error, OFFHOOK_ERROR, code);
	}
}

static GByteArray *
make_text(const char *text)
{
	GByteArray *body = g_byte_array_new();

	g_byte_array_append(body, (const guint8 *)text, (guint)strlen(text));
	return body;
}

static void
test_failures(void)
{
	expect_failure(make_text(""), OFFHOOK_ERROR_FORMAT);
	expect_failure(make_text("{\"error\":{\"message\":\"x\",\"code\":429}}"),
		       OFFHOOK_ERROR_RATE_LIMITED);
	expect_failure(make_text("{ \"text\": 1 }"), OFFHOOK_ERROR_FORMAT);
	expect_failure(make_text("RIFF"), OFFHOOK_ERROR_FORMAT);
	expect_failure(make_text("RIFFxxxxAVI "), OFFHOOK_ERROR_FORMAT);
	expect_failure(make_sound(RATE, 2, 0xffffffff), OFFHOOK_ERROR_FORMAT);
}

/* Sound that begins like an error is sound all the same. */
static void
test_lookalike(void)
{
	GByteArray *sound = make_sound(RATE, 0, 0);

	sound->data[0] = '{';
	sound->data[1] = '"';
	expect_sound(sound, RATE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/speech-decoder/samples", test_samples);
	g_test_add_func("/speech-decoder/files", test_files);
	g_test_add_func("/speech-decoder/failures", test_failures);
	g_test_add_func("/speech-decoder/lookalike", test_lookalike);
	return g_test_run();
}
