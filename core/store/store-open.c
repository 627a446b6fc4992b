/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A database that is away when the server starts is no reason to let the phones ring: what happens is
 * written down in the journal. But a database that has never been there is a mistake in the
 * configuration, and that is to be said at once. The journal remembers which one it has seen. Main
 * thread; the journal is opened in another one, as there may be much to read.
 */

#include "store/store-open.h"

#include <offhook/error.h>

#include "store/store-backend.h"
#include "store/journal/store-writer.h"

#define OFFHOOK_STORE_OPEN_JOURNAL_BYTES (256 * 1024 * 1024)
#define OFFHOOK_STORE_OPEN_SEEN          "database"

typedef struct {
	OffhookStore *store;
	char *journal_dir; /* (nullable) */
	guint64 journal_bytes;
	char *fingerprint; /* of the URL, which may hold a password */
} OffhookStoreOpening;

static void
offhook_store_opening_free(gpointer data)
{
	OffhookStoreOpening *self = data;

	g_clear_object(&self->store);
	g_free(self->journal_dir);
	g_free(self->fingerprint);
	g_free(self);
}

static gboolean
offhook_store_opening_has_seen(const OffhookStoreOpening *self)
{
	g_autofree char *path = NULL;
	g_autofree char *seen = NULL;

	if (self->journal_dir == NULL)
		return FALSE;
	path = g_build_filename(self->journal_dir, OFFHOOK_STORE_OPEN_SEEN, NULL);
	return g_file_get_contents(path, &seen, NULL, NULL) && g_str_equal(seen, self->fingerprint);
}

/* Without the note the next start will insist on the database, no more. */
static void
offhook_store_opening_note_seen(const OffhookStoreOpening *self)
{
	g_autofree char *path = NULL;

	if (self->journal_dir == NULL || offhook_store_opening_has_seen(self))
		return;
	path = g_build_filename(self->journal_dir, OFFHOOK_STORE_OPEN_SEEN, NULL);
	g_file_set_contents_full(path, self->fingerprint, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
				 NULL);
}

static void
offhook_store_open_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreOpening *opening = g_task_get_task_data(task);
	OffhookStore *store = OFFHOOK_STORE(source);
	OffhookStoreWriter *writer = offhook_store_get_writer(store);
	g_autoptr(GError) error = NULL;

	if (OFFHOOK_STORE_GET_CLASS(store)->connect_finish(store, result, &error)) {
		offhook_store_opening_note_seen(opening);
		offhook_store_writer_begin(writer);
	} else if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE) &&
		   offhook_store_opening_has_seen(opening)) {
		offhook_store_writer_begin_without(writer, error);
	} else {
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	g_task_return_pointer(task, g_steal_pointer(&opening->store), g_object_unref);
}

/* @task: (transfer full) */
static void
offhook_store_open_connect(GTask *task)
{
	OffhookStoreOpening *opening = g_task_get_task_data(task);

	OFFHOOK_STORE_GET_CLASS(opening->store)
	    ->connect_async(opening->store, g_task_get_cancellable(task),
			    offhook_store_open_connected_cb, task);
}

static void
offhook_store_open_journal_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreOpening *opening = g_task_get_task_data(task);
	GError *error = NULL;
	OffhookStoreJournal *journal = g_task_propagate_pointer(G_TASK(result), &error);

	if (journal == NULL) {
		g_prefix_error(&error, "the journal: ");
		g_task_return_error(task, error);
		return;
	}
	offhook_store_writer_set_journal(offhook_store_get_writer(opening->store), journal);
	offhook_store_open_connect(g_steal_pointer(&task));
}

static void
offhook_store_open_journal(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const OffhookStoreOpening *opening = data;
	GError *error = NULL;
	OffhookStoreJournal *journal =
	    offhook_store_journal_open(opening->journal_dir, opening->journal_bytes, &error);

	if (journal != NULL)
		g_task_return_pointer(task, journal, (GDestroyNotify)offhook_store_journal_free);
	else
		g_task_return_error(task, error);
}

void
offhook_store_open_run(OffhookStore *self, const char *url, const OffhookStoreOptions *options,
		       GTask *task)
{
	OffhookStoreOpening *opening = g_new0(OffhookStoreOpening, 1);
	g_autoptr(GTask) journal = NULL;

	opening->store = self;
	opening->journal_dir = g_strdup(options->journal_dir);
	opening->journal_bytes =
	    options->journal_bytes != 0 ? options->journal_bytes : OFFHOOK_STORE_OPEN_JOURNAL_BYTES;
	opening->fingerprint = g_compute_checksum_for_string(G_CHECKSUM_SHA256, url, -1);
	g_task_set_task_data(task, opening, offhook_store_opening_free);
	if (opening->journal_dir == NULL) {
		offhook_store_open_connect(task);
		return;
	}
	journal = g_task_new(NULL, NULL, offhook_store_open_journal_cb, task);
	/* The other task, which waits for this one, keeps it. */
	g_task_set_task_data(journal, opening, NULL);
	g_task_run_in_thread(journal, offhook_store_open_journal);
}

/* ---- later ---- */

static void
offhook_store_adopted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	OffhookStoreJournal *journal = g_task_propagate_pointer(G_TASK(result), &error);

	if (journal == NULL) {
		g_prefix_error(&error, "the journal: ");
		g_task_return_error(task, error);
		return;
	}
	offhook_store_writer_adopt_journal(offhook_store_get_writer(g_task_get_source_object(task)),
					   journal);
	g_task_return_boolean(task, TRUE);
}

void
offhook_store_adopt_journal_async(OffhookStore *self, const char *journal_dir,
				  guint64 journal_bytes, GAsyncReadyCallback callback,
				  gpointer user_data)
{
	GTask *task = g_task_new(self, NULL, callback, user_data);
	g_autoptr(GTask) journal = g_task_new(NULL, NULL, offhook_store_adopted_cb, task);
	OffhookStoreOpening *opening = g_new0(OffhookStoreOpening, 1);

	opening->journal_dir = g_strdup(journal_dir);
	opening->journal_bytes = journal_bytes;
	g_task_set_task_data(journal, opening, offhook_store_opening_free);
	g_task_run_in_thread(journal, offhook_store_open_journal);
}

gboolean
offhook_store_adopt_journal_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
