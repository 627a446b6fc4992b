/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "command.h"

/* Whose habits the chunks have. */
typedef struct {
	const gchar *name;
	const gchar *reasoning; /* the delta's member that holds thoughts */
	gboolean null_content;  /* the first chunk's content is null */
	gboolean whole_calls;   /* a call of a tool comes in one piece */
	gboolean pings;         /* comments in between */
	gboolean usage_member;  /* every chunk has a "usage", null but in the last */
	gboolean late_finish;   /* "stop", even when there are calls */
} OffhookEmuFlavour;

typedef struct {
	gint port;
	gchar *script_path;   /* NULL: none */
	gchar *requests_path; /* NULL: they are not written down */
	gchar *key;           /* NULL: any request is welcome */
	gchar *flavour_name;
	const OffhookEmuFlavour *flavour;
	gint first_token_ms;
	gdouble tokens_per_second;
	OffhookEmuVoiceOptions voice;
	gint transcript_ms;
	gint slow_ms; /* of the fault "slow" */
	gint retry_after;
} OffhookEmuOpenaiOptions;

/* Exits for --help. */
OffhookEmuOpenaiOptions *offhook_emu_openai_options_parse(int argc, char **argv, GError **error);
void offhook_emu_openai_options_free(OffhookEmuOpenaiOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuOpenaiOptions, offhook_emu_openai_options_free)
