/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Files of recordings as the database names them. A row might name any file: only one that is named
 * after its call is touched, and never through a symbolic link. Any thread; all of it blocks.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/**
 * offhook_recording_file_open:
 * @call_id: whose recording it is said to be
 * @info: (out)
 *
 * Opens a file to read. %OFFHOOK_ERROR_NOT_FOUND when it is gone, %OFFHOOK_ERROR_PERMISSION when it
 * is something else.
 *
 * Returns: a descriptor, or -1
 */
int offhook_recording_file_open(const char *path, const char *call_id, struct stat *info,
				GError **error);

/**
 * offhook_recording_file_delete:
 * @bytes: (out): its size; 0 when it was gone already, which is a success
 *
 * %OFFHOOK_ERROR_PERMISSION, %OFFHOOK_ERROR_STORAGE
 */
gboolean offhook_recording_file_delete(const char *path, const char *call_id, guint64 *bytes,
				       GError **error);

/** How much sound a recording has, in milliseconds; -1: it is gone, or is none. */
gint64 offhook_recording_file_measure(const char *path, const char *call_id);

/** What to clear out of a folder. */
typedef struct {
	const char *dir;
	gint64 before_ms;   /* files of older calls go; milliseconds since 1970, 0: none */
	guint64 max_bytes;  /* then the oldest, until no more than this is left; 0: any */
	GHashTable *spared; /* call id -> anything: these stay */
	guint limit;        /* so many files at most */
} OffhookRecordingClearing;

/** One that went. */
typedef struct {
	char *call_id;
	char *path;
	guint64 bytes;
} OffhookRecordingCleared;

void offhook_recording_cleared_free(gpointer data);

/**
 * Deletes the oldest recordings. What can't be deleted is in @error, and the others go all the same.
 * (transfer full) (element-type OffhookRecordingCleared)
 */
GPtrArray *offhook_recording_file_clear(const OffhookRecordingClearing *clearing, GError **error);

G_END_DECLS
