/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads the notation of phrases ("[please] (book|reserve) a table for <people>") into a graph.
 * Any thread.
 */

#include "sphinx-phrase-graph.h"

#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_SPHINX_BEGIN 0
#define OFFHOOK_SPHINX_END   1

/* "In the usual wordings". */
static const char *const offhook_sphinx_yes_no[] = {
    "yes [(please|sure|of course|exactly)]",
    "[yes] (that's|that is) (right|correct|fine|good|it|perfect)",
    "(yeah|yep|yup|sure|of course|correct|right|exactly|absolutely|okay|all right|fine|perfect)",
    "[yes] (go ahead|please do)",
    "no [(thank you|thanks)]",
    "[no] (that's|that is) (wrong|not right|not correct)",
    "(nope|not really|wrong)",
    NULL,
};

static const char offhook_sphinx_digit[] = "(zero|oh|one|two|three|four|five|six|seven|eight|nine)";

typedef struct {
	OffhookSphinxPhraseGraph *graph;
	OffhookExpectation *expectation;
	const char *phrase; /* the whole of what is being read, for errors */
	const char *at;
	guint depth;
} OffhookSphinxReader;

static gboolean offhook_sphinx_reader_alternatives(OffhookSphinxReader *reader, guint from,
						   guint to, GError **error);

static guint
offhook_sphinx_phrase_graph_add_state(OffhookSphinxPhraseGraph *self)
{
	return self->n_states++;
}

static gboolean
offhook_sphinx_phrase_graph_add_step(OffhookSphinxPhraseGraph *self, guint from, guint to,
				     guint word, GError **error)
{
	OffhookSphinxStep step = {from, to, word};

	if (self->steps->len >= OFFHOOK_SPHINX_GRAPH_MAX_ARCS) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "the phrases expand to more than %u words",
			    OFFHOOK_SPHINX_GRAPH_MAX_ARCS);
		return FALSE;
	}
	g_array_append_val(self->steps, step);
	return TRUE;
}

static guint
offhook_sphinx_phrase_graph_get_word(OffhookSphinxPhraseGraph *self, const char *word)
{
	guint id = GPOINTER_TO_UINT(g_hash_table_lookup(self->word_ids, word));

	if (id == 0) {
		char *copy = g_strdup(word);

		g_ptr_array_add(self->words, copy);
		id = self->words->len;
		g_hash_table_insert(self->word_ids, copy, GUINT_TO_POINTER(id));
	}
	return id - 1;
}

/* ---- reading ---- */

static gboolean
offhook_sphinx_reader_fail(const OffhookSphinxReader *reader, GError **error, const char *what)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "phrase \"%.200s\": %s at byte %ld",
		    reader->phrase, what, (long)(reader->at - reader->phrase));
	return FALSE;
}

static void
offhook_sphinx_reader_skip_spaces(OffhookSphinxReader *reader)
{
	while (g_ascii_isspace(*reader->at))
		reader->at++;
}

/* A word may be written with punctuation that is not spoken. */
static char *
offhook_sphinx_reader_take_word(OffhookSphinxReader *reader)
{
	gsize length = strcspn(reader->at, " \t\r\n[]()|<>");
	g_autofree char *raw = g_strndup(reader->at, length);
	g_autofree char *valid = g_utf8_make_valid(raw, -1);
	char *word = g_utf8_strdown(valid, -1);
	char *dot = strchr(word, '.');

	reader->at += length;
	while (*word != '\0' && strchr(",?!;:\"", word[strlen(word) - 1]) != NULL)
		word[strlen(word) - 1] = '\0';
	/* but the dots of "p.m." stay */
	if (dot != NULL && dot[0] == '.' && dot[1] == '\0')
		*dot = '\0';
	return word;
}

static gboolean
offhook_sphinx_reader_read(OffhookSphinxReader *reader, const char *phrase, guint from, guint to,
			   GError **error)
{
	OffhookSphinxReader inner = {reader->graph, reader->expectation, phrase, phrase,
				     reader->depth};

	if (!offhook_sphinx_reader_alternatives(&inner, from, to, error))
		return FALSE;
	if (*inner.at != '\0')
		return offhook_sphinx_reader_fail(&inner, error, "unexpected bracket");
	return TRUE;
}

static gboolean
offhook_sphinx_reader_slot(OffhookSphinxReader *reader, guint from, guint to, GError **error)
{
	const char *end = strchr(reader->at, '>');
	g_autofree char *name = NULL;
	const char *const *values;

	if (end == NULL)
		return offhook_sphinx_reader_fail(reader, error, "\"<\" without \">\"");
	name = g_strndup(reader->at + 1, (gsize)(end - reader->at - 1));
	values = offhook_expectation_get_slot_values(reader->expectation, name);
	if (values == NULL)
		return offhook_sphinx_reader_fail(reader, error, "a slot without values");
	reader->at = end + 1;
	for (; *values != NULL; values++) {
		if (!offhook_sphinx_reader_read(reader, *values, from, to, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_sphinx_reader_group(OffhookSphinxReader *reader, guint from, guint to, GError **error)
{
	char close = *reader->at == '[' ? ']' : ')';

	reader->at++;
	if (!offhook_sphinx_reader_alternatives(reader, from, to, error))
		return FALSE;
	if (*reader->at != close)
		return offhook_sphinx_reader_fail(reader, error, "a bracket that is not closed");
	reader->at++;
	return close != ']' || offhook_sphinx_phrase_graph_add_step(reader->graph, from, to,
								    OFFHOOK_SPHINX_NO_WORD, error);
}

static gboolean
offhook_sphinx_reader_item(OffhookSphinxReader *reader, guint from, guint to, GError **error)
{
	g_autofree char *word = NULL;
	guint id;

	if (*reader->at == '[' || *reader->at == '(')
		return offhook_sphinx_reader_group(reader, from, to, error);
	if (*reader->at == '<')
		return offhook_sphinx_reader_slot(reader, from, to, error);
	if (*reader->at == '>')
		return offhook_sphinx_reader_fail(reader, error, "\">\" without \"<\"");
	word = offhook_sphinx_reader_take_word(reader);
	id = *word != '\0' ? offhook_sphinx_phrase_graph_get_word(reader->graph, word)
			   : OFFHOOK_SPHINX_NO_WORD;
	return offhook_sphinx_phrase_graph_add_step(reader->graph, from, to, id, error);
}

static gboolean
offhook_sphinx_reader_sequence(OffhookSphinxReader *reader, guint from, guint to, GError **error)
{
	guint here = from;

	offhook_sphinx_reader_skip_spaces(reader);
	while (*reader->at != '\0' && strchr("|])", *reader->at) == NULL) {
		guint next = offhook_sphinx_phrase_graph_add_state(reader->graph);

		if (!offhook_sphinx_reader_item(reader, here, next, error))
			return FALSE;
		here = next;
		offhook_sphinx_reader_skip_spaces(reader);
	}
	return offhook_sphinx_phrase_graph_add_step(reader->graph, here, to, OFFHOOK_SPHINX_NO_WORD,
						    error);
}

static gboolean
offhook_sphinx_reader_alternatives(OffhookSphinxReader *reader, guint from, guint to,
				   GError **error)
{
	/* Also what ends slots that hold each other. */
	if (reader->depth >= OFFHOOK_SPHINX_GRAPH_MAX_DEPTH)
		return offhook_sphinx_reader_fail(reader, error, "too deep nesting");
	reader->depth++;
	if (!offhook_sphinx_reader_sequence(reader, from, to, error))
		return FALSE;
	while (*reader->at == '|') {
		reader->at++;
		if (!offhook_sphinx_reader_sequence(reader, from, to, error))
			return FALSE;
	}
	reader->depth--;
	return TRUE;
}

/* ---- the whole ---- */

static gboolean
offhook_sphinx_phrase_graph_add_phrases(OffhookSphinxReader *reader, const char *const *phrases,
					GError **error)
{
	for (; *phrases != NULL; phrases++) {
		if (!offhook_sphinx_reader_read(reader, *phrases, OFFHOOK_SPHINX_BEGIN,
						OFFHOOK_SPHINX_END, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_sphinx_phrase_graph_add_digits(OffhookSphinxReader *reader, GError **error)
{
	guint min, max, here = OFFHOOK_SPHINX_BEGIN;

	offhook_expectation_get_digits(reader->expectation, &min, &max);
	max =
	    max == 0 ? OFFHOOK_SPHINX_GRAPH_MAX_DIGITS : MIN(max, OFFHOOK_SPHINX_GRAPH_MAX_DIGITS);
	for (guint i = 1; i <= max; i++) {
		guint next = offhook_sphinx_phrase_graph_add_state(reader->graph);

		if (!offhook_sphinx_reader_read(reader, offhook_sphinx_digit, here, next, error))
			return FALSE;
		here = next;
		if (i >= min &&
		    !offhook_sphinx_phrase_graph_add_step(reader->graph, here, OFFHOOK_SPHINX_END,
							  OFFHOOK_SPHINX_NO_WORD, error))
			return FALSE;
	}
	return TRUE;
}

OffhookSphinxPhraseGraph *
offhook_sphinx_phrase_graph_new(OffhookExpectation *expectation, GError **error)
{
	g_autoptr(OffhookSphinxPhraseGraph) self = g_new0(OffhookSphinxPhraseGraph, 1);
	OffhookSphinxReader reader = {self, expectation, NULL, NULL, 0};
	OffhookExpectationKind kind = offhook_expectation_get_kind(expectation);

	self->n_states = 2;
	self->steps = g_array_new(FALSE, FALSE, sizeof(OffhookSphinxStep));
	self->words = g_ptr_array_new_with_free_func(g_free);
	self->word_ids = g_hash_table_new(g_str_hash, g_str_equal);
	if (!offhook_sphinx_phrase_graph_add_phrases(
		&reader, offhook_expectation_get_phrases(expectation), error))
		return NULL;
	if (kind == OFFHOOK_EXPECT_YES_NO &&
	    !offhook_sphinx_phrase_graph_add_phrases(&reader, offhook_sphinx_yes_no, error))
		return NULL;
	if (kind == OFFHOOK_EXPECT_DIGITS &&
	    !offhook_sphinx_phrase_graph_add_digits(&reader, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
offhook_sphinx_phrase_graph_free(OffhookSphinxPhraseGraph *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->steps);
	g_hash_table_unref(self->word_ids);
	g_ptr_array_unref(self->words);
	g_free(self);
}
