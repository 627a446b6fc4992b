/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Pronunciations: those of a dictionary file, and guesses from the spelling for words it lacks.
 * Immutable; any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _OffhookSphinxLexicon OffhookSphinxLexicon;

/**
 * offhook_sphinx_lexicon_new:
 * @path: a dictionary in the form "word PH ON ES", further pronunciations as "word(2) ..."
 *
 * Reads a few megabytes; not for the main thread.
 */
OffhookSphinxLexicon *offhook_sphinx_lexicon_new(const char *path, GError **error);
void offhook_sphinx_lexicon_free(OffhookSphinxLexicon *self);

/**
 * offhook_sphinx_lexicon_find:
 * @word: in lower case
 *
 * Returns: (transfer full): %NULL-terminated, at most 8; empty when the dictionary lacks the word
 */
char **offhook_sphinx_lexicon_find(const OffhookSphinxLexicon *self, const char *word);

/**
 * offhook_sphinx_lexicon_guess:
 * @word: UTF-8
 *
 * Flite's letter-to-sound rules for English; what has no vowel or is a number is spelled.
 *
 * Returns: (transfer full) (nullable): %NULL when nothing in @word can be spoken
 */
char *offhook_sphinx_lexicon_guess(const OffhookSphinxLexicon *self, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxLexicon, offhook_sphinx_lexicon_free)

G_END_DECLS
