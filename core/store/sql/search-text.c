/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Words, queries made of them, and snippets. Plain values. Any thread.
 */

#include "store/sql/search-text.h"

#include <string.h>

#include "base/json.h"

/* A longer word is cut in what is stored and in what is looked for alike; indexes have their limits. */
#define OFFHOOK_SEARCH_WORD_BYTES 120
#define OFFHOOK_SEARCH_FOLD_BYTES (256 * 1024)

/* With fewer before the * nearly every message would match, and be looked at. */
#define OFFHOOK_SEARCH_MIN_PREFIX 3

#define OFFHOOK_SEARCH_SNIPPET_CHARS 160
#define OFFHOOK_SEARCH_SNIPPET_LEAD  40 /* of them before the first word found */

/* ---- words ---- */

static gboolean
offhook_search_is_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* Written without spaces between words, so that a character has to do for a word. */
static gboolean
offhook_search_stands_alone(gunichar c)
{
	if (c < 0x0e00)
		return FALSE;
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
		return TRUE;
	default:
		return FALSE;
	}
}

/* Accents and vowel points; not what makes another letter of an Indian or a Japanese one (7 to 9). */
static gboolean
offhook_search_is_accent(gunichar c)
{
	int combining = g_unichar_combining_class(c);

	return combining == 1 || combining >= 10;
}

/* The next piece of @text that is all word: from *start to the returned end, which *start passes. */
static const char *
offhook_search_next(const char *text, const char **start)
{
	const char *end;

	while (*text != '\0' && !offhook_search_is_word(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	*start = text;
	if (*text == '\0')
		return NULL;
	end = g_utf8_next_char(text);
	if (offhook_search_stands_alone(g_utf8_get_char(text)))
		return end;
	while (*end != '\0' && offhook_search_is_word(g_utf8_get_char(end)) &&
	       !offhook_search_stands_alone(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	return end;
}

static gboolean
offhook_search_is_ascii(const char *start, const char *end)
{
	while (start < end && (guchar)*start < 0x80)
		start++;
	return start == end;
}

/* A piece without case and accents; a fraction or a ligature becomes several letters. (transfer full) */
static char *
offhook_search_fold_piece(const char *start, const char *end)
{
	g_autofree char *apart = NULL;
	g_autofree char *folded = NULL;
	g_autoptr(GString) bare = NULL;

	if (offhook_search_is_ascii(start, end))
		return g_ascii_strdown(start, end - start);
	apart = g_utf8_normalize(start, end - start, G_NORMALIZE_ALL);
	bare = g_string_sized_new(strlen(apart));
	for (const char *p = apart; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (!offhook_search_is_accent(c))
			g_string_append_unichar(bare, c);
	}
	folded = g_utf8_casefold(bare->str, (gssize)bare->len);
	return g_utf8_normalize(folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

static void
offhook_search_add_word(GString *words, const char *start, gsize length)
{
	if (length > OFFHOOK_SEARCH_WORD_BYTES) {
		const char *cut =
		    g_utf8_find_prev_char(start, start + OFFHOOK_SEARCH_WORD_BYTES + 1);

		length = (gsize)(cut - start);
	}
	if (words->len + length + 1 > OFFHOOK_SEARCH_FOLD_BYTES)
		return;
	if (words->len > 0)
		g_string_append_c(words, ' ');
	g_string_append_len(words, start, (gssize)length);
}

/* Adds the words of a piece, mostly one. */
static void
offhook_search_add_piece(GString *words, const char *start, const char *end)
{
	g_autofree char *folded = offhook_search_fold_piece(start, end);
	const char *rest = folded;
	const char *word;

	while ((rest = offhook_search_next(rest, &word)) != NULL)
		offhook_search_add_word(words, word, (gsize)(rest - word));
}

char *
offhook_search_fold(const char *text)
{
	GString *words = g_string_new(NULL);
	const char *start;

	while ((text = offhook_search_next(text, &start)) != NULL)
		offhook_search_add_piece(words, start, text);
	return g_string_free(words, FALSE);
}

/* ---- queries ---- */

typedef struct {
	char *phrase; /* its words, folded, with a space between them */
	char **words;
	gboolean prefix; /* the last word may go on */
} OffhookSearchTerm;

struct _OffhookSearchQuery {
	GPtrArray *terms; /* of OffhookSearchTerm */
	guint n_words;
	gboolean too_short; /* a beginning of a word is */
};

static void
offhook_search_term_free(gpointer data)
{
	OffhookSearchTerm *term = data;

	g_free(term->phrase);
	g_strfreev(term->words);
	g_free(term);
}

static void
offhook_search_query_add(OffhookSearchQuery *self, const char *start, const char *end,
			 gboolean prefix)
{
	g_autofree char *text = g_strndup(start, (gsize)(end - start));
	OffhookSearchTerm *term;
	g_autofree char *phrase = offhook_search_fold(text);

	if (*phrase == '\0')
		return;
	term = g_new0(OffhookSearchTerm, 1);
	term->words = g_strsplit(phrase, " ", -1);
	term->phrase = g_steal_pointer(&phrase);
	term->prefix = prefix;
	self->n_words += g_strv_length(term->words);
	if (prefix && g_utf8_strlen(term->words[g_strv_length(term->words) - 1], -1) <
			  OFFHOOK_SEARCH_MIN_PREFIX)
		self->too_short = TRUE;
	g_ptr_array_add(self->terms, term);
}

/* What is in quotes, or up to the next space: "don't" is two words side by side. */
static void
offhook_search_query_parse(OffhookSearchQuery *self, const char *text)
{
	while (*text != '\0') {
		gboolean quoted = *text == '"';
		const char *start = quoted ? text + 1 : text;
		const char *end = start + strcspn(start, quoted ? "\"" : " \t\r\n\"");

		offhook_search_query_add(self, start, end,
					 !quoted && end > start && end[-1] == '*');
		text = *end != '\0' && (quoted || *end != '"') ? end + 1 : end;
	}
}

OffhookSearchQuery *
offhook_search_query_new(const char *text, GError **error)
{
	g_autoptr(OffhookSearchQuery) self = g_new0(OffhookSearchQuery, 1);

	self->terms = g_ptr_array_new_with_free_func(offhook_search_term_free);
	if (text == NULL || !g_utf8_validate(text, -1, NULL)) {
		offhook_json_refuse(error, "text", "(hidden)", "valid UTF-8");
		return NULL;
	}
	if (strlen(text) > OFFHOOK_SEARCH_MAX_BYTES) {
		offhook_json_refuse(error, "text", "(too long)",
				    "at most " G_STRINGIFY(OFFHOOK_SEARCH_MAX_BYTES) " bytes");
		return NULL;
	}
	offhook_search_query_parse(self, text);
	if (self->n_words < 1 || self->n_words > OFFHOOK_SEARCH_MAX_WORDS)
		offhook_json_refuse(error, "text", text,
				    "1 to " G_STRINGIFY(OFFHOOK_SEARCH_MAX_WORDS) " words");
	else if (self->too_short)
		offhook_json_refuse(error, "text", text,
				    G_STRINGIFY(OFFHOOK_SEARCH_MIN_PREFIX) " characters or more "
									   "before a *");
	else
		return g_steal_pointer(&self);
	return NULL;
}

void
offhook_search_query_free(OffhookSearchQuery *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->terms);
	g_free(self);
}

/* Folded words hold neither quotes nor spaces nor signs, so quoting them is all there is to do. */
char *
offhook_search_query_to_fts5(OffhookSearchQuery *self)
{
	GString *match = g_string_new(NULL);

	for (guint i = 0; i < self->terms->len; i++) {
		const OffhookSearchTerm *term = g_ptr_array_index(self->terms, i);

		g_string_append_printf(match, "%s\"%s\"%s", i > 0 ? " AND " : "", term->phrase,
				       term->prefix ? " *" : "");
	}
	return g_string_free(match, FALSE);
}

char *
offhook_search_query_to_tsquery(OffhookSearchQuery *self)
{
	GString *match = g_string_new(NULL);

	for (guint i = 0; i < self->terms->len; i++) {
		const OffhookSearchTerm *term = g_ptr_array_index(self->terms, i);

		for (guint w = 0; term->words[w] != NULL; w++)
			g_string_append_printf(
			    match, "%s'%s'%s", match->len > 0 ? " & " : "", term->words[w],
			    term->prefix && term->words[w + 1] == NULL ? ":*" : "");
	}
	return g_string_free(match, FALSE);
}

char *
offhook_search_query_to_patterns(OffhookSearchQuery *self)
{
	GString *patterns = g_string_new(NULL);

	for (guint i = 0; i < self->terms->len; i++) {
		const OffhookSearchTerm *term = g_ptr_array_index(self->terms, i);

		if (term->words[1] != NULL)
			g_string_append_printf(patterns, "%s%% %s%s%%",
					       patterns->len > 0 ? "|" : "", term->phrase,
					       term->prefix ? "" : " ");
	}
	return g_string_free(patterns, patterns->len == 0);
}

/* ---- snippets ---- */

static gboolean
offhook_search_query_has(OffhookSearchQuery *self, const char *word)
{
	for (guint i = 0; i < self->terms->len; i++) {
		const OffhookSearchTerm *term = g_ptr_array_index(self->terms, i);

		for (guint w = 0; term->words[w] != NULL; w++) {
			if (g_str_equal(term->words[w], word) ||
			    (term->prefix && term->words[w + 1] == NULL &&
			     g_str_has_prefix(word, term->words[w])))
				return TRUE;
		}
	}
	return FALSE;
}

/* Whether one of the words of a piece of the content was looked for. */
static gboolean
offhook_search_query_hits(OffhookSearchQuery *self, const char *start, const char *end)
{
	g_autoptr(GString) folded = g_string_new(NULL);
	g_auto(GStrv) words = NULL;

	offhook_search_add_piece(folded, start, end);
	words = g_strsplit(folded->str, " ", -1);
	for (guint i = 0; words[i] != NULL; i++)
		if (offhook_search_query_has(self, words[i]))
			return TRUE;
	return FALSE;
}

/* The next piece from @text on that was looked for; %NULL: there is none. */
static const char *
offhook_search_query_find(OffhookSearchQuery *self, const char *text, const char **start)
{
	while ((text = offhook_search_next(text, start)) != NULL)
		if (offhook_search_query_hits(self, *start, text))
			return text;
	return NULL;
}

/* Where the snippet begins: some characters before @found, at the beginning of a word. */
static const char *
offhook_search_snippet_begin(const char *content, const char *found)
{
	const char *begin = found;

	for (guint i = 0; i < OFFHOOK_SEARCH_SNIPPET_LEAD && begin > content; i++)
		begin = g_utf8_prev_char(begin);
	if (begin == content)
		return begin;
	for (const char *p = begin; p < found; p = g_utf8_next_char(p))
		if (g_unichar_isspace(g_utf8_get_char(p)))
			return g_utf8_next_char(p);
	return begin;
}

/* Copies, one line of it: a character stays a character, so that places can be told. */
static void
offhook_search_snippet_copy(GString *text, const char *begin, const char *end)
{
	for (const char *p = begin; p < end; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		g_string_append_unichar(text, g_unichar_iscntrl(c) ? ' ' : c);
	}
}

OffhookSearchSnippet *
offhook_search_query_make_snippet(OffhookSearchQuery *self, const char *content)
{
	OffhookSearchSnippet *snippet = g_new0(OffhookSearchSnippet, 1);
	GString *text = g_string_new(NULL);
	const char *found = content;
	const char *next = offhook_search_query_find(self, content, &found);
	const char *begin = offhook_search_snippet_begin(content, next != NULL ? found : content);
	const char *end = begin;

	snippet->places = g_array_new(FALSE, FALSE, sizeof(OffhookSearchPlace));
	for (guint i = 0; i < OFFHOOK_SEARCH_SNIPPET_CHARS && *end != '\0'; i++)
		end = g_utf8_next_char(end);
	if (begin > content)
		g_string_append(text, "…");
	offhook_search_snippet_copy(text, begin, end);
	if (*end != '\0')
		g_string_append(text, "…");
	while (next != NULL && next <= end) {
		OffhookSearchPlace place = {(guint)g_utf8_pointer_to_offset(begin, found) +
						(begin > content ? 1 : 0),
					    (guint)g_utf8_pointer_to_offset(found, next)};

		g_array_append_val(snippet->places, place);
		next = offhook_search_query_find(self, next, &found);
	}
	snippet->text = g_string_free(text, FALSE);
	return snippet;
}

void
offhook_search_snippet_free(OffhookSearchSnippet *self)
{
	if (self == NULL)
		return;
	g_free(self->text);
	g_array_unref(self->places);
	g_free(self);
}
