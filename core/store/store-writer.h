/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The way of a write from being posted to being committed: a bounded queue, batches, and trying
 * again while the database is away. Part of OffhookStore, whose signals it emits. Main thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

typedef struct _OffhookStoreWriter OffhookStoreWriter;

/** Called when what was posted is committed, or (@error) could not be. */
typedef void (*OffhookStoreWriterFunc)(gpointer data, const GError *error);

/** (transfer none) */
OffhookStoreWriter *offhook_store_get_writer(OffhookStore *store);

/** @store: (unowned): owns this one */
OffhookStoreWriter *offhook_store_writer_new(OffhookStore *store);
void offhook_store_writer_free(OffhookStoreWriter *self);

void offhook_store_writer_set_options(OffhookStoreWriter *self, const OffhookStoreOptions *options);

/** @write: (transfer full). %OFFHOOK_ERROR_BUSY when the queue is full. */
gboolean offhook_store_writer_post(OffhookStoreWriter *self, OffhookStoreWrite *write,
				   GError **error);

/**
 * offhook_store_writer_wait:
 * @insist: when the database is away, try it once more first
 * @data: must keep the store alive
 *
 * Calls @func, perhaps at once, when all that was posted so far is committed, or not. Commits
 * without waiting for company.
 */
void offhook_store_writer_wait(OffhookStoreWriter *self, gboolean insist,
			       OffhookStoreWriterFunc func, gpointer data);

void offhook_store_writer_get_stats(OffhookStoreWriter *self, OffhookStoreStats *stats);

G_END_DECLS
