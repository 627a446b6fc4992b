/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns over HTTP: what the program is told, what comes of its answers, and of those that are none. */

#include "brain.h"

#include "../remote-agent.h"
#include "../remote-options.h"

#include "agent-fixture.h"
#include "harness.h"
#include "noting-host.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define SECRET "whsec_c2VjcmV0LWtleS1vZi10aGUtdGVzdA=="
#define KEY    "secret-key-of-the-test"

typedef struct {
	AgentFixture base;
	Brain *brain;
} Fixture;

static void
open_session(Fixture *f, const char *path, const char *key, const char *value)
{
	g_autofree char *url = brain_make_url(f->brain, "http", path);
	const char *pairs[] = {"url", url, key, value, NULL};
	const OffhookAgentOptions given = {
	    .language = "en", .call_id = "call-1", .caller = "+15550100001"};

	agent_fixture_open(&f->base, given, pairs);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->brain = brain_new();
	agent_fixture_set_up(&f->base, OFFHOOK_TYPE_REMOTE_AGENT, noting_host_new(), NULL);
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
test_told(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) first = NULL;
	g_autoptr(OffhookTurnLog) second = NULL;
	g_autofree char *session = NULL;
	JsonObject *told, *heard;

	open_session(f, "/echo", NULL, NULL);
	offhook_agent_host_set_variable(f->base.host, "order", "4711", NULL);
	first = say(f, "hello");
	g_assert_true(first->answered);
	g_assert_cmpstr(first->said->str, ==, "You said: hello");
	g_assert_cmpint(offhook_expectation_get_kind(first->expectation), ==, OFFHOOK_EXPECT_OPEN);
	told = brain_wait(f->brain, "turn", 1);
	g_assert_cmpint(offhook_json_get_number(told, "id"), ==, 1);
	g_assert_cmpstr(offhook_json_get_string(told, "assistant"), ==, "reception");
	g_assert_cmpstr(offhook_json_get_string(told, "language"), ==, "en");
	g_assert_cmpstr(offhook_json_get_string(told, "call_id"), ==, "call-1");
	g_assert_cmpstr(offhook_json_get_string(told, "caller"), ==, "+15550100001");
	g_assert_cmpstr(offhook_json_get_string(told, "kind"), ==, "message");
	g_assert_cmpstr(offhook_json_get_string(told, "message"), ==, "hello");
	g_assert_cmpfloat(json_object_get_double_member(told, "confidence"), ==, 0.9);
	g_assert_true(json_object_get_boolean_member(told, "confirmed"));
	g_assert_cmpstr(
	    offhook_json_get_string(offhook_json_get_object(told, "variables"), "order"), ==,
	    "4711");
	g_assert_false(json_object_has_member(told, "heard"));
	session = g_strdup(offhook_json_get_string(told, "session"));
	/* what was heard of the answer comes with the next turn */
	offhook_agent_session_heard(f->base.session, "You said", TRUE);
	second = offhook_turn_log_run(f->base.session, OFFHOOK_TURN_DIGITS, "12#", 1.0, 0);
	told = brain_wait(f->brain, "turn", 2);
	heard = offhook_json_get_object(told, "heard");
	g_assert_cmpstr(offhook_json_get_string(heard, "text"), ==, "You said");
	g_assert_true(json_object_get_boolean_member(heard, "interrupted"));
	g_assert_cmpstr(offhook_json_get_string(told, "kind"), ==, "digits");
	g_assert_cmpstr(offhook_json_get_string(told, "session"), ==, session);
}

/* The signature of @content under the key. (transfer full) */
static char *
sign(const char *content)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)KEY, strlen(KEY));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_autofree char *encoded = NULL;

	g_hmac_update(hmac, (const guchar *)content, -1);
	g_hmac_get_digest(hmac, digest, &size);
	encoded = g_base64_encode(digest, size);
	return g_strconcat("v1,", encoded, NULL);
}

/* As Standard Webhooks has it: over id, time and body. */
static void
test_signed(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	g_autoptr(OffhookTurnLog) plain = NULL;
	g_autofree char *content = NULL;
	g_autofree char *expected = NULL;
	GHashTable *headers;

	open_session(f, "/echo", "secret", SECRET);
	log = say(f, "hello");
	headers = g_ptr_array_index(f->brain->headers, 0);
	content = g_strdup_printf("%s.%s.%s", (char *)g_hash_table_lookup(headers, "webhook-id"),
				  (char *)g_hash_table_lookup(headers, "webhook-timestamp"),
				  (char *)g_ptr_array_index(f->brain->bodies, 0));
	expected = sign(content);
	g_assert_cmpstr(g_hash_table_lookup(headers, "webhook-signature"), ==, expected);
	open_session(f, "/echo", NULL, NULL);
	plain = say(f, "hello");
	headers = g_ptr_array_index(f->brain->headers, 1);
	g_assert_null(g_hash_table_lookup(headers, "webhook-signature"));
}

/* In pieces, as they come; characters stay whole. */
static void
test_text(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "/text", NULL, NULL);
	log = say(f, "hello");
	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, "One caf\xc3\xa9. Two.");
	g_assert_cmpuint(log->n_said, >, 1);
}

static void
test_events(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "/events", NULL, NULL);
	log = say(f, "hello");
	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, "One. Two.");
	g_assert_cmpuint(log->n_acts, ==, 1);
	g_assert_cmpint(log->action, ==, OFFHOOK_ACTION_HANG_UP);
}

static void
test_json(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	JsonObject *variables = offhook_agent_host_get_variables(f->base.host);
	guint min, max;

	open_session(f, "/json", NULL, NULL);
	json_object_set_string_member(variables, "gone", "x");
	log = say(f, "hello");
	g_assert_true(log->answered);
	g_assert_cmpstr(log->said->str, ==, "Goodbye.");
	g_assert_cmpuint(log->n_acts, ==, 1);
	g_assert_cmpint(log->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(log->argument, ==, "+15550100");
	g_assert_cmpstr(log->summary, ==, "Wants a refund.");
	g_assert_cmpint(offhook_expectation_get_kind(log->expectation), ==, OFFHOOK_EXPECT_DIGITS);
	offhook_expectation_get_digits(log->expectation, &min, &max);
	g_assert_cmpuint(min, ==, 4);
	g_assert_cmpuint(max, ==, 8);
	g_assert_cmpstr(offhook_json_get_string(variables, "order"), ==, "4711");
	g_assert_false(json_object_has_member(variables, "gone"));
}

/* No answer is the next agent's turn; an empty one is an answer. */
static void
test_passed(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *path;
		gboolean answered;
	} rows[] = {{"/none", FALSE}, {"/pass", FALSE}, {"/empty", TRUE}};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(OffhookTurnLog) log = NULL;

		open_session(f, rows[i].path, NULL, NULL);
		log = say(f, "hello");
		g_assert_no_error(log->error);
		g_assert_cmpint(log->answered, ==, rows[i].answered);
		g_assert_cmpuint(log->n_said, ==, 0);
	}
}

/* The turn fails, so that the next agent has it. */
static void
test_failures(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *path;
		OffhookError code;
	} rows[] = {
	    {"/error", OFFHOOK_ERROR_PROVIDER}, {"/moved", OFFHOOK_ERROR_PROVIDER},
	    {"/html", OFFHOOK_ERROR_FORMAT},    {"/latin", OFFHOOK_ERROR_FORMAT},
	    {"/cut", OFFHOOK_ERROR_FORMAT},     {"/wrong", OFFHOOK_ERROR_FORMAT},
	    {"/broken", OFFHOOK_ERROR_FORMAT},  {"/breaks", OFFHOOK_ERROR_FORMAT},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(OffhookTurnLog) log = NULL;

		open_session(f, rows[i].path, NULL, NULL);
		log = say(f, "hello");
		g_assert_error(log->error, OFFHOOK_ERROR, (gint)rows[i].code);
		g_assert_false(log->answered);
	}
}

static void
test_timeout(Fixture *f, gconstpointer data)
{
	static const char *const paths[] = {"/silent", "/stops"};

	for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(OffhookTurnLog) log = NULL;

		open_session(f, paths[i], "timeout-ms", "300");
		log = say(f, "hello");
		g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_TIMED_OUT);
	}
}

static void
test_nobody_there(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "/echo", "url", "http://127.0.0.1:1/");
	log = say(f, "hello");
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
test_limit(Fixture *f, gconstpointer data)
{
	g_autofree char *words = g_strnfill(3000, 'a');
	g_autoptr(OffhookTurnLog) log = NULL;

	open_session(f, "/echo", "max-kib", "1");
	log = say(f, words);
	g_assert_error(log->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static gboolean
is_gone(gpointer user_data)
{
	return ((Brain *)user_data)->n_gone > 0;
}

/* The request is withdrawn at once. */
static void
test_cancelled(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	open_session(f, "/drips", NULL, NULL);
	offhook_turn_log_begin(log, f->base.session, OFFHOOK_TURN_MESSAGE, "hello", 1.0, 0, NULL);
	offhook_turn_log_wait_for_words(log);
	offhook_agent_turn_cancel(log->turn);
	harness_wait_until(is_gone, f->brain, "the end of the connection");
	g_assert_false(log->done);
}

/* As it comes, the program is asked when it is certain; else before, and nothing lasts until then. */
static void
test_speculation(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) careful = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) bold = offhook_turn_log_new();
	JsonObject *variables = offhook_agent_host_get_variables(f->base.host);

	open_session(f, "/json", NULL, NULL);
	offhook_turn_log_speculate(careful, f->base.session, "hello");
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpuint(f->brain->messages->len, ==, 0);
	offhook_agent_turn_confirm(careful->turn);
	offhook_turn_log_wait(careful);
	g_assert_true(careful->answered);
	json_object_remove_member(variables, "order");
	open_session(f, "/json", "speculative", "true");
	offhook_turn_log_speculate(bold, f->base.session, "hello");
	offhook_turn_log_wait(bold);
	g_assert_false(
	    json_object_get_boolean_member(brain_wait(f->brain, "turn", 2), "confirmed"));
	g_assert_false(json_object_has_member(variables, "order"));
	offhook_agent_turn_confirm(bold->turn);
	g_assert_true(json_object_has_member(variables, "order"));
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/remote/http/told", test_told},
	    {"/remote/http/signed", test_signed},
	    {"/remote/http/text", test_text},
	    {"/remote/http/events", test_events},
	    {"/remote/http/json", test_json},
	    {"/remote/http/passed", test_passed},
	    {"/remote/http/failures", test_failures},
	    {"/remote/http/timeout", test_timeout},
	    {"/remote/http/nobody-there", test_nobody_there},
	    {"/remote/http/limit", test_limit},
	    {"/remote/http/cancelled", test_cancelled},
	    {"/remote/http/speculation", test_speculation},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
