/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * When each word of a sentence has been said. The daemon is not asked, nor are its engines: flite and
 * eSpeak tell it themselves, and with the voice "tone" the emulators of services take 60 ms a character.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	gsize end; /* bytes of the text up to here; what follows may be its punctuation */
	double ms; /* from the first sound of the sentence */
} HeardWord;

/** @voice: an engine; @sentence: one piece for it. (transfer full) (element-type HeardWord) */
GArray *heard_get_words(const char *voice, const char *sentence);

/** How long all of it sounds. */
double heard_get_length_ms(const char *voice, const char *sentence);

G_END_DECLS
