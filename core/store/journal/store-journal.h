/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Writes on disk while the database can't have them: files of a directory that nobody else uses, each
 * added to until it is a few MiB, read and removed in order. A thread of its own does the work, so the
 * main thread never waits for a disk. Part of OffhookStoreBacklog, which decides what goes in and when.
 * Main thread.
 *
 * What was appended has been given to the kernel and flushed to the disk (fdatasync) when the callback
 * comes: neither kill -9 nor a power cut takes it away.
 */
#pragma once

#include <gio/gio.h>

#include "store/journal/journal-format.h"

G_BEGIN_DECLS

typedef struct _OffhookStoreJournal OffhookStoreJournal;

/**
 * offhook_store_journal_open:
 * @dir: made where it is missing
 * @max_bytes: what all files may take
 *
 * Takes the directory and counts what an earlier process has left there, which takes a second for
 * some hundred MiB. Any thread. %OFFHOOK_ERROR_UNAVAILABLE when another process has it,
 * %OFFHOOK_ERROR_INCOMPATIBLE when a newer version wrote there, %OFFHOOK_ERROR_STORAGE for the rest.
 */
OffhookStoreJournal *offhook_store_journal_open(const char *dir, guint64 max_bytes, GError **error);

/** Finishes what is under way; no callback comes any more. */
void offhook_store_journal_free(OffhookStoreJournal *self);

/**
 * offhook_store_journal_count:
 * @n_writes: (out) (optional)
 * @bytes: (out) (optional)
 *
 * Returns: how many files there are
 */
guint offhook_store_journal_count(OffhookStoreJournal *self, guint64 *n_writes, guint64 *bytes);

/** @error: (nullable): %OFFHOOK_ERROR_LIMIT when there is no more room, %OFFHOOK_ERROR_STORAGE */
typedef void (*OffhookStoreJournalAppendedFunc)(gpointer data, const GError *error);

/** @writes: (transfer full): no others may be given before @func was called; on an error none was kept */
void offhook_store_journal_append(OffhookStoreJournal *self, GPtrArray *writes,
				  OffhookStoreJournalAppendedFunc func, gpointer data);

/**
 * @contents: (nullable): what the oldest file holds, which stays there
 * @lost: how many writes it should have held beside them
 * @error: (nullable): what is wrong with the file
 */
typedef void (*OffhookStoreJournalTakenFunc)(gpointer data, const OffhookJournalContents *contents,
					     guint lost, const GError *error);
/** Reads the oldest file; there must be one. Nothing is added to it any more. */
void offhook_store_journal_take(OffhookStoreJournal *self, OffhookStoreJournalTakenFunc func,
				gpointer data);

/** Removes the oldest file, or sets it aside as NUMBER.damaged if something was wrong with it. */
void offhook_store_journal_drop(OffhookStoreJournal *self);

/** Finishes what is under way and then appends, while the caller waits: for the end. */
gboolean offhook_store_journal_append_last(OffhookStoreJournal *self, GPtrArray *writes,
					   GError **error);

G_END_DECLS
