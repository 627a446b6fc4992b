/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The text is cut into words beforehand; each character the service tells of moves on through the
 * text and gives its word a beginning and an end. A word ends with its last character that sounds:
 * the pause for a full stop is not a part of it. Pure.
 */

#include "elevenlabs-words.h"

#include <string.h>

/* How far on is looked for a character that is not the next. */
#define MAX_SKIP 24

typedef struct {
	guint offset;
	guint end; /* of what sounds */
} OffhookElevenlabsWord;

struct _OffhookElevenlabsWords {
	char *text;
	const char *at; /* what is expected next */
	GArray *words;
	guint next; /* word that has not been told yet */
	gboolean begun;
	guint start_ms;
	guint end_ms;
	guint last_end_ms; /* of the word before */
};

/* ---- cutting ---- */

/* Punctuation behind and before words: a pause or nothing. "$" and "%" are said. */
static gboolean
offhook_elevenlabs_is_silent(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONNECT_PUNCTUATION:
	case G_UNICODE_DASH_PUNCTUATION:
	case G_UNICODE_CLOSE_PUNCTUATION:
	case G_UNICODE_FINAL_PUNCTUATION:
	case G_UNICODE_INITIAL_PUNCTUATION:
	case G_UNICODE_OPEN_PUNCTUATION:
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
		return TRUE;
	case G_UNICODE_OTHER_PUNCTUATION:
		return c != '%' && c != '&' && c != '@' && c != '#';
	default:
		return g_unichar_isspace(c);
	}
}

static void
offhook_elevenlabs_words_add(OffhookElevenlabsWords *self, const char *start, const char *end)
{
	OffhookElevenlabsWord word = {(guint)(start - self->text), (guint)(end - self->text)};

	if (start != NULL && end > start)
		g_array_append_val(self->words, word);
}

/* Where scripts have no spaces, each character is a word. */
static void
offhook_elevenlabs_words_cut(OffhookElevenlabsWords *self)
{
	const char *start = NULL, *end = NULL;

	for (const char *at = self->text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		gboolean alone = g_unichar_iswide(c) && g_unichar_isalpha(c);

		if (g_unichar_isspace(c) || alone) {
			if (start != NULL)
				offhook_elevenlabs_words_add(self, start, end);
			start = end = NULL;
		}
		if (alone) {
			offhook_elevenlabs_words_add(self, at, g_utf8_next_char(at));
		} else if (!offhook_elevenlabs_is_silent(c)) {
			start = start != NULL ? start : at;
			end = g_utf8_next_char(at);
		}
	}
	if (start != NULL)
		offhook_elevenlabs_words_add(self, start, end);
}

OffhookElevenlabsWords *
offhook_elevenlabs_words_new(const char *text)
{
	OffhookElevenlabsWords *self = g_new0(OffhookElevenlabsWords, 1);

	self->text = g_strdup(text);
	self->at = self->text;
	self->words = g_array_new(FALSE, FALSE, sizeof(OffhookElevenlabsWord));
	offhook_elevenlabs_words_cut(self);
	return self;
}

void
offhook_elevenlabs_words_free(OffhookElevenlabsWords *self)
{
	if (self == NULL)
		return;
	g_array_unref(self->words);
	g_free(self->text);
	g_free(self);
}

/* ---- times ---- */

static void
offhook_elevenlabs_words_tell(OffhookElevenlabsWords *self, guint start_ms, guint end_ms,
			      GArray *out)
{
	const OffhookElevenlabsWord *word =
	    &g_array_index(self->words, OffhookElevenlabsWord, self->next);
	OffhookWordTime time = {word->offset, word->end - word->offset, start_ms, end_ms};

	if (end_ms > start_ms) {
		g_array_append_val(out, time);
		self->last_end_ms = end_ms;
	}
	self->next++;
	self->begun = FALSE;
}

/* The character of @size bytes at @at sounds from @start_ms to @end_ms. */
static void
offhook_elevenlabs_words_hear(OffhookElevenlabsWords *self, const char *at, guint size,
			      guint start_ms, guint end_ms, GArray *out)
{
	guint offset = (guint)(at - self->text);

	while (self->next < self->words->len) {
		const OffhookElevenlabsWord *word =
		    &g_array_index(self->words, OffhookElevenlabsWord, self->next);

		if (offset < word->offset)
			return;
		if (offset < word->end) {
			if (!self->begun)
				self->start_ms = start_ms;
			self->begun = TRUE;
			self->end_ms = end_ms;
			if (offset + size >= word->end)
				offhook_elevenlabs_words_tell(self, self->start_ms, end_ms, out);
			return;
		}
		/* It was passed over, all of it or its end. */
		if (self->begun)
			offhook_elevenlabs_words_tell(self, self->start_ms,
						      MAX(self->end_ms, self->start_ms), out);
		else
			offhook_elevenlabs_words_tell(self, self->last_end_ms, start_ms, out);
	}
}

/* Is @c, with the @next one behind it, at @at? @next: 0: there is none */
static gboolean
offhook_elevenlabs_agrees(const char *at, gunichar c, gunichar next)
{
	const char *behind = g_utf8_next_char(at);

	if (g_unichar_tolower(g_utf8_get_char(at)) != g_unichar_tolower(c))
		return FALSE;
	if (next == 0 || *behind == '\0')
		return TRUE;
	return g_unichar_isspace(next)
		   ? offhook_elevenlabs_is_silent(g_utf8_get_char(behind))
		   : g_unichar_tolower(g_utf8_get_char(behind)) == g_unichar_tolower(next);
}

/* Where @c is, from what is expected on. (nullable): nowhere near */
static const char *
offhook_elevenlabs_words_find(OffhookElevenlabsWords *self, gunichar c, gunichar next)
{
	const char *at = self->at;

	while (*at != '\0' && g_unichar_isspace(g_utf8_get_char(at)))
		at = g_utf8_next_char(at);
	if (*at != '\0' && g_unichar_tolower(g_utf8_get_char(at)) == g_unichar_tolower(c))
		return at;
	for (guint i = 0; *at != '\0' && i < MAX_SKIP; i++, at = g_utf8_next_char(at))
		if (offhook_elevenlabs_agrees(at, c, next))
			return at;
	return NULL;
}

void
offhook_elevenlabs_words_push(OffhookElevenlabsWords *self, GArray *times, guint before_ms,
			      GArray *out)
{
	for (guint i = 0; i < times->len; i++) {
		const OffhookElevenlabsTime *time = &g_array_index(times, OffhookElevenlabsTime, i);
		gunichar next = i + 1 < times->len
				    ? g_array_index(times, OffhookElevenlabsTime, i + 1).character
				    : 0;
		const char *at;

		if (g_unichar_isspace(time->character))
			continue;
		at = offhook_elevenlabs_words_find(self, time->character, next);
		if (at == NULL)
			continue;
		self->at = g_utf8_next_char(at);
		offhook_elevenlabs_words_hear(self, at, (guint)(self->at - at),
					      before_ms + time->start_ms, before_ms + time->end_ms,
					      out);
	}
}
