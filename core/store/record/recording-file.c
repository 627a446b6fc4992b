/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Opening, deleting and clearing out. A file's age is that of its call, which is in its name: the
 * names sort by age, and a folder says by itself what is in it, also after a crash between a file and
 * its row. Any thread.
 */

#include "store/record/recording-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <offhook/error.h>

#include "base/uuid.h"
#include "media/recording-format.h"

static gboolean
offhook_recording_file_check(const char *path, const char *call_id, GError **error)
{
	g_autofree char *owner = NULL;

	if (g_path_is_absolute(path) &&
	    offhook_recording_format_parse_file_name(path, &owner, NULL) &&
	    g_str_equal(owner, call_id))
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "the recording's path is not that of a recording of call %s", call_id);
	return FALSE;
}

int
offhook_recording_file_open(const char *path, const char *call_id, struct stat *info,
			    GError **error)
{
	int fd;

	if (!offhook_recording_file_check(path, call_id, error))
		return -1;
	/* O_NONBLOCK: something else of that name must not hold us up. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		g_set_error(error, OFFHOOK_ERROR,
			    errno == ENOENT ? OFFHOOK_ERROR_NOT_FOUND : OFFHOOK_ERROR_STORAGE,
			    "the recording's file: %s", g_strerror(errno));
		return -1;
	}
	if (fstat(fd, info) == 0 && S_ISREG(info->st_mode))
		return fd;
	close(fd);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "the recording's file is no file");
	return -1;
}

gboolean
offhook_recording_file_delete(const char *path, const char *call_id, guint64 *bytes, GError **error)
{
	struct stat info;

	*bytes = 0;
	if (!offhook_recording_file_check(path, call_id, error))
		return FALSE;
	if (lstat(path, &info) == 0 && unlink(path) == 0) {
		*bytes = (guint64)info.st_size;
		return TRUE;
	}
	if (errno == ENOENT)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s", path, g_strerror(errno));
	return FALSE;
}

void
offhook_recording_cleared_free(gpointer data)
{
	OffhookRecordingCleared *self = data;

	if (self == NULL) /* taken out of a list */
		return;
	g_free(self->call_id);
	g_free(self->path);
	g_free(self);
}

static int
offhook_recording_cleared_compare(gconstpointer a, gconstpointer b)
{
	const OffhookRecordingCleared *first = *(OffhookRecordingCleared *const *)a;
	const OffhookRecordingCleared *second = *(OffhookRecordingCleared *const *)b;

	return strcmp(first->path, second->path);
}

/* All recordings in the folder, the oldest first. */
static GPtrArray *
offhook_recording_file_list(const char *dir, guint64 *total)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(offhook_recording_cleared_free);
	g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
	const char *name;

	*total = 0;
	/* Before the first recording there is none. */
	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		OffhookRecordingCleared *file;
		char *call_id;
		struct stat info;

		if (!offhook_recording_format_parse_file_name(name, &call_id, NULL))
			continue;
		file = g_new0(OffhookRecordingCleared, 1);
		file->call_id = call_id;
		file->path = g_steal_pointer(&path);
		g_ptr_array_add(files, file);
		if (lstat(file->path, &info) == 0)
			file->bytes = (guint64)info.st_size;
		*total += file->bytes;
	}
	g_ptr_array_sort(files, offhook_recording_cleared_compare);
	return g_steal_pointer(&files);
}

GPtrArray *
offhook_recording_file_clear(const OffhookRecordingClearing *clearing, GError **error)
{
	GPtrArray *cleared = g_ptr_array_new_with_free_func(offhook_recording_cleared_free);
	guint64 total;
	g_autoptr(GPtrArray) files = offhook_recording_file_list(clearing->dir, &total);

	for (guint i = 0; i < files->len && cleared->len < clearing->limit; i++) {
		OffhookRecordingCleared *file = g_ptr_array_index(files, i);
		gboolean old = offhook_uuid_get_unix_ms(file->call_id) < clearing->before_ms;
		gboolean many = clearing->max_bytes > 0 && total > clearing->max_bytes;
		guint64 size = file->bytes;

		/* Behind this one all are younger. */
		if (!old && !many)
			break;
		if (g_hash_table_contains(clearing->spared, file->call_id) ||
		    !offhook_recording_file_delete(file->path, file->call_id, &file->bytes,
						   error != NULL && *error == NULL ? error : NULL))
			continue;
		total -= size;
		g_ptr_array_add(cleared, g_steal_pointer(&files->pdata[i]));
	}
	return cleared;
}
