/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store as the rest of the daemon sees it: checks what comes in, posts writes to the writer,
 * lets reads wait for the writes before them, and leaves the database to the backend. Main thread.
 */

#include "store/store.h"

#include <offhook/error.h>

#include "base/json.h"
#include "store/postgres/postgres-store.h"
#include "store/sqlite/sqlite-store.h"
#include "store/store-ask.h"
#include "store/store-cache.h"
#include "store/store-open.h"
#include "store/journal/store-writer.h"

typedef struct {
	OffhookStoreWriter *writer;
	OffhookStoreCaching caching;
} OffhookStorePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE(OffhookStore, offhook_store, G_TYPE_OBJECT)

OffhookStoreWriter *
offhook_store_get_writer(OffhookStore *self)
{
	return ((OffhookStorePrivate *)offhook_store_get_instance_private(self))->writer;
}

void
offhook_store_set_cache(OffhookStore *self, OffhookCache *cache, guint preferences_s,
			guint results_s)
{
	OffhookStorePrivate *priv = offhook_store_get_instance_private(self);

	g_set_object(&priv->caching.cache, cache);
	priv->caching.preferences_s = preferences_s;
	priv->caching.results_s = results_s;
}

const OffhookStoreCaching *
offhook_store_get_caching(OffhookStore *self)
{
	return &((OffhookStorePrivate *)offhook_store_get_instance_private(self))->caching;
}

static gboolean
offhook_store_is_postgres_url(const char *url)
{
	return g_str_has_prefix(url, "postgresql://") || g_str_has_prefix(url, "postgres://");
}

gboolean
offhook_store_check_url(const char *url, GError **error)
{
	if (g_str_has_prefix(url, "sqlite:"))
		return TRUE;
	if (offhook_store_is_postgres_url(url))
		return offhook_postgres_store_check_url(url, error);
	/* The URL may hold a password: it is not repeated. */
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "unknown kind of database, expected sqlite:/path/to/file, "
			    "sqlite::memory: or postgresql://user:password@host/database");
	return FALSE;
}

/* (nullable) with @error; not connected yet */
static OffhookStore *
offhook_store_make(const char *url, const OffhookStoreOptions *options, GError **error)
{
	OffhookStore *self;

	if (!offhook_store_check_url(url, error))
		return NULL;
	if (offhook_store_is_postgres_url(url))
		self = offhook_postgres_store_new(url, options);
	else
		self = offhook_sqlite_store_new(url + strlen("sqlite:"), options, error);
	if (self != NULL)
		offhook_store_writer_set_options(offhook_store_get_writer(self), options);
	return self;
}

void
offhook_store_open_async(const char *url, const OffhookStoreOptions *options,
			 GCancellable *cancellable, GAsyncReadyCallback callback,
			 gpointer user_data)
{
	static const OffhookStoreOptions defaults = {0};
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
	OffhookStore *self;
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_store_open_async);
	if (options == NULL)
		options = &defaults;
	self = offhook_store_make(url, options, &error);
	if (self == NULL)
		g_task_return_error(task, error);
	else
		offhook_store_open_run(self, url, options, g_steal_pointer(&task));
}

OffhookStore *
offhook_store_open_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

const char *
offhook_store_get_backend_name(OffhookStore *self)
{
	return OFFHOOK_STORE_GET_CLASS(self)->backend_name;
}

void
offhook_store_get_stats(OffhookStore *self, OffhookStoreStats *stats)
{
	offhook_store_writer_get_stats(offhook_store_get_writer(self), stats);
}

const GError *
offhook_store_get_failure(OffhookStore *self)
{
	return offhook_store_writer_get_failure(offhook_store_get_writer(self));
}

gboolean
offhook_store_post(OffhookStore *self, OffhookStoreWriteKind kind, gconstpointer record,
		   GError **error)
{
	if (!offhook_store_write_check(kind, record, error))
		return FALSE;
	return offhook_store_writer_post(offhook_store_get_writer(self),
					 offhook_store_write_new(kind, record), error);
}

gboolean
offhook_store_put_call(OffhookStore *self, const OffhookCallRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_CALL, record, error);
}

gboolean
offhook_store_add_event(OffhookStore *self, const OffhookCallEventRecord *record, JsonObject *data,
			GError **error)
{
	const OffhookField *field =
	    offhook_record_type_get_field(&offhook_call_event_record_type, "data");
	g_autofree char *text = data != NULL ? offhook_json_to_string(data) : NULL;
	OffhookCallEventRecord written = *record;

	g_return_val_if_fail(record->data == NULL, FALSE);
	if (!offhook_store_write_check(OFFHOOK_STORE_ADD_EVENT, record, error) ||
	    (text != NULL && !offhook_field_check_object_text(field, "event.data", text, error)))
		return FALSE;
	written.data = text;
	return offhook_store_writer_post(offhook_store_get_writer(self),
					 offhook_store_write_new(OFFHOOK_STORE_ADD_EVENT, &written),
					 error);
}

gboolean
offhook_store_put_conversation(OffhookStore *self, const OffhookConversationRecord *record,
			       GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_CONVERSATION, record, error);
}

gboolean
offhook_store_add_message(OffhookStore *self, const OffhookMessageRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_ADD_MESSAGE, record, error);
}

gboolean
offhook_store_update_message(OffhookStore *self, const char *message_id, const char *content,
			     gboolean interrupted, GError **error)
{
	const OffhookMessageRecord record = {
	    .id = (char *)message_id,
	    .content = (char *)content,
	    .interrupted = interrupted,
	};

	return offhook_store_post(self, OFFHOOK_STORE_UPDATE_MESSAGE, &record, error);
}

gboolean
offhook_store_put_turn(OffhookStore *self, const OffhookTurnRecord *record, GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_TURN, record, error);
}

gboolean
offhook_store_put_recording(OffhookStore *self, const OffhookRecordingRecord *record,
			    GError **error)
{
	return offhook_store_post(self, OFFHOOK_STORE_PUT_RECORDING, record, error);
}

static void
offhook_store_flushed_cb(gpointer data, const GError *error)
{
	g_autoptr(GTask) task = data;

	if (error != NULL)
		g_task_return_error(task, g_error_copy(error));
	else
		g_task_return_boolean(task, TRUE);
}

void
offhook_store_flush_async(OffhookStore *self, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_store_flush_async);
	offhook_store_writer_wait(offhook_store_get_writer(self), TRUE, offhook_store_flushed_cb,
				  task);
}

gboolean
offhook_store_flush_finish(OffhookStore *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

static void
offhook_store_finalize(GObject *object)
{
	OffhookStorePrivate *priv = offhook_store_get_instance_private(OFFHOOK_STORE(object));

	offhook_store_writer_free(priv->writer);
	g_clear_object(&priv->caching.cache);
	G_OBJECT_CLASS(offhook_store_parent_class)->finalize(object);
}

static void
offhook_store_init(OffhookStore *self)
{
	OffhookStorePrivate *priv = offhook_store_get_instance_private(self);

	priv->writer = offhook_store_writer_new(self);
}

static void
offhook_store_class_init(OffhookStoreClass *klass)
{
	static const char *const with_error[] = {"write-failed", "write-refused", "write-rejected",
						 "journal-failed"};

	G_OBJECT_CLASS(klass)->finalize = offhook_store_finalize;
	for (guint i = 0; i < G_N_ELEMENTS(with_error); i++)
		g_signal_new(with_error[i], OFFHOOK_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
			     NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
	g_signal_new("recovered", OFFHOOK_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
		     G_TYPE_NONE, 0);
}
