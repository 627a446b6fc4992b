/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tool agent: what its section says, and the connections to its service, which is all that its
 * sessions share. Main thread.
 */

#include "tool-agent.h"

#include "tool-check.h"
#include "tool-session.h"
#include <offhook/error.h>

struct _OffhookToolAgent {
	OffhookAgent parent_instance;

	OffhookToolConfig *config; /* (nullable): not configured */
	OffhookWebClient *web;     /* (nullable) */
};

G_DEFINE_FINAL_TYPE(OffhookToolAgent, offhook_tool_agent, OFFHOOK_TYPE_AGENT)

static gboolean
offhook_tool_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookToolAgent *self = OFFHOOK_TOOL_AGENT(agent);
	g_autoptr(OffhookToolConfig) config = NULL;
	gboolean named = offhook_settings_get_string(settings, "description") != NULL ||
			 offhook_settings_get_string(settings, "url") != NULL;

	if (named && (config = offhook_tool_config_new(settings, error)) == NULL)
		return FALSE;
	g_clear_pointer(&self->config, offhook_tool_config_unref);
	g_clear_object(&self->web);
	if (config == NULL)
		return TRUE;
	self->config = g_steal_pointer(&config);
	self->web = offhook_web_client_new(0);
	if (!self->config->allow_private)
		offhook_web_client_set_guard(self->web, offhook_web_guard_private, NULL);
	return TRUE;
}

static gboolean
offhook_tool_agent_is_configured(OffhookToolAgent *self, GError **error)
{
	if (self->config != NULL)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "description and url are missing, expected a section that says what the tool "
		    "does");
	return FALSE;
}

/* All there is to say is in the tool's own section. */
static gboolean
offhook_tool_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				 GError **error)
{
	GHashTableIter iter;
	gpointer key;

	if (!offhook_tool_agent_is_configured(OFFHOOK_TOOL_AGENT(agent), error))
		return FALSE;
	if (options->options == NULL)
		return TRUE;
	g_hash_table_iter_init(&iter, options->options);
	if (!g_hash_table_iter_next(&iter, &key, NULL))
		return TRUE;
	g_set_error(
	    error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
	    "%s: an assistant has no keys for a tool, expected it in the tool's own section",
	    (const char *)key);
	return FALSE;
}

static OffhookAgentSession *
offhook_tool_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				GError **error)
{
	OffhookToolAgent *self = OFFHOOK_TOOL_AGENT(agent);

	if (!offhook_tool_agent_check_options(agent, options, error))
		return NULL;
	return offhook_tool_session_new(self->config, self->web, options, error);
}

static void
offhook_tool_agent_check_async(OffhookAgent *agent, GCancellable *cancellable,
			       GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookToolAgent *self = OFFHOOK_TOOL_AGENT(agent);
	GError *error = NULL;

	if (offhook_tool_agent_is_configured(self, &error))
		offhook_tool_check_async(agent, self->config, cancellable, callback, user_data);
	else
		g_task_report_error(agent, callback, user_data, offhook_tool_agent_check_async,
				    error);
}

static gboolean
offhook_tool_agent_check_finish(OffhookAgent *agent, GAsyncResult *result, GError **error)
{
	return offhook_tool_check_finish(result, error);
}

static void
offhook_tool_agent_finalize(GObject *object)
{
	OffhookToolAgent *self = OFFHOOK_TOOL_AGENT(object);

	g_clear_pointer(&self->config, offhook_tool_config_unref);
	g_clear_object(&self->web);

	G_OBJECT_CLASS(offhook_tool_agent_parent_class)->finalize(object);
}

static void
offhook_tool_agent_init(OffhookToolAgent *self)
{
}

static void
offhook_tool_agent_class_init(OffhookToolAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features = OFFHOOK_AGENT_TOOLS;
	agent_class->configure = offhook_tool_agent_configure;
	agent_class->open_session = offhook_tool_agent_open_session;
	agent_class->check_options = offhook_tool_agent_check_options;
	agent_class->check_async = offhook_tool_agent_check_async;
	agent_class->check_finish = offhook_tool_agent_check_finish;
	G_OBJECT_CLASS(klass)->finalize = offhook_tool_agent_finalize;
}
