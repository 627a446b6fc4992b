/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as a whole. Start order: configuration, plugins, store, media, calls, doors. Main
 * thread.
 */

#include "daemon/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <offhook/error.h>

#include "base/log.h"
#include "base/priority.h"
#include "base/process-metrics.h"
#include "cache/cache-metrics.h"
#include "call/manager/server-metrics.h"
#include "config/config-plugins.h"
#include "config/locations.h"
#include "daemon/daemon-deliveries.h"
#include "daemon/daemon-handover.h"
#include "daemon/daemon-wait.h"
#include "media/recorder.h"
#include "store/store-cache.h"

G_DEFINE_FINAL_TYPE(OffhookDaemon, offhook_daemon, G_TYPE_OBJECT)

#define OFFHOOK_DAEMON_ANSWERS_US (10 * G_USEC_PER_SEC)
#define OFFHOOK_DAEMON_TICK_MS    20

static guint offhook_daemon_quit;

/* ---- configuration and plugins ---- */

static void
offhook_daemon_log_notices(OffhookConfig *config)
{
	const GPtrArray *notices = offhook_config_get_notices(config);

	for (guint i = 0; i < notices->len; i++)
		g_message("%s", (const char *)g_ptr_array_index(notices, i));
}

/*
 * What is in a file may need plugins that only the next start loads: those of another folder, and those whose
 * files have changed. @config: (nullable)
 */
static void
offhook_daemon_explain_refusal(OffhookDaemon *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GPtrArray) plugins = offhook_plugin_registry_list(self->plugins);
	g_autoptr(GString) text = g_string_new(NULL);

	if (self->config == NULL || error == NULL)
		return;
	if (config != NULL &&
	    g_strcmp0(offhook_config_get_string(self->config, "plugins", "path"),
		      offhook_config_get_string(config, "plugins", "path")) != 0)
		g_string_append(text, "\n[plugins] path counts from the next start on: what is "
				      "only there can be used after a restart, or SIGUSR2");
	for (guint i = 0; i < plugins->len; i++) {
		OffhookPlugin *plugin = g_ptr_array_index(plugins, i);

		/* Of an active one it is the note that its file is newer. */
		if (offhook_plugin_get_status(plugin) == OFFHOOK_PLUGIN_ACTIVE &&
		    offhook_plugin_get_reason(plugin) != NULL)
			g_string_append_printf(text, "\n%s %s is older than its file: %s",
					       offhook_plugin_get_kind_name(plugin),
					       offhook_plugin_get_name(plugin),
					       offhook_plugin_get_reason(plugin));
	}
	g_string_prepend(text, (*error)->message);
	g_free((*error)->message);
	(*error)->message = g_string_free(g_steal_pointer(&text), FALSE);
}

OffhookConfig *
offhook_daemon_read_config(OffhookDaemon *self, GError **error)
{
	const OffhookConfigSource source = {.path = self->config_path, .tolerant = self->tolerant};
	g_autoptr(OffhookConfig) config = offhook_config_read(&source);

	if (self->plugins == NULL) {
		g_auto(GStrv) directories = offhook_plugin_watcher_get_directories(
		    NULL, offhook_config_get_string(config, "plugins", "path"));

		self->plugins = offhook_plugin_registry_new(config);
		self->watcher =
		    offhook_plugin_watcher_new(self->plugins, (const char *const *)directories);
	}
	offhook_plugin_registry_check(self->plugins, config);
	if (offhook_config_finish(config, error))
		return g_steal_pointer(&config);
	offhook_daemon_explain_refusal(self, config, error);
	return NULL;
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
	g_autofree char *path = g_build_filename(dir, OFFHOOK_LOCK_FILE, NULL);

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
	self->store = offhook_daemon_store_open(
	    self->config, self->events,
	    offhook_daemon_is_alone(self) ? NULL : g_ptr_array_index(self->predecessors, 0), error);
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
		g_warning("engine %s (%s) is %s%s, the last failure was %s", status.engine,
			  status.role, status.state,
			  g_str_equal(status.state, "open")        ? ": it is left alone for now"
			  : g_str_equal(status.state, "half-open") ? ": it is being tried"
								   : "",
			  status.error);
	else
		g_message("engine %s (%s) works again", status.engine, status.role);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_ENGINE_HEALTH, NULL, 0,
				  offhook_health_status_to_json(&status));
}

void
offhook_daemon_start_retention(OffhookDaemon *self)
{
	self->retention = offhook_retention_new(self->calls, offhook_daemon_store_get(self->store),
						self->events, self->metrics);
	offhook_retention_configure(self->retention, self->config);
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
	offhook_daemon_store_add_metrics(self->store, self->metrics);
	offhook_process_metrics_add(self->metrics);
	offhook_daemon_start_retention(self);
	self->eraser = offhook_eraser_new(self->calls, self->plugins,
					  offhook_daemon_store_get(self->store), self->events);
	offhook_eraser_set_state_dir(self->eraser, offhook_config_get_state_dir(self->config));
	self->outbox =
	    offhook_outbox_new(offhook_daemon_store_get(self->store), self->events, self->metrics);
	offhook_daemon_open_deliveries(self);
	if (!offhook_outbox_configure(self->outbox, self->config, error))
		return FALSE;
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

OffhookDaemon *
offhook_daemon_new(const char *config_path)
{
	OffhookDaemon *self = g_object_new(OFFHOOK_TYPE_DAEMON, NULL);

	self->config_path = g_strdup(config_path);
	return self;
}

void
offhook_daemon_set_tolerant(OffhookDaemon *self)
{
	self->tolerant = TRUE;
}

gboolean
offhook_daemon_start(OffhookDaemon *self, GError **error)
{
	OffhookPredecessor *predecessor;

	if (!offhook_predecessor_find(&predecessor, error))
		return FALSE;
	if (predecessor != NULL)
		g_ptr_array_add(self->predecessors, predecessor);
	self->config = offhook_daemon_read_config(self, error);
	if (self->config == NULL)
		return FALSE;
	offhook_daemon_apply_log(self->config);
	if (!offhook_daemon_is_alone(self))
		offhook_log_show_process();
	offhook_daemon_log_notices(self->config);
	if (!offhook_locations_make_dir(offhook_config_get_state_dir(self->config), error) ||
	    (offhook_daemon_is_alone(self) && !offhook_daemon_lock_state(self, error)) ||
	    !offhook_daemon_open_store(self, error) || !offhook_daemon_open_cache(self, error) ||
	    !offhook_daemon_start_calls(self, error) || !offhook_daemon_open_doors(self, error))
		return FALSE;
	offhook_daemon_open_bus(self);
	return TRUE;
}

/* ---- reload ---- */

/* Applies @config, or leaves everything as it was. */
static gboolean
offhook_daemon_swap_config(OffhookDaemon *self, OffhookConfig *config, GError **error)
{
	g_autoptr(GPtrArray) webhooks = offhook_delivery_settings_list(config, error);

	if (webhooks == NULL)
		return FALSE;
	if (!offhook_plugin_registry_apply(self->plugins, config, error))
		return FALSE;
	if (!offhook_call_manager_configure(self->calls, config, error)) {
		offhook_plugin_registry_apply(self->plugins, self->config, NULL);
		return FALSE;
	}
	return TRUE;
}

/* They were good when the configuration was checked; a secret's file may have gone since. */
static void
offhook_daemon_take_webhooks(OffhookDaemon *self, OffhookConfig *config)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_outbox_configure(self->outbox, config, &error))
		g_warning("webhooks stay as they were: %s", error->message);
}

/* A line for each, as the log has it. */
static void
offhook_daemon_log_refusal(const GError *error)
{
	g_auto(GStrv) lines = g_strsplit(error->message, "\n", -1);

	g_warning("configuration not reloaded, the old one stays: %s", lines[0]);
	for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
		g_warning("configuration not reloaded: %s", lines[i]);
}

gboolean
offhook_daemon_reload(OffhookDaemon *self, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(OffhookConfig) config = NULL;
	g_auto(GStrv) later = NULL;

	offhook_plugin_watcher_rescan(self->watcher);
	config = offhook_daemon_read_config(self, &local);
	if (config != NULL && !offhook_daemon_swap_config(self, config, &local))
		offhook_daemon_explain_refusal(self, config, &local);
	if (local != NULL) {
		offhook_daemon_log_refusal(local);
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	later = offhook_config_needs_restart(self->config, config);
	for (guint i = 0; later != NULL && later[i] != NULL; i++)
		g_message("%s takes effect at the next start", later[i]);
	offhook_http_server_configure(self->http, config);
	offhook_eraser_set_state_dir(self->eraser, offhook_config_get_state_dir(config));
	/* The process that has taken over does it now. */
	if (self->retention != NULL)
		offhook_retention_configure(self->retention, config);
	offhook_daemon_take_webhooks(self, config);
	if (self->dbus != NULL)
		offhook_dbus_door_configure(self->dbus, config);
	offhook_daemon_apply_log(config);
	offhook_daemon_log_notices(config);
	offhook_config_unref(self->config);
	self->config = g_steal_pointer(&config);
	g_message("configuration reloaded");
	return TRUE;
}

/* ---- stop ---- */

static void
offhook_daemon_drained_cb(OffhookCallManager *calls, gpointer user_data)
{
	OffhookDaemon *self = user_data;

	/* What comes before us is then looked after by what comes after us. */
	if (self->quit_when_drained && (self->succeeded || offhook_daemon_is_alone(self)))
		g_signal_emit(self, offhook_daemon_quit, 0);
}

void
offhook_daemon_drain(OffhookDaemon *self, gboolean quit)
{
	self->quit_when_drained = quit;
	g_signal_handlers_disconnect_by_func(self->calls, offhook_daemon_drained_cb, self);
	/* After the doors: they still tell. */
	g_signal_connect(self->calls, "drained", G_CALLBACK(offhook_daemon_drained_cb), self);
	offhook_call_manager_set_draining(self->calls, TRUE);
}

static void
offhook_daemon_end_calls(OffhookDaemon *self)
{
	g_autoptr(GAsyncResult) ended = NULL;

	if (self->calls == NULL)
		return;
	offhook_call_manager_shut_down_async(self->calls, offhook_daemon_keep_result_cb, &ended);
	offhook_call_manager_shut_down_finish(self->calls, offhook_daemon_wait(&ended), NULL);
}

static gboolean
offhook_daemon_tick_cb(gpointer user_data)
{
	return G_SOURCE_CONTINUE;
}

/* Whoever has ended the last call by a request is still to be told that it is done. */
static void
offhook_daemon_finish_answers(OffhookDaemon *self)
{
	const gint64 until_us = g_get_monotonic_time() + OFFHOOK_DAEMON_ANSWERS_US;
	guint tick_id = g_timeout_add(OFFHOOK_DAEMON_TICK_MS, offhook_daemon_tick_cb, NULL);

	while (offhook_http_server_is_answering(self->http) && g_get_monotonic_time() < until_us)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(tick_id);
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
	offhook_daemon_end_handing_over(self);
	if (self->http != NULL)
		offhook_http_server_stop(self->http);
	offhook_daemon_end_calls(self);
	if (self->http != NULL)
		offhook_daemon_finish_answers(self);
	if (self->outbox != NULL)
		offhook_outbox_stop(self->outbox);
	if (self->store != NULL)
		offhook_daemon_store_flush(self->store);
	offhook_daemon_flush_trace(self);
}

static void
offhook_daemon_dispose(GObject *object)
{
	OffhookDaemon *self = OFFHOOK_DAEMON(object);

	if (self->plugins != NULL)
		g_signal_handlers_disconnect_by_data(self->plugins, self);
	g_clear_pointer(&self->dbus, offhook_dbus_door_free);
	g_clear_pointer(&self->control, offhook_control_free);
	g_clear_object(&self->http);
	g_clear_pointer(&self->tracer, offhook_call_tracer_free);
	g_clear_pointer(&self->exporter, offhook_trace_exporter_free);
	g_clear_pointer(&self->retention, offhook_retention_free);
	g_clear_object(&self->eraser);
	g_clear_handle_id(&self->deliveries_id, g_source_remove);
	if (self->outbox != NULL) {
		g_signal_handlers_disconnect_by_data(self->outbox, self);
		offhook_outbox_stop(self->outbox);
	}
	g_clear_object(&self->outbox);
	g_clear_pointer(&self->call_metrics, offhook_call_metrics_free);
	g_clear_pointer(&self->metrics, offhook_metrics_free);
	g_clear_pointer(&self->watcher, offhook_plugin_watcher_free);
	if (self->calls != NULL)
		g_signal_handlers_disconnect_by_data(self->calls, self);
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
	/* Its end is how they know of ours. */
	g_clear_pointer(&self->predecessors, g_ptr_array_unref);
	g_clear_pointer(&self->departed, g_ptr_array_unref);
	g_clear_pointer(&self->successor, offhook_successor_free);

	G_OBJECT_CLASS(offhook_daemon_parent_class)->dispose(object);
}

static void
offhook_daemon_init(OffhookDaemon *self)
{
	self->lock_fd = -1;
	self->predecessors =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_predecessor_free);
	self->departed = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_predecessor_free);
}

static void
offhook_daemon_class_init(OffhookDaemonClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_daemon_dispose;
	offhook_daemon_quit = g_signal_new("quit", OFFHOOK_TYPE_DAEMON, G_SIGNAL_RUN_LAST, 0, NULL,
					   NULL, NULL, G_TYPE_NONE, 0);
}
