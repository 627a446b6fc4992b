/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The realtime agent: speech to speech by OpenAI's Realtime service. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REALTIME_AGENT (offhook_realtime_agent_get_type())
G_DECLARE_FINAL_TYPE(OffhookRealtimeAgent, offhook_realtime_agent, OFFHOOK, REALTIME_AGENT,
		     OffhookAgent)

G_END_DECLS
