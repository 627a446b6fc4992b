/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A turn as a test sees it. Main thread.
 */

#include "turn-log.h"

#include "harness.h"

static void
offhook_turn_log_say_cb(gpointer user_data, const char *text)
{
	OffhookTurnLog *log = user_data;

	g_assert_false(log->done);
	g_assert_nonnull(text);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_string_append(log->said, text);
	log->n_said++;
	log->speaks = TRUE;
	if (log->others != NULL)
		g_ptr_array_set_size(log->others, 0);
	if (log->cancel_at_say)
		offhook_agent_turn_cancel(log->turn);
}

static void
offhook_turn_log_expect_cb(gpointer user_data, OffhookExpectation *expectation)
{
	OffhookTurnLog *log = user_data;

	g_assert_false(log->done);
	g_assert_nonnull(expectation);
	g_clear_pointer(&log->expectation, offhook_expectation_unref);
	log->expectation = offhook_expectation_ref(expectation);
	log->n_expected++;
}

static void
offhook_turn_log_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	OffhookTurnLog *log = user_data;

	g_assert_false(log->done);
	if (action != OFFHOOK_ACTION_HANG_UP)
		g_assert_nonnull(argument);
	g_free(log->argument);
	log->argument = g_strdup(argument);
	log->action = action;
	log->n_acts++;
}

static void
offhook_turn_log_hand_over_cb(gpointer user_data, OffhookAction action, const char *target,
			      const char *summary)
{
	OffhookTurnLog *log = user_data;

	offhook_turn_log_act_cb(log, action, target);
	g_assert_true(summary == NULL || g_utf8_validate(summary, -1, NULL));
	g_free(log->summary);
	log->summary = g_strdup(summary);
}

static void
offhook_turn_log_done_cb(gpointer user_data, gboolean answered, const GError *error)
{
	OffhookTurnLog *log = user_data;

	log->n_done++;
	g_assert_cmpuint(log->n_done, ==, 1);
	log->done = TRUE;
	log->answered = answered;
	log->error = error != NULL ? g_error_copy(error) : NULL;
}

/* A tool may do what can't be undone. */
static void
offhook_turn_log_tool_cb(gpointer user_data, const char *name)
{
	OffhookTurnLog *log = user_data;

	g_assert_false(log->done);
	g_assert_true(name == NULL || offhook_agent_turn_is_confirmed(log->turn));
	g_string_append_printf(log->tools, "%s ", name != NULL ? name : "-");
}

static void
offhook_turn_log_speak_cb(gpointer user_data, GBytes *s16_16k)
{
	OffhookTurnLog *log = user_data;

	g_assert_false(log->done);
	g_assert_cmpuint(g_bytes_get_size(s16_16k), >, 0);
	log->spoken_bytes += g_bytes_get_size(s16_16k);
}

OffhookTurnLog *
offhook_turn_log_new(void)
{
	OffhookTurnLog *log = g_new0(OffhookTurnLog, 1);

	log->said = g_string_new(NULL);
	log->tools = g_string_new(NULL);
	return log;
}

void
offhook_turn_log_free(OffhookTurnLog *log)
{
	if (log->turn != NULL)
		offhook_agent_turn_cancel(log->turn);
	g_clear_object(&log->turn);
	g_string_free(log->said, TRUE);
	g_string_free(log->tools, TRUE);
	g_clear_pointer(&log->expectation, offhook_expectation_unref);
	g_clear_pointer(&log->others, g_ptr_array_unref);
	g_clear_error(&log->error);
	g_free(log->argument);
	g_free(log->summary);
	g_free(log);
}

static const OffhookTurnHandler offhook_turn_log_handler = {
    .say = offhook_turn_log_say_cb,
    .expect = offhook_turn_log_expect_cb,
    .act = offhook_turn_log_act_cb,
    .done = offhook_turn_log_done_cb,
    .tool = offhook_turn_log_tool_cb,
    .speak = offhook_turn_log_speak_cb,
    .spoken = offhook_turn_log_say_cb,
    .hand_over = offhook_turn_log_hand_over_cb,
};

void
offhook_turn_log_begin(OffhookTurnLog *log, OffhookAgentSession *session, OffhookTurnKind kind,
		       const char *message, double confidence, guint attempt, JsonObject *context)
{
	g_autoptr(JsonObject) empty = context == NULL ? json_object_new() : NULL;

	g_assert_null(log->turn);
	log->turn = offhook_agent_turn_new(kind, message, confidence, attempt,
					   context != NULL ? context : empty,
					   &offhook_turn_log_handler, log);
	offhook_agent_session_take_turn(session, log->turn);
}

void
offhook_turn_log_speculate(OffhookTurnLog *log, OffhookAgentSession *session, const char *message)
{
	g_autoptr(JsonObject) context = json_object_new();

	g_assert_null(log->turn);
	log->turn = offhook_agent_turn_new_speculative(OFFHOOK_TURN_MESSAGE, message, 1.0, 0,
						       context, &offhook_turn_log_handler, log);
	offhook_agent_session_take_turn(session, log->turn);
}

void
offhook_turn_log_begin_bare(OffhookTurnLog *log, OffhookAgentSession *session, const char *message)
{
	g_assert_null(log->turn);
	log->turn = offhook_agent_turn_new(OFFHOOK_TURN_MESSAGE, message, 1.0, 0, NULL,
					   &offhook_turn_log_handler, log);
	offhook_agent_session_take_turn(session, log->turn);
}

void
offhook_turn_log_wait_for_words(OffhookTurnLog *log)
{
	harness_wait_for(&log->speaks, "the first words");
}

void
offhook_turn_log_wait(OffhookTurnLog *log)
{
	harness_wait_for(&log->done, "the end of the turn");
}

OffhookTurnLog *
offhook_turn_log_run(OffhookAgentSession *session, OffhookTurnKind kind, const char *message,
		     double confidence, guint attempt)
{
	OffhookTurnLog *log = offhook_turn_log_new();

	offhook_turn_log_begin(log, session, kind, message, confidence, attempt, NULL);
	offhook_turn_log_wait(log);
	return log;
}
