/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings of [driver:twilio], checked against each other. Main thread.
 */

#include "twilio-config.h"

#include "twiml.h"

#include <offhook/error.h>
#include <string.h>

const OffhookSetting offhook_twilio_settings[] = {
    {"account-sid", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "TWILIO_ACCOUNT_SID",
     "The account's SID (AC...); webhooks and streams of other accounts are refused."},
    {"auth-token", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "TWILIO_AUTH_TOKEN",
     "The account's auth token, with which Twilio signs its requests."},
    {"auth-token-secondary", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, NULL,
     "The other auth token that is valid while the token is being changed."},
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL,
     "TWILIO_PHONE_NUMBER", "The number that callers dial, like +15550100001."},
    {"webhook-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "TWILIO_WEBHOOK_URL",
     "Under which URL Twilio reaches this server, when it is not [server] public-url."},
    {"require-signature", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Whether webhooks must carry Twilio's signature; false only for tests."},
    {"stream-auth", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "token", "token|none", NULL,
     "What lets a media stream in: the token from its webhook, or nothing (trusted networks)."},
    {NULL},
};

static gboolean
offhook_twilio_config_fail(GError **error, const char *name, const char *value,
			   const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "[driver:twilio] %s=%s: expected %s", name, value, expected);
	return FALSE;
}

/* Everything from our own path on is left out: people paste the whole webhook URL here. */
static gboolean
offhook_twilio_config_set_base_url(OffhookTwilioConfig *self, const char *text, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	gsize size = strcspn(text, "?#");
	const char *own = g_strstr_len(text, (gssize)size, "/voice/webhook");

	if ((!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")) ||
	    g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0')
		return offhook_twilio_config_fail(error, "webhook-url", text,
						  "an http or https URL");
	if (own != NULL)
		size = (gsize)(own - text);
	while (size > 0 && text[size - 1] == '/')
		size--;
	self->base_url = g_strndup(text, size);
	return TRUE;
}

static gboolean
offhook_twilio_config_check(OffhookTwilioConfig *self, GError **error)
{
	const char *sid = self->account_sid;

	if (sid != NULL && (!g_str_has_prefix(sid, "AC") ||
			    strspn(sid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) != strlen(sid)))
		return offhook_twilio_config_fail(error, "account-sid", sid,
						  "AC and 32 hexadecimal digits");
	if (self->phone_number != NULL && !offhook_twilio_number_is_valid(self->phone_number))
		return offhook_twilio_config_fail(error, "phone-number", self->phone_number,
						  "a number in E.164 like +15550100001");
	/* Nothing set at all is a driver that is not used, which is no error. */
	if (offhook_twilio_config_get_missing(self) != NULL &&
	    (sid != NULL || self->phone_number != NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[driver:twilio] auth-token is missing: expected the account's auth "
			    "token (or TWILIO_AUTH_TOKEN), because require-signature=true");
		return FALSE;
	}
	return TRUE;
}

/* An empty value is as good as none: .env files are full of them. */
static char *
offhook_twilio_config_dup(OffhookSettings *settings, const char *name)
{
	const char *value = offhook_settings_get_string(settings, name);

	return value != NULL && *value != '\0' ? g_strdup(value) : NULL;
}

OffhookTwilioConfig *
offhook_twilio_config_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookTwilioConfig) self = g_new0(OffhookTwilioConfig, 1);
	g_autofree char *secondary = offhook_twilio_config_dup(settings, "auth-token-secondary");
	g_autofree char *url = offhook_twilio_config_dup(settings, "webhook-url");

	self->account_sid = offhook_twilio_config_dup(settings, "account-sid");
	self->phone_number = offhook_twilio_config_dup(settings, "phone-number");
	self->tokens[0] = offhook_twilio_config_dup(settings, "auth-token");
	self->tokens[self->tokens[0] != NULL ? 1 : 0] = g_steal_pointer(&secondary);
	self->require_signature = offhook_settings_get_boolean(settings, "require-signature");
	self->stream_token =
	    g_str_equal(offhook_settings_get_string(settings, "stream-auth"), "token");
	if ((url != NULL && !offhook_twilio_config_set_base_url(self, url, error)) ||
	    !offhook_twilio_config_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

const char *
offhook_twilio_config_get_missing(const OffhookTwilioConfig *self)
{
	return self->require_signature && self->tokens[0] == NULL
		   ? "auth-token is not set and require-signature is true"
		   : NULL;
}

void
offhook_twilio_config_free(OffhookTwilioConfig *self)
{
	if (self == NULL)
		return;
	g_free(self->account_sid);
	g_free(self->phone_number);
	g_free(self->base_url);
	for (guint i = 0; i < G_N_ELEMENTS(self->tokens); i++)
		g_free(self->tokens[i]);
	g_free(self);
}
