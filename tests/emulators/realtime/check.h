/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

/* How a session is set up. */
typedef struct {
	gboolean in_mulaw;
	gboolean out_mulaw;
	gboolean transcribes;
	gboolean vad; /* the server finds out who speaks */
	gboolean creates;
	gboolean interrupts;
	gint silence_ms;
} OffhookEmuRealtimeSetup;

/*
 * The types, members and values of a client's event, strictly by the description of the general
 * availability shape. NULL: all is well; else what is wrong.
 */
gchar *offhook_emu_realtime_check_event(JsonObject *event);
/* What a checked session.update changes. */
void offhook_emu_realtime_apply(JsonObject *session, OffhookEmuRealtimeSetup *setup);
