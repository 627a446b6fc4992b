/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media session's life: what it hears, what it says, and who may interrupt.
 */

#include "session-fixture.h"

#include "media/pipeline.h"
#include <math.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <string.h>

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

static gint64
get_heard_until(OffhookTestSession *self)
{
	OffhookMediaSessionStatistics statistics;

	offhook_media_session_get_statistics(self->session, &statistics);
	return statistics.heard_until_us;
}

/* A line that sends nothing when nobody speaks. */
static void
offhook_test_session_line_falls_silent(void)
{
	OffhookTestSession self;
	gint64 heard_until_us;

	offhook_test_session_configured(&self, &defaults);
	offhook_test_session_pass(&self, 500);
	offhook_test_session_say(&self, 0, 1600);
	g_assert_cmpstr(self.events->str, ==, "speech ");
	heard_until_us = get_heard_until(&self);
	g_assert_cmpint(heard_until_us, ==, offhook_test_session_now(&self));
	self.quiet_line = TRUE;
	/* It could be late ... */
	offhook_test_session_pass(&self, 700);
	g_assert_cmpint(get_heard_until(&self), ==, heard_until_us);
	/* ... and is taken for silent. */
	offhook_test_session_pass(&self, 500);
	g_assert_cmpint(get_heard_until(&self), ==, offhook_test_session_now(&self));
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

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	offhook_test_session_prepare();
	g_type_ensure(TEST_TYPE_ECHO);
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
	return g_test_run();
}
