/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One call as the carrier runs it: its beginning, its end, and what the parts of it have in common.
 * What the server wants done is in call-ncco.c, the media socket in call-socket.c, what is told of
 * it in call-events.c, a call that the server places in call-outbound.c. Main loop only; a call is
 * over when its callback is called. */

#include "call-private.h"

#include "call-journal.h"

#include <string.h>

#define OFFHOOK_EMU_CALL_LATE_MS 400

void
offhook_emu_call_problem(OffhookEmuCall *self, const gchar *format, ...)
{
	g_autofree gchar *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	offhook_emu_call_journal_problem(self->journal, &self->result, text);
}

void
offhook_emu_call_note(OffhookEmuCall *self, const gchar *event, const gchar *key,
		      const gchar *value, const gchar *text)
{
	offhook_emu_call_journal_note(self->journal, event, key, value, text);
}

/* ---- requests on their way ---- */

/* Not from inside a callback of something that is about to be freed. */
static gboolean
offhook_emu_call_done_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->done_idle = 0;
	if (self->done != NULL)
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

void
offhook_emu_call_request_done(OffhookEmuCall *self)
{
	self->requests--;
	offhook_emu_call_try_done(self);
}

typedef struct {
	OffhookEmuCall *call;
	OffhookEmuCallReplyFunc func;
} OffhookEmuCallRequest;

static void
offhook_emu_call_replied_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autofree OffhookEmuCallRequest *request = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmuReply) reply = offhook_emu_webhook_send_finish(result, &error);

	request->func(request->call, reply, error != NULL ? error->message : NULL);
	offhook_emu_call_request_done(request->call);
}

void
offhook_emu_call_send(OffhookEmuCall *self, OffhookEmuWebhookKind kind, const gchar *method,
		      const gchar *url, JsonObject *fields, OffhookEmuCallReplyFunc func)
{
	OffhookEmuCallRequest *request = g_new0(OffhookEmuCallRequest, 1);

	request->call = self;
	request->func = func;
	self->requests++;
	offhook_emu_webhook_send_async(self->session, self->options, self->address, kind, method,
				       url, fields, offhook_emu_call_replied_cb, request);
}

void
offhook_emu_call_run_later(OffhookEmuCall *self, guint ms, GSourceFunc func)
{
	g_clear_handle_id(&self->step_timer, g_source_remove);
	self->step_timer = g_timeout_add(ms, func, self);
}

/* ---- the end ---- */

static gboolean
offhook_emu_call_late_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	offhook_emu_call_release_events(self);
	offhook_emu_call_request_done(self);
	return G_SOURCE_REMOVE;
}

void
offhook_emu_call_finish(OffhookEmuCall *self, OffhookEmuOutcome outcome)
{
	if (self->over)
		return;
	self->over = TRUE;
	self->result.outcome = outcome;
	self->result.duration_ms = (g_get_monotonic_time() - self->started_us) / 1000;
	g_clear_handle_id(&self->step_timer, g_source_remove);
	g_clear_handle_id(&self->detect_timer, g_source_remove);
	g_clear_handle_id(&self->duration_timer, g_source_remove);
	offhook_emu_line_stop(self->line);
	offhook_emu_exchange_remove(self->options->account->exchange, self);
	offhook_emu_call_tell_completed(self, &self->phone, !self->caller_gone);
	if (g_strcmp0(self->caller.status, "rejected") != 0)
		offhook_emu_call_tell_completed(self, &self->caller, !self->caller_gone);
	offhook_emu_call_end_recordings(self);
	offhook_emu_call_journal_end(self->journal, self->line, &self->result);
	if (self->held.length > 0) {
		self->requests++;
		g_timeout_add(OFFHOOK_EMU_CALL_LATE_MS, offhook_emu_call_late_cb, self);
	}
	offhook_emu_call_try_done(self);
}

/* The caller has had enough, or the user of this program. */
void
offhook_emu_call_hang_up(OffhookEmuCall *self)
{
	if (self->over || self->caller_gone)
		return;
	self->caller_gone = TRUE;
	offhook_emu_call_note(self, "hang-up", "by", "caller", "hang-up by ");
	/* over a dead line nobody can: the server has to find out by itself */
	if (self->streaming)
		offhook_emu_call_close_socket(self);
	else
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP);
}

static void
offhook_emu_call_caller_hangs_up_cb(gpointer user_data)
{
	offhook_emu_call_hang_up(user_data);
}

static void
offhook_emu_call_problem_cb(const gchar *text, gpointer user_data)
{
	offhook_emu_call_problem(user_data, "%s", text);
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

/* ---- the beginning ---- */

OffhookEmuCall *
offhook_emu_call_new(const OffhookEmuOptions *options, const OffhookEmuAddress *address,
		     SoupSession *session, OffhookEmuSink *sink, guint number)
{
	OffhookEmuCall *self = g_new0(OffhookEmuCall, 1);
	g_autofree gchar *id = g_uuid_string_random();
	gboolean plus = *options->from == '+';

	self->options = options;
	self->address = address;
	self->session = g_object_ref(session);
	self->number = number;
	self->created = g_date_time_new_now_utc();
	self->conversation = g_strconcat("CON-", id, NULL);
	self->started_us = g_get_monotonic_time();
	/* the carrier's numbers have no plus */
	offhook_emu_leg_set(&self->caller, NULL, options->from + plus,
			    options->to_number + (*options->to_number == '+'), "inbound");
	g_queue_init(&self->held);
	self->journal = offhook_emu_journal_new(sink, number);
	self->line =
	    offhook_emu_line_new(options, self->journal, &offhook_emu_call_line_events, self);
	self->result.problems = g_ptr_array_new_with_free_func(g_free);
	self->recordings = g_ptr_array_new_with_free_func(offhook_emu_call_recording_free);
	self->former_streams =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_emu_stream_free);
	self->duration_timer = g_timeout_add((guint)(options->max_duration * 1000),
					     offhook_emu_call_duration_cb, self);
	offhook_emu_exchange_add(options->account->exchange, self->caller.uuid, self);
	return self;
}

void
offhook_emu_call_free(OffhookEmuCall *self)
{
	g_clear_handle_id(&self->step_timer, g_source_remove);
	g_clear_handle_id(&self->detect_timer, g_source_remove);
	g_clear_handle_id(&self->duration_timer, g_source_remove);
	g_clear_handle_id(&self->done_idle, g_source_remove);
	offhook_emu_exchange_remove(self->options->account->exchange, self);
	g_clear_pointer(&self->stream, offhook_emu_stream_free);
	g_ptr_array_unref(self->former_streams);
	g_clear_object(&self->reuse);
	offhook_emu_line_free(self->line);
	offhook_emu_journal_free(self->journal);
	g_ptr_array_unref(self->result.problems);
	g_ptr_array_unref(self->recordings);
	g_queue_clear_full(&self->held, (GDestroyNotify)json_object_unref);
	g_free(self->result.transfer_number);
	g_free(self->result.fault);
	offhook_emu_leg_clear(&self->caller);
	offhook_emu_leg_clear(&self->socket);
	offhook_emu_leg_clear(&self->phone);
	g_clear_pointer(&self->request, json_object_unref);
	g_clear_pointer(&self->ncco, offhook_emu_ncco_free);
	g_clear_pointer(&self->next, offhook_emu_ncco_free);
	g_clear_pointer(&self->connect, json_object_unref);
	g_date_time_unref(self->created);
	g_free(self->conversation);
	g_object_unref(self->session);
	g_free(self);
}

/* A stream without webhooks speaks the usual rate. */
static void
offhook_emu_call_open_stream(OffhookEmuCall *self, const gchar *url)
{
	JsonObject *action = json_object_new();
	JsonObject *endpoint = json_object_new();

	json_object_set_string_member(endpoint, "uri", url);
	json_object_set_string_member(endpoint, "content-type", "audio/l16;rate=16000");
	offhook_emu_call_open_socket(self, action, endpoint);
	json_object_unref(action);
	json_object_unref(endpoint);
}

/* @done is called once, from the main loop; the call may be freed in it. */
void
offhook_emu_call_start(OffhookEmuCall *self, OffhookEmuCallFunc done, gpointer user_data)
{
	self->done = done;
	self->user_data = user_data;
	if (self->address->stream != NULL) {
		offhook_emu_call_open_stream(self, self->address->stream);
		return;
	}
	offhook_emu_call_tell(self, &self->caller, "started", NULL);
	offhook_emu_call_tell(self, &self->caller, "ringing", NULL);
	offhook_emu_call_fetch(self, self->options->account->answer_method, self->address->webhook);
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
