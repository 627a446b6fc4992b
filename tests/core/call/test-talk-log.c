/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What another assistant is told of a conversation. */

#include "call/conversation/talk-log.h"

#include <string.h>

static char *
render(OffhookTalkLog *log, const char *summary)
{
	g_autoptr(GPtrArray) messages = offhook_talk_log_make_messages(log, summary);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < messages->len; i++) {
		const OffhookMessage *message = g_ptr_array_index(messages, i);

		g_string_append_printf(text, "%d %s\n", message->role, message->text);
	}
	return g_string_free(text, FALSE);
}

static void
test_talk(void)
{
	g_autoptr(OffhookTalkLog) log = offhook_talk_log_new();
	g_autofree char *all = NULL;

	offhook_talk_log_add(log, "a", OFFHOOK_MESSAGE_ASSISTANT, "Hello. How are you?");
	offhook_talk_log_add(log, "b", OFFHOOK_MESSAGE_USER, "fine");
	offhook_talk_log_add(log, "c", OFFHOOK_MESSAGE_ASSISTANT, "Never heard.");
	offhook_talk_log_correct(log, "a", "Hello.");
	offhook_talk_log_correct(log, "c", "");
	offhook_talk_log_correct(log, "unknown", "nothing");
	all = render(log, "He is fine.");
	g_assert_cmpstr(all, ==, "0 He is fine.\n2 Hello.\n1 fine\n");
}

static void
test_limits(void)
{
	g_autoptr(OffhookTalkLog) log = offhook_talk_log_new();
	g_autoptr(GPtrArray) many = NULL;
	g_autoptr(GPtrArray) few = NULL;
	g_autofree char *text = g_strnfill(OFFHOOK_TALK_LOG_MAX_BYTES, 'x');

	for (guint i = 0; i < OFFHOOK_TALK_LOG_MAX_MESSAGES + 5; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);

		offhook_talk_log_add(log, id, OFFHOOK_MESSAGE_USER, id);
	}
	many = offhook_talk_log_make_messages(log, NULL);
	g_assert_cmpuint(many->len, ==, OFFHOOK_TALK_LOG_MAX_MESSAGES);
	g_assert_cmpstr(((OffhookMessage *)g_ptr_array_index(many, 0))->text, ==, "5");
	offhook_talk_log_add(log, "long", OFFHOOK_MESSAGE_USER, text);
	few = offhook_talk_log_make_messages(log, NULL);
	g_assert_cmpuint(few->len, ==, 1);
	g_assert_cmpstr(((OffhookMessage *)g_ptr_array_index(few, 0))->text, ==, text);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/call/talk-log/talk", test_talk);
	g_test_add_func("/call/talk-log/limits", test_limits);
	return g_test_run();
}
