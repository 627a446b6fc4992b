/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Two places are kept: in the far end's stream (ms, by its time stamps) and on our clock (frames
 * given out since base_us). Runs in the call's media thread.
 */

#include "media/inbound.h"

#include <string.h>

#define OFFHOOK_INBOUND_FRAME_US     (OFFHOOK_FRAME_MS * 1000)
#define OFFHOOK_INBOUND_TOLERANCE_MS 20   /* time stamps may be rounded */
#define OFFHOOK_INBOUND_JITTER_MS    200  /* how much early audio may be; earned back slowly */
#define OFFHOOK_INBOUND_OLD_MS       1000 /* audio older than this is a new beginning */
#define OFFHOOK_INBOUND_WINDOW       500  /* pushes over which the clocks are compared */

struct _OffhookInbound {
	OffhookInboundFrameFunc func;
	gpointer user_data;
	gsize frame_size;
	guint bytes_per_ms;
	guint sample_bytes;
	guint8 silence;
	guint8 *frame; /* being filled */
	gsize filled;

	gboolean begun;
	gint64 base_us;        /* our time of the first sample */
	guint64 frames;        /* given out since base_us */
	gint64 stream_ms;      /* the time stamp that comes next */
	gint64 synthesised_ms; /* silence put in since the last audio */
	gint64 heard_us;       /* when the last audio came */

	gint64 credit_ms; /* how much earlier than the clock says audio may still be */
	gint64 window_us; /* the least lateness in this window */
	guint window_n;
	OffhookInboundStatistics statistics;
};

OffhookInbound *
offhook_inbound_new(const OffhookAudioFormat *format, OffhookInboundFrameFunc func,
		    gpointer user_data)
{
	OffhookInbound *self = g_new0(OffhookInbound, 1);

	self->func = func;
	self->user_data = user_data;
	self->frame_size = offhook_audio_format_get_bytes(format, OFFHOOK_FRAME_MS);
	self->bytes_per_ms = self->frame_size / OFFHOOK_FRAME_MS;
	self->sample_bytes = self->bytes_per_ms * 1000 / format->rate;
	self->silence = offhook_encoding_get_silence(format->encoding);
	self->frame = g_malloc(self->frame_size);
	self->credit_ms = OFFHOOK_INBOUND_JITTER_MS;
	self->window_us = G_MAXINT64;
	return self;
}

void
offhook_inbound_free(OffhookInbound *self)
{
	if (self == NULL)
		return;
	g_free(self->frame);
	g_free(self);
}

/* Our time of the next sample. */
static gint64
offhook_inbound_get_next_us(OffhookInbound *self)
{
	return self->base_us + (gint64)self->frames * OFFHOOK_INBOUND_FRAME_US +
	       (gint64)self->filled * 1000 / self->bytes_per_ms;
}

static void
offhook_inbound_emit(OffhookInbound *self, const guint8 *data)
{
	gint64 start_us = self->base_us + (gint64)self->frames * OFFHOOK_INBOUND_FRAME_US;

	self->frames++;
	self->statistics.frames++;
	self->func(self->user_data, data, self->frame_size, start_us);
}

/* Samples are read as such from here on, but in what a socket received they begin anywhere. */
static gboolean
offhook_inbound_can_read(OffhookInbound *self, const guint8 *data)
{
	return (guintptr)data % self->sample_bytes == 0;
}

/* @data: %NULL for silence */
static void
offhook_inbound_take(OffhookInbound *self, const guint8 *data, gsize size)
{
	while (size > 0) {
		gsize n = MIN(size, self->frame_size - self->filled);

		if (data != NULL && n == self->frame_size && offhook_inbound_can_read(self, data)) {
			offhook_inbound_emit(self, data);
		} else {
			if (data != NULL)
				memcpy(self->frame + self->filled, data, n);
			else
				memset(self->frame + self->filled, self->silence, n);
			self->filled += n;
			if (self->filled == self->frame_size) {
				self->filled = 0;
				offhook_inbound_emit(self, self->frame);
			}
		}
		if (data != NULL)
			data += n;
		size -= n;
	}
}

static void
offhook_inbound_begin(OffhookInbound *self, gint64 now_us, gint64 duration_us, gint64 timestamp_ms)
{
	self->begun = TRUE;
	self->base_us = now_us - duration_us;
	self->stream_ms = MAX(timestamp_ms, 0);
}

/*
 * The far end's clock is not ours. What arrives before its time moves our idea of its clock at once;
 * what is late may be late for any reason, so only the least lateness of a long while counts.
 */
static void
offhook_inbound_follow_clock(OffhookInbound *self, gint64 now_us, gint64 duration_us)
{
	gint64 late_us = now_us - (offhook_inbound_get_next_us(self) + duration_us);

	if (late_us < 0) {
		self->base_us += late_us;
		late_us = 0;
	}
	self->window_us = MIN(self->window_us, late_us);
	if (++self->window_n < OFFHOOK_INBOUND_WINDOW)
		return;
	self->base_us += self->window_us;
	self->window_us = G_MAXINT64;
	self->window_n = 0;
}

/*
 * Audio that belongs @ahead_ms after what was there last. A hole takes as long as it is: time stamps
 * that run ahead of the clock are not believed.
 */
static void
offhook_inbound_jump_ahead(OffhookInbound *self, gint64 now_us, gint64 ahead_ms, gint64 duration_ms)
{
	gint64 passed_ms =
	    MAX((now_us - offhook_inbound_get_next_us(self)) / 1000 - duration_ms, 0);
	gint64 hole_ms = MIN(passed_ms + self->credit_ms, ahead_ms);

	self->credit_ms -= MAX(hole_ms - passed_ms, 0);
	self->statistics.gaps++;
	if (ahead_ms <= OFFHOOK_INBOUND_MAX_FILL_MS)
		offhook_inbound_take(self, NULL, hole_ms * self->bytes_per_ms);
	else
		self->base_us += hole_ms * 1000;
}

/* Whether audio that belongs @behind_ms before what comes next is still wanted. */
static gboolean
offhook_inbound_accept_late(OffhookInbound *self, gint64 behind_ms, gint64 duration_ms)
{
	guint frames = MAX(duration_ms / OFFHOOK_FRAME_MS, 1);

	if (self->synthesised_ms > 0) {
		self->statistics.late += frames;
		return TRUE;
	}
	if (behind_ms > OFFHOOK_INBOUND_OLD_MS)
		return TRUE; /* the stream counts anew */
	self->statistics.late += frames;
	self->statistics.dropped += frames;
	return FALSE;
}

void
offhook_inbound_push(OffhookInbound *self, gint64 now_us, const guint8 *data, gsize size,
		     gint64 timestamp_ms)
{
	gint64 duration_ms = size / self->bytes_per_ms;

	if (!self->begun)
		offhook_inbound_begin(self, now_us, duration_ms * 1000, timestamp_ms);
	if (timestamp_ms >= 0) {
		gint64 ahead_ms = timestamp_ms - self->stream_ms;

		if (ahead_ms >= OFFHOOK_INBOUND_TOLERANCE_MS)
			offhook_inbound_jump_ahead(self, now_us, ahead_ms, duration_ms);
		else if (ahead_ms <= -OFFHOOK_INBOUND_TOLERANCE_MS &&
			 !offhook_inbound_accept_late(self, -ahead_ms, duration_ms))
			return;
		self->stream_ms = timestamp_ms;
	}
	self->stream_ms += duration_ms;
	self->synthesised_ms = 0;
	self->heard_us = now_us;
	self->credit_ms = MIN(self->credit_ms + 1, OFFHOOK_INBOUND_JITTER_MS);
	offhook_inbound_follow_clock(self, now_us, duration_ms * 1000);
	offhook_inbound_take(self, data, size);
}

gboolean
offhook_inbound_is_silent(OffhookInbound *self, gint64 now_us)
{
	return self->begun && now_us - self->heard_us >= OFFHOOK_INBOUND_SILENT_MS * 1000;
}

void
offhook_inbound_tick(OffhookInbound *self, gint64 now_us)
{
	if (!offhook_inbound_is_silent(self, now_us))
		return;
	while (offhook_inbound_get_next_us(self) + OFFHOOK_INBOUND_FRAME_US <= now_us) {
		offhook_inbound_take(self, NULL, self->frame_size);
		self->stream_ms += OFFHOOK_FRAME_MS;
		self->synthesised_ms += OFFHOOK_FRAME_MS;
	}
}

const OffhookInboundStatistics *
offhook_inbound_get_statistics(OffhookInbound *self)
{
	return &self->statistics;
}

void
offhook_inbound_add_hot(const OffhookInbound *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
