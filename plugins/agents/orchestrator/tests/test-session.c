/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Conversations through a language model: what it is asked, what comes of its answers. */

#include "../orchestrator-agent.h"

#include "agent-fixture.h"
#include "harness.h"
#include "model.h"
#include <offhook/error.h>
#include <string.h>

typedef AgentFixture Fixture;

static void
open_session(Fixture *f, const char *key, const char *value)
{
	const char *pairs[] = {key, value, NULL};

	agent_fixture_open(f, (OffhookAgentOptions){.language = "en-US", .prompt = "Be kind."},
			   pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	agent_fixture_set_up(f, OFFHOOK_TYPE_ORCHESTRATOR_AGENT, NULL, model_new());
	open_session(f, NULL, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	agent_fixture_tear_down(f);
}

static OffhookTurnLog *
say(Fixture *f, const char *words)
{
	return agent_fixture_say(f, words, 1.0);
}

static void
test_conversation(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) first = NULL;
	g_autoptr(OffhookTurnLog) second = NULL;
	g_autoptr(OffhookTurnLog) third = NULL;

	model_queue(f->model, "\n\n We open at noon. Shall I book a table?", NULL, NULL);
	first = say(f, "when do you open");
	g_assert_true(first->answered);
	g_assert_cmpstr(first->said->str, ==, "We open at noon. Shall I book a table?");
	/* As it comes, not at the end. */
	g_assert_cmpuint(first->n_said, >, 4);
	g_assert_cmpint(offhook_expectation_get_kind(first->expectation), ==, OFFHOOK_EXPECT_OPEN);
	g_assert_true(g_str_has_prefix(model_get_prompt(f->model), "Be kind.\n"));
	offhook_agent_session_heard(f->session, "We open at noon.", TRUE);
	second = say(f, "thanks");
	g_assert_cmpstr(model_get_request(f->model, 2), ==,
			"user: when do you open\nassistant: We open at noon.\nuser: thanks\n");
	offhook_agent_session_heard(f->session, second->said->str, FALSE);
	third = offhook_turn_log_run(f->session, OFFHOOK_TURN_DIGITS, "12#", 1.0, 0);
	g_assert_true(g_str_has_suffix(model_get_request(f->model, 3),
				       "user: thanks\nassistant: I heard you. All of it.\n"
				       "user: [the caller pressed the keys 12#]\n"));
}

/* Nothing of it is left, neither with the model nor in what it is asked next. */
static void
test_cancelled(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) lost = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) next = NULL;

	model_queue(f->model, "This is never heard.", NULL, NULL);
	offhook_turn_log_begin(lost, f->session, OFFHOOK_TURN_MESSAGE, "a table", 1.0, 0, NULL);
	offhook_agent_turn_cancel(lost->turn);
	offhook_agent_session_heard(f->session, "", TRUE);
	g_assert_cmpuint(model_count_cancelled(f->model), ==, 1);
	next = say(f, "a table for four");
	g_assert_cmpstr(model_get_request(f->model, 2), ==, "user: a table for four\n");
	g_assert_cmpuint(lost->n_said, ==, 0);
}

/* The fixed phrases come without the model, which learns of them afterwards. */
static void
test_at_once(Fixture *f, gconstpointer data)
{
	static const OffhookTurnKind kinds[] = {OFFHOOK_TURN_START, OFFHOOK_TURN_UNCLEAR,
						OFFHOOK_TURN_SILENCE, OFFHOOK_TURN_FAILURE};
	g_autoptr(OffhookTurnLog) last = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

		offhook_turn_log_begin(log, f->session, kinds[i], "nobody took it", 1.0, 1, NULL);
		g_assert_true(log->done && log->answered);
		g_assert_cmpuint(log->n_said, ==, 1);
		offhook_agent_session_heard(f->session, log->said->str, FALSE);
	}
	g_assert_cmpuint(model_count_requests(f->model), ==, 0);
	last = say(f, "hello");
	g_assert_cmpstr(
	    model_get_request(f->model, 1), ==,
	    "user: [the call begins]\nassistant: Hello! How can I help you?\n"
	    "user: [something that was not understood]\n"
	    "assistant: Sorry, I didn't catch that. Could you say it again?\n"
	    "user: [silence]\nassistant: Are you still there?\n"
	    "user: [what you wanted done failed: nobody took it]\n"
	    "assistant: I'm sorry, that did not work. Is there anything else that I can do for "
	    "you?\nuser: hello\n");
}

static void
test_hang_up(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) words = NULL;
	g_autoptr(OffhookTurnLog) wordless = NULL;

	model_queue(f->model, "See you soon!", "hang_up", "{}");
	model_queue(f->model, NULL, "hang_up", "{}");
	words = say(f, "goodbye");
	g_assert_cmpstr(model_get_tools(f->model), ==, "hang_up");
	g_assert_cmpstr(words->said->str, ==, "See you soon!");
	g_assert_cmpuint(words->n_acts, ==, 1);
	g_assert_cmpint(words->action, ==, OFFHOOK_ACTION_HANG_UP);
	offhook_agent_session_heard(f->session, "See you", TRUE);
	wordless = say(f, "one more thing");
	g_assert_cmpstr(model_get_request(f->model, 2), ==,
			"user: goodbye\nassistant: See you\n  calls hang_up({})\n"
			"tool: Not done: the caller went on speaking.\nuser: one more thing\n");
	g_assert_cmpstr(wordless->said->str, ==, "Goodbye!");
	g_assert_cmpint(wordless->action, ==, OFFHOOK_ACTION_HANG_UP);
}

static void
test_transfer(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "transfer-to", "kitchen=+15550100, bar=+15550101");
	/* Asked again where it made a name up. */
	model_queue(f->model, NULL, "transfer", "{\"to\":\"cellar\"}");
	model_queue(f->model, NULL, "transfer", "{\"to\":\"bar\"}");
	log = say(f, "the bar please");
	g_assert_cmpstr(model_get_tools(f->model), ==, "hang_up transfer");
	g_assert_cmpuint(model_count_requests(f->model), ==, 2);
	g_assert_nonnull(strstr(model_get_request(f->model, 2),
				"user: the bar please\nassistant: \n  calls "
				"transfer({\"to\":\"cellar\"})\ntool: Not done: "));
	g_assert_cmpuint(log->n_acts, ==, 1);
	g_assert_cmpint(log->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(log->argument, ==, "+15550101");
	g_assert_cmpstr(log->said->str, ==, "One moment, I will put you through.");
}

static void
test_transfer_to_the_only_one(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "transfer-to", "+15550100");
	model_queue(f->model, "I will connect you.", "transfer", "{\"to\":\"anybody\"}");
	log = say(f, "a person please");
	g_assert_cmpstr(log->argument, ==, "+15550100");
	g_assert_cmpstr(log->said->str, ==, "I will connect you.");
}

/* What is not allowed is not offered, and not done either. */
static void
test_forbidden(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "hang-up", "false");
	for (guint i = 0; i < 9; i++)
		model_queue(f->model, NULL, i == 1 ? "transfer" : "hang_up", "{}");
	log = say(f, "goodbye");
	g_assert_cmpstr(model_get_tools(f->model), ==, "");
	g_assert_false(log->answered);
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(log->n_acts, ==, 0);
	g_assert_cmpuint(model_count_requests(f->model), ==, 9);
}

/* The next agent's turn, before a word as after some. */
static void
test_failure(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) early = NULL;
	g_autoptr(OffhookTurnLog) late = NULL;
	g_autoptr(OffhookTurnLog) empty = NULL;
	g_autoptr(OffhookTurnLog) next = NULL;

	model_queue_failure(f->model, NULL);
	model_queue_failure(f->model, "We open");
	model_queue(f->model, " \n", NULL, NULL);
	early = say(f, "one");
	g_assert_false(early->answered);
	g_assert_error(early->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	/* Somebody else answered; the model shall know. */
	offhook_agent_session_heard(f->session, "I have a problem.", FALSE);
	late = say(f, "two");
	g_assert_error(late->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_cmpstr(late->said->str, ==, "We open... ");
	offhook_agent_session_heard(f->session, "We open", FALSE);
	empty = say(f, "three");
	g_assert_error(empty->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
	g_assert_cmpuint(empty->n_said, ==, 0);
	next = say(f, "four");
	g_assert_cmpstr(model_get_request(f->model, 4), ==,
			"user: one\nassistant: I have a problem.\nuser: two\nassistant: We open\n"
			"user: three\nfour\n");
}

static void
test_no_model(Fixture *f, gconstpointer data)
{
	const OffhookAgentOptions options = {.assistant = "reception", .language = "en"};
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_agent_open_session(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"conversation", test_conversation},
	    {"cancelled", test_cancelled},
	    {"at-once", test_at_once},
	    {"hang-up", test_hang_up},
	    {"transfer", test_transfer},
	    {"transfer-to-the-only-one", test_transfer_to_the_only_one},
	    {"forbidden", test_forbidden},
	    {"failure", test_failure},
	    {"no-model", test_no_model},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/orchestrator/session/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
