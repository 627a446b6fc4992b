/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the answer of a language model's server: in one piece and in small ones the same is
 * said, and in the end there is a completion or an error.
 */

#include "chat-stream.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static char *
read_answer(const guint8 *data, gsize size, gsize step)
{
	g_autoptr(OffhookOpenaiChat) chat = offhook_openai_chat_new();
	g_autoptr(GError) error = NULL;
	GString *heard = g_string_new(NULL);
	OffhookCompletion completion = {0};
	gboolean good = TRUE;
	char *text;

	for (gsize at = 0; good && at < size; at += step) {
		good = offhook_openai_chat_push(chat, data + at, MIN(step, size - at), &error);
		text = offhook_openai_chat_take_text(chat);
		g_string_append(heard, text != NULL ? text : "");
		g_free(text);
	}
	if (good)
		good = offhook_openai_chat_finish(chat, &completion, &error);
	g_assert_true(good == (error == NULL));
	text = offhook_openai_chat_take_text(chat);
	g_string_append(heard, text != NULL ? text : "");
	g_free(text);
	if (good)
		g_string_append_printf(heard, "|%d|%u", completion.reason,
				       completion.tool_calls->len);
	else
		g_string_append_printf(heard, "|%d", error->code);
	return g_string_free(heard, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *whole = read_answer(data, size, MAX(size, 1));
	g_autofree char *bytes = read_answer(data, size, 1);
	g_autofree char *some = read_answer(data, size, 7);

	g_assert_cmpstr(whole, ==, bytes);
	g_assert_cmpstr(whole, ==, some);
	return 0;
}
