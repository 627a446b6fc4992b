/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Voice detection, speech detection, and a ring of the last frames. Runs in the call's media thread.
 */

#include "media/listener.h"

#include "turn/vad.h"
#include <string.h>

#define OFFHOOK_LISTENER_BATCH        3 /* frames handed out at once */
#define OFFHOOK_LISTENER_MAX_PRE_ROLL 1000

typedef gint16 OffhookListenerFrame[OFFHOOK_FRAME_SAMPLES];

struct _OffhookListener {
	OffhookListenerHandler handler;
	gpointer user_data;
	OffhookVad *vad;
	OffhookSpeechDetector *detector;
	guint pre_roll;             /* frames */
	OffhookListenerFrame *ring; /* the last frames, up to the present one */
	guint size;
	guint next;
	guint held;
	gint16 batch[OFFHOOK_LISTENER_BATCH * OFFHOOK_FRAME_SAMPLES];
	guint batched;
	gint64 began_us;
};

OffhookListener *
offhook_listener_new(const OffhookSpeechDetectorConfig *config, guint pre_roll_ms,
		     const OffhookListenerHandler *handler, gpointer user_data)
{
	OffhookListener *self = g_new0(OffhookListener, 1);
	/* A start is certain so long after it was. */
	guint certain_ms = config->start_ms + config->gap_ms + OFFHOOK_FRAME_MS;

	self->handler = *handler;
	self->user_data = user_data;
	self->vad = offhook_vad_new(OFFHOOK_RATE);
	self->detector = offhook_speech_detector_new(config);
	self->pre_roll = MIN(pre_roll_ms, OFFHOOK_LISTENER_MAX_PRE_ROLL) / OFFHOOK_FRAME_MS;
	self->size = self->pre_roll + certain_ms / OFFHOOK_FRAME_MS + 1;
	self->ring = g_new(OffhookListenerFrame, self->size);
	return self;
}

void
offhook_listener_free(OffhookListener *self)
{
	if (self == NULL)
		return;
	offhook_vad_free(self->vad);
	offhook_speech_detector_free(self->detector);
	g_free(self->ring);
	g_free(self);
}

static void
offhook_listener_flush(OffhookListener *self)
{
	if (self->batched > 0 && self->handler.audio != NULL)
		self->handler.audio(self->user_data, self->batch,
				    self->batched * OFFHOOK_FRAME_SAMPLES);
	self->batched = 0;
}

static void
offhook_listener_give(OffhookListener *self, const gint16 *frame)
{
	memcpy(self->batch + self->batched * OFFHOOK_FRAME_SAMPLES, frame,
	       sizeof(OffhookListenerFrame));
	if (++self->batched == OFFHOOK_LISTENER_BATCH)
		offhook_listener_flush(self);
}

static void
offhook_listener_keep(OffhookListener *self, const gint16 *frame)
{
	memcpy(self->ring[self->next], frame, sizeof(OffhookListenerFrame));
	self->next = (self->next + 1) % self->size;
	self->held = MIN(self->held + 1, self->size);
}

/* The last @n frames that are held. */
static void
offhook_listener_give_ring(OffhookListener *self, guint n)
{
	for (n = MIN(n, self->held); n > 0; n--)
		offhook_listener_give(self, self->ring[(self->next + self->size - n) % self->size]);
}

static void
offhook_listener_start(OffhookListener *self, gint64 end_us)
{
	guint ago_ms = offhook_speech_detector_get_began_ms_ago(self->detector);

	self->began_us = end_us - (gint64)ago_ms * 1000;
	if (self->handler.started != NULL)
		self->handler.started(self->user_data, self->began_us);
	offhook_listener_give_ring(self, self->pre_roll + ago_ms / OFFHOOK_FRAME_MS);
}

static void
offhook_listener_stop(OffhookListener *self, gint64 end_us)
{
	gint64 ended_us =
	    end_us - (gint64)offhook_speech_detector_get_ended_ms_ago(self->detector) * 1000;

	offhook_listener_flush(self);
	if (self->handler.stopped != NULL)
		self->handler.stopped(self->user_data, ended_us,
				      MAX(ended_us - self->began_us, 0) / 1000);
}

void
offhook_listener_push(OffhookListener *self, const gint16 *frame, gint64 end_us)
{
	gboolean voiced = offhook_vad_process(self->vad, frame, OFFHOOK_FRAME_SAMPLES);
	gboolean speaking = offhook_speech_detector_is_speaking(self->detector);

	offhook_listener_keep(self, frame);
	if (speaking)
		offhook_listener_give(self, frame);
	switch (offhook_speech_detector_push(self->detector, voiced)) {
	case OFFHOOK_SPEECH_STARTED:
		offhook_listener_start(self, end_us);
		break;
	case OFFHOOK_SPEECH_STOPPED:
		offhook_listener_stop(self, end_us);
		break;
	case OFFHOOK_SPEECH_NONE:
		break;
	}
}

void
offhook_listener_set_boost(OffhookListener *self, double db)
{
	offhook_vad_set_threshold_boost(self->vad, db);
}

void
offhook_listener_add_hot(const OffhookListener *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, G_STRUCT_OFFSET(OffhookListener, batch));
	offhook_vad_add_hot(self->vad, set);
	offhook_speech_detector_add_hot(self->detector, set);
}
