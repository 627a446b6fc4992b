/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scripted call: what the script says will happen.
 */

#include "scene-private.h"

SceneEvent *
scene_add_event(Scene *self, gint64 at_ms, SceneEventKind kind, guint utterance, const char *text)
{
	SceneEvent *event = g_new0(SceneEvent, 1);

	event->at_ms = at_ms;
	event->kind = kind;
	event->utterance = utterance;
	event->text = g_strdup(text);
	g_ptr_array_add(self->events, event);
	return event;
}

void
scene_caller_says(Scene *self, guint begin_ms, guint end_ms, const char *text, int recogniser_ms)
{
	SceneSpeech speech = {begin_ms, end_ms, g_strdup(text), recogniser_ms};

	g_array_append_val(self->speeches, speech);
}

void
scene_partial(Scene *self, guint at_ms, guint utterance, const char *text)
{
	scene_add_event(self, at_ms, SCENE_PARTIAL, utterance, text);
}

void
scene_final(Scene *self, guint at_ms, guint utterance, const char *text)
{
	scene_add_event(self, at_ms, SCENE_FINAL, utterance, text);
}

void
scene_key(Scene *self, guint at_ms, char key)
{
	char text[2] = {key, '\0'};

	scene_add_event(self, at_ms, SCENE_KEY, 0, text);
}

void
scene_add_audio(Scene *self, gint64 at_ms, guint piece, const char *text, guint ms,
		gboolean complete)
{
	SceneEvent *event = scene_add_event(self, at_ms, SCENE_AUDIO, piece, text);

	event->ms = ms;
	event->complete = complete;
	event->generation = self->generation;
}

void
scene_agent_says(Scene *self, guint at_ms, const char *text, guint audio_ms)
{
	scene_add_audio(self, at_ms, self->next_piece++, text, audio_ms, TRUE);
}

void
scene_agent_stutters(Scene *self, guint at_ms, const char *text, guint audio_ms, guint first_ms,
		     guint gap_ms)
{
	scene_add_audio(self, at_ms, self->next_piece, text, first_ms, FALSE);
	scene_add_audio(self, at_ms + gap_ms, self->next_piece, text, audio_ms - first_ms, TRUE);
	self->next_piece++;
}

void
scene_set_answer(Scene *self, const char *text, guint audio_ms, guint think_ms)
{
	g_free(self->answer);
	self->answer = g_strdup(text);
	self->answer_ms = audio_ms;
	self->think_ms = think_ms;
}

void
scene_set_expectation(Scene *self, OffhookExpectationKind kind, guint min_digits, guint max_digits)
{
	offhook_endpointing_set_policy(self->endpointing, kind, min_digits, max_digits);
	offhook_interruption_set_expectation(self->interruption, kind);
	offhook_dtmf_collector_set_expectation(self->dtmf, kind, max_digits);
}

void
scene_set_mark_delay(Scene *self, guint ms)
{
	self->mark_delay_ms = ms;
}
