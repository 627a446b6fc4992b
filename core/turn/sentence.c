/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A sentence to be spoken, and the map back to the answer it came from. Immutable; any thread.
 */

#include "turn/sentence.h"

#include <string.h>

/* From here on, spoken text and answer run side by side, up to the next run. */
typedef struct {
	guint32 spoken;
	guint32 source;
	guint32 source_end; /* of its last character */
} OffhookSentenceRun;

struct _OffhookSentence {
	char *text;
	GArray *runs; /* OffhookSentenceRun */
	gsize source_begin;
	gsize source_end;
};

static void
offhook_sentence_add_char(OffhookSentence *sentence, GString *text, const OffhookSentenceChar *item)
{
	OffhookSentenceRun run = {.spoken = (guint32)text->len, .source = item->begin};
	OffhookSentenceRun *last = NULL;

	if (sentence->runs->len > 0)
		last = &g_array_index(sentence->runs, OffhookSentenceRun, sentence->runs->len - 1);
	else
		sentence->source_begin = item->begin;
	if (last == NULL || run.spoken - last->spoken != run.source - last->source)
		g_array_append_val(sentence->runs, run);
	g_array_index(sentence->runs, OffhookSentenceRun, sentence->runs->len - 1).source_end =
	    item->end;
	g_string_append_unichar(text, item->c);
	sentence->source_end = item->end;
}

OffhookSentence *
offhook_sentence_new(const OffhookSentenceChar *chars, guint n)
{
	g_autoptr(OffhookSentence) self = g_new0(OffhookSentence, 1);
	GString *text = g_string_new(NULL);
	const OffhookSentenceChar *space = NULL;
	gboolean speakable = FALSE;

	self->runs = g_array_new(FALSE, FALSE, sizeof(OffhookSentenceRun));
	for (guint i = 0; i < n; i++) {
		if (chars[i].c == 0)
			continue;
		if (g_unichar_isspace(chars[i].c)) {
			space = text->len > 0 ? &chars[i] : NULL;
			continue;
		}
		if (space != NULL) {
			OffhookSentenceChar one = {' ', space->begin, space->end};

			offhook_sentence_add_char(self, text, &one);
			space = NULL;
		}
		speakable = speakable || g_unichar_isalnum(chars[i].c);
		offhook_sentence_add_char(self, text, &chars[i]);
	}
	self->text = g_string_free(text, FALSE);
	return speakable ? g_steal_pointer(&self) : NULL;
}

void
offhook_sentence_free(OffhookSentence *self)
{
	if (self == NULL)
		return;
	g_free(self->text);
	g_array_unref(self->runs);
	g_free(self);
}

const char *
offhook_sentence_get_text(const OffhookSentence *self)
{
	return self->text;
}

void
offhook_sentence_get_source_range(const OffhookSentence *self, gsize *begin, gsize *end)
{
	*begin = self->source_begin;
	*end = self->source_end;
}

gsize
offhook_sentence_map_offset(const OffhookSentence *self, gsize offset)
{
	guint i = 0;
	const OffhookSentenceRun *run;

	if (offset >= strlen(self->text))
		return self->source_end;
	/* The run of the byte before @offset, so that nothing behind that byte is included. */
	while (i + 1 < self->runs->len &&
	       g_array_index(self->runs, OffhookSentenceRun, i + 1).spoken < offset)
		i++;
	run = &g_array_index(self->runs, OffhookSentenceRun, i);
	if (i + 1 < self->runs->len &&
	    g_array_index(self->runs, OffhookSentenceRun, i + 1).spoken == offset)
		return run->source_end;
	return run->source + (offset - run->spoken);
}
