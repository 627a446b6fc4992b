/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The circuit breaker. Pure; any thread.
 */

#include "engine/engine-breaker.h"

const OffhookBreakerConfig offhook_breaker_defaults = {
    .failures = 3,
    .window_ms = 30000,
    .back_off_ms = 2000,
    .max_back_off_ms = 60000,
};

void
offhook_breaker_init(OffhookBreaker *self, const OffhookBreakerConfig *config)
{
	*self = (OffhookBreaker){
	    .config = config != NULL ? *config : offhook_breaker_defaults,
	    .probe_at_us = G_MAXINT64,
	};
	self->back_off_ms = self->config.back_off_ms;
}

static void
offhook_breaker_remember(OffhookBreaker *self, gint64 now_us, gboolean good)
{
	self->at_us[self->next] = now_us;
	self->good[self->next] = good;
	self->next = (self->next + 1) % OFFHOOK_BREAKER_OUTCOMES;
}

static void
offhook_breaker_count(const OffhookBreaker *self, gint64 now_us, guint *successes, guint *failures)
{
	gint64 since_us = now_us - (gint64)self->config.window_ms * 1000;

	*successes = 0;
	*failures = 0;
	for (guint i = 0; i < OFFHOOK_BREAKER_OUTCOMES; i++)
		if (self->at_us[i] != 0 && self->at_us[i] > since_us)
			++*(self->good[i] ? successes : failures);
}

/* What was before says nothing about what works again. */
static void
offhook_breaker_close(OffhookBreaker *self)
{
	for (guint i = 0; i < OFFHOOK_BREAKER_OUTCOMES; i++)
		self->at_us[i] = 0;
	self->state = OFFHOOK_BREAKER_CLOSED;
}

void
offhook_breaker_succeed(OffhookBreaker *self, gint64 now_us)
{
	if (self->state != OFFHOOK_BREAKER_CLOSED)
		offhook_breaker_close(self);
	offhook_breaker_remember(self, now_us, TRUE);
	self->success_us = now_us;
	self->probe_at_us = G_MAXINT64;
	self->back_off_ms = self->config.back_off_ms;
}

void
offhook_breaker_fail(OffhookBreaker *self, gint64 now_us, gboolean lasting)
{
	guint successes, failures;

	offhook_breaker_remember(self, now_us, FALSE);
	/* One that is being probed hears from its probe. */
	if (self->state == OFFHOOK_BREAKER_HALF_OPEN)
		return;
	offhook_breaker_count(self, now_us, &successes, &failures);
	if (lasting || (failures >= self->config.failures && failures >= successes))
		self->state = OFFHOOK_BREAKER_OPEN;
	if (self->probe_at_us == G_MAXINT64)
		self->probe_at_us = now_us + (gint64)self->back_off_ms * 1000;
}

gint64
offhook_breaker_get_probe_time(const OffhookBreaker *self)
{
	return self->probe_at_us;
}

void
offhook_breaker_begin_probe(OffhookBreaker *self)
{
	if (self->state == OFFHOOK_BREAKER_OPEN)
		self->state = OFFHOOK_BREAKER_HALF_OPEN;
	self->probe_at_us = G_MAXINT64;
}

void
offhook_breaker_end_probe(OffhookBreaker *self, gint64 now_us, gboolean good)
{
	if (good) {
		offhook_breaker_succeed(self, now_us);
		return;
	}
	self->state = OFFHOOK_BREAKER_OPEN;
	self->back_off_ms = MIN(self->back_off_ms * 2, self->config.max_back_off_ms);
	self->probe_at_us = now_us + (gint64)self->back_off_ms * 1000;
}

void
offhook_breaker_hurry(OffhookBreaker *self, gint64 now_us)
{
	if (self->probe_at_us != G_MAXINT64)
		self->probe_at_us = now_us;
}

guint
offhook_breaker_count_failures(const OffhookBreaker *self, gint64 now_us)
{
	guint successes, failures;

	offhook_breaker_count(self, now_us, &successes, &failures);
	return failures;
}
