/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A buffer for the line that has begun. One thread.
 */

#include "mcp-lines.h"

#include <string.h>

#define CUT_SIZE 4096

struct _OffhookMcpLines {
	gsize max_size; /* 0: long lines are cut */
	OffhookMcpLineFunc func;
	gpointer user_data;
	GString *line;
};

OffhookMcpLines *
offhook_mcp_lines_new(gsize max_size, OffhookMcpLineFunc func, gpointer user_data)
{
	OffhookMcpLines *self = g_new0(OffhookMcpLines, 1);

	self->max_size = max_size;
	self->func = func;
	self->user_data = user_data;
	self->line = g_string_new(NULL);
	return self;
}

void
offhook_mcp_lines_free(OffhookMcpLines *self)
{
	if (self == NULL)
		return;
	g_string_free(self->line, TRUE);
	g_free(self);
}

static gboolean
offhook_mcp_lines_append(OffhookMcpLines *self, const char *data, gsize size)
{
	gsize limit = self->max_size > 0 ? self->max_size : CUT_SIZE;
	gsize room = limit - MIN(self->line->len, limit);

	if (size > room && self->max_size > 0)
		return FALSE;
	g_string_append_len(self->line, data, (gssize)MIN(size, room));
	return TRUE;
}

gboolean
offhook_mcp_lines_push(OffhookMcpLines *self, const char *data, gsize size)
{
	const char *end = data + size;

	while (data < end) {
		const char *feed = memchr(data, '\n', (gsize)(end - data));

		if (!offhook_mcp_lines_append(self, data,
					      (gsize)((feed != NULL ? feed : end) - data)))
			return FALSE;
		if (feed == NULL)
			return TRUE;
		if (self->line->len > 0 && self->line->str[self->line->len - 1] == '\r')
			g_string_truncate(self->line, self->line->len - 1);
		if (self->line->len > 0)
			self->func(self->user_data, self->line->str, self->line->len);
		g_string_truncate(self->line, 0);
		data = feed + 1;
	}
	return TRUE;
}
