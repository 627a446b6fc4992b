/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../heard-file.h"

#include "harness.h"

#include <offhook/wav.h>

static void
closed_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
}

static void
test_holds_everything(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "call.wav", NULL);
	g_autoptr(GBytes) samples = NULL;
	g_autoptr(GError) error = NULL;
	OffhookWavInfo info;
	gboolean closed = FALSE;
	OffhookLoopbackHeardFile *file =
	    offhook_loopback_heard_file_new(path, 8000, closed_cb, &closed);
	gint16 frame[160];
	const gint16 *data;

	for (gint16 i = 0; i < 130; i++) { /* 2.6 s */
		for (guint j = 0; j < G_N_ELEMENTS(frame); j++)
			frame[j] = i;
		offhook_loopback_heard_file_push(file, frame, G_N_ELEMENTS(frame));
	}
	offhook_loopback_heard_file_finish(file);
	harness_wait_for(&closed, "the file");
	samples = offhook_wav_load(path, 0, &info, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(info.rate, ==, 8000);
	g_assert_cmpuint(g_bytes_get_size(samples), ==, 130 * sizeof frame);
	data = g_bytes_get_data(samples, NULL);
	for (guint i = 0; i < 130; i++)
		g_assert_cmpint(data[i * 160], ==, (gint16)i);
	harness_remove_dir(dir);
}

static void
test_empty(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "call.wav", NULL);
	gboolean closed = FALSE;

	offhook_loopback_heard_file_finish(
	    offhook_loopback_heard_file_new(path, 16000, closed_cb, &closed));
	harness_wait_for(&closed, "the file");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	harness_remove_dir(dir);
}

static void
test_full_disk(void)
{
	gboolean closed = FALSE;
	OffhookLoopbackHeardFile *file =
	    offhook_loopback_heard_file_new("/dev/full", 8000, closed_cb, &closed);
	g_autofree gint16 *second = g_new0(gint16, 8000);

	g_test_expect_message("offhook-loopback", G_LOG_LEVEL_WARNING, "*not written*");
	for (guint i = 0; i < 3; i++)
		offhook_loopback_heard_file_push(file, second, 8000);
	offhook_loopback_heard_file_finish(file);
	harness_wait_for(&closed, "giving up");
	g_test_assert_expected_messages();
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loopback/heard-file/everything", test_holds_everything);
	g_test_add_func("/loopback/heard-file/empty", test_empty);
	g_test_add_func("/loopback/heard-file/full-disk", test_full_disk);
	return g_test_run();
}
