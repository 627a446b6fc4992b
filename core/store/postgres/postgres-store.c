/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins the store to the pool. A batch of writes is one transaction in one round trip. When the database
 * will never take one of them, the batch goes once more with a savepoint before each write, and those
 * that fail are left out: two round trips, however many they are. Main thread; migrations have a thread
 * for the moment.
 */

#include "store/postgres/postgres-store.h"

#include <offhook/error.h>

#include "store/postgres/postgres-migrate.h"
#include "store/postgres/postgres-pool.h"
#include "store/postgres/postgres-read.h"
#include "store/postgres/postgres-row.h"
#include "store/postgres/postgres-scrub.h"
#include "store/sql/store-sql.h"

#define OFFHOOK_POSTGRES_STORE_POOL_SIZE  20
#define OFFHOOK_POSTGRES_STORE_IDLE_MS    30000
#define OFFHOOK_POSTGRES_STORE_CONNECT_MS 2000
#define OFFHOOK_POSTGRES_STORE_ANSWER_MS  10000
#define OFFHOOK_POSTGRES_STORE_SCHEMA     "offhook"

struct _OffhookPostgresStore {
	OffhookStore parent_instance;
	OffhookPostgresPool *pool;
	OffhookPostgresSettings *settings; /* never changed: threads read them */
	OffhookMigrationWatch *watch;
	gboolean compares_vectors;
};

G_DEFINE_FINAL_TYPE(OffhookPostgresStore, offhook_postgres_store, OFFHOOK_TYPE_STORE)

gboolean
offhook_postgres_store_check_url(const char *url, GError **error)
{
	PQconninfoOption *parsed;
	char *message = NULL;

	parsed = PQconninfoParse(url, &message);
	if (parsed != NULL) {
		PQconninfoFree(parsed);
		return TRUE;
	}
	/* libpq's message repeats the URL, which may hold a password. */
	PQfreemem(message);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[store] url: not valid, expected "
			    "postgresql://user:password@host:port/database?sslmode=require or the "
			    "like, with special characters in % form");
	return FALSE;
}

OffhookPostgresSettings *
offhook_postgres_store_make_settings(const char *url, const OffhookStoreOptions *options)
{
	OffhookPostgresSettings *settings = g_new0(OffhookPostgresSettings, 1);

	settings->url = g_strdup(url);
	settings->schema =
	    g_strdup(options->schema != NULL ? options->schema : OFFHOOK_POSTGRES_STORE_SCHEMA);
	settings->connect_ms =
	    options->connect_ms != 0 ? options->connect_ms : OFFHOOK_POSTGRES_STORE_CONNECT_MS;
	settings->answer_ms =
	    options->answer_ms != 0 ? options->answer_ms : OFFHOOK_POSTGRES_STORE_ANSWER_MS;
	return settings;
}

/* ---- connecting ---- */

OffhookStore *
offhook_postgres_store_new(const char *url, const OffhookStoreOptions *options)
{
	OffhookPostgresStore *self = g_object_new(OFFHOOK_TYPE_POSTGRES_STORE, NULL);

	self->settings = offhook_postgres_store_make_settings(url, options);
	self->watch = offhook_migration_watch_new(options);
	self->pool = offhook_postgres_pool_new(
	    offhook_postgres_settings_copy(self->settings),
	    options->pool_size != 0 ? options->pool_size : OFFHOOK_POSTGRES_STORE_POOL_SIZE,
	    options->idle_ms != 0 ? options->idle_ms : OFFHOOK_POSTGRES_STORE_IDLE_MS);
	return OFFHOOK_STORE(self);
}

/* What the thread that migrates has; the store's last reference is the main thread's. */
typedef struct {
	OffhookPostgresSettings *settings;
	OffhookMigrationWatch *watch;
} OffhookPostgresOpening;

static void
offhook_postgres_opening_free(gpointer data)
{
	OffhookPostgresOpening *opening = data;

	offhook_postgres_settings_free(opening->settings);
	offhook_migration_watch_unref(opening->watch);
	g_free(opening);
}

static void
offhook_postgres_store_migrate(GTask *task, gpointer source, gpointer data,
			       GCancellable *cancellable)
{
	const OffhookPostgresOpening *opening = data;
	gboolean vectors = FALSE;
	GError *error = NULL;

	if (offhook_postgres_migrate_run(opening->settings, opening->watch, &vectors, &error))
		g_task_return_int(task, vectors);
	else
		g_task_return_error(task, error);
}

static void
offhook_postgres_store_migrated_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookPostgresStore *self = g_task_get_source_object(task);
	g_autoptr(GError) error = NULL;
	gssize vectors = g_task_propagate_int(G_TASK(result), &error);

	if (error != NULL) {
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	self->compares_vectors = vectors != 0;
	g_task_return_boolean(task, TRUE);
}

static void
offhook_postgres_store_connect_async(OffhookStore *store, GCancellable *cancellable,
				     GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookPostgresStore *self = OFFHOOK_POSTGRES_STORE(store);
	GTask *task = g_task_new(store, cancellable, callback, user_data);
	g_autoptr(GTask) migration =
	    g_task_new(NULL, cancellable, offhook_postgres_store_migrated_cb, task);
	OffhookPostgresOpening *opening = g_new(OffhookPostgresOpening, 1);

	g_task_set_source_tag(task, offhook_postgres_store_connect_async);
	*opening = (OffhookPostgresOpening){offhook_postgres_settings_copy(self->settings),
					    offhook_migration_watch_ref(self->watch)};
	g_task_set_task_data(migration, opening, offhook_postgres_opening_free);
	g_task_run_in_thread(migration, offhook_postgres_store_migrate);
}

static gboolean
offhook_postgres_store_connect_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* ---- writing ---- */

/*
 * A savepoint of that name is always there, just before the write that is next. Not prepared: that
 * would be skipped with the step in which it is first needed.
 */
#define OFFHOOK_POSTGRES_SAVE "SAVEPOINT w"
#define OFFHOOK_POSTGRES_MOVE "RELEASE SAVEPOINT w"
#define OFFHOOK_POSTGRES_UNDO "ROLLBACK TO SAVEPOINT w"
#define OFFHOOK_POSTGRES_STEP 4 /* commands for one write */

typedef struct {
	GPtrArray *writes;   /* borrowed from the store's writer */
	GPtrArray *rejected; /* of GError */
	gboolean stepwise;   /* with savepoints */
} OffhookPostgresBatch;

static void
offhook_postgres_batch_free(gpointer data)
{
	OffhookPostgresBatch *batch = data;

	g_ptr_array_unref(batch->rejected);
	g_free(batch);
}

/* @error: (transfer full) */
static void
offhook_postgres_batch_reject(OffhookPostgresBatch *self, guint index, GError *error)
{
	const OffhookStoreWrite *write = g_ptr_array_index(self->writes, index);

	g_prefix_error(&error,
		       "%s not written: ", offhook_store_write_kind_get_type(write->kind)->name);
	g_ptr_array_add(self->rejected, error);
}

static void
offhook_postgres_batch_add_write(OffhookPostgresBatch *self, OffhookPostgresScript *script, guint i)
{
	const OffhookStoreWrite *write = g_ptr_array_index(self->writes, i);

	offhook_postgres_script_add(
	    script, offhook_store_sql_for_dollars(offhook_store_sql_get_write(write->kind)),
	    offhook_postgres_row_make_values(write));
}

/*
 * After an error the rest of the step is skipped, so that the savepoint stays before the write that
 * failed and the next step goes back to it; after a success it has moved, and going back to it undoes
 * nothing.
 */
static OffhookPostgresScript *
offhook_postgres_batch_make_script(OffhookPostgresBatch *self)
{
	OffhookPostgresScript *script = offhook_postgres_script_new();

	offhook_postgres_script_add(script, "BEGIN", NULL);
	if (self->stepwise)
		offhook_postgres_script_add_text(script, OFFHOOK_POSTGRES_SAVE);
	for (guint i = 0; i < self->writes->len; i++) {
		if (self->stepwise)
			offhook_postgres_script_add_text(script, OFFHOOK_POSTGRES_UNDO);
		offhook_postgres_batch_add_write(self, script, i);
		if (self->stepwise) {
			offhook_postgres_script_add_text(script, OFFHOOK_POSTGRES_MOVE);
			offhook_postgres_script_add_text(script, OFFHOOK_POSTGRES_SAVE);
			offhook_postgres_script_end_step(script);
		}
	}
	if (self->stepwise)
		offhook_postgres_script_add_text(script, OFFHOOK_POSTGRES_UNDO);
	offhook_postgres_script_add(script, "COMMIT", NULL);
	return script;
}

/* What became of each write, by its result: one that touched no row did not find what it was meant for. */
static void
offhook_postgres_batch_check_writes(OffhookPostgresBatch *self, const OffhookPostgresReply *reply)
{
	for (guint i = 0; i < self->writes->len; i++) {
		const OffhookStoreWrite *write = g_ptr_array_index(self->writes, i);
		guint at = self->stepwise ? 3 + i * OFFHOOK_POSTGRES_STEP : 1 + i;
		GError *error = NULL;

		if (self->stepwise)
			error = g_steal_pointer(&g_ptr_array_index(reply->steps, i));
		if (error == NULL && !offhook_store_write_kind_may_miss(write->kind) &&
		    g_str_equal(PQcmdTuples(g_ptr_array_index(reply->results, at)), "0"))
			offhook_store_sql_set_missed(write, &error);
		if (error != NULL)
			offhook_postgres_batch_reject(self, i, error);
	}
}

/* The first error that is not the write's own fault, which makes the whole batch worth another try. */
static GError *
offhook_postgres_batch_find_failure(const OffhookPostgresReply *reply)
{
	if (reply->error != NULL)
		return reply->error;
	for (guint i = 0; i < reply->steps->len; i++) {
		GError *error = g_ptr_array_index(reply->steps, i);

		if (error != NULL && error->code != OFFHOOK_ERROR_INVALID_ARGUMENT)
			return error;
	}
	return NULL;
}

static void offhook_postgres_store_send_batch(GTask *task);

static void
offhook_postgres_store_written_cb(OffhookPostgresReply *reply, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	g_autoptr(OffhookPostgresReply) owned = reply;
	OffhookPostgresBatch *batch = g_task_get_task_data(task);
	const GError *failure = offhook_postgres_batch_find_failure(reply);

	if (failure == NULL) {
		offhook_postgres_batch_check_writes(batch, reply);
		g_task_return_boolean(task, TRUE);
		return;
	}
	/* BEGIN is the first result; one of the writes is at fault, not the transaction itself. */
	if (batch->stepwise || !reply->hopeless || reply->results->len == 0 ||
	    reply->results->len > batch->writes->len) {
		g_task_return_error(task, g_error_copy(failure));
		return;
	}
	batch->stepwise = TRUE;
	offhook_postgres_store_send_batch(g_steal_pointer(&task));
}

/* @task: (transfer full) */
static void
offhook_postgres_store_send_batch(GTask *task)
{
	OffhookPostgresStore *self = g_task_get_source_object(task);

	offhook_postgres_pool_run(self->pool,
				  offhook_postgres_batch_make_script(g_task_get_task_data(task)),
				  offhook_postgres_store_written_cb, task);
}

static void
offhook_postgres_store_write_async(OffhookStore *store, GPtrArray *writes,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(store, NULL, callback, user_data);
	OffhookPostgresBatch *batch = g_new0(OffhookPostgresBatch, 1);

	batch->writes = writes;
	batch->rejected = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
	g_task_set_source_tag(task, offhook_postgres_store_write_async);
	g_task_set_task_data(task, batch, offhook_postgres_batch_free);
	offhook_postgres_store_send_batch(task);
}

static gboolean
offhook_postgres_store_write_finish(OffhookStore *store, GAsyncResult *result, GPtrArray **rejected,
				    GError **error)
{
	OffhookPostgresBatch *batch = g_task_get_task_data(G_TASK(result));

	if (!g_task_propagate_boolean(G_TASK(result), error))
		return FALSE;
	*rejected = g_ptr_array_ref(batch->rejected);
	return TRUE;
}

/* ---- reading ---- */

static void
offhook_postgres_store_read_cb(OffhookPostgresReply *reply, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	g_autoptr(OffhookPostgresReply) owned = reply;
	OffhookStoreResult *result;
	GError *error = NULL;

	if (reply->error != NULL) {
		g_task_return_error(task, g_steal_pointer(&reply->error));
		return;
	}
	result = offhook_postgres_read_take(g_task_get_task_data(task), reply->results, &error);
	if (result != NULL)
		g_task_return_pointer(task, result, (GDestroyNotify)offhook_store_result_free);
	else
		g_task_return_error(task, error);
}

static void
offhook_postgres_store_query_async(OffhookStore *store, const OffhookStoreQuery *query,
				   GCancellable *cancellable, GAsyncReadyCallback callback,
				   gpointer user_data)
{
	OffhookPostgresStore *self = OFFHOOK_POSTGRES_STORE(store);
	GTask *task = g_task_new(store, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_postgres_store_query_async);
	g_task_set_task_data(task, (gpointer)query, NULL);
	offhook_postgres_pool_run(self->pool, offhook_postgres_read_make_script(query),
				  offhook_postgres_store_read_cb, task);
}

static OffhookStoreResult *
offhook_postgres_store_query_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- scrubbing ---- */

/* The thread has a task of its own: the store's last reference is the main thread's. */

typedef struct {
	const OffhookPostgresSettings *settings;
	OffhookScrub how;
} OffhookPostgresScrub;

static void
offhook_postgres_store_scrub(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const OffhookPostgresScrub *scrub = data;
	GError *error = NULL;
	char **notes = offhook_postgres_scrub_run(scrub->settings, scrub->how, &error);

	if (notes != NULL)
		g_task_return_pointer(task, notes, (GDestroyNotify)g_strfreev);
	else
		g_task_return_error(task, error);
}

static void
offhook_postgres_store_scrubbed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	char **notes = g_task_propagate_pointer(G_TASK(result), &error);

	if (notes != NULL)
		g_task_return_pointer(task, notes, (GDestroyNotify)g_strfreev);
	else
		g_task_return_error(task, error);
}

static void
offhook_postgres_store_scrub_async(OffhookStore *store, OffhookScrub how, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookPostgresStore *self = OFFHOOK_POSTGRES_STORE(store);
	GTask *task = g_task_new(store, cancellable, callback, user_data);
	g_autoptr(GTask) work = g_task_new(NULL, NULL, offhook_postgres_store_scrubbed_cb, task);
	OffhookPostgresScrub *scrub = g_new(OffhookPostgresScrub, 1);

	g_task_set_source_tag(task, offhook_postgres_store_scrub_async);
	*scrub = (OffhookPostgresScrub){self->settings, how};
	g_task_set_task_data(work, scrub, g_free);
	g_task_run_in_thread(work, offhook_postgres_store_scrub);
}

static char **
offhook_postgres_store_scrub_finish(OffhookStore *store, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static gboolean
offhook_postgres_store_compares_vectors(OffhookStore *store)
{
	return OFFHOOK_POSTGRES_STORE(store)->compares_vectors;
}

/* ---- the object ---- */

static void
offhook_postgres_store_dispose(GObject *object)
{
	OffhookPostgresStore *self = OFFHOOK_POSTGRES_STORE(object);

	g_clear_pointer(&self->pool, offhook_postgres_pool_free);
	g_clear_pointer(&self->settings, offhook_postgres_settings_free);
	G_OBJECT_CLASS(offhook_postgres_store_parent_class)->dispose(object);
}

static void
offhook_postgres_store_finalize(GObject *object)
{
	OffhookPostgresStore *self = OFFHOOK_POSTGRES_STORE(object);

	offhook_postgres_settings_free(self->settings);
	offhook_migration_watch_stop(self->watch);
	offhook_migration_watch_unref(self->watch);
	G_OBJECT_CLASS(offhook_postgres_store_parent_class)->finalize(object);
}

static void
offhook_postgres_store_init(OffhookPostgresStore *self)
{
}

static void
offhook_postgres_store_class_init(OffhookPostgresStoreClass *klass)
{
	OffhookStoreClass *store_class = OFFHOOK_STORE_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = offhook_postgres_store_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_postgres_store_finalize;
	store_class->backend_name = "postgresql";
	store_class->connect_async = offhook_postgres_store_connect_async;
	store_class->connect_finish = offhook_postgres_store_connect_finish;
	store_class->write_async = offhook_postgres_store_write_async;
	store_class->write_finish = offhook_postgres_store_write_finish;
	store_class->query_async = offhook_postgres_store_query_async;
	store_class->query_finish = offhook_postgres_store_query_finish;
	store_class->scrub_async = offhook_postgres_store_scrub_async;
	store_class->scrub_finish = offhook_postgres_store_scrub_finish;
	store_class->compares_vectors = offhook_postgres_store_compares_vectors;
}
