/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The last messages of a conversation. Main thread.
 */

#include "call/conversation/talk-log.h"

#include <string.h>

typedef struct {
	char *id;
	OffhookMessageRole role;
	char *text;
} OffhookTalkLine;

struct _OffhookTalkLog {
	GQueue lines; /* of OffhookTalkLine, oldest first */
	gsize size;   /* bytes of their texts */
};

static void
offhook_talk_line_free(gpointer data)
{
	OffhookTalkLine *line = data;

	g_free(line->id);
	g_free(line->text);
	g_free(line);
}

OffhookTalkLog *
offhook_talk_log_new(void)
{
	OffhookTalkLog *self = g_new0(OffhookTalkLog, 1);

	g_queue_init(&self->lines);
	return self;
}

void
offhook_talk_log_free(OffhookTalkLog *self)
{
	if (self == NULL)
		return;
	g_queue_clear_full(&self->lines, offhook_talk_line_free);
	g_free(self);
}

/* The newest stays in any case. */
static void
offhook_talk_log_trim(OffhookTalkLog *self)
{
	while (g_queue_get_length(&self->lines) > 1 &&
	       (g_queue_get_length(&self->lines) > OFFHOOK_TALK_LOG_MAX_MESSAGES ||
		self->size > OFFHOOK_TALK_LOG_MAX_BYTES)) {
		OffhookTalkLine *line = g_queue_pop_head(&self->lines);

		self->size -= strlen(line->text);
		offhook_talk_line_free(line);
	}
}

void
offhook_talk_log_add(OffhookTalkLog *self, const char *id, OffhookMessageRole role,
		     const char *text)
{
	OffhookTalkLine *line = g_new0(OffhookTalkLine, 1);

	line->id = g_strdup(id);
	line->role = role;
	line->text = g_utf8_make_valid(text, -1);
	self->size += strlen(line->text);
	g_queue_push_tail(&self->lines, line);
	offhook_talk_log_trim(self);
}

void
offhook_talk_log_correct(OffhookTalkLog *self, const char *id, const char *text)
{
	for (GList *l = self->lines.tail; l != NULL; l = l->prev) {
		OffhookTalkLine *line = l->data;

		if (!g_str_equal(line->id, id))
			continue;
		self->size -= strlen(line->text);
		g_free(line->text);
		line->text = g_utf8_make_valid(text, -1);
		self->size += strlen(line->text);
		break;
	}
	offhook_talk_log_trim(self);
}

GPtrArray *
offhook_talk_log_make_messages(OffhookTalkLog *self, const char *summary)
{
	g_autoptr(OffhookCompletionRequest) messages = offhook_completion_request_new();

	if (summary != NULL && *summary != '\0')
		offhook_completion_request_add_message(messages, OFFHOOK_MESSAGE_SYSTEM, summary);
	for (GList *l = self->lines.head; l != NULL; l = l->next) {
		const OffhookTalkLine *line = l->data;

		if (*line->text != '\0')
			offhook_completion_request_add_message(messages, line->role, line->text);
	}
	return g_ptr_array_ref(offhook_completion_request_get_messages(messages));
}
