/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The echo agent: opens sessions that give back what they get. Main thread.
 */

#include "echo-agent.h"

#include "echo-session.h"

struct _OffhookEchoAgent {
	OffhookAgent parent_instance;
};

G_DEFINE_FINAL_TYPE(OffhookEchoAgent, offhook_echo_agent, OFFHOOK_TYPE_AGENT)

const OffhookSetting offhook_echo_agent_settings[] = {
    {NULL},
};

static OffhookAgentSession *
offhook_echo_agent_open_session(OffhookAgent *agent, const OffhookAgentOptions *options,
				GError **error)
{
	return offhook_echo_session_new();
}

static void
offhook_echo_agent_init(OffhookEchoAgent *self)
{
}

static void
offhook_echo_agent_class_init(OffhookEchoAgentClass *klass)
{
	OffhookAgentClass *agent_class = OFFHOOK_AGENT_CLASS(klass);

	agent_class->features = OFFHOOK_AGENT_TURNS | OFFHOOK_AGENT_AUDIO;
	agent_class->open_session = offhook_echo_agent_open_session;
}
