/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent of a warm transfer: tells the person who is called what the call is about and asks
 * whether they take it. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_BRIEFING (offhook_briefing_get_type())
G_DECLARE_FINAL_TYPE(OffhookBriefing, offhook_briefing, OFFHOOK, BRIEFING, OffhookAgentSession)

/** Signal `decided` (gboolean taken): once. */

/** @text: what is said first */
OffhookBriefing *offhook_briefing_new(const char *text);

G_END_DECLS
