/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The remote agent: opens sessions with what the configuration says. Main thread.
 */

#include "remote-agent.h"

#include "remote-options.h"
#include "remote-session.h"

#include <offhook/web-client.h>

struct _OffhookRemoteAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
	OffhookWebClient *web; /* its connections are kept from call to call */
};

G_DEFINE_FINAL_TYPE(OffhookRemoteAgent, offhook_remote_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
offhook_remote_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				  GError **error)
{
	OffhookRemoteAgent *self = OFFHOOK_REMOTE_AGENT(agent);
	g_autoptr(OffhookRemoteOptions) read =
	    offhook_remote_options_new(self->settings, options->options, error);

	if (read == NULL)
		return NULL;
	if (self->web == NULL)
		self->web = offhook_web_client_new(0);
	return offhook_remote_session_new(read, self->web, options);
}

static gboolean
offhook_remote_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				   GError **error)
{
	g_autoptr(OffhookRemoteOptions) read = offhook_remote_options_new(
	    OFFHOOK_REMOTE_AGENT(agent)->settings, options->options, error);

	return read != NULL;
}

static gboolean
offhook_remote_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookRemoteAgent *self = OFFHOOK_REMOTE_AGENT(agent);

	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static void
offhook_remote_agent_finalize(GObject *object)
{
	OffhookRemoteAgent *self = OFFHOOK_REMOTE_AGENT(object);

	offhook_settings_unref(self->settings);
	g_clear_object(&self->web);

	G_OBJECT_CLASS(offhook_remote_agent_parent_class)->finalize(object);
}

static void
offhook_remote_agent_init(OffhookRemoteAgent *self)
{
	self->settings = offhook_settings_new(offhook_remote_settings, NULL, "agent:remote", NULL);
}

static void
offhook_remote_agent_class_init(OffhookRemoteAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features =
	    OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_EXPECTS;
	agent_class->configure = offhook_remote_agent_configure;
	agent_class->open_session = offhook_remote_agent_open_session;
	agent_class->check_options = offhook_remote_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_remote_agent_finalize;
}
