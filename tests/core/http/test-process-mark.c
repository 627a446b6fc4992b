/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Addresses that tell which process they are of.
 */

#include "http/server/process-mark.h"

static void
test_process_mark_expect(const char *path, const char *plain, const char *mark)
{
	g_autofree char *found = NULL;
	g_autofree char *stripped = offhook_process_mark_strip(path, &found);

	g_assert_cmpstr(stripped, ==, plain);
	g_assert_cmpstr(found, ==, mark);
}

static void
test_process_mark_strip(void)
{
	test_process_mark_expect("/media/process/1a2b3c4d/twilio", "/media/twilio", "1a2b3c4d");
	test_process_mark_expect("/media/process/1a2b3c4d/twilio/x", "/media/twilio/x", "1a2b3c4d");
	test_process_mark_expect("/voice/webhook/process/00000000/yours/events/y-1",
				 "/voice/webhook/yours/events/y-1", "00000000");
}

/* A driver may be called "process", and its paths may look strange. */
static void
test_process_mark_none(void)
{
	static const char *const paths[] = {
	    "/media/twilio",
	    "/media/process",
	    "/media/process/",
	    "/media/process/1a2b3c4d",
	    "/media/process/1a2b3c4/twilio",
	    "/media/process/1a2b3c4d5/twilio",
	    "/media/process/1A2B3C4D/twilio",
	    "/voice/calls/process/1a2b3c4d/end",
	    "",
	};

	for (guint i = 0; i < G_N_ELEMENTS(paths); i++)
		test_process_mark_expect(paths[i], paths[i], NULL);
}

static void
test_process_mark_new(void)
{
	g_autofree char *mark = offhook_process_mark_new();
	g_autofree char *path = g_strconcat("/media/process/", mark, "/twilio", NULL);

	test_process_mark_expect(path, "/media/twilio", mark);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/process-mark/strip", test_process_mark_strip);
	g_test_add_func("/process-mark/none", test_process_mark_none);
	g_test_add_func("/process-mark/new", test_process_mark_new);
	return g_test_run();
}
