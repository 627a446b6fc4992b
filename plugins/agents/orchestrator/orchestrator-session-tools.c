/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools that the language model calls: those of the conversation, and its own, which are about leaving the
 * call. Main thread.
 */

#include "orchestrator-session-private.h"

#define TOO_MANY "Not done: too many calls. Answer now."
#define OTHERS_FIRST                                                                               \
	"Not done: see first what the others gave, then call it again if it is to be done."
#define ONLY_ONE "Not done: something else is done already."

static void
offhook_orchestrator_session_result_cb(gpointer user_data, const char *id, const char *result)
{
	offhook_orchestrator_history_set_result(OFFHOOK_ORCHESTRATOR_SESSION(user_data)->history,
						id, result, FALSE);
}

static void
offhook_orchestrator_session_running_cb(gpointer user_data, const char *name)
{
	OffhookOrchestratorSession *self = user_data;

	g_free(self->running);
	self->running = g_strdup(name);
	if (offhook_agent_turn_is_confirmed(self->turn))
		offhook_agent_turn_set_tool(self->turn, name);
}

static void
offhook_orchestrator_session_act_cb(gpointer user_data, OffhookAction action, const char *argument)
{
	OffhookOrchestratorSession *self = user_data;

	if (self->wish.acts)
		return;
	self->wish = (OffhookOrchestratorEffect){
	    .acts = TRUE, .action = action, .target = g_strdup(argument)};
}

static void
offhook_orchestrator_session_called_cb(gpointer user_data)
{
	g_autoptr(OffhookOrchestratorSession) self = g_object_ref(user_data);

	offhook_orchestrator_session_forget_calls(self);
	if (self->turn != NULL)
		offhook_orchestrator_session_ask(self);
}

static const OffhookOrchestratorCallsEvents offhook_orchestrator_session_calls_events = {
    .result = offhook_orchestrator_session_result_cb,
    .running = offhook_orchestrator_session_running_cb,
    .act = offhook_orchestrator_session_act_cb,
    .done = offhook_orchestrator_session_called_cb,
};

/* (transfer container): those of @calls that are not the orchestrator's own */
static GPtrArray *
offhook_orchestrator_session_pick_foreign(OffhookOrchestratorSession *self, GPtrArray *calls)
{
	GPtrArray *foreign = g_ptr_array_new();

	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);

		if (!offhook_orchestrator_tools_has(self->options, call->name))
			g_ptr_array_add(foreign, g_ptr_array_index(calls, i));
	}
	return foreign;
}

/* Why the orchestrator's own @call is not done now; %NULL: it is. */
static const char *
offhook_orchestrator_session_refuse(OffhookOrchestratorSession *self, gboolean has_foreign)
{
	if (has_foreign)
		return OTHERS_FIRST;
	return self->wish.acts ? ONLY_ONE : NULL;
}

/*
 * The orchestrator's own tools are about leaving the call: that waits until what goes with it was heard,
 * so it may be before the turn is confirmed.
 */
static void
offhook_orchestrator_session_run_own(OffhookOrchestratorSession *self, GPtrArray *calls,
				     gboolean has_foreign)
{
	for (guint i = 0; i < calls->len; i++) {
		const OffhookToolCall *call = g_ptr_array_index(calls, i);
		const char *refusal = offhook_orchestrator_session_refuse(self, has_foreign);

		if (!offhook_orchestrator_tools_has(self->options, call->name))
			continue;
		if (refusal == NULL)
			refusal = offhook_orchestrator_tools_run(self->options, call, &self->wish);
		offhook_orchestrator_history_set_result(self->history, call->id, refusal,
							self->wish.acts);
	}
}

static void
offhook_orchestrator_session_refuse_all(OffhookOrchestratorSession *self, GPtrArray *calls)
{
	for (guint i = 0; i < calls->len; i++)
		offhook_orchestrator_history_set_result(
		    self->history, ((OffhookToolCall *)g_ptr_array_index(calls, i))->id, TOO_MANY,
		    FALSE);
	offhook_orchestrator_session_ask(self);
}

void
offhook_orchestrator_session_call(OffhookOrchestratorSession *self, GPtrArray *calls)
{
	g_autoptr(GPtrArray) foreign = offhook_orchestrator_session_pick_foreign(self, calls);

	offhook_orchestrator_history_add_calls(self->history, calls);
	self->n_calls += calls->len;
	if (self->n_calls > OFFHOOK_ORCHESTRATOR_MAX_CALLS) {
		offhook_orchestrator_session_refuse_all(self, calls);
		return;
	}
	offhook_orchestrator_session_run_own(self, calls, foreign->len > 0);
	if (foreign->len > 0) {
		self->calls = offhook_orchestrator_calls_new(
		    self->toolbox, foreign, &offhook_orchestrator_session_calls_events, self);
		offhook_orchestrator_calls_start(self->calls,
						 offhook_agent_turn_is_confirmed(self->turn));
	} else if (self->wish.acts) {
		offhook_orchestrator_session_conclude(self);
	} else {
		offhook_orchestrator_session_ask(self);
	}
}
