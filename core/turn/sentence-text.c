/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the sentence splitter knows of characters and of Markdown. Pure functions; any thread.
 */

#include "turn/sentence-text.h"

#include <string.h>

/* How far a link's parts or a tag may be apart: beyond that the brackets are just brackets. */
#define OFFHOOK_SENTENCE_MAX_TAG 200

gboolean
offhook_sentence_char_is_terminal(gunichar c)
{
	switch (c) {
	case 0x0589: /* Armenian full stop */
	case 0x061B: /* Arabic semicolon */
	case 0x061F: /* Arabic question mark */
	case 0x06D4: /* Urdu full stop */
	case 0x0964: /* danda */
	case 0x0965: /* double danda */
	case 0x0F0D: /* Tibetan shad */
	case 0x0F0E:
	case 0x104A: /* Myanmar */
	case 0x104B:
	case 0x1362: /* Ethiopic full stop, question mark, paragraph */
	case 0x1367:
	case 0x1368:
	case 0x17D4: /* Khmer */
	case 0x17D5:
	case 0x3002: /* ideographic full stop */
	case 0xFF01:
	case 0xFF1B:
	case 0xFF1F:
	case 0xFF61:
		return TRUE;
	default:
		return FALSE;
	}
}

gboolean
offhook_sentence_char_is_closing(gunichar c)
{
	switch (c) {
	case '"':
	case '\'':
	case ')':
	case ']':
	case '}':
	case '*':
	case '_':
	case 0x00BB:
	case 0x2019:
	case 0x201D:
	case 0x203A:
	case 0x300D:
	case 0x300F:
	case 0xFF09:
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean
offhook_sentence_is_regional(gunichar c)
{
	return c >= 0x1F1E6 && c <= 0x1F1FF;
}

/* Hangul jamo, of which several make a syllable. */
static gboolean
offhook_sentence_is_jamo(gunichar c)
{
	return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xA960 && c <= 0xA97F) ||
	       (c >= 0xD7B0 && c <= 0xD7FF);
}

gboolean
offhook_sentence_is_one_grapheme(gunichar before, gunichar after)
{
	if (before == '\r' && after == '\n')
		return TRUE;
	/* Combining marks, variation selectors, joiners, skin tones, tags of flags. */
	if (g_unichar_ismark(after) || after == 0x200D || before == 0x200D ||
	    (after >= 0x1F3FB && after <= 0x1F3FF) || (after >= 0xE0020 && after <= 0xE007F))
		return TRUE;
	if (offhook_sentence_is_jamo(after))
		return offhook_sentence_is_jamo(before) ||
		       g_unichar_get_script(before) == G_UNICODE_SCRIPT_HANGUL;
	return offhook_sentence_is_regional(before) && offhook_sentence_is_regional(after);
}

/* Pictures, and what only serves to compose them. */
static gboolean
offhook_sentence_is_emoji(gunichar c)
{
	return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) ||
	       (c >= 0x2B00 && c <= 0x2BFF) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x20E3 ||
	       (c >= 0xE0020 && c <= 0xE007F) || c == 0xFFFC;
}

/* The character at @i, or 0 outside. What has been removed is skipped over in no direction. */
static gunichar
offhook_sentence_at(const OffhookSentenceChar *chars, guint n, gint64 i)
{
	return i >= 0 && i < (gint64)n ? chars[i].c : 0;
}

static gboolean
offhook_sentence_is_blank(gunichar c)
{
	return c == 0 || g_unichar_isspace(c);
}

static void
offhook_sentence_remove(OffhookSentenceChar *chars, guint from, guint to)
{
	for (guint i = from; i < to; i++)
		chars[i].c = 0;
}

/* The first @wanted at or behind @from, on the same line and not too far; 0 for none. */
static guint
offhook_sentence_find(const OffhookSentenceChar *chars, guint n, guint from, gunichar wanted)
{
	for (guint i = from; i < n && i < from + OFFHOOK_SENTENCE_MAX_TAG; i++) {
		if (chars[i].c == wanted)
			return i;
		if (chars[i].c == '\n')
			return 0;
	}
	return 0;
}

/* `# `, `> `, `- `, `* `, `+ ` at the beginning of a line, and rules of three or more `-*_`. */
static guint
offhook_sentence_clean_line_start(OffhookSentenceChar *chars, guint n, guint i)
{
	guint begin = i, run;

	while (i < n && (chars[i].c == ' ' || chars[i].c == '\t'))
		i++;
	run = i;
	while (run < n && chars[run].c != 0 && chars[run].c < 0x80 &&
	       strchr("#>-*+_=", (int)chars[run].c) != NULL)
		run++;
	if (run == i)
		return begin;
	/* Not "-5" nor "**bold**": behind the marks has to be a space, or nothing. */
	if (run < n && !g_unichar_isspace(chars[run].c))
		return begin;
	offhook_sentence_remove(chars, begin, run);
	return run;
}

/* `[text](url)` and `![text](url)`: keeps the text. */
static void
offhook_sentence_clean_link(OffhookSentenceChar *chars, guint n, guint i)
{
	guint close = offhook_sentence_find(chars, n, i + 1, ']'), end;

	if (close == 0 || offhook_sentence_at(chars, n, close + 1) != '(')
		return;
	end = offhook_sentence_find(chars, n, close + 2, ')');
	if (end == 0)
		return;
	if (offhook_sentence_at(chars, n, (gint64)i - 1) == '!')
		chars[i - 1].c = 0;
	chars[i].c = 0;
	offhook_sentence_remove(chars, close, end + 1);
}

/* `<tag ...>`, `</tag>`, `<!-- -->`; `<https://...>` keeps what is inside. */
static void
offhook_sentence_clean_tag(OffhookSentenceChar *chars, guint n, guint i)
{
	gunichar next = offhook_sentence_at(chars, n, (gint64)i + 1);
	guint end, colon;

	if (next != '/' && next != '!' && !g_unichar_isalpha(next))
		return;
	end = offhook_sentence_find(chars, n, i + 1, '>');
	if (end == 0)
		return;
	colon = offhook_sentence_find(chars, n, i + 1, ':');
	if (colon != 0 && colon < end && offhook_sentence_at(chars, n, colon + 1) == '/') {
		chars[i].c = 0;
		chars[end].c = 0;
		return;
	}
	offhook_sentence_remove(chars, i, end + 1);
}

/* `*`, `**`, `_`, `~~` that touch a word on one side only; "2 * 3" and "snake_case" stay. */
static guint
offhook_sentence_clean_emphasis(OffhookSentenceChar *chars, guint n, guint i)
{
	gunichar mark = chars[i].c;
	gunichar before = offhook_sentence_at(chars, n, (gint64)i - 1), after;
	guint end = i;

	while (end < n && chars[end].c == mark)
		end++;
	after = offhook_sentence_at(chars, n, end);
	if (end - i == 1 && mark == '~')
		return end;
	if (end - i == 1 && g_unichar_isalnum(before) && g_unichar_isalnum(after))
		return end;
	if (end - i == 1 && mark == '*' && offhook_sentence_is_blank(before) &&
	    offhook_sentence_is_blank(after) && i > 0 && end < n)
		return end;
	offhook_sentence_remove(chars, i, end);
	return end;
}

/* One character that is neither at a line's start nor a newline. Returns the next index. */
static guint
offhook_sentence_clean_char(OffhookSentenceChar *chars, guint n, guint i)
{
	switch (chars[i].c) {
	case '[':
		offhook_sentence_clean_link(chars, n, i);
		return i + 1;
	case '<':
		offhook_sentence_clean_tag(chars, n, i);
		return i + 1;
	case '*':
	case '_':
	case '~':
		return offhook_sentence_clean_emphasis(chars, n, i);
	case '`':
		chars[i].c = 0;
		return i + 1;
	default:
		break;
	}
	/* A joiner holds emoji together, but also letters of some scripts. */
	if (offhook_sentence_is_emoji(chars[i].c) ||
	    (chars[i].c == 0x200D && offhook_sentence_at(chars, n, (gint64)i - 1) == 0) ||
	    (g_unichar_iscntrl(chars[i].c) && !g_unichar_isspace(chars[i].c)))
		chars[i].c = 0;
	return i + 1;
}

void
offhook_sentence_clean(OffhookSentenceChar *chars, guint n, gboolean at_line_start)
{
	guint i = 0;

	while (i < n) {
		if (at_line_start)
			i = offhook_sentence_clean_line_start(chars, n, i);
		at_line_start = FALSE;
		if (i >= n)
			return;
		if (chars[i].c == '\n' || chars[i].c == '\r') {
			at_line_start = TRUE;
			chars[i++].c = ' ';
		} else {
			i = offhook_sentence_clean_char(chars, n, i);
		}
	}
}
