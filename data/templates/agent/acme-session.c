/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One conversation of the Acme agent. A turn may be answered at once, as here, or later: keep a reference to
 * it then, say what there is to say when it is there, and finish it once. Main thread.
 */

#include "acme.h"

struct _AcmeSession {
	OffhookAgentSession parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(AcmeSession, acme_session, OFFHOOK_TYPE_AGENT_SESSION)

OffhookAgentSession *
acme_session_new(OffhookSettings *settings)
{
	AcmeSession *self = g_object_new(ACME_TYPE_SESSION, NULL);

	self->settings = offhook_settings_ref(settings);
	return OFFHOOK_AGENT_SESSION(self);
}

static void
acme_session_hang_up(OffhookAgentTurn *turn)
{
	offhook_agent_turn_say(turn, "Good bye.");
	/* ... when that has been heard. */
	offhook_agent_turn_act(turn, OFFHOOK_ACTION_HANG_UP, NULL);
}

static void
acme_session_answer(OffhookAgentTurn *turn)
{
	/* What was recognised is UTF-8; what was written may be anything. */
	g_autofree char *message = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);
	g_autofree char *folded = g_utf8_casefold(message, -1);
	g_autofree char *answer = g_strconcat("You said: ", message, NULL);

	if (g_str_equal(folded, "bye") || g_str_has_suffix(folded, " bye"))
		acme_session_hang_up(turn);
	else
		offhook_agent_turn_say(turn, answer);
}

static void
acme_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	OffhookSettings *settings = ACME_SESSION(session)->settings;

	switch (offhook_agent_turn_get_kind(turn)) {
	case OFFHOOK_TURN_START:
		if (!json_object_has_member(offhook_agent_turn_get_context(turn), "greeting"))
			offhook_agent_turn_say(turn,
					       offhook_settings_get_string(settings, "greeting"));
		break;
	case OFFHOOK_TURN_MESSAGE:
	case OFFHOOK_TURN_DIGITS:
		acme_session_answer(turn);
		break;
	case OFFHOOK_TURN_UNCLEAR:
		offhook_agent_turn_say(turn, "Once more, please?");
		break;
	case OFFHOOK_TURN_SILENCE:
		if (offhook_agent_turn_get_attempt(turn) >
		    offhook_settings_get_integer(settings, "patience"))
			acme_session_hang_up(turn);
		else
			offhook_agent_turn_say(turn, "Are you still there?");
		break;
	case OFFHOOK_TURN_FAILURE:
		offhook_agent_turn_say(turn, "That did not work.");
		break;
	}
	/* %FALSE would pass the turn on to the next agent of the assistant. */
	offhook_agent_turn_finish(turn, TRUE);
}

static void
acme_session_finalize(GObject *object)
{
	offhook_settings_unref(ACME_SESSION(object)->settings);

	G_OBJECT_CLASS(acme_session_parent_class)->finalize(object);
}

static void
acme_session_init(AcmeSession *self)
{
}

static void
acme_session_class_init(AcmeSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = acme_session_finalize;
	OFFHOOK_AGENT_SESSION_CLASS(klass)->take_turn = acme_session_take_turn;
}
