/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What makes this emulator Vonage's: the application and its options, and the carrier's numbers. */

#include "account.h"

#include "exchange.h"

#include <string.h>

/* Made up, for those who only want to try. */
#define OFFHOOK_EMU_ACCOUNT_APPLICATION "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
#define OFFHOOK_EMU_ACCOUNT_KEY         "a1b2c3d4"
#define OFFHOOK_EMU_ACCOUNT_SECRET      "only-for-trying-0"
#define OFFHOOK_EMU_ACCOUNT_SIGNATURE   "only-for-trying-signature-secret"

static OffhookEmuAccount *
offhook_emu_account_new(void)
{
	OffhookEmuAccount *self = g_new0(OffhookEmuAccount, 1);

	self->creations_per_second = 3;
	self->requests_per_second = 15;
	self->exchange = offhook_emu_exchange_new();
	return self;
}

static void
offhook_emu_account_free(OffhookEmuAccount *self)
{
	g_free(self->application_id);
	g_free(self->api_key);
	g_free(self->api_secret);
	g_free(self->signature_secret);
	g_free(self->key_path);
	g_clear_pointer(&self->key, offhook_emu_key_free);
	g_free(self->answer_method);
	g_free(self->event_method);
	g_free(self->event_url);
	g_free(self->fallback_url);
	g_free(self->sms_status_url);
	g_free(self->input);
	offhook_emu_exchange_free(self->exchange);
	g_free(self);
}

static void
offhook_emu_account_add_application(OffhookEmuAccount *self, GOptionContext *context)
{
	GOptionGroup *group = g_option_group_new("application", "Application and signature:",
						 "Show whose application it is", NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_TEXT("application-id", self->application_id,
			     "of the application (VONAGE_APPLICATION_ID)", "UUID"),
	    OFFHOOK_EMU_TEXT("api-key", self->api_key, "of the account (VONAGE_API_KEY)", "KEY"),
	    OFFHOOK_EMU_TEXT("api-secret", self->api_secret, "(VONAGE_API_SECRET)", "SECRET"),
	    OFFHOOK_EMU_TEXT("signature-secret", self->signature_secret,
			     "signs the webhooks (VONAGE_SIGNATURE_SECRET)", "SECRET"),
	    OFFHOOK_EMU_TEXT("key", self->key_path,
			     "the application's key, public or private, to check tokens "
			     "(VONAGE_PRIVATE_KEY_FILE)",
			     "FILE.pem"),
	    OFFHOOK_EMU_TEXT("answer-method", self->answer_method, "POST (default) or GET",
			     "METHOD"),
	    OFFHOOK_EMU_TEXT("event-method", self->event_method, "POST (default) or GET", "METHOD"),
	    OFFHOOK_EMU_TEXT("event-url", self->event_url,
			     "event webhook (beside the answer webhook)", "URL"),
	    OFFHOOK_EMU_TEXT("fallback-url", self->fallback_url, "fallback webhook (likewise)",
			     "URL"),
	    OFFHOOK_EMU_TEXT("sms-status-url", self->sms_status_url,
			     "for the status of messages (likewise)", "URL"),
	    OFFHOOK_EMU_TEXT("input", self->input, "keys pressed when an input action waits",
			     "DIGITS"),
	    OFFHOOK_EMU_FLAG("other-region", self->other_region,
			     "calls that come in are controlled through another host"),
	    OFFHOOK_EMU_INT("api-port", self->api_port,
			    "where REST is served beside calls that come in (any)", "PORT"),
	    OFFHOOK_EMU_INT("creations-per-second", self->creations_per_second,
			    "calls that may be placed (3)", "N"),
	    OFFHOOK_EMU_INT("requests-per-second", self->requests_per_second,
			    "other requests that may be made (15)", "N"),
	    {NULL},
	};

	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static void
offhook_emu_account_add_options(OffhookEmuOptions *options, GOptionContext *context)
{
	OffhookEmuAccount *self = options->account;
	GOptionGroup *group = g_option_group_new(
	    "vonage-faults", "Faults in Vonage's protocol:", "Show the faults in Vonage's protocol",
	    NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_FLAG("bad-signature", self->bad_signature,
			     "sign webhooks with a wrong secret"),
	    OFFHOOK_EMU_FLAG("no-signature", self->no_signature, "do not sign webhooks"),
	    OFFHOOK_EMU_FLAG("alg-none", self->alg_none, "tokens with alg=none"),
	    OFFHOOK_EMU_FLAG("stale-signature", self->stale_signature, "tokens an hour old"),
	    OFFHOOK_EMU_FLAG("wrong-hash", self->wrong_hash, "payload_hash of another body"),
	    OFFHOOK_EMU_FLAG("bad-stream-token", self->bad_stream_token,
			     "open the socket with a wrong token"),
	    OFFHOOK_EMU_FLAG("no-stream-token", self->no_stream_token,
			     "open the socket without a token"),
	    OFFHOOK_EMU_FLAG("reuse-stream-token", self->reuse_stream_token,
			     "open a second socket with the token of the first"),
	    OFFHOOK_EMU_FLAG("no-connected", self->no_connected,
			     "nothing is ever said on the open socket"),
	    OFFHOOK_EMU_FLAG("no-cleared", self->no_cleared, "never acknowledge clear"),
	    OFFHOOK_EMU_FLAG("odd-frame", self->odd_frame, "send a frame of an odd size"),
	    OFFHOOK_EMU_FLAG("unknown-event", self->unknown_event,
			     "send an event that nobody knows"),
	    OFFHOOK_EMU_INT("events-delay", self->events_delay_ms, "events come so much later",
			    "MS"),
	    OFFHOOK_EMU_FLAG("events-twice", self->events_twice, "every event comes twice"),
	    OFFHOOK_EMU_FLAG("events-reordered", self->events_reordered,
			     "started and ringing come after answered"),
	    {NULL},
	};

	offhook_emu_account_add_application(self, context);
	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static gboolean
offhook_emu_account_check_method(const gchar *option, const gchar *method, GError **error)
{
	if (g_str_equal(method, "GET") || g_str_equal(method, "POST"))
		return TRUE;
	return offhook_emu_options_refuse(error, "%s %s: expected GET or POST", option, method);
}

static gboolean
offhook_emu_account_check_options(OffhookEmuOptions *options, GError **error)
{
	OffhookEmuAccount *self = options->account;

	offhook_emu_options_default(&self->application_id, "VONAGE_APPLICATION_ID",
				    OFFHOOK_EMU_ACCOUNT_APPLICATION);
	offhook_emu_options_default(&self->api_key, "VONAGE_API_KEY", OFFHOOK_EMU_ACCOUNT_KEY);
	offhook_emu_options_default(&self->api_secret, "VONAGE_API_SECRET",
				    OFFHOOK_EMU_ACCOUNT_SECRET);
	offhook_emu_options_default(&self->signature_secret, "VONAGE_SIGNATURE_SECRET",
				    OFFHOOK_EMU_ACCOUNT_SIGNATURE);
	offhook_emu_options_default(&self->key_path, "VONAGE_PRIVATE_KEY_FILE", NULL);
	offhook_emu_options_default(&self->answer_method, NULL, "POST");
	offhook_emu_options_default(&self->event_method, NULL, "POST");
	options->wrongs = self->no_connected || self->odd_frame || self->unknown_event ||
			  self->bad_stream_token || self->no_stream_token;
	if (self->key_path != NULL) {
		self->key = offhook_emu_key_read(self->key_path, error);
		if (self->key == NULL)
			return FALSE;
	}
	if (self->input != NULL && strspn(self->input, "0123456789*#") != strlen(self->input))
		return offhook_emu_options_refuse(error, "--input %s: expected 0-9, * and #",
						  self->input);
	return offhook_emu_account_check_method("--answer-method", self->answer_method, error) &&
	       offhook_emu_account_check_method("--event-method", self->event_method, error) &&
	       offhook_emu_options_check_range("--events-delay", (gint)self->events_delay_ms, 0,
					       60000, error) &&
	       offhook_emu_options_check_range("--api-port", (gint)self->api_port, 0, 65535,
					       error) &&
	       offhook_emu_options_check_range(
		   "--creations-per-second", (gint)self->creations_per_second, 1, 100000, error) &&
	       offhook_emu_options_check_range("--requests-per-second",
					       (gint)self->requests_per_second, 1, 100000, error);
}

static const guint offhook_emu_rates[] = {8000, 16000, 24000, 0};

const OffhookEmuCarrier offhook_emu_carrier = {
    .name = "vonage",
    .summary = "Plays Vonage's part of a phone call: calls the signed webhooks, follows the NCCO, "
	       "streams the\ncaller's audio in real time and plays what comes back. Exits with 0 "
	       "when all went as expected.",
    .user_agent = "Nexmo/MessagingHUB/v1.0",
    .webhook_path = "/voice/webhook/vonage/answer",
    .rates = offhook_emu_rates,
    .buffer_ms = 3072 * 20,
    .overflow = "more than 3072 messages are queued, the rest is dropped",
    .always_serves = TRUE,
    .account_new = offhook_emu_account_new,
    .account_free = offhook_emu_account_free,
    .add_options = offhook_emu_account_add_options,
    .check_options = offhook_emu_account_check_options,
};
