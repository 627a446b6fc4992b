/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /supabase/test and /supabase/health: whether the database answers, and the project when one is
 * configured. Main thread.
 */

#include "http/server/resources.h"

#include <offhook/error.h>
#include <offhook/web-client.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "config/supabase.h"

#define OFFHOOK_HTTP_PROJECT_TIMEOUT_MS 3000

typedef struct {
	OffhookHttpServer *server;
	OffhookHttpRequest *request;
	gint64 asked_us;
	JsonObject *database;
	gboolean healthy;
} OffhookHttpSupabaseProbe;

static OffhookHttpSupabaseProbe *
offhook_http_supabase_probe_new(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	OffhookHttpSupabaseProbe *self = g_new0(OffhookHttpSupabaseProbe, 1);

	self->server = g_object_ref(server);
	self->request = offhook_http_request_wait(request);
	self->asked_us = g_get_monotonic_time();
	return self;
}

static void
offhook_http_supabase_probe_free(OffhookHttpSupabaseProbe *self)
{
	g_object_unref(self->server);
	offhook_http_request_unref(self->request);
	g_clear_pointer(&self->database, json_object_unref);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookHttpSupabaseProbe, offhook_http_supabase_probe_free)

/* Asks the database something that costs nothing. */
static void
offhook_http_supabase_ask_database(OffhookHttpSupabaseProbe *self, GAsyncReadyCallback callback)
{
	const OffhookInteractionFilter filter = {.user_id = "-", .limit = 1};

	offhook_store_list_interactions_async(offhook_http_server_get_store(self->server), &filter,
					      self->request->user, NULL, callback, self);
}

static double
offhook_http_supabase_probe_get_ms(const OffhookHttpSupabaseProbe *self)
{
	return (g_get_monotonic_time() - self->asked_us) / 1000.0;
}

static JsonObject *
offhook_http_supabase_view_database(OffhookHttpSupabaseProbe *self, OffhookStore *store)
{
	JsonObject *database = json_object_new();

	json_object_set_string_member(database, "status", self->healthy ? "healthy" : "unhealthy");
	json_object_set_string_member(database, "backend", offhook_store_get_backend_name(store));
	json_object_set_double_member(database, "response_time",
				      offhook_http_supabase_probe_get_ms(self));
	return database;
}

/* ---- /supabase/test ---- */

static void
offhook_http_supabase_tested_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabaseProbe) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_list_interactions_finish(OFFHOOK_STORE(source), result, &error);
	g_autofree char *now = offhook_timestamp_format(offhook_timestamp_now());
	JsonObject *reply;

	if (rows == NULL) {
		offhook_http_request_reply_error(self->request, error);
		return;
	}
	self->healthy = TRUE;
	reply = json_object_new();
	json_object_set_boolean_member(reply, "success", TRUE);
	json_object_set_string_member(reply, "message", "the database answers");
	json_object_set_object_member(
	    reply, "database", offhook_http_supabase_view_database(self, OFFHOOK_STORE(source)));
	json_object_set_string_member(reply, "timestamp", now);
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_supabase_test(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_supabase_ask_database(offhook_http_supabase_probe_new(server, request),
					   offhook_http_supabase_tested_cb);
}

/* ---- /supabase/health ---- */

/* @project: (transfer full) (nullable): none is configured */
static void
offhook_http_supabase_reply_health(OffhookHttpSupabaseProbe *self, JsonObject *project)
{
	gboolean good = self->healthy;
	JsonObject *reply = json_object_new();
	g_autofree char *now = offhook_timestamp_format(offhook_timestamp_now());

	if (project != NULL &&
	    g_strcmp0(offhook_json_get_string(project, "status"), "healthy") != 0)
		good = FALSE;
	json_object_set_string_member(reply, "status", good ? "healthy" : "degraded");
	json_object_set_string_member(reply, "timestamp", now);
	json_object_set_object_member(reply, "database", g_steal_pointer(&self->database));
	if (project != NULL)
		json_object_set_object_member(reply, "project", project);
	else
		json_object_set_null_member(reply, "project");
	offhook_http_request_reply_json(self->request, 200, reply);
}

static void
offhook_http_supabase_project_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookHttpSupabaseProbe) self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookWebResponse) response =
	    offhook_web_client_send_finish(OFFHOOK_WEB_CLIENT(source), result, &error);
	OffhookConfig *config = offhook_http_server_get_config(self->server);
	const char *url = offhook_config_get_string(config, "supabase", "url");
	g_autofree char *ref = offhook_supabase_dup_ref(url);
	gboolean good = response != NULL && response->status == 200;
	JsonObject *project = json_object_new();

	json_object_set_string_member(project, "status", good ? "healthy" : "unhealthy");
	offhook_json_set_string(project, "url", url);
	offhook_json_set_string(project, "ref", ref);
	json_object_set_double_member(project, "response_time",
				      offhook_http_supabase_probe_get_ms(self));
	if (!good) {
		g_autofree char *reason = response != NULL
					      ? g_strdup_printf("HTTP status %u", response->status)
					      : g_strdup(error->message);

		json_object_set_string_member(project, "reason", reason);
	}
	offhook_http_supabase_reply_health(self, project);
}

/* The part of a project that says how it is without a user. */
static void
offhook_http_supabase_ask_project(OffhookHttpSupabaseProbe *self, const char *url, const char *key)
{
	g_autoptr(OffhookWebClient) web = offhook_web_client_new(1);
	g_autofree char *address = g_strconcat(url, "/auth/v1/health", NULL);
	g_autofree char *header = g_strconcat("apikey: ", key != NULL ? key : "", NULL);
	const char *const headers[] = {header, NULL};
	const OffhookWebRequest request = {
	    .url = address,
	    .headers = key != NULL ? headers : NULL,
	    .connect_timeout_ms = OFFHOOK_HTTP_PROJECT_TIMEOUT_MS,
	    .timeout_ms = OFFHOOK_HTTP_PROJECT_TIMEOUT_MS,
	};

	self->asked_us = g_get_monotonic_time();
	offhook_web_client_send_async(web, &request, NULL, offhook_http_supabase_project_cb, self);
}

static void
offhook_http_supabase_probed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookHttpSupabaseProbe *self = user_data;
	OffhookConfig *config = offhook_http_server_get_config(self->server);
	const char *url = offhook_config_get_string(config, "supabase", "url");
	g_autoptr(GPtrArray) rows =
	    offhook_store_list_interactions_finish(OFFHOOK_STORE(source), result, NULL);

	self->healthy = rows != NULL;
	self->database = offhook_http_supabase_view_database(self, OFFHOOK_STORE(source));
	if (url != NULL) {
		offhook_http_supabase_ask_project(
		    self, url, offhook_config_get_string(config, "supabase", "anon-key"));
		return;
	}
	offhook_http_supabase_reply_health(self, NULL);
	offhook_http_supabase_probe_free(self);
}

static void
offhook_http_supabase_get_health(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	offhook_http_supabase_ask_database(offhook_http_supabase_probe_new(server, request),
					   offhook_http_supabase_probed_cb);
}

const OffhookRoute offhook_http_supabase_health_routes[] = {
    {"GET", "/supabase/test", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_USER, offhook_http_supabase_test},
    {"GET", "/supabase/health", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_USER,
     offhook_http_supabase_get_health},
    {NULL},
};
