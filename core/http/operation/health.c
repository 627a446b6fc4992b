/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /health, /ready. Main thread.
 */

#include "http/server/resources.h"
#include "http/calls/views.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static const char *
offhook_http_health_get_database(OffhookHttpServer *server)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(offhook_http_server_get_store(server), &stats);
	return stats.failing ? "unhealthy" : "healthy";
}

/* (nullable): there are none. "unhealthy" while one of them takes nothing */
static const char *
offhook_http_health_get_webhooks(OffhookHttpServer *server)
{
	OffhookOutbox *outbox = offhook_http_server_get_outbox(server);
	guint n = outbox != NULL ? offhook_outbox_count_endpoints(outbox) : 0;

	for (guint i = 0; i < n; i++) {
		OffhookDeliveryEndpointStatus status;

		offhook_outbox_get_status(outbox, i, &status);
		if (status.failures > 0 || status.disabled)
			return "unhealthy";
	}
	return n > 0 ? "healthy" : NULL;
}

static JsonObject *
offhook_http_health_make(OffhookHttpServer *server)
{
	JsonObject *reply = json_object_new();
	g_autofree char *now = offhook_timestamp_format(offhook_timestamp_now());
	const char *database = offhook_http_health_get_database(server);
	const char *webhooks = offhook_http_health_get_webhooks(server);
	gboolean well = g_str_equal(database, "healthy") && g_strcmp0(webhooks, "unhealthy") != 0;

	json_object_set_string_member(reply, "status", well ? "healthy" : "degraded");
	json_object_set_string_member(reply, "timestamp", now);
	json_object_set_string_member(reply, "version", OFFHOOK_VERSION);
	json_object_set_double_member(reply, "uptime", offhook_http_server_get_uptime(server));
	return reply;
}

static gboolean
offhook_http_health_has_provider(OffhookHttpServer *server)
{
	g_autoptr(GPtrArray) drivers = offhook_plugin_registry_list_kind(
	    offhook_http_server_get_plugins(server), OFFHOOK_PLUGIN_DRIVER);

	for (guint i = 0; i < drivers->len; i++)
		if (offhook_plugin_get_status(g_ptr_array_index(drivers, i)) ==
		    OFFHOOK_PLUGIN_ACTIVE)
			return TRUE;
	return FALSE;
}

static JsonArray *
offhook_http_health_view_webhooks(OffhookHttpServer *server)
{
	OffhookOutbox *outbox = offhook_http_server_get_outbox(server);
	JsonArray *array = json_array_new();

	for (guint i = 0; outbox != NULL && i < offhook_outbox_count_endpoints(outbox); i++) {
		JsonObject *object = json_object_new();
		OffhookDeliveryEndpointStatus status;

		offhook_outbox_get_status(outbox, i, &status);
		json_object_set_string_member(object, "endpoint", status.name);
		json_object_set_boolean_member(object, "disabled", status.disabled);
		json_object_set_int_member(object, "waiting", status.waiting);
		json_object_set_int_member(object, "dead", status.dead);
		json_object_set_int_member(object, "failures", status.failures);
		offhook_json_set_string(object, "error", status.error);
		offhook_view_set_time(object, "paused_until", status.paused_until_us);
		json_array_add_object_element(array, object);
	}
	return array;
}

static void
offhook_http_health_get(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	JsonObject *reply = offhook_http_health_make(server);
	JsonObject *services = json_object_new();
	const char *webhooks = offhook_http_health_get_webhooks(server);

	json_object_set_string_member(services, "database",
				      offhook_http_health_get_database(server));
	if (webhooks != NULL)
		json_object_set_string_member(services, "webhooks", webhooks);
	/* What the reference system runs as a process of its own is the call manager here. */
	json_object_set_string_member(services, "orchestrator", "healthy");
	json_object_set_string_member(services, "voice_provider",
				      offhook_http_health_has_provider(server) ? "healthy"
									       : "unhealthy");
	json_object_set_object_member(reply, "services", services);
	offhook_http_request_reply_json(request, 200, reply);
}

/* ---- detailed ---- */

typedef struct {
	OffhookHttpServer *server;
	OffhookHttpRequest *request;
	gint64 asked_us;
} OffhookHttpHealthProbe;

static JsonObject *
offhook_http_health_view_memory(void)
{
	JsonObject *memory = json_object_new();
	g_autofree char *statm = NULL;
	guint64 size = 0, resident = 0;
	gint64 page = sysconf(_SC_PAGESIZE);

	if (g_file_get_contents("/proc/self/statm", &statm, NULL, NULL) &&
	    sscanf(statm, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &size, &resident) != 2)
		resident = 0;
	json_object_set_int_member(memory, "rss", resident * page);
	json_object_set_int_member(memory, "virtual", size * page);
	return memory;
}

static JsonObject *
offhook_http_health_view_cpu(void)
{
	JsonObject *cpu = json_object_new();
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	json_object_set_double_member(cpu, "user",
				      usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6);
	json_object_set_double_member(cpu, "system",
				      usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6);
	return cpu;
}

static JsonObject *
offhook_http_health_view_service(const char *status, double response_ms)
{
	JsonObject *service = json_object_new();

	json_object_set_string_member(service, "status", status);
	json_object_set_double_member(service, "response_time", response_ms);
	return service;
}

static JsonArray *
offhook_http_health_view_engines(OffhookHttpServer *server)
{
	OffhookEngineHealth *health =
	    offhook_call_manager_get_health(offhook_http_server_get_calls(server));
	g_autoptr(GPtrArray) records = offhook_engine_health_list(health);
	JsonArray *engines = json_array_new();

	for (guint i = 0; i < records->len; i++) {
		OffhookHealthStatus status;

		offhook_health_record_get_status(g_ptr_array_index(records, i), &status);
		json_array_add_object_element(engines, offhook_health_status_to_json(&status));
	}
	return engines;
}

/* Of an upgrade: those that go on until their calls have ended. */
static JsonArray *
offhook_http_health_view_elders(OffhookHttpElders *elders)
{
	JsonArray *array = json_array_new();

	for (guint i = 0; i < offhook_http_elders_count(elders); i++) {
		const OffhookHttpElder *elder = offhook_http_elders_get(elders, i);
		JsonObject *object = json_object_new();

		json_object_set_int_member(object, "pid", elder->pid);
		json_object_set_int_member(object, "active_calls", elder->n_calls);
		json_array_add_object_element(array, object);
	}
	return array;
}

/* The database has answered a read, or has not. */
static void
offhook_http_health_probed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookHttpHealthProbe *probe = user_data;
	g_autoptr(OffhookHttpServer) server = probe->server;
	g_autoptr(OffhookHttpRequest) request = probe->request;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) calls =
	    offhook_store_list_calls_finish(OFFHOOK_STORE(source), result, NULL, &error);
	double took_ms = (g_get_monotonic_time() - probe->asked_us) / 1000.0;
	OffhookHttpElders *elders = offhook_http_server_get_elders(server);
	JsonObject *reply = offhook_http_health_make(server);
	JsonObject *services = json_object_new();

	json_object_set_object_member(reply, "memory", offhook_http_health_view_memory());
	json_object_set_object_member(reply, "cpu", offhook_http_health_view_cpu());
	json_object_set_object_member(
	    services, "database",
	    offhook_http_health_view_service(
		calls != NULL ? offhook_http_health_get_database(server) : "unhealthy", took_ms));
	json_object_set_object_member(services, "orchestrator",
				      offhook_http_health_view_service("healthy", 0));
	json_object_set_object_member(
	    services, "voice_provider",
	    offhook_http_health_view_service(
		offhook_http_health_has_provider(server) ? "healthy" : "unhealthy", 0));
	json_object_set_object_member(reply, "services", services);
	json_object_set_array_member(reply, "engines", offhook_http_health_view_engines(server));
	json_object_set_array_member(reply, "webhooks", offhook_http_health_view_webhooks(server));
	json_object_set_int_member(
	    reply, "active_calls",
	    offhook_call_manager_count(offhook_http_server_get_calls(server)) +
		offhook_http_elders_count_calls(elders));
	json_object_set_array_member(reply, "older_processes",
				     offhook_http_health_view_elders(elders));
	json_object_set_boolean_member(
	    reply, "draining",
	    offhook_call_manager_is_draining(offhook_http_server_get_calls(server)));
	offhook_http_request_reply_json(request, 200, reply);
}

static void
offhook_http_health_get_detailed(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	const OffhookCallFilter filter = {.limit = 1};
	OffhookHttpHealthProbe *probe = g_new(OffhookHttpHealthProbe, 1);

	*probe = (OffhookHttpHealthProbe){g_object_ref(server), offhook_http_request_wait(request),
					  g_get_monotonic_time()};
	offhook_store_list_calls_async(offhook_http_server_get_store(server), &filter, NULL,
				       offhook_http_health_probed_cb, probe);
}

static void
offhook_http_health_get_ready(OffhookHttpServer *server, OffhookHttpRequest *request)
{
	g_autoptr(GError) error = NULL;
	JsonObject *reply = json_object_new();
	gboolean ready =
	    offhook_call_manager_is_ready(offhook_http_server_get_calls(server), &error);

	json_object_set_boolean_member(reply, "ready", ready);
	offhook_json_set_string(reply, "reason", ready ? NULL : error->message);
	offhook_http_request_reply_json(request, ready ? 200 : 503, reply);
}

const OffhookRoute offhook_http_health_routes[] = {
    {"GET", "/health", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_OPEN, offhook_http_health_get},
    {"GET", "/health/detailed", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_NONE,
     offhook_http_health_get_detailed},
    {"GET", "/ready", OFFHOOK_RATE_HEALTH, OFFHOOK_ROUTE_OPEN, offhook_http_health_get_ready},
    {NULL},
};
