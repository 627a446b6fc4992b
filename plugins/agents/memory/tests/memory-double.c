/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A memory and a host for tests. Main thread. */

#include "memory-double.h"

#include <offhook/error.h>
#include <string.h>

G_DEFINE_FINAL_TYPE(DoubleMemory, double_memory, OFFHOOK_TYPE_MEMORY)

void
double_memory_add(DoubleMemory *self, OffhookMemoryKind kind, const char *key, const char *text)
{
	static guint last;
	OffhookMemoryItem *item = g_new0(OffhookMemoryItem, 1);

	item->id = g_strdup_printf("m%u", ++last);
	item->kind = kind;
	item->key = g_strdup(key);
	item->text = g_strdup(text);
	item->created_us = 1700000000 * (gint64)G_USEC_PER_SEC;
	item->score = 1;
	for (guint i = 0; key != NULL && i < self->items->len; i++)
		if (g_strcmp0(((OffhookMemoryItem *)g_ptr_array_index(self->items, i))->key, key) ==
		    0)
			g_ptr_array_remove_index(self->items, i--);
	g_ptr_array_insert(self->items, 0, item);
}

char *
double_memory_describe(DoubleMemory *self)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < self->items->len; i++) {
		const OffhookMemoryItem *item = g_ptr_array_index(self->items, i);

		g_string_append_printf(text, "%s%s:%s", i > 0 ? " | " : "",
				       offhook_memory_kind_to_string(item->kind), item->text);
	}
	return g_string_free(text, FALSE);
}

static OffhookMemoryItem *
copy_item(const OffhookMemoryItem *item)
{
	OffhookMemoryItem *copy = g_memdup2(item, sizeof *item);

	copy->id = g_strdup(item->id);
	copy->key = g_strdup(item->key);
	copy->text = g_strdup(item->text);
	return copy;
}

/* @query: (nullable): for all of them */
static GPtrArray *
find(DoubleMemory *self, const char *query)
{
	GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_item_free);
	g_auto(GStrv) words = g_strsplit(query != NULL ? query : "", " ", -1);

	for (guint i = 0; i < self->items->len; i++) {
		const OffhookMemoryItem *item = g_ptr_array_index(self->items, i);
		gboolean good = query == NULL;

		for (guint w = 0; words[w] != NULL; w++)
			good = good || (*words[w] != '\0' && strstr(item->text, words[w]) != NULL);
		if (good)
			g_ptr_array_add(found, copy_item(item));
	}
	return found;
}

static gboolean
answer_cb(gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	DoubleMemory *self = g_task_get_source_object(task);

	if (self->away)
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "away");
	else
		g_task_return_pointer(task, find(self, g_task_get_task_data(task)),
				      (GDestroyNotify)g_ptr_array_unref);
	return G_SOURCE_REMOVE;
}

static void
answer(DoubleMemory *self, const char *query, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
	GTask *task = g_task_new(self, cancellable, callback, user_data);

	g_task_set_task_data(task, g_strdup(query), g_free);
	if (self->asleep != NULL)
		g_ptr_array_add(self->asleep, task);
	else
		g_timeout_add(self->delay_ms, answer_cb, task);
}

void
double_memory_sleep(DoubleMemory *self)
{
	self->asleep = g_ptr_array_new();
}

void
double_memory_wake(DoubleMemory *self)
{
	g_autoptr(GPtrArray) tasks = g_steal_pointer(&self->asleep);

	for (guint i = 0; i < tasks->len; i++)
		answer_cb(g_ptr_array_index(tasks, i));
}

static void
double_memory_recall_async(OffhookMemory *memory, const char *query, guint limit, guint budget_ms,
			   GCancellable *cancellable, GAsyncReadyCallback callback,
			   gpointer user_data)
{
	DOUBLE_MEMORY(memory)->n_recalls++;
	answer(DOUBLE_MEMORY(memory), query, cancellable, callback, user_data);
}

static void
double_memory_list_async(OffhookMemory *memory, GCancellable *cancellable,
			 GAsyncReadyCallback callback, gpointer user_data)
{
	answer(DOUBLE_MEMORY(memory), NULL, cancellable, callback, user_data);
}

static GPtrArray *
double_memory_take(OffhookMemory *memory, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static gboolean
double_memory_remember(OffhookMemory *memory, OffhookMemoryKind kind, const char *key,
		       const char *text, GError **error)
{
	double_memory_add(DOUBLE_MEMORY(memory), kind, key, text);
	return TRUE;
}

static void
double_memory_forget_async(OffhookMemory *memory, const char *id, GCancellable *cancellable,
			   GAsyncReadyCallback callback, gpointer user_data)
{
	DoubleMemory *self = DOUBLE_MEMORY(memory);
	g_autoptr(GTask) task = g_task_new(memory, cancellable, callback, user_data);
	gssize count = 0;

	for (guint i = 0; !self->away && i < self->items->len; i++) {
		OffhookMemoryItem *item = g_ptr_array_index(self->items, i);

		if (id != NULL && !g_str_equal(item->id, id))
			continue;
		g_ptr_array_remove_index(self->items, i--);
		count++;
	}
	if (self->away)
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "away");
	else
		g_task_return_int(task, count);
}

static gboolean
double_memory_forget_finish(OffhookMemory *memory, GAsyncResult *result, guint *count,
			    GError **error)
{
	gssize n = g_task_propagate_int(G_TASK(result), error);

	*count = (guint)MAX(n, 0);
	return n >= 0;
}

DoubleMemory *
double_memory_new(void)
{
	return g_object_new(TYPE_DOUBLE_MEMORY, NULL);
}

static void
double_memory_finalize(GObject *object)
{
	g_ptr_array_unref(DOUBLE_MEMORY(object)->items);

	G_OBJECT_CLASS(double_memory_parent_class)->finalize(object);
}

static void
double_memory_init(DoubleMemory *self)
{
	self->items = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_item_free);
}

static void
double_memory_class_init(DoubleMemoryClass *klass)
{
	OffhookMemoryClass *memory_class = OFFHOOK_MEMORY_CLASS(klass);

	memory_class->recall_async = double_memory_recall_async;
	memory_class->recall_finish = double_memory_take;
	memory_class->list_async = double_memory_list_async;
	memory_class->list_finish = double_memory_take;
	memory_class->remember = double_memory_remember;
	memory_class->forget_async = double_memory_forget_async;
	memory_class->forget_finish = double_memory_forget_finish;
	G_OBJECT_CLASS(klass)->finalize = double_memory_finalize;
}

/* ---- the host ---- */

G_DEFINE_FINAL_TYPE(DoubleHost, double_host, OFFHOOK_TYPE_AGENT_HOST)

static OffhookToolbox *
double_host_get_toolbox(OffhookAgentHost *host)
{
	return DOUBLE_HOST(host)->toolbox;
}

static OffhookMemory *
double_host_get_memory(OffhookAgentHost *host)
{
	return DOUBLE_HOST(host)->memory;
}

static JsonObject *
double_host_get_variables(OffhookAgentHost *host)
{
	return DOUBLE_HOST(host)->variables;
}

static gboolean
double_host_set_variable(OffhookAgentHost *host, const char *name, const char *value,
			 GError **error)
{
	if (value != NULL)
		json_object_set_string_member(DOUBLE_HOST(host)->variables, name, value);
	else
		json_object_remove_member(DOUBLE_HOST(host)->variables, name);
	return TRUE;
}

static GPtrArray *
double_host_get_history(OffhookAgentHost *host)
{
	return NULL;
}

static void
double_host_note(OffhookAgentHost *host, const char *type, JsonObject *data)
{
	g_string_append_printf(DOUBLE_HOST(host)->notes, "%s:%" G_GINT64_FORMAT " ", type,
			       json_object_get_int_member(data, "items"));
	json_object_unref(data);
}

DoubleHost *
double_host_new(DoubleMemory *memory)
{
	DoubleHost *self = g_object_new(TYPE_DOUBLE_HOST, NULL);

	if (memory != NULL)
		self->memory = g_object_ref(OFFHOOK_MEMORY(memory));
	return self;
}

static void
double_host_finalize(GObject *object)
{
	DoubleHost *self = DOUBLE_HOST(object);

	g_object_unref(self->toolbox);
	json_object_unref(self->variables);
	g_clear_object(&self->memory);
	g_string_free(self->notes, TRUE);

	G_OBJECT_CLASS(double_host_parent_class)->finalize(object);
}

static void
double_host_init(DoubleHost *self)
{
	self->toolbox = offhook_toolbox_new();
	self->variables = json_object_new();
	self->notes = g_string_new(NULL);
}

static void
double_host_class_init(DoubleHostClass *klass)
{
	OffhookAgentHostClass *host_class = OFFHOOK_AGENT_HOST_CLASS(klass);

	host_class->get_toolbox = double_host_get_toolbox;
	host_class->get_memory = double_host_get_memory;
	host_class->get_variables = double_host_get_variables;
	host_class->set_variable = double_host_set_variable;
	host_class->get_history = double_host_get_history;
	host_class->note = double_host_note;
	G_OBJECT_CLASS(klass)->finalize = double_host_finalize;
}
