/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One caller's part of the conversation. All decisions are made at his own 20 ms ticks. */

#include "talk.h"

#define GREETING_US (1500 * 1000) /* it may take so long to begin */
#define QUIET_US    (500 * 1000)  /* so much silence after an answer is its end */
#define PATIENCE_US (8 * G_USEC_PER_SEC)
#define SILENCE_US  (160 * 1000) /* so much of it is certain */
#define LATE_US     (40 * 1000)  /* a server without a lead may be so late with the next frame */

static void
load_talk_enter(LoadTalk *self, LoadTalkState state, gint64 now_us, gint64 wait_us)
{
	self->state = state;
	self->since_us = now_us;
	self->wait_us = wait_us;
	self->frame = 0;
}

/* Callers are not in step. */
static void
load_talk_pause(LoadTalk *self, gint64 now_us)
{
	load_talk_enter(self, LOAD_TALK_PAUSING, now_us, g_random_int_range(300, 1500) * 1000);
}

void
load_talk_init(LoadTalk *self, LoadTally *tally, gint64 now_us)
{
	*self = (LoadTalk){.tally = tally};
	load_talk_enter(self, LOAD_TALK_LISTENING, now_us, GREETING_US);
}

/* What is heard after an interruption ends with the sound that was being played then. */
static void
load_talk_check_silence(LoadTalk *self, const LoadPlayout *playout, gint64 now_us)
{
	if (self->interrupts_us == 0 || now_us < playout->loud_end_us + SILENCE_US)
		return;
	if (playout->loud_end_us > self->interrupts_us && self->tally->measuring)
		load_times_add(&self->tally->barge_in, playout->loud_end_us - self->interrupts_us);
	self->interrupts_us = 0;
}

static const LoadSound *
load_talk_speak(LoadTalk *self, gint64 now_us)
{
	const LoadSound *sound = load_sounds_get_speech(self->frame++);

	if (self->frame == LOAD_SPEECH_FRAMES) {
		self->ended_us = now_us;
		self->turn++;
		load_talk_enter(self, LOAD_TALK_WAITING, now_us, PATIENCE_US);
	}
	return sound;
}

static void
load_talk_wait(LoadTalk *self, const LoadPlayout *playout, gint64 now_us)
{
	if (playout->loud_begin_us > self->ended_us) {
		self->tally->turns += self->tally->measuring;
		if (self->tally->measuring)
			load_times_add(&self->tally->answer,
				       playout->loud_begin_us - self->ended_us);
		load_talk_enter(self, self->turn % 2 ? LOAD_TALK_HOLDING : LOAD_TALK_LISTENING,
				now_us, g_random_int_range(300, 900) * 1000);
	} else if (now_us - self->since_us > self->wait_us) {
		self->tally->unanswered += self->tally->measuring;
		self->tally->unsilenced += self->tally->measuring && self->interrupts_us != 0;
		self->interrupts_us = 0;
		load_talk_pause(self, now_us);
	}
}

const LoadSound *
load_talk_next(LoadTalk *self, const LoadPlayout *playout, gint64 now_us)
{
	gboolean over = now_us - self->since_us > self->wait_us;

	load_talk_check_silence(self, playout, now_us);
	switch (self->state) {
	case LOAD_TALK_LISTENING:
		if (over && now_us > playout->loud_end_us + QUIET_US)
			load_talk_pause(self, now_us);
		break;
	case LOAD_TALK_PAUSING:
		if (!over)
			break;
		load_talk_enter(self, LOAD_TALK_SPEAKING, now_us, 0);
		return load_talk_speak(self, now_us);
	case LOAD_TALK_SPEAKING:
		return load_talk_speak(self, now_us);
	case LOAD_TALK_WAITING:
		load_talk_wait(self, playout, now_us);
		break;
	case LOAD_TALK_HOLDING:
		if (!over)
			break;
		if (playout->loud_end_us > now_us - LATE_US)
			self->interrupts_us = now_us;
		load_talk_enter(self, LOAD_TALK_SPEAKING, now_us, 0);
		return load_talk_speak(self, now_us);
	}
	return load_sounds_get_silence();
}
