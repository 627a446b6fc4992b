/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The mcp agent: one server, and sessions that offer its tools. Main thread.
 */

#include "mcp-agent.h"

#include "mcp-session.h"
#include <offhook/error.h>

struct _OffhookMcpAgent {
	OffhookAgent parent_instance;

	OffhookMcpServer *server;
	gboolean has_server; /* the plugin itself need not name one: its instances do */
};

G_DEFINE_FINAL_TYPE(OffhookMcpAgent, offhook_mcp_agent, OFFHOOK_TYPE_AGENT)

/* An assistant has nothing to say about a connection that all share. */
static gboolean
offhook_mcp_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				GError **error)
{
	GHashTableIter iter;
	gpointer key;

	if (!OFFHOOK_MCP_AGENT(agent)->has_server) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "command: expected a server: [mcp:NAME] with command or url");
		return FALSE;
	}
	if (options->options == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, options->options);
	if (!g_hash_table_iter_next(&iter, &key, NULL))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "%s: unknown, expected no key here: the server's section has them all",
		    (const char *)key);
	return FALSE;
}

static OffhookAgentSession *
offhook_mcp_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
			       GError **error)
{
	OffhookMcpAgent *self = OFFHOOK_MCP_AGENT(agent);

	if (!offhook_mcp_agent_check_options(agent, options, error))
		return NULL;
	return offhook_mcp_session_new(
	    self->server,
	    options->host != NULL ? offhook_agent_host_get_toolbox(options->host) : NULL);
}

static gboolean
offhook_mcp_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookMcpAgent *self = OFFHOOK_MCP_AGENT(agent);
	g_autoptr(OffhookMcpOptions) options = NULL;

	if (!self->has_server && offhook_mcp_options_are_unused(settings))
		return TRUE;
	options = offhook_mcp_options_new(settings, error);
	if (options == NULL)
		return FALSE;
	offhook_mcp_server_configure(self->server, options);
	self->has_server = TRUE;
	return TRUE;
}

/* Agents live as long as the daemon: its main loop is over. */
static void
offhook_mcp_agent_finalize(GObject *object)
{
	OffhookMcpAgent *self = OFFHOOK_MCP_AGENT(object);

	offhook_mcp_server_finish(self->server);
	g_object_unref(self->server);

	G_OBJECT_CLASS(offhook_mcp_agent_parent_class)->finalize(object);
}

static void
offhook_mcp_agent_init(OffhookMcpAgent *self)
{
	self->server = offhook_mcp_server_new();
}

static void
offhook_mcp_agent_class_init(OffhookMcpAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features = OFFHOOK_AGENT_TOOLS;
	agent_class->configure = offhook_mcp_agent_configure;
	agent_class->open_session = offhook_mcp_agent_open_session;
	agent_class->check_options = offhook_mcp_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_mcp_agent_finalize;
}
