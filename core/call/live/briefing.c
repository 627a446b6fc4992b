/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Says the briefing, then waits for 1 (or yes) or 2 (or no). Silence is answered twice with the
 * question, then taken for a no: a voice box must not get the caller. Main thread.
 */

#include "call/live/briefing.h"

#define QUESTION     "Press 1 or say yes to take the call, press 2 or say no to decline."
#define MAX_ATTEMPTS 2

struct _OffhookBriefing {
	OffhookAgentSession parent_instance;

	char *text;
	gboolean decided;
	guint misunderstood;
};

G_DEFINE_FINAL_TYPE(OffhookBriefing, offhook_briefing, OFFHOOK_TYPE_AGENT_SESSION)

static guint offhook_briefing_decided;

static void
offhook_briefing_decide(OffhookBriefing *self, OffhookAgentTurn *turn, gboolean taken)
{
	offhook_agent_turn_finish(turn, TRUE);
	if (self->decided)
		return;
	self->decided = TRUE;
	g_signal_emit(self, offhook_briefing_decided, 0, taken);
}

static void
offhook_briefing_ask(OffhookAgentTurn *turn)
{
	g_autoptr(OffhookExpectation) keys = offhook_expectation_new(OFFHOOK_EXPECT_YES_NO);

	offhook_expectation_set_digits(keys, 1, 1);
	offhook_agent_turn_say(turn, QUESTION);
	offhook_agent_turn_expect(turn, keys);
	offhook_agent_turn_finish(turn, TRUE);
}

static gboolean
offhook_briefing_has_word(const char *message, const char *const *words)
{
	g_auto(GStrv) said = g_str_tokenize_and_fold(message, NULL, NULL);

	for (guint i = 0; said[i] != NULL; i++)
		if (g_strv_contains(words, said[i]))
			return TRUE;
	return FALSE;
}

static void
offhook_briefing_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	static const char *const yes[] = {"1", "yes", "one", "yeah", "sure", "okay", NULL};
	static const char *const no[] = {"2", "no", "two", "nope", NULL};
	OffhookBriefing *self = OFFHOOK_BRIEFING(session);
	const char *message = offhook_agent_turn_get_message(turn);

	switch (offhook_agent_turn_get_kind(turn)) {
	case OFFHOOK_TURN_START:
		offhook_agent_turn_say(turn, self->text);
		offhook_agent_turn_say(turn, " ");
		offhook_briefing_ask(turn);
		return;
	case OFFHOOK_TURN_MESSAGE:
	case OFFHOOK_TURN_DIGITS:
		if (offhook_briefing_has_word(message, no))
			offhook_briefing_decide(self, turn, FALSE);
		else if (offhook_briefing_has_word(message, yes))
			offhook_briefing_decide(self, turn, TRUE);
		else if (++self->misunderstood > MAX_ATTEMPTS)
			offhook_briefing_decide(self, turn, FALSE);
		else
			offhook_briefing_ask(turn);
		return;
	case OFFHOOK_TURN_SILENCE:
		if (offhook_agent_turn_get_attempt(turn) > MAX_ATTEMPTS)
			offhook_briefing_decide(self, turn, FALSE);
		else
			offhook_briefing_ask(turn);
		return;
	default:
		offhook_briefing_ask(turn);
		return;
	}
}

OffhookBriefing *
offhook_briefing_new(const char *text)
{
	OffhookBriefing *self = g_object_new(OFFHOOK_TYPE_BRIEFING, NULL);

	self->text = g_strdup(text);
	return self;
}

static void
offhook_briefing_finalize(GObject *object)
{
	g_free(OFFHOOK_BRIEFING(object)->text);

	G_OBJECT_CLASS(offhook_briefing_parent_class)->finalize(object);
}

static void
offhook_briefing_init(OffhookBriefing *self)
{
}

static void
offhook_briefing_class_init(OffhookBriefingClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_briefing_finalize;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->take_turn = offhook_briefing_take_turn;
	offhook_briefing_decided =
	    g_signal_new("decided", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			 NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}
