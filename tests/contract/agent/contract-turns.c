/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent contract: what becomes of a turn, of whichever kind. Main thread; audio frames in a
 * thread of their own.
 */

#include "contract-fixture.h"

#include "harness.h"
#include <offhook/error.h>
#include <time.h>

static void
test_features(AgentContractFixture *f, gconstpointer data)
{
	OffhookAgentFeatures features = offhook_agent_get_features(f->agent);

	g_assert_cmpuint(features, !=, 0);
	g_assert_cmpuint(features & ~(guint)(OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_AUDIO |
					     OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_SPEECH |
					     OFFHOOK_AGENT_COMPLETER | OFFHOOK_AGENT_TOOLS |
					     OFFHOOK_AGENT_CONSULTS | OFFHOOK_AGENT_EXPECTS),
			 ==, 0);
}

/* Words and keys are nothing without a message, unless the words were heard by the session itself. */
static void
test_missing_message(AgentContractFixture *f, gconstpointer data)
{
	gboolean hears = offhook_agent_session_get_ear(f->session) != NULL;
	static const OffhookTurnKind kinds[] = {OFFHOOK_TURN_MESSAGE, OFFHOOK_TURN_DIGITS};
	static const char *const messages[] = {NULL, ""};

	g_assert_true(!hears || (offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_SPEECH) != 0);
	for (guint i = hears ? 1 : 0; i < G_N_ELEMENTS(kinds); i++) {
		for (guint j = 0; j < G_N_ELEMENTS(messages); j++) {
			g_autoptr(OffhookTurnLog) log =
			    offhook_turn_log_run(f->session, kinds[i], messages[j], 1.0, 0);

			g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
			g_assert_cmpuint(log->n_said, ==, 0);
			g_assert_cmpuint(log->n_acts, ==, 0);
		}
	}
}

/* Nor is a turn one without a context. */
static void
test_missing_context(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	offhook_turn_log_begin_bare(log, f->session, f->contract->message);
	offhook_turn_log_wait(log);
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_cmpuint(log->n_said + log->n_acts, ==, 0);
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	agent_contract_assert_done(f, next);
}

/* After a turn that failed the session is as good as before. */
static void
test_after_missing_message(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) bad =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, "", 1.0, 0);
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	agent_contract_assert_done(f, log);
}

static void
test_answer(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

	agent_contract_assert_done(f, log);
}

/* Whether it expects a phrase that the agent's class does not speak of. */
static gboolean
expects_secretly(AgentContractFixture *f, OffhookTurnLog *log)
{
	return log->expectation != NULL &&
	       *offhook_expectation_get_phrases(log->expectation) != NULL &&
	       !(offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_EXPECTS);
}

/* Every kind of turn comes to an end without an error, in any order. */
static void
test_all_kinds(AgentContractFixture *f, gconstpointer data)
{
	for (guint attempt = 0; attempt < 5; attempt++) {
		for (guint kind = OFFHOOK_TURN_START; kind <= OFFHOOK_TURN_FAILURE; kind++) {
			g_autoptr(OffhookTurnLog) log =
			    offhook_turn_log_run(f->session, kind, "12", 0.5, attempt);

			g_assert_no_error(log->error);
			g_assert_false(expects_secretly(f, log));
		}
	}
}

/* The core greets itself, or nobody does. */
static void
test_start_with_greeting(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	json_object_set_string_member(context, "greeting", "Hello from the daemon.");
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_no_error(log->error);
	g_assert_cmpuint(log->n_said, ==, 0);
	g_assert_cmpuint(log->n_acts, ==, 0);
}

/* A context of strange shape is no reason to stumble. */
static void
test_strange_context(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	json_object_set_object_member(context, "greeting", json_object_new());
	json_object_set_null_member(context, "language");
	json_object_set_int_member(context, "assistant", 7);
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_no_error(log->error);
}

/* An agent is told what was heard at any time, of whatever. */
static void
test_heard(AgentContractFixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	g_autoptr(OffhookTurnLog) next = NULL;

	offhook_agent_session_heard(f->session, "", TRUE);
	offhook_agent_session_heard(f->session, "Something never said.", FALSE);
	log = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	offhook_agent_session_heard(f->session, "", TRUE);
	offhook_agent_session_heard(f->session, log->said->str, FALSE);
	next = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);
	g_assert_no_error(next->error);
}

/* A thousand turns take no longer each than one; of the processor, which others may keep busy. */
static void
test_many_turns(AgentContractFixture *f, gconstpointer data)
{
	clock_t start = clock();

	for (guint i = 0; i < 1000; i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		g_assert_no_error(log->error);
	}
	g_assert_cmpint(clock() - start, <, (gint64)HARNESS_TIMEOUT_S * CLOCKS_PER_SEC);
}

static gpointer
push_frames(gpointer data)
{
	OffhookAgentSession *session = data;
	gint16 in[OFFHOOK_FRAME_SAMPLES];
	gint16 out[OFFHOOK_FRAME_SAMPLES];

	for (guint i = 0; i < 2000; i++) {
		for (guint j = 0; j < OFFHOOK_FRAME_SAMPLES; j++)
			in[j] = (gint16)(i * 31 + j);
		offhook_agent_session_audio_frame(session, in, out);
	}
	return NULL;
}

/* Frames in the media thread while the main thread takes turns. */
static void
test_audio(AgentContractFixture *f, gconstpointer data)
{
	gboolean takes_audio = offhook_agent_get_features(f->agent) & OFFHOOK_AGENT_AUDIO;
	gint16 in[OFFHOOK_FRAME_SAMPLES] = {1, 2, 3};
	gint16 out[OFFHOOK_FRAME_SAMPLES];
	GThread *thread;

	if (!takes_audio) {
		g_assert_false(offhook_agent_session_audio_frame(f->session, in, out));
		return;
	}
	thread = g_thread_new("media", push_frames, f->session);
	for (guint i = 0; i < 100; i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_run(
		    f->session, OFFHOOK_TURN_MESSAGE, f->contract->message, 1.0, 0);

		g_assert_no_error(log->error);
	}
	g_thread_join(thread);
}

const AgentContractCheck agent_contract_turns_checks[] = {
    {"features", test_features, AGENT_CONTRACT_FULL | AGENT_CONTRACT_TOOLS,
     "The class says at least one feature, and none that is unknown."},
    {"missing-message", test_missing_message, AGENT_CONTRACT_FULL,
     "A turn of words or keys without any fails with OFFHOOK_ERROR_INVALID_ARGUMENT before the"
     " agent sees it, and nothing is said or done."},
    {"missing-context", test_missing_context, AGENT_CONTRACT_FULL,
     "A turn without a context fails with OFFHOOK_ERROR_INVALID_ARGUMENT; the next one is as "
     "good as ever."},
    {"after-missing-message", test_after_missing_message, AGENT_CONTRACT_FULL,
     "After a turn that failed the session is as good as before."},
    {"answer", test_answer, AGENT_CONTRACT_FULL | AGENT_CONTRACT_BOUNDED,
     "A message comes to its end once: with an answer that has words, or passed on without "
     "any, with what was found out in the context."},
    {"all-kinds", test_all_kinds, AGENT_CONTRACT_FULL,
     "Turns of every kind come to an end without an error, in any order; who expects phrases "
     "says so by OFFHOOK_AGENT_EXPECTS."},
    {"start-with-greeting", test_start_with_greeting, AGENT_CONTRACT_FULL,
     "Where the context has a greeting the core says it: the agent neither speaks nor acts at "
     "the start."},
    {"strange-context", test_strange_context, AGENT_CONTRACT_FULL,
     "Members of the context may be missing or of another type."},
    {"heard", test_heard, AGENT_CONTRACT_FULL, "heard() may come at any time, of anything."},
    {"many-turns", test_many_turns, AGENT_CONTRACT_FULL,
     "A session takes a thousand turns, and the last is as quick as the first."},
    {"audio", test_audio, AGENT_CONTRACT_FULL,
     "audio_frame() is called in the media thread while turns are taken in the main thread; "
     "without OFFHOOK_AGENT_AUDIO it returns FALSE."},
    {NULL},
};
