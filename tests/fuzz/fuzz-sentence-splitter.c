/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes in any portions into the sentence splitter. What comes out must be speakable UTF-8 of
 * bounded length, in the order of the source, and its map must point to characters of the source.
 */

#include "turn/sentence-splitter.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define LONGEST_CHARS 201

/* An offset in the source at which a character of the spoken text may end or begin. */
static void
check_map(const OffhookSentence *sentence, const guint8 *source, gsize size)
{
	const char *text = offhook_sentence_get_text(sentence);
	gsize begin, end, last;

	offhook_sentence_get_source_range(sentence, &begin, &end);
	g_assert_cmpuint(begin, <, end);
	g_assert_cmpuint(end, <=, size);
	last = begin;
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gsize next = (gsize)(g_utf8_next_char(p) - text);
		gsize to = offhook_sentence_map_offset(sentence, next);
		gunichar c = g_utf8_get_char(p);

		g_assert_cmpuint(to, >, last);
		g_assert_cmpuint(to, <=, end);
		if (c != ' ') {
			gsize n = next - (gsize)(p - text);

			g_assert_cmpmem(source + to - n, n, p, n);
		}
		last = to;
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(OffhookSentenceSplitter) splitter = NULL;
	const char *const languages[] = {NULL, "en", "de", "fr-CA"};
	OffhookSentence *next;
	gsize step, last_end = 0;

	if (size == 0 || size > OFFHOOK_SENTENCE_SPLITTER_MAX_BYTES)
		return 0;
	/* The first byte says how; it is part of the text too. */
	splitter = offhook_sentence_splitter_new(languages[data[0] % 4]);
	step = 1 + data[0] / 4;
	for (gsize i = 0; i < size; i += step)
		offhook_sentence_splitter_push(splitter, (const char *)data + i,
					       (gssize)MIN(step, size - i));
	offhook_sentence_splitter_flush(splitter);
	while ((next = offhook_sentence_splitter_pop(splitter)) != NULL) {
		g_autoptr(OffhookSentence) sentence = next;
		const char *text = offhook_sentence_get_text(sentence);
		gsize begin, end;

		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_cmpuint(strlen(text), >, 0);
		g_assert_cmpint(g_utf8_strlen(text, -1), <=, LONGEST_CHARS);
		offhook_sentence_get_source_range(sentence, &begin, &end);
		g_assert_cmpuint(begin, >=, last_end);
		last_end = end;
		check_map(sentence, data, size);
	}
	return 0;
}
