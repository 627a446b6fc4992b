/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A bounded list of lines for people. Belongs to whoever reads a configuration; one thread at a
 * time.
 */

#include "config/problems.h"

#include <offhook/error.h>

struct _OffhookProblems {
	GPtrArray *lines;
	guint count; /* with those beyond OFFHOOK_PROBLEMS_MAX */
};

OffhookProblems *
offhook_problems_new(void)
{
	OffhookProblems *self = g_new0(OffhookProblems, 1);

	self->lines = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void
offhook_problems_free(OffhookProblems *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->lines);
	g_free(self);
}

void
offhook_problems_add(OffhookProblems *self, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list arguments;

	self->count++;
	if (self->lines->len >= OFFHOOK_PROBLEMS_MAX)
		return;
	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(self->lines, g_utf8_make_valid(line, -1));
}

guint
offhook_problems_count(OffhookProblems *self)
{
	return self->count;
}

const char *
offhook_problems_get(OffhookProblems *self, guint index)
{
	return index < self->lines->len ? g_ptr_array_index(self->lines, index) : NULL;
}

gboolean
offhook_problems_to_error(OffhookProblems *self, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (self->count == 0)
		return TRUE;
	for (guint i = 0; i < self->lines->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
				       offhook_problems_get(self, i));
	if (self->count > self->lines->len)
		g_string_append_printf(text, "\n... and %u more", self->count - self->lines->len);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, text->str);
	return FALSE;
}
