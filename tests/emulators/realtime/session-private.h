/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "check.h"
#include "session.h"

/* What has been said. */
typedef struct {
	gchar *id;
	gboolean assistant; /* ... in sound */
	guint audio_ms;     /* that was sent */
} OffhookEmuRealtimeItem;

typedef struct _OffhookEmuRealtimeResponse OffhookEmuRealtimeResponse;

struct _OffhookEmuRealtimeSession {
	OffhookEmuRealtime *owner;
	OffhookEmuPeer *peer;
	OffhookEmuRealtimeSetup setup;
	gboolean updated; /* session.update has come */
	guint n_ids;
	guint n_answers; /* taken from the script */
	guint n_transcripts;
	GHashTable *items; /* id -> OffhookEmuRealtimeItem */
	GPtrArray *due;    /* transcripts on their way */
	GPtrArray *calls;  /* ids of tool calls without an output */
	gsize input_bytes; /* appended, not committed */
	guint loud_ms;     /* server VAD */
	guint quiet_ms;
	gboolean speaking;
	OffhookEmuRealtimeResponse *response; /* NULL: none under way */
};

/* (transfer full): an event of @type */
JsonObject *offhook_emu_realtime_session_new_event(OffhookEmuRealtimeSession *self,
						   const gchar *type);
/* (transfer full): an id */
gchar *offhook_emu_realtime_session_new_id(OffhookEmuRealtimeSession *self, const gchar *prefix);
OffhookEmuRealtimeItem *offhook_emu_realtime_session_add_item(OffhookEmuRealtimeSession *self,
							      const gchar *id);

/* ---- response.c ---- */

void offhook_emu_realtime_response_start(OffhookEmuRealtimeSession *session);
/* @reason: client_cancelled or turn_detected */
void offhook_emu_realtime_response_cancel(OffhookEmuRealtimeSession *session, const gchar *reason);
void offhook_emu_realtime_response_free(OffhookEmuRealtimeResponse *self);
