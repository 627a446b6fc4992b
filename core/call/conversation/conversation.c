/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The dialogue of one call. The decisions are made by the pure machines of turn/; here they are fed
 * and carried out. An exchange is the caller's turn with its answer; at most one is open.
 *
 * A caller who goes on speaking before the answer is audible takes the turn back: the answer is
 * dropped unheard and what was said is carried over into the next turn. Main thread.
 */

#include "call/conversation/conversation.h"

#include "call/conversation/conversation-private.h"

#include <offhook/error.h>

/* An interruption without words for so long was a noise, where words cross. */
#define OFFHOOK_CONVERSATION_WORDS_MS 3000

OffhookAssistant *
offhook_conversation_get_assistant(OffhookConversation *self)
{
	return offhook_call_get_assistant(self->call);
}

void
offhook_conversation_update_deadline(OffhookConversation *self)
{
	offhook_deadline_set(self->deadline,
			     MIN(MIN(offhook_interruption_get_deadline(self->interruption),
				     offhook_idle_prompter_get_deadline(self->idle)),
				 offhook_filler_get_deadline(self->filler)));
}

void
offhook_conversation_hold_idle(OffhookConversation *self, OffhookIdleHold hold, gboolean on)
{
	offhook_idle_prompter_set_hold(self->idle, g_get_monotonic_time(), hold, on);
	offhook_conversation_update_deadline(self);
}

OffhookTurnTimings *
offhook_conversation_get_timings(OffhookConversation *self)
{
	if (self->speculation != NULL)
		return offhook_speculation_get_timings(self->speculation);
	return self->exchange != NULL ? &self->exchange->timings : NULL;
}

void
offhook_conversation_stamp(OffhookConversation *self, OffhookStamp stamp, gint64 at_us)
{
	OffhookTurnTimings *timings = offhook_conversation_get_timings(self);

	if (timings != NULL)
		offhook_turn_timings_stamp(timings, stamp, at_us);
}

void
offhook_conversation_set_speaking(OffhookConversation *self, gboolean speaking)
{
	offhook_interruption_set_speaking(self->interruption, g_get_monotonic_time(), speaking);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_AGENT, speaking);
}

/* ---- time ---- */

static void
offhook_conversation_deadline_cb(gpointer user_data)
{
	OffhookConversation *self = user_data;
	gint64 now = g_get_monotonic_time();
	OffhookIdleEvent event;
	guint attempt = 0;

	offhook_conversation_settle(self, offhook_interruption_tick(self->interruption, now));
	offhook_conversation_tick_waiting(self, now);
	event = offhook_idle_prompter_tick(self->idle, now, &attempt);
	if (event != OFFHOOK_IDLE_NONE)
		offhook_conversation_begin(self, OFFHOOK_TURN_SILENCE, NULL, 0, attempt);
	if (event == OFFHOOK_IDLE_GOODBYE)
		offhook_conversation_set_action(self, OFFHOOK_ACTION_HANG_UP, NULL, NULL);
	offhook_conversation_update_deadline(self);
}

/* ---- public ---- */

static gboolean
offhook_conversation_open_engines(OffhookConversation *self, GError **error)
{
	const char *language = offhook_conversation_get_assistant(self)->settings->language;
	g_autoptr(OffhookSynthesizer) synthesizer = NULL;

	if (!offhook_conversation_open_synthesizer(self, &synthesizer, error) ||
	    !offhook_conversation_open_ear(self, error))
		return FALSE;
	if (offhook_media_session_carries_text(self->media))
		self->voice =
		    offhook_voice_new_text(self->media, &offhook_conversation_voice_events, self);
	else
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
	/* The far end says of speech only that it began; its first words may take a while. */
	if (offhook_media_session_carries_text(media))
		config.silence_ms = OFFHOOK_CONVERSATION_WORDS_MS;
	self->interruption = offhook_interruption_new(&config);
	self->idle = offhook_idle_prompter_new(NULL);
	self->filler = offhook_conversation_make_filler(self);
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
	if (self->voice != NULL)
		offhook_conversation_drop_speculation(self);
	if (self->completer != NULL)
		g_signal_handlers_disconnect_by_data(self->completer, self);
	g_clear_object(&self->completer);
	if (self->embedder != NULL)
		g_signal_handlers_disconnect_by_data(self->embedder, self);
	g_clear_object(&self->embedder);
	g_clear_object(&self->toolbox);
	g_clear_pointer(&self->chain, offhook_agent_chain_free);
	g_clear_pointer(&self->ear, offhook_ear_free);
	g_clear_pointer(&self->voice, offhook_voice_free);
	g_clear_pointer(&self->exchange, offhook_exchange_free);
	offhook_interruption_free(self->interruption);
	offhook_idle_prompter_free(self->idle);
	offhook_filler_free(self->filler);
	offhook_deadline_free(self->deadline);
	g_free(self->carried);
	g_free(self->greeting);
	g_free(self->farewell);
	g_free(self->action_argument);
	g_free(self->action_summary);
	g_clear_pointer(&self->handed_over, json_object_unref);
	g_free(self);
}

void
offhook_conversation_set_toolbox(OffhookConversation *self, OffhookToolbox *toolbox)
{
	g_set_object(&self->toolbox, toolbox);
}

void
offhook_conversation_start(OffhookConversation *self, gboolean greet)
{
	self->greets = greet;
	offhook_journal_begin_conversation(self->journal);
	offhook_idle_prompter_start(self->idle, g_get_monotonic_time());
	offhook_conversation_update_interruptible(self);
	offhook_conversation_begin(self, OFFHOOK_TURN_START, NULL, 1.0, 0);
}

void
offhook_conversation_resume(OffhookConversation *self, guint n_turns, const GError *failure)
{
	self->n_exchanges = n_turns;
	self->greeted = TRUE;
	offhook_idle_prompter_start(self->idle, g_get_monotonic_time());
	offhook_conversation_update_interruptible(self);
	offhook_conversation_action_failed(self, failure);
}

void
offhook_conversation_take_over(OffhookConversation *self, OffhookConversation *former,
			       JsonObject *handed_over)
{
	self->n_exchanges = former->n_exchanges;
	self->greeted = TRUE;
	self->muted = former->muted;
	self->farewell = g_steal_pointer(&former->farewell);
	self->handed_over = handed_over;
	self->welcomes = TRUE;
	offhook_voice_follow(self->voice, former->voice);
	offhook_idle_prompter_start(self->idle, g_get_monotonic_time());
	offhook_conversation_update_interruptible(self);
	offhook_conversation_begin(self, OFFHOOK_TURN_START, NULL, 1.0, 0);
}

guint
offhook_conversation_count_turns(OffhookConversation *self)
{
	return self->n_exchanges;
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
	offhook_conversation_discard(self);
	g_clear_pointer(&self->carried, g_free);
	offhook_conversation_hear_message(self, text, 1.0);
	return TRUE;
}

void
offhook_conversation_set_held(OffhookConversation *self, gboolean held)
{
	if (self->held == held)
		return;
	offhook_conversation_drop_speculation(self);
	if (held && offhook_conversation_is_answering(self))
		offhook_conversation_interrupt_now(self);
	self->held = held;
	offhook_conversation_discard(self);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_OTHER, held || self->departing);
	offhook_conversation_update_interruptible(self);
}

void
offhook_conversation_set_muted(OffhookConversation *self, gboolean muted)
{
	self->muted = muted;
	offhook_conversation_drop_speculation(self);
	offhook_conversation_discard(self);
	offhook_conversation_update_interruptible(self);
}

void
offhook_conversation_announce_action(OffhookConversation *self, const char *text,
				     const OffhookAction *action, const char *argument)
{
	offhook_journal_begin_conversation(self->journal);
	offhook_conversation_drop_speculation(self);
	if (offhook_conversation_is_answering(self))
		offhook_conversation_interrupt_now(self);
	offhook_conversation_open_exchange(self, OFFHOOK_TURN_START);
	offhook_conversation_stamp(self, OFFHOOK_STAMP_COMMITTED, g_get_monotonic_time());
	if (action != NULL)
		offhook_conversation_set_action(self, *action, argument, NULL);
	offhook_voice_say(self->voice, text);
	offhook_voice_end(self->voice);
}

void
offhook_conversation_announce(OffhookConversation *self, const char *text, gboolean hang_up)
{
	static const OffhookAction action = OFFHOOK_ACTION_HANG_UP;

	offhook_conversation_announce_action(self, text, hang_up ? &action : NULL, NULL);
}

void
offhook_conversation_announce_closed(OffhookConversation *self, const char *text,
				     const OffhookConduct *conduct)
{
	OffhookAction action;
	gboolean acts = offhook_assistant_find_action(conduct, &action);

	offhook_conversation_announce_action(self, text, acts ? &action : NULL, conduct->target);
}

void
offhook_conversation_set_greeting(OffhookConversation *self, const char *text)
{
	g_free(self->greeting);
	self->greeting = g_strdup(text);
}

gboolean
offhook_conversation_say_farewell(OffhookConversation *self)
{
	g_autofree char *text = NULL;

	if (self->farewell == NULL || offhook_conversation_is_leaving(self))
		return FALSE;
	text = g_steal_pointer(&self->farewell);
	offhook_conversation_announce(self, text, TRUE);
	return TRUE;
}

void
offhook_conversation_take_leave(OffhookConversation *self, const char *text, gboolean at_once)
{
	g_free(self->farewell);
	self->farewell = g_strdup(text);
	if (at_once ||
	    (!offhook_conversation_is_answering(self) && !offhook_ear_is_busy(self->ear)))
		offhook_conversation_say_farewell(self);
}

void
offhook_conversation_end(OffhookConversation *self)
{
	offhook_conversation_forget_action(self);
	offhook_voice_presume_heard(self->voice);
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
offhook_conversation_speech_audio(OffhookConversation *self, GBytes *audio)
{
	offhook_ear_speech_audio(self->ear, audio);
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
		/* As with words: nobody was interrupted, so the caller had heard all of it. */
		if (!self->utterance)
			offhook_voice_answered(self->voice);
		offhook_conversation_drop_speculation(self);
		if (offhook_voice_is_audible(self->voice))
			offhook_conversation_interrupt_now(self);
		offhook_agent_chain_discard(self->chain);
		offhook_ear_key(self->ear, key);
	}
	self->utterance = FALSE;
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
