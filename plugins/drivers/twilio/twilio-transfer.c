/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Passing a call on, and what becomes of it when our stream has ended. Media Streams has no message
 * for that: our side closes the stream, and then Twilio asks "connect-action". Main thread.
 */

#include "twilio-transfer.h"

#include "twiml.h"

#include <offhook/error.h>

gboolean
offhook_twilio_transfer(OffhookTwilioCall *call, const char *target, GError **error)
{
	if (!offhook_twilio_target_is_valid(target)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "transfer target: expected a number in E.164, sip:... or client:...");
		return FALSE;
	}
	if (call->ended || call->hanging_up) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s has ended, nobody is left to transfer", call->call_id);
		return FALSE;
	}
	g_free(call->transfer_target);
	call->transfer_target = g_strdup(target);
	return TRUE;
}

gboolean
offhook_twilio_transfer_bridge(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			       const char *other_id, GError **error)
{
	OffhookTwilioCall *other =
	    other_id != NULL ? offhook_twilio_calls_find_by_id(desk->calls, other_id) : NULL;

	if (other == NULL) {
		g_set_error(error, OFFHOOK_ERROR,
			    other_id != NULL ? OFFHOOK_ERROR_NOT_FOUND
					     : OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "bridge: expected the id of another call of %s",
			    offhook_driver_get_name(desk->driver));
		return FALSE;
	}
	if (other == call || !call->connected || call->ended || call->hanging_up ||
	    !other->connected || other->ended || other->hanging_up) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "calls %s and %s can't be bridged: expected two that are in progress",
			    call->call_id, other->call_id);
		return FALSE;
	}
	g_free(call->bridge);
	g_free(other->bridge);
	call->bridge = g_strconcat("offhook-", call->call_id, NULL);
	other->bridge = g_strdup(call->bridge);
	return TRUE;
}

OffhookWebhookReply *
offhook_twilio_answer_connect_action(const OffhookTwilioDesk *desk,
				     const OffhookTwilioRequest *request, GError **error)
{
	const char *status = offhook_twilio_form_get(request->form, "CallStatus");
	OffhookTwilioCall *call = request->call;
	g_autofree char *target = NULL;
	g_autofree char *bridge = NULL;
	gboolean lost;

	if (call == NULL)
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	target = g_steal_pointer(&call->transfer_target);
	bridge = g_steal_pointer(&call->bridge);
	if (bridge != NULL && !offhook_twilio_status_is_final(status)) {
		offhook_twilio_end_call(desk, call, OFFHOOK_END_TRANSFERRED);
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_conference(bridge));
	}
	if (target != NULL && !offhook_twilio_status_is_final(status)) {
		offhook_twilio_end_call(desk, call, OFFHOOK_END_TRANSFERRED);
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_dial(target));
	}
	lost = !call->connected && !call->hanging_up && !call->ended;
	if (lost)
		g_warning("call %s: Twilio could not open the media stream (is it reachable under "
			  "public-url?)",
			  call->call_id);
	offhook_twilio_end_call(desk, call,
				call->connected || call->hanging_up ? OFFHOOK_END_COMPLETED
								    : OFFHOOK_END_FAILED);
	if (lost && !call->outbound && !offhook_twilio_status_is_final(status))
		return offhook_twilio_answer_with_fallback(desk);
	return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
}
