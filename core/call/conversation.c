/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The dialogue of one call. The decisions are made by the pure machines of turn/; here they are fed
 * and carried out. An exchange is the caller's turn with its answer; at most one is open.
 *
 * A caller who goes on speaking before the answer is audible takes the turn back: the answer is
 * dropped unheard and what was said is carried over into the next turn. Main thread.
 */

#include "call/conversation.h"

#include <offhook/error.h>

#include "base/deadline.h"
#include "base/log.h"
#include "call/agent-chain.h"
#include "call/ear.h"
#include "call/exchange.h"
#include "call/voice.h"
#include "turn/idle-prompter.h"
#include "turn/interruption.h"

struct _OffhookConversation {
	OffhookCall *call;
	OffhookMediaSession *media;
	OffhookJournal *journal;
	OffhookConversationEvents events;
	gpointer user_data;

	OffhookEar *ear;
	OffhookVoice *voice;
	OffhookAgentChain *chain;
	OffhookInterruption *interruption;
	OffhookIdlePrompter *idle;
	OffhookDeadline *deadline;

	OffhookExchange *exchange; /* (nullable): before the first */
	guint n_exchanges;
	guint unclear_in_a_row;
	char *carried; /* (nullable): said in a turn that was taken back */

	/* Where the caller was in the answer when playout was paused. */
	guint heard_piece;
	guint heard_ms;

	gboolean has_action;
	OffhookAction action;
	char *action_argument;
	gboolean departing; /* a hang-up or transfer is under way */
	gboolean held;
	gboolean muted;
};

static void offhook_conversation_begin(OffhookConversation *self, OffhookTurnKind kind,
				       const char *message, double confidence, guint attempt);

static OffhookAssistant *
offhook_conversation_get_assistant(OffhookConversation *self)
{
	return offhook_call_get_assistant(self->call);
}

static void
offhook_conversation_update_deadline(OffhookConversation *self)
{
	offhook_deadline_set(self->deadline,
			     MIN(offhook_interruption_get_deadline(self->interruption),
				 offhook_idle_prompter_get_deadline(self->idle)));
}

static void
offhook_conversation_hold_idle(OffhookConversation *self, OffhookIdleHold hold, gboolean on)
{
	offhook_idle_prompter_set_hold(self->idle, g_get_monotonic_time(), hold, on);
	offhook_conversation_update_deadline(self);
}

static void
offhook_conversation_stamp(OffhookConversation *self, OffhookStamp stamp, gint64 at_us)
{
	if (self->exchange != NULL)
		offhook_turn_timings_stamp(&self->exchange->timings, stamp, at_us);
}

static void
offhook_conversation_set_speaking(OffhookConversation *self, gboolean speaking)
{
	offhook_interruption_set_speaking(self->interruption, g_get_monotonic_time(), speaking);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_AGENT, speaking);
}

/* ---- actions ---- */

static void
offhook_conversation_forget_action(OffhookConversation *self)
{
	self->has_action = FALSE;
	g_clear_pointer(&self->action_argument, g_free);
}

/* Holds the answer where the caller is in it. */
static void
offhook_conversation_pause(OffhookConversation *self)
{
	offhook_media_session_get_heard(self->media, &self->heard_piece, &self->heard_ms);
	offhook_media_session_pause(self->media);
}

/*
 * Farewells and transfers are said to their end, and nothing the caller says meanwhile takes them
 * back. A farewell to a caller who was thought to be gone ends with his first word.
 */
static gboolean
offhook_conversation_is_leaving(OffhookConversation *self)
{
	if (self->departing || self->held)
		return TRUE;
	if (!self->has_action || self->action == OFFHOOK_ACTION_SEND_DTMF)
		return FALSE;
	return self->exchange == NULL || self->exchange->kind != OFFHOOK_TURN_SILENCE;
}

/* Whether what the caller says now is not for the agents. */
static gboolean
offhook_conversation_is_deaf(OffhookConversation *self)
{
	return self->muted || offhook_conversation_is_leaving(self) ||
	       (offhook_voice_is_audible(self->voice) &&
		!offhook_conversation_get_assistant(self)->settings->interruptible);
}

static void
offhook_conversation_update_interruptible(OffhookConversation *self)
{
	gboolean interruptible = !self->muted && !offhook_conversation_is_leaving(self) &&
				 offhook_conversation_get_assistant(self)->settings->interruptible;

	offhook_media_session_set_interruptible(self->media, interruptible);
	/* A caller who has been talking into a protected span is heard from its end on. */
	if (offhook_interruption_set_interruptible(self->interruption, g_get_monotonic_time(),
						   interruptible) == OFFHOOK_INTERRUPTION_PAUSE)
		offhook_conversation_pause(self);
}

static void
offhook_conversation_act(OffhookConversation *self)
{
	OffhookAction action = self->action;
	g_autofree char *argument = g_steal_pointer(&self->action_argument);

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
		self->events.transfer(self->user_data, argument);
		break;
	case OFFHOOK_ACTION_SEND_DTMF:
		self->events.send_dtmf(self->user_data, argument);
		break;
	}
}

/* ---- interruption ---- */

/* The caller has taken the word: silence, and the history keeps what was heard. */
static void
offhook_conversation_interrupt(OffhookConversation *self, guint piece, guint heard_ms)
{
	g_autofree char *heard = offhook_voice_stop(self->voice, piece, heard_ms);

	offhook_call_debug(offhook_call_get_id(self->call), "interrupted at %u ms of piece %u",
			   heard_ms, piece);
	offhook_agent_chain_cancel(self->chain);
	offhook_conversation_forget_action(self);
	offhook_conversation_update_interruptible(self);
	if (self->exchange != NULL)
		offhook_exchange_interrupt(self->exchange, heard, g_get_monotonic_time());
	offhook_agent_chain_heard(self->chain, heard, TRUE);
	offhook_conversation_set_speaking(self, FALSE);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, FALSE);
}

static void
offhook_conversation_interrupt_now(OffhookConversation *self)
{
	guint piece, heard_ms;

	offhook_media_session_get_heard(self->media, &piece, &heard_ms);
	offhook_conversation_interrupt(self, piece, heard_ms);
}

static void
offhook_conversation_settle(OffhookConversation *self, OffhookInterruptionDecision decision)
{
	switch (decision) {
	case OFFHOOK_INTERRUPTION_INTERRUPT:
		offhook_conversation_interrupt(self, self->heard_piece, self->heard_ms);
		break;
	case OFFHOOK_INTERRUPTION_RESUME:
		offhook_media_session_resume(self->media);
		offhook_ear_discard(self->ear);
		break;
	case OFFHOOK_INTERRUPTION_PAUSE:
		offhook_conversation_pause(self);
		break;
	case OFFHOOK_INTERRUPTION_NONE:
		break;
	}
	offhook_conversation_update_deadline(self);
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
}

/* ---- a turn ---- */

static JsonObject *
offhook_conversation_make_context(OffhookConversation *self)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	JsonObject *context = json_object_new();
	const char *caller = offhook_call_get_phone_number(self->call);

	json_object_set_string_member(context, "call_id", offhook_call_get_id(self->call));
	json_object_set_string_member(context, "assistant", settings->name);
	json_object_set_string_member(context, "language", settings->language);
	json_object_set_int_member(context, "turn", self->exchange->index);
	if (caller != NULL)
		json_object_set_string_member(context, "user_id", caller);
	if (settings->greeting != NULL)
		json_object_set_string_member(context, "greeting", settings->greeting);
	return context;
}

static void
offhook_conversation_begin(OffhookConversation *self, OffhookTurnKind kind, const char *message,
			   double confidence, guint attempt)
{
	g_autoptr(JsonObject) context = NULL;
	gint64 now = g_get_monotonic_time();

	if (offhook_voice_is_active(self->voice) || offhook_agent_chain_is_busy(self->chain))
		offhook_conversation_interrupt_now(self);
	g_clear_pointer(&self->exchange, offhook_exchange_free);
	self->exchange = offhook_exchange_new(self->journal, self->n_exchanges++, kind);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_COMMITTED, now);
	offhook_turn_timings_begin_share(&self->exchange->timings, OFFHOOK_SHARE_AGENT, now);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, TRUE);
	context = offhook_conversation_make_context(self);
	if (kind == OFFHOOK_TURN_START && json_object_has_member(context, "greeting"))
		offhook_voice_say(self->voice, json_object_get_string_member(context, "greeting"));
	offhook_agent_chain_take_turn(self->chain, kind, message, confidence, attempt, context);
}

static void
offhook_conversation_say_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;
	gint64 now = g_get_monotonic_time();

	offhook_conversation_stamp(self, OFFHOOK_STAMP_FIRST_TEXT, now);
	offhook_turn_timings_end_share(&self->exchange->timings, OFFHOOK_SHARE_AGENT, now);
	offhook_voice_say(self->voice, text);
}

static void
offhook_conversation_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
	OffhookConversation *self = user_data;

	offhook_ear_expect(self->ear, expectation);
	offhook_interruption_set_expectation(self->interruption,
					     offhook_expectation_get_kind(expectation));
}

static void
offhook_conversation_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	OffhookConversation *self = user_data;

	offhook_conversation_forget_action(self);
	self->has_action = TRUE;
	self->action = action;
	self->action_argument = g_strdup(argument);
	offhook_conversation_update_interruptible(self);
}

static void
offhook_conversation_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	OffhookConversation *self = user_data;

	if (error != NULL)
		offhook_journal_error(self->journal, error);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TURN, FALSE);
	if (offhook_voice_is_audible(self->voice))
		offhook_exchange_put_answer(self->exchange, offhook_voice_get_text(self->voice),
					    TRUE);
	offhook_voice_end(self->voice);
}

static const OffhookAgentChainHandler offhook_conversation_chain_handler = {
    .say = offhook_conversation_say_cb,
    .expect = offhook_conversation_expect_cb,
    .act = offhook_conversation_act_cb,
    .done = offhook_conversation_done_cb,
};

/* ---- what the voice tells ---- */

static void
offhook_conversation_asked_cb(gpointer user_data, gint64 at_us)
{
	OffhookConversation *self = user_data;

	offhook_turn_timings_begin_share(&self->exchange->timings, OFFHOOK_SHARE_SYNTHESIZER,
					 at_us);
}

static void
offhook_conversation_first_audio_cb(gpointer user_data, gint64 at_us)
{
	OffhookConversation *self = user_data;

	offhook_conversation_stamp(self, OFFHOOK_STAMP_FIRST_AUDIO, at_us);
	offhook_turn_timings_end_share(&self->exchange->timings, OFFHOOK_SHARE_SYNTHESIZER, at_us);
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

	g_clear_pointer(&self->carried, g_free);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_HEARD_END, g_get_monotonic_time());
	offhook_exchange_put_answer(self->exchange, text, TRUE);
	offhook_agent_chain_heard(self->chain, text, FALSE);
	offhook_exchange_close(self->exchange, 0);
	offhook_conversation_set_speaking(self, FALSE);
	offhook_conversation_act(self);
}

static void
offhook_conversation_voice_failed_cb(gpointer user_data, const GError *error)
{
	OffhookConversation *self = user_data;

	offhook_journal_error(self->journal, error);
}

static const OffhookVoiceEvents offhook_conversation_voice_events = {
    .asked = offhook_conversation_asked_cb,
    .first_audio = offhook_conversation_first_audio_cb,
    .first_frame = offhook_conversation_first_frame_cb,
    .finished = offhook_conversation_finished_cb,
    .failed = offhook_conversation_voice_failed_cb,
};

/* ---- what the ear tells ---- */

static void
offhook_conversation_partial_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "message", text);
	offhook_journal_tell(self->journal, OFFHOOK_EVENT_TRANSCRIPT_PARTIAL, data);
	offhook_conversation_settle(
	    self, offhook_interruption_partial(self->interruption, g_get_monotonic_time(), text));
}

static void
offhook_conversation_final_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;

	offhook_conversation_settle(
	    self, offhook_interruption_final(self->interruption, g_get_monotonic_time(), text));
}

static void
offhook_conversation_ear_failed_cb(gpointer user_data, const GError *error)
{
	OffhookConversation *self = user_data;

	offhook_journal_error(self->journal, error);
	offhook_conversation_settle(
	    self, offhook_interruption_failed(self->interruption, g_get_monotonic_time()));
}

/* The times before the turn was begun. */
static void
offhook_conversation_stamp_hearing(OffhookConversation *self, const OffhookEndpointOutcome *outcome)
{
	gint64 asked_us, final_us;

	offhook_ear_get_transcriber_times(self->ear, &asked_us, &final_us);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_SPEECH_ENDED, outcome->speech_ended_us);
	if (final_us != 0)
		offhook_conversation_stamp(self, OFFHOOK_STAMP_TRANSCRIPT_FINAL, final_us);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_DUE, outcome->due_us);
	offhook_turn_timings_begin_share(&self->exchange->timings, OFFHOOK_SHARE_TRANSCRIBER,
					 asked_us);
	offhook_turn_timings_end_share(&self->exchange->timings, OFFHOOK_SHARE_TRANSCRIBER,
				       final_us);
}

static void
offhook_conversation_hear_message(OffhookConversation *self, const char *text, double confidence)
{
	g_autofree char *message = NULL;

	/* What was said in a turn that was taken back belongs to this one. */
	if (self->carried != NULL)
		message = g_strdup_printf("%s %s", self->carried, text);
	else
		message = g_strdup(text);
	g_free(self->carried);
	self->carried = g_strdup(message);
	self->unclear_in_a_row = 0;
	offhook_conversation_begin(self, OFFHOOK_TURN_MESSAGE, message, confidence, 0);
	offhook_exchange_add_user_message(self->exchange, text, confidence);
}

static void
offhook_conversation_hear_unclear(OffhookConversation *self)
{
	g_autofree char *carried = g_steal_pointer(&self->carried);

	/* A noise after a turn that was taken back gives it its answer after all. */
	if (carried != NULL) {
		self->carried = g_strdup(carried);
		offhook_conversation_begin(self, OFFHOOK_TURN_MESSAGE, carried, 1.0, 0);
		return;
	}
	offhook_journal_record(self->journal, OFFHOOK_EVENT_UNCLEAR, NULL);
	offhook_conversation_begin(self, OFFHOOK_TURN_UNCLEAR, NULL, 0, ++self->unclear_in_a_row);
}

static void
offhook_conversation_outcome_cb(gpointer user_data, const OffhookEndpointOutcome *outcome)
{
	OffhookConversation *self = user_data;

	if (offhook_conversation_is_deaf(self))
		return;
	switch (outcome->kind) {
	case OFFHOOK_ENDPOINT_TURN:
		offhook_conversation_hear_message(self, outcome->text, outcome->confidence);
		offhook_conversation_stamp_hearing(self, outcome);
		break;
	case OFFHOOK_ENDPOINT_UNCLEAR:
		offhook_conversation_hear_unclear(self);
		offhook_conversation_stamp_hearing(self, outcome);
		break;
	case OFFHOOK_ENDPOINT_LATE:
		/* Words that came after their turn: they count only while nobody has answered. */
		if (self->carried != NULL && *outcome->text != '\0')
			offhook_conversation_hear_message(self, outcome->text, outcome->confidence);
		break;
	case OFFHOOK_ENDPOINT_NONE:
		break;
	}
}

static void
offhook_conversation_digits_cb(gpointer user_data, const char *digits)
{
	OffhookConversation *self = user_data;

	if (offhook_conversation_is_leaving(self))
		return;
	g_clear_pointer(&self->carried, g_free);
	self->unclear_in_a_row = 0;
	offhook_conversation_begin(self, OFFHOOK_TURN_DIGITS, digits, 1.0, 0);
	offhook_exchange_add_user_message(self->exchange, digits, 1.0);
}

static const OffhookEarEvents offhook_conversation_ear_events = {
    .partial = offhook_conversation_partial_cb,
    .final = offhook_conversation_final_cb,
    .failed = offhook_conversation_ear_failed_cb,
    .outcome = offhook_conversation_outcome_cb,
    .digits = offhook_conversation_digits_cb,
};

/* ---- time ---- */

static void
offhook_conversation_deadline_cb(gpointer user_data)
{
	OffhookConversation *self = user_data;
	gint64 now = g_get_monotonic_time();
	OffhookIdleEvent event;
	guint attempt = 0;

	offhook_conversation_settle(self, offhook_interruption_tick(self->interruption, now));
	event = offhook_idle_prompter_tick(self->idle, now, &attempt);
	if (event != OFFHOOK_IDLE_NONE)
		offhook_conversation_begin(self, OFFHOOK_TURN_SILENCE, NULL, 0, attempt);
	if (event == OFFHOOK_IDLE_GOODBYE)
		offhook_conversation_act_cb(self, OFFHOOK_ACTION_HANG_UP, NULL);
	offhook_conversation_update_deadline(self);
}

/* ---- public ---- */

static gboolean
offhook_conversation_open_engines(OffhookConversation *self, GError **error)
{
	OffhookAssistant *assistant = offhook_conversation_get_assistant(self);
	const char *language = assistant->settings->language;
	const OffhookTranscribeOptions hearing = {.language = language};
	const OffhookSynthesizeOptions speaking = {.language = language,
						   .voice = assistant->settings->voice};
	g_autoptr(OffhookTranscriber) transcriber = NULL;
	g_autoptr(OffhookSynthesizer) synthesizer = NULL;

	if (assistant->transcriber != NULL) {
		transcriber =
		    offhook_engine_open_transcriber(assistant->transcriber, &hearing, error);
		if (transcriber == NULL)
			return FALSE;
	}
	if (assistant->synthesizer != NULL) {
		synthesizer =
		    offhook_engine_open_synthesizer(assistant->synthesizer, &speaking, error);
		if (synthesizer == NULL)
			return FALSE;
	}
	self->ear = offhook_ear_new(transcriber, language, &offhook_conversation_ear_events, self);
	self->voice = offhook_voice_new(synthesizer, self->media, language,
					&offhook_conversation_voice_events, self);
	return TRUE;
}

OffhookConversation *
offhook_conversation_new(OffhookCall *call, OffhookMediaSession *media, OffhookJournal *journal,
			 GPtrArray *sessions, const OffhookConversationEvents *events,
			 gpointer user_data, GError **error)
{
	g_autoptr(OffhookConversation) self = g_new0(OffhookConversation, 1);
	OffhookInterruptionConfig config = offhook_interruption_defaults;

	self->call = call;
	self->media = media;
	self->journal = journal;
	self->events = *events;
	self->user_data = user_data;
	self->chain = offhook_agent_chain_new(sessions, &offhook_conversation_chain_handler, self);
	config.language =
	    g_intern_string(offhook_conversation_get_assistant(self)->settings->language);
	self->interruption = offhook_interruption_new(&config);
	self->idle = offhook_idle_prompter_new(NULL);
	self->deadline = offhook_deadline_new(offhook_conversation_deadline_cb, self);
	if (!offhook_conversation_open_engines(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_conversation_free(OffhookConversation *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->chain, offhook_agent_chain_free);
	g_clear_pointer(&self->ear, offhook_ear_free);
	g_clear_pointer(&self->voice, offhook_voice_free);
	g_clear_pointer(&self->exchange, offhook_exchange_free);
	offhook_interruption_free(self->interruption);
	offhook_idle_prompter_free(self->idle);
	offhook_deadline_free(self->deadline);
	g_free(self->carried);
	g_free(self->action_argument);
	g_free(self);
}

void
offhook_conversation_start(OffhookConversation *self)
{
	offhook_journal_begin_conversation(self->journal);
	offhook_idle_prompter_start(self->idle, g_get_monotonic_time());
	offhook_conversation_update_interruptible(self);
	offhook_conversation_begin(self, OFFHOOK_TURN_START, NULL, 1.0, 0);
}

gboolean
offhook_conversation_add_text(OffhookConversation *self, const char *text, GError **error)
{
	if (offhook_conversation_is_leaving(self)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s is being ended or transferred",
			    offhook_call_get_id(self->call));
		return FALSE;
	}
	offhook_ear_discard(self->ear);
	g_clear_pointer(&self->carried, g_free);
	offhook_conversation_hear_message(self, text, 1.0);
	return TRUE;
}

void
offhook_conversation_set_held(OffhookConversation *self, gboolean held)
{
	if (self->held == held)
		return;
	if (held &&
	    (offhook_voice_is_active(self->voice) || offhook_agent_chain_is_busy(self->chain)))
		offhook_conversation_interrupt_now(self);
	self->held = held;
	offhook_ear_discard(self->ear);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_OTHER, held || self->departing);
	offhook_conversation_update_interruptible(self);
}

void
offhook_conversation_set_muted(OffhookConversation *self, gboolean muted)
{
	self->muted = muted;
	offhook_ear_discard(self->ear);
	offhook_conversation_update_interruptible(self);
}

void
offhook_conversation_announce(OffhookConversation *self, const char *text, gboolean hang_up)
{
	offhook_journal_begin_conversation(self->journal);
	if (offhook_voice_is_active(self->voice) || offhook_agent_chain_is_busy(self->chain))
		offhook_conversation_interrupt_now(self);
	g_clear_pointer(&self->exchange, offhook_exchange_free);
	self->exchange =
	    offhook_exchange_new(self->journal, self->n_exchanges++, OFFHOOK_TURN_START);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_COMMITTED, g_get_monotonic_time());
	if (hang_up)
		offhook_conversation_act_cb(self, OFFHOOK_ACTION_HANG_UP, NULL);
	offhook_voice_say(self->voice, text);
	offhook_voice_end(self->voice);
}

void
offhook_conversation_end(OffhookConversation *self)
{
	if (offhook_voice_is_audible(self->voice))
		offhook_conversation_interrupt_now(self);
}

void
offhook_conversation_action_failed(OffhookConversation *self, const GError *error)
{
	offhook_journal_error(self->journal, error);
	self->departing = FALSE;
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_OTHER, FALSE);
	offhook_conversation_begin(self, OFFHOOK_TURN_FAILURE, error->message, 1.0, 0);
}

void
offhook_conversation_speech_started(OffhookConversation *self, gint64 began_us, gboolean overlap,
				    guint piece, guint heard_ms)
{
	gint64 now = g_get_monotonic_time();
	OffhookInterruptionDecision decision;

	offhook_journal_tell(self->journal, OFFHOOK_EVENT_SPEECH_STARTED, NULL);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_CALLER, TRUE);
	self->heard_piece = piece;
	self->heard_ms = heard_ms;
	decision = offhook_interruption_speech_started(self->interruption, now, began_us);
	/* The media session paused on its own; if that is not wanted here, it goes on. */
	if (overlap && decision == OFFHOOK_INTERRUPTION_NONE)
		offhook_media_session_resume(self->media);
	if (!overlap && !self->muted && !self->held)
		offhook_conversation_take_back(self);
	offhook_ear_speech_started(self->ear);
	/* With an overlap it has paused, and said where, in the moment of the speech itself. */
	if (!overlap || decision != OFFHOOK_INTERRUPTION_PAUSE)
		offhook_conversation_settle(self, decision);
	offhook_conversation_update_deadline(self);
}

void
offhook_conversation_speech_audio(OffhookConversation *self, GBytes *audio)
{
	offhook_ear_speech_audio(self->ear, audio);
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

void
offhook_conversation_key(OffhookConversation *self, char key)
{
	JsonObject *data = json_object_new();
	const char digit[2] = {key, '\0'};

	json_object_set_string_member(data, "digit", digit);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_DTMF, data);
	offhook_idle_prompter_activity(self->idle, g_get_monotonic_time());
	if (!self->muted && !offhook_conversation_is_leaving(self)) {
		if (offhook_voice_is_audible(self->voice))
			offhook_conversation_interrupt_now(self);
		offhook_ear_key(self->ear, key);
	}
	offhook_conversation_update_deadline(self);
}

void
offhook_conversation_piece_started(OffhookConversation *self, guint piece, gint64 first_frame_us)
{
	offhook_voice_piece_started(self->voice, piece, first_frame_us);
}

void
offhook_conversation_piece_heard(OffhookConversation *self, guint piece)
{
	offhook_voice_piece_heard(self->voice, piece);
}
