/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The record of one exchange. An answer is written when its first frame leaves and corrected when
 * it grows or is cut, so that the history holds what was heard even if we die. Main thread.
 */

#include "call/conversation/exchange.h"

#include "base/log.h"

OffhookExchange *
offhook_exchange_new(OffhookJournal *journal, guint index, OffhookTurnKind kind)
{
	OffhookExchange *self = g_new0(OffhookExchange, 1);

	self->journal = journal;
	self->index = index;
	self->kind = kind;
	offhook_turn_timings_init(&self->timings);
	return self;
}

void
offhook_exchange_free(OffhookExchange *self)
{
	if (self == NULL)
		return;
	offhook_exchange_close(self, 0);
	g_free(self->user_message_id);
	g_free(self->agent_message_id);
	g_free(self->written);
	g_free(self);
}

gboolean
offhook_exchange_is_answer(OffhookExchange *self)
{
	return self->kind == OFFHOOK_TURN_MESSAGE || self->kind == OFFHOOK_TURN_DIGITS;
}

void
offhook_exchange_add_user_message(OffhookExchange *self, const char *text, double confidence)
{
	JsonObject *data = json_object_new();

	self->user_message_id = offhook_journal_add_user_message(self->journal, text, confidence);
	json_object_set_string_member(data, "message", text);
	json_object_set_double_member(data, "confidence", confidence);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_MESSAGE_RECEIVED, data);
}

static void
offhook_exchange_tell(OffhookExchange *self, const char *text)
{
	JsonObject *data = json_object_new();

	self->told = TRUE;
	if (self->agent != NULL)
		offhook_journal_set_agent(self->journal, self->agent);
	json_object_set_string_member(data, "message", text);
	json_object_set_string_member(
	    data, "agent_id",
	    self->agent != NULL ? self->agent : offhook_journal_get_agent_id(self->journal));
	offhook_journal_record(self->journal,
			       offhook_exchange_is_answer(self) ? OFFHOOK_EVENT_MESSAGE_SENT
								: OFFHOOK_EVENT_PROMPT_SENT,
			       data);
}

static void
offhook_exchange_write(OffhookExchange *self, const char *text, gboolean interrupted)
{
	if (self->agent_message_id == NULL)
		self->agent_message_id =
		    offhook_journal_add_agent_message(self->journal, self->agent, text);
	else if (interrupted || g_strcmp0(self->written, text) != 0)
		offhook_journal_correct_message(self->journal, self->agent_message_id, text,
						interrupted);
	g_free(self->written);
	self->written = g_strdup(text);
}

void
offhook_exchange_put_answer(OffhookExchange *self, const char *text, gboolean complete)
{
	if (*text == '\0')
		return;
	offhook_exchange_write(self, text, FALSE);
	if (complete && !self->told)
		offhook_exchange_tell(self, text);
}

void
offhook_exchange_interrupt(OffhookExchange *self, const char *heard, gint64 at_us)
{
	JsonObject *data;

	if (self->agent_message_id == NULL)
		return;
	offhook_exchange_write(self, heard, TRUE);
	if (self->interrupted)
		return;
	self->interrupted = TRUE;
	if (!self->told)
		offhook_exchange_tell(self, heard);
	data = json_object_new();
	json_object_set_string_member(data, "message", heard);
	offhook_journal_record(self->journal, OFFHOOK_EVENT_INTERRUPTED, data);
	offhook_exchange_close(self, at_us);
}

void
offhook_exchange_close(OffhookExchange *self, gint64 interrupted_us)
{
	const OffhookJournalTurn turn = {
	    .index = self->index,
	    .timings = &self->timings,
	    .agent = self->agent,
	    .user_message_id = self->user_message_id,
	    .agent_message_id = self->agent_message_id,
	    .interrupted_us = interrupted_us,
	};

	if (self->closed)
		return;
	self->closed = TRUE;
	offhook_journal_add_turn(self->journal, &turn);
}
