/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The four-state machine between voiced frames and speech events. Runs where the frames are: in the
 * call's media thread.
 */

#include "turn/speech-detector.h"

struct _OffhookSpeechDetector {
	OffhookSpeechDetectorConfig config;
	OffhookSpeechState state;
	guint voiced_ms; /* STARTING: voice so far */
	guint missed_ms; /* STARTING: unvoiced time inside it; STOPPING: silence so far */
	guint began_ms_ago;
	guint ended_ms_ago;
};

/*
 * One unvoiced frame inside the start is forgiven. Measured with two synthetic voices at 8 kHz
 * mu-law: without it "six" of one voice was no start at all (its closure falls after 160 ms of
 * voice), and "book a table" began 150 ms and 320 ms late; with it, none of ten words was missed.
 * Forgiving two frames changed nothing more. The voice itself must still add up to start_ms, so a
 * cough of 150 ms stays no start.
 */
const OffhookSpeechDetectorConfig offhook_speech_detector_defaults = {
    .frame_ms = 20,
    .start_ms = 200,
    .stop_ms = 200,
    .gap_ms = 20,
};

OffhookSpeechDetector *
offhook_speech_detector_new(const OffhookSpeechDetectorConfig *config)
{
	OffhookSpeechDetector *self = g_new0(OffhookSpeechDetector, 1);

	self->config = config != NULL ? *config : offhook_speech_detector_defaults;
	if (self->config.frame_ms == 0)
		self->config.frame_ms = offhook_speech_detector_defaults.frame_ms;
	return self;
}

void
offhook_speech_detector_free(OffhookSpeechDetector *self)
{
	g_free(self);
}

static OffhookSpeechEvent
offhook_speech_detector_push_starting(OffhookSpeechDetector *self, gboolean voiced)
{
	if (!voiced) {
		self->missed_ms += self->config.frame_ms;
		if (self->missed_ms > self->config.gap_ms)
			offhook_speech_detector_reset(self);
		return OFFHOOK_SPEECH_NONE;
	}
	self->voiced_ms += self->config.frame_ms;
	if (self->voiced_ms < self->config.start_ms)
		return OFFHOOK_SPEECH_NONE;
	self->state = OFFHOOK_SPEECH_SPEAKING;
	self->began_ms_ago = self->voiced_ms + self->missed_ms;
	return OFFHOOK_SPEECH_STARTED;
}

static OffhookSpeechEvent
offhook_speech_detector_push_stopping(OffhookSpeechDetector *self, gboolean voiced)
{
	if (voiced) {
		self->state = OFFHOOK_SPEECH_SPEAKING;
		return OFFHOOK_SPEECH_NONE;
	}
	self->missed_ms += self->config.frame_ms;
	if (self->missed_ms < self->config.stop_ms)
		return OFFHOOK_SPEECH_NONE;
	self->ended_ms_ago = self->missed_ms;
	self->state = OFFHOOK_SPEECH_QUIET;
	return OFFHOOK_SPEECH_STOPPED;
}

OffhookSpeechEvent
offhook_speech_detector_push(OffhookSpeechDetector *self, gboolean voiced)
{
	switch (self->state) {
	case OFFHOOK_SPEECH_QUIET:
		if (!voiced)
			return OFFHOOK_SPEECH_NONE;
		self->state = OFFHOOK_SPEECH_STARTING;
		self->voiced_ms = 0;
		self->missed_ms = 0;
		return offhook_speech_detector_push_starting(self, TRUE);
	case OFFHOOK_SPEECH_STARTING:
		return offhook_speech_detector_push_starting(self, voiced);
	case OFFHOOK_SPEECH_SPEAKING:
		if (voiced)
			return OFFHOOK_SPEECH_NONE;
		self->state = OFFHOOK_SPEECH_STOPPING;
		self->missed_ms = 0;
		return offhook_speech_detector_push_stopping(self, FALSE);
	case OFFHOOK_SPEECH_STOPPING:
		return offhook_speech_detector_push_stopping(self, voiced);
	}
	g_return_val_if_reached(OFFHOOK_SPEECH_NONE);
}

guint
offhook_speech_detector_get_began_ms_ago(OffhookSpeechDetector *self)
{
	return self->began_ms_ago;
}

guint
offhook_speech_detector_get_ended_ms_ago(OffhookSpeechDetector *self)
{
	return self->ended_ms_ago;
}

OffhookSpeechState
offhook_speech_detector_get_state(OffhookSpeechDetector *self)
{
	return self->state;
}

gboolean
offhook_speech_detector_is_speaking(OffhookSpeechDetector *self)
{
	return self->state == OFFHOOK_SPEECH_SPEAKING || self->state == OFFHOOK_SPEECH_STOPPING;
}

void
offhook_speech_detector_reset(OffhookSpeechDetector *self)
{
	self->state = OFFHOOK_SPEECH_QUIET;
	self->voiced_ms = 0;
	self->missed_ms = 0;
}

void
offhook_speech_detector_add_hot(const OffhookSpeechDetector *self, OffhookHotSet *set)
{
	offhook_hot_set_add(set, self, sizeof(*self));
}
