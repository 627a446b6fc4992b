/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The nearest of a few known words, by edit distance, for error messages. Any thread.
 */

#include "config/nearest.h"

#include <string.h>

/* No key or plugin name is longer; what is longer is nothing like one. */
#define OFFHOOK_NEAREST_MAX 64

/* Optimal string alignment over bytes: three rows are enough. */
static guint
offhook_nearest_measure(const char *a, gsize a_length, const char *b, gsize b_length)
{
	guint rows[3][OFFHOOK_NEAREST_MAX + 1];
	guint *before = rows[0], *last = rows[1], *row = rows[2];

	for (gsize j = 0; j <= b_length; j++)
		last[j] = j;
	for (gsize i = 1; i <= a_length; i++) {
		guint *spare = before;

		row[0] = i;
		for (gsize j = 1; j <= b_length; j++) {
			guint cost = g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]);

			row[j] = MIN(MIN(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = MIN(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = spare;
	}
	return last[b_length];
}

const char *
offhook_nearest_find(const char *word, const char *const *candidates)
{
	gsize length = strlen(word);
	const char *best = NULL;
	guint best_distance = G_MAXUINT;

	if (length > OFFHOOK_NEAREST_MAX)
		return NULL;
	for (gsize i = 0; candidates != NULL && candidates[i] != NULL; i++) {
		gsize candidate_length = strlen(candidates[i]);
		guint distance;

		if (candidate_length > OFFHOOK_NEAREST_MAX)
			continue;
		distance = offhook_nearest_measure(word, length, candidates[i], candidate_length);
		/* Half of the longer word's letters may differ; more is another word. */
		if (distance < best_distance && distance <= MAX(length, candidate_length) / 2) {
			best = candidates[i];
			best_distance = distance;
		}
	}
	return best;
}

char *
offhook_nearest_hint(const char *word, const char *const *candidates)
{
	const char *nearest = offhook_nearest_find(word, candidates);

	return nearest != NULL ? g_strdup_printf(" (did you mean \"%s\"?)", nearest) : g_strdup("");
}
