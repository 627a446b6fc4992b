/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: the files that it writes.
 */

#include "cli/setup/setup.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include <offhook/error.h>

#include "cli/print/clean.h"
#include "cli/print/table.h"
#include "config/secret.h"

#define OFFHOOK_SETUP_USER "offhook"

OffhookSetupFiles *
offhook_setup_files_new(void)
{
	OffhookSetupFiles *self = g_new0(OffhookSetupFiles, 1);

	self->text = g_string_new("# Written by offhook setup; every key: offhookd.conf(5).\n");
	self->secrets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)offhook_secret_free);
	return self;
}

void
offhook_setup_files_free(OffhookSetupFiles *self)
{
	g_string_free(self->text, TRUE);
	g_hash_table_unref(self->secrets);
	g_free(self);
}

void
offhook_setup_files_add_section(OffhookSetupFiles *self, const char *kind, const char *name)
{
	g_string_append_printf(self->text, "\n[%s%s%s]\n", kind, name != NULL ? ":" : "",
			       name != NULL ? name : "");
}

/* As a configuration has it: a line's end would begin a key of somebody's own. (transfer full) */
static char *
offhook_setup_escape(const char *value)
{
	static const char meanings[] = "\n\t\r\\";
	static const char letters[] = "ntr\\";
	g_autoptr(GString) raw = g_string_new(NULL);

	/* What is at the ends would be lost. */
	for (const char *c = value; *c != '\0'; c++) {
		const char *found = strchr(meanings, *c);

		if (found != NULL)
			g_string_append_printf(raw, "\\%c", letters[found - meanings]);
		else if (*c == ' ' && (c == value || c[1] == '\0'))
			g_string_append(raw, "\\s");
		else
			g_string_append_c(raw, *c);
	}
	return offhook_clean_text(raw->str);
}

void
offhook_setup_files_add(OffhookSetupFiles *self, const char *key, const char *value)
{
	g_autofree char *escaped = value != NULL ? offhook_setup_escape(value) : NULL;

	if (escaped != NULL)
		g_string_append_printf(self->text, "%s=%s\n", key, escaped);
}

void
offhook_setup_files_add_secret(OffhookSetupFiles *self, const char *section, const char *key,
			       const char *value)
{
	g_autofree char *name = NULL;

	if (value == NULL)
		return;
	name = g_strdup_printf("%s-%s", section, key);
	g_string_append_printf(self->text, "%s-file=%s\n", key, name);
	g_hash_table_insert(self->secrets, g_steal_pointer(&name), g_strdup(value));
}

char *
offhook_setup_files_find_existing(OffhookSetupFiles *self, const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);
	GHashTableIter iter;
	gpointer name;

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_strdup(path);
	g_hash_table_iter_init(&iter, self->secrets);
	while (g_hash_table_iter_next(&iter, &name, NULL)) {
		g_autofree char *secret = g_build_filename(dir, name, NULL);

		if (g_file_test(secret, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&secret);
	}
	return NULL;
}

gboolean
offhook_setup_files_can_write(const char *path, GError **error)
{
	g_autofree char *dir = g_path_get_dirname(path);

	/* What is not there yet will be made. */
	while (!g_file_test(dir, G_FILE_TEST_EXISTS)) {
		char *parent = g_path_get_dirname(dir);

		g_free(dir);
		dir = parent;
	}
	if (g_file_test(dir, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_DIR) &&
	    access(dir, W_OK | X_OK) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "%s can't be written: be root, or say --output FILE", path);
	return FALSE;
}

/* A service of its own user could not read what is root's alone. */
static gboolean
offhook_setup_write_file(const char *path, const char *text, GError **error)
{
	const struct passwd *user = geteuid() == 0 ? getpwnam(OFFHOOK_SETUP_USER) : NULL;

	if (!g_file_set_contents_full(path, text, -1,
				      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
				      0600, error))
		return FALSE;
	if (user == NULL || lchown(path, user->pw_uid, user->pw_gid) == 0)
		return TRUE;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
		    g_strerror(errno));
	return FALSE;
}

/* The secrets first: a configuration that names them is never there without them. */
gboolean
offhook_setup_files_write(OffhookSetupFiles *self, const char *path, GError **error)
{
	g_autofree char *dir = g_path_get_dirname(path);
	GHashTableIter iter;
	gpointer name, value;

	if (g_mkdir_with_parents(dir, 0755) != 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", dir,
			    g_strerror(errno));
		return FALSE;
	}
	g_hash_table_iter_init(&iter, self->secrets);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree char *secret = g_build_filename(dir, name, NULL);

		if (!offhook_setup_write_file(secret, value, error))
			return FALSE;
	}
	return offhook_setup_write_file(path, self->text->str, error);
}
