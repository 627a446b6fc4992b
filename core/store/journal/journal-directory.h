/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The directory of a journal: which files there are, and what an administrator does with it beside the
 * process that has it. Any thread. What fails is %OFFHOOK_ERROR_STORAGE.
 */
#pragma once

#include "store/journal/journal-format.h"

G_BEGIN_DECLS

#define OFFHOOK_JOURNAL_DIRECTORY_ENDING  ".journal"
#define OFFHOOK_JOURNAL_DIRECTORY_DAMAGED ".damaged" /* of one that was set aside */

/* For the process that has it: */

/**
 * Makes it where it is missing, and takes it. Returns: a descriptor, which is to be kept open; -1 with @error,
 * %OFFHOOK_ERROR_UNAVAILABLE when another process has it
 */
int offhook_journal_directory_lock(const char *dir, GError **error);
/** @ending: one of the two. (transfer full) */
char *offhook_journal_directory_build_path(const char *dir, guint64 number, const char *ending);
/** The names of its files with @ending, in order. (transfer full) (nullable) (element-type utf8) */
GPtrArray *offhook_journal_directory_list(const char *dir, const char *ending, GError **error);
/**
 * @decode: its writes, not only how many there are
 * @size: (out): of the file
 *
 * (transfer full) (nullable): %OFFHOOK_ERROR_INCOMPATIBLE when a newer version wrote it
 */
OffhookJournalContents *offhook_journal_directory_read(const char *path, gboolean decode,
						       guint64 *size, GError **error);
/** A name is on the disk only when its directory is. */
gboolean offhook_journal_directory_sync(const char *dir);
/** @number: an errno. Always %FALSE. */
gboolean offhook_journal_directory_set_errno(const char *path, const char *what, int number,
					     GError **error);

/* For others: */

/**
 * offhook_journal_directory_clear_damaged:
 * @n_files: (out): how many went
 * @bytes: (out): ... and how large they were
 *
 * Removes the files of @dir that were set aside: nobody can tell whose data are in them.
 */
gboolean offhook_journal_directory_clear_damaged(const char *dir, guint *n_files, guint64 *bytes,
						 GError **error);

typedef struct {
	guint n_files;
	guint64 n_writes;
	guint64 bytes;
	guint n_damaged; /* files set aside */
} OffhookJournalSurvey;

/** What is in the journal of a process that may be running. A directory that is not there is empty. */
gboolean offhook_journal_directory_survey(const char *dir, OffhookJournalSurvey *survey,
					  GError **error);

G_END_DECLS
