/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where values stand in JSON and in forms.
 */

#include "../pointers.h"

#include <offhook/error.h>
#include <offhook/json.h>

#define TEXT                                                                                       \
	"{\"id\":\"top\",\"n\":42,\"t\":true,\"z\":null,\"a/b\":\"slash\",\"m~n\":\"tilde\","      \
	"\"data\":{\"id\":\"deep\",\"list\":[{\"id\":\"first\"},{\"id\":\"second\"}]}}"

static void
test_json(void)
{
	static const struct {
		const char *pointers;
		const char *value;
	} cases[] = {
	    {"", NULL},
	    {"id", "top"},
	    {"/id", "top"},
	    {"/data/id", "deep"},
	    {"/data/list/1/id", "second"},
	    {"/data/list/2/id", NULL},
	    {"/data/list/x/id", NULL},
	    {"/data/list", NULL},
	    {"/data", NULL},
	    {"/n", "42"},
	    {"/t", "true"},
	    {"/z", NULL},
	    {"/z/a", NULL},
	    {"/id/a", NULL},
	    {"/a~1b", "slash"},
	    {"/m~0n", "tilde"},
	    {"/no, /data/id", "deep"},
	    {"/data/id,/id", "deep"},
	};
	g_autoptr(JsonObject) object = offhook_json_parse_object(TEXT, -1, "it", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookGenericPointers) pointers =
		    offhook_generic_pointers_new(cases[i].pointers, &error);
		g_autofree char *value = NULL;

		g_assert_no_error(error);
		value = offhook_generic_pointers_get(pointers, object);
		g_assert_cmpstr(value, ==, cases[i].value);
	}
}

static void
test_form(void)
{
	g_autoptr(OffhookForm) form = offhook_form_parse("CallSid=CA1&a%2Fb=x", 19, NULL);
	g_autoptr(OffhookGenericPointers) pointers =
	    offhook_generic_pointers_new("/data/id,/CallSid", NULL);
	g_autoptr(OffhookGenericPointers) none = offhook_generic_pointers_new("callsid", NULL);
	g_autofree char *value = offhook_generic_pointers_get_field(pointers, form);

	g_assert_cmpstr(value, ==, "CA1");
	g_assert_null(offhook_generic_pointers_get_field(none, form));
}

static void
test_refused(void)
{
	static const char *const wrong[] = {
	    "/", "a/b", "//a", "/a/", ",", "/a,,/b", "/a~2b", "/a~", "1,2,3,4,5,6,7,8,9"};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_generic_pointers_new(wrong[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pointers/json", test_json);
	g_test_add_func("/pointers/form", test_form);
	g_test_add_func("/pointers/refused", test_refused);
	return g_test_run();
}
