/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Writes that are not committed yet, in order. As long as the database takes them they are in memory
 * only; from the first commit that fails they go to the journal, if there is one, and come back from
 * it when their turn is. Part of OffhookStoreWriter. Main thread.
 */
#pragma once

#include "store/journal/store-journal.h"

G_BEGIN_DECLS

typedef struct _OffhookStoreBacklog OffhookStoreBacklog;

/** What it tells its owner; never from inside a call. */
typedef struct {
	/** Something that was under way with the journal is done: offhook_store_backlog_fill() may give more. */
	void (*ready)(gpointer data);
	/** The journal can't be written, or not read: (@lost) so many writes will not come. Once each. */
	void (*failed)(gpointer data, const GError *error, guint lost);
} OffhookStoreBacklogFuncs;

OffhookStoreBacklog *offhook_store_backlog_new(const OffhookStoreBacklogFuncs *funcs,
					       gpointer data);
/** Puts what is in memory into the journal. Returns how many writes are lost with it. */
guint offhook_store_backlog_free(OffhookStoreBacklog *self);

/** @journal: (transfer full). What it holds comes before everything else. Once, before the first write. */
void offhook_store_backlog_set_journal(OffhookStoreBacklog *self, OffhookStoreJournal *journal);

/** @write: (transfer full) */
void offhook_store_backlog_push(OffhookStoreBacklog *self, OffhookStoreWrite *write);

/**
 * offhook_store_backlog_fill:
 * @max: writes at most
 *
 * The batch to be committed next, the same until offhook_store_backlog_done(): (transfer none).
 * %NULL when nothing waits, or it is on its way from the journal.
 */
GPtrArray *offhook_store_backlog_fill(OffhookStoreBacklog *self, guint max);

/** That batch is committed. %FALSE: it is in the journal, too, and will count when it comes from there. */
gboolean offhook_store_backlog_done(OffhookStoreBacklog *self);

/** A commit has failed: what waits and what comes is put on disk. */
void offhook_store_backlog_spill(OffhookStoreBacklog *self);

/**
 * The batch's commit takes long: as if it had failed, but it may yet succeed. It is then written twice,
 * which is once.
 */
void offhook_store_backlog_protect(OffhookStoreBacklog *self);

/** How many writes wait in memory, ready to be committed. */
guint offhook_store_backlog_count_ready(OffhookStoreBacklog *self);

/** Is there anything in the journal, or on its way there? */
gboolean offhook_store_backlog_is_behind(OffhookStoreBacklog *self);

/** Is something being put on disk now? */
gboolean offhook_store_backlog_is_saving(OffhookStoreBacklog *self);

typedef struct {
	guint64 held; /* writes that are nowhere but in memory */
	gsize held_bytes;
	guint64 journal; /* that are in the journal */
	guint64 journal_bytes;
	gboolean has_journal;
	gboolean broken; /* the journal takes no more */
} OffhookStoreBacklogStats;

void offhook_store_backlog_get_stats(OffhookStoreBacklog *self, OffhookStoreBacklogStats *stats);

G_END_DECLS
