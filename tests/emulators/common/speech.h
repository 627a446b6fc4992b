/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "pcm.h"

/* Something the caller says, ready for the line. */
typedef struct {
	gchar *text;      /* as given: the words, or the file's name */
	GPtrArray *takes; /* OffhookEmuPcm: the same at each rate a line may have */
	gint64 onset_ms;  /* where the speech begins, not the padding */
	gint64 end_ms;    /* and where it ends */
} OffhookEmuUtterance;

/* How the caller's sounds are made. */
typedef struct {
	const gchar *voice;
	gdouble gain;
	const guint *rates; /* of the lines there may be, ends with 0 */
} OffhookEmuSpeech;

OffhookEmuUtterance *offhook_emu_utterance_new(const gchar *what, const OffhookEmuSpeech *speech,
					       GError **error);
OffhookEmuUtterance *offhook_emu_utterance_new_tones(const gchar *digits,
						     const OffhookEmuSpeech *speech);
OffhookEmuUtterance *offhook_emu_utterance_new_from_pcm(const gchar *text, const OffhookEmuPcm *pcm,
							const guint *rates);
/* NULL: not made for this rate */
const OffhookEmuPcm *offhook_emu_utterance_get(const OffhookEmuUtterance *self, guint rate);
void offhook_emu_utterance_free(OffhookEmuUtterance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuUtterance, offhook_emu_utterance_free)
