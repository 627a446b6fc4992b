/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GET /agents. Main thread.
 */

#include "http/resources.h"
#include "http/views.h"

#include "base/timestamp.h"

static void
offhook_http_agents_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list_kind(
	    offhook_http_server_get_plugins(server), OFFHOOK_PLUGIN_AGENT);
	gint64 started_us = offhook_timestamp_now() -
			    (gint64)(offhook_http_server_get_uptime(server) * G_USEC_PER_SEC);
	JsonObject *reply = json_object_new();
	JsonArray *agents = json_array_new();

	for (guint i = 0; i < plugins->len; i++)
		json_array_add_object_element(
		    agents, offhook_view_agent(g_ptr_array_index(plugins, i), started_us));
	json_object_set_array_member(reply, "agents", agents);
	offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_http_agents_routes[] = {
    {"GET", "/agents", OFFHOOK_RATE_AGENTS, OFFHOOK_ROUTE_NONE, offhook_http_agents_list},
    {NULL},
};
