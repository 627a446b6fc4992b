/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The TwiML documents this driver answers with. Any thread.
 */

#include "twiml.h"

#include <offhook/call.h>
#include <string.h>

#define TWIML_BEGIN "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>"
#define TWIML_END   "</Response>"

static void
offhook_twilio_twiml_add_attribute(GString *out, const char *name, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value, -1);

	g_string_append_printf(out, " %s=\"%s\"", name, escaped);
}

/* Closes the tag that is open. @token: (nullable) */
static void
offhook_twilio_twiml_add_token(GString *out, const char *token)
{
	g_string_append_c(out, '>');
	if (token == NULL)
		return;
	g_string_append(out, "<Parameter name=\"token\"");
	offhook_twilio_twiml_add_attribute(out, "value", token);
	g_string_append(out, "/>");
}

char *
offhook_twilio_twiml_connect(const char *action_url, const char *stream_url, const char *token,
			     const char *status_url)
{
	g_autoptr(GString) out = g_string_new(TWIML_BEGIN "<Connect");

	offhook_twilio_twiml_add_attribute(out, "action", action_url);
	g_string_append(out, "><Stream");
	offhook_twilio_twiml_add_attribute(out, "url", stream_url);
	if (status_url != NULL)
		offhook_twilio_twiml_add_attribute(out, "statusCallback", status_url);
	offhook_twilio_twiml_add_token(out, token);
	g_string_append(out, "</Stream></Connect>" TWIML_END);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
offhook_twilio_twiml_relay(const char *action_url, const char *relay_url, const char *token,
			   const char *record_url, const OffhookTwilioAttribute *attributes,
			   guint n)
{
	g_autoptr(GString) out = g_string_new(TWIML_BEGIN);

	if (record_url != NULL) {
		g_string_append(out, "<Start><Recording channels=\"dual\"");
		offhook_twilio_twiml_add_attribute(out, "recordingStatusCallback", record_url);
		offhook_twilio_twiml_add_attribute(out, "recordingStatusCallbackEvent",
						   "in-progress completed absent");
		g_string_append(out, "/></Start>");
	}
	g_string_append(out, "<Connect");
	offhook_twilio_twiml_add_attribute(out, "action", action_url);
	g_string_append(out, "><ConversationRelay");
	offhook_twilio_twiml_add_attribute(out, "url", relay_url);
	for (guint i = 0; i < n; i++)
		offhook_twilio_twiml_add_attribute(out, attributes[i].name, attributes[i].value);
	g_string_append(out, " dtmfDetection=\"true\" partialPrompts=\"true\"");
	offhook_twilio_twiml_add_token(out, token);
	g_string_append(out, "</ConversationRelay></Connect>" TWIML_END);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
offhook_twilio_twiml_reject(gboolean busy)
{
	return g_strdup(busy ? TWIML_BEGIN "<Reject reason=\"busy\"/>" TWIML_END
			     : TWIML_BEGIN "<Reject/>" TWIML_END);
}

/* @action_url, @answered_url: (nullable) */
static void
offhook_twilio_twiml_add_dial(GString *out, const char *target, const char *action_url,
			      const char *answered_url)
{
	g_autofree char *escaped = NULL;
	const char *noun = "Number";

	if (g_str_has_prefix(target, "sip:")) {
		noun = "Sip";
	} else if (g_str_has_prefix(target, "client:")) {
		noun = "Client";
		target += strlen("client:");
	}
	escaped = g_markup_escape_text(target, -1);
	g_string_append(out, "<Dial");
	if (action_url != NULL)
		offhook_twilio_twiml_add_attribute(out, "action", action_url);
	g_string_append_printf(out, "><%s", noun);
	if (answered_url != NULL) {
		offhook_twilio_twiml_add_attribute(out, "statusCallback", answered_url);
		offhook_twilio_twiml_add_attribute(out, "statusCallbackEvent", "answered");
	}
	g_string_append_printf(out, ">%s</%s></Dial>", escaped, noun);
}

char *
offhook_twilio_twiml_dial(const char *target, const char *action_url, const char *answered_url)
{
	g_autoptr(GString) out = g_string_new(TWIML_BEGIN);

	offhook_twilio_twiml_add_dial(out, target, action_url, answered_url);
	g_string_append(out, TWIML_END);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
offhook_twilio_twiml_conference(const char *name)
{
	g_autofree char *escaped = g_markup_escape_text(name, -1);

	return g_strdup_printf(TWIML_BEGIN
			       "<Dial><Conference beep=\"false\" endConferenceOnExit=\"true\">%s"
			       "</Conference></Dial>" TWIML_END,
			       escaped);
}

char *
offhook_twilio_twiml_fallback(const char *message, const char *target)
{
	g_autoptr(GString) out = g_string_new(TWIML_BEGIN);

	if (message != NULL) {
		g_autofree char *escaped = g_markup_escape_text(message, -1);

		g_string_append_printf(out, "<Say>%s</Say>", escaped);
	}
	if (target != NULL)
		offhook_twilio_twiml_add_dial(out, target, NULL, NULL);
	g_string_append(out, "<Hangup/>" TWIML_END);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
offhook_twilio_twiml_hang_up(void)
{
	return g_strdup(TWIML_BEGIN "<Hangup/>" TWIML_END);
}

gboolean
offhook_twilio_target_is_valid(const char *target)
{
	static const char *const schemes[] = {"sip:", "client:", NULL};

	return offhook_phone_target_is_valid(target, schemes);
}
