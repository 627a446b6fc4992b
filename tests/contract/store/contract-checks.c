/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What no store may take, and what every store must take unharmed. Main thread.
 */

#include "store-fixture.h"

#include <math.h>
#include <string.h>

#include <offhook/error.h>

#include "base/json.h"
#include "store-sample.h"
#include "store-sync.h"

#define NOT_UTF8 "abc\xff"

static const char *const awkward_strings[] = {
    "'; DROP TABLE calls; --",
    "\" OR \"\"=\"",
    "Robert'); DELETE FROM messages;--",
    "%_\\?1 :name @x $1 ",
    "NULL",
    "line\nbreak\ttab \x01 \x7f",
    "\xe2\x80\xae right to left, \xf0\x9f\x98\x80, \xc3\xa9 and e\xcc\x81",
    "messages_text MATCH 'a' AND NEAR(\"",
    " leading and trailing ",
    "0012",
    "1e5",
};

static void
test_awkward_strings(StoreFixture *fixture, gconstpointer data)
{
	for (guint i = 0; i < G_N_ELEMENTS(awkward_strings); i++) {
		char *text = (char *)awkward_strings[i];
		OffhookCallRecord call = store_sample_call(text);
		OffhookConversationRecord talk = store_sample_conversation(text, text);
		OffhookMessageRecord message = store_sample_message(text, text, text, text);
		OffhookCallFilter filter = {.limit = 10, .phone_number = text};
		OffhookConversationFilter talks = {.limit = 10, .user_id = text};
		guint64 total = 0;
		g_autoptr(GPtrArray) calls = NULL;
		g_autoptr(GPtrArray) found = NULL;
		g_autoptr(GPtrArray) messages = NULL;

		call.from = text;
		call.end_reason = text;
		talk.user_id = text;
		store_sample_put_call(fixture->store, &call);
		store_sample_put_conversation(fixture->store, &talk);
		store_sample_add_message(fixture->store, &message);
		calls = offhook_store_sync_list_calls(fixture->store, &filter, &total, NULL);
		g_assert_cmpuint(total, ==, 1);
		g_assert_cmpstr(((OffhookCallRecord *)g_ptr_array_index(calls, 0))->end_reason, ==,
				text);
		found = offhook_store_sync_list_conversations(fixture->store, &talks, &total, NULL);
		g_assert_cmpuint(total, ==, 1);
		messages = offhook_store_sync_list_messages(fixture->store, text);
		g_assert_cmpuint(messages->len, ==, 1);
		g_assert_cmpstr(((OffhookMessageRecord *)g_ptr_array_index(messages, 0))->content,
				==, text);
	}
	g_assert_cmpuint(fixture->rejected->len, ==, 0);
}

/* Asserts a refusal that names @field and frees the error. */
static void
check_refused(gboolean taken, GError *error, const char *expected_field)
{
	g_autofree char *field = NULL;
	g_autofree char *value = NULL;
	g_autofree char *expected = NULL;

	g_assert_false(taken);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_assert_true(offhook_json_get_refusal(error, &field, &value, &expected));
	g_assert_cmpstr(field, ==, expected_field);
	g_error_free(error);
}

static void
check_call_refused(StoreFixture *fixture, const OffhookCallRecord *call, const char *field)
{
	GError *error = NULL;
	gboolean taken = offhook_store_put_call(fixture->store, call, &error);

	check_refused(taken, error, field);
}

static void
test_invalid_utf8(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");
	OffhookMessageRecord message = store_sample_message("m1", "t1", NULL, NOT_UTF8);
	OffhookCallEventRecord event = store_sample_event("c1", 1, NOT_UTF8);
	GError *error = NULL;
	gboolean taken;

	call.from = (char *)NOT_UTF8;
	check_call_refused(fixture, &call, "call.from");
	call = store_sample_call(NOT_UTF8);
	check_call_refused(fixture, &call, "call.id");
	taken = offhook_store_add_message(fixture->store, &message, &error);
	check_refused(taken, g_steal_pointer(&error), "message.content");
	taken = offhook_store_update_message(fixture->store, "m1", NOT_UTF8, TRUE, &error);
	check_refused(taken, g_steal_pointer(&error), "message.content");
	taken = offhook_store_update_message(fixture->store, NOT_UTF8, "", TRUE, &error);
	check_refused(taken, g_steal_pointer(&error), "message.id");
	taken = offhook_store_add_event(fixture->store, &event, NULL, &error);
	check_refused(taken, g_steal_pointer(&error), "event.type");
	g_assert_null(offhook_store_sync_get_call(fixture->store, NOT_UTF8, &error));
	check_refused(FALSE, g_steal_pointer(&error), "call_id");
}

static void
test_missing_and_wrong(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("");

	check_call_refused(fixture, &call, "call.id");
	call = store_sample_call(NULL);
	check_call_refused(fixture, &call, "call.id");
	call = store_sample_call("c1");
	call.status = (char *)"sleeping";
	check_call_refused(fixture, &call, "call.status");
	call = store_sample_call("c1");
	call.direction = (char *)"sideways";
	check_call_refused(fixture, &call, "call.direction");
	call = store_sample_call("c1");
	call.created_us = 0;
	check_call_refused(fixture, &call, "call.created_us");
	call = store_sample_call("c1");
	call.ended_us = -1;
	check_call_refused(fixture, &call, "call.ended_us");
}

static void
test_wrong_numbers(StoreFixture *fixture, gconstpointer data)
{
	OffhookMessageRecord message = store_sample_message("m1", "t1", NULL, "hello");
	OffhookCallEventRecord event = store_sample_event("c1", G_MAXUINT, "a");
	GError *error = NULL;
	gboolean taken;

	message.confidence = NAN;
	taken = offhook_store_add_message(fixture->store, &message, &error);
	check_refused(taken, g_steal_pointer(&error), "message.confidence");
	message.confidence = INFINITY;
	taken = offhook_store_add_message(fixture->store, &message, &error);
	check_refused(taken, g_steal_pointer(&error), "message.confidence");
	taken = offhook_store_add_event(fixture->store, &event, NULL, &error);
	check_refused(taken, g_steal_pointer(&error), "event.seq");
}

static void
check_metadata_refused(StoreFixture *fixture, const char *json)
{
	OffhookConversationRecord talk = store_sample_conversation("t1", NULL);
	GError *error = NULL;
	gboolean taken;

	talk.metadata = (char *)json;
	taken = offhook_store_put_conversation(fixture->store, &talk, &error);
	check_refused(taken, error, "conversation.metadata");
}

/* @data: (transfer full) */
static void
check_event_data_refused(StoreFixture *fixture, JsonObject *data)
{
	g_autoptr(JsonObject) owned = data;
	OffhookCallEventRecord event = store_sample_event("c1", 1, "a");
	GError *error = NULL;
	gboolean taken = offhook_store_add_event(fixture->store, &event, owned, &error);

	check_refused(taken, error, "event.data");
}

static JsonObject *
make_deep_object(guint levels)
{
	JsonObject *object = json_object_new();

	for (; levels > 0; levels--) {
		JsonObject *outer = json_object_new();

		json_object_set_object_member(outer, "a", object);
		object = outer;
	}
	return object;
}

static void
test_wrong_json(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *deep = g_strnfill(30000, '[');

	JsonObject *object = json_object_new();

	check_metadata_refused(fixture, "");
	check_metadata_refused(fixture, "{");
	check_metadata_refused(fixture, "{\"a\":}");
	check_metadata_refused(fixture, "\"open");
	check_metadata_refused(fixture, deep);
	check_metadata_refused(fixture, "{\"a\":\"" NOT_UTF8 "\"}");
	json_object_set_string_member(object, "a", NOT_UTF8);
	check_event_data_refused(fixture, object);
	check_event_data_refused(fixture, make_deep_object(OFFHOOK_JSON_MAX_DEPTH));
}

static void
test_too_long(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(1024 * 1024, 'a');
	OffhookMessageRecord message = store_sample_message("m1", "t1", NULL, text);
	OffhookCallRecord call = store_sample_call(text);
	g_autoptr(GError) content_error = NULL;
	g_autoptr(GError) id_error = NULL;

	g_assert_false(offhook_store_add_message(fixture->store, &message, &content_error));
	g_assert_error(content_error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
	g_assert_false(offhook_store_put_call(fixture->store, &call, &id_error));
	g_assert_error(id_error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

void
offhook_store_contract_add_check_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "check/awkward-strings", test_awkward_strings);
	STORE_FIXTURE_ADD(contract, "check/invalid-utf8", test_invalid_utf8);
	STORE_FIXTURE_ADD(contract, "check/missing-and-wrong", test_missing_and_wrong);
	STORE_FIXTURE_ADD(contract, "check/wrong-numbers", test_wrong_numbers);
	STORE_FIXTURE_ADD(contract, "check/wrong-json", test_wrong_json);
	STORE_FIXTURE_ADD(contract, "check/too-long", test_too_long);
}
