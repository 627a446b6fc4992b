/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long the caller has been silent, and what follows of it. Main thread.
 */

#include "turn/idle-prompter.h"

struct _OffhookIdlePrompter {
	OffhookIdlePrompterConfig config;
	gboolean running;
	guint holds; /* OffhookIdleHold bits */
	guint attempts;
	gint64 since_us; /* the time runs from here, while there is no hold */
};

const OffhookIdlePrompterConfig offhook_idle_prompter_defaults = {
    .wait_ms = 8000,
    .attempts = 2,
};

OffhookIdlePrompter *
offhook_idle_prompter_new(const OffhookIdlePrompterConfig *config)
{
	OffhookIdlePrompter *self = g_new0(OffhookIdlePrompter, 1);

	self->config = config != NULL ? *config : offhook_idle_prompter_defaults;
	return self;
}

void
offhook_idle_prompter_free(OffhookIdlePrompter *self)
{
	g_free(self);
}

void
offhook_idle_prompter_start(OffhookIdlePrompter *self, gint64 now_us)
{
	self->running = TRUE;
	self->attempts = 0;
	self->since_us = now_us;
}

void
offhook_idle_prompter_stop(OffhookIdlePrompter *self)
{
	self->running = FALSE;
}

void
offhook_idle_prompter_set_hold(OffhookIdlePrompter *self, gint64 now_us, OffhookIdleHold hold,
			       gboolean on)
{
	guint before = self->holds;

	if (on)
		self->holds |= hold;
	else
		self->holds &= ~(guint)hold;
	if (hold == OFFHOOK_IDLE_HOLD_CALLER && on)
		self->attempts = 0;
	if (before != 0 && self->holds == 0)
		self->since_us = now_us;
}

void
offhook_idle_prompter_activity(OffhookIdlePrompter *self, gint64 now_us)
{
	self->attempts = 0;
	self->since_us = now_us;
}

gint64
offhook_idle_prompter_get_deadline(OffhookIdlePrompter *self)
{
	if (!self->running || self->holds != 0 || self->attempts > self->config.attempts)
		return G_MAXINT64;
	return self->since_us + (gint64)self->config.wait_ms * 1000;
}

OffhookIdleEvent
offhook_idle_prompter_tick(OffhookIdlePrompter *self, gint64 now_us, guint *attempt)
{
	if (now_us < offhook_idle_prompter_get_deadline(self))
		return OFFHOOK_IDLE_NONE;
	self->attempts++;
	self->since_us = now_us; /* in case nothing is spoken at it */
	if (attempt != NULL)
		*attempt = self->attempts;
	return self->attempts > self->config.attempts ? OFFHOOK_IDLE_GOODBYE : OFFHOOK_IDLE_PROMPT;
}
