/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Words: how a text is made comparable before a database indexes it, and what a person who searches
 * has written. Both databases are given words that are folded here, so that they find the same. Any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Most words that a query may have, and bytes that it may be long. */
#define OFFHOOK_SEARCH_MAX_WORDS 32
#define OFFHOOK_SEARCH_MAX_BYTES 1000

/**
 * offhook_search_fold:
 * @text: valid UTF-8
 *
 * Its words with a space between them: without case, accents and points, "Straße, Café!" is "strasse
 * cafe". What is written without spaces between words (Chinese, Japanese, Thai, ...) is a word per
 * character. (transfer full)
 */
char *offhook_search_fold(const char *text);

/** What is looked for: each of its terms has to be there. */
typedef struct _OffhookSearchQuery OffhookSearchQuery;

/**
 * offhook_search_query_new:
 * @text: words in any order; words in "double quotes" stand side by side; a word may be cut off with *
 *   after three characters or more. Nothing else has a meaning
 *
 * %OFFHOOK_ERROR_INVALID_ARGUMENT for a text without a word, and for one that is too long.
 */
OffhookSearchQuery *offhook_search_query_new(const char *text, GError **error);
void offhook_search_query_free(OffhookSearchQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSearchQuery, offhook_search_query_free)

/** For MATCH of SQLite's FTS5. (transfer full) */
char *offhook_search_query_to_fts5(OffhookSearchQuery *self);
/** For @@ of PostgreSQL: that all words are there. (transfer full) */
char *offhook_search_query_to_tsquery(OffhookSearchQuery *self);
/**
 * For LIKE, what that leaves open: that words are side by side, in words with a space before and after;
 * joined by "|". (transfer full) (nullable): nothing is open
 */
char *offhook_search_query_to_patterns(OffhookSearchQuery *self);

/** Part of a text around the first word that was looked for. */
typedef struct {
	char *text;     /* with "…" where it was cut */
	GArray *places; /* (element-type OffhookSearchPlace): of those words, in order */
} OffhookSearchSnippet;

/** In characters of the snippet's text. */
typedef struct {
	guint start;
	guint length;
} OffhookSearchPlace;

/** @content: valid UTF-8. (transfer full) */
OffhookSearchSnippet *offhook_search_query_make_snippet(OffhookSearchQuery *self,
							const char *content);
void offhook_search_snippet_free(OffhookSearchSnippet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSearchSnippet, offhook_search_snippet_free)

G_END_DECLS
