/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "twilio-provider.h"

#include <string.h>

const Provider twilio_provider = {
    .name = "twilio",
    .emulator = "tests/emulators/twilio/offhook-emulate-twilio",
    .arguments = "--account-sid " TWILIO_ACCOUNT " --auth-token " FIXTURE_AUTH_TOKEN,
    .section = "[driver:twilio]\naccount-sid=" TWILIO_ACCOUNT "\nauth-token=" FIXTURE_AUTH_TOKEN
	       "\nphone-number=+15550100002\ncalls-per-second=1000\napi-timeout=2\n",
    .patient = "api-timeout=30\n",
    .wrong_account = "api-key=SK00000000000000000000000000000001\napi-key-secret=wrong\n",
    .openapi = "twilio-voice.openapi.json",
    /* The sound of a recording is documented beside the API ("Recording media"). */
    .beside = "GET /2010-04-01/Accounts/AC[0-9a-f]{32}/Recordings/RE[0-9a-f]{32}\\.wav",
    .create = "\"POST\",\"path\":\"/2010-04-01/Accounts/" TWILIO_ACCOUNT "/Calls.json\"",
    .timeout_30 = "[\"Timeout\",\"30\"]",
    .from_7 = "[\"From\",\"+15550100007\"]",
    .withdraw = "[\"Status\",\"canceled\"]",
    .detect = "[\"MachineDetection\",\"Enable\"]",
    .recordings_tell = TRUE,
    .detect_async = "AsyncAmd\",\"true",
};

/* ---- webhooks ---- */

static char *
sign(const char *token, const char *url, const char *body)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)token, strlen(token));
	g_autoptr(GHashTable) fields = soup_form_decode(body);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
	guint8 digest[20];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)url, -1);
	for (GList *name = names; name != NULL; name = name->next) {
		g_hmac_update(hmac, name->data, -1);
		g_hmac_update(hmac, g_hash_table_lookup(fields, name->data), -1);
	}
	g_hmac_get_digest(hmac, digest, &size);
	return g_base64_encode(digest, size);
}

SoupMessage *
twilio_make_webhook(Scenario *self, const char *path, const char *body, const char *token)
{
	g_autofree char *url = g_strconcat(self->base.url, "/voice/webhook/twilio", path, NULL);
	g_autofree char *signature = sign(token, url, body);
	SoupMessage *msg = soup_message_new("POST", url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));

	soup_message_set_request_body_from_bytes(msg, SOUP_FORM_MIME_TYPE_URLENCODED, bytes);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-Twilio-Signature",
				     signature);
	return msg;
}

guint
twilio_post(Scenario *self, const char *path, const char *body, const char *token, char **reply)
{
	g_autoptr(SoupMessage) msg = twilio_make_webhook(self, path, body, token);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = soup_session_send_and_read(self->base.session, msg, NULL, &error);

	g_assert_no_error(error);
	if (reply != NULL)
		*reply = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	return soup_message_get_status(msg);
}
