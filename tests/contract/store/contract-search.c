/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Searching in what was said, in any store: the same finds for the same words. Main thread.
 */

#include "store-fixture.h"

#include <string.h>

#include <offhook/error.h>

#include "store-sample.h"
#include "store-sync.h"

/* Message "1", "2", ... of one call. */
static const char *const said[] = {
    "Hello, you have reached the Trattoria Lucia.",
    "I'd like to book a table for two at 9:30, please",
    "Wir haben täglich von 11 bis 23 Uhr geöffnet, auch in der Straße nebenan",
    "Un café crème et l'addition, s'il vous plaît",
    "营业时间是几点到几点",
    "お電話ありがとうございます",
    "Your order number is AB-1234.",
    "please hold the line",
    "The line was held. Please!",
    "مَرْحَبًا بِكُمْ",
    "Ζητώ συγγνώμη",
    "ab1234 is not the one with the hyphen",
    "near and or not",
    "ราคาเท่าไหร่",
    "½ litre of ﬁne wine №5",
};

static void
say(StoreFixture *fixture, const char *id, const char *content)
{
	OffhookMessageRecord message = store_sample_message(id, "c1-talk", "c1", content);

	store_sample_add_message(fixture->store, &message);
}

static void
say_all(StoreFixture *fixture)
{
	store_sample_begin(fixture->store, "c1");
	for (guint i = 0; i < G_N_ELEMENTS(said); i++) {
		g_autofree char *id = g_strdup_printf("%u", i + 1);

		say(fixture, id, said[i]);
	}
}

/* Which messages are found, newest first: "9 8". (transfer full) (nullable) */
static char *
find(StoreFixture *fixture, OffhookSearchFilter filter, char **cursor, GError **error)
{
	g_autoptr(GPtrArray) hits =
	    offhook_store_sync_search(fixture->store, &filter, cursor, error);
	g_autoptr(GString) found = g_string_new(NULL);

	if (hits == NULL)
		return NULL;
	for (guint i = 0; i < hits->len; i++)
		g_string_append_printf(
		    found, "%s%s", i > 0 ? " " : "",
		    ((OffhookSearchHit *)g_ptr_array_index(hits, i))->message_id);
	return g_string_free(g_steal_pointer(&found), FALSE);
}

static void
check_found(StoreFixture *fixture, OffhookSearchFilter filter, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autofree char *found = NULL;

	if (filter.limit == 0)
		filter.limit = 20;
	found = find(fixture, filter, &cursor, &error);
	g_assert_no_error(error);
	g_assert_null(cursor);
	if (g_strcmp0(found, expected) != 0)
		g_test_message("looked for: %s", filter.text);
	g_assert_cmpstr(found, ==, expected);
}

static void
test_words(StoreFixture *fixture, gconstpointer data)
{
	static const char *const finds[][2] = {
	    {"hello", "1"},
	    {"HELLO lucia", "1"},
	    {"lucia hello", "1"},
	    {"hello goodbye", ""},
	    {"hell", ""},
	    {"hell*", "1"},
	    {"hel* luc*", "1"},
	    {"table", "2"},
	    {"I'd", "2"},
	    {"d", "2"},
	    {"9:30", "2"},
	    {"9 30", "2"},
	    {"30:9", ""},
	    {"täglich", "3"},
	    {"TAGLICH", "3"},
	    {"geoffnet", "3"},
	    {"strasse", "3"},
	    {"STRASSE", "3"},
	    {"straße", "3"},
	    {"cafe creme", "4"},
	    {"CAFÉ", "4"},
	    {"l'addition", "4"},
	    {"plait", "4"},
	    {"营业时间", "5"},
	    {"时间", "5"},
	    {"间时", ""},
	    {"几点", "5"},
	    {"電話", "6"},
	    {"ありがとう", "6"},
	    {"とうありが", ""},
	    {"AB-1234", "7"},
	    {"ab 1234", "7"},
	    {"1234 ab", "7"},
	    {"\"1234 ab\"", ""},
	    {"ab1234", "12"},
	    {"ab1*", "12"},
	    {"please line", "9 8"},
	    {"\"please hold\"", "8"},
	    {"\"hold please\"", ""},
	    {"\"hold the line\" please", "8"},
	    {"\"THE  line\"", "9 8"},
	    {"please", "9 8 2"},
	    {"مرحبا", "10"},
	    {"بكم", "10"},
	    {"συγγνωμη", "11"},
	    {"ΖΗΤΩ", "11"},
	    {"near", "13"},
	    {"near and", "13"},
	    {"or", "13"},
	    {"NOT", "13 12"},
	    {"ราคา", "14"},
	    {"fine", "15"},
	    {"fin*", "15"},
	    {"please hol*", "8"},
	    {"1", "15"},
	};

	say_all(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(finds); i++)
		check_found(fixture, (OffhookSearchFilter){.text = finds[i][0]}, finds[i][1]);
}

/* What means something to a database means nothing here. */
static void
test_hostile(StoreFixture *fixture, gconstpointer data)
{
	static const char *const finds[][2] = {
	    {"\"hello", "1"},
	    {"hello\"", "1"},
	    {"\"\"hello\"\"", "1"},
	    {"hello'", "1"},
	    {"hello\\", "1"},
	    {"'hello' | 'table'", ""},
	    {"hello OR table", ""},
	    {"hello AND table", ""},
	    {"NEAR(hello lucia)", ""},
	    {"NEAR(near and, 2)", ""},
	    {"-hello", "1"},
	    {"+hello", "1"},
	    {"^hello", "1"},
	    {"!hello", "1"},
	    {"words:hello", ""},
	    {"{words}:hello", ""},
	    {"hello:*", "1"},
	    {"hello & !lucia", "1"},
	    {"(hello", "1"},
	    {"hello)", "1"},
	    {"<-> hello", "1"},
	    {"%hello%", "1"},
	    {"hello; DROP TABLE messages", ""},
	    {"\"hold % line\"", ""},
	    {"\"hold_the line\"", "8"},
	    {"hello \xf0\x9f\x98\x80", "1"},
	    {"\t\nhello\r", "1"},
	    {"*hello", "1"},
	    {"\"hell*\"", ""},
	    {"\"please|hold\"", "8"},
	};
	static const char *const refused[] = {"",          " ",  "\"",   "\"\"",
					      "*",         "**", "?",    "he*",
					      "hello ab*", "'-", "()&|", "\xf0\x9f\x98\x80",
					      "\xff"};

	say_all(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(finds); i++)
		check_found(fixture, (OffhookSearchFilter){.text = finds[i][0]}, finds[i][1]);
	for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
		OffhookSearchFilter filter = {.limit = 5, .text = refused[i]};
		g_autoptr(GError) error = NULL;
		g_autofree char *cursor = NULL;

		g_assert_null(offhook_store_sync_search(fixture->store, &filter, &cursor, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
check_length(StoreFixture *fixture, guint n_words, gboolean good)
{
	g_autoptr(GString) text = g_string_new("hello");
	g_autoptr(GError) error = NULL;
	g_autofree char *cursor = NULL;
	g_autofree char *found = NULL;

	for (guint i = 1; i < n_words; i++)
		g_string_append(text, " hello");
	found =
	    find(fixture, (OffhookSearchFilter){.limit = 5, .text = text->str}, &cursor, &error);
	if (good)
		g_assert_cmpstr(found, ==, "1");
	else
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_long(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *word = g_strnfill(990, 'x');
	g_autofree char *longer = g_strconcat(word, word, NULL);

	say_all(fixture);
	say(fixture, "long", longer);
	check_length(fixture, OFFHOOK_SEARCH_MAX_WORDS, TRUE);
	check_length(fixture, OFFHOOK_SEARCH_MAX_WORDS + 1, FALSE);
	check_length(fixture, 2000, FALSE);
	check_found(fixture, (OffhookSearchFilter){.text = word}, "long");
}

/* The longest message there may be, and one whose words are longer than it. */
static void
test_huge(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GString) many = g_string_new(NULL);
	g_autoptr(GString) swelling = g_string_new(NULL);

	for (guint i = 0; many->len < 256 * 1024 - 16; i++)
		g_string_append_printf(many, "w%u ", i);
	while (swelling->len < 256 * 1024 - 16)
		g_string_append(swelling, "\xef\xb7\xba ");
	store_sample_begin(fixture->store, "c1");
	say(fixture, "many", many->str);
	say(fixture, "swelling", swelling->str);
	check_found(fixture, (OffhookSearchFilter){.text = "w0 w30000"}, "many");
	check_found(fixture, (OffhookSearchFilter){.text = "\"w29999 w30000\""}, "many");
	check_found(fixture, (OffhookSearchFilter){.text = "\xef\xb7\xba"}, "swelling");
}

/* What the caller did not hear was not said. */
static void
test_trimmed(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	say_all(fixture);
	check_found(fixture, (OffhookSearchFilter){.text = "trattoria"}, "1");
	offhook_store_update_message(fixture->store, "1", "Hello, you have", TRUE, &error);
	g_assert_no_error(error);
	check_found(fixture, (OffhookSearchFilter){.text = "trattoria"}, "");
	check_found(fixture, (OffhookSearchFilter){.text = "hello have"}, "1");
	offhook_store_update_message(fixture->store, "1", "", TRUE, &error);
	g_assert_no_error(error);
	check_found(fixture, (OffhookSearchFilter){.text = "hello"}, "");
}

static void
test_erased(StoreFixture *fixture, gconstpointer data)
{
	say_all(fixture);
	offhook_store_sync_flush(fixture->store);
	fixture->contract->run(fixture->url, "DELETE FROM messages WHERE id = '8'");
	check_found(fixture, (OffhookSearchFilter){.text = "please"}, "9 2");
	fixture->contract->run(fixture->url, "DELETE FROM calls");
	check_found(fixture, (OffhookSearchFilter){.text = "please"}, "");
	say_all(fixture);
	check_found(fixture, (OffhookSearchFilter){.text = "please"}, "9 8 2");
}

/* Written by a version that had no words. */
static void
test_folded_later(StoreFixture *fixture, gconstpointer data)
{
	say_all(fixture);
	g_assert_cmpuint(offhook_store_sync_fold_messages(fixture->store), ==, 0);
	fixture->contract->run(fixture->url, "UPDATE messages SET words = NULL");
	check_found(fixture, (OffhookSearchFilter){.text = "please"}, "");
	g_assert_cmpuint(offhook_store_sync_fold_messages(fixture->store), ==, G_N_ELEMENTS(said));
	check_found(fixture, (OffhookSearchFilter){.text = "please"}, "9 8 2");
	check_found(fixture, (OffhookSearchFilter){.text = "CAFÉ"}, "4");
	g_assert_cmpuint(offhook_store_sync_fold_messages(fixture->store), ==, 0);
}

static void
test_hit(StoreFixture *fixture, gconstpointer data)
{
	OffhookCallRecord call = store_sample_call("c1");
	OffhookConversationRecord talk = store_sample_conversation("c1-talk", "c1");
	OffhookMessageRecord message =
	    store_sample_message("m1", "c1-talk", "c1", "A table for two");
	OffhookSearchFilter filter = {.limit = 5, .text = "two"};
	g_autoptr(GPtrArray) hits = NULL;
	g_autofree char *cursor = NULL;
	const OffhookSearchHit *hit;

	call.assistant = (char *)"reception";
	call.from = (char *)"+15550100001";
	call.to = (char *)"+15550100002";
	message.interrupted = TRUE;
	message.at_us += 7;
	store_sample_put_call(fixture->store, &call);
	store_sample_put_conversation(fixture->store, &talk);
	store_sample_add_message(fixture->store, &message);
	hits = offhook_store_sync_search(fixture->store, &filter, &cursor, NULL);
	g_assert_cmpuint(hits->len, ==, 1);
	hit = g_ptr_array_index(hits, 0);
	g_assert_cmpstr(hit->message_id, ==, "m1");
	g_assert_cmpstr(hit->conversation_id, ==, "c1-talk");
	g_assert_cmpstr(hit->call_id, ==, "c1");
	g_assert_cmpstr(hit->role, ==, "user");
	g_assert_cmpstr(hit->content, ==, "A table for two");
	g_assert_cmpint(hit->at_us, ==, STORE_SAMPLE_US + 7);
	g_assert_true(hit->interrupted);
	g_assert_cmpint(hit->call_created_us, ==, STORE_SAMPLE_US);
	g_assert_cmpstr(hit->direction, ==, "inbound");
	g_assert_cmpstr(hit->phone_number, ==, "+15550100001");
	g_assert_cmpstr(hit->provider, ==, "loopback");
	g_assert_cmpstr(hit->assistant, ==, "reception");
}

/* A conversation in text has no call. */
static void
test_without_call(StoreFixture *fixture, gconstpointer data)
{
	OffhookConversationRecord talk = store_sample_conversation("t1", NULL);
	OffhookMessageRecord message = store_sample_message("m1", "t1", NULL, "only written");

	store_sample_put_conversation(fixture->store, &talk);
	store_sample_add_message(fixture->store, &message);
	check_found(fixture, (OffhookSearchFilter){.text = "written"}, "m1");
	check_found(fixture, (OffhookSearchFilter){.text = "written", .assistant = "x"}, "");
}

/* Messages 1 to @n of calls c0 and c1 in turn; every third is the assistant's, one a second. */
static void
say_many(StoreFixture *fixture, guint n)
{
	store_sample_begin(fixture->store, "c0");
	store_sample_begin(fixture->store, "c1");
	for (guint i = 1; i <= n; i++) {
		g_autofree char *id = g_strdup_printf("%u", i);
		const char *call = i % 2 == 0 ? "c0" : "c1";
		g_autofree char *talk = g_strconcat(call, "-talk", NULL);
		OffhookMessageRecord message = store_sample_message(id, talk, call, "again");

		message.role = (char *)(i % 3 == 0 ? "assistant" : "user");
		message.at_us += i * G_USEC_PER_SEC;
		store_sample_add_message(fixture->store, &message);
	}
}

static void
test_pages(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *cursor = NULL;
	guint expected = 50;

	say_many(fixture, 50);
	for (guint page = 0; page < 5; page++) {
		g_autofree char *before = g_steal_pointer(&cursor);
		OffhookSearchFilter filter = {.limit = 10, .text = "again", .cursor = before};
		g_autoptr(GPtrArray) hits =
		    offhook_store_sync_search(fixture->store, &filter, &cursor, NULL);
		g_autofree char *late = g_strdup_printf("late%u", page);

		g_assert_cmpuint(hits->len, ==, 10);
		for (guint i = 0; i < 10; i++) {
			g_autofree char *id = g_strdup_printf("%u", expected--);

			g_assert_cmpstr(((OffhookSearchHit *)hits->pdata[i])->message_id, ==, id);
		}
		say(fixture, late, "again and again");
	}
	g_assert_null(cursor);
}

static void
test_filters(StoreFixture *fixture, gconstpointer data)
{
	const gint64 second = G_USEC_PER_SEC;

	say_many(fixture, 12);
	check_found(fixture, (OffhookSearchFilter){.text = "again", .role = "assistant"},
		    "12 9 6 3");
	check_found(fixture, (OffhookSearchFilter){.text = "again", .call_id = "c0"},
		    "12 10 8 6 4 2");
	check_found(fixture,
		    (OffhookSearchFilter){.text = "again",
					  .from_us = STORE_SAMPLE_US + 3 * second,
					  .to_us = STORE_SAMPLE_US + 5 * second},
		    "4 3");
	check_found(fixture,
		    (OffhookSearchFilter){.text = "again", .role = "user", .call_id = "c1"},
		    "11 7 5 1");
}

/* Where few of the matches are wanted, a page looks at so many of them only. */
static void
test_sparse(StoreFixture *fixture, gconstpointer data)
{
	OffhookSearchFilter filter = {.limit = 5, .text = "again", .role = "system"};
	OffhookMessageRecord needle = store_sample_message("needle", "c0-talk", "c0", "again");
	g_autofree char *cursor = NULL;
	guint n_found = 0;
	guint n_pages = 0;

	store_sample_begin(fixture->store, "c0");
	needle.role = (char *)"system";
	store_sample_add_message(fixture->store, &needle);
	say_many(fixture, 2500);
	do {
		g_autofree char *before = g_steal_pointer(&cursor);
		g_autoptr(GPtrArray) hits = NULL;

		filter.cursor = before;
		hits = offhook_store_sync_search(fixture->store, &filter, &cursor, NULL);
		n_found += hits->len;
		n_pages++;
	} while (cursor != NULL);
	g_assert_cmpuint(n_found, ==, 1);
	g_assert_cmpuint(n_pages, >, 1);
}

/* Calls by what was said in them. */
static void
test_calls(StoreFixture *fixture, gconstpointer data)
{
	OffhookHistoryFilter filter = OFFHOOK_HISTORY_FILTER_INIT;
	g_autoptr(GPtrArray) all = NULL;
	g_autoptr(GPtrArray) one = NULL;
	g_autofree char *cursor = NULL;

	say_many(fixture, 9);
	say(fixture, "m", "only here, again");
	filter.text = "again";
	all = offhook_store_sync_list_history(fixture->store, &filter, &cursor, NULL);
	g_assert_cmpuint(all->len, ==, 2);
	filter.text = "\"only here\"";
	filter.status = "in-progress";
	one = offhook_store_sync_list_history(fixture->store, &filter, &cursor, NULL);
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_cmpstr(((OffhookCallRecord *)one->pdata[0])->id, ==, "c1");
	g_assert_null(cursor);
}

static void
test_refused(StoreFixture *fixture, gconstpointer data)
{
	const OffhookSearchFilter filters[] = {
	    {.limit = 0, .text = "x"},
	    {.limit = OFFHOOK_HISTORY_MAX_HITS + 1, .text = "x"},
	    {.limit = 5},
	    {.limit = 5, .text = "x", .role = "parrot"},
	    {.limit = 5, .text = "x", .cursor = "YzEyOmE."},
	    {.limit = 5, .text = "x", .call_id = ""},
	    {.limit = 5, .text = "x", .from_us = 2, .to_us = 1},
	};

	for (guint i = 0; i < G_N_ELEMENTS(filters); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *cursor = NULL;

		g_assert_null(
		    offhook_store_sync_search(fixture->store, &filters[i], &cursor, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

void
offhook_store_contract_add_search_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "search/words", test_words);
	STORE_FIXTURE_ADD(contract, "search/hostile", test_hostile);
	STORE_FIXTURE_ADD(contract, "search/long", test_long);
	STORE_FIXTURE_ADD(contract, "search/huge", test_huge);
	STORE_FIXTURE_ADD(contract, "search/trimmed", test_trimmed);
	STORE_FIXTURE_ADD(contract, "search/erased", test_erased);
	STORE_FIXTURE_ADD(contract, "search/folded-later", test_folded_later);
	STORE_FIXTURE_ADD(contract, "search/hit", test_hit);
	STORE_FIXTURE_ADD(contract, "search/without-call", test_without_call);
	STORE_FIXTURE_ADD(contract, "search/pages", test_pages);
	STORE_FIXTURE_ADD(contract, "search/filters", test_filters);
	STORE_FIXTURE_ADD(contract, "search/sparse", test_sparse);
	STORE_FIXTURE_ADD(contract, "search/calls", test_calls);
	STORE_FIXTURE_ADD(contract, "search/refused", test_refused);
}
