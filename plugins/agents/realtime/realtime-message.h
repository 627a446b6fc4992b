/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The messages that we send, apart from sound. Pure; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Names of events of ours, by which an error says which of them it is about. */
#define OFFHOOK_REALTIME_ID_SETUP   "setup"
#define OFFHOOK_REALTIME_ID_RESPOND "respond"

#define OFFHOOK_REALTIME_TOOL_HANG_UP  "hang_up"
#define OFFHOOK_REALTIME_TOOL_TRANSFER "transfer_call"

/** Everything is borrowed. */
typedef struct {
	const char *instructions; /* (nullable) */
	const char *language;     /* (nullable): BCP 47 */
	const char *voice;        /* (nullable) */
	double speed;
	const char *transcription_model; /* (nullable) */
	const char *noise_reduction;     /* (nullable) */
	gboolean mulaw;
	gint64 max_output_tokens;
	gboolean hang_up;
	GHashTable *transfers; /* name -> target */
} OffhookRealtimeSetup;

/* All (transfer full). */
char *offhook_realtime_setup_to_message(const OffhookRealtimeSetup *self);
char *offhook_realtime_make_audio(const guint8 *data, gsize size);
/** @type: of an event that needs nothing else */
char *offhook_realtime_make_plain(const char *type);
/** @instructions: (nullable): for this response only */
char *offhook_realtime_make_respond(const char *instructions);
char *offhook_realtime_make_cancel(const char *response_id);
/** @role: user, assistant or system */
char *offhook_realtime_make_text(const char *role, const char *text);
char *offhook_realtime_make_tool_output(const char *call_id, const char *output);
char *offhook_realtime_make_truncate(const char *item_id, guint audio_end_ms);
char *offhook_realtime_make_delete(const char *item_id);

G_END_DECLS
