/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The echo agent's session. Audio frames come in the call's media thread, turns in the main thread;
 * there is no state between them.
 */

#include "echo-session.h"

#include <string.h>

struct _OffhookEchoSession {
	OffhookAgentSession parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookEchoSession, offhook_echo_session, OFFHOOK_TYPE_AGENT_SESSION)

OffhookAgentSession *
offhook_echo_session_new(void)
{
	return g_object_new(OFFHOOK_TYPE_ECHO_SESSION, NULL);
}

static void
offhook_echo_session_take_turn(OffhookAgentSession *session, OffhookAgentTurn *turn)
{
	OffhookTurnKind kind = offhook_agent_turn_get_kind(turn);

	if (kind == OFFHOOK_TURN_MESSAGE || kind == OFFHOOK_TURN_DIGITS) {
		g_autofree char *text = g_utf8_make_valid(offhook_agent_turn_get_message(turn), -1);

		offhook_agent_turn_say(turn, text);
	}
	/* The other kinds have no words; silence and failures are no reason to speak here. */
	offhook_agent_turn_finish(turn, TRUE);
}

static gboolean
offhook_echo_session_audio_frame(OffhookAgentSession *session, const gint16 *in, gint16 *out)
{
	memcpy(out, in, OFFHOOK_FRAME_BYTES);
	return TRUE;
}

static void
offhook_echo_session_init(OffhookEchoSession *self)
{
}

static void
offhook_echo_session_class_init(OffhookEchoSessionClass *klass)
{
	OffhookAgentSessionClass *session_class = OFFHOOK_AGENT_SESSION_CLASS(klass);

	session_class->take_turn = offhook_echo_session_take_turn;
	session_class->audio_frame = offhook_echo_session_audio_frame;
}
