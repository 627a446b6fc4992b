/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The table of servers. Any thread.
 */

#include "openai-dialect.h"

#define TEMPLATE_WITHOUT_THINK "{\"chat_template_kwargs\":{\"enable_thinking\":false}}"

static const OffhookOpenaiDialect offhook_openai_dialects[] = {
    {.name = "openai",
     .max_tokens = "max_completion_tokens",
     .has_tool_choice = TRUE,
     .has_parallel_switch = TRUE,
     .pads = TRUE},
    {.name = "llama.cpp",
     .max_tokens = "max_tokens",
     .without_think = TEMPLATE_WITHOUT_THINK,
     .has_tool_choice = TRUE,
     .has_parallel_switch = TRUE},
    {.name = "ollama",
     .max_tokens = "max_tokens",
     .without_think = "{\"reasoning_effort\":\"none\"}"},
    {.name = "vllm",
     .max_tokens = "max_tokens",
     .without_think = TEMPLATE_WITHOUT_THINK,
     .has_tool_choice = TRUE},
    /* What the most understand and none refuses. */
    {.name = "other", .max_tokens = "max_tokens", .has_tool_choice = TRUE},
};

const OffhookOpenaiDialect *
offhook_openai_dialect_find(const char *name, const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
	guint last = G_N_ELEMENTS(offhook_openai_dialects) - 1;

	if (g_str_equal(name, "auto"))
		name = g_strcmp0(host, "api.openai.com") == 0 ? "openai" : "other";
	for (guint i = 0; i < last; i++)
		if (g_str_equal(offhook_openai_dialects[i].name, name))
			return &offhook_openai_dialects[i];
	return &offhook_openai_dialects[last];
}
