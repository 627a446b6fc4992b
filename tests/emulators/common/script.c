/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The caller's script: a list of steps, and the sound each of them makes. */

#include "script.h"

#include "emu-error.h"

#include <string.h>

#define OFFHOOK_EMU_SCRIPT_KEYS "dtmf:"

static void
offhook_emu_step_free(gpointer data)
{
	OffhookEmuStep *step = data;

	g_free(step->text);
	g_clear_pointer(&step->utterance, offhook_emu_utterance_free);
	g_free(step);
}

OffhookEmuScript *
offhook_emu_script_new(void)
{
	OffhookEmuScript *self = g_new0(OffhookEmuScript, 1);

	self->steps = g_ptr_array_new_with_free_func(offhook_emu_step_free);
	return self;
}

void
offhook_emu_script_free(OffhookEmuScript *self)
{
	g_ptr_array_unref(self->steps);
	g_free(self);
}

OffhookEmuStep *
offhook_emu_script_add(OffhookEmuScript *self, OffhookEmuStepKind kind, const gchar *text,
		       gdouble seconds)
{
	OffhookEmuStep *step = g_new0(OffhookEmuStep, 1);

	step->kind = kind;
	step->text = g_strdup(text);
	step->seconds = seconds;
	g_ptr_array_add(self->steps, step);
	return step;
}

static gboolean
offhook_emu_step_check_digits(const OffhookEmuStep *step, GError **error)
{
	if (*step->text != '\0' && strspn(step->text, "0123456789*#ABCDw") == strlen(step->text))
		return TRUE;
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE,
		    "digits \"%s\": expected 0-9, *, #, A-D, and w for half a second", step->text);
	return FALSE;
}

static gboolean
offhook_emu_step_prepare(OffhookEmuStep *step, const OffhookEmuSpeech *speech, gboolean tones,
			 GError **error)
{
	if (step->kind == OFFHOOK_EMU_STEP_BARGE_IN && step->text == NULL) {
		g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_USAGE,
				    "--barge-in needs two values: SECONDS and what is said");
		return FALSE;
	}
	if (step->kind == OFFHOOK_EMU_STEP_BARGE_IN &&
	    g_str_has_prefix(step->text, OFFHOOK_EMU_SCRIPT_KEYS)) {
		memmove(step->text, step->text + strlen(OFFHOOK_EMU_SCRIPT_KEYS),
			strlen(step->text) - strlen(OFFHOOK_EMU_SCRIPT_KEYS) + 1);
		step->keys = TRUE;
	}
	if (step->kind == OFFHOOK_EMU_STEP_DTMF || step->keys) {
		if (!offhook_emu_step_check_digits(step, error))
			return FALSE;
		step->keys = TRUE;
		if (tones)
			step->utterance = offhook_emu_utterance_new_tones(step->text, speech);
		return TRUE;
	}
	if (step->kind != OFFHOOK_EMU_STEP_SAY && step->kind != OFFHOOK_EMU_STEP_BARGE_IN)
		return TRUE;
	step->utterance = offhook_emu_utterance_new(step->text, speech, error);
	return step->utterance != NULL;
}

/* Makes the sound of every step. With @tones, keys are heard as well. */
gboolean
offhook_emu_script_prepare(OffhookEmuScript *self, const OffhookEmuSpeech *speech, gboolean tones,
			   GError **error)
{
	for (guint i = 0; i < self->steps->len; i++) {
		if (!offhook_emu_step_prepare(g_ptr_array_index(self->steps, i), speech, tones,
					      error))
			return FALSE;
	}
	return TRUE;
}
