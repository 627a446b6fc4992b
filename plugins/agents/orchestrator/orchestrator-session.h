/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One conversation through a language model. Main thread.
 */
#pragma once

#include "orchestrator-options.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ORCHESTRATOR_SESSION (offhook_orchestrator_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookOrchestratorSession, offhook_orchestrator_session, OFFHOOK,
		     ORCHESTRATOR_SESSION, OffhookAgentSession)

/** @session: with a completer. (transfer full) (nullable) */
OffhookAgentSession *offhook_orchestrator_session_new(OffhookOrchestratorOptions *options,
						      const OffhookAgentOptions *session,
						      GError **error);

G_END_DECLS
