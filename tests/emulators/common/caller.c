/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The person on the phone: works through the script, waits for its turn, speaks, presses keys,
 * interrupts, hangs up. Driven by the line: hear() for every frame played to it, fill() for every
 * frame wanted from it. It has no clock of its own and sends nothing itself. */

#include "caller.h"

#include <string.h>

#define OFFHOOK_EMU_CALLER_KEY_MS   200
#define OFFHOOK_EMU_CALLER_PAUSE_MS 500
#define OFFHOOK_EMU_CALLER_TAIL_MS  100 /* the caller's last sound may be too faint to come back */

struct _OffhookEmuCaller {
	const OffhookEmuOptions *options;
	const OffhookEmuEar *ear;
	const OffhookEmuCallerEvents *events;
	gpointer user_data;

	GPtrArray *turns;
	guint step;
	gint64 step_entered_ms;
	gint64 waits_since_ms; /* before the first turn: since when a greeting is awaited */
	gint64 buffer_end_ms;  /* when the play buffer last held audio */
	gint64 finished_ms;    /* the script was through, -1: not yet */
	gboolean hung_up;

	gboolean acting;
	gsize spoken;          /* samples of the step's utterance already sent */
	const gchar *next_key; /* not yet pressed */
	gint64 next_key_ms;
};

OffhookEmuCaller *
offhook_emu_caller_new(const OffhookEmuOptions *options, const OffhookEmuEar *ear,
		       const OffhookEmuCallerEvents *events, gpointer user_data)
{
	OffhookEmuCaller *self = g_new0(OffhookEmuCaller, 1);

	self->options = options;
	self->ear = ear;
	self->events = events;
	self->user_data = user_data;
	self->turns = g_ptr_array_new_with_free_func(g_free);
	self->buffer_end_ms = -1;
	self->finished_ms = -1;
	return self;
}

void
offhook_emu_caller_free(OffhookEmuCaller *self)
{
	g_ptr_array_unref(self->turns);
	g_free(self);
}

GPtrArray *
offhook_emu_caller_get_turns(OffhookEmuCaller *self)
{
	return self->turns;
}

/* Has every step of the script been carried out? */
gboolean
offhook_emu_caller_get_finished(OffhookEmuCaller *self)
{
	return self->step >= self->options->script->steps->len;
}

static OffhookEmuTurn *
offhook_emu_caller_last_turn(OffhookEmuCaller *self)
{
	return self->turns->len > 0 ? g_ptr_array_index(self->turns, self->turns->len - 1) : NULL;
}

static const OffhookEmuStep *
offhook_emu_caller_current_step(OffhookEmuCaller *self)
{
	if (offhook_emu_caller_get_finished(self))
		return NULL;
	return g_ptr_array_index(self->options->script->steps, self->step);
}

static void
offhook_emu_caller_next_step(OffhookEmuCaller *self, gint64 now_ms)
{
	self->step++;
	self->step_entered_ms = now_ms;
}

/* The ear has taken in one more frame. An answer is what is still heard when the caller ends and
 * began after the caller did: talk that merely ran on is not one. */
void
offhook_emu_caller_hear(OffhookEmuCaller *self, OffhookEmuEarEvent event, gint64 buffer_end_ms)
{
	OffhookEmuTurn *turn = offhook_emu_caller_last_turn(self);

	self->buffer_end_ms = buffer_end_ms;
	if (turn == NULL)
		return;
	if (turn->answer_ms < 0 && self->ear->run_start_ms >= turn->start_ms &&
	    self->ear->run_end_ms > turn->end_ms - OFFHOOK_EMU_CALLER_TAIL_MS)
		turn->answer_ms = self->ear->run_start_ms;
	if (event == OFFHOOK_EMU_EAR_STOPPED && turn->overlap && turn->silence_ms < 0) {
		turn->silence_ms = MAX(self->ear->run_end_ms - turn->start_ms, 0);
		turn->overlap = turn->silence_ms > 0;
	}
}

void
offhook_emu_caller_cleared(OffhookEmuCaller *self, gint64 at_ms)
{
	OffhookEmuTurn *turn = offhook_emu_caller_last_turn(self);

	if (turn != NULL && turn->overlap && turn->clear_ms < 0 && at_ms >= turn->start_ms)
		turn->clear_ms = at_ms - turn->start_ms;
}

/* A stream was opened (again): the greeting is awaited from here. */
void
offhook_emu_caller_restart_wait(OffhookEmuCaller *self, gint64 at_ms)
{
	self->waits_since_ms = at_ms;
	self->step_entered_ms = at_ms;
}

/* Silent for the turn gap, and nothing left in the buffer; a buffer that is never empty (an agent
 * that sends silence) gets two and a half gaps, so that a pause inside a sentence is not taken for
 * its end. */
static gboolean
offhook_emu_caller_is_quiet(OffhookEmuCaller *self, gint64 now_ms)
{
	gint64 gap = self->options->turn_gap_ms;
	gint64 quiet = now_ms - self->ear->run_end_ms;

	if (self->ear->speaking)
		return FALSE;
	return quiet >= gap && (now_ms - self->buffer_end_ms >= gap || quiet >= gap * 5 / 2);
}

static gboolean
offhook_emu_caller_has_turn(OffhookEmuCaller *self, gint64 now_ms)
{
	const OffhookEmuTurn *turn = offhook_emu_caller_last_turn(self);
	gint64 since = turn != NULL ? turn->end_ms : self->waits_since_ms;
	gboolean heard = turn != NULL ? turn->answer_ms >= 0 : self->ear->run_start_ms >= since;
	gdouble timeout =
	    turn != NULL ? self->options->answer_timeout : self->options->greeting_timeout;

	if (now_ms - since >= (gint64)(self->options->answer_limit * 1000)) {
		self->events->note("waited long enough for the agent to finish", now_ms,
				   self->user_data);
		return TRUE;
	}
	if (heard)
		return offhook_emu_caller_is_quiet(self, now_ms);
	if (self->ear->speaking || now_ms - since < (gint64)(timeout * 1000))
		return FALSE;
	self->events->note(turn != NULL ? "no answer, going on" : "no greeting, going on", now_ms,
			   self->user_data);
	return TRUE;
}

static gboolean
offhook_emu_caller_may_barge_in(OffhookEmuCaller *self, const OffhookEmuStep *step, gint64 now_ms)
{
	const OffhookEmuTurn *turn = offhook_emu_caller_last_turn(self);
	gint64 since = turn != NULL ? turn->end_ms : self->waits_since_ms;

	if (self->ear->run_start_ms >= since)
		return now_ms - self->ear->run_start_ms >= (gint64)(step->seconds * 1000);
	if (now_ms - since < (gint64)(self->options->answer_timeout * 1000))
		return FALSE;
	self->events->note("the agent said nothing to interrupt", now_ms, self->user_data);
	return TRUE;
}

static gint64
offhook_emu_caller_keys_length_ms(const gchar *keys)
{
	gint64 length = 0;

	for (; keys[0] != '\0' && keys[1] != '\0'; keys++)
		length += *keys == 'w' ? OFFHOOK_EMU_CALLER_PAUSE_MS : OFFHOOK_EMU_CALLER_KEY_MS;
	return length;
}

static void
offhook_emu_caller_begin(OffhookEmuCaller *self, const OffhookEmuStep *step, gint64 now_ms)
{
	OffhookEmuTurn *turn = g_new0(OffhookEmuTurn, 1);
	gboolean events = !g_str_equal(self->options->dtmf_mode, "tone");

	turn->kind = step->kind;
	turn->text = step->text;
	turn->keys = step->keys;
	turn->start_ms = now_ms;
	turn->end_ms = now_ms;
	if (step->keys)
		turn->end_ms += offhook_emu_caller_keys_length_ms(step->text);
	else
		turn->end_ms += step->utterance->end_ms;
	if (!step->keys)
		turn->start_ms += step->utterance->onset_ms;
	turn->answer_ms = -1;
	turn->silence_ms = -1;
	turn->clear_ms = -1;
	turn->overlap = step->kind == OFFHOOK_EMU_STEP_BARGE_IN && self->ear->speaking;
	g_ptr_array_add(self->turns, turn);
	self->acting = TRUE;
	self->spoken = 0;
	self->next_key = step->keys && events ? step->text : "";
	self->next_key_ms = now_ms;
	self->events->turn_started(turn, self->user_data);
}

static void
offhook_emu_caller_request_hang_up(OffhookEmuCaller *self)
{
	if (self->hung_up)
		return;
	self->hung_up = TRUE;
	self->events->hang_up(self->user_data);
}

/* The script is through: hear the last answer out; where the server is expected to end the call,
 * let it. */
static void
offhook_emu_caller_conclude(OffhookEmuCaller *self, gint64 now_ms)
{
	const OffhookEmuExpect *expect = &self->options->expect;
	gint64 patience = 0;

	if (self->finished_ms < 0) {
		if (!offhook_emu_caller_has_turn(self, now_ms))
			return;
		self->finished_ms = now_ms;
	}
	if (expect->hangup || expect->transfer || expect->close_code >= 0)
		patience = (gint64)(self->options->answer_timeout * 1000);
	if (now_ms - self->finished_ms >= patience)
		offhook_emu_caller_request_hang_up(self);
}

/* Carries out what takes no time and begins what does. */
static void
offhook_emu_caller_advance(OffhookEmuCaller *self, gint64 now_ms)
{
	const OffhookEmuStep *step = offhook_emu_caller_current_step(self);

	if (self->hung_up)
		return;
	if (step == NULL) {
		offhook_emu_caller_conclude(self, now_ms);
		return;
	}
	switch (step->kind) {
	case OFFHOOK_EMU_STEP_SAY:
	case OFFHOOK_EMU_STEP_DTMF:
		if (offhook_emu_caller_has_turn(self, now_ms))
			offhook_emu_caller_begin(self, step, now_ms);
		break;
	case OFFHOOK_EMU_STEP_BARGE_IN:
		if (offhook_emu_caller_may_barge_in(self, step, now_ms))
			offhook_emu_caller_begin(self, step, now_ms);
		break;
	case OFFHOOK_EMU_STEP_WAIT:
		if (now_ms - self->step_entered_ms >= (gint64)(step->seconds * 1000))
			offhook_emu_caller_next_step(self, now_ms);
		break;
	case OFFHOOK_EMU_STEP_HANG_UP:
		offhook_emu_caller_next_step(self, now_ms);
		offhook_emu_caller_request_hang_up(self);
		break;
	}
}

static gsize
offhook_emu_caller_speak(OffhookEmuCaller *self, const OffhookEmuPcm *sound, gint16 *samples,
			 gsize length)
{
	if (sound == NULL)
		return 0;
	length = MIN(length, sound->samples->len - self->spoken);
	memcpy(samples, &g_array_index(sound->samples, gint16, self->spoken),
	       length * sizeof *samples);
	self->spoken += length;
	return length;
}

static void
offhook_emu_caller_press_keys(OffhookEmuCaller *self, gint64 until_ms)
{
	while (*self->next_key != '\0' && self->next_key_ms < until_ms) {
		gchar key = *self->next_key++;

		if (key == 'w') {
			self->next_key_ms += OFFHOOK_EMU_CALLER_PAUSE_MS;
			continue;
		}
		self->events->press(key, self->user_data);
		self->next_key_ms += OFFHOOK_EMU_CALLER_KEY_MS;
	}
}

static gboolean
offhook_emu_caller_is_through(OffhookEmuCaller *self, const OffhookEmuPcm *sound)
{
	gsize length = sound != NULL ? sound->samples->len : 0;

	return self->spoken >= length && *self->next_key == '\0';
}

/* What the caller sends during the frame that begins at @start_ms. Returns FALSE when that is
 * silence. */
gboolean
offhook_emu_caller_fill(OffhookEmuCaller *self, gint64 start_ms, gint16 *samples, gsize length,
			guint rate)
{
	gint64 end_ms = start_ms + (gint64)length * 1000 / rate;
	const OffhookEmuStep *step;
	const OffhookEmuPcm *sound = NULL;
	gsize spoken;

	memset(samples, 0, length * sizeof *samples);
	if (!self->acting)
		offhook_emu_caller_advance(self, start_ms);
	if (!self->acting)
		return FALSE;
	step = offhook_emu_caller_current_step(self);
	if (step->utterance != NULL)
		sound = offhook_emu_utterance_get(step->utterance, rate);
	spoken = offhook_emu_caller_speak(self, sound, samples, length);
	offhook_emu_caller_press_keys(self, end_ms);
	if (offhook_emu_caller_is_through(self, sound)) {
		self->acting = FALSE;
		self->events->turn_ended(offhook_emu_caller_last_turn(self), self->user_data);
		offhook_emu_caller_next_step(self, end_ms);
	}
	return spoken > 0;
}
