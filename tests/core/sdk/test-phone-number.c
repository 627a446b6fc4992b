/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <offhook/call.h>
#include <string.h>

static void
test_numbers(void)
{
	static const char *const right[] = {"+15550100042", "+1234567", "+123456789012345"};
	static const char *const wrong[] = {NULL,
					    "",
					    "+",
					    "15550100042",
					    "+0555010",
					    "+123456",
					    "+15550100042 ",
					    "+1555a100042",
					    "+1234567890123456",
					    "+15550100042\n"};

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(offhook_phone_number_is_valid(right[i]));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_phone_number_is_valid(wrong[i]));
}

static void
test_targets(void)
{
	static const char *const schemes[] = {"sip:", NULL};
	static const char *const right[] = {"+15550100042", "sip:a@b.test"};
	static const char *const wrong[] = {NULL, "", "sip:", "sip:a b", "sips:a@b.test", "nobody"};
	g_autofree char *long_one = g_strnfill(256, 'a');

	for (guint i = 0; i < G_N_ELEMENTS(right); i++)
		g_assert_true(offhook_phone_target_is_valid(right[i], schemes));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(offhook_phone_target_is_valid(wrong[i], schemes));
	memcpy(long_one, "sip:", 4);
	g_assert_false(offhook_phone_target_is_valid(long_one, schemes));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/phone-number/numbers", test_numbers);
	g_test_add_func("/phone-number/targets", test_targets);
	return g_test_run();
}
