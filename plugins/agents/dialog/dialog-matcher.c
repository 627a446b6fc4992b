/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Matching, in two ways of which the better counts. In order: the cheapest way to lay the utterance
 * along the phrase's program, where leaving out a word of the phrase costs its weight and ignoring
 * a word of the utterance a part of its weight. In any order: which of the phrase's words and slots
 * occur at all. Pure; at most words x program steps.
 */

#include "dialog-matcher.h"

#include "language-words.h"
#include <string.h>

/* A word too many tells less than a word that is missing. */
#define OFFHOOK_DIALOG_MATCHER_EXTRA 0.35
/* Another order is less convincing. */
#define OFFHOOK_DIALOG_MATCHER_LOOSE 0.9
/* A telling word alone: rather this than nothing. */
#define OFFHOOK_DIALOG_MATCHER_KEYWORD 0.6
#define OFFHOOK_DIALOG_MATCHER_FAR     1e9f

/* The best way to have arrived at a step with so many words used. */
typedef struct {
	float cost;
	float matched;
	gboolean strong; /* something that tells has matched */
	gint16 reading;  /* which reading led here; -1 for none */
	guint16 from_pc;
	guint16 from_at;
} OffhookDialogCell;

typedef struct {
	const OffhookDialogHeard *heard;
	const OffhookDialogCode *code;
	guint steps;
	const char *const *words;
	guint n;
	OffhookDialogCell *cells; /* (n + 1) x steps */
} OffhookDialogAlignment;

void
offhook_dialog_match_clear(OffhookDialogMatch *match)
{
	g_clear_pointer(&match->values, g_hash_table_unref);
	g_clear_pointer(&match->taken, g_free);
	match->score = 0.0;
	match->index = -1;
}

static void
offhook_dialog_match_init(OffhookDialogMatch *match, const OffhookDialogHeard *heard)
{
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	*match = (OffhookDialogMatch){.index = -1};
	match->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	match->taken = g_new0(guint8, n + 1);
}

static OffhookDialogCell *
offhook_dialog_alignment_cell(OffhookDialogAlignment *self, guint at, guint pc)
{
	return &self->cells[at * self->steps + pc];
}

/* Goes from (@at, @pc) to (@to_at, @to_pc) if that is the cheapest way so far. */
static void
offhook_dialog_alignment_go(OffhookDialogAlignment *self, guint at, guint pc, guint to_at,
			    guint to_pc, double cost, double matched, gint reading)
{
	const OffhookDialogCell *from = offhook_dialog_alignment_cell(self, at, pc);
	OffhookDialogCell *to = offhook_dialog_alignment_cell(self, to_at, to_pc);
	float total = from->cost + (float)cost;
	float gained = from->matched + (float)matched;

	if (total > to->cost || (total == to->cost && gained <= to->matched))
		return;
	to->cost = total;
	to->matched = gained;
	to->strong = from->strong || matched >= 1.0;
	to->reading = (gint16)reading;
	to->from_pc = (guint16)pc;
	to->from_at = (guint16)at;
}

static void
offhook_dialog_alignment_step_slot(OffhookDialogAlignment *self, guint at, guint pc)
{
	const OffhookDialogCode *code = &self->code[pc];
	const GArray *readings = offhook_dialog_heard_get_readings(self->heard, code->text, at);

	for (guint i = 0; readings != NULL && i < readings->len; i++) {
		guint length = g_array_index(readings, OffhookDialogReading, i).length;

		offhook_dialog_alignment_go(self, at, pc, at + length, pc + 1, 0.0, code->weight,
					    (gint)i);
	}
	offhook_dialog_alignment_go(self, at, pc, at, pc + 1, code->weight, 0.0, -1);
}

static void
offhook_dialog_alignment_step(OffhookDialogAlignment *self, guint at, guint pc)
{
	const OffhookDialogCode *code = &self->code[pc];

	if (offhook_dialog_alignment_cell(self, at, pc)->cost >= OFFHOOK_DIALOG_MATCHER_FAR)
		return;
	if (at < self->n)
		offhook_dialog_alignment_go(self, at, pc, at + 1, pc,
					    OFFHOOK_DIALOG_MATCHER_EXTRA *
						offhook_dialog_heard_get_weight(self->heard, at),
					    0.0, -1);
	switch (code->op) {
	case OFFHOOK_DIALOG_CODE_WORD:
		if (at < self->n && g_str_equal(self->words[at], code->text))
			offhook_dialog_alignment_go(self, at, pc, at + 1, pc + 1, 0.0, code->weight,
						    -1);
		offhook_dialog_alignment_go(self, at, pc, at, pc + 1, code->weight, 0.0, -1);
		break;
	case OFFHOOK_DIALOG_CODE_SLOT:
		offhook_dialog_alignment_step_slot(self, at, pc);
		break;
	case OFFHOOK_DIALOG_CODE_FORK:
		offhook_dialog_alignment_go(self, at, pc, at, pc + 1, 0.0, 0.0, -1);
		offhook_dialog_alignment_go(self, at, pc, at, code->target, 0.0, 0.0, -1);
		break;
	case OFFHOOK_DIALOG_CODE_JUMP:
		offhook_dialog_alignment_go(self, at, pc, at, code->target, 0.0, 0.0, -1);
		break;
	case OFFHOOK_DIALOG_CODE_END:
		break;
	}
}

/* Follows the best way back and notes the values on it. */
static void
offhook_dialog_alignment_collect(OffhookDialogAlignment *self, OffhookDialogMatch *match)
{
	guint at = self->n;
	guint pc = self->steps - 1;

	while (at > 0 || pc > 0) {
		const OffhookDialogCell *cell = offhook_dialog_alignment_cell(self, at, pc);
		guint from_at = cell->from_at;
		guint from_pc = cell->from_pc;

		if (cell->reading >= 0) {
			const char *slot = self->code[from_pc].text;
			const GArray *readings =
			    offhook_dialog_heard_get_readings(self->heard, slot, from_at);
			const OffhookDialogReading *one =
			    &g_array_index(readings, OffhookDialogReading, cell->reading);

			g_hash_table_insert(match->values, g_strdup(slot), g_strdup(one->value));
			memset(match->taken + from_at, 1, one->length);
		}
		at = from_at;
		pc = from_pc;
	}
}

/* In order. */
static double
offhook_dialog_matcher_align(const OffhookDialogHeard *heard, const OffhookDialogPattern *pattern,
			     OffhookDialogMatch *match)
{
	OffhookDialogAlignment self = {.heard = heard};
	g_autofree OffhookDialogCell *cells = NULL;
	const OffhookDialogCell *end;
	double score;

	self.code = offhook_dialog_pattern_get_code(pattern, &self.steps);
	self.words = offhook_dialog_heard_get_words(heard, &self.n);
	cells = g_new(OffhookDialogCell, (gsize)(self.n + 1) * self.steps);
	self.cells = cells;
	for (gsize i = 0; i < (gsize)(self.n + 1) * self.steps; i++)
		cells[i] = (OffhookDialogCell){.cost = OFFHOOK_DIALOG_MATCHER_FAR, .reading = -1};
	cells[0].cost = 0.0f;
	for (guint at = 0; at <= self.n; at++) {
		for (guint pc = 0; pc < self.steps; pc++)
			offhook_dialog_alignment_step(&self, at, pc);
	}
	end = offhook_dialog_alignment_cell(&self, self.n, self.steps - 1);
	/* A few small words in common mean nothing, unless they are the whole of it. */
	if (end->matched <= 0.0f || (end->cost > 0.001f && (!end->strong || end->matched < 1.0f)))
		return 0.0;
	score = end->cost <= 0.001f ? 1.0 : end->matched / (end->matched + end->cost);
	if (match != NULL)
		offhook_dialog_alignment_collect(&self, match);
	return score;
}

typedef struct {
	double matched;
	double missing;
	gboolean strong;
} OffhookDialogShare;

static gboolean
offhook_dialog_matcher_has(const OffhookDialogHeard *heard, const OffhookDialogNode *node)
{
	const char *const *words;
	guint n;

	words = offhook_dialog_heard_get_words(heard, &n);
	if (node->kind == OFFHOOK_DIALOG_NODE_WORD)
		return g_strv_contains(words, node->text);
	return offhook_dialog_heard_find(heard, node->text, NULL, TRUE) != NULL;
}

/* Which part of the phrase occurs, wherever. */
static OffhookDialogShare
offhook_dialog_matcher_share(const OffhookDialogHeard *heard, const OffhookDialogNode *node)
{
	OffhookDialogShare share = {0.0, 0.0, FALSE};
	double weight;

	switch (node->kind) {
	case OFFHOOK_DIALOG_NODE_WORD:
	case OFFHOOK_DIALOG_NODE_SLOT:
		weight = node->kind == OFFHOOK_DIALOG_NODE_WORD
			     ? offhook_language_words_get_weight(node->text)
			     : 1.0;
		if (offhook_dialog_matcher_has(heard, node)) {
			share.matched = weight;
			share.strong = weight >= 1.0;
		} else {
			share.missing = weight;
		}
		break;
	case OFFHOOK_DIALOG_NODE_ALL:
		for (guint i = 0; i < node->children->len; i++) {
			OffhookDialogShare one =
			    offhook_dialog_matcher_share(heard, node->children->pdata[i]);

			share.matched += one.matched;
			share.missing += one.missing;
			share.strong |= one.strong;
		}
		break;
	case OFFHOOK_DIALOG_NODE_ANY:
		for (guint i = 0; i < node->children->len; i++) {
			OffhookDialogShare one =
			    offhook_dialog_matcher_share(heard, node->children->pdata[i]);

			if (i == 0 || one.matched - one.missing > share.matched - share.missing)
				share = one;
		}
		break;
	case OFFHOOK_DIALOG_NODE_OPTION:
		share = offhook_dialog_matcher_share(heard, node->children->pdata[0]);
		if (share.matched <= share.missing)
			share = (OffhookDialogShare){0.0, 0.0, FALSE};
		break;
	}
	return share;
}

/* What the words weigh that the phrase knows nothing of. */
static double
offhook_dialog_matcher_weigh_rest(const OffhookDialogHeard *heard,
				  const OffhookDialogPattern *pattern)
{
	const char *const *slots = offhook_dialog_pattern_get_slots(pattern);
	guint steps, n;
	const OffhookDialogCode *code = offhook_dialog_pattern_get_code(pattern, &steps);
	const char *const *words = offhook_dialog_heard_get_words(heard, &n);
	g_autofree guint8 *taken = g_new0(guint8, n + 1);
	double rest = 0.0;

	for (guint i = 0; slots[i] != NULL; i++)
		offhook_dialog_heard_find(heard, slots[i], taken, TRUE);
	for (guint at = 0; at < n; at++) {
		for (guint pc = 0; pc < steps && taken[at] == 0; pc++) {
			if (code[pc].op == OFFHOOK_DIALOG_CODE_WORD &&
			    g_str_equal(code[pc].text, words[at]))
				taken[at] = 1;
		}
		if (taken[at] == 0)
			rest += offhook_dialog_heard_get_weight(heard, at);
	}
	return rest;
}

/* In any order. */
static double
offhook_dialog_matcher_overlap(const OffhookDialogHeard *heard, const OffhookDialogPattern *pattern)
{
	OffhookDialogShare share =
	    offhook_dialog_matcher_share(heard, offhook_dialog_pattern_get_root(pattern));
	double rest;

	if (!share.strong || share.matched < 1.0)
		return 0.0;
	rest = offhook_dialog_matcher_weigh_rest(heard, pattern);
	return OFFHOOK_DIALOG_MATCHER_LOOSE * share.matched /
	       (share.matched + share.missing + OFFHOOK_DIALOG_MATCHER_EXTRA * rest);
}

double
offhook_dialog_matcher_score(const OffhookDialogHeard *heard, const OffhookDialogPattern *pattern,
			     OffhookDialogMatch *match)
{
	double aligned, loose;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	if (match != NULL)
		offhook_dialog_match_init(match, heard);
	aligned = offhook_dialog_matcher_align(heard, pattern, match);
	loose = aligned < 1.0 ? offhook_dialog_matcher_overlap(heard, pattern) : 0.0;
	if (match != NULL)
		match->score = MAX(aligned, loose);
	/* In another order the values are not where the phrase has them. */
	if (match != NULL && loose > aligned) {
		g_hash_table_remove_all(match->values);
		memset(match->taken, 0, n);
	}
	return MAX(aligned, loose);
}

static gboolean
offhook_dialog_matcher_uses(const GPtrArray *patterns, const char *word)
{
	for (guint i = 0; i < patterns->len; i++) {
		guint steps;
		const OffhookDialogCode *code =
		    offhook_dialog_pattern_get_code(patterns->pdata[i], &steps);

		for (guint pc = 0; pc < steps; pc++) {
			if (code[pc].op == OFFHOOK_DIALOG_CODE_WORD &&
			    g_str_equal(code[pc].text, word))
				return TRUE;
		}
	}
	return FALSE;
}

/* Which one group uses the word? -1 for none or several. */
static gint
offhook_dialog_matcher_find_owner(const GPtrArray *groups, const char *word)
{
	gint owner = -1;

	for (guint i = 0; i < groups->len; i++) {
		if (!offhook_dialog_matcher_uses(groups->pdata[i], word))
			continue;
		if (owner >= 0)
			return -1;
		owner = (gint)i;
	}
	return owner;
}

/*
 * "A person, please": all that tells anything is in the phrases of one group, and at least one word
 * in those of no other.
 */
static gint
offhook_dialog_matcher_find_keyword(const OffhookDialogHeard *heard, const GPtrArray *groups)
{
	gint found = -1;
	guint n;
	const char *const *words = offhook_dialog_heard_get_words(heard, &n);

	for (guint at = 0; at < n && found < 0; at++) {
		if (offhook_dialog_heard_get_weight(heard, at) >= 1.0)
			found = offhook_dialog_matcher_find_owner(groups, words[at]);
	}
	for (guint at = 0; at < n && found >= 0; at++) {
		if (offhook_dialog_heard_get_weight(heard, at) > 0.3 &&
		    !offhook_dialog_matcher_uses(groups->pdata[found], words[at]))
			found = -1;
	}
	return found;
}

gboolean
offhook_dialog_matcher_find(const OffhookDialogHeard *heard, const GPtrArray *groups,
			    OffhookDialogMatch *match)
{
	const OffhookDialogPattern *best = NULL;
	double best_score = 0.0;
	gint index = -1;

	*match = (OffhookDialogMatch){.index = -1};
	for (guint i = 0; i < groups->len && best_score < 1.0; i++) {
		const GPtrArray *patterns = groups->pdata[i];

		for (guint j = 0; j < patterns->len; j++) {
			double score =
			    offhook_dialog_matcher_score(heard, patterns->pdata[j], NULL);

			if (score > best_score) {
				best_score = score;
				best = patterns->pdata[j];
				index = (gint)i;
			}
		}
	}
	if (best == NULL || best_score < OFFHOOK_DIALOG_MATCH_MIN) {
		index = offhook_dialog_matcher_find_keyword(heard, groups);
		if (index < 0)
			return FALSE;
		offhook_dialog_match_init(match, heard);
		match->score = OFFHOOK_DIALOG_MATCHER_KEYWORD;
		match->index = index;
		return TRUE;
	}
	offhook_dialog_matcher_score(heard, best, match);
	match->index = index;
	return TRUE;
}
