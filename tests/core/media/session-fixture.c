/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The session's surroundings. What it tells comes to the test's main loop; what is heard is put into the
 * port by its media thread.
 */

#include "session-fixture.h"

#include "media/websocket-port.h"
#include <offhook/context.h>
#include <offhook/error.h>
#include <string.h>

/* ---- events ---- */

static void
offhook_test_session_started_cb(gpointer user_data, const OffhookStreamStart *start)
{
	g_assert_cmpstr(start->stream_id, ==, "stream");
	g_string_append(((OffhookTestSession *)user_data)->events, "started ");
}

static void
offhook_test_session_speech_started_cb(gpointer user_data, gint64 began_us, gboolean overlap,
				       guint piece, guint heard_ms)
{
	OffhookTestSession *self = user_data;

	self->began_us = began_us;
	self->overlap = overlap;
	self->piece = piece;
	self->heard_ms = heard_ms;
	g_string_append(self->events, "speech ");
}

static void
offhook_test_session_speech_audio_cb(gpointer user_data, GBytes *audio)
{
	((OffhookTestSession *)user_data)->speech_bytes += g_bytes_get_size(audio);
}

static void
offhook_test_session_speech_stopped_cb(gpointer user_data, gint64 ended_us, guint speech_ms)
{
	OffhookTestSession *self = user_data;

	self->ended_us = ended_us;
	self->speech_ms = speech_ms;
	g_string_append(self->events, "silence ");
}

static void
offhook_test_session_dtmf_cb(gpointer user_data, char digit)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "key%c ", digit);
}

static void
offhook_test_session_piece_started_cb(gpointer user_data, guint piece, gint64 first_frame_us)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "s%u ", piece);
}

static void
offhook_test_session_piece_heard_cb(gpointer user_data, guint piece)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "h%u ", piece);
}

static void
offhook_test_session_idle_cb(gpointer user_data)
{
	g_string_append(((OffhookTestSession *)user_data)->events, "idle ");
}

static void
offhook_test_session_utterance_cb(gpointer user_data, const char *text, gboolean final)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "%s:%s ",
			       final ? "final" : "partial", text);
}

static void
offhook_test_session_cut_off_cb(gpointer user_data, const char *spoken)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "cut:%s ", spoken);
}

static void
offhook_test_session_recording_ended_cb(gpointer user_data, guint number, guint64 length_ms)
{
	g_string_append_printf(((OffhookTestSession *)user_data)->events,
			       "r%u:%" G_GUINT64_FORMAT " ", number, length_ms);
}

static void
offhook_test_session_storage_error_cb(gpointer user_data, guint number, const GError *error)
{
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_string_append_printf(((OffhookTestSession *)user_data)->events, "storage%u ", number);
}

static void
offhook_test_session_ended_cb(gpointer user_data, const GError *error)
{
	OffhookTestSession *self = user_data;

	self->error = error != NULL ? g_error_copy(error) : NULL;
	g_string_append(self->events, "ended ");
}

static const OffhookMediaEvents events = {
    .started = offhook_test_session_started_cb,
    .speech_started = offhook_test_session_speech_started_cb,
    .speech_audio = offhook_test_session_speech_audio_cb,
    .speech_stopped = offhook_test_session_speech_stopped_cb,
    .dtmf = offhook_test_session_dtmf_cb,
    .piece_started = offhook_test_session_piece_started_cb,
    .piece_heard = offhook_test_session_piece_heard_cb,
    .playout_idle = offhook_test_session_idle_cb,
    .recording_ended = offhook_test_session_recording_ended_cb,
    .storage_error = offhook_test_session_storage_error_cb,
    .utterance = offhook_test_session_utterance_cb,
    .cut_off = offhook_test_session_cut_off_cb,
    .ended = offhook_test_session_ended_cb,
};

/* ---- stepping ---- */

static void
offhook_test_session_synced_cb(gpointer data)
{
	g_atomic_int_set(&((OffhookTestSession *)data)->synced, TRUE);
}

static void
offhook_test_session_bounce_cb(gpointer data)
{
	/* Behind every event that the media thread has posted by now. */
	offhook_context_post(NULL, offhook_test_session_synced_cb, data, NULL);
}

static gboolean
offhook_test_session_is_synced(gpointer data)
{
	return g_atomic_int_get(&((OffhookTestSession *)data)->synced);
}

void
offhook_test_session_sync(OffhookTestSession *self)
{
	self->synced = FALSE;
	offhook_media_thread_post(self->thread, offhook_test_session_bounce_cb, self, NULL);
	harness_wait_until(offhook_test_session_is_synced, self, "the media thread");
}

static void
offhook_test_session_hear_cb(gpointer data)
{
	OffhookTestSession *self = data;
	guint8 silence[160];

	memset(silence, 0xff, sizeof(silence));
	offhook_media_port_receive_audio(OFFHOOK_MEDIA_PORT(self->port),
					 self->data != NULL ? self->data : silence, 160,
					 self->timestamp_ms);
}

void
offhook_test_session_step(OffhookTestSession *self, const guint8 *data)
{
	offhook_clock_advance(self->clock, 20 * MS);
	self->data = data;
	if (!self->quiet_line)
		offhook_media_thread_post(self->thread, offhook_test_session_hear_cb, self, NULL);
	offhook_media_thread_kick(self->thread);
	offhook_test_session_sync(self);
	self->timestamp_ms += 20;
}

void
offhook_test_session_pass(OffhookTestSession *self, guint ms)
{
	for (guint passed = 0; passed < ms; passed += 20)
		offhook_test_session_step(self, NULL);
}

void
offhook_test_session_say(OffhookTestSession *self, guint from_ms, guint to_ms)
{
	for (guint ms = from_ms; ms < to_ms; ms += 20)
		offhook_test_session_step(self, (guint8 *)self->speech + ms * 8);
}

gint64
offhook_test_session_now(OffhookTestSession *self)
{
	return offhook_clock_get_time(self->clock);
}

/* ---- beginning and end ---- */

void
offhook_test_session_start_cb(gpointer data)
{
	OffhookTestSession *self = data;
	g_autoptr(OffhookStreamStart) start = offhook_stream_start_new(
	    "stream", NULL, offhook_media_port_get_incoming_format(OFFHOOK_MEDIA_PORT(self->port)));

	offhook_media_port_receive_start(OFFHOOK_MEDIA_PORT(self->port), start);
}

void
offhook_test_session_begin(OffhookTestSession *self, OffhookMediaFeatures features)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "data", "book-a-table.ul", NULL);
	g_autoptr(GError) error = NULL;

	*self = (OffhookTestSession){0};
	g_file_get_contents(path, &self->speech, &self->speech_size, &error);
	g_assert_no_error(error);
	self->clock = offhook_clock_new_manual(50000 * MS);
	self->thread = offhook_media_thread_new("test-media", self->clock);
	self->port = fake_port_new(features);
	self->events = g_string_new(NULL);
}

void
offhook_test_session_open(OffhookTestSession *self)
{
	self->session =
	    offhook_media_session_new(self->thread, OFFHOOK_MEDIA_PORT(self->port), &events, self);
	offhook_test_session_sync(self);
}

void
offhook_test_session_configured(OffhookTestSession *self, const OffhookMediaSessionConfig *config)
{
	offhook_test_session_begin(self, FEATURES);
	offhook_test_session_open(self);
	offhook_media_session_configure(self->session, config);
	offhook_test_session_sync(self);
}

void
offhook_test_session_end(OffhookTestSession *self)
{
	g_clear_pointer(&self->session, offhook_media_session_unref);
	offhook_test_session_sync(self);
	offhook_test_session_sync(self);
	offhook_media_thread_free(self->thread);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(self->port);
	g_object_unref(self->clock);
	g_string_free(self->events, TRUE);
	g_clear_error(&self->error);
	g_free(self->speech);
}

gboolean
offhook_test_session_play(OffhookTestSession *self, guint piece, guint ms)
{
	g_autofree gint16 *samples = g_new(gint16, ms * 16);
	g_autoptr(GBytes) bytes = NULL;
	gboolean taken;

	for (guint i = 0; i < ms * 16; i++)
		samples[i] = i % 32 < 16 ? 6000 : -6000;
	bytes = g_bytes_new(samples, ms * 32);
	taken = offhook_media_session_play(self->session, piece, bytes);
	offhook_test_session_sync(self);
	return taken;
}

void
offhook_test_session_end_piece(OffhookTestSession *self, guint piece)
{
	offhook_media_session_end_piece(self->session, piece);
	offhook_test_session_sync(self);
}

void
offhook_test_session_prepare(void)
{
	g_main_context_default();
	g_type_ensure(FAKE_TYPE_PORT);
	g_type_ensure(OFFHOOK_TYPE_WEBSOCKET_PORT);
}
