/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One caller: a connection, and what is said and heard over it. */
#pragma once

#include "connection.h"
#include "pings.h"
#include "talk.h"

G_BEGIN_DECLS

/** What all calls of a run share. */
typedef struct {
	const LoadOptions *options;
	LoadTally tally;
	int epoll;
	gsize raw_size; /* of a frame in mode raw: as large as one with audio */
	gboolean pings; /* new ones are sent */
} LoadCommon;

typedef enum {
	LOAD_CALL_IDLE,
	LOAD_CALL_OPENING,
	LOAD_CALL_LIVE,
	LOAD_CALL_CLOSING,
} LoadCallState;

typedef struct {
	LoadCommon *common;
	LoadCallState state;
	LoadConnection connection;
	LoadMessages messages;
	LoadPings pings;
	LoadPlayout playout;
	LoadTalk talk;
	guint ping_phase, key_phase; /* callers are not in step */
	guint tone;     /* of the ping being sent; LOAD_PING_TONES for none */
	guint64 frames; /* sent */
	guint64 raw_received;
	guint64 raw_mark; /* mode raw: this many bytes back are the ping's end */
	gint64 raw_mark_us;
	gint64 deadline_us; /* opening, closing; live, in mode churn: its end */
} LoadCall;

void load_call_init(LoadCall *self, LoadCommon *common);
void load_call_start(LoadCall *self, guint64 number, gint64 now_us);
/** Every 20 ms. @due_us: when this should have been called */
void load_call_tick(LoadCall *self, gint64 due_us, gint64 now_us);
/** @events: of epoll */
void load_call_handle(LoadCall *self, guint32 events, gint64 now_us);
/** Says `stop` and closes; the rest comes with ticks and events. */
void load_call_end(LoadCall *self, gint64 now_us);
void load_call_abort(LoadCall *self);

G_END_DECLS
