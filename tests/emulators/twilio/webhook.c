/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Posts a signed form to the server, within the carrier's 15 seconds and size limit. */

#include "webhook.h"

#include "emu-error.h"
#include "signature.h"

#include <string.h>

#define OFFHOOK_EMU_WEBHOOK_TIMEOUT_MS 15000
#define OFFHOOK_EMU_WEBHOOK_MAX_BYTES  (64 * 1024)

/* The signature is over @url, as the carrier knows it; posted is where the server listens. */
void
offhook_emu_webhook_post_async(SoupSession *session, const OffhookEmuOptions *options,
			       const OffhookEmuAddress *address, const gchar *url,
			       const OffhookEmuForm *form, GAsyncReadyCallback callback,
			       gpointer user_data)
{
	const OffhookEmuHttpLimits limits = {.timeout_ms = OFFHOOK_EMU_WEBHOOK_TIMEOUT_MS,
					     .max_bytes = OFFHOOK_EMU_WEBHOOK_MAX_BYTES,
					     .insecure = options->insecure};
	const OffhookEmuAccount *account = options->account;
	g_autofree gchar *encoded = offhook_emu_form_encode(form);
	g_autofree gchar *signature = offhook_emu_signature_make(
	    account->bad_signature ? "not the auth token" : account->auth_token, url, form);
	g_autoptr(GBytes) body = g_bytes_new(encoded, strlen(encoded));
	g_autoptr(SoupMessage) message = NULL;
	g_autofree gchar *actual = NULL;
	GError *error = NULL;

	actual = offhook_emu_address_get_actual(address, url, &error);
	if (actual == NULL) {
		g_task_report_error(session, callback, user_data, offhook_emu_webhook_post_async,
				    error);
		return;
	}
	message = soup_message_new("POST", actual);
	if (message == NULL) {
		g_task_report_new_error(
		    session, callback, user_data, offhook_emu_webhook_post_async, OFFHOOK_EMU_ERROR,
		    OFFHOOK_EMU_ERROR_DOCUMENT, "11100: \"%s\" is not a URL", actual);
		return;
	}
	soup_message_set_request_body_from_bytes(
	    message, "application/x-www-form-urlencoded; charset=UTF-8", body);
	if (!account->no_signature)
		soup_message_headers_replace(soup_message_get_request_headers(message),
					     "X-Twilio-Signature", signature);
	offhook_emu_http_send_async(session, message, &limits, callback, user_data);
}

OffhookEmuReply *
offhook_emu_webhook_post_finish(GAsyncResult *result, GError **error)
{
	OffhookEmuReply *reply = offhook_emu_http_send_finish(result, error);

	if (reply != NULL || error == NULL)
		return reply;
	if (g_error_matches(*error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_TIMEOUT))
		g_prefix_error_literal(error, "11200: ");
	else if (g_error_matches(*error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_HTTP))
		g_prefix_error_literal(error, "11205: ");
	return NULL;
}
