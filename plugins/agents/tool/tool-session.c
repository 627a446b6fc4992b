/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Puts the tool into the conversation's toolbox and takes it out again. What runs goes on without the
 * session, until the toolbox cancels it. Main thread.
 */

#include "tool-session.h"

#include "tool-request.h"

struct _OffhookToolSession {
	OffhookAgentSession parent_instance;

	OffhookToolConfig *config;
	OffhookWebClient *web;
	OffhookAgentHost *host; /* (nullable): nobody uses the tool */
	char *name;
	char *caller;
	char *call_id;
};

G_DEFINE_FINAL_TYPE(OffhookToolSession, offhook_tool_session, OFFHOOK_TYPE_AGENT_SESSION)

static void
offhook_tool_session_run_cb(OffhookToolRun *run, gpointer user_data)
{
	OffhookToolSession *self = user_data;
	const OffhookToolSources sources = {
	    .variables = offhook_agent_host_get_variables(self->host),
	    .caller = self->caller,
	    .call_id = self->call_id,
	};

	offhook_tool_request_send(self->config, self->name, self->web, &sources, run);
}

OffhookAgentSession *
offhook_tool_session_new(OffhookToolConfig *config, OffhookWebClient *web,
			 const OffhookAgentOptions *options, GError **error)
{
	g_autoptr(OffhookToolSession) self = g_object_new(OFFHOOK_TYPE_TOOL_SESSION, NULL);
	OffhookToolDescription description = {
	    .description = config->description,
	    .parameters = config->parameters,
	    .flags = config->flags,
	    .timeout_ms = config->timeout_ms,
	    .max_result = config->max_result,
	};

	self->config = offhook_tool_config_ref(config);
	self->web = g_object_ref(web);
	self->name = g_strdup(config->name != NULL ? config->name : options->name);
	self->caller = g_strdup(options->caller);
	self->call_id = g_strdup(options->call_id);
	if (options->host == NULL)
		return OFFHOOK_AGENT_SESSION(g_steal_pointer(&self));
	description.name = self->name;
	if (!offhook_toolbox_add(offhook_agent_host_get_toolbox(options->host), &description,
				 offhook_tool_session_run_cb, self, NULL, error))
		return NULL;
	self->host = options->host;
	return OFFHOOK_AGENT_SESSION(g_steal_pointer(&self));
}

static void
offhook_tool_session_dispose(GObject *object)
{
	OffhookToolSession *self = OFFHOOK_TOOL_SESSION(object);

	if (self->host != NULL)
		offhook_toolbox_remove(offhook_agent_host_get_toolbox(self->host), self->name);
	self->host = NULL;

	G_OBJECT_CLASS(offhook_tool_session_parent_class)->dispose(object);
}

static void
offhook_tool_session_finalize(GObject *object)
{
	OffhookToolSession *self = OFFHOOK_TOOL_SESSION(object);

	g_clear_pointer(&self->config, offhook_tool_config_unref);
	g_clear_object(&self->web);
	g_free(self->name);
	g_free(self->caller);
	g_free(self->call_id);

	G_OBJECT_CLASS(offhook_tool_session_parent_class)->finalize(object);
}

static void
offhook_tool_session_init(OffhookToolSession *self)
{
}

static void
offhook_tool_session_class_init(OffhookToolSessionClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_tool_session_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_tool_session_finalize;
}
