/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools by name, and their runs. A run that ends is told from an idle callback: whoever has called a tool
 * is never called back inside of that, and may drop everything. Main thread.
 */

#include "tool-confirmations.h"
#include "tool-run.h"

#include <offhook/error.h>
#include <offhook/json-schema.h>
#include <offhook/json.h>
#include <string.h>

#define NAME_MAX_LENGTH 64
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

typedef struct {
	OffhookToolDescription description; /* first: lists are of these */
	OffhookJsonSchema *schema;          /* (nullable): any arguments */
	OffhookToolFunc func;
	gpointer user_data;
	GDestroyNotify destroy;
} OffhookToolboxTool;

/* A run, with whoever waits for it. */
typedef struct {
	OffhookToolbox *toolbox; /* (nullable): it is gone */
	OffhookToolRun *run;
	OffhookToolDoneFunc done;
	gpointer user_data;
	guint idle_id; /* of telling the end */
} OffhookToolboxWait;

struct _OffhookToolbox {
	GObject parent_instance;

	GPtrArray *tools; /* OffhookToolboxTool, in the order of adding */
	GPtrArray *waits; /* OffhookToolboxWait */
	OffhookToolConfirmations *confirmations;
	OffhookToolJudgeFunc judge; /* (nullable) */
	char *language;             /* (nullable) */
};

enum { SIGNAL_STARTED, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(OffhookToolbox, offhook_toolbox, G_TYPE_OBJECT)

/* ---- tools ---- */

static void
offhook_toolbox_tool_free(gpointer data)
{
	OffhookToolboxTool *tool = data;

	g_free((char *)tool->description.name);
	g_free((char *)tool->description.description);
	g_clear_pointer(&tool->description.parameters, json_object_unref);
	offhook_json_schema_unref(tool->schema);
	if (tool->destroy != NULL)
		tool->destroy(tool->user_data);
	g_free(tool);
}

static OffhookToolboxTool *
offhook_toolbox_lookup(OffhookToolbox *self, const char *name)
{
	for (guint i = 0; i < self->tools->len; i++) {
		OffhookToolboxTool *tool = g_ptr_array_index(self->tools, i);

		if (g_strcmp0(tool->description.name, name) == 0)
			return tool;
	}
	return NULL;
}

static gboolean
offhook_toolbox_check(OffhookToolbox *self, const char *name, GError **error)
{
	gsize length = name != NULL ? strlen(name) : 0;

	if (length == 0 || length > NAME_MAX_LENGTH || strspn(name, NAME_CHARACTERS) != length) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "tool: \"%s\" is no name, expected 1 to %d of A-Z, a-z, 0-9, _ and -",
			    name != NULL ? name : "", NAME_MAX_LENGTH);
		return FALSE;
	}
	if (offhook_toolbox_lookup(self, name) != NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_EXISTS,
			    "tool: \"%s\" is there already", name);
		return FALSE;
	}
	if (self->tools->len >= OFFHOOK_COMPLETION_MAX_TOOLS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "tool: \"%s\" is one too many, expected at most %d", name,
			    OFFHOOK_COMPLETION_MAX_TOOLS);
		return FALSE;
	}
	return TRUE;
}

gboolean
offhook_toolbox_add(OffhookToolbox *self, const OffhookToolDescription *description,
		    OffhookToolFunc func, gpointer user_data, GDestroyNotify destroy,
		    GError **error)
{
	g_autoptr(OffhookJsonSchema) schema = NULL;
	OffhookToolboxTool *tool;

	if (!offhook_toolbox_check(self, description->name, error))
		return FALSE;
	if (description->parameters != NULL) {
		schema = offhook_json_schema_new(description->parameters, error);
		if (schema == NULL) {
			g_prefix_error(error, "tool %s: parameters: ", description->name);
			return FALSE;
		}
	}
	tool = g_new0(OffhookToolboxTool, 1);
	tool->schema = g_steal_pointer(&schema);
	tool->description = *description;
	tool->description.name = g_strdup(description->name);
	tool->description.description = g_strdup(description->description);
	if (description->parameters != NULL)
		json_object_ref(description->parameters);
	tool->func = func;
	tool->user_data = user_data;
	tool->destroy = destroy;
	g_ptr_array_add(self->tools, tool);
	return TRUE;
}

void
offhook_toolbox_remove(OffhookToolbox *self, const char *name)
{
	OffhookToolboxTool *tool = offhook_toolbox_lookup(self, name);

	if (tool != NULL)
		g_ptr_array_remove(self->tools, tool);
}

const OffhookToolDescription *
offhook_toolbox_find(OffhookToolbox *self, const char *name)
{
	OffhookToolboxTool *tool = offhook_toolbox_lookup(self, name);

	return tool != NULL ? &tool->description : NULL;
}

GPtrArray *
offhook_toolbox_list(OffhookToolbox *self)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < self->tools->len; i++)
		g_ptr_array_add(list, g_ptr_array_index(self->tools, i));
	return list;
}

void
offhook_toolbox_offer(OffhookToolbox *self, OffhookCompletionRequest *request)
{
	for (guint i = 0; i < self->tools->len; i++) {
		const OffhookToolDescription *description = g_ptr_array_index(self->tools, i);

		offhook_completion_request_add_tool(
		    request, description->name, description->description, description->parameters);
	}
}

void
offhook_toolbox_set_judge(OffhookToolbox *self, OffhookToolJudgeFunc judge, const char *language)
{
	g_autofree char *copy = g_strdup(language);

	self->judge = judge;
	g_free(self->language);
	self->language = g_steal_pointer(&copy);
}

void
offhook_toolbox_begin_turn(OffhookToolbox *self, const char *message)
{
	if (message == NULL || *message == '\0')
		return;
	offhook_tool_confirmations_begin_turn(
	    self->confirmations, self->judge != NULL ? self->judge(self->language, message) : -1);
}

/* ---- runs ---- */

static void
offhook_toolbox_wait_free(gpointer data)
{
	OffhookToolboxWait *wait = data;

	g_clear_handle_id(&wait->idle_id, g_source_remove);
	offhook_tool_run_forget(wait->run);
	g_object_unref(wait->run);
	g_free(wait);
}

static gboolean
offhook_toolbox_tell_cb(gpointer user_data)
{
	OffhookToolboxWait *wait = user_data;
	g_autoptr(OffhookToolRun) run = g_object_ref(wait->run);
	OffhookToolDoneFunc done = wait->done;
	gpointer done_data = wait->user_data;

	wait->idle_id = 0;
	g_ptr_array_remove_fast(wait->toolbox->waits, wait);
	if (offhook_tool_run_is_wanted(run))
		done(run, done_data);
	return G_SOURCE_REMOVE;
}

static void
offhook_toolbox_ended_cb(OffhookToolRun *run, gpointer user_data)
{
	OffhookToolboxWait *wait = user_data;
	g_autoptr(OffhookToolbox) self = g_object_ref(wait->toolbox);

	if (offhook_tool_run_get_status(run) == OFFHOOK_TOOL_RUN_CANCELLED)
		g_ptr_array_remove_fast(self->waits, wait);
	else
		wait->idle_id =
		    g_idle_add_full(G_PRIORITY_DEFAULT, offhook_toolbox_tell_cb, wait, NULL);
	g_signal_emit(self, signals[SIGNAL_ENDED], 0, run);
}

/* Why @tool is not to be asked: nothing is done by halves. */
static gboolean
offhook_toolbox_check_arguments(const OffhookToolboxTool *tool, JsonObject *arguments,
				GError **error)
{
	g_autoptr(JsonNode) node = NULL;

	if (tool == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND, "there is no such tool");
		return FALSE;
	}
	if (tool->schema == NULL)
		return TRUE;
	node = json_node_init_object(json_node_alloc(), arguments);
	return offhook_json_schema_check(tool->schema, node, "arguments", error);
}

/* The caller is to know what he agrees to, not what the model makes of it. */
static void
offhook_toolbox_put_off(OffhookToolRun *run)
{
	g_autofree char *arguments =
	    offhook_tool_confirmations_describe(offhook_tool_run_get_arguments(run));
	g_autofree char *result = g_strdup_printf(
	    "Not done yet: the caller has not agreed to it. Tell the caller exactly what will be "
	    "done and ask whether that is right; when the answer is yes, call this again with the "
	    "same arguments: %s",
	    arguments);

	offhook_tool_run_put_off(run, result);
}

static void
offhook_toolbox_ask(OffhookToolbox *self, const OffhookToolboxTool *tool, OffhookToolRun *run)
{
	if ((tool->description.flags & OFFHOOK_TOOL_CONFIRM) != 0 &&
	    !offhook_tool_confirmations_take(self->confirmations, tool->description.name,
					     offhook_tool_run_get_arguments(run)))
		offhook_toolbox_put_off(run);
	else
		tool->func(run, tool->user_data);
}

OffhookToolRun *
offhook_toolbox_start(OffhookToolbox *self, const OffhookToolCall *call, OffhookToolDoneFunc done,
		      gpointer user_data)
{
	OffhookToolboxTool *tool = offhook_toolbox_lookup(self, call->name);
	const OffhookToolDescription unknown = {.name = call->name};
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) arguments =
	    offhook_json_parse_object(call->arguments, -1, "arguments", &error);
	g_autoptr(JsonObject) none = json_object_new();
	OffhookToolboxWait *wait = g_new0(OffhookToolboxWait, 1);
	OffhookToolRun *run = offhook_tool_run_new(tool != NULL ? &tool->description : &unknown,
						   arguments != NULL ? arguments : none,
						   offhook_toolbox_ended_cb, wait);

	wait->toolbox = self;
	wait->run = g_object_ref(run);
	wait->done = done;
	wait->user_data = user_data;
	g_ptr_array_add(self->waits, wait);
	g_signal_emit(self, signals[SIGNAL_STARTED], 0, run);
	if (arguments == NULL || !offhook_toolbox_check_arguments(tool, arguments, &error))
		offhook_tool_run_fail(run, error);
	else
		offhook_toolbox_ask(self, tool, run);
	return run;
}

void
offhook_toolbox_cancel(OffhookToolbox *self)
{
	while (self->waits->len > 0) {
		OffhookToolboxWait *wait = g_ptr_array_index(self->waits, 0);
		g_autoptr(OffhookToolRun) run = g_object_ref(wait->run);

		/* One that has ended and was not told of yet is only forgotten. */
		if (offhook_tool_run_get_status(run) == OFFHOOK_TOOL_RUN_OPEN)
			offhook_tool_run_cancel(run);
		else
			g_ptr_array_remove_fast(self->waits, wait);
	}
}

/* ---- the object ---- */

OffhookToolbox *
offhook_toolbox_new(void)
{
	return g_object_new(OFFHOOK_TYPE_TOOLBOX, NULL);
}

static void
offhook_toolbox_dispose(GObject *object)
{
	OffhookToolbox *self = OFFHOOK_TOOLBOX(object);

	offhook_toolbox_cancel(self);
	g_ptr_array_set_size(self->tools, 0);

	G_OBJECT_CLASS(offhook_toolbox_parent_class)->dispose(object);
}

static void
offhook_toolbox_finalize(GObject *object)
{
	OffhookToolbox *self = OFFHOOK_TOOLBOX(object);

	g_ptr_array_unref(self->tools);
	g_ptr_array_unref(self->waits);
	offhook_tool_confirmations_free(self->confirmations);
	g_free(self->language);

	G_OBJECT_CLASS(offhook_toolbox_parent_class)->finalize(object);
}

static void
offhook_toolbox_init(OffhookToolbox *self)
{
	self->tools = g_ptr_array_new_with_free_func(offhook_toolbox_tool_free);
	self->waits = g_ptr_array_new_with_free_func(offhook_toolbox_wait_free);
	self->confirmations = offhook_tool_confirmations_new();
}

static void
offhook_toolbox_class_init(OffhookToolboxClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = offhook_toolbox_dispose;
	G_OBJECT_CLASS(klass)->finalize = offhook_toolbox_finalize;
	signals[SIGNAL_STARTED] =
	    g_signal_new("started", OFFHOOK_TYPE_TOOLBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 1, OFFHOOK_TYPE_TOOL_RUN);
	signals[SIGNAL_ENDED] =
	    g_signal_new("ended", OFFHOOK_TYPE_TOOLBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 1, OFFHOOK_TYPE_TOOL_RUN);
}
