/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RFC 3339 times.
 */

#include "base/timestamp.h"

#include <offhook/error.h>

static void
check_format(gint64 us, const char *expected)
{
	g_autofree char *text = offhook_timestamp_format(us);

	g_assert_cmpstr(text, ==, expected);
}

static void
test_format(void)
{
	check_format(0, "1970-01-01T00:00:00.000Z");
	check_format(1, "1970-01-01T00:00:00.000Z");
	check_format(-1, "1969-12-31T23:59:59.999Z");
	check_format(1714564800123999, "2024-05-01T12:00:00.123Z");
	check_format(G_GINT64_CONSTANT(-62135596800000000), "0001-01-01T00:00:00.000Z");
	check_format(G_GINT64_CONSTANT(253402300799999999), "9999-12-31T23:59:59.999Z");
	check_format(G_GINT64_CONSTANT(-62135596800000001), NULL);
	check_format(G_GINT64_CONSTANT(253402300800000000), NULL);
	check_format(G_MAXINT64, NULL);
	check_format(G_MININT64, NULL);
}

static void
check_parse(const char *text, gint64 expected)
{
	g_autoptr(GError) error = NULL;
	gint64 us = -1;

	g_assert_true(offhook_timestamp_parse(text, &us, &error));
	g_assert_no_error(error);
	g_assert_cmpint(us, ==, expected);
}

static void
test_parse(void)
{
	check_parse("1970-01-01T00:00:00Z", 0);
	check_parse("2024-05-01T12:00:00.123Z", 1714564800123000);
	check_parse("2024-05-01t12:00:00.123456789z", 1714564800123456);
	check_parse("2024-05-01 12:00:00.1Z", 1714564800100000);
	check_parse("2024-05-01T14:30:00+02:30", 1714564800000000);
	check_parse("2024-05-01T00:00:00-12:00", 1714564800000000);
	check_parse("2016-12-31T23:59:60Z", 1483228800000000);
	check_parse("2024-02-29T00:00:00Z", 1709164800000000);
}

static void
test_parse_wrong(void)
{
	static const char *const texts[] = {
	    "",
	    "now",
	    "2024-05-01",
	    "2024-05-01T12:00:00",
	    "2024-05-01T12:00Z",
	    "2024-05-01T12:00:00.Z",
	    "2024-05-01T12:00:00Zx",
	    "2024-05-01T12:00:61Z",
	    "2024-05-01T24:00:00Z",
	    "2024-05-01T12:60:00Z",
	    "2023-02-29T00:00:00Z",
	    "2024-13-01T00:00:00Z",
	    "0000-01-01T00:00:00Z",
	    "2024-05-01T12:00:00+24:00",
	    "2024-05-01T12:00:00+0200",
	    "2024-05-01T12:00:00+02:0",
	    "24-05-01T12:00:00Z",
	    " 2024-05-01T12:00:00Z",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		gint64 us = 17;

		g_assert_false(offhook_timestamp_parse(texts[i], &us, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
		g_assert_cmpint(us, ==, 17);
	}
}

static void
test_there_and_back(void)
{
	for (gint64 us = 1; us < G_GINT64_CONSTANT(200000000000000000); us = us * 3 + 1000) {
		gint64 ms = us / 1000 * 1000;
		g_autofree char *text = offhook_timestamp_format(us);

		check_parse(text, ms);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/timestamp/format", test_format);
	g_test_add_func("/base/timestamp/parse", test_parse);
	g_test_add_func("/base/timestamp/parse-wrong", test_parse_wrong);
	g_test_add_func("/base/timestamp/there-and-back", test_there_and_back);
	return g_test_run();
}
