/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Texts become vectors: each question is one exchange. Main thread.
 */

#include "openai-embedder.h"

#include "openai-error.h"
#include "openai-exchange.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

/* Numbers are written with up to 25 characters each. */
#define MAX_ANSWER (OFFHOOK_EMBEDDER_MAX_TEXTS * OFFHOOK_EMBEDDER_MAX_DIMENSIONS * 32)

struct _OffhookOpenaiEmbedder {
	OffhookEmbedder parent_instance;

	OffhookWebClient *web;
	OffhookOpenaiConfig *config;
	char *model; /* with its dimensions, which make other vectors of it */
};

G_DEFINE_FINAL_TYPE(OffhookOpenaiEmbedder, offhook_openai_embedder, OFFHOOK_TYPE_EMBEDDER)

/** What is under way: the data of its task. */
typedef struct {
	OffhookOpenaiExchange *exchange; /* (nullable) */
	GString *answer;
	guint n_texts;
	gint64 tokens; /* that were counted; negative: the service does not tell */
	gulong cancelled_id;
	guint idle_id; /* source: it was broken off */
} OffhookOpenaiEmbedding;

static void
offhook_openai_embedding_free(gpointer data)
{
	OffhookOpenaiEmbedding *self = data;

	g_clear_pointer(&self->exchange, offhook_openai_exchange_free);
	g_clear_handle_id(&self->idle_id, g_source_remove);
	g_string_free(self->answer, TRUE);
	g_free(self);
}

/* ---- the answer ---- */

static void
offhook_openai_embedder_free_vector(gpointer data)
{
	if (data != NULL)
		g_array_unref(data);
}

/* (transfer full) (nullable) */
static GArray *
offhook_openai_embedder_read_vector(JsonArray *numbers)
{
	guint n = numbers != NULL ? json_array_get_length(numbers) : 0;
	g_autoptr(GArray) vector = NULL;

	if (n == 0 || n > OFFHOOK_EMBEDDER_MAX_DIMENSIONS)
		return NULL;
	vector = g_array_sized_new(FALSE, FALSE, sizeof(gfloat), n);
	for (guint i = 0; i < n; i++) {
		JsonNode *node = json_array_get_element(numbers, i);
		gfloat value;

		if (!JSON_NODE_HOLDS_VALUE(node))
			return NULL;
		value = (gfloat)json_node_get_double(node);
		g_array_append_val(vector, value);
	}
	return g_steal_pointer(&vector);
}

/* Puts one of the answer where its index says. */
static gboolean
offhook_openai_embedder_place(GPtrArray *vectors, JsonNode *node)
{
	JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	gint64 index = offhook_json_get_number(object, "index");

	if (index < 0 || index >= vectors->len || vectors->pdata[index] != NULL)
		return FALSE;
	vectors->pdata[index] =
	    offhook_openai_embedder_read_vector(offhook_json_get_array(object, "embedding"));
	return vectors->pdata[index] != NULL;
}

static gint64
offhook_openai_embedder_read_tokens(JsonObject *object)
{
	JsonObject *usage = offhook_json_get_object(object, "usage");

	return usage != NULL && json_object_has_member(usage, "prompt_tokens")
		   ? MAX(offhook_json_get_number(usage, "prompt_tokens"), 0)
		   : -1;
}

GPtrArray *
offhook_openai_embedder_read(const char *text, gsize size, guint n, gint64 *tokens, GError **error)
{
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(text, (gssize)size, "openai: the embeddings", error);
	GError *said = object != NULL ? offhook_openai_error_from_object(object) : NULL;
	JsonArray *data = offhook_json_get_array(object, "data");
	g_autoptr(GPtrArray) vectors =
	    g_ptr_array_new_with_free_func(offhook_openai_embedder_free_vector);
	gboolean good = data != NULL && json_array_get_length(data) == n;

	if (said != NULL)
		g_propagate_error(error, said);
	if (object == NULL || said != NULL)
		return NULL;
	*tokens = offhook_openai_embedder_read_tokens(object);
	g_ptr_array_set_size(vectors, (int)n);
	for (guint i = 0; good && i < n; i++)
		good = offhook_openai_embedder_place(vectors, json_array_get_element(data, i));
	if (good)
		return g_steal_pointer(&vectors);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
		    "openai: the answer has no \"data\" with an \"embedding\" for each of %u texts",
		    n);
	return NULL;
}

static gboolean
offhook_openai_embedder_data_cb(gpointer user_data, const guint8 *data, gsize size, GError **error)
{
	OffhookOpenaiEmbedding *embedding = g_task_get_task_data(G_TASK(user_data));

	g_string_append_len(embedding->answer, (const char *)data, (gssize)size);
	return TRUE;
}

/* @task: (transfer full) */
static void
offhook_openai_embedder_settle(GTask *task, GPtrArray *vectors, GError *error)
{
	OffhookOpenaiEmbedding *embedding = g_task_get_task_data(task);

	if (embedding->cancelled_id != 0)
		g_signal_handler_disconnect(g_task_get_cancellable(task), embedding->cancelled_id);
	embedding->cancelled_id = 0;
	g_clear_pointer(&embedding->exchange, offhook_openai_exchange_free);
	if (vectors != NULL)
		g_task_return_pointer(task, vectors, (GDestroyNotify)g_ptr_array_unref);
	else
		g_task_return_error(task, error);
	g_object_unref(task);
}

static void
offhook_openai_embedder_end_cb(gpointer user_data, const GError *error)
{
	GTask *task = user_data;
	OffhookOpenaiEmbedding *embedding = g_task_get_task_data(task);
	GError *local = error != NULL ? g_error_copy(error) : NULL;
	GPtrArray *vectors = NULL;

	if (local == NULL)
		vectors =
		    offhook_openai_embedder_read(embedding->answer->str, embedding->answer->len,
						 embedding->n_texts, &embedding->tokens, &local);
	offhook_openai_embedder_settle(task, vectors, local);
}

static gboolean
offhook_openai_embedder_broken_off_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookOpenaiEmbedding *embedding = g_task_get_task_data(task);
	GError *error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

	embedding->idle_id = 0;
	offhook_openai_embedder_settle(task, NULL, error);
	return G_SOURCE_REMOVE;
}

/* A signal's handler may not take itself away from a cancellable that is being cancelled. */
static void
offhook_openai_embedder_cancelled_cb(GCancellable *cancellable, GTask *task)
{
	OffhookOpenaiEmbedding *embedding = g_task_get_task_data(task);

	g_clear_pointer(&embedding->exchange, offhook_openai_exchange_free);
	if (embedding->idle_id == 0)
		embedding->idle_id = g_idle_add_full(
		    G_PRIORITY_DEFAULT, offhook_openai_embedder_broken_off_cb, task, NULL);
}

/* ---- the question ---- */

/* (transfer full) */
static GBytes *
offhook_openai_embedder_build(OffhookOpenaiEmbedder *self, const char *const *texts)
{
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();
	JsonArray *input = json_array_new();
	char *body;

	for (guint i = 0; texts[i] != NULL; i++)
		json_array_add_string_element(input, texts[i]);
	json_object_set_string_member(object, "model", self->config->embedding_model);
	json_object_set_array_member(object, "input", input);
	json_object_set_string_member(object, "encoding_format", "float");
	if (self->config->embedding_dimensions > 0)
		json_object_set_int_member(object, "dimensions",
					   self->config->embedding_dimensions);
	json_node_take_object(root, object);
	body = offhook_json_node_to_string(root);
	return g_bytes_new_take(body, strlen(body));
}

static void
offhook_openai_embedder_embed_async(OffhookEmbedder *embedder, const char *const *texts,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	static const OffhookOpenaiEvents events = {offhook_openai_embedder_data_cb,
						   offhook_openai_embedder_end_cb};
	OffhookOpenaiEmbedder *self = OFFHOOK_OPENAI_EMBEDDER(embedder);
	g_autoptr(GBytes) body = offhook_openai_embedder_build(self, texts);
	const OffhookOpenaiQuestion question = {
	    .place = &self->config->embedding,
	    .path = "/embeddings",
	    .accept = "application/json",
	    .content_type = "application/json",
	    .body = body,
	    .max_size = MAX_ANSWER,
	};
	OffhookOpenaiEmbedding *embedding = g_new0(OffhookOpenaiEmbedding, 1);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	embedding->answer = g_string_new(NULL);
	embedding->n_texts = g_strv_length((char **)texts);
	g_task_set_source_tag(task, offhook_openai_embedder_embed_async);
	g_task_set_task_data(task, embedding, offhook_openai_embedding_free);
	if (cancellable != NULL && g_cancellable_is_cancelled(cancellable)) {
		offhook_openai_embedder_cancelled_cb(cancellable, task);
		return;
	}
	if (cancellable != NULL)
		embedding->cancelled_id =
		    g_signal_connect(cancellable, "cancelled",
				     G_CALLBACK(offhook_openai_embedder_cancelled_cb), task);
	embedding->exchange =
	    offhook_openai_exchange_new(self->web, self->config, &question, &events, task);
}

static GPtrArray *
offhook_openai_embedder_embed_finish(OffhookEmbedder *embedder, GAsyncResult *result,
				     GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static void
offhook_openai_embedder_get_receipt(OffhookEmbedder *embedder, GAsyncResult *result,
				    OffhookEmbedReceipt *receipt)
{
	const OffhookOpenaiEmbedding *embedding = g_task_get_task_data(G_TASK(result));

	receipt->input_tokens = embedding->tokens;
}

static const char *
offhook_openai_embedder_get_model(OffhookEmbedder *embedder)
{
	return OFFHOOK_OPENAI_EMBEDDER(embedder)->model;
}

/* ---- the object ---- */

OffhookEmbedder *
offhook_openai_embedder_new(OffhookWebClient *web, OffhookOpenaiConfig *config)
{
	OffhookOpenaiEmbedder *self = g_object_new(OFFHOOK_TYPE_OPENAI_EMBEDDER, NULL);

	self->web = g_object_ref(web);
	self->config = offhook_openai_config_ref(config);
	self->model =
	    config->embedding_dimensions > 0
		? g_strdup_printf("%s:%u", config->embedding_model, config->embedding_dimensions)
		: g_strdup(config->embedding_model);
	return OFFHOOK_EMBEDDER(self);
}

static void
offhook_openai_embedder_finalize(GObject *object)
{
	OffhookOpenaiEmbedder *self = OFFHOOK_OPENAI_EMBEDDER(object);

	offhook_openai_config_unref(self->config);
	g_object_unref(self->web);
	g_free(self->model);

	G_OBJECT_CLASS(offhook_openai_embedder_parent_class)->finalize(object);
}

static void
offhook_openai_embedder_init(OffhookOpenaiEmbedder *self)
{
}

static void
offhook_openai_embedder_class_init(OffhookOpenaiEmbedderClass *klass)
{
	OffhookEmbedderClass *embedder_class = OFFHOOK_EMBEDDER_CLASS(klass);

	embedder_class->embed_async = offhook_openai_embedder_embed_async;
	embedder_class->embed_finish = offhook_openai_embedder_embed_finish;
	embedder_class->get_model = offhook_openai_embedder_get_model;
	embedder_class->get_receipt = offhook_openai_embedder_get_receipt;
	G_OBJECT_CLASS(klass)->finalize = offhook_openai_embedder_finalize;
}
