/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finds things in the table of commands.
 */

#include "cli/command/command.h"

#include <string.h>

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
