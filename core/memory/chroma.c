/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Requests to version 2 of Chroma's interface. Failures are counted, and for a moment after one nothing is
 * asked, so that an outage costs callers no time. Main thread.
 */

#include "memory/chroma-private.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <offhook/rest-client.h>
#include <string.h>

#include "base/json.h"
#include "store/record/vector.h"

G_DEFINE_FINAL_TYPE(OffhookChroma, offhook_chroma, G_TYPE_OBJECT)

static G_DEFINE_QUARK(offhook - chroma, offhook_chroma)

    enum { CHROMA_LOST,
	   CHROMA_RESTORED,
	   CHROMA_LAST_SIGNAL };
static guint offhook_chroma_signals[CHROMA_LAST_SIGNAL];

#define OFFHOOK_CHROMA_REST_MS 2000

/* ---- requests ---- */

void
offhook_chroma_ask(OffhookChroma *self, const char *method, const char *path, JsonObject *body,
		   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
	static const OffhookRestPatience once = {.attempts = 1};
	g_autofree char *url = g_strconcat(self->base, path, NULL);
	g_autofree char *token =
	    self->token != NULL ? g_strconcat("X-Chroma-Token: ", self->token, NULL) : NULL;
	const char *const headers[] = {"Accept: application/json", token, NULL};
	g_autofree char *text = body != NULL ? offhook_json_to_string(body) : NULL;
	g_autoptr(GBytes) bytes = text != NULL ? g_bytes_new(text, strlen(text)) : NULL;
	const OffhookWebRequest request = {
	    .method = method,
	    .url = url,
	    .headers = headers,
	    .content_type = bytes != NULL ? "application/json" : NULL,
	    .body = bytes,
	    .connect_timeout_ms = self->timeout_ms,
	    .timeout_ms = self->timeout_ms,
	};

	offhook_rest_send_async(self->web, &request, TRUE, &once, cancellable, callback, user_data);
}

JsonObject *
offhook_chroma_ask_finish(GAsyncResult *result, GError **error)
{
	return offhook_rest_ask_finish(result, "Chroma", error);
}

gboolean
offhook_chroma_rests(OffhookChroma *self)
{
	return g_get_monotonic_time() < self->rest_until_us;
}

void
offhook_chroma_note(OffhookChroma *self, const GError *error)
{
	gboolean changed;

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	changed = self->failing != (error != NULL);
	self->failing = error != NULL;
	self->failures += error != NULL;
	self->rest_until_us =
	    error != NULL ? g_get_monotonic_time() + OFFHOOK_CHROMA_REST_MS * 1000 : 0;
	if (changed && error != NULL)
		g_signal_emit(self, offhook_chroma_signals[CHROMA_LOST], 0, error);
	else if (changed)
		g_signal_emit(self, offhook_chroma_signals[CHROMA_RESTORED], 0);
}

JsonObject *
offhook_chroma_make_ids(const char *const *ids)
{
	JsonObject *body = json_object_new();
	JsonArray *array = json_array_new();

	for (; *ids != NULL; ids++)
		json_array_add_string_element(array, *ids);
	json_object_set_array_member(body, "ids", array);
	return body;
}

/* ---- the collection ---- */

void
offhook_chroma_forget_collection(OffhookChroma *self)
{
	g_clear_pointer(&self->collection_id, g_free);
	g_clear_pointer(&self->model, g_free);
}

/* Vectors by different models can't be compared, and other distances are no cosines. */
static gboolean
offhook_chroma_take_collection(OffhookChroma *self, JsonObject *collection, const char *model,
			       GError **error)
{
	const char *id = offhook_json_get_string(collection, "id");
	const char *made_by =
	    offhook_json_get_string(offhook_json_get_object(collection, "metadata"), "model");
	JsonObject *hnsw = offhook_json_get_object(
	    offhook_json_get_object(collection, "configuration_json"), "hnsw");
	const char *space = offhook_json_get_string(hnsw, "space");

	if (id == NULL || !g_uuid_string_is_valid(id)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "Chroma: a collection has no id");
		return FALSE;
	}
	if (g_strcmp0(made_by, model) != 0 || (space != NULL && !g_str_equal(space, "cosine"))) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "Chroma: collection %s is of model %s and space %s, expected %s and "
			    "cosine: give [memory] chroma-collection another name",
			    self->name, made_by != NULL ? made_by : "none",
			    space != NULL ? space : "cosine", model);
		return FALSE;
	}
	offhook_chroma_forget_collection(self);
	self->collection_id = g_strdup(id);
	self->model = g_strdup(model);
	return TRUE;
}

static void offhook_chroma_opened_cb(GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
offhook_chroma_create(OffhookChroma *self, GTask *task)
{
	g_autoptr(JsonObject) body = json_object_new();
	JsonObject *metadata = json_object_new();
	JsonObject *configuration = json_object_new();
	JsonObject *hnsw = json_object_new();

	json_object_set_string_member(metadata, "model", g_task_get_task_data(task));
	json_object_set_string_member(hnsw, "space", "cosine");
	json_object_set_object_member(configuration, "hnsw", hnsw);
	json_object_set_string_member(body, "name", self->name);
	json_object_set_object_member(body, "metadata", metadata);
	json_object_set_object_member(body, "configuration", configuration);
	json_object_set_boolean_member(body, "get_or_create", TRUE);
	g_task_set_source_tag(task, offhook_chroma_create);
	offhook_chroma_ask(self, "POST", "", body, g_task_get_cancellable(task),
			   offhook_chroma_opened_cb, task);
}

static void
offhook_chroma_opened_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookChroma *self = g_task_get_source_object(task);
	gboolean created = g_task_get_source_tag(task) == (gpointer)offhook_chroma_create;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) collection = offhook_chroma_ask_finish(result, &error);

	if (!created && g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND)) {
		offhook_chroma_create(self, g_steal_pointer(&task));
		return;
	}
	if (collection != NULL &&
	    offhook_chroma_take_collection(self, collection, g_task_get_task_data(task), &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, g_steal_pointer(&error));
}

void
offhook_chroma_open_async(OffhookChroma *self, const char *model, GCancellable *cancellable,
			  GAsyncReadyCallback callback, gpointer user_data)
{
	g_autofree char *path = g_strconcat("/", self->name, NULL);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_chroma_open_async);
	g_task_set_task_data(task, g_strdup(model), g_free);
	if (self->collection_id != NULL && g_strcmp0(self->model, model) == 0) {
		g_task_return_boolean(task, TRUE);
		g_object_unref(task);
		return;
	}
	offhook_chroma_ask(self, "GET", path, NULL, cancellable, offhook_chroma_opened_cb, task);
}

gboolean
offhook_chroma_open_finish(OffhookChroma *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* ---- comparing ---- */

typedef struct {
	char *user_id;
	GArray *vector;
} OffhookChromaQuestion;

static void
offhook_chroma_question_free(gpointer data)
{
	OffhookChromaQuestion *question = data;

	g_free(question->user_id);
	g_array_unref(question->vector);
	g_free(question);
}

static JsonArray *
offhook_chroma_get_first(JsonObject *answer, const char *name)
{
	JsonArray *all = offhook_json_get_array(answer, name);
	JsonNode *first =
	    all != NULL && json_array_get_length(all) > 0 ? json_array_get_element(all, 0) : NULL;

	return first != NULL && JSON_NODE_HOLDS_ARRAY(first) ? json_node_get_array(first) : NULL;
}

GHashTable *
offhook_chroma_read_cosines(JsonObject *answer, GError **error)
{
	JsonArray *ids = offhook_chroma_get_first(answer, "ids");
	JsonArray *distances = offhook_chroma_get_first(answer, "distances");
	guint n = ids != NULL ? json_array_get_length(ids) : 0;
	g_autoptr(GHashTable) cosines =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	gboolean good = ids != NULL && distances != NULL && json_array_get_length(distances) == n;

	for (guint i = 0; good && i < n; i++) {
		JsonNode *id = json_array_get_element(ids, i);
		JsonNode *distance = json_array_get_element(distances, i);

		good = json_node_get_value_type(id) == G_TYPE_STRING &&
		       JSON_NODE_HOLDS_VALUE(distance) &&
		       json_node_get_value_type(distance) != G_TYPE_STRING;
		if (good) {
			double cosine = CLAMP(1 - json_node_get_double(distance), -1, 1);

			g_hash_table_insert(cosines, json_node_dup_string(id),
					    g_memdup2(&cosine, sizeof cosine));
		}
	}
	if (good)
		return g_steal_pointer(&cosines);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "Chroma: the answer to a query has no ids with a distance each");
	return NULL;
}

static JsonObject *
offhook_chroma_make_query(const OffhookChromaQuestion *question)
{
	JsonObject *body = json_object_new();
	JsonObject *where = json_object_new();
	JsonArray *embeddings = json_array_new();
	JsonArray *include = json_array_new();

	json_array_add_array_element(embeddings, offhook_vector_to_json(question->vector));
	json_array_add_string_element(include, "distances");
	json_object_set_string_member(where, "user_id", question->user_id);
	json_object_set_array_member(body, "query_embeddings", embeddings);
	json_object_set_int_member(body, "n_results", OFFHOOK_MEMORY_MAX_ITEMS);
	json_object_set_object_member(body, "where", where);
	json_object_set_array_member(body, "include", include);
	return body;
}

static void
offhook_chroma_compare_fail(OffhookChroma *self, GTask *task, GError *error)
{
	offhook_chroma_note(self, error);
	g_task_return_error(task, error);
}

static void
offhook_chroma_queried_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookChroma *self = g_task_get_source_object(task);
	GError *error = NULL;
	g_autoptr(JsonObject) answer = offhook_chroma_ask_finish(result, &error);
	g_autoptr(GHashTable) cosines =
	    answer != NULL ? offhook_chroma_read_cosines(answer, &error) : NULL;

	if (g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND))
		offhook_chroma_forget_collection(self);
	if (cosines == NULL) {
		offhook_chroma_compare_fail(self, task, error);
		return;
	}
	offhook_chroma_note(self, NULL);
	g_task_return_pointer(task, g_steal_pointer(&cosines), (GDestroyNotify)g_hash_table_unref);
}

static void
offhook_chroma_compare_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookChroma *self = OFFHOOK_CHROMA(source);
	GCancellable *cancellable = g_task_get_cancellable(task);
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) body = NULL;
	GError *error = NULL;

	if (!offhook_chroma_open_finish(self, result, &error)) {
		offhook_chroma_compare_fail(self, task, error);
		return;
	}
	path = g_strconcat("/", self->collection_id, "/query", NULL);
	body = offhook_chroma_make_query(g_task_get_task_data(task));
	offhook_chroma_ask(self, "POST", path, body, cancellable, offhook_chroma_queried_cb,
			   g_steal_pointer(&task));
}

void
offhook_chroma_compare_async(OffhookChroma *self, const char *user_id, const char *model,
			     const GArray *vector, GCancellable *cancellable,
			     GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	OffhookChromaQuestion *question = g_new0(OffhookChromaQuestion, 1);

	question->user_id = g_strdup(user_id);
	question->vector = g_array_ref((GArray *)vector);
	g_task_set_source_tag(task, offhook_chroma_compare_async);
	g_task_set_task_data(task, question, offhook_chroma_question_free);
	if (offhook_chroma_rests(self))
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE,
					"Chroma has failed a moment ago");
	else
		offhook_chroma_open_async(self, model, cancellable, offhook_chroma_compare_cb,
					  g_steal_pointer(&task));
}

GHashTable *
offhook_chroma_compare_finish(OffhookChroma *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- the object ---- */

char *
offhook_chroma_name_model(OffhookChroma *self, const char *model)
{
	return g_strdup_printf("chroma:%s:%s", self->name, model);
}

OffhookChroma *
offhook_chroma_find(OffhookStore *store)
{
	return g_object_get_qdata(G_OBJECT(store), offhook_chroma_quark());
}

OffhookChroma *
offhook_chroma_new(OffhookStore *store, const OffhookChromaSettings *settings)
{
	OffhookChroma *self = g_object_new(OFFHOOK_TYPE_CHROMA, NULL);
	g_autofree char *tenant = g_uri_escape_string(settings->tenant, NULL, FALSE);
	g_autofree char *database = g_uri_escape_string(settings->database, NULL, FALSE);

	self->store = store;
	self->base = g_strdup_printf("%s/api/v2/tenants/%s/databases/%s/collections", settings->url,
				     tenant, database);
	self->name = g_strdup(settings->collection);
	self->token = g_strdup(settings->token);
	self->timeout_ms = settings->timeout_ms;
	g_object_set_qdata(G_OBJECT(store), offhook_chroma_quark(), self);
	offhook_chroma_tidy(self);
	return self;
}

void
offhook_chroma_close(OffhookChroma *self)
{
	if (self->store == NULL)
		return;
	g_object_set_qdata(G_OBJECT(self->store), offhook_chroma_quark(), NULL);
	self->store = NULL;
	g_clear_handle_id(&self->timer, g_source_remove);
	g_cancellable_cancel(self->cancellable);
}

static void
offhook_chroma_read_metrics_cb(gpointer user_data)
{
	gpointer *both = user_data;

	offhook_metric_set(both[1], (double)((OffhookChroma *)both[0])->failures, NULL);
}

void
offhook_chroma_add_metrics(OffhookChroma *self, OffhookMetrics *metrics)
{
	static const OffhookMetricSpec failures = {
	    OFFHOOK_METRIC_COUNTER, "offhook_memory_chroma_failures_total",
	    "Requests to Chroma that failed: memories were found by their words alone."};
	gpointer *both = g_new(gpointer, 2);

	both[0] = self;
	both[1] = offhook_metrics_add(metrics, &failures);
	offhook_metrics_add_source(metrics, offhook_chroma_read_metrics_cb, both, g_free);
}

static void
offhook_chroma_dispose(GObject *object)
{
	OffhookChroma *self = OFFHOOK_CHROMA(object);

	offhook_chroma_close(self);
	g_queue_clear_full(&self->jobs, (GDestroyNotify)offhook_chroma_job_free);

	G_OBJECT_CLASS(offhook_chroma_parent_class)->dispose(object);
}

static void
offhook_chroma_finalize(GObject *object)
{
	OffhookChroma *self = OFFHOOK_CHROMA(object);

	g_object_unref(self->web);
	g_object_unref(self->cancellable);
	g_free(self->base);
	g_free(self->name);
	g_free(self->token);
	g_free(self->collection_id);
	g_free(self->model);

	G_OBJECT_CLASS(offhook_chroma_parent_class)->finalize(object);
}

static void
offhook_chroma_init(OffhookChroma *self)
{
	self->web = offhook_web_client_new(0);
	self->cancellable = g_cancellable_new();
	g_queue_init(&self->jobs);
	self->unsettled = TRUE; /* who was here before may not have come to it */
}

static void
offhook_chroma_class_init(OffhookChromaClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_chroma_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_chroma_finalize;
	offhook_chroma_signals[CHROMA_LOST] =
	    g_signal_new("lost", OFFHOOK_TYPE_CHROMA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 1, G_TYPE_ERROR);
	offhook_chroma_signals[CHROMA_RESTORED] =
	    g_signal_new("restored", OFFHOOK_TYPE_CHROMA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 0);
}
