/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From the graph of the phrases to the smallest deterministic one: phrases that begin alike share
 * their beginning, and those that end alike their end, so the recogniser follows each word once.
 * Any thread.
 */

#include "sphinx-grammar.h"

#include "sphinx-phrase-graph.h"
#include <offhook/error.h>
#include <string.h>

/* Bounds the memory and the time it takes to build a grammar. */
#define OFFHOOK_SPHINX_GRAMMAR_MAX_MEMBERS 2000000

struct _OffhookSphinxGrammar {
	gatomicrefcount ref_count;
	guint n_states;
	GArray *arcs;     /* OffhookSphinxArc, by `from`, then `word` */
	GByteArray *ends; /* a byte for each state */
	GPtrArray *words;
};

/* Building: sets of the graph's states become states. */
typedef struct {
	const OffhookSphinxPhraseGraph *graph;
	guint *first;       /* of each graph state's steps in by_state; n_states + 1 */
	guint *by_state;    /* indexes of steps */
	GHashTable *states; /* GBytes (sorted set of graph states) -> index + 1 */
	GPtrArray *sets;    /* the GBytes, in order */
	guint8 *marks;      /* scratch: a byte for each graph state */
	gsize n_members;    /* of all sets */
	OffhookSphinxGrammar *grammar;
} OffhookSphinxBuilder;

static int
offhook_sphinx_grammar_compare_uint_cb(gconstpointer a, gconstpointer b)
{
	guint left = *(const guint *)a, right = *(const guint *)b;

	return (left > right) - (left < right);
}

/* Orders steps by the state they leave. */
static void
offhook_sphinx_builder_index(OffhookSphinxBuilder *builder)
{
	const OffhookSphinxPhraseGraph *graph = builder->graph;
	g_autofree guint *next = NULL;

	builder->first = g_new0(guint, graph->n_states + 2);
	builder->by_state = g_new(guint, graph->steps->len);
	for (guint i = 0; i < graph->steps->len; i++)
		builder->first[g_array_index(graph->steps, OffhookSphinxStep, i).from + 1]++;
	for (guint i = 0; i < graph->n_states; i++)
		builder->first[i + 1] += builder->first[i];
	next = g_memdup2(builder->first, (graph->n_states + 1) * sizeof(guint));
	for (guint i = 0; i < graph->steps->len; i++)
		builder->by_state[next[g_array_index(graph->steps, OffhookSphinxStep, i).from]++] =
		    i;
}

static const OffhookSphinxStep *
offhook_sphinx_builder_get_step(const OffhookSphinxBuilder *builder, guint at)
{
	return &g_array_index(builder->graph->steps, OffhookSphinxStep, builder->by_state[at]);
}

/* Adds to @set what empty steps reach from it, and sorts it. */
static void
offhook_sphinx_builder_close(OffhookSphinxBuilder *builder, GArray *set)
{
	for (guint i = 0; i < set->len; i++)
		builder->marks[g_array_index(set, guint, i)] = 1;
	for (guint i = 0; i < set->len; i++) {
		guint state = g_array_index(set, guint, i);

		for (guint j = builder->first[state]; j < builder->first[state + 1]; j++) {
			const OffhookSphinxStep *step = offhook_sphinx_builder_get_step(builder, j);

			if (step->word != OFFHOOK_SPHINX_NO_WORD || builder->marks[step->to])
				continue;
			builder->marks[step->to] = 1;
			g_array_append_val(set, step->to);
		}
	}
	for (guint i = 0; i < set->len; i++)
		builder->marks[g_array_index(set, guint, i)] = 0;
	g_array_sort(set, offhook_sphinx_grammar_compare_uint_cb);
}

/* The state for @set (its steps closed). */
static guint
offhook_sphinx_builder_get_state(OffhookSphinxBuilder *builder, GArray *set)
{
	g_autoptr(GBytes) key = NULL;
	guint8 end = 0;
	guint id;

	offhook_sphinx_builder_close(builder, set);
	key = g_bytes_new(set->data, set->len * sizeof(guint));
	id = GPOINTER_TO_UINT(g_hash_table_lookup(builder->states, key));
	if (id != 0)
		return id - 1;
	for (guint i = 0; i < set->len; i++)
		end |= g_array_index(set, guint, i) == 1;
	g_byte_array_append(builder->grammar->ends, &end, 1);
	g_ptr_array_add(builder->sets, g_bytes_ref(key));
	builder->n_members += set->len;
	g_hash_table_insert(builder->states, g_bytes_ref(key),
			    GUINT_TO_POINTER(builder->sets->len));
	return builder->sets->len - 1;
}

/* Adds the arcs that leave @state. */
static void
offhook_sphinx_builder_expand(OffhookSphinxBuilder *builder, guint state)
{
	g_autoptr(GHashTable) targets =
	    g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
	g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(guint));
	gsize size;
	const guint *set = g_bytes_get_data(builder->sets->pdata[state], &size);

	for (guint i = 0; i < size / sizeof(guint); i++) {
		for (guint j = builder->first[set[i]]; j < builder->first[set[i] + 1]; j++) {
			const OffhookSphinxStep *step = offhook_sphinx_builder_get_step(builder, j);
			GArray *target;

			if (step->word == OFFHOOK_SPHINX_NO_WORD)
				continue;
			target = g_hash_table_lookup(targets, GUINT_TO_POINTER(step->word));
			if (target == NULL) {
				target = g_array_new(FALSE, FALSE, sizeof(guint));
				g_hash_table_insert(targets, GUINT_TO_POINTER(step->word), target);
				g_array_append_val(words, step->word);
			}
			g_array_append_val(target, step->to);
		}
	}
	g_array_sort(words, offhook_sphinx_grammar_compare_uint_cb);
	for (guint i = 0; i < words->len; i++) {
		guint word = g_array_index(words, guint, i);
		GArray *target = g_hash_table_lookup(targets, GUINT_TO_POINTER(word));
		OffhookSphinxArc arc = {state, offhook_sphinx_builder_get_state(builder, target),
					word};

		g_array_append_val(builder->grammar->arcs, arc);
	}
}

static gboolean
offhook_sphinx_builder_run(OffhookSphinxBuilder *builder, GError **error)
{
	g_autoptr(GArray) begin = g_array_new(FALSE, TRUE, sizeof(guint));

	g_array_set_size(begin, 1);
	offhook_sphinx_builder_get_state(builder, begin);
	for (guint state = 0; state < builder->sets->len; state++) {
		if (builder->sets->len > OFFHOOK_SPHINX_GRAMMAR_MAX_STATES ||
		    builder->n_members > OFFHOOK_SPHINX_GRAMMAR_MAX_MEMBERS) {
			g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
				    "the phrases need more than %u states",
				    OFFHOOK_SPHINX_GRAMMAR_MAX_STATES);
			return FALSE;
		}
		offhook_sphinx_builder_expand(builder, state);
	}
	builder->grammar->n_states = builder->sets->len;
	return TRUE;
}

static void
offhook_sphinx_builder_clear(OffhookSphinxBuilder *builder)
{
	g_clear_pointer(&builder->first, g_free);
	g_clear_pointer(&builder->by_state, g_free);
	g_clear_pointer(&builder->marks, g_free);
	g_clear_pointer(&builder->states, g_hash_table_unref);
	g_clear_pointer(&builder->sets, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OffhookSphinxBuilder, offhook_sphinx_builder_clear)

/* ---- joining states from which the same can be said ---- */

/* One round: states that were in one class stay together when their arcs agree in class. */
static guint
offhook_sphinx_grammar_split(const OffhookSphinxGrammar *self, guint *classes)
{
	g_autoptr(GHashTable) known =
	    g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	g_autofree guint *new_classes = g_new(guint, self->n_states);
	g_autoptr(GArray) key = g_array_new(FALSE, FALSE, sizeof(guint));
	guint at = 0;

	for (guint state = 0; state < self->n_states; state++) {
		guint id;

		g_array_set_size(key, 0);
		g_array_append_val(key, classes[state]);
		for (; at < self->arcs->len; at++) {
			OffhookSphinxArc arc = g_array_index(self->arcs, OffhookSphinxArc, at);

			if (arc.from != state)
				break;
			g_array_append_val(key, arc.word);
			g_array_append_val(key, classes[arc.to]);
		}
		{
			g_autoptr(GBytes) bytes = g_bytes_new(key->data, key->len * sizeof(guint));

			id = GPOINTER_TO_UINT(g_hash_table_lookup(known, bytes));
			if (id == 0) {
				id = g_hash_table_size(known) + 1;
				g_hash_table_insert(known, g_steal_pointer(&bytes),
						    GUINT_TO_POINTER(id));
			}
		}
		new_classes[state] = id - 1;
	}
	memcpy(classes, new_classes, self->n_states * sizeof(guint));
	return g_hash_table_size(known);
}

/* Numbers the classes by their first state, so that the begin stays 0, and rewrites the arcs. */
static void
offhook_sphinx_grammar_join(OffhookSphinxGrammar *self, const guint *classes, guint n_classes)
{
	g_autoptr(GArray) arcs = g_array_new(FALSE, FALSE, sizeof(OffhookSphinxArc));
	g_autoptr(GByteArray) ends = g_byte_array_new();
	guint at = 0;

	for (guint state = 0; state < self->n_states; state++) {
		/* classes are numbered in order of their first states */
		gboolean first = classes[state] == ends->len;

		if (first)
			g_byte_array_append(ends, self->ends->data + state, 1);
		for (; at < self->arcs->len; at++) {
			OffhookSphinxArc arc = g_array_index(self->arcs, OffhookSphinxArc, at);

			if (arc.from != state)
				break;
			arc.from = classes[arc.from];
			arc.to = classes[arc.to];
			if (first)
				g_array_append_val(arcs, arc);
		}
	}
	g_array_unref(self->arcs);
	g_byte_array_unref(self->ends);
	self->arcs = g_steal_pointer(&arcs);
	self->ends = g_steal_pointer(&ends);
	self->n_states = n_classes;
}

static void
offhook_sphinx_grammar_minimize(OffhookSphinxGrammar *self)
{
	g_autofree guint *classes = g_new(guint, self->n_states);
	guint n = 0, before;

	for (guint i = 0; i < self->n_states; i++)
		classes[i] = self->ends->data[i];
	do {
		before = n;
		n = offhook_sphinx_grammar_split(self, classes);
	} while (n > before);
	offhook_sphinx_grammar_join(self, classes, n);
}

/* ---- public ---- */

OffhookSphinxGrammar *
offhook_sphinx_grammar_new(OffhookExpectation *expectation, GError **error)
{
	g_autoptr(OffhookSphinxPhraseGraph) graph = NULL;
	g_autoptr(OffhookSphinxGrammar) self = NULL;
	g_auto(OffhookSphinxBuilder) builder = {0};

	if (expectation != NULL) {
		graph = offhook_sphinx_phrase_graph_new(expectation, error);
		if (graph == NULL)
			return NULL;
	}
	if (graph == NULL || graph->words->len == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED,
			    "pocketsphinx hears only expected phrases, and none are given");
		return NULL;
	}
	self = g_new0(OffhookSphinxGrammar, 1);
	g_atomic_ref_count_init(&self->ref_count);
	self->arcs = g_array_new(FALSE, FALSE, sizeof(OffhookSphinxArc));
	self->ends = g_byte_array_new();
	self->words = g_ptr_array_ref(graph->words);
	builder.graph = graph;
	builder.grammar = self;
	builder.marks = g_new0(guint8, graph->n_states);
	builder.states =
	    g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	builder.sets = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	offhook_sphinx_builder_index(&builder);
	if (!offhook_sphinx_builder_run(&builder, error))
		return NULL;
	offhook_sphinx_grammar_minimize(self);
	return g_steal_pointer(&self);
}

OffhookSphinxGrammar *
offhook_sphinx_grammar_ref(OffhookSphinxGrammar *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_sphinx_grammar_unref(OffhookSphinxGrammar *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_array_unref(self->arcs);
	g_byte_array_unref(self->ends);
	g_ptr_array_unref(self->words);
	g_free(self);
}

char *
offhook_sphinx_grammar_make_key(OffhookExpectation *expectation)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	const char *const *slots = offhook_expectation_get_slots(expectation);
	const char *const *phrases = offhook_expectation_get_phrases(expectation);
	guint numbers[3] = {offhook_expectation_get_kind(expectation)};

	offhook_expectation_get_digits(expectation, &numbers[1], &numbers[2]);
	g_checksum_update(sum, (const guchar *)numbers, sizeof(numbers));
	/* with their closing zeros, so that no two lists look alike */
	for (; *phrases != NULL; phrases++)
		g_checksum_update(sum, (const guchar *)*phrases, (gssize)strlen(*phrases) + 1);
	for (; *slots != NULL; slots++) {
		const char *const *values =
		    offhook_expectation_get_slot_values(expectation, *slots);

		g_checksum_update(sum, (const guchar *)"\0", 1);
		g_checksum_update(sum, (const guchar *)*slots, (gssize)strlen(*slots) + 1);
		for (; *values != NULL; values++)
			g_checksum_update(sum, (const guchar *)*values,
					  (gssize)strlen(*values) + 1);
	}
	return g_strdup(g_checksum_get_string(sum));
}

guint
offhook_sphinx_grammar_get_n_states(const OffhookSphinxGrammar *self)
{
	return self->n_states;
}

gboolean
offhook_sphinx_grammar_is_end(const OffhookSphinxGrammar *self, guint state)
{
	return self->ends->data[state] != 0;
}

const OffhookSphinxArc *
offhook_sphinx_grammar_get_arcs(const OffhookSphinxGrammar *self, guint *n)
{
	*n = self->arcs->len;
	return (const OffhookSphinxArc *)(gpointer)self->arcs->data;
}

GPtrArray *
offhook_sphinx_grammar_get_words(const OffhookSphinxGrammar *self)
{
	return self->words;
}

gboolean
offhook_sphinx_grammar_accepts(const OffhookSphinxGrammar *self, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	guint state = 0;

	for (guint i = 0; words[i] != NULL; i++) {
		gboolean found = FALSE;

		for (guint j = 0; j < self->arcs->len && !found; j++) {
			OffhookSphinxArc arc = g_array_index(self->arcs, OffhookSphinxArc, j);

			found = arc.from == state &&
				g_str_equal(self->words->pdata[arc.word], words[i]);
			if (found)
				state = arc.to;
		}
		if (!found)
			return FALSE;
	}
	return self->ends->data[state] != 0;
}
