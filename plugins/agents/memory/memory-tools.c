/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools over a caller's memory. A run that is under way when they are taken away has what it needs.
 * Main thread.
 */

#include "memory-tools.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define REMEMBER "remember"
#define FORGET   "forget"

/* What a model means by "what the caller said about his dog" is one thing, mostly. */
#define MAX_MATCHES 3
#define NEAR        0.5

struct _OffhookMemoryTools {
	OffhookToolbox *toolbox;
	OffhookMemory *memory;
	gboolean remembers; /* the tools are ours */
	gboolean forgets;
	void (*forgotten)(gpointer user_data);
	gpointer user_data;
};

/* ---- remember ---- */

static void
offhook_memory_tools_remember(OffhookToolRun *run, gpointer user_data)
{
	OffhookMemoryTools *self = user_data;
	JsonObject *arguments = offhook_tool_run_get_arguments(run);
	const char *text = offhook_json_get_string(arguments, "text");
	const char *word = offhook_json_get_string(arguments, "kind");
	const char *key = offhook_json_get_string(arguments, "key");
	OffhookMemoryKind kind = OFFHOOK_MEMORY_FACT;
	g_autoptr(GError) error = NULL;

	if (key != NULL && *key == '\0')
		key = NULL;
	if ((word != NULL && !offhook_memory_kind_parse(word, &kind, &error)) ||
	    !offhook_memory_remember(self->memory, kind, key, text != NULL ? text : "", &error))
		offhook_tool_run_fail(run, error);
	else
		offhook_tool_run_finish(run, "Noted.");
}

/* ---- forget ---- */

typedef struct {
	OffhookToolRun *run;
	GPtrArray *items; /* (nullable): what is left to be forgotten, of some */
	guint count;
} OffhookMemoryForgetting;

static void
offhook_memory_forgetting_free(OffhookMemoryForgetting *self)
{
	g_object_unref(self->run);
	g_clear_pointer(&self->items, g_ptr_array_unref);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMemoryForgetting, offhook_memory_forgetting_free)

static void
offhook_memory_forgetting_finish(OffhookMemoryForgetting *self)
{
	g_autofree char *text = self->count > 0
				    ? g_strdup_printf("Forgotten: %u notes.", self->count)
				    : g_strdup("There was no such note.");

	offhook_tool_run_finish(self->run, text);
}

static void offhook_memory_forgetting_go_on(OffhookMemoryForgetting *self, OffhookMemory *memory);

static void
offhook_memory_forgetting_done_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryForgetting) self = user_data;
	g_autoptr(GError) error = NULL;
	guint count;

	if (!offhook_memory_forget_finish(OFFHOOK_MEMORY(source), result, &count, &error)) {
		offhook_tool_run_fail(self->run, error);
		return;
	}
	self->count += count;
	if (self->items == NULL || self->items->len == 0)
		offhook_memory_forgetting_finish(self);
	else
		offhook_memory_forgetting_go_on(g_steal_pointer(&self), OFFHOOK_MEMORY(source));
}

/* @self: (transfer full): the next of those that are left, of which there is one */
static void
offhook_memory_forgetting_go_on(OffhookMemoryForgetting *self, OffhookMemory *memory)
{
	g_autoptr(OffhookMemoryItem) item =
	    g_ptr_array_steal_index(self->items, self->items->len - 1);

	offhook_memory_forget_async(memory, item->id, NULL, offhook_memory_forgetting_done_cb,
				    self);
}

static void
offhook_memory_forgetting_found_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(OffhookMemoryForgetting) self = user_data;
	g_autoptr(GError) error = NULL;

	self->items = offhook_memory_recall_finish(OFFHOOK_MEMORY(source), result, &error);
	if (self->items == NULL) {
		offhook_tool_run_fail(self->run, error);
		return;
	}
	while (self->items->len > 0 &&
	       ((OffhookMemoryItem *)g_ptr_array_index(self->items, self->items->len - 1))->score <
		   NEAR)
		g_ptr_array_set_size(self->items, (int)self->items->len - 1);
	if (self->items->len == 0)
		offhook_memory_forgetting_finish(self);
	else
		offhook_memory_forgetting_go_on(g_steal_pointer(&self), OFFHOOK_MEMORY(source));
}

static void
offhook_memory_tools_forget(OffhookToolRun *run, gpointer user_data)
{
	OffhookMemoryTools *self = user_data;
	const char *about = offhook_json_get_string(offhook_tool_run_get_arguments(run), "about");
	OffhookMemoryForgetting *forgetting = g_new0(OffhookMemoryForgetting, 1);

	forgetting->run = g_object_ref(run);
	if (about != NULL && *about != '\0') {
		offhook_memory_recall_async(self->memory, about, MAX_MATCHES, 0,
					    offhook_tool_run_get_cancellable(run),
					    offhook_memory_forgetting_found_cb, forgetting);
		return;
	}
	self->forgotten(self->user_data);
	offhook_memory_forget_async(self->memory, NULL, NULL, offhook_memory_forgetting_done_cb,
				    forgetting);
}

/* ---- the tools ---- */

static gboolean
offhook_memory_tools_add(OffhookMemoryTools *self, const char *name, const char *description,
			 const char *schema, OffhookToolFunc func)
{
	g_autoptr(JsonObject) parameters =
	    offhook_json_parse_object(schema, (gssize)strlen(schema), name, NULL);
	const OffhookToolDescription tool = {
	    .name = name,
	    .description = description,
	    .parameters = parameters,
	};

	return offhook_toolbox_add(self->toolbox, &tool, func, self, NULL, NULL);
}

OffhookMemoryTools *
offhook_memory_tools_new(OffhookToolbox *toolbox, OffhookMemory *memory,
			 void (*forgotten)(gpointer user_data), gpointer user_data)
{
	OffhookMemoryTools *self = g_new0(OffhookMemoryTools, 1);

	self->toolbox = g_object_ref(toolbox);
	self->memory = g_object_ref(memory);
	self->forgotten = forgotten;
	self->user_data = user_data;
	self->remembers = offhook_memory_tools_add(
	    self, REMEMBER,
	    "Notes something about the caller for later calls. Only what the caller has said about "
	    "himself, and never numbers of cards or passwords.",
	    "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"description\":"
	    "\"one sentence\"},\"kind\":{\"type\":\"string\",\"enum\":[\"fact\",\"preference\","
	    "\"episode\"]},\"key\":{\"type\":\"string\",\"description\":\"name, company, city, "
	    "...: of each there is one note; leave it out for anything else\"}},"
	    "\"required\":[\"text\"],\"additionalProperties\":false}",
	    offhook_memory_tools_remember);
	self->forgets = offhook_memory_tools_add(
	    self, FORGET, "Deletes notes about the caller, when he asks for it.",
	    "{\"type\":\"object\",\"properties\":{\"about\":{\"type\":\"string\",\"description\":"
	    "\"what they are about; leave it out to delete all of them\"}},"
	    "\"additionalProperties\":false}",
	    offhook_memory_tools_forget);
	return self;
}

void
offhook_memory_tools_free(OffhookMemoryTools *self)
{
	if (self->remembers)
		offhook_toolbox_remove(self->toolbox, REMEMBER);
	if (self->forgets)
		offhook_toolbox_remove(self->toolbox, FORGET);
	g_object_unref(self->toolbox);
	g_object_unref(self->memory);
	g_free(self);
}
