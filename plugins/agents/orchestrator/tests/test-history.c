/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the language model is reminded of. */

#include "../orchestrator-history.h"

#include <offhook/offhook.h>
#include <string.h>

/* "role: text" in lines; calls as "+name" behind. The request must be one that services take. */
static char *
render(OffhookOrchestratorHistory *history)
{
	static const char roles[] = "sUAT";
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	g_autoptr(GError) error = NULL;
	GString *text = g_string_new(NULL);
	GPtrArray *messages;

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, "p");
	offhook_orchestrator_history_fill(history, request);
	offhook_completion_request_check(request, &error);
	g_assert_no_error(error);
	messages = offhook_completion_request_get_messages(request);
	for (guint i = 1; i < messages->len; i++) {
		const OffhookMessage *message = g_ptr_array_index(messages, i);

		g_string_append_printf(text, "%c: %s", roles[message->role], message->text);
		for (guint k = 0; message->tool_calls != NULL && k < message->tool_calls->len; k++)
			g_string_append_printf(
			    text, "+%s",
			    ((OffhookToolCall *)g_ptr_array_index(message->tool_calls, k))->name);
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

static void
begin(OffhookOrchestratorHistory *history, const char *user, gboolean words)
{
	offhook_orchestrator_history_begin(history, user, words);
	offhook_orchestrator_history_confirm(history);
}

#define ASSERT_HISTORY(history, expected)                                                          \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *is = render(history);                                             \
		g_assert_cmpstr(is, ==, expected);                                                 \
	}                                                                                          \
	G_STMT_END

static void
test_talk(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "[the call begins]", FALSE);
	offhook_orchestrator_history_hear(history, "Hello.", FALSE);
	begin(history, "a table please", TRUE);
	offhook_orchestrator_history_hear(history, "For how many people", TRUE);
	begin(history, "for four", TRUE);
	ASSERT_HISTORY(history, "U: [the call begins]\nA: Hello.\nU: a table please\n"
				"A: For how many people\nU: for four\n");
}

/* The far end tells afterwards how far it was. */
static void
test_corrected(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "hello", TRUE);
	offhook_orchestrator_history_hear(history, "One. Two. Three.", FALSE);
	offhook_orchestrator_history_hear(history, "One. Two", TRUE);
	ASSERT_HISTORY(history, "U: hello\nA: One. Two\n");
	offhook_orchestrator_history_hear(history, "An announcement.", FALSE);
	ASSERT_HISTORY(history, "U: hello\nA: One. Two An announcement.\n");
	offhook_orchestrator_history_hear(history, "An", TRUE);
	ASSERT_HISTORY(history, "U: hello\nA: One. Two An\n");
	offhook_orchestrator_history_hear(history, "", TRUE);
	ASSERT_HISTORY(history, "U: hello\nA: One. Two\n");
}

/* Said to its end only now: the daemon gives the first part again. */
static void
test_taken_back(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "a table", TRUE);
	offhook_orchestrator_history_hear(history, "", TRUE);
	begin(history, "a table for four", TRUE);
	ASSERT_HISTORY(history, "U: a table for four\n");
	offhook_orchestrator_history_hear(history, "", TRUE);
	/* Other words: nothing of the answer was heard, but those before were said, too. */
	begin(history, "no for five", TRUE);
	ASSERT_HISTORY(history, "U: a table for four\nno for five\n");
	/* The same words after an answer are said again. */
	offhook_orchestrator_history_hear(history, "When?", FALSE);
	begin(history, "no for five", TRUE);
	ASSERT_HISTORY(history, "U: a table for four\nno for five\nA: When?\nU: no for five\n");
}

/* The model called @name; @result: (nullable) */
static void
call(OffhookOrchestratorHistory *history, const char *id, const char *name, const char *result)
{
	OffhookToolCall tool = {(char *)id, (char *)name, "{}"};
	g_autoptr(GPtrArray) calls = g_ptr_array_new();

	g_ptr_array_add(calls, &tool);
	offhook_orchestrator_history_add_calls(history, calls);
	if (result != NULL)
		offhook_orchestrator_history_set_result(history, id, result, FALSE);
}

static void
test_calls(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "the bar please", TRUE);
	call(history, "1", "transfer", "no such name");
	offhook_orchestrator_history_say(history, "One moment.");
	call(history, "2", "transfer", NULL);
	offhook_orchestrator_history_set_result(history, "2", "done", TRUE);
	ASSERT_HISTORY(history, "U: the bar please\nA: +transfer\nT: no such name\n"
				"A: One moment.+transfer\nT: done\n");
	offhook_orchestrator_history_hear(history, "One mom", TRUE);
	begin(history, "no wait", TRUE);
	ASSERT_HISTORY(history, "U: the bar please\nA: +transfer\nT: no such name\n"
				"A: One mom+transfer\nT: Not done: the caller went on speaking.\n"
				"U: no wait\n");
}

/* What is said around the calls stays where it was, as far as it was heard. */
static void
test_steps(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "a table", TRUE);
	offhook_orchestrator_history_say(history, "Let me see.");
	call(history, "1", "find", "one is free");
	call(history, "2", "book", "booked");
	ASSERT_HISTORY(history, "U: a table\nA: Let me see.+find\nT: one is free\nA: +book\n"
				"T: booked\n");
	offhook_orchestrator_history_say(history, " You have table two.");
	offhook_orchestrator_history_hear(history, "Let me see. You have", TRUE);
	begin(history, "oh", TRUE);
	ASSERT_HISTORY(history, "U: a table\nA: Let me see.+find\nT: one is free\nA: +book\n"
				"T: booked\nA: You have\nU: oh\n");
}

/* The caller goes on while a tool runs: its call has an answer all the same. */
static void
test_cancelled(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	begin(history, "a table", TRUE);
	offhook_orchestrator_history_say(history, "Let me see.");
	call(history, "1", "book", NULL);
	offhook_orchestrator_history_drop(history);
	offhook_orchestrator_history_hear(history, "", TRUE);
	begin(history, "a table for four", TRUE);
	ASSERT_HISTORY(history, "U: a table\nA: +book\nT: Cancelled: the caller went on.\n"
				"U: a table for four\n");
}

/* From another assistant. */
static void
test_load(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);
	g_autoptr(OffhookCompletionRequest) past = offhook_completion_request_new();

	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_SYSTEM, "He wants two.");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_ASSISTANT, "Hello.");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_USER, "sales please");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_USER, "now");
	offhook_completion_request_add_message(past, OFFHOOK_MESSAGE_ASSISTANT, "One moment.");
	offhook_orchestrator_history_load(history, offhook_completion_request_get_messages(past));
	g_assert_cmpstr(offhook_orchestrator_history_get_summary(history), ==, "He wants two.");
	begin(history, "[handed over]", FALSE);
	ASSERT_HISTORY(history, "U: [the call begins]\nA: Hello.\nU: sales please\nnow\n"
				"A: One moment.\nU: [handed over]\n");
}

/* The oldest leave a summary, and the newest are remembered word by word. */
static void
test_summary(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(8, 10000);
	g_autofree char *oldest = NULL;
	g_autofree char *rest = NULL;
	guint end = 0;

	for (guint i = 0; i < 7; i++) {
		g_autofree char *words = g_strdup_printf("number %u", i);

		g_assert_null(offhook_orchestrator_history_describe_oldest(history, &end));
		begin(history, words, TRUE);
		if (i == 1)
			call(history, "1", "look", "found");
		offhook_orchestrator_history_hear(history, "Well.", FALSE);
	}
	oldest = offhook_orchestrator_history_describe_oldest(history, &end);
	g_assert_cmpstr(oldest, ==,
			"Caller: number 0\nAssistant: Well.\n"
			"Caller: number 1\n[look {}: found]\nAssistant: Well.\n"
			"Caller: number 2\nAssistant: Well.\n");
	/* Meanwhile one of them has to go, and one comes. */
	begin(history, "number 7", TRUE);
	offhook_orchestrator_history_hear(history, "Well.", FALSE);
	begin(history, "number 8", TRUE);
	offhook_orchestrator_history_hear(history, "Well.", FALSE);
	offhook_orchestrator_history_replace_oldest(history, end, "He counts.");
	g_assert_cmpstr(offhook_orchestrator_history_get_summary(history), ==, "He counts.");
	rest = offhook_orchestrator_history_describe(history);
	g_assert_true(g_str_has_prefix(rest, "Caller: number 3\n"));
	g_assert_true(g_str_has_suffix(rest, "Caller: number 8\nAssistant: Well.\n"));
}

/* Whole turns go, so that no tool's answer is left without its call. */
static void
test_limits(void)
{
	g_autoptr(OffhookOrchestratorHistory) turns = offhook_orchestrator_history_new(2, 10000);
	g_autoptr(OffhookOrchestratorHistory) bytes = offhook_orchestrator_history_new(40, 20);

	begin(turns, "one", TRUE);
	call(turns, "1", "transfer", "done");
	offhook_orchestrator_history_hear(turns, "1", FALSE);
	begin(turns, "two", TRUE);
	offhook_orchestrator_history_hear(turns, "2", FALSE);
	begin(turns, "three", TRUE);
	ASSERT_HISTORY(turns, "U: two\nA: 2\nU: three\n");
	begin(bytes, "0123456789", TRUE);
	offhook_orchestrator_history_hear(bytes, "0123456789", FALSE);
	ASSERT_HISTORY(bytes, "U: 0123456789\nA: 0123456789\n");
	begin(bytes, "x", TRUE);
	ASSERT_HISTORY(bytes, "U: x\n");
	begin(bytes, "012345678901234567890123456789", TRUE);
	ASSERT_HISTORY(bytes, "U: 012345678901234567890123456789\n");
}

/* The caller may not have finished: until that is certain, all is as it was. */
static void
test_draft(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(2, 10000);

	begin(history, "hello", TRUE);
	offhook_orchestrator_history_begin(history, "hello there", TRUE);
	ASSERT_HISTORY(history, "U: hello there\n");
	offhook_orchestrator_history_drop(history);
	ASSERT_HISTORY(history, "U: hello\n");
	begin(history, "second", TRUE);
	offhook_orchestrator_history_hear(history, "One. Two.", FALSE);
	offhook_orchestrator_history_begin(history, "third", TRUE);
	call(history, "1", "transfer", "done");
	/* That is of the answer before. */
	offhook_orchestrator_history_hear(history, "One.", TRUE);
	ASSERT_HISTORY(history, "U: hello\nsecond\nA: One.\nU: third\nA: +transfer\nT: done\n");
	offhook_orchestrator_history_drop(history);
	ASSERT_HISTORY(history, "U: hello\nsecond\nA: One.\n");
	offhook_orchestrator_history_drop(history);
	offhook_orchestrator_history_confirm(history);
	ASSERT_HISTORY(history, "U: hello\nsecond\nA: One.\n");
	begin(history, "third", TRUE);
	ASSERT_HISTORY(history, "U: second\nA: One.\nU: third\n");
}

/* Something is said before anybody was asked. */
static void
test_unasked(void)
{
	g_autoptr(OffhookOrchestratorHistory) history = offhook_orchestrator_history_new(40, 10000);

	offhook_orchestrator_history_hear(history, "", TRUE);
	ASSERT_HISTORY(history, "");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/orchestrator/history/talk", test_talk);
	g_test_add_func("/orchestrator/history/corrected", test_corrected);
	g_test_add_func("/orchestrator/history/taken-back", test_taken_back);
	g_test_add_func("/orchestrator/history/calls", test_calls);
	g_test_add_func("/orchestrator/history/steps", test_steps);
	g_test_add_func("/orchestrator/history/cancelled", test_cancelled);
	g_test_add_func("/orchestrator/history/load", test_load);
	g_test_add_func("/orchestrator/history/summary", test_summary);
	g_test_add_func("/orchestrator/history/limits", test_limits);
	g_test_add_func("/orchestrator/history/draft", test_draft);
	g_test_add_func("/orchestrator/history/unasked", test_unasked);
	return g_test_run();
}
