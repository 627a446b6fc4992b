/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints offhook(1): a frame, and in it every command and option, from the table that the program itself
 * goes by. Runs in the build.
 */

#include <stdlib.h>

#include "cli/command/command.h"

/* FRAME */
int
main(int argc, char **argv)
{
	g_autofree char *frame = NULL;
	g_autofree char *commands = offhook_command_print_man_commands();
	g_autofree char *options = offhook_command_print_man_options();
	g_autoptr(GString) page = NULL;
	g_autoptr(GError) error = NULL;

	g_assert(argc == 2);
	if (!g_file_get_contents(argv[1], &frame, NULL, &error)) {
		g_printerr("%s\n", error->message);
		return EXIT_FAILURE;
	}
	page = g_string_new(frame);
	if (g_string_replace(page, "@COMMANDS@\n", commands, 1) != 1 ||
	    g_string_replace(page, "@OPTIONS@\n", options, 1) != 1) {
		g_printerr("%s: @COMMANDS@ or @OPTIONS@ is missing\n", argv[1]);
		return EXIT_FAILURE;
	}
	g_print("%s", page->str);
	return EXIT_SUCCESS;
}
