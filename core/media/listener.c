/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Voice detection, speech detection, and a ring of the last frames. Runs in the call's media thread.
 */

#include "media/listener.h"

#include "media/converter.h"
#include "turn/vad.h"
#include <string.h>

#define OFFHOOK_LISTENER_BATCH        3 /* frames handed out at once */
#define OFFHOOK_LISTENER_MAX_PRE_ROLL 1000

static const OffhookAudioFormat offhook_listener_inner = {OFFHOOK_ENCODING_S16LE, OFFHOOK_RATE};

struct _OffhookListener {
	OffhookListenerHandler handler;
	gpointer user_data;
	OffhookVad *vad;
	OffhookSpeechDetector *detector;
	guint pre_roll;            /* frames */
	OffhookAudioFormat format; /* of those in the ring */
	gsize frame_size;          /* bytes of one of them */
	guint8 *ring;              /* the last frames, up to the present one */
	guint size;
	guint next;
	guint held;
	gint16 batch[OFFHOOK_LISTENER_BATCH * OFFHOOK_FRAME_SAMPLES];
	guint batched;
	gint64 began_us;
};

/* A filter that is begun anew has to be like the one that has heard all before, one frame later. */
static gboolean
offhook_listener_can_keep(const OffhookAudioFormat *wire)
{
	return wire != NULL && (wire->rate == OFFHOOK_RATE || wire->rate * 2 == OFFHOOK_RATE) &&
	       offhook_audio_format_get_bytes(wire, OFFHOOK_FRAME_MS) < OFFHOOK_FRAME_BYTES;
}

OffhookListener *
offhook_listener_new(const OffhookSpeechDetectorConfig *config, guint pre_roll_ms,
		     const OffhookAudioFormat *wire, const OffhookListenerHandler *handler,
		     gpointer user_data)
{
	OffhookListener *self = g_new0(OffhookListener, 1);
	/* A start is certain so long after it was. */
	guint certain_ms = config->start_ms + config->gap_ms + OFFHOOK_FRAME_MS;

	self->handler = *handler;
	self->user_data = user_data;
	self->vad = offhook_vad_new(OFFHOOK_RATE);
	self->detector = offhook_speech_detector_new(config);
	self->pre_roll = MIN(pre_roll_ms, OFFHOOK_LISTENER_MAX_PRE_ROLL) / OFFHOOK_FRAME_MS;
	self->format = offhook_listener_can_keep(wire) ? *wire : offhook_listener_inner;
	self->frame_size = offhook_audio_format_get_bytes(&self->format, OFFHOOK_FRAME_MS);
	/* One more, for the filter. */
	self->size = self->pre_roll + certain_ms / OFFHOOK_FRAME_MS + 2;
	self->ring = g_malloc_n(self->size, self->frame_size);
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
	memcpy(self->batch + self->batched * OFFHOOK_FRAME_SAMPLES, frame, OFFHOOK_FRAME_BYTES);
	if (++self->batched == OFFHOOK_LISTENER_BATCH)
		offhook_listener_flush(self);
}

static gboolean
offhook_listener_keeps_wire(OffhookListener *self)
{
	return self->frame_size < OFFHOOK_FRAME_BYTES;
}

static void
offhook_listener_keep(OffhookListener *self, const guint8 *frame)
{
	memcpy(self->ring + self->next * self->frame_size, frame, self->frame_size);
	self->next = (self->next + 1) % self->size;
	self->held = MIN(self->held + 1, self->size);
}

/* The frame @ago frames ago; 1 is the last. */
static const guint8 *
offhook_listener_get_kept(OffhookListener *self, guint ago)
{
	return self->ring + (self->next + self->size - ago) % self->size * self->frame_size;
}

/* The last @n frames that are held. */
static void
offhook_listener_give_ring(OffhookListener *self, guint n)
{
	g_auto(OffhookConverter) converter = {0};
	gint16 frame[OFFHOOK_FRAME_SAMPLES];

	offhook_converter_init(&converter, &self->format, &offhook_listener_inner);
	if (n < self->held)
		offhook_converter_convert(&converter, offhook_listener_get_kept(self, n + 1),
					  self->frame_size, (guint8 *)frame);
	for (n = MIN(n, self->held); n > 0; n--) {
		offhook_converter_convert(&converter, offhook_listener_get_kept(self, n),
					  self->frame_size, (guint8 *)frame);
		offhook_listener_give(self, frame);
	}
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
offhook_listener_push(OffhookListener *self, const gint16 *frame, const guint8 *wire, gint64 end_us)
{
	gboolean voiced = offhook_vad_process(self->vad, frame, OFFHOOK_FRAME_SAMPLES);
	gboolean speaking = offhook_speech_detector_is_speaking(self->detector);

	offhook_listener_keep(self,
			      offhook_listener_keeps_wire(self) ? wire : (const guint8 *)frame);
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
