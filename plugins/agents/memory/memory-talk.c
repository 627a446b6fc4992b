/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was said in a conversation, as far as it is kept until its end. Main thread.
 */

#include "memory-talk.h"

#include <string.h>

/* The first lines tell what it was about, the last how it ended. */
#define MAX_FIRST 20
#define MAX_LAST  40
#define MAX_LINE  600 /* bytes */
#define MAX_WORDS 160 /* of each of the caller's in a summary */

struct _OffhookMemoryTalk {
	GPtrArray *first;
	GQueue last;
	guint left_out;    /* between them */
	char *first_words; /* (nullable): the caller's */
	char *last_words;  /* (nullable) */
};

OffhookMemoryTalk *
offhook_memory_talk_new(void)
{
	OffhookMemoryTalk *self = g_new0(OffhookMemoryTalk, 1);

	self->first = g_ptr_array_new_with_free_func(g_free);
	g_queue_init(&self->last);
	return self;
}

void
offhook_memory_talk_clear(OffhookMemoryTalk *self)
{
	g_ptr_array_set_size(self->first, 0);
	g_queue_clear_full(&self->last, g_free);
	self->left_out = 0;
	g_clear_pointer(&self->first_words, g_free);
	g_clear_pointer(&self->last_words, g_free);
}

void
offhook_memory_talk_free(OffhookMemoryTalk *self)
{
	offhook_memory_talk_clear(self);
	g_ptr_array_unref(self->first);
	g_free(self);
}

gboolean
offhook_memory_talk_is_empty(OffhookMemoryTalk *self)
{
	return self->first_words == NULL;
}

/* At most @max bytes, whole characters, on one line. (transfer full) */
static char *
offhook_memory_talk_cut(const char *text, gsize max)
{
	g_autofree char *start = g_strndup(text, max);
	const char *end;

	g_utf8_validate(start, -1, &end);
	if (strlen(text) > max && *end != '\0')
		start[end - start] = '\0';
	g_strdelimit(start, "\r\n\t", ' ');
	return g_utf8_make_valid(start, -1);
}

void
offhook_memory_talk_add(OffhookMemoryTalk *self, gboolean caller, const char *text)
{
	g_autofree char *cut = offhook_memory_talk_cut(text, MAX_LINE);
	char *line;

	if (*g_strstrip(cut) == '\0')
		return;
	line = g_strconcat(caller ? "Caller: " : "Assistant: ", cut, NULL);
	if (self->first->len < MAX_FIRST)
		g_ptr_array_add(self->first, line);
	else
		g_queue_push_tail(&self->last, line);
	if (self->last.length > MAX_LAST) {
		g_free(g_queue_pop_head(&self->last));
		self->left_out++;
	}
	if (caller && self->first_words == NULL) {
		self->first_words = g_steal_pointer(&cut);
	} else if (caller) {
		g_free(self->last_words);
		self->last_words = g_steal_pointer(&cut);
	}
}

char *
offhook_memory_talk_write(OffhookMemoryTalk *self)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < self->first->len; i++)
		g_string_append_printf(text, "%s\n",
				       (const char *)g_ptr_array_index(self->first, i));
	if (self->left_out > 0)
		g_string_append(text, "[...]\n");
	for (GList *l = self->last.head; l != NULL; l = l->next)
		g_string_append_printf(text, "%s\n", (const char *)l->data);
	return g_string_free(text, FALSE);
}

char *
offhook_memory_talk_summarise(OffhookMemoryTalk *self)
{
	g_autofree char *first = offhook_memory_talk_cut(self->first_words, MAX_WORDS);
	g_autofree char *last =
	    self->last_words != NULL ? offhook_memory_talk_cut(self->last_words, MAX_WORDS) : NULL;

	return last != NULL ? g_strdup_printf("\"%s\" ... \"%s\"", first, last)
			    : g_strdup_printf("\"%s\"", first);
}
