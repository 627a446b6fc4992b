/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tables of routes, one per resource file. Each ends with a %NULL method.
 */
#pragma once

#include "http/server/server.h"

G_BEGIN_DECLS

extern const OffhookRoute offhook_http_agent_messages_routes[];
extern const OffhookRoute offhook_http_agents_routes[];
extern const OffhookRoute offhook_http_assistants_routes[];
extern const OffhookRoute offhook_http_call_actions_routes[];
extern const OffhookRoute offhook_http_call_events_routes[];
extern const OffhookRoute offhook_http_callers_routes[];
extern const OffhookRoute offhook_http_calls_routes[];
extern const OffhookRoute offhook_http_conversations_routes[];
extern const OffhookRoute offhook_http_deliveries_routes[];
extern const OffhookRoute offhook_http_health_routes[];
extern const OffhookRoute offhook_http_history_export_routes[];
extern const OffhookRoute offhook_http_history_routes[];
extern const OffhookRoute offhook_http_intents_routes[];
extern const OffhookRoute offhook_http_media_routes[];
extern const OffhookRoute offhook_http_memories_routes[];
extern const OffhookRoute offhook_http_memory_routes[];
extern const OffhookRoute offhook_http_messages_routes[];
extern const OffhookRoute offhook_http_metrics_routes[];
extern const OffhookRoute offhook_http_plugins_routes[];
extern const OffhookRoute offhook_http_providers_routes[];
extern const OffhookRoute offhook_http_supabase_health_routes[];
extern const OffhookRoute offhook_http_supabase_routes[];
extern const OffhookRoute offhook_http_recordings_routes[];
extern const OffhookRoute offhook_http_scheduled_routes[];
extern const OffhookRoute offhook_http_webhooks_routes[];

/** All of them, ending with %NULL. */
extern const OffhookRoute *const offhook_http_resources[];

G_END_DECLS
