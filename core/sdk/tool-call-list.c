/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The calls of one answer, put together from pieces. Services differ: some send a whole call in one
 * piece, some repeat its id or name with each, some number two calls alike. One thread at a time.
 */

#include "completion-private.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

typedef struct {
	gint64 index;
	char *id;   /* (nullable) */
	char *name; /* (nullable) */
	GString *arguments;
} OffhookToolCallSlot;

struct _OffhookToolCallList {
	GPtrArray *slots; /* OffhookToolCallSlot, in the order of their first pieces */
	gsize size;       /* of all arguments */
};

static void
offhook_tool_call_slot_free(gpointer data)
{
	OffhookToolCallSlot *slot = data;

	g_free(slot->id);
	g_free(slot->name);
	g_string_free(slot->arguments, TRUE);
	g_free(slot);
}

OffhookToolCallList *
offhook_tool_call_list_new(void)
{
	OffhookToolCallList *self = g_new0(OffhookToolCallList, 1);

	self->slots = g_ptr_array_new_with_free_func(offhook_tool_call_slot_free);
	return self;
}

void
offhook_tool_call_list_free(OffhookToolCallList *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->slots);
	g_free(self);
}

/* The latest with that index: one number may have been used for two calls. */
static OffhookToolCallSlot *
offhook_tool_call_list_find(OffhookToolCallList *self, gint64 index)
{
	for (guint i = self->slots->len; i > 0; i--) {
		OffhookToolCallSlot *slot = g_ptr_array_index(self->slots, i - 1);

		if (slot->index == index)
			return slot;
	}
	return NULL;
}

static OffhookToolCallSlot *
offhook_tool_call_list_open(OffhookToolCallList *self, gint64 index, const char *id, GError **error)
{
	OffhookToolCallSlot *slot = offhook_tool_call_list_find(self, index);
	gboolean other = slot != NULL && id != NULL && *id != '\0' && slot->id != NULL &&
			 !g_str_equal(slot->id, id);

	if (slot != NULL && !other)
		return slot;
	if (self->slots->len >= OFFHOOK_COMPLETION_MAX_TOOL_CALLS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the answer calls more than %d tools",
			    OFFHOOK_COMPLETION_MAX_TOOL_CALLS);
		return NULL;
	}
	slot = g_new0(OffhookToolCallSlot, 1);
	slot->index = index;
	slot->arguments = g_string_new(NULL);
	g_ptr_array_add(self->slots, slot);
	return slot;
}

static void
offhook_tool_call_slot_set(char **member, const char *value)
{
	if (*member == NULL && value != NULL && *value != '\0')
		*member = g_strdup(value);
}

gboolean
offhook_tool_call_list_add(OffhookToolCallList *self, gint64 index, const char *id,
			   const char *name, const char *arguments, GError **error)
{
	OffhookToolCallSlot *slot = offhook_tool_call_list_open(self, index, id, error);

	if (slot == NULL)
		return FALSE;
	offhook_tool_call_slot_set(&slot->id, id);
	offhook_tool_call_slot_set(&slot->name, name);
	if (arguments == NULL)
		return TRUE;
	g_string_append(slot->arguments, arguments);
	self->size += strlen(arguments);
	if (self->size <= OFFHOOK_COMPLETION_MAX_ARGUMENTS)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
		    "the arguments of the called tools are longer than %d bytes",
		    OFFHOOK_COMPLETION_MAX_ARGUMENTS);
	return FALSE;
}

static OffhookToolCall *
offhook_tool_call_slot_finish(const OffhookToolCallSlot *slot, GError **error)
{
	const char *arguments = slot->arguments->len > 0 ? slot->arguments->str : "{}";
	g_autoptr(JsonObject) object = NULL;
	OffhookToolCall *call;

	if (slot->name == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "the answer calls a tool without a name");
		return NULL;
	}
	object = offhook_json_parse_object(arguments, -1, "arguments", error);
	if (object == NULL) {
		g_prefix_error(error, "the answer calls tool \"%.64s\": ", slot->name);
		return NULL;
	}
	call = g_new0(OffhookToolCall, 1);
	call->id = slot->id != NULL ? g_strdup(slot->id) : g_uuid_string_random();
	call->name = g_strdup(slot->name);
	call->arguments = g_strdup(arguments);
	return call;
}

/* Results are told apart by the ids of their calls. */
static void
offhook_tool_call_list_make_unique(GPtrArray *calls, OffhookToolCall *call)
{
	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *other = g_ptr_array_index(calls, i);

		if (!g_str_equal(other->id, call->id))
			continue;
		g_free(call->id);
		call->id = g_uuid_string_random();
		return;
	}
}

GPtrArray *
offhook_tool_call_list_finish(OffhookToolCallList *self, GError **error)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new_with_free_func(offhook_tool_call_free);

	for (guint i = 0; i < self->slots->len; i++) {
		OffhookToolCall *call =
		    offhook_tool_call_slot_finish(g_ptr_array_index(self->slots, i), error);

		if (call == NULL)
			return NULL;
		offhook_tool_call_list_make_unique(calls, call);
		g_ptr_array_add(calls, call);
	}
	return g_steal_pointer(&calls);
}
