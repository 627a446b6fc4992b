/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/error.h>
#include <offhook/json-schema.h>
#include <offhook/json.h>

#include <json-schema-private.h>
#include <string.h>

#define OBJECT "{\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]"
#define TREE                                                                                       \
	"{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{"     \
	"\"next\":{\"$ref\":\"#/$defs/node\"},\"value\":{\"type\":\"integer\"}},"                  \
	"\"required\":[\"value\"]}}}"

/* @good and @bad: values, one a line */
static const struct {
	const char *name;
	const char *schema;
	const char *good;
	const char *bad; /* (nullable) */
} keywords[] = {
    {"empty", "{}", "1\n\"\"\nnull\n{}", NULL},
    {"unknown", "{\"title\":\"x\",\"x-mcp-header\":3,\"format\":\"colour\"}", "1\n\"y\"", NULL},
    {"null", "{\"type\":\"null\"}", "null", "0\nfalse\n\"\""},
    {"boolean", "{\"type\":\"boolean\"}", "true\nfalse", "0\n\"true\"\nnull"},
    {"integer", "{\"type\":\"integer\"}", "1\n-3\n3.0\n1e3", "1.5\n\"1\"\ntrue"},
    {"number", "{\"type\":\"number\"}", "1\n1.5", "\"1\"\nnull\n[]"},
    {"string", "{\"type\":\"string\"}", "\"\"\n\"x\"", "1\n{}"},
    {"array", "{\"type\":\"array\"}", "[]\n[1,\"2\"]", "{}\n\"[]\""},
    {"object", "{\"type\":\"object\"}", "{}\n{\"a\":1}", "[]\nnull"},
    {"types", "{\"type\":[\"string\",\"null\"]}", "\"x\"\nnull", "1\nfalse"},
    {"enum", "{\"enum\":[\"red\",3,null]}", "\"red\"\n3\n3.0\nnull", "\"Red\"\n4\nfalse"},
    {"enum-object", "{\"enum\":[{\"a\":[1]}]}", "{\"a\":[1]}", "{\"a\":[2]}\n{}"},
    {"const", "{\"const\":7}", "7\n7.0", "8\n\"7\"\ntrue"},
    {"minimum", "{\"minimum\":1}", "1\n2\n\"x\"", "0\n0.99"},
    {"maximum", "{\"maximum\":8}", "8\n-1", "9\n8.01"},
    {"exclusive", "{\"exclusiveMinimum\":0,\"exclusiveMaximum\":1}", "0.5", "0\n1"},
    {"exclusive-4",
     "{\"minimum\":0,\"exclusiveMinimum\":true,\"maximum\":1,\"exclusiveMaximum\":false}", "1\n0.1",
     "0\n1.1"},
    {"multiple", "{\"multipleOf\":0.1}", "0.3\n-2\n0\n1000000.1", "0.35"},
    {"length", "{\"minLength\":2,\"maxLength\":3}", "\"ab\"\n\"äöü\"\n\"\xf0\x9f\x98\x80x\"\n5",
     "\"a\"\n\"abcd\"\n\"ä\""},
    {"pattern", "{\"pattern\":\"^[0-9]{2}$\"}", "\"12\"\n12", "\"1\"\n\"123\"\n\"ab\""},
    {"pattern-inside", "{\"pattern\":\"b\"}", "\"abc\"", "\"ac\""},
    {"items", "{\"items\":{\"type\":\"integer\"},\"minItems\":1,\"maxItems\":2}", "[1]\n[1,2]",
     "[]\n[1,2,3]\n[\"1\"]"},
    {"prefix", "{\"prefixItems\":[{\"type\":\"string\"}],\"items\":{\"type\":\"null\"}}",
     "[]\n[\"a\"]\n[\"a\",null]", "[1]\n[\"a\",1]"},
    {"prefix-7", "{\"items\":[{\"type\":\"string\"},{\"type\":\"integer\"}]}", "[\"a\",1,null]",
     "[\"a\",\"b\"]"},
    {"prefix-only", "{\"prefixItems\":[true],\"items\":false}", "[1]", "[1,2]"},
    {"unique", "{\"uniqueItems\":true}", "[1,2]\n[\"1\",1]\n[true,1]\n[]", "[1,1.0]\n[{},{}]"},
    {"properties", OBJECT "}", "{\"a\":1}\n{\"a\":1,\"b\":\"x\"}\n5", "{}\n{\"a\":\"1\"}"},
    {"additional-none", OBJECT ",\"additionalProperties\":false}", "{\"a\":1}",
     "{\"a\":1,\"b\":2}"},
    {"additional", OBJECT ",\"additionalProperties\":{\"type\":\"string\"}}",
     "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":2}"},
    {"any", "{\"anyOf\":[{\"type\":\"integer\"},{\"minLength\":2,\"type\":\"string\"}]}",
     "1\n\"ab\"", "\"a\"\nnull"},
    {"one", "{\"oneOf\":[{\"multipleOf\":3},{\"multipleOf\":5}]}", "3\n5", "15\n7"},
    {"all", "{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "1\n2", "0\n3"},
    {"not", "{\"not\":{\"type\":\"string\"}}", "1\nnull", "\"x\""},
    {"not-any", "{\"not\":{}}", "", "1\nnull"},
    {"false", "{\"properties\":{\"a\":false}}", "{}\n{\"b\":1}", "{\"a\":null}"},
    {"ref", TREE, "{\"value\":1,\"next\":{\"value\":2}}", "{\"value\":1,\"next\":{}}"},
    {"ref-root", "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"maxItems\":0}", "{\"a\":{\"a\":[]}}",
     "{\"a\":{\"a\":[1]}}"},
    {"ref-7", "{\"$ref\":\"#/definitions/a~1b%20c\",\"definitions\":{\"a/b c\":{\"const\":1}}}",
     "1", "2"},
    {"ref-beside", "{\"$ref\":\"#/$defs/a\",\"maximum\":3,\"$defs\":{\"a\":{\"minimum\":1}}}", "2",
     "0\n4"},
    {"ref-list", "{\"anyOf\":[{\"const\":1},{\"not\":{\"$ref\":\"#/anyOf/0\"}}]}", "1\n2", NULL},
    {"date", "{\"format\":\"date\"}", "\"2026-02-28\"\n\"2024-02-29\"\n7",
     "\"2026-02-29\"\n\"2026-2-1\"\n\"tomorrow\"\n\"2026-02-28x\"\n\"\""},
    {"time", "{\"format\":\"time\"}",
     "\"19:30\"\n\"19:30:05\"\n\"19:30:05.25Z\"\n\"00:00:00-03:30\"\n\"19:30Z\"",
     "\"24:00\"\n\"7:30\"\n\"19:60\"\n\"19:30:\"\n\"19:30:05.\"\n\"19:30+1\"\n\"half past\""},
    {"date-time", "{\"format\":\"date-time\"}",
     "\"2026-01-31T19:30:00Z\"\n\"2026-01-31t19:30:00.5+01:00\"\n\"2026-01-31 19:30:00z\"",
     "\"2026-01-31\"\n\"2026-01-31T19:30\"\n\"2026-01-31T19:30:00\"\n\"2026-01-31TZ\""},
    {"email", "{\"format\":\"email\"}", "\"ada@example.com\"\n\"a.b+c@x.example.org\"",
     "\"ada\"\n\"@example.com\"\n\"a@b\"\n\"a@b@c.de\"\n\"a b@c.de\"\n\"a@.de\"\n\"a@b..de\""},
    {"uri", "{\"format\":\"uri\"}", "\"https://example.com/a?b=c\"\n\"tel:+49401234\"",
     "\"example.com\"\n\"/a\"\n\"http://[\""},
    {"uuid", "{\"format\":\"uuid\"}", "\"9b5fcb1e-91b4-4a3c-8f0e-0a7b6b1c2d3e\"",
     "\"9b5fcb1e91b44a3c8f0e0a7b6b1c2d3e\"\n\"x\""},
};

static JsonNode *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	JsonNode *node = json_from_string(text, &error);

	g_assert_no_error(error);
	g_assert_nonnull(node);
	return node;
}

static OffhookJsonSchema *
compile(const char *text, GError **error)
{
	g_autoptr(JsonNode) node = parse(text);

	return offhook_json_schema_new(json_node_get_object(node), error);
}

static void
check_values(OffhookJsonSchema *schema, const char *values, gboolean good)
{
	g_auto(GStrv) lines = g_strsplit(values != NULL ? values : "", "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autoptr(JsonNode) value = parse(lines[i]);
		g_autoptr(GError) error = NULL;

		g_test_message("%s", lines[i]);
		g_assert_cmpint(offhook_json_schema_check(schema, value, "value", &error), ==,
				good);
		if (good)
			g_assert_no_error(error);
		else
			g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_keyword(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookJsonSchema) schema = compile(keywords[i].schema, &error);

	g_assert_no_error(error);
	check_values(schema, keywords[i].good, TRUE);
	check_values(schema, keywords[i].bad, FALSE);
}

static void
test_no_schema(void)
{
	static const char *const none[] = {
	    "{\"type\":\"strin\"}",
	    "{\"type\":7}",
	    "{\"enum\":{}}",
	    "{\"properties\":[]}",
	    "{\"properties\":{\"a\":3}}",
	    "{\"required\":true}",
	    "{\"required\":[1]}",
	    "{\"items\":7}",
	    "{\"anyOf\":[]}",
	    "{\"not\":null}",
	    "{\"minimum\":\"1\"}",
	    "{\"minLength\":-1}",
	    "{\"multipleOf\":0}",
	    "{\"pattern\":\"(\"}",
	    "{\"uniqueItems\":1}",
	    "{\"format\":1}",
	    "{\"$ref\":\"#/$defs/none\"}",
	    "{\"$ref\":1}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", none[i]);
		g_assert_null(compile(none[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_remote(void)
{
	static const char *const remote[] = {"https://example.com/schema.json", "other.json#/a",
					     "#anchor", ""};

	for (guint i = 0; i < G_N_ELEMENTS(remote); i++) {
		g_autofree char *text =
		    g_strdup_printf("{\"properties\":{\"a\":{\"$ref\":\"%s\"}}}", remote[i]);
		g_autoptr(GError) error = NULL;

		g_assert_null(compile(text, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	}
}

/* What a language model is told names the place, and is not longer than its mistake deserves. */
static void
test_words(void)
{
	g_autoptr(OffhookJsonSchema) schema = compile(
	    "{\"properties\":{\"when\":{\"properties\":{\"date\":{\"anyOf\":[{\"type\":\"null\"},"
	    "{\"type\":\"string\",\"format\":\"date\"}]}}},\"names\":{\"items\":{\"enum\":[\"a\"]}}"
	    "},"
	    "\"additionalProperties\":false}",
	    NULL);
	g_autofree char *many = g_strnfill(5000, 'x');
	g_autofree char *large = g_strdup_printf("{\"names\":[\"a\",\"%s\"]}", many);
	g_autofree char *unknown = g_strdup_printf("{\"%s\":1}", many);
	const struct {
		const char *value;
		const char *where;
		const char *what;
	} wrong[] = {
	    {"{\"when\":{\"date\":\"tomorrow\"}}", "arguments.when.date", "\"tomorrow\""},
	    {large, "arguments.names.1", "xxx..."},
	    {"{\"person\":1}", "arguments.person", "names, when"},
	    {unknown, "arguments.xxxx", "names, when"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(JsonNode) value = parse(wrong[i].value);
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_json_schema_check(schema, value, "arguments", &error));
		g_assert_true(g_str_has_prefix(error->message, wrong[i].where));
		g_assert_nonnull(strstr(error->message, wrong[i].what));
		g_assert_cmpuint(strlen(error->message), <, 450);
	}
}

/* ---- what would take for ever ---- */

static void
check_limit(const char *schema_text, const char *value_text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookJsonSchema) schema = compile(schema_text, &error);
	g_autoptr(JsonNode) value = NULL;

	if (schema != NULL) {
		value = parse(value_text);
		g_assert_false(offhook_json_schema_check(schema, value, "value", &error));
	}
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
test_endless(void)
{
	check_limit("{\"$ref\":\"#\"}", "1");
	check_limit("{\"not\":{\"$ref\":\"#\"}}", "1");
	check_limit("{\"anyOf\":[{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"allOf\":["
		    "{\"$ref\":\"#/$defs/b\"}]},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
		    "{}");
}

/* Each of 40 definitions has two ways to the next: 2^40 ways to the last, which refuses. */
static void
test_exponential(void)
{
	g_autoptr(GString) text = g_string_new("{\"$ref\":\"#/$defs/0\",\"$defs\":{");

	for (guint i = 0; i < 30; i++)
		g_string_append_printf(text,
				       "\"%u\":{\"anyOf\":[{\"$ref\":\"#/$defs/%u\"},"
				       "{\"$ref\":\"#/$defs/%u\"}]},",
				       i, i + 1, i + 1);
	g_string_append(text, "\"30\":false}}");
	check_limit(text->str, "1");
}

static void
test_slow_pattern(void)
{
	check_limit("{\"pattern\":\"^(a+)+$\"}", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"");
	check_limit("{\"pattern\":\"^(a|aa)*(a|aa)*(a|aa)*[bc]$\"}",
		    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
}

static void
test_large(void)
{
	g_autofree char *text = g_strnfill(OFFHOOK_JSON_SCHEMA_MAX_SUBJECT + 1, 'a');
	g_autofree char *quoted = g_strdup_printf("\"%s\"", text);
	g_autoptr(GString) list = g_string_new("[0");
	g_autoptr(GString) rules = g_string_new("{\"allOf\":[{}");
	g_autoptr(GString) pattern = g_string_new("{\"pattern\":\"");

	check_limit("{\"pattern\":\"a\"}", quoted);
	for (guint i = 1; i < 2000; i++)
		g_string_append_printf(list, ",%u", i);
	g_string_append_c(list, ']');
	check_limit("{\"uniqueItems\":true}", list->str);
	for (guint i = 0; i < OFFHOOK_JSON_SCHEMA_MAX_RULES; i++)
		g_string_append(rules, ",{}");
	g_string_append(rules, "]}");
	check_limit(rules->str, "1");
}

/* @count times @item, in a list. (transfer full) */
static char *
repeat(const char *item, guint count)
{
	GString *text = g_string_new("[");

	for (guint i = 0; i < count; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "," : "", item);
	return g_string_free(g_string_append_c(text, ']'), FALSE);
}

static gsize
measure(const char *schema_text, const char *value_text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookJsonSchema) schema = compile(schema_text, &error);
	g_autoptr(JsonNode) value = parse(value_text);
	gsize steps;

	g_assert_no_error(error);
	offhook_json_schema_measure(schema, value, "value", &steps, NULL);
	return steps;
}

/* What is compared is counted, however deep it is. */
static void
test_steps_of_equality(void)
{
	g_autofree char *row = repeat("7", 100);
	g_autofree char *two = repeat(row, 2);
	g_autofree char *text = g_strnfill(256 * 100, 'x');
	g_autofree char *texts = g_strdup_printf("[\"%s\",\"%s\"]", text, text);
	g_autoptr(GString) rows = g_string_new("[");

	g_assert_cmpuint(measure("{\"uniqueItems\":true}", two), >=, 100);
	g_assert_cmpuint(measure("{\"uniqueItems\":true}", texts), >=, 100);
	g_assert_cmpuint(measure("{\"const\":{\"a\":[1,2,3,4,5]}}", "{\"a\":[1,2,3,4,5.0]}"), >=,
			 7);
	/* 80 rows that differ in their last number only. */
	for (guint i = 0; i < 80; i++)
		g_string_append_printf(rows, "%s%.*s,%u]", i > 0 ? "," : "", (int)strlen(row) - 1,
				       row, i);
	g_string_append_c(rows, ']');
	check_limit("{\"uniqueItems\":true}", rows->str);
}

/* A pattern is tried at every place of the text, and an item may scan all of it each time. */
static void
test_steps_of_patterns(void)
{
	static const char *const slow[] = {
	    "(a+)+$",           "a{4000}[bc]",       "(a*)*[bc]",    "[a-z]*[a-z]*[bc]",
	    "(a+)\\\\1{9}[bc]", "(?<!b)(a|aa)+[cd]", "(a?){99}[bc]",
	};
	g_autofree char *text = g_strnfill(OFFHOOK_JSON_SCHEMA_MAX_SUBJECT, 'a');
	g_autofree char *quoted = NULL;

	text[OFFHOOK_JSON_SCHEMA_MAX_SUBJECT - 1] = ' ';
	quoted = g_strdup_printf("\"%s\"", text);
	for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
		g_autofree char *one = g_strdup_printf("{\"not\":{\"pattern\":\"%s\"}}", slow[i]);
		g_autofree char *many = repeat(one, 60);
		g_autofree char *all = g_strdup_printf("{\"allOf\":%s}", many);

		g_test_message("%s: %" G_GSIZE_FORMAT " steps", slow[i], measure(one, quoted));
		g_assert_cmpuint(measure(one, quoted), >, OFFHOOK_JSON_SCHEMA_MAX_SUBJECT);
		check_limit(all, quoted);
	}
	/* What people write is cheap. */
	g_assert_cmpuint(measure("{\"pattern\":\"^[a-z ]+$\"}", quoted), <, 1000);
	g_assert_cmpuint(measure("{\"pattern\":\"aab\"}", quoted), <, 20000);
	g_assert_cmpuint(measure("{\"pattern\":\"^[0-9]{3,12}$\"}", "\"0301234567\""), <, 20);
}

/* What PCRE adds to the patterns of a schema takes seconds to compile, or steps that nobody counts. */
static void
test_foreign_patterns(void)
{
	static const char *const foreign[] = {
	    "(?i)[\\\\x{80}-\\\\x{10ffff}]",
	    "(a)(?1)",
	    "(?R)?",
	    "(*LIMIT_MATCH=9)a",
	    "(?>a+)b",
	    "\\\\X(?=q)",
	    "a\\\\Kb",
	};
	static const char *const ours[] = {
	    "(?:a|b)(?=c)(?!d)", "(?<=a)(?<!b)",          "(?<name>a)", "[(?i)*]", "[]()a]",
	    "\\\\(\\\\*",        "^\\\\w+\\\\s\\\\d{3}$",
	};

	for (guint i = 0; i < G_N_ELEMENTS(foreign); i++) {
		g_autofree char *text = g_strdup_printf("{\"pattern\":\"%s\"}", foreign[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookJsonSchema) schema = compile(text, &error);

		g_assert_null(schema);
		g_assert_nonnull(strstr(error->message, "expected a regular expression"));
	}
	for (guint i = 0; i < G_N_ELEMENTS(ours); i++) {
		g_autofree char *text = g_strdup_printf("{\"pattern\":\"%s\"}", ours[i]);

		measure(text, "\"x\"");
	}
}

static void
test_steps_of_members(void)
{
	g_autoptr(GString) value = g_string_new("{\"x\":0");
	g_autoptr(GString) names = g_string_new("\"y\":{}");
	g_autofree char *closed = NULL;

	for (guint i = 0; i < 1000; i++) {
		g_string_append_printf(value, ",\"a%u\":%u", i, i);
		g_string_append_printf(names, ",\"b%u\":{}", i);
	}
	g_string_append_c(value, '}');
	g_assert_cmpuint(measure("{\"properties\":{\"b\":{}}}", value->str), >, 1000);
	/* To say which names there are takes time, too. */
	closed =
	    g_strdup_printf("{\"additionalProperties\":false,\"properties\":{%s}}", names->str);
	g_assert_cmpuint(measure(closed, "{\"x\":0}"), >, 1000);
}

static void
test_large_patterns(void)
{
	g_autofree char *many = repeat("{\"pattern\":\"(?:(?:ab){1,20}c){1,20}\"}", 200);
	g_autofree char *schema = g_strdup_printf("{\"anyOf\":%s}", many);

	check_limit(schema, "1");
}

/* Deeper than json-glib is ever given, but a chain of references makes it so. */
static void
test_deep(void)
{
	g_autoptr(GString) text = g_string_new("{\"$ref\":\"#/$defs/0\",\"$defs\":{");

	for (guint i = 0; i < 200; i++)
		g_string_append_printf(text, "\"%u\":{\"$ref\":\"#/$defs/%u\"},", i, i + 1);
	g_string_append(text, "\"200\":{}}}");
	check_limit(text->str, "1");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(keywords); i++) {
		g_autofree char *path = g_strconcat("/json-schema/", keywords[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_keyword);
	}
	g_test_add_func("/json-schema/no-schema", test_no_schema);
	g_test_add_func("/json-schema/remote", test_remote);
	g_test_add_func("/json-schema/words", test_words);
	g_test_add_func("/json-schema/endless", test_endless);
	g_test_add_func("/json-schema/exponential", test_exponential);
	g_test_add_func("/json-schema/slow-pattern", test_slow_pattern);
	g_test_add_func("/json-schema/large", test_large);
	g_test_add_func("/json-schema/steps-of-equality", test_steps_of_equality);
	g_test_add_func("/json-schema/steps-of-patterns", test_steps_of_patterns);
	g_test_add_func("/json-schema/foreign-patterns", test_foreign_patterns);
	g_test_add_func("/json-schema/steps-of-members", test_steps_of_members);
	g_test_add_func("/json-schema/large-patterns", test_large_patterns);
	g_test_add_func("/json-schema/deep", test_deep);
	return g_test_run();
}
