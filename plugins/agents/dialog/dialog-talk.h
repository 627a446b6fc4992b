/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation that follows a script: what was said goes in, what to say and do comes out.
 * Knows nothing of calls, and the time is given to it, so that it can be tested alone. Main thread.
 */
#pragma once

#include "dialog-script.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct _OffhookDialogTalk OffhookDialogTalk;

/** What happened. */
typedef struct {
	OffhookTurnKind kind;
	const char *message;
	double confidence;
	guint attempt;
	const char *greeting; /* (nullable): at the start: somebody else greets with this */
	GDateTime *now;       /* local time */
} OffhookDialogInput;

/** What to do about it. */
typedef struct {
	char *say;              /* may be "" */
	OffhookDialogDo action; /* hang up, transfer, pass, or nothing */
	char *argument;         /* (nullable): the target of a transfer */
} OffhookDialogOutput;

void offhook_dialog_output_clear(OffhookDialogOutput *output);

/**
 * offhook_dialog_talk_new:
 * @assistant: (nullable): for "{assistant}"
 * @caller: (nullable): for "{caller}"
 * @seed: which of several answers comes first
 */
OffhookDialogTalk *offhook_dialog_talk_new(OffhookDialogScript *script, const char *assistant,
					   const char *caller, guint seed);
/** @value: instead of the script's, for this conversation. One that the script has. */
void offhook_dialog_talk_set_variable(OffhookDialogTalk *self, const char *name, const char *value);
void offhook_dialog_talk_free(OffhookDialogTalk *self);

/** @output: (out): clear it */
void offhook_dialog_talk_take(OffhookDialogTalk *self, const OffhookDialogInput *input,
			      OffhookDialogOutput *output);

/**
 * offhook_dialog_talk_heard:
 * @text: what was heard of the last answer; "" takes a turn of words back: the caller went on
 *   speaking, and the next message holds all of it
 * @interrupted: it ended there
 */
void offhook_dialog_talk_heard(OffhookDialogTalk *self, const char *text, gboolean interrupted);

/** What the caller can be expected to say now. (transfer full) */
OffhookExpectation *offhook_dialog_talk_expect(OffhookDialogTalk *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogTalk, offhook_dialog_talk_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookDialogOutput, offhook_dialog_output_clear)

G_END_DECLS
