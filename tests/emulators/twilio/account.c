/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What makes this emulator Twilio's: the account and its options, and the carrier's numbers. */

#include "account.h"

#include <string.h>

#define OFFHOOK_EMU_ACCOUNT_TOKEN "12ab34cd56ef78900987fe65dc43ba21"

static OffhookEmuAccount *
offhook_emu_account_new(void)
{
	OffhookEmuAccount *self = g_new0(OffhookEmuAccount, 1);

	self->speech_rate = 15;
	self->hearing_ms = 400;
	return self;
}

static void
offhook_emu_account_free(OffhookEmuAccount *self)
{
	g_free(self->auth_token);
	g_free(self->sid);
	g_free(self->status);
	g_free(self->api_key);
	g_free(self->call_sid);
	g_strfreev(self->fields);
	g_free(self->status_callback);
	g_free(self);
}

static void
offhook_emu_account_add_signature(OffhookEmuAccount *self, GOptionContext *context)
{
	GOptionGroup *group = g_option_group_new(
	    "account", "Account and signature:", "Show whose account it is and how it signs", NULL,
	    NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_TEXT("auth-token", self->auth_token,
			     "signs the webhooks (TWILIO_AUTH_TOKEN)", "TOKEN"),
	    OFFHOOK_EMU_TEXT("account-sid", self->sid, "AC... (TWILIO_ACCOUNT_SID)", "SID"),
	    OFFHOOK_EMU_TEXT("account-status", self->status, "active, suspended or closed",
			     "STATUS"),
	    OFFHOOK_EMU_TEXT("api-key", self->api_key,
			     "also opens the REST interface, but not the account in it",
			     "SID:SECRET"),
	    OFFHOOK_EMU_TEXT("call-sid", self->call_sid, "CA..., made up by default", "SID"),
	    {"field", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->fields, "one more webhook field",
	     "NAME=VALUE"},
	    OFFHOOK_EMU_TEXT("status-callback", self->status_callback,
			     "posted when the call is over", "URL"),
	    OFFHOOK_EMU_FLAG("bad-signature", self->bad_signature,
			     "sign webhooks with a wrong token"),
	    OFFHOOK_EMU_FLAG("no-signature", self->no_signature, "do not sign webhooks"),
	    OFFHOOK_EMU_FLAG("bad-stream-signature", self->bad_stream_signature,
			     "sign the stream's upgrade with a wrong token"),
	    OFFHOOK_EMU_FLAG("no-stream-signature", self->no_stream_signature,
			     "do not sign the upgrade"),
	    {NULL},
	};

	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static void
offhook_emu_account_add_relay(OffhookEmuAccount *self, GOptionContext *context)
{
	GOptionGroup *group =
	    g_option_group_new("relay", "ConversationRelay, when the server asks for it:",
			       "Show how ConversationRelay speaks and hears", NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_INT("speech-rate", self->speech_rate,
			    "how fast the server's texts are spoken (15)", "CHARACTERS/S"),
	    OFFHOOK_EMU_INT("hearing-delay", self->hearing_ms,
			    "from the caller's last word to the prompt (400)", "MS"),
	    OFFHOOK_EMU_FLAG("relay-error", self->relay_error, "send an error message"),
	    OFFHOOK_EMU_INT("flood", self->flood, "send so many prompts at once", "N"),
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
	    "twilio-faults", "Faults in Twilio's protocol:", "Show the faults in Twilio's protocol",
	    NULL, NULL);
	const GOptionEntry entries[] = {
	    OFFHOOK_EMU_INT("frame-ms", options->frame_ms,
			    "length of the caller's audio messages (20)", "MS"),
	    OFFHOOK_EMU_FLAG("no-parameters", self->no_parameters,
			     "leave out the <Parameter> values"),
	    OFFHOOK_EMU_FLAG("no-start", self->no_start, "connected, then nothing more"),
	    OFFHOOK_EMU_FLAG("wrong-stream-id", self->wrong_stream_id,
			     "send a message with a wrong streamSid"),
	    OFFHOOK_EMU_FLAG("duplicate-start", self->duplicate_start, "send start twice"),
	    OFFHOOK_EMU_FLAG("binary", self->binary, "send a binary message"),
	    {NULL},
	};

	offhook_emu_account_add_signature(self, context);
	offhook_emu_account_add_relay(self, context);
	g_option_group_add_entries(group, entries);
	g_option_context_add_group(context, group);
}

static gboolean
offhook_emu_account_check_options(OffhookEmuOptions *options, GError **error)
{
	OffhookEmuAccount *self = options->account;

	offhook_emu_options_default(&self->auth_token, "TWILIO_AUTH_TOKEN",
				    OFFHOOK_EMU_ACCOUNT_TOKEN);
	offhook_emu_options_default(&self->sid, "TWILIO_ACCOUNT_SID",
				    "AC00000000000000000000000000000001");
	if (self->status == NULL)
		self->status = g_strdup("active");
	options->wrongs = self->no_start || self->wrong_stream_id || self->binary ||
			  self->duplicate_start || self->relay_error || self->flood > 0;
	if (!offhook_emu_options_check_range("--speech-rate", (gint)self->speech_rate, 1, 1000,
					     error) ||
	    !offhook_emu_options_check_range("--hearing-delay", (gint)self->hearing_ms, 0, 60000,
					     error) ||
	    !offhook_emu_options_check_range("--flood", (gint)self->flood, 0, 1000000, error))
		return FALSE;
	for (gchar **field = self->fields; field != NULL && *field != NULL; field++) {
		if (strchr(*field, '=') == NULL)
			return offhook_emu_options_refuse(error, "--field %s: expected NAME=VALUE",
							  *field);
	}
	return offhook_emu_options_check_range("--frame-ms", (gint)options->frame_ms, 1,
					       options->faults.fragmented ? 500 : 1000, error);
}

static const guint offhook_emu_rates[] = {8000, 0};

const OffhookEmuCarrier offhook_emu_carrier = {
    .name = "twilio",
    .summary = "Plays Twilio's part of a phone call: posts the signed webhook, follows the TwiML, "
	       "streams the\ncaller's audio in real time and plays what comes back. Exits with 0 "
	       "when all went as expected.",
    .numbers = "With --serve the last digits of the number that is called decide:\n"
	       "  9001, 9002, 9003        busy, no answer, failed\n"
	       "  9004, 9005              a machine answers\n"
	       "  9006                    rings until its Timeout\n"
	       "  9010, 9011, 9012, 9013  callbacks twice, out of order, after the end, before the "
	       "reply\n"
	       "  9020                    429 three times, then placed\n"
	       "  9021, 9022, 9023        500, 500 and placed, placed without a reply\n"
	       "  9030, 9031              errors 21217, 21215\n",
    .user_agent = "TwilioProxy/1.1",
    .webhook_path = "/voice/webhook/twilio",
    .rates = offhook_emu_rates,
    .buffer_ms = 600 * 1000,
    .overflow = "31931: over ten minutes of audio are buffered, the rest is dropped",
    .account_new = offhook_emu_account_new,
    .account_free = offhook_emu_account_free,
    .add_options = offhook_emu_account_add_options,
    .check_options = offhook_emu_account_check_options,
};
