/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What others have written does not steer the terminal. */

#include "cli/print/clean.h"

#include <string.h>

#define ESCAPE   "\033[2J"
#define CSI      "\302\233"     /* U+009B, which some terminals take for ESC [ */
#define OVERRIDE "\342\200\256" /* U+202E */
#define ISOLATE  "\342\201\246" /* U+2066 */
#define LINE     "\342\200\250" /* U+2028 */
#define MARK     "\330\234"     /* U+061C */

static void
test_text(void)
{
	static const char *const cases[][2] = {
	    {"Grüße, 你好 👋🏽", "Grüße, 你好 👋🏽"},
	    {"a" ESCAPE "b", "a [2Jb"},
	    {"a" CSI "2Jb", "a 2Jb"},
	    {"a" OVERRIDE "b" ISOLATE "c" MARK "d", "a b c d"},
	    {"a\nb\r\tc\177" LINE "d", "a b  c  d"},
	    {"", ""},
	};
	g_autofree char *invalid = offhook_clean_text("a\377\033b");

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *clean = offhook_clean_text(cases[i][0]);

		g_assert_cmpstr(clean, ==, cases[i][1]);
	}
	g_assert_true(g_utf8_validate(invalid, -1, NULL));
	g_assert_null(strchr(invalid, '\033'));
}

static void
test_lines(void)
{
	g_autofree char *clean = offhook_clean_lines("one\n\ttwo" ESCAPE OVERRIDE "\r\n");

	g_assert_cmpstr(clean, ==, "one\n\ttwo [2J  \n");
}

/* However deep, and in the names; numbers and what was parsed stay as they are. */
static void
test_object(void)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(JsonObject) clean = NULL;
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	g_assert_true(json_parser_load_from_data(
	    parser,
	    "{\"a\\u001b\":\"x\\u202ey\",\"b\":[1,true,null,{\"c\":\"\\u009b\\n\"},\"\\u0007\"],"
	    "\"d\":1.5}",
	    -1, NULL));
	clean = offhook_clean_object(json_node_get_object(json_parser_get_root(parser)));
	json_node_set_object(node, clean);
	text = json_to_string(node, FALSE);
	g_assert_cmpstr(text, ==,
			"{\"a \":\"x y\",\"b\":[1,true,null,{\"c\":\"  \"},\" \"],\"d\":1.5}");
}

/* A program gets what there was. */
static void
test_json(void)
{
	static const char *const raw = "{\n  \"a\" : \"x" OVERRIDE "y" CSI "\\u001b" LINE "\"\n}";
	g_autofree char *clean = offhook_clean_json(raw);
	g_autoptr(JsonNode) before = json_from_string(raw, NULL);
	g_autoptr(JsonNode) after = json_from_string(clean, NULL);

	g_assert_cmpstr(clean, ==, "{\n  \"a\" : \"x\\u202ey\\u009b\\u001b\\u2028\"\n}");
	g_assert_nonnull(after);
	g_assert_true(json_node_equal(before, after));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/clean/text", test_text);
	g_test_add_func("/cli/clean/lines", test_lines);
	g_test_add_func("/cli/clean/object", test_object);
	g_test_add_func("/cli/clean/json", test_json);
	return g_test_run();
}
