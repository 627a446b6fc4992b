/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names in the braces of prompts. */

#include <offhook/prompt.h>
#include <string.h>

#include "call/assistant/session-host.h"

#define KNOWN "Notes:\n- name (2026-11-28): Ada\n- preference (2026-11-28): the window"

static const OffhookSessionHostEvents nobody;

static char *
fill(const char *text, JsonObject *variables)
{
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 28, 9, 5, 0);
	g_autoptr(OffhookSessionHost) host =
	    offhook_session_host_new(variables, NULL, &nobody, NULL);
	const OffhookAgentOptions session = {
	    .assistant = "reception",
	    .caller = "+15550100001",
	    .language = "de",
	    .host = OFFHOOK_AGENT_HOST(host),
	};

	return offhook_prompt_fill(text, &session, now);
}

static JsonObject *
make_context(const char *for_model)
{
	JsonObject *context = json_object_new();
	JsonObject *memory = json_object_new();

	if (for_model != NULL)
		json_object_set_string_member(memory, "for_model", for_model);
	json_object_set_object_member(context, "memory", memory);
	return context;
}

static void
test_names(void)
{
	g_autoptr(JsonObject) variables = json_object_new();
	g_autofree char *bare = NULL;
	g_autofree char *known = NULL;
	g_autofree char *own = NULL;

	known =
	    fill("{assistant} {caller} {language} {date} {time} {other} {\"a\": 1} {", variables);
	g_assert_cmpstr(known, ==,
			"reception +15550100001 de 2026-11-28 09:05 {other} {\"a\": 1} {");
	bare = fill("{table}|{variables.table}|{custom.table}", variables);
	g_assert_cmpstr(bare, ==, "{table}||");
	json_object_set_string_member(variables, "table", "four {caller}");
	json_object_set_string_member(variables, "custom_order_id", "A-7");
	own = fill("{table}|{variables.table}|{custom.Order-Id}|{custom.order_id}", variables);
	/* What a variable holds is not read again. */
	g_assert_cmpstr(own, ==, "four {caller}|four {caller}|A-7|A-7");
}

static void
test_memory(void)
{
	g_autoptr(JsonObject) variables = json_object_new();
	g_autoptr(JsonObject) context = make_context(KNOWN);
	g_autoptr(JsonObject) stranger = make_context(NULL);
	g_autofree char *plain = fill("Be kind.", variables);
	g_autofree char *filled = NULL;
	g_autofree char *told = NULL;
	g_autofree char *unknown = NULL;
	g_autofree char *without = NULL;

	/* What comes from outside can't be the place, however it is written. */
	json_object_set_string_member(variables, "name", "{memory} \xef\xb7\x90 Bob");
	filled = fill("{variables.name}. Known: {memory} End.", variables);
	g_assert_false(offhook_prompt_has_memory(plain));
	g_assert_true(offhook_prompt_has_memory(filled));
	told = offhook_prompt_fill_memory(filled, context);
	g_assert_cmpstr(told, ==, "{memory}  Bob. Known: " KNOWN " End.");
	unknown = offhook_prompt_fill_memory(filled, stranger);
	g_assert_cmpstr(unknown, ==, "{memory}  Bob. Known: (nothing) End.");
	without = offhook_prompt_fill_memory(filled, NULL);
	g_assert_cmpstr(without, ==, unknown);
}

/* Whole lines, within the bound. */
static void
test_memory_is_bounded(void)
{
	g_autoptr(GString) known = g_string_new("Notes:");
	g_autoptr(JsonObject) context = NULL;
	g_autofree char *filled = fill("{memory}", NULL);
	g_autofree char *told = NULL;

	for (guint i = 0; i < 200; i++)
		g_string_append(known, "\n- fact (2026-11-28): likes the window, and the wine");
	context = make_context(known->str);
	told = offhook_prompt_fill_memory(filled, context);
	g_assert_cmpuint(strlen(told), <=, OFFHOOK_PROMPT_MAX_MEMORY);
	g_assert_cmpuint(strlen(told), >, OFFHOOK_PROMPT_MAX_MEMORY - 60);
	g_assert_true(g_str_has_prefix(known->str, told));
	g_assert_true(g_str_has_suffix(told, "and the wine"));
}

static void
test_unknown(void)
{
	g_auto(GStrv) names = offhook_prompt_list_unknown(
	    "{caler} {caller} {memory} {variables.x} {custom.A-b} {dish} {caler} {\"json\"} {} {A} "
	    "{{dish}} {x");
	g_auto(GStrv) none = offhook_prompt_list_unknown("nothing");
	g_autofree char *all = g_strjoinv(" ", names);

	g_assert_cmpstr(all, ==, "caler dish");
	g_assert_cmpuint(g_strv_length(none), ==, 0);
}

static void
test_custom_name(void)
{
	g_autofree char *name = offhook_prompt_make_custom_name("Order-Id \xc3\xa4");

	g_assert_cmpstr(name, ==, "custom_order_id___");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/prompt/names", test_names);
	g_test_add_func("/prompt/memory", test_memory);
	g_test_add_func("/prompt/memory-is-bounded", test_memory_is_bounded);
	g_test_add_func("/prompt/unknown", test_unknown);
	g_test_add_func("/prompt/custom-name", test_custom_name);
	return g_test_run();
}
