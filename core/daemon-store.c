/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the daemon does with its store itself; calls write to it, doors read from it. Main thread.
 */

#include "daemon-store.h"

#include <offhook/error.h>

#include "base/timestamp.h"
#include "daemon-wait.h"
#include "store/store-history.h"

#define OFFHOOK_DAEMON_STORE_MIB (1024 * 1024)

struct _OffhookDaemonStore {
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookCallManager *calls; /* (nullable): from catch_up() on */
	gint64 started_us;
	gboolean catching_up;
	gboolean caught_up;
	GError *failure;        /* (nullable): of the last try to catch up */
	GCancellable *stopping; /* of what goes on in the store by itself */
	GAsyncResult *folded;   /* (nullable): that it is done */
	gboolean folding;
	guint64 refused; /* when the outage began */
};

/* ---- what the store says ---- */

static void
offhook_daemon_store_failed_cb(OffhookStore *store, const GError *error, OffhookDaemonStore *self)
{
	JsonObject *data = json_object_new();

	g_warning("store: %s", error->message);
	json_object_set_string_member(data, "error_code", offhook_error_get_api_code(error));
	json_object_set_string_member(data, "message", error->message);
	json_object_set_null_member(data, "call_id");
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_ERROR, NULL, 0, data);
}

static void offhook_daemon_store_try_catch_up(OffhookDaemonStore *self);

static void
offhook_daemon_store_recovered_cb(OffhookStore *store, OffhookDaemonStore *self)
{
	OffhookStoreStats stats;

	offhook_store_get_stats(store, &stats);
	if (stats.refused == self->refused)
		g_message("store: works again, nothing was lost");
	else
		g_warning("store: works again, but %" G_GUINT64_FORMAT
			  " writes had found no room and are lost",
			  stats.refused - self->refused);
	self->refused = stats.refused;
	offhook_daemon_store_try_catch_up(self);
}

static void
offhook_daemon_store_watch(OffhookDaemonStore *self)
{
	static const char *const failures[] = {"write-failed", "write-refused", "write-rejected",
					       "journal-failed"};

	for (guint i = 0; i < G_N_ELEMENTS(failures); i++)
		g_signal_connect(self->store, failures[i],
				 G_CALLBACK(offhook_daemon_store_failed_cb), self);
	g_signal_connect(self->store, "recovered", G_CALLBACK(offhook_daemon_store_recovered_cb),
			 self);
}

/* ---- opening ---- */

static void
offhook_daemon_store_tell_start(OffhookDaemonStore *self)
{
	const GError *failure = offhook_store_get_failure(self->store);
	OffhookStoreStats stats;

	offhook_store_get_stats(self->store, &stats);
	if (failure != NULL)
		g_warning("store: %s; calls go on, and what happens in them is kept in the journal",
			  failure->message);
	if (stats.journal > 0)
		g_message("store: %" G_GUINT64_FORMAT
			  " writes of an earlier process are in the journal and come first",
			  stats.journal);
}

OffhookDaemonStore *
offhook_daemon_store_open(OffhookConfig *config, OffhookEventBus *events, GError **error)
{
	const char *url = offhook_config_get_string(config, "store", "url");
	g_autofree char *journal_dir =
	    g_build_filename(offhook_config_get_state_dir(config), OFFHOOK_STORE_JOURNAL_DIR, NULL);
	const guint64 journal_mib = offhook_config_get_integer(config, "store", "journal-mib");
	const OffhookStoreOptions options = {
	    .journal_dir = journal_mib > 0 ? journal_dir : NULL,
	    .journal_bytes = journal_mib * OFFHOOK_DAEMON_STORE_MIB,
	    .schema = offhook_config_get_string(config, "store", "schema"),
	    .pool_size = offhook_config_get_integer(config, "store", "pool-size"),
	    .idle_ms = offhook_config_get_integer(config, "store", "pool-idle-ms"),
	    .connect_ms = offhook_config_get_integer(config, "store", "connect-timeout-ms"),
	    .answer_ms = offhook_config_get_integer(config, "store", "answer-timeout-ms"),
	};
	g_autoptr(GAsyncResult) opened = NULL;
	OffhookStore *store;
	OffhookDaemonStore *self;

	offhook_store_open_async(url, &options, NULL, offhook_daemon_keep_result_cb, &opened);
	store = offhook_store_open_finish(offhook_daemon_wait(&opened), error);
	if (store == NULL) {
		g_prefix_error(error, "[store] url: ");
		return NULL;
	}
	self = g_new0(OffhookDaemonStore, 1);
	self->store = store;
	self->events = g_object_ref(events);
	self->stopping = g_cancellable_new();
	self->started_us = offhook_timestamp_now();
	offhook_daemon_store_watch(self);
	offhook_daemon_store_tell_start(self);
	return self;
}

void
offhook_daemon_store_free(OffhookDaemonStore *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->store, self);
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_object_unref(self->stopping);
	g_clear_object(&self->folded);
	g_clear_error(&self->failure);
	g_free(self);
}

OffhookStore *
offhook_daemon_store_get(OffhookDaemonStore *self)
{
	return self->store;
}

/* ---- catching up ---- */

/* (transfer full) @error: when the store recovers it is tried again */
static void
offhook_daemon_store_end_catching_up(OffhookDaemonStore *self, GError *error)
{
	self->catching_up = FALSE;
	self->caught_up = error == NULL;
	g_clear_error(&self->failure);
	self->failure = error;
}

/* Messages of older versions can't be searched before somebody has gone over them. */
static void
offhook_daemon_store_fold(OffhookDaemonStore *self)
{
	if (!self->caught_up || self->folding)
		return;
	self->folding = TRUE;
	offhook_store_fold_messages_async(self->store, self->stopping,
					  offhook_daemon_keep_result_cb, &self->folded);
}

static void
offhook_daemon_store_stop_folding(OffhookDaemonStore *self)
{
	g_autoptr(GError) error = NULL;

	g_cancellable_cancel(self->stopping);
	if (self->folding &&
	    !offhook_store_fold_messages_finish(self->store, offhook_daemon_wait(&self->folded),
						NULL, &error) &&
	    !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		g_warning("store: not all messages can be searched: %s", error->message);
	self->folding = FALSE;
}

static void
offhook_daemon_store_costs_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDaemonStore *self = user_data;
	GError *error = NULL;

	offhook_call_manager_load_costs_finish(OFFHOOK_CALL_MANAGER(source), result, &error);
	offhook_daemon_store_end_catching_up(self, error);
	offhook_daemon_store_fold(self);
}

static void
offhook_daemon_store_marked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDaemonStore *self = user_data;
	GError *error = NULL;
	guint interrupted = 0;

	if (!offhook_store_mark_interrupted_finish(self->store, result, &interrupted, &error)) {
		offhook_daemon_store_end_catching_up(self, error);
		return;
	}
	if (interrupted > 0)
		g_message("%u calls were interrupted when the server last stopped", interrupted);
	offhook_call_manager_load_costs_async(self->calls, self->started_us,
					      offhook_daemon_store_costs_cb, self);
}

static void
offhook_daemon_store_try_catch_up(OffhookDaemonStore *self)
{
	if (self->calls == NULL || self->catching_up || self->caught_up)
		return;
	self->catching_up = TRUE;
	offhook_store_mark_interrupted_async(self->store, g_get_host_name(), self->started_us, NULL,
					     offhook_daemon_store_marked_cb, self);
}

gboolean
offhook_daemon_store_catch_up(OffhookDaemonStore *self, OffhookCallManager *calls, GError **error)
{
	OffhookStoreStats stats;

	self->calls = calls;
	if (offhook_store_get_failure(self->store) != NULL)
		return TRUE;
	offhook_store_get_stats(self->store, &stats);
	offhook_daemon_store_try_catch_up(self);
	while (self->catching_up && stats.journal == 0)
		g_main_context_iteration(NULL, TRUE);
	if (self->failure == NULL || offhook_store_get_failure(self->store) != NULL)
		return TRUE;
	g_propagate_error(error, g_error_copy(self->failure));
	return FALSE;
}

void
offhook_daemon_store_flush(OffhookDaemonStore *self)
{
	g_autoptr(GAsyncResult) flushed = NULL;
	g_autoptr(GError) error = NULL;
	OffhookStoreStats stats;

	offhook_daemon_store_stop_folding(self);
	offhook_store_flush_async(self->store, NULL, offhook_daemon_keep_result_cb, &flushed);
	if (offhook_store_flush_finish(self->store, offhook_daemon_wait(&flushed), &error))
		return;
	offhook_store_get_stats(self->store, &stats);
	g_warning("store: %s; %" G_GUINT64_FORMAT " writes wait in the journal for the next start",
		  error->message, stats.journal);
}
