/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is changed in Chroma, one after the other, so that nothing is deleted before it is there. A memory is
 * marked in the store before Chroma gets it; when it goes there, the store's triggers remember that it has
 * to go here (migration 0012), until it has. Main thread.
 */

#include "memory/chroma-private.h"

#include <string.h>

#include <offhook/error.h>
#include <offhook/json.h>

#include "base/timestamp.h"
#include "store/store-erase.h"
#include "store/record/vector.h"

/* Memories that wait for their vectors; those beyond get theirs when they are looked for. */
#define OFFHOOK_CHROMA_MAX_JOBS 1000
#define OFFHOOK_CHROMA_BATCH    100
/* What can't be deleted now is tried again; others on the same database may have left something, too. */
#define OFFHOOK_CHROMA_AGAIN_S 30

/** Something to be done. */
struct _OffhookChromaJob {
	OffhookChroma *chroma;       /* once it is begun */
	OffhookMemoryRecord *record; /* (nullable): to be put; else what is to be deleted is */
	GPtrArray *removals;         /* (nullable) (element-type OffhookMemoryRemovalRecord) */
};

static void offhook_chroma_work(OffhookChroma *self);

void
offhook_chroma_job_free(OffhookChromaJob *job)
{
	offhook_memory_record_free(job->record);
	g_clear_pointer(&job->removals, g_ptr_array_unref);
	g_clear_object(&job->chroma);
	g_free(job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookChromaJob, offhook_chroma_job_free)

static gboolean
offhook_chroma_again_cb(gpointer user_data)
{
	OffhookChroma *self = user_data;

	self->timer = 0;
	offhook_chroma_tidy(self);
	return G_SOURCE_REMOVE;
}

/* @job: (transfer full) */
static void
offhook_chroma_end_job(OffhookChromaJob *job)
{
	g_autoptr(OffhookChroma) self = g_object_ref(job->chroma);

	offhook_chroma_job_free(job);
	self->working = FALSE;
	if (self->store != NULL && self->timer == 0)
		self->timer =
		    g_timeout_add_seconds(OFFHOOK_CHROMA_AGAIN_S, offhook_chroma_again_cb, self);
	offhook_chroma_work(self);
}

/* @error: (nullable). FALSE: it failed, or there is nobody any more; @job is gone then */
static gboolean
offhook_chroma_check_job(OffhookChromaJob *job, const GError *error)
{
	if (error != NULL)
		offhook_chroma_note(job->chroma, error);
	if (error == NULL && job->chroma->store != NULL)
		return TRUE;
	offhook_chroma_end_job(job);
	return FALSE;
}

static void
offhook_chroma_ask_job(OffhookChromaJob *job, const char *collection_id, const char *verb,
		       JsonObject *body, GAsyncReadyCallback callback)
{
	g_autofree char *path = g_strconcat("/", collection_id, "/", verb, NULL);

	offhook_chroma_ask(job->chroma, "POST", path, body, job->chroma->cancellable, callback,
			   job);
}

/* ---- putting ---- */

static JsonObject *
offhook_chroma_make_upsert(const OffhookMemoryRecord *record)
{
	const char *const ids[] = {record->id, NULL};
	JsonObject *body = offhook_chroma_make_ids(ids);
	g_autoptr(GArray) vector = offhook_vector_from_text(record->vector);
	g_autofree char *created = offhook_timestamp_format(record->created_us);
	JsonArray *embeddings = json_array_new();
	JsonArray *documents = json_array_new();
	JsonArray *metadatas = json_array_new();
	JsonObject *metadata = json_object_new();

	json_array_add_array_element(embeddings, offhook_vector_to_json(vector));
	json_array_add_string_element(documents, record->text);
	json_object_set_string_member(metadata, "user_id", record->user_id);
	json_object_set_string_member(metadata, "kind", record->kind);
	json_object_set_string_member(metadata, "created_at", created);
	json_array_add_object_element(metadatas, metadata);
	json_object_set_array_member(body, "embeddings", embeddings);
	json_object_set_array_member(body, "documents", documents);
	json_object_set_array_member(body, "metadatas", metadatas);
	return body;
}

static void
offhook_chroma_taken_back_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) answer = offhook_chroma_ask_finish(result, &error);

	offhook_chroma_note(job->chroma, error);
	offhook_chroma_end_job(job);
}

/* It was forgotten meanwhile, and another daemon may have looked for it here before it came. */
static void
offhook_chroma_noted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	const char *const ids[] = {job->record->id, NULL};
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(GError) error = NULL;
	gboolean there = FALSE;

	offhook_store_set_vector_finish(OFFHOOK_STORE(source), result, &there, &error);
	if (error != NULL || there || job->chroma->collection_id == NULL) {
		offhook_chroma_end_job(job);
		return;
	}
	body = offhook_chroma_make_ids(ids);
	offhook_chroma_ask_job(job, job->chroma->collection_id, "delete", body,
			       offhook_chroma_taken_back_cb);
}

static void
offhook_chroma_put_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autofree char *model = offhook_chroma_name_model(job->chroma, job->record->model);
	g_autoptr(OffhookMemoryRecord) noted = offhook_memory_record_copy(job->record);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) answer = offhook_chroma_ask_finish(result, &error);

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND))
		offhook_chroma_forget_collection(job->chroma);
	if (!offhook_chroma_check_job(job, error))
		return;
	offhook_chroma_note(job->chroma, NULL);
	g_free(noted->model);
	noted->model = g_steal_pointer(&model);
	g_clear_pointer(&noted->vector, g_free);
	offhook_store_set_vector_async(job->chroma->store, noted, job->chroma->cancellable,
				       offhook_chroma_noted_cb, job);
}

static void
offhook_chroma_marked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(JsonObject) body = NULL;
	g_autoptr(GError) error = NULL;
	gboolean there = FALSE;

	/* The store tells of its outages itself. */
	if (!offhook_store_mark_memory_finish(OFFHOOK_STORE(source), result, &there, &error) ||
	    !there || job->chroma->collection_id == NULL) {
		offhook_chroma_end_job(job);
		return;
	}
	body = offhook_chroma_make_upsert(job->record);
	offhook_chroma_ask_job(job, job->chroma->collection_id, "upsert", body,
			       offhook_chroma_put_cb);
}

static void
offhook_chroma_open_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(GError) error = NULL;

	offhook_chroma_open_finish(OFFHOOK_CHROMA(source), result, &error);
	if (offhook_chroma_check_job(job, error))
		offhook_store_mark_memory_async(job->chroma->store, job->record, job->chroma->name,
						job->chroma->cancellable, offhook_chroma_marked_cb,
						job);
}

/* ---- deleting ---- */

static void offhook_chroma_list_removals(OffhookChromaJob *job);

/* (transfer container): of those of one collection, the first's */
static char **
offhook_chroma_get_removals(OffhookChromaJob *job, const char **collection)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();

	*collection =
	    ((OffhookMemoryRemovalRecord *)g_ptr_array_index(job->removals, 0))->collection;
	for (guint i = 0; i < job->removals->len; i++) {
		OffhookMemoryRemovalRecord *removal = g_ptr_array_index(job->removals, i);

		if (g_str_equal(removal->collection, *collection))
			g_ptr_array_add(ids, removal->id);
	}
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
}

static void
offhook_chroma_dropped_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(GError) error = NULL;

	job->chroma->unsettled = TRUE;
	if (!offhook_store_drop_memory_removals_finish(OFFHOOK_STORE(source), result, &error) ||
	    job->chroma->store == NULL)
		offhook_chroma_end_job(job);
	else
		offhook_chroma_list_removals(job);
}

static void
offhook_chroma_drop_removals(OffhookChromaJob *job)
{
	const char *collection;
	g_autofree char **ids = offhook_chroma_get_removals(job, &collection);

	offhook_store_drop_memory_removals_async(job->chroma->store, collection, ids,
						 job->chroma->cancellable,
						 offhook_chroma_dropped_cb, job);
}

/*
 * A collection that is gone has nothing any more. It is Chroma who has to say so: a proxy before it, or another
 * tenant, answers with the same status.
 */
static gboolean
offhook_chroma_says_gone(const GError *error)
{
	return g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND) &&
	       strstr(error->message, "Collection") != NULL;
}

static void
offhook_chroma_deleted_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) answer = offhook_chroma_ask_finish(result, &error);

	if (offhook_chroma_says_gone(error))
		g_clear_error(&error);
	if (!offhook_chroma_check_job(job, error))
		return;
	offhook_chroma_note(job->chroma, NULL);
	offhook_chroma_drop_removals(job);
}

static void
offhook_chroma_settled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;

	if (!offhook_store_settle_receipts_finish(OFFHOOK_STORE(source), result, NULL))
		job->chroma->unsettled = TRUE;
	offhook_chroma_end_job(job);
}

/* All that can be deleted now is: the receipts of erasings say so. */
static void
offhook_chroma_end_removals(OffhookChromaJob *job)
{
	if (job->chroma->store == NULL || !job->chroma->unsettled) {
		offhook_chroma_end_job(job);
		return;
	}
	job->chroma->unsettled = FALSE;
	offhook_store_settle_receipts_async(job->chroma->store, NULL, offhook_timestamp_now(),
					    job->chroma->cancellable, offhook_chroma_settled_cb,
					    job);
}

/* Whatever it is called now and whoever made it: it is what the memory was put into. */
static void
offhook_chroma_found_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) found = offhook_chroma_ask_finish(result, &error);
	const char *id = found != NULL ? offhook_json_get_string(found, "id") : NULL;
	const char *collection;
	g_autofree char **ids = NULL;
	g_autoptr(JsonObject) body = NULL;

	if (offhook_chroma_says_gone(error) && job->chroma->store != NULL) {
		offhook_chroma_drop_removals(job);
		return;
	}
	if (error == NULL && (id == NULL || !g_uuid_string_is_valid(id)))
		g_set_error(&error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "Chroma: a collection has no id");
	if (!offhook_chroma_check_job(job, error))
		return;
	ids = offhook_chroma_get_removals(job, &collection);
	body = offhook_chroma_make_ids((const char *const *)ids);
	offhook_chroma_ask_job(job, id, "delete", body, offhook_chroma_deleted_cb);
}

static void
offhook_chroma_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookChromaJob *job = user_data;
	const char *collection;
	g_autofree char **ids = NULL;
	g_autofree char *escaped = NULL;
	g_autofree char *path = NULL;

	g_clear_pointer(&job->removals, g_ptr_array_unref);
	job->removals =
	    offhook_store_list_memory_removals_finish(OFFHOOK_STORE(source), result, NULL);
	if (job->removals == NULL || job->removals->len == 0 || job->chroma->store == NULL) {
		offhook_chroma_end_removals(job);
		return;
	}
	ids = offhook_chroma_get_removals(job, &collection);
	escaped = g_uri_escape_string(collection, NULL, FALSE);
	path = g_strconcat("/", escaped, NULL);
	offhook_chroma_ask(job->chroma, "GET", path, NULL, job->chroma->cancellable,
			   offhook_chroma_found_cb, job);
}

static void
offhook_chroma_list_removals(OffhookChromaJob *job)
{
	offhook_store_list_memory_removals_async(job->chroma->store, OFFHOOK_CHROMA_BATCH,
						 job->chroma->cancellable, offhook_chroma_listed_cb,
						 job);
}

/* ---- in order ---- */

static void
offhook_chroma_work(OffhookChroma *self)
{
	OffhookChromaJob *job;

	if (self->working || self->store == NULL)
		return;
	job = g_queue_pop_head(&self->jobs);
	/* Vectors that can't be kept now are missed later. */
	while (job != NULL && job->record != NULL && offhook_chroma_rests(self)) {
		offhook_chroma_job_free(job);
		job = g_queue_pop_head(&self->jobs);
	}
	if (job == NULL)
		return;
	self->working = TRUE;
	job->chroma = g_object_ref(self);
	if (job->record == NULL)
		offhook_chroma_list_removals(job);
	else
		offhook_chroma_open_async(self, job->record->model, self->cancellable,
					  offhook_chroma_open_cb, job);
}

void
offhook_chroma_put(OffhookChroma *self, const OffhookMemoryRecord *record)
{
	OffhookChromaJob *job;

	if (offhook_chroma_rests(self) ||
	    g_queue_get_length(&self->jobs) >= OFFHOOK_CHROMA_MAX_JOBS)
		return;
	job = g_new0(OffhookChromaJob, 1);
	job->record = offhook_memory_record_copy(record);
	g_queue_push_tail(&self->jobs, job);
	offhook_chroma_work(self);
}

void
offhook_chroma_tidy(OffhookChroma *self)
{
	OffhookChromaJob *last = g_queue_peek_tail(&self->jobs);

	if (last != NULL && last->record == NULL)
		return;
	g_queue_push_tail(&self->jobs, g_new0(OffhookChromaJob, 1));
	offhook_chroma_work(self);
}
