/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Playout against a far end that plays what it is sent, on a clock stepped by hand.
 */

#include "media/playout.h"
#include <string.h>

#define MS       1000
#define FRAME_US (20 * MS)
#define LEAD_MS  120

typedef struct {
	OffhookPlayout *playout;
	gint64 now_us;
	gboolean marks;

	/* the far end */
	GArray *buffered;    /* gint16: the value of each frame that waits */
	gint64 play_from_us; /* when the first of them began or begins */
	GArray *heard;       /* gint16: the values of the frames that were begun to be played */
	guint most_buffered;
	guint clears;
	GArray *marks_sent; /* guint64 */

	GString *events;
	gsize released;
} OffhookTestPlayout;

/* Frames that the far end has begun to play by now leave its buffer. */
static void
offhook_test_playout_far_plays(OffhookTestPlayout *self)
{
	while (self->buffered->len > 0 && self->play_from_us <= self->now_us) {
		g_array_append_vals(self->heard, self->buffered->data, 1);
		g_array_remove_index(self->buffered, 0);
		self->play_from_us += FRAME_US;
	}
}

static void
offhook_test_playout_frame_cb(gpointer user_data, const gint16 *samples, gint64 play_us)
{
	OffhookTestPlayout *self = user_data;
	gint64 waiting_ms;

	offhook_test_playout_far_plays(self);
	if (self->buffered->len == 0)
		self->play_from_us = MAX(self->play_from_us, self->now_us);
	g_array_append_val(self->buffered, samples[0]);
	waiting_ms = (self->play_from_us - self->now_us) / MS + self->buffered->len * 20;
	self->most_buffered = MAX(self->most_buffered, waiting_ms);
	g_assert_cmpint(play_us, >=, self->now_us);
	g_assert_cmpint(play_us, <=, self->now_us + LEAD_MS * MS);
}

static void
offhook_test_playout_mark_cb(gpointer user_data, guint64 id)
{
	g_array_append_val(((OffhookTestPlayout *)user_data)->marks_sent, id);
}

static void
offhook_test_playout_clear_cb(gpointer user_data)
{
	OffhookTestPlayout *self = user_data;

	offhook_test_playout_far_plays(self);
	g_array_set_size(self->buffered, 0);
	self->play_from_us = self->now_us;
	self->clears++;
}

static void
offhook_test_playout_started_cb(gpointer user_data, guint piece, gint64 now_us)
{
	OffhookTestPlayout *self = user_data;

	g_assert_cmpint(now_us, ==, self->now_us);
	g_string_append_printf(self->events, "s%u ", piece);
}

static void
offhook_test_playout_heard_cb(gpointer user_data, guint piece)
{
	g_string_append_printf(((OffhookTestPlayout *)user_data)->events, "h%u ", piece);
}

static void
offhook_test_playout_idle_cb(gpointer user_data)
{
	g_string_append(((OffhookTestPlayout *)user_data)->events, "idle ");
}

static void
offhook_test_playout_released_cb(gpointer user_data, gsize samples)
{
	((OffhookTestPlayout *)user_data)->released += samples;
}

static void
offhook_test_playout_begin(OffhookTestPlayout *self, gboolean can_clear)
{
	static const OffhookPlayoutHandler handler = {
	    offhook_test_playout_frame_cb,   offhook_test_playout_mark_cb,
	    offhook_test_playout_clear_cb,   offhook_test_playout_started_cb,
	    offhook_test_playout_heard_cb,   offhook_test_playout_idle_cb,
	    offhook_test_playout_released_cb};

	*self = (OffhookTestPlayout){.now_us = 1000 * MS};
	self->playout = offhook_playout_new(LEAD_MS, can_clear, &handler, self);
	self->buffered = g_array_new(FALSE, FALSE, sizeof(gint16));
	self->heard = g_array_new(FALSE, FALSE, sizeof(gint16));
	self->marks_sent = g_array_new(FALSE, FALSE, sizeof(guint64));
	self->events = g_string_new(NULL);
}

static void
offhook_test_playout_end(OffhookTestPlayout *self)
{
	offhook_playout_free(self->playout);
	g_array_unref(self->buffered);
	g_array_unref(self->heard);
	g_array_unref(self->marks_sent);
	g_string_free(self->events, TRUE);
}

/* @ms of audio whose frames are numbered from @first on, in their first sample. */
static void
offhook_test_playout_play(OffhookTestPlayout *self, guint piece, gint16 first, guint ms)
{
	gsize n = ms * 16;
	g_autofree gint16 *samples = g_new(gint16, n + 1);
	g_autoptr(GBytes) bytes = NULL;

	for (gsize i = 0; i < n; i++)
		samples[i] = first + i / OFFHOOK_FRAME_SAMPLES;
	bytes = g_bytes_new(samples, n * 2);
	offhook_playout_append(self->playout, self->now_us, piece, bytes);
}

static void
offhook_test_playout_step(OffhookTestPlayout *self, guint ms)
{
	for (guint passed = 0; passed < ms; passed += 20) {
		self->now_us += FRAME_US;
		offhook_test_playout_far_plays(self);
		offhook_playout_tick(self->playout, self->now_us);
	}
}

static void
offhook_test_playout_assert_heard(OffhookTestPlayout *self, gint16 first, guint n)
{
	g_assert_cmpuint(self->heard->len, ==, n);
	for (guint i = 0; i < n; i++)
		g_assert_cmpint(g_array_index(self->heard, gint16, i), ==, first + (gint16)i);
}

/* All of it, in order, without a pause, never more than the lead ahead. */
static void
offhook_test_playout_paces(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	/* One is being played. */
	g_assert_cmpuint(self.buffered->len, ==, LEAD_MS / 20 - 1);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	offhook_test_playout_step(&self, 980);
	offhook_test_playout_assert_heard(&self, 1, 50);
	g_assert_cmpuint(self.most_buffered, <=, LEAD_MS);
	g_assert_cmpuint(self.most_buffered, >, LEAD_MS - 20);
	offhook_test_playout_step(&self, 200);
	g_assert_cmpstr(self.events->str, ==, "s1 h1 idle ");
	g_assert_false(offhook_playout_is_active(self.playout));
	g_assert_cmpuint(self.released, ==, 16000);
	offhook_test_playout_end(&self);
}

/* After a stall of our thread no more than the lead goes out at once. */
static void
offhook_test_playout_stall(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 2000);
	self.now_us += 500 * MS;
	offhook_test_playout_far_plays(&self);
	g_assert_cmpuint(self.buffered->len, ==, 0);
	offhook_playout_tick(self.playout, self.now_us);
	g_assert_cmpuint(self.buffered->len, ==, LEAD_MS / 20 - 1);
	/* A short one is caught up with. */
	self.now_us += 70 * MS;
	offhook_test_playout_far_plays(&self);
	offhook_playout_tick(self.playout, self.now_us);
	g_assert_cmpuint(self.most_buffered, <=, LEAD_MS);
	g_assert_cmpuint(self.buffered->len, >=, LEAD_MS / 20 - 2);
	offhook_test_playout_end(&self);
}

/* A synthesiser that is slower than speech, in chunks that are no whole frames. */
static void
offhook_test_playout_underrun(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	for (guint i = 0; i < 10; i++) {
		gint16 samples[400];
		g_autoptr(GBytes) bytes = NULL;

		for (guint n = 0; n < 400; n++)
			samples[n] = 1 + (i * 400 + n) / OFFHOOK_FRAME_SAMPLES;
		bytes = g_bytes_new(samples, sizeof(samples));
		offhook_playout_append(self.playout, self.now_us, 7, bytes);
		offhook_test_playout_step(&self, 200);
	}
	offhook_playout_end_piece(self.playout, self.now_us, 7);
	offhook_test_playout_step(&self, 300);
	offhook_test_playout_assert_heard(&self, 1, 13); /* 250 ms and the end of a frame */
	g_assert_cmpstr(self.events->str, ==, "s7 h7 idle ");
	offhook_test_playout_end(&self);
}

static void
offhook_test_playout_pieces_in_order(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 100);
	offhook_test_playout_play(&self, 2, 6, 100);
	offhook_playout_end_piece(self.playout, self.now_us, 2);
	offhook_test_playout_step(&self, 400);
	/* 2 waits for the end of 1. */
	offhook_test_playout_assert_heard(&self, 1, 5);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	offhook_playout_end_piece(self.playout, self.now_us, 3); /* empty */
	offhook_test_playout_step(&self, 400);
	offhook_test_playout_assert_heard(&self, 1, 10);
	g_assert_cmpstr(self.events->str, ==, "s1 h1 s2 h2 h3 idle ");
	offhook_test_playout_end(&self);
}

/* After a pause the caller hears on where he was cut, without a frame lost. */
static void
offhook_test_playout_pause_and_resume(void)
{
	OffhookTestPlayout self;
	guint heard_ms, piece;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 200);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	offhook_test_playout_play(&self, 2, 11, 1000);
	offhook_playout_end_piece(self.playout, self.now_us, 2);
	offhook_test_playout_step(&self, 400);
	offhook_playout_pause(self.playout, self.now_us);
	g_assert_cmpuint(self.clears, ==, 1);
	offhook_playout_get_heard(self.playout, self.now_us, &piece, &heard_ms);
	g_assert_cmpuint(piece, ==, 2);
	g_assert_cmpuint(heard_ms, >=, 120);
	g_assert_cmpuint(heard_ms, <=, 200);
	g_assert_true(offhook_playout_is_playing(self.playout));
	g_assert_false(offhook_playout_is_active(self.playout));
	offhook_test_playout_step(&self, 2000);
	g_assert_cmpuint(self.buffered->len, ==, 0);

	/* What was heard by the ledger's careful count is taken away; then go on. */
	g_array_set_size(self.heard, 10 + heard_ms / 20);
	offhook_playout_resume(self.playout, self.now_us);
	offhook_test_playout_step(&self, 1200);
	offhook_test_playout_assert_heard(&self, 1, 60);
	g_assert_cmpstr(self.events->str, ==, "s1 s2 h1 h2 idle ");
	offhook_test_playout_end(&self);
}

static void
offhook_test_playout_pause_twice(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	offhook_test_playout_step(&self, 200);
	offhook_playout_pause(self.playout, self.now_us);
	offhook_playout_pause(self.playout, self.now_us);
	offhook_playout_resume(self.playout, self.now_us);
	/* Again before anything new was heard. */
	offhook_playout_pause(self.playout, self.now_us);
	offhook_playout_resume(self.playout, self.now_us);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	offhook_test_playout_step(&self, 1500);
	g_assert_cmpstr(self.events->str, ==, "s1 h1 idle ");
	g_assert_cmpint(g_array_index(self.heard, gint16, self.heard->len - 1), ==, 50);
	offhook_test_playout_end(&self);
}

static void
offhook_test_playout_stop(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	offhook_test_playout_step(&self, 200);
	offhook_playout_stop(self.playout, self.now_us);
	g_assert_cmpuint(self.clears, ==, 1);
	g_assert_cmpuint(self.buffered->len, ==, 0);
	g_assert_cmpuint(self.released, ==, 16000);
	offhook_test_playout_step(&self, 400);
	g_assert_cmpstr(self.events->str, ==, "s1 ");
	g_assert_false(offhook_playout_is_playing(self.playout));

	/* And what comes then is played, also when it was paused before. */
	offhook_playout_pause(self.playout, self.now_us);
	offhook_playout_stop(self.playout, self.now_us);
	g_array_set_size(self.heard, 0);
	offhook_test_playout_play(&self, 2, 100, 100);
	offhook_playout_end_piece(self.playout, self.now_us, 2);
	offhook_test_playout_step(&self, 400);
	offhook_test_playout_assert_heard(&self, 100, 5);
	offhook_test_playout_end(&self);
}

/* Echoes of marks from before a stop say nothing of what is played now. */
static void
offhook_test_playout_late_echoes(void)
{
	OffhookTestPlayout self;
	guint piece, heard_ms;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	offhook_test_playout_step(&self, 200);
	offhook_playout_stop(self.playout, self.now_us);
	offhook_test_playout_play(&self, 2, 1, 1000);
	for (guint i = 0; i < self.marks_sent->len - 1; i++)
		offhook_playout_mark_echoed(self.playout, self.now_us,
					    g_array_index(self.marks_sent, guint64, i));
	offhook_playout_get_heard(self.playout, self.now_us, &piece, &heard_ms);
	g_assert_cmpuint(piece, ==, 1);
	offhook_test_playout_end(&self);
}

/* Behind the first frame, then about every 200 ms, and behind the last. */
static void
offhook_test_playout_marks(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	g_assert_cmpuint(self.marks_sent->len, ==, 1);
	offhook_test_playout_step(&self, 1200);
	g_assert_cmpuint(self.marks_sent->len, >=, 6);
	g_assert_cmpuint(self.marks_sent->len, <=, 7);
	offhook_test_playout_end(&self);
}

/* A far end that can't clear plays what it has; a pause holds back the rest, a resume goes on. */
static void
offhook_test_playout_without_clear(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, FALSE);
	offhook_test_playout_play(&self, 1, 1, 1000);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	offhook_test_playout_step(&self, 200);
	offhook_playout_pause(self.playout, self.now_us);
	g_assert_cmpuint(self.clears, ==, 0);
	offhook_test_playout_step(&self, 1000);
	g_assert_cmpuint(self.heard->len, <=, 200 / 20 + LEAD_MS / 20);
	offhook_playout_resume(self.playout, self.now_us);
	offhook_test_playout_step(&self, 1500);
	offhook_test_playout_assert_heard(&self, 1, 50);
	offhook_test_playout_end(&self);
}

/* An hour of speech in small chunks: memory is given back as it is heard. */
static void
offhook_test_playout_releases(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	for (guint i = 0; i < 500; i++) {
		offhook_test_playout_play(&self, 1, 1, 40);
		offhook_test_playout_step(&self, 40);
		g_assert_cmpuint((i + 1) * 640 - self.released, <=, 16 * 400);
	}
	offhook_test_playout_end(&self);
}

static void
offhook_test_playout_audio_after_end(void)
{
	OffhookTestPlayout self;

	offhook_test_playout_begin(&self, TRUE);
	offhook_playout_end_piece(self.playout, self.now_us, 1);
	g_assert_cmpstr(self.events->str, ==, "h1 idle ");
	offhook_test_playout_play(&self, 2, 1, 40);
	offhook_playout_end_piece(self.playout, self.now_us, 2);
	offhook_test_playout_play(&self, 2, 1, 40);
	offhook_test_playout_step(&self, 200);
	g_assert_cmpuint(self.heard->len, ==, 2);
	g_assert_cmpuint(self.released, ==, 2 * 640);
	offhook_test_playout_end(&self);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/playout/paces", offhook_test_playout_paces);
	g_test_add_func("/playout/stall", offhook_test_playout_stall);
	g_test_add_func("/playout/underrun", offhook_test_playout_underrun);
	g_test_add_func("/playout/pieces-in-order", offhook_test_playout_pieces_in_order);
	g_test_add_func("/playout/pause-and-resume", offhook_test_playout_pause_and_resume);
	g_test_add_func("/playout/pause-twice", offhook_test_playout_pause_twice);
	g_test_add_func("/playout/stop", offhook_test_playout_stop);
	g_test_add_func("/playout/late-echoes", offhook_test_playout_late_echoes);
	g_test_add_func("/playout/marks", offhook_test_playout_marks);
	g_test_add_func("/playout/without-clear", offhook_test_playout_without_clear);
	g_test_add_func("/playout/releases", offhook_test_playout_releases);
	g_test_add_func("/playout/audio-after-end", offhook_test_playout_audio_after_end);
	return g_test_run();
}
