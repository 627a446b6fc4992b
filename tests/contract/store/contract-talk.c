/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Conversations and messages, in any store. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "store-sample.h"
#include "store-sync.h"

static void
test_conversation_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookConversationRecord record = store_sample_conversation("t1", NULL);
	g_autoptr(OffhookConversationRecord) got = NULL;
	g_autoptr(GPtrArray) messages = NULL;
	g_autoptr(GError) error = NULL;

	record.user_id = (char *)"ann";
	record.assistant = (char *)"restaurant";
	record.agent_type = (char *)"dialog";
	record.metadata = (char *)"{\"model\":\"none\"}";
	store_sample_put_conversation(fixture->store, &record);
	got = offhook_store_sync_get_conversation(fixture->store, "t1", &messages, &error);
	g_assert_no_error(error);
	g_assert_null(got->call_id);
	g_assert_cmpstr(got->user_id, ==, "ann");
	g_assert_cmpstr(got->status, ==, "active");
	g_assert_cmpstr(got->assistant, ==, "restaurant");
	g_assert_cmpstr(got->agent_type, ==, "dialog");
	g_assert_cmpint(got->created_us, ==, STORE_SAMPLE_US);
	g_assert_cmpint(got->last_message_us, ==, 0);
	g_assert_cmpuint(got->message_count, ==, 0);
	g_assert_cmpstr(got->metadata, ==, record.metadata);
	g_assert_cmpuint(messages->len, ==, 0);
}

static void
test_conversation_unknown(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) messages = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_get_conversation(fixture->store, "t1", &messages, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_assert_null(messages);
}

static void
test_conversation_counts(StoreFixture *fixture, gconstpointer data)
{
	OffhookConversationRecord record = store_sample_conversation("c1-talk", "c1");
	g_autoptr(OffhookConversationRecord) got = NULL;

	store_sample_begin(fixture->store, "c1");
	store_sample_say(fixture->store, "c1", 1);
	store_sample_say(fixture->store, "c1", 2);
	record.status = (char *)"completed";
	store_sample_put_conversation(fixture->store, &record);
	store_sample_check_said(fixture->store, "c1", 2);
	got = offhook_store_sync_get_conversation(fixture->store, "c1-talk", NULL, NULL);
	g_assert_cmpstr(got->status, ==, "completed");
	g_assert_cmpint(got->last_message_us, ==, STORE_SAMPLE_US + 2);
}

static guint64
count_conversations(StoreFixture *fixture, OffhookConversationFilter filter)
{
	guint64 total = 0;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows =
	    offhook_store_sync_list_conversations(fixture->store, &filter, &total, &error);

	g_assert_no_error(error);
	for (guint i = 1; i < rows->len; i++) {
		const OffhookConversationRecord *newer = g_ptr_array_index(rows, i - 1);
		const OffhookConversationRecord *older = g_ptr_array_index(rows, i);

		g_assert_cmpint(newer->created_us, >, older->created_us);
	}
	g_assert_cmpuint(rows->len, <=, filter.limit);
	return total;
}

static void
test_list_conversations(StoreFixture *fixture, gconstpointer data)
{
	for (guint i = 0; i < 30; i++) {
		g_autofree char *id = g_strdup_printf("t%u", i);
		OffhookConversationRecord record = store_sample_conversation(id, NULL);

		record.created_us += i;
		record.user_id = (char *)(i % 3 == 0 ? "ann" : "bob");
		record.status = (char *)(i % 2 == 0 ? "active" : "completed");
		store_sample_put_conversation(fixture->store, &record);
	}
	g_assert_cmpuint(count_conversations(fixture, (OffhookConversationFilter){.limit = 5}), ==,
			 30);
	g_assert_cmpuint(count_conversations(
			     fixture, (OffhookConversationFilter){.limit = 50, .user_id = "ann"}),
			 ==, 10);
	g_assert_cmpuint(count_conversations(
			     fixture, (OffhookConversationFilter){.limit = 50, .status = "active"}),
			 ==, 15);
	g_assert_cmpuint(
	    count_conversations(
		fixture,
		(OffhookConversationFilter){.limit = 50, .user_id = "ann", .status = "completed"}),
	    ==, 5);
}

static void
check_conversations_refused(StoreFixture *fixture, OffhookConversationFilter filter)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(offhook_store_sync_list_conversations(fixture->store, &filter, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_list_conversations_bounds(StoreFixture *fixture, gconstpointer data)
{
	check_conversations_refused(fixture, (OffhookConversationFilter){.limit = 0});
	check_conversations_refused(fixture, (OffhookConversationFilter){.limit = 501});
	check_conversations_refused(fixture,
				    (OffhookConversationFilter){.limit = 1, .status = "asleep"});
	check_conversations_refused(fixture,
				    (OffhookConversationFilter){.limit = 1, .user_id = "\xc3"});
}

static void
test_message_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord message = store_sample_message("m1", "c1-talk", "c1", "hello");
	g_autoptr(GPtrArray) messages = NULL;
	const OffhookMessageRecord *got;

	store_sample_begin(fixture->store, "c1");
	message.role = (char *)"assistant";
	message.confidence = 0.5;
	message.interrupted = TRUE;
	message.agent_id = (char *)"agent-speaker";
	store_sample_add_message(fixture->store, &message);
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 1);
	got = g_ptr_array_index(messages, 0);
	g_assert_cmpstr(got->id, ==, "m1");
	g_assert_cmpstr(got->conversation_id, ==, "c1-talk");
	g_assert_cmpstr(got->call_id, ==, "c1");
	g_assert_cmpstr(got->role, ==, "assistant");
	g_assert_cmpstr(got->content, ==, "hello");
	g_assert_cmpint(got->at_us, ==, STORE_SAMPLE_US);
	g_assert_cmpfloat(got->confidence, ==, 0.5);
	g_assert_true(got->interrupted);
	g_assert_cmpstr(got->agent_id, ==, "agent-speaker");
	g_assert_cmpuint(got->seq, ==, 1);
}

static void
test_message_trimmed(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord message =
	    store_sample_message("m1", "c1-talk", "c1", "We are open from nine to five.");
	g_autoptr(GPtrArray) messages = NULL;
	const OffhookMessageRecord *got;

	message.agent_id = (char *)"agent-speaker";
	store_sample_begin(fixture->store, "c1");
	store_sample_add_message(fixture->store, &message);
	g_assert_true(
	    offhook_store_update_message(fixture->store, "m1", "We are open", TRUE, NULL));
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 1);
	got = g_ptr_array_index(messages, 0);
	g_assert_cmpstr(got->content, ==, "We are open");
	g_assert_cmpstr(got->agent_id, ==, "agent-speaker");
	g_assert_true(got->interrupted);
	g_assert_cmpfloat(got->confidence, <, 0);
}

static void
test_message_trimmed_to_nothing(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) messages = NULL;

	store_sample_begin(fixture->store, "c1");
	store_sample_say(fixture->store, "c1", 1);
	g_assert_true(offhook_store_update_message(fixture->store, "c1-1", "", TRUE, NULL));
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpstr(((OffhookMessageRecord *)g_ptr_array_index(messages, 0))->content, ==, "");
}

static void
test_message_trimmed_unknown(StoreFixture *fixture, gconstpointer data)
{
	g_assert_true(offhook_store_update_message(fixture->store, "m1", "", TRUE, NULL));
	store_fixture_check_rejected(fixture, 1, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_message_twice(StoreFixture *fixture, gconstpointer data)
{
	store_sample_begin(fixture->store, "c1");
	store_sample_say(fixture->store, "c1", 1);
	store_sample_say(fixture->store, "c1", 1);
	store_sample_check_said(fixture->store, "c1", 1);
	g_assert_cmpuint(fixture->rejected->len, ==, 0);
}

/* What an assistant said may have been changed since: then the repetition changes nothing. */
static void
test_message_twice_changed(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord message = store_sample_message("m1", "c1-talk", "c1", "one two three");
	g_autoptr(GPtrArray) messages = NULL;

	message.role = (char *)"assistant";
	store_sample_begin(fixture->store, "c1");
	store_sample_add_message(fixture->store, &message);
	g_assert_true(offhook_store_update_message(fixture->store, "m1", "one", TRUE, NULL));
	store_sample_add_message(fixture->store, &message);
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 1);
	g_assert_cmpstr(((OffhookMessageRecord *)g_ptr_array_index(messages, 0))->content, ==,
			"one");
	g_assert_cmpuint(fixture->rejected->len, ==, 0);
}

static void
test_message_id_taken(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord other = store_sample_message("c1-1", "c1-talk", "c1", "other");

	store_sample_begin(fixture->store, "c1");
	store_sample_say(fixture->store, "c1", 1);
	store_sample_add_message(fixture->store, &other);
	store_fixture_check_rejected(fixture, 1, OFFHOOK_ERROR_EXISTS);
	store_sample_check_said(fixture->store, "c1", 1);
}

static void
test_message_of_unknown_conversation(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord message = store_sample_message("m1", "nobody", NULL, "hello");

	store_sample_add_message(fixture->store, &message);
	store_fixture_check_rejected(fixture, 1, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

/* Messages are told in the order in which they came, whatever their times say. */
static void
test_messages_in_order(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) messages = NULL;

	store_sample_begin(fixture->store, "c1");
	for (guint i = 0; i < 10; i++)
		store_sample_say(fixture->store, "c1", 100 - i);
	messages = offhook_store_sync_list_messages(fixture->store, "c1");
	g_assert_cmpuint(messages->len, ==, 10);
	for (guint i = 0; i < 10; i++) {
		const OffhookMessageRecord *message = g_ptr_array_index(messages, i);

		g_assert_cmpuint(message->seq, ==, i + 1);
		g_assert_cmpint(message->at_us, ==, STORE_SAMPLE_US + 100 - i);
	}
}

static void
test_messages_many(StoreFixture *fixture, gconstpointer data)
{
	OffhookStoreStats stats;

	store_sample_begin(fixture->store, "c1");
	for (guint i = 1; i <= 10000; i++)
		store_sample_say(fixture->store, "c1", i);
	store_sample_check_said(fixture->store, "c1", 10000);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.written, ==, 10002);
	g_assert_cmpuint(stats.pending, ==, 0);
	g_assert_cmpuint(stats.pending_bytes, ==, 0);
}

void
offhook_store_contract_add_talk_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "conversation/full", test_conversation_full);
	STORE_FIXTURE_ADD(contract, "conversation/unknown", test_conversation_unknown);
	STORE_FIXTURE_ADD(contract, "conversation/counts", test_conversation_counts);
	STORE_FIXTURE_ADD(contract, "conversation/list", test_list_conversations);
	STORE_FIXTURE_ADD(contract, "conversation/list/bounds", test_list_conversations_bounds);
	STORE_FIXTURE_ADD(contract, "message/full", test_message_full);
	STORE_FIXTURE_ADD(contract, "message/trimmed", test_message_trimmed);
	STORE_FIXTURE_ADD(contract, "message/trimmed/to-nothing", test_message_trimmed_to_nothing);
	STORE_FIXTURE_ADD(contract, "message/trimmed/unknown", test_message_trimmed_unknown);
	STORE_FIXTURE_ADD(contract, "message/twice", test_message_twice);
	STORE_FIXTURE_ADD(contract, "message/twice-changed", test_message_twice_changed);
	STORE_FIXTURE_ADD(contract, "message/id-taken", test_message_id_taken);
	STORE_FIXTURE_ADD(contract, "message/of-unknown-conversation",
			  test_message_of_unknown_conversation);
	STORE_FIXTURE_ADD(contract, "message/in-order", test_messages_in_order);
	STORE_FIXTURE_ADD(contract, "message/many", test_messages_many);
}
