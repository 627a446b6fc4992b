/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a line of the log may hold, whoever has chosen its words.
 */

#include "base/log.h"

static void
test_printable(void)
{
	static const struct {
		const char *message;
		const char *line;
	} cases[] = {
	    {"", ""},
	    {"call 1: inbound from +1•••01", "call 1: inbound from +1•••01"},
	    {"a\r\n12:00:00 b", "a\\x0d\\x0a12:00:00 b"},
	    {"\x1b[2J\t\x7f", "\\x1b[2J\\x09\\x7f"},
	    {"\xc2\x9b"
	     "2J",
	     "\\x9b2J"},
	    {"a\xff", "a\uFFFD"},
	    {"'+15550100042' is not valid; +1 555", "'+1•••42' is not valid; +1 555"},
	    {"+15550100042,+15550100043", "+1•••42,+1•••43"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *line = offhook_log_make_printable(cases[i].message);

		g_assert_cmpstr(line, ==, cases[i].line);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/log/printable", test_printable);
	return g_test_run();
}
