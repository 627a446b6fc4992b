/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Parameters in one line. */

#include <offhook/error.h>
#include <offhook/json-schema.h>

#include "../tool-parameters.h"

/* What a line stands for, but for the type and the additional properties of all. */
static const struct {
	const char *line;
	const char *properties;
	const char *required;
} good[] = {
    {"", "{}", "[]"},
    {" ; ", "{}", "[]"},
    {"name", "{\"name\":{\"type\":\"string\"}}", "[\"name\"]"},
    {"name?", "{\"name\":{\"type\":\"string\"}}", "[]"},
    {"name: string 1..40 - as it is spelled: \"A - B\"?",
     "{\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":40,"
     "\"description\":\"as it is spelled: \\\"A - B\\\"?\"}}",
     "[\"name\"]"},
    {"people:integer 1..8; price:number 0.5..; off:integer ..-1?",
     "{\"people\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":8},"
     "\"price\":{\"type\":\"number\",\"minimum\":0.5},"
     "\"off\":{\"type\":\"integer\",\"maximum\":-1}}",
     "[\"people\",\"price\"]"},
    {"day:date; at:time?; ok:boolean",
     "{\"day\":{\"type\":\"string\",\"format\":\"date\"},"
     "\"at\":{\"type\":\"string\",\"format\":\"time\"},"
     "\"ok\":{\"type\":\"boolean\"}}",
     "[\"day\",\"ok\"]"},
    {"size:small | large?", "{\"size\":{\"type\":\"string\",\"enum\":[\"small\",\"large\"]}}",
     "[]"},
    {"tags:string 1..9[]; pick:a|b[]",
     "{\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"minLength\":1,"
     "\"maxLength\":9}},\"pick\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
     "\"enum\":[\"a\",\"b\"]}}}",
     "[\"tags\",\"pick\"]"},
};

static void
test_lines(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonObject) schema = offhook_tool_parameters_parse(good[i].line, &error);
		g_autoptr(OffhookJsonSchema) compiled = NULL;
		g_autofree char *expected =
		    g_strdup_printf("{\"type\":\"object\",\"properties\":%s,\"required\":%s,"
				    "\"additionalProperties\":false}",
				    good[i].properties, good[i].required);
		g_autoptr(JsonNode) node = NULL;
		g_autofree char *text = NULL;

		g_assert_no_error(error);
		node = json_node_init_object(json_node_alloc(), schema);
		text = json_to_string(node, FALSE);
		g_assert_cmpstr(text, ==, expected);
		compiled = offhook_json_schema_new(schema, &error);
		g_assert_no_error(error);
	}
}

static void
test_json(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) schema =
	    offhook_tool_parameters_parse("{\"type\":\"object\",\"x\":1}", &error);

	g_assert_no_error(error);
	g_assert_cmpint(json_object_get_int_member(schema, "x"), ==, 1);
}

static void
test_wrong(void)
{
	static const char *const bad[] = {
	    "9lives",       "a b",         "n:int",         "n:integer 1-8",
	    "n:integer ..", "n:integer x", "n:boolean 1..", "n:date 1..2",
	    "a;a",          ":string",     "a:x||y",        "n:integer 1..2..3",
	    "n:[]",         "{",           "{\"a\":}",      "n:integer 1e99..",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", bad[i]);
		g_assert_null(offhook_tool_parameters_parse(bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parameters/lines", test_lines);
	g_test_add_func("/parameters/json", test_json);
	g_test_add_func("/parameters/wrong", test_wrong);
	return g_test_run();
}
