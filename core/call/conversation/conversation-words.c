/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the caller says where the far end recognises and speaks. It decides when a turn has ended, and
 * silences itself when the caller speaks into an answer; whether that was a barge-in, or "uh-huh" and
 * the rest of the answer is wanted after all, is decided here as ever. Main thread.
 */

#include "call/conversation/conversation-private.h"

#include "base/log.h"

/*
 * Speech has no length here, only moments at which we hear of it. So nothing waits for an end that the
 * far end may never tell.
 */
static void
offhook_conversation_notice_speech(OffhookConversation *self)
{
	gint64 now = g_get_monotonic_time();

	if (!self->utterance)
		offhook_conversation_speech_started(self, now, FALSE, 0, 0);
	else
		offhook_conversation_settle(
		    self, offhook_interruption_speech_started(self->interruption, now, now));
	self->utterance = TRUE;
	offhook_conversation_speech_stopped(self, now);
}

/* What can't be interrupted goes on. */
static void
offhook_conversation_go_on(OffhookConversation *self)
{
	if (!offhook_interruption_is_pending(self->interruption))
		offhook_voice_resume(self->voice);
}

static void
offhook_conversation_hear_final(OffhookConversation *self, const char *text)
{
	gint64 now = g_get_monotonic_time();
	OffhookInterruptionDecision decision =
	    offhook_interruption_final(self->interruption, now, text);

	self->utterance = FALSE;
	offhook_conversation_settle(self, decision);
	if (decision == OFFHOOK_INTERRUPTION_RESUME || offhook_conversation_is_deaf(self))
		return;
	if (*text != '\0')
		offhook_conversation_hear_message(self, text, 1.0);
	else
		offhook_conversation_hear_unclear(self);
	/* When the caller fell silent is not told; our own share begins here in any case. */
	offhook_conversation_stamp(self, OFFHOOK_STAMP_SPEECH_ENDED, now);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_TRANSCRIPT_FINAL, now);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_DUE, now);
}

void
offhook_conversation_hear_words(OffhookConversation *self, const char *text, gboolean final)
{
	g_autofree char *words = g_strstrip(g_strdup(text));

	if (*words == '\0' && !final)
		return;
	/* Nobody was interrupted, so the caller had heard all of it. */
	if (!self->utterance && !offhook_conversation_is_muted(self) &&
	    !offhook_conversation_is_leaving(self))
		offhook_voice_answered(self->voice);
	offhook_conversation_notice_speech(self);
	if (final) {
		offhook_conversation_hear_final(self, words);
		return;
	}
	offhook_conversation_tell_partial(self, words);
	offhook_conversation_settle(
	    self, offhook_interruption_partial(self->interruption, g_get_monotonic_time(), words));
}

void
offhook_conversation_cut_off(OffhookConversation *self, const char *spoken)
{
	g_autofree char *heard = NULL;

	if (offhook_voice_cut_off(self->voice, spoken)) {
		offhook_conversation_notice_speech(self);
		offhook_conversation_go_on(self);
		return;
	}
	heard = offhook_voice_match_former(self->voice, spoken);
	if (heard != NULL)
		offhook_conversation_trim(self, heard);
	else
		offhook_call_debug(offhook_call_get_id(self->call),
				   "told of an interruption of something else");
}
