/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What comes after our stream. When our side has closed it, Vonage tells us ("disconnected") and does
 * what we answer: dials whom the call is passed on to, or joins two callers. The same question comes
 * when our stream, or the other side, could not be reached. Main thread.
 */

#include "ncco.h"
#include "vonage-control.h"
#include "vonage-request.h"

#include <offhook/error.h>

char *
offhook_vonage_desk_make_event_url(const OffhookVonageDesk *desk, const char *call_id,
				   const char *leg)
{
	g_autofree char *rest = g_strconcat(
	    OFFHOOK_VONAGE_PATH_EVENT, call_id != NULL || leg != NULL ? "?" : "",
	    call_id != NULL ? "call=" : "", call_id != NULL ? call_id : "",
	    call_id != NULL && leg != NULL ? "&" : "", leg != NULL ? "leg=" : "", leg, NULL);

	return offhook_driver_make_webhook_url(desk->driver, desk->config->base_url, rest);
}

JsonArray *
offhook_vonage_desk_make_ncco(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			      gboolean record, gboolean rings, GError **error)
{
	g_autoptr(JsonArray) ncco = json_array_new();
	g_autofree char *token = offhook_vonage_calls_issue_token(desk->calls, call, rings, error);
	g_autofree char *uri =
	    offhook_driver_make_media_url(desk->driver, desk->config->base_url, NULL);
	g_autofree char *event_url =
	    offhook_vonage_desk_make_event_url(desk, call->call_id, OFFHOOK_VONAGE_LEG_STREAM);
	g_autofree char *record_url = offhook_vonage_desk_make_event_url(desk, call->call_id, NULL);
	const OffhookVonageNccoStream stream = {
	    .uri = uri,
	    .rate = desk->config->sample_rate,
	    .call_id = call->call_id,
	    .token = token,
	    .vonage = desk->config->stream_auth == OFFHOOK_VONAGE_STREAM_VONAGE,
	    .event_url = event_url,
	};

	if (token == NULL)
		return NULL;
	call->rate = stream.rate;
	call->admitted = FALSE;
	if (record)
		offhook_vonage_ncco_add_record(ncco, record_url);
	offhook_vonage_ncco_add_stream(ncco, &stream);
	return g_steal_pointer(&ncco);
}

/* ---- passing on ---- */

static gboolean
offhook_vonage_call_is_in_progress(const OffhookVonageCall *call)
{
	return call->connected && !call->ended && !call->hanging_up;
}

gboolean
offhook_vonage_bridge(const OffhookVonageDesk *desk, OffhookVonageCall *call, const char *other_id,
		      GError **error)
{
	OffhookVonageCall *other = offhook_vonage_calls_find(desk->calls, other_id);

	if (other == NULL || other == call || !offhook_vonage_call_is_in_progress(call) ||
	    !offhook_vonage_call_is_in_progress(other))
		return offhook_driver_fail_bridge(desk->driver, call->call_id, other_id,
						  other != NULL, error);
	g_free(call->bridge);
	g_free(other->bridge);
	call->bridge = g_strconcat("offhook-", call->call_id, NULL);
	other->bridge = g_strdup(call->bridge);
	return TRUE;
}

static OffhookWebhookReply *
offhook_vonage_dial(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	g_autoptr(JsonArray) ncco = json_array_new();
	g_autofree char *target = g_steal_pointer(&call->target);
	g_autofree char *url =
	    offhook_vonage_desk_make_event_url(desk, call->call_id, OFFHOOK_VONAGE_LEG_DIAL);

	call->connected = FALSE;
	call->away = TRUE;
	g_clear_pointer(&call->stream_uuid, g_free);
	offhook_vonage_ncco_add_dial(ncco, target, desk->config->phone_number, url);
	offhook_pacer_count(desk->creating);
	return offhook_vonage_reply_with_ncco(ncco);
}

static OffhookWebhookReply *
offhook_vonage_join(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	g_autoptr(JsonArray) ncco = json_array_new();

	offhook_vonage_ncco_add_conversation(ncco, call->bridge);
	g_clear_pointer(&call->bridge, g_free);
	offhook_vonage_end_call(desk, call, OFFHOOK_END_TRANSFERRED);
	return offhook_vonage_reply_with_ncco(ncco);
}

/* ---- our stream ---- */

static OffhookWebhookReply *
offhook_vonage_take_disconnected(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	/* Of the stream before, while the caller is elsewhere or on the way back. */
	if (call->away || call->ended || !call->connected)
		return offhook_vonage_reply_with_nothing();
	if (call->bridge != NULL)
		return offhook_vonage_join(desk, call);
	if (call->target != NULL)
		return offhook_vonage_dial(desk, call);
	/* Nothing comes next, so Vonage ends the call. */
	offhook_vonage_end_call(desk, call, OFFHOOK_END_COMPLETED);
	return offhook_vonage_reply_with_nothing();
}

static OffhookWebhookReply *
offhook_vonage_take_unreachable(const OffhookVonageDesk *desk, OffhookVonageCall *call)
{
	gboolean outbound = call->outbound;
	g_autofree char *call_id = g_strdup(call->call_id);

	if (call->connected || call->hanging_up || call->ended || call->away)
		return offhook_vonage_reply_with_nothing();
	g_warning("call %s: Vonage could not open the media stream (is it reachable under "
		  "public-url?)",
		  call_id);
	offhook_vonage_end_call(desk, call, OFFHOOK_END_FAILED);
	if (outbound ||
	    (desk->config->fallback_message == NULL && desk->config->fallback_number == NULL))
		return offhook_vonage_reply_with_nothing();
	return offhook_vonage_reply_with_fallback(desk, call_id);
}

OffhookWebhookReply *
offhook_vonage_answer_stream_event(const OffhookVonageDesk *desk,
				   const OffhookVonageRequest *request, GError **error)
{
	const char *status = offhook_vonage_request_get(request, "status");
	const char *uuid = offhook_vonage_request_get(request, "uuid");
	OffhookVonageCall *call = request->call;

	if (call == NULL || status == NULL || !offhook_vonage_id_is_valid(uuid))
		return offhook_vonage_reply_with_nothing();
	if (g_str_equal(status, "started") || g_str_equal(status, "ringing") ||
	    g_str_equal(status, "answered")) {
		g_free(call->stream_uuid);
		call->stream_uuid = g_strdup(uuid);
		return offhook_vonage_reply_with_nothing();
	}
	/* Of a stream that another has followed. */
	if (call->stream_uuid != NULL && !g_str_equal(call->stream_uuid, uuid))
		return offhook_vonage_reply_with_nothing();
	if (g_str_equal(status, "disconnected"))
		return offhook_vonage_take_disconnected(desk, call);
	if (offhook_vonage_status_get_failure(status) != OFFHOOK_END_NONE)
		return offhook_vonage_take_unreachable(desk, call);
	return offhook_vonage_reply_with_nothing();
}

/* ---- the other side ---- */

OffhookWebhookReply *
offhook_vonage_answer_dial_event(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
				 GError **error)
{
	const char *status = offhook_vonage_request_get(request, "status");
	OffhookVonageCall *call = request->call;
	g_autoptr(GError) failure = NULL;

	if (call == NULL || !call->away || call->ended || call->hanging_up)
		return offhook_vonage_reply_with_nothing();
	if (g_strcmp0(status, "answered") == 0) {
		/* The call is the other side's from now on. */
		call->away = FALSE;
		call->ended = TRUE;
		offhook_call_host_settle_transfer(desk->host, call->call_id, NULL);
		return offhook_vonage_reply_with_nothing();
	}
	if (offhook_vonage_status_get_failure(status) == OFFHOOK_END_NONE)
		return offhook_vonage_reply_with_nothing();
	call->away = FALSE;
	failure =
	    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "the other side: %s",
			offhook_end_reason_to_string(offhook_vonage_status_get_failure(status)));
	if (offhook_call_host_settle_transfer(desk->host, call->call_id, failure))
		return offhook_vonage_reply_with_stream(desk, call, FALSE, error);
	offhook_vonage_end_call(desk, call, OFFHOOK_END_COMPLETED);
	return offhook_vonage_reply_with_nothing();
}
