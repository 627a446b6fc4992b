/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Words against words, folded as they are for searching transcripts. A word's weight is how few of the
 * memories have it; a memory's score is the weight of the words it shares with the query, as a part of
 * all of the query's. Any thread.
 */

#include "memory/memory-rank.h"

#include <math.h>
#include <offhook/memory.h>
#include <string.h>

#include "store/sql/search-text.h"

/* Texts about anything have something in common: nearer than this they are about the same. */
#define OFFHOOK_MEMORY_RANK_FAR 0.3

/* Shorter ones are compared as they are. */
#define OFFHOOK_MEMORY_RANK_MIN_STEM 4

/* Folded. What a sentence is held together with, and says nothing by itself: English and German. */
static const char offhook_memory_rank_fillers[] =
    " a about again all also am an and any are as at be because been but by can could did do does "
    "don for from get give go going got had has have he hello hey hi him his how i if in into is "
    "it its just know let like ll m may me my no not of off oh ok okay on or our out please re s "
    "say said see she should so some t tell than thank thanks that the their them then there these "
    "they this those to up us ve very want was we well were what when where which who why will "
    "with would yes you your "
    "aber alle als also am an auch auf aus bei bin bis bist bitte da danke dann das dass dem den "
    "der des die dies doch ein eine einem einen einer er es etwas fur gerne guten hab habe haben "
    "hallo hat hatte hier ich ihm ihn ihr im ist ja jetzt kann kein konnen konnte mal man mein "
    "meine meinen meiner mich mir mit mochte muss nach nein nicht noch nun nur oder schon sehr "
    "sein "
    "sich sie sind so tag um und uns vom von vor war was wenn wer wie will wir wo wurde zu zum "
    "zur ";

static gboolean
offhook_memory_rank_is_filler(const char *word)
{
	g_autofree char *padded = g_strconcat(" ", word, " ", NULL);

	return strstr(offhook_memory_rank_fillers, padded) != NULL;
}

/* "table" and "tables", "allergy" and "allergic". */
static gboolean
offhook_memory_rank_match(const char *a, const char *b)
{
	gsize shorter = MIN(strlen(a), strlen(b));
	gsize stem = MAX(shorter - MAX(shorter / 4, 1), OFFHOOK_MEMORY_RANK_MIN_STEM);

	if (shorter < OFFHOOK_MEMORY_RANK_MIN_STEM)
		return g_str_equal(a, b);
	return strncmp(a, b, stem) == 0;
}

static gboolean
offhook_memory_rank_has(char **words, const char *wanted)
{
	for (; *words != NULL; words++)
		if (offhook_memory_rank_match(*words, wanted))
			return TRUE;
	return FALSE;
}

/* (transfer full) (element-type utf8): each once */
static GPtrArray *
offhook_memory_rank_read_query(const char *query)
{
	const char *end = query + MIN(strlen(query), OFFHOOK_MEMORY_MAX_QUERY);
	g_autofree char *start = g_strndup(query, (gsize)(end - query));
	g_autofree char *valid = g_utf8_make_valid(start, -1);
	g_autofree char *folded = offhook_search_fold(valid);
	g_auto(GStrv) words = g_strsplit(folded, " ", -1);
	GPtrArray *terms = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; words[i] != NULL && terms->len < OFFHOOK_SEARCH_MAX_WORDS; i++)
		if (*words[i] != '\0' && !offhook_memory_rank_is_filler(words[i]) &&
		    !g_ptr_array_find_with_equal_func(terms, words[i], g_str_equal, NULL))
			g_ptr_array_add(terms, g_strdup(words[i]));
	return terms;
}

/* "name Ada": what it is about can be asked for, too. (transfer full) */
static char **
offhook_memory_rank_read_record(const OffhookMemoryRecord *record)
{
	g_autofree char *whole =
	    g_strjoin(" ", record->text, record->key != NULL ? record->key : "", NULL);
	g_autofree char *folded = offhook_search_fold(whole);

	return g_strsplit(folded, " ", -1);
}

static double
offhook_memory_rank_weigh(GPtrArray *all_words, const char *term)
{
	guint n = 0;

	for (guint i = 0; i < all_words->len; i++)
		if (offhook_memory_rank_has(g_ptr_array_index(all_words, i), term))
			n++;
	return log(1 + (all_words->len + 1) / (n + 0.5));
}

static gint
offhook_memory_rank_compare(gconstpointer a, gconstpointer b)
{
	const OffhookMemoryHit *one = a;
	const OffhookMemoryHit *other = b;

	if (one->score != other->score)
		return one->score > other->score ? -1 : 1;
	if (one->record->created_us != other->record->created_us)
		return one->record->created_us > other->record->created_us ? -1 : 1;
	return strcmp(one->record->id, other->record->id);
}

/* How near its text is in meaning, 0 to 1. @cosines: (nullable) */
static double
offhook_memory_rank_get_meaning(const OffhookMemoryRecord *record, GHashTable *cosines)
{
	const double *found = cosines != NULL ? g_hash_table_lookup(cosines, record->id) : NULL;
	double cosine = found != NULL ? *found : 0;

	return MAX(cosine - OFFHOOK_MEMORY_RANK_FAR, 0) / (1 - OFFHOOK_MEMORY_RANK_FAR);
}

/* What words and meaning find is found all the more. */
static double
offhook_memory_rank_join(double words, double meaning)
{
	return 1 - (1 - MIN(words, 1)) * (1 - MIN(meaning, 1));
}

GArray *
offhook_memory_rank(GPtrArray *records, const char *query, GHashTable *cosines, guint limit)
{
	g_autoptr(GPtrArray) terms = offhook_memory_rank_read_query(query);
	g_autoptr(GPtrArray) all_words = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	g_autofree double *weights = g_new(double, terms->len + 1);
	GArray *hits = g_array_new(FALSE, FALSE, sizeof(OffhookMemoryHit));
	double whole = 0;

	for (guint i = 0; i < records->len; i++)
		g_ptr_array_add(all_words,
				offhook_memory_rank_read_record(g_ptr_array_index(records, i)));
	for (guint t = 0; t < terms->len; t++) {
		weights[t] = offhook_memory_rank_weigh(all_words, g_ptr_array_index(terms, t));
		whole += weights[t];
	}
	for (guint i = 0; i < records->len; i++) {
		OffhookMemoryHit hit = {.record = g_ptr_array_index(records, i)};
		double words = 0;

		for (guint t = 0; t < terms->len; t++)
			if (offhook_memory_rank_has(g_ptr_array_index(all_words, i),
						    g_ptr_array_index(terms, t)))
				words += weights[t] / whole;
		hit.score = offhook_memory_rank_join(
		    words, offhook_memory_rank_get_meaning(hit.record, cosines));
		if (hit.score > 0)
			g_array_append_val(hits, hit);
	}
	g_array_sort(hits, offhook_memory_rank_compare);
	g_array_set_size(hits, MIN(hits->len, limit));
	return hits;
}
