/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agents are asked before it is certain that the caller has finished: while he may still go on,
 * the time is theirs. Their answer is synthesised and waits; nothing of it is heard or written down
 * until the turn has ended with just those words. If the caller goes on, it has never been. Main
 * thread.
 */

#include "call/conversation/conversation-private.h"

struct _OffhookSpeculation {
	char *message;
	OffhookTurnTimings timings;

	/* What the agents wanted besides speaking. */
	OffhookExpectation *expectation; /* (nullable) */
	gboolean has_action;
	OffhookAction action;
	char *argument;
	char *summary;

	gboolean done;
	gboolean answered;
	GError *error;
};

static void
offhook_speculation_free(OffhookSpeculation *self)
{
	g_free(self->message);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	g_free(self->argument);
	g_free(self->summary);
	g_clear_error(&self->error);
	g_free(self);
}

OffhookTurnTimings *
offhook_speculation_get_timings(OffhookSpeculation *self)
{
	return &self->timings;
}

void
offhook_speculation_expect(OffhookSpeculation *self, OffhookExpectation *expectation)
{
	if (expectation != NULL)
		offhook_expectation_ref(expectation);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	self->expectation = expectation;
}

void
offhook_speculation_act(OffhookSpeculation *self, OffhookAction action, const char *argument,
			const char *summary)
{
	self->has_action = TRUE;
	self->action = action;
	g_free(self->argument);
	self->argument = g_strdup(argument);
	g_free(self->summary);
	self->summary = g_strdup(summary);
}

void
offhook_speculation_finish(OffhookSpeculation *self, gboolean answered, const GError *error)
{
	self->done = TRUE;
	self->answered = answered;
	self->error = error != NULL ? g_error_copy(error) : NULL;
}

void
offhook_conversation_speculate(OffhookConversation *self, const char *message, double confidence)
{
	gint64 now = g_get_monotonic_time();
	g_autoptr(JsonObject) context = NULL;

	if (!offhook_conversation_get_assistant(self)->settings->speculate ||
	    !offhook_agent_chain_can_speculate(self->chain) || offhook_conversation_is_deaf(self) ||
	    offhook_conversation_is_answering(self) ||
	    offhook_interruption_is_pending(self->interruption) || !offhook_voice_hold(self->voice))
		return;
	self->speculation = g_new0(OffhookSpeculation, 1);
	self->speculation->message = g_strdup(message);
	offhook_turn_timings_init(&self->speculation->timings);
	offhook_turn_timings_begin_share(&self->speculation->timings, OFFHOOK_SHARE_AGENT, now);
	context = offhook_conversation_make_context(self, self->n_exchanges);
	offhook_agent_chain_speculate(self->chain, message, confidence, context);
}

void
offhook_conversation_drop_speculation(OffhookConversation *self)
{
	if (self->speculation == NULL)
		return;
	g_clear_pointer(&self->speculation, offhook_speculation_free);
	offhook_agent_chain_cancel(self->chain);
	g_free(offhook_voice_stop(self->voice, 0, 0));
}

gboolean
offhook_conversation_commit_speculation(OffhookConversation *self, const char *message)
{
	OffhookSpeculation *speculation = self->speculation;

	if (speculation == NULL || !g_str_equal(speculation->message, message))
		return FALSE;
	self->speculation = NULL;
	offhook_conversation_open_exchange(self, OFFHOOK_TURN_MESSAGE);
	offhook_conversation_note_speaker(self);
	self->exchange->timings = speculation->timings;
	offhook_conversation_stamp(self, OFFHOOK_STAMP_COMMITTED, g_get_monotonic_time());
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, TRUE);
	if (!offhook_voice_is_active(self->voice) && !speculation->done)
		offhook_conversation_await_answer(self);
	if (speculation->expectation != NULL)
		offhook_conversation_chain_handler.expect(self, speculation->expectation);
	if (speculation->has_action)
		offhook_conversation_set_action(self, speculation->action, speculation->argument,
						speculation->summary);
	offhook_voice_resume(self->voice);
	offhook_agent_chain_confirm(self->chain);
	if (speculation->done)
		offhook_conversation_chain_handler.done(self, speculation->answered,
							speculation->error);
	offhook_speculation_free(speculation);
	return TRUE;
}
