/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One utterance and the slot values in it. Pure, used by one thread at a time.
 */

#include "dialog-heard.h"

#include "language-words.h"
#include "language-yes-no.h"
#include <string.h>

/* What may follow "right" or "please" when that is the answer: a word. */
#define OFFHOOK_DIALOG_HEARD_MAX_AFTER_ANSWER 1.0

struct _OffhookDialogHeard {
	char **words;
	guint n;
	double *weights;
	GHashTable *readings; /* slot name (not owned) -> GPtrArray of GArray, by word */
};

/*
 * A number inside a longer time or day ("seven" of "half past seven") is none: it would be taken
 * for the number of guests.
 */
static void
offhook_dialog_heard_prune(GPtrArray *numbers, const GPtrArray *others)
{
	for (guint at = 0; at < others->len; at++) {
		const GArray *found = others->pdata[at];

		for (guint i = 0; i < found->len; i++) {
			const OffhookDialogReading *one =
			    &g_array_index(found, OffhookDialogReading, i);

			for (guint k = at; one->sure && k < at + one->length; k++) {
				GArray *here = numbers->pdata[k];

				for (guint j = here->len; j > 0; j--) {
					const OffhookDialogReading *number =
					    &g_array_index(here, OffhookDialogReading, j - 1);

					if (number->length < one->length)
						g_array_remove_index(here, j - 1);
				}
			}
		}
	}
}

static void
offhook_dialog_heard_prune_all(OffhookDialogHeard *self, GHashTable *slots)
{
	GHashTableIter iter, inner;
	gpointer key, slot, other_key, other;

	g_hash_table_iter_init(&iter, slots);
	while (g_hash_table_iter_next(&iter, &key, &slot)) {
		if (((OffhookDialogSlot *)slot)->type != OFFHOOK_DIALOG_SLOT_NUMBER)
			continue;
		g_hash_table_iter_init(&inner, slots);
		while (g_hash_table_iter_next(&inner, &other_key, &other)) {
			OffhookDialogSlotType type = ((OffhookDialogSlot *)other)->type;

			if (type == OFFHOOK_DIALOG_SLOT_TIME || type == OFFHOOK_DIALOG_SLOT_DAY)
				offhook_dialog_heard_prune(
				    g_hash_table_lookup(self->readings, key),
				    g_hash_table_lookup(self->readings, other_key));
		}
	}
}

OffhookDialogHeard *
offhook_dialog_heard_new(const char *text, GHashTable *slots, GDateTime *now)
{
	OffhookDialogHeard *self = g_new0(OffhookDialogHeard, 1);
	GHashTableIter iter;
	gpointer key, slot;

	self->words = offhook_language_words_split(text);
	self->n = g_strv_length(self->words);
	self->weights = g_new0(double, self->n + 1);
	for (guint i = 0; i < self->n; i++)
		self->weights[i] = offhook_language_words_get_weight(self->words[i]);

	self->readings =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
	g_hash_table_iter_init(&iter, slots);
	while (g_hash_table_iter_next(&iter, &key, &slot)) {
		GPtrArray *by_word = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

		for (guint i = 0; i < self->n; i++) {
			GArray *readings = offhook_dialog_readings_new();

			offhook_dialog_slot_read(slot, (const char *const *)self->words, i, now,
						 readings);
			g_ptr_array_add(by_word, readings);
		}
		g_hash_table_insert(self->readings, key, by_word);
	}
	offhook_dialog_heard_prune_all(self, slots);
	return self;
}

void
offhook_dialog_heard_free(OffhookDialogHeard *self)
{
	if (self == NULL)
		return;
	g_strfreev(self->words);
	g_free(self->weights);
	g_hash_table_unref(self->readings);
	g_free(self);
}

const char *const *
offhook_dialog_heard_get_words(const OffhookDialogHeard *self, guint *n)
{
	*n = self->n;
	return (const char *const *)self->words;
}

double
offhook_dialog_heard_get_weight(const OffhookDialogHeard *self, guint at)
{
	return self->weights[at];
}

const GArray *
offhook_dialog_heard_get_readings(const OffhookDialogHeard *self, const char *slot, guint at)
{
	GPtrArray *by_word = g_hash_table_lookup(self->readings, slot);

	return by_word != NULL && at < by_word->len ? by_word->pdata[at] : NULL;
}

static gboolean
offhook_dialog_heard_is_free(const guint8 *taken, guint at, guint length)
{
	return taken == NULL || memchr(taken + at, 1, length) == NULL;
}

const char *
offhook_dialog_heard_find(const OffhookDialogHeard *self, const char *slot, guint8 *taken,
			  gboolean sure)
{
	for (guint at = 0; at < self->n; at++) {
		const GArray *readings = offhook_dialog_heard_get_readings(self, slot, at);

		for (guint i = 0; readings != NULL && i < readings->len; i++) {
			const OffhookDialogReading *one =
			    &g_array_index(readings, OffhookDialogReading, i);

			if ((sure && !one->sure) ||
			    !offhook_dialog_heard_is_free(taken, at, one->length))
				continue;
			if (taken != NULL)
				memset(taken + at, 1, one->length);
			return one->value;
		}
	}
	return NULL;
}

/* How much is said from @at on that is no further yes or no. */
static double
offhook_dialog_heard_weigh_from(const OffhookDialogHeard *self, guint at)
{
	double rest = 0.0;

	while (at < self->n) {
		gboolean yes = FALSE;
		guint length =
		    offhook_language_yes_no_read("en", (const char *const *)self->words + at, &yes);

		if (length == 0)
			rest += self->weights[at++];
		else
			at += length;
	}
	return rest;
}

gint
offhook_dialog_heard_read_yes_no(const OffhookDialogHeard *self)
{
	static const char *const plain[] = {"yes", "yeah", "yep", "yup", "no", "nope", "nah", NULL};
	guint at = 0;
	gboolean yes = FALSE;
	guint length;

	/* "okay" is a filler and an answer */
	for (;; at++) {
		length =
		    offhook_language_yes_no_read("en", (const char *const *)self->words + at, &yes);
		if (length > 0 || at >= self->n || self->weights[at] > 0.2)
			break;
	}
	if (length == 0)
		return -1;
	/* "Right" is an answer, "right after lunch" is none. */
	if (!g_strv_contains(plain, self->words[at]) &&
	    offhook_dialog_heard_weigh_from(self, at + length) >
		OFFHOOK_DIALOG_HEARD_MAX_AFTER_ANSWER)
		return -1;
	return yes ? 1 : 0;
}
