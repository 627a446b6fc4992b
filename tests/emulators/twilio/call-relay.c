/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* ConversationRelay in a call: what the document asks for, the session, and what is told of it
 * afterwards. */

#include "call-private.h"

#include "identity.h"
#include "relay.h"

#include <string.h>

/* Returns: whether @value is one of @values ("a|b"; NULL: anything goes). */
static gboolean
offhook_emu_call_is_one_of(const gchar *value, const gchar *values)
{
	g_auto(GStrv) list = NULL;

	if (values == NULL)
		return TRUE;
	list = g_strsplit(values, "|", -1);
	return g_strv_contains((const gchar *const *)list, value);
}

/* The attributes as they are documented; what is not, the carrier warns about. */
static void
offhook_emu_call_check_relay(OffhookEmuCall *self, GHashTable *attributes)
{
	static const struct {
		const gchar *name;
		const gchar *values;
	} known[] = {
	    {"url", NULL},
	    {"welcomeGreeting", NULL},
	    {"welcomeGreetingInterruptible", "none|dtmf|speech|any|true|false"},
	    {"language", NULL},
	    {"ttsLanguage", NULL},
	    {"ttsProvider", "Google|Amazon|ElevenLabs"},
	    {"voice", NULL},
	    {"transcriptionLanguage", NULL},
	    {"transcriptionProvider", "Google|Deepgram"},
	    {"speechModel", NULL},
	    {"interruptible", "none|dtmf|speech|any|true|false"},
	    {"interruptSensitivity", "low|medium|high"},
	    {"preemptible", "true|false"},
	    {"reportInputDuringAgentSpeech", "none|dtmf|speech|any"},
	    {"dtmfDetection", "true|false"},
	    {"partialPrompts", "true|false"},
	    {"hints", NULL},
	    {"profanityFilter", "true|false"},
	    {"events", NULL},
	    {"debug", NULL},
	    {"elevenlabsTextNormalization", NULL},
	    {"intelligenceService", NULL},
	};
	GHashTableIter iter;
	gpointer name, value;

	g_hash_table_iter_init(&iter, attributes);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_autofree gchar *text = NULL;
		gsize i = 0;

		while (i < G_N_ELEMENTS(known) && !g_str_equal(known[i].name, name))
			i++;
		if (i == G_N_ELEMENTS(known))
			text = g_strdup_printf("12200: <ConversationRelay> has no attribute %s",
					       (gchar *)name);
		else if (!offhook_emu_call_is_one_of(value, known[i].values))
			text = g_strdup_printf("12200: %s=\"%s\": expected %s", (gchar *)name,
					       (gchar *)value, known[i].values);
		if (text != NULL)
			offhook_emu_call_problem(self, text);
	}
}

static void
offhook_emu_call_session_ended_cb(const gchar *handoff, gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	g_free(self->session_end);
	self->session_end = g_strdup("ended");
	g_free(self->handoff);
	self->handoff = g_strdup(handoff);
}

void
offhook_emu_call_open_relay(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	static const OffhookEmuRelayEvents events = {.ended = offhook_emu_call_session_ended_cb};
	const gchar *url = g_hash_table_lookup(verb->noun_attributes, "url");
	g_autofree gchar *actual = NULL;
	OffhookEmuRelayIdentity identity = {
	    .account_sid = self->options->account->sid,
	    .call_sid = self->call_sid,
	    .from = self->from,
	    .to = self->to,
	    .direction = self->outbound ? "outbound-api" : "inbound",
	    .parameters = self->options->account->no_parameters ? NULL : verb->parameters,
	};

	if (url == NULL) {
		offhook_emu_call_fail(self, "12200: <ConversationRelay> without url");
		return;
	}
	offhook_emu_call_check_relay(self, verb->noun_attributes);
	actual = offhook_emu_call_find_stream(self, url);
	if (actual == NULL)
		return;
	g_free(self->stream_sid);
	self->stream_sid = offhook_emu_identity_new_sid("VX");
	identity.session_id = self->stream_sid;
	self->relaying = TRUE;
	g_clear_pointer(&self->session_end, g_free);
	g_clear_pointer(&self->handoff, g_free);
	self->session_us = g_get_monotonic_time();
	offhook_emu_call_connect_stream(
	    self,
	    offhook_emu_relay_new(self->options, &identity, verb->noun_attributes, self->line,
				  self->journal, &events, &offhook_emu_call_stream_events, self),
	    url, actual);
}

/* Only "end" ends a session; a server that just goes away has failed. */
void
offhook_emu_call_end_relay(OffhookEmuCall *self, const OffhookEmuStreamEnd *end)
{
	if (self->session_end != NULL)
		return;
	self->session_end = g_strdup(self->caller_gone ? "completed" : "failed");
	if (!self->caller_gone && end->by_server && !end->refused && end->after_fault_ms < 0 &&
	    self->options->expect.close_code < 0)
		offhook_emu_call_problem(self, "64105: the server closed without an end message");
}

void
offhook_emu_call_add_session(OffhookEmuCall *self, OffhookEmuForm *form)
{
	g_autofree gchar *seconds = g_strdup_printf(
	    "%" G_GINT64_FORMAT, (g_get_monotonic_time() - self->session_us) / G_USEC_PER_SEC);

	if (self->session_end == NULL)
		return;
	offhook_emu_form_add(form, "SessionId", self->stream_sid);
	offhook_emu_form_add(form, "SessionStatus", self->session_end);
	offhook_emu_form_add(form, "SessionDuration", seconds);
	if (self->handoff != NULL)
		offhook_emu_form_add(form, "HandoffData", self->handoff);
	g_clear_pointer(&self->session_end, g_free);
}
