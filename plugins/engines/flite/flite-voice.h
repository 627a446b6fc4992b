/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * flite itself: one voice speaks one text. The library keeps state in its voices and lexicon, so one
 * text is spoken at a time, whichever thread asks.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

#define OFFHOOK_FLITE_VOICES "slt|rms|awb|kal|kal16"

typedef struct _OffhookFliteVoice OffhookFliteVoice;

/** (nullable): %OFFHOOK_ERROR_INVALID_ARGUMENT for a name that is none of OFFHOOK_FLITE_VOICES. */
const OffhookFliteVoice *offhook_flite_voice_find(const char *name, GError **error);

/** Where the speech goes, from inside offhook_flite_voice_speak(). */
typedef struct {
	/* Once, before the audio. Offsets are into the text. */
	void (*words)(gpointer user_data, const OffhookWordTime *words, guint n);
	/* %FALSE stops. @samples: mono */
	gboolean (*audio)(gpointer user_data, const gint16 *samples, guint n, guint rate);
} OffhookFliteSink;

/** @text: valid UTF-8. Blocks for as long as the synthesis takes. Any thread. */
void offhook_flite_voice_speak(const OffhookFliteVoice *self, const char *text,
			       const OffhookFliteSink *sink, gpointer user_data);

G_END_DECLS
