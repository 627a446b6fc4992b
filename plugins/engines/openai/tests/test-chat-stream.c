/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers as the various servers give them.
 */

#include "../chat-stream.h"

#include <offhook/error.h>
#include <string.h>

#define CHUNK(choice) "data: {\"object\":\"chat.completion.chunk\",\"choices\":[" choice "]}\n\n"
#define DELTA(delta)  CHUNK("{\"index\":0,\"delta\":{" delta "},\"finish_reason\":null}")
#define END(reason)   CHUNK("{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}")
#define DONE          "data: [DONE]\n\n"

/* What is heard of @body, cut into pieces of @step bytes: "text|reason|in/out|name arguments;" */
static char *
read_answer(const char *body, gsize step, GError **error)
{
	static const char *const reasons[] = {"stop", "length", "calls", "filter"};
	g_autoptr(OffhookOpenaiChat) chat = offhook_openai_chat_new();
	g_autoptr(GString) heard = g_string_new(NULL);
	OffhookCompletion completion = {0};
	gboolean good = TRUE;

	for (gsize at = 0; good && at < strlen(body); at += step) {
		g_autofree char *text = NULL;

		good = offhook_openai_chat_push(chat, (const guint8 *)body + at,
						MIN(step, strlen(body) - at), error);
		text = offhook_openai_chat_take_text(chat);
		g_string_append(heard, text != NULL ? text : "");
	}
	if (!good || !offhook_openai_chat_finish(chat, &completion, error))
		return NULL;
	{
		g_autofree char *text = offhook_openai_chat_take_text(chat);

		g_string_append(heard, text != NULL ? text : "");
	}
	g_string_append_printf(heard, "|%s|%d/%d|", reasons[completion.reason],
			       (int)completion.input_tokens, (int)completion.output_tokens);
	for (guint i = 0; i < completion.tool_calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(completion.tool_calls, i);

		g_string_append_printf(heard, "%s %s;", call->name, call->arguments);
	}
	return g_string_free(g_steal_pointer(&heard), FALSE);
}

static void
test_answers(void)
{
	static const struct {
		const char *server, *body, *heard;
	} cases[] = {
	    {"openai",
	     DELTA("\"role\":\"assistant\",\"content\":\"\"") DELTA("\"content\":\"Sure, \"")
		 DELTA("\"content\":\"when?\"")
		     END("stop") "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":31,"
				 "\"completion_tokens\":9}}\n\n" DONE,
	     "Sure, when?|stop|31/9|"},
	    {"llama.cpp",
	     DELTA("\"role\":\"assistant\",\"content\":null")
		 DELTA("\"reasoning_content\":\"hm\"") ":\n\n" DELTA("\"content\":\"Yes.\"")
		     END("stop") "data: [DONE]",
	     "Yes.|stop|-1/-1|"},
	    {"ollama, a whole call",
	     DELTA("\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"hm\",\"tool_calls\":[{"
		   "\"id\":\"c1\",\"index\":0,\"type\":\"function\",\"function\":{\"name\":"
		   "\"book\",\"arguments\":\"{\\\"n\\\":2}\"}}]") END("stop") DONE,
	     "|calls|-1/-1|book {\"n\":2};"},
	    {"vllm, fragments",
	     DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"book\","
		   "\"arguments\":\"\"}}]")
		 DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"n\\\":\"}}"
		       "]")
		     DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"2}\"}}]")
			 END("tool_calls") DONE,
	     "|calls|-1/-1|book {\"n\":2};"},
	    {"text and two calls with one index",
	     DELTA("\"content\":\"One moment.\"")
		 DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\","
		       "\"arguments\":\"{}\"}}]")
		     DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"y\","
			   "\"arguments\":{\"n\":1}}}]") END("tool_calls") DONE,
	     "One moment.|calls|-1/-1|x {};y {\"n\":1};"},
	    {"no [DONE]", DELTA("\"content\":\"Yes.\"") END("length"), "Yes.|length|-1/-1|"},
	    {"given up behind a sentence", DELTA("\"content\":\"Yes. \"") END("abort") DONE,
	     "Yes. |length|-1/-1|"},
	    {"no reason", DELTA("\"content\":\"Yes.\"") DONE, "Yes.|stop|-1/-1|"},
	    {"thoughts in the text",
	     DELTA("\"content\":\"<think>hm\"") DELTA("\"content\":\"m</think>\\n\\nYes.\"")
		 END("stop") DONE,
	     "Yes.|stop|-1/-1|"},
	    {"cut off within a call",
	     DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"book\","
		   "\"arguments\":\"{\\\"n\"}}]") END("length") DONE,
	     "|length|-1/-1|"},
	    {"refusal", DELTA("\"refusal\":\"I can't.\"") END("content_filter") DONE,
	     "I can't.|filter|-1/-1|"},
	    {"a second choice",
	     CHUNK("{\"index\":1,\"delta\":{\"content\":\"no\"}}") DELTA("\"content\":\"yes\"")
		 END("stop") DONE,
	     "yes|stop|-1/-1|"},
	    {"not streamed",
	     "\n{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Yes."
	     "\","
	     "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"x\","
	     "\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],\"usage\":{"
	     "\"prompt_tokens\":3,\"completion_tokens\":4}}",
	     "Yes.|calls|3/4|x {};"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length = strlen(cases[i].body);
		const gsize steps[] = {1, 2, 7, 64, length};

		for (guint k = 0; k < G_N_ELEMENTS(steps); k++) {
			g_autoptr(GError) error = NULL;
			g_autofree char *heard = read_answer(cases[i].body, steps[k], &error);

			g_test_message("%s, in pieces of %zu", cases[i].server, steps[k]);
			g_assert_no_error(error);
			g_assert_cmpstr(heard, ==, cases[i].heard);
		}
	}
}

static void
test_failures(void)
{
	static const struct {
		const char *body;
		int code;
	} cases[] = {
	    {"", OFFHOOK_ERROR_PROVIDER},
	    {"   ", OFFHOOK_ERROR_PROVIDER},
	    {DELTA("\"content\":\"Yes\""), OFFHOOK_ERROR_PROVIDER},
	    {DELTA("\"content\":\"Yes\"") END("abort") DONE, OFFHOOK_ERROR_PROVIDER},
	    {DELTA("\"content\":\"Yes. We\"") END("abort") DONE, OFFHOOK_ERROR_PROVIDER},
	    {DELTA("\"content\":\"Yes\"") "data: {\"error\":{\"message\":\"boom\",\"type\":"
					  "\"server_error\"}}\n\n" DONE,
	     OFFHOOK_ERROR_PROVIDER},
	    {"data: {\"error\":{\"message\":\"too long\",\"code\":400,\"type\":"
	     "\"exceed_context_size_error\"}}\n\n",
	     OFFHOOK_ERROR_LIMIT},
	    {"data: {\"object\":\"error\",\"message\":\"busy\",\"code\":429}\n\n",
	     OFFHOOK_ERROR_RATE_LIMITED},
	    {"error: {\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}"
	     "\n\n",
	     OFFHOOK_ERROR_BUSY},
	    {"{\"error\":\"model 'x' not found\"}", OFFHOOK_ERROR_PROVIDER},
	    {"{\"error\":{\"type\":\"not_found_error\",\"message\":\"x\"}}",
	     OFFHOOK_ERROR_NOT_FOUND},
	    {"data: <html>\n\n", OFFHOOK_ERROR_FORMAT},
	    {"data: {\"choices\":\n\n", OFFHOOK_ERROR_FORMAT},
	    {"{\"choices\":", OFFHOOK_ERROR_FORMAT},
	    {"<html>no event at all</html>", OFFHOOK_ERROR_PROVIDER},
	    {DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"x\",\"arguments\":\"{\"}"
		   "}]") END("tool_calls") DONE,
	     OFFHOOK_ERROR_FORMAT},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", cases[i].body);
		g_assert_null(read_answer(cases[i].body, 5, &error));
		g_assert_error(error, OFFHOOK_ERROR, cases[i].code);
	}
}

static void
test_null_members(void)
{
	static const char body[] = CHUNK("null") CHUNK(
	    "{\"index\":0,\"delta\":null,\"finish_reason\":null}") "data: "
								   "{\"choices\":null,\"usage\":"
								   "null,\"error\":null}\n\n"
								   "data: {}\n\n" DELTA(
								       "\"tool_calls\":[null,{"
								       "\"function\":null}],"
								       "\"content\":5") END("stop")
								       DONE;
	g_autoptr(GError) error = NULL;
	g_autofree char *heard = read_answer(body, strlen(body), &error);

	g_assert_no_error(error);
	g_assert_cmpstr(heard, ==, "|stop|-1/-1|");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chat-stream/answers", test_answers);
	g_test_add_func("/chat-stream/failures", test_failures);
	g_test_add_func("/chat-stream/null-members", test_null_members);
	return g_test_run();
}
