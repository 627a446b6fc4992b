/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the daemon does with its store itself; calls write to it, doors read from it. Main thread.
 */

#include "daemon/daemon-store.h"

#include <offhook/error.h>

#include "base/service-manager.h"
#include "base/timestamp.h"
#include "call/keeping/recording-lengths.h"
#include "daemon/daemon-wait.h"
#include "memory/chroma.h"
#include "store/store-history.h"
#include "store/store-open.h"
#include "daemon/successor.h"

#define OFFHOOK_DAEMON_STORE_MIB     (1024 * 1024)
#define OFFHOOK_DAEMON_STORE_ADOPT_S 1

/* A migration that moved may take so long until it is told that it still does. */
#define OFFHOOK_DAEMON_STORE_MIGRATION_S 120

struct _OffhookDaemonStore {
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookCallManager *calls; /* (nullable): from catch_up() on */
	gint64 started_us;
	gboolean alone; /* %FALSE: another process still has calls */
	gboolean catching_up;
	gboolean caught_up;
	GError *failure;        /* (nullable): of the last try to catch up */
	GCancellable *stopping; /* of what goes on in the store by itself */
	GAsyncResult *folded;   /* (nullable): that it is done */
	gboolean folding;
	guint64 refused;       /* when the outage began */
	OffhookChroma *chroma; /* (nullable): none is configured */
	char *journal_dir;     /* (nullable): there is to be no journal */
	guint64 journal_bytes;
	gboolean adopting; /* the journal of the process before */
	gboolean waiting;  /* ... which is not free yet */
	guint adopt_id;
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

static void
offhook_daemon_store_chroma_lost_cb(OffhookChroma *chroma, const GError *error, gpointer user_data)
{
	g_warning("memory: %s; what is remembered is found by its words meanwhile", error->message);
}

static void
offhook_daemon_store_chroma_restored_cb(OffhookChroma *chroma, gpointer user_data)
{
	g_message("memory: Chroma works again");
}

static void
offhook_daemon_store_open_chroma(OffhookDaemonStore *self, OffhookConfig *config)
{
	const OffhookChromaSettings settings = {
	    .url = offhook_config_get_string(config, "memory", "chroma-url"),
	    .tenant = offhook_config_get_string(config, "memory", "chroma-tenant"),
	    .database = offhook_config_get_string(config, "memory", "chroma-database"),
	    .collection = offhook_config_get_string(config, "memory", "chroma-collection"),
	    .token = offhook_config_get_string(config, "memory", "chroma-token"),
	    .timeout_ms = offhook_config_get_integer(config, "memory", "chroma-timeout-ms"),
	};

	if (settings.url == NULL)
		return;
	self->chroma = offhook_chroma_new(self->store, &settings);
	g_signal_connect(self->chroma, "lost", G_CALLBACK(offhook_daemon_store_chroma_lost_cb),
			 NULL);
	g_signal_connect(self->chroma, "restored",
			 G_CALLBACK(offhook_daemon_store_chroma_restored_cb), NULL);
}

void
offhook_daemon_store_add_metrics(OffhookDaemonStore *self, OffhookMetrics *metrics)
{
	if (self->chroma != NULL)
		offhook_chroma_add_metrics(self->chroma, metrics);
}

/* One that stands still is left to whoever limits the start. @user_data: (nullable): the predecessor */
static void
offhook_daemon_store_migrating_cb(const OffhookStoreMigration *migration, gpointer user_data)
{
	g_autofree char *text = offhook_store_migration_describe(migration);

	g_message("store: %s", text);
	if (!migration->moves)
		return;
	offhook_service_manager_extend_start(OFFHOOK_DAEMON_STORE_MIGRATION_S, text);
	if (user_data != NULL)
		offhook_predecessor_tell(user_data, OFFHOOK_SAYS_BUSY);
}

OffhookDaemonStore *
offhook_daemon_store_open(OffhookConfig *config, OffhookEventBus *events,
			  OffhookPredecessor *predecessor, GError **error)
{
	const char *url = offhook_config_get_string(config, "store", "url");
	g_autofree char *journal_dir =
	    g_build_filename(offhook_config_get_state_dir(config), OFFHOOK_STORE_JOURNAL_DIR, NULL);
	const guint64 journal_mib = offhook_config_get_integer(config, "store", "journal-mib");
	const gboolean alone = predecessor == NULL;
	const guint64 journal_bytes = journal_mib * OFFHOOK_DAEMON_STORE_MIB;
	const OffhookStoreOptions options = {
	    .journal_dir = alone && journal_mib > 0 ? journal_dir : NULL,
	    .journal_bytes = journal_bytes,
	    .schema = offhook_config_get_string(config, "store", "schema"),
	    .pool_size = offhook_config_get_integer(config, "store", "pool-size"),
	    .idle_ms = offhook_config_get_integer(config, "store", "pool-idle-ms"),
	    .connect_ms = offhook_config_get_integer(config, "store", "connect-timeout-ms"),
	    .answer_ms = offhook_config_get_integer(config, "store", "answer-timeout-ms"),
	    .migration = offhook_daemon_store_migrating_cb,
	    .migration_data = predecessor,
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
	self->alone = alone;
	self->journal_dir = journal_bytes > 0 ? g_steal_pointer(&journal_dir) : NULL;
	self->journal_bytes = journal_bytes;
	offhook_daemon_store_watch(self);
	offhook_daemon_store_tell_start(self);
	offhook_daemon_store_open_chroma(self, config);
	return self;
}

void
offhook_daemon_store_free(OffhookDaemonStore *self)
{
	if (self == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->store, self);
	if (self->chroma != NULL)
		offhook_chroma_close(self->chroma);
	g_clear_object(&self->chroma);
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_object_unref(self->stopping);
	g_clear_object(&self->folded);
	g_clear_error(&self->failure);
	g_free(self->journal_dir);
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
offhook_daemon_store_load_costs(OffhookDaemonStore *self)
{
	offhook_call_manager_load_costs_async(self->calls, self->started_us,
					      offhook_daemon_store_costs_cb, self);
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
	offhook_recording_lengths_mend(self->store, g_get_host_name(), self->stopping);
	offhook_daemon_store_load_costs(self);
}

static void
offhook_daemon_store_try_catch_up(OffhookDaemonStore *self)
{
	if (self->calls == NULL || self->catching_up || self->caught_up)
		return;
	self->catching_up = TRUE;
	if (!self->alone) {
		offhook_daemon_store_load_costs(self);
		return;
	}
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

/* ---- the process before this one has gone ---- */

static void
offhook_daemon_store_left_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDaemonStore *self = user_data;
	g_autoptr(GError) error = NULL;
	guint interrupted = 0;

	if (!offhook_store_mark_interrupted_finish(self->store, result, &interrupted, &error)) {
		if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
			g_warning("store: calls that were interrupted are not marked as such: %s",
				  error->message);
		return;
	}
	if (interrupted > 0)
		g_message("%u calls of the process before this one were interrupted", interrupted);
	offhook_recording_lengths_mend(self->store, g_get_host_name(), self->stopping);
}

static void offhook_daemon_store_adopt(OffhookDaemonStore *self);

static gboolean
offhook_daemon_store_adopt_cb(gpointer user_data)
{
	OffhookDaemonStore *self = user_data;

	self->adopt_id = 0;
	offhook_daemon_store_adopt(self);
	return G_SOURCE_REMOVE;
}

/* Its end is seen before the kernel has let go of all that it had, or it is a third one that still ends. */
static void
offhook_daemon_store_adopted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDaemonStore *self = user_data;
	g_autoptr(GError) error = NULL;
	gboolean adopted =
	    offhook_store_adopt_journal_finish(OFFHOOK_STORE(source), result, &error);

	self->adopting = FALSE;
	if (adopted) {
		if (self->waiting)
			g_message("store: the journal is free, and ours now");
		self->waiting = FALSE;
	} else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE)) {
		if (!self->waiting)
			g_warning("store: %s; it is tried again until it is free", error->message);
		self->waiting = TRUE;
		self->adopt_id = g_timeout_add_seconds(OFFHOOK_DAEMON_STORE_ADOPT_S,
						       offhook_daemon_store_adopt_cb, self);
	} else {
		g_warning("store: there is no journal before the next start: %s", error->message);
	}
}

static void
offhook_daemon_store_adopt(OffhookDaemonStore *self)
{
	self->adopting = TRUE;
	offhook_store_adopt_journal_async(self->store, self->journal_dir, self->journal_bytes,
					  offhook_daemon_store_adopted_cb, self);
}

/* What can't be committed at the end is to be put there: once more, if it was not free yet. */
static void
offhook_daemon_store_finish_adopting(OffhookDaemonStore *self)
{
	if (self->adopt_id != 0) {
		g_clear_handle_id(&self->adopt_id, g_source_remove);
		offhook_daemon_store_adopt(self);
	}
	while (self->adopting)
		g_main_context_iteration(NULL, TRUE);
	g_clear_handle_id(&self->adopt_id, g_source_remove);
}

void
offhook_daemon_store_inherit(OffhookDaemonStore *self)
{
	self->alone = TRUE;
	if (self->journal_dir != NULL)
		offhook_daemon_store_adopt(self);
	offhook_store_mark_interrupted_async(self->store, g_get_host_name(), self->started_us,
					     self->stopping, offhook_daemon_store_left_cb, self);
}

void
offhook_daemon_store_flush(OffhookDaemonStore *self)
{
	g_autoptr(GAsyncResult) flushed = NULL;
	g_autoptr(GError) error = NULL;
	OffhookStoreStats stats;

	offhook_daemon_store_stop_folding(self);
	offhook_daemon_store_finish_adopting(self);
	offhook_store_flush_async(self->store, NULL, offhook_daemon_keep_result_cb, &flushed);
	if (offhook_store_flush_finish(self->store, offhook_daemon_wait(&flushed), &error))
		return;
	offhook_store_get_stats(self->store, &stats);
	g_warning("store: %s; %" G_GUINT64_FORMAT " writes wait in the journal for the next start",
		  error->message, stats.journal);
}
