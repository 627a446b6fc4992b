/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns over a WebSocket: one connection for the conversation, messages both ways. */

#include "brain.h"

#include "../remote-agent.h"
#include "../remote-options.h"

#include "agent-fixture.h"
#include "harness.h"
#include "noting-host.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

typedef struct {
	AgentFixture base;
	Brain *brain;
} Fixture;

static void
open_session(Fixture *f, const char *key, const char *value)
{
	g_autofree char *url = brain_make_url(f->brain, "ws", "/ws");
	const char *pairs[] = {"url", url, key, value, NULL};

	agent_fixture_open(&f->base, (OffhookAgentOptions){.language = "en"}, pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->brain = brain_new();
	agent_fixture_set_up(&f->base, OFFHOOK_TYPE_REMOTE_AGENT, noting_host_new(), NULL);
	open_session(f, NULL, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	agent_fixture_tear_down(&f->base);
	brain_free(f->brain);
}

static OffhookTurnLog *
say(Fixture *f, const char *words)
{
	return agent_fixture_say(&f->base, words, 0.9);
}

static void
assert_echo(Fixture *f, const char *words)
{
	g_autoptr(OffhookTurnLog) log = say(f, words);
	g_autofree char *expected = g_strconcat("You said: ", words, NULL);

	g_assert_no_error(log->error);
	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, expected);
}

static void
test_conversation(Fixture *f, gconstpointer data)
{
	JsonObject *heard;

	assert_echo(f, "hello");
	offhook_agent_session_heard(f->base.session, "You said", TRUE);
	assert_echo(f, "again");
	heard = brain_wait(f->brain, "heard", 1);
	g_assert_cmpint(offhook_json_get_number(heard, "id"), ==, 1);
	g_assert_cmpstr(offhook_json_get_string(heard, "text"), ==, "You said");
	g_assert_true(json_object_get_boolean_member(heard, "interrupted"));
	g_assert_cmpint(offhook_json_get_number(brain_wait(f->brain, "turn", 2), "id"), ==, 2);
	g_assert_cmpuint(f->brain->sockets->len, ==, 1);
	g_clear_object(&f->base.session);
	brain_wait(f->brain, "close", 1);
}

/* All that the program may say; of what is not known nothing happens. */
static void
test_all(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = say(f, "all");

	g_assert_no_error(log->error);
	g_assert_true(log->answered);
	g_assert_cmpint(offhook_expectation_get_kind(log->expectation), ==, OFFHOOK_EXPECT_YES_NO);
	g_assert_cmpint(log->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(log->argument, ==, "+15550100");
	g_assert_cmpuint(noting_host_count(f->base.host), ==, 1);
	g_assert_cmpstr(noting_host_get_type_of(f->base.host, 0), ==, "order.placed");
	g_assert_cmpstr(
	    offhook_json_get_string(offhook_agent_host_get_variables(f->base.host), "order"), ==,
	    "4711");
}

static void
test_signed(Fixture *f, gconstpointer data)
{
	GHashTable *headers;

	open_session(f, "secret", "s3cret");
	assert_echo(f, "hello");
	headers = g_ptr_array_index(f->brain->headers, f->brain->headers->len - 1);
	g_assert_nonnull(g_hash_table_lookup(headers, "webhook-id"));
	g_assert_true(g_str_has_prefix(g_hash_table_lookup(headers, "webhook-signature"), "v1,"));
}

static void
test_passed(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = say(f, "pass");

	g_assert_no_error(log->error);
	g_assert_false(log->answered);
}

/* What belongs to another turn is none of this one's. */
static void
test_late(Fixture *f, gconstpointer data)
{
	assert_echo(f, "late");
}

/* The turn fails, and the next one has a connection again. */
static void
test_failures(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *message;
		OffhookError code;
	} rows[] = {
	    {"fail", OFFHOOK_ERROR_PROVIDER},
	    {"wrong", OFFHOOK_ERROR_FORMAT},
	    {"close", OFFHOOK_ERROR_UNAVAILABLE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(OffhookTurnLog) log = say(f, rows[i].message);

		g_assert_error(log->error, OFFHOOK_ERROR, (gint)rows[i].code);
		assert_echo(f, "hello");
	}
}

static void
test_timeout(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "timeout-ms", "300");
	log = say(f, "wait");
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	brain_wait(f->brain, "cancel", 1);
}

static void
test_nobody_there(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "url", "ws://127.0.0.1:1/");
	log = say(f, "hello");
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_limit(Fixture *f, gconstpointer data)
{
	g_autofree char *words = g_strnfill(800, 'a');
	g_autofree char *more = g_strnfill(1100, 'a');
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "max-kib", "1");
	assert_echo(f, words);
	log = say(f, more);
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_cancelled(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	offhook_turn_log_begin(log, f->base.session, OFFHOOK_TURN_MESSAGE, "wait", 1.0, 0, NULL);
	brain_wait(f->brain, "turn", 1);
	offhook_agent_turn_cancel(log->turn);
	g_assert_cmpint(offhook_json_get_number(brain_wait(f->brain, "cancel", 1), "id"), ==, 1);
	assert_echo(f, "hello");
	g_assert_false(log->done);
}

static void
test_speculation(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	open_session(f, "speculative", "true");
	offhook_turn_log_speculate(log, f->base.session, "wait");
	brain_wait(f->brain, "turn", 1);
	offhook_agent_turn_confirm(log->turn);
	g_assert_cmpint(offhook_json_get_number(brain_wait(f->brain, "confirm", 1), "id"), ==, 1);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/remote/socket/conversation", test_conversation},
	    {"/remote/socket/all", test_all},
	    {"/remote/socket/signed", test_signed},
	    {"/remote/socket/passed", test_passed},
	    {"/remote/socket/late", test_late},
	    {"/remote/socket/failures", test_failures},
	    {"/remote/socket/timeout", test_timeout},
	    {"/remote/socket/nobody-there", test_nobody_there},
	    {"/remote/socket/limit", test_limit},
	    {"/remote/socket/cancelled", test_cancelled},
	    {"/remote/socket/speculation", test_speculation},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
