/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * All that the door answers by itself. Static data.
 */

#include "http/server/resources.h"

const OffhookRoute *const offhook_http_resources[] = {
    offhook_http_agent_messages_routes,  offhook_http_agents_routes,
    offhook_http_assistants_routes,      offhook_http_call_actions_routes,
    offhook_http_call_events_routes,     offhook_http_callers_routes,
    offhook_http_calls_routes,           offhook_http_conversations_routes,
    offhook_http_deliveries_routes,      offhook_http_health_routes,
    offhook_http_history_export_routes,  offhook_http_history_routes,
    offhook_http_intents_routes,         offhook_http_media_routes,
    offhook_http_memories_routes,        offhook_http_memory_routes,
    offhook_http_messages_routes,        offhook_http_metrics_routes,
    offhook_http_plugins_routes,         offhook_http_providers_routes,
    offhook_http_recordings_routes,      offhook_http_scheduled_routes,
    offhook_http_supabase_health_routes, offhook_http_supabase_routes,
    offhook_http_webhooks_routes,        NULL,
};
