/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The calls of one answer, and which of them may run now. Main thread.
 */

#include "orchestrator-calls.h"

#define NO_TOOL "Failed: there is no such tool."

/* Counted: its run, which may outlast the rest, has one reference. */
typedef struct {
	OffhookOrchestratorCalls *owner; /* (nullable): nobody wants its result any more */
	OffhookToolCall call;
	OffhookToolRun *run; /* (nullable): not started */
	gboolean told;       /* its result */
} OffhookOrchestratorCall;

struct _OffhookOrchestratorCalls {
	OffhookToolbox *toolbox; /* (nullable) */
	GPtrArray *calls;        /* of OffhookOrchestratorCall */
	OffhookOrchestratorCallsEvents events;
	gpointer user_data;

	guint next;   /* to be started */
	guint n_open; /* started, and no result yet */
	gboolean certain;
	guint done_id; /* idle source */
};

static void offhook_orchestrator_calls_go_on(OffhookOrchestratorCalls *self);

static void
offhook_orchestrator_call_clear(gpointer data)
{
	OffhookOrchestratorCall *call = data;

	g_free(call->call.id);
	g_free(call->call.name);
	g_free(call->call.arguments);
}

static void
offhook_orchestrator_call_unref(gpointer data)
{
	g_rc_box_release_full(data, offhook_orchestrator_call_clear);
}

/* The owner's reference. */
static void
offhook_orchestrator_call_release(gpointer data)
{
	OffhookOrchestratorCall *call = data;

	call->owner = NULL;
	g_clear_object(&call->run);
	offhook_orchestrator_call_unref(call);
}

OffhookOrchestratorCalls *
offhook_orchestrator_calls_new(OffhookToolbox *toolbox, GPtrArray *calls,
			       const OffhookOrchestratorCallsEvents *events, gpointer user_data)
{
	OffhookOrchestratorCalls *self = g_new0(OffhookOrchestratorCalls, 1);

	self->toolbox = toolbox != NULL ? g_object_ref(toolbox) : NULL;
	self->calls = g_ptr_array_new_with_free_func(offhook_orchestrator_call_release);
	self->events = *events;
	self->user_data = user_data;
	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *wanted = g_ptr_array_index(calls, i);
		OffhookOrchestratorCall *call = g_rc_box_new0(OffhookOrchestratorCall);

		call->owner = self;
		call->call.id = g_strdup(wanted->id);
		call->call.name = g_strdup(wanted->name);
		call->call.arguments = g_strdup(wanted->arguments);
		g_ptr_array_add(self->calls, call);
	}
	return self;
}

/* ---- results ---- */

static void
offhook_orchestrator_calls_tell(OffhookOrchestratorCalls *self, OffhookOrchestratorCall *call,
				const char *result)
{
	if (call->told)
		return;
	call->told = TRUE;
	self->events.result(self->user_data, call->call.id, result);
}

static void
offhook_orchestrator_calls_act(OffhookOrchestratorCalls *self, OffhookToolRun *run)
{
	OffhookAction action;
	const char *argument;

	if (offhook_tool_run_get_action(run, &action, &argument))
		self->events.act(self->user_data, action, argument);
}

static void
offhook_orchestrator_calls_ended_cb(OffhookToolRun *run, gpointer user_data)
{
	OffhookOrchestratorCall *call = user_data;
	OffhookOrchestratorCalls *self = call->owner;

	if (self == NULL || call->told)
		return;
	self->n_open--;
	offhook_orchestrator_calls_tell(self, call, offhook_tool_run_get_result(run));
	offhook_orchestrator_calls_act(self, run);
	offhook_orchestrator_calls_go_on(self);
	if (self->n_open == 0)
		self->events.running(self->user_data, NULL);
}

static gboolean
offhook_orchestrator_calls_done_cb(gpointer user_data)
{
	OffhookOrchestratorCalls *self = user_data;

	self->done_id = 0;
	self->events.done(self->user_data);
	return G_SOURCE_REMOVE;
}

/* ---- which may run ---- */

static gboolean
offhook_orchestrator_calls_is_harmless(OffhookOrchestratorCalls *self,
				       const OffhookOrchestratorCall *call)
{
	const OffhookToolDescription *tool =
	    self->toolbox != NULL ? offhook_toolbox_find(self->toolbox, call->call.name) : NULL;

	return tool == NULL || (tool->flags & OFFHOOK_TOOL_READ_ONLY) != 0;
}

static void
offhook_orchestrator_calls_start_one(OffhookOrchestratorCalls *self, OffhookOrchestratorCall *call)
{
	if (self->toolbox == NULL) {
		offhook_orchestrator_calls_tell(self, call, NO_TOOL);
		return;
	}
	self->n_open++;
	call->run = offhook_toolbox_start(self->toolbox, &call->call,
					  offhook_orchestrator_calls_ended_cb, call);
	g_object_set_data_full(G_OBJECT(call->run), "offhook-orchestrator-call",
			       g_rc_box_acquire(call), offhook_orchestrator_call_unref);
	if (offhook_tool_run_get_status(call->run) == OFFHOOK_TOOL_RUN_OPEN)
		self->events.running(self->user_data, call->call.name);
}

static void
offhook_orchestrator_calls_go_on(OffhookOrchestratorCalls *self)
{
	while (self->next < self->calls->len) {
		OffhookOrchestratorCall *call = g_ptr_array_index(self->calls, self->next);
		gboolean harmless = offhook_orchestrator_calls_is_harmless(self, call);

		if (!harmless && (self->n_open > 0 || !self->certain))
			return;
		self->next++;
		offhook_orchestrator_calls_start_one(self, call);
		if (!harmless)
			return;
	}
	if (self->n_open == 0 && self->done_id == 0)
		self->done_id = g_idle_add_full(G_PRIORITY_DEFAULT,
						offhook_orchestrator_calls_done_cb, self, NULL);
}

void
offhook_orchestrator_calls_start(OffhookOrchestratorCalls *self, gboolean certain)
{
	self->certain = certain;
	offhook_orchestrator_calls_go_on(self);
}

void
offhook_orchestrator_calls_confirm(OffhookOrchestratorCalls *self)
{
	self->certain = TRUE;
	if (self->n_open == 0)
		offhook_orchestrator_calls_go_on(self);
}

/* ---- the end ---- */

void
offhook_orchestrator_calls_cancel(OffhookOrchestratorCalls *self)
{
	self->next = self->calls->len;
	g_clear_handle_id(&self->done_id, g_source_remove);
	for (guint i = 0; i < self->calls->len; i++) {
		OffhookOrchestratorCall *call = g_ptr_array_index(self->calls, i);

		if (call->run == NULL)
			continue;
		/* One that has ended keeps its result, told or not. */
		offhook_tool_run_cancel(call->run);
		offhook_orchestrator_calls_tell(self, call, offhook_tool_run_get_result(call->run));
	}
}

void
offhook_orchestrator_calls_free(OffhookOrchestratorCalls *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < self->calls->len; i++) {
		OffhookOrchestratorCall *call = g_ptr_array_index(self->calls, i);

		call->told = TRUE;
	}
	offhook_orchestrator_calls_cancel(self);
	g_ptr_array_unref(self->calls);
	g_clear_object(&self->toolbox);
	g_free(self);
}
