/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Twilio asks over HTTP and what we answer. A call's way: the voice webhook offers it to the
 * host and connects it to our stream; when the stream has ended Twilio asks "connect-action" what
 * comes next; "status" tells of everything else. Nothing of a request is believed before its
 * signature has been checked. Main thread.
 */

#include "twilio-webhook.h"

#include "signature.h"
#include "twilio-control.h"
#include "twilio-request.h"
#include "twilio-transfer.h"
#include "twiml.h"

#include <offhook/error.h>
#include <string.h>

typedef struct {
	const char *path;
	OffhookWebhookReply *(*answer)(const OffhookTwilioDesk *desk,
				       const OffhookTwilioRequest *request, GError **error);
	gboolean about_call; /* there must be a CallSid */
} OffhookTwilioRoute;

/* ---- is it from Twilio? ---- */

char *
offhook_twilio_desk_make_url(const OffhookTwilioDesk *desk, const char *path, const char *call_id)
{
	g_autofree char *rest = g_strconcat(path, call_id != NULL ? "?call=" : NULL, call_id, NULL);

	return offhook_driver_make_webhook_url(desk->driver, desk->config->base_url, rest);
}

static gboolean
offhook_twilio_webhook_is_form(const OffhookWebhook *webhook)
{
	return g_str_equal(webhook->method, "POST") &&
	       (webhook->content_type == NULL ||
		g_str_equal(webhook->content_type, "application/x-www-form-urlencoded"));
}

static OffhookForm *
offhook_twilio_webhook_read_form(const OffhookWebhook *webhook, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(webhook->body, &size);

	if (!offhook_twilio_webhook_is_form(webhook)) {
		data = strchr(webhook->url, '?');
		data = data != NULL ? data + 1 : "";
		size = strcspn(data, "#");
	}
	return offhook_form_parse(data, size, error);
}

static gboolean
offhook_twilio_webhook_is_signed(const OffhookTwilioDesk *desk, const OffhookWebhook *webhook,
				 const OffhookForm *form)
{
	const char *const *tokens = (const char *const *)desk->config->tokens;
	const char *signature = offhook_webhook_get_header(webhook, "x-twilio-signature");
	g_autofree char *rebased =
	    offhook_driver_rebase_url(desk->driver, desk->config->base_url, webhook->url);
	gboolean is_form = offhook_twilio_webhook_is_form(webhook);
	const OffhookForm *fields = is_form ? form : NULL;
	gboolean right;

	right = offhook_twilio_signature_check(tokens, webhook->url, fields, signature);
	if (rebased != NULL)
		right |= offhook_twilio_signature_check(tokens, rebased, fields, signature);
	/* A body that is no form is signed through its hash in the URL. */
	if (!is_form && g_bytes_get_size(webhook->body) > 0)
		right &= offhook_twilio_signature_check_body(webhook->url, webhook->body);
	return right;
}

static gboolean
offhook_twilio_webhook_check(const OffhookTwilioDesk *desk, const OffhookWebhook *webhook,
			     const OffhookForm *form, GError **error)
{
	const char *account;

	if (desk->config->require_signature &&
	    !offhook_twilio_webhook_is_signed(desk, webhook, form)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "X-Twilio-Signature is missing or wrong (does auth-token belong to the "
			    "account, is public-url what Twilio calls?)");
		return FALSE;
	}
	account = offhook_form_get(form, "AccountSid");
	if (account != NULL && desk->config->account_sid != NULL &&
	    !g_str_equal(account, desk->config->account_sid)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "AccountSid is not the configured account-sid");
		return FALSE;
	}
	return TRUE;
}

/* ---- what is answered ---- */

OffhookWebhookReply *
offhook_twilio_reply_new_twiml(char *twiml)
{
	g_autofree char *body = twiml;

	return offhook_webhook_reply_new(200, OFFHOOK_TWILIO_TWIML_TYPE, body);
}

/* What a request to record asks for is ignored with ConversationRelay, so the document says it. */
static OffhookWebhookReply *
offhook_twilio_answer_relay(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			    const char *action, const char *url,
			    const OffhookDriverOptions *options)
{
	OffhookTwilioAttribute attributes[OFFHOOK_TWILIO_RELAY_OPTIONS];
	guint n = offhook_twilio_relay_options_collect(&desk->config->relay, options, attributes);
	g_autofree char *record = NULL;

	if (call->record)
		record = offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_RECORDING,
						      call->call_id);
	call->record = FALSE; /* it goes on when the call comes back from a transfer */
	return offhook_twilio_reply_new_twiml(
	    offhook_twilio_twiml_relay(action, url, call->token, record, attributes, n));
}

OffhookWebhookReply *
offhook_twilio_answer_connect(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			      GError **error)
{
	g_autofree char *action =
	    offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_CONNECT_ACTION, NULL);
	g_autofree char *status =
	    offhook_twilio_desk_make_url(desk, OFFHOOK_TWILIO_PATH_STREAM, NULL);
	OffhookDriverOptions options = {0};
	g_autofree char *stream = NULL;
	const char *token = offhook_twilio_calls_issue_token(desk->calls, call, error);
	gboolean relay;

	if (token == NULL)
		return NULL;
	offhook_call_host_get_options(offhook_driver_get_host(desk->driver), call->call_id,
				      &options);
	relay = offhook_twilio_relay_options_wants_relay(&desk->config->relay, &options);
	stream = offhook_driver_make_media_url(desk->driver, desk->config->base_url,
					       relay ? OFFHOOK_TWILIO_PATH_RELAY : NULL);
	if (relay)
		return offhook_twilio_answer_relay(desk, call, action, stream, &options);
	return offhook_twilio_reply_new_twiml(
	    offhook_twilio_twiml_connect(action, stream, token, status));
}

OffhookWebhookReply *
offhook_twilio_answer_with_fallback(const OffhookTwilioDesk *desk)
{
	return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_fallback(
	    desk->config->fallback_message, desk->config->fallback_number));
}

static gboolean
offhook_twilio_has_fallback(const OffhookTwilioDesk *desk)
{
	return desk->config->fallback_message != NULL || desk->config->fallback_number != NULL;
}

static OffhookWebhookReply *
offhook_twilio_answer_refusal(const OffhookTwilioDesk *desk, const GError *error)
{
	gboolean busy = g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);

	g_message("a call was %s: %s",
		  !busy && offhook_twilio_has_fallback(desk) ? "sent elsewhere" : "rejected",
		  error->message);
	if (!busy && offhook_twilio_has_fallback(desk))
		return offhook_twilio_answer_with_fallback(desk);
	return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_reject(busy));
}

/* How sure the network is of the caller's number, and the like. (nullable) */
static GHashTable *
offhook_twilio_collect_details(const OffhookTwilioRequest *request)
{
	static const struct {
		const char *field;
		const char *name;
	} fields[] = {
	    {"CallerName", "caller_name"},
	    {"ForwardedFrom", "forwarded_from"},
	    {"StirVerstat", "stir_verstat"},
	    {"StirPassportToken", "stir_passport_token"},
	};
	GHashTable *details = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const char *verdict = offhook_twilio_request_get(request, "StirVerstat");

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = offhook_twilio_request_get(request, fields[i].field);

		if (value != NULL && *value != '\0')
			g_hash_table_insert(details, g_strdup(fields[i].name), g_strdup(value));
	}
	if (verdict == NULL)
		return details;
	if (g_str_has_prefix(verdict, "TN-Validation-Passed-"))
		g_hash_table_insert(details, g_strdup("attestation"),
				    g_strndup(verdict + strlen("TN-Validation-Passed-"), 1));
	else
		g_hash_table_insert(details, g_strdup("attestation"),
				    g_strdup(g_str_has_prefix(verdict, "TN-Validation-Failed")
						 ? "failed"
						 : "none"));
	return details;
}

/* A call comes in, or Twilio asks again about one that has. */
static OffhookWebhookReply *
offhook_twilio_answer_voice(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			    GError **error)
{
	const char *status = offhook_form_get(request->form, "CallStatus");
	OffhookTwilioCall *call = request->call;
	OffhookCallOffer offer = {
	    .provider_call_id = request->sid,
	    .from = offhook_form_get(request->form, "From"),
	    .to = offhook_form_get(request->form, "To"),
	};
	g_autoptr(GHashTable) details = NULL;
	g_autoptr(GError) local = NULL;
	g_autofree char *call_id = NULL;

	/* The voice URL entered as the status callback, too, is a common mistake; it does no harm. */
	if (call != NULL && offhook_twilio_status_is_final(status))
		offhook_twilio_take_status(desk, call, status, -1);
	if (offhook_twilio_status_is_final(status) ||
	    (call != NULL && (call->ended || call->hanging_up)))
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	details = offhook_twilio_collect_details(request);
	offer.details = details;
	call_id = offhook_call_host_offer_call(offhook_driver_get_host(desk->driver), desk->driver,
					       &offer, &local);
	if (call_id == NULL)
		return offhook_twilio_answer_refusal(desk, local);
	call = offhook_twilio_calls_add(desk->calls, request->sid, call_id);
	return offhook_twilio_answer_connect(desk, call, error);
}

/* A call that we placed was answered. */
static OffhookWebhookReply *
offhook_twilio_answer_answered(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			       GError **error)
{
	OffhookTwilioCall *call = request->call;

	if (call == NULL || call->ended || call->hanging_up)
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	offhook_twilio_take_status(desk, call, "in-progress", -1);
	/* The assistant may hang up because of it. */
	if (call->wait_for_detection)
		offhook_twilio_take_answered_by(desk, call->call_id,
						offhook_twilio_request_get(request, "AnsweredBy"));
	if (call->hanging_up)
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	return offhook_twilio_answer_connect(desk, call, error);
}

/* One of our documents could not be had: the caller is not to hear an error message. */
static OffhookWebhookReply *
offhook_twilio_answer_fallback(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			       GError **error)
{
	const char *code = offhook_twilio_request_get(request, "ErrorCode");

	g_warning("call %s: Twilio could not use our answer (error %s)",
		  request->call_id != NULL ? request->call_id : "(unknown)",
		  code != NULL ? code : "unknown");
	if (request->call != NULL)
		offhook_twilio_end_call(desk, request->call, OFFHOOK_END_FAILED);
	if (request->call != NULL && request->call->outbound)
		return offhook_twilio_reply_new_twiml(offhook_twilio_twiml_hang_up());
	return offhook_twilio_answer_with_fallback(desk);
}

static const OffhookTwilioRoute offhook_twilio_routes[] = {
    {"", offhook_twilio_answer_voice, TRUE},
    {"/", offhook_twilio_answer_voice, TRUE},
    {OFFHOOK_TWILIO_PATH_ANSWER, offhook_twilio_answer_answered, TRUE},
    {OFFHOOK_TWILIO_PATH_CONNECT_ACTION, offhook_twilio_answer_connect_action, TRUE},
    {OFFHOOK_TWILIO_PATH_DIAL_ACTION, offhook_twilio_answer_dial_action, TRUE},
    {OFFHOOK_TWILIO_PATH_DIALLED, offhook_twilio_answer_dialled, TRUE},
    {OFFHOOK_TWILIO_PATH_FALLBACK, offhook_twilio_answer_fallback, TRUE},
    {OFFHOOK_TWILIO_PATH_STATUS, offhook_twilio_answer_status, TRUE},
    {OFFHOOK_TWILIO_PATH_STREAM, offhook_twilio_answer_stream, TRUE},
    {OFFHOOK_TWILIO_PATH_AMD, offhook_twilio_answer_amd, TRUE},
    {OFFHOOK_TWILIO_PATH_RECORDING, offhook_twilio_answer_recording, TRUE},
    {OFFHOOK_TWILIO_PATH_SMS, offhook_twilio_answer_sms, FALSE},
    {OFFHOOK_TWILIO_PATH_SMS_STATUS, offhook_twilio_answer_sms_status, FALSE},
};

/* ---- a request's way ---- */

static const OffhookTwilioRoute *
offhook_twilio_route_find(const char *path)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_routes); i++)
		if (g_strcmp0(path, offhook_twilio_routes[i].path) == 0)
			return &offhook_twilio_routes[i];
	return NULL;
}

/* A call that was offered before the driver forgot it (or was restarted) is the host's to know. */
static OffhookTwilioCall *
offhook_twilio_find_call(const OffhookTwilioDesk *desk, const char *sid)
{
	OffhookTwilioCall *call = offhook_twilio_calls_find(desk->calls, sid);
	g_autofree char *call_id = NULL;

	if (call != NULL)
		return call;
	call_id =
	    offhook_call_host_find_call(offhook_driver_get_host(desk->driver), desk->driver, sid);
	return call_id != NULL ? offhook_twilio_calls_add(desk->calls, sid, call_id) : NULL;
}

/*
 * Finds the call by our id, which is known before Twilio's; the first webhook may come before the
 * reply that says the latter.
 */
static void
offhook_twilio_find_placed_call(const OffhookTwilioDesk *desk, OffhookTwilioRequest *request)
{
	OffhookTwilioCall *call = offhook_twilio_calls_find_by_id(desk->calls, request->call_id);

	if (call == NULL || !offhook_twilio_calls_name(desk->calls, call, request->sid))
		return;
	request->call = call;
	if (call->abandoned && !call->hanging_up) {
		/* It exists after all; nobody waits for it any more. */
		call->hanging_up = TRUE;
		offhook_twilio_control_drop(desk, call);
		return;
	}
	offhook_call_host_name_call(offhook_driver_get_host(desk->driver), desk->driver,
				    call->call_id, request->sid);
}

static gboolean
offhook_twilio_find_call_of(const OffhookTwilioDesk *desk, OffhookTwilioRequest *request,
			    GError **error)
{
	request->sid = offhook_form_get(request->form, "CallSid");
	if (!offhook_twilio_sid_is_valid(request->sid, "")) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "CallSid is missing or not a call's SID");
		return FALSE;
	}
	if (request->call_id != NULL)
		offhook_twilio_find_placed_call(desk, request);
	if (request->call == NULL)
		request->call = offhook_twilio_find_call(desk, request->sid);
	if (request->call_id == NULL && request->call != NULL)
		request->call_id = request->call->call_id;
	return TRUE;
}

OffhookWebhookReply *
offhook_twilio_webhook_answer(const OffhookTwilioDesk *desk, const OffhookWebhook *webhook,
			      GError **error)
{
	const OffhookTwilioRoute *route = offhook_twilio_route_find(webhook->path);
	g_autoptr(OffhookForm) form = offhook_twilio_webhook_read_form(webhook, error);
	g_autofree char *call_id = offhook_webhook_dup_parameter(webhook, "call");
	OffhookTwilioRequest request = {
	    .form = form,
	    .call_id = call_id != NULL && g_uuid_string_is_valid(call_id) ? call_id : NULL,
	};

	if (form == NULL || !offhook_twilio_webhook_check(desk, webhook, form, error))
		return NULL;
	if (route == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "webhook path \"%.64s\" is none of the driver's", webhook->path);
		return NULL;
	}
	if (route->about_call && !offhook_twilio_find_call_of(desk, &request, error))
		return NULL;
	return route->answer(desk, &request, error);
}
