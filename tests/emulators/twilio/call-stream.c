/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The media stream of a call: opens it, ties it to the line, judges how it ended and goes on from
 * there. */

#include "call-private.h"

#include "call-journal.h"
#include "identity.h"
#include "signature.h"

#include <string.h>

static void
offhook_emu_call_post_stream_event(OffhookEmuCall *self, const gchar *event, const gchar *error)
{
	const OffhookEmuVerb *verb = offhook_emu_call_get_verb(self);
	GHashTable *stream = verb != NULL ? verb->noun_attributes : NULL;
	g_autoptr(OffhookEmuForm) form = NULL;

	if (stream == NULL || g_hash_table_lookup(stream, "statusCallback") == NULL)
		return;
	form = offhook_emu_form_new();
	offhook_emu_form_add(form, "AccountSid", self->options->account->sid);
	offhook_emu_form_add(form, "CallSid", self->call_sid);
	offhook_emu_identity_add_stream_event(form, self->stream_sid,
					      g_hash_table_lookup(stream, "name"), event, error);
	offhook_emu_call_post(self, g_hash_table_lookup(stream, "statusCallback"), form,
			      offhook_emu_call_status_replied);
}

static void
offhook_emu_call_stream_opened_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->result.streamed = TRUE;
	offhook_emu_line_attach(self->line, self->stream, offhook_emu_carrier.rates[0]);
	offhook_emu_call_note(self, "stream-start", "streamSid", self->stream_sid,
			      "stream  started, ");
	offhook_emu_call_post_stream_event(self, "stream-started", NULL);
}

static void
offhook_emu_call_mark_sent_cb(const gchar *name, gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, "name", name);
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(self->line));
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "mark-echoed", fields, NULL);
}

static void
offhook_emu_call_fault_cb(const gchar *text, gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	offhook_emu_call_journal_fault(self->journal, &self->result, text);
}

/* Was the way the server ended the stream a mistake of its own? */
static void
offhook_emu_call_judge_end(OffhookEmuCall *self, const OffhookEmuStreamEnd *end)
{
	const OffhookEmuExpect *expect = &self->options->expect;
	g_autofree gchar *text = NULL;

	if (end->refused && expect->refused < 0)
		offhook_emu_call_problem(self, end->reason);
	if (end->refused || !end->by_server || end->after_fault_ms >= 0 || expect->close_code >= 0)
		return;
	if (end->code == 0)
		text = g_strdup("31903: the connection broke without a close frame");
	else if (end->code != SOUP_WEBSOCKET_CLOSE_NORMAL &&
		 end->code != SOUP_WEBSOCKET_CLOSE_NO_STATUS)
		text =
		    g_strdup_printf("31921: the server closed with %u, expected 1000", end->code);
	if (text != NULL)
		offhook_emu_call_problem(self, text);
}

static void
offhook_emu_call_after_stream(OffhookEmuCall *self)
{
	const OffhookEmuVerb *verb = offhook_emu_call_get_verb(self);
	const gchar *action = verb != NULL ? offhook_emu_verb_get(verb, "action", NULL) : NULL;

	if (self->address->stream != NULL) {
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
		return;
	}
	if (action != NULL) {
		offhook_emu_call_fetch(self, action, "in-progress");
		return;
	}
	self->verb++;
	offhook_emu_call_run(self);
}

static void
offhook_emu_call_stream_ended_cb(const OffhookEmuStreamEnd *end, gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->streaming = FALSE;
	self->result.stream_end = *end;
	offhook_emu_line_detach(self->line);
	offhook_emu_call_journal_stream_end(self->journal, self->line, end);
	offhook_emu_call_judge_end(self, end);
	if (self->relaying)
		offhook_emu_call_end_relay(self, end);
	offhook_emu_call_post_stream_event(self, end->refused ? "stream-error" : "stream-stopped",
					   end->reason);
	if (self->caller_gone || end->timed_out)
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP);
	else
		offhook_emu_call_after_stream(self);
}

const OffhookEmuStreamEvents offhook_emu_call_stream_events = {
    .opened = offhook_emu_call_stream_opened_cb,
    .mark_sent = offhook_emu_call_mark_sent_cb,
    .violation = offhook_emu_call_problem_cb,
    .fault = offhook_emu_call_fault_cb,
    .ended = offhook_emu_call_stream_ended_cb,
};

gchar *
offhook_emu_call_find_stream(OffhookEmuCall *self, const gchar *url)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *actual = offhook_emu_address_get_actual(self->address, url, &error);
	g_autofree gchar *text = NULL;

	if (actual != NULL && g_str_has_prefix(actual, "ws"))
		return g_steal_pointer(&actual);
	text = g_strdup_printf("31922: \"%s\" is not a stream URL (wss)", url);
	offhook_emu_call_fail(self, text);
	return NULL;
}

void
offhook_emu_call_connect_stream(OffhookEmuCall *self, OffhookEmuStream *stream, const gchar *url,
				const gchar *actual)
{
	const OffhookEmuAccount *account = self->options->account;
	SoupMessage *upgrade = soup_message_new("GET", actual);
	g_autofree gchar *signature = offhook_emu_signature_make(
	    account->bad_stream_signature ? "not the auth token" : account->auth_token, url, NULL);

	if (self->stream != NULL)
		g_ptr_array_add(self->former_streams, self->stream);
	self->stream = stream;
	self->streaming = TRUE;
	offhook_emu_call_note(self, "stream-connect", "url", url, "stream  connecting to ");
	if (!account->no_stream_signature)
		soup_message_headers_replace(soup_message_get_request_headers(upgrade),
					     "X-Twilio-Signature", signature);
	offhook_emu_stream_open(self->stream, self->session, upgrade);
}

void
offhook_emu_call_open_stream(OffhookEmuCall *self, const gchar *url, GHashTable *parameters)
{
	/* the carrier drops the query string */
	g_autofree gchar *plain = g_strndup(url, strcspn(url, "?#"));
	g_autofree gchar *actual = offhook_emu_call_find_stream(self, plain);
	OffhookEmuMediaIdentity identity = {.account_sid = self->options->account->sid,
					    .call_sid = self->call_sid,
					    .parameters = parameters};

	if (actual == NULL)
		return;
	g_free(self->stream_sid);
	self->stream_sid = offhook_emu_identity_new_sid("MZ");
	identity.stream_sid = self->stream_sid;
	self->relaying = FALSE;
	offhook_emu_call_connect_stream(self,
					offhook_emu_media_new(self->options, &identity, self->line,
							      &offhook_emu_call_stream_events,
							      self),
					plain, actual);
}
