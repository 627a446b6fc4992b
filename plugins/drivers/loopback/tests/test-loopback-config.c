/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../loopback-config.h"

#include "driver-sync.h"
#include "harness.h"

#include <offhook/wav.h>

static OffhookLoopbackConfig *
read_config(const char *const *pairs, GError **error)
{
	g_autoptr(OffhookSettings) settings =
	    offhook_driver_sync_settings(offhook_loopback_settings, pairs, error);

	g_assert_nonnull(settings);
	return offhook_loopback_config_new(settings, error);
}

static char *
save_wav(const char *dir, const char *name, guint rate, guint ms)
{
	char *path = g_build_filename(dir, name, NULL);
	gsize n = rate * ms / 1000;
	g_autofree gint16 *samples = g_new0(gint16, n);
	g_autoptr(GError) error = NULL;

	for (gsize i = 0; i < n; i++)
		samples[i] = 1000;
	offhook_wav_save(path, rate, 1, samples, n, &error);
	g_assert_no_error(error);
	return path;
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookLoopbackConfig) config = read_config(NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(config->phone_number, ==, "+15550100000");
	g_assert_cmpuint(config->manners.utterances->len, ==, 0);
	g_assert_cmpuint(config->manners.format.rate, ==, 16000);
	g_assert_cmpuint(config->manners.hang_up_ms, ==, 3000);
	g_assert_false(config->inbound_webhook);
}

static void
test_script(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *first = save_wav(dir, "a.wav", 44100, 90);
	g_autofree char *second = save_wav(dir, "b.wav", 16000, 100);
	g_autofree char *play = g_strconcat(first, ", b.wav,dtmf:1#", NULL);
	const char *pairs[] = {"play", play, NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookLoopbackConfig) config = read_config(pairs, &error);
	GPtrArray *utterances;

	g_assert_no_error(error);
	utterances = config->manners.utterances;
	g_assert_cmpuint(utterances->len, ==, 3);
	/* Whole frames: 90 ms take five. */
	g_assert_cmpuint(g_bytes_get_size(utterances->pdata[0]), ==, 5 * OFFHOOK_FRAME_BYTES);
	g_assert_cmpuint(g_bytes_get_size(utterances->pdata[1]), ==, 5 * OFFHOOK_FRAME_BYTES);
	g_assert_cmpuint(g_bytes_get_size(utterances->pdata[2]), ==, 20 * OFFHOOK_FRAME_BYTES);
	harness_remove_dir(dir);
}

static void
test_keys_first(void)
{
	/* The daemon puts its folder before the first item of a path. */
	static const char *const pairs[] = {"play", "/etc/offhook/dtmf:12", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookLoopbackConfig) config = read_config(pairs, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(config->manners.utterances->len, ==, 1);
}

static void
test_mulaw(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = save_wav(dir, "a.wav", 8000, 100);
	const char *pairs[] = {"play", path, "format", "mulaw", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookLoopbackConfig) config = read_config(pairs, &error);
	const guint8 *data;
	gsize size;

	g_assert_no_error(error);
	data = g_bytes_get_data(config->manners.utterances->pdata[0], &size);
	g_assert_cmpuint(size, ==, 800);
	g_assert_cmphex(data[400], ==, 0xce); /* 1000 in G.711 mu-law */
	harness_remove_dir(dir);
}

static void
test_wrong_wav(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "x.wav", NULL);
	const char *pairs[] = {"play", path, NULL};
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, "RIFF\4\0\0\0WAVE", 12, NULL));
	g_assert_null(read_config(pairs, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	harness_remove_dir(dir);
}

static void
test_heard_dir_is_made(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "x", "y", NULL);
	const char *pairs[] = {"heard-dir", path, NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookLoopbackConfig) config = read_config(pairs, &error);

	g_assert_no_error(error);
	g_assert_true(g_file_test(path, G_FILE_TEST_IS_DIR));
	harness_remove_dir(dir);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loopback/config/defaults", test_defaults);
	g_test_add_func("/loopback/config/script", test_script);
	g_test_add_func("/loopback/config/keys-first", test_keys_first);
	g_test_add_func("/loopback/config/mulaw", test_mulaw);
	g_test_add_func("/loopback/config/wrong-wav", test_wrong_wav);
	g_test_add_func("/loopback/config/heard-dir", test_heard_dir_is_made);
	return g_test_run();
}
