/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Leads queries by way of the cache: reads are looked up first and put in after, changes are told
 * before and after. Main thread.
 */

#include "store/store-cache.h"

#include <offhook/error.h>

#include <string.h>

#include "base/json.h"
#include "store/record/record-json.h"
#include "store/sql/store-plan.h"

#define OFFHOOK_STORE_CACHE_ROWS "rows"

typedef struct {
	OffhookCache *cache;
	OffhookStoreQuery *query; /* (nullable): it is the store's now */
	const OffhookRecordType *type;
	gboolean single;
	/* Of a read: */
	char *entry;
	char *ticket; /* (nullable) */
	guint age_s;
	/* Of a change: */
	char **changed;
	OffhookStoreResult *answer; /* (nullable) */
	GError *error;              /* (nullable) */
} OffhookStoreCacheJob;

static void
offhook_store_cache_job_free(gpointer data)
{
	OffhookStoreCacheJob *job = data;

	g_object_unref(job->cache);
	g_clear_pointer(&job->query, offhook_store_query_free);
	g_free(job->entry);
	g_free(job->ticket);
	g_strfreev(job->changed);
	g_clear_pointer(&job->answer, offhook_store_result_free);
	g_clear_error(&job->error);
	g_free(job);
}

/* ---- rows as text ---- */

char *
offhook_store_cache_encode(const OffhookRecordType *type, const OffhookStoreResult *result)
{
	g_autoptr(JsonObject) object = json_object_new();
	JsonArray *rows = json_array_new();

	if (result->record != NULL)
		json_array_add_object_element(rows,
					      offhook_record_type_to_json(type, result->record));
	for (guint i = 0; result->rows != NULL && i < result->rows->len; i++)
		json_array_add_object_element(
		    rows, offhook_record_type_to_json(type, g_ptr_array_index(result->rows, i)));
	json_object_set_array_member(object, OFFHOOK_STORE_CACHE_ROWS, rows);
	return offhook_json_to_string(object);
}

static JsonArray *
offhook_store_cache_get_rows(JsonObject *object)
{
	JsonNode *node = json_object_get_member(object, OFFHOOK_STORE_CACHE_ROWS);

	return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static gboolean
offhook_store_cache_read_row(const OffhookRecordType *type, JsonNode *node, GPtrArray *rows,
			     GError **error)
{
	gpointer record =
	    JSON_NODE_HOLDS_OBJECT(node)
		? offhook_record_type_from_json(type, json_node_get_object(node), error)
		: NULL;

	if (record != NULL)
		g_ptr_array_add(rows, record);
	else if (error != NULL && *error == NULL)
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "rows: expected objects");
	return record != NULL;
}

OffhookStoreResult *
offhook_store_cache_decode(const OffhookRecordType *type, gboolean single, const char *text,
			   GError **error)
{
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(text, strlen(text), "cache", error);
	g_autoptr(OffhookStoreResult) result = g_new0(OffhookStoreResult, 1);
	JsonArray *rows = object != NULL ? offhook_store_cache_get_rows(object) : NULL;
	guint n = rows != NULL ? json_array_get_length(rows) : 0;

	result->record_type = type;
	result->rows = offhook_store_result_new_rows(type);
	if (object == NULL)
		return NULL;
	if (rows == NULL || (single && n != 1)) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "rows: expected as many as were put");
		return NULL;
	}
	for (guint i = 0; i < n; i++)
		if (!offhook_store_cache_read_row(type, json_array_get_element(rows, i),
						  result->rows, error))
			return NULL;
	if (single)
		result->record = g_ptr_array_steal_index(result->rows, 0);
	return g_steal_pointer(&result);
}

/* ---- names ---- */

/* A user's id may be his number: it is not shown in the names of keys. @user_id: (nullable): all */
static char *
offhook_store_cache_make_entry(const char *what, const char *user_id)
{
	g_autofree char *hash = user_id != NULL
				    ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, user_id, -1)
				    : g_strdup("all");

	return g_strjoin(":", what, hash, NULL);
}

static void
offhook_store_cache_add_entries(GStrvBuilder *builder, OffhookStoreQueryKind kind,
				const char *user_id)
{
	static const char *const whats[] = {"interactions", "counts", "preferences"};
	guint first = kind == OFFHOOK_STORE_PUT_PREFERENCES ? 2 : 0;
	guint end = kind == OFFHOOK_STORE_ADD_INTERACTION ? 2 : G_N_ELEMENTS(whats);

	for (guint i = first; i < end; i++) {
		g_autofree char *entry = offhook_store_cache_make_entry(whats[i], user_id);

		g_strv_builder_add(builder, entry);
	}
}

/* (transfer full) (nullable): nothing that is in the cache */
static char **
offhook_store_cache_list_changed(const OffhookStoreQuery *query)
{
	const char *const one[] = {query->key, NULL};
	const char *const *names = (const char *const *)query->names;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	if (query->kind == OFFHOOK_STORE_ADD_INTERACTION ||
	    query->kind == OFFHOOK_STORE_PUT_PREFERENCES)
		names = one;
	else if (query->kind != OFFHOOK_STORE_ERASE_CALLER)
		return NULL;
	for (guint i = 0; names[i] != NULL; i++)
		offhook_store_cache_add_entries(builder, query->kind, names[i]);
	if (query->kind != OFFHOOK_STORE_PUT_PREFERENCES) {
		g_autofree char *all = offhook_store_cache_make_entry("counts", NULL);

		g_strv_builder_add(builder, all);
	}
	return g_strv_builder_end(builder);
}

/* Sets what the entry of a read is; not for every read there is one. @variant: (out) */
static void
offhook_store_cache_name(OffhookStoreCacheJob *job, const OffhookStoreCaching *caching,
			 const OffhookStoreQuery *query, char **variant)
{
	if (query->kind == OFFHOOK_STORE_GET_PREFERENCES) {
		job->age_s = caching->preferences_s;
		job->entry = offhook_store_cache_make_entry("preferences", query->key);
		*variant = g_strdup("");
	} else if (query->kind == OFFHOOK_STORE_COUNT_INTERACTIONS) {
		job->age_s = caching->results_s;
		job->entry = offhook_store_cache_make_entry("counts", query->user_id);
		*variant = g_strdup_printf("%" G_GINT64_FORMAT, query->since_us);
	} else if (query->kind == OFFHOOK_STORE_LIST_INTERACTIONS && query->user_id != NULL &&
		   query->session_id == NULL) {
		job->age_s = caching->results_s;
		job->entry = offhook_store_cache_make_entry("interactions", query->user_id);
		*variant = g_strdup_printf("%u", query->limit);
	}
}

/* ---- reads ---- */

static void
offhook_store_cache_answered_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreCacheJob *job = g_task_get_task_data(task);
	GError *error = NULL;
	OffhookStoreResult *answer = offhook_store_ask_finish(result, &error);

	if (answer == NULL) {
		g_task_return_error(task, error);
		return;
	}
	if (job->ticket != NULL) {
		g_autofree char *text = offhook_store_cache_encode(job->type, answer);

		offhook_cache_put(job->cache, job->entry, job->ticket, text, job->age_s);
	}
	g_task_return_pointer(task, answer, (GDestroyNotify)offhook_store_result_free);
}

static void
offhook_store_cache_looked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreCacheJob *job = g_task_get_task_data(task);
	g_autofree char *text = offhook_cache_get_finish(job->cache, result, &job->ticket);
	OffhookStoreResult *found = NULL;

	/* What can't be read is put anew. */
	if (text != NULL)
		found = offhook_store_cache_decode(job->type, job->single, text, NULL);
	if (found != NULL)
		g_task_return_pointer(task, found, (GDestroyNotify)offhook_store_result_free);
	else
		offhook_store_ask(g_task_get_source_object(task), g_steal_pointer(&job->query),
				  NULL, g_task_get_cancellable(task),
				  offhook_store_cache_answered_cb, g_object_ref(task));
}

/* ---- changes ---- */

static void
offhook_store_cache_renewed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreCacheJob *job = g_task_get_task_data(task);

	offhook_cache_renew_finish(job->cache, result);
	if (job->error != NULL)
		g_task_return_error(task, g_steal_pointer(&job->error));
	else
		g_task_return_pointer(task, g_steal_pointer(&job->answer),
				      (GDestroyNotify)offhook_store_result_free);
}

/* Also when it failed: it may have been carried out all the same. */
static void
offhook_store_cache_changed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookStoreCacheJob *job = g_task_get_task_data(task);

	job->answer = offhook_store_ask_finish(result, &job->error);
	offhook_cache_renew_async(job->cache, (const char *const *)job->changed,
				  offhook_store_cache_renewed_cb, task);
}

static void
offhook_store_cache_blocked_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	GTask *task = user_data;
	OffhookStoreCacheJob *job = g_task_get_task_data(task);

	offhook_cache_block_finish(job->cache, result);
	/* Not to be cancelled: its end has to be known. */
	offhook_store_ask(g_task_get_source_object(task), g_steal_pointer(&job->query), NULL, NULL,
			  offhook_store_cache_changed_cb, task);
}

/* ---- asking ---- */

/* Sets what @job needs to look for. @variant: (out) */
static void
offhook_store_cache_prepare_read(OffhookStoreCacheJob *job, const OffhookStoreCaching *caching,
				 const OffhookStoreQuery *query, char **variant)
{
	g_autoptr(OffhookStorePlan) plan = offhook_store_plan_make(query);

	if (plan == NULL || query->user != NULL)
		return;
	job->type = plan->type;
	job->single = plan->single != NULL;
	offhook_store_cache_name(job, caching, query, variant);
}

/* (nullable): nothing of @query is in the cache */
static OffhookStoreCacheJob *
offhook_store_cache_job_new(const OffhookStoreCaching *caching, const OffhookStoreQuery *query,
			    char **variant)
{
	OffhookStoreCacheJob *job;

	if (caching->cache == NULL)
		return NULL;
	job = g_new0(OffhookStoreCacheJob, 1);
	job->cache = g_object_ref(caching->cache);
	job->changed = offhook_store_cache_list_changed(query);
	if (job->changed == NULL)
		offhook_store_cache_prepare_read(job, caching, query, variant);
	if (job->changed != NULL || job->age_s > 0)
		return job;
	offhook_store_cache_job_free(job);
	return NULL;
}

void
offhook_store_ask_cache(OffhookStore *self, OffhookStoreQuery *query, GError *bad,
			GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	g_autofree char *variant = NULL;
	OffhookStoreCacheJob *job =
	    bad == NULL
		? offhook_store_cache_job_new(offhook_store_get_caching(self), query, &variant)
		: NULL;
	GTask *task;

	if (job == NULL) {
		offhook_store_ask(self, query, bad, cancellable, callback, user_data);
		return;
	}
	job->query = query;
	task = g_task_new(self, cancellable, callback, user_data);
	g_task_set_source_tag(task, offhook_store_ask_cache);
	g_task_set_task_data(task, job, offhook_store_cache_job_free);
	if (job->changed != NULL)
		offhook_cache_block_async(job->cache, (const char *const *)job->changed,
					  offhook_store_cache_blocked_cb, task);
	else
		offhook_cache_get_async(job->cache, job->entry, variant,
					offhook_store_cache_looked_cb, task);
}
