/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * JSON, or server-sent events of which each is JSON. One thread.
 */

#include "mcp-body.h"

#include <offhook/error.h>
#include <offhook/sse-parser.h>

struct _OffhookMcpBody {
	OffhookMcpBodyFunc func;
	gpointer user_data;
	OffhookSseParser *events; /* (nullable): it is one message */
	GString *text;            /* of that */
};

/* An event that is none of ours is skipped, as a line would be. */
static gboolean
offhook_mcp_body_event_cb(gpointer user_data, const char *event, const char *data, gsize size,
			  GError **error)
{
	OffhookMcpBody *self = user_data;
	g_autoptr(GError) local = NULL;
	OffhookMcpMessage *message;

	if (event != NULL && !g_str_equal(event, "message"))
		return TRUE;
	message = offhook_mcp_message_parse(data, size, &local);
	if (message != NULL)
		self->func(self->user_data, message);
	else
		g_debug("an event of an MCP server is skipped: %s", local->message);
	return TRUE;
}

OffhookMcpBody *
offhook_mcp_body_new(OffhookMcpBodyFunc func, gpointer user_data)
{
	OffhookMcpBody *self = g_new0(OffhookMcpBody, 1);

	self->func = func;
	self->user_data = user_data;
	self->text = g_string_new(NULL);
	return self;
}

void
offhook_mcp_body_free(OffhookMcpBody *self)
{
	if (self == NULL)
		return;
	offhook_sse_parser_free(self->events);
	g_string_free(self->text, TRUE);
	g_free(self);
}

void
offhook_mcp_body_begin(OffhookMcpBody *self, const char *content_type)
{
	static const char stream[] = "text/event-stream";

	if (content_type != NULL && self->events == NULL &&
	    g_ascii_strncasecmp(content_type, stream, sizeof stream - 1) == 0)
		self->events = offhook_sse_parser_new(offhook_mcp_body_event_cb, self);
}

gboolean
offhook_mcp_body_push(OffhookMcpBody *self, const guint8 *data, gsize size, GError **error)
{
	if (self->events != NULL)
		return offhook_sse_parser_push(self->events, data, size, error);
	if (self->text->len + size > OFFHOOK_MCP_MAX_MESSAGE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the server's message is longer than %d bytes",
			    OFFHOOK_MCP_MAX_MESSAGE);
		return FALSE;
	}
	g_string_append_len(self->text, (const char *)data, (gssize)size);
	return TRUE;
}

gboolean
offhook_mcp_body_finish(OffhookMcpBody *self, GError **error)
{
	OffhookMcpMessage *message;

	if (self->events != NULL)
		return offhook_sse_parser_finish(self->events, error);
	if (self->text->len == 0)
		return TRUE;
	message = offhook_mcp_message_parse(self->text->str, self->text->len, error);
	if (message == NULL)
		return FALSE;
	self->func(self->user_data, message);
	return TRUE;
}
