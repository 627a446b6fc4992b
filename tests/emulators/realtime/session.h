/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "options.h"
#include "script.h"

/* What is counted of all sessions. */
typedef struct {
	const OffhookEmuRealtimeOptions *options;
	const OffhookEmuRealtimeScript *script;
	guint sessions;
	guint commits;
	guint committed_ms;
	guint responses; /* begun */
	guint completed;
	guint cancelled;
	guint truncations;
	guint truncated_ms;    /* where the last one was cut */
	guint truncated_of_ms; /* ... and how much of it had been sent */
	guint deleted;
	guint tool_outputs;
	gchar *last_setup; /* session.update; NULL: none yet */
	gchar *last_text;  /* that was typed or given by a tool */
} OffhookEmuRealtime;

/* One client's connection. */
typedef struct _OffhookEmuRealtimeSession OffhookEmuRealtimeSession;

OffhookEmuRealtimeSession *offhook_emu_realtime_session_new(OffhookEmuRealtime *owner,
							    OffhookEmuPeer *peer);
void offhook_emu_realtime_session_free(OffhookEmuRealtimeSession *self);
void offhook_emu_realtime_session_take(OffhookEmuRealtimeSession *self, const gchar *text);
