/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which words of a piece have been spoken. Pure; main thread.
 */

#include "engine/spoken-piece.h"

#include "turn/heard-text.h"
#include <offhook/audio.h>
#include <string.h>

OffhookSpokenPiece *
offhook_spoken_piece_new(guint number, const char *text)
{
	OffhookSpokenPiece *self = g_new0(OffhookSpokenPiece, 1);

	self->number = number;
	self->text = g_strdup(text);
	self->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	return self;
}

void
offhook_spoken_piece_free(OffhookSpokenPiece *self)
{
	g_array_unref(self->words);
	g_free(self->text);
	g_free(self);
}

const char *
offhook_spoken_piece_get_rest(const OffhookSpokenPiece *self)
{
	return self->text + self->base;
}

gboolean
offhook_spoken_piece_has_rest(const OffhookSpokenPiece *self)
{
	for (const char *p = self->text + self->base; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_isalnum(g_utf8_get_char(p)))
			return TRUE;
	return FALSE;
}

void
offhook_spoken_piece_add_words(OffhookSpokenPiece *self, const OffhookWordTime *words, guint n)
{
	g_array_append_vals(self->words, words, n);
}

static guint
offhook_spoken_piece_get_ms(const OffhookSpokenPiece *self)
{
	return (guint)(self->bytes * 1000 / (OFFHOOK_RATE * sizeof(gint16)));
}

/* @word: of the part; becomes one of the piece */
static void
offhook_spoken_piece_put(const OffhookSpokenPiece *self, GArray *list, OffhookWordTime word)
{
	word.offset += self->base;
	word.start_ms += self->base_ms;
	word.end_ms += self->base_ms;
	g_array_append_val(list, word);
}

GArray *
offhook_spoken_piece_take_words(OffhookSpokenPiece *self, gboolean all)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	guint delivered_ms = offhook_spoken_piece_get_ms(self);

	while (self->n_told < self->words->len) {
		OffhookWordTime word = g_array_index(self->words, OffhookWordTime, self->n_told);

		if (!all && word.end_ms > delivered_ms)
			break;
		offhook_spoken_piece_put(self, list, word);
		self->n_told++;
	}
	return list;
}

/* The words of the first @size bytes of the part, evenly over its @ms. */
static void
offhook_spoken_piece_estimate(const OffhookSpokenPiece *self, gsize size, guint ms, GArray *list)
{
	const char *text = self->text + self->base;
	gsize i = 0;

	while (i < size) {
		gsize begin = i + strspn(text + i, " \t\n");
		gsize end = MIN(begin + strcspn(text + begin, " \t\n"), size);

		i = end;
		if (begin >= end)
			break;
		offhook_spoken_piece_put(self, list,
					 (OffhookWordTime){
					     .offset = (guint)begin,
					     .length = (guint)(end - begin),
					     .start_ms = (guint)(begin * ms / size),
					     .end_ms = (guint)(end * ms / size),
					 });
	}
}

GArray *
offhook_spoken_piece_cut(OffhookSpokenPiece *self)
{
	guint ms = offhook_spoken_piece_get_ms(self);
	const OffhookHeardPiece heard = {
	    .text = self->text + self->base,
	    .words = (const OffhookWordTime *)self->words->data,
	    .n_words = self->words->len,
	    .total_ms = ms,
	    .heard_ms = ms,
	};
	/* Less than it takes to understand a word is said again. */
	gsize spoken = ms >= OFFHOOK_HEARD_TEXT_MIN_MS ? offhook_heard_text_get_length(&heard) : 0;
	GArray *list = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));

	if (self->words->len == 0)
		offhook_spoken_piece_estimate(self, spoken, ms, list);
	for (; self->n_told < self->words->len; self->n_told++) {
		OffhookWordTime word = g_array_index(self->words, OffhookWordTime, self->n_told);

		if ((gsize)word.offset + word.length > spoken)
			break;
		word.end_ms = MIN(word.end_ms, ms);
		offhook_spoken_piece_put(self, list, word);
	}
	self->base += spoken;
	self->base += strspn(self->text + self->base, " \t\n");
	self->base_ms += ms;
	self->bytes = 0;
	self->n_told = 0;
	g_array_set_size(self->words, 0);
	return list;
}
