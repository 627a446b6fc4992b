/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is known about the files is the main thread's; the descriptor of the file that is added to is
 * the journal's own thread's, which does one job after the other.
 */

#include "store/journal/store-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <offhook/context.h>
#include <offhook/error.h>

#include "base/priority.h"
#include "store/journal/journal-directory.h"

/* A file that has so much is added to no more; it is read into memory as a whole. */
#define OFFHOOK_STORE_JOURNAL_FILE_BYTES (4 * 1024 * 1024)

typedef struct {
	guint64 number;
	guint n_writes;
	guint64 bytes;
	gboolean bad; /* set aside when it is done */
} OffhookJournalFile;

struct _OffhookStoreJournal {
	char *dir;
	guint64 max_bytes;
	int lock_fd;
	gatomicrefcount refs; /* ours and each job's */
	GThreadPool *thread;
	gboolean closed;
	GQueue files; /* of OffhookJournalFile, oldest first */
	guint64 n_writes;
	guint64 bytes;

	/* The journal's thread's: */
	int fd; /* -1: the next append makes a new file */
	guint64 number;
	guint64 size;
};

typedef struct _OffhookJournalJob OffhookJournalJob;
struct _OffhookJournalJob {
	OffhookStoreJournal *journal;
	void (*work)(OffhookJournalJob *self);
	void (*done)(OffhookJournalJob *self); /* (nullable): in the main thread */
	GPtrArray *writes;
	guint64 number;
	guint64 bytes; /* that there is room for; that were added */
	gboolean bad;
	OffhookJournalContents *contents;
	GError *error;
	GCallback func;
	gpointer data;
};

static void
offhook_store_journal_unref(OffhookStoreJournal *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_queue_clear_full(&self->files, g_free);
	if (self->fd >= 0)
		close(self->fd);
	if (self->lock_fd >= 0)
		close(self->lock_fd);
	g_free(self->dir);
	g_free(self);
}

/* ---- jobs ---- */

static void
offhook_journal_job_free(gpointer data)
{
	OffhookJournalJob *job = data;

	g_clear_pointer(&job->writes, g_ptr_array_unref);
	g_clear_pointer(&job->contents, offhook_journal_contents_free);
	g_clear_error(&job->error);
	offhook_store_journal_unref(job->journal);
	g_free(job);
}

static void
offhook_journal_job_done_cb(gpointer data)
{
	OffhookJournalJob *job = data;

	if (!job->journal->closed && job->done != NULL)
		job->done(job);
}

static void
offhook_store_journal_work(gpointer data, gpointer user_data)
{
	OffhookJournalJob *job = data;

	offhook_priority_lower();
	job->work(job);
	offhook_context_post(NULL, offhook_journal_job_done_cb, job, offhook_journal_job_free);
}

static void
offhook_store_journal_join(GThreadPool *thread)
{
	g_thread_pool_free(thread, FALSE, TRUE);
}

static OffhookJournalJob *
offhook_store_journal_new_job(OffhookStoreJournal *self, void (*work)(OffhookJournalJob *),
			      void (*done)(OffhookJournalJob *), GCallback func, gpointer data)
{
	OffhookJournalJob *job = g_new0(OffhookJournalJob, 1);

	g_atomic_ref_count_inc(&self->refs);
	job->journal = self;
	job->work = work;
	job->done = done;
	job->func = func;
	job->data = data;
	return job;
}

/* ---- appending ---- */

static gboolean
offhook_store_journal_write(int fd, const char *data, gsize size)
{
	while (size > 0) {
		gssize n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FALSE;
		data += n;
		size -= (gsize)n;
	}
	return TRUE;
}

/* In the journal's thread: puts @text at the end, or leaves the file as it was. */
static gboolean
offhook_store_journal_put(OffhookStoreJournal *self, const GString *text, GError **error)
{
	g_autofree char *path = NULL;
	gboolean new_file = self->fd < 0;
	int failed;

	if (new_file) {
		self->number++;
		self->size = 0;
	}
	path = offhook_journal_directory_build_path(self->dir, self->number,
						    OFFHOOK_JOURNAL_DIRECTORY_ENDING);
	if (new_file)
		self->fd = g_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (self->fd < 0)
		return offhook_journal_directory_set_errno(path, "can't be made", errno, error);
	if (offhook_store_journal_write(self->fd, text->str, text->len) &&
	    fdatasync(self->fd) == 0 && (!new_file || offhook_journal_directory_sync(self->dir))) {
		self->size += text->len;
		return TRUE;
	}
	failed = errno;
	/* What did not arrive as a whole must not come back. After a failed flush nobody knows what is on the
	 * disk: the next one goes into another file. */
	(void)!ftruncate(self->fd, (off_t)self->size);
	g_close(self->fd, NULL);
	self->fd = -1;
	if (new_file)
		g_unlink(path);
	return offhook_journal_directory_set_errno(path, "can't be written", failed, error);
}

static void
offhook_store_journal_append_work(OffhookJournalJob *job)
{
	OffhookStoreJournal *self = job->journal;
	g_autoptr(GString) text = g_string_new(NULL);

	if (self->fd >= 0 && self->size >= OFFHOOK_STORE_JOURNAL_FILE_BYTES) {
		g_close(self->fd, NULL);
		self->fd = -1;
	}
	if (self->fd < 0)
		g_string_append(text, OFFHOOK_JOURNAL_FORMAT_HEADER);
	for (guint i = 0; i < job->writes->len; i++)
		offhook_journal_format_add(text, g_ptr_array_index(job->writes, i));
	if (text->len > job->bytes)
		g_set_error(&job->error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%s: full, expected at most %" G_GUINT64_FORMAT " bytes", self->dir,
			    self->max_bytes);
	else if (offhook_store_journal_put(self, text, &job->error))
		job->bytes = text->len;
	job->number = self->number;
}

/* Notes that a file has more, the newest or one that is new. */
static void
offhook_store_journal_note(OffhookStoreJournal *self, guint64 number, guint n_writes, guint64 bytes)
{
	OffhookJournalFile *file = g_queue_peek_tail(&self->files);

	if (file == NULL || file->number != number) {
		file = g_new0(OffhookJournalFile, 1);
		file->number = number;
		g_queue_push_tail(&self->files, file);
	}
	file->n_writes += n_writes;
	file->bytes += bytes;
	self->n_writes += n_writes;
	self->bytes += bytes;
}

static void
offhook_store_journal_appended(OffhookJournalJob *job)
{
	if (job->error == NULL)
		offhook_store_journal_note(job->journal, job->number, job->writes->len, job->bytes);
	((OffhookStoreJournalAppendedFunc)job->func)(job->data, job->error);
}

static OffhookJournalJob *
offhook_store_journal_new_append(OffhookStoreJournal *self, GPtrArray *writes)
{
	OffhookJournalJob *job = offhook_store_journal_new_job(
	    self, offhook_store_journal_append_work, offhook_store_journal_appended, NULL, NULL);

	job->writes = writes;
	job->bytes = self->max_bytes - MIN(self->max_bytes, self->bytes);
	return job;
}

void
offhook_store_journal_append(OffhookStoreJournal *self, GPtrArray *writes,
			     OffhookStoreJournalAppendedFunc func, gpointer data)
{
	OffhookJournalJob *job = offhook_store_journal_new_append(self, writes);

	job->func = G_CALLBACK(func);
	job->data = data;
	g_thread_pool_push(self->thread, job, NULL);
}

gboolean
offhook_store_journal_append_last(OffhookStoreJournal *self, GPtrArray *writes, GError **error)
{
	OffhookJournalJob *job = offhook_store_journal_new_append(self, g_ptr_array_ref(writes));
	gboolean done;

	g_clear_pointer(&self->thread, offhook_store_journal_join);
	offhook_store_journal_append_work(job);
	done = job->error == NULL;
	if (!done)
		g_propagate_error(error, g_steal_pointer(&job->error));
	offhook_journal_job_free(job);
	return done;
}

/* ---- reading ---- */

static void
offhook_store_journal_take_work(OffhookJournalJob *job)
{
	OffhookStoreJournal *self = job->journal;
	g_autofree char *path = offhook_journal_directory_build_path(
	    self->dir, job->number, OFFHOOK_JOURNAL_DIRECTORY_ENDING);

	if (self->fd >= 0 && self->number == job->number) {
		g_close(self->fd, NULL);
		self->fd = -1;
	}
	job->contents = offhook_journal_directory_read(path, TRUE, &job->bytes, &job->error);
	if (job->contents == NULL || job->contents->n_damaged == 0)
		return;
	g_set_error(&job->error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "%s: %u of its lines are damaged, the others are written; it is kept as "
		    "%010" G_GUINT64_FORMAT OFFHOOK_JOURNAL_DIRECTORY_DAMAGED,
		    path, job->contents->n_damaged, job->number);
}

static void
offhook_store_journal_taken(OffhookJournalJob *job)
{
	OffhookJournalFile *file = g_queue_peek_head(&job->journal->files);
	guint got = job->contents != NULL ? job->contents->n_writes : 0;
	guint lost = file->n_writes - MIN(file->n_writes, got);

	if (lost > 0 && job->error == NULL)
		g_set_error(&job->error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "%s: %u writes are gone from file %" G_GUINT64_FORMAT,
			    job->journal->dir, lost, file->number);
	file->bad = job->error != NULL;
	((OffhookStoreJournalTakenFunc)job->func)(job->data, job->contents, lost, job->error);
}

void
offhook_store_journal_take(OffhookStoreJournal *self, OffhookStoreJournalTakenFunc func,
			   gpointer data)
{
	OffhookJournalJob *job =
	    offhook_store_journal_new_job(self, offhook_store_journal_take_work,
					  offhook_store_journal_taken, G_CALLBACK(func), data);

	job->number = ((OffhookJournalFile *)g_queue_peek_head(&self->files))->number;
	g_thread_pool_push(self->thread, job, NULL);
}

/* A file that can't be removed is written again at the next start, which changes nothing. */
static void
offhook_store_journal_drop_work(OffhookJournalJob *job)
{
	const char *dir = job->journal->dir;
	g_autofree char *path = offhook_journal_directory_build_path(
	    dir, job->number, OFFHOOK_JOURNAL_DIRECTORY_ENDING);
	g_autofree char *aside = offhook_journal_directory_build_path(
	    dir, job->number, OFFHOOK_JOURNAL_DIRECTORY_DAMAGED);

	if (job->bad)
		g_rename(path, aside);
	else
		g_unlink(path);
}

void
offhook_store_journal_drop(OffhookStoreJournal *self)
{
	g_autofree OffhookJournalFile *file = g_queue_pop_head(&self->files);
	OffhookJournalJob *job =
	    offhook_store_journal_new_job(self, offhook_store_journal_drop_work, NULL, NULL, NULL);

	self->n_writes -= file->n_writes;
	self->bytes -= file->bytes;
	job->number = file->number;
	job->bad = file->bad;
	g_thread_pool_push(self->thread, job, NULL);
}

guint
offhook_store_journal_count(OffhookStoreJournal *self, guint64 *n_writes, guint64 *bytes)
{
	if (n_writes != NULL)
		*n_writes = self->n_writes;
	if (bytes != NULL)
		*bytes = self->bytes;
	return self->files.length;
}

/* ---- opening ---- */

/* Counts what is there already. */
static gboolean
offhook_store_journal_scan(OffhookStoreJournal *self, GError **error)
{
	g_autoptr(GPtrArray) names =
	    offhook_journal_directory_list(self->dir, OFFHOOK_JOURNAL_DIRECTORY_ENDING, error);

	for (guint i = 0; names != NULL && i < names->len; i++) {
		g_autofree char *path =
		    g_build_filename(self->dir, g_ptr_array_index(names, i), NULL);
		g_autoptr(OffhookJournalContents) contents = NULL;
		guint64 bytes = 0;

		contents = offhook_journal_directory_read(path, FALSE, &bytes, error);
		if (contents == NULL)
			return FALSE;
		self->number = g_ascii_strtoull(g_ptr_array_index(names, i), NULL, 10);
		offhook_store_journal_note(self, self->number, contents->n_writes, bytes);
	}
	return names != NULL;
}

/* A number is not given again while a file that was set aside has it. */
static gboolean
offhook_store_journal_skip_numbers(OffhookStoreJournal *self, GError **error)
{
	g_autoptr(GPtrArray) names =
	    offhook_journal_directory_list(self->dir, OFFHOOK_JOURNAL_DIRECTORY_DAMAGED, error);
	guint64 last = 0;

	if (names == NULL)
		return FALSE;
	if (names->len > 0)
		last = g_ascii_strtoull(g_ptr_array_index(names, names->len - 1), NULL, 10);
	self->number = MAX(self->number, last);
	return TRUE;
}

OffhookStoreJournal *
offhook_store_journal_open(const char *dir, guint64 max_bytes, GError **error)
{
	OffhookStoreJournal *self = g_new0(OffhookStoreJournal, 1);

	self->dir = g_strdup(dir);
	self->max_bytes = max_bytes;
	self->fd = -1;
	g_atomic_ref_count_init(&self->refs);
	g_queue_init(&self->files);
	self->lock_fd = offhook_journal_directory_lock(dir, error);
	if (self->lock_fd < 0 || !offhook_store_journal_scan(self, error) ||
	    !offhook_store_journal_skip_numbers(self, error)) {
		offhook_store_journal_unref(self);
		return NULL;
	}
	self->thread = g_thread_pool_new(offhook_store_journal_work, NULL, 1, TRUE, NULL);
	return self;
}

void
offhook_store_journal_free(OffhookStoreJournal *self)
{
	if (self == NULL)
		return;
	self->closed = TRUE;
	g_clear_pointer(&self->thread, offhook_store_journal_join);
	/* Another process may have it at once, though answers that nobody hears are still on their way. */
	close(self->lock_fd);
	self->lock_fd = -1;
	offhook_store_journal_unref(self);
}
