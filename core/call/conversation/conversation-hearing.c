/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the caller says: recognised, become a turn, or keys. Main thread.
 */

#include "call/conversation/conversation-private.h"

void
offhook_conversation_tell_partial(OffhookConversation *self, const char *text)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "message", text);
	offhook_journal_tell(self->journal, OFFHOOK_EVENT_TRANSCRIPT_PARTIAL, data);
}

static void
offhook_conversation_partial_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;

	offhook_conversation_tell_partial(self, text);
	offhook_conversation_settle(
	    self, offhook_interruption_partial(self->interruption, g_get_monotonic_time(), text));
}

static void
offhook_conversation_final_cb(gpointer user_data, const char *text)
{
	OffhookConversation *self = user_data;

	self->unheard_in_a_row = 0;
	offhook_conversation_settle(
	    self, offhook_interruption_final(self->interruption, g_get_monotonic_time(), text));
}

void
offhook_conversation_discard(OffhookConversation *self)
{
	offhook_ear_discard(self->ear);
	offhook_agent_chain_discard(self->chain);
}

/* ---- whose ear ---- */

gboolean
offhook_conversation_open_ear(OffhookConversation *self, GError **error)
{
	const char *language = offhook_conversation_get_assistant(self)->settings->language;
	OffhookTranscriber *own = offhook_agent_chain_get_ear(self->chain);
	g_autoptr(OffhookTranscriber) transcriber = NULL;

	self->hears_by_agent = own != NULL && !offhook_media_session_carries_text(self->media);
	if (self->hears_by_agent)
		transcriber = g_object_ref(own);
	else if (!offhook_conversation_open_transcriber(self, &transcriber, error))
		return FALSE;
	self->ear =
	    offhook_ear_new(transcriber, language, self->hears_by_agent,
			    offhook_conversation_get_assistant(self)->settings->learn_pauses,
			    &offhook_conversation_ear_events, self);
	return TRUE;
}

void
offhook_conversation_check_ear(OffhookConversation *self)
{
	g_autoptr(OffhookTranscriber) transcriber = NULL;
	g_autoptr(GError) error = NULL;

	if (!self->hears_by_agent || offhook_agent_chain_get_ear(self->chain) != NULL)
		return;
	self->hears_by_agent = FALSE;
	if (!offhook_conversation_open_transcriber(self, &transcriber, &error))
		offhook_journal_error(self->journal, error);
	offhook_ear_replace_transcriber(self->ear, transcriber);
}

static void
offhook_conversation_ear_failed_cb(gpointer user_data, const GError *error)
{
	OffhookConversation *self = user_data;
	gboolean by_agent = self->hears_by_agent;

	offhook_journal_error(self->journal, error);
	offhook_conversation_check_ear(self);
	if (by_agent && !self->hears_by_agent)
		return; /* the other one hears it again */
	self->unheard_in_a_row++;
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

/* (transfer full): what was said in a turn that was taken back belongs to the next one */
static char *
offhook_conversation_complete(OffhookConversation *self, const char *text)
{
	if (self->carried != NULL && *self->carried != '\0' && *text != '\0')
		return g_strdup_printf("%s %s", self->carried, text);
	return g_strdup(*text != '\0' || self->carried == NULL ? text : self->carried);
}

static void
offhook_conversation_supposed_cb(gpointer user_data, const char *text, double confidence)
{
	OffhookConversation *self = user_data;
	g_autofree char *message = offhook_conversation_complete(self, text);

	offhook_conversation_speculate(self, message, confidence);
}

void
offhook_conversation_hear_message(OffhookConversation *self, const char *text, double confidence)
{
	g_autofree char *message = offhook_conversation_complete(self, text);

	g_free(self->carried);
	self->carried = g_strdup(message);
	self->unclear_in_a_row = 0;
	if (!offhook_conversation_commit_speculation(self, message))
		offhook_conversation_begin(self, OFFHOOK_TURN_MESSAGE, message, confidence, 0);
	if (*text != '\0')
		offhook_exchange_add_user_message(self->exchange, text, confidence);
}

/*
 * To be asked again helps nobody whose words never arrive, nor, in the end, whose words are never
 * understood. %FALSE: the agents go on.
 */
static gboolean
offhook_conversation_despair(OffhookConversation *self)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	guint limit = settings->failure_limit;
	OffhookAction action;

	if ((self->unheard_in_a_row < limit && self->unclear_in_a_row <= limit) ||
	    !offhook_assistant_find_action(&settings->on_failure, &action))
		return FALSE;
	self->unheard_in_a_row = self->unclear_in_a_row = 0;
	offhook_conversation_announce_action(
	    self, offhook_conversation_pick_phrase(self, OFFHOOK_PHRASE_APOLOGY), &action,
	    settings->on_failure.target);
	return TRUE;
}

void
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
	self->unclear_in_a_row++;
	if (!offhook_conversation_despair(self))
		offhook_conversation_begin(self, OFFHOOK_TURN_UNCLEAR, NULL, 0,
					   self->unclear_in_a_row);
}

/* Words that came after their turn: they count only while nobody has answered. */
static void
offhook_conversation_hear_late(OffhookConversation *self, const OffhookEndpointOutcome *outcome)
{
	if (*outcome->text == '\0')
		return;
	/* An agent that has heard them by itself answers already. */
	if (!self->hears_by_agent && self->carried != NULL)
		offhook_conversation_hear_message(self, outcome->text, outcome->confidence);
	else if (self->hears_by_agent && self->exchange != NULL &&
		 self->exchange->user_message_id == NULL)
		offhook_exchange_add_user_message(self->exchange, outcome->text,
						  outcome->confidence);
}

/* A turn without words: for an agent that has heard it, it is a turn. */
static void
offhook_conversation_hear_speech(OffhookConversation *self)
{
	if (self->hears_by_agent)
		offhook_conversation_hear_message(self, "", 0);
	else
		offhook_conversation_hear_unclear(self);
}

static void
offhook_conversation_outcome_cb(gpointer user_data, const OffhookEndpointOutcome *outcome)
{
	OffhookConversation *self = user_data;

	if (offhook_conversation_is_deaf(self)) {
		offhook_agent_chain_discard(self->chain);
		return;
	}
	switch (outcome->kind) {
	case OFFHOOK_ENDPOINT_TURN:
		offhook_conversation_hear_message(self, outcome->text, outcome->confidence);
		offhook_conversation_stamp_hearing(self, outcome);
		break;
	case OFFHOOK_ENDPOINT_UNCLEAR:
		offhook_conversation_hear_speech(self);
		offhook_conversation_stamp_hearing(self, outcome);
		break;
	case OFFHOOK_ENDPOINT_LATE:
		offhook_conversation_hear_late(self, outcome);
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

/* Words have no sound that could be late. */
static gint64
offhook_conversation_get_heard_until_cb(gpointer user_data)
{
	OffhookConversation *self = user_data;
	OffhookMediaSessionStatistics statistics;

	offhook_media_session_get_statistics(self->media, &statistics);
	return statistics.heard_until_us;
}

const OffhookEarEvents offhook_conversation_ear_events = {
    .partial = offhook_conversation_partial_cb,
    .final = offhook_conversation_final_cb,
    .failed = offhook_conversation_ear_failed_cb,
    .supposed = offhook_conversation_supposed_cb,
    .outcome = offhook_conversation_outcome_cb,
    .digits = offhook_conversation_digits_cb,
    .get_heard_until = offhook_conversation_get_heard_until_cb,
};
