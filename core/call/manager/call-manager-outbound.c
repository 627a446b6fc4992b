/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Placing calls: through the current provider, with what the assistant needs. Main thread.
 */

#include "call/manager/call-manager-private.h"

#include "base/json.h"
#include "base/timestamp.h"
#include "call/live/warm-transfer.h"

/* Providers end the ringing; only for one that never tells it is ended later, by half of it and at most: */
#define OFFHOOK_CALL_MANAGER_RING_MARGIN_S 30

static void
offhook_call_manager_placed_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GTask) task = user_data;
	OffhookCallManager *self = g_task_get_source_object(task);
	OffhookLiveCall *live = g_task_get_task_data(task);
	OffhookCall *call = offhook_live_call_get_call(live);
	g_autoptr(GError) error = NULL;
	g_autofree char *provider_call_id =
	    offhook_driver_make_call_finish(OFFHOOK_DRIVER(source), result, &error);

	if (provider_call_id == NULL) {
		offhook_live_call_fail(live, error);
		g_task_return_error(task, g_steal_pointer(&error));
		return;
	}
	offhook_call_host_name_call(OFFHOOK_CALL_HOST(self), OFFHOOK_DRIVER(source),
				    offhook_call_get_id(call), provider_call_id);
	/* Not before: it may have waited long for its turn. Its answer may have been faster. */
	if (offhook_call_get_state(call) < OFFHOOK_CALL_ACTIVE)
		offhook_live_call_expect_answer(live);
	g_task_return_pointer(task, g_object_ref(call), g_object_unref);
}

static OffhookLiveCall *
offhook_call_manager_prepare_outbound(OffhookCallManager *self,
				      const OffhookInitiateRequest *request, GError **error)
{
	g_autoptr(OffhookCall) call = NULL;
	OffhookAssistant *assistant;
	OffhookDriver *driver;
	OffhookLiveCall *live;
	const char *from;

	if (!offhook_call_manager_is_e164(request->phone_number)) {
		offhook_json_refuse(error, "phone_number", request->phone_number,
				    "a number in E.164 form like +15550100001");
		return NULL;
	}
	driver = request->driver != NULL ? request->driver
					 : offhook_call_router_get_driver(self->router, error);
	/* The second call of a transfer belongs to one that is in progress. */
	if (driver == NULL ||
	    !(request->transfer != NULL ? offhook_call_manager_admit(self, error)
					: offhook_call_manager_welcome(self, error)))
		return NULL;
	assistant = offhook_call_router_find(self->router, request->assistant,
					     offhook_driver_get_name(driver), error);
	if (assistant == NULL)
		return NULL;
	if (request->agent == NULL && offhook_spending_is_over(self->spending, assistant->settings,
							       offhook_timestamp_now())) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_RATE_LIMITED,
			    "assistant %s has used up its max-cost-per-day",
			    assistant->settings->name);
		return NULL;
	}
	from = request->caller_id != NULL ? request->caller_id : assistant->settings->number;
	call = offhook_call_new(OFFHOOK_CALL_OUTBOUND, driver, NULL,
				from != NULL ? from : offhook_driver_get_phone_number(driver),
				request->phone_number, assistant);
	offhook_call_set_origin(call, request->origin);
	live = offhook_call_manager_add(self, call);
	return live;
}

/* What the assistant does when a machine answers decides whether that must be found out. */
static OffhookMachineDetection
offhook_call_manager_get_detection(const OffhookInitiateRequest *request, OffhookCall *call)
{
	const OffhookAssistantConfig *settings = offhook_call_get_assistant(call)->settings;

	if (request->machine_detection != OFFHOOK_DETECT_NOTHING || request->agent != NULL ||
	    request->send_digits != NULL ||
	    !offhook_driver_has(offhook_call_get_driver(call), OFFHOOK_DRIVER_MACHINE_DETECTION))
		return request->machine_detection;
	switch (settings->on_machine) {
	case OFFHOOK_MACHINE_HANG_UP:
		return OFFHOOK_DETECT_MACHINE;
	case OFFHOOK_MACHINE_LEAVE_MESSAGE:
		return OFFHOOK_DETECT_BEEP;
	default:
		return OFFHOOK_DETECT_NOTHING;
	}
}

static guint
offhook_call_manager_get_patience(OffhookCallManager *self, const OffhookInitiateRequest *request)
{
	guint ring_s =
	    request->timeout_s > 0
		? request->timeout_s
		: (guint)offhook_config_get_integer(self->config, "server", "ring-timeout");

	return ring_s + MIN(ring_s / 2, OFFHOOK_CALL_MANAGER_RING_MARGIN_S);
}

void
offhook_call_manager_initiate_async(OffhookCallManager *self, const OffhookInitiateRequest *request,
				    GCancellable *cancellable, GAsyncReadyCallback callback,
				    gpointer user_data)
{
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);
	GError *error = NULL;
	OffhookLiveCall *live = offhook_call_manager_prepare_outbound(self, request, &error);
	OffhookCallRequest placed;
	OffhookCall *call;

	g_task_set_source_tag(task, offhook_call_manager_initiate_async);
	if (live == NULL) {
		if (request->transfer != NULL)
			offhook_warm_transfer_fail(request->transfer, error);
		g_task_return_error(task, error);
		return;
	}
	call = offhook_live_call_get_call(live);
	placed = (OffhookCallRequest){
	    .call_id = offhook_call_get_id(call),
	    .to = request->phone_number,
	    .caller_id = offhook_call_get_from(call),
	    .timeout_s = request->timeout_s,
	    .recording = request->recording,
	    .machine_detection = offhook_call_manager_get_detection(request, call),
	    .wait_for_detection = request->wait_for_detection,
	    .send_digits = request->send_digits,
	    .time_limit_s = request->time_limit_s,
	};
	offhook_live_call_set_patience(live, offhook_call_manager_get_patience(self, request));
	offhook_live_call_set_recording(live, request->recording_format);
	offhook_live_call_set_variables(live, request->variables);
	if (request->agent != NULL)
		offhook_live_call_set_agent(live, request->agent);
	if (request->transfer != NULL)
		offhook_warm_transfer_set_target(request->transfer, live);
	g_task_set_task_data(task, g_object_ref(live), g_object_unref);
	offhook_driver_make_call_async(offhook_call_get_driver(call), &placed, cancellable,
				       offhook_call_manager_placed_cb, g_steal_pointer(&task));
}

OffhookCall *
offhook_call_manager_initiate_finish(OffhookCallManager *self, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}
