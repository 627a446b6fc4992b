/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings of [driver:twilio], checked against each other. Main thread.
 */

#include "twilio-config.h"

#include "twiml.h"

#include <offhook/driver.h>
#include <offhook/error.h>
#include <offhook/call.h>
#include <string.h>

const OffhookSetting offhook_twilio_settings[] = {
    {"account-sid", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "AC + 32 hex",
     "TWILIO_ACCOUNT_SID",
     "The account's SID (AC...); webhooks and streams of other accounts are refused."},
    {"auth-token", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, "32 hex",
     "TWILIO_AUTH_TOKEN",
     "The account's auth token, with which Twilio signs its requests."},
    {"auth-token-secondary", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, "32 hex", NULL,
     "The other auth token that is valid while the token is being changed."},
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "phone",
     "TWILIO_PHONE_NUMBER", "The number that callers dial, like +15550100001."},
    {"webhook-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "TWILIO_WEBHOOK_URL",
     "Under which URL Twilio reaches this server, when it is not [server] public-url."},
    {"require-signature", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Whether webhooks must carry Twilio's signature; false only for tests."},
    {"stream-auth", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "token", "token|none", NULL,
     "What lets a media stream in: the token from its webhook, or nothing (trusted networks)."},
    {"stream-signature", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "if-present",
     "if-present|required|ignored", NULL,
     "How a media stream's X-Twilio-Signature counts; not every upgrade is known to have one."},
    {"mode", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "stream", "stream|relay", NULL,
     "What crosses: the call's audio, or (ConversationRelay) words, with Twilio recognising and "
     "speaking."},
    {"relay-voice", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "ConversationRelay's voice, as relay-tts-provider names it."},
    {"relay-tts-provider", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Whose voice it is: Google, Amazon or ElevenLabs."},
    {"relay-transcription-provider", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Who recognises the caller: Google or Deepgram."},
    {"relay-speech-model", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "... with which of its models."},
    {"relay-language", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "ConversationRelay's language, when it is not the assistant's."},
    {"relay-tts-language", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "... for speaking alone."},
    {"relay-transcription-language", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "... for recognising alone."},
    {"relay-interruptible", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, NULL,
     "any|speech|dtmf|none", NULL,
     "With what a caller interrupts ConversationRelay; an assistant's interruptible=false rules it "
     "out in any case."},
    {"relay-interrupt-sensitivity", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, NULL,
     "low|medium|high", NULL, "How easily."},
    {"relay-hints", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Words that ConversationRelay is to expect, with commas."},
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "SK + 32 hex",
     "TWILIO_API_KEY",
     "An API key's SID (SK...), to use the REST interface with it instead of the auth token."},
    {"api-key-secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL,
     "TWILIO_API_SECRET", "The API key's secret."},
    {"region", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "TWILIO_REGION",
     "The account's region, like ie1; default us1."},
    {"edge", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "TWILIO_EDGE",
     "Through which edge location the REST interface is reached, like dublin."},
    {"api-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Another address of the REST interface than region and edge give: an emulator's."},
    {"api-timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "30", "1..120", NULL,
     "How long an answer of the REST interface is waited for, in seconds."},
    {"calls-per-second", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "1", "1..1000", NULL,
     "How many calls the account may begin in a second; more wait here instead of at Twilio."},
    {"ring-timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "60", "5..600", NULL,
     "How long a call that we place rings, in seconds, unless the request says."},
    {"messaging-service", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "MG + 32 hex", NULL,
     "A messaging service (MG...) that sends text messages instead of phone-number."},
    {"fallback-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Who is dialled for a caller whom no assistant can take."},
    {"fallback-message", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What a caller hears whom no assistant can take, before fallback-number or the end."},
    {NULL},
};

static gboolean
offhook_twilio_config_fail(GError **error, const char *name, const char *value,
			   const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s=%s: expected %s", name, value,
		    expected);
	return FALSE;
}

/* Twilio's "api.edge.region.twilio.com"; either part alone is allowed. */
static gboolean
offhook_twilio_config_set_api_url(OffhookTwilioConfig *self, OffhookSettings *settings,
				  GError **error)
{
	const char *other = offhook_settings_get_string(settings, "api-url");
	const char *parts[] = {offhook_settings_get_string(settings, "edge"),
			       offhook_settings_get_string(settings, "region")};
	static const char *const names[] = {"edge", "region"};
	g_autoptr(GString) host = g_string_new("api");

	if (other != NULL && *other != '\0') {
		if (!g_str_has_prefix(other, "http://") && !g_str_has_prefix(other, "https://"))
			return offhook_twilio_config_fail(error, "api-url", other,
							  "an http or https URL");
		self->api_other = TRUE;
		self->api_url = g_strconcat(other, "/2010-04-01", NULL);
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (parts[i] == NULL || *parts[i] == '\0')
			continue;
		if (strspn(parts[i], G_CSET_a_2_z G_CSET_DIGITS "-") != strlen(parts[i]))
			return offhook_twilio_config_fail(error, names[i], parts[i],
							  "lower-case letters, digits and -");
		g_string_append_printf(host, ".%s", parts[i]);
	}
	if (parts[0] != NULL && *parts[0] != '\0' && (parts[1] == NULL || *parts[1] == '\0'))
		g_string_append(host, ".us1");
	self->api_url = g_strconcat("https://", host->str, ".twilio.com/2010-04-01", NULL);
	return TRUE;
}

static gboolean
offhook_twilio_config_has_prefix(GError **error, const char *name, const char *value,
				 const char *prefix, const char *expected)
{
	if (value == NULL ||
	    (g_str_has_prefix(value, prefix) &&
	     strspn(value, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == strlen(value)))
		return TRUE;
	return offhook_twilio_config_fail(error, name, value, expected);
}

static gboolean
offhook_twilio_config_check(OffhookTwilioConfig *self, GError **error)
{
	const char *sid = self->account_sid;

	if (!offhook_twilio_config_has_prefix(error, "account-sid", sid, "AC",
					      "AC and 32 hexadecimal digits") ||
	    !offhook_twilio_config_has_prefix(error, "messaging-service", self->messaging_service,
					      "MG", "MG and 32 hexadecimal digits"))
		return FALSE;
	if (self->fallback_number != NULL && !offhook_twilio_target_is_valid(self->fallback_number))
		return offhook_twilio_config_fail(error, "fallback-number", self->fallback_number,
						  "a number in E.164, sip:... or client:...");
	if (self->phone_number != NULL && !offhook_phone_number_is_valid(self->phone_number))
		return offhook_twilio_config_fail(error, "phone-number", self->phone_number,
						  "a number in E.164 like +15550100001");
	/* Nothing set at all is a driver that is not used, which is no error. */
	if (offhook_twilio_config_get_missing(self) != NULL &&
	    (sid != NULL || self->phone_number != NULL)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "auth-token is missing: expected the account's auth "
			    "token (or TWILIO_AUTH_TOKEN), because require-signature=true");
		return FALSE;
	}
	return TRUE;
}

/* An API key goes before the auth token, which stays needed for the webhooks' signatures. */
static gboolean
offhook_twilio_config_set_credentials(OffhookTwilioConfig *self, OffhookSettings *settings,
				      GError **error)
{
	g_autofree char *key = offhook_settings_dup_string(settings, "api-key");
	g_autofree char *secret = offhook_settings_dup_string(settings, "api-key-secret");

	if (!offhook_twilio_config_has_prefix(error, "api-key", key, "SK",
					      "SK and 32 hexadecimal digits"))
		return FALSE;
	if ((key == NULL) != (secret == NULL))
		return offhook_twilio_config_fail(error, "api-key", key != NULL ? key : "",
						  "both api-key and api-key-secret, or neither");
	if (key != NULL) {
		self->api_user = g_steal_pointer(&key);
		self->api_password = g_steal_pointer(&secret);
	} else {
		self->api_user = g_strdup(self->account_sid);
		self->api_password = g_strdup(self->tokens[0]);
	}
	return TRUE;
}

static OffhookTwilioStreamSignature
offhook_twilio_config_get_stream_signature(OffhookSettings *settings)
{
	const char *word = offhook_settings_get_string(settings, "stream-signature");

	if (g_str_equal(word, "required"))
		return OFFHOOK_TWILIO_SIGNATURE_REQUIRED;
	return g_str_equal(word, "ignored") ? OFFHOOK_TWILIO_SIGNATURE_IGNORED
					    : OFFHOOK_TWILIO_SIGNATURE_IF_PRESENT;
}

OffhookTwilioConfig *
offhook_twilio_config_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookTwilioConfig) self = g_new0(OffhookTwilioConfig, 1);
	g_autofree char *secondary = offhook_settings_dup_string(settings, "auth-token-secondary");
	g_autofree char *url = offhook_settings_dup_string(settings, "webhook-url");

	self->account_sid = offhook_settings_dup_string(settings, "account-sid");
	self->phone_number = offhook_settings_dup_string(settings, "phone-number");
	self->tokens[0] = offhook_settings_dup_string(settings, "auth-token");
	self->tokens[self->tokens[0] != NULL ? 1 : 0] = g_steal_pointer(&secondary);
	self->require_signature = offhook_settings_get_boolean(settings, "require-signature");
	self->stream_token =
	    g_str_equal(offhook_settings_get_string(settings, "stream-auth"), "token");
	self->stream_signature = offhook_twilio_config_get_stream_signature(settings);
	offhook_twilio_relay_options_read(&self->relay, settings);
	self->calls_per_second = (guint)offhook_settings_get_integer(settings, "calls-per-second");
	self->api_timeout_s = (guint)offhook_settings_get_integer(settings, "api-timeout");
	self->ring_timeout_s = (guint)offhook_settings_get_integer(settings, "ring-timeout");
	self->messaging_service = offhook_settings_dup_string(settings, "messaging-service");
	self->fallback_number = offhook_settings_dup_string(settings, "fallback-number");
	self->fallback_message = offhook_settings_dup_string(settings, "fallback-message");
	if (url != NULL && (self->base_url = offhook_driver_parse_base_url(url)) == NULL) {
		offhook_twilio_config_fail(error, "webhook-url", url, "an http or https URL");
		return NULL;
	}
	if (!offhook_twilio_config_set_api_url(self, settings, error) ||
	    !offhook_twilio_config_set_credentials(self, settings, error) ||
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

const char *
offhook_twilio_config_get_api_missing(const OffhookTwilioConfig *self)
{
	if (self->account_sid == NULL)
		return "account-sid (or TWILIO_ACCOUNT_SID) is not set";
	if (self->api_password == NULL)
		return "neither auth-token (or TWILIO_AUTH_TOKEN) nor api-key is set";
	return NULL;
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
	g_free(self->api_url);
	g_free(self->api_user);
	g_free(self->api_password);
	g_free(self->messaging_service);
	offhook_twilio_relay_options_clear(&self->relay);
	g_free(self->fallback_number);
	g_free(self->fallback_message);
	g_free(self);
}
