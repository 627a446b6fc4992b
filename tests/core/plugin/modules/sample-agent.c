/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An agent that only knows which options it likes. Its entry is as short as any plugin's.
 */

#include <offhook/offhook.h>

#include <string.h>

G_DECLARE_FINAL_TYPE(SampleAgent, sample_agent, SAMPLE, AGENT, OffhookAgent)

struct _SampleAgent {
	OffhookAgent parent_instance;
	gboolean configured;
};

G_DEFINE_FINAL_TYPE(SampleAgent, sample_agent, OFFHOOK_TYPE_AGENT)

static gboolean
sample_agent_configure(OffhookAgent *agent, OffhookSettings *settings, GError **error)
{
	SAMPLE_AGENT(agent)->configured = TRUE;
	return TRUE;
}

static gboolean
sample_agent_check_options(OffhookAgent *agent, const OffhookAgentOptions *options, GError **error)
{
	const char *mood =
	    options->options != NULL ? g_hash_table_lookup(options->options, "mood") : NULL;

	g_assert_true(SAMPLE_AGENT(agent)->configured);
	if (g_strcmp0(mood, "bad") != 0)
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "mood is \"bad\"");
	return FALSE;
}

static void
sample_agent_init(SampleAgent *self)
{
}

static void
sample_agent_class_init(SampleAgentClass *klass)
{
	OFFHOOK_AGENT_CLASS(klass)->configure = sample_agent_configure;
	OFFHOOK_AGENT_CLASS(klass)->check_options = sample_agent_check_options;
}

OFFHOOK_DEFINE_PLUGIN(AGENT, "parrot", "0.1.0", "LGPL-2.1-or-later", "An agent for tests", NULL,
		      sample_agent_get_type)
