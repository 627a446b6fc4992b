/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A whole media session between a fake port and this test, with real speech
 * (tests/data/book-a-table.ul, spoken from 0.8 to 2.25 s), on a clock stepped by hand.
 */

#include "media/session.h"

#include "fake-port.h"
#include "media/pipeline.h"
#include "media/recorder.h"
#include "media/websocket-port.h"
#include <harness.h>
#include <math.h>
#include <offhook/context.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/wav.h>
#include <string.h>

#define MS       1000
#define FEATURES (OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR | OFFHOOK_MEDIA_DTMF_EVENTS)

typedef struct {
	OffhookClock *clock;
	OffhookMediaThread *thread;
	FakePort *port;
	OffhookMediaSession *session;
	char *speech;
	gsize speech_size;

	/* what was said to us */
	GString *events;
	gint64 began_us;
	gint64 ended_us;
	guint speech_ms;
	gboolean overlap;
	guint piece;
	guint heard_ms;
	gsize speech_bytes;
	GError *error;

	/* for the media thread */
	const guint8 *data; /* 20 ms to be heard; NULL for silence */
	gint64 timestamp_ms;
	gboolean quiet_line; /* nothing is heard, not even silence */
	gboolean synced;     /* atomic */
} OffhookTestSession;

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
offhook_test_session_storage_error_cb(gpointer user_data, const GError *error)
{
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE);
	g_string_append(((OffhookTestSession *)user_data)->events, "storage ");
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

/* The media thread has done all it was told, and we have heard of it. */
static void
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

/* 20 ms pass. */
static void
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

static void
offhook_test_session_pass(OffhookTestSession *self, guint ms)
{
	for (guint passed = 0; passed < ms; passed += 20)
		offhook_test_session_step(self, NULL);
}

/* The caller says what is between two places of the speech file. */
static void
offhook_test_session_say(OffhookTestSession *self, guint from_ms, guint to_ms)
{
	for (guint ms = from_ms; ms < to_ms; ms += 20)
		offhook_test_session_step(self, (guint8 *)self->speech + ms * 8);
}

static gint64
offhook_test_session_now(OffhookTestSession *self)
{
	return offhook_clock_get_time(self->clock);
}

/* ---- beginning and end ---- */

static void
offhook_test_session_start_cb(gpointer data)
{
	OffhookTestSession *self = data;
	g_autoptr(OffhookStreamStart) start = offhook_stream_start_new(
	    "stream", NULL, offhook_media_port_get_incoming_format(OFFHOOK_MEDIA_PORT(self->port)));

	offhook_media_port_receive_start(OFFHOOK_MEDIA_PORT(self->port), start);
}

static void
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

static void
offhook_test_session_open(OffhookTestSession *self)
{
	self->session =
	    offhook_media_session_new(self->thread, OFFHOOK_MEDIA_PORT(self->port), &events, self);
	offhook_test_session_sync(self);
}

static void
offhook_test_session_configured(OffhookTestSession *self, const OffhookMediaSessionConfig *config)
{
	offhook_test_session_begin(self, FEATURES);
	offhook_test_session_open(self);
	offhook_media_session_configure(self->session, config);
	offhook_test_session_sync(self);
}

static void
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

/* @ms of a tone as the agent's voice. */
static gboolean
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

static void
offhook_test_session_end_piece(OffhookTestSession *self, guint piece)
{
	offhook_media_session_end_piece(self->session, piece);
	offhook_test_session_sync(self);
}

static const OffhookMediaSessionConfig defaults = OFFHOOK_MEDIA_SESSION_CONFIG_DEFAULT;

/* ---- tests ---- */

static void
offhook_test_session_life(void)
{
	OffhookTestSession self;

	offhook_test_session_begin(&self, FEATURES);
	offhook_test_session_open(&self);
	offhook_media_thread_post(self.thread, offhook_test_session_start_cb, &self, NULL);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "started ");
	offhook_media_session_close(self.session, NULL);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "started ended ");
	g_assert_no_error(self.error);
	g_assert_cmpuint(self.port->closes, ==, 1);
	/* Afterwards nothing does anything. */
	offhook_media_session_close(self.session, NULL);
	offhook_test_session_play(&self, 1, 100);
	offhook_media_session_stop(self.session);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "started ended ");
	offhook_test_session_end(&self);
}

static void
offhook_test_session_close_reason(void)
{
	OffhookTestSession self;
	g_autoptr(GError) why = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION, "no");

	offhook_test_session_begin(&self, FEATURES);
	offhook_test_session_open(&self);
	offhook_media_session_close(self.session, why);
	offhook_test_session_sync(&self);
	g_assert_error(self.error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	offhook_test_session_end(&self);
}

static void
offhook_test_session_cannot_open(void)
{
	OffhookTestSession self;
	OffhookMediaThreadStatistics statistics;

	offhook_test_session_begin(&self, FEATURES);
	self.port->refuse_open = TRUE;
	offhook_test_session_open(&self);
	g_assert_cmpstr(self.events->str, ==, "ended ");
	g_assert_error(self.error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	offhook_media_thread_get_statistics(self.thread, &statistics);
	g_assert_cmpuint(statistics.sessions, ==, 0);
	offhook_test_session_end(&self);
}

static void
offhook_test_session_bad_pipeline(void)
{
	OffhookTestSession self;
	OffhookMediaSessionConfig config = defaults;

	config.incoming_pipeline = "no-such-element-here";
	offhook_test_session_configured(&self, &config);
	g_assert_cmpstr(self.events->str, ==, "ended ");
	g_assert_error(self.error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	offhook_test_session_end(&self);
}

/* Given back without being closed: closed silently. */
static void
offhook_test_session_unref_alone(void)
{
	OffhookTestSession self;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_play(&self, 1, 1000);
	g_clear_pointer(&self.session, offhook_media_session_unref);
	offhook_test_session_sync(&self);
	g_assert_cmpuint(self.port->closes, ==, 1);
	g_assert_cmpstr(self.events->str, ==, "s1 ");
	offhook_test_session_end(&self);
}

static void
offhook_test_session_speech(void)
{
	OffhookTestSession self;
	gint64 base_us;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_pass(&self, 1000);
	base_us = offhook_test_session_now(&self);
	offhook_test_session_say(&self, 0, 2400);
	offhook_test_session_pass(&self, 600);
	g_assert_cmpstr(self.events->str, ==, "speech silence ");
	g_assert_false(self.overlap);
	g_assert_cmpint(ABS(self.began_us - (base_us + 800 * MS)), <=, 120 * MS);
	g_assert_cmpint(ABS(self.ended_us - (base_us + 2250 * MS)), <=, 300 * MS);
	g_assert_cmpuint(self.speech_ms, ==, (self.ended_us - self.began_us) / MS);
	/* From 300 ms before the begin to the decision that it is over. */
	g_assert_cmpuint(self.speech_bytes / 32, >=, self.speech_ms + 300);
	g_assert_cmpuint(self.speech_bytes / 32, <=, self.speech_ms + 300 + 320);
	g_assert_cmpuint(self.speech_bytes % OFFHOOK_FRAME_BYTES, ==, 0);
	offhook_test_session_end(&self);
}

/* Speech from before configure is not lost. */
static void
offhook_test_session_early_audio(void)
{
	OffhookTestSession self;

	offhook_test_session_begin(&self, FEATURES);
	offhook_test_session_open(&self);
	offhook_test_session_say(&self, 0, 1800);
	g_assert_cmpstr(self.events->str, ==, "");
	offhook_media_session_configure(self.session, &defaults);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "speech ");
	offhook_test_session_say(&self, 1800, 2400);
	offhook_test_session_pass(&self, 600);
	g_assert_cmpstr(self.events->str, ==, "speech silence ");
	g_assert_cmpuint(self.speech_ms, >=, 1000);
	offhook_test_session_end(&self);
}

/* A line that sends nothing when nobody speaks. */
static void
offhook_test_session_line_falls_silent(void)
{
	OffhookTestSession self;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_pass(&self, 500);
	offhook_test_session_say(&self, 0, 1600);
	g_assert_cmpstr(self.events->str, ==, "speech ");
	self.quiet_line = TRUE;
	offhook_test_session_pass(&self, 1200);
	g_assert_cmpstr(self.events->str, ==, "speech silence ");
	offhook_test_session_end(&self);
}

static void
offhook_test_session_pieces(void)
{
	OffhookTestSession self;
	guint piece, heard_ms;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_play(&self, 1, 400);
	g_assert_cmpuint(self.port->frames, ==, 6);
	offhook_test_session_end_piece(&self, 1);
	offhook_test_session_play(&self, 2, 400);
	offhook_test_session_end_piece(&self, 2);
	offhook_test_session_pass(&self, 1000);
	g_assert_cmpuint(self.port->frames, ==, 40);
	g_assert_cmpstr(self.events->str, ==, "s1 s2 h1 h2 idle ");
	g_assert_cmpuint(self.port->marks->len, >=, 4);
	offhook_media_session_get_heard(self.session, &piece, &heard_ms);
	g_assert_cmpuint(piece, ==, 2);
	g_assert_cmpuint(heard_ms, >=, 380);
	offhook_test_session_end(&self);
}

/* By the time we hear of the speech the far end has been silenced; afterwards it goes on. */
static void
offhook_test_session_barge_in(void)
{
	OffhookTestSession self;
	guint frames;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_pass(&self, 500);
	offhook_test_session_play(&self, 1, 4000);
	offhook_test_session_end_piece(&self, 1);
	offhook_test_session_pass(&self, 200);
	offhook_test_session_say(&self, 0, 1400);
	g_assert_cmpstr(self.events->str, ==, "s1 speech ");
	g_assert_true(self.overlap);
	g_assert_cmpuint(self.piece, ==, 1);
	/* Speech begins 1.0 s into the piece and is certain some 220 ms later. */
	g_assert_cmpuint(self.heard_ms, >=, 1000);
	g_assert_cmpuint(self.heard_ms, <=, 1500);
	g_assert_cmpuint(self.port->clears, ==, 1);
	g_assert_cmpuint(self.port->frames, ==, self.port->frames_at_clear);
	offhook_test_session_say(&self, 1400, 2400);
	offhook_test_session_pass(&self, 600);
	frames = self.port->frames;
	g_assert_cmpuint(frames, ==, self.port->frames_at_clear);

	offhook_media_session_resume(self.session);
	offhook_test_session_pass(&self, 4000);
	g_assert_cmpstr(self.events->str, ==, "s1 speech silence h1 idle ");
	g_assert_cmpuint(self.port->frames - frames, ==, (4000 - self.heard_ms + 19) / 20);
	offhook_test_session_end(&self);
}

static void
offhook_test_session_not_interruptible(void)
{
	OffhookTestSession self;

	offhook_test_session_configured(&self, &defaults);
	offhook_media_session_set_interruptible(self.session, FALSE);
	offhook_test_session_pass(&self, 500);
	offhook_test_session_play(&self, 1, 3000);
	offhook_test_session_end_piece(&self, 1);
	offhook_test_session_say(&self, 0, 2400);
	offhook_test_session_pass(&self, 1200);
	g_assert_cmpstr(self.events->str, ==, "s1 speech silence h1 idle ");
	g_assert_true(self.overlap);
	g_assert_cmpuint(self.port->clears, ==, 0);
	g_assert_cmpuint(self.port->frames, ==, 150);
	offhook_test_session_end(&self);
}

static void
offhook_test_session_stop(void)
{
	OffhookTestSession self;
	guint frames;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_play(&self, 1, 2000);
	offhook_test_session_pass(&self, 300);
	offhook_media_session_stop(self.session);
	offhook_test_session_sync(&self);
	frames = self.port->frames;
	g_assert_cmpuint(self.port->clears, ==, 1);
	offhook_test_session_pass(&self, 500);
	g_assert_cmpuint(self.port->frames, ==, frames);
	offhook_test_session_play(&self, 2, 100);
	offhook_test_session_end_piece(&self, 2);
	offhook_test_session_pass(&self, 400);
	g_assert_cmpstr(self.events->str, ==, "s1 s2 h2 idle ");
	offhook_test_session_end(&self);
}

static void
offhook_test_session_queue_is_bounded(void)
{
	OffhookTestSession self;
	guint taken = 0;

	offhook_test_session_configured(&self, &defaults);
	while (offhook_test_session_play(&self, 1, 60000))
		taken++;
	g_assert_cmpuint(taken, ==, OFFHOOK_MEDIA_SESSION_QUEUE_MS / 60000);
	offhook_media_session_stop(self.session);
	offhook_test_session_sync(&self);
	g_assert_true(offhook_test_session_play(&self, 2, 60000));
	offhook_test_session_end(&self);
}

static void
offhook_test_session_key_cb(gpointer data)
{
	offhook_media_port_receive_dtmf(OFFHOOK_MEDIA_PORT(((OffhookTestSession *)data)->port),
					'#');
}

static void
offhook_test_session_keys(void)
{
	OffhookTestSession self;

	offhook_test_session_configured(&self, &defaults);
	offhook_media_thread_post(self.thread, offhook_test_session_key_cb, &self, NULL);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "key# ");
	offhook_test_session_end(&self);
}

/* ---- where words cross ---- */

static void
offhook_test_session_words_cb(gpointer data)
{
	OffhookMediaPort *port = OFFHOOK_MEDIA_PORT(((OffhookTestSession *)data)->port);
	static const guint8 silence[160];

	offhook_media_port_receive_utterance(port, "hel", FALSE);
	offhook_media_port_receive_utterance(port, "hello", TRUE);
	offhook_media_port_receive_cut_off(port, "We");
	offhook_media_port_receive_dtmf(port, '5');
	/* Not what it said it would do; nothing is there for it. */
	offhook_media_port_receive_audio(port, silence, sizeof(silence), 0);
}

static void
offhook_test_session_words(void)
{
	OffhookTestSession self;
	OffhookMediaSessionStatistics statistics;

	offhook_test_session_begin(&self, OFFHOOK_MEDIA_TEXT | OFFHOOK_MEDIA_DTMF_EVENTS);
	offhook_test_session_open(&self);
	g_assert_true(offhook_media_session_carries_text(self.session));
	offhook_media_session_configure(self.session, &defaults);
	offhook_media_session_speak(self.session, 1, "We open ", FALSE);
	offhook_media_session_speak(self.session, 1, "at nine.", FALSE);
	offhook_media_session_set_interruptible(self.session, FALSE);
	offhook_media_session_speak(self.session, 1, "", TRUE);
	offhook_media_session_send_digits(self.session, "1#");
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.port->words->str, ==,
			"text \"We open \"\ntext \"at nine.\"\ntext \"\" last firm\nkeys 1#\n");
	g_assert_cmpstr(self.events->str, ==, "s1 ");
	g_string_truncate(self.events, 0);
	offhook_media_thread_post(self.thread, offhook_test_session_words_cb, &self, NULL);
	offhook_test_session_sync(&self);
	g_assert_cmpstr(self.events->str, ==, "partial:hel final:hello cut:We key5 ");
	/* What is for audio does nothing. */
	offhook_test_session_play(&self, 2, 100);
	offhook_test_session_end_piece(&self, 2);
	offhook_media_session_pause(self.session);
	offhook_media_session_resume(self.session);
	offhook_media_session_stop(self.session);
	offhook_test_session_pass(&self, 500);
	g_assert_cmpuint(self.port->frames, ==, 0);
	offhook_media_session_get_statistics(self.session, &statistics);
	g_assert_cmpuint(statistics.frames_out, ==, 0);
	offhook_test_session_end(&self);
}

/* A line that does not report keys: they are heard in the audio. */
static void
offhook_test_session_keys_in_band(void)
{
	OffhookTestSession self;
	gint16 tone[160];
	guint8 wire[160];

	offhook_test_session_begin(&self, OFFHOOK_MEDIA_MARKS | OFFHOOK_MEDIA_CLEAR);
	if (!offhook_pipeline_has_element("dtmfdetect")) {
		g_test_skip("no dtmfdetect");
		offhook_test_session_open(&self);
		offhook_test_session_end(&self);
		return;
	}
	offhook_test_session_open(&self);
	offhook_media_session_configure(self.session, &defaults);
	offhook_test_session_sync(&self);
	for (guint frame = 0; frame < 6; frame++) { /* 5 is 770 and 1336 Hz */
		for (guint i = 0; i < 160; i++) {
			double t = (frame * 160 + i) / 8000.0;

			tone[i] = 5000 * (sin(2 * G_PI * 770 * t) + sin(2 * G_PI * 1336 * t));
		}
		offhook_g711_encode(OFFHOOK_ENCODING_MULAW, tone, 160, wire);
		offhook_test_session_step(&self, wire);
	}
	offhook_test_session_pass(&self, 200);
	g_assert_nonnull(strstr(self.events->str, "key5 "));
	offhook_test_session_end(&self);
}

/* ---- an agent that is given the audio ---- */

#define TEST_TYPE_ECHO (offhook_test_echo_get_type())
G_DECLARE_FINAL_TYPE(OffhookTestEcho, offhook_test_echo, TEST, ECHO, OffhookAgentSession)

struct _OffhookTestEcho {
	OffhookAgentSession parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookTestEcho, offhook_test_echo, OFFHOOK_TYPE_AGENT_SESSION)

static gboolean
offhook_test_echo_audio_frame(OffhookAgentSession *self, const gint16 *in, gint16 *out)
{
	memcpy(out, in, OFFHOOK_FRAME_BYTES);
	return TRUE;
}

static void
offhook_test_echo_init(OffhookTestEcho *self)
{
}

static void
offhook_test_echo_class_init(OffhookTestEchoClass *klass)
{
	OFFHOOK_AGENT_SESSION_CLASS(klass)->audio_frame = offhook_test_echo_audio_frame;
}

/* Each frame is answered at once, with the caller's own voice. */
static void
offhook_test_session_audio_agent(void)
{
	OffhookTestSession self;
	OffhookMediaSessionConfig config = defaults;
	OffhookMediaSessionStatistics statistics;
	g_autoptr(OffhookAgentSession) echo = g_object_new(TEST_TYPE_ECHO, NULL);
	guint loud = 0;

	config.audio_agent = echo;
	offhook_test_session_configured(&self, &config);
	for (guint i = 0; i < 115; i++) {
		offhook_test_session_step(&self, (guint8 *)self.speech + i * 160);
		g_assert_cmpuint(self.port->frames, ==, i + 1);
	}
	for (guint i = 0; i < self.port->audio->len; i++)
		loud += (self.port->audio->data[i] & 0x7f) < 0x40;
	g_assert_cmpuint(loud, >, 1000);
	offhook_media_session_close(self.session, NULL);
	offhook_test_session_sync(&self);
	offhook_media_session_get_statistics(self.session, &statistics);
	g_assert_cmpuint(statistics.frames_in, ==, 115);
	g_assert_cmpuint(statistics.frames_out, ==, 115);
	g_assert_cmpuint(statistics.dropped, ==, 0);
	g_assert_cmpstr(self.events->str, ==, "ended ");
	offhook_test_session_end(&self);
}

/* ---- recording ---- */

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
	/* What GLib makes once, made before there are threads: the thread checker can't follow it. */
	g_main_context_default();
	g_type_ensure(FAKE_TYPE_PORT);
	g_type_ensure(TEST_TYPE_ECHO);
	g_type_ensure(OFFHOOK_TYPE_WEBSOCKET_PORT);
	g_test_add_func("/session/life", offhook_test_session_life);
	g_test_add_func("/session/close-reason", offhook_test_session_close_reason);
	g_test_add_func("/session/cannot-open", offhook_test_session_cannot_open);
	g_test_add_func("/session/bad-pipeline", offhook_test_session_bad_pipeline);
	g_test_add_func("/session/unref-alone", offhook_test_session_unref_alone);
	g_test_add_func("/session/speech", offhook_test_session_speech);
	g_test_add_func("/session/early-audio", offhook_test_session_early_audio);
	g_test_add_func("/session/line-falls-silent", offhook_test_session_line_falls_silent);
	g_test_add_func("/session/pieces", offhook_test_session_pieces);
	g_test_add_func("/session/barge-in", offhook_test_session_barge_in);
	g_test_add_func("/session/not-interruptible", offhook_test_session_not_interruptible);
	g_test_add_func("/session/stop", offhook_test_session_stop);
	g_test_add_func("/session/queue-is-bounded", offhook_test_session_queue_is_bounded);
	g_test_add_func("/session/keys", offhook_test_session_keys);
	g_test_add_func("/session/words", offhook_test_session_words);
	g_test_add_func("/session/keys-in-band", offhook_test_session_keys_in_band);
	g_test_add_func("/session/audio-agent", offhook_test_session_audio_agent);
	g_test_add_func("/session/recording", offhook_test_session_recording);
	g_test_add_func("/session/disk-full", offhook_test_session_disk_full);
	return g_test_run();
}
