/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a conversation makes of an utterance while a form is filled: answers, more than was asked
 * for, corrections, and what is none of the form's business. Main thread.
 */

#include "dialog-talk-private.h"

#include "dialog-matcher.h"
#include "dialog-pattern.h"
#include <string.h>

/* An answer that fits this well is one, even if other words were said too. */
#define OFFHOOK_DIALOG_FORM_FITS 0.6
/* A value alone among this much else is not trusted when it may be something else. */
#define OFFHOOK_DIALOG_FORM_MAX_REST 2.0
/* All that "please change the number of people" weighs. */
#define OFFHOOK_DIALOG_FORM_MAX_WEIGHT 4.0
/* A preposition or two. */
#define OFFHOOK_DIALOG_FORM_SMALL_REST 0.5
/* An intent must fit this well to come between a question and something like an answer. */
#define OFFHOOK_DIALOG_FORM_ASIDE 0.75

/* Adds the values of @from to @to. */
static void
offhook_dialog_talk_merge(GHashTable *to, GHashTable *from)
{
	GHashTableIter iter;
	gpointer slot, value;

	g_hash_table_iter_init(&iter, from);
	while (g_hash_table_iter_next(&iter, &slot, &value))
		g_hash_table_replace(to, g_strdup(slot), g_strdup(value));
}

/* What is certainly said of the form's fields. @taken: see offhook_dialog_heard_find() */
static void
offhook_dialog_talk_collect(OffhookDialogTalk *self, const OffhookDialogHeard *heard, guint8 *taken,
			    GHashTable *values)
{
	/* Numbers last: they are in times and days too. */
	for (guint pass = 0; pass < 2; pass++) {
		for (guint i = 0; i < self->state.form->fields->len; i++) {
			const OffhookDialogSlot *slot =
			    ((OffhookDialogField *)self->state.form->fields->pdata[i])->slot;
			gboolean late = slot->type == OFFHOOK_DIALOG_SLOT_NUMBER ||
					slot->type == OFFHOOK_DIALOG_SLOT_DIGITS;
			const char *value;

			if (late != (pass == 1) || g_hash_table_contains(values, slot->name) ||
			    slot->type == OFFHOOK_DIALOG_SLOT_YES_NO)
				continue;
			value = offhook_dialog_heard_find(heard, slot->name, taken, TRUE);
			if (value != NULL)
				g_hash_table_insert(values, g_strdup(slot->name), g_strdup(value));
		}
	}
}

/* How much was said besides what is taken. */
static double
offhook_dialog_talk_weigh_rest(const OffhookDialogHeard *heard, const guint8 *taken)
{
	double rest = 0.0;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	for (guint i = 0; i < n; i++)
		rest += taken[i] == 0 ? offhook_dialog_heard_get_weight(heard, i) : 0.0;
	return rest;
}

/* The answer to the field that was asked for: its value, taken as such even when alone. */
static double
offhook_dialog_talk_read_answer(const OffhookDialogField *field, const OffhookDialogHeard *heard,
				guint8 *taken, GHashTable *values)
{
	double best = 0.0;
	const char *value;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	for (guint i = 0; i < field->patterns->len && best < 1.0; i++) {
		g_auto(OffhookDialogMatch) match = {.index = -1};
		double score =
		    offhook_dialog_matcher_score(heard, field->patterns->pdata[i], &match);

		if (score <= best || score < OFFHOOK_DIALOG_FORM_FITS ||
		    g_hash_table_size(match.values) == 0)
			continue;
		best = score;
		g_hash_table_remove_all(values);
		offhook_dialog_talk_merge(values, match.values);
		memcpy(taken, match.taken, n);
	}
	if (best > 0.0)
		return best;
	value = offhook_dialog_heard_find(heard, field->slot->name, taken, FALSE);
	if (value == NULL)
		return 0.0;
	g_hash_table_replace(values, g_strdup(field->slot->name), g_strdup(value));
	return offhook_dialog_talk_weigh_rest(heard, taken) <= OFFHOOK_DIALOG_FORM_MAX_REST
		   ? OFFHOOK_DIALOG_FORM_FITS
		   : 0.0;
}

/* Does the intent lead to the form that is being filled anyway? */
static gboolean
offhook_dialog_talk_is_own(OffhookDialogTalk *self, const OffhookDialogIntent *intent)
{
	for (guint i = 0; intent != NULL && i < intent->cases->len; i++) {
		const OffhookDialogReply *reply = intent->cases->pdata[i];

		if (reply->form != NULL && g_str_equal(reply->form, self->state.form->name))
			return TRUE;
	}
	return FALSE;
}

/* Follows an intent that is none of the form's business, when it fits well enough. */
static gboolean
offhook_dialog_talk_step_aside(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			       double at_least, double confidence)
{
	g_auto(OffhookDialogGuess) guess = {0};

	offhook_dialog_talk_guess(self, heard, &guess);
	if (guess.intent == NULL || guess.score < at_least ||
	    offhook_dialog_talk_is_own(self, guess.intent))
		return FALSE;
	offhook_dialog_talk_follow(self, &guess, confidence);
	return TRUE;
}

/* No answer to the question: perhaps an intent; perhaps the form, which is being filled already. */
static void
offhook_dialog_talk_hear_other(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			       double confidence)
{
	g_auto(OffhookDialogGuess) guess = {0};

	if (offhook_dialog_talk_step_aside(self, heard, 0.0, confidence))
		return;
	offhook_dialog_talk_guess(self, heard, &guess);
	if (guess.intent == NULL) {
		offhook_dialog_talk_not_understood(self);
		return;
	}
	self->state.unclear = 0;
	offhook_dialog_talk_ask_again(self);
}

/* "yes" and "no", also as the value of a field. */
static gboolean
offhook_dialog_talk_hear_yes_no_field(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				      GHashTable *values)
{
	const OffhookDialogField *field = offhook_dialog_talk_get_field(self);
	gint answer;

	if (field->slot->type != OFFHOOK_DIALOG_SLOT_YES_NO)
		return FALSE;
	answer = offhook_dialog_heard_read_yes_no(heard);
	if (answer < 0)
		return FALSE;
	g_hash_table_replace(values, g_strdup(field->slot->name),
			     g_strdup(answer == 1 ? "yes" : "no"));
	return TRUE;
}

void
offhook_dialog_talk_hear_field(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
			       double confidence)
{
	const OffhookDialogField *field = offhook_dialog_talk_get_field(self);
	g_autoptr(GHashTable) values = offhook_dialog_talk_new_values();
	g_autoptr(GHashTable) answer = offhook_dialog_talk_new_values();
	g_autofree guint8 *taken = NULL;
	g_autofree guint8 *answer_taken = NULL;
	double fits;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	taken = g_new0(guint8, n + 1);
	answer_taken = g_new0(guint8, n + 1);
	fits = offhook_dialog_talk_read_answer(field, heard, answer_taken, answer);
	if (fits < 1.0 && offhook_dialog_talk_step_aside(
			      self, heard, MAX(fits, OFFHOOK_DIALOG_FORM_ASIDE), confidence))
		return;
	if (offhook_dialog_talk_hear_yes_no_field(self, heard, values)) {
		offhook_dialog_talk_fill(self, values);
		return;
	}
	/* Asked for the time, "for eight" is not the number of guests. */
	if (fits > 0.0 && field->slot->type == OFFHOOK_DIALOG_SLOT_TIME &&
	    offhook_dialog_talk_weigh_rest(heard, answer_taken) <= OFFHOOK_DIALOG_FORM_SMALL_REST) {
		offhook_dialog_talk_fill(self, answer);
		return;
	}
	/* What is certain comes first; the answer to the question is found in what remains. */
	offhook_dialog_talk_collect(self, heard, taken, values);
	if (!g_hash_table_contains(values, field->slot->name)) {
		const char *value;

		if (fits >= 1.0) {
			offhook_dialog_talk_merge(values, answer);
		} else {
			value = offhook_dialog_heard_find(heard, field->slot->name, taken, FALSE);
			if (value != NULL && offhook_dialog_talk_weigh_rest(heard, taken) <=
						 OFFHOOK_DIALOG_FORM_MAX_REST)
				g_hash_table_replace(values, g_strdup(field->slot->name),
						     g_strdup(value));
		}
	}
	if (g_hash_table_size(values) > 0)
		offhook_dialog_talk_fill(self, values);
	else
		offhook_dialog_talk_hear_other(self, heard, confidence);
}

/*
 * A value that could belong to one field only, like "eight" where a single number is asked. Returns
 * how many fields it could belong to.
 */
static guint
offhook_dialog_talk_collect_alone(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				  GHashTable *values)
{
	const OffhookDialogSlot *only = NULL;
	const char *found = NULL;
	guint n = 0;

	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogSlot *slot =
		    ((OffhookDialogField *)self->state.form->fields->pdata[i])->slot;
		const char *value = slot->type != OFFHOOK_DIALOG_SLOT_YES_NO
					? offhook_dialog_heard_find(heard, slot->name, NULL, FALSE)
					: NULL;

		if (value == NULL || !offhook_dialog_slot_allows(slot, value))
			continue;
		n++;
		only = slot;
		found = value;
	}
	if (n == 1)
		g_hash_table_replace(values, g_strdup(only->name), g_strdup(found));
	return n;
}

/* A correction is short; in a long story a number or a day means nothing. */
static gboolean
offhook_dialog_talk_is_short(const OffhookDialogHeard *heard)
{
	g_autofree guint8 *none = NULL;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	none = g_new0(guint8, n + 1);
	return offhook_dialog_talk_weigh_rest(heard, none) <= OFFHOOK_DIALOG_FORM_MAX_WEIGHT;
}

/* What the caller corrects. (transfer full) @ambiguous: (out): it could be one thing or another */
static GHashTable *
offhook_dialog_talk_read_correction(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				    gboolean *ambiguous)
{
	GHashTable *values = offhook_dialog_talk_new_values();
	g_autofree guint8 *taken = NULL;
	guint n;

	offhook_dialog_heard_get_words(heard, &n);
	taken = g_new0(guint8, n + 1);
	offhook_dialog_talk_collect(self, heard, taken, values);
	*ambiguous = g_hash_table_size(values) == 0 && offhook_dialog_talk_is_short(heard) &&
		     offhook_dialog_talk_collect_alone(self, heard, values) > 1;
	return values;
}

static gboolean
offhook_dialog_talk_differs(OffhookDialogTalk *self, GHashTable *values)
{
	GHashTableIter iter;
	gpointer slot, value;

	g_hash_table_iter_init(&iter, values);
	while (g_hash_table_iter_next(&iter, &slot, &value)) {
		if (g_strcmp0(g_hash_table_lookup(self->state.values, slot), value) != 0)
			return TRUE;
	}
	return FALSE;
}

/* Is the field's name among the words? */
static gboolean
offhook_dialog_talk_is_named(const OffhookDialogField *field, const OffhookDialogHeard *heard)
{
	const char *const *words;
	guint n;

	words = offhook_dialog_heard_get_words(heard, &n);
	for (guint i = 0; i < field->names->len; i++) {
		for (guint at = 0; at < n; at++) {
			if (offhook_dialog_pattern_read(field->names->pdata[i], words + at) > 0)
				return TRUE;
		}
	}
	return FALSE;
}

/* "the time": asks for that field again. */
static gboolean
offhook_dialog_talk_hear_name(OffhookDialogTalk *self, const OffhookDialogHeard *heard)
{
	for (guint i = 0; offhook_dialog_talk_is_short(heard) && i < self->state.form->fields->len;
	     i++) {
		if (!offhook_dialog_talk_is_named(self->state.form->fields->pdata[i], heard))
			continue;
		self->state.unclear = 0;
		self->state.field = i;
		self->state.asked = OFFHOOK_DIALOG_ASKED_FIELD;
		g_hash_table_remove(self->state.values,
				    offhook_dialog_talk_get_field(self)->slot->name);
		offhook_dialog_talk_ask_again(self);
		return TRUE;
	}
	return FALSE;
}

void
offhook_dialog_talk_hear_confirm(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				 double confidence)
{
	g_autoptr(GHashTable) values = NULL;
	gboolean ambiguous = FALSE;
	gint answer = offhook_dialog_heard_read_yes_no(heard);

	if (offhook_dialog_talk_step_aside(self, heard, OFFHOOK_DIALOG_FORM_ASIDE, confidence))
		return;
	values = offhook_dialog_talk_read_correction(self, heard, &ambiguous);
	if (offhook_dialog_talk_differs(self, values)) {
		offhook_dialog_talk_fill(self, values);
	} else if ((answer == 1 && self->unheard) ||
		   (answer < 0 && g_hash_table_size(values) > 0)) {
		/* The "yes" was to something else, or what was asked has been said back. */
		offhook_dialog_talk_ask_again(self);
	} else if (answer == 1) {
		offhook_dialog_talk_finish_form(self);
	} else if (offhook_dialog_talk_hear_name(self, heard)) {
		return;
	} else if (answer == 0 || ambiguous) {
		self->state.unclear = 0;
		self->state.asked = OFFHOOK_DIALOG_ASKED_CHANGE;
		offhook_dialog_talk_ask_again(self);
	} else {
		offhook_dialog_talk_hear_other(self, heard, confidence);
	}
}

void
offhook_dialog_talk_hear_change(OffhookDialogTalk *self, const OffhookDialogHeard *heard,
				double confidence)
{
	g_autoptr(GHashTable) values = NULL;
	gboolean ambiguous = FALSE;

	if (offhook_dialog_talk_step_aside(self, heard, OFFHOOK_DIALOG_FORM_ASIDE, confidence))
		return;
	values = offhook_dialog_talk_read_correction(self, heard, &ambiguous);
	if (g_hash_table_size(values) > 0)
		offhook_dialog_talk_fill(self, values);
	else if (offhook_dialog_talk_hear_name(self, heard))
		return;
	else if (offhook_dialog_heard_read_yes_no(heard) >= 0)
		offhook_dialog_talk_ask_next(self); /* nothing after all */
	else
		offhook_dialog_talk_hear_other(self, heard, confidence);
}
