/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes on their way to the database. One batch is with the backend at a time; what comes
 * meanwhile waits in order, in the backlog. A batch that fails stays the first and is tried again, so
 * nothing is lost or changes its place while a disk is full. Main thread.
 */

#include "store/journal/store-writer.h"

#include <offhook/error.h>

#include "store/journal/store-backlog.h"

#define OFFHOOK_STORE_WRITER_PENDING       50000
#define OFFHOOK_STORE_WRITER_PENDING_BYTES (64 * 1024 * 1024)
#define OFFHOOK_STORE_WRITER_DELAY_MS      100

/* Enough company to go at once, and the most that goes together. */
#define OFFHOOK_STORE_WRITER_BATCH     256
#define OFFHOOK_STORE_WRITER_BATCH_MAX 1024

#define OFFHOOK_STORE_WRITER_RETRY_MS     200
#define OFFHOOK_STORE_WRITER_RETRY_MAX_MS 5000

/* A commit that takes longer may be one that fails after all: until that is known much is at stake. */
#define OFFHOOK_STORE_WRITER_SLOW_MS 1000

struct _OffhookStoreWriter {
	OffhookStore *store;
	OffhookStoreOptions options;
	OffhookStoreBacklog *backlog;
	GPtrArray *nothing; /* a batch to see whether the database is back */
	gboolean connected; /* the database has been opened */
	gboolean writing;   /* the backend has a batch, or opens the database */
	guint n_writing;
	gboolean due; /* the delay ran out while it was writing */
	gboolean full;
	guint commit_source;
	guint retry_source;
	guint slow_source;
	guint retry_ms;
	guint64 posted; /* counts of writes, so that a waiter knows its place */
	guint64 done;
	GQueue waiters;       /* of OffhookStoreWaiter */
	GError *failure;      /* (nullable): in an outage now */
	gboolean wake_failed; /* the waiters are told of it when all is on disk */
	OffhookStoreStats stats;
};

typedef struct {
	guint64 place;
	OffhookStoreWriterFunc func;
	gpointer data;
} OffhookStoreWaiter;

static void offhook_store_writer_dispatch(OffhookStoreWriter *self);

/* ---- those who wait ---- */

/* Calls those whose writes are done; all of them, with @error, when the batch failed. */
static void
offhook_store_writer_wake(OffhookStoreWriter *self, const GError *error)
{
	GQueue ready = G_QUEUE_INIT;
	OffhookStoreWaiter *waiter;

	while ((waiter = g_queue_peek_head(&self->waiters)) != NULL &&
	       (error != NULL || waiter->place <= self->done))
		g_queue_push_tail(&ready, g_queue_pop_head(&self->waiters));
	while ((waiter = g_queue_pop_head(&ready)) != NULL) {
		waiter->func(waiter->data, error);
		g_free(waiter);
	}
}

/* A flush that fails has at least put on disk what waits: the store may be closed after it. */
static void
offhook_store_writer_wake_failed(OffhookStoreWriter *self)
{
	g_autoptr(GError) error = NULL;

	if (!self->wake_failed || offhook_store_backlog_is_saving(self->backlog))
		return;
	self->wake_failed = FALSE;
	error = g_error_copy(self->failure);
	offhook_store_writer_wake(self, error);
}

/* ---- outages ---- */

static gboolean
offhook_store_writer_retry_cb(gpointer user_data)
{
	OffhookStoreWriter *self = user_data;

	self->retry_source = 0;
	offhook_store_writer_dispatch(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_store_writer_fail(OffhookStoreWriter *self, const GError *error)
{
	gboolean first = self->failure == NULL;

	g_clear_error(&self->failure);
	self->failure = g_error_copy(error);
	self->retry_ms = first ? OFFHOOK_STORE_WRITER_RETRY_MS
			       : MIN(self->retry_ms * 2, OFFHOOK_STORE_WRITER_RETRY_MAX_MS);
	g_clear_handle_id(&self->commit_source, g_source_remove);
	self->retry_source = g_timeout_add(self->retry_ms, offhook_store_writer_retry_cb, self);
	offhook_store_backlog_spill(self->backlog);
	if (first) {
		self->stats.outages++;
		g_signal_emit_by_name(self->store, "write-failed", error);
	}
	self->wake_failed = TRUE;
	offhook_store_writer_wake_failed(self);
}

static void
offhook_store_writer_backlog_ready_cb(gpointer data)
{
	OffhookStoreWriter *self = data;

	offhook_store_writer_wake_failed(self);
	/* In an outage its turn comes. */
	if (self->retry_source == 0)
		offhook_store_writer_dispatch(self);
}

static void
offhook_store_writer_backlog_failed_cb(gpointer data, const GError *error, guint lost)
{
	OffhookStoreWriter *self = data;

	self->done += lost;
	self->stats.pending -= lost;
	self->stats.rejected += lost;
	g_signal_emit_by_name(self->store, "journal-failed", error);
}

/* ---- committing ---- */

/* Some room, so that a queue at its brink does not tell of every single write. */
static gboolean
offhook_store_writer_has_room(OffhookStoreWriter *self)
{
	OffhookStoreBacklogStats backlog;

	offhook_store_backlog_get_stats(self->backlog, &backlog);
	return backlog.held < self->options.max_pending / 4 * 3 + 1 &&
	       backlog.held_bytes < self->options.max_pending_bytes / 4 * 3;
}

static void
offhook_store_writer_count(OffhookStoreWriter *self, GPtrArray *rejected)
{
	guint n_rejected = rejected != NULL ? rejected->len : 0;

	self->done += self->n_writing;
	self->stats.pending -= self->n_writing;
	self->stats.written += self->n_writing - n_rejected;
	self->stats.rejected += n_rejected;
	for (guint i = 0; i < n_rejected; i++)
		g_signal_emit_by_name(self->store, "write-rejected",
				      g_ptr_array_index(rejected, i));
}

static void
offhook_store_writer_succeed(OffhookStoreWriter *self, GPtrArray *rejected)
{
	gboolean was_failing = self->failure != NULL;
	gboolean counts = offhook_store_backlog_done(self->backlog);

	self->wake_failed = FALSE;
	g_clear_error(&self->failure);
	if (self->full && offhook_store_writer_has_room(self))
		self->full = FALSE;
	if (was_failing)
		g_signal_emit_by_name(self->store, "recovered");
	if (counts)
		offhook_store_writer_count(self, rejected);
	offhook_store_writer_wake(self, NULL);
	if (was_failing || self->due || !g_queue_is_empty(&self->waiters) ||
	    offhook_store_backlog_is_behind(self->backlog) ||
	    offhook_store_backlog_count_ready(self->backlog) >= OFFHOOK_STORE_WRITER_BATCH)
		offhook_store_writer_dispatch(self);
}

/* What the backend was asked for is over. */
static void
offhook_store_writer_settle(OffhookStoreWriter *self)
{
	self->writing = FALSE;
	g_clear_handle_id(&self->slow_source, g_source_remove);
}

static void
offhook_store_writer_written_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookStoreWriter *self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autoptr(GPtrArray) rejected = NULL;
	g_autoptr(GError) error = NULL;

	offhook_store_writer_settle(self);
	if (OFFHOOK_STORE_GET_CLASS(store)->write_finish(store, result, &rejected, &error))
		offhook_store_writer_succeed(self, rejected);
	else
		offhook_store_writer_fail(self, error);
}

static void
offhook_store_writer_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookStoreWriter *self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autoptr(GError) error = NULL;

	offhook_store_writer_settle(self);
	self->connected = OFFHOOK_STORE_GET_CLASS(store)->connect_finish(store, result, &error);
	if (self->connected)
		offhook_store_writer_dispatch(self);
	else
		offhook_store_writer_fail(self, error);
}

static gboolean
offhook_store_writer_slow_cb(gpointer user_data)
{
	OffhookStoreWriter *self = user_data;

	self->slow_source = 0;
	offhook_store_backlog_protect(self->backlog);
	return G_SOURCE_REMOVE;
}

static GPtrArray *
offhook_store_writer_fill_batch(OffhookStoreWriter *self)
{
	GPtrArray *batch =
	    offhook_store_backlog_fill(self->backlog, OFFHOOK_STORE_WRITER_BATCH_MAX);

	if (batch == NULL)
		return self->failure != NULL && !offhook_store_backlog_is_behind(self->backlog)
			   ? self->nothing
			   : NULL;
	self->due = FALSE;
	if (offhook_store_backlog_count_ready(self->backlog) == 0)
		g_clear_handle_id(&self->commit_source, g_source_remove);
	return batch;
}

static void
offhook_store_writer_dispatch(OffhookStoreWriter *self)
{
	OffhookStoreClass *klass = OFFHOOK_STORE_GET_CLASS(self->store);
	GPtrArray *batch;

	if (self->writing)
		return;
	if (!self->connected) {
		if (self->failure == NULL)
			return; /* it is being opened */
		g_clear_handle_id(&self->retry_source, g_source_remove);
		self->writing = TRUE;
		klass->connect_async(self->store, NULL, offhook_store_writer_connected_cb, self);
		return;
	}
	batch = offhook_store_writer_fill_batch(self);
	if (batch == NULL)
		return;
	g_clear_handle_id(&self->retry_source, g_source_remove);
	self->writing = TRUE;
	self->n_writing = batch->len;
	if (self->failure == NULL)
		self->slow_source =
		    g_timeout_add(self->options.slow_ms, offhook_store_writer_slow_cb, self);
	klass->write_async(self->store, batch, offhook_store_writer_written_cb, self);
}

static gboolean
offhook_store_writer_commit_cb(gpointer user_data)
{
	OffhookStoreWriter *self = user_data;

	self->commit_source = 0;
	self->due = TRUE;
	offhook_store_writer_dispatch(self);
	return G_SOURCE_REMOVE;
}

/* ---- posting ---- */

static gboolean
offhook_store_writer_refuse(OffhookStoreWriter *self, const OffhookStoreBacklogStats *backlog,
			    GError **error)
{
	g_autoptr(GError) local = g_error_new(
	    OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
	    "store: %" G_GUINT64_FORMAT " writes (%" G_GSIZE_FORMAT
	    " bytes) wait in memory already, expected at most %u (%" G_GSIZE_FORMAT " bytes)",
	    backlog->held, backlog->held_bytes, self->options.max_pending,
	    self->options.max_pending_bytes);

	self->stats.refused++;
	if (!self->full) {
		self->full = TRUE;
		g_signal_emit_by_name(self->store, "write-refused", local);
	}
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
offhook_store_writer_post(OffhookStoreWriter *self, OffhookStoreWrite *write, GError **error)
{
	OffhookStoreBacklogStats backlog;

	offhook_store_backlog_get_stats(self->backlog, &backlog);
	if (backlog.held >= self->options.max_pending ||
	    backlog.held_bytes + write->size > self->options.max_pending_bytes) {
		offhook_store_write_free(write);
		return offhook_store_writer_refuse(self, &backlog, error);
	}
	offhook_store_backlog_push(self->backlog, write);
	self->posted++;
	self->stats.pending++;
	if (self->failure != NULL || offhook_store_backlog_is_behind(self->backlog))
		return TRUE;
	if (offhook_store_backlog_count_ready(self->backlog) >= OFFHOOK_STORE_WRITER_BATCH)
		offhook_store_writer_dispatch(self);
	else if (self->commit_source == 0)
		self->commit_source = g_timeout_add(self->options.commit_delay_ms,
						    offhook_store_writer_commit_cb, self);
	return TRUE;
}

void
offhook_store_writer_wait(OffhookStoreWriter *self, gboolean insist, OffhookStoreWriterFunc func,
			  gpointer data)
{
	OffhookStoreWaiter *waiter;

	/* In an outage, and until it is made up for, that may take long. */
	if (!insist && (self->failure != NULL || offhook_store_backlog_is_behind(self->backlog))) {
		g_autoptr(GError) error =
		    self->failure != NULL ? g_error_copy(self->failure) : NULL;

		func(data, error);
		return;
	}
	if (self->done == self->posted) {
		func(data, NULL);
		return;
	}
	waiter = g_new(OffhookStoreWaiter, 1);
	waiter->place = self->posted;
	waiter->func = func;
	waiter->data = data;
	g_queue_push_tail(&self->waiters, waiter);
	offhook_store_writer_dispatch(self);
}

/* ---- the whole ---- */

OffhookStoreWriter *
offhook_store_writer_new(OffhookStore *store)
{
	static const OffhookStoreBacklogFuncs funcs = {
	    .ready = offhook_store_writer_backlog_ready_cb,
	    .failed = offhook_store_writer_backlog_failed_cb,
	};
	OffhookStoreWriter *self = g_new0(OffhookStoreWriter, 1);
	OffhookStoreOptions defaults = {0};

	self->store = store;
	self->backlog = offhook_store_backlog_new(&funcs, self);
	self->nothing = g_ptr_array_new();
	g_queue_init(&self->waiters);
	offhook_store_writer_set_options(self, &defaults);
	return self;
}

void
offhook_store_writer_free(OffhookStoreWriter *self)
{
	guint lost = offhook_store_backlog_free(self->backlog);

	if (lost > 0)
		g_warning("closed with %u writes that could not be committed", lost);
	g_clear_handle_id(&self->commit_source, g_source_remove);
	g_clear_handle_id(&self->retry_source, g_source_remove);
	g_clear_handle_id(&self->slow_source, g_source_remove);
	g_queue_clear_full(&self->waiters, g_free);
	g_ptr_array_unref(self->nothing);
	g_clear_error(&self->failure);
	g_free(self);
}

void
offhook_store_writer_set_options(OffhookStoreWriter *self, const OffhookStoreOptions *options)
{
	self->options = *options;
	if (self->options.max_pending == 0)
		self->options.max_pending = OFFHOOK_STORE_WRITER_PENDING;
	if (self->options.max_pending_bytes == 0)
		self->options.max_pending_bytes = OFFHOOK_STORE_WRITER_PENDING_BYTES;
	if (self->options.commit_delay_ms == 0)
		self->options.commit_delay_ms = OFFHOOK_STORE_WRITER_DELAY_MS;
	if (self->options.slow_ms == 0)
		self->options.slow_ms = OFFHOOK_STORE_WRITER_SLOW_MS;
}

void
offhook_store_writer_set_journal(OffhookStoreWriter *self, OffhookStoreJournal *journal)
{
	guint64 n_writes;

	offhook_store_journal_count(journal, &n_writes, NULL);
	self->posted += n_writes;
	self->stats.pending += (guint)n_writes;
	offhook_store_backlog_set_journal(self->backlog, journal);
}

void
offhook_store_writer_adopt_journal(OffhookStoreWriter *self, OffhookStoreJournal *journal)
{
	offhook_store_writer_set_journal(self, journal);
	if (self->connected)
		offhook_store_writer_dispatch(self);
}

void
offhook_store_writer_begin(OffhookStoreWriter *self)
{
	self->connected = TRUE;
	offhook_store_writer_dispatch(self);
}

void
offhook_store_writer_begin_without(OffhookStoreWriter *self, const GError *error)
{
	offhook_store_writer_fail(self, error);
}

void
offhook_store_writer_get_stats(OffhookStoreWriter *self, OffhookStoreStats *stats)
{
	OffhookStoreBacklogStats backlog;

	offhook_store_backlog_get_stats(self->backlog, &backlog);
	*stats = self->stats;
	stats->pending_bytes = backlog.held_bytes;
	stats->journal = backlog.journal;
	stats->journal_bytes = backlog.journal_bytes;
	stats->safe = backlog.has_journal && !backlog.broken;
	stats->failing = self->failure != NULL;
}

void
offhook_store_writer_note_failure(OffhookStoreWriter *self, const GError *error)
{
	/* What is being written will tell by itself. */
	if (self->failure == NULL && !self->writing && self->connected)
		offhook_store_writer_fail(self, error);
}

const GError *
offhook_store_writer_get_failure(OffhookStoreWriter *self)
{
	return self->failure;
}

gboolean
offhook_store_writer_is_connected(OffhookStoreWriter *self)
{
	return self->connected;
}
