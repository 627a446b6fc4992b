/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools as servers describe them, the headers that they want, the names they get, and what they give.
 */

#include "../mcp-headers.h"
#include "../mcp-result.h"
#include "../mcp-tool.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

static JsonObject *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	JsonObject *object = offhook_json_parse_object(text, -1, "sample", &error);

	g_assert_no_error(error);
	return object;
}

/* ---- descriptions ---- */

static void
test_bad_tools(void)
{
	static const char *const cases[] = {
	    "{\"inputSchema\":{\"type\":\"object\"}}",
	    "{\"name\":\"\",\"inputSchema\":{\"type\":\"object\"}}",
	    "{\"name\":7,\"inputSchema\":{\"type\":\"object\"}}",
	    "{\"name\":\"x\"}",
	    "{\"name\":\"x\",\"inputSchema\":[]}",
	    "{\"name\":\"x\",\"inputSchema\":{\"type\":\"string\"}}",
	    "{\"name\":\"x\",\"inputSchema\":{}}",
	    "{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\",\"properties\":[]}}",
	    "{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\",\"$ref\":"
	    "\"https://example.com/schema\"}}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) object = parse(cases[i]);
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_mcp_tool_new(object, FALSE, &error));
		g_assert_cmpuint(error->domain, ==, OFFHOOK_ERROR);
		g_assert_true(error->code == OFFHOOK_ERROR_FORMAT ||
			      error->code == OFFHOOK_ERROR_NOT_SUPPORTED ||
			      error->code == OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_description(void)
{
	g_autofree char *text = g_strnfill(OFFHOOK_MCP_MAX_DESCRIPTION - 1, 'x');
	g_autofree char *json = g_strdup_printf(
	    "{\"name\":\"x\",\"description\":\"%s\xc3\xa4\",\"inputSchema\":{\"type\":\"object\"},"
	    "\"annotations\":{\"readOnlyHint\":\"true\"}}",
	    text);
	g_autoptr(JsonObject) object = parse(json);
	g_autoptr(OffhookMcpTool) tool = offhook_mcp_tool_new(object, TRUE, NULL);

	g_assert_cmpuint(strlen(tool->description), ==, OFFHOOK_MCP_MAX_DESCRIPTION - 1);
	g_assert_true(g_utf8_validate(tool->description, -1, NULL));
	g_assert_false(tool->read_only);
}

/* ---- names ---- */

static void
assert_name(GHashTable *taken, const char *prefix, const char *name, const char *expected)
{
	g_autofree char *made = offhook_mcp_tool_make_name(prefix, name, taken);

	g_assert_cmpstr(made, ==, expected);
}

static void
test_names(void)
{
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *all = g_strnfill(OFFHOOK_MCP_MAX_NAME, 'n');
	g_autofree char *made = NULL;

	assert_name(taken, "crm", "find", "crm_find");
	assert_name(taken, "crm", "crm.find", "crm_crm_find");
	assert_name(taken, "", "find-it", "find-it");
	assert_name(taken, "",
		    "b\xc3\xbc"
		    "cher",
		    "b__cher");
	/* Two that would be the same, and one that is too long, are told apart by what they were. */
	assert_name(taken, "", "find.it", "find_it");
	assert_name(taken, "", "find/it", "find_it_0c65a323");
	made = offhook_mcp_tool_make_name("crm", all, taken);
	g_assert_cmpuint(strlen(made), ==, 64);
}

/* ---- marks ---- */

static char *
write_headers(const char *schema, const char *arguments)
{
	g_autoptr(JsonObject) schema_object = parse(schema);
	g_autoptr(JsonObject) argument_object = parse(arguments);
	g_autoptr(GPtrArray) marks = offhook_mcp_headers_scan(schema_object, NULL);
	g_auto(GStrv) lines = NULL;

	if (marks == NULL)
		return g_strdup("none");
	lines = offhook_mcp_headers_write(marks, argument_object);
	return g_strjoinv("|", lines);
}

#define STRING(name) "{\"type\":\"string\",\"x-mcp-header\":\"" name "\"}"

static void
test_marks(void)
{
	static const struct {
		const char *schema, *arguments, *expected;
	} cases[] = {
	    {"{\"properties\":{\"a\":" STRING("A") "}}", "{\"a\":\"x\"}", "Mcp-Param-A: x"},
	    {"{\"properties\":{\"a\":" STRING("A") "}}", "{}", ""},
	    {"{\"properties\":{\"a\":" STRING("A") "}}", "{\"a\":{\"b\":1}}", ""},
	    {"{\"properties\":{\"a\":{\"type\":\"boolean\",\"x-mcp-header\":\"A\"}}}",
	     "{\"a\":true}", "Mcp-Param-A: true"},
	    {"{\"properties\":{\"a\":{\"type\":\"integer\",\"x-mcp-header\":\"A\"}}}", "{\"a\":42}",
	     "Mcp-Param-A: 42"},
	    {"{\"properties\":{\"o\":{\"type\":\"object\",\"properties\":{\"a\":" STRING(
		 "A") "}}}}",
	     "{\"o\":{\"a\":\"deep\"}}", "Mcp-Param-A: deep"},
	    /* A property may be called like a keyword. */
	    {"{\"properties\":{\"properties\":" STRING("A") "}}", "{\"properties\":\"x\"}",
	     "Mcp-Param-A: x"},
	    /* What breaks the rules. */
	    {"{\"x-mcp-header\":\"A\",\"type\":\"string\"}", "{}", "none"},
	    {"{\"properties\":{\"a\":" STRING("") "}}", "{}", "none"},
	    {"{\"properties\":{\"a\":" STRING("a b") "}}", "{}", "none"},
	    {"{\"properties\":{\"a\":" STRING("a:b") "}}", "{}", "none"},
	    {"{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}}", "{}", "none"},
	    {"{\"properties\":{\"a\":{\"type\":\"object\",\"x-mcp-header\":\"A\"}}}", "{}", "none"},
	    {"{\"properties\":{\"a\":{\"x-mcp-header\":\"A\"}}}", "{}", "none"},
	    {"{\"properties\":{\"a\":" STRING("A") ",\"b\":" STRING("a") "}}", "{}", "none"},
	    {"{\"properties\":{\"a\":{\"items\":" STRING("A") "}}}", "{}", "none"},
	    {"{\"anyOf\":[" STRING("A") "]}", "{}", "none"},
	    {"{\"$defs\":{\"a\":" STRING("A") "}}", "{}", "none"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *heard = write_headers(cases[i].schema, cases[i].arguments);

		g_assert_cmpstr(heard, ==, cases[i].expected);
	}
}

static void
test_encoding(void)
{
	static const struct {
		const char *value, *expected;
	} cases[] = {
	    {"plain", "plain"},
	    {"in side", "in side"},
	    {"", "=?base64?"
		 "?="},
	    {" x", "=?base64?IHg=?="},
	    {"x\n", "=?base64?eAo=?="},
	    {"a\r\nb", "=?base64?YQ0KYg==?="},
	    {"\xc3\xa4", "=?base64?w6Q=?="},
	    {"=?base64?x?=", "=?base64?PT9iYXNlNjQ/eD89?="},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *encoded = offhook_mcp_headers_encode(cases[i].value);

		g_assert_cmpstr(encoded, ==, cases[i].expected);
	}
}

/* ---- results ---- */

static void
test_results(void)
{
	static const struct {
		const char *result, *expected;
		gboolean failed;
	} cases[] = {
	    {"{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]"
	     "}",
	     "a\nb", FALSE},
	    {"{\"content\":[],\"structuredContent\":{\"a\":1}}", "{\"a\":1}", FALSE},
	    {"{\"structuredContent\":[1,2]}", "[1,2]", FALSE},
	    {"{\"content\":[{\"type\":\"text\",\"text\":\"{ \\\"a\\\": 1 }\"}],"
	     "\"structuredContent\":{\"a\":1}}",
	     "{ \"a\": 1 }", FALSE},
	    {"{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\":2}\"}],"
	     "\"structuredContent\":{\"a\":1}}",
	     "{\"a\":2}\n{\"a\":1}", FALSE},
	    {"{\"content\":[]}", "[done]", FALSE},
	    {"{\"content\":[7,{\"type\":\"text\"},{\"type\":\"text\",\"text\":\"a\"}],"
	     "\"resultType\":\"complete\",\"structuredContent\":null}",
	     "[something that can't be told here]\na", FALSE},
	    {"{\"content\":[],\"isError\":true}", "[the tool failed and does not say why]", TRUE},
	    {"{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":true}", "no", TRUE},
	    {"{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":\"true\"}", "no",
	     FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) object = parse(cases[i].result);
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookMcpResult) result = offhook_mcp_result_read(object, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(result->text, ==, cases[i].expected);
		g_assert_cmpint(result->failed, ==, cases[i].failed);
	}
}

static void
test_bad_results(void)
{
	static const struct {
		const char *result;
		int code;
	} cases[] = {
	    {"{}", OFFHOOK_ERROR_FORMAT},
	    {"{\"content\":\"text\"}", OFFHOOK_ERROR_FORMAT},
	    {"{\"content\":[],\"resultType\":\"new\"}", OFFHOOK_ERROR_FORMAT},
	    {"{\"resultType\":\"input_required\"}", OFFHOOK_ERROR_NOT_SUPPORTED},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) object = parse(cases[i].result);
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_mcp_result_read(object, &error));
		g_assert_error(error, OFFHOOK_ERROR, cases[i].code);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mcp-tool/bad-tools", test_bad_tools);
	g_test_add_func("/mcp-tool/description", test_description);
	g_test_add_func("/mcp-tool/names", test_names);
	g_test_add_func("/mcp-tool/marks", test_marks);
	g_test_add_func("/mcp-tool/encoding", test_encoding);
	g_test_add_func("/mcp-tool/results", test_results);
	g_test_add_func("/mcp-tool/bad-results", test_bad_results);
	return g_test_run();
}
