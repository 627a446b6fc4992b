/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One call of a tool, from its arguments to its result. Main thread.
 */

#include "tool-run.h"

#include <string.h>

struct _OffhookToolRun {
	GObject parent_instance;

	char *name;
	JsonObject *arguments;
	gsize max_result;
	GCancellable *cancellable;
	guint timeout_id;
	gint64 began_us;
	gint64 ended_us;

	OffhookToolRunStatus status;
	gboolean unwanted; /* whoever has asked does not want to hear of its end */
	char *result;
	gboolean acts;
	OffhookAction action;
	char *argument;

	OffhookToolDoneFunc ended;
	gpointer user_data;
};

G_DEFINE_FINAL_TYPE(OffhookToolRun, offhook_tool_run, G_TYPE_OBJECT)

/* ---- the end ---- */

/* The beginning of @text, and a word on the rest. (transfer full) */
static char *
offhook_tool_run_cut(const char *text, gsize max)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	char *end;

	if (strlen(valid) <= max)
		return g_steal_pointer(&valid);
	end = g_utf8_find_prev_char(valid, valid + max + 1);
	return g_strdup_printf("%.*s ... (cut)", (int)(end - valid), valid);
}

static void
offhook_tool_run_end(OffhookToolRun *self, OffhookToolRunStatus status, const char *result)
{
	g_autoptr(OffhookToolRun) keep = g_object_ref(self);

	if (self->status != OFFHOOK_TOOL_RUN_OPEN)
		return;
	self->status = status;
	self->ended_us = g_get_monotonic_time();
	self->result = offhook_tool_run_cut(result, self->max_result);
	g_clear_handle_id(&self->timeout_id, g_source_remove);
	if (status != OFFHOOK_TOOL_RUN_OK)
		self->acts = FALSE;
	if (status == OFFHOOK_TOOL_RUN_CANCELLED || status == OFFHOOK_TOOL_RUN_TIMED_OUT)
		g_cancellable_cancel(self->cancellable);
	if (self->ended != NULL)
		self->ended(self, self->user_data);
}

static gboolean
offhook_tool_run_timeout_cb(gpointer user_data)
{
	OffhookToolRun *self = user_data;

	self->timeout_id = 0;
	offhook_tool_run_end(self, OFFHOOK_TOOL_RUN_TIMED_OUT,
			     "Failed: it took too long. It may have been done or not.");
	return G_SOURCE_REMOVE;
}

void
offhook_tool_run_finish(OffhookToolRun *self, const char *result)
{
	g_return_if_fail(result != NULL);

	offhook_tool_run_end(self, OFFHOOK_TOOL_RUN_OK, result);
}

void
offhook_tool_run_fail(OffhookToolRun *self, const GError *error)
{
	g_autofree char *result = NULL;

	g_return_if_fail(error != NULL);

	result = g_strdup_printf("Failed: %s", error->message);
	offhook_tool_run_end(self, OFFHOOK_TOOL_RUN_FAILED, result);
}

void
offhook_tool_run_cancel(OffhookToolRun *self)
{
	self->unwanted = TRUE;
	offhook_tool_run_end(self, OFFHOOK_TOOL_RUN_CANCELLED,
			     "Cancelled: the caller went on. It may have been done or not.");
}

void
offhook_tool_run_put_off(OffhookToolRun *self, const char *result)
{
	offhook_tool_run_end(self, OFFHOOK_TOOL_RUN_UNCONFIRMED, result);
}

gboolean
offhook_tool_run_is_wanted(OffhookToolRun *self)
{
	return !self->unwanted;
}

void
offhook_tool_run_forget(OffhookToolRun *self)
{
	self->ended = NULL;
}

/* ---- what it is ---- */

const char *
offhook_tool_run_get_name(OffhookToolRun *self)
{
	return self->name;
}

JsonObject *
offhook_tool_run_get_arguments(OffhookToolRun *self)
{
	return self->arguments;
}

GCancellable *
offhook_tool_run_get_cancellable(OffhookToolRun *self)
{
	return self->cancellable;
}

void
offhook_tool_run_act(OffhookToolRun *self, OffhookAction action, const char *argument)
{
	if (self->status != OFFHOOK_TOOL_RUN_OPEN || self->acts)
		return;
	self->acts = TRUE;
	self->action = action;
	self->argument = g_strdup(argument);
}

OffhookToolRunStatus
offhook_tool_run_get_status(OffhookToolRun *self)
{
	return self->status;
}

const char *
offhook_tool_run_get_status_name(OffhookToolRun *self)
{
	static const char *const names[] = {
	    [OFFHOOK_TOOL_RUN_OPEN] = "open",
	    [OFFHOOK_TOOL_RUN_OK] = "ok",
	    [OFFHOOK_TOOL_RUN_FAILED] = "failed",
	    [OFFHOOK_TOOL_RUN_TIMED_OUT] = "timed_out",
	    [OFFHOOK_TOOL_RUN_CANCELLED] = "cancelled",
	    [OFFHOOK_TOOL_RUN_UNCONFIRMED] = "unconfirmed",
	};

	return names[self->status];
}

const char *
offhook_tool_run_get_result(OffhookToolRun *self)
{
	return self->result;
}

gint64
offhook_tool_run_get_us(OffhookToolRun *self)
{
	gint64 until_us =
	    self->status == OFFHOOK_TOOL_RUN_OPEN ? g_get_monotonic_time() : self->ended_us;

	return until_us - self->began_us;
}

gboolean
offhook_tool_run_get_action(OffhookToolRun *self, OffhookAction *action, const char **argument)
{
	if (!self->acts)
		return FALSE;
	*action = self->action;
	*argument = self->argument;
	return TRUE;
}

/* ---- the object ---- */

OffhookToolRun *
offhook_tool_run_new(const OffhookToolDescription *description, JsonObject *arguments,
		     OffhookToolDoneFunc ended, gpointer user_data)
{
	OffhookToolRun *self = g_object_new(OFFHOOK_TYPE_TOOL_RUN, NULL);

	self->name = g_strdup(description->name);
	self->arguments = json_object_ref(arguments);
	self->max_result =
	    description->max_result > 0 ? description->max_result : OFFHOOK_TOOL_MAX_RESULT;
	self->ended = ended;
	self->user_data = user_data;
	self->timeout_id = g_timeout_add(description->timeout_ms > 0 ? description->timeout_ms
								     : OFFHOOK_TOOL_TIMEOUT_MS,
					 offhook_tool_run_timeout_cb, self);
	return self;
}

static void
offhook_tool_run_finalize(GObject *object)
{
	OffhookToolRun *self = OFFHOOK_TOOL_RUN(object);

	g_clear_handle_id(&self->timeout_id, g_source_remove);
	json_object_unref(self->arguments);
	g_object_unref(self->cancellable);
	g_free(self->name);
	g_free(self->result);
	g_free(self->argument);

	G_OBJECT_CLASS(offhook_tool_run_parent_class)->finalize(object);
}

static void
offhook_tool_run_init(OffhookToolRun *self)
{
	self->cancellable = g_cancellable_new();
	self->began_us = g_get_monotonic_time();
}

static void
offhook_tool_run_class_init(OffhookToolRunClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = offhook_tool_run_finalize;
}
