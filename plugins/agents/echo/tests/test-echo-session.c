/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The echo agent gives back exactly what it gets. */

#include "../echo-session.h"

#include "turn-log.h"
#include <string.h>

static void
test_audio(void)
{
	g_autoptr(OffhookAgentSession) session = offhook_echo_session_new();
	gint16 in[OFFHOOK_FRAME_SAMPLES];
	gint16 out[OFFHOOK_FRAME_SAMPLES] = {0};

	for (guint i = 0; i < OFFHOOK_FRAME_SAMPLES; i++)
		in[i] = (gint16)(i * 205 - 32768);
	g_assert_true(offhook_agent_session_audio_frame(session, in, out));
	g_assert_cmpmem(in, sizeof in, out, sizeof out);
}

static void
test_words(void)
{
	g_autoptr(OffhookAgentSession) session = offhook_echo_session_new();
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "Grüße, 12!", 0.7, 0);

	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, "Grüße, 12!");
	g_assert_cmpuint(log->n_acts, ==, 0);
}

static void
test_keys(void)
{
	g_autoptr(OffhookAgentSession) session = offhook_echo_session_new();
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(session, OFFHOOK_TURN_DIGITS, "12#", 1.0, 0);

	g_assert_cmpstr(log->said->str, ==, "12#");
}

/* Words of its own would spoil a line check. */
static void
test_silent_otherwise(void)
{
	static const OffhookTurnKind kinds[] = {OFFHOOK_TURN_START, OFFHOOK_TURN_UNCLEAR,
						OFFHOOK_TURN_SILENCE, OFFHOOK_TURN_FAILURE};
	g_autoptr(OffhookAgentSession) session = offhook_echo_session_new();

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(OffhookTurnLog) log =
		    offhook_turn_log_run(session, kinds[i], NULL, 1.0, 1);

		g_assert_true(log->answered);
		g_assert_cmpuint(log->n_said, ==, 0);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/echo/session/audio", test_audio);
	g_test_add_func("/echo/session/words", test_words);
	g_test_add_func("/echo/session/keys", test_keys);
	g_test_add_func("/echo/session/silent-otherwise", test_silent_otherwise);
	return g_test_run();
}
