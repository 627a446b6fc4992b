/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * WAV files, good and broken.
 */

#include <harness.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/wav.h>
#include <string.h>

/* A file with one fmt and one data chunk; (transfer full) */
static GByteArray *
offhook_test_wav_build(guint16 tag, guint16 channels, guint32 rate, guint16 bits,
		       const guint8 *audio, gsize size)
{
	GByteArray *file = g_byte_array_new();
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];

	offhook_wav_build_header(header, rate, channels, size);
	header[20] = tag;
	header[21] = tag >> 8;
	header[34] = bits;
	g_byte_array_append(file, header, sizeof(header));
	g_byte_array_append(file, audio, size);
	return file;
}

static void
offhook_test_wav_refused(GByteArray *file)
{
	g_autoptr(GError) error = NULL;
	OffhookWavInfo info;

	g_assert_false(offhook_wav_parse(file->data, file->len, &info, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_byte_array_unref(file);
}

static void
offhook_test_wav_round_trip(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "a.wav", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) back = NULL;
	const gint16 samples[5] = {0, 1, -1, G_MAXINT16, G_MININT16};
	OffhookWavInfo info;

	g_assert_true(offhook_wav_save(path, 8000, 1, samples, 5, &error));
	g_assert_no_error(error);
	back = offhook_wav_load(path, 0, &info, &error);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(back, NULL), g_bytes_get_size(back), samples,
			sizeof(samples));
	g_assert_cmpuint(info.rate, ==, 8000);
	g_assert_cmpuint(info.channels, ==, 1);
	harness_remove_dir(dir);
}

static void
offhook_test_wav_stereo_is_mixed(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "a.wav", NULL);
	g_autoptr(GBytes) back = NULL;
	const gint16 samples[4] = {100, 300, -32768, -32768};
	const gint16 *mixed;

	g_assert_true(offhook_wav_save(path, 16000, 2, samples, 4, NULL));
	back = offhook_wav_load(path, 0, NULL, NULL);
	g_assert_cmpuint(g_bytes_get_size(back), ==, 4);
	mixed = g_bytes_get_data(back, NULL);
	g_assert_cmpint(mixed[0], ==, 200);
	g_assert_cmpint(mixed[1], ==, -32768);
	harness_remove_dir(dir);
}

static void
offhook_test_wav_g711_is_resampled(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "a.wav", NULL);
	g_autoptr(GByteArray) file = NULL;
	g_autoptr(GBytes) back = NULL;
	guint8 audio[800];

	memset(audio, 0xff, sizeof(audio));
	file = offhook_test_wav_build(7, 1, 8000, 8, audio, sizeof(audio));
	g_assert_true(g_file_set_contents(path, (char *)file->data, file->len, NULL));
	back = offhook_wav_load(path, 16000, NULL, NULL);
	g_assert_nonnull(back);
	g_assert_cmpuint(g_bytes_get_size(back) / 2, >=, 1590);
	g_assert_cmpuint(g_bytes_get_size(back) / 2, <=, 1700);
	harness_remove_dir(dir);
}

static void
offhook_test_wav_missing(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_wav_load("/nonexistent/a.wav", 0, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
offhook_test_wav_wrong_format(void)
{
	const guint8 audio[8] = {0};

	offhook_test_wav_refused(offhook_test_wav_build(3, 1, 8000, 32, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(1, 1, 8000, 24, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(1, 1, 8000, 8, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(7, 1, 8000, 16, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(1, 0, 8000, 16, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(1, 6, 8000, 16, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(1, 1, 100, 16, audio, 8));
	offhook_test_wav_refused(offhook_test_wav_build(0x55, 1, 8000, 16, audio, 8));
}

static void
offhook_test_wav_not_a_wav(void)
{
	GByteArray *file = g_byte_array_new();

	g_byte_array_append(file, (const guint8 *)"ID3\4 some music", 16);
	offhook_test_wav_refused(file);
	offhook_test_wav_refused(g_byte_array_new());
}

/* Any prefix and any single changed byte gives a result inside the file, or an error. */
static void
offhook_test_wav_any_bytes(void)
{
	const guint8 audio[11] = {1, 2, 3};
	g_autoptr(GByteArray) file = offhook_test_wav_build(1, 2, 8000, 16, audio, 11);

	for (guint at = 0; at < file->len; at++) {
		for (guint value = 0; value < 256; value += 51) {
			g_autoptr(GError) error = NULL;
			guint8 kept = file->data[at];
			OffhookWavInfo info;

			file->data[at] = value;
			for (guint size = at; size <= file->len; size++) {
				g_autofree guint8 *copy = g_memdup2(file->data, size);

				g_clear_error(&error);
				if (offhook_wav_parse(copy, size, &info, &error))
					g_assert_cmpuint(info.offset + info.size, <=, size);
				else
					g_assert_nonnull(error);
			}
			file->data[at] = kept;
		}
	}
}

static void
offhook_test_wav_cut_off(void)
{
	guint8 audio[100] = {0};
	g_autoptr(GByteArray) file = offhook_test_wav_build(1, 2, 8000, 16, audio, 100);
	OffhookWavInfo info;

	g_assert_true(offhook_wav_parse(file->data, file->len - 50, &info, NULL));
	g_assert_cmpuint(info.size, ==, 48);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wav/round-trip", offhook_test_wav_round_trip);
	g_test_add_func("/wav/stereo-is-mixed", offhook_test_wav_stereo_is_mixed);
	g_test_add_func("/wav/g711-is-resampled", offhook_test_wav_g711_is_resampled);
	g_test_add_func("/wav/missing", offhook_test_wav_missing);
	g_test_add_func("/wav/wrong-format", offhook_test_wav_wrong_format);
	g_test_add_func("/wav/not-a-wav", offhook_test_wav_not_a_wav);
	g_test_add_func("/wav/any-bytes", offhook_test_wav_any_bytes);
	g_test_add_func("/wav/cut-off", offhook_test_wav_cut_off);
	return g_test_run();
}
