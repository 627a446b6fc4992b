/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as a whole. Start order: configuration, plugins, store, media, calls, doors. Main
 * thread.
 */

#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <offhook/error.h>

#include "base/log.h"
#include "base/priority.h"
#include "base/process-metrics.h"
#include "cache/cache-metrics.h"
#include "call/call-manager.h"
#include "call/call-metrics.h"
#include "call/retention.h"
#include "call/server-metrics.h"
#include "config/config-plugins.h"
#include "config/documentation.h"
#include "config/locations.h"
#include "config/secret.h"
#include "daemon-store.h"
#include "daemon-wait.h"
#include "engine/engine-health.h"
#include "http/resources.h"
#include "http/server.h"
#include "media/recorder.h"
#include "plugin/watcher.h"
#include "store/store-cache.h"
#include "store/store-history.h"
#include "trace/call-tracer.h"
#include "ws/control.h"

struct _OffhookDaemon {
	GObject parent_instance;

	char *config_path;
	OffhookConfig *config;
	OffhookPluginRegistry *plugins;
	OffhookPluginWatcher *watcher;
	OffhookDaemonStore *store;
	OffhookCache *cache; /* (nullable): none is configured */
	OffhookMediaPool *media;
	OffhookEventBus *events;
	OffhookEngineHealth *health;
	OffhookCallManager *calls;
	OffhookMetrics *metrics;
	OffhookCallMetrics *call_metrics;
	OffhookRetention *retention;
	OffhookTraceExporter *exporter; /* (nullable): no traces */
	OffhookCallTracer *tracer;      /* (nullable) */
	OffhookHttpServer *http;
	OffhookControl *control;
	int lock_fd; /* held as long as we live; -1 before */
};

G_DEFINE_FINAL_TYPE(OffhookDaemon, offhook_daemon, G_TYPE_OBJECT)

/* ---- configuration and plugins ---- */

static void
offhook_daemon_log_notices(OffhookConfig *config)
{
	const GPtrArray *notices = offhook_config_get_notices(config);

	for (guint i = 0; i < notices->len; i++)
		g_message("%s", (const char *)g_ptr_array_index(notices, i));
}

/* Reads the configuration; with the first one also the plugins that it speaks of. */
static OffhookConfig *
offhook_daemon_read_config(OffhookDaemon *self, GError **error)
{
	const OffhookConfigSource source = {.path = self->config_path};
	g_autoptr(OffhookConfig) config = offhook_config_read(&source);

	if (self->plugins == NULL) {
		g_auto(GStrv) directories = offhook_plugin_watcher_get_directories(
		    NULL, offhook_config_get_string(config, "plugins", "path"));

		self->plugins = offhook_plugin_registry_new(config);
		self->watcher =
		    offhook_plugin_watcher_new(self->plugins, (const char *const *)directories);
	}
	offhook_plugin_registry_check(self->plugins, config);
	if (!offhook_config_finish(config, error))
		return NULL;
	return g_steal_pointer(&config);
}

static void
offhook_daemon_apply_log(OffhookConfig *config)
{
	GLogLevelFlags level;

	if (offhook_log_level_from_string(offhook_config_get_string(config, "log", "level"),
					  &level))
		offhook_log_set_level(level);
	offhook_log_set_personal_data(offhook_config_get_boolean(config, "log", "personal-data"));
}

/* ---- start ---- */

/* Two daemons on one database and one set of recordings would both believe to be alone. */
static gboolean
offhook_daemon_lock_state(OffhookDaemon *self, GError **error)
{
	const char *dir = offhook_config_get_state_dir(self->config);
	g_autofree char *path = g_build_filename(dir, "lock", NULL);

	self->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (self->lock_fd >= 0 && flock(self->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "[server] state-dir: %s is in use by another offhookd or can't be locked (%s); "
		    "give this one a directory of its own",
		    dir, g_strerror(errno));
	return FALSE;
}

static gboolean
offhook_daemon_open_store(OffhookDaemon *self, GError **error)
{
	self->events = offhook_event_bus_new();
	self->store = offhook_daemon_store_open(self->config, self->events, error);
	return self->store != NULL;
}

static void
offhook_daemon_cache_lost_cb(OffhookCache *cache, const GError *error, gpointer user_data)
{
	g_warning("cache: %s; everything is read from the database meanwhile", error->message);
}

static void
offhook_daemon_cache_restored_cb(OffhookCache *cache, gpointer user_data)
{
	g_message("cache: works again");
}

/* It may come up later, or never. */
static gboolean
offhook_daemon_open_cache(OffhookDaemon *self, GError **error)
{
	const OffhookCacheOptions options = {
	    .url = offhook_config_get_string(self->config, "cache", "url"),
	    .prefix = offhook_config_get_string(self->config, "cache", "prefix"),
	    .ca_file = offhook_config_get_string(self->config, "cache", "ca-file"),
	    .timeout_ms = offhook_config_get_integer(self->config, "cache", "timeout-ms"),
	};

	if (options.url == NULL)
		return TRUE;
	self->cache = offhook_cache_new(&options, error);
	if (self->cache == NULL) {
		g_prefix_error(error, "[cache] ");
		return FALSE;
	}
	g_signal_connect(self->cache, "lost", G_CALLBACK(offhook_daemon_cache_lost_cb), self);
	g_signal_connect(self->cache, "restored", G_CALLBACK(offhook_daemon_cache_restored_cb),
			 self);
	offhook_store_set_cache(
	    offhook_daemon_store_get(self->store), self->cache,
	    offhook_config_get_integer(self->config, "cache", "preferences-seconds"),
	    offhook_config_get_integer(self->config, "cache", "results-seconds"));
	return TRUE;
}

static void
offhook_daemon_plugin_changed_cb(OffhookPluginRegistry *plugins, OffhookPlugin *plugin,
				 gpointer user_data)
{
	OffhookDaemon *self = user_data;
	JsonObject *data = json_object_new();

	json_object_set_string_member(data, "kind", offhook_plugin_get_kind_name(plugin));
	json_object_set_string_member(data, "name", offhook_plugin_get_name(plugin));
	json_object_set_string_member(data, "status", offhook_plugin_get_status_name(plugin));
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_PLUGINS_CHANGED, NULL, 0, data);
}

static void
offhook_daemon_health_changed_cb(OffhookEngineHealth *health, OffhookHealthRecord *record,
				 gpointer user_data)
{
	OffhookDaemon *self = user_data;
	OffhookHealthStatus status;

	offhook_health_record_get_status(record, &status);
	if (status.error != NULL)
		g_warning("engine %s (%s) is %s after %u failures, the last was %s", status.engine,
			  status.role, status.state, status.failures, status.error);
	else
		g_message("engine %s (%s) works again", status.engine, status.role);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_ENGINE_HEALTH, NULL, 0,
				  offhook_health_status_to_json(&status));
}

/* What the calls are watched by. */
static gboolean
offhook_daemon_start_monitoring(OffhookDaemon *self, GError **error)
{
	g_autoptr(GError) local = NULL;

	self->metrics = offhook_metrics_new();
	self->call_metrics = offhook_call_metrics_new(self->metrics, self->calls, self->events);
	offhook_server_metrics_add(self->metrics, self->calls,
				   offhook_daemon_store_get(self->store), self->media);
	if (self->cache != NULL)
		offhook_cache_metrics_add(self->metrics, self->cache);
	offhook_process_metrics_add(self->metrics);
	self->retention = offhook_retention_new(self->calls, offhook_daemon_store_get(self->store),
						self->events, self->metrics);
	offhook_retention_configure(self->retention, self->config);
	self->exporter = offhook_trace_exporter_new(self->config, self->metrics, &local);
	if (self->exporter != NULL)
		self->tracer = offhook_call_tracer_new(self->exporter, self->calls, self->events,
						       self->config);
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean
offhook_daemon_start_calls(OffhookDaemon *self, GError **error)
{
	static const char *const changes[] = {"added", "removed", "failed"};

	self->health = offhook_engine_health_new(NULL);
	g_signal_connect(self->health, "changed", G_CALLBACK(offhook_daemon_health_changed_cb),
			 self);
	self->media = offhook_media_pool_new(
	    offhook_config_get_integer(self->config, "media", "threads"), NULL);
	if (!offhook_priority_can_raise()) {
		g_message("media threads may not go first (RLIMIT_NICE; LimitNICE=-10 in a systemd "
			  "unit); the others stand back instead");
		offhook_priority_lower();
	}
	offhook_priority_take_short_turns();
	self->calls = offhook_call_manager_new(self->plugins, offhook_daemon_store_get(self->store),
					       self->media, self->events, self->health);
	offhook_plugin_registry_set_host(self->plugins, OFFHOOK_CALL_HOST(self->calls));
	for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
		g_signal_connect(self->plugins, changes[i],
				 G_CALLBACK(offhook_daemon_plugin_changed_cb), self);
	return offhook_daemon_store_catch_up(self->store, self->calls, error) &&
	       offhook_daemon_start_monitoring(self, error) &&
	       offhook_plugin_registry_apply(self->plugins, self->config, error) &&
	       offhook_call_manager_configure(self->calls, self->config, error);
}

/* For the command line, which can't know a port that was chosen by the kernel. */
static void
offhook_daemon_publish_url(OffhookDaemon *self)
{
	g_autofree char *path =
	    g_build_filename(offhook_config_get_state_dir(self->config), OFFHOOK_URL_FILE, NULL);
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents(path, offhook_http_server_get_url(self->http), -1, &error))
		g_warning("%s", error->message);
}

static gboolean
offhook_daemon_open_doors(OffhookDaemon *self, GError **error)
{
	static const OffhookRoute *const resources[] = {
	    offhook_http_agents_routes,      offhook_http_call_actions_routes,
	    offhook_http_call_events_routes, offhook_http_calls_routes,
	    offhook_http_messages_routes,    offhook_http_conversations_routes,
	    offhook_http_history_routes,     offhook_http_history_export_routes,
	    offhook_http_health_routes,      offhook_http_media_routes,
	    offhook_http_metrics_routes,     offhook_http_plugins_routes,
	    offhook_http_providers_routes,   offhook_http_webhooks_routes,
	    offhook_http_supabase_routes,    offhook_http_supabase_health_routes,
	    offhook_http_memory_routes,      offhook_http_callers_routes,
	    offhook_http_recordings_routes,
	};
	g_autofree char *token = NULL;
	const char *state_dir = offhook_config_get_state_dir(self->config);
	gboolean created = FALSE;

	token = offhook_secret_load_api_token(state_dir, &created, error);
	if (token == NULL)
		return FALSE;
	if (created)
		g_message("made an API token: %s/%s", state_dir, OFFHOOK_API_TOKEN_FILE);
	self->http =
	    offhook_http_server_new(self->calls, self->plugins,
				    offhook_daemon_store_get(self->store), self->metrics, token);
	for (guint i = 0; i < G_N_ELEMENTS(resources); i++)
		offhook_http_server_add_routes(self->http, resources[i]);
	self->control = offhook_control_new(self->http, self->events);
	offhook_http_server_configure(self->http, self->config);
	if (!offhook_http_server_listen(self->http, error))
		return FALSE;
	offhook_call_manager_set_base_url(self->calls, offhook_http_server_get_url(self->http));
	offhook_daemon_publish_url(self);
	g_message("listening on %s", offhook_http_server_get_url(self->http));
	return TRUE;
}

OffhookDaemon *
offhook_daemon_new(const char *config_path)
{
	OffhookDaemon *self = g_object_new(OFFHOOK_TYPE_DAEMON, NULL);

	self->config_path = g_strdup(config_path);
	return self;
}

/* ---- check ---- */

static void
offhook_daemon_check_store(OffhookConfig *config, GString *wrong)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_store_check_url(offhook_config_get_string(config, "store", "url"), &error))
		g_string_append_printf(wrong, "[store] url: %s\n", error->message);
}

static void
offhook_daemon_check_cache(OffhookConfig *config, GString *wrong)
{
	const char *url = offhook_config_get_string(config, "cache", "url");
	g_autoptr(GError) error = NULL;

	if (url != NULL && !offhook_cache_check_url(url, &error))
		g_string_append_printf(wrong, "[cache] url: %s\n", error->message);
}

static void
offhook_daemon_check_trace(OffhookConfig *config, GString *wrong)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) headers = offhook_trace_parse_headers(
	    offhook_config_get_string(config, "trace", "headers"), &error);

	if (headers == NULL)
		g_string_append_printf(wrong, "%s\n", error->message);
}

/* What only a plugin can tell: a sound file that is not there, a number that is none. */
static void
offhook_daemon_check_plugins(OffhookDaemon *self, OffhookConfig *config, GString *wrong)
{
	g_autofree char *problems = offhook_plugin_registry_try(self->plugins, config);

	g_string_append(wrong, problems);
}

/* A line for each. */
static char *
offhook_daemon_join_notices(OffhookConfig *config)
{
	const GPtrArray *notices = offhook_config_get_notices(config);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < notices->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(notices, i));
	return g_string_free(text, FALSE);
}

gboolean
offhook_daemon_check(OffhookDaemon *self, char **remarks, GError **error)
{
	g_autoptr(OffhookConfig) config = offhook_daemon_read_config(self, error);
	g_autoptr(GString) wrong = g_string_new(NULL);

	if (config == NULL)
		return FALSE;
	offhook_daemon_check_store(config, wrong);
	offhook_daemon_check_cache(config, wrong);
	offhook_daemon_check_trace(config, wrong);
	offhook_daemon_check_plugins(self, config, wrong);
	*remarks = offhook_daemon_join_notices(config);
	if (wrong->len == 0)
		return TRUE;
	g_string_truncate(wrong, wrong->len - 1);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, wrong->str);
	return FALSE;
}

gboolean
offhook_daemon_start(OffhookDaemon *self, GError **error)
{
	self->config = offhook_daemon_read_config(self, error);
	if (self->config == NULL)
		return FALSE;
	offhook_daemon_apply_log(self->config);
	offhook_daemon_log_notices(self->config);
	return offhook_locations_make_dir(offhook_config_get_state_dir(self->config), error) &&
	       offhook_daemon_lock_state(self, error) && offhook_daemon_open_store(self, error) &&
	       offhook_daemon_open_cache(self, error) && offhook_daemon_start_calls(self, error) &&
	       offhook_daemon_open_doors(self, error);
}

/* ---- reload ---- */

/* Applies @config, or leaves everything as it was. */
static gboolean
offhook_daemon_swap_config(OffhookDaemon *self, OffhookConfig *config, GError **error)
{
	if (!offhook_plugin_registry_apply(self->plugins, config, error))
		return FALSE;
	if (!offhook_call_manager_configure(self->calls, config, error)) {
		offhook_plugin_registry_apply(self->plugins, self->config, NULL);
		return FALSE;
	}
	return TRUE;
}

void
offhook_daemon_reload(OffhookDaemon *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookConfig) config = NULL;
	g_auto(GStrv) later = NULL;

	offhook_plugin_watcher_rescan(self->watcher);
	config = offhook_daemon_read_config(self, &error);
	if (config == NULL || !offhook_daemon_swap_config(self, config, &error)) {
		g_warning("configuration not reloaded, the old one stays:\n%s", error->message);
		return;
	}
	later = offhook_config_needs_restart(self->config, config);
	for (guint i = 0; later != NULL && later[i] != NULL; i++)
		g_message("%s takes effect at the next start", later[i]);
	offhook_http_server_configure(self->http, config);
	offhook_retention_configure(self->retention, config);
	offhook_daemon_apply_log(config);
	offhook_daemon_log_notices(config);
	offhook_config_unref(self->config);
	self->config = g_steal_pointer(&config);
	g_message("configuration reloaded");
}

/* ---- stop ---- */

static void
offhook_daemon_end_calls(OffhookDaemon *self)
{
	g_autoptr(GAsyncResult) ended = NULL;

	if (self->calls == NULL)
		return;
	offhook_call_manager_shut_down_async(self->calls, offhook_daemon_keep_result_cb, &ended);
	offhook_call_manager_shut_down_finish(self->calls, offhook_daemon_wait(&ended), NULL);
}

static void
offhook_daemon_flush_trace(OffhookDaemon *self)
{
	g_autoptr(GAsyncResult) flushed = NULL;

	if (self->exporter == NULL)
		return;
	offhook_trace_exporter_flush_async(self->exporter, offhook_daemon_keep_result_cb, &flushed);
	offhook_daemon_wait(&flushed);
}

void
offhook_daemon_stop(OffhookDaemon *self)
{
	if (self->http != NULL)
		offhook_http_server_stop(self->http);
	offhook_daemon_end_calls(self);
	if (self->store != NULL)
		offhook_daemon_store_flush(self->store);
	offhook_daemon_flush_trace(self);
}

/* ---- documentation ---- */

char *
offhook_daemon_print_sample(OffhookDaemon *self)
{
	g_autoptr(OffhookConfig) config = offhook_daemon_read_config(self, NULL);
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list(self->plugins);
	g_autoptr(GArray) docs = g_array_new(FALSE, FALSE, sizeof(OffhookPluginDoc));

	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);
		const OffhookPluginDoc doc = {
		    .kind = offhook_plugin_get_kind(plugin),
		    .name = offhook_plugin_get_name(plugin),
		    .summary = offhook_plugin_get_summary(plugin),
		    .settings = offhook_plugin_get_settings(plugin),
		};

		if (doc.summary != NULL)
			g_array_append_val(docs, doc);
	}
	return offhook_documentation_print_sample((const OffhookPluginDoc *)docs->data, docs->len);
}

static void
offhook_daemon_dispose(GObject *object)
{
	OffhookDaemon *self = OFFHOOK_DAEMON(object);

	if (self->plugins != NULL)
		g_signal_handlers_disconnect_by_data(self->plugins, self);
	g_clear_pointer(&self->control, offhook_control_free);
	g_clear_object(&self->http);
	g_clear_pointer(&self->tracer, offhook_call_tracer_free);
	g_clear_pointer(&self->exporter, offhook_trace_exporter_free);
	g_clear_pointer(&self->retention, offhook_retention_free);
	g_clear_pointer(&self->call_metrics, offhook_call_metrics_free);
	g_clear_pointer(&self->metrics, offhook_metrics_free);
	g_clear_pointer(&self->watcher, offhook_plugin_watcher_free);
	g_clear_object(&self->calls);
	if (self->health != NULL)
		g_signal_handlers_disconnect_by_data(self->health, self);
	g_clear_object(&self->health);
	g_clear_pointer(&self->media, offhook_media_pool_free);
	offhook_recorder_sync(); /* the last recordings get their final length */
	g_clear_object(&self->plugins);
	g_clear_pointer(&self->store, offhook_daemon_store_free);
	if (self->cache != NULL)
		g_signal_handlers_disconnect_by_data(self->cache, self);
	g_clear_object(&self->cache);
	g_clear_object(&self->events);
	g_clear_pointer(&self->config, offhook_config_unref);
	g_clear_pointer(&self->config_path, g_free);
	if (self->lock_fd >= 0)
		close(self->lock_fd);
	self->lock_fd = -1;

	G_OBJECT_CLASS(offhook_daemon_parent_class)->dispose(object);
}

static void
offhook_daemon_init(OffhookDaemon *self)
{
	self->lock_fd = -1;
}

static void
offhook_daemon_class_init(OffhookDaemonClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_daemon_dispose;
}
