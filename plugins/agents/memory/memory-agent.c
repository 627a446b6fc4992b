/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The memory agent: opens sessions with what the configuration says. Main thread.
 */

#include "memory-agent.h"

#include "memory-session.h"

struct _OffhookMemoryAgent {
	OffhookAgent parent_instance;

	OffhookSettings *settings;
};

G_DEFINE_FINAL_TYPE(OffhookMemoryAgent, offhook_memory_agent, OFFHOOK_TYPE_AGENT)

const OffhookSetting offhook_memory_agent_settings[] = {
    {"budget-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "150", "0..2000", NULL,
     "How long an answer may wait for what is remembered; what comes later is told with the next."},
    {"items", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "5", "1..20", NULL,
     "How many memories are told for what the caller says."},
    {"summaries", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "3", "0..10", NULL,
     "How many summaries of earlier conversations are told."},
    {"summary", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "model", "model|rules|none", NULL,
     "Who writes down at the end what the conversation was about: the agents' language model "
     "(without one, or when it fails: rules), rules alone, or nobody."},
    {NULL},
};

static OffhookMemorySummaryMode
offhook_memory_agent_read_mode(const char *word)
{
	if (g_str_equal(word, "none"))
		return OFFHOOK_MEMORY_NO_SUMMARY;
	return g_str_equal(word, "rules") ? OFFHOOK_MEMORY_BY_RULES : OFFHOOK_MEMORY_BY_MODEL;
}

/* %FALSE with @error: what an assistant says of its own can't be. */
static gboolean
offhook_memory_agent_read(OffhookMemoryAgent *self, GHashTable *own, OffhookMemorySettings *read,
			  GError **error)
{
	g_autoptr(OffhookSettings) settings =
	    offhook_settings_override(self->settings, own, "memory", error);

	if (settings == NULL)
		return FALSE;
	*read = (OffhookMemorySettings){
	    .budget_ms = (guint)offhook_settings_get_integer(settings, "budget-ms"),
	    .items = (guint)offhook_settings_get_integer(settings, "items"),
	    .summaries = (guint)offhook_settings_get_integer(settings, "summaries"),
	    .mode =
		offhook_memory_agent_read_mode(offhook_settings_get_string(settings, "summary")),
	};
	return TRUE;
}

static gboolean
offhook_memory_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	OffhookMemoryAgent *self = OFFHOOK_MEMORY_AGENT(agent);

	offhook_settings_unref(self->settings);
	self->settings = offhook_settings_ref(settings);
	return TRUE;
}

static gboolean
offhook_memory_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options,
				   GError **error)
{
	OffhookMemorySettings read;

	return offhook_memory_agent_read(OFFHOOK_MEMORY_AGENT(agent), options->options, &read,
					 error);
}

static OffhookAgentSession *
offhook_memory_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				  GError **error)
{
	OffhookMemorySettings read;

	if (!offhook_memory_agent_read(OFFHOOK_MEMORY_AGENT(agent), options->options, &read, error))
		return NULL;
	return offhook_memory_session_new(&read, options);
}

static void
offhook_memory_agent_finalize(GObject *object)
{
	offhook_settings_unref(OFFHOOK_MEMORY_AGENT(object)->settings);

	G_OBJECT_CLASS(offhook_memory_agent_parent_class)->finalize(object);
}

static void
offhook_memory_agent_init(OffhookMemoryAgent *self)
{
	self->settings =
	    offhook_settings_new(offhook_memory_agent_settings, NULL, "agent:memory", NULL);
}

static void
offhook_memory_agent_class_init(OffhookMemoryAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features =
	    OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_SPECULATIVE | OFFHOOK_AGENT_CONSULTS;
	agent_class->configure = offhook_memory_agent_configure;
	agent_class->open_session = offhook_memory_agent_open_session;
	agent_class->check_options = offhook_memory_agent_check_options;
	G_OBJECT_CLASS(klass)->finalize = offhook_memory_agent_finalize;
}
