/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* So many a second. */

#include "limit.h"

static void
test_window(void)
{
	OffhookEmuLimit limit = {0};

	g_assert_true(offhook_emu_limit_pass(&limit, 3, 1));
	g_assert_true(offhook_emu_limit_pass(&limit, 3, 100000));
	g_assert_true(offhook_emu_limit_pass(&limit, 3, 200000));
	g_assert_false(offhook_emu_limit_pass(&limit, 3, 300000));
	g_assert_false(offhook_emu_limit_pass(&limit, 3, 1000000));
	/* what was refused does not count */
	g_assert_true(offhook_emu_limit_pass(&limit, 3, 1000001));
	g_assert_false(offhook_emu_limit_pass(&limit, 3, 1000002));
	offhook_emu_limit_clear(&limit);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulators/vonage/limit/window", test_window);
	return g_test_run();
}
