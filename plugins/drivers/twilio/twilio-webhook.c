/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Twilio asks over HTTP and what we answer. A call's way: the voice webhook offers it to the
 * host and connects it to our stream; when the stream has ended Twilio asks "connect-action" what
 * comes next; "status" tells of everything else. Nothing of a request is believed before its
 * signature has been checked. Main thread.
 */

#include "twilio-webhook.h"

#include "form.h"
#include "signature.h"
#include "twiml.h"

#include <offhook/error.h>
#include <string.h>

#define CONNECT_ACTION "/connect-action"

/* A request that has been found genuine. */
typedef struct {
	const OffhookTwilioForm *form;
	const char *sid;
	OffhookTwilioCall *call; /* (nullable): when we know it */
} OffhookTwilioRequest;

typedef struct {
	const char *path;
	OffhookWebhookReply *(*answer)(const OffhookTwilioDesk *desk,
				       const OffhookTwilioRequest *request, GError **error);
} OffhookTwilioRoute;

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

/* ---- is it from Twilio? ---- */

char *
offhook_twilio_webhook_rebase(const OffhookTwilioDesk *desk, const char *url)
{
	g_autofree char *public_url = NULL;

	if (desk->config->base_url == NULL)
		return NULL;
	public_url = offhook_call_host_dup_public_url(offhook_driver_get_host(desk->driver));
	if (!g_str_has_prefix(url, public_url))
		return NULL;
	return g_strconcat(desk->config->base_url, url + strlen(public_url), NULL);
}

static char *
offhook_twilio_webhook_dup_base_url(const OffhookTwilioDesk *desk)
{
	if (desk->config->base_url != NULL)
		return g_strdup(desk->config->base_url);
	return offhook_call_host_dup_public_url(offhook_driver_get_host(desk->driver));
}

static gboolean
offhook_twilio_webhook_is_form(const OffhookWebhook *webhook)
{
	return g_str_equal(webhook->method, "POST") &&
	       (webhook->content_type == NULL ||
		g_str_equal(webhook->content_type, "application/x-www-form-urlencoded"));
}

static OffhookTwilioForm *
offhook_twilio_webhook_read_form(const OffhookWebhook *webhook, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(webhook->body, &size);

	if (!offhook_twilio_webhook_is_form(webhook)) {
		data = strchr(webhook->url, '?');
		data = data != NULL ? data + 1 : "";
		size = strcspn(data, "#");
	}
	return offhook_twilio_form_parse(data, size, error);
}

static gboolean
offhook_twilio_webhook_is_signed(const OffhookTwilioDesk *desk, const OffhookWebhook *webhook,
				 const OffhookTwilioForm *form)
{
	const char *const *tokens = (const char *const *)desk->config->tokens;
	const char *signature = offhook_webhook_get_header(webhook, "x-twilio-signature");
	g_autofree char *rebased = offhook_twilio_webhook_rebase(desk, webhook->url);
	gboolean is_form = offhook_twilio_webhook_is_form(webhook);
	const OffhookTwilioForm *fields = is_form ? form : NULL;
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
			     const OffhookTwilioForm *form, GError **error)
{
	const char *account;

	if (desk->config->require_signature &&
	    !offhook_twilio_webhook_is_signed(desk, webhook, form)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "X-Twilio-Signature is missing or wrong (does auth-token belong to the "
			    "account, is public-url what Twilio calls?)");
		return FALSE;
	}
	account = offhook_twilio_form_get(form, "AccountSid");
	if (account != NULL && desk->config->account_sid != NULL &&
	    !g_str_equal(account, desk->config->account_sid)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "AccountSid is not the configured account-sid");
		return FALSE;
	}
	return TRUE;
}

/* ---- what is answered ---- */

static OffhookWebhookReply *
offhook_twilio_reply_new(char *twiml)
{
	g_autofree char *body = twiml;

	return offhook_webhook_reply_new(200, OFFHOOK_TWILIO_TWIML_TYPE, body);
}

/*
 * Twilio asks what comes next as soon as it sees our close, often before the daemon has seen the
 * answer to it. The daemon knows better than Twilio why a stream ended, so the driver's word on a
 * call that had one counts only if the daemon has none after a while (a half-open connection, say).
 */
typedef struct {
	GWeakRef driver;
	char *call_id;
	OffhookEndReason reason;
} OffhookTwilioLateEnd;

static void
offhook_twilio_late_end_free(gpointer data)
{
	OffhookTwilioLateEnd *end = data;

	g_weak_ref_clear(&end->driver);
	g_free(end->call_id);
	g_free(end);
}

static gboolean
offhook_twilio_late_end_cb(gpointer user_data)
{
	OffhookTwilioLateEnd *end = user_data;
	g_autoptr(OffhookDriver) driver = g_weak_ref_get(&end->driver);

	if (driver != NULL)
		offhook_call_host_update_call(offhook_driver_get_host(driver), end->call_id,
					      OFFHOOK_CALL_ENDED, end->reason);
	return G_SOURCE_REMOVE;
}

/* Tells the host, once, that @call is over. */
static void
offhook_twilio_end_call(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			OffhookEndReason reason)
{
	OffhookTwilioLateEnd *end;

	if (call->ended)
		return;
	call->ended = TRUE;
	g_clear_pointer(&call->token, g_free);
	if (!call->connected) {
		offhook_call_host_update_call(offhook_driver_get_host(desk->driver), call->call_id,
					      OFFHOOK_CALL_ENDED, reason);
		return;
	}
	end = g_new0(OffhookTwilioLateEnd, 1);
	g_weak_ref_init(&end->driver, desk->driver);
	end->call_id = g_strdup(call->call_id);
	end->reason = reason;
	g_timeout_add_full(G_PRIORITY_DEFAULT, desk->grace_ms, offhook_twilio_late_end_cb, end,
			   offhook_twilio_late_end_free);
}

static void
offhook_twilio_take_status(const OffhookTwilioDesk *desk, OffhookTwilioCall *call, const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_statuses); i++) {
		if (g_strcmp0(word, offhook_twilio_statuses[i].word) != 0)
			continue;
		if (offhook_twilio_statuses[i].state == OFFHOOK_CALL_ENDED)
			offhook_twilio_end_call(desk, call, offhook_twilio_statuses[i].reason);
		else if (!call->ended)
			offhook_call_host_update_call(
			    offhook_driver_get_host(desk->driver), call->call_id,
			    offhook_twilio_statuses[i].state, OFFHOOK_END_NONE);
		return;
	}
}

static gboolean
offhook_twilio_status_is_final(const char *word)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_twilio_statuses); i++)
		if (g_strcmp0(word, offhook_twilio_statuses[i].word) == 0)
			return offhook_twilio_statuses[i].state == OFFHOOK_CALL_ENDED;
	return FALSE;
}

static OffhookWebhookReply *
offhook_twilio_answer_connect(const OffhookTwilioDesk *desk, OffhookTwilioCall *call,
			      GError **error)
{
	const char *name = offhook_driver_get_name(desk->driver);
	g_autofree char *base = offhook_twilio_webhook_dup_base_url(desk);
	gboolean secure = g_str_has_prefix(base, "https:");
	const char *rest = strstr(base, "://");
	g_autofree char *action = NULL;
	g_autofree char *stream = NULL;
	const char *token = offhook_twilio_calls_issue_token(desk->calls, call, error);

	if (token == NULL)
		return NULL;
	action = g_strconcat(base, "/voice/webhook/", name, CONNECT_ACTION, NULL);
	stream =
	    g_strconcat(secure ? "wss" : "ws", rest != NULL ? rest : "", "/media/", name, NULL);
	return offhook_twilio_reply_new(offhook_twilio_twiml_connect(action, stream, token));
}

/* A call comes in, or Twilio asks again about one that has. */
static OffhookWebhookReply *
offhook_twilio_answer_voice(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			    GError **error)
{
	const char *status = offhook_twilio_form_get(request->form, "CallStatus");
	OffhookTwilioCall *call = request->call;
	OffhookCallOffer offer = {
	    .provider_call_id = request->sid,
	    .from = offhook_twilio_form_get(request->form, "From"),
	    .to = offhook_twilio_form_get(request->form, "To"),
	};
	g_autoptr(GError) local = NULL;
	g_autofree char *call_id = NULL;

	/* The voice URL entered as the status callback, too, is a common mistake; it does no harm. */
	if (call != NULL && offhook_twilio_status_is_final(status))
		offhook_twilio_take_status(desk, call, status);
	if (offhook_twilio_status_is_final(status) ||
	    (call != NULL && (call->ended || call->hanging_up)))
		return offhook_twilio_reply_new(offhook_twilio_twiml_hang_up());
	call_id = offhook_call_host_offer_call(offhook_driver_get_host(desk->driver), desk->driver,
					       &offer, &local);
	if (call_id == NULL) {
		g_message("a call was rejected: %s", local->message);
		return offhook_twilio_reply_new(offhook_twilio_twiml_reject(
		    g_error_matches(local, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY)));
	}
	call = offhook_twilio_calls_add(desk->calls, request->sid, call_id);
	return offhook_twilio_answer_connect(desk, call, error);
}

/* Our stream has ended, or never came to be: what shall Twilio do with the caller? */
static OffhookWebhookReply *
offhook_twilio_answer_connect_action(const OffhookTwilioDesk *desk,
				     const OffhookTwilioRequest *request, GError **error)
{
	const char *status = offhook_twilio_form_get(request->form, "CallStatus");
	OffhookTwilioCall *call = request->call;
	g_autofree char *target = NULL;

	if (call == NULL)
		return offhook_twilio_reply_new(offhook_twilio_twiml_hang_up());
	target = g_steal_pointer(&call->transfer_target);
	if (target != NULL && !offhook_twilio_status_is_final(status)) {
		offhook_twilio_end_call(desk, call, OFFHOOK_END_TRANSFERRED);
		return offhook_twilio_reply_new(offhook_twilio_twiml_dial(target));
	}
	if (!call->connected && !call->hanging_up && !call->ended)
		g_warning("call %s: Twilio could not open the media stream (is it reachable under "
			  "public-url?)",
			  call->call_id);
	offhook_twilio_end_call(desk, call,
				call->connected || call->hanging_up ? OFFHOOK_END_COMPLETED
								    : OFFHOOK_END_FAILED);
	return offhook_twilio_reply_new(offhook_twilio_twiml_hang_up());
}

/* A status callback; it may be late, repeated or out of order. */
static OffhookWebhookReply *
offhook_twilio_answer_status(const OffhookTwilioDesk *desk, const OffhookTwilioRequest *request,
			     GError **error)
{
	OffhookTwilioCall *call = request->call;
	const char *number = offhook_twilio_form_get(request->form, "SequenceNumber");
	gint64 sequence = number != NULL ? g_ascii_strtoll(number, NULL, 10) : -1;

	if (call != NULL && (sequence < 0 || sequence > call->sequence)) {
		call->sequence = MAX(call->sequence, sequence);
		offhook_twilio_take_status(desk, call,
					   offhook_twilio_form_get(request->form, "CallStatus"));
	}
	return offhook_webhook_reply_new(204, NULL, NULL);
}

static const OffhookTwilioRoute offhook_twilio_routes[] = {
    {"", offhook_twilio_answer_voice},
    {"/", offhook_twilio_answer_voice},
    {CONNECT_ACTION, offhook_twilio_answer_connect_action},
    {"/status", offhook_twilio_answer_status},
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

static gboolean
offhook_twilio_sid_is_valid(const char *sid)
{
	gsize size = sid != NULL ? strlen(sid) : 0;

	return size >= 2 && size <= 64 &&
	       strspn(sid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_") == size;
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

OffhookWebhookReply *
offhook_twilio_webhook_answer(const OffhookTwilioDesk *desk, const OffhookWebhook *webhook,
			      GError **error)
{
	const OffhookTwilioRoute *route = offhook_twilio_route_find(webhook->path);
	g_autoptr(OffhookTwilioForm) form = offhook_twilio_webhook_read_form(webhook, error);
	OffhookTwilioRequest request = {.form = form};

	if (form == NULL || !offhook_twilio_webhook_check(desk, webhook, form, error))
		return NULL;
	if (route == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "webhook path \"%.64s\": expected none, " CONNECT_ACTION " or /status",
			    webhook->path);
		return NULL;
	}
	request.sid = offhook_twilio_form_get(form, "CallSid");
	if (!offhook_twilio_sid_is_valid(request.sid)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "CallSid is missing or not a call's SID");
		return NULL;
	}
	request.call = offhook_twilio_find_call(desk, request.sid);
	return route->answer(desk, &request, error);
}
