/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much of a text was heard. Pure functions; any thread.
 */

#include "turn/heard-text.h"

#include <string.h>

/* A character of text without word times, of a piece whose length is not known yet. */
#define OFFHOOK_HEARD_TEXT_MS_PER_CHAR 60

/* The end of the last word in @words that was heard, in bytes. */
static gsize
offhook_heard_text_get_by_words(const OffhookHeardPiece *piece)
{
	gsize size = strlen(piece->text), length = 0;

	for (guint i = 0; i < piece->n_words; i++) {
		const OffhookWordTime *word = &piece->words[i];
		guint half =
		    word->end_ms > word->start_ms ? (word->end_ms - word->start_ms) / 2 : 0;
		guint missing = MIN(half, OFFHOOK_HEARD_TEXT_TOLERANCE_MS);

		if (piece->heard_ms + missing < word->end_ms)
			break;
		length = MAX(length, (gsize)word->offset + word->length);
	}
	length = MIN(length, size);
	/* An engine that counts wrongly must not make us cut a character. */
	while (length > 0 && ((guchar)piece->text[length] & 0xC0) == 0x80)
		length--;
	return length;
}

static gboolean
offhook_heard_text_is_word(gunichar c)
{
	return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '\'' || c == 0x2019;
}

/*
 * Back from @p, which may be inside a word or even inside a character, to the end of the last whole
 * word. Scripts that are written without spaces have a boundary behind every character.
 */
static gsize
offhook_heard_text_step_back(const char *text, const char *p)
{
	while (p > text && (*p & 0xC0) == 0x80)
		p--;
	while (p > text && *p != '\0') {
		const char *before = g_utf8_prev_char(p);
		gunichar c = g_utf8_get_char(before), next = g_utf8_get_char(p);

		if (!offhook_heard_text_is_word(c) || !offhook_heard_text_is_word(next) ||
		    (g_unichar_iswide(c) && !g_unichar_ismark(next)))
			break;
		p = before;
	}
	while (p > text && !offhook_heard_text_is_word(g_utf8_get_char(g_utf8_prev_char(p))))
		p = g_utf8_prev_char(p);
	return (gsize)(p - text);
}

/* From byte @from, which sounds at @from_ms, to the end, which sounds at @total_ms. */
static gsize
offhook_heard_text_get_by_proportion(const OffhookHeardPiece *piece, gsize from, guint from_ms)
{
	gsize rest = strlen(piece->text + from), cut;
	guint total = piece->total_ms;

	if (!piece->complete)
		total = MAX(total, from_ms + OFFHOOK_HEARD_TEXT_MS_PER_CHAR *
						 (guint)g_utf8_strlen(piece->text + from, -1));
	if (piece->heard_ms <= from_ms || total <= from_ms)
		return from;
	cut = (gsize)((guint64)rest * (piece->heard_ms - from_ms) / (total - from_ms));
	cut = MIN(cut, rest);
	return MAX(from, offhook_heard_text_step_back(piece->text, piece->text + from + cut));
}

gsize
offhook_heard_text_get_length(const OffhookHeardPiece *piece)
{
	const OffhookWordTime *last;
	gsize length, end;

	if (piece->complete && piece->heard_ms >= piece->total_ms)
		return strlen(piece->text);
	if (piece->heard_ms < OFFHOOK_HEARD_TEXT_MIN_MS)
		return 0;
	if (piece->n_words == 0)
		return offhook_heard_text_get_by_proportion(piece, 0, 0);

	last = &piece->words[piece->n_words - 1];
	length = offhook_heard_text_get_by_words(piece);
	end = MIN((gsize)last->offset + last->length, strlen(piece->text));
	if (length < end || piece->heard_ms <= last->end_ms)
		return length;
	/* Behind the last word that the engine has told of. */
	return offhook_heard_text_get_by_proportion(piece, end, last->end_ms);
}

static gboolean
offhook_heard_text_is_asking(gunichar c)
{
	return c == '?' || c == 0xFF1F || c == 0x061F;
}

/* Nothing of a word, in which marks mean something else: "3.50", "What?!" */
static gboolean
offhook_heard_text_ends_sentence(gunichar c, gunichar next)
{
	if (c == 0x3002 || c == 0xFF01 || c == 0xFF1F)
		return TRUE;
	return (c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x061F) &&
	       (next == 0 || g_unichar_isspace(next) || g_unichar_ispunct(next));
}

gboolean
offhook_heard_text_is_question(const char *text, gsize heard)
{
	const char *at = text + heard, *p = at;

	/* Between two sentences it is the one before. */
	while (p > text && !offhook_heard_text_is_word(g_utf8_get_char(g_utf8_prev_char(p)))) {
		p = g_utf8_prev_char(p);
		if (offhook_heard_text_is_asking(g_utf8_get_char(p)))
			return TRUE;
	}
	for (p = at; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (offhook_heard_text_ends_sentence(c, g_utf8_get_char(g_utf8_next_char(p))))
			return offhook_heard_text_is_asking(c);
	}
	return FALSE;
}

/* Two texts meet: a space, unless there is one or the script has none. */
static gboolean
offhook_heard_text_needs_space(const GString *joined, const char *next)
{
	gunichar before = g_utf8_get_char(g_utf8_prev_char(joined->str + joined->len));
	gunichar after = g_utf8_get_char(next);

	return !g_unichar_isspace(before) && !g_unichar_isspace(after) &&
	       !(g_unichar_iswide(before) && g_unichar_iswide(after));
}

char *
offhook_heard_text_join(const OffhookHeardPiece *pieces, guint n)
{
	GString *joined = g_string_new(NULL);

	for (guint i = 0; i < n; i++) {
		gsize length = offhook_heard_text_get_length(&pieces[i]);

		if (length == 0)
			continue;
		if (joined->len > 0 && offhook_heard_text_needs_space(joined, pieces[i].text))
			g_string_append_c(joined, ' ');
		g_string_append_len(joined, pieces[i].text, (gssize)length);
	}
	return g_string_free(joined, FALSE);
}
