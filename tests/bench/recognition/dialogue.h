/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The sample assistant's own view: what it expects in each context, and what it makes of words.
 */
#pragma once

#include "corpus.h"
#include <offhook/expectation.h>

G_BEGIN_DECLS

typedef struct _Dialogue Dialogue;

/** @path: restaurant.json. Exits when it can't be read. */
Dialogue *dialogue_new(const char *path);
void dialogue_free(Dialogue *self);

/** (transfer none) */
OffhookExpectation *dialogue_get_expectation(Dialogue *self, CorpusContext context);

/** The intent, or at a question of a form the answer, in a form to compare. (transfer full) */
char *dialogue_get_intent(Dialogue *self, CorpusContext context, const char *text);
/** All that the assistant then says and does, to compare. (transfer full) */
char *dialogue_get_outcome(Dialogue *self, CorpusContext context, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dialogue, dialogue_free)

G_END_DECLS
