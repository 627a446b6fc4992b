/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Acme agent: there is one in the daemon, and it opens a session for each conversation. Main thread;
 * nothing here blocks.
 */

#include "acme.h"

struct _AcmeAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(AcmeAgent, acme_agent, OFFHOOK_TYPE_AGENT)

/* The section [agent:acme], and in an assistant's section "acme.KEY". */
const OffhookSetting acme_settings[] = {
    {"greeting", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "Hello.", NULL, NULL,
     "What it says first, unless the assistant has a greeting."},
    {"patience", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "3", "1..10", NULL,
     "How often it asks whether somebody is there before it hangs up."},
    {NULL},
};

/* At the start and at every reload. Sessions keep what they began with. */
static gboolean
acme_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	AcmeAgent *self = ACME_AGENT(agent);

	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

/* (transfer full) (nullable): ours, with what the assistant has of its own */
static OffhookSettings *
acme_agent_read_options(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	return offhook_settings_override(ACME_AGENT(agent)->settings, options->options, "acme",
					 error);
}

static OffhookAgentSession *
acme_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	g_autoptr(OffhookSettings) settings = acme_agent_read_options(agent, options, error);

	return settings != NULL ? acme_session_new(settings) : NULL;
}

/* For --check-config: would the above work? */
static gboolean
acme_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	g_autoptr(OffhookSettings) settings = acme_agent_read_options(agent, options, error);

	return settings != NULL;
}

static void
acme_agent_finalize(GObject *object)
{
	offhook_settings_unref(ACME_AGENT(object)->settings);

	G_OBJECT_CLASS(acme_agent_parent_class)->finalize(object);
}

static void
acme_agent_init(AcmeAgent *self)
{
	self->settings = offhook_settings_new(acme_settings, NULL, "agent:acme", NULL);
}

static void
acme_agent_class_init(AcmeAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = acme_agent_finalize;
	agent_class->features = OFFHOOK_AGENT_TURNS;
	agent_class->configure = acme_agent_configure;
	agent_class->open_session = acme_agent_open_session;
	agent_class->check_options = acme_agent_check_options;
}
