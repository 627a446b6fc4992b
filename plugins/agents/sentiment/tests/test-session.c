/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of callers who are upset: told to the next agents, offered a person, transferred. */

#include "../sentiment-agent.h"

#include "agent-fixture.h"
#include "model.h"
#include "harness.h"
#include "noting-host.h"
#include <offhook/json.h>
#include <string.h>

#define UPSET   "this is ridiculous"
#define UPSET_2 "you are useless"

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
	agent_fixture_set_up(f, OFFHOOK_TYPE_SENTIMENT_AGENT, noting_host_new(), model_new());
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

static JsonObject *
get_told(const OffhookTurnLog *log)
{
	JsonObject *told =
	    offhook_json_get_object(offhook_agent_turn_get_context(log->turn), "sentiment");

	g_assert_nonnull(told);
	return told;
}

/* The turn goes on to the next agent, told of @sentiment and @negative turns. */
static void
assert_passed(OffhookTurnLog *log, const char *sentiment, gint negative)
{
	JsonObject *told = get_told(log);

	g_assert_no_error(log->error);
	g_assert_false(log->answered);
	g_assert_cmpuint(log->n_said + log->n_acts, ==, 0);
	g_assert_cmpstr(offhook_json_get_string(told, "sentiment"), ==, sentiment);
	g_assert_cmpstr(offhook_json_get_string(told, "agent"), ==, "sentiment");
	g_assert_cmpint(offhook_json_get_number(told, "negative_turns"), ==, negative);
	g_assert_cmpfloat(json_object_get_double_member(told, "confidence"), >, 0.0);
	offhook_turn_log_free(log);
}

static void
test_tell(Fixture *f, gconstpointer data)
{
	static const char *const none[] = {NULL};
	g_autoptr(OffhookTurnLog) first = NULL;
	g_autoptr(OffhookTurnLog) second = NULL;

	open_session(f, "en", none);
	assert_passed(say(f, "a table for two"), "neutral", 0);
	assert_passed(say(f, "wonderful"), "positive", 0);
	first = say(f, UPSET);
	second = say(f, UPSET_2);
	g_assert_false(first->answered || second->answered);
	g_assert_nonnull(offhook_json_get_string(get_told(first), "for_model"));
	g_assert_cmpstr(offhook_json_get_string(get_told(first), "for_model"), !=,
			offhook_json_get_string(get_told(second), "for_model"));
	g_assert_cmpint(offhook_json_get_number(get_told(second), "negative_turns"), ==, 2);
	/* in a row */
	assert_passed(say(f, "a table for two"), "neutral", 0);
	g_assert_cmpuint(noting_host_count(f->host), ==, 5);
	g_assert_cmpstr(noting_host_get_type_of(f->host, 3), ==, "sentiment.detected");
	g_assert_cmpstr(offhook_json_get_string(noting_host_get_data(f->host, 3), "sentiment"), ==,
			"negative");
}

/* Kinds of turns without words tell nothing. */
static void
test_other_kinds(Fixture *f, gconstpointer data)
{
	static const char *const none[] = {NULL};

	open_session(f, "en", none);
	for (guint kind = OFFHOOK_TURN_START; kind <= OFFHOOK_TURN_FAILURE; kind++) {
		g_autoptr(OffhookTurnLog) log = NULL;

		if (kind == OFFHOOK_TURN_MESSAGE)
			continue;
		log = offhook_turn_log_run(f->session, kind, "12", 1.0, 1);
		g_assert_no_error(log->error);
		g_assert_false(log->answered);
		g_assert_false(
		    json_object_has_member(offhook_agent_turn_get_context(log->turn), "sentiment"));
	}
	g_assert_cmpuint(noting_host_count(f->host), ==, 0);
}

static const char *const offer[] = {"then",        "offer", "human", "+15550100",
				    "again-after", "3",     NULL};

static void
assert_offered(const OffhookTurnLog *log)
{
	g_assert_true(log->answered);
	g_assert_nonnull(strstr(log->said->str, "speak to a person?"));
	g_assert_cmpint(offhook_expectation_get_kind(log->expectation), ==, OFFHOOK_EXPECT_YES_NO);
	g_assert_cmpuint(log->n_acts, ==, 0);
}

static void
test_offer_yes(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) asked = NULL;
	g_autoptr(OffhookTurnLog) taken = NULL;

	open_session(f, "en", offer);
	assert_passed(say(f, UPSET), "negative", 1);
	asked = say(f, UPSET_2);
	assert_offered(asked);
	taken = say(f, "oh yes please");
	g_assert_true(taken->answered);
	g_assert_cmpuint(taken->n_acts, ==, 1);
	g_assert_cmpint(taken->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(taken->argument, ==, "+15550100");
	g_assert_nonnull(strstr(taken->summary, "upset"));
	g_assert_nonnull(strstr(taken->summary, UPSET_2));
	g_assert_cmpuint(taken->n_said, ==, 1);
}

/* He goes on, and is not asked again for a while. */
static void
test_offer_no(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) asked = NULL;
	g_autoptr(OffhookTurnLog) declined = NULL;
	g_autoptr(OffhookTurnLog) again = NULL;

	open_session(f, "en", offer);
	assert_passed(say(f, UPSET), "negative", 1);
	asked = say(f, UPSET_2);
	assert_offered(asked);
	declined = say(f, "no");
	g_assert_true(declined->answered);
	g_assert_cmpuint(declined->n_acts, ==, 0);
	g_assert_cmpint(offhook_expectation_get_kind(declined->expectation), ==,
			OFFHOOK_EXPECT_OPEN);
	assert_passed(say(f, UPSET), "negative", 1);
	assert_passed(say(f, UPSET), "negative", 2);
	again = say(f, UPSET);
	assert_offered(again);
}

/* Neither yes nor no: the conversation goes on as if he had not been asked. */
static void
test_offer_ignored(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) asked = NULL;

	open_session(f, "en", offer);
	assert_passed(say(f, UPSET), "negative", 1);
	asked = say(f, UPSET_2);
	assert_offered(asked);
	assert_passed(say(f, "where is my parcel"), "neutral", 0);
	assert_passed(say(f, "yes"), "neutral", 0);
}

static void
test_transfer(Fixture *f, gconstpointer data)
{
	static const char *const at_once[] = {"then",  "transfer", "human", "sip:desk@example.com",
					      "after", "1",        NULL};
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "de-DE", at_once);
	log = say(f, "Das ist eine Frechheit!");
	g_assert_true(log->answered);
	g_assert_cmpint(log->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(log->argument, ==, "sip:desk@example.com");
	g_assert_nonnull(strstr(log->summary, "Das ist eine Frechheit!"));
	g_assert_nonnull(strstr(log->said->str, "verbinde"));
}

/* Nothing of a turn that was none is left, nor told. */
static void
test_speculation(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) dropped = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) kept = offhook_turn_log_new();

	open_session(f, "en", offer);
	offhook_turn_log_speculate(dropped, f->session, UPSET);
	offhook_turn_log_wait(dropped);
	g_assert_cmpuint(noting_host_count(f->host), ==, 0);
	offhook_agent_turn_cancel(dropped->turn);
	assert_passed(say(f, UPSET), "negative", 1);
	g_assert_cmpuint(noting_host_count(f->host), ==, 1);
	/* one that is answered before it is certain */
	offhook_turn_log_speculate(kept, f->session, UPSET_2);
	offhook_turn_log_wait(kept);
	assert_offered(kept);
	g_assert_cmpuint(noting_host_count(f->host), ==, 1);
	offhook_agent_turn_confirm(kept->turn);
	g_assert_cmpuint(noting_host_count(f->host), ==, 2);
}

/* Said to its end only after the answer began: counts once. */
static void
test_said_again(Fixture *f, gconstpointer data)
{
	static const char *const none[] = {NULL};

	open_session(f, "en", none);
	assert_passed(say(f, UPSET), "negative", 1);
	offhook_agent_session_heard(f->session, "", TRUE);
	assert_passed(say(f, UPSET " I tell you"), "negative", 1);
	offhook_agent_session_heard(f->session, "Sorry.", FALSE);
	assert_passed(say(f, UPSET), "negative", 2);
}

/* ---- with a language model ---- */

static const char *const classify[] = {"classify", "true", "threshold", "0.8", NULL};

static void
test_model(Fixture *f, gconstpointer data)
{
	open_session(f, "en", classify);
	model_queue(f->model, "Sure: {\"sentiment\": \"negative\", \"confidence\": 0.9} .", NULL,
		    NULL);
	assert_passed(say(f, "that was really clever of you"), "negative", 1);
	g_assert_cmpstr(model_get_request(f->model, 1), ==,
			"user: that was really clever of you\n");
	/* what is clear is not asked */
	assert_passed(say(f, "this is terrible and awful and ridiculous"), "negative", 2);
	g_assert_cmpuint(model_count_requests(f->model), ==, 1);
}

/* Whatever else it answers, the words count. */
static void
test_model_useless(Fixture *f, gconstpointer data)
{
	static const char *const answers[] = {
	    "I think he is angry.",
	    "{\"sentiment\": \"angry\"}",
	    "{\"sentiment\": 7}",
	    "{\"feeling\": \"negative\"}",
	    "}{",
	    "[]",
	};

	open_session(f, "en", classify);
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		model_queue(f->model, answers[i], NULL, NULL);
		assert_passed(say(f, "that was really clever of you"), "neutral", 0);
	}
	model_queue_failure(f->model, NULL);
	assert_passed(say(f, "that was really clever of you"), "neutral", 0);
	g_assert_cmpuint(model_count_requests(f->model), ==, G_N_ELEMENTS(answers) + 1);
}

static void
test_model_cancelled(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	open_session(f, "en", classify);
	offhook_turn_log_begin(log, f->session, OFFHOOK_TURN_MESSAGE, "that was clever", 1.0, 0,
			       NULL);
	g_assert_false(log->done);
	offhook_agent_turn_cancel(log->turn);
	g_assert_cmpuint(model_count_cancelled(f->model), ==, 1);
	g_assert_cmpuint(noting_host_count(f->host), ==, 0);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/sentiment/session/tell", test_tell},
	    {"/sentiment/session/other-kinds", test_other_kinds},
	    {"/sentiment/session/offer-yes", test_offer_yes},
	    {"/sentiment/session/offer-no", test_offer_no},
	    {"/sentiment/session/offer-ignored", test_offer_ignored},
	    {"/sentiment/session/transfer", test_transfer},
	    {"/sentiment/session/speculation", test_speculation},
	    {"/sentiment/session/said-again", test_said_again},
	    {"/sentiment/session/model", test_model},
	    {"/sentiment/session/model-useless", test_model_useless},
	    {"/sentiment/session/model-cancelled", test_model_cancelled},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
