/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

extern const OffhookSetting acme_settings[];

#define ACME_TYPE_AGENT (acme_agent_get_type())
G_DECLARE_FINAL_TYPE(AcmeAgent, acme_agent, ACME, AGENT, OffhookAgent)

#define ACME_TYPE_SESSION (acme_session_get_type())
G_DECLARE_FINAL_TYPE(AcmeSession, acme_session, ACME, SESSION, OffhookAgentSession)

/** @settings: the agent's, or an assistant's own */
OffhookAgentSession *acme_session_new(OffhookSettings *settings);

G_END_DECLS
