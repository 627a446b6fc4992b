/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Recordings in Opus: decoded by GStreamer, they have to be what was said, on its own side and in its
 * time, also when the process was killed. Started with --record this program is its own victim.
 */

#include "media/recorder.h"
#include "store/record/recording-file.h"

#include <gst/gst.h>
#include <harness.h>
#include <math.h>
#include <offhook/error.h>
#include <offhook/wav.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS           1000
#define START        (7000 * MS)
#define RATE         8000
#define FRAME        160
#define LENGTH       8000 /* ms */
#define TOLERANCE_MS 30
#define CALL         "01890000-0000-7000-8000-000000000001"

static const char *program;

typedef struct {
	gint16 *caller; /* LENGTH of each */
	gint16 *agent;
} Said;

/* A question again and again; on the other side, backwards, it is another's words. */
static void
say(Said *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) speech =
	    offhook_wav_load(TEST_DATA_DIR "/opening-hours.wav", RATE, NULL, &error);
	gsize size, n = LENGTH * RATE / 1000;
	const gint16 *samples;

	g_assert_no_error(error);
	samples = g_bytes_get_data(speech, &size);
	size /= sizeof(gint16);
	self->caller = g_new0(gint16, n);
	self->agent = g_new0(gint16, n);
	for (gsize i = 0; i < n; i++) {
		self->caller[i] = samples[i % size];
		self->agent[i] = samples[size - 1 - i % size];
	}
}

static void
said_clear(Said *self)
{
	g_free(self->caller);
	g_free(self->agent);
}

static OffhookRecorder *
start_recorder(const char *path)
{
	return offhook_recorder_new(&(OffhookRecorderFile){.path = path,
							   .format = OFFHOOK_RECORDING_OPUS,
							   .audio = {OFFHOOK_ENCODING_S16LE, RATE},
							   .bit_rate = 24000},
				    START, NULL, NULL, NULL);
}

/* @from, @to: when the recording is paused, in ms */
static void
record(OffhookRecorder *recorder, const Said *said, guint from, guint to)
{
	for (guint ms = 0; ms < LENGTH; ms += 20) {
		gsize at = (gsize)ms * RATE / 1000;

		if (ms < from || ms >= to) {
			offhook_recorder_write(recorder, OFFHOOK_RECORDER_CALLER, START + ms * MS,
					       said->caller + at, FRAME);
			offhook_recorder_write(recorder, OFFHOOK_RECORDER_AGENT, START + ms * MS,
					       said->agent + at, FRAME);
		}
		offhook_recorder_advance(recorder, START + (ms + 20) * MS);
	}
}

/* ---- decoding ---- */

/* S16 stereo at RATE. (transfer full) */
static GBytes *
decode(const char *dir, const char *path)
{
	g_autofree char *raw = g_build_filename(dir, "raw", NULL);
	g_autofree char *description = g_strdup_printf(
	    "filesrc location=%s ! oggdemux ! opusdec ! audioconvert ! audioresample ! "
	    "audio/x-raw,format=S16LE,rate=%d,channels=2 ! filesink location=%s",
	    path, RATE, raw);
	g_autoptr(GError) error = NULL;
	GstElement *pipeline = gst_parse_launch(description, &error);
	g_autoptr(GstBus) bus = NULL;
	g_autoptr(GstMessage) message = NULL;
	char *data;
	gsize size;

	g_assert_no_error(error);
	bus = gst_element_get_bus(pipeline);
	gst_element_set_state(pipeline, GST_STATE_PLAYING);
	message = gst_bus_timed_pop_filtered(bus, HARNESS_TIMEOUT_S * GST_SECOND,
					     GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
	g_assert_nonnull(message);
	if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
		gst_message_parse_error(message, &error, NULL);
	g_assert_no_error(error);
	gst_element_set_state(pipeline, GST_STATE_NULL);
	gst_object_unref(pipeline);
	g_assert_true(g_file_get_contents(raw, &data, &size, NULL));
	return g_bytes_new_take(data, size);
}

static guint
get_length_ms(GBytes *decoded)
{
	return (guint)(g_bytes_get_size(decoded) / 4 * 1000 / RATE);
}

/* How like each other, -1 to 1, a side of the recording and @said are from @from to @to, in ms, @lag apart. */
static double
compare_at(GBytes *decoded, guint side, const gint16 *said, guint from, guint to, int lag)
{
	const gint16 *samples = g_bytes_get_data(decoded, NULL);
	double ab = 0, aa = 0, bb = 0;

	for (int i = (int)(from * RATE / 1000); i < (int)(to * RATE / 1000); i++) {
		double a = samples[(i + lag) * 2 + (int)side];
		double b = said[i];

		ab += a * b;
		aa += a * a;
		bb += b * b;
	}
	return ab / sqrt(aa * bb + 1);
}

/* The best within a millisecond, which is all that may be lost. */
static double
compare(GBytes *decoded, guint side, const gint16 *said, guint from, guint to)
{
	double best = -1;

	for (int lag = -RATE / 1000; lag <= RATE / 1000; lag++)
		best = MAX(best, compare_at(decoded, side, said, from, to, lag));
	return best;
}

static double
get_level(GBytes *decoded, guint side, guint from, guint to)
{
	const gint16 *samples = g_bytes_get_data(decoded, NULL);
	double sum = 0;

	for (guint i = from * RATE / 1000; i < to * RATE / 1000; i++)
		sum += pow(samples[i * 2 + side], 2);
	return sqrt(sum / ((to - from) * RATE / 1000));
}

/* What the file says of itself is what is heard. */
static void
check_measured(const char *path, GBytes *decoded)
{
	gint64 ms = offhook_recording_file_measure(path, CALL);

	g_test_message("%" G_GINT64_FORMAT " ms by the file, %u ms decoded", ms,
		       get_length_ms(decoded));
	g_assert_cmpint(ms, >=, (gint64)get_length_ms(decoded) - TOLERANCE_MS);
	g_assert_cmpint(ms, <=, (gint64)get_length_ms(decoded) + TOLERANCE_MS);
}

static void
check_sides(GBytes *decoded, const Said *said, guint from, guint to)
{
	double caller = compare(decoded, 0, said->caller, from, to);
	double agent = compare(decoded, 1, said->agent, from, to);
	double wrong = compare(decoded, 0, said->agent, from, to);

	g_test_message(
	    "%u to %u ms: caller %.3f, agent %.3f, the other's on the caller's side %.3f", from, to,
	    caller, agent, wrong);
	g_assert_cmpfloat(caller, >, 0.8);
	g_assert_cmpfloat(agent, >, 0.8);
	g_assert_cmpfloat(fabs(wrong), <, 0.3);
}

/* ---- tests ---- */

static void
test_heard(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, CALL ".opus", NULL);
	OffhookRecorder *recorder = start_recorder(path);
	g_autoptr(GBytes) decoded = NULL;
	g_autofree char *file = NULL;
	gsize size;
	Said said;

	say(&said);
	record(recorder, &said, 0, 0);
	offhook_recorder_finish(recorder, START + LENGTH * MS);
	offhook_recorder_sync();
	decoded = decode(dir, path);
	g_assert_cmpuint(get_length_ms(decoded), >=, LENGTH - TOLERANCE_MS);
	g_assert_cmpuint(get_length_ms(decoded), <=, LENGTH + TOLERANCE_MS);
	check_measured(path, decoded);
	check_sides(decoded, &said, 100, LENGTH - 100);
	/* A WAV file of it would have 256 kbit/s. */
	g_assert_true(g_file_get_contents(path, &file, &size, NULL));
	g_test_message("%" G_GSIZE_FORMAT " bytes, %.1f kbit/s", size, (double)size * 8 / LENGTH);
	g_assert_cmpuint(size, <, LENGTH * 48 / 8);
	g_assert_cmpint(memcmp(file, "OggS", 4), ==, 0);
	said_clear(&said);
	harness_remove_dir(dir);
}

/* What is not to be recorded is silence, and what follows is in its time. */
static void
test_paused(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, CALL ".opus", NULL);
	OffhookRecorder *recorder = start_recorder(path);
	g_autoptr(GBytes) decoded = NULL;
	Said said;

	say(&said);
	record(recorder, &said, 2000, 5000);
	offhook_recorder_finish(recorder, START + LENGTH * MS);
	offhook_recorder_sync();
	decoded = decode(dir, path);
	check_sides(decoded, &said, 100, 1900);
	g_assert_cmpfloat(get_level(decoded, 0, 2200, 4900), <, 3);
	g_assert_cmpfloat(get_level(decoded, 1, 2200, 4900), <, 3);
	check_sides(decoded, &said, 5100, LENGTH - 100);
	said_clear(&said);
	harness_remove_dir(dir);
}

/* ---- kill -9 ---- */

/* The victim: records, says a byte when all of it is on disk, and never finishes. */
static int
run_victim(const char *path)
{
	OffhookRecorder *recorder = start_recorder(path);
	Said said;

	say(&said);
	record(recorder, &said, 0, 0);
	offhook_recorder_sync();
	if (write(STDOUT_FILENO, ".", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void
test_killed(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, CALL ".opus", NULL);
	char *command[] = {(char *)program, "--record", path, NULL};
	g_autoptr(GBytes) decoded = NULL;
	g_autoptr(GError) error = NULL;
	GPid victim;
	Said said;
	char byte;
	int out;

	g_assert_true(g_spawn_async_with_pipes(NULL, command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
					       NULL, &victim, NULL, &out, NULL, &error));
	g_assert_cmpint(read(out, &byte, 1), ==, 1);
	kill(victim, SIGKILL);
	g_assert_cmpint(waitpid(victim, NULL, 0), ==, victim);
	close(out);

	decoded = decode(dir, path);
	g_test_message("%u ms of %u", get_length_ms(decoded), LENGTH);
	/* What is younger than the horizon was not handed over; the last page was not full. */
	g_assert_cmpuint(get_length_ms(decoded), >=,
			 LENGTH - OFFHOOK_RECORDER_HORIZON_MS - OFFHOOK_RECORDER_BLOCK_MS - 1100);
	check_measured(path, decoded);
	say(&said);
	check_sides(decoded, &said, 100, get_length_ms(decoded) - 100);
	said_clear(&said);
	harness_remove_dir(dir);
}

static void
fail_cb(gpointer user_data, const GError *error)
{
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_atomic_int_inc((gint *)user_data);
}

static void
test_disk_full(void)
{
	gint errors = 0;
	OffhookRecorder *recorder =
	    offhook_recorder_new(&(OffhookRecorderFile){.path = "/dev/full",
							.format = OFFHOOK_RECORDING_OPUS,
							.audio = {OFFHOOK_ENCODING_S16LE, RATE},
							.bit_rate = 24000},
				 START, fail_cb, &errors, NULL);
	Said said;

	say(&said);
	record(recorder, &said, 0, 0);
	offhook_recorder_finish(recorder, START + LENGTH * MS);
	offhook_recorder_sync();
	g_assert_cmpint(g_atomic_int_get(&errors), ==, 1);
	said_clear(&said);
}

int
main(int argc, char *argv[])
{
	program = argv[0];
	gst_init(NULL, NULL);
	if (argc == 3 && g_str_equal(argv[1], "--record"))
		return run_victim(argv[2]);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recorder/opus/heard", test_heard);
	g_test_add_func("/recorder/opus/paused", test_paused);
	g_test_add_func("/recorder/opus/killed", test_killed);
	g_test_add_func("/recorder/opus/disk-full", test_disk_full);
	return g_test_run();
}
