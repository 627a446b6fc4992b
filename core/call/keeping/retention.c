/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A run has three parts: recordings' files, for they are found by their names; rows, some at a time,
 * so that other writes get their turns; and what the rows left in the database's files. A part that
 * fails is left for the next run. Main thread; files are deleted in another.
 */

#include "call/keeping/retention.h"

#include <offhook/error.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "call/keeping/elsewhere.h"
#include "store/record/recording-file.h"

#define OFFHOOK_RETENTION_FIRST_S  60
#define OFFHOOK_RETENTION_FILES    100 /* at once */
#define OFFHOOK_RETENTION_ROWS     100
#define OFFHOOK_RETENTION_PAUSE_MS 20
#define OFFHOOK_RETENTION_DAY_MS   (24 * 60 * 60 * G_GINT64_CONSTANT(1000))

typedef enum { ROWS, BYTES, FAILURES, LAST } OffhookRetentionFamily;

static const char *const offhook_retention_what[] = {"what", NULL};

static const OffhookMetricSpec offhook_retention_specs[LAST] = {
    [ROWS] = {OFFHOOK_METRIC_COUNTER, "offhook_retention_deleted_total",
	      "What was too old, or too much.", offhook_retention_what},
    [BYTES] = {OFFHOOK_METRIC_COUNTER, "offhook_retention_deleted_bytes_total",
	       "Bytes of recordings among it."},
    [FAILURES] = {OFFHOOK_METRIC_COUNTER, "offhook_retention_failures_total",
		  "Runs that could not delete all of it."},
};

struct _OffhookRetention {
	gatomicrefcount ref_count; /* the owner's, and one for what is under way */
	gboolean closed;
	OffhookCallManager *calls;
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookMetric *families[LAST]; /* not touched when closed */
	guint timer_id;
	guint pause_id;

	/* what is wanted */
	char *dir;
	guint interval_s;
	gint64 keep_ms;
	gint64 memories_keep_ms;
	gint64 recordings_keep_ms;
	guint64 recordings_max_bytes;

	/* the run */
	gboolean running;
	guint table;        /* which of offhook_store_list_ageing() */
	GPtrArray *cleared; /* (nullable): files that are gone and whose rows are to go */
	gboolean more_files;
	JsonObject *deleted; /* name -> number */
	guint64 bytes;
	gboolean failed;
};

static void offhook_retention_clear_files(OffhookRetention *self);
static void offhook_retention_expire(OffhookRetention *self);
static void offhook_retention_forget_next(OffhookRetention *self);

static OffhookRetention *
offhook_retention_ref(OffhookRetention *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

static void
offhook_retention_unref(OffhookRetention *self)
{
	if (!g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_clear_pointer(&self->cleared, g_ptr_array_unref);
	g_clear_pointer(&self->deleted, json_object_unref);
	g_object_unref(self->calls);
	g_object_unref(self->store);
	g_object_unref(self->events);
	g_free(self->dir);
	g_free(self);
}

static void
offhook_retention_count(OffhookRetention *self, const char *what, guint n)
{
	gint64 before = json_object_has_member(self->deleted, what)
			    ? json_object_get_int_member(self->deleted, what)
			    : 0;

	if (n == 0)
		return;
	json_object_set_int_member(self->deleted, what, before + n);
	offhook_metric_count(self->families[ROWS], n, (const char *const[]){what, NULL});
}

/* Told once a run. */
static void
offhook_retention_fail(OffhookRetention *self, const GError *error)
{
	if (self->failed)
		return;
	self->failed = TRUE;
	offhook_metric_count(self->families[FAILURES], 1, NULL);
	g_warning("not all that is too old could be deleted: %s", error->message);
}

/* ---- the end of a run ---- */

static void
offhook_retention_finish(OffhookRetention *self)
{
	g_autofree char *text = NULL;

	self->running = FALSE;
	if (json_object_get_size(self->deleted) == 0)
		return;
	json_object_set_int_member(self->deleted, "bytes", (gint64)self->bytes);
	text = offhook_json_to_string(self->deleted);
	g_message("deleted what was too old or too much: %s", text);
	offhook_event_bus_publish(self->events, OFFHOOK_EVENT_RETENTION, NULL, 0,
				  json_object_ref(self->deleted));
}

static void
offhook_retention_scrubbed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRetention *self = user_data;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) notes = offhook_store_scrub_finish(OFFHOOK_STORE(source), result, &error);

	if (!self->closed) {
		if (error != NULL)
			offhook_retention_fail(self, error);
		for (guint i = 0; notes != NULL && notes[i] != NULL; i++)
			g_info("retention: %s", notes[i]);
		offhook_retention_finish(self);
	}
	offhook_retention_unref(self);
}

static void
offhook_retention_scrub(OffhookRetention *self)
{
	if (json_object_get_size(self->deleted) > 0)
		offhook_store_scrub_async(self->store, OFFHOOK_SCRUB_LIGHT, NULL,
					  offhook_retention_scrubbed_cb,
					  offhook_retention_ref(self));
	else
		offhook_retention_finish(self);
}

/* ---- rows ---- */

static gboolean
offhook_retention_expire_cb(gpointer user_data)
{
	OffhookRetention *self = user_data;

	self->pause_id = 0;
	offhook_retention_expire(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_retention_expired_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRetention *self = user_data;
	const char *const *tables = offhook_store_list_ageing();
	g_autoptr(GError) error = NULL;
	guint count;

	offhook_store_expire_finish(OFFHOOK_STORE(source), result, &count, &error);
	if (!self->closed) {
		if (error != NULL)
			offhook_retention_fail(self, error);
		offhook_retention_count(self, tables[self->table], count);
		if (count < OFFHOOK_RETENTION_ROWS)
			self->table++;
		self->pause_id =
		    g_timeout_add(OFFHOOK_RETENTION_PAUSE_MS, offhook_retention_expire_cb, self);
	}
	offhook_retention_unref(self);
}

/* 0: for ever. What agents remember is there to be had after the calls are gone. */
static gint64
offhook_retention_get_keep_ms(OffhookRetention *self, const char *table)
{
	return g_str_equal(table, "memories") ? self->memories_keep_ms : self->keep_ms;
}

static void
offhook_retention_expire(OffhookRetention *self)
{
	const char *table;

	while ((table = offhook_store_list_ageing()[self->table]) != NULL &&
	       offhook_retention_get_keep_ms(self, table) == 0)
		self->table++;
	if (table == NULL) {
		offhook_retention_scrub(self);
		return;
	}
	offhook_store_expire_async(self->store, table,
				   offhook_timestamp_now() -
				       offhook_retention_get_keep_ms(self, table) * 1000,
				   OFFHOOK_RETENTION_ROWS, NULL, offhook_retention_expired_cb,
				   offhook_retention_ref(self));
}

/* ---- recordings ---- */

/** What the thread is given: nothing of it changes meanwhile. */
typedef struct {
	char *dir;
	OffhookRecordingClearing clearing;
	GError *error;
} OffhookRetentionFiles;

static void
offhook_retention_files_free(gpointer data)
{
	OffhookRetentionFiles *files = data;

	g_hash_table_unref(files->clearing.spared);
	g_clear_error(&files->error);
	g_free(files->dir);
	g_free(files);
}

static void
offhook_retention_clear(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	OffhookRetentionFiles *files = data;

	g_task_return_pointer(task, offhook_recording_file_clear(&files->clearing, &files->error),
			      (GDestroyNotify)g_ptr_array_unref);
}

static void
offhook_retention_forgot_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRetention *self = user_data;
	g_autoptr(GError) error = NULL;

	if (!offhook_store_forget_recording_finish(OFFHOOK_STORE(source), result, &error) &&
	    !self->closed)
		offhook_retention_fail(self, error);
	if (!self->closed)
		offhook_retention_forget_next(self);
	offhook_retention_unref(self);
}

/* The rows of the files that went, then more files, then other rows. */
static void
offhook_retention_forget_next(OffhookRetention *self)
{
	const OffhookRecordingCleared *file;

	if (self->cleared->len == 0 && self->more_files) {
		offhook_retention_clear_files(self);
		return;
	}
	if (self->cleared->len == 0) {
		offhook_retention_expire(self);
		return;
	}
	file = g_ptr_array_index(self->cleared, self->cleared->len - 1);
	offhook_store_forget_recording_async(self->store, file->call_id, file->path, NULL,
					     offhook_retention_forgot_cb,
					     offhook_retention_ref(self));
	g_ptr_array_set_size(self->cleared, (int)self->cleared->len - 1);
}

static void
offhook_retention_cleared_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRetention *self = user_data;
	OffhookRetentionFiles *files = g_task_get_task_data(G_TASK(result));
	g_autoptr(GPtrArray) cleared = g_task_propagate_pointer(G_TASK(result), NULL);
	guint64 bytes = 0;

	if (!self->closed) {
		if (files->error != NULL)
			offhook_retention_fail(self, files->error);
		for (guint i = 0; i < cleared->len; i++)
			bytes += ((OffhookRecordingCleared *)g_ptr_array_index(cleared, i))->bytes;
		self->bytes += bytes;
		offhook_retention_count(self, "recordings", cleared->len);
		offhook_metric_count(self->families[BYTES], (double)bytes, NULL);
		self->more_files = cleared->len == OFFHOOK_RETENTION_FILES;
		g_clear_pointer(&self->cleared, g_ptr_array_unref);
		self->cleared = g_steal_pointer(&cleared);
		offhook_retention_forget_next(self);
	}
	offhook_retention_unref(self);
}

/* id -> id of the calls in progress, ours and those @elsewhere. (transfer full) */
static GHashTable *
offhook_retention_list_spared(OffhookRetention *self, GPtrArray *elsewhere)
{
	GHashTable *spared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) calls = offhook_call_manager_list(self->calls);

	for (guint i = 0; i < calls->len; i++)
		g_hash_table_add(spared,
				 g_strdup(offhook_call_get_id(g_ptr_array_index(calls, i))));
	for (guint i = 0; i < elsewhere->len; i++)
		g_hash_table_add(
		    spared, g_strdup(((OffhookCallRecord *)g_ptr_array_index(elsewhere, i))->id));
	return spared;
}

/* When a recording's call has to be younger; 0: it may be of any age. */
static gint64
offhook_retention_get_recordings_limit_ms(OffhookRetention *self)
{
	gint64 keep_ms = self->recordings_keep_ms;

	/* A recording does not outlive its call. */
	if (self->keep_ms > 0 && (keep_ms == 0 || self->keep_ms < keep_ms))
		keep_ms = self->keep_ms;
	return keep_ms > 0 ? offhook_timestamp_now() / 1000 - keep_ms : 0;
}

static void
offhook_retention_clear_but(OffhookRetention *self, GPtrArray *elsewhere)
{
	OffhookRetentionFiles *files = g_new0(OffhookRetentionFiles, 1);
	g_autoptr(GTask) task =
	    g_task_new(NULL, NULL, offhook_retention_cleared_cb, offhook_retention_ref(self));

	files->dir = g_strdup(self->dir);
	files->clearing = (OffhookRecordingClearing){
	    .dir = files->dir,
	    .before_ms = offhook_retention_get_recordings_limit_ms(self),
	    .max_bytes = self->recordings_max_bytes,
	    .spared = offhook_retention_list_spared(self, elsewhere),
	    .limit = OFFHOOK_RETENTION_FILES,
	};
	g_task_set_task_data(task, files, offhook_retention_files_free);
	g_task_run_in_thread(task, offhook_retention_clear);
}

/* Without knowing what others still write no file goes. */
static void
offhook_retention_elsewhere_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookRetention *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) elsewhere = offhook_elsewhere_list_finish(result, &error);

	if (!self->closed && elsewhere != NULL) {
		offhook_retention_clear_but(self, elsewhere);
	} else if (!self->closed) {
		offhook_retention_fail(self, error);
		offhook_retention_expire(self);
	}
	offhook_retention_unref(self);
}

static void
offhook_retention_clear_files(OffhookRetention *self)
{
	offhook_elsewhere_list_async(self->calls, self->store, NULL, offhook_retention_elsewhere_cb,
				     offhook_retention_ref(self));
}

/* ---- when ---- */

static void
offhook_retention_run(OffhookRetention *self)
{
	if (self->running || (self->keep_ms == 0 && self->memories_keep_ms == 0 &&
			      self->recordings_keep_ms == 0 && self->recordings_max_bytes == 0))
		return;
	self->running = TRUE;
	self->table = 0;
	self->bytes = 0;
	self->failed = FALSE;
	g_clear_pointer(&self->deleted, json_object_unref);
	self->deleted = json_object_new();
	offhook_retention_clear_files(self);
}

static gboolean
offhook_retention_timer_cb(gpointer user_data)
{
	OffhookRetention *self = user_data;

	self->timer_id = g_timeout_add_seconds(self->interval_s, offhook_retention_timer_cb, self);
	offhook_retention_run(self);
	return G_SOURCE_REMOVE;
}

void
offhook_retention_configure(OffhookRetention *self, OffhookConfig *config)
{
	g_free(self->dir);
	self->dir = g_strdup(offhook_config_get_string(config, "media", "recordings-dir"));
	self->interval_s = offhook_config_get_integer(config, "store", "retention-interval");
	self->keep_ms =
	    offhook_config_get_integer(config, "store", "keep-days") * OFFHOOK_RETENTION_DAY_MS;
	self->memories_keep_ms =
	    offhook_config_get_integer(config, "memory", "keep-days") * OFFHOOK_RETENTION_DAY_MS;
	self->recordings_keep_ms =
	    offhook_config_get_integer(config, "store", "recordings-keep-days") *
	    OFFHOOK_RETENTION_DAY_MS;
	self->recordings_max_bytes =
	    (guint64)offhook_config_get_integer(config, "store", "recordings-max-mib") * 1024 *
	    1024;
	g_clear_handle_id(&self->timer_id, g_source_remove);
	self->timer_id = g_timeout_add_seconds(MIN(self->interval_s, OFFHOOK_RETENTION_FIRST_S),
					       offhook_retention_timer_cb, self);
}

OffhookRetention *
offhook_retention_new(OffhookCallManager *calls, OffhookStore *store, OffhookEventBus *events,
		      OffhookMetrics *metrics)
{
	OffhookRetention *self = g_new0(OffhookRetention, 1);

	g_atomic_ref_count_init(&self->ref_count);
	self->calls = g_object_ref(calls);
	self->store = g_object_ref(store);
	self->events = g_object_ref(events);
	for (guint i = 0; i < LAST; i++)
		self->families[i] = offhook_metrics_add(metrics, &offhook_retention_specs[i]);
	return self;
}

void
offhook_retention_free(OffhookRetention *self)
{
	if (self == NULL)
		return;
	self->closed = TRUE;
	g_clear_handle_id(&self->timer_id, g_source_remove);
	g_clear_handle_id(&self->pause_id, g_source_remove);
	offhook_retention_unref(self);
}
