/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "outbox.h"
#include "stream.h"
#include "wire.h"

/* What the files that make up a stream share; for them alone. */
struct _OffhookEmuStream {
	const OffhookEmuOptions *options;
	const OffhookEmuStreamProtocol *protocol;
	gpointer wire; /* the protocol's */
	const OffhookEmuStreamEvents *events;
	gpointer user_data;

	GCancellable *cancellable;
	SoupMessage *upgrade;
	SoupWebsocketConnection *websocket;
	OffhookEmuOutbox *outbox;
	gboolean stopping;
	gboolean mute; /* nothing is sent any more */
	gboolean ended;
	guint connect_timer, close_timer, fault_timer, half_open_timer, drop_timer, wait_timer;
	guint hold_watch;
	gint64 fault_us; /* when the server was wronged, 0: it was not */
	OffhookEmuWireHold hold;
	gchar *reason; /* why it was refused */
};

/* stream.c */
void offhook_emu_stream_end(OffhookEmuStream *self, OffhookEmuStreamEnd *end);

/* stream-faults.c */
void offhook_emu_stream_await_reaction(OffhookEmuStream *self);
void offhook_emu_stream_arm_faults(OffhookEmuStream *self);
