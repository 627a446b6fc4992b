/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the agents behind are told, what is asked again, and what is left alone. */

#include "../input-agent.h"

#include "agent-fixture.h"
#include "model.h"
#include "harness.h"
#include "noting-host.h"
#include <offhook/json.h>
#include <string.h>

typedef AgentFixture Fixture;

/* @pairs: an assistant's options */
static void
open_session(Fixture *f, const char *language, const char *const *pairs)
{
	agent_fixture_open(f, (OffhookAgentOptions){.language = language}, pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	agent_fixture_set_up(f, OFFHOOK_TYPE_INPUT_AGENT, noting_host_new(), model_new());
	open_session(f, "en-GB", NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	agent_fixture_tear_down(f);
}

static JsonObject *
get_told(const OffhookTurnLog *log)
{
	JsonObject *told =
	    offhook_json_get_object(offhook_agent_turn_get_context(log->turn), "input");

	g_assert_nonnull(told);
	return told;
}

static void
assert_passed(const OffhookTurnLog *log, const char *intent)
{
	g_assert_no_error(log->error);
	g_assert_false(log->answered);
	g_assert_cmpuint(log->n_said, ==, 0);
	g_assert_cmpstr(offhook_json_get_string(get_told(log), "intent"), ==, intent);
}

static void
test_told(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log =
	    agent_fixture_say(f, "um a table for four four people at at half past seven", 0.9);
	JsonObject *told = get_told(log);
	JsonArray *entities = offhook_json_get_array(told, "entities");
	JsonObject *note;

	assert_passed(log, "booking");
	g_assert_cmpstr(offhook_json_get_string(told, "text"), ==,
			"a table for four four people at half past seven");
	g_assert_true(g_str_has_prefix(offhook_json_get_string(told, "raw"), "um a table"));
	g_assert_cmpstr(offhook_json_get_string(told, "language"), ==, "en");
	g_assert_true(json_object_get_boolean_member(told, "addressed"));
	g_assert_cmpuint(json_array_get_length(entities), >=, 2);
	g_assert_nonnull(strstr(offhook_json_get_string(told, "for_model"), "time 19:30"));
	/* the event holds nothing that the caller said */
	g_assert_cmpuint(noting_host_count(f->host), ==, 1);
	g_assert_cmpstr(noting_host_get_type_of(f->host, 0), ==, "intent.detected");
	note = noting_host_get_data(f->host, 0);
	g_assert_cmpstr(offhook_json_get_string(note, "intent"), ==, "booking");
	g_assert_false(json_object_has_member(note, "text") || json_object_has_member(note, "raw"));
}

static void
test_foreign(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log =
	    agent_fixture_say(f, "ich möchte einen Tisch für vier Personen", 0.9);

	assert_passed(log, "booking");
	g_assert_cmpstr(offhook_json_get_string(get_told(log), "language"), ==, "de");
	g_assert_nonnull(
	    strstr(offhook_json_get_string(get_told(log), "for_model"), "speaks German"));
}

/* Asked again, in other words, and then left to the next agent. */
static void
test_unclear(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) first = agent_fixture_say(f, "mumble", 0.1);
	g_autoptr(OffhookTurnLog) second = agent_fixture_say(f, "mumble", 0.1);
	g_autoptr(OffhookTurnLog) third = agent_fixture_say(f, "mumble", 0.1);
	g_autoptr(OffhookTurnLog) fine = agent_fixture_say(f, "a table", 0.9);
	g_autoptr(OffhookTurnLog) again = agent_fixture_say(f, "um, uh", 0.9);

	g_assert_true(first->answered && second->answered);
	g_assert_cmpuint(first->n_said, ==, 1);
	g_assert_cmpstr(first->said->str, !=, second->said->str);
	g_assert_false(third->answered);
	g_assert_false(fine->answered);
	g_assert_true(again->answered);
	g_assert_cmpstr(again->said->str, ==, first->said->str);
}

static void
test_side_talk(Fixture *f, gconstpointer data)
{
	static const char *const never[] = {"side-talk", "false", NULL};
	g_autoptr(OffhookTurnLog) aside = agent_fixture_say(f, "hang on, I'm on the phone", 0.9);
	g_autoptr(OffhookTurnLog) asked =
	    agent_fixture_say(f, "hang on, I'm on the phone, when do you open?", 0.9);
	g_autoptr(OffhookTurnLog) off = NULL;

	g_assert_true(aside->answered);
	g_assert_cmpuint(aside->n_said + aside->n_acts, ==, 0);
	g_assert_false(json_object_get_boolean_member(get_told(aside), "addressed"));
	assert_passed(asked, "hours");
	open_session(f, "en", never);
	off = agent_fixture_say(f, "hang on, I'm on the phone", 0.9);
	assert_passed(off, "unknown");
}

static void
test_speculation(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) dropped = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) kept = offhook_turn_log_new();

	offhook_turn_log_speculate(dropped, f->session, "um");
	offhook_turn_log_wait(dropped);
	offhook_agent_turn_cancel(dropped->turn);
	offhook_turn_log_speculate(kept, f->session, "um");
	offhook_turn_log_wait(kept);
	g_assert_cmpstr(kept->said->str, ==, dropped->said->str);
	g_assert_cmpuint(noting_host_count(f->host), ==, 0);
	offhook_agent_turn_confirm(kept->turn);
	g_assert_cmpuint(noting_host_count(f->host), ==, 1);
}

/* ---- with a language model ---- */

static const char *const classify[] = {"classify", "true", NULL};

static void
test_model(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) asked = NULL;
	g_autoptr(OffhookTurnLog) clear = NULL;
	JsonArray *entities;

	open_session(f, "en", classify);
	model_queue(f->model,
		    "{\"intent\": \"booking\", \"confidence\": 0.9, \"entities\": [{\"type\": "
		    "\"number\", \"value\": \"2\"}, {\"type\": \"mood\", \"value\": \"x\"}, 7]}",
		    NULL, NULL);
	asked = agent_fixture_say(f, "the two of us would fancy dinner", 0.9);
	assert_passed(asked, "booking");
	entities = offhook_json_get_array(get_told(asked), "entities");
	g_assert_cmpuint(json_array_get_length(entities), ==, 1);
	clear = agent_fixture_say(f, "opening hours", 0.9);
	assert_passed(clear, "hours");
	g_assert_cmpuint(model_count_requests(f->model), ==, 1);
}

/* Whatever else it answers, the rules count. */
static void
test_model_useless(Fixture *f, gconstpointer data)
{
	static const char *const answers[] = {
	    "booking",
	    "{\"intent\": \"dinner\"}",
	    "{\"intent\": 7, \"entities\": 7}",
	    "{\"intent\": null, \"entities\": [null, [], {\"type\": \"number\", \"value\": 7}]}",
	};

	open_session(f, "en", classify);
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_autoptr(OffhookTurnLog) log = NULL;

		model_queue(f->model, answers[i], NULL, NULL);
		log = agent_fixture_say(f, "we would fancy dinner", 0.9);
		assert_passed(log, "unknown");
	}
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/input/session/told", test_told},
	    {"/input/session/foreign", test_foreign},
	    {"/input/session/unclear", test_unclear},
	    {"/input/session/side-talk", test_side_talk},
	    {"/input/session/speculation", test_speculation},
	    {"/input/session/model", test_model},
	    {"/input/session/model-useless", test_model_useless},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
