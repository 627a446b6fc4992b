/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The phrases of an expectation as a graph of words with empty steps, as they are written. Used
 * only to build an OffhookSphinxGrammar.
 */
#pragma once

#include <offhook/expectation.h>

G_BEGIN_DECLS

#define OFFHOOK_SPHINX_NO_WORD          G_MAXUINT
#define OFFHOOK_SPHINX_GRAPH_MAX_ARCS   100000
#define OFFHOOK_SPHINX_GRAPH_MAX_DEPTH  16
#define OFFHOOK_SPHINX_GRAPH_MAX_DIGITS 32

typedef struct {
	guint from;
	guint to;
	guint word; /* index, or OFFHOOK_SPHINX_NO_WORD */
} OffhookSphinxStep;

typedef struct {
	guint n_states; /* 0 is the begin, 1 the end */
	GArray *steps;  /* OffhookSphinxStep */
	GPtrArray *words;
	GHashTable *word_ids; /* utf8 (in words) -> index + 1 */
} OffhookSphinxPhraseGraph;

/**
 * offhook_sphinx_phrase_graph_new:
 *
 * Returns: (transfer full) (nullable): sets %OFFHOOK_ERROR_FORMAT or %OFFHOOK_ERROR_LIMIT; without
 * any words when nothing is expected
 */
OffhookSphinxPhraseGraph *offhook_sphinx_phrase_graph_new(OffhookExpectation *expectation,
							  GError **error);
void offhook_sphinx_phrase_graph_free(OffhookSphinxPhraseGraph *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSphinxPhraseGraph, offhook_sphinx_phrase_graph_free)

G_END_DECLS
