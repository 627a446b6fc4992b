/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Server-sent events, as the HTML standard describes them, and one habit of servers besides: an
 * error as a field of its own ("error: {...}"), which becomes an event of that name. One thread.
 */

#include <offhook/sse-parser.h>

#include <offhook/error.h>
#include <string.h>

struct _OffhookSseParser {
	OffhookSseFunc func;
	gpointer user_data;
	GString *line;
	GString *data; /* of the event so far, each line with an LF */
	char *event;   /* (nullable) */
	gboolean after_cr;
	gboolean begun; /* the first line is over: a byte order mark would stand there */
};

OffhookSseParser *
offhook_sse_parser_new(OffhookSseFunc func, gpointer user_data)
{
	OffhookSseParser *self = g_new0(OffhookSseParser, 1);

	self->func = func;
	self->user_data = user_data;
	self->line = g_string_new(NULL);
	self->data = g_string_new(NULL);
	return self;
}

void
offhook_sse_parser_free(OffhookSseParser *self)
{
	if (self == NULL)
		return;
	g_string_free(self->line, TRUE);
	g_string_free(self->data, TRUE);
	g_free(self->event);
	g_free(self);
}

static gboolean
offhook_sse_parser_dispatch(OffhookSseParser *self, GError **error)
{
	g_autofree char *event = g_steal_pointer(&self->event);
	gboolean good = TRUE;

	if (self->data->len > 1) {
		g_string_truncate(self->data, self->data->len - 1);
		good = self->func(self->user_data, event, self->data->str, self->data->len, error);
	}
	g_string_truncate(self->data, 0);
	return good;
}

static void
offhook_sse_parser_take_field(OffhookSseParser *self, const char *name, const char *value)
{
	gboolean is_error = g_str_equal(name, "error");

	if (g_str_equal(name, "data") || is_error) {
		g_string_append(self->data, value);
		g_string_append_c(self->data, '\n');
	}
	if (g_str_equal(name, "event") || is_error) {
		g_free(self->event);
		self->event = g_strdup(is_error ? "error" : value);
	}
}

static gboolean
offhook_sse_parser_take_line(OffhookSseParser *self, GError **error)
{
	char *line = self->line->str;
	char *colon;

	if (!self->begun && g_str_has_prefix(line, "\xef\xbb\xbf"))
		line += 3;
	self->begun = TRUE;
	if (*line == '\0' && self->line->len == (gsize)(line - self->line->str))
		return offhook_sse_parser_dispatch(self, error);
	colon = strchr(line, ':');
	/* One that begins with a colon is a comment: it keeps the connection alive. */
	if (colon == NULL) {
		offhook_sse_parser_take_field(self, line, "");
	} else if (colon > line) {
		*colon = '\0';
		offhook_sse_parser_take_field(self, line, colon + (colon[1] == ' ' ? 2 : 1));
	}
	g_string_truncate(self->line, 0);
	return TRUE;
}

/* A line's end in @data from @at on; @size if there is none. */
static gsize
offhook_sse_find_end(const guint8 *data, gsize at, gsize size)
{
	while (at < size && data[at] != '\n' && data[at] != '\r')
		at++;
	return at;
}

gboolean
offhook_sse_parser_push(OffhookSseParser *self, const guint8 *data, gsize size, GError **error)
{
	gsize at = 0;

	while (at < size) {
		gsize end;

		if (self->after_cr && data[at] == '\n') {
			self->after_cr = FALSE;
			at++;
			continue;
		}
		self->after_cr = FALSE;
		end = offhook_sse_find_end(data, at, size);
		if (self->line->len + self->data->len + (end - at) > OFFHOOK_SSE_MAX_EVENT) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "an event of the stream is longer than %d bytes",
				    OFFHOOK_SSE_MAX_EVENT);
			return FALSE;
		}
		g_string_append_len(self->line, (const char *)data + at, (gssize)(end - at));
		if (end == size)
			return TRUE;
		self->after_cr = data[end] == '\r';
		at = end + 1;
		if (!offhook_sse_parser_take_line(self, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
offhook_sse_parser_finish(OffhookSseParser *self, GError **error)
{
	if (self->line->len > 0 && !offhook_sse_parser_take_line(self, error))
		return FALSE;
	return offhook_sse_parser_dispatch(self, error);
}
