/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech.h"

typedef enum {
	OFFHOOK_EMU_STEP_SAY,
	OFFHOOK_EMU_STEP_DTMF,
	OFFHOOK_EMU_STEP_BARGE_IN,
	OFFHOOK_EMU_STEP_WAIT,
	OFFHOOK_EMU_STEP_HANG_UP,
} OffhookEmuStepKind;

typedef struct {
	OffhookEmuStepKind kind;
	gchar *text;                    /* words, file name or digits; NULL where there are none */
	gdouble seconds;                /* WAIT: how long; BARGE_IN: into the agent's utterance */
	gboolean keys;                  /* BARGE_IN: @text is digits to press, not words to say */
	OffhookEmuUtterance *utterance; /* what goes into the audio, once prepared */
} OffhookEmuStep;

/* What the caller does, in order. Shared, read-only, by all calls once prepared. */
typedef struct {
	GPtrArray *steps;
} OffhookEmuScript;

OffhookEmuScript *offhook_emu_script_new(void);
void offhook_emu_script_free(OffhookEmuScript *self);
OffhookEmuStep *offhook_emu_script_add(OffhookEmuScript *self, OffhookEmuStepKind kind,
				       const gchar *text, gdouble seconds);
gboolean offhook_emu_script_prepare(OffhookEmuScript *self, const OffhookEmuSpeech *speech,
				    gboolean tones, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuScript, offhook_emu_script_free)
