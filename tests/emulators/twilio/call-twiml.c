/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The server's side of a call: fetches TwiML documents, checks them as the carrier does and carries
 * out their verbs until one takes time or ends the call. */

#include "call-private.h"

#include "identity.h"

#include <string.h>

#define OFFHOOK_EMU_CALL_MAX_DOCUMENTS 20 /* a redirect loop ends somewhere */

/* Reads the document by the carrier's rules for content types. NULL after an error that ends the
 * call. */
static OffhookEmuTwiml *
offhook_emu_call_read_document(OffhookEmuCall *self, const OffhookEmuReply *reply, GError **error)
{
	static const gchar *const types[] = {"text/xml", "application/xml", "text/html", NULL};

	if (reply->content_type != NULL && g_strv_contains(types, reply->content_type))
		return offhook_emu_twiml_parse(reply->body->str, reply->body->len, error);
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
		    "12300: the TwiML has the content type \"%s\", expected text/xml",
		    reply->content_type != NULL ? reply->content_type : "");
	return NULL;
}

static void
offhook_emu_call_document_replied(OffhookEmuCall *self, OffhookEmuReply *reply,
				  const gchar *failure)
{
	gint64 took_ms = (g_get_monotonic_time() - self->requested_us) / 1000;
	guint status = reply != NULL ? reply->status : 0;
	JsonObject *fields = json_object_new();
	g_autofree gchar *text = NULL;
	g_autoptr(GError) error = NULL;

	json_object_set_int_member(fields, "status", status);
	json_object_set_int_member(fields, "took_ms", took_ms);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "webhook-answered", fields,
				"webhook answered: %u after %" G_GINT64_FORMAT " ms", status,
				took_ms);
	if (self->documents == 1) {
		self->result.webhook_status = status;
		self->result.webhook_ms = took_ms;
	}
	if (self->over)
		return;
	g_clear_pointer(&self->twiml, offhook_emu_twiml_free);
	self->verb = 0;
	if (reply == NULL) {
		offhook_emu_call_fail(self, failure);
		return;
	}
	if (status < 200 || status > 299) {
		/* a refusal that was asked for is no problem */
		text = g_strdup_printf("11200: the webhook was answered with %u", status);
		if (self->options->expect.status == (gint)status && self->documents == 1)
			offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
		else
			offhook_emu_call_fail(self, text);
		return;
	}
	self->twiml = offhook_emu_call_read_document(self, reply, &error);
	if (self->twiml == NULL) {
		offhook_emu_call_fail(self, error->message);
		return;
	}
	for (guint i = 0; i < self->twiml->warnings->len; i++)
		offhook_emu_call_problem(self, g_ptr_array_index(self->twiml->warnings, i));
	offhook_emu_call_run(self);
}

void
offhook_emu_call_fetch(OffhookEmuCall *self, const gchar *url, const gchar *call_status)
{
	g_autoptr(OffhookEmuForm) form = offhook_emu_call_new_form(self, call_status);
	g_autofree gchar *absolute = NULL;

	if (self->dial_status != NULL)
		offhook_emu_form_add(form, "DialCallStatus", self->dial_status);
	self->dial_status = NULL;
	if (self->document_url != NULL)
		absolute =
		    g_uri_resolve_relative(self->document_url, url, G_URI_FLAGS_ENCODED, NULL);
	offhook_emu_call_add_session(self, form);
	if (++self->documents > OFFHOOK_EMU_CALL_MAX_DOCUMENTS) {
		offhook_emu_call_fail(self, "the server redirects without end");
		return;
	}
	g_free(self->document_url);
	self->document_url = absolute != NULL ? g_steal_pointer(&absolute) : g_strdup(url);
	self->requested_us = g_get_monotonic_time();
	offhook_emu_call_note(self, "webhook-sent", "url", self->document_url, "webhook POST ");
	offhook_emu_call_post(self, self->document_url, form, offhook_emu_call_document_replied);
}

const OffhookEmuVerb *
offhook_emu_call_get_verb(OffhookEmuCall *self)
{
	if (self->twiml == NULL || self->verb >= self->twiml->verbs->len)
		return NULL;
	return g_ptr_array_index(self->twiml->verbs, self->verb);
}

static void
offhook_emu_call_connect(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	GHashTable *stream = verb->noun_attributes;
	const gchar *url = stream != NULL ? g_hash_table_lookup(stream, "url") : NULL;
	const gchar *track = stream != NULL ? g_hash_table_lookup(stream, "track") : NULL;

	if (g_strcmp0(verb->noun, "ConversationRelay") == 0) {
		offhook_emu_call_open_relay(self, verb);
		return;
	}
	if (g_strcmp0(verb->noun, "Stream") != 0 || url == NULL) {
		offhook_emu_call_fail(self, "12200: <Connect> without a <Stream url=\"...\">");
		return;
	}
	if (track != NULL && !g_str_equal(track, "inbound_track")) {
		offhook_emu_call_fail(
		    self, "31941: the track of a <Connect><Stream> must be inbound_track");
		return;
	}
	if (url[strcspn(url, "?#")] != '\0')
		offhook_emu_call_problem(self, "the query string of the <Stream> URL is dropped");
	offhook_emu_call_open_stream(self, url, verb->parameters);
}

static gboolean
offhook_emu_call_pause_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->pause_timer = 0;
	self->verb++;
	offhook_emu_call_run(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_call_reject(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	offhook_emu_call_note(self, "reject", "reason",
			      offhook_emu_verb_get(verb, "reason", "rejected"),
			      "call    refused: ");
	offhook_emu_call_finish(self, self->verb == 0 && self->documents == 1
					  ? OFFHOOK_EMU_OUTCOME_REJECTED
					  : OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
}

/* Carries out verbs until one takes time or ends the call. */
void
offhook_emu_call_run(OffhookEmuCall *self)
{
	const OffhookEmuVerb *verb;
	g_autofree gchar *text = NULL;

	while (!self->over && (verb = offhook_emu_call_get_verb(self)) != NULL) {
		switch (verb->kind) {
		case OFFHOOK_EMU_VERB_CONNECT:
			offhook_emu_call_connect(self, verb);
			return;
		case OFFHOOK_EMU_VERB_SAY:
			offhook_emu_call_note(self, "say", "text", verb->text->str,
					      "carrier says: ");
			break;
		case OFFHOOK_EMU_VERB_PLAY:
			offhook_emu_call_note(self, "play", "what",
					      offhook_emu_verb_get(verb, "digits", verb->text->str),
					      "carrier plays: ");
			break;
		case OFFHOOK_EMU_VERB_PAUSE:
			self->pause_timer = g_timeout_add(
			    (guint)(CLAMP(g_ascii_strtod(offhook_emu_verb_get(verb, "length", "1"),
							 NULL),
					  0, 3600) *
				    1000),
			    offhook_emu_call_pause_cb, self);
			return;
		case OFFHOOK_EMU_VERB_HANGUP:
			offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
			return;
		case OFFHOOK_EMU_VERB_REJECT:
			offhook_emu_call_reject(self, verb);
			return;
		case OFFHOOK_EMU_VERB_DIAL:
			offhook_emu_call_dial(self, verb);
			return;
		case OFFHOOK_EMU_VERB_REDIRECT:
			text = g_strdup(verb->text->str);
			offhook_emu_call_fetch(self, text, "in-progress");
			return;
		case OFFHOOK_EMU_VERB_START:
			if (g_strcmp0(verb->noun, "Recording") == 0)
				offhook_emu_call_note(self, "recording", "noun", verb->noun,
						      "carrier starts a ");
			else
				offhook_emu_call_problem(self, "<Start> is emulated for a "
							       "<Recording> only");
			break;
		case OFFHOOK_EMU_VERB_OTHER:
			text = g_strdup_printf("<%s> is not emulated, going on with the next verb",
					       verb->name);
			offhook_emu_call_problem(self, text);
			g_clear_pointer(&text, g_free);
			break;
		}
		self->verb++;
	}
	if (!self->over)
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
}
