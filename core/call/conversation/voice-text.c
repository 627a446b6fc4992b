/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A voice that somebody else speaks with: the answer goes to the far end as it is written, and the
 * far end says how far it came when it was interrupted. That it has come to the end it does not say:
 * that is estimated from the text, see turn/spoken-text.h, and known when the caller answers before.
 * Main thread.
 */

#include "call/conversation/voice-private.h"

#include "base/deadline.h"
#include "turn/spoken-text.h"

#include <string.h>

typedef struct {
	OffhookVoice base;

	OffhookDeadline *deadline; /* of the end of the speech */
	guint piece;
	gint64 spoken_until_us; /* the estimated end of what was sent so far */
	gint64 began_us;        /* ... and its beginning */
	gsize begin;            /* in the text, of what is being spoken */
	gsize sent;             /* of the text */
	gboolean closed;        /* ... of which the last was sent */
	gboolean paused;        /* nothing more is sent */
	gboolean cut;           /* the far end is silent, at `heard` */
	gsize heard;
	char *former; /* (nullable): the answer before, which the far end may still tell of */
} OffhookTextVoice;

#define TEXT(voice) ((OffhookTextVoice *)(voice))

/* The estimate is a slow one; what has probably been heard is a fifth more. */
#define OFFHOOK_TEXT_VOICE_HASTE 5

static void
offhook_text_voice_send(OffhookVoice *voice, gboolean last)
{
	OffhookTextVoice *self = TEXT(voice);
	const char *text = voice->text->str + self->sent;
	gint64 now = g_get_monotonic_time();

	if (*text == '\0' && !last)
		return;
	if (self->sent == self->begin) {
		self->began_us = now;
		self->spoken_until_us =
		    now + OFFHOOK_SPOKEN_TEXT_START_MS * G_TIME_SPAN_MILLISECOND;
	}
	self->spoken_until_us =
	    MAX(self->spoken_until_us, now) + (gint64)offhook_spoken_text_estimate_ms(text) * 1000;
	self->sent = voice->text->len;
	self->closed = last;
	offhook_media_session_speak(voice->media, self->piece, text, last);
}

/* Only between answers: an utterance of the far end is not to be broken open. */
static void
offhook_text_voice_fill(OffhookVoice *voice, const char *text)
{
	if (!voice->active)
		offhook_media_session_speak(voice->media, ++voice->last_piece, text, TRUE);
}

/* The end of what was sent, if that is all there is. */
static void
offhook_text_voice_await_end(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);
	gboolean waiting = voice->active && voice->ended && !self->paused;

	offhook_deadline_set(self->deadline, waiting ? self->spoken_until_us : G_MAXINT64);
}

static void
offhook_text_voice_say(OffhookVoice *voice, const char *text)
{
	if (!TEXT(voice)->paused)
		offhook_text_voice_send(voice, FALSE);
}

static void
offhook_text_voice_end(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	if (voice->text->len == 0) {
		offhook_voice_tell_finished(voice);
		return;
	}
	if (!self->paused)
		offhook_text_voice_send(voice, TRUE);
	offhook_text_voice_await_end(voice);
}

static void
offhook_text_voice_deadline_cb(gpointer user_data)
{
	offhook_voice_tell_finished(user_data);
}

/*
 * Only the far end can silence itself. Until it says that it has, what was sent goes on being
 * spoken.
 */
static void
offhook_text_voice_pause(OffhookVoice *voice)
{
	TEXT(voice)->paused = TRUE;
	offhook_text_voice_await_end(voice);
}

/* From the first word that was not spoken on, as a new utterance if the far end broke off. */
static void
offhook_text_voice_resume(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	if (!self->paused)
		return;
	self->paused = FALSE;
	if (self->cut) {
		self->cut = self->closed = FALSE;
		self->begin = self->sent = self->heard;
		self->piece = ++voice->last_piece;
		while (g_ascii_isspace(voice->text->str[self->sent]))
			self->begin = ++self->sent;
	}
	if (self->sent < voice->text->len ||
	    (voice->ended && self->sent > self->begin && !self->closed))
		offhook_text_voice_send(voice, voice->ended);
	offhook_text_voice_await_end(voice);
}

static gsize
offhook_text_voice_get_heard(OffhookVoice *voice, guint piece, guint heard_ms)
{
	OffhookTextVoice *self = TEXT(voice);
	gint64 spoken_us = g_get_monotonic_time() - self->began_us -
			   OFFHOOK_SPOKEN_TEXT_START_MS * G_TIME_SPAN_MILLISECOND;

	if (self->cut)
		return self->heard;
	if (spoken_us <= 0)
		return self->begin;
	spoken_us += spoken_us / OFFHOOK_TEXT_VOICE_HASTE;
	return MIN(self->sent,
		   self->begin + offhook_spoken_text_estimate_length(voice->text->str + self->begin,
								     (guint)(spoken_us / 1000)));
}

/* An utterance that was begun is closed: what comes next is another one. */
static void
offhook_text_voice_stop(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	if (voice->active && !self->closed && self->sent > self->begin)
		offhook_media_session_speak(voice->media, self->piece, "", TRUE);
}

static void
offhook_text_voice_reset(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	if (voice->text->len > 0) {
		g_free(self->former);
		self->former = g_strdup(voice->text->str);
	}
	self->piece = ++voice->last_piece;
	self->begin = self->sent = self->heard = 0;
	self->closed = self->paused = self->cut = FALSE;
	offhook_deadline_set(self->deadline, G_MAXINT64);
}

static void
offhook_text_voice_piece_started(OffhookVoice *voice, guint piece, gint64 first_frame_us)
{
	if (piece == TEXT(voice)->piece)
		offhook_voice_tell_first_frame(voice, first_frame_us);
}

static void
offhook_text_voice_piece_heard(OffhookVoice *voice, guint piece)
{
}

static gboolean
offhook_text_voice_cut_off(OffhookVoice *voice, const char *spoken)
{
	OffhookTextVoice *self = TEXT(voice);
	gsize length;

	if (!offhook_spoken_text_match(voice->text->str + self->begin, spoken, &length))
		return FALSE;
	self->heard = MIN(self->begin + length, self->sent);
	self->cut = self->paused = TRUE;
	offhook_text_voice_await_end(voice);
	return TRUE;
}

static char *
offhook_text_voice_match_former(OffhookVoice *voice, const char *spoken)
{
	const char *former = voice->text->len > 0 ? voice->text->str : TEXT(voice)->former;
	gsize length;

	if (voice->active || former == NULL || *spoken == '\0' ||
	    !offhook_spoken_text_match(former, spoken, &length))
		return NULL;
	return g_strndup(former, length);
}

/* All of the answer was sent, and the far end is not known to have broken off. */
static gboolean
offhook_text_voice_may_be_heard(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	return voice->active && voice->ended && !self->cut && self->sent == voice->text->len;
}

/* Nobody is done in less than half of the estimate. */
static void
offhook_text_voice_answered(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);
	gint64 middle_us = self->began_us + (self->spoken_until_us - self->began_us) / 2;

	if (offhook_text_voice_may_be_heard(voice) && g_get_monotonic_time() > middle_us)
		offhook_voice_tell_finished(voice);
}

static void
offhook_text_voice_presume_heard(OffhookVoice *voice)
{
	if (offhook_text_voice_may_be_heard(voice) &&
	    offhook_text_voice_get_heard(voice, 0, 0) == voice->text->len)
		offhook_voice_tell_finished(voice);
}

static void
offhook_text_voice_free(OffhookVoice *voice)
{
	OffhookTextVoice *self = TEXT(voice);

	offhook_deadline_free(self->deadline);
	g_free(self->former);
}

OffhookVoice *
offhook_voice_new_text(OffhookMediaSession *media, const OffhookVoiceEvents *events,
		       gpointer user_data)
{
	static const OffhookVoiceKind kind = {
	    .say = offhook_text_voice_say,
	    .end = offhook_text_voice_end,
	    .fill = offhook_text_voice_fill,
	    .pause = offhook_text_voice_pause,
	    .resume = offhook_text_voice_resume,
	    .get_heard = offhook_text_voice_get_heard,
	    .stop = offhook_text_voice_stop,
	    .reset = offhook_text_voice_reset,
	    .piece_started = offhook_text_voice_piece_started,
	    .piece_heard = offhook_text_voice_piece_heard,
	    .free = offhook_text_voice_free,
	    .cut_off = offhook_text_voice_cut_off,
	    .match_former = offhook_text_voice_match_former,
	    .answered = offhook_text_voice_answered,
	    .presume_heard = offhook_text_voice_presume_heard,
	};
	OffhookTextVoice *self = g_new0(OffhookTextVoice, 1);

	offhook_voice_init(&self->base, &kind, media, events, user_data);
	self->deadline = offhook_deadline_new(offhook_text_voice_deadline_cb, self);
	return &self->base;
}
