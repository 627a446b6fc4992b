/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One media stream: opens the WebSocket, carries what the carrier's protocol sends and receives,
 * says how it ended, and (stream-faults.c) misbehaves on demand. Main loop only. It does not know
 * what is said or heard; the line does. */

#include "stream-private.h"

#include <string.h>

#define OFFHOOK_EMU_STREAM_CONNECT_S    10
#define OFFHOOK_EMU_STREAM_CLOSE_S      5
#define OFFHOOK_EMU_STREAM_MAX_INCOMING (8 * 1024 * 1024)

static void
offhook_emu_stream_clear_timers(OffhookEmuStream *self)
{
	g_clear_handle_id(&self->connect_timer, g_source_remove);
	g_clear_handle_id(&self->close_timer, g_source_remove);
	g_clear_handle_id(&self->fault_timer, g_source_remove);
	g_clear_handle_id(&self->half_open_timer, g_source_remove);
	g_clear_handle_id(&self->drop_timer, g_source_remove);
	g_clear_handle_id(&self->wait_timer, g_source_remove);
	g_clear_handle_id(&self->hold_watch, g_source_remove);
}

void
offhook_emu_stream_end(OffhookEmuStream *self, OffhookEmuStreamEnd *end)
{
	if (self->ended)
		return;
	self->ended = TRUE;
	self->mute = TRUE;
	offhook_emu_stream_clear_timers(self);
	end->after_fault_ms = -1;
	if (self->fault_us != 0)
		end->after_fault_ms = (g_get_monotonic_time() - self->fault_us) / 1000;
	self->reason = end->reason;
	offhook_emu_wire_hold_release(&self->hold);
	self->events->ended(end, self->user_data);
}

void
offhook_emu_stream_send(OffhookEmuStream *self, gint type, gconstpointer data, gsize length)
{
	g_autoptr(GError) error = NULL;

	if (self->mute ||
	    soup_websocket_connection_get_state(self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
		return;
	if (!self->options->faults.fragmented) {
		g_autoptr(GBytes) bytes = g_bytes_new(data, length);

		soup_websocket_connection_send_message(self->websocket, (SoupWebsocketDataType)type,
						       bytes);
		return;
	}
	if (!offhook_emu_wire_send_fragmented(self->websocket, type, data, length, &error))
		self->events->violation(error->message, self->user_data);
}

void
offhook_emu_stream_send_text(OffhookEmuStream *self, const gchar *text)
{
	offhook_emu_stream_send(self, SOUP_WEBSOCKET_DATA_TEXT, text, strlen(text));
}

static void
offhook_emu_stream_send_outgoing(const OffhookEmuOutgoing *outgoing, gpointer user_data)
{
	OffhookEmuStream *self = user_data;

	if (self->mute)
		return;
	switch (outgoing->kind) {
	case OFFHOOK_EMU_OUTGOING_AUDIO:
		self->protocol->send_audio(self->wire, self, outgoing->timestamp_ms,
					   outgoing->samples, outgoing->length);
		break;
	case OFFHOOK_EMU_OUTGOING_KEY:
		self->protocol->send_key(self->wire, self, outgoing->digit);
		break;
	case OFFHOOK_EMU_OUTGOING_MARK:
		self->events->mark_sent(outgoing->mark, self->user_data);
		self->protocol->send_mark(self->wire, self, outgoing->mark);
		break;
	}
}

OffhookEmuStream *
offhook_emu_stream_new(const OffhookEmuOptions *options, const OffhookEmuStreamProtocol *protocol,
		       gpointer wire, const OffhookEmuStreamEvents *events, gpointer user_data)
{
	OffhookEmuStream *self = g_new0(OffhookEmuStream, 1);

	self->options = options;
	self->protocol = protocol;
	self->wire = wire;
	self->events = events;
	self->user_data = user_data;
	self->hold = (OffhookEmuWireHold){-1, -1};
	self->cancellable = g_cancellable_new();
	self->outbox =
	    offhook_emu_outbox_new(options->faults.jitter_ms, options->faults.late_marks_ms,
				   offhook_emu_stream_send_outgoing, self);
	return self;
}

void
offhook_emu_stream_free(OffhookEmuStream *self)
{
	self->ended = TRUE;
	g_cancellable_cancel(self->cancellable);
	offhook_emu_stream_clear_timers(self);
	if (self->websocket != NULL)
		g_signal_handlers_disconnect_by_data(self->websocket, self);
	g_clear_object(&self->websocket);
	offhook_emu_wire_hold_release(&self->hold);
	offhook_emu_outbox_free(self->outbox);
	g_clear_object(&self->upgrade);
	g_object_unref(self->cancellable);
	self->protocol->free(self->wire);
	g_free(self->reason);
	g_free(self);
}

void
offhook_emu_stream_violate(OffhookEmuStream *self, const gchar *format, ...)
{
	g_autofree gchar *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	self->events->violation(text, self->user_data);
}

static void
offhook_emu_stream_message_cb(SoupWebsocketConnection *websocket, gint type, GBytes *bytes,
			      gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	gsize length;
	const gchar *data = g_bytes_get_data(bytes, &length);

	if (!self->ended)
		self->protocol->receive(self->wire, self, type, data, length);
}

static void
offhook_emu_stream_error_cb(SoupWebsocketConnection *websocket, GError *error, gpointer user_data)
{
	OffhookEmuStream *self = user_data;

	if (error->domain == SOUP_WEBSOCKET_ERROR && self->fault_us == 0)
		offhook_emu_stream_violate(self, "%s%s", self->protocol->code_framing,
					   error->message);
}

static void
offhook_emu_stream_closed_cb(SoupWebsocketConnection *websocket, gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	OffhookEmuStreamEnd end = {.by_server = !self->stopping};

	end.code = soup_websocket_connection_get_close_code(websocket);
	/* the library says 1006 for a connection that ended, and nothing for one that broke while
	 * sending */
	if (end.code == SOUP_WEBSOCKET_CLOSE_ABNORMAL)
		end.code = 0;
	if (end.code == 0 && self->hold.socket >= 0)
		end.code = offhook_emu_wire_hold_read_close(&self->hold);
	offhook_emu_stream_end(self, &end);
}

static gboolean
offhook_emu_stream_close_timeout_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;

	self->close_timer = 0;
	offhook_emu_stream_closed_cb(self->websocket, self);
	return G_SOURCE_REMOVE;
}

/* The server has begun to close; if the rest hangs, its close code still counts. */
static void
offhook_emu_stream_closing_cb(SoupWebsocketConnection *websocket, gpointer user_data)
{
	OffhookEmuStream *self = user_data;

	self->mute = TRUE;
	if (self->close_timer == 0)
		self->close_timer = g_timeout_add_seconds(
		    OFFHOOK_EMU_STREAM_CLOSE_S, offhook_emu_stream_close_timeout_cb, self);
}

/* The carrier's opening; from then on audio. */
static void
offhook_emu_stream_greet(OffhookEmuStream *self)
{
	if (self->protocol->greet(self->wire, self)) {
		offhook_emu_stream_arm_faults(self);
	} else {
		self->mute = TRUE;
		offhook_emu_stream_await_reaction(self);
	}
	self->events->opened(self->user_data);
}

static void
offhook_emu_stream_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SoupWebsocketConnection) websocket =
	    soup_session_websocket_connect_finish(SOUP_SESSION(source), result, &error);
	OffhookEmuStream *self = user_data;
	OffhookEmuStreamEnd end = {.by_server = TRUE, .refused = TRUE};

	/* a cancelled connect belongs to a stream that may be gone */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	g_clear_handle_id(&self->connect_timer, g_source_remove);
	if (websocket == NULL) {
		end.http_status = soup_message_get_status(self->upgrade);
		if (end.http_status != 0)
			end.reason = g_strdup_printf("%sthe upgrade was answered with %u, not 101",
						     self->protocol->code_upgrade, end.http_status);
		else
			end.reason =
			    g_strconcat(self->protocol->code_network, error->message, NULL);
		offhook_emu_stream_end(self, &end);
		return;
	}
	self->websocket = g_steal_pointer(&websocket);
	soup_websocket_connection_set_max_incoming_payload_size(self->websocket,
								OFFHOOK_EMU_STREAM_MAX_INCOMING);
	g_signal_connect(self->websocket, "message", G_CALLBACK(offhook_emu_stream_message_cb),
			 self);
	g_signal_connect(self->websocket, "error", G_CALLBACK(offhook_emu_stream_error_cb), self);
	g_signal_connect(self->websocket, "closing", G_CALLBACK(offhook_emu_stream_closing_cb),
			 self);
	g_signal_connect(self->websocket, "closed", G_CALLBACK(offhook_emu_stream_closed_cb), self);
	offhook_emu_stream_greet(self);
}

static gboolean
offhook_emu_stream_connect_timeout_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	OffhookEmuStreamEnd end = {.by_server = TRUE, .refused = TRUE};

	self->connect_timer = 0;
	g_cancellable_cancel(self->cancellable);
	end.reason = g_strdup_printf("%snot connected within %d s", self->protocol->code_late,
				     OFFHOOK_EMU_STREAM_CONNECT_S);
	offhook_emu_stream_end(self, &end);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_stream_accept_cb(SoupMessage *message, GTlsCertificate *certificate,
			     GTlsCertificateFlags flags, gpointer user_data)
{
	return TRUE;
}

void
offhook_emu_stream_open(OffhookEmuStream *self, SoupSession *session, SoupMessage *upgrade)
{
	self->upgrade = upgrade;
	if (self->options->insecure)
		g_signal_connect(self->upgrade, "accept-certificate",
				 G_CALLBACK(offhook_emu_stream_accept_cb), NULL);
	self->connect_timer = g_timeout_add_seconds(OFFHOOK_EMU_STREAM_CONNECT_S,
						    offhook_emu_stream_connect_timeout_cb, self);
	soup_session_websocket_connect_async(session, self->upgrade, NULL, NULL, G_PRIORITY_HIGH,
					     self->cancellable, offhook_emu_stream_connected_cb,
					     self);
}

void
offhook_emu_stream_send_audio(OffhookEmuStream *self, gint64 timestamp_ms, const gint16 *samples,
			      gsize length)
{
	if (!self->mute)
		offhook_emu_outbox_add_audio(self->outbox, timestamp_ms, samples, length);
}

void
offhook_emu_stream_send_key(OffhookEmuStream *self, gchar digit)
{
	if (!self->mute)
		offhook_emu_outbox_add_key(self->outbox, digit);
}

void
offhook_emu_stream_send_mark(OffhookEmuStream *self, const gchar *name)
{
	if (!self->mute && !self->options->faults.no_marks)
		offhook_emu_outbox_add_mark(self->outbox, name);
}

void
offhook_emu_stream_tell_speech(OffhookEmuStream *self, const gchar *text, gboolean said)
{
	if (!self->mute && self->protocol->hear != NULL)
		self->protocol->hear(self->wire, self, text, said);
}

void
offhook_emu_stream_break(OffhookEmuStream *self, const gchar *why)
{
	g_autoptr(GError) error = NULL;
	OffhookEmuStreamEnd end = {.by_server = FALSE, .dropped = TRUE};

	if (self->ended)
		return;
	offhook_emu_stream_wrong(self, why);
	if (!offhook_emu_wire_reset(self->websocket, &error))
		self->events->violation(error->message, self->user_data);
	offhook_emu_stream_end(self, &end);
}

/* The caller is gone: the last words, then close, or (lost stop) neither. */
gboolean
offhook_emu_stream_stop(OffhookEmuStream *self)
{
	OffhookEmuStreamEnd end = {.by_server = FALSE};

	/* a dead peer cannot hang up: the server has to find out by itself */
	if (self->wait_timer != 0)
		return FALSE;
	if (self->ended || self->stopping)
		return TRUE;
	self->stopping = TRUE;
	if (self->websocket == NULL ||
	    soup_websocket_connection_get_state(self->websocket) == SOUP_WEBSOCKET_STATE_CLOSED) {
		offhook_emu_stream_end(self, &end);
		return TRUE;
	}
	if (self->options->faults.lost_stop) {
		offhook_emu_stream_break(self, "connection reset without stop or close");
		return TRUE;
	}
	offhook_emu_outbox_flush(self->outbox);
	if (self->protocol->send_stop != NULL)
		self->protocol->send_stop(self->wire, self);
	self->mute = TRUE;
	if (soup_websocket_connection_get_state(self->websocket) == SOUP_WEBSOCKET_STATE_OPEN)
		soup_websocket_connection_close(self->websocket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
	if (self->close_timer == 0)
		self->close_timer = g_timeout_add_seconds(
		    OFFHOOK_EMU_STREAM_CLOSE_S, offhook_emu_stream_close_timeout_cb, self);
	return TRUE;
}
