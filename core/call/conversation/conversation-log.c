/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes one conversation. The record is kept whole, for the store writes it over what is there.
 * Main thread.
 */

#include "call/conversation/conversation-log.h"

#include <offhook/json.h>

#include "base/json.h"
#include "base/timestamp.h"
#include "base/uuid.h"

struct _OffhookTranscript {
	OffhookStore *store;
	OffhookConversationRecord *record;
	char *model;   /* (nullable) */
	char *summary; /* (nullable) */
	gint64 tokens;
};

/* A conversation that is found again goes on counting. */
static void
offhook_conversation_log_read_usage(OffhookConversationLog *self)
{
	const char *text = self->record->metadata;
	g_autoptr(JsonObject) metadata =
	    text != NULL ? offhook_json_parse_object(text, -1, "metadata", NULL) : NULL;

	if (metadata == NULL)
		return;
	self->model = g_strdup(offhook_json_get_string(metadata, "model"));
	self->summary = g_strdup(offhook_json_get_string(metadata, "summary"));
	self->tokens = MAX(offhook_json_get_number(metadata, "total_tokens"), 0);
}

OffhookConversationLog *
offhook_conversation_log_new(OffhookStore *store, const OffhookConversationRecord *record)
{
	OffhookConversationLog *self = g_new0(OffhookConversationLog, 1);

	self->store = g_object_ref(store);
	self->record = offhook_conversation_record_copy(record);
	if (self->record->id == NULL)
		self->record->id = offhook_uuid_new_v7();
	if (self->record->created_us == 0)
		self->record->created_us = offhook_timestamp_now();
	offhook_conversation_log_read_usage(self);
	return self;
}

void
offhook_conversation_log_free(OffhookConversationLog *self)
{
	if (self == NULL)
		return;
	g_object_unref(self->store);
	offhook_conversation_record_free(self->record);
	g_free(self->model);
	g_free(self->summary);
	g_free(self);
}

const char *
offhook_conversation_log_get_id(OffhookConversationLog *self)
{
	return self->record->id;
}

const OffhookConversationRecord *
offhook_conversation_log_get_record(OffhookConversationLog *self)
{
	return self->record;
}

void
offhook_conversation_log_set_agent(OffhookConversationLog *self, const char *assistant,
				   const char *agent_type)
{
	char *old[] = {self->record->assistant, self->record->agent_type};

	self->record->assistant = g_strdup(assistant);
	self->record->agent_type = g_strdup(agent_type);
	g_free(old[0]);
	g_free(old[1]);
}

void
offhook_conversation_log_set_usage(OffhookConversationLog *self, const char *model, gint64 tokens)
{
	if (model != self->model) {
		g_free(self->model);
		self->model = g_strdup(model);
	}
	self->tokens = tokens;
}

void
offhook_conversation_log_set_summary(OffhookConversationLog *self, const char *summary)
{
	g_free(self->summary);
	self->summary = g_strdup(summary);
}

const char *
offhook_conversation_log_get_usage(OffhookConversationLog *self, gint64 *tokens)
{
	*tokens = self->tokens;
	return self->model;
}

static char *
offhook_conversation_log_make_metadata(OffhookConversationLog *self)
{
	g_autoptr(JsonObject) metadata = json_object_new();

	offhook_json_set_string(metadata, "model", self->model);
	json_object_set_int_member(metadata, "total_tokens", self->tokens);
	if (self->summary != NULL)
		json_object_set_string_member(metadata, "summary", self->summary);
	return offhook_json_to_string(metadata);
}

gboolean
offhook_conversation_log_save(OffhookConversationLog *self, const char *status, GError **error)
{
	g_autofree char *old = self->record->status;

	self->record->status = g_strdup(status);
	g_free(self->record->metadata);
	self->record->metadata = offhook_conversation_log_make_metadata(self);
	return offhook_store_put_conversation(self->store, self->record, error);
}

gboolean
offhook_conversation_log_add(OffhookConversationLog *self, const char *role, const char *agent,
			     const char *text, double confidence, char **id, GError **error)
{
	g_autofree char *new_id = offhook_uuid_new_v7();
	const OffhookMessageRecord record = {
	    .id = new_id,
	    .conversation_id = self->record->id,
	    .call_id = self->record->call_id,
	    .role = (char *)role,
	    .content = (char *)text,
	    .at_us = offhook_timestamp_now(),
	    .confidence = confidence,
	    .agent_id = (char *)agent,
	};
	gboolean ok = offhook_store_add_message(self->store, &record, error);

	if (id != NULL)
		*id = g_steal_pointer(&new_id);
	return ok;
}

gboolean
offhook_conversation_log_correct(OffhookConversationLog *self, const char *message_id,
				 const char *text, gboolean interrupted, GError **error)
{
	return offhook_store_update_message(self->store, message_id, text, interrupted, error);
}
