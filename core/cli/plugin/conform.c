/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook conform: hands over to the conformance kit, a program of its own, for only who writes plugins
 * needs it.
 */

#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/command/commands.h"
#include "cli/client/programs.h"
#include "cli/command/words.h"

int
offhook_command_conform(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *const *arguments = offhook_words_get_arguments(words);
	g_autofree char *path = offhook_programs_find("tests/conform", "offhook-conform");
	g_autoptr(GPtrArray) argv = g_ptr_array_new();

	g_ptr_array_add(argv, (gpointer) "conform");
	for (guint i = 0; arguments[i] != NULL; i++)
		g_ptr_array_add(argv, (gpointer)arguments[i]);
	g_ptr_array_add(argv, NULL);
	execv(path, (char *const *)argv->pdata);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "%s: %s; the conformance kit comes with the SDK (liboffhook-dev)", path,
		    g_strerror(errno));
	return EX_UNAVAILABLE;
}
