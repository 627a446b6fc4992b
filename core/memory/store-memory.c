/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Turns what agents remember into rows, and rows into what they are told. Main thread.
 */

#include "memory/store-memory.h"

#include "base/timestamp.h"
#include "memory/chroma.h"
#include "memory/memory-rank.h"
#include "store/record/vector.h"
#include "store/store-erase.h"
#include "store/store-memories.h"

struct _OffhookStoreMemory {
	OffhookMemory parent_instance;

	OffhookStore *store;
	char *user_id;
	char *conversation_id;     /* (nullable) */
	OffhookStoreUser *user;    /* (nullable) */
	OffhookEmbedder *embedder; /* (nullable) */
	gboolean embedding;        /* memories that have no vector yet */
};

G_DEFINE_FINAL_TYPE(OffhookStoreMemory, offhook_store_memory, OFFHOOK_TYPE_MEMORY)

/* Memories that get a vector at once. */
#define OFFHOOK_STORE_MEMORY_BATCH 32

static GPtrArray *
offhook_store_memory_new_items(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_item_free);
}

static void
offhook_store_memory_add_item(GPtrArray *items, const OffhookMemoryRecord *record, double score)
{
	OffhookMemoryItem *item = g_new0(OffhookMemoryItem, 1);

	/* A newer version may have other kinds: to this one they are facts. */
	if (!offhook_memory_kind_parse(record->kind, &item->kind, NULL))
		item->kind = OFFHOOK_MEMORY_FACT;
	item->id = g_strdup(record->id);
	item->key = g_strdup(record->key);
	item->text = g_strdup(record->text);
	item->created_us = record->created_us;
	item->score = score;
	g_ptr_array_add(items, item);
}

/* ---- what memories mean ---- */

/** Memories on their way to their vectors. */
typedef struct {
	OffhookStoreMemory *memory;
	GPtrArray *records; /* OffhookMemoryRecord */
} OffhookMemoryMeanings;

static void
offhook_memory_meanings_free(OffhookMemoryMeanings *self)
{
	g_object_unref(self->memory);
	g_ptr_array_unref(self->records);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryMeanings, offhook_memory_meanings_free)

static OffhookMemoryMeanings *
offhook_memory_meanings_new(OffhookStoreMemory *memory)
{
	OffhookMemoryMeanings *self = g_new0(OffhookMemoryMeanings, 1);

	self->memory = g_object_ref(memory);
	self->records = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_record_free);
	return self;
}

/* A vector that is missing is made another time: nobody waits for it. */
static void
offhook_store_memory_set_vectors_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryMeanings) meanings = user_data;
	OffhookStoreMemory *self = meanings->memory;
	g_autoptr(GPtrArray) vectors =
	    offhook_embedder_embed_finish(OFFHOOK_EMBEDDER(source), result, NULL);
	OffhookEmbedReceipt receipt = {0};

	self->embedding = FALSE;
	if (vectors != NULL)
		offhook_embedder_get_receipt(OFFHOOK_EMBEDDER(source), result, &receipt);
	for (guint i = 0; vectors != NULL && i < MIN(vectors->len, meanings->records->len); i++) {
		OffhookMemoryRecord *record = g_ptr_array_index(meanings->records, i);

		record->model = g_strdup(receipt.model);
		record->vector = offhook_vector_to_text(g_ptr_array_index(vectors, i));
		if (offhook_chroma_find(self->store) != NULL)
			offhook_chroma_put(offhook_chroma_find(self->store), record);
		else
			offhook_store_set_vector_async(self->store, record, NULL, NULL, NULL);
	}
}

/* @meanings: (transfer full) */
static void
offhook_store_memory_embed(OffhookMemoryMeanings *meanings)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new();

	for (guint i = 0; i < meanings->records->len; i++)
		g_ptr_array_add(
		    texts, ((OffhookMemoryRecord *)g_ptr_array_index(meanings->records, i))->text);
	g_ptr_array_add(texts, NULL);
	offhook_embedder_embed_async(meanings->memory->embedder, (const char *const *)texts->pdata,
				     NULL, offhook_store_memory_set_vectors_cb, meanings);
}

static void
offhook_store_memory_embed_missing(OffhookStoreMemory *self, GPtrArray *records, const char *model)
{
	OffhookChroma *chroma = offhook_chroma_find(self->store);
	g_autofree char *name =
	    chroma != NULL ? offhook_chroma_name_model(chroma, model) : g_strdup(model);
	g_autoptr(OffhookMemoryMeanings) meanings = offhook_memory_meanings_new(self);

	for (guint i = 0; i < records->len && meanings->records->len < OFFHOOK_STORE_MEMORY_BATCH;
	     i++) {
		const OffhookMemoryRecord *record = g_ptr_array_index(records, i);
		OffhookMemoryRecord *copy;

		if (g_strcmp0(record->model, name) == 0)
			continue;
		copy = offhook_memory_record_copy(record);
		g_clear_pointer(&copy->model, g_free);
		g_ptr_array_add(meanings->records, copy);
	}
	if (self->embedding || meanings->records->len == 0)
		return;
	self->embedding = TRUE;
	offhook_store_memory_embed(g_steal_pointer(&meanings));
}

/* ---- recalling ---- */

/** What is looked for: by its words, and meanwhile by what it means. */
typedef struct {
	char *query;
	guint limit;
	GPtrArray *records;  /* (nullable): not read yet */
	GHashTable *cosines; /* (nullable): not known */
	char *model;         /* (nullable): by which they were found */
	gboolean waiting;    /* for them */
	gboolean answered;
	guint budget_id;
	GCancellable *cancellable; /* of that */
} OffhookMemoryRecall;

static void
offhook_memory_recall_free(gpointer data)
{
	OffhookMemoryRecall *recall = data;

	g_clear_handle_id(&recall->budget_id, g_source_remove);
	g_clear_pointer(&recall->records, g_ptr_array_unref);
	g_clear_pointer(&recall->cosines, g_hash_table_unref);
	g_free(recall->model);
	g_object_unref(recall->cancellable);
	g_free(recall->query);
	g_free(recall);
}

/* What has another text now is there with the old one until it gets its vector. */
static void
offhook_store_memory_drop_stale(OffhookMemoryRecall *recall, OffhookChroma *chroma)
{
	g_autofree char *name = offhook_chroma_name_model(chroma, recall->model);

	for (guint i = 0; i < recall->records->len; i++) {
		const OffhookMemoryRecord *record = g_ptr_array_index(recall->records, i);

		if (g_strcmp0(record->model, name) != 0)
			g_hash_table_remove(recall->cosines, record->id);
	}
}

/* When all is there that is waited for. */
static void
offhook_store_memory_answer(GTask *task)
{
	OffhookMemoryRecall *recall = g_task_get_task_data(task);
	OffhookStoreMemory *self = g_task_get_source_object(task);
	OffhookChroma *chroma = offhook_chroma_find(self->store);
	g_autoptr(GPtrArray) items = NULL;
	g_autoptr(GArray) hits = NULL;

	if (recall->records == NULL || recall->waiting || recall->answered)
		return;
	recall->answered = TRUE;
	g_clear_handle_id(&recall->budget_id, g_source_remove);
	if (chroma != NULL && recall->cosines != NULL)
		offhook_store_memory_drop_stale(recall, chroma);
	hits = offhook_memory_rank(recall->records, recall->query, recall->cosines, recall->limit);
	items = offhook_store_memory_new_items();
	for (guint i = 0; i < hits->len; i++) {
		const OffhookMemoryHit *hit = &g_array_index(hits, OffhookMemoryHit, i);

		offhook_store_memory_add_item(items, hit->record, hit->score);
	}
	if (self->embedder != NULL)
		offhook_store_memory_embed_missing(
		    self, recall->records,
		    recall->model != NULL ? recall->model
					  : offhook_embedder_get_model(self->embedder));
	g_task_return_pointer(task, g_steal_pointer(&items), (GDestroyNotify)g_ptr_array_unref);
}

static void
offhook_store_memory_recalled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookMemoryRecall *recall = g_task_get_task_data(task);
	GError *error = NULL;

	recall->records = offhook_store_list_memories_finish(OFFHOOK_STORE(source), result, &error);
	if (recall->records != NULL) {
		offhook_store_memory_answer(task);
		return;
	}
	g_clear_handle_id(&recall->budget_id, g_source_remove);
	recall->answered = TRUE;
	g_cancellable_cancel(recall->cancellable);
	g_task_return_error(task, error);
}

static void
offhook_store_memory_found_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookMemoryRecall *recall = g_task_get_task_data(task);

	recall->cosines = offhook_chroma_compare_finish(OFFHOOK_CHROMA(source), result, NULL);
	recall->waiting = FALSE;
	offhook_store_memory_answer(task);
}

static void
offhook_store_memory_compared_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookMemoryRecall *recall = g_task_get_task_data(task);

	recall->cosines =
	    offhook_store_compare_memories_finish(OFFHOOK_STORE(source), result, NULL);
	recall->waiting = FALSE;
	offhook_store_memory_answer(task);
}

/* By whatever model it was: another engine may have taken over. */
static void
offhook_store_memory_understood_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookStoreMemory *self = g_task_get_source_object(task);
	OffhookMemoryRecall *recall = g_task_get_task_data(task);
	g_autoptr(GPtrArray) vectors =
	    offhook_embedder_embed_finish(OFFHOOK_EMBEDDER(source), result, NULL);
	OffhookChroma *chroma = offhook_chroma_find(self->store);
	OffhookEmbedReceipt receipt;
	g_autofree char *vector = NULL;

	if (vectors == NULL || vectors->len == 0 || recall->answered) {
		recall->waiting = FALSE;
		offhook_store_memory_answer(task);
		return;
	}
	offhook_embedder_get_receipt(OFFHOOK_EMBEDDER(source), result, &receipt);
	recall->model = g_strdup(receipt.model);
	if (chroma != NULL) {
		offhook_chroma_compare_async(chroma, self->user_id, recall->model,
					     g_ptr_array_index(vectors, 0), recall->cancellable,
					     offhook_store_memory_found_cb, g_steal_pointer(&task));
		return;
	}
	vector = offhook_vector_to_text(g_ptr_array_index(vectors, 0));
	offhook_store_compare_memories_async(
	    self->store, self->user_id, recall->model, vector, self->user, recall->cancellable,
	    offhook_store_memory_compared_cb, g_steal_pointer(&task));
}

/* Then the words have to do. */
static gboolean
offhook_store_memory_budget_cb(gpointer user_data)
{
	GTask *task = user_data;
	OffhookMemoryRecall *recall = g_task_get_task_data(task);

	recall->budget_id = 0;
	recall->waiting = FALSE;
	g_cancellable_cancel(recall->cancellable);
	offhook_store_memory_answer(task);
	return G_SOURCE_REMOVE;
}

/* What is asked of @query is not too long for an engine. */
static void
offhook_store_memory_understand(OffhookStoreMemory *self, GTask *task, guint budget_ms)
{
	OffhookMemoryRecall *recall = g_task_get_task_data(task);
	g_autofree char *start = g_strndup(recall->query, OFFHOOK_MEMORY_MAX_QUERY);
	g_autofree char *text = g_utf8_make_valid(start, -1);
	const char *const texts[] = {text, NULL};

	if (self->embedder == NULL || *text == '\0')
		return;
	recall->waiting = TRUE;
	if (budget_ms > 0)
		recall->budget_id = g_timeout_add(budget_ms, offhook_store_memory_budget_cb, task);
	offhook_embedder_embed_async(self->embedder, texts, recall->cancellable,
				     offhook_store_memory_understood_cb, g_object_ref(task));
}

static void
offhook_store_memory_recall_async(OffhookMemory *memory, const char *query, guint limit,
				  guint budget_ms, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreMemory *self = OFFHOOK_STORE_MEMORY(memory);
	GTask *task = g_task_new(self, cancellable, callback, user_data);
	OffhookMemoryRecall *recall = g_new0(OffhookMemoryRecall, 1);

	recall->query = g_strdup(query);
	recall->limit = limit;
	recall->cancellable = g_cancellable_new();
	g_task_set_source_tag(task, offhook_store_memory_recall_async);
	g_task_set_task_data(task, recall, offhook_memory_recall_free);
	offhook_store_memory_understand(self, task, budget_ms);
	offhook_store_list_memories_async(self->store, self->user_id, NULL, self->user, cancellable,
					  offhook_store_memory_recalled_cb, task);
}

static GPtrArray *
offhook_store_memory_take_items(OffhookMemory *memory, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* ---- all of it ---- */

static void
offhook_store_memory_listed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(GPtrArray) records =
	    offhook_store_list_memories_finish(OFFHOOK_STORE(source), result, &error);
	g_autoptr(GPtrArray) items = offhook_store_memory_new_items();

	if (records == NULL) {
		g_task_return_error(task, error);
		return;
	}
	for (guint i = 0; i < records->len; i++)
		offhook_store_memory_add_item(items, g_ptr_array_index(records, i), 0);
	g_task_return_pointer(task, g_steal_pointer(&items), (GDestroyNotify)g_ptr_array_unref);
}

static void
offhook_store_memory_list_async(OffhookMemory *memory, GCancellable *cancellable,
				GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreMemory *self = OFFHOOK_STORE_MEMORY(memory);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_store_memory_list_async);
	offhook_store_list_memories_async(self->store, self->user_id, NULL, self->user, cancellable,
					  offhook_store_memory_listed_cb, task);
}

/* ---- remembering and forgetting ---- */

static gboolean
offhook_store_memory_remember(OffhookMemory *memory, OffhookMemoryKind kind, const char *key,
			      const char *text, GError **error)
{
	OffhookStoreMemory *self = OFFHOOK_STORE_MEMORY(memory);
	const char *word = offhook_memory_kind_to_string(kind);
	g_autofree char *id = offhook_memory_record_make_id(self->user_id, word, key, text);
	const OffhookMemoryRecord record = {
	    .id = id,
	    .user_id = self->user_id,
	    .kind = (char *)word,
	    .key = (char *)key,
	    .text = (char *)text,
	    .conversation_id = self->conversation_id,
	    .created_us = offhook_timestamp_now(),
	};

	if (!offhook_store_put_memory(self->store, &record, error))
		return FALSE;
	if (self->embedder != NULL) {
		OffhookMemoryMeanings *meanings = offhook_memory_meanings_new(self);

		g_ptr_array_add(meanings->records, offhook_memory_record_copy(&record));
		offhook_store_memory_embed(meanings);
	}
	return TRUE;
}

static void
offhook_store_memory_forgotten_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	guint count;

	OffhookChroma *chroma = offhook_chroma_find(OFFHOOK_STORE(source));

	if (chroma != NULL)
		offhook_chroma_tidy(chroma);
	if (offhook_store_forget_memories_finish(OFFHOOK_STORE(source), result, &count, &error))
		g_task_return_int(task, count);
	else
		g_task_return_error(task, error);
}

static void
offhook_store_memory_forget_async(OffhookMemory *memory, const char *id, GCancellable *cancellable,
				  GAsyncReadyCallback callback, gpointer user_data)
{
	OffhookStoreMemory *self = OFFHOOK_STORE_MEMORY(memory);
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_source_tag(task, offhook_store_memory_forget_async);
	offhook_store_forget_memories_async(self->store, self->user_id, id, self->user, cancellable,
					    offhook_store_memory_forgotten_cb, task);
}

static gboolean
offhook_store_memory_forget_finish(OffhookMemory *memory, GAsyncResult *result, guint *count,
				   GError **error)
{
	gssize forgotten = g_task_propagate_int(G_TASK(result), error);

	*count = forgotten > 0 ? (guint)forgotten : 0;
	return forgotten >= 0;
}

/* ---- the object ---- */

char *
offhook_store_memory_get_caller_id(const char *caller)
{
	return caller != NULL ? offhook_caller_normalise_number(caller) : NULL;
}

OffhookMemory *
offhook_store_memory_new(OffhookStore *store, const char *user_id, const char *conversation_id,
			 const OffhookStoreUser *user)
{
	OffhookStoreMemory *self = g_object_new(OFFHOOK_TYPE_STORE_MEMORY, NULL);

	self->store = g_object_ref(store);
	self->user_id = g_strdup(user_id);
	self->conversation_id = g_strdup(conversation_id);
	self->user = offhook_store_user_copy(user);
	return OFFHOOK_MEMORY(self);
}

void
offhook_store_memory_set_conversation(OffhookStoreMemory *self, const char *conversation_id)
{
	g_free(self->conversation_id);
	self->conversation_id = g_strdup(conversation_id);
}

void
offhook_store_memory_set_embedder(OffhookStoreMemory *self, OffhookEmbedder *embedder)
{
	g_set_object(&self->embedder, embedder);
}

static void
offhook_store_memory_finalize(GObject *object)
{
	OffhookStoreMemory *self = OFFHOOK_STORE_MEMORY(object);

	g_object_unref(self->store);
	g_free(self->user_id);
	g_free(self->conversation_id);
	offhook_store_user_free(self->user);
	g_clear_object(&self->embedder);

	G_OBJECT_CLASS(offhook_store_memory_parent_class)->finalize(object);
}

static void
offhook_store_memory_init(OffhookStoreMemory *self)
{
}

static void
offhook_store_memory_class_init(OffhookStoreMemoryClass *klass)
{
	OffhookMemoryClass *memory_class = OFFHOOK_MEMORY_CLASS(klass);

	memory_class->recall_async = offhook_store_memory_recall_async;
	memory_class->recall_finish = offhook_store_memory_take_items;
	memory_class->remember = offhook_store_memory_remember;
	memory_class->list_async = offhook_store_memory_list_async;
	memory_class->list_finish = offhook_store_memory_take_items;
	memory_class->forget_async = offhook_store_memory_forget_async;
	memory_class->forget_finish = offhook_store_memory_forget_finish;
	G_OBJECT_CLASS(klass)->finalize = offhook_store_memory_finalize;
}
