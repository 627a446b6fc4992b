/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook new: copies the template of a driver, an engine or an agent, with the plugin's name in the place of
 * Acme's.
 */

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <offhook/error.h>

#include "cli/command/commands.h"
#include "cli/client/programs.h"
#include "cli/command/words.h"
#include "config/normalise.h"

/* What the name of a file that begins with a dot begins with in a template. */
#define DOT "dot-"

/* The name in all the ways in which a plugin writes it. */
typedef struct {
	char *plain; /* my-line */
	char *snake; /* my_line_ */
	char *upper; /* MY_LINE */
	char *camel; /* MyLine */
} OffhookNewName;

static void
offhook_new_name_clear(OffhookNewName *name)
{
	g_free(name->plain);
	g_free(name->snake);
	g_free(name->upper);
	g_free(name->camel);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookNewName, offhook_new_name_clear)

static void
offhook_new_name_set(OffhookNewName *name, const char *plain)
{
	g_autofree char *identifier = g_strdelimit(g_strdup(plain), "-", '_');
	g_auto(GStrv) words = g_strsplit(plain, "-", -1);

	for (guint i = 0; words[i] != NULL; i++)
		words[i][0] = g_ascii_toupper(words[i][0]);
	name->plain = g_strdup(plain);
	name->snake = g_strconcat(identifier, "_", NULL);
	name->upper = g_ascii_strup(identifier, -1);
	name->camel = g_strjoinv("", words);
}

/* (transfer full): @text with the name in it */
static char *
offhook_new_name_put(const OffhookNewName *name, const char *text)
{
	const char *const pairs[][2] = {{"acme_", name->snake},
					{"ACME", name->upper},
					{"Acme", name->camel},
					{"acme", name->plain}};
	GString *out = g_string_new(NULL);

	while (*text != '\0') {
		guint i = 0;

		while (i < G_N_ELEMENTS(pairs) && !g_str_has_prefix(text, pairs[i][0]))
			i++;
		if (i == G_N_ELEMENTS(pairs)) {
			g_string_append_c(out, *text++);
			continue;
		}
		g_string_append(out, pairs[i][1]);
		text += strlen(pairs[i][0]);
	}
	return g_string_free(out, FALSE);
}

/* Two of one name can't be loaded. */
static gboolean
offhook_command_new_is_free(const char *kind, const char *name, GError **error)
{
	g_autofree char *build = offhook_programs_get_build_dir();
	g_autofree char *folder = g_strconcat(kind, "s", NULL);
	g_autofree char *file = g_strdup_printf("%s-%s.so", kind, name);
	g_autofree char *path =
	    build != NULL ? g_build_filename(build, "plugins", file, NULL)
			  : g_build_filename(OFFHOOK_PLUGIN_DIR, folder, file, NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
		    "\"%s\": that %s is there already, %s, and two of one name can't be loaded; "
		    "expected another name",
		    name, kind, path);
	return FALSE;
}

static gboolean
offhook_command_new_make_dir(const char *path, GError **error)
{
	if (g_mkdir(path, 0777) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR,
		    errno == EEXIST ? OFFHOOK_ERROR_EXISTS : OFFHOOK_ERROR_STORAGE, "%s: %s", path,
		    g_strerror(errno));
	return FALSE;
}

static gboolean
offhook_command_new_copy_file(const char *from, const char *to, const OffhookNewName *name,
			      GError **error)
{
	g_autofree char *text = NULL;
	g_autofree char *renamed = NULL;

	if (!g_file_get_contents(from, &text, NULL, error))
		return FALSE;
	renamed = offhook_new_name_put(name, text);
	return g_file_set_contents_full(to, renamed, -1, G_FILE_SET_CONTENTS_NONE, 0666, error);
}

static gboolean
offhook_command_new_copy(const char *from, const char *to, const OffhookNewName *name,
			 GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, error);
	const char *entry;
	gboolean copied = dir != NULL && offhook_command_new_make_dir(to, error);

	while (copied && (entry = g_dir_read_name(dir)) != NULL) {
		gboolean hidden = g_str_has_prefix(entry, DOT);
		g_autofree char *plain =
		    offhook_new_name_put(name, entry + (hidden ? strlen(DOT) : 0));
		g_autofree char *leaf = g_strconcat(hidden ? "." : "", plain, NULL);
		g_autofree char *source = g_build_filename(from, entry, NULL);
		g_autofree char *target = g_build_filename(to, leaf, NULL);

		copied = g_file_test(source, G_FILE_TEST_IS_DIR)
			     ? offhook_command_new_copy(source, target, name, error)
			     : offhook_command_new_copy_file(source, target, name, error);
	}
	return copied;
}

/* (transfer full) (nullable): where the template is */
static char *
offhook_command_new_find(const char *kind, const char *templates, GError **error)
{
	g_autofree char *own = offhook_programs_find_data("data/templates", "templates");
	g_autofree char *path = g_build_filename(templates != NULL ? templates : own, kind, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&path);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "there is no template in %s; it comes with the SDK (liboffhook-dev)", path);
	return NULL;
}

/* What pkg-config has to know of an Offhook that is not installed. (transfer full) */
static char *
offhook_command_new_make_environment(void)
{
	g_autofree char *build = offhook_programs_get_build_dir();

	return build != NULL ? g_strdup_printf("PKG_CONFIG_PATH=%s/meson-uninstalled ", build)
			     : g_strdup("");
}

int
offhook_command_new(OffhookClient *client, const OffhookWords *words, GError **error)
{
	const char *kind = offhook_words_get_argument(words, 0);
	const char *plain = offhook_words_get_argument(words, 1);
	const char *dir = offhook_words_get(words, "dir");
	g_auto(OffhookNewName) name = {0};
	g_autofree char *from =
	    offhook_command_new_find(kind, offhook_words_get(words, "templates"), error);
	g_autofree char *environment = offhook_command_new_make_environment();
	g_autofree char *to = NULL;

	if (from == NULL)
		return EXIT_FAILURE;
	if (!offhook_normalise_is_plugin_name(plain)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "\"%s\" can't be a plugin's name; expected [a-z][a-z0-9-]{0,31}",
			    plain);
		return EX_USAGE;
	}
	if (!offhook_command_new_is_free(kind, plain, error))
		return EXIT_FAILURE;
	offhook_new_name_set(&name, plain);
	if (dir != NULL && g_mkdir_with_parents(dir, 0777) != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s", dir,
			    g_strerror(errno));
		return EXIT_FAILURE;
	}
	to = g_build_filename(dir != NULL ? dir : ".", name.plain, NULL);
	if (!offhook_command_new_copy(from, to, &name, error))
		return EXIT_FAILURE;
	g_print("%s: a whole %s, to be changed into yours. README.md there says what is where; "
		"first\n\n"
		"    cd %s && %smeson setup build && meson test -C build\n",
		to, kind, to, environment);
	return EXIT_SUCCESS;
}
