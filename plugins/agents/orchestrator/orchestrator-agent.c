/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The orchestrator agent: opens sessions with what the configuration says. Main thread.
 */

#include "orchestrator-agent.h"

#include "orchestrator-options.h"
#include "orchestrator-session.h"
#include <offhook/error.h>

struct _OffhookOrchestratorAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(OffhookOrchestratorAgent, offhook_orchestrator_agent, OFFHOOK_TYPE_AGENT)

static OffhookAgentSession *
offhook_orchestrator_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
					GError **error)
{
	OffhookOrchestratorAgent *self = OFFHOOK_ORCHESTRATOR_AGENT(agent);
	g_autoptr(OffhookOrchestratorOptions) read = NULL;

	if (options->completer == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "llm: assistant %s has none, expected the engine that is its language "
			    "model",
			    options->assistant);
		return NULL;
	}
	read = offhook_orchestrator_options_new(self->settings, options->options, error);
	return read != NULL ? offhook_orchestrator_session_new(read, options, error) : NULL;
}

static gboolean
offhook_orchestrator_agent_check_colleagues(GPtrArray *hand_overs, const char *const *assistants,
					    GError **error)
{
	for (guint i = 0; assistants != NULL && i < hand_overs->len; i++) {
		const OffhookOrchestratorDestination *colleague = g_ptr_array_index(hand_overs, i);
		g_autofree char *names = NULL;

		if (g_strv_contains(assistants, colleague->name))
			continue;
		names = g_strjoinv(", ", (char **)assistants);
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "orchestrator.hand-over-to: \"%s\" is no assistant, expected some of "
			    "%s",
			    colleague->name, names);
		return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_orchestrator_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
					 GError **error)
{
	g_autoptr(OffhookOrchestratorOptions) read = offhook_orchestrator_options_new(
	    OFFHOOK_ORCHESTRATOR_AGENT(agent)->settings, options->options, error);

	return read != NULL && offhook_orchestrator_agent_check_colleagues(
				   read->hand_overs, options->assistants, error);
}

static gboolean
offhook_orchestrator_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookOrchestratorAgent *self = OFFHOOK_ORCHESTRATOR_AGENT(agent);
	g_autoptr(OffhookOrchestratorOptions) read =
	    offhook_orchestrator_options_new(settings, NULL, error);

	if (read == NULL)
		return FALSE;
	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static void
offhook_orchestrator_agent_finalize(GObject *object)
{
	offhook_settings_unref(OFFHOOK_ORCHESTRATOR_AGENT(object)->settings);

	G_OBJECT_CLASS(offhook_orchestrator_agent_parent_class)->finalize(object);
}

static void
offhook_orchestrator_agent_init(OffhookOrchestratorAgent *self)
{
	self->settings =
	    offhook_settings_new(offhook_orchestrator_settings, NULL, "agent:orchestrator", NULL);
}

static void
offhook_orchestrator_agent_class_init(OffhookOrchestratorAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features =
	    OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_COMPLETER;
	agent_class->configure = offhook_orchestrator_agent_configure;
	agent_class->open_session = offhook_orchestrator_agent_open_session;
	agent_class->check_options = offhook_orchestrator_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_orchestrator_agent_finalize;
}
