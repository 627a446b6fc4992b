/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is said while the caller waits for an answer: a short sound when it is not there at once, a
 * phrase now and then while a tool runs, and an apology when it takes too long. Sounds and phrases
 * are part of no answer: the history does not hold them, the times of the turn do not count them. An
 * answer that begins meanwhile follows the sound. Main thread.
 */

#include "call/conversation/conversation-private.h"

#include "call/assistant/phrases.h"
#include <offhook/error.h>

OffhookFiller *
offhook_conversation_make_filler(OffhookConversation *self)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	OffhookFillerConfig config = offhook_filler_defaults;

	config.short_ms = settings->filler_after_ms;
	if (settings->filler_after_ms == 0)
		config.phrase_ms = 0;
	config.give_up_ms = settings->answer_timeout_ms;
	return offhook_filler_new(&config, g_random_int());
}

static const char *const *
offhook_conversation_get_phrases(OffhookConversation *self, OffhookPhraseKind phrase)
{
	const OffhookAssistantConfig *settings = offhook_conversation_get_assistant(self)->settings;
	char **own[OFFHOOK_PHRASE_LAST] = {
	    [OFFHOOK_PHRASE_SOUND] = settings->filler_sounds,
	    [OFFHOOK_PHRASE_PATIENCE] = settings->filler_phrases,
	    [OFFHOOK_PHRASE_APOLOGY] = settings->apology,
	};

	if (own[phrase] != NULL && *own[phrase] != NULL)
		return (const char *const *)own[phrase];
	return offhook_phrases_get(settings->language, phrase);
}

const char *
offhook_conversation_pick_phrase(OffhookConversation *self, OffhookPhraseKind phrase)
{
	const char *const *phrases = offhook_conversation_get_phrases(self, phrase);
	guint n = g_strv_length((char **)phrases);

	return phrases[offhook_filler_pick(self->filler, n)];
}

static void
offhook_conversation_fill(OffhookConversation *self, OffhookPhraseKind phrase)
{
	/* An agent that speaks by itself would be heard with two voices. */
	if (!self->hears_by_agent)
		offhook_voice_fill(self->voice, offhook_conversation_pick_phrase(self, phrase));
}

void
offhook_conversation_await_answer(OffhookConversation *self)
{
	offhook_filler_begin(self->filler, g_get_monotonic_time());
	offhook_conversation_update_deadline(self);
}

void
offhook_conversation_stop_waiting(OffhookConversation *self)
{
	self->tool_runs = FALSE;
	offhook_filler_set_tool(self->filler, g_get_monotonic_time(), FALSE);
	offhook_filler_end(self->filler);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TOOL, FALSE);
	offhook_conversation_update_interruptible(self);
}

static void
offhook_conversation_tell_tool(OffhookConversation *self, const char *name)
{
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "tool", name);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_TOOL_CALLED, data);
}

/* The tools of the toolbox are told by it, with all that there is to tell. */
static gboolean
offhook_conversation_is_told(OffhookConversation *self, const char *name)
{
	return self->toolbox != NULL && offhook_toolbox_find(self->toolbox, name) != NULL;
}

void
offhook_conversation_set_tool(OffhookConversation *self, const char *name)
{
	gint64 now = g_get_monotonic_time();

	if (name != NULL && !offhook_conversation_is_told(self, name))
		offhook_conversation_tell_tool(self, name);
	if (name != NULL)
		offhook_voice_linger(self->voice);
	/* After the first words of an answer the waiting begins anew. */
	if (name != NULL && !offhook_filler_is_running(self->filler))
		offhook_filler_begin(self->filler, now);
	if (self->tool_runs && offhook_conversation_get_assistant(self)->settings->mute_tools)
		offhook_conversation_discard(self);
	self->tool_runs = name != NULL;
	offhook_filler_set_tool(self->filler, now, self->tool_runs);
	offhook_conversation_hold_idle(self, OFFHOOK_IDLE_HOLD_TOOL, self->tool_runs);
	offhook_conversation_update_interruptible(self);
}

void
offhook_conversation_apologise(OffhookConversation *self)
{
	offhook_voice_say(self->voice,
			  offhook_conversation_pick_phrase(self, OFFHOOK_PHRASE_APOLOGY));
}

static void
offhook_conversation_give_up(OffhookConversation *self)
{
	guint ms = offhook_conversation_get_assistant(self)->settings->answer_timeout_ms;
	g_autoptr(GError) error = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT,
					      "there was no answer within %u ms", ms);

	offhook_agent_chain_cancel(self->chain);
	offhook_conversation_chain_handler.done(self, FALSE, error);
}

void
offhook_conversation_tick_waiting(OffhookConversation *self, gint64 now_us)
{
	switch (offhook_filler_tick(self->filler, now_us)) {
	case OFFHOOK_FILLER_SHORT:
		offhook_conversation_fill(self, OFFHOOK_PHRASE_SOUND);
		break;
	case OFFHOOK_FILLER_PHRASE:
		offhook_conversation_fill(self, OFFHOOK_PHRASE_PATIENCE);
		break;
	case OFFHOOK_FILLER_GIVE_UP:
		offhook_conversation_give_up(self);
		break;
	case OFFHOOK_FILLER_NONE:
		break;
	}
}
