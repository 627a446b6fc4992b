/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What turns tell the agent that takes them. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

/** @agent takes the turn now; a reference is kept until its end. */
void offhook_agent_turn_set_agent(OffhookAgentTurn *self, OffhookAgent *agent);
/** A turn of the agent has come to its end after @us. */
void offhook_agent_count_turn(OffhookAgent *self, gint64 us);

G_END_DECLS
