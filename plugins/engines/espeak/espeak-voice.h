/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * eSpeak NG itself: a library with one state for the whole process, so the desk has it speak one
 * text at a time.
 */
#pragma once

#include "speech-desk.h"
#include <offhook/offhook.h>

G_BEGIN_DECLS

/** How a session speaks. */
typedef struct _OffhookEspeakVoice {
	char *name; /* eSpeak's: "de", "en-us+f3" */
	int words_per_minute;
	int pitch;
} OffhookEspeakVoice;

/**
 * offhook_espeak_voice_new:
 * @language: (nullable): BCP 47
 * @name: (nullable): eSpeak's name of a voice; goes before @language
 *
 * Returns: (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT for a voice or language that is not there,
 *   %OFFHOOK_ERROR_UNAVAILABLE without eSpeak's data. Main thread.
 */
OffhookEspeakVoice *offhook_espeak_voice_new(const char *language, const char *name,
					     int words_per_minute, int pitch, GError **error);
void offhook_espeak_voice_free(OffhookEspeakVoice *self);

/** What the desk calls to speak a part; @voice is an OffhookEspeakVoice. */
gboolean offhook_espeak_voice_make(OffhookSpeechPart *part, const char *text, gpointer voice,
				   GError **error);

G_END_DECLS
