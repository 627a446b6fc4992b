/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call as the carrier runs it: asks the server what to do, follows the TwiML verb by verb, connects the line to a
 * media stream, and goes on with what comes after it. Main loop only; it is done when its callback is called. */

#include "call.h"

#include "identity.h"
#include "twiml.h"
#include "webhook.h"

#include <stdlib.h>
#include <string.h>

#define OFFHOOK_EMU_CALL_MAX_DOCUMENTS 20 /* a redirect loop ends somewhere */

struct _OffhookEmuCall {
	const OffhookEmuOptions *options;
	const OffhookEmuAddress *address;
	SoupSession *session;
	guint number;
	gchar *call_sid;
	OffhookEmuJournal *journal;
	OffhookEmuLine *line;
	OffhookEmuResult result;
	OffhookEmuCallFunc done;
	gpointer user_data;

	gchar *document_url; /* public URL the TwiML came from */
	OffhookEmuTwiml *twiml;
	guint verb;
	guint documents;
	OffhookEmuStream *stream;
	GPtrArray *former_streams; /* kept to the end: they may be in the middle of a callback */
	gboolean streaming;
	gchar *stream_sid;
	guint requests; /* on their way */
	guint pause_timer, duration_timer, done_idle;
	gint64 started_us;
	gint64 requested_us;
	gboolean caller_gone;
	gboolean over;
};

static void offhook_emu_call_run(OffhookEmuCall *self);

static void
offhook_emu_call_problem(OffhookEmuCall *self, const gchar *text)
{
	JsonObject *fields = json_object_new();

	if (self->result.problems->len < 1000)
		g_ptr_array_add(self->result.problems, g_strdup(text));
	json_object_set_string_member(fields, "text", text);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "error", fields,
				"ERROR   %s", text);
}

static void
offhook_emu_call_problem_cb(const gchar *text, gpointer user_data)
{
	offhook_emu_call_problem(user_data, text);
}

static void
offhook_emu_call_note(OffhookEmuCall *self, const gchar *event, const gchar *key,
		      const gchar *value, const gchar *text)
{
	JsonObject *fields = json_object_new();

	json_object_set_string_member(fields, key, value);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), event, fields,
				text != NULL ? "%s%s" : NULL, text, value);
}

static const gchar *
offhook_emu_outcome_name(OffhookEmuOutcome outcome)
{
	static const gchar *const names[] = {
	    [OFFHOOK_EMU_OUTCOME_NONE] = "none",
	    [OFFHOOK_EMU_OUTCOME_FAILED] = "failed",
	    [OFFHOOK_EMU_OUTCOME_REJECTED] = "rejected",
	    [OFFHOOK_EMU_OUTCOME_TRANSFERRED] = "transferred",
	    [OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP] = "server-hung-up",
	    [OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP] = "caller-hung-up",
	};

	return names[outcome];
}

/* Not from inside a callback of something that is about to be freed. */
static gboolean
offhook_emu_call_done_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->done_idle = 0;
	self->done(self, self->user_data);
	return G_SOURCE_REMOVE;
}

static void
offhook_emu_call_try_done(OffhookEmuCall *self)
{
	if (!self->over || self->requests > 0 || self->done_idle != 0)
		return;
	offhook_emu_journal_flush(self->journal);
	self->done_idle = g_idle_add(offhook_emu_call_done_cb, self);
}

typedef void (*OffhookEmuCallReplyFunc)(OffhookEmuCall *self, OffhookEmuReply *reply,
					const gchar *failure);

typedef struct {
	OffhookEmuCall *call;
	OffhookEmuCallReplyFunc func;
} OffhookEmuCallRequest;

static void
offhook_emu_call_replied_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookEmuCallRequest *request = user_data;
	OffhookEmuCall *self = request->call;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_webhook_post_finish(result, &error);

	self->requests--;
	request->func(self, reply, error != NULL ? error->message : NULL);
	offhook_emu_call_try_done(self);
}

static void
offhook_emu_call_post(OffhookEmuCall *self, const gchar *url, const OffhookEmuForm *form,
		      OffhookEmuCallReplyFunc func)
{
	OffhookEmuCallRequest *request = g_new0(OffhookEmuCallRequest, 1);

	request->call = self;
	request->func = func;
	self->requests++;
	offhook_emu_webhook_post_async(self->session, self->options, self->address, url, form,
				       offhook_emu_call_replied_cb, request);
}

/* Nobody waits for what a status callback says, but an error status is worth the carrier's warning. */
static void
offhook_emu_call_status_replied(OffhookEmuCall *self, OffhookEmuReply *reply, const gchar *failure)
{
	g_autofree gchar *text = NULL;

	if (reply != NULL && reply->status < 400)
		return;
	if (reply != NULL)
		text =
		    g_strdup_printf("15003: a status callback was answered with %u", reply->status);
	else
		text = g_strdup_printf("15003: a status callback failed: %s", failure);
	offhook_emu_call_problem(self, text);
}

static void
offhook_emu_call_finish(OffhookEmuCall *self, OffhookEmuOutcome outcome)
{
	JsonObject *fields;

	if (self->over)
		return;
	self->over = TRUE;
	self->result.outcome = outcome;
	self->result.duration_ms = (g_get_monotonic_time() - self->started_us) / 1000;
	g_clear_handle_id(&self->pause_timer, g_source_remove);
	g_clear_handle_id(&self->duration_timer, g_source_remove);
	offhook_emu_line_stop(self->line);
	fields = json_object_new();
	json_object_set_string_member(fields, "outcome", offhook_emu_outcome_name(outcome));
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(self->line));
	json_object_set_int_member(fields, "problems", self->result.problems->len);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "call-ended", fields,
				"call    ended: %s", offhook_emu_outcome_name(outcome));
	if (self->options->status_callback != NULL) {
		g_autoptr(OffhookEmuForm) form =
		    offhook_emu_identity_new_form(self->options, self->call_sid, "completed");

		offhook_emu_identity_add_completed(form, self->result.duration_ms);
		offhook_emu_call_post(self, self->options->status_callback, form,
				      offhook_emu_call_status_replied);
	}
	offhook_emu_call_try_done(self);
}

static void
offhook_emu_call_fail(OffhookEmuCall *self, const gchar *text)
{
	offhook_emu_call_problem(self, text);
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
}

/* Reads the document by the carrier's rules for content types. NULL after an error that ends the call. */
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

static void
offhook_emu_call_fetch(OffhookEmuCall *self, const gchar *url, const gchar *call_status)
{
	g_autoptr(OffhookEmuForm) form =
	    offhook_emu_identity_new_form(self->options, self->call_sid, call_status);
	g_autofree gchar *absolute = NULL;

	if (self->document_url != NULL)
		absolute =
		    g_uri_resolve_relative(self->document_url, url, G_URI_FLAGS_ENCODED, NULL);
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

static const OffhookEmuVerb *
offhook_emu_call_get_verb(OffhookEmuCall *self)
{
	if (self->twiml == NULL || self->verb >= self->twiml->verbs->len)
		return NULL;
	return g_ptr_array_index(self->twiml->verbs, self->verb);
}

static void
offhook_emu_call_post_stream_event(OffhookEmuCall *self, const gchar *event, const gchar *error)
{
	const OffhookEmuVerb *verb = offhook_emu_call_get_verb(self);
	GHashTable *stream = verb != NULL ? verb->noun_attributes : NULL;
	g_autoptr(OffhookEmuForm) form = NULL;

	if (stream == NULL || g_hash_table_lookup(stream, "statusCallback") == NULL)
		return;
	form = offhook_emu_form_new();
	offhook_emu_form_add(form, "AccountSid", self->options->account_sid);
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
	offhook_emu_line_attach(self->line, self->stream);
	offhook_emu_call_note(self, "stream-start", "streamSid", self->stream_sid,
			      "stream  started, ");
	offhook_emu_call_post_stream_event(self, "stream-started", NULL);
}

static void
offhook_emu_call_stream_message_cb(const OffhookEmuMessage *message, gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	offhook_emu_line_receive(self->line, message);
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

	g_free(self->result.fault);
	self->result.fault = g_strdup(text);
	offhook_emu_call_note(self, "fault", "text", text, "fault   ");
}

static void
offhook_emu_call_report_end(OffhookEmuCall *self, const OffhookEmuStreamEnd *end)
{
	JsonObject *fields = json_object_new();
	const gchar *who = end->timed_out ? "nobody" : end->by_server ? "server" : "caller";

	json_object_set_string_member(fields, "by", who);
	json_object_set_int_member(fields, "code", end->code);
	json_object_set_int_member(fields, "played_ms", offhook_emu_line_get_played_ms(self->line));
	if (end->after_fault_ms >= 0)
		json_object_set_int_member(fields, "after_fault_ms", end->after_fault_ms);
	offhook_emu_journal_add(self->journal, g_get_monotonic_time(), "stream-closed", fields,
				"stream  closed by %s, code %u", who, end->code);
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
	offhook_emu_call_report_end(self, end);
	offhook_emu_call_judge_end(self, end);
	offhook_emu_call_post_stream_event(self, end->refused ? "stream-error" : "stream-stopped",
					   end->reason);
	if (self->caller_gone || end->timed_out)
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP);
	else
		offhook_emu_call_after_stream(self);
}

static const OffhookEmuStreamEvents offhook_emu_call_stream_events = {
    .opened = offhook_emu_call_stream_opened_cb,
    .message = offhook_emu_call_stream_message_cb,
    .mark_sent = offhook_emu_call_mark_sent_cb,
    .violation = offhook_emu_call_problem_cb,
    .fault = offhook_emu_call_fault_cb,
    .ended = offhook_emu_call_stream_ended_cb,
};

static void
offhook_emu_call_open_stream(OffhookEmuCall *self, const gchar *url, GHashTable *parameters)
{
	g_autofree gchar *actual = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEmuStreamIdentity identity = {.account_sid = self->options->account_sid,
					     .call_sid = self->call_sid,
					     .parameters = parameters};

	actual = offhook_emu_address_get_actual(self->address, url, &error);
	if (actual == NULL || !g_str_has_prefix(actual, "ws")) {
		g_autofree gchar *text =
		    g_strdup_printf("31922: \"%s\" is not a stream URL (wss)", url);

		offhook_emu_call_fail(self, text);
		return;
	}
	g_free(self->stream_sid);
	self->stream_sid = offhook_emu_identity_new_sid("MZ");
	identity.stream_sid = self->stream_sid;
	if (self->stream != NULL)
		g_ptr_array_add(self->former_streams, self->stream);
	self->stream =
	    offhook_emu_stream_new(self->options, &identity, &offhook_emu_call_stream_events, self);
	self->streaming = TRUE;
	offhook_emu_call_note(self, "stream-connect", "url", url, "stream  connecting to ");
	offhook_emu_stream_open(self->stream, self->session, url, actual);
}

static void
offhook_emu_call_connect(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	GHashTable *stream = verb->noun_attributes;
	const gchar *url = stream != NULL ? g_hash_table_lookup(stream, "url") : NULL;
	const gchar *track = stream != NULL ? g_hash_table_lookup(stream, "track") : NULL;
	g_autofree gchar *plain = NULL;

	if (g_strcmp0(verb->noun, "Stream") != 0 || url == NULL) {
		offhook_emu_call_fail(self, "12200: <Connect> without a <Stream url=\"...\">");
		return;
	}
	if (track != NULL && !g_str_equal(track, "inbound_track")) {
		offhook_emu_call_fail(
		    self, "31941: the track of a <Connect><Stream> must be inbound_track");
		return;
	}
	plain = g_strndup(url, strcspn(url, "?#"));
	if (strlen(plain) != strlen(url))
		offhook_emu_call_problem(self, "the query string of the <Stream> URL is dropped");
	offhook_emu_call_open_stream(self, plain, verb->parameters);
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
offhook_emu_call_dial(OffhookEmuCall *self, const OffhookEmuVerb *verb)
{
	self->result.transfer_number = g_strdup(verb->text->str);
	offhook_emu_call_note(self, "transfer", "number", verb->text->str,
			      "call    transferred to ");
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_TRANSFERRED);
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
static void
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

/* The caller has had enough, or the user of this program. */
void
offhook_emu_call_hang_up(OffhookEmuCall *self)
{
	if (self->over || self->caller_gone)
		return;
	self->caller_gone = TRUE;
	offhook_emu_call_note(self, "hang-up", "by", "caller", "hang-up by ");
	if (self->streaming)
		offhook_emu_stream_stop(self->stream);
	else
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP);
}

static void
offhook_emu_call_caller_hangs_up_cb(gpointer user_data)
{
	offhook_emu_call_hang_up(user_data);
}

static const OffhookEmuLineEvents offhook_emu_call_line_events = {
    .hang_up = offhook_emu_call_caller_hangs_up_cb,
    .problem = offhook_emu_call_problem_cb,
};

static gboolean
offhook_emu_call_duration_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->duration_timer = 0;
	offhook_emu_call_problem(self, "the call lasts longer than --max-duration");
	offhook_emu_call_hang_up(self);
	return G_SOURCE_REMOVE;
}

OffhookEmuCall *
offhook_emu_call_new(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
		     SoupSession *session, OffhookEmuSink *sink, guint number)
{
	OffhookEmuCall *self = g_new0(OffhookEmuCall, 1);

	self->options = options;
	self->address = address;
	self->session = g_object_ref(session);
	self->number = number;
	self->call_sid = options->call_sid != NULL && options->calls == 1
			     ? g_strdup(options->call_sid)
			     : offhook_emu_identity_new_sid("CA");
	self->journal = offhook_emu_journal_new(sink, number);
	self->line =
	    offhook_emu_line_new(options, self->journal, &offhook_emu_call_line_events, self);
	self->result.problems = g_ptr_array_new_with_free_func(g_free);
	self->former_streams =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_emu_stream_free);
	return self;
}

void
offhook_emu_call_free(OffhookEmuCall *self)
{
	g_clear_handle_id(&self->pause_timer, g_source_remove);
	g_clear_handle_id(&self->duration_timer, g_source_remove);
	g_clear_handle_id(&self->done_idle, g_source_remove);
	offhook_emu_line_free(self->line);
	g_clear_pointer(&self->stream, offhook_emu_stream_free);
	g_ptr_array_unref(self->former_streams);
	offhook_emu_journal_free(self->journal);
	g_clear_pointer(&self->twiml, offhook_emu_twiml_free);
	g_ptr_array_unref(self->result.problems);
	g_free(self->result.transfer_number);
	g_free(self->result.fault);
	g_free(self->document_url);
	g_free(self->stream_sid);
	g_free(self->call_sid);
	g_object_unref(self->session);
	g_free(self);
}

/* @done is called once, from the main loop; the call may be freed in it. */
void
offhook_emu_call_start(OffhookEmuCall *self, OffhookEmuCallFunc done, gpointer user_data)
{
	self->done = done;
	self->user_data = user_data;
	self->started_us = g_get_monotonic_time();
	self->duration_timer = g_timeout_add((guint)(self->options->max_duration * 1000),
					     offhook_emu_call_duration_cb, self);
	if (self->address->stream != NULL)
		offhook_emu_call_open_stream(self, self->address->stream, NULL);
	else
		offhook_emu_call_fetch(self, self->address->webhook, "ringing");
}

guint
offhook_emu_call_get_number(OffhookEmuCall *self)
{
	return self->number;
}

const OffhookEmuResult *
offhook_emu_call_get_result(OffhookEmuCall *self)
{
	return &self->result;
}

OffhookEmuLine *
offhook_emu_call_get_line(OffhookEmuCall *self)
{
	return self->line;
}
