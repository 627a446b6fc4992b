/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

/* What the model does when it is asked for a response. */
typedef struct {
	gchar *text;           /* NULL: says nothing */
	gchar *tool;           /* NULL: calls none */
	JsonObject *arguments; /* of the tool */
} OffhookEmuRealtimeAnswer;

typedef struct {
	GPtrArray *answers; /* of OffhookEmuRealtimeAnswer, given one after another, per session */
	GPtrArray *transcripts; /* of what was heard, likewise */
} OffhookEmuRealtimeScript;

/* @path: NULL: an empty one */
OffhookEmuRealtimeScript *offhook_emu_realtime_script_load(const gchar *path, GError **error);
OffhookEmuRealtimeScript *offhook_emu_realtime_script_read(JsonNode *root, GError **error);
void offhook_emu_realtime_script_free(OffhookEmuRealtimeScript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuRealtimeScript, offhook_emu_realtime_script_free)
