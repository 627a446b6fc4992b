/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a media session records, and what becomes of it when that can't be written.
 */

#include "session-fixture.h"

#include "media/recorder.h"
#include <offhook/wav.h>
#include <string.h>

/* Mean loudness of a channel between two times. */
static guint
offhook_test_session_loudness(const char *wav, guint channel, guint from_ms, guint to_ms)
{
	guint64 sum = 0;

	for (guint i = from_ms * 8; i < to_ms * 8; i++) {
		const guint8 *at =
		    (const guint8 *)wav + OFFHOOK_WAV_HEADER_BYTES + (i * 2 + channel) * 2;

		sum += ABS((gint16)(at[0] | at[1] << 8));
	}
	return sum / ((to_ms - from_ms) * 8);
}

/* Caller left, agent right as he was heard, what was cut is not there. */
static void
offhook_test_session_recording(void)
{
	OffhookTestSession self;
	OffhookMediaSessionConfig config = defaults;
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "call.wav", NULL);
	g_autofree char *wav = NULL;
	OffhookMediaSessionStatistics statistics;
	OffhookWavInfo info;
	gint64 zero_us;
	guint cut_ms;
	gsize size;

	config.record_path = path;
	offhook_test_session_configured(&self, &config);
	zero_us = offhook_test_session_now(&self);
	offhook_test_session_pass(&self, 1000);
	offhook_test_session_play(&self, 1, 4000);
	while (strstr(self.events->str, "speech") == NULL) {
		guint ms = (offhook_test_session_now(&self) - zero_us) / MS - 1000;

		offhook_test_session_step(&self, (guint8 *)self.speech + MIN(ms, 2200) * 8);
	}
	cut_ms = (offhook_test_session_now(&self) - zero_us) / MS;
	offhook_media_session_stop(self.session);
	offhook_test_session_pass(&self, 1000);
	offhook_media_session_set_recording_paused(self.session, TRUE);
	offhook_test_session_say(&self, 800, 1800);
	offhook_media_session_set_recording_paused(self.session, FALSE);
	offhook_test_session_pass(&self, 1000);
	offhook_media_session_close(self.session, NULL);
	offhook_test_session_sync(&self);
	offhook_media_session_get_statistics(self.session, &statistics);
	offhook_recorder_sync();

	g_assert_true(g_file_get_contents(path, &wav, &size, NULL));
	g_assert_true(offhook_wav_parse((guint8 *)wav, size, &info, NULL));
	g_assert_cmpuint(info.channels, ==, 2);
	g_assert_cmpuint(statistics.recorded_ms, ==, cut_ms + 3000);
	g_assert_cmpuint(info.size, ==, statistics.recorded_ms * 32);
	/* The agent's tone from 1.0 s to the cut, not a frame longer. */
	g_assert_cmpuint(offhook_test_session_loudness(wav, 1, 0, 990), ==, 0);
	g_assert_cmpuint(offhook_test_session_loudness(wav, 1, 1020, cut_ms - 20), >, 4000);
	g_assert_cmpuint(offhook_test_session_loudness(wav, 1, cut_ms + 10, cut_ms + 2900), ==, 0);
	/* The caller's speech began at 1.8 s; while paused he was not recorded. */
	g_assert_cmpuint(offhook_test_session_loudness(wav, 0, 0, 1600), <, 100);
	g_assert_cmpuint(offhook_test_session_loudness(wav, 0, 1850, cut_ms), >, 500);
	g_assert_cmpuint(offhook_test_session_loudness(wav, 0, cut_ms + 1100, cut_ms + 2900), <,
			 10);
	offhook_test_session_end(&self);
	harness_remove_dir(dir);
}

static gboolean
offhook_test_session_has_storage_error(gpointer data)
{
	return strstr(((OffhookTestSession *)data)->events->str, "storage") != NULL;
}

static void
offhook_test_session_disk_full(void)
{
	OffhookTestSession self;
	OffhookMediaSessionConfig config = defaults;

	config.record_path = "/dev/full";
	offhook_test_session_configured(&self, &config);
	offhook_test_session_pass(&self, 2000);
	harness_wait_until(offhook_test_session_has_storage_error, &self, "the storage error");
	/* The call goes on. */
	offhook_test_session_play(&self, 1, 100);
	offhook_test_session_end_piece(&self, 1);
	offhook_test_session_pass(&self, 500);
	g_assert_cmpstr(self.events->str, ==, "storage s1 h1 idle ");
	offhook_test_session_end(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	offhook_test_session_prepare();
	g_test_add_func("/session-recording/recording", offhook_test_session_recording);
	g_test_add_func("/session-recording/disk-full", offhook_test_session_disk_full);
	return g_test_run();
}
