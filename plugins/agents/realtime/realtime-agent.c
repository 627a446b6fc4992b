/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opens sessions with the settings of the day. Main thread.
 */

#include "realtime-agent.h"

#include "realtime-config.h"
#include "realtime-session.h"

struct _OffhookRealtimeAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(OffhookRealtimeAgent, offhook_realtime_agent, OFFHOOK_TYPE_AGENT)

static gboolean
offhook_realtime_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookRealtimeAgent *self = OFFHOOK_REALTIME_AGENT(agent);
	const OffhookAgentOptions nobody = {0};
	g_autoptr(OffhookRealtimeConfig) config =
	    offhook_realtime_config_new(settings, &nobody, error);

	if (config == NULL)
		return FALSE;
	offhook_settings_ref(settings);
	g_clear_pointer(&self->settings, offhook_settings_unref);
	self->settings = settings;
	return TRUE;
}

static OffhookAgentSession *
offhook_realtime_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				    GError **error)
{
	OffhookRealtimeConfig *config =
	    offhook_realtime_config_new(OFFHOOK_REALTIME_AGENT(agent)->settings, options, error);

	return config != NULL ? offhook_realtime_session_new(config) : NULL;
}

static gboolean
offhook_realtime_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				     GError **error)
{
	g_autoptr(OffhookRealtimeConfig) config =
	    offhook_realtime_config_new(OFFHOOK_REALTIME_AGENT(agent)->settings, options, error);

	return config != NULL;
}

static void
offhook_realtime_agent_finalize(GObject *object)
{
	g_clear_pointer(&OFFHOOK_REALTIME_AGENT(object)->settings, offhook_settings_unref);

	G_OBJECT_CLASS(offhook_realtime_agent_parent_class)->finalize(object);
}

static void
offhook_realtime_agent_init(OffhookRealtimeAgent *self)
{
}

static void
offhook_realtime_agent_class_init(OffhookRealtimeAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_realtime_agent_finalize;
	agent_class->features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPEECH;
	agent_class->configure = offhook_realtime_agent_configure;
	agent_class->open_session = offhook_realtime_agent_open_session;
	agent_class->check_options = offhook_realtime_agent_check_options;
}
