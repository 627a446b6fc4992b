/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests as each server wants them.
 */

#include "../chat-request.h"

#include "config-sample.h"

static char *
build(GHashTable *values, OffhookCompletionRequest *request)
{
	g_autoptr(OffhookSettings) settings = make_settings(values);
	g_autoptr(OffhookOpenaiConfig) config = offhook_openai_config_new(settings, NULL, NULL);
	g_autoptr(GBytes) body = NULL;

	g_assert_nonnull(config);
	body = offhook_openai_chat_build(request, config);
	return g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
}

static OffhookCompletionRequest *
make_request(void)
{
	OffhookCompletionRequest *request = offhook_completion_request_new();
	const OffhookToolCall call = {(char *)"c1", (char *)"book", (char *)"{\"n\":2}"};

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_SYSTEM, "Be brief.");
	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "Book \"it\"");
	offhook_completion_request_add_tool_call(request, &call);
	offhook_completion_request_add_tool_result(request, "c1", "ok");
	offhook_completion_request_add_tool(request, "book", "Books.", NULL);
	offhook_completion_request_set_tool_choice(request, "book");
	offhook_completion_request_set_max_tokens(request, 200);
	return request;
}

#define MESSAGES                                                                                   \
	"\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\","        \
	"\"content\":\"Book \\\"it\\\"\"},{\"role\":\"assistant\",\"content\":null,"               \
	"\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"book\","    \
	"\"arguments\":\"{\\\"n\\\":2}\"}}]},{\"role\":\"tool\",\"content\":\"ok\","               \
	"\"tool_call_id\":\"c1\"}]"
#define TOOLS                                                                                      \
	"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"book\",\"description\":"       \
	"\"Books.\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]"
#define CHOICE "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"book\"}}"

/* In the order in which the members are set: json-glib keeps it. */
static void
test_servers(void)
{
	static const struct {
		const char *server, *body;
	} cases[] = {
	    {"openai",
	     "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true,"
	     "\"include_obfuscation\":false}," MESSAGES "," TOOLS "," CHOICE
	     ",\"parallel_tool_calls\":false,\"max_completion_tokens\":200}"},
	    {"llama.cpp", "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":"
			  "true}," MESSAGES "," TOOLS "," CHOICE
			  ",\"parallel_tool_calls\":false,\"max_tokens\":200,"
			  "\"chat_template_kwargs\":{\"enable_thinking\":false}}"},
	    {"ollama",
	     "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true"
	     "}," MESSAGES "," TOOLS ",\"max_tokens\":200,\"reasoning_effort\":\"none\"}"},
	    {"vllm", "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true"
		     "}," MESSAGES "," TOOLS "," CHOICE
		     ",\"max_tokens\":200,\"chat_template_kwargs\":{\"enable_thinking\":false}}"},
	    {"other", "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true"
		      "}," MESSAGES "," TOOLS "," CHOICE ",\"max_tokens\":200}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookCompletionRequest) request = make_request();
		g_autofree char *body =
		    build(make_values("server", cases[i].server, "model", "m", NULL), request);

		g_assert_cmpstr(body, ==, cases[i].body);
	}
}

static void
test_extra(void)
{
	g_autoptr(OffhookCompletionRequest) request = offhook_completion_request_new();
	g_autoptr(JsonObject) extra = json_object_new();
	g_autofree char *body = NULL;

	offhook_completion_request_add_message(request, OFFHOOK_MESSAGE_USER, "Hi");
	offhook_completion_request_set_temperature(request, 0.5);
	json_object_set_int_member(extra, "seed", 2);
	offhook_completion_request_set_extra(request, extra);
	body = build(make_values("model", "m", "server", "other", "parameters",
				 "{\"seed\":1,\"top_p\":0.9,\"stream_options\":{}}", NULL),
		     request);
	g_assert_cmpstr(body, ==,
			"{\"model\":\"m\",\"stream\":true,\"stream_options\":{},\"messages\":[{"
			"\"role\":\"user\",\"content\":\"Hi\"}],\"temperature\":0.5,"
			"\"top_p\":0.90000000000000002,\"seed\":2}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chat-request/servers", test_servers);
	g_test_add_func("/chat-request/extra", test_extra);
	return g_test_run();
}
