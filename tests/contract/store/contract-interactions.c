/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Users' interactions and preferences, and who may see them, in any store. Main thread.
 */

#include "store-fixture.h"

#include <offhook/error.h>

#include "interactions-sync.h"
#include "store-sample.h"
#include "store-sync.h"

static OffhookStoreUser *
new_user(const char *subject)
{
	g_autofree char *claims =
	    g_strdup_printf("{\"sub\":\"%s\",\"role\":\"authenticated\"}", subject);

	return offhook_store_user_new(subject, claims);
}

static void
add(StoreFixture *fixture, const char *id, const char *user_id, const char *session_id,
    const char *agent_type, gint64 at)
{
	OffhookInteractionRecord record = interactions_sample(id, user_id, at);
	g_autoptr(GError) error = NULL;

	record.session_id = (char *)session_id;
	record.agent_type = (char *)agent_type;
	interactions_sync_add(fixture->store, &record, NULL, &error);
	g_assert_no_error(error);
}

/* The ids of what @user (nullable) finds, newest first. */
static char *
list(StoreFixture *fixture, OffhookInteractionFilter filter, const OffhookStoreUser *user)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = interactions_sync_list(fixture->store, &filter, user, &error);
	GString *ids = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(
		    ids, "%s%s", i > 0 ? " " : "",
		    ((OffhookInteractionRecord *)g_ptr_array_index(rows, i))->id);
	return g_string_free(ids, FALSE);
}

static void
check_list(StoreFixture *fixture, OffhookInteractionFilter filter, const OffhookStoreUser *user,
	   const char *expected)
{
	g_autofree char *ids = list(fixture, filter, user);

	g_assert_cmpstr(ids, ==, expected);
}

static void
test_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookInteractionRecord record = interactions_sample("i1", "ann", 0);
	const OffhookInteractionFilter filter = {.user_id = "ann", .limit = 1};
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;
	const OffhookInteractionRecord *got;

	record.session_id = (char *)"s1";
	record.agent_type = (char *)"dialog";
	record.response = (char *)"at eight, \xc3\xa4\xc3\xb6";
	record.metadata = (char *)"{\"a\":[1,\"'\"]}";
	interactions_sync_add(fixture->store, &record, NULL, &error);
	g_assert_no_error(error);
	store_fixture_reopen(fixture, NULL);
	rows = interactions_sync_list(fixture->store, &filter, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, 1);
	got = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(got->id, ==, "i1");
	g_assert_cmpstr(got->user_id, ==, "ann");
	g_assert_cmpstr(got->session_id, ==, "s1");
	g_assert_cmpstr(got->agent_type, ==, "dialog");
	g_assert_cmpstr(got->input, ==, record.input);
	g_assert_cmpstr(got->response, ==, record.response);
	g_assert_cmpstr(got->metadata, ==, record.metadata);
	g_assert_cmpint(got->created_us, ==, STORE_SAMPLE_US);
}

static void
test_list(StoreFixture *fixture, gconstpointer data)
{
	add(fixture, "i1", "ann", "s1", NULL, 1);
	add(fixture, "i2", "bob", "s1", NULL, 2);
	add(fixture, "i3", "ann", "s2", NULL, 3);
	add(fixture, "i4", "ann", NULL, NULL, 3);
	add(fixture, "i1", "ann", "s1", NULL, 1);
	check_list(fixture, (OffhookInteractionFilter){.user_id = "ann", .limit = 9}, NULL,
		   "i4 i3 i1");
	check_list(fixture, (OffhookInteractionFilter){.user_id = "ann", .limit = 2}, NULL,
		   "i4 i3");
	check_list(fixture, (OffhookInteractionFilter){.session_id = "s1", .limit = 9}, NULL,
		   "i2 i1");
	check_list(fixture, (OffhookInteractionFilter){.user_id = "eve", .limit = 9}, NULL, "");
	check_list(fixture, (OffhookInteractionFilter){.user_id = "ann' OR '1'='1", .limit = 9},
		   NULL, "");
}

static void
test_counts(StoreFixture *fixture, gconstpointer data)
{
	static const struct {
		const char *agent_type;
		guint interactions, users, sessions;
	} expected[] = {{NULL, 4, 2, 2}, {"dialog", 2, 2, 1}, {"echo", 1, 1, 1}, {NULL, 1, 1, 0}};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	add(fixture, "i0", "old", "s0", "old", -5);
	add(fixture, "i1", "ann", "s1", "dialog", 1);
	add(fixture, "i2", "bob", "s1", "dialog", 2);
	add(fixture, "i3", "ann", "s2", "echo", 3);
	add(fixture, "i4", "ann", NULL, NULL, 9);
	rows = interactions_sync_count(fixture->store, NULL, STORE_SAMPLE_US, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < 2; i++) {
		const OffhookInteractionCountRecord *got = g_ptr_array_index(rows, i);

		g_assert_cmpstr(got->agent_type, ==, expected[i].agent_type);
		g_assert_cmpuint(got->interactions, ==, expected[i].interactions);
		g_assert_cmpuint(got->users, ==, expected[i].users);
		g_assert_cmpuint(got->sessions, ==, expected[i].sessions);
	}
	g_assert_cmpint(((OffhookInteractionCountRecord *)g_ptr_array_index(rows, 0))->last_us, ==,
			STORE_SAMPLE_US + 9);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = interactions_sync_count(fixture->store, "ann", STORE_SAMPLE_US, NULL, &error);
	g_assert_cmpuint(
	    ((OffhookInteractionCountRecord *)g_ptr_array_index(rows, 0))->interactions, ==, 3);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = interactions_sync_count(fixture->store, "eve", 0, NULL, &error);
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpuint(
	    ((OffhookInteractionCountRecord *)g_ptr_array_index(rows, 0))->interactions, ==, 0);
}

static void
test_preferences(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookPreferencesRecord) got = NULL;

	g_assert_null(interactions_sync_get(fixture->store, "ann", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	interactions_sync_put(fixture->store, "ann", "{\"a\":1}", NULL, NULL, &error);
	g_assert_no_error(error);
	got = interactions_sync_get(fixture->store, "ann", NULL, &error);
	g_assert_cmpstr(got->preferences, ==, "{\"a\":1}");
	g_assert_null(got->knowledge);
	g_assert_cmpint(got->updated_us, >, STORE_SAMPLE_US);
	g_assert_cmpint(got->knowledge_us, ==, 0);
	g_clear_pointer(&got, offhook_preferences_record_free);
	/* Each half for itself. */
	interactions_sync_put(fixture->store, "ann", NULL, "{\"topics\":[]}", NULL, &error);
	interactions_sync_put(fixture->store, "ann", "{}", NULL, NULL, &error);
	interactions_sync_put(fixture->store, "bob", NULL, "{\"b\":2}", NULL, &error);
	g_assert_no_error(error);
	got = interactions_sync_get(fixture->store, "ann", NULL, &error);
	g_assert_cmpstr(got->preferences, ==, "{}");
	g_assert_cmpstr(got->knowledge, ==, "{\"topics\":[]}");
	g_assert_cmpint(got->knowledge_us, >, STORE_SAMPLE_US);
	g_clear_pointer(&got, offhook_preferences_record_free);
	got = interactions_sync_get(fixture->store, "bob", NULL, &error);
	g_assert_cmpstr(got->preferences, ==, "{}");
	g_assert_cmpstr(got->knowledge, ==, "{\"b\":2}");
}

/* Ann has hers, and of Bob's nothing. */
static void
test_user_reads_own(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) ann = new_user("ann");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) counts = NULL;
	g_autoptr(OffhookPreferencesRecord) mine = NULL;

	add(fixture, "i1", "ann", "s1", NULL, 1);
	add(fixture, "i2", "bob", "s1", NULL, 2);
	interactions_sync_put(fixture->store, "ann", "{\"mine\":1}", NULL, NULL, &error);
	interactions_sync_put(fixture->store, "bob", "{\"his\":1}", NULL, NULL, &error);
	g_assert_no_error(error);
	check_list(fixture, (OffhookInteractionFilter){.user_id = "ann", .limit = 9}, ann, "i1");
	check_list(fixture, (OffhookInteractionFilter){.user_id = "bob", .limit = 9}, ann, "");
	check_list(fixture, (OffhookInteractionFilter){.session_id = "s1", .limit = 9}, ann, "i1");
	counts = interactions_sync_count(fixture->store, NULL, 0, ann, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(
	    ((OffhookInteractionCountRecord *)g_ptr_array_index(counts, 0))->interactions, ==, 1);
	mine = interactions_sync_get(fixture->store, "ann", ann, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(mine->preferences, ==, "{\"mine\":1}");
	g_assert_null(interactions_sync_get(fixture->store, "bob", ann, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	/* It was for these alone. */
	check_list(fixture, (OffhookInteractionFilter){.session_id = "s1", .limit = 9}, NULL,
		   "i2 i1");
}

static void
test_user_writes_own(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) ann = new_user("ann");
	OffhookInteractionRecord record = interactions_sample("i1", "ann", 1);
	g_autoptr(OffhookPreferencesRecord) his = NULL;
	g_autoptr(GError) error = NULL;

	interactions_sync_put(fixture->store, "bob", "{\"his\":1}", NULL, NULL, &error);
	interactions_sync_add(fixture->store, &record, ann, &error);
	interactions_sync_put(fixture->store, "ann", "{\"mine\":1}", NULL, ann, &error);
	interactions_sync_put(fixture->store, "ann", "{\"mine\":2}", NULL, ann, &error);
	g_assert_no_error(error);
	record = interactions_sample("i2", "bob", 2);
	g_assert_false(interactions_sync_add(fixture->store, &record, ann, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_clear_error(&error);
	g_assert_false(interactions_sync_put(fixture->store, "bob", "{}", NULL, ann, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_clear_error(&error);
	/* Under an id that somebody else has. */
	add(fixture, "taken", "bob", NULL, NULL, 3);
	record = interactions_sample("taken", "ann", 4);
	interactions_sync_add(fixture->store, &record, ann, NULL);
	check_list(fixture, (OffhookInteractionFilter){.user_id = "bob", .limit = 9}, NULL,
		   "taken");
	check_list(fixture, (OffhookInteractionFilter){.user_id = "ann", .limit = 9}, NULL, "i1");
	his = interactions_sync_get(fixture->store, "bob", NULL, &error);
	g_assert_cmpstr(his->preferences, ==, "{\"his\":1}");
}

/* By the user's id, or by a number that is one, however it was written. */
static void
test_erase(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller ann = {.user_id = "ann"};
	const OffhookCaller number = {.number = "+15550100001"};
	g_autoptr(GError) error = NULL;

	add(fixture, "i1", "ann", "s1", NULL, 1);
	add(fixture, "i2", "ann", "s1", NULL, 2);
	add(fixture, "i3", "bob", "s1", NULL, 3);
	add(fixture, "i4", "0015550100001", "s1", NULL, 4);
	interactions_sync_put(fixture->store, "ann", "{}", NULL, NULL, &error);
	g_ptr_array_unref(offhook_store_sync_erase_caller(fixture->store, &ann));
	g_ptr_array_unref(offhook_store_sync_erase_caller(fixture->store, &number));
	check_list(fixture, (OffhookInteractionFilter){.session_id = "s1", .limit = 9}, NULL, "i3");
	g_assert_null(interactions_sync_get(fixture->store, "ann", NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

static void
check_refused(StoreFixture *fixture, const OffhookInteractionRecord *record, gint code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(interactions_sync_add(fixture->store, record, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_refused(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(64 * 1024 + 1, 'x');
	OffhookInteractionRecord record = interactions_sample("i1", NULL, 1);
	const OffhookInteractionFilter none = {.user_id = "ann"};
	const OffhookInteractionFilter empty = {.user_id = "", .limit = 1};
	g_autoptr(GError) error = NULL;

	check_refused(fixture, &record, OFFHOOK_ERROR_INVALID_ARGUMENT);
	record = interactions_sample("i1", "ann", 1);
	record.metadata = (char *)"{";
	check_refused(fixture, &record, OFFHOOK_ERROR_INVALID_ARGUMENT);
	record = interactions_sample("i1", "ann", 1);
	record.input = long_text;
	check_refused(fixture, &record, OFFHOOK_ERROR_LIMIT);
	g_assert_null(interactions_sync_list(fixture->store, &none, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	g_clear_error(&error);
	g_assert_null(interactions_sync_list(fixture->store, &empty, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

void
offhook_store_contract_add_interaction_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "interactions/full", test_full);
	STORE_FIXTURE_ADD(contract, "interactions/list", test_list);
	STORE_FIXTURE_ADD(contract, "interactions/counts", test_counts);
	STORE_FIXTURE_ADD(contract, "interactions/preferences", test_preferences);
	STORE_FIXTURE_ADD(contract, "interactions/user-reads-own", test_user_reads_own);
	STORE_FIXTURE_ADD(contract, "interactions/user-writes-own", test_user_writes_own);
	STORE_FIXTURE_ADD(contract, "interactions/erase", test_erase);
	STORE_FIXTURE_ADD(contract, "interactions/refused", test_refused);
}
