/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The headers of a collector, as they are configured.
 */

#include <offhook/error.h>

#include "trace/trace-exporter.h"

static void
test_right(void)
{
	static const struct {
		const char *text;
		const char *headers; /* joined by | */
	} rows[] = {
	    {NULL, ""},
	    {"", ""},
	    {"api-key=secret", "api-key: secret"},
	    {" a = b%20c%2Cd , x=y=z ,", "a: b c,d|x: y=z"},
	    {"empty=", "empty: "},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(GStrv) headers = offhook_trace_parse_headers(rows[i].text, &error);
		g_autofree char *joined = NULL;

		g_assert_no_error(error);
		joined = g_strjoinv("|", headers);
		g_assert_cmpstr(joined, ==, rows[i].headers);
	}
}

static void
test_wrong(void)
{
	static const char *const rows[] = {"secret",          "a=b,c", "=b",         "a b=c",
					   "a=%0d%0aEvil: x", "a=%zz", "a\xc3\xa9=b"};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%u", i);
		g_assert_null(offhook_trace_parse_headers(rows[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		/* What may be a key is not repeated. */
		g_assert_null(strstr(error->message, "secret"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trace/headers/right", test_right);
	g_test_add_func("/trace/headers/wrong", test_wrong);
	return g_test_run();
}
