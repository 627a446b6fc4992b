/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Passing a call on, and what becomes of it when our stream has ended. Media Streams has no message
 * for that: our side closes the stream, and then Twilio asks "connect-action". Main thread.
 */

#include "twilio-transfer.h"

#include "twiml.h"

#include <offhook/error.h>

static gboolean
offhook_twilio_transfer_is_in_progress(const OffhookTwilioCall *call)
{
	return call->connected && !call->ended && !call->hanging_up;
}

gboolean
offhook_twilio_transfer(OffhookTwilioCall *call, const char *target, GError **error)
{
	if (!offhook_twilio_target_is_valid(target)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "transfer target: expected a number in E.164, sip:... or client:...");
		return FALSE;
	}
	/* Without a stream nothing ends, and Twilio does not ask. */
	if (!offhook_twilio_transfer_is_in_progress(call)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_STATE,
			    "call %s is not connected to us, it can't be transferred",
			    call->call_id);
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

	if (other == NULL || other == call || !offhook_twilio_transfer_is_in_progress(call) ||
	    !offhook_twilio_transfer_is_in_progress(other))
		return offhook_driver_fail_bridge(desk->driver, call->call_id, other_id,
						  other != NULL, error);
	g_free(call->bridge);
	g_free(other->bridge);
	call->bridge = g_strconcat("offhook-", call->call_id, NULL);
	other->bridge = g_strdup(call->bridge);
	return TRUE;
}

/* ---- what comes after our stream ---- */

static OffhookWebhookReply *
offhook_twilio_transfer_dial(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			     const char *target)
{
	g_autofree char *action =
	    offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_DIAL_ACTION, call->call_id);
	g_autofree char *answered =
	    offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_DIALLED, call->call_id);

	call->connected = FALSE;
	call->away = TRUE;
	return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_dial(target, action, answered));
}

/* The call is the other side's from now on. */
static void
offhook_twilio_transfer_succeed(const OffhookTwilioDesk *desk, OffhookTwilioCall *call)
{
	call->away = FALSE;
	call->ended = TRUE;
	g_clear_pointer(&call->transfer_target, g_free);
	offhook_call_host_settle_transfer(offhook_driver_get_host(desk->driver), call->call_id,
					  NULL);
}

OffhookWebhookReply *
offhook_twilio_answer_dialled(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			      GError **error)
{
	/* The report is about the other side's call; ours stands in the URL. */
	OffhookTwilioCall *call =
	    request->call_id != NULL
		? offhook_twilio_calls_find_by_id(desk->calls, request->call_id)
		: NULL;

	if (call != NULL && call->away &&
	    g_strcmp0(offhook_twilio_request_get(request, "ParentCallSid"), call->sid) == 0 &&
	    g_strcmp0(offhook_twilio_request_get(request, "CallStatus"), "in-progress") == 0)
		offhook_twilio_transfer_succeed(desk, call);
	return offhook_webhook_reply_new(204, NULL, NULL);
}

OffhookWebhookReply *
offhook_twilio_answer_dial_action(const OffhookTwilioDesk *desk,
				  const OffhookTwilioRequest *request, GError **error)
{
	const char *result = offhook_twilio_request_get(request, "DialCallStatus");
	OffhookTwilioCall *call = request->call;
	g_autoptr(GError) failure = NULL;

	/* Asked once more, before the stream of the first answer has come. */
	if (call != NULL && !call->away && call->token != NULL && !call->connected)
		return offhook_twilio_answer_connect(desk, call, error);
	if (call == NULL || !call->away || call->hanging_up)
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	if (g_strcmp0(result, "completed") == 0 || g_strcmp0(result, "answered") == 0) {
		offhook_twilio_transfer_succeed(desk, call);
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	}
	call->away = FALSE;
	g_clear_pointer(&call->transfer_target, g_free);
	if (offhook_twilio_status_is_final(offhook_twilio_request_get(request, "CallStatus"))) {
		offhook_twilio_end_call(desk, call, OFFHOOK_END_COMPLETED);
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	}
	failure = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "the other side: %s",
			      result != NULL ? result : "failed");
	if (offhook_call_host_settle_transfer(offhook_driver_get_host(desk->driver), call->call_id,
					      failure))
		return offhook_twilio_answer_connect(desk, call, error);
	call->ended = TRUE;
	return offhook_twilio_answer_with_fallback(desk);
}

/* A caller who is still there, and whom nobody here wanted to be rid of. */
static gboolean
offhook_twilio_transfer_is_left_over(const OffhookTwilioRequest *request)
{
	const OffhookTwilioCall *call = request->call;

	if (offhook_twilio_status_is_final(offhook_twilio_request_get(request, "CallStatus")))
		return FALSE;
	/* One that we don't know is from before a restart. */
	if (call == NULL)
		return g_strcmp0(offhook_twilio_request_get(request, "Direction"), "inbound") == 0;
	return !call->outbound && !call->hanging_up && !call->ended;
}

OffhookWebhookReply *
offhook_twilio_answer_connect_action(const OffhookTwilioDesk *desk,
				     const OffhookTwilioRequest *request, GError **error)
{
	const char *status = offhook_twilio_request_get(request, "CallStatus");
	gboolean over = offhook_twilio_status_is_final(status);
	gboolean left = offhook_twilio_transfer_is_left_over(request);
	OffhookTwilioCall *call = request->call;

	/* These are kept, for Twilio may ask twice. */
	if (call != NULL && call->bridge != NULL && !over) {
		offhook_twilio_end_call(desk, call, OFFHOOK_END_TRANSFERRED);
		return offhook_twilio_reply_new_twiml(
		    offhook_twilio_twiml_conference(call->bridge));
	}
	if (call != NULL && call->transfer_target != NULL && !over)
		return offhook_twilio_transfer_dial(desk, call, call->transfer_target);
	if (call != NULL) {
		gboolean lost = !call->connected && !call->hanging_up && !call->ended;

		if (lost)
			g_warning("call %s: Twilio could not open the media stream (is it "
				  "reachable under public-url?)",
				  call->call_id);
		offhook_twilio_end_call(desk, call,
					lost ? OFFHOOK_END_FAILED : OFFHOOK_END_COMPLETED);
	}
	return left ? offhook_twilio_answer_with_fallback(desk)
		    : offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
}
