/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What setup takes for an answer. */

#include "cli/setup/question.h"

#include <offhook/error.h>

/* None of them may begin a line, a section or a path of its own. */
static void
test_name(void)
{
	static const char *const right[] = {"reception", "Front_Desk-2", "a"};
	static const char *const wrong[] = {"",    "a b", "a\nb", "a]\n[server", "../x",   "a/b",
					    "a.b", "a:b", "ä",    "a=b",         "\033[2J"};
	g_autofree char *longest = g_strnfill(64, 'a');
	g_autofree char *longer = g_strnfill(65, 'a');

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(offhook_question_check_name(NULL, right[i], NULL));
	g_assert_true(offhook_question_check_name(NULL, longest, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_question_check_name(NULL, wrong[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
	g_assert_false(offhook_question_check_name(NULL, longer, NULL));
}

static void
test_key(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(
	    offhook_question_check_key("server/public-url", "https://voice.example.com", NULL));
	g_assert_true(offhook_question_check_key("server/listen", "127.0.0.1:3000", NULL));
	g_assert_false(offhook_question_check_key("server/listen", "everywhere", NULL));
	g_assert_false(offhook_question_check_key("server/public-url", "here", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_setting(void)
{
	g_autoptr(JsonNode) choice = json_from_string(
	    "{\"name\":\"mode\",\"type\":\"choice\",\"choices\":\"stream|relay\",\"secret\":false}",
	    NULL);
	g_autoptr(JsonNode) number = json_from_string(
	    "{\"name\":\"n\",\"type\":\"integer\",\"choices\":\"1..9\",\"secret\":false}", NULL);
	g_autoptr(JsonNode) newer =
	    json_from_string("{\"name\":\"n\",\"type\":\"colour\",\"secret\":false}", NULL);

	g_assert_true(offhook_question_check_setting(json_node_get_object(choice), "relay", NULL));
	g_assert_false(offhook_question_check_setting(json_node_get_object(choice), "both", NULL));
	g_assert_true(offhook_question_check_setting(json_node_get_object(number), "9", NULL));
	g_assert_false(offhook_question_check_setting(json_node_get_object(number), "10", NULL));
	/* A type that this program does not know is the server's to check. */
	g_assert_true(offhook_question_check_setting(json_node_get_object(newer), "red", NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/question/name", test_name);
	g_test_add_func("/cli/question/key", test_key);
	g_test_add_func("/cli/question/setting", test_setting);
	return g_test_run();
}
