/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Adds and removes tools as the server's offers change, and passes calls on. Main thread.
 */

#include "mcp-session.h"

#include <offhook/error.h>

struct _OffhookMcpSession {
	OffhookAgentSession parent_instance;

	OffhookMcpServer *server;
	OffhookToolbox *toolbox; /* (nullable) */
	GPtrArray *names;        /* of those that are in it */
};

G_DEFINE_FINAL_TYPE(OffhookMcpSession, offhook_mcp_session, OFFHOOK_TYPE_AGENT_SESSION)

/* ---- a call ---- */

static void
offhook_mcp_session_called_cb(GObject *source, GAsyncResult *answer, gpointer user_data)
{
	g_autoptr(OffhookToolRun) run = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) result =
	    offhook_mcp_client_call_finish(OFFHOOK_MCP_CLIENT(source), answer, &error);

	if (result != NULL && !result->failed) {
		offhook_tool_run_finish(run, result->text);
		return;
	}
	if (result != NULL)
		error = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, result->text);
	offhook_tool_run_fail(run, error);
}

static void
offhook_mcp_session_run_cb(OffhookToolRun *run, gpointer user_data)
{
	OffhookMcpOffer *offer = user_data;

	offhook_mcp_client_call_async(offer->client, offer->tool,
				      offhook_tool_run_get_arguments(run),
				      offhook_tool_run_get_cancellable(run),
				      offhook_mcp_session_called_cb, g_object_ref(run));
}

/* ---- the tools ---- */

static void
offhook_mcp_session_remove_all(OffhookMcpSession *self)
{
	for (guint i = 0; i < self->names->len; i++)
		offhook_toolbox_remove(self->toolbox, g_ptr_array_index(self->names, i));
	g_ptr_array_set_size(self->names, 0);
}

static void
offhook_mcp_session_add(OffhookMcpSession *self, OffhookMcpOffer *offer)
{
	const OffhookToolDescription description = {
	    .name = offer->name,
	    .description = offer->tool->description,
	    .parameters = offer->tool->schema,
	    .flags = offer->flags,
	    .timeout_ms = offer->timeout_ms,
	    .max_result = offer->max_result,
	};
	g_autoptr(GError) error = NULL;

	offhook_mcp_offer_ref(offer);
	if (offhook_toolbox_add(self->toolbox, &description, offhook_mcp_session_run_cb, offer,
				(GDestroyNotify)offhook_mcp_offer_unref, &error)) {
		g_ptr_array_add(self->names, g_strdup(offer->name));
		return;
	}
	g_warning("a tool of an MCP server is left out: %s", error->message);
	offhook_mcp_offer_unref(offer);
}

static void
offhook_mcp_session_changed_cb(OffhookMcpServer *server, gpointer user_data)
{
	OffhookMcpSession *self = user_data;
	GPtrArray *offers = offhook_mcp_server_get_offers(server);

	offhook_mcp_session_remove_all(self);
	for (guint i = 0; i < offers->len; i++)
		offhook_mcp_session_add(self, g_ptr_array_index(offers, i));
}

/* ---- the session ---- */

OffhookAgentSession *
offhook_mcp_session_new(OffhookMcpServer *server, OffhookToolbox *toolbox)
{
	OffhookMcpSession *self = g_object_new(OFFHOOK_TYPE_MCP_SESSION, NULL);

	self->server = g_object_ref(server);
	self->toolbox = toolbox;
	if (toolbox != NULL) {
		g_signal_connect(server, "changed", G_CALLBACK(offhook_mcp_session_changed_cb),
				 self);
		offhook_mcp_session_changed_cb(server, self);
	}
	return OFFHOOK_AGENT_SESSION(self);
}

static void
offhook_mcp_session_finalize(GObject *object)
{
	OffhookMcpSession *self = OFFHOOK_MCP_SESSION(object);

	g_signal_handlers_disconnect_by_data(self->server, self);
	if (self->toolbox != NULL)
		offhook_mcp_session_remove_all(self);
	g_ptr_array_unref(self->names);
	g_object_unref(self->server);

	G_OBJECT_CLASS(offhook_mcp_session_parent_class)->finalize(object);
}

static void
offhook_mcp_session_init(OffhookMcpSession *self)
{
	self->names = g_ptr_array_new_with_free_func(g_free);
}

static void
offhook_mcp_session_class_init(OffhookMcpSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_session_finalize;
}
