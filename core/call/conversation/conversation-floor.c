/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who may talk: what the caller's voice does to an answer that is being worked on or spoken, and
 * when nobody may interrupt it. Main thread.
 */

#include "call/conversation/conversation-private.h"

#include "base/log.h"

/* Where the caller is in the answer. */
static void
offhook_conversation_note_heard(OffhookConversation *self, guint piece, guint heard_ms)
{
	self->heard_piece = piece;
	self->heard_ms = heard_ms;
	offhook_interruption_set_asked(self->interruption,
				       offhook_voice_is_asking(self->voice, piece, heard_ms));
}

/* Holds the answer there. */
static void
offhook_conversation_pause(OffhookConversation *self)
{
	guint piece, heard_ms;

	offhook_media_session_get_heard(self->media, &piece, &heard_ms);
	offhook_conversation_note_heard(self, piece, heard_ms);
	offhook_voice_pause(self->voice);
	self->paused_us = g_get_monotonic_time();
}

gboolean
offhook_conversation_is_leaving(OffhookConversation *self)
{
	if (self->departing || self->held)
		return TRUE;
	if (!self->has_action || self->action == OFFHOOK_ACTION_SEND_DTMF)
		return FALSE;
	return self->exchange == NULL || self->exchange->kind != OFFHOOK_TURN_SILENCE;
}

gboolean
offhook_conversation_is_muted(OffhookConversation *self)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;

	return self->muted || (settings->mute_greeting && !self->greeted) ||
	       (settings->mute_tools && self->tool_runs);
}

gboolean
offhook_conversation_is_deaf(OffhookConversation *self)
{
	return offhook_conversation_is_muted(self) || offhook_conversation_is_leaving(self) ||
	       (offhook_voice_is_audible(self->voice) &&
		!offhook_conversation_get_assistant(self)->settings->interruptible);
}

void
offhook_conversation_update_interruptible(OffhookConversation *self)
{
	gboolean interruptible = !offhook_conversation_is_muted(self) &&
				 !offhook_conversation_is_leaving(self) &&
				 offhook_conversation_get_assistant(self)->settings->interruptible;

	offhook_media_session_set_interruptible(self->media, interruptible);
	/* A caller who has been talking into a protected span is heard from its end on. */
	if (offhook_interruption_set_interruptible(self->interruption, g_get_monotonic_time(),
						   interruptible) == OFFHOOK_INTERRUPTION_PAUSE)
		offhook_conversation_pause(self);
}

/* What was said over a greeting that nobody may talk over is not heard afterwards, either. */
void
offhook_conversation_set_greeted(OffhookConversation *self)
{
	if (self->greeted)
		return;
	if (offhook_conversation_get_assistant(self)->settings->mute_greeting)
		offhook_conversation_discard(self);
	self->greeted = TRUE;
	offhook_conversation_update_interruptible(self);
}

gboolean
offhook_conversation_is_answering(OffhookConversation *self)
{
	return offhook_voice_is_active(self->voice) || offhook_agent_chain_is_busy(self->chain);
}

/* The line is silent from now on, or since the answer was paused. */
static void
offhook_conversation_stamp_silence(OffhookConversation *self)
{
	if (offhook_voice_is_audible(self->voice))
		offhook_conversation_stamp(self, OFFHOOK_STAMP_SILENCED,
					   self->paused_us != 0 ? self->paused_us
								: g_get_monotonic_time());
	self->paused_us = 0;
}

/* The caller has taken the word: silence, and the history keeps what was heard. */
static void
offhook_conversation_interrupt(OffhookConversation *self, guint piece, guint heard_ms)
{
	guint own_ms = offhook_voice_get_own_heard_ms(self->voice, piece, heard_ms);
	g_autofree char *heard = NULL;

	offhook_conversation_stamp_silence(self);
	heard = offhook_voice_stop(self->voice, piece, heard_ms);
	offhook_call_debug(offhook_call_get_id(self->call), "interrupted at %u ms of piece %u",
			   heard_ms, piece);
	offhook_agent_chain_cancel(self->chain);
	offhook_conversation_stop_waiting(self);
	offhook_conversation_forget_action(self);
	offhook_conversation_update_interruptible(self);
	if (self->exchange != NULL)
		offhook_exchange_interrupt(self->exchange, heard, g_get_monotonic_time());
	offhook_agent_chain_cut_off(self->chain, own_ms);
	offhook_agent_chain_heard(self->chain, heard, TRUE);
	offhook_conversation_set_speaking(self, FALSE);
	offhook_conversation_set_greeted(self);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, FALSE);
}

void
offhook_conversation_interrupt_now(OffhookConversation *self)
{
	guint piece, heard_ms;

	offhook_media_session_get_heard(self->media, &piece, &heard_ms);
	offhook_conversation_interrupt(self, piece, heard_ms);
}

void
offhook_conversation_settle(OffhookConversation *self, OffhookInterruptionDecision decision)
{
	switch (decision) {
	case OFFHOOK_INTERRUPTION_INTERRUPT:
		offhook_conversation_interrupt(self, self->heard_piece, self->heard_ms);
		break;
	case OFFHOOK_INTERRUPTION_RESUME:
		offhook_voice_resume(self->voice);
		offhook_conversation_discard(self);
		self->utterance = FALSE;
		self->paused_us = 0;
		break;
	case OFFHOOK_INTERRUPTION_PAUSE:
		offhook_conversation_pause(self);
		break;
	case OFFHOOK_INTERRUPTION_NONE:
		break;
	}
	offhook_conversation_update_deadline(self);
}

void
offhook_conversation_trim(OffhookConversation *self, const char *heard)
{
	if (self->exchange == NULL || self->exchange->agent_message_id == NULL)
		return;
	offhook_exchange_interrupt(self->exchange, heard, g_get_monotonic_time());
	offhook_agent_chain_heard(self->chain, heard, TRUE);
}

/* The caller goes on before any of the answer was heard: it was no end of turn. */
static void
offhook_conversation_take_back(OffhookConversation *self)
{
	OffhookExchange *exchange = self->exchange;

	if (exchange == NULL || exchange->kind != OFFHOOK_TURN_MESSAGE || self->carried == NULL)
		return;
	offhook_conversation_interrupt(self, 0, 0);
	offhook_exchange_close(exchange, g_get_monotonic_time());
	offhook_ear_resumed(self->ear);
}

void
offhook_conversation_speech_started(OffhookConversation *self, gint64 began_us, gboolean overlap,
				    guint piece, guint heard_ms)
{
	gint64 now = g_get_monotonic_time();
	OffhookInterruptionDecision decision;

	offhook_conversation_drop_speculation(self);
	offhook_journal_tell(self->journal, OFFHOOK_EVENT_SPEECH_STARTED, NULL);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_CALLER, TRUE);
	offhook_conversation_note_heard(self, piece, heard_ms);
	self->paused_us = overlap ? now : 0;
	decision = offhook_interruption_speech_started(self->interruption, now, began_us);
	/* The media session paused on its own; if that is not wanted here, it goes on. */
	if (overlap && decision == OFFHOOK_INTERRUPTION_NONE) {
		offhook_voice_resume(self->voice);
		self->paused_us = 0;
	}
	if (!overlap && !offhook_conversation_is_muted(self) && !self->held)
		offhook_conversation_take_back(self);
	offhook_conversation_check_ear(self);
	offhook_ear_speech_started(self->ear);
	/* With an overlap it has paused, and said where, in the moment of the speech itself. */
	if (!overlap || decision != OFFHOOK_INTERRUPTION_PAUSE)
		offhook_conversation_settle(self, decision);
	offhook_conversation_update_deadline(self);
}

void
offhook_conversation_speech_stopped(OffhookConversation *self, gint64 ended_us)
{
	gint64 now = g_get_monotonic_time();

	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_CALLER, FALSE);
	offhook_conversation_settle(
	    self, offhook_interruption_speech_stopped(self->interruption, now, ended_us));
	offhook_ear_speech_stopped(self->ear, ended_us);
}
