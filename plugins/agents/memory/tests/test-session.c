/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A session between a caller, a memory and the agents behind it. */

#include "../memory-session.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#include "harness.h"
#include "memory-double.h"
#include "turn-log.h"

typedef struct {
	DoubleMemory *memory;
	DoubleHost *host;
	OffhookMemorySettings settings;
	OffhookAgentSession *session;
	GPtrArray *logs; /* OffhookTurnLog: a turn that is dropped is cancelled */
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->logs = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_turn_log_free);
	f->memory = double_memory_new();
	f->host = double_host_new(f->memory);
	f->settings = (OffhookMemorySettings){
	    .budget_ms = 2000, .items = 5, .summaries = 2, .mode = OFFHOOK_MEMORY_BY_RULES};
}

static void
open_session(Fixture *f)
{
	const OffhookAgentOptions options = {
	    .assistant = "test",
	    .language = "en",
	    .host = OFFHOOK_AGENT_HOST(f->host),
	};

	f->session = offhook_memory_session_new(&f->settings, &options);
}

static gboolean
has_name(gpointer data)
{
	return json_object_has_member(((Fixture *)data)->host->variables, "caller_name");
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_ptr_array_unref(f->logs);
	g_object_unref(f->host);
	g_object_unref(f->memory);
}

/* One turn; (transfer full): the member "memory" of its context, as text, or "". */
static char *
take(Fixture *f, OffhookTurnKind kind, const char *message, gboolean *answered)
{
	g_autoptr(JsonObject) context = json_object_new();
	OffhookTurnLog *log = offhook_turn_log_new();
	JsonObject *memory;

	g_ptr_array_add(f->logs, log);
	offhook_turn_log_begin(log, f->session, kind, message, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_no_error(log->error);
	if (answered != NULL)
		*answered = log->answered;
	if (log->answered)
		return g_strdup(log->said->str);
	memory = offhook_json_get_object(context, "memory");
	g_assert_nonnull(memory);
	g_assert_nonnull(offhook_json_get_array(memory, "items"));
	return json_object_has_member(memory, "for_model")
		   ? g_strdup(offhook_json_get_string(memory, "for_model"))
		   : g_strdup("");
}

static void
check_told(Fixture *f, const char *message, const char *part, gboolean expected)
{
	gboolean answered;
	g_autofree char *told = take(f, OFFHOOK_TURN_MESSAGE, message, &answered);

	g_assert_false(answered);
	g_test_message("%s", told);
	g_assert_true((strstr(told, part) != NULL) == expected);
}

static void
check_kept(Fixture *f, const char *expected)
{
	g_autofree char *kept = double_memory_describe(f->memory);

	g_assert_cmpstr(kept, ==, expected);
}

/* "Welcome back, Ada": before the first word is said. */
static void
test_profile(Fixture *f, gconstpointer data)
{
	g_autofree char *told = NULL;

	double_memory_add(f->memory, OFFHOOK_MEMORY_SUMMARY, NULL, "oldest");
	double_memory_add(f->memory, OFFHOOK_MEMORY_SUMMARY, NULL, "older");
	double_memory_add(f->memory, OFFHOOK_MEMORY_SUMMARY, NULL, "Booked a\ntable.");
	double_memory_add(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "late once");
	double_memory_add(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	f->memory->delay_ms = 20;
	open_session(f);
	told = take(f, OFFHOOK_TURN_START, NULL, NULL);
	g_assert_true(has_name(f));
	g_assert_cmpstr(json_object_get_string_member(f->host->variables, "caller_name"), ==,
			"Ada");
	g_assert_nonnull(strstr(told, "\n- name (2023-11-14): Ada"));
	g_assert_nonnull(strstr(told, "\n- summary (2023-11-14): Booked a table."));
	g_assert_nonnull(strstr(told, "older"));
	g_assert_null(strstr(told, "oldest"));
	g_assert_null(strstr(told, "late once"));
}

static void
test_recalled(Fixture *f, gconstpointer data)
{
	double_memory_add(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "the soup was cold");
	open_session(f);
	check_told(f, "How is the soup today?", "the soup was cold", TRUE);
	g_assert_nonnull(strstr(f->host->notes->str, "memory.recalled:1"));
	check_told(f, "bread", "the soup was cold", FALSE);
}

static gboolean
has_recalled(gpointer data)
{
	return strstr(((Fixture *)data)->host->notes->str, "memory.recalled:1") != NULL;
}

/* Nobody waits for longer than that; it is told with the next words. */
static void
test_late(Fixture *f, gconstpointer data)
{
	double_memory_add(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "the soup was cold");
	f->settings.budget_ms = 20;
	double_memory_sleep(f->memory);
	open_session(f);
	check_told(f, "soup", "cold", FALSE);
	double_memory_wake(f->memory);
	harness_wait_until(has_recalled, f, "what comes late");
	check_told(f, "bread", "cold", TRUE);
	check_told(f, "bread", "cold", FALSE);
}

static void
test_remembered(Fixture *f, gconstpointer data)
{
	open_session(f);
	check_told(f, "My name is Ada and I prefer the window.", "x", FALSE);
	check_kept(f, "preference:I prefer the window | fact:Ada");
	g_assert_nonnull(strstr(f->host->notes->str, "memory.stored:2"));
	/* No personal data. */
	g_assert_null(strstr(f->host->notes->str, "Ada"));
}

/* What was no turn was not said. */
static void
test_not_confirmed(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) dropped = offhook_turn_log_new();
	g_autoptr(OffhookTurnLog) kept = offhook_turn_log_new();

	double_memory_add(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "x");
	open_session(f);
	offhook_turn_log_speculate(dropped, f->session, "please forget me");
	offhook_agent_turn_cancel(dropped->turn);
	offhook_turn_log_speculate(kept, f->session, "my name is Ada");
	offhook_turn_log_wait(kept);
	check_kept(f, "episode:x");
	offhook_agent_turn_confirm(kept->turn);
	check_kept(f, "fact:Ada | episode:x");
}

static void
test_forget(Fixture *f, gconstpointer data)
{
	gboolean answered;
	g_autofree char *said = NULL;

	double_memory_add(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	open_session(f);
	g_free(take(f, OFFHOOK_TURN_START, NULL, NULL));
	g_assert_true(has_name(f));
	check_told(f, "the soup", "Ada", TRUE);
	said = take(f, OFFHOOK_TURN_MESSAGE, "Please forget what you know about me.", &answered);
	g_assert_true(answered);
	g_assert_cmpstr(said, ==, "I have forgotten everything I had noted about you.");
	check_kept(f, "");
	g_assert_false(has_name(f));
	/* Nor is anything of this conversation kept. */
	check_told(f, "my name is Ada", "Ada", FALSE);
	offhook_agent_session_close(f->session);
	g_assert_true(offhook_agent_session_is_closed(f->session));
	check_kept(f, "");
}

/* It is promised when it is done, and not before. */
static void
test_forget_fails(Fixture *f, gconstpointer data)
{
	gboolean answered;
	g_autofree char *said = NULL;

	double_memory_add(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	open_session(f);
	f->memory->away = TRUE;
	said = take(f, OFFHOOK_TURN_MESSAGE, "Forget everything about me", &answered);
	g_assert_true(answered);
	g_assert_nonnull(strstr(said, "can't delete"));
	check_kept(f, "fact:Ada");
}

static void
test_tell(Fixture *f, gconstpointer data)
{
	gboolean answered;
	g_autofree char *nothing = NULL;
	g_autofree char *said = NULL;

	open_session(f);
	nothing = take(f, OFFHOOK_TURN_MESSAGE, "What do you know about me?", &answered);
	g_assert_true(answered);
	g_assert_cmpstr(nothing, ==, "I have noted nothing about you.");
	double_memory_add(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	said = take(f, OFFHOOK_TURN_MESSAGE, "what do you remember about me", &answered);
	g_assert_cmpstr(said, ==, "This is what I have noted about you: Ada.");
}

/* The database is away: the call goes on. */
static void
test_away(Fixture *f, gconstpointer data)
{
	f->memory->away = TRUE;
	open_session(f);
	g_free(take(f, OFFHOOK_TURN_START, NULL, NULL));
	check_told(f, "soup", "x", FALSE);
}

static void
test_without_memory(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->host->memory);
	open_session(f);
	g_free(take(f, OFFHOOK_TURN_START, NULL, NULL));
	check_told(f, "My name is Ada", "Ada", FALSE);
	offhook_agent_session_close(f->session);
	g_assert_true(offhook_agent_session_is_closed(f->session));
	check_kept(f, "");
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "remember"));
}

static void
test_summary_by_rules(Fixture *f, gconstpointer data)
{
	open_session(f);
	check_told(f, "A table for two", "x", FALSE);
	offhook_agent_session_heard(f->session, "For when?", FALSE);
	check_told(f, "At eight", "x", FALSE);
	offhook_agent_session_close(f->session);
	g_assert_true(offhook_agent_session_is_closed(f->session));
	check_kept(f, "summary:\"A table for two\" ... \"At eight\"");
}

/* ---- tools ---- */

static void
ran_cb(OffhookToolRun *run, gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
}

/* (transfer full): what the model is told */
static char *
run_tool(Fixture *f, const char *name, const char *arguments)
{
	OffhookToolCall call = {(char *)"1", (char *)name, (char *)arguments};
	gboolean done = FALSE;
	g_autoptr(OffhookToolRun) run =
	    offhook_toolbox_start(f->host->toolbox, &call, ran_cb, &done);

	while (!done)
		g_main_context_iteration(NULL, TRUE);
	return g_strdup(offhook_tool_run_get_result(run));
}

static void
check_tool(Fixture *f, const char *name, const char *arguments, const char *expected)
{
	g_autofree char *result = run_tool(f, name, arguments);

	if (strstr(result, expected) == NULL)
		g_error("%s %s: %s", name, arguments, result);
}

static void
test_tools(Fixture *f, gconstpointer data)
{
	open_session(f);
	check_tool(f, "remember", "{\"text\":\"Has a dog.\"}", "Noted.");
	check_tool(f, "remember", "{\"text\":\"Ada\",\"key\":\"name\",\"kind\":\"fact\"}",
		   "Noted.");
	check_tool(f, "remember", "{\"text\":\"a\",\"kind\":\"preference\",\"key\":\"\"}",
		   "Noted.");
	check_tool(f, "remember", "{\"text\":\"\"}", "text");
	check_tool(f, "remember", "{\"text\":\"x\",\"kind\":\"rumour\"}", "kind");
	check_kept(f, "preference:a | fact:Ada | fact:Has a dog.");
	check_tool(f, "forget", "{\"about\":\"dog\"}", "Forgotten: 1");
	check_tool(f, "forget", "{\"about\":\"cat\"}", "no such note");
	check_kept(f, "preference:a | fact:Ada");
	check_tool(f, "forget", "{}", "Forgotten: 2");
	check_kept(f, "");
	g_clear_object(&f->session);
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "remember"));
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "forget"));
}

#define ADD(name, func) g_test_add("/memory/session/" name, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("profile", test_profile);
	ADD("recalled", test_recalled);
	ADD("late", test_late);
	ADD("remembered", test_remembered);
	ADD("not-confirmed", test_not_confirmed);
	ADD("forget", test_forget);
	ADD("forget-fails", test_forget_fails);
	ADD("tell", test_tell);
	ADD("away", test_away);
	ADD("without-memory", test_without_memory);
	ADD("summary-by-rules", test_summary_by_rules);
	ADD("tools", test_tools);
	return g_test_run();
}
