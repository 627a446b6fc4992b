/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * GET /plugins: every plugin file and every further section of one, and what became of it. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/views.h"

static void
offhook_http_plugins_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GPtrArray) plugins =
	    offhook_plugin_registry_list(offhook_http_server_get_plugins(server));
	JsonObject *reply = json_object_new();
	JsonArray *array = json_array_new();

	for (guint i = 0; i < plugins->len; i++)
		json_array_add_object_element(array,
					      offhook_view_plugin(g_ptr_array_index(plugins, i)));
	json_object_set_array_member(reply, "plugins", array);
	offhook_http_request_reply_json(request, 200, reply);
}

const OffhookRoute offhook_http_plugins_routes[] = {
    {"GET", "/plugins", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE, offhook_http_plugins_list},
    {NULL},
};
