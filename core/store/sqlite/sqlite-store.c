/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins the store to the two SQLite threads. The object lives in the main thread; what runs in the
 * workers gets a connection and the question, never the object.
 */

#include "store/sqlite/sqlite-store.h"

#include <string.h>

#include <offhook/error.h>

#include "store/sqlite/sqlite-plan.h"
#include "store/sqlite/sqlite-read.h"
#include "store/sqlite/sqlite-scrub.h"
#include "store/sqlite/sqlite-worker.h"
#include "store/sqlite/sqlite-write.h"

#define OFFHOOK_SQLITE_STORE_BUSY_MS 5000

struct _OffhookSqliteStore {
	OffhookStore parent_instance;
	OffhookSqliteWorker *writer;
	OffhookSqliteWorker *reader; /* the writer, for a database in memory */
	OffhookMigrationWatch *watch;
};

G_DEFINE_FINAL_TYPE(OffhookSqliteStore, offhook_sqlite_store, OFFHOOK_TYPE_STORE)

char *
offhook_sqlite_store_parse_path(const char *path, GError **error)
{
	if (g_str_equal(path, ":memory:"))
		return g_strdup(path);
	if (g_str_has_prefix(path, "///"))
		path += 2;
	if (!g_path_is_absolute(path) || g_str_has_prefix(path, "//") ||
	    g_str_has_suffix(path, "/") || !g_utf8_validate(path, -1, NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[store] url: \"sqlite:%s\" is not valid, expected sqlite: and the "
			    "absolute path of a file, or sqlite::memory:",
			    path);
		return NULL;
	}
	return g_strdup(path);
}

static gpointer
offhook_sqlite_store_create(OffhookSqliteConnection *connection, gconstpointer input,
			    GError **error)
{
	/* Any pointer will do for "yes". */
	return offhook_sqlite_connection_create(connection, error) ? connection : NULL;
}

OffhookStore *
offhook_sqlite_store_new(const char *path, const OffhookStoreOptions *options, GError **error)
{
	guint busy_ms =
	    options->busy_timeout_ms != 0 ? options->busy_timeout_ms : OFFHOOK_SQLITE_STORE_BUSY_MS;
	g_autofree char *file = offhook_sqlite_store_parse_path(path, error);
	OffhookSqliteConnection *connection;
	OffhookSqliteStore *self;

	if (file == NULL)
		return NULL;
	self = g_object_new(OFFHOOK_TYPE_SQLITE_STORE, NULL);
	self->watch = offhook_migration_watch_new(options);
	connection = offhook_sqlite_connection_new(file, OFFHOOK_SQLITE_WRITE, busy_ms);
	offhook_sqlite_connection_set_watch(connection, self->watch);
	self->writer = offhook_sqlite_worker_new("store-writer", connection);
	self->reader = self->writer;
	if (!g_str_equal(file, ":memory:"))
		self->reader = offhook_sqlite_worker_new(
		    "store-reader",
		    offhook_sqlite_connection_new(file, OFFHOOK_SQLITE_READ, busy_ms));
	return OFFHOOK_STORE(self);
}

static void
offhook_sqlite_store_connect_async(OffhookStore *store, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookSqliteStore *self = OFFHOOK_SQLITE_STORE(store);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_sqlite_store_connect_async);
	offhook_sqlite_worker_run(self->writer, task, offhook_sqlite_store_create, NULL, NULL);
}

static gboolean
offhook_sqlite_store_connect_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error) != NULL;
}

static gpointer
offhook_sqlite_store_write(OffhookSqliteConnection *connection, gconstpointer input, GError **error)
{
	return offhook_sqlite_write_batch(connection, (GPtrArray *)input, error);
}

static void
offhook_sqlite_store_write_async(OffhookStore *store, GPtrArray *writes,
				 GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookSqliteStore *self = OFFHOOK_SQLITE_STORE(store);
	GTask *task = g_task_new(self, NULL, callback, user_data);

	g_task_set_source_tag(task, offhook_sqlite_store_write_async);
	g_task_set_task_data(task, g_ptr_array_ref(writes), (GDestroyNotify)g_ptr_array_unref);
	offhook_sqlite_worker_run(self->writer, task, offhook_sqlite_store_write, writes,
				  (GDestroyNotify)g_ptr_array_unref);
}

static gboolean
offhook_sqlite_store_write_finish(OffhookStore *store, GAsyncResult *result, GPtrArray **rejected,
				  GError **error)
{
	*rejected = g_task_propagate_pointer(G_TASK(result), error);
	return *rejected != NULL;
}

static gpointer
offhook_sqlite_store_query(OffhookSqliteConnection *connection, gconstpointer input, GError **error)
{
	const OffhookStoreQuery *query = input;
	g_autoptr(OffhookStorePlan) plan = offhook_store_plan_make(query);

	if (plan != NULL)
		return offhook_sqlite_plan_run(connection, query, plan, error);
	return offhook_sqlite_read(connection, query, error);
}

static void
offhook_sqlite_store_query_async(OffhookStore *store, const OffhookStoreQuery *query,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer user_data)
{
	OffhookSqliteStore *self = OFFHOOK_SQLITE_STORE(store);
	gboolean writes = offhook_store_query_writes(query);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_sqlite_store_query_async);
	offhook_sqlite_worker_run(writes ? self->writer : self->reader, task,
				  offhook_sqlite_store_query, query,
				  (GDestroyNotify)offhook_store_result_free);
}

static OffhookStoreResult *
offhook_sqlite_store_query_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- scrubbing: slices, so that writes get their turns ---- */

static void offhook_sqlite_store_scrub_on(GTask *task);

static gpointer
offhook_sqlite_store_scrub(OffhookSqliteConnection *connection, gconstpointer input, GError **error)
{
	OffhookSqliteScrub *scrub = (OffhookSqliteScrub *)input;

	return offhook_sqlite_scrub_run(scrub, connection, error) ? scrub : NULL;
}

static void
offhook_sqlite_store_scrubbed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookSqliteScrub *scrub = g_task_get_task_data(task);
	GError *error = NULL;

	if (g_task_propagate_pointer(G_TASK(result), &error) == NULL)
		g_task_return_error(task, error);
	else if (scrub->done)
		g_task_return_boolean(task, TRUE);
	else
		offhook_sqlite_store_scrub_on(g_steal_pointer(&task));
}

/* @task: (transfer full) */
static void
offhook_sqlite_store_scrub_on(GTask *task)
{
	OffhookSqliteStore *self = g_task_get_source_object(task);

	offhook_sqlite_worker_run(self->writer,
				  g_task_new(self, NULL, offhook_sqlite_store_scrubbed_cb, task),
				  offhook_sqlite_store_scrub, g_task_get_task_data(task), NULL);
}

static void
offhook_sqlite_store_scrub_async(OffhookStore *store, OffhookScrub how, GCancellable *cancellable,
				 GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(store, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_sqlite_store_scrub_async);
	g_task_set_task_data(task, offhook_sqlite_scrub_new(),
			     (GDestroyNotify)offhook_sqlite_scrub_free);
	offhook_sqlite_store_scrub_on(task);
}

static char **
offhook_sqlite_store_scrub_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	OffhookSqliteScrub *scrub = g_task_get_task_data(G_TASK(result));

	if (!g_task_propagate_boolean(G_TASK(result), error))
		return NULL;
	g_ptr_array_add(scrub->notes, NULL);
	return g_strdupv((char **)scrub->notes->pdata);
}

static void
offhook_sqlite_store_finalize(GObject *object)
{
	OffhookSqliteStore *self = OFFHOOK_SQLITE_STORE(object);

	/* The writer last: the last connection to close tidies up the file. */
	if (self->reader != self->writer)
		g_clear_pointer(&self->reader, offhook_sqlite_worker_free);
	g_clear_pointer(&self->writer, offhook_sqlite_worker_free);
	offhook_migration_watch_stop(self->watch);
	offhook_migration_watch_unref(self->watch);
	G_OBJECT_CLASS(offhook_sqlite_store_parent_class)->finalize(object);
}

static void
offhook_sqlite_store_init(OffhookSqliteStore *self)
{
}

static void
offhook_sqlite_store_class_init(OffhookSqliteStoreClass *klass)
{
	OffhookStoreClass *store_class = OFFHOOK_STORE_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = offhook_sqlite_store_finalize;
	store_class->backend_name = "sqlite";
	store_class->connect_async = offhook_sqlite_store_connect_async;
	store_class->connect_finish = offhook_sqlite_store_connect_finish;
	store_class->write_async = offhook_sqlite_store_write_async;
	store_class->write_finish = offhook_sqlite_store_write_finish;
	store_class->query_async = offhook_sqlite_store_query_async;
	store_class->query_finish = offhook_sqlite_store_query_finish;
	store_class->scrub_async = offhook_sqlite_store_scrub_async;
	store_class->scrub_finish = offhook_sqlite_store_scrub_finish;
}
