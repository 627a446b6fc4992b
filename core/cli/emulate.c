/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook emulate: hands over to the emulator, a program of its own.
 */

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/commands.h"

/* The emulator of this build, when we run from its tree; else the installed one. */
static char *
offhook_command_emulate_find(const char *provider)
{
	g_autofree char *name = g_strconcat("offhook-emulate-", provider, NULL);
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
	g_autofree char *built =
	    g_build_filename(dir, "..", "tests", "emulators", provider, name, NULL);

	if (g_file_test(built, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&built);
	return g_build_filename(OFFHOOK_LIBEXEC_DIR, name, NULL);
}

int
offhook_command_emulate(OffhookClient *client, char ***argv, GError **error)
{
	g_autofree char *path = NULL;

	if ((*argv)[1] == NULL || !g_ascii_isalpha((*argv)[1][0]) ||
	    strchr((*argv)[1], '/') != NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "usage: offhook emulate twilio [--help] ...");
		return EX_USAGE;
	}
	path = offhook_command_emulate_find((*argv)[1]);
	execv(path, *argv + 1);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "no emulator \"%s\": %s: %s",
		    (*argv)[1], path, g_strerror(errno));
	return EX_UNAVAILABLE;
}
