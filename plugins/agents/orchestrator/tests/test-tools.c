/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tools that the model calls: when they run, what it is told of them, what a barge-in leaves behind. */

#include "../orchestrator-agent.h"

#include "agent-fixture.h"
#include "harness.h"
#include "host.h"
#include "model.h"
#include <offhook/error.h>
#include <string.h>

typedef struct {
	AgentFixture base;
	OffhookTurnLog *log;
} Fixture;

static void
open_session(Fixture *f, const char *key, const char *value)
{
	const char *pairs[] = {"hang-up", "true", key, value, NULL};

	agent_fixture_open(&f->base,
			   (OffhookAgentOptions){.language = "en-US", .prompt = "Be kind."}, pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	agent_fixture_set_up(&f->base, OFFHOOK_TYPE_ORCHESTRATOR_AGENT, host_new(NULL),
			     model_new());
	host_add_tool(f->base.host, "look", OFFHOOK_TOOL_READ_ONLY);
	host_add_tool(f->base.host, "count", OFFHOOK_TOOL_READ_ONLY);
	host_add_tool(f->base.host, "book", OFFHOOK_TOOL_NONE);
	f->log = offhook_turn_log_new();
	open_session(f, NULL, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_pointer(&f->log, offhook_turn_log_free);
	agent_fixture_tear_down(&f->base);
}

static void
begin(Fixture *f, const char *words)
{
	g_clear_pointer(&f->log, offhook_turn_log_free);
	f->log = offhook_turn_log_new();
	offhook_turn_log_begin(f->log, f->base.session, OFFHOOK_TURN_MESSAGE, words, 1.0, 0, NULL);
}

static void
test_one(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, "Let me see.", "look", "{\"day\":1}");
	model_queue(f->base.model, " One is free.", NULL, NULL);
	begin(f, "a table");
	host_wait_started(f->base.host, 1);
	g_assert_cmpstr(model_get_tools(f->base.model), ==, "hang_up look count book");
	g_assert_cmpstr(f->log->tools->str, ==, "look ");
	g_assert_false(f->log->done);
	host_end_run(f->base.host, 1, "table two");
	offhook_turn_log_wait(f->log);
	g_assert_cmpstr(f->log->tools->str, ==, "look - ");
	g_assert_cmpstr(f->log->said->str, ==, "Let me see. One is free.");
	g_assert_cmpstr(model_get_request(f->base.model, 2), ==,
			"user: a table\nassistant: Let me see.\n  calls look({\"day\":1})\n"
			"tool: table two\n");
	g_assert_cmpstr(model_get_choice(f->base.model), ==, "auto");
}

/* What changes nothing runs side by side; the results keep the model's order. */
static void
test_parallel(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "look", "{}");
	model_queue_call(f->base.model, "count", "{}");
	model_queue_call(f->base.model, "book", "{}");
	model_queue_call(f->base.model, "look", "{\"again\":1}");
	begin(f, "a table");
	host_wait_started(f->base.host, 2);
	g_assert_cmpstr(host_get_started(f->base.host), ==, "look count ");
	host_end_run(f->base.host, 2, "four");
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpstr(host_get_started(f->base.host), ==, "look count ");
	host_end_run(f->base.host, 1, "table two");
	host_wait_started(f->base.host, 3);
	g_assert_cmpstr(host_get_started(f->base.host), ==, "look count book ");
	host_end_run(f->base.host, 3, "booked");
	host_wait_started(f->base.host, 4);
	host_end_run(f->base.host, 4, "taken");
	offhook_turn_log_wait(f->log);
	g_assert_nonnull(strstr(model_get_request(f->base.model, 2),
				"tool: table two\ntool: four\ntool: booked\ntool: taken\n"));
}

/* Before it is certain that the caller has finished nothing is changed. */
static void
test_speculative(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "look", "{}");
	model_queue_call(f->base.model, "book", "{}");
	model_queue(f->base.model, "It is yours.", NULL, NULL);
	offhook_turn_log_speculate(f->log, f->base.session, "a table");
	host_wait_started(f->base.host, 1);
	host_end_run(f->base.host, 1, "table two");
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpstr(host_get_started(f->base.host), ==, "look ");
	offhook_agent_turn_confirm(f->log->turn);
	host_wait_started(f->base.host, 2);
	g_assert_cmpstr(f->log->tools->str, ==, "book ");
	host_end_run(f->base.host, 2, "booked");
	offhook_turn_log_wait(f->log);
	g_assert_cmpstr(f->log->said->str, ==, "It is yours.");
}

/* As if it had never been. */
static void
test_speculation_dropped(Fixture *f, gconstpointer data)
{
	OffhookTurnLog *dropped = f->log;

	model_queue(f->base.model, NULL, "look", "{}");
	offhook_turn_log_speculate(dropped, f->base.session, "a table");
	host_wait_started(f->base.host, 1);
	offhook_agent_turn_cancel(dropped->turn);
	begin(f, "a table for four");
	offhook_turn_log_wait(f->log);
	g_assert_cmpstr(model_get_request(f->base.model, 2), ==, "user: a table for four\n");
}

/* The caller goes on: what had finished keeps its result, and each call has one. */
static void
test_barge_in(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, "Let me see what there is.", "look", "{}");
	model_queue_call(f->base.model, "count", "{}");
	model_queue_call(f->base.model, "book", "{}");
	begin(f, "a table");
	host_wait_started(f->base.host, 2);
	host_end_run(f->base.host, 1, "table two");
	offhook_agent_turn_cancel(f->log->turn);
	offhook_agent_session_heard(f->base.session, "Let me", TRUE);
	begin(f, "for four");
	offhook_turn_log_wait(f->log);
	g_assert_no_error(f->log->error);
	g_assert_cmpstr(host_get_started(f->base.host), ==, "look count ");
	g_assert_cmpstr(model_get_request(f->base.model, 2), ==,
			"user: a table\nassistant: Let me\n  calls look({})\n  calls count({})\n"
			"  calls book({})\ntool: table two\n"
			"tool: Cancelled: the caller went on. It may have been done or not.\n"
			"tool: Cancelled: the caller went on.\nuser: for four\n");
}

/* The session ends while a tool runs, and before its end was told. */
static void
test_dropped(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "look", "{}");
	model_queue_call(f->base.model, "count", "{}");
	begin(f, "a table");
	host_wait_started(f->base.host, 2);
	host_end_run(f->base.host, 1, "table two");
	g_clear_object(&f->base.session);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_false(f->log->done);
	g_assert_cmpuint(model_count_requests(f->base.model), ==, 1);
}

/* In the end it has to answer. */
static void
test_steps(Fixture *f, gconstpointer data)
{
	open_session(f, "max-steps", "2");
	for (guint i = 0; i < 2; i++)
		model_queue(f->base.model, NULL, "nothing", "{}");
	model_queue(f->base.model, "I can't find it.", NULL, NULL);
	begin(f, "a table");
	offhook_turn_log_wait(f->log);
	g_assert_true(f->log->answered);
	g_assert_cmpuint(model_count_requests(f->base.model), ==, 3);
	g_assert_cmpstr(model_get_choice(f->base.model), ==, "none");
	g_assert_nonnull(
	    strstr(model_get_request(f->base.model, 2), "tool: Failed: there is no such tool\n"));
	/* One that calls all the same. */
	for (guint i = 0; i < 3; i++)
		model_queue(f->base.model, NULL, "nothing", "{}");
	begin(f, "again");
	offhook_turn_log_wait(f->log);
	g_assert_error(f->log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER);
}

static void
test_too_many(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "look", "{}");
	for (guint i = 0; i < 16; i++)
		model_queue_call(f->base.model, "look", "{}");
	begin(f, "a table");
	offhook_turn_log_wait(f->log);
	g_assert_true(f->log->answered);
	g_assert_cmpstr(host_get_started(f->base.host), ==, "");
	g_assert_cmpstr(model_get_choice(f->base.model), ==, "none");
}

/* Leaving the call waits for what the others give. */
static void
test_others_first(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "book", "{}");
	model_queue_call(f->base.model, "hang_up", "{}");
	model_queue(f->base.model, "It is full.", NULL, NULL);
	begin(f, "a table and goodbye");
	host_wait_started(f->base.host, 1);
	host_end_run(f->base.host, 1, "full");
	offhook_turn_log_wait(f->log);
	g_assert_cmpuint(f->log->n_acts, ==, 0);
	g_assert_nonnull(
	    strstr(model_get_request(f->base.model, 2), "tool: full\ntool: Not done: "));
}

/* A tool may want something done with the call. */
static void
test_act(Fixture *f, gconstpointer data)
{
	model_queue(f->base.model, NULL, "book", "{}");
	model_queue(f->base.model, "I put you through.", NULL, NULL);
	begin(f, "a person");
	host_wait_started(f->base.host, 1);
	offhook_tool_run_act(host_get_run(f->base.host, 1), OFFHOOK_ACTION_TRANSFER, "+15550100");
	host_end_run(f->base.host, 1, "ready");
	offhook_turn_log_wait(f->log);
	g_assert_cmpint(f->log->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(f->log->argument, ==, "+15550100");
	g_assert_cmpstr(f->log->said->str, ==, "I put you through.");
}

static void
test_hand_over(Fixture *f, gconstpointer data)
{
	open_session(f, "hand-over-to", "sales=talks about prices, support");
	model_queue(f->base.model, NULL, "hand_over",
		    "{\"to\":\"sales\",\"summary\":\"Ann wants a price.\"}");
	begin(f, "what does it cost");
	offhook_turn_log_wait(f->log);
	g_assert_cmpstr(model_get_tools(f->base.model), ==, "hang_up hand_over look count book");
	g_assert_cmpint(f->log->action, ==, OFFHOOK_ACTION_HAND_OVER);
	g_assert_cmpstr(f->log->argument, ==, "sales");
	g_assert_cmpstr(f->log->summary, ==, "Ann wants a price.");
	g_assert_cmpstr(f->log->said->str, ==, "One moment, I will put you through.");
}

/* The other side of it: no greeting, and nothing that is known is asked for again. */
static void
test_taken_over(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookCompletionRequest) past = offhook_completion_request_new();
	g_autoptr(JsonObject) context = json_object_new();
	JsonObject *handed_over = json_object_new();

	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_SYSTEM, "Ann wants a price.");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_ASSISTANT, "Hello.");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_USER, "what does it cost");
	g_clear_object(&f->base.session);
	g_assert_finalize_object(f->base.host);
	f->base.host = host_new(g_ptr_array_ref(offhook_completion_request_get_messages(past)));
	open_session(f, NULL, NULL);
	json_object_set_string_member(handed_over, "from", "reception");
	json_object_set_object_member(context, "handed_over", handed_over);
	model_queue(f->base.model, "It is ten euros, Ann.", NULL, NULL);
	offhook_turn_log_begin(f->log, f->base.session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(f->log);
	g_assert_cmpstr(f->log->said->str, ==, "It is ten euros, Ann.");
	g_assert_true(g_str_has_suffix(model_get_prompt(f->base.model), "Ann wants a price."));
	g_assert_true(
	    g_str_has_prefix(model_get_request(f->base.model, 1),
			     "user: [the call begins]\nassistant: Hello.\nuser: what does it cost\n"
			     "[reception has handed the caller over to you"));
}

/* What agents before have found out is told for this turn only. */
static void
test_context(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) context = json_object_new();
	JsonObject *memory = json_object_new();
	JsonObject *sentiment = json_object_new();

	json_object_set_string_member(memory, "for_model", "His name is Bob.");
	json_object_set_string_member(sentiment, "for_model", "The caller is upset.");
	json_object_set_string_member(context, "call_id", "x");
	json_object_set_object_member(context, "memory", memory);
	json_object_set_object_member(context, "sentiment", sentiment);
	json_object_set_object_member(context, "other", json_object_new());
	offhook_turn_log_begin(f->log, f->base.session, OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0,
			       context);
	offhook_turn_log_wait(f->log);
	g_assert_true(g_str_has_suffix(model_get_prompt(f->base.model),
				       "\n\nHis name is Bob.\nThe caller is upset."));
	offhook_agent_session_heard(f->base.session, f->log->said->str, FALSE);
	begin(f, "well");
	offhook_turn_log_wait(f->log);
	g_assert_null(strstr(model_get_prompt(f->base.model), "Bob"));
	g_assert_null(strstr(model_get_request(f->base.model, 2), "Bob"));
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"one", test_one},
	    {"parallel", test_parallel},
	    {"speculative", test_speculative},
	    {"speculation-dropped", test_speculation_dropped},
	    {"barge-in", test_barge_in},
	    {"dropped", test_dropped},
	    {"steps", test_steps},
	    {"too-many", test_too_many},
	    {"others-first", test_others_first},
	    {"act", test_act},
	    {"hand-over", test_hand_over},
	    {"taken-over", test_taken_over},
	    {"context", test_context},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/orchestrator/tools/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
