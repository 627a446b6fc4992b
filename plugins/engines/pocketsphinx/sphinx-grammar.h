/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What may be said, as the smallest deterministic graph of words. Immutable once built,
 * reference-counted, any thread.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

/** Bounds what phrases may expand to. */
#define OFFHOOK_SPHINX_GRAMMAR_MAX_STATES 20000

typedef struct {
	guint from;
	guint to;
	guint word; /* index into the words */
} OffhookSphinxArc;

typedef struct _OffhookSphinxGrammar OffhookSphinxGrammar;

/**
 * offhook_sphinx_grammar_new:
 * @expectation: (nullable): its phrases, and the usual words of its kind
 *
 * Returns: (transfer full) (nullable): sets %OFFHOOK_ERROR_NOT_SUPPORTED when nothing particular is
 * expected, %OFFHOOK_ERROR_FORMAT for a phrase that can't be read, %OFFHOOK_ERROR_LIMIT
 */
OffhookSphinxGrammar *offhook_sphinx_grammar_new(OffhookExpectation *expectation, GError **error);
OffhookSphinxGrammar *offhook_sphinx_grammar_ref(OffhookSphinxGrammar *self);
void offhook_sphinx_grammar_unref(OffhookSphinxGrammar *self);

/** Equal for equal expectations. */
char *offhook_sphinx_grammar_make_key(OffhookExpectation *expectation);

/** State 0 is where an utterance begins. */
guint offhook_sphinx_grammar_get_n_states(const OffhookSphinxGrammar *self);
gboolean offhook_sphinx_grammar_is_end(const OffhookSphinxGrammar *self, guint state);
const OffhookSphinxArc *offhook_sphinx_grammar_get_arcs(const OffhookSphinxGrammar *self, guint *n);
/** (element-type utf8) (transfer none) */
GPtrArray *offhook_sphinx_grammar_get_words(const OffhookSphinxGrammar *self);

/** May @text, words with single spaces, be said? */
gboolean offhook_sphinx_grammar_accepts(const OffhookSphinxGrammar *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxGrammar, offhook_sphinx_grammar_unref)

G_END_DECLS
