/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "http/server/process-mark.h"

#include <string.h>

#define OFFHOOK_PROCESS_MARK_DIGITS 8

char *
offhook_process_mark_new(void)
{
	return g_strdup_printf("%0*x", OFFHOOK_PROCESS_MARK_DIGITS, g_random_int());
}

/* What follows @prefix in @path and is a mark with a path behind it; (nullable) */
static const char *
offhook_process_mark_find(const char *path, const char *prefix)
{
	const char *mark;

	if (!g_str_has_prefix(path, prefix))
		return NULL;
	mark = path + strlen(prefix);
	return strspn(mark, "0123456789abcdef") == OFFHOOK_PROCESS_MARK_DIGITS &&
		       mark[OFFHOOK_PROCESS_MARK_DIGITS] == '/'
		   ? mark
		   : NULL;
}

char *
offhook_process_mark_strip(const char *path, char **mark)
{
	static const char *const homes[] = {"/media/", "/voice/webhook/"};

	*mark = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(homes); i++) {
		g_autofree char *prefix = g_strconcat(homes[i], "process/", NULL);
		const char *found = offhook_process_mark_find(path, prefix);

		if (found == NULL)
			continue;
		*mark = g_strndup(found, OFFHOOK_PROCESS_MARK_DIGITS);
		return g_strconcat(homes[i], found + OFFHOOK_PROCESS_MARK_DIGITS + 1, NULL);
	}
	return g_strdup(path);
}
