/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keys to messages. Main thread.
 */

#include "turn/dtmf-collector.h"

#include <string.h>

#define OFFHOOK_DTMF_COLLECTOR_WAIT_MS 2000

struct _OffhookDtmfCollector {
	guint wait_ms;
	OffhookExpectationKind kind;
	guint max_digits;
	char keys[OFFHOOK_DTMF_COLLECTOR_MAX_KEYS + 1];
	guint n_keys;
	gint64 last_us;
	gboolean full; /* no more was waited for after the last message */
	char message[OFFHOOK_DTMF_COLLECTOR_MAX_KEYS + 1]; /* the last one */
};

OffhookDtmfCollector *
offhook_dtmf_collector_new(guint wait_ms)
{
	OffhookDtmfCollector *self = g_new0(OffhookDtmfCollector, 1);

	self->wait_ms = wait_ms > 0 ? wait_ms : OFFHOOK_DTMF_COLLECTOR_WAIT_MS;
	return self;
}

void
offhook_dtmf_collector_free(OffhookDtmfCollector *self)
{
	g_free(self);
}

void
offhook_dtmf_collector_set_expectation(OffhookDtmfCollector *self, OffhookExpectationKind kind,
				       guint max_digits)
{
	self->kind = kind;
	self->max_digits = max_digits;
}

static const char *
offhook_dtmf_collector_take(OffhookDtmfCollector *self)
{
	memcpy(self->message, self->keys, self->n_keys);
	self->message[self->n_keys] = '\0';
	self->n_keys = 0;
	return self->message;
}

static gboolean
offhook_dtmf_collector_is_full(OffhookDtmfCollector *self)
{
	switch (self->kind) {
	case OFFHOOK_EXPECT_YES_NO:
	case OFFHOOK_EXPECT_CHOICE:
		return TRUE;
	case OFFHOOK_EXPECT_DIGITS:
	case OFFHOOK_EXPECT_OPEN:
		if (self->max_digits > 0 && self->n_keys >= self->max_digits)
			return TRUE;
		break;
	}
	return self->n_keys >= OFFHOOK_DTMF_COLLECTOR_MAX_KEYS;
}

/* Who was told to end with '#' does not know that the message has gone. */
static gboolean
offhook_dtmf_collector_is_late_end(OffhookDtmfCollector *self, gint64 now_us)
{
	return self->full && now_us - self->last_us < (gint64)self->wait_ms * 1000;
}

const char *
offhook_dtmf_collector_push(OffhookDtmfCollector *self, gint64 now_us, char key)
{
	if (key == '\0' || strchr("0123456789*#ABCD", key) == NULL)
		return NULL;
	if (key == '#' && self->n_keys > 0)
		return offhook_dtmf_collector_take(self);
	if (key == '#' && offhook_dtmf_collector_is_late_end(self, now_us)) {
		self->full = FALSE;
		return NULL;
	}
	self->keys[self->n_keys++] = key;
	self->last_us = now_us;
	self->full = key != '#' && offhook_dtmf_collector_is_full(self);
	return self->full || key == '#' ? offhook_dtmf_collector_take(self) : NULL;
}

gboolean
offhook_dtmf_collector_is_active(OffhookDtmfCollector *self)
{
	return self->n_keys > 0;
}

void
offhook_dtmf_collector_reset(OffhookDtmfCollector *self)
{
	self->n_keys = 0;
}

gint64
offhook_dtmf_collector_get_deadline(OffhookDtmfCollector *self)
{
	if (self->n_keys == 0)
		return G_MAXINT64;
	return self->last_us + (gint64)self->wait_ms * 1000;
}

const char *
offhook_dtmf_collector_tick(OffhookDtmfCollector *self, gint64 now_us)
{
	if (now_us < offhook_dtmf_collector_get_deadline(self))
		return NULL;
	return offhook_dtmf_collector_take(self);
}
