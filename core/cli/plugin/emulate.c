/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook emulate: hands over to the emulator, a program of its own.
 */

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/command/commands.h"
#include "cli/client/programs.h"

#define PROGRAM "offhook-emulate-"

/* Where this build keeps its emulators, when we run from its tree. */
static char *
offhook_command_emulate_get_build_dir(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : g_strdup(".");

	return g_build_filename(dir, "..", "tests", "emulators", NULL);
}

static char *
offhook_command_emulate_find_built(const char *build_dir, const char *provider)
{
	g_autofree char *name = g_strconcat(PROGRAM, provider, NULL);
	g_autofree char *path = g_build_filename(build_dir, provider, name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer(&path) : NULL;
}

/* The emulator of this build, else the installed one. */
static char *
offhook_command_emulate_find(const char *provider)
{
	g_autofree char *built = g_build_filename("tests", "emulators", provider, NULL);
	g_autofree char *name = g_strconcat(PROGRAM, provider, NULL);

	return offhook_programs_find(built, name);
}

static gint
offhook_command_emulate_compare(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

char *
offhook_emulate_list(void)
{
	g_autofree char *build_dir = offhook_command_emulate_get_build_dir();
	g_autoptr(GDir) built = g_dir_open(build_dir, 0, NULL);
	g_autofree char *libexec = offhook_programs_get_libexec_dir();
	g_autoptr(GDir) installed = g_dir_open(libexec, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (built != NULL && (name = g_dir_read_name(built)) != NULL) {
		g_autofree char *path = offhook_command_emulate_find_built(build_dir, name);

		if (path != NULL)
			g_ptr_array_add(names, g_strdup(name));
	}
	while (installed != NULL && (name = g_dir_read_name(installed)) != NULL) {
		const char *provider = name + strlen(PROGRAM);

		if (g_str_has_prefix(name, PROGRAM) &&
		    !g_ptr_array_find_with_equal_func(names, provider, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(provider));
	}
	g_ptr_array_sort(names, offhook_command_emulate_compare);
	g_ptr_array_add(names, NULL);
	return g_strjoinv("|", (char **)names->pdata);
}

int
offhook_command_emulate(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *const *arguments = offhook_words_get_arguments(words);
	const char *provider = arguments[0];
	g_autofree char *path = NULL;
	g_autofree char *names = NULL;

	if (provider == NULL || !g_ascii_isalpha(*provider) || strchr(provider, '/') != NULL) {
		names = offhook_emulate_list();
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "usage: offhook emulate %s [--help] ...",
			    *names != '\0' ? names : "PROVIDER (none is installed)");
		return EX_USAGE;
	}
	path = offhook_command_emulate_find(provider);
	execv(path, (char *const *)arguments);
	if (errno == ENOENT) {
		names = offhook_emulate_list();
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
			    "there is no emulator \"%s\", expected %s", provider,
			    *names != '\0' ? names : "one to be installed");
		return EX_UNAVAILABLE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "emulator \"%s\": %s: %s",
		    provider, path, g_strerror(errno));
	return EX_UNAVAILABLE;
}
