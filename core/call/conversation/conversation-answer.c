/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An answer: asked of the agents, spoken as it comes, and what they want done once it was heard.
 * Main thread.
 */

#include "call/conversation/conversation-private.h"

#include "base/timestamp.h"

/* ---- actions ---- */

void
offhook_conversation_forget_action(OffhookConversation *self)
{
	self->has_action = FALSE;
	g_clear_pointer(&self->action_argument, g_free);
	g_clear_pointer(&self->action_summary, g_free);
}

void
offhook_conversation_set_action(OffhookConversation *self, OffhookAction action,
				const char *argument, const char *summary)
{
	offhook_conversation_forget_action(self);
	self->has_action = TRUE;
	self->action = action;
	self->action_argument = g_strdup(argument);
	self->action_summary = g_strdup(summary);
	offhook_conversation_update_interruptible(self);
}

static void
offhook_conversation_act(OffhookConversation *self)
{
	OffhookAction action = self->action;
	g_autofree char *argument = g_steal_pointer(&self->action_argument);
	g_autofree char *summary = g_steal_pointer(&self->action_summary);

	if (!self->has_action)
		return;
	offhook_conversation_forget_action(self);
	self->departing = action != OFFHOOK_ACTION_SEND_DTMF;
	offhook_conversation_update_interruptible(self);
	switch (action) {
	case OFFHOOK_ACTION_HANG_UP:
		self->events.hang_up(self->user_data);
		break;
	case OFFHOOK_ACTION_TRANSFER:
		offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_OTHER, TRUE);
		self->events.transfer(self->user_data, argument, summary);
		break;
	case OFFHOOK_ACTION_SEND_DTMF:
		self->events.send_dtmf(self->user_data, argument);
		break;
	case OFFHOOK_ACTION_HAND_OVER:
		offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_OTHER, TRUE);
		self->events.hand_over(self->user_data, argument, summary);
		break;
	}
}

/* ---- what the agents tell ---- */

JsonObject *
offhook_conversation_make_context(OffhookConversation *self, guint index)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	JsonObject *context = json_object_new();
	const char *caller = offhook_call_get_phone_number(self->call);
	const char *greeting = self->greeting != NULL ? self->greeting : settings->greeting;

	json_object_set_string_member(context, "call_id", offhook_call_get_id(self->call));
	json_object_set_string_member(context, "assistant", settings->name);
	json_object_set_string_member(context, "language", settings->language);
	json_object_set_int_member(context, "turn", index);
	if (caller != NULL)
		json_object_set_string_member(context, "user_id", caller);
	if (settings->hours != NULL || *settings->holidays != NULL)
		json_object_set_boolean_member(
		    context, "open",
		    offhook_assistant_config_is_open(settings, offhook_timestamp_now()));
	if (greeting != NULL && self->greets)
		json_object_set_string_member(context, "greeting", greeting);
	if (self->handed_over != NULL)
		json_object_set_object_member(context, "handed_over",
					      g_steal_pointer(&self->handed_over));
	return context;
}

void
offhook_conversation_open_exchange(OffhookConversation *self, OffhookTurnKind kind)
{
	g_clear_pointer(&self->exchange, offhook_exchange_free);
	self->exchange = offhook_exchange_new(self->journal, self->n_exchanges++, kind);
}

void
offhook_conversation_begin(OffhookConversation *self, OffhookTurnKind kind, const char *message,
			   double confidence, guint attempt)
{
	g_autoptr(JsonObject) context = NULL;
	gint64 now = g_get_monotonic_time();

	offhook_conversation_drop_speculation(self);
	if (offhook_conversation_say_farewell(self))
		return;
	if (offhook_conversation_is_answering(self))
		offhook_conversation_interrupt_now(self);
	offhook_conversation_open_exchange(self, kind);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_COMMITTED, now);
	offhook_turn_timings_begin_share(&self->exchange->timings, OFFHOOK_SHARE_AGENT, now);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, TRUE);
	context = offhook_conversation_make_context(self, self->exchange->index);
	if (kind == OFFHOOK_TURN_START && json_object_has_member(context, "greeting"))
		offhook_voice_say(self->voice, json_object_get_string_member(context, "greeting"));
	if (kind == OFFHOOK_TURN_MESSAGE || kind == OFFHOOK_TURN_DIGITS || self->welcomes)
		offhook_conversation_await_answer(self);
	offhook_agent_chain_take_turn(self->chain, kind, message, confidence, attempt, context);
}

void
offhook_conversation_note_speaker(OffhookConversation *self)
{
	gint speaker = offhook_agent_chain_get_speaker(self->chain);

	if (speaker >= 0 && self->exchange != NULL)
		self->exchange->agent = g_intern_string(offhook_assistant_get_agent_name(
		    offhook_conversation_get_assistant(self), speaker));
}

/* The agent's first sound or words, whichever is first. */
static void
offhook_conversation_note_speech(OffhookConversation *self)
{
	gint64 now = g_get_monotonic_time();

	if (self->speculation == NULL)
		offhook_conversation_note_speaker(self);
	/* While a tool runs there may be more to wait for. */
	if (!self->tool_runs)
		offhook_conversation_stop_waiting(self);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_FIRST_TEXT, now);
	offhook_turn_timings_end_share(offhook_conversation_get_timings(self), OFFHOOK_SHARE_AGENT,
				       now);
}

static void
offhook_conversation_say_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;

	offhook_conversation_note_speech(self);
	offhook_voice_say(self->voice, text);
}

static void
offhook_conversation_speak_cb(gpointer user_data, GBytes *s16_16k)
{
	OffhookConversation *self = user_data;

	offhook_conversation_note_speech(self);
	offhook_voice_speak(self->voice, s16_16k);
}

static void
offhook_conversation_spoken_cb(gpointer user_data, const char *words)
{
	OffhookConversation *self = user_data;

	offhook_conversation_note_speech(self);
	offhook_voice_spoken(self->voice, words);
	/* The sound may have been first: now there is something to write down. */
	if (offhook_voice_is_audible(self->voice) && self->exchange->agent_message_id == NULL)
		offhook_exchange_put_answer(self->exchange, offhook_voice_get_text(self->voice),
					    FALSE);
}

static void
offhook_conversation_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
	OffhookConversation *self = user_data;

	if (self->speculation != NULL) {
		offhook_speculation_expect(self->speculation, expectation);
		return;
	}
	offhook_ear_expect(self->ear, expectation);
	offhook_interruption_set_expectation(self->interruption,
					     offhook_expectation_get_kind(expectation));
}

static void
offhook_conversation_hand_over_cb(gpointer user_data, OffhookAction action, const char *target,
				  const char *summary)
{
	OffhookConversation *self = user_data;

	if (self->speculation != NULL)
		offhook_speculation_act(self->speculation, action, target, summary);
	else
		offhook_conversation_set_action(self, action, target, summary);
}

static void
offhook_conversation_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	offhook_conversation_hand_over_cb(user_data, action, argument, NULL);
}

/* Whoever has said or wanted something hears something, if only an excuse. */
static gboolean
offhook_conversation_owes_apology(OffhookConversation *self, gboolean answered, const GError *error)
{
	OffhookTurnKind kind = self->exchange->kind;

	if (kind == OFFHOOK_TURN_START || kind == OFFHOOK_TURN_SILENCE)
		return FALSE;
	return error != NULL || (!answered && !offhook_voice_is_active(self->voice));
}

/* Not for ever. */
static void
offhook_conversation_count_failure(OffhookConversation *self)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	OffhookAction action;

	if (++self->failed_in_a_row < settings->failure_limit ||
	    !offhook_assistant_find_action(&settings->on_failure, &action))
		return;
	self->failed_in_a_row = 0;
	offhook_conversation_set_action(self, action, settings->on_failure.target, NULL);
}

/* In place of an answer that there is not. Who was handed over is greeted at least. */
static void
offhook_conversation_make_up(OffhookConversation *self, gboolean answered, const GError *error)
{
	const char *greeting = offhook_conversation_get_assistant(self)->settings->greeting;

	if (self->welcomes && greeting != NULL && !offhook_voice_is_active(self->voice)) {
		offhook_voice_say(self->voice, greeting);
	} else if (offhook_conversation_owes_apology(self, answered, error)) {
		offhook_conversation_apologise(self);
		offhook_conversation_count_failure(self);
	} else if (answered) {
		self->failed_in_a_row = 0;
	}
	self->welcomes = FALSE;
}

static void
offhook_conversation_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	OffhookConversation *self = user_data;

	if (self->speculation != NULL) {
		offhook_speculation_finish(self->speculation, answered, error);
		if (answered && offhook_voice_is_active(self->voice))
			offhook_voice_end(self->voice);
		return;
	}
	offhook_conversation_stop_waiting(self);
	if (error != NULL)
		offhook_journal_error(self->journal, error);
	offhook_conversation_make_up(self, answered, error);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, FALSE);
	if (offhook_voice_is_audible(self->voice))
		offhook_exchange_put_answer(self->exchange, offhook_voice_get_text(self->voice),
					    TRUE);
	offhook_voice_end(self->voice);
}

static void
offhook_conversation_tool_cb(gpointer user_data, const char *name)
{
	OffhookConversation *self = user_data;

	/* Nobody waits for what may never be. */
	if (self->speculation == NULL)
		offhook_conversation_set_tool(self, name);
}

static void
offhook_conversation_agent_used_cb(gpointer user_data, guint place, const OffhookAgentUsage *usage)
{
	offhook_conversation_add_agent_usage(user_data, place, usage);
}

static void
offhook_conversation_agent_failed_cb(gpointer user_data, guint place, const GError *error)
{
	OffhookConversation *self = user_data;

	offhook_journal_agent_failed(
	    self->journal,
	    offhook_assistant_get_agent_name(offhook_conversation_get_assistant(self), place),
	    error);
}

const OffhookAgentChainHandler offhook_conversation_chain_handler = {
    .say = offhook_conversation_say_cb,
    .expect = offhook_conversation_expect_cb,
    .act = offhook_conversation_act_cb,
    .done = offhook_conversation_done_cb,
    .speak = offhook_conversation_speak_cb,
    .spoken = offhook_conversation_spoken_cb,
    .tool = offhook_conversation_tool_cb,
    .used = offhook_conversation_agent_used_cb,
    .failed = offhook_conversation_agent_failed_cb,
    .hand_over = offhook_conversation_hand_over_cb,
};

/* ---- what the voice tells ---- */

static void
offhook_conversation_asked_cb(gpointer user_data, gint64 at_us)
{
	OffhookConversation *self = user_data;

	offhook_turn_timings_begin_share(offhook_conversation_get_timings(self),
					 OFFHOOK_SHARE_SYNTHESIZER, at_us);
}

static void
offhook_conversation_first_audio_cb(gpointer user_data, gint64 at_us)
{
	OffhookConversation *self = user_data;

	offhook_conversation_stamp(self, OFFHOOK_STAMP_FIRST_AUDIO, at_us);
	offhook_turn_timings_end_share(offhook_conversation_get_timings(self),
				       OFFHOOK_SHARE_SYNTHESIZER, at_us);
}

static void
offhook_conversation_first_frame_cb(gpointer user_data, gint64 at_us)
{
	OffhookConversation *self = user_data;

	g_clear_pointer(&self->carried, g_free);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_FIRST_FRAME, at_us);
	offhook_exchange_put_answer(self->exchange, offhook_voice_get_text(self->voice),
				    !offhook_agent_chain_is_busy(self->chain));
	offhook_conversation_set_speaking(self, TRUE);
}

static void
offhook_conversation_finished_cb(gpointer user_data)
{
	OffhookConversation *self = user_data;
	const char *text = offhook_voice_get_text(self->voice);

	/* All its sound was lost: it is asked for anew when the turn has ended. */
	if (self->speculation != NULL) {
		offhook_conversation_drop_speculation(self);
		return;
	}
	g_clear_pointer(&self->carried, g_free);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_HEARD_END, g_get_monotonic_time());
	offhook_exchange_put_answer(self->exchange, text, TRUE);
	offhook_agent_chain_heard(self->chain, text, FALSE);
	offhook_exchange_close(self->exchange, 0);
	offhook_conversation_set_speaking(self, FALSE);
	offhook_conversation_set_greeted(self);
	if (!offhook_conversation_say_farewell(self))
		offhook_conversation_act(self);
}

static void
offhook_conversation_voice_failed_cb(gpointer user_data, const GError *error)
{
	OffhookConversation *self = user_data;

	offhook_journal_error(self->journal, error);
}

/* Sounds and phrases are spoken into as answers are, and end without one. */
static void
offhook_conversation_filler_cb(gpointer user_data, gboolean audible)
{
	OffhookConversation *self = user_data;

	offhook_conversation_set_speaking(self, audible || offhook_voice_is_audible(self->voice));
}

const OffhookVoiceEvents offhook_conversation_voice_events = {
    .asked = offhook_conversation_asked_cb,
    .first_audio = offhook_conversation_first_audio_cb,
    .first_frame = offhook_conversation_first_frame_cb,
    .finished = offhook_conversation_finished_cb,
    .failed = offhook_conversation_voice_failed_cb,
    .filler = offhook_conversation_filler_cb,
};
