/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The settings of [driver:vonage], checked against each other. Main thread.
 */

#include "vonage-config.h"

#include "ncco.h"

#include <offhook/driver.h>
#include <offhook/error.h>
#include <string.h>

#define MAX_KEY_FILE (64 * 1024)

const OffhookSetting offhook_vonage_settings[] = {
    {"api-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "VONAGE_API_KEY",
     "The account's API key; webhooks of other accounts are refused."},
    {"api-secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "VONAGE_API_SECRET",
     "The account's API secret: needed only to send text messages with sms-api=sms."},
    {"application-id", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "uuid",
     "VONAGE_APPLICATION_ID", "The id of the Voice application, a UUID."},
    {"private-key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, "pem",
     "VONAGE_PRIVATE_KEY",
     "The application's private key: PEM (\"\\n\" may stand for a line's end), or the file's "
     "name."},
    {"signature-secret", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL,
     "VONAGE_SIGNATURE_SECRET", "The account's signature secret, with which webhooks are signed."},
    {"phone-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, "phone",
     "VONAGE_PHONE_NUMBER", "The number that callers dial, like +15550100001."},
    {"webhook-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "VONAGE_WEBHOOK_URL",
     "Under which URL Vonage reaches this server, when it is not [server] public-url."},
    {"require-signature", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Whether webhooks must be signed by Vonage; false only for tests."},
    {"require-payload-hash", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Whether a signature must cover the request's body."},
    {"signature-max-age", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "300", "10..86400", NULL,
     "How old a webhook's signature may be, in seconds."},
    {"refuse-repeated-signatures", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL,
     NULL, "Whether a signature lets only one request in; repeated deliveries may carry the same."},
    {"stream-auth", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "token", "token|vonage|none",
     NULL, "What lets a media stream in: a token of ours, Vonage's signature, or nothing."},
    {"sample-rate", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "16000", "8000|16000|24000", NULL,
     "Samples per second of a call's audio on its way between Vonage and here."},
    {"region", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, NULL,
     "na-east|na-west|eu-west|eu-east|apac-sng|apac-australia", NULL,
     "The application's region, through which calls are placed."},
    {"api-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, "VONAGE_API_URL",
     "Another address of the REST interface than the region's: an emulator's."},
    {"api-timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "30", "1..120", NULL,
     "How long an answer of the REST interface is waited for, in seconds."},
    {"calls-per-second", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "3", "1..1000", NULL,
     "How many calls the account may begin in a second; more wait here instead of being refused."},
    {"ring-timeout", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "60", "5..120", NULL,
     "How long a call that we place rings, in seconds, unless the request says."},
    {"record-calls", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Whether Vonage records every call that comes in, from the answer on."},
    {"hold-music-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "A sound (mp3, or 16-bit wav) that Vonage plays to callers on hold, instead of our own."},
    {"sms-api", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "messages", "messages|sms", NULL,
     "Through which interface text messages are sent: as the account is set in the dashboard."},
    {"sms-url", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Another address of the SMS API: an emulator's."},
    {"sms-signature", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "md5hash",
     "md5hash|md5|sha1|sha256|sha512", NULL,
     "The signature method of the SMS API, as it is set in the dashboard."},
    {"fallback-number", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "Who is dialled for a caller whom no assistant can take."},
    {"fallback-message", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "What a caller hears whom no assistant can take, before fallback-number or the end."},
    {NULL},
};

static gboolean
offhook_vonage_config_fail(GError **error, const char *name, const char *value,
			   const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s=%s: expected %s", name, value,
		    expected);
	return FALSE;
}

static const char *
offhook_vonage_config_get_region_host(const char *region)
{
	static const struct {
		const char *region;
		const char *host;
	} hosts[] = {
	    {"na-east", "api-us-3"}, {"na-west", "api-us-4"},  {"eu-west", "api-eu-3"},
	    {"eu-east", "api-eu-4"}, {"apac-sng", "api-ap-3"}, {"apac-australia", "api-ap-4"},
	};

	for (guint i = 0; region != NULL && i < G_N_ELEMENTS(hosts); i++)
		if (g_str_equal(hosts[i].region, region))
			return hosts[i].host;
	return NULL;
}

static char *
offhook_vonage_config_read_url(OffhookSettings *settings, const char *name, GError **error)
{
	g_autofree char *value = offhook_settings_dup_string(settings, name);
	gsize size;

	if (value == NULL)
		return NULL;
	if (!offhook_http_url_is_valid(value)) {
		offhook_vonage_config_fail(error, name, value, "an http or https URL");
		return NULL;
	}
	for (size = strlen(value); size > 0 && value[size - 1] == '/'; size--)
		value[size - 1] = '\0';
	return g_steal_pointer(&value);
}

static gboolean
offhook_vonage_config_set_urls(OffhookVonageConfig *self, OffhookSettings *settings, GError **error)
{
	const char *url = offhook_settings_get_string(settings, "webhook-url");
	const char *host =
	    offhook_vonage_config_get_region_host(offhook_settings_get_string(settings, "region"));
	g_autoptr(GError) local = NULL;

	if (url != NULL && *url != '\0' &&
	    (self->base_url = offhook_driver_parse_base_url(url)) == NULL)
		return offhook_vonage_config_fail(error, "webhook-url", url,
						  "an http or https URL");
	self->hold_music = offhook_vonage_config_read_url(settings, "hold-music-url", &local);
	if (local == NULL)
		self->api_url = offhook_vonage_config_read_url(settings, "api-url", &local);
	if (local == NULL)
		self->sms_url = offhook_vonage_config_read_url(settings, "sms-url", &local);
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	self->api_other = self->api_url != NULL;
	if (self->sms_url == NULL)
		self->sms_url =
		    g_strdup(self->api_other ? self->api_url : "https://rest.nexmo.com");
	if (self->api_url == NULL)
		self->api_url = host != NULL ? g_strconcat("https://", host, ".vonage.com", NULL)
					     : g_strdup("https://api.nexmo.com");
	return TRUE;
}

/* The environment's habit is a file's name; our own "private-key-file" has been read already. */
static gboolean
offhook_vonage_config_set_private_key(OffhookVonageConfig *self, OffhookSettings *settings,
				      GError **error)
{
	g_autofree char *value = offhook_settings_dup_string(settings, "private-key");
	g_autoptr(GError) local = NULL;
	g_auto(GStrv) lines = NULL;
	gsize size = 0;

	if (value == NULL)
		return TRUE;
	if (strstr(value, "-----BEGIN") == NULL) {
		g_autofree char *path = g_steal_pointer(&value);

		if (!g_file_get_contents(path, &value, &size, &local) || size > MAX_KEY_FILE ||
		    strstr(value, "-----BEGIN") == NULL) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "private-key: expected a key in PEM or the name "
				    "of its file%s%s",
				    local != NULL ? ": " : "", local != NULL ? local->message : "");
			return FALSE;
		}
	}
	lines = g_strsplit(value, "\\n", -1);
	self->private_key = g_strjoinv("\n", lines);
	return TRUE;
}

static gboolean
offhook_vonage_config_set_numbers(OffhookVonageConfig *self, OffhookSettings *settings,
				  GError **error)
{
	self->phone_number = offhook_settings_dup_string(settings, "phone-number");
	self->fallback_number = offhook_settings_dup_string(settings, "fallback-number");
	self->fallback_message = offhook_settings_dup_string(settings, "fallback-message");
	if (self->fallback_number != NULL && !offhook_vonage_target_is_valid(self->fallback_number))
		return offhook_vonage_config_fail(error, "fallback-number", self->fallback_number,
						  "a number in E.164 or sip:...");
	if (self->fallback_message != NULL &&
	    g_utf8_strlen(self->fallback_message, -1) > OFFHOOK_VONAGE_MAX_TALK)
		return offhook_vonage_config_fail(error, "fallback-message", "...",
						  "at most 1500 characters");
	return TRUE;
}

static gboolean
offhook_vonage_config_check(OffhookVonageConfig *self, GError **error)
{
	const char *missing = offhook_vonage_config_get_missing(self);

	if (self->application_id != NULL && !g_uuid_string_is_valid(self->application_id))
		return offhook_vonage_config_fail(error, "application-id", self->application_id,
						  "a UUID");
	if ((self->application_id == NULL) != (self->private_key == NULL))
		return offhook_vonage_config_fail(
		    error, "application-id",
		    self->application_id != NULL ? self->application_id : "",
		    "both application-id and private-key, or neither");
	/* Nothing set at all is a driver that is not used, which is no error. */
	if (missing == NULL || (self->application_id == NULL && self->phone_number == NULL))
		return TRUE;
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, missing);
	return FALSE;
}

static void
offhook_vonage_config_read_plain(OffhookVonageConfig *self, OffhookSettings *settings)
{
	const char *auth = offhook_settings_get_string(settings, "stream-auth");
	const char *rate = offhook_settings_get_string(settings, "sample-rate");

	self->api_key = offhook_settings_dup_string(settings, "api-key");
	self->api_secret = offhook_settings_dup_string(settings, "api-secret");
	self->application_id = offhook_settings_dup_string(settings, "application-id");
	self->signature_secret = offhook_settings_dup_string(settings, "signature-secret");
	self->require_signature = offhook_settings_get_boolean(settings, "require-signature");
	self->require_hash = offhook_settings_get_boolean(settings, "require-payload-hash");
	self->refuse_repeated =
	    offhook_settings_get_boolean(settings, "refuse-repeated-signatures");
	self->max_age_s = (guint)offhook_settings_get_integer(settings, "signature-max-age");
	self->api_timeout_s = (guint)offhook_settings_get_integer(settings, "api-timeout");
	self->calls_per_second = (guint)offhook_settings_get_integer(settings, "calls-per-second");
	self->ring_timeout_s = (guint)offhook_settings_get_integer(settings, "ring-timeout");
	self->record_calls = offhook_settings_get_boolean(settings, "record-calls");
	self->sample_rate = (guint)g_ascii_strtoull(rate, NULL, 10);
	self->stream_auth = g_str_equal(auth, "token")    ? OFFHOOK_VONAGE_STREAM_TOKEN
			    : g_str_equal(auth, "vonage") ? OFFHOOK_VONAGE_STREAM_VONAGE
							  : OFFHOOK_VONAGE_STREAM_NONE;
	self->sms_api = g_str_equal(offhook_settings_get_string(settings, "sms-api"), "sms");
	self->sms_method = offhook_vonage_sms_method_from_string(
	    offhook_settings_get_string(settings, "sms-signature"));
}

OffhookVonageConfig *
offhook_vonage_config_new(OffhookSettings *settings, GError **error)
{
	g_autoptr(OffhookVonageConfig) self = g_new0(OffhookVonageConfig, 1);

	offhook_vonage_config_read_plain(self, settings);
	if (!offhook_vonage_config_set_urls(self, settings, error) ||
	    !offhook_vonage_config_set_private_key(self, settings, error) ||
	    !offhook_vonage_config_set_numbers(self, settings, error) ||
	    !offhook_vonage_config_check(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

const char *
offhook_vonage_config_get_missing(const OffhookVonageConfig *self)
{
	if (!self->require_signature)
		return NULL;
	if (self->signature_secret == NULL)
		return "signature-secret (or VONAGE_SIGNATURE_SECRET) is not set and "
		       "require-signature is true";
	return self->api_key == NULL
		   ? "api-key (or VONAGE_API_KEY) is not set, which signatures are compared with"
		   : NULL;
}

const char *
offhook_vonage_config_get_api_missing(const OffhookVonageConfig *self)
{
	if (self->application_id == NULL)
		return "application-id (or VONAGE_APPLICATION_ID) is not set";
	return self->private_key == NULL ? "private-key (or VONAGE_PRIVATE_KEY) is not set" : NULL;
}

void
offhook_vonage_config_free(OffhookVonageConfig *self)
{
	if (self == NULL)
		return;
	g_free(self->api_key);
	g_free(self->api_secret);
	g_free(self->application_id);
	g_free(self->private_key);
	g_free(self->signature_secret);
	g_free(self->phone_number);
	g_free(self->base_url);
	g_free(self->hold_music);
	g_free(self->api_url);
	g_free(self->sms_url);
	g_free(self->fallback_number);
	g_free(self->fallback_message);
	g_free(self);
}
