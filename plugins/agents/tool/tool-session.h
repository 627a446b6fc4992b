/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A tool in one conversation. Main thread.
 */
#pragma once

#include "tool-config.h"
#include <offhook/agent.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_TOOL_SESSION (offhook_tool_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookToolSession, offhook_tool_session, OFFHOOK, TOOL_SESSION,
		     OffhookAgentSession)

/** (transfer full) (nullable): an error of the toolbox */
OffhookAgentSession *offhook_tool_session_new(OffhookToolConfig *config, OffhookWebClient *web,
					      const OffhookAgentOptions *options, GError **error);

G_END_DECLS
