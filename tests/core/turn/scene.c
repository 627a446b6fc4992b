/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scripted call for the scenario tests: its parts, and what came of it. What happens in it is
 * in scene-*.c.
 */

#include "scene-private.h"

#define SCENE_BEGIN_US G_TIME_SPAN_HOUR

gint64
scene_now(Scene *self)
{
	return SCENE_BEGIN_US + self->now_ms * 1000;
}

void
scene_log(Scene *self, const char *format, ...)
{
	va_list args;
	g_autofree char *line = NULL;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	g_string_append_printf(self->log, "%s\n", line);
	if (!g_hash_table_contains(self->times, line))
		g_hash_table_insert(self->times, g_strdup(line),
				    GINT_TO_POINTER((int)self->now_ms));
}

static void
scene_event_free(gpointer data)
{
	SceneEvent *event = data;

	g_free(event->text);
	g_free(event);
}

static void
scene_piece_free(gpointer data)
{
	ScenePiece *piece = data;

	g_free(piece->text);
	g_free(piece);
}

static void
scene_speech_clear(gpointer data)
{
	g_free(((SceneSpeech *)data)->text);
}

Scene *
scene_new(void)
{
	Scene *self = g_new0(Scene, 1);

	self->log = g_string_new(NULL);
	self->times = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->speeches = g_array_new(FALSE, FALSE, sizeof(SceneSpeech));
	g_array_set_clear_func(self->speeches, scene_speech_clear);
	self->events = g_ptr_array_new_with_free_func(scene_event_free);
	self->pieces = g_ptr_array_new_with_free_func(scene_piece_free);
	self->echoes = g_array_new(FALSE, FALSE, sizeof(SceneFarItem));
	g_queue_init(&self->far);
	self->detector = offhook_speech_detector_new(NULL);
	self->endpointing = offhook_endpointing_new(NULL);
	self->interruption = offhook_interruption_new(NULL);
	self->ledger = offhook_ledger_new(NULL);
	self->idle = offhook_idle_prompter_new(NULL);
	self->dtmf = offhook_dtmf_collector_new(0);
	self->next_piece = 1;
	self->next_mark = 1;
	offhook_turn_timings_init(&self->timings);
	offhook_idle_prompter_start(self->idle, scene_now(self));
	return self;
}

void
scene_free(Scene *self)
{
	g_string_free(self->log, TRUE);
	g_free(self->taken);
	g_hash_table_unref(self->times);
	g_array_unref(self->speeches);
	g_ptr_array_unref(self->events);
	g_ptr_array_unref(self->pieces);
	g_array_unref(self->echoes);
	g_queue_clear_full(&self->far, g_free);
	offhook_speech_detector_free(self->detector);
	offhook_endpointing_free(self->endpointing);
	offhook_interruption_free(self->interruption);
	offhook_ledger_free(self->ledger);
	offhook_idle_prompter_free(self->idle);
	offhook_dtmf_collector_free(self->dtmf);
	g_free(self->answer);
	g_free(self);
}

/* ---- what came of it ---- */

const char *
scene_take_log(Scene *self)
{
	g_free(self->taken);
	self->taken = g_string_free(self->log, FALSE);
	self->log = g_string_new(NULL);
	return self->taken;
}

gint64
scene_get_time_of(Scene *self, const char *what)
{
	GHashTableIter iter;
	gpointer line, at;
	gint64 best = -1;

	g_hash_table_iter_init(&iter, self->times);
	while (g_hash_table_iter_next(&iter, &line, &at)) {
		if (g_str_has_prefix(line, what) && (best < 0 || GPOINTER_TO_INT(at) < best))
			best = GPOINTER_TO_INT(at);
	}
	return best;
}

guint
scene_get_played_ms(Scene *self)
{
	return self->played_ms;
}

guint
scene_get_last_played_at_ms(Scene *self)
{
	return self->last_played_at_ms;
}

guint
scene_get_heard_ms(Scene *self)
{
	guint heard;

	offhook_ledger_get_heard(self->ledger, scene_now(self), NULL, &heard);
	return heard;
}

guint
scene_get_marks_refused(Scene *self)
{
	return self->marks_refused;
}

OffhookTurnTimings *
scene_get_timings(Scene *self)
{
	return &self->timings;
}
