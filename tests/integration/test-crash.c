/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * kill -9 in the middle of a call: the recording plays up to the last second, the call is in the
 * database, and the next start marks it as interrupted.
 */

#include "fixture.h"

#include "harness.h"

#include <offhook/wav.h>
#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=echo\n"
#define UNRECORDED CONFIG "recording=off\n"

#define WAV_HEADER     44
#define BYTES_PER_S    (8000 * 2 * 2) /* 8 kHz, 16 bits, stereo */
#define RECORDED_S     3
#define MAX_LOST_BYTES BYTES_PER_S

typedef struct {
	char *path;
	gint64 answered_us;
} Recording;

static gboolean
recording_is_long_enough(gpointer data)
{
	const Recording *recording = data;

	return g_get_monotonic_time() - recording->answered_us > RECORDED_S * G_USEC_PER_SEC;
}

/* What a player reads: sizes in the header that fit the file. */
static void
recording_assert_playable(const Recording *recording, gint64 until_us)
{
	g_autofree char *wav = NULL;
	gsize size;
	guint32 riff, data;
	gint64 spoken_us = until_us - recording->answered_us;

	g_assert_true(g_file_get_contents(recording->path, &wav, &size, NULL));
	g_assert_cmpuint(size, >, WAV_HEADER);
	g_assert_cmpmem(wav, 4, "RIFF", 4);
	g_assert_cmpmem(wav + 8, 8, "WAVEfmt ", 8);
	g_assert_cmpmem(wav + 36, 4, "data", 4);
	memcpy(&riff, wav + 4, 4);
	memcpy(&data, wav + 40, 4);
	g_assert_cmpuint(GUINT32_FROM_LE(data) + WAV_HEADER, <=, size);
	g_assert_cmpuint(GUINT32_FROM_LE(riff), ==, GUINT32_FROM_LE(data) + WAV_HEADER - 8);
	g_assert_cmpint(GUINT32_FROM_LE(data) + MAX_LOST_BYTES, >=,
			spoken_us * BYTES_PER_S / G_USEC_PER_SEC);
}

static gboolean
test_wake_cb(gpointer user_data)
{
	return G_SOURCE_CONTINUE;
}

typedef struct {
	Fixture *fixture;
	const char *call_id;
	double duration; /* s */
} Length;

static gboolean
length_is_known(gpointer data)
{
	Length *self = data;
	g_autofree char *path = g_strconcat("/voice/calls/", self->call_id, "/recordings", NULL);
	g_autoptr(JsonObject) reply = fixture_request(self->fixture, "GET", path, NULL, 200);
	JsonObject *first =
	    json_array_get_object_element(json_object_get_array_member(reply, "recordings"), 0);

	g_assert_cmpstr(json_object_get_string_member(first, "status"), ==, "interrupted");
	if (json_object_get_null_member(first, "duration"))
		return FALSE;
	self->duration = json_object_get_double_member(first, "duration");
	return TRUE;
}

/* Nobody has told how long it is: its file does. */
static void
check_length(Fixture *fixture, const char *call_id, const Recording *recording)
{
	Length length = {fixture, call_id, 0};
	g_autoptr(GError) error = NULL;
	OffhookWavInfo wav;
	g_autoptr(GBytes) sound = offhook_wav_load(recording->path, 0, &wav, &error);
	guint id = g_timeout_add(50, test_wake_cb, NULL);

	g_assert_no_error(error);
	harness_wait_until(length_is_known, &length, "the length of the recording");
	g_source_remove(id);
	g_assert_cmpfloat_with_epsilon(length.duration,
				       (double)g_bytes_get_size(sound) / 2 / wav.rate, 0.002);
}

/* A call that is not recorded from its beginning is from now on. */
static void
record(Fixture *fixture, JsonObject *call)
{
	g_autofree char *path = g_strdup_printf(
	    "/voice/calls/%s/recording", json_object_get_string_member(call, "call_id"));

	json_object_unref(fixture_request(fixture, "POST", path, "{\"action\":\"start\"}", 200));
}

/* @data: the configuration */
static void
test_kill(Fixture *fixture, gconstpointer data)
{
	GSubprocess *emulator;
	Recording recording = {0};
	g_autofree char *output = NULL;
	g_autofree char *name = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(JsonObject) after = NULL;
	gint64 killed_us;
	guint id;

	fixture_configure(fixture, data);
	fixture_start(fixture);
	emulator =
	    fixture_spawn_emulator(fixture, "--greeting-timeout", "0.5", "--say",
				   "one two three four five six seven", "--wait", "20", NULL);
	call = fixture_wait_call(fixture, "in-progress");
	if (g_str_equal(data, UNRECORDED))
		record(fixture, call);
	recording.answered_us = g_get_monotonic_time();
	name = g_strconcat(json_object_get_string_member(call, "call_id"), ".wav", NULL);
	recording.path = g_build_filename(fixture->dir, "state", "recordings", name, NULL);
	id = g_timeout_add(100, test_wake_cb, NULL);
	harness_wait_until(recording_is_long_enough, &recording, "some of the call");
	g_source_remove(id);
	killed_us = g_get_monotonic_time();
	fixture_kill(fixture);
	output = fixture_finish_emulator(emulator, 1);
	recording_assert_playable(&recording, killed_us);

	fixture_start(fixture);
	after = fixture_wait_call(fixture, "interrupted");
	g_assert_cmpstr(json_object_get_string_member(after, "call_id"), ==,
			json_object_get_string_member(call, "call_id"));
	check_length(fixture, json_object_get_string_member(call, "call_id"), &recording);
	g_free(recording.path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/crash/kill", Fixture, CONFIG, fixture_set_up, test_kill,
		   fixture_tear_down);
	g_test_add("/integration/crash/kill-begun-later", Fixture, UNRECORDED, fixture_set_up,
		   test_kill, fixture_tear_down);
	return g_test_run();
}
