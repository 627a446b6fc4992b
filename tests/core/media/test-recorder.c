/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Recordings: what is in the file, when, and what is left of it after kill -9. Started with --record
 * this program is its own victim.
 */

#include "media/recorder.h"
#include <harness.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/wav.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS    1000
#define START (7000 * MS)

static const char *program;

typedef struct {
	char *dir;
	char *path;
	OffhookRecorder *recorder;
	gint errors; /* atomic */
	gint code;
	gint freed;
} OffhookTestRecorder;

static void
offhook_test_recorder_error_cb(gpointer user_data, const GError *error)
{
	OffhookTestRecorder *self = user_data;

	g_assert_cmpuint(error->domain, ==, OFFHOOK_ERROR);
	g_atomic_int_set(&self->code, error->code);
	g_atomic_int_inc(&self->errors);
}

static void
offhook_test_recorder_freed_cb(gpointer user_data)
{
	g_atomic_int_inc(&((OffhookTestRecorder *)user_data)->freed);
}

static void
offhook_test_recorder_begin(OffhookTestRecorder *self, const char *path)
{
	*self = (OffhookTestRecorder){0};
	self->dir = harness_make_dir();
	self->path = path != NULL ? g_strdup(path) : g_build_filename(self->dir, "a.wav", NULL);
	self->recorder = offhook_recorder_new(
	    &(OffhookRecorderFile){.path = self->path, .audio = {OFFHOOK_ENCODING_S16LE, 8000}},
	    START, offhook_test_recorder_error_cb, self, offhook_test_recorder_freed_cb);
}

/* Finishes at @ms. Returns the file. (transfer full) */
static GBytes *
offhook_test_recorder_finish(OffhookTestRecorder *self, guint ms)
{
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	offhook_recorder_finish(self->recorder, START + ms * MS);
	offhook_recorder_sync();
	g_assert_cmpint(g_atomic_int_get(&self->freed), ==, 1);
	g_file_get_contents(self->path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

static void
offhook_test_recorder_end(OffhookTestRecorder *self)
{
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self->path);
}

static void
offhook_test_recorder_put(OffhookTestRecorder *self, OffhookRecorderChannel channel, guint ms,
			  gint16 value)
{
	gint16 samples[160];

	for (guint i = 0; i < 160; i++)
		samples[i] = value;
	offhook_recorder_write(self->recorder, channel, START + ms * MS, samples, 160);
}

/* The value at @ms in the file. */
static gint16
offhook_test_recorder_at(GBytes *file, OffhookRecorderChannel channel, guint ms)
{
	const guint8 *data = g_bytes_get_data(file, NULL);
	gsize offset = OFFHOOK_WAV_HEADER_BYTES + (ms * 8 * 2 + channel) * 2;

	g_assert_cmpuint(offset + 2, <=, g_bytes_get_size(file));
	return (gint16)(data[offset] | data[offset + 1] << 8);
}

static void
offhook_test_recorder_stereo(void)
{
	OffhookTestRecorder self;
	g_autoptr(GBytes) file = NULL;
	OffhookWavInfo info;

	offhook_test_recorder_begin(&self, NULL);
	for (guint ms = 0; ms < 3000; ms += 20) {
		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, ms, 1 + ms / 20);
		if (ms >= 1000 && ms < 2000)
			offhook_test_recorder_put(&self, OFFHOOK_RECORDER_AGENT, ms, -100);
		offhook_recorder_advance(self.recorder, START + (ms + 20) * MS);
	}
	g_assert_cmpuint(offhook_recorder_get_length_ms(self.recorder), ==, 3000);
	file = offhook_test_recorder_finish(&self, 3010);
	g_assert_true(
	    offhook_wav_parse(g_bytes_get_data(file, NULL), g_bytes_get_size(file), &info, NULL));
	g_assert_cmpuint(info.channels, ==, 2);
	g_assert_cmpuint(info.rate, ==, 8000);
	g_assert_cmpuint(info.size, ==, 3010 * 8 * 4);
	for (guint ms = 0; ms < 3000; ms++) {
		g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, ms), ==,
				1 + ms / 20);
		g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, ms), ==,
				ms >= 1000 && ms < 2000 ? -100 : 0);
	}
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, 3005), ==, 0);
	g_assert_cmpint(g_atomic_int_get(&self.errors), ==, 0);
	offhook_test_recorder_end(&self);
}

/* What is in G.711 on the line is linear in the file, and what was cut is silence in it. */
static void
offhook_test_recorder_companded(gconstpointer data)
{
	OffhookEncoding encoding = GPOINTER_TO_INT(data);
	OffhookTestRecorder self = {.dir = harness_make_dir()};
	g_autoptr(GBytes) file = NULL;
	guint8 codes[160];
	gint16 expected[160];

	self.path = g_build_filename(self.dir, "a.wav", NULL);
	self.recorder = offhook_recorder_new(
	    &(OffhookRecorderFile){.path = self.path, .audio = {encoding, 8000}}, START,
	    offhook_test_recorder_error_cb, &self, offhook_test_recorder_freed_cb);
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		codes[i] = i;
	offhook_g711_decode(encoding, codes, G_N_ELEMENTS(codes), expected);
	for (guint ms = 0; ms < 1000; ms += 20) {
		offhook_recorder_write(self.recorder, OFFHOOK_RECORDER_CALLER, START + ms * MS,
				       codes, G_N_ELEMENTS(codes));
		offhook_recorder_advance(self.recorder, START + (ms + 20) * MS);
	}
	offhook_recorder_write(self.recorder, OFFHOOK_RECORDER_AGENT, START + 980 * MS, codes,
			       G_N_ELEMENTS(codes));
	offhook_recorder_cut(self.recorder, OFFHOOK_RECORDER_AGENT, START + 990 * MS);
	file = offhook_test_recorder_finish(&self, 1010);
	for (guint ms = 0; ms < 1000; ms++)
		g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, ms), ==,
				expected[ms % 20 * 8]);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 985), ==,
			expected[40]);
	for (guint ms = 990; ms < 1010; ms++)
		g_assert_cmpint(ABS(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, ms)), <=,
				8);
	offhook_test_recorder_end(&self);
}

/* What was sent ahead and cleared was never heard. */
static void
offhook_test_recorder_cut(void)
{
	OffhookTestRecorder self;
	g_autoptr(GBytes) file = NULL;

	offhook_test_recorder_begin(&self, NULL);
	for (guint ms = 0; ms < 600; ms += 20)
		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, ms, 5);
	for (guint ms = 400; ms < 700; ms += 20)
		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_AGENT, ms, 9);
	offhook_recorder_cut(self.recorder, OFFHOOK_RECORDER_AGENT, START + 550 * MS);
	offhook_test_recorder_put(&self, OFFHOOK_RECORDER_AGENT, 660, 7);
	file = offhook_test_recorder_finish(&self, 1000);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 399), ==, 0);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 400), ==, 9);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 549), ==, 9);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 550), ==, 0);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 655), ==, 0);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_AGENT, 661), ==, 7);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, 590), ==, 5);
	offhook_test_recorder_end(&self);
}

/* Jitter of the arrival times tears no holes. */
static void
offhook_test_recorder_jitter(void)
{
	OffhookTestRecorder self;
	g_autoptr(GBytes) file = NULL;

	offhook_test_recorder_begin(&self, NULL);
	for (guint ms = 0; ms < 2000; ms += 20) {
		guint late = g_test_rand_int_range(0, 40);

		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, ms + late, 3);
		offhook_recorder_advance(self.recorder, START + (ms + 20) * MS);
	}
	file = offhook_test_recorder_finish(&self, 2100);
	for (guint ms = 60; ms < 1900; ms++)
		g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, ms), ==, 3);
	offhook_test_recorder_end(&self);
}

/* Audio from before the begin, for blocks that are gone, and far ahead does no harm. */
static void
offhook_test_recorder_out_of_range(void)
{
	OffhookTestRecorder self;
	g_autoptr(GBytes) file = NULL;
	gint16 samples[1600];

	for (guint i = 0; i < 1600; i++)
		samples[i] = 4;
	offhook_test_recorder_begin(&self, NULL);
	offhook_recorder_write(self.recorder, OFFHOOK_RECORDER_CALLER, START - 100 * MS, samples,
			       1600);
	offhook_recorder_advance(self.recorder, START + 5000 * MS);
	offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, 1000, 1);
	offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, 60000, 1);
	offhook_recorder_cut(self.recorder, OFFHOOK_RECORDER_CALLER, START);
	file = offhook_test_recorder_finish(&self, 5000);
	g_assert_cmpuint(g_bytes_get_size(file), ==, OFFHOOK_WAV_HEADER_BYTES + 5000 * 8 * 4);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, 50), ==, 4);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, 150), ==, 0);
	g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, 1000), ==, 0);
	offhook_test_recorder_end(&self);
}

static void
offhook_test_recorder_fails(gconstpointer data)
{
	OffhookTestRecorder self;

	offhook_test_recorder_begin(&self, data);
	for (guint ms = 0; ms < 3000; ms += 20) {
		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, ms, 1);
		offhook_recorder_advance(self.recorder, START + ms * MS);
	}
	offhook_recorder_finish(self.recorder, START + 3000 * MS);
	offhook_recorder_sync();
	g_assert_cmpint(g_atomic_int_get(&self.errors), ==, 1);
	g_assert_cmpint(g_atomic_int_get(&self.code), ==, OFFHOOK_ERROR_STORAGE);
	g_assert_cmpint(g_atomic_int_get(&self.freed), ==, 1);
	offhook_test_recorder_end(&self);
}

/* ---- kill -9 ---- */

/* The victim: records for ever, and says a byte for each second that is on disk. */
static int
offhook_test_recorder_victim(const char *path)
{
	OffhookTestRecorder self = {0};

	self.recorder = offhook_recorder_new(
	    &(OffhookRecorderFile){.path = path, .audio = {OFFHOOK_ENCODING_S16LE, 8000}}, START,
	    NULL, NULL, NULL);
	for (guint ms = 0;; ms += 20) {
		offhook_test_recorder_put(&self, OFFHOOK_RECORDER_CALLER, ms, 1 + ms / 20 % 1000);
		offhook_recorder_advance(self.recorder, START + (ms + 20) * MS);
		if (ms % 1000 != 980)
			continue;
		offhook_recorder_sync();
		if (write(STDOUT_FILENO, ".", 1) != 1)
			return 1;
	}
}

static void
offhook_test_recorder_killed(gconstpointer data)
{
	guint seconds = GPOINTER_TO_UINT(data);
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "a.wav", NULL);
	g_autofree char *contents = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) file = NULL;
	char *command[] = {(char *)program, "--record", path, NULL};
	OffhookWavInfo info;
	char said;
	gsize size;
	GPid victim;
	int out;

	g_assert_true(g_spawn_async_with_pipes(NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
					       NULL, &victim, NULL, &out, NULL, &error));
	g_assert_no_error(error);
	for (guint i = 0; i < seconds; i++)
		g_assert_cmpint(read(out, &said, 1), ==, 1);
	kill(victim, SIGKILL);
	g_assert_cmpint(waitpid(victim, NULL, 0), ==, victim);
	close(out);

	g_assert_true(g_file_get_contents(path, &contents, &size, NULL));
	file = g_bytes_new(contents, size);
	g_assert_true(offhook_wav_parse((guint8 *)contents, size, &info, &error));
	g_assert_no_error(error);
	/* The header claims no more than there is, and no more than the last second is missing. */
	g_assert_cmpuint((guint8)contents[40] | (guint8)contents[41] << 8 |
			     (guint8)contents[42] << 16 | (guint)(guint8)contents[43] << 24,
			 <=, size - OFFHOOK_WAV_HEADER_BYTES);
	g_assert_cmpuint(info.size / (8 * 4), >=, seconds * 1000 - 600);
	for (guint ms = 0; ms < info.size / (8 * 4); ms += 10)
		g_assert_cmpint(offhook_test_recorder_at(file, OFFHOOK_RECORDER_CALLER, ms), ==,
				1 + ms / 20 % 1000);
	harness_remove_dir(dir);
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && g_str_equal(argv[1], "--record"))
		return offhook_test_recorder_victim(argv[2]);
	program = argv[0];
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recorder/stereo", offhook_test_recorder_stereo);
	g_test_add_data_func("/recorder/mulaw", GINT_TO_POINTER(OFFHOOK_ENCODING_MULAW),
			     offhook_test_recorder_companded);
	g_test_add_data_func("/recorder/alaw", GINT_TO_POINTER(OFFHOOK_ENCODING_ALAW),
			     offhook_test_recorder_companded);
	g_test_add_func("/recorder/cut", offhook_test_recorder_cut);
	g_test_add_func("/recorder/jitter", offhook_test_recorder_jitter);
	g_test_add_func("/recorder/out-of-range", offhook_test_recorder_out_of_range);
	g_test_add_data_func("/recorder/fails/disk-full", "/dev/full", offhook_test_recorder_fails);
	g_test_add_data_func("/recorder/fails/no-folder", "/nonexistent/folder/a.wav",
			     offhook_test_recorder_fails);
	g_test_add_data_func("/recorder/killed/early", GUINT_TO_POINTER(1),
			     offhook_test_recorder_killed);
	g_test_add_data_func("/recorder/killed/later", GUINT_TO_POINTER(7),
			     offhook_test_recorder_killed);
	g_test_add_data_func("/recorder/killed/long", GUINT_TO_POINTER(60),
			     offhook_test_recorder_killed);
	return g_test_run();
}
