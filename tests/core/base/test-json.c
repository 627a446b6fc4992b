/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checked JSON: members of the wrong type, the parts of a refusal, nesting.
 */

#include "base/json.h"

#include <offhook/error.h>

static void
test_members(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object = offhook_json_parse_object(
	    "{\"text\":\"hello\",\"number\":7,\"flag\":true,\"none\":null}", -1, "test", &error);
	const char *text = NULL;
	gboolean flag = FALSE;
	gint64 number = 0;

	g_assert_no_error(error);
	g_assert_true(offhook_json_read_string(object, "text", &text, &error));
	g_assert_cmpstr(text, ==, "hello");
	g_assert_true(offhook_json_read_string(object, "none", &text, &error));
	g_assert_true(offhook_json_read_string(object, "absent", &text, &error));
	g_assert_cmpstr(text, ==, "hello");
	g_assert_true(offhook_json_read_boolean(object, "flag", &flag, &error));
	g_assert_true(flag);
	g_assert_true(offhook_json_read_integer(object, "number", 0, 7, &number, &error));
	g_assert_cmpint(number, ==, 7);
	g_assert_false(offhook_json_read_integer(object, "number", 0, 6, &number, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_clear_error(&error);
	g_assert_false(offhook_json_read_string(object, "number", &text, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_refusal(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *field = NULL;
	g_autofree char *value = NULL;
	g_autofree char *expected = NULL;

	offhook_json_refuse(&error, "phone_number", "a \"b\" is not valid", "a number");
	g_assert_true(offhook_json_get_refusal(error, &field, &value, &expected));
	g_assert_cmpstr(field, ==, "phone_number");
	g_assert_cmpstr(expected, ==, "a number");
}

static void
test_depth(void)
{
	g_autofree char *deep = g_strnfill(100000, '[');
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) object = offhook_json_parse_object(deep, -1, "test", &error);

	g_assert_null(object);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	g_assert_true(offhook_json_is_shallow("{\"a\":\"[[[[[[[[[[\\\"[[[[[\"}", -1));
}

/* As few digits as read back as the same; texts and whole numbers stay as they are. */
static void
test_numbers(void)
{
	g_autoptr(JsonObject) object = json_object_new();
	g_autofree char *text = NULL;

	json_object_set_double_member(object, "a", 0.1);
	json_object_set_double_member(object, "b", 0.1 + 0.2);
	json_object_set_double_member(object, "c", -1234.5678);
	json_object_set_double_member(object, "d", 2.5);
	json_object_set_int_member(object, "e", G_GINT64_CONSTANT(1000000000000000000));
	json_object_set_string_member(object, "f", "\"0.10000000000000001\\");
	text = offhook_json_to_string(object);
	g_assert_cmpstr(text, ==,
			"{\"a\":0.1,\"b\":0.30000000000000004,\"c\":-1234.5678,\"d\":2.5,"
			"\"e\":1000000000000000000,\"f\":\"\\\"0.10000000000000001\\\\\"}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/json/members", test_members);
	g_test_add_func("/base/json/refusal", test_refusal);
	g_test_add_func("/base/json/depth", test_depth);
	g_test_add_func("/base/json/numbers", test_numbers);
	return g_test_run();
}
