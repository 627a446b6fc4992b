/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The memory agent's session. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_MEMORY_BY_MODEL,
	OFFHOOK_MEMORY_BY_RULES,
	OFFHOOK_MEMORY_NO_SUMMARY,
} OffhookMemorySummaryMode;

typedef struct {
	guint budget_ms;
	guint items;
	guint summaries;
	OffhookMemorySummaryMode mode;
} OffhookMemorySettings;

#define OFFHOOK_TYPE_MEMORY_SESSION (offhook_memory_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookMemorySession, offhook_memory_session, OFFHOOK, MEMORY_SESSION,
		     OffhookAgentSession)

/** @settings: copied */
OffhookAgentSession *offhook_memory_session_new(const OffhookMemorySettings *settings,
						const OffhookAgentOptions *options);

G_END_DECLS
