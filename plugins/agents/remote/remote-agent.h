/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The remote agent: a program of the user's own takes the turns, over HTTP or a WebSocket.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REMOTE_AGENT (offhook_remote_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookRemoteAgent, offhook_remote_agent, OFFHOOK, REMOTE_AGENT, OffhookAgent)

G_END_DECLS
