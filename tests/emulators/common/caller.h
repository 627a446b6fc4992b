/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "ear.h"
#include "options.h"

/* One act of the caller and what came of it; all times in ms from the start of the line, -1 when it
 * never happened. */
typedef struct {
	OffhookEmuStepKind kind;
	const gchar *text;
	gboolean keys;
	gint64 start_ms;   /* first speech, or first key */
	gint64 end_ms;     /* end of speech, or last key */
	gint64 answer_ms;  /* the agent is heard again */
	gboolean overlap;  /* BARGE_IN: the agent was talking when it began */
	gint64 silence_ms; /* BARGE_IN: from start_ms until the agent was silent */
	gint64 clear_ms;   /* BARGE_IN: from start_ms until the server cleared the buffer */
} OffhookEmuTurn;

typedef struct {
	void (*turn_started)(const OffhookEmuTurn *turn, gpointer user_data);
	void (*turn_ended)(const OffhookEmuTurn *turn, gpointer user_data);
	void (*press)(gchar digit, gpointer user_data);
	void (*note)(const gchar *text, gint64 at_ms, gpointer user_data);
	void (*hang_up)(gpointer user_data);
} OffhookEmuCallerEvents;

typedef struct _OffhookEmuCaller OffhookEmuCaller;

OffhookEmuCaller *offhook_emu_caller_new(const OffhookEmuOptions *options, const OffhookEmuEar *ear,
					 const OffhookEmuCallerEvents *events, gpointer user_data);
void offhook_emu_caller_free(OffhookEmuCaller *self);
void offhook_emu_caller_hear(OffhookEmuCaller *self, OffhookEmuEarEvent event,
			     gint64 buffer_end_ms);
void offhook_emu_caller_cleared(OffhookEmuCaller *self, gint64 at_ms);
void offhook_emu_caller_restart_wait(OffhookEmuCaller *self, gint64 at_ms);
gboolean offhook_emu_caller_fill(OffhookEmuCaller *self, gint64 start_ms, gint16 *samples,
				 gsize length, guint rate);
GPtrArray *offhook_emu_caller_get_turns(OffhookEmuCaller *self);
gboolean offhook_emu_caller_get_finished(OffhookEmuCaller *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuCaller, offhook_emu_caller_free)
