/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fault.h"

#include <json-glib/json-glib.h>

/* What the model says to what; the first that fits counts. */
typedef struct {
	gchar *when;         /* lower case, a part of the last message; NULL: any */
	gboolean after_tool; /* only if that message is what a tool gave */
	gchar *text;         /* NULL: none */
	gchar *think;        /* NULL: none */
	JsonArray *tools;    /* {"name", "arguments"}; NULL: none */
	OffhookEmuFault fault;
} OffhookEmuAnswer;

typedef struct {
	GPtrArray *answers;
	GPtrArray *transcripts; /* given one after another, then again */
	guint next_transcript;
} OffhookEmuOpenaiScript;

/* @path: NULL: an empty one */
OffhookEmuOpenaiScript *offhook_emu_openai_script_load(const gchar *path, GError **error);
void offhook_emu_openai_script_free(OffhookEmuOpenaiScript *self);

/* NULL: nothing fits */
const OffhookEmuAnswer *offhook_emu_openai_script_find(const OffhookEmuOpenaiScript *self,
						       const gchar *message, gboolean is_tool);
/* NULL: there are none */
const gchar *offhook_emu_openai_script_take_transcript(OffhookEmuOpenaiScript *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuOpenaiScript, offhook_emu_openai_script_free)
