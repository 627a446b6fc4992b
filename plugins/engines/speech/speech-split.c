/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Parts of a text. Full sentences are split off before they come here; this only keeps parts short,
 * so that the first is heard soon and a cancelled text costs little. Pure, any thread.
 */

#include "speech-split.h"

#include <string.h>

/* After these a full stop ends no sentence. */
static const char *const offhook_speech_split_abbreviations[] = {
    "mr", "mrs", "ms", "dr", "st", "vs", "etc", "no", "approx", "prof", "jr", "sr", NULL,
};

/* Is the full stop at @dot part of its word: "Dr.", "J.", "p.m."? */
static gboolean
offhook_speech_split_is_abbreviation(const char *text, gsize at, gsize dot)
{
	gsize start = dot;
	g_autofree char *word = NULL;

	while (start > at && !g_ascii_isspace(text[start - 1]))
		start--;
	word = g_ascii_strdown(text + start, (gssize)(dot - start));
	return strlen(word) <= 1 || strchr(word, '.') != NULL ||
	       g_strv_contains(offhook_speech_split_abbreviations, word);
}

static gboolean
offhook_speech_split_is_end(const char *text, gsize at, gsize i)
{
	if (text[i + 1] != '\0' && !g_ascii_isspace(text[i + 1]))
		return FALSE;
	if (strchr("!?;:", text[i]) != NULL)
		return TRUE;
	return text[i] == '.' && !offhook_speech_split_is_abbreviation(text, at, i);
}

gsize
offhook_speech_split_next(const char *text, gsize at)
{
	gsize i = at;

	for (; text[i] != '\0'; i++) {
		gsize length = i - at;

		if (offhook_speech_split_is_end(text, at, i) ||
		    (text[i] == '\n' && text[i + 1] == '\n') ||
		    (length >= OFFHOOK_SPEECH_SPLIT_LONG / 2 && text[i] == ',') ||
		    (length >= OFFHOOK_SPEECH_SPLIT_LONG && g_ascii_isspace(text[i])))
			return i + 1;
		/* the first byte of a character */
		if (length >= OFFHOOK_SPEECH_SPLIT_MAX && ((guchar)text[i] & 0xc0) != 0x80)
			return i;
	}
	return i;
}

char *
offhook_speech_split_clean(const char *text)
{
	char *clean = g_strdup(text);
	char *at = clean;

	while (*at != '\0') {
		const char *end;

		if (g_utf8_validate(at, -1, &end))
			break;
		at = (char *)end;
		*at++ = ' ';
	}
	for (at = clean; *at != '\0'; at++) {
		if (g_ascii_iscntrl(*at) && *at != '\n')
			*at = ' ';
	}
	return clean;
}
