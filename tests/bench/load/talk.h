/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A caller in conversation: waits for the greeting to end, speaks, waits for the answer, and speaks
 * into every second one. Asked for what to send every 20 ms.
 */
#pragma once

#include "playout.h"
#include "tally.h"

G_BEGIN_DECLS

typedef enum {
	LOAD_TALK_LISTENING, /* to a greeting or an answer, to its end */
	LOAD_TALK_PAUSING,
	LOAD_TALK_SPEAKING,
	LOAD_TALK_WAITING, /* for an answer */
	LOAD_TALK_HOLDING, /* the answer has begun, and will be interrupted */
} LoadTalkState;

typedef struct {
	LoadTally *tally;
	LoadTalkState state;
	gint64 since_us;
	gint64 wait_us; /* in this state */
	guint frame;    /* of the burst */
	guint turn;
	gint64 ended_us;      /* our last loud sample was sent */
	gint64 interrupts_us; /* since when we speak into an answer that is still heard; or 0 */
} LoadTalk;

void load_talk_init(LoadTalk *self, LoadTally *tally, gint64 now_us);
const LoadSound *load_talk_next(LoadTalk *self, const LoadPlayout *playout, gint64 now_us);

G_END_DECLS
