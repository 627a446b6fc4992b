/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long to wait after a failure.
 */

#include "delivery/retry-delay.h"

#define SECOND ((gint64)G_USEC_PER_SEC)
#define NOW    (1714564800 * SECOND) /* 2024-05-01T12:00:00Z */

static void
test_growing(void)
{
	gint64 most = SECOND;

	for (guint failures = 1; failures <= 100; failures++) {
		gint64 delay = offhook_retry_delay_make(failures);

		g_assert_cmpint(delay, <=, most);
		g_assert_cmpint(delay, >=, most / 4 * 3);
		most = MIN(most * 2, 3600 * SECOND);
	}
}

static gint64
read_delay(const char *text)
{
	g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
	const OffhookWebResponse response = {.status = 429, .headers = headers};

	g_hash_table_insert(headers, (gpointer) "retry-after", (gpointer)text);
	return offhook_retry_delay_read(&response, NOW);
}

static void
test_asked_for(void)
{
	g_assert_cmpint(offhook_retry_delay_read(NULL, NOW), ==, 0);
	g_assert_cmpint(read_delay("7"), ==, 7 * SECOND);
	g_assert_cmpint(read_delay("999999999"), ==, 86400 * SECOND);
	g_assert_cmpint(read_delay("Wed, 01 May 2024 12:00:30 GMT"), ==, 30 * SECOND);
	g_assert_cmpint(read_delay("Wed, 01 May 2024 11:00:00 GMT"), ==, 0);
	g_assert_cmpint(read_delay("-5"), ==, 0);
	g_assert_cmpint(read_delay("soon"), ==, 0);
	g_assert_cmpint(read_delay(""), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/retry-delay/growing", test_growing);
	g_test_add_func("/retry-delay/asked-for", test_asked_for);
	return g_test_run();
}
