/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where a secret may be instead of in the configuration itself: a file of its own, or one of the service
 * manager's credentials. Runs in the thread that reads.
 */

#include "config/config-private.h"
#include "config/secret.h"

#include <offhook/error.h>

#include <string.h>

#define OFFHOOK_SECRET_FILE_SUFFIX "-file"

/* Others may not read a secret's file; a group may, as packages arrange it. */
#define OFFHOOK_SECRET_FORBIDDEN 0037

char *
offhook_config_dup_secret_name(const char *key)
{
	return g_str_has_suffix(key, OFFHOOK_SECRET_FILE_SUFFIX)
		   ? g_strndup(key, strlen(key) - strlen(OFFHOOK_SECRET_FILE_SUFFIX))
		   : NULL;
}

/* (transfer full) (nullable): what a secret's file says, or a problem */
static OffhookConfigValue *
offhook_config_read_secret(const char *path, const char *origin, gboolean must_exist,
			   OffhookProblems *problems)
{
	g_autoptr(GError) local = NULL;
	char *secret = offhook_secret_read_file(path, OFFHOOK_SECRET_FORBIDDEN, &local);
	OffhookConfigValue *value;

	if (secret == NULL) {
		if (must_exist || !g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND))
			offhook_problems_add(problems, "%s: %s", origin, local->message);
		return NULL;
	}
	value = offhook_config_value_new(secret, origin);
	offhook_secret_free(secret);
	return value;
}

OffhookConfigValue *
offhook_config_find_secret(OffhookConfig *self, const char *section, const char *key,
			   const char *credential, const OffhookConfigValue *direct,
			   OffhookProblems *problems)
{
	g_autofree char *file_key = g_strconcat(key, OFFHOOK_SECRET_FILE_SUFFIX, NULL);
	OffhookConfigValue *file = offhook_config_find_value(self, section, file_key);
	OffhookConfigValue *folder = offhook_config_find_variable(self, "CREDENTIALS_DIRECTORY");
	g_autofree char *path = NULL;

	/* An empty value is how one says "none" over an earlier file. */
	if (file != NULL && *file->text == '\0')
		file = NULL;
	if (file != NULL && direct != NULL) {
		offhook_problems_add(problems, "%s: [%s] %s: %s is given too (%s)", file->origin,
				     section, file_key, key, direct->origin);
		return NULL;
	}
	if (direct != NULL)
		return NULL;
	if (file != NULL) {
		g_autofree char *text = offhook_config_expand(self, file->text);

		path = g_canonicalize_filename(text, self->directory);
		return offhook_config_read_secret(path, file->origin, TRUE, problems);
	}
	if (folder == NULL)
		return NULL;
	path = g_build_filename(folder->text, credential, NULL);
	return offhook_config_read_secret(path, "credential", FALSE, problems);
}
