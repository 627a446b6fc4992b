/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The wrongs done to a server on demand, and the wait for what it does about them. */

#include "stream-private.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/poll.h>

static gboolean
offhook_emu_stream_wait_timeout_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	OffhookEmuStreamEnd end = {.timed_out = TRUE};

	self->wait_timer = 0;
	offhook_emu_stream_end(self, &end);
	return G_SOURCE_REMOVE;
}

/* From here on only the server can end the stream, or our patience. */
void
offhook_emu_stream_await_reaction(OffhookEmuStream *self)
{
	if (self->wait_timer == 0)
		self->wait_timer = g_timeout_add((guint)(self->options->faults.wait * 1000),
						 offhook_emu_stream_wait_timeout_cb, self);
}

static gboolean
offhook_emu_stream_hold_cb(gint descriptor, GIOCondition condition, gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	OffhookEmuStreamEnd end = {.by_server = TRUE};

	self->hold_watch = 0;
	end.code = offhook_emu_wire_hold_read_close(&self->hold);
	offhook_emu_stream_end(self, &end);
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_emu_stream_half_open_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	g_autoptr(GError) error = NULL;

	self->half_open_timer = 0;
	if (!offhook_emu_wire_hold(self->websocket, &self->hold, &error)) {
		self->events->violation(error->message, self->user_data);
		return G_SOURCE_REMOVE;
	}
	self->mute = TRUE;
	self->fault_us = g_get_monotonic_time();
	self->events->fault("half open: neither reading nor sending from now on", self->user_data);
	self->hold_watch =
	    g_unix_fd_add(self->hold.socket, (GIOCondition)(POLLRDHUP | POLLHUP | POLLERR),
			  offhook_emu_stream_hold_cb, self);
	offhook_emu_stream_await_reaction(self);
	return G_SOURCE_REMOVE;
}

void
offhook_emu_stream_wrong(OffhookEmuStream *self, const gchar *what)
{
	self->fault_us = g_get_monotonic_time();
	self->events->fault(what, self->user_data);
}

static void
offhook_emu_stream_send_huge(OffhookEmuStream *self, gsize size)
{
	g_autofree guint8 *audio = g_malloc(size);
	g_autofree gchar *text = NULL;

	memset(audio, 0xff, size);
	text = offhook_emu_message_media(self->sequence++, self->stream_sid, ++self->chunk, 0,
					 audio, size);
	soup_websocket_connection_send_text(self->websocket, text);
}

static gboolean
offhook_emu_stream_fault_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;
	const OffhookEmuFaults *faults = &self->options->faults;
	g_autoptr(GError) error = NULL;

	self->fault_timer = 0;
	if (self->mute ||
	    soup_websocket_connection_get_state(self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
		return G_SOURCE_REMOVE;
	if (!offhook_emu_wire_watch(self->websocket, &self->hold, &error))
		self->events->violation(error->message, self->user_data);
	g_clear_error(&error);
	if (faults->bad_json) {
		offhook_emu_stream_wrong(self, "a message that is not JSON");
		offhook_emu_stream_send_text(self, "{\"event\":\"media\",\"sequenceNumber\":");
	}
	if (faults->wrong_stream_id) {
		g_autofree gchar *text = offhook_emu_message_media(
		    self->sequence++, "MZffffffffffffffffffffffffffffffff", ++self->chunk, 0,
		    (const guint8 *)"\xff\xff\xff\xff", 4);

		offhook_emu_stream_wrong(self, "a message with a wrong streamSid");
		offhook_emu_stream_send_text(self, text);
	}
	if (faults->duplicate_start) {
		offhook_emu_stream_wrong(self, "a second start message");
		offhook_emu_stream_send_start(self);
	}
	if (faults->binary) {
		offhook_emu_stream_wrong(self, "a binary message");
		soup_websocket_connection_send_binary(self->websocket, "\x00\xff\x7f\x80", 4);
	}
	if (faults->huge_message > 0) {
		g_autofree gchar *what = g_strdup_printf(
		    "a message with %" G_GINT64_FORMAT " bytes of audio", faults->huge_message);

		offhook_emu_stream_wrong(self, what);
		offhook_emu_stream_send_huge(self, (gsize)faults->huge_message);
	}
	if (faults->garbage_frame) {
		offhook_emu_stream_wrong(self, "bytes that are no WebSocket frame");
		if (!offhook_emu_wire_send_garbage(self->websocket, &error))
			self->events->violation(error->message, self->user_data);
	}
	return G_SOURCE_REMOVE;
}

/* The stream has started: the wrongs that come later are set on their clocks. */
void
offhook_emu_stream_arm_faults(OffhookEmuStream *self)
{
	const OffhookEmuFaults *faults = &self->options->faults;

	if (faults->half_open_after >= 0)
		self->half_open_timer = g_timeout_add((guint)(faults->half_open_after * 1000),
						      offhook_emu_stream_half_open_cb, self);
	if (faults->bad_json || faults->wrong_stream_id || faults->duplicate_start ||
	    faults->binary || faults->huge_message > 0 || faults->garbage_frame)
		self->fault_timer =
		    g_timeout_add((guint)(faults->at * 1000), offhook_emu_stream_fault_cb, self);
}
