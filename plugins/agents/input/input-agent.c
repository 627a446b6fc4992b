/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The input agent: opens sessions with what the configuration says. Main thread.
 */

#include "input-agent.h"

#include "input-options.h"
#include "input-session.h"

struct _OffhookInputAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(OffhookInputAgent, offhook_input_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
offhook_input_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				 GError **error)
{
	g_autoptr(OffhookInputOptions) read = offhook_input_options_new(
	    OFFHOOK_INPUT_AGENT(agent)->settings, options->options, error);

	return read != NULL ? offhook_input_session_new(g_steal_pointer(&read), options) : NULL;
}

static gboolean
offhook_input_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				  GError **error)
{
	g_autoptr(OffhookInputOptions) read = offhook_input_options_new(
	    OFFHOOK_INPUT_AGENT(agent)->settings, options->options, error);

	return read != NULL;
}

static gboolean
offhook_input_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookInputAgent *self = OFFHOOK_INPUT_AGENT(agent);
	g_autoptr(OffhookInputOptions) read = offhook_input_options_new(settings, NULL, error);

	if (read == NULL)
		return FALSE;
	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static void
offhook_input_agent_finalize(GObject *object)
{
	offhook_settings_unref(OFFHOOK_INPUT_AGENT(object)->settings);

	G_OBJECT_CLASS(offhook_input_agent_parent_class)->finalize(object);
}

static void
offhook_input_agent_init(OffhookInputAgent *self)
{
	self->settings = offhook_settings_new(offhook_input_settings, NULL, "agent:input", NULL);
}

static void
offhook_input_agent_class_init(OffhookInputAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features =
	    OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_CONSULTS;
	agent_class->configure = offhook_input_agent_configure;
	agent_class->open_session = offhook_input_agent_open_session;
	agent_class->check_options = offhook_input_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_input_agent_finalize;
}
