/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What all voices have in common: the text of an answer, and whether it is being worked on, spoken or
 * over. Main thread.
 */

#include "call/conversation/voice-private.h"

#include "turn/heard-text.h"

void
offhook_voice_init(OffhookVoice *self, const OffhookVoiceKind *kind, OffhookMediaSession *media,
		   const OffhookVoiceEvents *events, gpointer user_data)
{
	self->kind = kind;
	self->media = media;
	self->events = *events;
	self->user_data = user_data;
	self->text = g_string_new(NULL);
}

void
offhook_voice_free(OffhookVoice *self)
{
	if (self == NULL)
		return;
	self->kind->free(self);
	g_string_free(self->text, TRUE);
	g_free(self);
}

void
offhook_voice_tell_first_frame(OffhookVoice *self, gint64 first_frame_us)
{
	if (self->audible || !self->active)
		return;
	self->audible = TRUE;
	self->events.first_frame(self->user_data, first_frame_us);
}

void
offhook_voice_tell_finished(OffhookVoice *self)
{
	self->active = FALSE;
	self->events.finished(self->user_data);
}

static void
offhook_voice_reset(OffhookVoice *self)
{
	self->kind->reset(self);
	g_string_truncate(self->text, 0);
	self->active = FALSE;
	self->ended = FALSE;
	self->audible = FALSE;
}

/* What comes is the first of an answer, or more of it. */
void
offhook_voice_follow(OffhookVoice *self, OffhookVoice *former)
{
	self->last_piece = former->last_piece;
}

static void
offhook_voice_begin(OffhookVoice *self)
{
	if (self->active && !self->ended)
		return;
	offhook_voice_reset(self);
	self->active = TRUE;
}

void
offhook_voice_say(OffhookVoice *self, const char *text)
{
	offhook_voice_begin(self);
	g_string_append(self->text, text);
	self->kind->say(self, text);
}

void
offhook_voice_speak(OffhookVoice *self, GBytes *s16_16k)
{
	if (self->kind->speak == NULL)
		return;
	offhook_voice_begin(self);
	self->kind->speak(self, s16_16k);
}

void
offhook_voice_spoken(OffhookVoice *self, const char *words)
{
	if (self->kind->spoken == NULL) {
		offhook_voice_say(self, words);
		return;
	}
	offhook_voice_begin(self);
	g_string_append(self->text, words);
	self->kind->spoken(self, words);
}

void
offhook_voice_linger(OffhookVoice *self)
{
	if (self->kind->linger != NULL && self->active && !self->ended)
		self->kind->linger(self);
}

void
offhook_voice_end(OffhookVoice *self)
{
	if (!self->active)
		offhook_voice_begin(self);
	self->ended = TRUE;
	self->kind->end(self);
}

void
offhook_voice_fill(OffhookVoice *self, const char *text)
{
	self->kind->fill(self, text);
}

const char *
offhook_voice_get_text(OffhookVoice *self)
{
	return self->text->str;
}

gboolean
offhook_voice_is_active(OffhookVoice *self)
{
	return self->active;
}

gboolean
offhook_voice_is_audible(OffhookVoice *self)
{
	return self->active && self->audible;
}

void
offhook_voice_pause(OffhookVoice *self)
{
	self->kind->pause(self);
}

gboolean
offhook_voice_hold(OffhookVoice *self)
{
	return self->kind->hold != NULL && self->kind->hold(self);
}

void
offhook_voice_resume(OffhookVoice *self)
{
	self->kind->resume(self);
}

void
offhook_voice_piece_started(OffhookVoice *self, guint piece, gint64 first_frame_us)
{
	self->kind->piece_started(self, piece, first_frame_us);
}

void
offhook_voice_piece_heard(OffhookVoice *self, guint piece)
{
	self->kind->piece_heard(self, piece);
}

gboolean
offhook_voice_cut_off(OffhookVoice *self, const char *spoken)
{
	return self->active && self->kind->cut_off != NULL && self->kind->cut_off(self, spoken);
}

char *
offhook_voice_match_former(OffhookVoice *self, const char *spoken)
{
	return self->kind->match_former != NULL ? self->kind->match_former(self, spoken) : NULL;
}

void
offhook_voice_answered(OffhookVoice *self)
{
	if (self->kind->answered != NULL)
		self->kind->answered(self);
}

void
offhook_voice_presume_heard(OffhookVoice *self)
{
	if (self->kind->presume_heard != NULL)
		self->kind->presume_heard(self);
}

gboolean
offhook_voice_is_asking(OffhookVoice *self, guint piece, guint heard_ms)
{
	return self->active && offhook_heard_text_is_question(
				   self->text->str, self->kind->get_heard(self, piece, heard_ms));
}

guint
offhook_voice_get_own_heard_ms(OffhookVoice *self, guint piece, guint heard_ms)
{
	if (!self->active || self->kind->get_own_heard_ms == NULL)
		return 0;
	return self->kind->get_own_heard_ms(self, piece, heard_ms);
}

char *
offhook_voice_stop(OffhookVoice *self, guint piece, guint heard_ms)
{
	gsize length = self->active ? self->kind->get_heard(self, piece, heard_ms) : 0;
	g_autofree char *heard = g_strndup(self->text->str, length);

	self->kind->stop(self);
	offhook_voice_reset(self);
	return g_steal_pointer(&heard);
}
