/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Something the caller says, ready for the line. */
typedef struct {
	gchar *text;   /* as given: the words, or the file's name */
	GBytes *mulaw; /* 8 kHz */
	guint onset;   /* index of the first sample that is speech, not padding */
	guint end;     /* index after the last one */
} OffhookEmuUtterance;

OffhookEmuUtterance *offhook_emu_utterance_new(const gchar *what, const gchar *voice, gdouble gain,
					       GError **error);
OffhookEmuUtterance *offhook_emu_utterance_new_tones(const gchar *digits);
OffhookEmuUtterance *offhook_emu_utterance_new_from_mulaw(const gchar *text, GBytes *mulaw);
void offhook_emu_utterance_free(OffhookEmuUtterance *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookEmuUtterance, offhook_emu_utterance_free)
