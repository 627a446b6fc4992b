/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds things in the table of commands.
 */

#include "cli/command/command.h"

#include <string.h>

#include "config/nearest.h"

const OffhookCommand *
offhook_command_find(const char *name)
{
	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++)
		if (g_str_equal(name, each->name))
			return each;
	return NULL;
}

gboolean
offhook_command_is_family(const char *word)
{
	gsize length = strlen(word);

	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++)
		if (strncmp(each->name, word, length) == 0 && each->name[length] == ' ')
			return TRUE;
	return FALSE;
}

/* "assistant check" or "db check" of check. (transfer full): "" when there is none */
static char *
offhook_command_find_second(const char *word)
{
	g_autofree char *end = g_strconcat(" ", word, NULL);
	GString *names = g_string_new(NULL);

	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++)
		if (!each->hidden && g_str_has_suffix(each->name, end))
			g_string_append_printf(names, "%s\"%s\"", names->len > 0 ? " or " : "",
					       each->name);
	return g_string_free(names, FALSE);
}

char *
offhook_command_hint(const char *word)
{
	g_autofree char *second = offhook_command_find_second(word);
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (*second != '\0')
		return g_strdup_printf(" (did you mean %s?)", second);
	for (const OffhookCommand *each = offhook_commands; each->name != NULL; each++)
		if (!each->hidden)
			g_ptr_array_add(names, (char *)each->name);
	g_ptr_array_add(names, NULL);
	return offhook_nearest_hint(word, (const char *const *)names->pdata);
}

const OffhookOption *
offhook_command_get_option(const OffhookCommand *self, guint i)
{
	for (guint set = 0; self != NULL && set < OFFHOOK_COMMAND_MAX_OPTION_SETS; set++)
		for (const OffhookOption *each = self->options[set];
		     each != NULL && each->name != NULL; each++)
			if (i-- == 0)
				return each;
	for (const OffhookOption *each = offhook_global_options; each->name != NULL; each++)
		if (i-- == 0)
			return each;
	return NULL;
}

guint
offhook_command_count_arguments(const OffhookCommand *self)
{
	guint n = 0;

	while (n < OFFHOOK_COMMAND_MAX_ARGUMENTS && self->arguments[n].name != NULL)
		n++;
	return n;
}
