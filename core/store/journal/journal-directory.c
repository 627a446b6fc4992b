/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The files of a journal by their names: NUMBER.journal, and NUMBER.damaged for what was set aside. Any thread.
 */

#include "store/journal/journal-directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <offhook/error.h>

#define OFFHOOK_JOURNAL_DIRECTORY_LOCK "lock"

char *
offhook_journal_directory_build_path(const char *dir, guint64 number, const char *ending)
{
	g_autofree char *name = g_strdup_printf("%010" G_GUINT64_FORMAT "%s", number, ending);

	return g_build_filename(dir, name, NULL);
}

gboolean
offhook_journal_directory_set_errno(const char *path, const char *what, int number, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s: %s", path, what,
		    g_strerror(number));
	return FALSE;
}

gboolean
offhook_journal_directory_sync(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean done = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return done;
}

OffhookJournalContents *
offhook_journal_directory_read(const char *path, gboolean decode, guint64 *size, GError **error)
{
	g_autofree char *data = NULL;
	g_autoptr(GError) local = NULL;
	OffhookJournalContents *contents;
	gsize length;

	if (!g_file_get_contents(path, &data, &length, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s", local->message);
		return NULL;
	}
	*size = length;
	contents = offhook_journal_format_parse(data, length, decode, error);
	if (contents == NULL)
		g_prefix_error(error, "%s: ", path);
	return contents;
}

static int
offhook_journal_directory_compare(gconstpointer a, gconstpointer b, gpointer user_data)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
offhook_journal_directory_list(const char *dir, const char *ending, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) local = NULL;
	GDir *handle = g_dir_open(dir, 0, &local);
	const char *name;

	if (handle == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s", local->message);
		return NULL;
	}
	while ((name = g_dir_read_name(handle)) != NULL)
		if (g_ascii_isdigit(*name) && g_str_has_suffix(name, ending))
			g_ptr_array_add(names, g_strdup(name));
	g_dir_close(handle);
	g_ptr_array_sort_with_data(names, offhook_journal_directory_compare, NULL);
	return g_steal_pointer(&names);
}

int
offhook_journal_directory_lock(const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, OFFHOOK_JOURNAL_DIRECTORY_LOCK, NULL);
	int fd;

	if (g_mkdir_with_parents(dir, 0700) != 0) {
		offhook_journal_directory_set_errno(dir, "can't be made", errno, error);
		return -1;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		offhook_journal_directory_set_errno(path, "can't be opened", errno, error);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
		    "%s: in use by another process (%s)", dir, g_strerror(errno));
	close(fd);
	return -1;
}

/* ---- from outside ---- */

gboolean
offhook_journal_directory_clear_damaged(const char *dir, guint *n_files, guint64 *bytes,
					GError **error)
{
	g_autoptr(GPtrArray) names = NULL;

	*n_files = 0;
	*bytes = 0;
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
		return TRUE;
	names = offhook_journal_directory_list(dir, OFFHOOK_JOURNAL_DIRECTORY_DAMAGED, error);
	for (guint i = 0; names != NULL && i < names->len; i++) {
		g_autofree char *path = g_build_filename(dir, g_ptr_array_index(names, i), NULL);
		GStatBuf info;

		if (g_lstat(path, &info) != 0 || g_unlink(path) != 0) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: %s", path,
				    g_strerror(errno));
			return FALSE;
		}
		++*n_files;
		*bytes += (guint64)info.st_size;
	}
	return names != NULL;
}

gboolean
offhook_journal_directory_survey(const char *dir, OffhookJournalSurvey *survey, GError **error)
{
	g_autoptr(GPtrArray) names = NULL;
	g_autoptr(GPtrArray) damaged = NULL;

	*survey = (OffhookJournalSurvey){0};
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
		return TRUE;
	names = offhook_journal_directory_list(dir, OFFHOOK_JOURNAL_DIRECTORY_ENDING, error);
	damaged =
	    names != NULL
		? offhook_journal_directory_list(dir, OFFHOOK_JOURNAL_DIRECTORY_DAMAGED, error)
		: NULL;
	if (damaged == NULL)
		return FALSE;
	survey->n_damaged = damaged->len;
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(dir, g_ptr_array_index(names, i), NULL);
		g_autoptr(OffhookJournalContents) contents = NULL;
		guint64 bytes = 0;

		contents = offhook_journal_directory_read(path, FALSE, &bytes, error);
		if (contents == NULL && g_file_test(path, G_FILE_TEST_EXISTS))
			return FALSE;
		/* Else the running process has just removed it. */
		g_clear_error(error);
		survey->n_files += contents != NULL;
		survey->n_writes += contents != NULL ? contents->n_writes : 0;
		survey->bytes += bytes;
	}
	return TRUE;
}
