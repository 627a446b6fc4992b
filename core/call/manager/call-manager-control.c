/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is asked of calls in progress: the verbs, and transfers that need a second call. Main thread.
 */

#include "call/manager/call-manager-private.h"

#include <offhook/error.h>

#include "base/json.h"
#include "call/live/call-control.h"
#include "call/live/warm-transfer.h"

static void
offhook_call_manager_second_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookCall) call =
	    offhook_call_manager_initiate_finish(OFFHOOK_CALL_MANAGER(source), result, &error);

	/* The transfer watches the call itself and sees it fail. */
	if (call == NULL)
		g_message("the second call of a warm transfer failed: %s", error->message);
}

static gboolean
offhook_call_manager_transfer_warm(OffhookCallManager *self, OffhookLiveCall *live,
				   const char *target, const char *briefing, GError **error)
{
	OffhookCall *call = offhook_live_call_get_call(live);
	OffhookInitiateRequest request = {
	    .phone_number = target,
	    .assistant = offhook_call_get_assistant(call)->settings->name,
	    .driver = offhook_call_get_driver(call),
	    .origin = call,
	};
	g_autoptr(OffhookAgentSession) agent = NULL;
	OffhookWarmTransfer *transfer;

	if (!offhook_call_manager_is_e164(target))
		return offhook_json_refuse(error, "target", target,
					   "a number in E.164 form like +15550100001");
	if (!offhook_call_manager_admit(self, error))
		return FALSE;
	transfer = offhook_warm_transfer_new(live, error);
	if (transfer == NULL)
		return FALSE;
	agent = offhook_warm_transfer_make_agent(transfer, briefing);
	request.agent = agent;
	request.transfer = transfer;
	offhook_call_manager_initiate_async(self, &request, NULL,
					    offhook_call_manager_second_placed_cb, NULL);
	return TRUE;
}

void
offhook_call_manager_warm_transfer_cb(OffhookLiveCall *live, const char *target,
				      const char *summary, gpointer user_data)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_call_manager_transfer_warm(user_data, live, target, summary, &error))
		offhook_live_call_refuse_warm_transfer(live, error);
}

void
offhook_call_manager_hand_over_cb(OffhookLiveCall *live, const char *assistant, const char *summary,
				  gpointer user_data)
{
	OffhookCallManager *self = user_data;
	OffhookCall *call = offhook_live_call_get_call(live);
	g_autoptr(GError) error = NULL;
	OffhookAssistant *other = offhook_call_router_find(
	    self->router, assistant, offhook_driver_get_name(offhook_call_get_driver(call)),
	    &error);

	if (other == NULL || !offhook_live_call_hand_over(live, other, summary, &error))
		offhook_live_call_tell_failure(live, error);
}

static void
offhook_call_manager_controlled_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;

	if (offhook_call_control_finish(OFFHOOK_LIVE_CALL(source), result, &error))
		g_task_return_boolean(task, TRUE);
	else
		g_task_return_error(task, error);
}

/* Nobody can do anything with a call that has ended, or that never was. */
static void
offhook_call_manager_control_missed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	GError *error = NULL;
	g_autoptr(OffhookCallRecord) record =
	    offhook_store_get_call_finish(OFFHOOK_STORE(source), result, &error);

	if (record == NULL)
		g_task_return_error(task, error);
	else
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
					"call %s has ended", record->id);
}

void
offhook_call_manager_control_async(OffhookCallManager *self, const char *call_id,
				   const OffhookCallCommand *command, GCancellable *cancellable,
				   GAsyncReadyCallback callback, gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	OffhookLiveCall *live = offhook_call_manager_look_up(self, call_id);
	GError *error = NULL;

	g_task_set_source_tag(task, offhook_call_manager_control_async);
	if (live == NULL) {
		offhook_store_get_call_async(self->store, call_id, cancellable,
					     offhook_call_manager_control_missed_cb,
					     g_steal_pointer(&task));
	} else if (command->verb != OFFHOOK_VERB_TRANSFER || !command->warm) {
		offhook_call_control_async(live, command->verb, command->argument, cancellable,
					   offhook_call_manager_controlled_cb,
					   g_steal_pointer(&task));
	} else if (offhook_call_manager_transfer_warm(self, live, command->argument,
						      command->briefing, &error)) {
		g_task_return_boolean(task, TRUE);
	} else {
		g_task_return_error(task, error);
	}
}

gboolean
offhook_call_manager_control_finish(OffhookCallManager *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
