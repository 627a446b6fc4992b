/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls by a part of their id. */

#include "cli/client/call-id.h"

#include <offhook/error.h>

#include <string.h>

#define ID "019328a4-7c11-7f3e-9a55-0123456789ab"

static void
test_meant(void)
{
	static const char *const parts[] = {ID, "0193", "019328a4-7c11", "89ab",
					    "9a55-0123456789ab"};
	static const char *const others[] = {"",     "0",          "019",      "9ab",
					     "7c11", "0123456789", "019328a5", ID "0"};

	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		g_assert_true(offhook_call_id_is_meant(ID, parts[i]));
	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_false(offhook_call_id_is_meant(ID, others[i]));
	/* What is no part is asked for as it is. */
	g_assert_false(offhook_call_id_is_part(ID));
	g_assert_false(offhook_call_id_is_part("019"));
}

/* All of a few are named, and of many the first. */
static void
test_ambiguous(void)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(GError) few = NULL;
	g_autoptr(GError) many = NULL;

	g_ptr_array_add(ids, (gpointer) "call-one");
	g_ptr_array_add(ids, (gpointer) "call-two");
	offhook_call_id_set_ambiguous("call", ids, &few);
	g_assert_error(few, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_nonnull(strstr(few->message, "\n  call-one\n  call-two"));
	for (guint i = 0; i < 5; i++)
		g_ptr_array_add(ids, (gpointer) "call-last");
	offhook_call_id_set_ambiguous("call", ids, &many);
	g_assert_nonnull(strstr(many->message, "any of 7 calls"));
	g_assert_nonnull(strstr(many->message, "and 2 more"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/call-id/meant", test_meant);
	g_test_add_func("/cli/call-id/ambiguous", test_ambiguous);
	return g_test_run();
}
