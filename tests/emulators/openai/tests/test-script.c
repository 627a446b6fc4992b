/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scripts: what is found in them, and what is refused. */

#include "emu-error.h"
#include "script.h"

#include <glib/gstdio.h>

static OffhookEmuOpenaiScript *
load(const gchar *text, GError **error)
{
	g_autofree gchar *path = NULL;
	gint fd = g_file_open_tmp("script-XXXXXX.json", &path, NULL);
	OffhookEmuOpenaiScript *script;

	g_assert_cmpint(fd, >=, 0);
	g_close(fd, NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	script = offhook_emu_openai_script_load(path, error);
	g_unlink(path);
	return script;
}

static void
test_find(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuOpenaiScript) script =
	    load("{\"answers\":[{\"if\":\"Book\",\"tools\":[{\"name\":\"book\",\"arguments\":{}}]},"
		 "{\"after_tool\":true,\"text\":\"Done.\"},{\"if\":\"x\",\"fault\":\"stall\"},"
		 "{\"text\":\"Well.\"}],\"transcripts\":[\"one\",\"two\"]}",
		 &error);

	g_assert_no_error(error);
	g_assert_nonnull(offhook_emu_openai_script_find(script, "please BOOK it", FALSE)->tools);
	g_assert_cmpstr(offhook_emu_openai_script_find(script, "book", TRUE)->text, ==, "Done.");
	g_assert_cmpint(offhook_emu_openai_script_find(script, "x", FALSE)->fault, ==,
			OFFHOOK_EMU_FAULT_STALL);
	g_assert_cmpstr(offhook_emu_openai_script_find(script, "hi", FALSE)->text, ==, "Well.");
	g_assert_cmpstr(offhook_emu_openai_script_take_transcript(script), ==, "one");
	g_assert_cmpstr(offhook_emu_openai_script_take_transcript(script), ==, "two");
	g_assert_cmpstr(offhook_emu_openai_script_take_transcript(script), ==, "one");
}

static void
test_refused(void)
{
	static const gchar *const scripts[] = {
	    "",
	    "[]",
	    "{\"answer\":[]}",
	    "{\"answers\":{}}",
	    "{\"answers\":[5]}",
	    "{\"transcripts\":[5]}",
	    "{\"answers\":[{\"txt\":\"x\"}]}",
	    "{\"answers\":[{\"text\":5}]}",
	    "{\"answers\":[{\"fault\":\"flood\"}]}",
	    "{\"answers\":[{\"tools\":[{\"name\":\"book\"}]}]}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(load(scripts[i], &error));
		g_assert_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/emulator/openai/find", test_find);
	g_test_add_func("/emulator/openai/refused", test_refused);
	return g_test_run();
}
