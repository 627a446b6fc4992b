/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Form fields there and back. */

#include "../form.h"

static void
test_encode(void)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_new();
	g_autofree gchar *text = NULL;

	offhook_emu_form_add(form, "To", "+15550100002");
	offhook_emu_form_add(form, "Body", "a b&c=d \xc3\xa9");
	text = offhook_emu_form_encode(form);
	g_assert_cmpstr(text, ==, "To=%2B15550100002&Body=a+b%26c%3Dd+%C3%A9");
}

static void
test_parse(void)
{
	g_autoptr(OffhookEmuForm) form =
	    offhook_emu_form_parse("To=%2B1555&Event=a&Event=b+c&empty=&=nameless&bare&bad=%zz");

	g_assert_cmpuint(form->fields->len, ==, 6);
	g_assert_cmpstr(offhook_emu_form_get(form, "To"), ==, "+1555");
	g_assert_true(offhook_emu_form_has(form, "Event", "b c"));
	g_assert_null(offhook_emu_form_get(form, "empty"));
	g_assert_null(offhook_emu_form_get(form, "absent"));
	g_assert_cmpstr(offhook_emu_form_get(form, "bad"), ==, "%zz");
}

static void
test_nothing(void)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_form_parse(NULL);
	g_autofree gchar *text = offhook_emu_form_encode(form);

	g_assert_cmpstr(text, ==, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/form/encode", test_encode);
	g_test_add_func("/emulators/form/parse", test_parse);
	g_test_add_func("/emulators/form/nothing", test_nothing);
	return g_test_run();
}
