/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which media streams are let in, and which call each is. Main thread.
 */

#include "twilio-claim.h"

#include "signature.h"
#include "twilio-webhook.h"

#include <offhook/error.h>

/* The header is not on every upgrade, so it may be absent; the token is what counts. */
gboolean
offhook_twilio_claim_check_upgrade(const OffhookTwilioDesk *desk, const OffhookWebhook *upgrade,
				   GError **error)
{
	const char *const *tokens = (const char *const *)desk->config->tokens;
	const char *signature = offhook_webhook_get_header(upgrade, "x-twilio-signature");
	g_autofree char *rebased = NULL;
	gboolean right;

	if (desk->config->stream_signature == OFFHOOK_TWILIO_SIGNATURE_IGNORED ||
	    !desk->config->require_signature || tokens[0] == NULL)
		return TRUE;
	if (signature == NULL &&
	    desk->config->stream_signature == OFFHOOK_TWILIO_SIGNATURE_REQUIRED) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "X-Twilio-Signature of the media stream is missing");
		return FALSE;
	}
	if (signature == NULL)
		return TRUE;
	rebased = offhook_driver_rebase_url(desk->driver, desk->config->base_url, upgrade->url);
	right = offhook_twilio_signature_check_upgrade(tokens, upgrade->url, signature);
	if (rebased != NULL)
		right |= offhook_twilio_signature_check_upgrade(tokens, rebased, signature);
	if (!right)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
			    "X-Twilio-Signature of the media stream is wrong");
	return right;
}

/*
 * stream-auth=none: whoever reaches the port is a caller. A call that a webhook announced keeps the
 * id it was given then.
 */
static OffhookTwilioCall *
offhook_twilio_claim_offer(const OffhookTwilioDesk *desk, const OffhookStreamStart *start,
			   GError **error)
{
	OffhookDriver *driver = desk->driver;
	g_autofree char *made_up = g_strconcat("stream-", start->stream_id, NULL);
	const char *sid = start->provider_call_id != NULL ? start->provider_call_id : made_up;
	OffhookCallOffer offer = {
	    .provider_call_id = sid,
	    .from = g_hash_table_lookup(start->parameters, "from"),
	    .to = g_hash_table_lookup(start->parameters, "to"),
	    .answered = TRUE,
	};
	g_autofree char *call_id =
	    offhook_call_host_offer_call(offhook_driver_get_host(driver), driver, &offer, error);

	return call_id != NULL ? offhook_twilio_calls_add(desk->calls, sid, call_id) : NULL;
}

/* The call that a webhook announced and whose token the stream brings. */
static OffhookTwilioCall *
offhook_twilio_claim_find(const OffhookTwilioDesk *desk, const OffhookStreamStart *start,
			  GError **error)
{
	const char *token = g_hash_table_lookup(start->parameters, "token");
	const char *account = desk->config->account_sid;
	OffhookTwilioCall *call = NULL;

	if (start->provider_call_id != NULL)
		call = offhook_twilio_calls_find(desk->calls, start->provider_call_id);
	if (call != NULL && !call->ended && !call->hanging_up &&
	    (account == NULL || g_strcmp0(account, start->account_id) == 0) &&
	    offhook_twilio_calls_redeem_token(desk->calls, call, token))
		return call;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION,
		    "media stream: expected the callSid, accountSid and unused token of a call "
		    "that a webhook announced");
	return NULL;
}

OffhookTwilioCall *
offhook_twilio_claim_take(const OffhookTwilioDesk *desk, const OffhookStreamStart *start,
			  GError **error)
{
	OffhookTwilioCall *call = desk->config->stream_token
				      ? offhook_twilio_claim_find(desk, start, error)
				      : offhook_twilio_claim_offer(desk, start, error);

	if (call != NULL)
		call->connected = TRUE;
	return call;
}
