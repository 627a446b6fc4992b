/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Vonage reports of calls. A call has two legs, its caller's and the one that is our stream (and
 * a third, when it was passed on); the caller's is what the call is. Every report may be late,
 * repeated, out of order, or about a call whose creation has not been answered yet. Main thread.
 */

#include "ncco.h"
#include "vonage-control.h"
#include "vonage-request.h"

#include <offhook/json.h>

static const struct {
	const char *word;
	OffhookVonageRank rank;
	OffhookCallState state;
	OffhookEndReason reason;
} offhook_vonage_statuses[] = {
    {"started", OFFHOOK_VONAGE_RANK_STARTED, OFFHOOK_CALL_NEW, OFFHOOK_END_NONE},
    {"ringing", OFFHOOK_VONAGE_RANK_RINGING, OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE},
    {"answered", OFFHOOK_VONAGE_RANK_ANSWERED, OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE},
    {"busy", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_BUSY},
    {"cancelled", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_CANCELED},
    {"unanswered", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_NO_ANSWER},
    {"timeout", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_NO_ANSWER},
    {"rejected", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_REJECTED},
    {"failed", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_FAILED},
    {"completed", OFFHOOK_VONAGE_RANK_OVER, OFFHOOK_CALL_ENDED, OFFHOOK_END_COMPLETED},
};

OffhookEndReason
offhook_vonage_status_get_failure(const char *status)
{
	for (guint i = 0; status != NULL && i < G_N_ELEMENTS(offhook_vonage_statuses); i++)
		if (g_str_equal(status, offhook_vonage_statuses[i].word) &&
		    offhook_vonage_statuses[i].reason != OFFHOOK_END_COMPLETED)
			return offhook_vonage_statuses[i].reason;
	return OFFHOOK_END_NONE;
}

void
offhook_vonage_end_call(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			OffhookEndReason reason)
{
	g_autofree char *call_id = NULL;
	gboolean connected = call->connected;

	if (call->ended)
		return;
	call->ended = TRUE;
	offhook_vonage_calls_revoke_token(desk->calls, call);
	call_id = g_strdup(call->call_id);
	offhook_vonage_call_settle_hang_up(call);
	/* The daemon sees for itself that the stream has ended, and why. */
	if (connected)
		offhook_driver_end_call_later(desk->driver, call_id, reason, desk->grace_ms);
	else
		offhook_call_host_update_call(desk->host, call_id, OFFHOOK_CALL_ENDED, reason);
}

/* ---- the caller's leg ---- */

/*
 * Of a call that was never answered the reason comes in an event of its own, and may come after
 * "completed": that waits for it a little.
 */
static void
offhook_vonage_take_end(const OffhookVonageDesk *desk, OffhookVonageCall *call,
			OffhookEndReason reason)
{
	gboolean answered =
	    !call->outbound || call->rank == OFFHOOK_VONAGE_RANK_ANSWERED || call->connected;

	if (!answered && call->hanging_up)
		reason = OFFHOOK_END_CANCELED;
	if (answered || reason != OFFHOOK_END_COMPLETED) {
		call->rank = OFFHOOK_VONAGE_RANK_OVER;
		offhook_vonage_end_call(desk, call, reason);
	} else if (!call->completed_early) {
		call->completed_early = TRUE;
		offhook_driver_end_call_later(desk->driver, call->call_id, OFFHOOK_END_NO_ANSWER,
					      desk->grace_ms);
	}
}

static void
offhook_vonage_take_status(const OffhookVonageDesk *desk, OffhookVonageCall *call, const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_vonage_statuses); i++) {
		OffhookVonageRank rank = offhook_vonage_statuses[i].rank;

		if (!g_str_equal(word, offhook_vonage_statuses[i].word) || rank <= call->rank ||
		    call->ended)
			continue;
		if (rank == OFFHOOK_VONAGE_RANK_OVER) {
			offhook_vonage_take_end(desk, call, offhook_vonage_statuses[i].reason);
			return;
		}
		/* The connection to our stream begins now, and counts like a call. */
		if (rank == OFFHOOK_VONAGE_RANK_ANSWERED && call->outbound)
			offhook_pacer_count(desk->creating);
		call->rank = rank;
		offhook_call_host_report_state(desk->host, call->call_id,
					       offhook_vonage_statuses[i].state, OFFHOOK_END_NONE,
					       rank);
		return;
	}
}

/* "beep_timeout": no beep came for so long that none is to be expected. */
static gboolean
offhook_vonage_take_answered_by(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
				OffhookVonageCall *call, const char *word)
{
	const char *sub_state = offhook_vonage_request_get(request, "sub_state");
	OffhookAnsweredBy by = OFFHOOK_ANSWERED_BY_MACHINE;

	if (g_str_equal(word, "human"))
		by = OFFHOOK_ANSWERED_BY_HUMAN;
	else if (!g_str_equal(word, "machine"))
		return FALSE;
	else if (sub_state != NULL)
		by = OFFHOOK_ANSWERED_BY_MACHINE_BEEP;
	if (!call->ended && !(call->wants_beep && by == OFFHOOK_ANSWERED_BY_MACHINE))
		offhook_call_host_report_answered_by(desk->host, call->call_id, by);
	return TRUE;
}

/* ---- whom an event is about ---- */

/*
 * By our id, which is known before Vonage's; the first event may come before the reply that says the
 * latter.
 */
static void
offhook_vonage_meet_placed_call(const OffhookVonageDesk *desk, OffhookVonageCall *call,
				const char *uuid)
{
	if (!offhook_vonage_calls_name(desk->calls, call, uuid))
		return;
	if (call->abandoned && !call->hanging_up) {
		/* It exists after all; nobody waits for it any more. */
		call->hanging_up = TRUE;
		offhook_vonage_control_drop(desk, call);
		return;
	}
	offhook_call_host_name_call(desk->host, desk->driver, call->call_id, uuid);
}

/* One that was offered before the driver forgot it (or was restarted) is the host's to know. */
static OffhookVonageCall *
offhook_vonage_find_call(const OffhookVonageDesk *desk, const char *uuid)
{
	OffhookVonageCall *call = offhook_vonage_calls_find_by_uuid(desk->calls, uuid);
	g_autofree char *call_id = NULL;

	if (call != NULL || !offhook_vonage_id_is_valid(uuid))
		return call;
	call_id = offhook_call_host_find_call(desk->host, desk->driver, uuid);
	return call_id != NULL ? offhook_vonage_calls_add(desk->calls, call_id, uuid) : NULL;
}

/* The call whose caller's leg the event is about. (nullable) */
static OffhookVonageCall *
offhook_vonage_find_caller(const OffhookVonageDesk *desk, const OffhookVonageRequest *request)
{
	const char *uuid = offhook_vonage_request_get(request, "uuid");
	OffhookVonageCall *call = request->call;

	if (uuid == NULL)
		uuid = offhook_vonage_request_get(request, "call_uuid");
	if (!offhook_vonage_id_is_valid(uuid))
		return NULL;
	if (call != NULL && call->outbound && call->uuid == NULL)
		offhook_vonage_meet_placed_call(desk, call, uuid);
	return offhook_vonage_find_call(desk, uuid);
}

/* The leg to our stream says whose it is, wherever its events go. */
static OffhookVonageCall *
offhook_vonage_find_streams_call(const OffhookVonageDesk *desk, const OffhookVonageRequest *request)
{
	const char *to = offhook_vonage_request_get(request, "to");
	JsonObject *headers = offhook_json_get_object(request->fields, "headers");

	if (g_strcmp0(request->leg, OFFHOOK_VONAGE_LEG_STREAM) == 0)
		return request->call;
	if (to != NULL && (g_str_has_prefix(to, "wss:") || g_str_has_prefix(to, "ws:")))
		return offhook_vonage_calls_find(desk->calls,
						 offhook_json_get_string(headers, "call_id"));
	return NULL;
}

/* ---- all events ---- */

static OffhookWebhookReply *
offhook_vonage_answer_status(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
			     const char *status, GError **error)
{
	OffhookVonageRequest about = *request;
	OffhookVonageCall *call = offhook_vonage_find_streams_call(desk, request);

	if (call != NULL) {
		about.call = call;
		return offhook_vonage_answer_stream_event(desk, &about, error);
	}
	if (g_strcmp0(request->leg, OFFHOOK_VONAGE_LEG_DIAL) == 0)
		return offhook_vonage_answer_dial_event(desk, request, error);
	if (request->leg != NULL)
		return offhook_vonage_reply_with_nothing();
	call = offhook_vonage_find_caller(desk, request);
	if (call != NULL && !offhook_vonage_take_answered_by(desk, request, call, status))
		offhook_vonage_take_status(desk, call, status);
	return offhook_vonage_reply_with_nothing();
}

/* What an event is shows in what it holds; "status" is looked at when it is nothing else. */
OffhookWebhookReply *
offhook_vonage_answer_event(const OffhookVonageDesk *desk, const OffhookVonageRequest *request,
			    GError **error)
{
	JsonObject *fields = request->fields;
	const char *status = offhook_vonage_request_get(request, "status");
	const char *reason = offhook_vonage_request_get(request, "reason");

	if (json_object_has_member(fields, "conversation_uuid_from"))
		; /* the leg has moved on; we go by its own id */
	else if (json_object_has_member(fields, "speech") || json_object_has_member(fields, "dtmf"))
		; /* keys come through the stream */
	else if (json_object_has_member(fields, "recording_url"))
		offhook_vonage_take_recording(desk, request);
	else if (json_object_has_member(fields, "payload"))
		; /* an NCCO's "notify", which we never send */
	else if (status != NULL)
		return offhook_vonage_answer_status(desk, request, status, error);
	else if (reason != NULL)
		g_warning("Vonage reports an error of a call: %.200s", reason);
	return offhook_vonage_reply_with_nothing();
}
