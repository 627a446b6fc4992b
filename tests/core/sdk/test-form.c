/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/form.h>

#include <offhook/error.h>
#include <string.h>

static OffhookForm *
parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	OffhookForm *form = offhook_form_parse(text, strlen(text), &error);

	g_assert_no_error(error);
	return form;
}

static void
test_decodes(void)
{
	g_autoptr(OffhookForm) form = parse("From=%2B1555&Name=a+b%20c&Empty=&Bare&%41=%c3%a4");

	g_assert_cmpuint(offhook_form_get_size(form), ==, 5);
	g_assert_cmpstr(offhook_form_get(form, "From"), ==, "+1555");
	g_assert_cmpstr(offhook_form_get(form, "Name"), ==, "a b c");
	g_assert_cmpstr(offhook_form_get(form, "Empty"), ==, "");
	g_assert_cmpstr(offhook_form_get(form, "Bare"), ==, "");
	g_assert_cmpstr(offhook_form_get(form, "A"), ==, "ä");
	g_assert_null(offhook_form_get(form, "from"));
}

static void
test_tolerates(void)
{
	g_autoptr(OffhookForm) form = parse("&&a=%&b=%zz&c=%4&d=1=2&&=x&");

	g_assert_cmpuint(offhook_form_get_size(form), ==, 5);
	g_assert_cmpstr(offhook_form_get(form, "a"), ==, "%");
	g_assert_cmpstr(offhook_form_get(form, "b"), ==, "%zz");
	g_assert_cmpstr(offhook_form_get(form, "c"), ==, "%4");
	g_assert_cmpstr(offhook_form_get(form, "d"), ==, "1=2");
	g_assert_cmpstr(offhook_form_get(form, ""), ==, "x");
}

static void
test_keeps_repeats(void)
{
	g_autoptr(OffhookForm) form = parse("a=1&a=2&a=1");

	g_assert_cmpuint(offhook_form_get_size(form), ==, 3);
	g_assert_cmpstr(offhook_form_get(form, "a"), ==, "1");
}

static void
test_empty(void)
{
	g_autoptr(OffhookForm) form = offhook_form_parse(NULL, 0, NULL);

	g_assert_nonnull(form);
	g_assert_cmpuint(offhook_form_get_size(form), ==, 0);
}

static void
test_not_utf8(void)
{
	g_autoptr(OffhookForm) form = parse("a=%ff");

	g_assert_cmpuint(offhook_form_get_size(form), ==, 1);
	g_assert_null(offhook_form_get(form, "a"));
}

static void
test_limits(void)
{
	g_autofree char *many = g_strnfill(OFFHOOK_FORM_MAX_FIELDS * 2 + 1, 'a');
	g_autofree char *large = g_strnfill(OFFHOOK_FORM_MAX_BYTES + 1, 'a');
	g_autoptr(GError) error = NULL;

	for (guint i = 1; i < strlen(many); i += 2)
		many[i] = '&';
	g_assert_null(offhook_form_parse(many, strlen(many), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_null(offhook_form_parse(large, strlen(large), &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_clear_error(&error);
	g_assert_null(offhook_form_parse("a=%00", 5, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
}

static void
test_query(void)
{
	g_autoptr(OffhookForm) form =
	    offhook_form_parse_query("https://a.test/b?c=1&d=2#e?f=3", NULL);
	g_autoptr(OffhookForm) none = offhook_form_parse_query("https://a.test/b#c?d=1", NULL);

	g_assert_cmpuint(offhook_form_get_size(form), ==, 2);
	g_assert_cmpstr(offhook_form_get(form, "d"), ==, "2");
	g_assert_cmpuint(offhook_form_get_size(none), ==, 0);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/form/decodes", test_decodes);
	g_test_add_func("/form/tolerates", test_tolerates);
	g_test_add_func("/form/repeats", test_keeps_repeats);
	g_test_add_func("/form/empty", test_empty);
	g_test_add_func("/form/not-utf8", test_not_utf8);
	g_test_add_func("/form/limits", test_limits);
	g_test_add_func("/form/query", test_query);
	return g_test_run();
}
