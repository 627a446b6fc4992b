/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /voice/providers: the drivers, which of them places calls, and whether its account works. Main
 * thread.
 */

#include "http/server/resources.h"
#include "http/calls/views.h"

#include <offhook/error.h>

#include "base/json.h"

static OffhookPlugin *
offhook_http_providers_find(OffhookHttpServer *server, const char *name, GError **error)
{
	OffhookPlugin *plugin = offhook_plugin_registry_find(
	    offhook_http_server_get_plugins(server), OFFHOOK_PLUGIN_DRIVER, name);

	if (plugin == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "no provider \"%s\"",
			    name);
	return plugin;
}

static OffhookPlugin *
offhook_http_providers_find_current(OffhookHttpServer *server, GError **error)
{
	const char *name = offhook_call_manager_get_provider(offhook_http_server_get_calls(server));

	if (name != NULL)
		return offhook_http_providers_find(server, name, error);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "no driver that can place calls is active");
	return NULL;
}

static void
offhook_http_providers_list(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list_kind(
	    offhook_http_server_get_plugins(server), OFFHOOK_PLUGIN_DRIVER);
	JsonObject *reply = json_object_new();
	JsonObject *providers = json_object_new();
	JsonArray *available = json_array_new();

	for (guint i = 0; i < plugins->len; i++) {
		const char *name = offhook_plugin_get_name(g_ptr_array_index(plugins, i));
		/* Of several files of one name that which counts. */
		OffhookPlugin *plugin = offhook_plugin_registry_find(
		    offhook_http_server_get_plugins(server), OFFHOOK_PLUGIN_DRIVER, name);

		if (json_object_has_member(providers, name))
			continue;
		if (offhook_plugin_get_status(plugin) == OFFHOOK_PLUGIN_ACTIVE)
			json_array_add_string_element(available, name);
		json_object_set_object_member(providers, name, offhook_view_provider(plugin));
	}
	json_object_set_array_member(reply, "available_providers", available);
	offhook_json_set_string(
	    reply, "current_provider",
	    offhook_call_manager_get_provider(offhook_http_server_get_calls(server)));
	json_object_set_object_member(reply, "providers", providers);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_providers_get_current(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	OffhookPlugin *plugin = offhook_http_providers_find_current(server, &error);
	JsonObject *reply;

	if (plugin == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = offhook_view_provider(plugin);
	json_object_set_string_member(reply, "provider", offhook_plugin_get_name(plugin));
	offhook_http_request_reply_json(request, 200, reply);
}

static gboolean
offhook_http_providers_do_switch(OffhookHttpServer *server, OffhookHttpRequest *request,
				 char **previous, GError **error)
{
	OffhookCallManager *calls = offhook_http_server_get_calls(server);
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, error);
	const char *name = NULL;

	if (body == NULL || !offhook_json_read_string(body, "provider", &name, error))
		return FALSE;
	if (name == NULL)
		return offhook_json_refuse(error, "provider", NULL, "the name of a provider");
	*previous = g_strdup(offhook_call_manager_get_provider(calls));
	return offhook_call_manager_set_provider(calls, name, error);
}

static void
offhook_http_providers_switch(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *previous = NULL;
	g_autofree char *message = NULL;
	const char *current;
	JsonObject *reply;

	if (!offhook_http_providers_do_switch(server, request, &previous, &error)) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	current = offhook_call_manager_get_provider(offhook_http_server_get_calls(server));
	message =
	    g_strdup_printf("new calls go through %s; calls in progress keep theirs", current);
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	offhook_json_set_string(reply, "previous_provider", previous);
	json_object_set_string_member(reply, "current_provider", current);
	json_object_set_string_member(reply, "message", message);
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_providers_get_capabilities(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const char *name = request->parameters[0];
	g_autoptr(GError) error = NULL;
	OffhookPlugin *plugin = offhook_http_providers_find(server, name, &error);
	JsonObject *reply;

	if (plugin != NULL && offhook_plugin_get_object(plugin) == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s is %s", name,
			    offhook_plugin_get_status_name(plugin));
	if (error != NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_string_member(reply, "provider", name);
	json_object_set_object_member(
	    reply, "capabilities",
	    offhook_view_capabilities(OFFHOOK_DRIVER(offhook_plugin_get_object(plugin))));
	offhook_http_request_reply_json(request, 200, reply);
}

/* ---- test ---- */

typedef struct {
	OffhookHttpRequest *request;
	gint64 began_us;
} OffhookHttpProvidersTest;

static JsonObject *
offhook_http_providers_view_check(const OffhookDriverCheck *check)
{
	JsonObject *results = json_object_new();

	json_object_set_string_member(results, "authentication",
				      check->authentication ? "passed" : "failed");
	json_object_set_string_member(results, "api_access",
				      check->api_access ? "passed" : "failed");
	json_object_set_string_member(results, "webhook_url",
				      check->webhook_url ? "passed" : "failed");
	return results;
}

static void
offhook_http_providers_tested_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookHttpProvidersTest *test = user_data;
	g_autoptr(OffhookHttpRequest) request = test->request;
	OffhookDriver *driver = OFFHOOK_DRIVER(source);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDriverCheck) check = offhook_driver_check_finish(driver, result, &error);
	JsonObject *reply;

	if (check == NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	reply = json_object_new();
	json_object_set_boolean_member(
	    reply, "success", check->authentication && check->api_access && check->webhook_url);
	json_object_set_string_member(reply, "provider", offhook_driver_get_name(driver));
	json_object_set_object_member(reply, "test_results",
				      offhook_http_providers_view_check(check));
	offhook_json_set_string(reply, "message", check->message);
	json_object_set_double_member(reply, "response_time",
				      (g_get_monotonic_time() - test->began_us) / 1000.0);
	offhook_http_request_reply_json(request, 200, reply);
}

/* The one that the body names, else the current one. */
static OffhookPlugin *
offhook_http_providers_find_tested(OffhookHttpServer *server, OffhookHttpRequest *request,
				   GError **error)
{
	g_autoptr(JsonObject) body = offhook_http_request_parse_json(request, error);
	const char *name = NULL;
	OffhookPlugin *plugin;

	if (body == NULL || !offhook_json_read_string(body, "provider", &name, error))
		return NULL;
	if (name == NULL)
		return offhook_http_providers_find_current(server, error);
	plugin = offhook_http_providers_find(server, name, NULL);
	if (plugin == NULL)
		offhook_json_refuse(error, "provider", name,
				    "the name of a provider, as GET /voice/providers lists them");
	return plugin;
}

static void
offhook_http_providers_test(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	OffhookPlugin *plugin = offhook_http_providers_find_tested(server, request, &error);
	OffhookHttpProvidersTest *test;

	if (plugin != NULL && offhook_plugin_get_object(plugin) == NULL)
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "%s is %s",
			    offhook_plugin_get_name(plugin),
			    offhook_plugin_get_status_name(plugin));
	if (error != NULL) {
		offhook_http_request_reply_error(request, error);
		return;
	}
	test = g_new0(OffhookHttpProvidersTest, 1);
	test->request = offhook_http_request_wait(request);
	test->began_us = g_get_monotonic_time();
	offhook_driver_check_async(OFFHOOK_DRIVER(offhook_plugin_get_object(plugin)), NULL,
				   offhook_http_providers_tested_cb, test);
}

const OffhookRoute offhook_http_providers_routes[] = {
    {"GET", "/voice/providers", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE,
     offhook_http_providers_list},
    {"GET", "/voice/providers/current", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE,
     offhook_http_providers_get_current},
    {"POST", "/voice/providers/switch", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE,
     offhook_http_providers_switch},
    {"POST", "/voice/providers/test", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE,
     offhook_http_providers_test},
    {"GET", "/voice/providers/{name}/capabilities", OFFHOOK_RATE_PROVIDERS, OFFHOOK_ROUTE_NONE,
     offhook_http_providers_get_capabilities},
    {NULL},
};
