/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/error.h>
#include <offhook/json.h>

static JsonObject *
parse(JsonParser *parser)
{
	g_autoptr(GError) error = NULL;

	json_parser_load_from_data(
	    parser,
	    "{\"text\":\"12\",\"number\":7.9,\"minus\":-1,\"signed\":\"+1\",\"flag\":true,"
	    "\"none\":null,\"object\":{\"a\":1},\"array\":[1],\"huge\":1e15,"
	    "\"long\":\"1234567890123456\"}",
	    -1, &error);
	g_assert_no_error(error);
	return json_node_get_object(json_parser_get_root(parser));
}

static void
test_types(void)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *object = parse(parser);

	g_assert_cmpstr(offhook_json_get_string(object, "text"), ==, "12");
	g_assert_null(offhook_json_get_string(object, "number"));
	g_assert_null(offhook_json_get_string(object, "none"));
	g_assert_null(offhook_json_get_string(object, "absent"));
	g_assert_null(offhook_json_get_string(NULL, "text"));
	g_assert_nonnull(offhook_json_get_object(object, "object"));
	g_assert_null(offhook_json_get_object(object, "array"));
	g_assert_nonnull(offhook_json_get_array(object, "array"));
	g_assert_null(offhook_json_get_array(object, "object"));
}

static void
test_numbers(void)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *object = parse(parser);

	g_assert_cmpint(offhook_json_get_number(object, "text"), ==, 12);
	g_assert_cmpint(offhook_json_get_number(object, "number"), ==, 7);
	g_assert_cmpint(offhook_json_get_number(object, "minus"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "signed"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "flag"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "none"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "object"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "huge"), ==, -1);
	g_assert_cmpint(offhook_json_get_number(object, "long"), ==, -1);
}

static void
test_exact(void)
{
	static const char *const good[] = {"9223372036854775807", "-9223372036854775808", "0",
					   "-0",                  "0.5",                  "0e5",
					   "1e20",                "1E-10",                "\"0x10 010\""};
	static const char *const bad[] = {"9223372036854775808", "-9223372036854775809",
					  "18446744073709551617", "0x10", "010", "-0x1"};

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *text = g_strdup_printf("{\"a\":[%s]}", good[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonObject) object = offhook_json_parse_object(text, -1, "it", &error);

		g_assert_no_error(error);
	}
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text = g_strdup_printf("{\"a\":[%s]}", bad[i]);
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_json_parse_object(text, -1, "it", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

/* What is written is JSON, and says the same. */
static void
test_written(void)
{
	static const char *const cases[][2] = {
	    {"[1e20,1e-10,-1e30]", "[1e+20,1e-10,-1e+30]"},
	    {"[1.0,1.5,10,\"1e+20.0\",\"a\\\"1e+20.0\"]",
	     "[1.0,1.5,10,\"1e+20.0\",\"a\\\"1e+20.0\"]"},
	    {"{\"e1e+20.0\":true,\"b\":null}", "{\"e1e+20.0\":true,\"b\":null}"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonNode) node = json_from_string(cases[i][0], &error);
		g_autofree char *text = NULL;

		g_assert_no_error(error);
		text = offhook_json_node_to_string(node);
		g_assert_cmpstr(text, ==, cases[i][1]);
	}
}

/* The parser skips comments, and quotes in them must not hide what is nested. */
static void
test_refused(void)
{
	g_autofree char *brackets = g_strnfill(100000, '[');
	const char *const heads[] = {"{\"a\":/*\"*/", "{\"a\"://\"\n", "{\"a\":#\"\n",
				     "{\"a\":'\"',\"b\":", "{\"a\":"};
	static const char *const others[] = {
	    "{\"a\":1e400}", "{\"a\":[{\"b\":-1e999}]}", "{/**/}", "{\"a\":\"\\u0000\"}", "[]", ""};

	for (guint i = 0; i < G_N_ELEMENTS(heads); i++) {
		g_autofree char *text = g_strconcat(heads[i], brackets, NULL);
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_json_parse_object(text, -1, "text", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_json_parse_object(others[i], -1, "text", &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

/* Inside of strings all of it may be. */
static void
test_taken(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object = offhook_json_parse_object(
	    "{\"a\":\"it's /* // # "
	    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\","
	    "\"n\":1e300}",
	    -1, "text", &error);

	g_assert_no_error(error);
	g_assert_nonnull(offhook_json_get_string(object, "a"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/types", test_types);
	g_test_add_func("/json/numbers", test_numbers);
	g_test_add_func("/json/refused", test_refused);
	g_test_add_func("/json/exact", test_exact);
	g_test_add_func("/json/written", test_written);
	g_test_add_func("/json/taken", test_taken);
	return g_test_run();
}
