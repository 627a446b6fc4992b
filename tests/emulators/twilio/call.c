/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call as the carrier runs it: its beginning, its end, and what the parts of it have in common.
 * What the server wants done is in call-twiml.c, the media stream in call-stream.c. Main loop only;
 * a call is over when its callback is called. */

#include "call-private.h"

#include "call-journal.h"
#include "identity.h"

void
offhook_emu_call_problem(OffhookEmuCall *self, const gchar *text)
{
	offhook_emu_call_journal_problem(self->journal, &self->result, text);
}

void
offhook_emu_call_problem_cb(const gchar *text, gpointer user_data)
{
	offhook_emu_call_problem(user_data, text);
}

void
offhook_emu_call_note(OffhookEmuCall *self, const gchar *event, const gchar *key,
		      const gchar *value, const gchar *text)
{
	offhook_emu_call_journal_note(self->journal, event, key, value, text);
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

void
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

/* Nobody waits for what a status callback says, but an error status is worth the carrier's warning.
 * */
void
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

void
offhook_emu_call_finish(OffhookEmuCall *self, OffhookEmuOutcome outcome)
{
	if (self->over)
		return;
	self->over = TRUE;
	self->result.outcome = outcome;
	self->result.duration_ms = (g_get_monotonic_time() - self->started_us) / 1000;
	g_clear_handle_id(&self->pause_timer, g_source_remove);
	g_clear_handle_id(&self->duration_timer, g_source_remove);
	offhook_emu_line_stop(self->line);
	offhook_emu_call_journal_end(self->journal, self->line, &self->result);
	if (self->options->account->status_callback != NULL) {
		g_autoptr(OffhookEmuForm) form = offhook_emu_call_new_form(self, "completed");

		offhook_emu_identity_add_progress(form, 0);
		offhook_emu_identity_add_completed(form, self->result.duration_ms);
		offhook_emu_call_post(self, self->options->account->status_callback, form,
				      offhook_emu_call_status_replied);
	}
	offhook_emu_call_try_done(self);
}

void
offhook_emu_call_fail(OffhookEmuCall *self, const gchar *text)
{
	offhook_emu_call_problem(self, text);
	offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
}

/* The caller has had enough, or the user of this program. */
void
offhook_emu_call_hang_up(OffhookEmuCall *self)
{
	if (self->over || self->caller_gone)
		return;
	self->caller_gone = TRUE;
	offhook_emu_call_note(self, "hang-up", "by", "caller", "hang-up by ");
	if (self->dialling)
		offhook_emu_call_dial_cancel(self);
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

OffhookEmuForm *
offhook_emu_call_new_form(OffhookEmuCall *self, const gchar *call_status)
{
	const OffhookEmuParties parties = {
	    .call_sid = self->call_sid,
	    .direction = self->outbound ? "outbound-api" : "inbound",
	    .from = self->from,
	    .to = self->to,
	    .answered_by = self->answered_by,
	};

	return offhook_emu_identity_new_form(self->options, &parties, call_status);
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
	self->from = g_strdup(options->from);
	self->to = g_strdup(options->to_number);
	self->call_sid = options->account->call_sid != NULL && options->calls == 1
			     ? g_strdup(options->account->call_sid)
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
	g_free(self->session_end);
	g_free(self->handoff);
	g_free(self->call_sid);
	g_free(self->from);
	g_free(self->to);
	g_free(self->answered_by);
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

OffhookEmuCall *
offhook_emu_call_new_outbound(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
			      SoupSession *session, OffhookEmuSink *sink, guint number,
			      const gchar *call_sid, const gchar *from, const gchar *to)
{
	OffhookEmuCall *self = offhook_emu_call_new(options, address, session, sink, number);

	self->outbound = TRUE;
	g_free(self->call_sid);
	g_free(self->from);
	g_free(self->to);
	self->call_sid = g_strdup(call_sid);
	self->from = g_strdup(from);
	self->to = g_strdup(to);
	return self;
}

void
offhook_emu_call_start_at(OffhookEmuCall *self, const gchar *url, const gchar *answered_by,
			  OffhookEmuCallFunc done, gpointer user_data)
{
	self->done = done;
	self->user_data = user_data;
	self->answered_by = g_strdup(answered_by);
	self->started_us = g_get_monotonic_time();
	self->duration_timer = g_timeout_add((guint)(self->options->max_duration * 1000),
					     offhook_emu_call_duration_cb, self);
	offhook_emu_call_fetch(self, url, "in-progress");
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
