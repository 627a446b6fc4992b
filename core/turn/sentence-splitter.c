/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From a stream of text to sentences that can be spoken. Three steps: bytes become characters that
 * know their offset (and what stands in <think> goes), characters wait until a sentence is certain
 * to be complete, and the sentence is cleaned of what is not to be spoken. Main thread.
 */

#include "turn/sentence-splitter.h"

#include "turn/lexicon.h"
#include "turn/sentence-text.h"

#include <string.h>

#define OFFHOOK_SENTENCE_SPLITTER_SOFT_CHARS 25  /* the first one may end at a comma from here */
#define OFFHOOK_SENTENCE_SPLITTER_MIN_CHARS  20  /* later ones are at least so long */
#define OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS  200 /* and at most */

#define OFFHOOK_SENTENCE_THINK_BEGIN "<think>"
#define OFFHOOK_SENTENCE_THINK_END   "</think>"

struct _OffhookSentenceSplitter {
	char *language;
	GQueue done; /* OffhookSentence */

	/* Bytes to characters. */
	char partial[8]; /* a character of which bytes are missing */
	guint n_partial;
	gsize offset;     /* bytes of this answer seen */
	gboolean flushed; /* the next push begins a new one */

	/* <think>: characters that may be the begin of a tag are held back. */
	gboolean thinking;
	guint tag_matched; /* characters of the tag looked for */
	OffhookSentenceChar held[sizeof OFFHOOK_SENTENCE_THINK_BEGIN];

	/* Characters to sentences. */
	GArray *chars; /* OffhookSentenceChar, not yet part of a sentence */
	guint scanned; /* of them, those that were looked at in vain */
	gboolean at_line_start;
	gboolean had_first;
};

OffhookSentenceSplitter *
offhook_sentence_splitter_new(const char *language)
{
	OffhookSentenceSplitter *self = g_new0(OffhookSentenceSplitter, 1);

	self->language = g_strdup(language);
	self->chars = g_array_new(FALSE, FALSE, sizeof(OffhookSentenceChar));
	g_queue_init(&self->done);
	self->at_line_start = TRUE;
	return self;
}

static void
offhook_sentence_splitter_begin_answer(OffhookSentenceSplitter *self)
{
	self->n_partial = 0;
	self->offset = 0;
	self->flushed = FALSE;
	self->thinking = FALSE;
	self->tag_matched = 0;
	g_array_set_size(self->chars, 0);
	self->scanned = 0;
	self->at_line_start = TRUE;
	self->had_first = FALSE;
}

void
offhook_sentence_splitter_reset(OffhookSentenceSplitter *self)
{
	offhook_sentence_splitter_begin_answer(self);
	g_queue_clear_full(&self->done, (GDestroyNotify)offhook_sentence_free);
}

void
offhook_sentence_splitter_free(OffhookSentenceSplitter *self)
{
	if (self == NULL)
		return;
	offhook_sentence_splitter_reset(self);
	g_array_unref(self->chars);
	g_free(self->language);
	g_free(self);
}

/* ---- where sentences end ---- */

static gunichar
offhook_sentence_splitter_at(OffhookSentenceSplitter *self, guint i)
{
	return i < self->chars->len ? g_array_index(self->chars, OffhookSentenceChar, i).c : 0;
}

static gboolean
offhook_sentence_splitter_is_mark(gunichar c)
{
	return c == '.' || c == '!' || c == '?' || c == 0x2026;
}

/* Behind the mark(s) at @i and what closes with them. */
static guint
offhook_sentence_splitter_skip_marks(OffhookSentenceSplitter *self, guint i)
{
	while (i < self->chars->len) {
		gunichar c = offhook_sentence_splitter_at(self, i);

		if (!offhook_sentence_splitter_is_mark(c) &&
		    !offhook_sentence_char_is_terminal(c) && !offhook_sentence_char_is_closing(c))
			break;
		i++;
	}
	return i;
}

static guint
offhook_sentence_splitter_skip_space(OffhookSentenceSplitter *self, guint i)
{
	while (i < self->chars->len && g_unichar_isspace(offhook_sentence_splitter_at(self, i)))
		i++;
	return i;
}

/* The word that ends before @i, without what opens before it: "Mr", "e.g", "J", "3". */
static void
offhook_sentence_splitter_get_word(OffhookSentenceSplitter *self, guint i, GString *word,
				   guint *begin)
{
	*begin = i;
	while (*begin > 0 && i - *begin < 16) {
		gunichar c = offhook_sentence_splitter_at(self, *begin - 1);

		if (!g_unichar_isalnum(c) && !(c == '.' && *begin < i))
			break;
		(*begin)--;
	}
	for (guint k = *begin; k < i; k++)
		g_string_append_unichar(word, offhook_sentence_splitter_at(self, k));
}

/* The full stop at @i belongs to the word before it: "Mr.", "J.", and "1." at a line's beginning. */
static gboolean
offhook_sentence_splitter_is_abbreviation(OffhookSentenceSplitter *self, guint i, gunichar next)
{
	g_autoptr(GString) word = g_string_new(NULL);
	gunichar before;
	guint begin;

	offhook_sentence_splitter_get_word(self, i, word, &begin);
	if (word->len == 0)
		return FALSE;
	before = begin > 0 ? offhook_sentence_splitter_at(self, begin - 1) : '\n';
	if (i - begin == 1 && g_unichar_isupper(offhook_sentence_splitter_at(self, begin)) &&
	    (g_unichar_isspace(before) || before == '('))
		return TRUE;
	if (before == '\n' && strspn(word->str, "0123456789") == word->len)
		return TRUE;
	return offhook_lexicon_is_abbreviation(self->language, word->str, next);
}

/* Inside a tag, or a link's text. */
static gboolean
offhook_sentence_splitter_is_enclosed(OffhookSentenceSplitter *self, guint i)
{
	for (guint k = i; k > 0; k--) {
		gunichar c = offhook_sentence_splitter_at(self, k - 1);
		gunichar next = offhook_sentence_splitter_at(self, k);

		if (c == '>' || c == ']')
			return FALSE;
		if (c == '[' || (c == '<' && (next == '/' || g_unichar_isalpha(next))))
			return TRUE;
	}
	return FALSE;
}

/* What begins a sentence: anything but a lower-case letter or more punctuation. */
static gboolean
offhook_sentence_splitter_is_beginning(gunichar c)
{
	return !g_unichar_islower(c) && (c >= 0x80 || strchr(",;:.!?)]}%", (int)c) == NULL);
}

typedef enum {
	OFFHOOK_SENTENCE_NO_END,
	OFFHOOK_SENTENCE_END,
	OFFHOOK_SENTENCE_MORE_NEEDED, /* the next characters decide */
} OffhookSentenceVerdict;

/* A newline: a blank line ends a sentence, and so does a list's next item. */
static OffhookSentenceVerdict
offhook_sentence_splitter_judge_newline(OffhookSentenceSplitter *self, guint i, guint *end)
{
	guint next = offhook_sentence_splitter_skip_space(self, i + 1);
	gunichar c = offhook_sentence_splitter_at(self, next);

	*end = i + 1;
	for (guint k = i + 1; k < next; k++) {
		if (offhook_sentence_splitter_at(self, k) == '\n')
			return OFFHOOK_SENTENCE_END;
	}
	if (next >= self->chars->len)
		return OFFHOOK_SENTENCE_MORE_NEEDED;
	if (c == '#' || c == 0x2022)
		return OFFHOOK_SENTENCE_END;
	if (c == '-' || c == '*' || c == '+') {
		if (next + 1 >= self->chars->len)
			return OFFHOOK_SENTENCE_MORE_NEEDED;
		return g_unichar_isspace(offhook_sentence_splitter_at(self, next + 1))
			   ? OFFHOOK_SENTENCE_END
			   : OFFHOOK_SENTENCE_NO_END;
	}
	if (!g_unichar_isdigit(c))
		return OFFHOOK_SENTENCE_NO_END;
	while (g_unichar_isdigit(offhook_sentence_splitter_at(self, next)))
		next++;
	if (next >= self->chars->len)
		return OFFHOOK_SENTENCE_MORE_NEEDED;
	c = offhook_sentence_splitter_at(self, next);
	return c == '.' || c == ')' ? OFFHOOK_SENTENCE_END : OFFHOOK_SENTENCE_NO_END;
}

/* A mark that also means other things: needs a look at what follows. */
static OffhookSentenceVerdict
offhook_sentence_splitter_judge_mark(OffhookSentenceSplitter *self, guint i, guint *end)
{
	guint next;
	gunichar c;

	*end = offhook_sentence_splitter_skip_marks(self, i);
	if (*end >= self->chars->len)
		return OFFHOOK_SENTENCE_MORE_NEEDED;
	if (!g_unichar_isspace(offhook_sentence_splitter_at(self, *end)))
		return OFFHOOK_SENTENCE_NO_END;
	next = offhook_sentence_splitter_skip_space(self, *end);
	if (next >= self->chars->len)
		return OFFHOOK_SENTENCE_MORE_NEEDED;
	c = offhook_sentence_splitter_at(self, next);
	if (offhook_sentence_splitter_at(self, i) == '.' && *end == i + 1 &&
	    offhook_sentence_splitter_is_abbreviation(self, i, c))
		return OFFHOOK_SENTENCE_NO_END;
	if (offhook_sentence_splitter_is_enclosed(self, i))
		return OFFHOOK_SENTENCE_NO_END;
	return offhook_sentence_splitter_is_beginning(c) ? OFFHOOK_SENTENCE_END
							 : OFFHOOK_SENTENCE_NO_END;
}

/* Does a sentence end with the character at @i? @end: behind its last character. */
static OffhookSentenceVerdict
offhook_sentence_splitter_judge(OffhookSentenceSplitter *self, guint i, guint *end)
{
	gunichar c = offhook_sentence_splitter_at(self, i);

	if (c == '\n')
		return offhook_sentence_splitter_judge_newline(self, i, end);
	if (offhook_sentence_char_is_terminal(c)) {
		*end = offhook_sentence_splitter_skip_marks(self, i);
		return *end < self->chars->len ? OFFHOOK_SENTENCE_END
					       : OFFHOOK_SENTENCE_MORE_NEEDED;
	}
	if (offhook_sentence_splitter_is_mark(c))
		return offhook_sentence_splitter_judge_mark(self, i, end);
	return OFFHOOK_SENTENCE_NO_END;
}

/* A place where a speaker may breathe: behind a comma and the like. */
static gboolean
offhook_sentence_splitter_is_soft(OffhookSentenceSplitter *self, guint i)
{
	gunichar c = offhook_sentence_splitter_at(self, i);
	gunichar next = offhook_sentence_splitter_at(self, i + 1);

	if (c == 0x3001 || c == 0xFF0C || c == 0x060C)
		return next != 0;
	if (!g_unichar_isspace(next))
		return FALSE;
	if (c == ',' || c == ';' || c == ':')
		return TRUE;
	return (c == '-' || c == 0x2013 || c == 0x2014) && i > 0 &&
	       g_unichar_isspace(offhook_sentence_splitter_at(self, i - 1));
}

static void
offhook_sentence_splitter_emit(OffhookSentenceSplitter *self, guint n)
{
	OffhookSentenceChar *chars = &g_array_index(self->chars, OffhookSentenceChar, 0);
	OffhookSentence *sentence;
	gboolean at_line_start = n > 0 && chars[n - 1].c == '\n';

	offhook_sentence_clean(chars, n, self->at_line_start);
	sentence = offhook_sentence_new(chars, n);
	if (n > 0)
		g_array_remove_range(self->chars, 0, n);
	self->at_line_start = at_line_start;
	self->scanned = 0;
	if (sentence == NULL)
		return;
	self->had_first = TRUE;
	g_queue_push_tail(&self->done, sentence);
}

/* No end in sight: behind the last breath, else the last space, else between two characters. */
static void
offhook_sentence_splitter_break(OffhookSentenceSplitter *self)
{
	guint cut = 0, space = 0;

	for (guint i = OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS / 2;
	     i < OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS; i++) {
		if (offhook_sentence_splitter_is_enclosed(self, i))
			continue;
		if (offhook_sentence_splitter_is_soft(self, i))
			cut = i + 1;
		if (g_unichar_isspace(offhook_sentence_splitter_at(self, i)))
			space = i + 1;
	}
	if (cut == 0)
		cut = space > 0 ? space : OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS;
	while (cut > 1 &&
	       offhook_sentence_is_one_grapheme(offhook_sentence_splitter_at(self, cut - 1),
						offhook_sentence_splitter_at(self, cut)))
		cut--;
	if (cut <= 1)
		cut = OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS;
	offhook_sentence_splitter_emit(self, cut);
}

/* Emits what is complete. Looks at each character once, and again at one that waits for more. */
static void
offhook_sentence_splitter_scan(OffhookSentenceSplitter *self)
{
	guint i = self->scanned;

	while (i < self->chars->len) {
		guint end = i + 1;
		guint least = self->had_first ? OFFHOOK_SENTENCE_SPLITTER_MIN_CHARS : 0;

		switch (offhook_sentence_splitter_judge(self, i, &end)) {
		case OFFHOOK_SENTENCE_MORE_NEEDED:
			self->scanned = i;
			return;
		case OFFHOOK_SENTENCE_END:
			if (end >= least) {
				offhook_sentence_splitter_emit(self, end);
				i = 0;
				continue;
			}
			break;
		case OFFHOOK_SENTENCE_NO_END:
			if (i + 1 >= self->chars->len) {
				self->scanned = i; /* soft ones want to see the next */
				return;
			}
			if (!self->had_first && i + 1 >= OFFHOOK_SENTENCE_SPLITTER_SOFT_CHARS &&
			    offhook_sentence_splitter_is_soft(self, i) &&
			    !offhook_sentence_splitter_is_enclosed(self, i)) {
				offhook_sentence_splitter_emit(self, i + 1);
				i = 0;
				continue;
			}
			break;
		}
		i++;
	}
	self->scanned = i;
}

/* ---- bytes to characters ---- */

static void
offhook_sentence_splitter_add_char(OffhookSentenceSplitter *self, const OffhookSentenceChar *item)
{
	g_array_append_val(self->chars, *item);
	offhook_sentence_splitter_scan(self);
	if (self->chars->len > OFFHOOK_SENTENCE_SPLITTER_MAX_CHARS)
		offhook_sentence_splitter_break(self);
}

static void
offhook_sentence_splitter_release_held(OffhookSentenceSplitter *self)
{
	guint n = self->tag_matched;

	self->tag_matched = 0;
	for (guint i = 0; i < n && !self->thinking; i++)
		offhook_sentence_splitter_add_char(self, &self->held[i]);
}

/* Lets pass what is not in <think>...</think>. */
static void
offhook_sentence_splitter_filter(OffhookSentenceSplitter *self, const OffhookSentenceChar *item)
{
	const char *tag =
	    self->thinking ? OFFHOOK_SENTENCE_THINK_END : OFFHOOK_SENTENCE_THINK_BEGIN;

	if (item->c != (gunichar)tag[self->tag_matched]) {
		/* Both tags hold '<' only at their beginning, so nothing else can begin earlier. */
		offhook_sentence_splitter_release_held(self);
		if (item->c != '<') {
			if (!self->thinking)
				offhook_sentence_splitter_add_char(self, item);
			return;
		}
	}
	if (!self->thinking)
		self->held[self->tag_matched] = *item;
	self->tag_matched++;
	if (tag[self->tag_matched] == '\0') {
		self->thinking = !self->thinking;
		self->tag_matched = 0;
	}
}

/* One byte more; what is not UTF-8 is skipped. */
static void
offhook_sentence_splitter_add_byte(OffhookSentenceSplitter *self, char byte)
{
	OffhookSentenceChar item;
	gunichar c;

	/* A byte that can't go on with the character begun: that one was broken. */
	if (self->n_partial > 0 && ((guchar)byte & 0xC0) != 0x80)
		self->n_partial = 0;
	self->partial[self->n_partial++] = byte;
	self->offset++;
	c = g_utf8_get_char_validated(self->partial, (gssize)self->n_partial);
	if (c == (gunichar)-2 && self->n_partial < 6)
		return;
	item = (OffhookSentenceChar){.c = c,
				     .begin = (guint32)(self->offset - self->n_partial),
				     .end = (guint32)self->offset};
	self->n_partial = 0;
	if (c != (gunichar)-1 && c != (gunichar)-2 && c != 0)
		offhook_sentence_splitter_filter(self, &item);
}

gboolean
offhook_sentence_splitter_push(OffhookSentenceSplitter *self, const char *text, gssize length)
{
	gsize n = length < 0 ? strlen(text) : (gsize)length;

	if (self->flushed)
		offhook_sentence_splitter_begin_answer(self);
	for (gsize i = 0; i < n; i++) {
		if (self->offset >= OFFHOOK_SENTENCE_SPLITTER_MAX_BYTES)
			return FALSE;
		offhook_sentence_splitter_add_byte(self, text[i]);
	}
	return TRUE;
}

void
offhook_sentence_splitter_flush(OffhookSentenceSplitter *self)
{
	offhook_sentence_splitter_release_held(self);
	offhook_sentence_splitter_emit(self, self->chars->len);
	self->flushed = TRUE;
}

OffhookSentence *
offhook_sentence_splitter_pop(OffhookSentenceSplitter *self)
{
	return g_queue_pop_head(&self->done);
}
