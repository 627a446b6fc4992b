/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The media socket of a call: opens it as a leg of its own, ties it to the line, judges how it ended
 * and goes on from there. */

#include "call-private.h"

#include "call-journal.h"
#include "rules.h"

static void
offhook_emu_call_socket_taken(OffhookEmuCall *self, OffhookEmuNcco *ncco)
{
	if (ncco != NULL)
		offhook_emu_call_take(self, ncco);
	else
		offhook_emu_call_next(self);
}

/* ---- a second socket with the first one's token ---- */

static void
offhook_emu_call_reused_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	g_autoptr(GError) error = NULL;
	g_autoptr(SoupWebsocketConnection) second =
	    soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &error);
	g_autofree gchar *status = g_strdup_printf("%u", soup_message_get_status(self->reuse));

	offhook_emu_call_note(self, "token-reused", "status", status,
			      "stream  a second one with the same token was answered with ");
	if (second != NULL)
		offhook_emu_call_problem(self, "a second socket with the same token was accepted");
	offhook_emu_call_request_done(self);
}

static void
offhook_emu_call_reuse_token(OffhookEmuCall *self, JsonObject *endpoint, const gchar *url)
{
	if (!self->options->account->reuse_stream_token || self->reuse != NULL)
		return;
	self->reuse = offhook_emu_socket_make_upgrade(self->options, endpoint, url);
	self->requests++;
	soup_session_websocket_connect_async(self->session, self->reuse, NULL, NULL,
					     G_PRIORITY_DEFAULT, NULL, offhook_emu_call_reused_cb,
					     self);
}

/* ---- what the stream says ---- */

static void
offhook_emu_call_socket_opened_cb(gpointer user_data)
{
	OffhookEmuCall *self = user_data;
	JsonObject *endpoint = json_object_has_member(self->connect, "endpoint")
				   ? json_array_get_object_element(
					 json_object_get_array_member(self->connect, "endpoint"), 0)
				   : NULL;
	guint rate = endpoint != NULL ? offhook_emu_socket_get_rate(endpoint) : 16000;
	g_autofree gchar *url =
	    offhook_emu_address_get_actual(self->address, self->socket.to, NULL);

	self->result.streamed = TRUE;
	if (!offhook_emu_line_attach(self->line, self->stream, rate))
		offhook_emu_call_problem(self, "the second socket of the call has another rate");
	offhook_emu_call_note(self, "stream-start", "uuid", self->socket.uuid, "stream  started, ");
	if (self->address->stream != NULL)
		return;
	offhook_emu_call_tell(self, &self->socket, "answered", NULL);
	offhook_emu_call_reuse_token(self, endpoint, url);
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
offhook_emu_call_violation_cb(const gchar *text, gpointer user_data)
{
	offhook_emu_call_problem(user_data, "%s", text);
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

	if (end->refused && expect->refused < 0)
		offhook_emu_call_problem(self, "%s", end->reason);
	if (end->refused || !end->by_server || end->after_fault_ms >= 0 || expect->close_code >= 0)
		return;
	if (end->code == 0)
		offhook_emu_call_problem(self, "the connection broke without a close frame");
	else if (end->code != SOUP_WEBSOCKET_CLOSE_NORMAL &&
		 end->code != SOUP_WEBSOCKET_CLOSE_NO_STATUS)
		offhook_emu_call_problem(self, "the server closed with %u, expected 1000",
					 end->code);
}

/* The leg is gone without our doing: the server may say what comes instead. */
static void
offhook_emu_call_socket_lost(OffhookEmuCall *self, const OffhookEmuStreamEnd *end)
{
	gboolean sync = offhook_emu_rules_get(self->connect, "eventType") != NULL;
	JsonObject *event;

	if (end->refused && !sync) {
		offhook_emu_call_tell(self, &self->socket, "failed", "internal_error");
		offhook_emu_call_next(self);
		return;
	}
	event = offhook_emu_call_new_event(self, &self->socket,
					   end->refused ? "failed" : "disconnected");
	if (end->refused)
		json_object_set_string_member(event, "detail", "internal_error");
	offhook_emu_call_note(self, "event-sent", "status",
			      end->refused ? "failed" : "disconnected", NULL);
	if (!end->refused)
		offhook_emu_call_tell_completed(self, &self->socket, FALSE);
	offhook_emu_call_ask(self, self->connect, event, offhook_emu_call_socket_taken);
}

static void
offhook_emu_call_socket_ended_cb(const OffhookEmuStreamEnd *end, gpointer user_data)
{
	OffhookEmuCall *self = user_data;

	self->streaming = FALSE;
	self->result.stream_end = *end;
	offhook_emu_line_detach(self->line);
	offhook_emu_call_journal_stream_end(self->journal, self->line, end);
	offhook_emu_call_judge_end(self, end);
	if (self->over)
		return;
	if (self->caller_gone || end->timed_out || self->server_hung_up) {
		offhook_emu_call_tell_completed(self, &self->socket, !self->caller_gone);
		offhook_emu_call_finish(self, self->server_hung_up
						  ? OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP
						  : OFFHOOK_EMU_OUTCOME_CALLER_HUNG_UP);
	} else if (self->next != NULL) {
		offhook_emu_call_tell_completed(self, &self->socket, TRUE);
		offhook_emu_call_take(self, g_steal_pointer(&self->next));
	} else if (self->address->stream != NULL) {
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_SERVER_HUNG_UP);
	} else if (!end->by_server && !end->dropped) {
		/* REST ended the leg: nobody is asked */
		offhook_emu_call_tell_completed(self, &self->socket, TRUE);
		offhook_emu_call_next(self);
	} else {
		offhook_emu_call_socket_lost(self, end);
	}
}

static const OffhookEmuStreamEvents offhook_emu_call_stream_events = {
    .opened = offhook_emu_call_socket_opened_cb,
    .mark_sent = offhook_emu_call_mark_sent_cb,
    .violation = offhook_emu_call_violation_cb,
    .fault = offhook_emu_call_fault_cb,
    .ended = offhook_emu_call_socket_ended_cb,
};

/* ---- opening and closing ---- */

void
offhook_emu_call_open_socket(OffhookEmuCall *self, JsonObject *action, JsonObject *endpoint)
{
	const gchar *uri = json_object_get_string_member(endpoint, "uri");
	g_autoptr(GError) error = NULL;
	g_autofree gchar *actual = offhook_emu_address_get_actual(self->address, uri, &error);

	if (actual == NULL) {
		offhook_emu_call_problem(self, "%s", error->message);
		offhook_emu_call_finish(self, OFFHOOK_EMU_OUTCOME_FAILED);
		return;
	}
	json_object_ref(action);
	g_clear_pointer(&self->connect, json_object_unref);
	self->connect = action;
	offhook_emu_leg_set(&self->socket, NULL, self->caller.from, uri, "outbound");
	if (json_object_has_member(endpoint, "headers"))
		self->socket.headers =
		    json_object_ref(json_object_get_object_member(endpoint, "headers"));
	offhook_emu_exchange_add(self->options->account->exchange, self->socket.uuid, self);
	if (self->stream != NULL)
		g_ptr_array_add(self->former_streams, self->stream);
	self->stream = offhook_emu_socket_new(self->options, endpoint, self->line,
					      &offhook_emu_call_stream_events, self);
	self->streaming = TRUE;
	offhook_emu_call_note(self, "stream-connect", "url", uri, "stream  connecting to ");
	if (self->address->stream == NULL)
		offhook_emu_call_tell(self, &self->socket, "started", NULL);
	offhook_emu_stream_open(self->stream, self->session,
				offhook_emu_socket_make_upgrade(self->options, endpoint, actual));
}

gboolean
offhook_emu_call_close_socket(OffhookEmuCall *self)
{
	if (!self->streaming)
		return FALSE;
	return offhook_emu_stream_stop(self->stream);
}
