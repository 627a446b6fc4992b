/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The wrongs done to a server on demand, and the wait for what it does about them. */

#include "stream-private.h"

#include <glib-unix.h>
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

static gboolean
offhook_emu_stream_drop_cb(gpointer user_data)
{
	OffhookEmuStream *self = user_data;

	self->drop_timer = 0;
	offhook_emu_stream_break(self, "the connection is broken, the call goes on");
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
	gsize length = size / self->protocol->sample_bytes;
	g_autofree gint16 *samples = g_new0(gint16, length);

	self->protocol->send_audio(self->wire, self, 0, samples, length);
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
		offhook_emu_stream_send_text(self, "{\"event\":");
	}
	if (self->protocol->misbehave != NULL)
		self->protocol->misbehave(self->wire, self);
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
	if (faults->drop_after >= 0)
		self->drop_timer = g_timeout_add((guint)(faults->drop_after * 1000),
						 offhook_emu_stream_drop_cb, self);
	if (faults->bad_json || faults->huge_message > 0 || faults->garbage_frame ||
	    self->options->wrongs)
		self->fault_timer =
		    g_timeout_add((guint)(faults->at * 1000), offhook_emu_stream_fault_cb, self);
}
