/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * kill -9 in the middle of writing: what was committed is there, in order, and the call is marked
 * as interrupted at the next start. The writer is this program again, in a process of its own.
 */

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"

#include <stdio.h>
#include <string.h>

#include <gio/gio.h>

#define WRITER "--writer"
#define ROUNDS 5

static const char *program;

/* Says things, a few at a time, and prints how many are committed, for ever. */
static int
run_writer(const char *url)
{
	g_autoptr(GError) error = NULL;
	OffhookStore *store = offhook_store_sync_open(url, NULL, &error);

	g_assert_no_error(error);
	store_sample_begin(store, "c1");
	for (guint i = 1;; i++) {
		store_sample_say(store, "c1", i);
		if (i % 7 != 0)
			continue;
		offhook_store_sync_flush(store);
		if (printf("%u\n", i) < 0 || fflush(stdout) != 0)
			return 1;
	}
}

/* Reads the writer's figures until @enough, and kills it. Returns the last figure read. */
static guint
kill_after(const char *url, guint enough)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) writer =
	    g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, WRITER, url, NULL);
	g_autoptr(GDataInputStream) lines = NULL;
	guint committed = 0;

	g_assert_no_error(error);
	lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(writer));
	while (committed < enough) {
		g_autofree char *line = g_data_input_stream_read_line(lines, NULL, NULL, &error);

		g_assert_no_error(error);
		g_assert_nonnull(line);
		committed = (guint)g_ascii_strtoull(line, NULL, 10);
	}
	g_subprocess_force_exit(writer);
	g_assert_true(g_subprocess_wait(writer, NULL, &error));
	g_assert_true(g_subprocess_get_if_signaled(writer));
	return committed;
}

static void
check_survived(const char *url, guint committed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookConversationRecord) talk = NULL;
	g_autoptr(OffhookCallRecord) call = NULL;
	OffhookStore *store = offhook_store_sync_open(url, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(offhook_store_sync_mark_interrupted(store, "here"), ==, 1);
	call = offhook_store_sync_get_call(store, "c1", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(call->status, ==, "interrupted");
	talk = offhook_store_sync_get_conversation(store, "c1-talk", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(talk->message_count, >=, committed);
	/* No gaps: what came later never survives what came before. */
	store_sample_check_said(store, "c1", talk->message_count);
	offhook_store_sync_close(store);
}

static void
test_killed(void)
{
	for (guint i = 0; i < ROUNDS; i++) {
		g_autofree char *dir = harness_make_dir();
		g_autofree char *url = g_strconcat("sqlite:", dir, "/store.db", NULL);
		guint committed = kill_after(url, 1 + i * 333);

		check_survived(url, committed);
		harness_remove_dir(dir);
	}
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], WRITER) == 0)
		return run_writer(argv[2]);
	program = argv[0];
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/sqlite/crash/killed", test_killed);
	return g_test_run();
}
