/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes on their way to the database. One batch is with the backend at a time; what comes
 * meanwhile waits in order. A batch that fails stays the first and is tried again, so nothing is
 * lost or changes its place while a disk is full. Main thread.
 */

#include "store/store-writer.h"

#include <offhook/error.h>

#define OFFHOOK_STORE_WRITER_PENDING       50000
#define OFFHOOK_STORE_WRITER_PENDING_BYTES (64 * 1024 * 1024)
#define OFFHOOK_STORE_WRITER_DELAY_MS      100

/* Enough company to go at once, and the most that goes together. */
#define OFFHOOK_STORE_WRITER_BATCH     256
#define OFFHOOK_STORE_WRITER_BATCH_MAX 1024

#define OFFHOOK_STORE_WRITER_RETRY_MS     200
#define OFFHOOK_STORE_WRITER_RETRY_MAX_MS 5000

struct _OffhookStoreWriter {
	OffhookStore *store;
	OffhookStoreOptions options;
	GQueue queue;     /* of OffhookStoreWrite, not yet in a batch */
	GPtrArray *batch; /* (nullable): being written, or waiting to be tried again */
	gboolean writing; /* the backend has it */
	gboolean due;     /* the delay ran out while it was writing */
	gboolean full;
	guint commit_source;
	guint retry_source;
	guint retry_ms;
	guint64 posted; /* counts of writes, so that a waiter knows its place */
	guint64 done;
	GQueue waiters; /* of OffhookStoreWaiter */
	OffhookStoreStats stats;
};

typedef struct {
	guint64 place;
	OffhookStoreWriterFunc func;
	gpointer data;
} OffhookStoreWaiter;

static void offhook_store_writer_dispatch(OffhookStoreWriter *self);

OffhookStoreWriter *
offhook_store_writer_new(OffhookStore *store)
{
	OffhookStoreWriter *self = g_new0(OffhookStoreWriter, 1);
	OffhookStoreOptions defaults = {0};

	self->store = store;
	g_queue_init(&self->queue);
	g_queue_init(&self->waiters);
	offhook_store_writer_set_options(self, &defaults);
	return self;
}

void
offhook_store_writer_free(OffhookStoreWriter *self)
{
	if (self->stats.pending > 0)
		g_warning("closed with %u writes that could not be committed", self->stats.pending);
	g_clear_handle_id(&self->commit_source, g_source_remove);
	g_clear_handle_id(&self->retry_source, g_source_remove);
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	g_queue_clear_full(&self->queue, (GDestroyNotify)offhook_store_write_free);
	g_queue_clear_full(&self->waiters, g_free);
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
}

void
offhook_store_writer_get_stats(OffhookStoreWriter *self, OffhookStoreStats *stats)
{
	*stats = self->stats;
}

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
	gboolean first = !self->stats.failing;

	self->stats.failing = TRUE;
	self->retry_ms = first ? OFFHOOK_STORE_WRITER_RETRY_MS
			       : MIN(self->retry_ms * 2, OFFHOOK_STORE_WRITER_RETRY_MAX_MS);
	g_clear_handle_id(&self->commit_source, g_source_remove);
	self->retry_source = g_timeout_add(self->retry_ms, offhook_store_writer_retry_cb, self);
	if (first) {
		self->stats.outages++;
		g_signal_emit_by_name(self->store, "write-failed", error);
	}
	offhook_store_writer_wake(self, error);
}

static void
offhook_store_writer_tell_rejected(OffhookStoreWriter *self, GPtrArray *rejected)
{
	for (guint i = 0; rejected != NULL && i < rejected->len; i++)
		g_signal_emit_by_name(self->store, "write-rejected",
				      g_ptr_array_index(rejected, i));
}

static void
offhook_store_writer_succeed(OffhookStoreWriter *self, GPtrArray *rejected)
{
	gboolean was_failing = self->stats.failing;
	guint n_rejected = rejected != NULL ? rejected->len : 0;
	guint n = self->batch->len;

	for (guint i = 0; i < n; i++)
		self->stats.pending_bytes -=
		    ((OffhookStoreWrite *)g_ptr_array_index(self->batch, i))->size;
	g_clear_pointer(&self->batch, g_ptr_array_unref);
	self->done += n;
	self->stats.pending -= n;
	self->stats.written += n - n_rejected;
	self->stats.rejected += n_rejected;
	self->stats.failing = FALSE;
	/* Some room, so that a queue at its brink does not tell of every single write. */
	if (self->stats.pending < self->options.max_pending / 4 * 3 + 1 &&
	    self->stats.pending_bytes < self->options.max_pending_bytes / 4 * 3)
		self->full = FALSE;
	if (was_failing)
		g_signal_emit_by_name(self->store, "recovered");
	offhook_store_writer_tell_rejected(self, rejected);
	offhook_store_writer_wake(self, NULL);
	if (was_failing || self->due || !g_queue_is_empty(&self->waiters) ||
	    self->queue.length >= OFFHOOK_STORE_WRITER_BATCH)
		offhook_store_writer_dispatch(self);
}

static void
offhook_store_writer_written_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookStoreWriter *self = user_data;
	OffhookStore *store = OFFHOOK_STORE(source);
	g_autoptr(GPtrArray) rejected = NULL;
	g_autoptr(GError) error = NULL;

	self->writing = FALSE;
	if (OFFHOOK_STORE_GET_CLASS(store)->write_finish(store, result, &rejected, &error))
		offhook_store_writer_succeed(self, rejected);
	else
		offhook_store_writer_fail(self, error);
}

static void
offhook_store_writer_fill_batch(OffhookStoreWriter *self)
{
	if (self->batch != NULL || g_queue_is_empty(&self->queue))
		return;
	self->batch = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_store_write_free);
	while (!g_queue_is_empty(&self->queue) && self->batch->len < OFFHOOK_STORE_WRITER_BATCH_MAX)
		g_ptr_array_add(self->batch, g_queue_pop_head(&self->queue));
	self->due = FALSE;
	if (g_queue_is_empty(&self->queue))
		g_clear_handle_id(&self->commit_source, g_source_remove);
}

static void
offhook_store_writer_dispatch(OffhookStoreWriter *self)
{
	if (self->writing)
		return;
	offhook_store_writer_fill_batch(self);
	if (self->batch == NULL)
		return;
	g_clear_handle_id(&self->retry_source, g_source_remove);
	self->writing = TRUE;
	OFFHOOK_STORE_GET_CLASS(self->store)
	    ->write_async(self->store, self->batch, offhook_store_writer_written_cb, self);
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

static gboolean
offhook_store_writer_refuse(OffhookStoreWriter *self, GError **error)
{
	g_autoptr(GError) local =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY,
			"store: %u writes (%" G_GSIZE_FORMAT
			" bytes) wait already, expected at most %u (%" G_GSIZE_FORMAT " bytes)",
			self->stats.pending, self->stats.pending_bytes, self->options.max_pending,
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
	if (self->stats.pending >= self->options.max_pending ||
	    self->stats.pending_bytes + write->size > self->options.max_pending_bytes) {
		offhook_store_write_free(write);
		return offhook_store_writer_refuse(self, error);
	}
	g_queue_push_tail(&self->queue, write);
	self->posted++;
	self->stats.pending++;
	self->stats.pending_bytes += write->size;
	if (self->stats.failing)
		return TRUE;
	if (self->queue.length >= OFFHOOK_STORE_WRITER_BATCH)
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

	if (self->done == self->posted || (self->stats.failing && !insist)) {
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
