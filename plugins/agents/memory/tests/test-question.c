/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be used of a model's answer, and what is kept of a conversation for it. */

#include "../memory-question.h"
#include "../memory-rules.h"
#include "../memory-talk.h"

#include <offhook/json.h>
#include <string.h>

static void
check(const char *answer, const char *expected)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(answer, -1, "answer", NULL);
	g_autoptr(GPtrArray) notes = offhook_memory_question_read(object);
	g_autoptr(GString) text = g_string_new(NULL);

	if (expected == NULL) {
		g_assert_null(notes);
		return;
	}
	g_assert_nonnull(notes);
	for (guint i = 0; i < notes->len; i++) {
		const OffhookMemoryNote *note = g_ptr_array_index(notes, i);

		g_string_append_printf(text, "%s%s(%s):%s", i > 0 ? " | " : "",
				       offhook_memory_kind_to_string(note->kind),
				       note->key != NULL ? note->key : "", note->text);
	}
	g_assert_cmpstr(text->str, ==, expected);
}

static void
test_good(void)
{
	check("{\"summary\":\"Booked a table.\",\"facts\":[{\"key\":\"name\",\"text\":\"Ada\"}],"
	      "\"preferences\":[\"by the window\"]}",
	      "fact(name):Ada | preference():by the window | summary():Booked a table.");
	check("{\"summary\":\"Asked.\"}", "summary():Asked.");
	/* A key that nobody looks for, and what is none of it. */
	check("{\"summary\":\"x\",\"facts\":[{\"key\":\"; DROP\",\"text\":\"a\"},7,null,{},\" \","
	      "\"b\"],\"preferences\":{}}",
	      "fact():a | fact():b | summary():x");
}

static void
test_bad(void)
{
	g_autofree char *long_text = g_strnfill(1001, 'x');
	g_autofree char *too_long = g_strdup_printf("{\"summary\":\"%s\"}", long_text);

	check("", NULL);
	check("I can't do that.", NULL);
	check("{\"summary\":7}", NULL);
	check("{\"summary\":\"  \"}", NULL);
	check("{\"facts\":[\"a\"]}", NULL);
	check(too_long, NULL);
}

static void
test_many(void)
{
	g_autoptr(GString) answer = g_string_new("{\"summary\":\"x\",\"preferences\":[\"a\"");
	g_autoptr(JsonObject) object = NULL;
	g_autoptr(GPtrArray) notes = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append(answer, ",\"a\"");
	g_string_append(answer, "]}");
	object = offhook_json_parse_object(answer->str, -1, "answer", NULL);
	notes = offhook_memory_question_read(object);
	g_assert_cmpuint(notes->len, <, 20);
}

static void
test_talk(void)
{
	g_autoptr(OffhookMemoryTalk) talk = offhook_memory_talk_new();
	g_autofree char *long_line = g_strnfill(5000, 'y');
	g_autofree char *first = NULL;
	g_autofree char *whole = NULL;
	g_autofree char *both = NULL;

	offhook_memory_talk_add(talk, FALSE, "Hello.");
	g_assert_true(offhook_memory_talk_is_empty(talk));
	offhook_memory_talk_add(talk, TRUE, " ");
	g_assert_true(offhook_memory_talk_is_empty(talk));
	offhook_memory_talk_add(talk, TRUE, "A table,\nplease");
	g_assert_false(offhook_memory_talk_is_empty(talk));
	first = offhook_memory_talk_summarise(talk);
	g_assert_cmpstr(first, ==, "\"A table, please\"");
	for (guint i = 0; i < 500; i++)
		offhook_memory_talk_add(talk, i % 2 == 0, long_line);
	offhook_memory_talk_add(talk, TRUE, "Bye.");
	both = offhook_memory_talk_summarise(talk);
	g_assert_cmpstr(both, ==, "\"A table, please\" ... \"Bye.\"");
	whole = offhook_memory_talk_write(talk);
	g_assert_true(g_str_has_prefix(whole, "Assistant: Hello.\nCaller: A table, please\n"));
	g_assert_true(g_str_has_suffix(whole, "Caller: Bye.\n"));
	g_assert_nonnull(strstr(whole, "[...]"));
	g_assert_cmpuint(strlen(whole), <, 50000);
	offhook_memory_talk_clear(talk);
	g_assert_true(offhook_memory_talk_is_empty(talk));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/question/good", test_good);
	g_test_add_func("/memory/question/bad", test_bad);
	g_test_add_func("/memory/question/many", test_many);
	g_test_add_func("/memory/question/talk", test_talk);
	return g_test_run();
}
