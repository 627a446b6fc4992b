/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Joins the recogniser with endpointing and the key collector, and runs their timers. Main thread.
 */

#include "call/conversation/ear.h"

#include "base/deadline.h"
#include "turn/dtmf-collector.h"

struct _OffhookEar {
	OffhookTranscriber *transcriber;
	OffhookEndpointing *endpointing;
	OffhookDtmfCollector *keys;
	OffhookDeadline *deadline;
	OffhookEarEvents events;
	gpointer user_data;

	OffhookExpectation *expectation;
	guint utterance;
	gboolean speaking;
	gboolean awaited;  /* the utterance has no final text yet */
	GByteArray *heard; /* (nullable): its sound, while the transcriber may be replaced */
	gboolean supposed; /* told, in this pause */
	gint64 asked_us;
	gint64 final_us;
	gint64 late_us; /* how late the sound was at the last speech stop */
};

/* An agent that hears by itself does without the words if they take longer, from the true end. */
#define OFFHOOK_EAR_WORDS_MS 900
/* The sound of an utterance for another transcriber: as much as is likely to be a turn. */
#define OFFHOOK_EAR_MAX_HEARD (30 * OFFHOOK_RATE * sizeof(gint16))
/* The sound comes in frames, and each may be a bit late: this much is no stall. */
#define OFFHOOK_EAR_JITTER_US (100 * G_TIME_SPAN_MILLISECOND)
/* A line that is still without sound then is taken for silent. */
#define OFFHOOK_EAR_MAX_STALL_US (1000 * G_TIME_SPAN_MILLISECOND)

/* How late the caller's sound is; 0 where that is not known. */
static gint64
offhook_ear_get_late_us(OffhookEar *self, gint64 now_us)
{
	gint64 until_us = self->events.get_heard_until(self->user_data);

	return until_us != 0 ? now_us - until_us : 0;
}

/* What he says next may be on its way: counted from the last stop, as sound that is late was late then. */
static void
offhook_ear_note_stall(OffhookEar *self, gint64 now_us)
{
	gint64 stalled_us = offhook_ear_get_late_us(self, now_us) - self->late_us;

	if (stalled_us < OFFHOOK_EAR_JITTER_US)
		stalled_us = 0;
	offhook_endpointing_set_stalled(self->endpointing,
					MIN(stalled_us, OFFHOOK_EAR_MAX_STALL_US));
}

/* Once in a pause: each time may cost a language model's answer. */
static void
offhook_ear_suppose(OffhookEar *self)
{
	g_autofree char *text = NULL;
	double confidence;

	if (self->supposed || !offhook_endpointing_is_supposed(self->endpointing, &confidence))
		return;
	self->supposed = TRUE;
	text = g_strdup(offhook_endpointing_get_text(self->endpointing));
	self->events.supposed(self->user_data, text, confidence);
}

/* Tells all outcomes that are due and sets the timer to the next. */
static void
offhook_ear_step(OffhookEar *self)
{
	gint64 now = g_get_monotonic_time();
	OffhookEndpointOutcome outcome;
	g_autofree char *digits = NULL;

	offhook_ear_note_stall(self, now);
	while (offhook_endpointing_tick(self->endpointing, now, &outcome) != OFFHOOK_ENDPOINT_NONE)
		self->events.outcome(self->user_data, &outcome);
	offhook_ear_suppose(self);
	digits = g_strdup(offhook_dtmf_collector_tick(self->keys, now));
	if (digits != NULL)
		self->events.digits(self->user_data, digits);
	offhook_deadline_set(self->deadline,
			     MIN(offhook_endpointing_get_deadline(self->endpointing),
				 offhook_dtmf_collector_get_deadline(self->keys)));
}

static void
offhook_ear_deadline_cb(gpointer user_data)
{
	offhook_ear_step(user_data);
}

static void
offhook_ear_partial_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what,
		       gpointer user_data)
{
	OffhookEar *self = user_data;

	if (*what->text == '\0')
		return;
	self->events.partial(self->user_data, what->text);
	offhook_endpointing_partial(self->endpointing, g_get_monotonic_time(), what->utterance,
				    what->text);
	offhook_ear_step(self);
}

static void
offhook_ear_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what,
		     gpointer user_data)
{
	OffhookEar *self = user_data;

	self->final_us = g_get_monotonic_time();
	if (what->utterance == self->utterance)
		self->awaited = FALSE;
	self->events.final(self->user_data, what->text);
	offhook_endpointing_final(self->endpointing, self->final_us, what->utterance, what->text,
				  what->confidence);
	offhook_ear_step(self);
}

static void
offhook_ear_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error,
		      gpointer user_data)
{
	OffhookEar *self = user_data;

	self->events.failed(self->user_data, error);
	if (self->transcriber != transcriber && utterance == self->utterance && self->awaited)
		return;
	offhook_endpointing_failed(self->endpointing, g_get_monotonic_time(), utterance);
	offhook_ear_step(self);
}

static void
offhook_ear_connect(OffhookEar *self, OffhookTranscriber *transcriber)
{
	self->transcriber = g_object_ref(transcriber);
	g_signal_connect(transcriber, "partial", G_CALLBACK(offhook_ear_partial_cb), self);
	g_signal_connect(transcriber, "final", G_CALLBACK(offhook_ear_final_cb), self);
	g_signal_connect(transcriber, "failed", G_CALLBACK(offhook_ear_failed_cb), self);
}

static void
offhook_ear_disconnect(OffhookEar *self)
{
	if (self->transcriber == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->transcriber, self);
	offhook_transcriber_cancel(self->transcriber);
	g_clear_object(&self->transcriber);
}

OffhookEar *
offhook_ear_new(OffhookTranscriber *transcriber, const char *language, gboolean by_agent,
		gboolean learn, const OffhookEarEvents *events, gpointer user_data)
{
	OffhookEar *self = g_new0(OffhookEar, 1);
	OffhookEndpointingConfig config = offhook_endpointing_defaults;

	config.language = g_intern_string(language);
	config.learn = learn;
	if (by_agent) {
		config.recogniser_ms = config.hard_stop_ms = OFFHOOK_EAR_WORDS_MS;
		self->heard = g_byte_array_new();
	}
	self->endpointing = offhook_endpointing_new(&config);
	self->keys = offhook_dtmf_collector_new(0);
	self->deadline = offhook_deadline_new(offhook_ear_deadline_cb, self);
	self->events = *events;
	self->user_data = user_data;
	if (transcriber != NULL)
		offhook_ear_connect(self, transcriber);
	return self;
}

void
offhook_ear_replace_transcriber(OffhookEar *self, OffhookTranscriber *transcriber)
{
	g_autoptr(GByteArray) heard = g_steal_pointer(&self->heard);
	const OffhookEndpointingConfig *patient = &offhook_endpointing_defaults;

	offhook_ear_disconnect(self);
	offhook_endpointing_set_patience(self->endpointing, patient->recogniser_ms,
					 patient->hard_stop_ms);
	if (transcriber == NULL) {
		self->speaking = self->awaited = FALSE;
		return;
	}
	offhook_ear_connect(self, transcriber);
	if (!self->awaited)
		return;
	offhook_transcriber_begin(transcriber, self->utterance, self->expectation);
	if (heard != NULL)
		offhook_transcriber_push(transcriber, (const gint16 *)heard->data,
					 heard->len / sizeof(gint16));
	if (!self->speaking)
		offhook_transcriber_finish(transcriber);
}

void
offhook_ear_free(OffhookEar *self)
{
	if (self == NULL)
		return;
	offhook_ear_disconnect(self);
	g_clear_pointer(&self->heard, g_byte_array_unref);
	offhook_deadline_free(self->deadline);
	offhook_endpointing_free(self->endpointing);
	offhook_dtmf_collector_free(self->keys);
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	g_free(self);
}

void
offhook_ear_expect(OffhookEar *self, OffhookExpectation *expectation)
{
	OffhookExpectationKind kind = OFFHOOK_EXPECT_OPEN;
	guint min = 0, max = 0;

	if (expectation != NULL) {
		offhook_expectation_ref(expectation);
		kind = offhook_expectation_get_kind(expectation);
		offhook_expectation_get_digits(expectation, &min, &max);
	}
	g_clear_pointer(&self->expectation, offhook_expectation_unref);
	self->expectation = expectation;
	offhook_endpointing_set_policy(self->endpointing, kind, min, max);
	offhook_dtmf_collector_set_expectation(self->keys, kind, max);
	offhook_ear_step(self);
}

void
offhook_ear_speech_started(OffhookEar *self)
{
	if (self->transcriber == NULL)
		return;
	self->utterance++;
	self->speaking = self->awaited = TRUE;
	self->supposed = FALSE;
	if (self->heard != NULL)
		g_byte_array_set_size(self->heard, 0);
	offhook_transcriber_begin(self->transcriber, self->utterance, self->expectation);
	offhook_endpointing_speech_started(self->endpointing, g_get_monotonic_time(),
					   self->utterance);
	offhook_ear_step(self);
}

void
offhook_ear_speech_audio(OffhookEar *self, GBytes *audio)
{
	gsize size;
	const gint16 *samples = g_bytes_get_data(audio, &size);

	if (!self->speaking)
		return;
	if (self->heard != NULL && self->heard->len + size <= OFFHOOK_EAR_MAX_HEARD)
		g_byte_array_append(self->heard, (const guint8 *)samples, size);
	offhook_transcriber_push(self->transcriber, samples, size / sizeof(gint16));
}

void
offhook_ear_speech_stopped(OffhookEar *self, gint64 ended_us)
{
	if (!self->speaking)
		return;
	self->speaking = FALSE;
	self->asked_us = g_get_monotonic_time();
	self->late_us = offhook_ear_get_late_us(self, self->asked_us);
	offhook_transcriber_finish(self->transcriber);
	offhook_endpointing_speech_stopped(self->endpointing, self->asked_us, ended_us);
	offhook_ear_step(self);
}

void
offhook_ear_key(OffhookEar *self, char key)
{
	g_autofree char *digits =
	    g_strdup(offhook_dtmf_collector_push(self->keys, g_get_monotonic_time(), key));

	/* Keys replace what was being said. */
	offhook_endpointing_discard(self->endpointing);
	if (digits != NULL)
		self->events.digits(self->user_data, digits);
	offhook_ear_step(self);
}

gboolean
offhook_ear_is_busy(OffhookEar *self)
{
	return self->speaking || offhook_endpointing_get_deadline(self->endpointing) != G_MAXINT64;
}

void
offhook_ear_resumed(OffhookEar *self)
{
	offhook_endpointing_resumed(self->endpointing, g_get_monotonic_time());
}

void
offhook_ear_discard(OffhookEar *self)
{
	offhook_endpointing_discard(self->endpointing);
	offhook_ear_step(self);
}

void
offhook_ear_get_transcriber_times(OffhookEar *self, gint64 *asked_us, gint64 *final_us)
{
	*asked_us = self->asked_us;
	*final_us = self->final_us;
}
