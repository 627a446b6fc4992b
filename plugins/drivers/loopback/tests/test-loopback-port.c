/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../loopback-port.h"

#include "harness.h"

#include <offhook/wav.h>
#include <string.h>

#define FRAME 160

/* What the core saw of a port. */
typedef struct {
	OffhookLoopbackPort *port;
	GMainContext *context;
	GString *events;
	guint frames;
	gint64 timestamp;
	guint8 first; /* byte of the last frame */
	gboolean ended;
	gboolean told; /* through set_ended */
} Fixture;

static void
started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	Fixture *fixture = user_data;

	g_string_append_printf(fixture->events, "start:%s ", start->provider_call_id);
}

static void
audio_cb(gpointer user_data, const guint8 *data, gsize size, gint64 timestamp_ms)
{
	Fixture *fixture = user_data;

	g_assert_cmpuint(size, ==, FRAME);
	g_assert_cmpint(timestamp_ms, ==, (gint64)fixture->frames * 20);
	fixture->timestamp = timestamp_ms;
	fixture->first = data[0];
	fixture->frames++;
}

static void
dtmf_cb(gpointer user_data, char digit)
{
	g_assert_not_reached();
}

static void
mark_cb(gpointer user_data, const char *name)
{
	Fixture *fixture = user_data;

	g_string_append_printf(fixture->events, "%s@%u ", name, fixture->frames);
}

static void
ended_cb(gpointer user_data, const GError *error)
{
	Fixture *fixture = user_data;

	g_assert_no_error(error);
	g_assert_false(fixture->ended);
	fixture->ended = TRUE;
}

static void
told_cb(gpointer data)
{
	*(gboolean *)data = TRUE;
}

static const OffhookMediaHandler handler = {started_cb, audio_cb, dtmf_cb, mark_cb, ended_cb};

static void
set_up_port(Fixture *fixture, guint utterance_frames, guint hang_up_ms,
	    OffhookLoopbackHeardFile *heard)
{
	OffhookLoopbackManners manners = {
	    .format = {OFFHOOK_ENCODING_MULAW, 8000},
	    .utterances = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
	    .turn_gap_ms = 100,
	    .patience_ms = 1000,
	    .hang_up_ms = hang_up_ms,
	};

	if (utterance_frames > 0) {
		guint8 *data = g_malloc(utterance_frames * FRAME);

		memset(data, 0x11, utterance_frames * FRAME);
		g_ptr_array_add(manners.utterances,
				g_bytes_new_take(data, utterance_frames * FRAME));
	}
	memset(fixture, 0, sizeof *fixture);
	fixture->events = g_string_new(NULL);
	fixture->port = offhook_loopback_port_new("call-1", &manners, heard);
	offhook_loopback_port_set_ended(fixture->port, told_cb, &fixture->told, NULL);
	offhook_media_port_set_handler(OFFHOOK_MEDIA_PORT(fixture->port), &handler, fixture);
	g_ptr_array_unref(manners.utterances);
}

static void
tear_down(Fixture *fixture)
{
	g_assert_finalize_object(fixture->port);
	g_string_free(fixture->events, TRUE);
}

static void
tick(Fixture *fixture, guint n)
{
	for (guint i = 0; i < n; i++)
		g_assert_true(offhook_loopback_port_tick(fixture->port));
}

static void
send(Fixture *fixture, guint frames)
{
	guint8 frame[FRAME];

	memset(frame, 0x22, sizeof frame);
	for (guint i = 0; i < frames; i++)
		offhook_media_port_send_audio(OFFHOOK_MEDIA_PORT(fixture->port), frame,
					      sizeof frame);
}

static void
test_describes_itself(void)
{
	Fixture f;
	OffhookMediaPort *port;

	set_up_port(&f, 0, 0, NULL);
	port = OFFHOOK_MEDIA_PORT(f.port);
	g_assert_cmpint(offhook_media_port_get_features(port), ==,
			OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR);
	g_assert_cmpuint(offhook_media_port_get_incoming_format(port)->rate, ==, 8000);
	tear_down(&f);
}

static void
test_party_is_heard(void)
{
	Fixture f;

	set_up_port(&f, 3, 100, NULL);
	tick(&f, 1);
	g_assert_cmpstr(f.events->str, ==, "start:call-1 ");
	g_assert_cmphex(f.first, ==, 0x11);
	tick(&f, 3);
	g_assert_cmphex(f.first, ==, 0xff);
	g_assert_cmpint(f.timestamp, ==, 60);
	tick(&f, 4);
	g_assert_false(offhook_loopback_port_tick(f.port));
	g_assert_true(f.ended);
	harness_wait_for(&f.told, "the driver to be told");
	tear_down(&f);
}

static void
test_marks_at_line_speed(void)
{
	Fixture f;
	OffhookMediaPort *port;

	set_up_port(&f, 0, 0, NULL);
	port = OFFHOOK_MEDIA_PORT(f.port);
	send(&f, 5);
	offhook_media_port_send_mark(port, "five");
	send(&f, 2);
	offhook_media_port_send_mark(port, "seven");
	tick(&f, 10);
	offhook_media_port_send_mark(port, "empty");
	g_assert_cmpstr(f.events->str, ==, "start:call-1 five@4 seven@6 ");
	tick(&f, 1);
	g_assert_true(g_str_has_suffix(f.events->str, "empty@10 "));
	tear_down(&f);
}

static void
test_clear_echoes_marks(void)
{
	Fixture f;
	OffhookMediaPort *port;

	set_up_port(&f, 0, 0, NULL);
	port = OFFHOOK_MEDIA_PORT(f.port);
	send(&f, 50);
	offhook_media_port_send_mark(port, "late");
	tick(&f, 2);
	offhook_media_port_clear(port);
	g_assert_null(strstr(f.events->str, "late"));
	tick(&f, 1);
	g_assert_nonnull(strstr(f.events->str, "late@2"));
	tear_down(&f);
}

static void
test_close_before_open(void)
{
	Fixture f;

	set_up_port(&f, 0, 0, NULL);
	offhook_media_port_close(OFFHOOK_MEDIA_PORT(f.port));
	g_assert_true(f.ended);
	g_assert_false(offhook_loopback_port_tick(f.port));
	harness_wait_for(&f.told, "the driver to be told");
	tear_down(&f);
}

static void
test_close_when_open(void)
{
	Fixture f;
	g_autoptr(GError) error = NULL;

	set_up_port(&f, 0, 0, NULL);
	g_assert_true(offhook_media_port_open(OFFHOOK_MEDIA_PORT(f.port), NULL, &error));
	offhook_media_port_close(OFFHOOK_MEDIA_PORT(f.port));
	g_assert_false(f.ended); /* never from inside close */
	harness_wait_for(&f.ended, "the end");
	harness_wait_for(&f.told, "the driver to be told");
	while (g_main_context_iteration(NULL, FALSE))
		;
	tear_down(&f);
}

static void
closed_cb(gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
}

static void
test_heard_file(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "heard.wav", NULL);
	g_autoptr(GBytes) samples = NULL;
	g_autoptr(GBytes) tone = NULL;
	g_autoptr(GError) error = NULL;
	gboolean closed = FALSE;
	guint8 loud[FRAME];
	const gint16 *data;
	Fixture f;

	set_up_port(&f, 0, 0, offhook_loopback_heard_file_new(path, 8000, closed_cb, &closed));
	tick(&f, 2);
	send(&f, 3);
	memset(loud, 0x80, sizeof loud);
	tone = g_bytes_new(loud, sizeof loud);
	offhook_loopback_port_inject(f.port, tone);
	tick(&f, 5);
	offhook_media_port_close(OFFHOOK_MEDIA_PORT(f.port));
	harness_wait_for(&closed, "the file");
	samples = offhook_wav_load(path, 0, NULL, &error);
	g_assert_no_error(error);
	/* The same time as the call: 2 silent, 3 of speech, 1 injected, 1 silent. */
	g_assert_cmpuint(g_bytes_get_size(samples), ==, 7 * FRAME * 2);
	data = g_bytes_get_data(samples, NULL);
	g_assert_cmpint(data[1 * FRAME], ==, 0);
	g_assert_cmpint(data[2 * FRAME], !=, 0);
	g_assert_cmpint(data[5 * FRAME], ==, 32124);
	g_assert_cmpint(data[6 * FRAME], ==, 0);
	harness_wait_for(&f.told, "the driver to be told");
	tear_down(&f);
	harness_remove_dir(dir);
}

/* ---- in a thread of its own, in real time ---- */

static gpointer
thread_func(gpointer user_data)
{
	Fixture *fixture = user_data;

	g_main_context_push_thread_default(fixture->context);
	g_assert_true(
	    offhook_media_port_open(OFFHOOK_MEDIA_PORT(fixture->port), fixture->context, NULL));
	while (!fixture->ended)
		g_main_context_iteration(fixture->context, TRUE);
	g_main_context_pop_thread_default(fixture->context);
	return NULL;
}

static void
test_real_time(void)
{
	Fixture f;
	GThread *thread;
	gint64 begin, took_ms;

	set_up_port(&f, 10, 100, NULL); /* 200 ms of speech, 100 ms of silence */
	f.context = g_main_context_new();
	begin = g_get_monotonic_time();
	thread = g_thread_new("media", thread_func, &f);
	harness_wait_for(&f.told, "the party to hang up");
	took_ms = (g_get_monotonic_time() - begin) / 1000;
	g_thread_join(thread);
	g_assert_cmpuint(f.frames, ==, 15);
	g_assert_cmpint(took_ms, >=, 320); /* 16 ticks; no upper bound on a busy machine */
	g_main_context_unref(f.context);
	tear_down(&f);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loopback/port/describes-itself", test_describes_itself);
	g_test_add_func("/loopback/port/party-is-heard", test_party_is_heard);
	g_test_add_func("/loopback/port/marks", test_marks_at_line_speed);
	g_test_add_func("/loopback/port/clear", test_clear_echoes_marks);
	g_test_add_func("/loopback/port/close-before-open", test_close_before_open);
	g_test_add_func("/loopback/port/close-when-open", test_close_when_open);
	g_test_add_func("/loopback/port/heard-file", test_heard_file);
	g_test_add_func("/loopback/port/real-time", test_real_time);
	return g_test_run();
}
