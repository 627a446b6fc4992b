/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scripted call: the turn-taking machines, wired as the conversation wires them, and the clock
 * that drives them.
 */

#include "scene-private.h"

#define SCENE_PROMPT_MS 1200

static void
scene_act(Scene *self, OffhookInterruptionDecision decision)
{
	switch (decision) {
	case OFFHOOK_INTERRUPTION_NONE:
		break;
	case OFFHOOK_INTERRUPTION_PAUSE:
		self->paused = TRUE;
		scene_log(self, "pause");
		break;
	case OFFHOOK_INTERRUPTION_INTERRUPT:
		scene_interrupt(self);
		break;
	case OFFHOOK_INTERRUPTION_RESUME:
		self->paused = FALSE;
		offhook_endpointing_discard(self->endpointing);
		scene_log(self, "resume");
		break;
	}
}

static void
scene_answer_turn(Scene *self)
{
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_COMMITTED, scene_now(self));
	self->generation++;
	self->thinking = self->answer != NULL;
	if (self->answer != NULL)
		scene_add_audio(self, self->now_ms + self->think_ms, self->next_piece++,
				self->answer, self->answer_ms, TRUE);
}

static void
scene_take_outcomes(Scene *self)
{
	OffhookEndpointOutcome outcome;

	while (offhook_endpointing_tick(self->endpointing, scene_now(self), &outcome) !=
	       OFFHOOK_ENDPOINT_NONE) {
		switch (outcome.kind) {
		case OFFHOOK_ENDPOINT_TURN:
			offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_SPEECH_ENDED,
						   outcome.speech_ended_us);
			offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_DUE,
						   outcome.due_us);
			scene_log(self, "turn %s", outcome.text);
			scene_answer_turn(self);
			break;
		case OFFHOOK_ENDPOINT_UNCLEAR:
			scene_log(self, "unclear");
			break;
		case OFFHOOK_ENDPOINT_LATE:
			scene_log(self, "late %s", outcome.text);
			break;
		case OFFHOOK_ENDPOINT_NONE:
			break;
		}
	}
}

/* Keys win over speech: what was being said is dropped, and the agent stops to listen. */
static void
scene_receive_key(Scene *self, char key)
{
	const char *message = offhook_dtmf_collector_push(self->dtmf, scene_now(self), key);

	offhook_endpointing_discard(self->endpointing);
	offhook_idle_prompter_activity(self->idle, scene_now(self));
	if (self->agent_speaking)
		scene_interrupt(self);
	if (message != NULL)
		scene_log(self, "digits %s", message);
}

static void
scene_dispatch(Scene *self, const SceneEvent *event)
{
	gint64 now = scene_now(self);

	switch (event->kind) {
	case SCENE_PARTIAL:
		scene_act(self, offhook_interruption_partial(self->interruption, now, event->text));
		offhook_endpointing_partial(self->endpointing, now, event->utterance, event->text);
		break;
	case SCENE_FINAL:
		scene_act(self, offhook_interruption_final(self->interruption, now, event->text));
		offhook_endpointing_final(self->endpointing, now, event->utterance, event->text,
					  0.9);
		break;
	case SCENE_KEY:
		scene_receive_key(self, event->text[0]);
		break;
	case SCENE_AUDIO:
		scene_receive_audio(self, event);
		break;
	}
}

static void
scene_run_events(Scene *self)
{
	for (guint i = 0; i < self->events->len;) {
		SceneEvent *event = g_ptr_array_index(self->events, i);

		if (event->at_ms > self->now_ms) {
			i++;
			continue;
		}
		scene_dispatch(self, event);
		g_ptr_array_remove_index(self->events, i);
	}
}

/* The speech whose voice this frame has, or had last. */
static SceneSpeech *
scene_find_speech(Scene *self, gint64 at_ms)
{
	SceneSpeech *found = NULL;

	for (guint i = 0; i < self->speeches->len; i++) {
		SceneSpeech *speech = &g_array_index(self->speeches, SceneSpeech, i);

		if (speech->begin_ms <= at_ms)
			found = speech;
	}
	return found;
}

static void
scene_hear_frame(Scene *self)
{
	/* The frame that has just ended. */
	gint64 at_ms = self->now_ms - SCENE_FRAME_MS, now = scene_now(self), ended;
	SceneSpeech *speech = scene_find_speech(self, at_ms);
	gboolean voiced = speech != NULL && at_ms < speech->end_ms;

	switch (offhook_speech_detector_push(self->detector, voiced)) {
	case OFFHOOK_SPEECH_NONE:
		break;
	case OFFHOOK_SPEECH_STARTED:
		self->n_started++;
		offhook_idle_prompter_set_hold(self->idle, now, OFFHOOK_IDLE_HOLD_CALLER, TRUE);
		scene_act(self, offhook_interruption_speech_started(
				    self->interruption, now,
				    now - offhook_speech_detector_get_began_ms_ago(self->detector) *
					      1000));
		offhook_endpointing_speech_started(self->endpointing, now, self->n_started);
		break;
	case OFFHOOK_SPEECH_STOPPED:
		ended = now - offhook_speech_detector_get_ended_ms_ago(self->detector) * 1000;
		offhook_idle_prompter_set_hold(self->idle, now, OFFHOOK_IDLE_HOLD_CALLER, FALSE);
		scene_act(self,
			  offhook_interruption_speech_stopped(self->interruption, now, ended));
		offhook_endpointing_speech_stopped(self->endpointing, now, ended);
		if (speech->recogniser_ms >= 0)
			scene_add_event(self, self->now_ms + speech->recogniser_ms, SCENE_FINAL,
					self->n_started, speech->text);
		break;
	}
}

static void
scene_tick(Scene *self)
{
	const char *digits;
	guint attempt;
	gboolean busy;

	scene_act(self, offhook_interruption_tick(self->interruption, scene_now(self)));
	if (!offhook_interruption_is_pending(self->interruption))
		scene_take_outcomes(self);
	digits = offhook_dtmf_collector_tick(self->dtmf, scene_now(self));
	if (digits != NULL)
		scene_log(self, "digits %s", digits);

	busy = offhook_endpointing_is_active(self->endpointing) ||
	       offhook_dtmf_collector_is_active(self->dtmf) || self->thinking;
	offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_TURN, busy);
	switch (offhook_idle_prompter_tick(self->idle, scene_now(self), &attempt)) {
	case OFFHOOK_IDLE_NONE:
		break;
	case OFFHOOK_IDLE_PROMPT:
		scene_log(self, "prompt %u", attempt);
		scene_agent_says(self, (guint)self->now_ms, "Are you still there?",
				 SCENE_PROMPT_MS);
		break;
	case OFFHOOK_IDLE_GOODBYE:
		scene_log(self, "goodbye %u", attempt);
		break;
	}
}

void
scene_run(Scene *self, guint until_ms)
{
	while (self->now_ms < until_ms) {
		self->now_ms += SCENE_FRAME_MS;
		scene_far_play(self);
		scene_hear_frame(self);
		scene_run_events(self);
		scene_tick(self);
		scene_pace(self);
		scene_check_heard(self);
	}
}
