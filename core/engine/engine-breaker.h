/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A circuit breaker: when to leave something that fails alone, and when to try it again.
 *
 *   CLOSED     it is used. Enough failures in the window, most of what was asked of it lately, or one
 *              that will not go away by itself, open it
 *   OPEN       nothing is sent to it until the back-off is over
 *   HALF_OPEN  a probe is under way: its success closes the breaker, its failure doubles the back-off
 *
 * After a failure that did not open it a probe is due too, unless a success comes first: those who
 * left are waiting to hear whether they can come back. Pure and clock-driven; any thread, one at a
 * time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Outcomes that are remembered. */
#define OFFHOOK_BREAKER_OUTCOMES 32

typedef enum {
	OFFHOOK_BREAKER_CLOSED,
	OFFHOOK_BREAKER_OPEN,
	OFFHOOK_BREAKER_HALF_OPEN,
} OffhookBreakerState;

typedef struct {
	guint failures;        /* 3: that open it, if no fewer than the successes ... */
	guint window_ms;       /* 30000: ... in this time */
	guint back_off_ms;     /* 2000: until the first probe; doubled with each that fails */
	guint max_back_off_ms; /* 60000 */
} OffhookBreakerConfig;

extern const OffhookBreakerConfig offhook_breaker_defaults;

/** For embedding; touched by the functions only. */
typedef struct {
	OffhookBreakerConfig config;
	OffhookBreakerState state;
	gint64 at_us[OFFHOOK_BREAKER_OUTCOMES]; /* a ring; 0: nothing yet */
	gboolean good[OFFHOOK_BREAKER_OUTCOMES];
	guint next;
	gint64 success_us; /* the last; 0: never */
	gint64 probe_at_us;
	guint back_off_ms;
} OffhookBreaker;

/** @config: (nullable): the defaults */
void offhook_breaker_init(OffhookBreaker *self, const OffhookBreakerConfig *config);

void offhook_breaker_succeed(OffhookBreaker *self, gint64 now_us);
/** @lasting: it will not go away by itself, like a wrong key: opens at once */
void offhook_breaker_fail(OffhookBreaker *self, gint64 now_us, gboolean lasting);

/** When a probe is due; %G_MAXINT64 for not. */
gint64 offhook_breaker_get_probe_time(const OffhookBreaker *self);
void offhook_breaker_begin_probe(OffhookBreaker *self);
void offhook_breaker_end_probe(OffhookBreaker *self, gint64 now_us, gboolean good);
/** Whatever was wrong may have been mended: a probe is due now. */
void offhook_breaker_hurry(OffhookBreaker *self, gint64 now_us);

/** Failures in the window. */
guint offhook_breaker_count_failures(const OffhookBreaker *self, gint64 now_us);

G_END_DECLS
