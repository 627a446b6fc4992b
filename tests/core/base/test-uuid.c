/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * UUIDs of version 7.
 */

#include "base/uuid.h"

#include <string.h>

#define THREADS 4
#define MANY    20000

static void
test_layout(void)
{
	gint64 before = g_get_real_time() / 1000;
	g_autofree char *uuid = offhook_uuid_new_v7();
	gint64 ms = offhook_uuid_get_unix_ms(uuid);

	g_assert_true(offhook_uuid_is_valid(uuid));
	g_assert_true(g_uuid_string_is_valid(uuid));
	g_assert_cmpint(uuid[14], ==, '7');
	g_assert_nonnull(strchr("89ab", uuid[19]));
	g_assert_cmpint(ms, >=, before);
	g_assert_cmpint(ms, <=, g_get_real_time() / 1000 + 1);
}

/* The example of RFC 9562, appendix A.6. */
static void
test_known(void)
{
	g_assert_cmpint(offhook_uuid_get_unix_ms("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), ==,
			G_GINT64_CONSTANT(0x017f22e279b0));
}

static void
test_not_one(void)
{
	static const char *const texts[] = {
	    "",
	    "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
	    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
	    "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
	    "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
	    "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_assert_false(offhook_uuid_is_valid(texts[i]));
		g_assert_cmpint(offhook_uuid_get_unix_ms(texts[i]), ==, -1);
	}
	g_assert_false(offhook_uuid_is_valid(NULL));
	/* A UUID, but of version 4. */
	g_assert_true(offhook_uuid_is_valid("919108f7-52d1-4320-9bac-f847db4148a8"));
	g_assert_cmpint(offhook_uuid_get_unix_ms("919108f7-52d1-4320-9bac-f847db4148a8"), ==, -1);
}

/* More in a millisecond than the counter has numbers. */
static gpointer
make_many(gpointer data)
{
	GPtrArray *uuids = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < MANY; i++) {
		g_ptr_array_add(uuids, offhook_uuid_new_v7());
		if (i > 0)
			g_assert_cmpstr(g_ptr_array_index(uuids, i), >,
					g_ptr_array_index(uuids, i - 1));
	}
	return uuids;
}

static void
test_increasing_and_unique(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GThread *threads[THREADS];
	GPtrArray *uuids[THREADS];

	for (guint i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("uuids", make_many, NULL);
	for (guint i = 0; i < THREADS; i++) {
		uuids[i] = g_thread_join(threads[i]);
		for (guint j = 0; j < MANY; j++)
			g_assert_true(g_hash_table_add(seen, g_ptr_array_index(uuids[i], j)));
	}
	for (guint i = 0; i < THREADS; i++)
		g_ptr_array_unref(uuids[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/uuid/layout", test_layout);
	g_test_add_func("/base/uuid/known", test_known);
	g_test_add_func("/base/uuid/not-one", test_not_one);
	g_test_add_func("/base/uuid/increasing-and-unique", test_increasing_and_unique);
	return g_test_run();
}
