/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deepgram-utterance.h"

#include "deepgram-config.h"

#define MAX_WORDS 65536 /* bytes: nobody says that in one breath */
#define UNSURE    0.5   /* of words that may still change */

OffhookDeepgramUtterance *
offhook_deepgram_utterance_new(guint number, guint64 begin)
{
	OffhookDeepgramUtterance *self = g_new0(OffhookDeepgramUtterance, 1);

	self->number = number;
	self->begin = begin;
	self->words = g_string_new(NULL);
	self->tail = g_string_new(NULL);
	return self;
}

void
offhook_deepgram_utterance_free(OffhookDeepgramUtterance *self)
{
	g_string_free(self->words, TRUE);
	g_string_free(self->tail, TRUE);
	g_free(self);
}

/*
 * Results lie in one utterance, for the service is told to finish at the end of each. Their edges
 * are rounded, so it is their middle that counts.
 */
gboolean
offhook_deepgram_utterance_has(const OffhookDeepgramUtterance *self,
			       const OffhookDeepgramMessage *results)
{
	double middle = (results->start + results->duration / 2) * OFFHOOK_DEEPGRAM_RATE;

	return middle >= (double)self->begin && (!self->finished || middle <= (double)self->end);
}

static void
offhook_deepgram_join(GString *words, const char *more)
{
	if (*more == '\0' || words->len >= MAX_WORDS)
		return;
	if (words->len > 0)
		g_string_append_c(words, ' ');
	g_string_append(words, more);
}

gboolean
offhook_deepgram_utterance_add(OffhookDeepgramUtterance *self,
			       const OffhookDeepgramMessage *results)
{
	g_autofree char *before = offhook_deepgram_utterance_get_text(self);
	g_autofree char *after = NULL;
	gsize length;

	g_string_truncate(self->tail, 0);
	if (results->is_final) {
		length = self->words->len;
		offhook_deepgram_join(self->words, results->text);
		self->sum += results->confidence * (double)(self->words->len - length);
	} else {
		g_string_assign(self->tail, results->text);
	}
	after = offhook_deepgram_utterance_get_text(self);
	return !g_str_equal(before, after);
}

char *
offhook_deepgram_utterance_get_text(const OffhookDeepgramUtterance *self)
{
	g_autoptr(GString) text = g_string_new_len(self->words->str, (gssize)self->words->len);

	offhook_deepgram_join(text, self->tail->str);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

double
offhook_deepgram_utterance_get_confidence(const OffhookDeepgramUtterance *self)
{
	if (self->words->len == 0)
		return self->tail->len > 0 ? UNSURE : 0;
	return self->sum / (double)self->words->len;
}
