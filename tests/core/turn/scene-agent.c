/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scripted call: the agent's speech on its way to the far end, and what the far end makes of
 * it.
 */

#include "scene-private.h"

#include <string.h>

#define SCENE_LEAD_MS    120
#define SCENE_MARK_EVERY 200
#define SCENE_NETWORK_MS 20 /* to the far end */

/* ---- the agent's speech ---- */

/* Words of one length each, so that the end of the n-th of N is at n/N. */
static void
scene_piece_time_words(ScenePiece *piece)
{
	const char *p = piece->text;

	while (*p != '\0' && piece->n_words < SCENE_MAX_WORDS) {
		OffhookWordTime *word = &piece->words[piece->n_words++];
		const char *end = strchr(p, ' ');

		word->offset = (guint)(p - piece->text);
		word->length = end != NULL ? (guint)(end - p) : (guint)strlen(p);
		p += word->length;
		while (*p == ' ')
			p++;
	}
	for (guint i = 0; i < piece->n_words; i++) {
		piece->words[i].start_ms = piece->planned_ms * i / piece->n_words;
		piece->words[i].end_ms = piece->planned_ms * (i + 1) / piece->n_words;
	}
}

static ScenePiece *
scene_get_piece(Scene *self, guint id)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		if (piece->id == id)
			return piece;
	}
	return NULL;
}

static guint
scene_get_planned_ms(Scene *self, guint id)
{
	guint ms = 0;

	for (guint i = 0; i < self->events->len; i++) {
		SceneEvent *event = g_ptr_array_index(self->events, i);

		if (event->kind == SCENE_AUDIO && event->utterance == id)
			ms += event->ms;
	}
	return ms;
}

void
scene_receive_audio(Scene *self, const SceneEvent *event)
{
	ScenePiece *piece = scene_get_piece(self, event->utterance);

	if (event->generation != self->generation) {
		scene_log(self, "stale %s", event->text);
		return;
	}
	if (piece == NULL) {
		piece = g_new0(ScenePiece, 1);
		piece->id = event->utterance;
		piece->text = g_strdup(event->text);
		piece->planned_ms = scene_get_planned_ms(self, piece->id);
		scene_piece_time_words(piece);
		g_ptr_array_add(self->pieces, piece);
		offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_FIRST_AUDIO,
					   scene_now(self));
	}
	self->thinking = FALSE;
	piece->total_ms += event->ms;
	piece->unsent_ms += event->ms;
	piece->complete = event->complete;
	offhook_ledger_append(self->ledger, piece->id, event->ms);
	if (event->complete)
		offhook_ledger_complete(self->ledger, piece->id);
	if (!self->agent_speaking) {
		self->agent_speaking = TRUE;
		offhook_interruption_set_speaking(self->interruption, scene_now(self), TRUE);
		offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_AGENT,
					       TRUE);
	}
}

static void
scene_drop_answer(Scene *self)
{
	g_ptr_array_set_size(self->pieces, 0);
	self->generation++;
	self->paused = FALSE;
	if (!self->agent_speaking)
		return;
	self->agent_speaking = FALSE;
	offhook_interruption_set_speaking(self->interruption, scene_now(self), FALSE);
	offhook_idle_prompter_set_hold(self->idle, scene_now(self), OFFHOOK_IDLE_HOLD_AGENT, FALSE);
}

static char *
scene_get_heard_text(Scene *self)
{
	g_autofree OffhookHeardPiece *heard = g_new0(OffhookHeardPiece, self->pieces->len + 1);

	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		heard[i] = (OffhookHeardPiece){
		    .text = piece->text,
		    .words = piece->words,
		    .n_words = piece->n_words,
		    .total_ms = piece->total_ms,
		    .complete = piece->complete,
		    .heard_ms =
			offhook_ledger_get_piece_heard_ms(self->ledger, scene_now(self), piece->id),
		};
	}
	return offhook_heard_text_join(heard, self->pieces->len);
}

void
scene_interrupt(Scene *self)
{
	g_autofree char *heard = NULL;
	SceneFarItem *item;

	offhook_ledger_cleared(self->ledger, scene_now(self));
	/* The far end drops what it has not played, and echoes the marks in it. */
	while ((item = g_queue_pop_head(&self->far)) != NULL) {
		if (item->ms == 0) {
			item->arrives_ms = self->now_ms + SCENE_NETWORK_MS + self->mark_delay_ms;
			g_array_append_val(self->echoes, *item);
		}
		g_free(item);
	}
	self->far_free_ms = 0;
	self->ahead_us = 0;
	heard = scene_get_heard_text(self);
	scene_drop_answer(self);
	if (*heard == '\0')
		scene_log(self, "interrupt");
	else
		scene_log(self, "interrupt after %s", heard);
}

static void
scene_send_mark(Scene *self)
{
	SceneFarItem *item = g_new0(SceneFarItem, 1);

	item->arrives_ms = self->now_ms + SCENE_NETWORK_MS;
	item->mark = self->next_mark++;
	offhook_ledger_mark_sent(self->ledger, scene_now(self), item->mark);
	g_queue_push_tail(&self->far, item);
}

/* A mark behind the first frame, then every 200 ms, and at the end. */
static void
scene_send_frame(Scene *self, ScenePiece *piece)
{
	SceneFarItem *item = g_new0(SceneFarItem, 1);
	guint ms = MIN(piece->unsent_ms, SCENE_FRAME_MS);
	gboolean first = piece->since_mark_ms == 0 && piece->unsent_ms == piece->total_ms;

	item->arrives_ms = self->now_ms + SCENE_NETWORK_MS;
	item->ms = ms;
	g_queue_push_tail(&self->far, item);
	offhook_ledger_sent(self->ledger, scene_now(self), piece->id, ms);
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_FIRST_FRAME, scene_now(self));
	piece->unsent_ms -= ms;
	piece->since_mark_ms += ms;
	self->ahead_us = MAX(self->ahead_us, scene_now(self)) + (gint64)ms * 1000;
	if (first || piece->since_mark_ms >= SCENE_MARK_EVERY ||
	    (piece->complete && piece->unsent_ms == 0)) {
		piece->since_mark_ms = first ? 1 : 0;
		scene_send_mark(self);
	}
}

void
scene_pace(Scene *self)
{
	for (guint i = 0; i < self->pieces->len && !self->paused; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		while (piece->unsent_ms > 0 &&
		       self->ahead_us < scene_now(self) + SCENE_LEAD_MS * 1000)
			scene_send_frame(self, piece);
		if (piece->unsent_ms > 0 || !piece->complete)
			return;
	}
}

void
scene_check_heard(Scene *self)
{
	for (guint i = 0; i < self->pieces->len; i++) {
		ScenePiece *piece = g_ptr_array_index(self->pieces, i);

		if (!offhook_ledger_is_piece_heard(self->ledger, scene_now(self), piece->id))
			return;
	}
	if (!self->agent_speaking || self->pieces->len == 0 ||
	    offhook_interruption_is_pending(self->interruption))
		return;
	scene_log(self, "heard");
	offhook_turn_timings_stamp(&self->timings, OFFHOOK_STAMP_HEARD_END, scene_now(self));
	scene_drop_answer(self);
}

/* ---- the far end ---- */

static void
scene_echo(Scene *self, SceneFarItem *mark, gint64 played_at_ms)
{
	mark->arrives_ms = played_at_ms + SCENE_NETWORK_MS + self->mark_delay_ms;
	g_array_append_val(self->echoes, *mark);
}

void
scene_far_play(Scene *self)
{
	SceneFarItem *item;

	while ((item = g_queue_peek_head(&self->far)) != NULL) {
		gint64 begin = MAX(item->arrives_ms, self->far_free_ms);

		if (begin + item->ms > self->now_ms)
			break;
		if (item->ms == 0) {
			scene_echo(self, item, begin);
		} else {
			self->played_ms += item->ms;
			self->far_free_ms = begin + item->ms;
			self->last_played_at_ms = (guint)self->far_free_ms;
		}
		g_free(g_queue_pop_head(&self->far));
	}
	for (guint i = 0; i < self->echoes->len;) {
		SceneFarItem echo = g_array_index(self->echoes, SceneFarItem, i);

		if (echo.arrives_ms > self->now_ms) {
			i++;
			continue;
		}
		g_array_remove_index(self->echoes, i);
		if (!offhook_ledger_mark_echoed(self->ledger, scene_now(self), echo.mark))
			self->marks_refused++;
	}
}
