/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* WAV files that can be used, those that cannot, and the ones we write. */

#include "../emu-error.h"
#include "../wav.h"

#include <glib/gstdio.h>
#include <string.h>

static void
put(GByteArray *out, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(value >> (8 * i));

		g_byte_array_append(out, &byte, 1);
	}
}

/* A file with a chunk that is none of our business, and @data. */
static GByteArray *
make_wav(guint format, guint channels, guint rate, guint bits, const gchar *data, guint length)
{
	GByteArray *out = g_byte_array_new();

	g_byte_array_append(out, (const guint8 *)"RIFF\0\0\0\0WAVELIST\3\0\0\0abc\0fmt ", 28);
	put(out, 16, 4);
	put(out, format, 2);
	put(out, channels, 2);
	put(out, rate, 4);
	put(out, rate * channels * bits / 8, 4);
	put(out, channels * bits / 8, 2);
	put(out, bits, 2);
	g_byte_array_append(out, (const guint8 *)"data", 4);
	put(out, length, 4);
	g_byte_array_append(out, (const guint8 *)data, length);
	return out;
}

static void
assert_refused(const guint8 *data, gsize length)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_emu_wav_parse("x.wav", data, length, &error));
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_AUDIO);
}

static void
assert_refused_format(guint format, guint channels, guint rate, guint bits, guint length)
{
	g_autoptr(GByteArray) wav =
	    make_wav(format, channels, rate, bits, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", length);

	assert_refused(wav->data, wav->len);
}

static void
test_pcm(void)
{
	g_autoptr(GByteArray) wav = make_wav(1, 1, 16000, 16, "\x01\x00\xff\xff\x00\x80", 6);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_wav_parse("x.wav", wav->data, wav->len, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(pcm->rate, ==, 16000);
	g_assert_cmpuint(pcm->samples->len, ==, 3);
	g_assert_cmpint(g_array_index(pcm->samples, gint16, 1), ==, -1);
	g_assert_cmpint(g_array_index(pcm->samples, gint16, 2), ==, -32768);
}

static void
test_stereo_is_mixed(void)
{
	g_autoptr(GByteArray) wav = make_wav(1, 2, 8000, 16, "\x10\x00\x20\x00\xe8\x03\x18\xfc", 8);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_wav_parse("x.wav", wav->data, wav->len, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(pcm->samples->len, ==, 2);
	g_assert_cmpint(g_array_index(pcm->samples, gint16, 0), ==, 0x18);
	g_assert_cmpint(g_array_index(pcm->samples, gint16, 1), ==, 0);
}

static void
test_mulaw(void)
{
	g_autoptr(GByteArray) wav = make_wav(7, 1, 8000, 8, "\xff\x80\x00", 3);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_wav_parse("x.wav", wav->data, wav->len, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(pcm->samples->len, ==, 3);
	g_assert_cmpint(g_array_index(pcm->samples, gint16, 1), ==, 32124);
}

/* A program that writes to a pipe does not know the length in advance. */
static void
test_unfilled_length(void)
{
	g_autoptr(GByteArray) wav = make_wav(1, 1, 8000, 16, "\1\0\2\0", 4);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuPcm) pcm = NULL;

	memset(wav->data + wav->len - 8, 0xff, 4);
	pcm = offhook_emu_wav_parse("x.wav", wav->data, wav->len, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(pcm->samples->len, ==, 2);
}

static void
test_refusals(void)
{
	g_autoptr(GByteArray) good = make_wav(1, 1, 8000, 16, "\1\0\2\0", 4);

	assert_refused((const guint8 *)"", 0);
	assert_refused((const guint8 *)"ID3 this is no wav file", 23);
	assert_refused(good->data, 20);
	assert_refused(good->data, good->len - 12);
	assert_refused_format(3, 1, 8000, 32, 16);
	assert_refused_format(6, 1, 8000, 8, 16);
	assert_refused_format(85, 1, 8000, 0, 16);
	assert_refused_format(1, 1, 8000, 8, 16);
	assert_refused_format(1, 1, 8000, 24, 16);
	assert_refused_format(1, 0, 8000, 16, 16);
	assert_refused_format(1, 6, 8000, 16, 16);
	assert_refused_format(1, 1, 0, 16, 16);
	assert_refused_format(1, 1, 400000, 16, 16);
	assert_refused_format(1, 1, 8000, 16, 0);
}

static void
test_missing_file(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_emu_wav_read("/nonexistent/x.wav", &error));
	g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_AUDIO);
}

static void
test_write_and_read_back(void)
{
	g_autofree gchar *directory = g_dir_make_tmp("offhook-emu-XXXXXX", NULL);
	g_autofree gchar *path = g_build_filename(directory, "both.wav", NULL);
	g_autoptr(OffhookEmuPcm) left = offhook_emu_pcm_new(16000);
	g_autoptr(OffhookEmuPcm) right = offhook_emu_pcm_new(16000);
	const gint16 samples[] = {32124, 1, -1};
	const gint16 sample = -32124;
	g_autoptr(GError) error = NULL;
	g_autofree gchar *written = NULL;
	gsize length;

	g_array_append_vals(left->samples, samples, G_N_ELEMENTS(samples));
	g_array_append_val(right->samples, sample);
	g_assert_true(offhook_emu_wav_write(path, left, right, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &written, &length, NULL));
	g_assert_cmpuint(length, ==, 44 + 12);
	g_assert_cmphex((guint8)written[24] | (guint8)written[25] << 8, ==, 16000);
	/* the right channel's first sample, then its silence */
	g_assert_cmpint((gint16)((guint8)written[46] | (guint8)written[47] << 8), ==, -32124);
	g_assert_cmpint((gint16)((guint8)written[50] | (guint8)written[51] << 8), ==, 0);
	g_remove(path);
	g_rmdir(directory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/wav/pcm", test_pcm);
	g_test_add_func("/emulators/wav/stereo-is-mixed", test_stereo_is_mixed);
	g_test_add_func("/emulators/wav/mulaw", test_mulaw);
	g_test_add_func("/emulators/wav/unfilled-length", test_unfilled_length);
	g_test_add_func("/emulators/wav/refusals", test_refusals);
	g_test_add_func("/emulators/wav/missing-file", test_missing_file);
	g_test_add_func("/emulators/wav/write-and-read-back", test_write_and_read_back);
	return g_test_run();
}
