/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * When to say "one moment" because the answer takes its time: a short sound at 0.7 s, a phrase at
 * 1.5 s while a tool runs, again every 7 s, three phrases at most, and at 20 s an apology and the
 * end of waiting. Decides only; fillers are interruptible, stay out of the history and do not count
 * for the idle caller. Pure and clock-driven; main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint short_ms;    /* 700: 0 for no short filler */
	guint phrase_ms;   /* 1500: while a tool runs; 0 for no phrases */
	guint repeat_ms;   /* 7000: from phrase to phrase */
	guint max_phrases; /* 3 */
	guint give_up_ms;  /* 20000: 0 for never */
} OffhookFillerConfig;

extern const OffhookFillerConfig offhook_filler_defaults;

typedef enum {
	OFFHOOK_FILLER_NONE,
	OFFHOOK_FILLER_SHORT,   /* "hm", "well" */
	OFFHOOK_FILLER_PHRASE,  /* "let me check that" */
	OFFHOOK_FILLER_GIVE_UP, /* apologise and end the tool; nothing follows */
} OffhookFillerEvent;

typedef struct _OffhookFiller OffhookFiller;

/** @config: (nullable): copied; @seed: for offhook_filler_pick() */
OffhookFiller *offhook_filler_new(const OffhookFillerConfig *config, guint32 seed);
void offhook_filler_free(OffhookFiller *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookFiller, offhook_filler_free)

/** The caller's turn has ended, the agent thinks. */
void offhook_filler_begin(OffhookFiller *self, gint64 now_us);
/** Within a turn: a tool runs, or has ended. */
void offhook_filler_set_tool(OffhookFiller *self, gint64 now_us, gboolean running);
/** The answer is there, or the caller speaks, or the turn was dropped: no more fillers. */
void offhook_filler_end(OffhookFiller *self);

/** Between begin and end, or GIVE_UP. */
gboolean offhook_filler_is_running(OffhookFiller *self);

gint64 offhook_filler_get_deadline(OffhookFiller *self);
OffhookFillerEvent offhook_filler_tick(OffhookFiller *self, gint64 now_us);

/** Which of @n wordings: random, never the same twice in a row (unless @n is 1). */
guint offhook_filler_pick(OffhookFiller *self, guint n);

G_END_DECLS
