/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The way of a write from being posted to being committed: bounds, batches, and trying again while the
 * database is away. Part of OffhookStore, whose signals it emits. Main thread.
 */
#pragma once

#include "store/store-backend.h"
#include "store/journal/store-journal.h"

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

/** @journal: (transfer full). Before the first write; what it holds is written first. */
void offhook_store_writer_set_journal(OffhookStoreWriter *self, OffhookStoreJournal *journal);
/** The same, when it has begun: what waits in it comes before what is posted from now on. */
void offhook_store_writer_adopt_journal(OffhookStoreWriter *self, OffhookStoreJournal *journal);

/** The database is open: before that nothing is written. */
void offhook_store_writer_begin(OffhookStoreWriter *self);
/** It could not be opened (@error), which is tried again from now on. */
void offhook_store_writer_begin_without(OffhookStoreWriter *self, const GError *error);

/** @write: (transfer full). %OFFHOOK_ERROR_BUSY when there is no room. */
gboolean offhook_store_writer_post(OffhookStoreWriter *self, OffhookStoreWrite *write,
				   GError **error);

/**
 * offhook_store_writer_wait:
 * @insist: however long it takes, and when the database is away, try it once more first
 * @data: must keep the store alive
 *
 * Calls @func, perhaps at once, when all that was posted so far is committed, or not. Commits
 * without waiting for company.
 */
void offhook_store_writer_wait(OffhookStoreWriter *self, gboolean insist,
			       OffhookStoreWriterFunc func, gpointer data);

void offhook_store_writer_get_stats(OffhookStoreWriter *self, OffhookStoreStats *stats);

/** A read has failed: perhaps an outage has begun that no write has found yet. */
void offhook_store_writer_note_failure(OffhookStoreWriter *self, const GError *error);

/** (nullable): why the database can't be written now */
const GError *offhook_store_writer_get_failure(OffhookStoreWriter *self);
/** Has it been opened? */
gboolean offhook_store_writer_is_connected(OffhookStoreWriter *self);

G_END_DECLS
