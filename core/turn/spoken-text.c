/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Matching and timing of text that is spoken elsewhere. Pure functions; any thread.
 */

#include "turn/spoken-text.h"

#include <string.h>

/* How many words may be spelled differently in a row. */
#define OFFHOOK_SPOKEN_TEXT_SKIP 8

/* What one character of a kind takes. */
#define OFFHOOK_SPOKEN_TEXT_CHAR_MS     70
#define OFFHOOK_SPOKEN_TEXT_DIGIT_MS    300
#define OFFHOOK_SPOKEN_TEXT_WIDE_MS     220
#define OFFHOOK_SPOKEN_TEXT_PAUSE_MS    200
#define OFFHOOK_SPOKEN_TEXT_SENTENCE_MS 400

typedef struct {
	char *key; /* how it is compared */
	gsize end; /* in the text */
} OffhookSpokenWord;

static void
offhook_spoken_word_clear(gpointer data)
{
	g_free(((OffhookSpokenWord *)data)->key);
}

static gboolean
offhook_spoken_text_is_apostrophe(gunichar c)
{
	return c == '\'' || c == 0x2019;
}

static gboolean
offhook_spoken_text_is_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c) || offhook_spoken_text_is_apostrophe(c);
}

/* Scripts without spaces: every character is a word. */
static gboolean
offhook_spoken_text_ends_word(gunichar c, gunichar next)
{
	return !offhook_spoken_text_is_word(next) ||
	       (!g_unichar_ismark(next) && (g_unichar_iswide(c) || g_unichar_iswide(next)));
}

static char *
offhook_spoken_word_make_key(const char *text, gsize length)
{
	g_autofree char *normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_ALL);
	g_autofree char *folded = g_utf8_casefold(normal, -1);
	GString *key = g_string_new(NULL);

	for (const char *p = folded; *p != '\0'; p = g_utf8_next_char(p))
		if (!offhook_spoken_text_is_apostrophe(g_utf8_get_char(p)))
			g_string_append_unichar(key, g_utf8_get_char(p));
	return g_string_free(key, FALSE);
}

/* (element-type OffhookSpokenWord) */
static GArray *
offhook_spoken_text_split(const char *text)
{
	GArray *words = g_array_new(FALSE, FALSE, sizeof(OffhookSpokenWord));
	const char *begin = NULL;

	g_array_set_clear_func(words, offhook_spoken_word_clear);
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		const char *next = g_utf8_next_char(p);
		OffhookSpokenWord word;

		if (!offhook_spoken_text_is_word(c))
			continue;
		if (begin == NULL)
			begin = p;
		if (!offhook_spoken_text_ends_word(c, g_utf8_get_char(next)))
			continue;
		word.key = offhook_spoken_word_make_key(begin, (gsize)(next - begin));
		word.end = (gsize)(next - text);
		if (*word.key != '\0')
			g_array_append_val(words, word);
		else
			offhook_spoken_word_clear(&word);
		begin = NULL;
	}
	return words;
}

static gboolean
offhook_spoken_text_is_same(GArray *text, guint at, GArray *spoken, guint word)
{
	return g_str_equal(g_array_index(text, OffhookSpokenWord, at).key,
			   g_array_index(spoken, OffhookSpokenWord, word).key);
}

/* Where all of @spoken stands in a row; -1 for nowhere. */
static gint
offhook_spoken_text_find(GArray *text, GArray *spoken)
{
	for (guint at = 0; at + spoken->len <= text->len; at++) {
		guint n = 0;

		while (n < spoken->len && offhook_spoken_text_is_same(text, at + n, spoken, n))
			n++;
		if (n == spoken->len)
			return (gint)at;
	}
	return -1;
}

/* The last word of @text that is reached going along @spoken; -1 for none. */
static gint
offhook_spoken_text_follow(GArray *text, GArray *spoken)
{
	gint last = -1;

	for (guint n = 0; n < spoken->len; n++) {
		guint from = (guint)(last + 1);

		for (guint at = from; at < text->len && at <= from + OFFHOOK_SPOKEN_TEXT_SKIP; at++)
			if (offhook_spoken_text_is_same(text, at, spoken, n)) {
				last = (gint)at;
				break;
			}
	}
	return last;
}

gboolean
offhook_spoken_text_match(const char *text, const char *spoken, gsize *length)
{
	g_autoptr(GArray) ours = offhook_spoken_text_split(text);
	g_autoptr(GArray) theirs = offhook_spoken_text_split(spoken);
	gint last;

	*length = 0;
	if (theirs->len == 0)
		return TRUE;
	last = offhook_spoken_text_find(ours, theirs);
	if (last >= 0)
		last += (gint)theirs->len - 1;
	else
		last = offhook_spoken_text_follow(ours, theirs);
	if (last < 0)
		return FALSE;
	*length = last + 1 == (gint)ours->len ? strlen(text)
					      : g_array_index(ours, OffhookSpokenWord, last).end;
	return TRUE;
}

/* ---- time ---- */

static guint
offhook_spoken_text_get_char_ms(gunichar c, gunichar next)
{
	gboolean last = c < 0x80 && (next == 0 || g_unichar_isspace(next));

	if (g_unichar_isdigit(c))
		return OFFHOOK_SPOKEN_TEXT_DIGIT_MS;
	if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F || (last && strchr(".!?", (gint)c) != NULL))
		return OFFHOOK_SPOKEN_TEXT_SENTENCE_MS;
	if (c == 0x3001 || c == 0xFF0C || (last && strchr(",;:", (gint)c) != NULL))
		return OFFHOOK_SPOKEN_TEXT_PAUSE_MS;
	if (g_unichar_iswide(c))
		return OFFHOOK_SPOKEN_TEXT_WIDE_MS;
	return g_unichar_isalnum(c) || g_unichar_isspace(c) ? OFFHOOK_SPOKEN_TEXT_CHAR_MS : 0;
}

guint
offhook_spoken_text_estimate_ms(const char *text)
{
	guint ms = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		ms += offhook_spoken_text_get_char_ms(g_utf8_get_char(p),
						      g_utf8_get_char(g_utf8_next_char(p)));
	return ms;
}

gsize
offhook_spoken_text_estimate_length(const char *text, guint ms)
{
	guint spent = 0;
	gsize length = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		const char *next = g_utf8_next_char(p);

		spent += offhook_spoken_text_get_char_ms(c, g_utf8_get_char(next));
		if (spent > ms)
			return length;
		if (offhook_spoken_text_is_word(c) &&
		    offhook_spoken_text_ends_word(c, g_utf8_get_char(next)))
			length = (gsize)(next - text);
	}
	return strlen(text);
}
