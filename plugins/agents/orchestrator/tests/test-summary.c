/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the model sums up: between the turns, never in the caller's way, and after the call. */

#include "../orchestrator-agent.h"

#include "agent-fixture.h"
#include "harness.h"
#include "host.h"
#include "model.h"
#include <string.h>

typedef AgentFixture Fixture;

/* @key: NULL or another option */
static void
open_session(Fixture *f, const char *key, const char *value)
{
	const char *pairs[] = {"history-turns", "8", key, value, NULL};

	agent_fixture_open(f, (OffhookAgentOptions){.language = "de", .prompt = "Be kind."}, pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	agent_fixture_set_up(f, OFFHOOK_TYPE_ORCHESTRATOR_AGENT, host_new(NULL), model_new());
	open_session(f, NULL, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	agent_fixture_tear_down(f);
}

static void
say(Fixture *f, const char *words, const char *answer)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	model_queue(f->model, answer, NULL, NULL);
	log = agent_fixture_say(f, words, 1.0);
	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, answer);
}

/* Seven turns, of which the last is heard when this returns: there is hardly room for more. */
static void
fill(Fixture *f)
{
	for (guint i = 1; i <= 7; i++) {
		g_autofree char *words = g_strdup_printf("number %u", i);

		say(f, words, "Well.");
		if (i < 7)
			offhook_agent_session_heard(f->session, "Well.", FALSE);
	}
	g_assert_cmpuint(model_count_requests(f->model), ==, 7);
}

static void
run_idle(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void
test_between_turns(Fixture *f, gconstpointer data)
{
	fill(f);
	model_queue(f->model, "He counts to three.", NULL, NULL);
	offhook_agent_session_heard(f->session, "Well.", FALSE);
	g_assert_cmpuint(model_count_requests(f->model), ==, 8);
	g_assert_true(g_str_has_prefix(model_get_prompt(f->model), "Sum up"));
	g_assert_nonnull(strstr(model_get_prompt(f->model), "in de"));
	g_assert_true(g_str_has_prefix(model_get_request(f->model, 8),
				       "user: Caller: number 1\nAssistant: Well.\n"));
	run_idle();
	say(f, "number 8", "Yes.");
	g_assert_cmpuint(model_count_cancelled(f->model), ==, 0);
	g_assert_true(g_str_has_suffix(model_get_prompt(f->model),
				       "Earlier in this conversation: He counts to three."));
	g_assert_true(g_str_has_prefix(model_get_request(f->model, 9), "user: number 4\n"));
	g_assert_cmpstr(host_get_notes(f->host), ==, "");
}

/* A turn that begins goes first, and nothing is lost but the summary. */
static void
test_in_the_way(Fixture *f, gconstpointer data)
{
	fill(f);
	model_queue(f->model, "This comes too late.", NULL, NULL);
	offhook_agent_session_heard(f->session, "Well.", FALSE);
	say(f, "number 8", "Yes.");
	g_assert_cmpuint(model_count_cancelled(f->model), ==, 1);
	g_assert_null(strstr(model_get_prompt(f->model), "Earlier"));
	g_assert_true(g_str_has_prefix(model_get_request(f->model, 9), "user: number 1\n"));
}

/* Then the oldest just go. */
static void
test_failed(Fixture *f, gconstpointer data)
{
	fill(f);
	model_queue_failure(f->model, "He cou");
	offhook_agent_session_heard(f->session, "Well.", FALSE);
	run_idle();
	say(f, "number 8", "Yes.");
	say(f, "number 9", "Yes.");
	g_assert_null(strstr(model_get_prompt(f->model), "Earlier"));
	g_assert_true(g_str_has_prefix(model_get_request(f->model, 10), "user: number 2\n"));
}

static void
test_not_wanted(Fixture *f, gconstpointer data)
{
	open_session(f, "summarise", "false");
	fill(f);
	offhook_agent_session_heard(f->session, "Well.", FALSE);
	g_assert_cmpuint(model_count_requests(f->model), ==, 7);
}

static gboolean
is_closed(gpointer data)
{
	return offhook_agent_session_is_closed(data);
}

static void
test_end(Fixture *f, gconstpointer data)
{
	open_session(f, "end-summary", "true");
	say(f, "a table for four", "Booked.");
	offhook_agent_session_heard(f->session, "Booked.", FALSE);
	model_queue(f->model, " A table for four was booked. ", NULL, NULL);
	offhook_agent_session_close(f->session);
	g_assert_false(offhook_agent_session_is_closed(f->session));
	harness_wait_until(is_closed, f->session, "the summary");
	g_assert_cmpstr(host_get_notes(f->host), ==,
			"conversation.summarised {\"summary\":\"A table for four was booked.\"}\n");
	g_assert_cmpstr(model_get_request(f->model, 2), ==,
			"user: Caller: a table for four\nAssistant: Booked.\n\n");
	g_assert_cmpstr(model_get_tools(f->model), ==, "");
}

/* There is nothing to sum up, nobody wants it, or it fails: the session ends all the same. */
static void
test_end_without(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) greeting = NULL;

	say(f, "hello", "Hello.");
	offhook_agent_session_close(f->session);
	g_assert_true(offhook_agent_session_is_closed(f->session));
	open_session(f, "end-summary", "true");
	greeting = offhook_turn_log_run(f->session, OFFHOOK_TURN_START, NULL, 1.0, 0);
	offhook_agent_session_close(f->session);
	g_assert_true(offhook_agent_session_is_closed(f->session));
	open_session(f, "end-summary", "true");
	say(f, "hello", "Hello.");
	model_queue_failure(f->model, "He");
	offhook_agent_session_close(f->session);
	harness_wait_until(is_closed, f->session, "the end");
	g_assert_cmpstr(host_get_notes(f->host), ==, "");
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"between-turns", test_between_turns},
	    {"in-the-way", test_in_the_way},
	    {"failed", test_failed},
	    {"not-wanted", test_not_wanted},
	    {"end", test_end},
	    {"end-without", test_end_without},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/orchestrator/summary/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
