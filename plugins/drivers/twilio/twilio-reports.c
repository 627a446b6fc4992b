/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Twilio reports of calls, recordings, streams and text messages. Every report may be late,
 * repeated, out of order, or about a call whose creation has not been answered yet. Main thread.
 */

#include "twilio-control.h"
#include "twilio-request.h"

#include <string.h>

#define MAX_MEDIA    10
#define MAX_SEQUENCE 1000000

static const struct {
	const char *word;
	OffhookCallState state;
	OffhookEndReason reason;
} offhook_twilio_statuses[] = {
    {"queued", OFFHOOK_CALL_NEW, OFFHOOK_END_NONE},
    {"initiated", OFFHOOK_CALL_NEW, OFFHOOK_END_NONE},
    {"ringing", OFFHOOK_CALL_RINGING, OFFHOOK_END_NONE},
    {"in-progress", OFFHOOK_CALL_ACTIVE, OFFHOOK_END_NONE},
    {"completed", OFFHOOK_CALL_ENDED, OFFHOOK_END_COMPLETED},
    {"busy", OFFHOOK_CALL_ENDED, OFFHOOK_END_BUSY},
    {"no-answer", OFFHOOK_CALL_ENDED, OFFHOOK_END_NO_ANSWER},
    {"canceled", OFFHOOK_CALL_ENDED, OFFHOOK_END_CANCELED},
    {"failed", OFFHOOK_CALL_ENDED, OFFHOOK_END_FAILED},
};

const char *
offhook_twilio_request_get(const OffhookTwilioRequest *request, const char *name)
{
	return offhook_form_get(request->form, name);
}

static gint64
offhook_twilio_request_get_number(const OffhookTwilioRequest *request, const char *name)
{
	const char *text = offhook_twilio_request_get(request, name);

	return text != NULL && g_ascii_isdigit(*text) ? g_ascii_strtoll(text, NULL, 10) : -1;
}

static OffhookCallHost *
offhook_twilio_desk_get_host(const OffhookTwilioDesk *desk)
{
	return offhook_driver_get_host(desk->driver);
}

/* ---- how a call is ---- */

void
offhook_twilio_end_call(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			OffhookEndReason reason)
{
	if (call->ended)
		return;
	call->ended = TRUE;
	g_clear_pointer(&call->token, g_free);
	/* Twilio asks what comes next as soon as it sees our close. */
	if (call->connected)
		offhook_driver_end_call_later(desk->driver, call->call_id, reason, desk->grace_ms);
	else
		offhook_call_host_update_call(offhook_twilio_desk_get_host(desk), call->call_id,
					      OFFHOOK_CALL_ENDED, reason);
}

void
offhook_twilio_take_status(const OffhookTwilioDesk *desk, OffhookTwilioCall *call, const char *word,
			   gint64 sequence)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_statuses); i++) {
		OffhookCallState state = offhook_twilio_statuses[i].state;

		if (g_strcmp0(word, offhook_twilio_statuses[i].word) != 0)
			continue;
		call->answered |= state == OFFHOOK_CALL_ACTIVE;
		if (state == OFFHOOK_CALL_ENDED)
			offhook_twilio_end_call(desk, call, offhook_twilio_statuses[i].reason);
		else if (!call->ended)
			offhook_call_host_report_state(offhook_twilio_desk_get_host(desk),
						       call->call_id, state, OFFHOOK_END_NONE,
						       sequence);
		return;
	}
}

gboolean
offhook_twilio_status_is_final(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_statuses); i++)
		if (g_strcmp0(word, offhook_twilio_statuses[i].word) == 0)
			return offhook_twilio_statuses[i].state == OFFHOOK_CALL_ENDED;
	return FALSE;
}

OffhookWebhookReply *
offhook_twilio_answer_status(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			     GError **error)
{
	OffhookTwilioCall *call = request->call;
	gint64 sequence = offhook_twilio_request_get_number(request, "SequenceNumber");
	const char *word = offhook_twilio_request_get(request, "CallStatus");

	/* A number that no call comes to would make all later reports look old. */
	if (sequence > MAX_SEQUENCE)
		sequence = -1;
	/* An end is an end, whatever its number. */
	if (call != NULL && (sequence < 0 || sequence > call->sequence ||
			     offhook_twilio_status_is_final(word))) {
		call->sequence = MAX(call->sequence, sequence);
		offhook_twilio_take_answered_by(desk, call->call_id,
						offhook_twilio_request_get(request, "AnsweredBy"));
		offhook_twilio_take_status(desk, call, word, sequence);
	}
	return offhook_webhook_reply_new(204, NULL, NULL);
}

/* ---- who answered ---- */

void
offhook_twilio_take_answered_by(const OffhookTwilioDesk *desk, const char *call_id,
				const char *word)
{
	OffhookAnsweredBy by = OFFHOOK_ANSWERED_BY_UNKNOWN;

	if (word == NULL || call_id == NULL)
		return;
	if (g_str_equal(word, "human"))
		by = OFFHOOK_ANSWERED_BY_HUMAN;
	else if (g_str_equal(word, "fax"))
		by = OFFHOOK_ANSWERED_BY_FAX;
	else if (g_str_has_prefix(word, "machine_end_"))
		by = OFFHOOK_ANSWERED_BY_MACHINE_BEEP;
	else if (g_str_has_prefix(word, "machine"))
		by = OFFHOOK_ANSWERED_BY_MACHINE;
	offhook_call_host_report_answered_by(offhook_twilio_desk_get_host(desk), call_id, by);
}

OffhookWebhookReply *
offhook_twilio_answer_amd(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			  GError **error)
{
	if (request->call == NULL || !request->call->ended)
		offhook_twilio_take_answered_by(desk, request->call_id,
						offhook_twilio_request_get(request, "AnsweredBy"));
	return offhook_webhook_reply_new(204, NULL, NULL);
}

/* ---- recordings: mostly after the call, so its id comes from the URL ---- */

OffhookWebhookReply *
offhook_twilio_answer_recording(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
				GError **error)
{
	static const struct {
		const char *word;
		OffhookRecordingState state;
	} states[] = {
	    {"in-progress", OFFHOOK_RECORDING_RUNNING}, {"paused", OFFHOOK_RECORDING_PAUSED},
	    {"completed", OFFHOOK_RECORDING_READY},     {"absent", OFFHOOK_RECORDING_ABSENT},
	    {"failed", OFFHOOK_RECORDING_FAILED},
	};
	const char *sid = offhook_twilio_request_get(request, "RecordingSid");
	const char *status = offhook_twilio_request_get(request, "RecordingStatus");
	gint64 seconds = offhook_twilio_request_get_number(request, "RecordingDuration");
	gint64 channels = offhook_twilio_request_get_number(request, "RecordingChannels");
	OffhookRecordingReport report = {
	    .call_id = request->call_id,
	    .provider_recording_id = sid,
	    .duration_ms = seconds >= 0 ? seconds * 1000 : -1,
	    .channels = channels > 0 ? (guint)channels : 0,
	};

	for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
		if (g_strcmp0(status, states[i].word) != 0 ||
		    !offhook_twilio_sid_is_valid(sid, "RE") || request->call_id == NULL)
			continue;
		report.state = states[i].state;
		offhook_call_host_report_recording(offhook_twilio_desk_get_host(desk), desk->driver,
						   &report);
	}
	return offhook_webhook_reply_new(204, NULL, NULL);
}

/* ---- streams: what only Twilio can see of them ---- */

OffhookWebhookReply *
offhook_twilio_answer_stream(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			     GError **error)
{
	const char *event = offhook_twilio_request_get(request, "StreamEvent");
	const char *text = offhook_twilio_request_get(request, "StreamError");

	if (g_strcmp0(event, "stream-error") == 0)
		g_warning("call %s: Twilio reports of the media stream: %s",
			  request->call_id != NULL ? request->call_id : "(unknown)",
			  text != NULL ? text : "an error");
	return offhook_webhook_reply_new(204, NULL, NULL);
}

/* ---- text messages ---- */

OffhookWebhookReply *
offhook_twilio_answer_sms(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			  GError **error)
{
	gint64 count = offhook_twilio_request_get_number(request, "NumMedia");
	g_autoptr(GPtrArray) media = g_ptr_array_new();
	const char *text = offhook_twilio_request_get(request, "Body");
	OffhookTextMessage message = {
	    .provider_message_id = offhook_twilio_request_get(request, "MessageSid"),
	    .from = offhook_twilio_request_get(request, "From"),
	    .to = offhook_twilio_request_get(request, "To"),
	    .text = text != NULL ? text : "",
	};

	for (gint64 i = 0; i < MIN(count, MAX_MEDIA); i++) {
		g_autofree char *name = g_strdup_printf("MediaUrl%d", (int)i);
		const char *url = offhook_twilio_request_get(request, name);

		if (url != NULL)
			g_ptr_array_add(media, (char *)url);
	}
	g_ptr_array_add(media, NULL);
	message.media = (const char *const *)media->pdata;
	if (offhook_twilio_sid_is_valid(message.provider_message_id, "") && message.from != NULL &&
	    message.to != NULL)
		offhook_call_host_receive_message(offhook_twilio_desk_get_host(desk), desk->driver,
						  &message);
	return offhook_webhook_reply_new(204, NULL, NULL);
}

OffhookWebhookReply *
offhook_twilio_answer_sms_status(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
				 GError **error)
{
	static const struct {
		const char *word;
		OffhookMessageState state;
	} states[] = {
	    {"queued", OFFHOOK_MESSAGE_QUEUED},       {"accepted", OFFHOOK_MESSAGE_QUEUED},
	    {"sending", OFFHOOK_MESSAGE_QUEUED},      {"sent", OFFHOOK_MESSAGE_SENT},
	    {"delivered", OFFHOOK_MESSAGE_DELIVERED}, {"read", OFFHOOK_MESSAGE_DELIVERED},
	    {"failed", OFFHOOK_MESSAGE_FAILED},       {"undelivered", OFFHOOK_MESSAGE_UNDELIVERED},
	    {"canceled", OFFHOOK_MESSAGE_FAILED},
	};
	const char *sid = offhook_twilio_request_get(request, "MessageSid");
	const char *status = offhook_twilio_request_get(request, "MessageStatus");
	const char *code = offhook_twilio_request_get(request, "ErrorCode");
	g_autofree char *reason = code != NULL ? g_strconcat("Twilio says ", code, NULL) : NULL;

	for (guint i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_strcmp0(status, states[i].word) == 0 && offhook_twilio_sid_is_valid(sid, ""))
			offhook_call_host_report_message(offhook_twilio_desk_get_host(desk),
							 desk->driver, sid, states[i].state,
							 reason);
	return offhook_webhook_reply_new(204, NULL, NULL);
}
