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
#include <offhook/wav.h>

#include "base/uuid.h"
#include "media/recording-format.h"

/* Of Ogg (RFC 3533) and of Opus in it (RFC 7845), which counts at one rate whatever it holds. */
#define OFFHOOK_RECORDING_FILE_PAGE      "OggS"
#define OFFHOOK_RECORDING_FILE_PAGE_HEAD 27
#define OFFHOOK_RECORDING_FILE_PAGE_MAX  65307
#define OFFHOOK_RECORDING_FILE_OPUS      "OpusHead"
#define OFFHOOK_RECORDING_FILE_OPUS_HEAD 19
#define OFFHOOK_RECORDING_FILE_OPUS_KHZ  48

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

/* ---- how long it is ---- */

static gint64
offhook_recording_file_measure_wav(const guint8 *data, gsize size)
{
	OffhookWavInfo wav;
	gsize second;

	if (!offhook_wav_parse(data, size, &wav, NULL))
		return -1;
	second = offhook_audio_format_get_bytes(&(OffhookAudioFormat){wav.encoding, wav.rate}, 1000);
	return (gint64)(wav.size * 1000 / (second * wav.channels));
}

/* What is played before the sound begins, in samples; -1: it is none of our files. */
static gint64
offhook_recording_file_get_lead(const guint8 *data, gsize size)
{
	const guint8 *head =
	    memmem(data, MIN(size, OFFHOOK_RECORDING_FILE_PAGE_MAX), OFFHOOK_RECORDING_FILE_OPUS,
		   strlen(OFFHOOK_RECORDING_FILE_OPUS));

	if (head == NULL || (gsize)(data + size - head) < OFFHOOK_RECORDING_FILE_OPUS_HEAD)
		return -1;
	return head[10] | head[11] << 8;
}

/* The last page that is there says how many samples there are up to its end. */
static gint64
offhook_recording_file_measure_opus(const guint8 *data, gsize size)
{
	gsize mark = strlen(OFFHOOK_RECORDING_FILE_PAGE);
	gint64 lead = offhook_recording_file_get_lead(data, size);
	guint64 samples;

	if (lead < 0)
		return -1;
	for (gsize at = size - OFFHOOK_RECORDING_FILE_PAGE_HEAD + 1; at-- > 0;) {
		if (memcmp(data + at, OFFHOOK_RECORDING_FILE_PAGE, mark) != 0)
			continue;
		memcpy(&samples, data + at + 6, sizeof samples);
		samples = GUINT64_FROM_LE(samples);
		/* On a page in which nothing ends it is -1. */
		if (samples <= G_MAXINT64 / 2)
			return MAX((gint64)samples - lead, 0) / OFFHOOK_RECORDING_FILE_OPUS_KHZ;
	}
	return -1;
}

gint64
offhook_recording_file_measure(const char *path, const char *call_id)
{
	g_autoptr(GMappedFile) file = NULL;
	OffhookRecordingFormat format;
	const guint8 *data;
	struct stat info;
	gsize size;
	int fd = offhook_recording_file_open(path, call_id, &info, NULL);

	if (fd < 0)
		return -1;
	file = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	close(fd);
	if (file == NULL || !offhook_recording_format_parse_file_name(path, NULL, &format))
		return -1;
	data = (const guint8 *)g_mapped_file_get_contents(file);
	size = g_mapped_file_get_length(file);
	if (size < OFFHOOK_WAV_HEADER_BYTES)
		return -1;
	return format == OFFHOOK_RECORDING_WAV ? offhook_recording_file_measure_wav(data, size)
					       : offhook_recording_file_measure_opus(data, size);
}

/* ---- clearing out ---- */

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
