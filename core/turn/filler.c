/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The moments at which waiting wants a word. Main thread.
 */

#include "turn/filler.h"

struct _OffhookFiller {
	OffhookFillerConfig config;
	gboolean running;
	gboolean tool;
	gint64 tool_began_us;
	gint64 began_us;
	gint64 last_us; /* of the last phrase */
	gboolean had_short;
	guint phrases;
	guint32 random;
	guint last_pick; /* plus one; 0 for none */
};

const OffhookFillerConfig offhook_filler_defaults = {
    .short_ms = 700,
    .phrase_ms = 1500,
    .repeat_ms = 7000,
    .max_phrases = 3,
    .give_up_ms = 20000,
};

OffhookFiller *
offhook_filler_new(const OffhookFillerConfig *config, guint32 seed)
{
	OffhookFiller *self = g_new0(OffhookFiller, 1);

	self->config = config != NULL ? *config : offhook_filler_defaults;
	self->random = seed;
	return self;
}

void
offhook_filler_free(OffhookFiller *self)
{
	g_free(self);
}

void
offhook_filler_begin(OffhookFiller *self, gint64 now_us)
{
	self->running = TRUE;
	self->tool = FALSE;
	self->began_us = now_us;
	self->had_short = FALSE;
	self->phrases = 0;
}

void
offhook_filler_set_tool(OffhookFiller *self, gint64 now_us, gboolean running)
{
	if (running && !self->tool)
		self->tool_began_us = now_us;
	self->tool = running;
}

void
offhook_filler_end(OffhookFiller *self)
{
	self->running = FALSE;
}

gboolean
offhook_filler_is_running(OffhookFiller *self)
{
	return self->running;
}

static gint64
offhook_filler_get_short_due(OffhookFiller *self)
{
	if (self->had_short || self->phrases > 0 || self->config.short_ms == 0)
		return G_MAXINT64;
	return self->began_us + (gint64)self->config.short_ms * 1000;
}

static gint64
offhook_filler_get_phrase_due(OffhookFiller *self)
{
	if (!self->tool || self->config.phrase_ms == 0 || self->phrases >= self->config.max_phrases)
		return G_MAXINT64;
	if (self->phrases > 0)
		return self->last_us + (gint64)self->config.repeat_ms * 1000;
	/* A tool that began late may still be a quick one. */
	return MAX(self->began_us + (gint64)self->config.phrase_ms * 1000,
		   self->tool_began_us + (gint64)self->config.short_ms * 1000);
}

static gint64
offhook_filler_get_give_up_due(OffhookFiller *self)
{
	if (self->config.give_up_ms == 0)
		return G_MAXINT64;
	return self->began_us + (gint64)self->config.give_up_ms * 1000;
}

gint64
offhook_filler_get_deadline(OffhookFiller *self)
{
	if (!self->running)
		return G_MAXINT64;
	return MIN(MIN(offhook_filler_get_short_due(self), offhook_filler_get_phrase_due(self)),
		   offhook_filler_get_give_up_due(self));
}

OffhookFillerEvent
offhook_filler_tick(OffhookFiller *self, gint64 now_us)
{
	if (!self->running)
		return OFFHOOK_FILLER_NONE;
	if (now_us >= offhook_filler_get_give_up_due(self)) {
		self->running = FALSE;
		return OFFHOOK_FILLER_GIVE_UP;
	}
	if (now_us >= offhook_filler_get_phrase_due(self)) {
		self->phrases++;
		self->last_us = now_us;
		return OFFHOOK_FILLER_PHRASE;
	}
	if (now_us >= offhook_filler_get_short_due(self)) {
		self->had_short = TRUE;
		return OFFHOOK_FILLER_SHORT;
	}
	return OFFHOOK_FILLER_NONE;
}

guint
offhook_filler_pick(OffhookFiller *self, guint n)
{
	guint pick;

	if (n <= 1)
		return 0;
	self->random = self->random * 1664525u + 1013904223u;
	/* Among those that were not picked last. */
	if (self->last_pick == 0 || self->last_pick > n) {
		pick = (self->random >> 16) % n;
	} else {
		pick = (self->random >> 16) % (n - 1);
		if (pick >= self->last_pick - 1)
			pick++;
	}
	self->last_pick = pick + 1;
	return pick;
}
