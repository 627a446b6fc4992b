/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Records to write in tests. Main thread.
 */

#include "store-sample.h"

#include "store-sync.h"

OffhookCallRecord
store_sample_call(const char *id)
{
	return (OffhookCallRecord){
	    .id = (char *)id,
	    .driver = (char *)"loopback",
	    .direction = (char *)"inbound",
	    .status = (char *)"in-progress",
	    .created_us = STORE_SAMPLE_US,
	    .node = (char *)"here",
	};
}

OffhookConversationRecord
store_sample_conversation(const char *id, const char *call_id)
{
	return (OffhookConversationRecord){
	    .id = (char *)id,
	    .call_id = (char *)call_id,
	    .status = (char *)"active",
	    .created_us = STORE_SAMPLE_US,
	};
}

OffhookMessageRecord
store_sample_message(const char *id, const char *conversation_id, const char *call_id,
		     const char *content)
{
	return (OffhookMessageRecord){
	    .id = (char *)id,
	    .conversation_id = (char *)conversation_id,
	    .call_id = (char *)call_id,
	    .role = (char *)"user",
	    .content = (char *)content,
	    .at_us = STORE_SAMPLE_US,
	    .confidence = -1,
	};
}

OffhookCallEventRecord
store_sample_event(const char *call_id, guint seq, const char *type)
{
	return (OffhookCallEventRecord){
	    .call_id = (char *)call_id,
	    .seq = seq,
	    .at_us = STORE_SAMPLE_US,
	    .type = (char *)type,
	};
}

void
store_sample_put_call(OffhookStore *store, const OffhookCallRecord *record)
{
	g_autoptr(GError) error = NULL;

	offhook_store_put_call(store, record, &error);
	g_assert_no_error(error);
}

void
store_sample_put_conversation(OffhookStore *store, const OffhookConversationRecord *record)
{
	g_autoptr(GError) error = NULL;

	offhook_store_put_conversation(store, record, &error);
	g_assert_no_error(error);
}

void
store_sample_add_message(OffhookStore *store, const OffhookMessageRecord *record)
{
	g_autoptr(GError) error = NULL;

	offhook_store_add_message(store, record, &error);
	g_assert_no_error(error);
}

void
store_sample_add_event(OffhookStore *store, const OffhookCallEventRecord *record)
{
	OffhookCallEventRecord bare = *record;
	g_autoptr(JsonNode) node = NULL;
	g_autoptr(GError) error = NULL;

	bare.data = NULL;
	if (record->data != NULL) {
		node = json_from_string(record->data, &error);
		g_assert_no_error(error);
	}
	offhook_store_add_event(store, &bare, node != NULL ? json_node_get_object(node) : NULL,
				&error);
	g_assert_no_error(error);
}

void
store_sample_begin(OffhookStore *store, const char *id)
{
	g_autofree char *talk = g_strconcat(id, "-talk", NULL);
	OffhookCallRecord call = store_sample_call(id);
	OffhookConversationRecord conversation = store_sample_conversation(talk, id);

	store_sample_put_call(store, &call);
	store_sample_put_conversation(store, &conversation);
}

void
store_sample_say(OffhookStore *store, const char *id, guint number)
{
	g_autofree char *talk = g_strconcat(id, "-talk", NULL);
	g_autofree char *message_id = g_strdup_printf("%s-%u", id, number);
	g_autofree char *content = g_strdup_printf("word %u", number);
	OffhookMessageRecord message = store_sample_message(message_id, talk, id, content);

	message.at_us += number;
	store_sample_add_message(store, &message);
}

void
store_sample_check_said(OffhookStore *store, const char *id, guint count)
{
	g_autofree char *talk = g_strconcat(id, "-talk", NULL);
	g_autoptr(GPtrArray) messages = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookConversationRecord) conversation =
	    offhook_store_sync_get_conversation(store, talk, &messages, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(conversation->message_count, ==, count);
	g_assert_cmpuint(messages->len, ==, count);
	for (guint i = 0; i < count; i++) {
		const OffhookMessageRecord *message = g_ptr_array_index(messages, i);
		g_autofree char *content = g_strdup_printf("word %u", i + 1);

		g_assert_cmpstr(message->content, ==, content);
		g_assert_cmpuint(message->seq, ==, i + 1);
	}
}
