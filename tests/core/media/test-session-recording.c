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

	config.recording.path = path;
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

/* ---- in the middle ---- */

#define MISSING "/nonexistent/recordings/call.wav"

typedef struct {
	OffhookTestSession session;
	char *dir;
	char *wav; /* the file that was read last */
} OffhookTestRecordings;

static void
offhook_test_recordings_begin(OffhookTestRecordings *self)
{
	OffhookMediaSessionConfig config = defaults;

	config.vad = FALSE;
	offhook_test_session_configured(&self->session, &config);
	self->dir = harness_make_dir();
	self->wav = NULL;
	offhook_test_session_pass(&self->session, 300);
}

static void
offhook_test_recordings_end(OffhookTestRecordings *self)
{
	offhook_test_session_end(&self->session);
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self->wav);
}

/* (transfer full) */
static char *
offhook_test_recordings_make_path(OffhookTestRecordings *self, guint number)
{
	g_autofree char *name = g_strdup_printf("call-%u.wav", number);

	return g_build_filename(self->dir, name, NULL);
}

/* @path: (nullable): in our folder */
static void
offhook_test_recordings_start(OffhookTestRecordings *self, guint number, const char *path)
{
	g_autofree char *own = offhook_test_recordings_make_path(self, number);

	offhook_media_session_start_recording(
	    self->session.session,
	    &(OffhookMediaRecording){.path = path != NULL ? path : own, .number = number});
	offhook_test_session_sync(&self->session);
}

static void
offhook_test_recordings_stop(OffhookTestRecordings *self)
{
	offhook_media_session_stop_recording(self->session.session);
	offhook_test_session_sync(&self->session);
}

/* The file is whole, as long as that, and so was told. */
static void
offhook_test_recordings_check(OffhookTestRecordings *self, guint number, guint ms)
{
	g_autofree char *path = offhook_test_recordings_make_path(self, number);
	g_autofree char *told = g_strdup_printf("r%u:%u ", number, ms);
	OffhookWavInfo info;
	gsize size;

	g_assert_nonnull(strstr(self->session.events->str, told));
	offhook_recorder_sync();
	g_clear_pointer(&self->wav, g_free);
	g_assert_true(g_file_get_contents(path, &self->wav, &size, NULL));
	g_assert_true(offhook_wav_parse((guint8 *)self->wav, size, &info, NULL));
	g_assert_cmpuint(info.size, ==, ms * 32);
}

/* Nothing from before, nothing from behind, and each with a length of its own. */
static void
offhook_test_session_begun_later(void)
{
	OffhookTestRecordings self;

	offhook_test_recordings_begin(&self);
	offhook_test_session_say(&self.session, 800, 1200);
	offhook_test_recordings_start(&self, 1, NULL);
	offhook_test_session_say(&self.session, 1200, 1600);
	offhook_test_session_play(&self.session, 1, 600);
	offhook_test_session_end_piece(&self.session, 1);
	offhook_test_session_pass(&self.session, 800);
	offhook_test_recordings_stop(&self);
	offhook_test_session_say(&self.session, 1600, 2000);
	offhook_test_recordings_check(&self, 1, 1200);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 0, 20, 380), >, 500);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 0, 420, 1180), <, 10);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 1, 0, 390), ==, 0);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 1, 440, 980), >, 4000);

	offhook_test_recordings_stop(&self); /* there is none */
	offhook_test_recordings_start(&self, 2, NULL);
	offhook_test_session_say(&self.session, 1200, 1500);
	offhook_media_session_close(self.session.session, NULL);
	offhook_test_session_sync(&self.session);
	offhook_test_recordings_check(&self, 2, 300);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 0, 20, 280), >, 500);
	g_assert_true(g_str_has_suffix(self.session.events->str, "r2:300 ended "));
	offhook_test_recordings_end(&self);
}

/* One ends where the next begins, and a pause is of the one that it was asked for. */
static void
offhook_test_session_begun_again(void)
{
	OffhookTestRecordings self;

	offhook_test_recordings_begin(&self);
	offhook_test_recordings_start(&self, 1, NULL);
	offhook_media_session_set_recording_paused(self.session.session, TRUE);
	offhook_test_session_say(&self.session, 1200, 1600);
	offhook_test_recordings_start(&self, 2, NULL);
	offhook_test_session_say(&self.session, 1200, 1600);
	offhook_test_recordings_stop(&self);
	offhook_test_recordings_check(&self, 1, 400);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 0, 0, 400), ==, 0);
	offhook_test_recordings_check(&self, 2, 400);
	g_assert_cmpuint(offhook_test_session_loudness(self.wav, 0, 20, 380), >, 500);
	offhook_test_recordings_end(&self);
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

	config.recording.path = "/dev/full";
	config.recording.number = 7;
	offhook_test_session_configured(&self, &config);
	offhook_test_session_pass(&self, 2000);
	harness_wait_until(offhook_test_session_has_storage_error, &self, "the storage error");
	/* The call goes on. */
	offhook_test_session_play(&self, 1, 100);
	offhook_test_session_end_piece(&self, 1);
	offhook_test_session_pass(&self, 500);
	g_assert_cmpstr(self.events->str, ==, "storage7 s1 h1 idle ");
	offhook_test_session_end(&self);
}

/* One that can't be written is told of by its number, and the next one can be. */
static void
offhook_test_session_disk_refuses(void)
{
	OffhookTestRecordings self;

	offhook_test_recordings_begin(&self);
	offhook_test_recordings_start(&self, 1, MISSING);
	offhook_test_session_pass(&self.session, 600);
	harness_wait_until(offhook_test_session_has_storage_error, &self.session,
			   "the storage error");
	g_assert_cmpstr(self.session.events->str, ==, "storage1 ");
	offhook_test_recordings_start(&self, 2, NULL);
	offhook_test_session_say(&self.session, 1200, 1600);
	offhook_test_recordings_stop(&self);
	offhook_test_recordings_check(&self, 2, 400);
	offhook_test_recordings_end(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	offhook_test_session_prepare();
	g_test_add_func("/session-recording/recording", offhook_test_session_recording);
	g_test_add_func("/session-recording/begun-later", offhook_test_session_begun_later);
	g_test_add_func("/session-recording/begun-again", offhook_test_session_begun_again);
	g_test_add_func("/session-recording/disk-full", offhook_test_session_disk_full);
	g_test_add_func("/session-recording/disk-refuses", offhook_test_session_disk_refuses);
	return g_test_run();
}
