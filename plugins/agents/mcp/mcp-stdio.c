/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Messages as lines of a process. Each opening starts it anew. Main thread.
 */

#include "mcp-stdio.h"

#include "mcp-process.h"
#include <offhook/error.h>

struct _OffhookMcpStdio {
	OffhookMcpTransport parent_instance;

	OffhookMcpStdioOptions options;
	OffhookMcpProcess *process; /* (nullable) */
	GQueue refused;             /* ids of requests that could not be sent */
	guint refused_id;
};

G_DEFINE_FINAL_TYPE(OffhookMcpStdio, offhook_mcp_stdio, OFFHOOK_TYPE_MCP_TRANSPORT)

/* ---- what the process says ---- */

static void
offhook_mcp_stdio_line_cb(gpointer user_data, const char *line, gsize size)
{
	OffhookMcpTransport *transport = user_data;
	g_autoptr(OffhookMcpMessage) message = NULL;
	g_autoptr(GError) error = NULL;

	message = offhook_mcp_message_parse(line, size, &error);
	/* Servers print what they should not: all but messages is skipped. */
	if (message == NULL)
		g_debug("a line of an MCP server is skipped: %s", error->message);
	else
		offhook_mcp_transport_emit_message(transport, message);
}

static void
offhook_mcp_stdio_ended_cb(gpointer user_data, const GError *error)
{
	g_autoptr(OffhookMcpStdio) self = g_object_ref(user_data);

	self->process = NULL;
	offhook_mcp_transport_emit_lost(OFFHOOK_MCP_TRANSPORT(self), error);
}

/* ---- the transport ---- */

static void
offhook_mcp_stdio_forget(OffhookMcpStdio *self)
{
	g_clear_handle_id(&self->refused_id, g_source_remove);
	g_queue_clear_full(&self->refused, g_free);
}

static void
offhook_mcp_stdio_close(OffhookMcpTransport *transport)
{
	OffhookMcpStdio *self = OFFHOOK_MCP_STDIO(transport);

	offhook_mcp_stdio_forget(self);
	g_clear_pointer(&self->process, offhook_mcp_process_stop);
}

static void
offhook_mcp_stdio_finish(OffhookMcpTransport *transport)
{
	OffhookMcpStdio *self = OFFHOOK_MCP_STDIO(transport);

	offhook_mcp_stdio_forget(self);
	g_clear_pointer(&self->process, offhook_mcp_process_finish);
}

static gboolean
offhook_mcp_stdio_open(OffhookMcpTransport *transport, GError **error)
{
	static const OffhookMcpProcessHandler handler = {
	    .line = offhook_mcp_stdio_line_cb,
	    .ended = offhook_mcp_stdio_ended_cb,
	};
	OffhookMcpStdio *self = OFFHOOK_MCP_STDIO(transport);
	const OffhookMcpProcessOptions options = {
	    .argv = (const char *const *)self->options.argv,
	    .environment = (const char *const *)self->options.environment,
	    .directory = self->options.directory,
	    .max_line = OFFHOOK_MCP_MAX_MESSAGE,
	    .log_errors = self->options.log_errors,
	};

	offhook_mcp_stdio_close(transport);
	self->process = offhook_mcp_process_new(&options, &handler, self, error);
	return self->process != NULL;
}

static gboolean
offhook_mcp_stdio_refused_cb(gpointer user_data)
{
	g_autoptr(OffhookMcpStdio) self = g_object_ref(user_data);
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
						      "the server's program does not read");
	gint64 *id;

	self->refused_id = 0;
	while ((id = g_queue_pop_head(&self->refused)) != NULL) {
		offhook_mcp_transport_emit_failed(OFFHOOK_MCP_TRANSPORT(self), *id, error);
		g_free(id);
	}
	return G_SOURCE_REMOVE;
}

static void
offhook_mcp_stdio_send(OffhookMcpTransport *transport, const OffhookMcpOutgoing *outgoing)
{
	OffhookMcpStdio *self = OFFHOOK_MCP_STDIO(transport);

	if (self->process != NULL && outgoing->name != NULL)
		offhook_mcp_process_be_discreet(self->process);
	if ((self->process != NULL && offhook_mcp_process_write(self->process, outgoing->text)) ||
	    outgoing->id == 0)
		return;
	g_queue_push_tail(&self->refused, g_memdup2(&outgoing->id, sizeof outgoing->id));
	if (self->refused_id == 0)
		self->refused_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_mcp_stdio_refused_cb, self, NULL);
}

OffhookMcpTransport *
offhook_mcp_stdio_new(const OffhookMcpStdioOptions *options)
{
	OffhookMcpStdio *self = g_object_new(OFFHOOK_TYPE_MCP_STDIO, NULL);

	self->options.argv = g_strdupv(options->argv);
	self->options.environment = g_strdupv(options->environment);
	self->options.directory = g_strdup(options->directory);
	self->options.log_errors = options->log_errors;
	return OFFHOOK_MCP_TRANSPORT(self);
}

static void
offhook_mcp_stdio_finalize(GObject *object)
{
	OffhookMcpStdio *self = OFFHOOK_MCP_STDIO(object);

	offhook_mcp_stdio_close(OFFHOOK_MCP_TRANSPORT(self));
	g_strfreev(self->options.argv);
	g_strfreev(self->options.environment);
	g_free(self->options.directory);

	G_OBJECT_CLASS(offhook_mcp_stdio_parent_class)->finalize(object);
}

static void
offhook_mcp_stdio_init(OffhookMcpStdio *self)
{
	g_queue_init(&self->refused);
}

static void
offhook_mcp_stdio_class_init(OffhookMcpStdioClass *klass)
{
	OffhookMcpTransportClass *transport_class = OFFHOOK_MCP_TRANSPORT_CLASS(klass);

	transport_class->open = offhook_mcp_stdio_open;
	transport_class->send = offhook_mcp_stdio_send;
	transport_class->close = offhook_mcp_stdio_close;
	transport_class->finish = offhook_mcp_stdio_finish;
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_stdio_finalize;
}
