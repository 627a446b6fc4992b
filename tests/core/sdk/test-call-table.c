/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A driver's calls by both their names, and what makes room.
 */

#include <offhook/call-table.h>

static guint freed;

static void
free_cb(gpointer data)
{
	freed++;
	g_free(data);
}

static OffhookCallTable *
table_new(guint limit)
{
	freed = 0;
	return offhook_call_table_new(limit, free_cb);
}

static void
test_both_names(void)
{
	g_autoptr(OffhookCallTable) table = table_new(4);

	offhook_call_table_add(table, "a", "provider-a", g_strdup("first"));
	offhook_call_table_add(table, "b", NULL, g_strdup("second"));
	g_assert_cmpstr(offhook_call_table_find(table, "a"), ==, "first");
	g_assert_cmpstr(offhook_call_table_find_id(table, "provider-a"), ==, "a");
	g_assert_cmpstr(offhook_call_table_get_provider_id(table, "a"), ==, "provider-a");
	g_assert_null(offhook_call_table_get_provider_id(table, "b"));
	g_assert_null(offhook_call_table_find_id(table, "provider-b"));
	g_assert_null(offhook_call_table_find(table, NULL));
	g_assert_null(offhook_call_table_find_id(table, NULL));
}

static void
test_name(void)
{
	g_autoptr(OffhookCallTable) table = table_new(4);

	offhook_call_table_add(table, "a", NULL, g_strdup("first"));
	offhook_call_table_add(table, "b", NULL, g_strdup("second"));
	g_assert_true(offhook_call_table_name(table, "a", "x"));
	g_assert_true(offhook_call_table_name(table, "a", "x"));
	g_assert_false(offhook_call_table_name(table, "a", "y"));
	g_assert_false(offhook_call_table_name(table, "b", "x"));
	g_assert_false(offhook_call_table_name(table, "c", "z"));
	g_assert_cmpstr(offhook_call_table_find_id(table, "x"), ==, "a");
}

static void
test_oldest_make_room(void)
{
	g_autoptr(OffhookCallTable) table = table_new(2);

	offhook_call_table_add(table, "a", "x", g_strdup("first"));
	offhook_call_table_add(table, "b", "y", g_strdup("second"));
	offhook_call_table_add(table, "c", "z", g_strdup("third"));
	g_assert_cmpuint(offhook_call_table_get_size(table), ==, 2);
	g_assert_cmpuint(freed, ==, 1);
	g_assert_null(offhook_call_table_find(table, "a"));
	g_assert_null(offhook_call_table_find_id(table, "x"));
	g_assert_nonnull(offhook_call_table_find(table, "b"));
}

/* A provider's name that is used again means the new call, also when the old one is dropped. */
static void
test_name_used_again(void)
{
	g_autoptr(OffhookCallTable) table = table_new(4);

	offhook_call_table_add(table, "a", "x", g_strdup("old"));
	offhook_call_table_add(table, "b", "x", g_strdup("new"));
	g_assert_cmpstr(offhook_call_table_find_id(table, "x"), ==, "b");
	offhook_call_table_remove(table, "a");
	g_assert_cmpstr(offhook_call_table_find_id(table, "x"), ==, "b");
	offhook_call_table_add(table, "b", "w", g_strdup("newer"));
	g_assert_null(offhook_call_table_find_id(table, "x"));
	g_assert_cmpuint(freed, ==, 2);
	offhook_call_table_remove(table, "nobody");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/call-table/both-names", test_both_names);
	g_test_add_func("/call-table/name", test_name);
	g_test_add_func("/call-table/oldest-make-room", test_oldest_make_room);
	g_test_add_func("/call-table/name-used-again", test_name_used_again);
	return g_test_run();
}
