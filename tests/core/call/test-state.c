/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The state table: every pair of states.
 */

#include "call/call.h"

static void
test_state_table(void)
{
	const gboolean allowed[OFFHOOK_CALL_STATE_LAST][OFFHOOK_CALL_STATE_LAST] = {
	    /* to:		   new	  ringing active ended */
	    [OFFHOOK_CALL_NEW] = {FALSE, TRUE, TRUE, TRUE},
	    [OFFHOOK_CALL_RINGING] = {FALSE, FALSE, TRUE, TRUE},
	    [OFFHOOK_CALL_ACTIVE] = {FALSE, FALSE, FALSE, TRUE},
	    [OFFHOOK_CALL_ENDED] = {FALSE, FALSE, FALSE, FALSE},
	};

	for (guint from = 0; from < OFFHOOK_CALL_STATE_LAST; from++)
		for (guint to = 0; to < OFFHOOK_CALL_STATE_LAST; to++)
			g_assert_cmpint(offhook_call_can_change(from, to), ==, allowed[from][to]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/call/state/table", test_state_table);
	return g_test_run();
}
