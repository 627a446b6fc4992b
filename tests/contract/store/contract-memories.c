/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What agents remember of users, in any store. Main thread.
 */

#include "store-fixture.h"

#include <math.h>
#include <offhook/error.h>
#include <offhook/memory.h>

#include "harness.h"
#include "store-sample.h"
#include "store-sync.h"
#include "store/store-memories.h"

#define NUMBER "+15550100001"

static OffhookMemoryRecord
sample(const char *id, const char *user_id, gint64 at)
{
	return (OffhookMemoryRecord){
	    .id = (char *)id,
	    .user_id = (char *)user_id,
	    .kind = (char *)"fact",
	    .text = (char *)"likes the window",
	    .created_us = STORE_SAMPLE_US + at,
	};
}

static void
put(StoreFixture *fixture, const OffhookMemoryRecord *record)
{
	g_autoptr(GError) error = NULL;

	offhook_store_put_memory(fixture->store, record, &error);
	g_assert_no_error(error);
}

static void
add(StoreFixture *fixture, const char *id, const char *user_id, gint64 at)
{
	const OffhookMemoryRecord record = sample(id, user_id, at);

	put(fixture, &record);
}

static GPtrArray *
list_rows(StoreFixture *fixture, const char *user_id, const char *model,
	  const OffhookStoreUser *user)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *rows;

	offhook_store_list_memories_async(fixture->store, user_id, model, user, NULL,
					  harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "list memories");
	rows = offhook_store_list_memories_finish(fixture->store, result, &error);
	g_assert_no_error(error);
	return rows;
}

static void
check_list(StoreFixture *fixture, const char *user_id, const OffhookStoreUser *user,
	   const char *expected)
{
	g_autoptr(GPtrArray) rows = list_rows(fixture, user_id, NULL, user);
	g_autoptr(GString) ids = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(ids, "%s%s", i > 0 ? " " : "",
				       ((OffhookMemoryRecord *)g_ptr_array_index(rows, i))->id);
	g_assert_cmpstr(ids->str, ==, expected);
}

static gboolean
forget(StoreFixture *fixture, const char *user_id, const char *id, const OffhookStoreUser *user,
       guint *count, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_store_forget_memories_async(fixture->store, user_id, id, user, NULL,
					    harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "forget memories");
	return offhook_store_forget_memories_finish(fixture->store, result, count, error);
}

static void
check_forget(StoreFixture *fixture, const char *user_id, const char *id,
	     const OffhookStoreUser *user, guint expected)
{
	g_autoptr(GError) error = NULL;
	guint count = 0;

	g_assert_true(forget(fixture, user_id, id, user, &count, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(count, ==, expected);
}

static void
set_vector(StoreFixture *fixture, const OffhookMemoryRecord *record)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	offhook_store_set_vector_async(fixture->store, record, NULL, harness_store_result_cb,
				       &stored);
	result = harness_wait_result(&stored, "set vector");
	g_assert_true(offhook_store_set_vector_finish(fixture->store, result, NULL, &error));
	g_assert_no_error(error);
}

static OffhookStoreUser *
new_user(const char *subject)
{
	g_autofree char *claims =
	    g_strdup_printf("{\"sub\":\"%s\",\"role\":\"authenticated\"}", subject);

	return offhook_store_user_new(subject, claims);
}

static void
test_full(StoreFixture *fixture, gconstpointer data)
{
	OffhookMemoryRecord record = sample("m1", NUMBER, 0);
	g_autoptr(GPtrArray) rows = NULL;
	const OffhookMemoryRecord *got;

	record.kind = (char *)"preference";
	record.key = (char *)"seat";
	record.text = (char *)"a table by the window, \xc3\xa4\xc3\xb6 '";
	record.conversation_id = (char *)"talk";
	put(fixture, &record);
	store_fixture_reopen(fixture, NULL);
	rows = list_rows(fixture, NUMBER, NULL, NULL);
	g_assert_cmpuint(rows->len, ==, 1);
	got = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(got->id, ==, "m1");
	g_assert_cmpstr(got->user_id, ==, NUMBER);
	g_assert_cmpstr(got->kind, ==, "preference");
	g_assert_cmpstr(got->key, ==, "seat");
	g_assert_cmpstr(got->text, ==, record.text);
	g_assert_cmpstr(got->conversation_id, ==, "talk");
	g_assert_cmpint(got->created_us, ==, STORE_SAMPLE_US);
	g_assert_null(got->model);
	g_assert_null(got->vector);
}

static void
test_list(StoreFixture *fixture, gconstpointer data)
{
	add(fixture, "m1", "ann", 1);
	add(fixture, "m2", "ann", 3);
	add(fixture, "m3", "bob", 2);
	add(fixture, "m4", "ann", 3);
	check_list(fixture, "ann", NULL, "m4 m2 m1");
	check_list(fixture, "bob", NULL, "m3");
	check_list(fixture, "ann' OR '1'='1", NULL, "");
	/* It takes the place of the one that was there, and is as new as any. */
	add(fixture, "m1", "ann", 9);
	check_list(fixture, "ann", NULL, "m1 m4 m2");
}

/* What takes the place of what. */
static void
test_ids(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *name = offhook_memory_record_make_id("ann", "fact", "name", "Ann");
	g_autofree char *same = offhook_memory_record_make_id("ann", "preference", "name", "Anna");
	g_autofree char *other = offhook_memory_record_make_id("bob", "fact", "name", "Ann");
	g_autofree char *text = offhook_memory_record_make_id("ann", "fact", NULL, "Name");
	g_autofree char *again = offhook_memory_record_make_id("ann", "fact", NULL, "name!");
	g_autofree char *kind = offhook_memory_record_make_id("ann", "episode", NULL, "name");

	g_assert_cmpstr(name, ==, same);
	g_assert_cmpstr(name, !=, other);
	g_assert_cmpstr(name, !=, text);
	g_assert_cmpstr(text, ==, again);
	g_assert_cmpstr(text, !=, kind);
}

/* The oldest go, first by their number. */
static void
test_limit_items(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) rows = NULL;

	add(fixture, "other", "bob", 0);
	for (guint i = 0; i < OFFHOOK_MEMORY_MAX_ITEMS + 3; i++) {
		g_autofree char *id = g_strdup_printf("m%03u", i);

		add(fixture, id, "ann", i);
	}
	rows = list_rows(fixture, "ann", NULL, NULL);
	g_assert_cmpuint(rows->len, ==, OFFHOOK_MEMORY_MAX_ITEMS);
	g_assert_cmpstr(((OffhookMemoryRecord *)g_ptr_array_index(rows, rows->len - 1))->id, ==,
			"m003");
	check_list(fixture, "bob", NULL, "other");
}

/* ... then by their size, also when one grows. */
static void
test_limit_bytes(StoreFixture *fixture, gconstpointer data)
{
	const guint n = OFFHOOK_MEMORY_MAX_BYTES / OFFHOOK_MEMORY_MAX_TEXT;
	/* Characters of two bytes: it is these that count. */
	g_autofree char *half = g_strnfill(OFFHOOK_MEMORY_MAX_TEXT / 2, 'x');
	g_autoptr(GString) text = g_string_new(NULL);
	OffhookMemoryRecord record = sample(NULL, "ann", 0);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) after = NULL;

	for (guint i = 0; i < OFFHOOK_MEMORY_MAX_TEXT / 2; i++)
		g_string_append(text, "\xc3\xa4");
	for (guint i = 0; i < n + 2; i++) {
		g_autofree char *id = g_strdup_printf("m%03u", i);

		record = sample(id, "ann", i);
		record.text = i == n + 1 ? half : text->str;
		put(fixture, &record);
	}
	rows = list_rows(fixture, "ann", NULL, NULL);
	g_assert_cmpuint(rows->len, ==, n + 1);
	g_assert_cmpstr(((OffhookMemoryRecord *)g_ptr_array_index(rows, n))->id, ==, "m001");
	record = sample("m033", "ann", n + 1);
	record.text = text->str;
	g_assert_cmpuint(n, ==, 32);
	put(fixture, &record);
	after = list_rows(fixture, "ann", NULL, NULL);
	g_assert_cmpuint(after->len, ==, n);
	add(fixture, "m034", "ann", n + 2);
	add(fixture, "m035", "ann", n + 3);
	check_forget(fixture, "ann", NULL, NULL, n + 2);
}

static void
test_forget(StoreFixture *fixture, gconstpointer data)
{
	add(fixture, "m1", "ann", 1);
	add(fixture, "m2", "ann", 2);
	add(fixture, "m3", "ann", 3);
	add(fixture, "m4", "bob", 4);
	check_forget(fixture, "ann", "m2", NULL, 1);
	check_forget(fixture, "ann", "m2", NULL, 0);
	/* Another's. */
	check_forget(fixture, "ann", "m4", NULL, 0);
	check_list(fixture, "ann", NULL, "m3 m1");
	check_forget(fixture, "ann", NULL, NULL, 2);
	check_list(fixture, "ann", NULL, "");
	check_list(fixture, "bob", NULL, "m4");
}

static void
test_user_has_own(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) ann = new_user("ann");

	add(fixture, "m1", "ann", 1);
	add(fixture, "m2", "bob", 2);
	add(fixture, "m3", "ann", 3);
	check_list(fixture, "ann", ann, "m3 m1");
	check_list(fixture, "bob", ann, "");
	check_forget(fixture, "bob", NULL, ann, 0);
	check_forget(fixture, "bob", "m2", ann, 0);
	check_forget(fixture, "ann", "m1", ann, 1);
	check_list(fixture, "bob", NULL, "m2");
	check_forget(fixture, "ann", NULL, ann, 1);
}

static void
test_vector(StoreFixture *fixture, gconstpointer data)
{
	OffhookMemoryRecord record = sample("m1", "ann", 1);
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) others = NULL;
	g_autoptr(GPtrArray) after = NULL;
	const OffhookMemoryRecord *got;

	put(fixture, &record);
	record.model = (char *)"small";
	record.vector = (char *)"[0.5,-1e-05]";
	set_vector(fixture, &record);
	rows = list_rows(fixture, "ann", "small", NULL);
	got = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(got->model, ==, "small");
	g_assert_cmpstr(got->vector, ==, "[0.5,-1e-05]");
	others = list_rows(fixture, "ann", "large", NULL);
	g_assert_null(((OffhookMemoryRecord *)g_ptr_array_index(others, 0))->vector);
	/* Another text means something else, and one that is forgotten does not come back. */
	record.text = (char *)"likes the corner";
	set_vector(fixture, &record);
	record.vector = NULL;
	record.model = NULL;
	put(fixture, &record);
	after = list_rows(fixture, "ann", "small", NULL);
	g_assert_null(((OffhookMemoryRecord *)g_ptr_array_index(after, 0))->vector);
	check_forget(fixture, "ann", NULL, NULL, 1);
	record.model = (char *)"small";
	record.vector = (char *)"[1]";
	set_vector(fixture, &record);
	check_list(fixture, "ann", NULL, "");
}

/* ---- what memories mean ---- */

static GHashTable *
compare(StoreFixture *fixture, const char *user_id, const char *model, const char *vector,
	const OffhookStoreUser *user)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	GHashTable *cosines;

	offhook_store_compare_memories_async(fixture->store, user_id, model, vector, user, NULL,
					     harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "compare memories");
	cosines = offhook_store_compare_memories_finish(fixture->store, result, &error);
	g_assert_no_error(error);
	return cosines;
}

static void
add_meaning(StoreFixture *fixture, const char *id, const char *user_id, const char *model,
	    const char *vector)
{
	OffhookMemoryRecord record = sample(id, user_id, 1);

	put(fixture, &record);
	record.model = (char *)model;
	record.vector = (char *)vector;
	set_vector(fixture, &record);
}

static void
check_cosine(GHashTable *cosines, const char *id, double expected)
{
	const double *found = g_hash_table_lookup(cosines, id);

	g_assert_nonnull(found);
	g_assert_cmpfloat_with_epsilon(*found, expected, 1e-6);
}

/* Whoever compares them: of one user, of one model, of one length. */
static void
test_compare(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) ann = new_user("ann");
	g_autoptr(GHashTable) small = NULL;
	g_autoptr(GHashTable) large = NULL;
	g_autoptr(GHashTable) others = NULL;
	g_autoptr(GHashTable) own = NULL;

	add_meaning(fixture, "same", "ann", "small", "[2,0]");
	add_meaning(fixture, "near", "ann", "small", "[0.9,0.1]");
	add_meaning(fixture, "across", "ann", "small", "[0,0.25]");
	add_meaning(fixture, "against", "ann", "small", "[-1e-05,0]");
	add_meaning(fixture, "longer", "ann", "small", "[1,0,0]");
	add_meaning(fixture, "large", "ann", "large", "[1,0,0]");
	add_meaning(fixture, "bobs", "bob", "small", "[1,0]");
	add(fixture, "none", "ann", 1);
	small = compare(fixture, "ann", "small", "[1,0]", NULL);
	g_assert_cmpuint(g_hash_table_size(small), ==, 4);
	check_cosine(small, "same", 1);
	check_cosine(small, "near", 0.993883734673619);
	check_cosine(small, "across", 0);
	check_cosine(small, "against", -1);
	large = compare(fixture, "ann", "large", "[0,0,3]", ann);
	g_assert_cmpuint(g_hash_table_size(large), ==, 1);
	check_cosine(large, "large", 0);
	others = compare(fixture, "bob", "small", "[1,0]", ann);
	g_assert_cmpuint(g_hash_table_size(others), ==, 0);
	/* What has another text now has no meaning yet. */
	add(fixture, "same", "ann", 2);
	own = compare(fixture, "ann", "small", "[1,0]", ann);
	g_assert_cmpuint(g_hash_table_size(own), ==, 3);
	g_assert_false(g_hash_table_contains(own, "same"));
}

/* As long as engines make them. */
static void
test_compare_long(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(GString) one = g_string_new("[");
	g_autoptr(GString) other = g_string_new("[");
	g_autoptr(GHashTable) cosines = NULL;
	double product = 0, squares[2] = {0, 0};

	for (guint i = 0; i < 4096; i++) {
		double a = (i * 37 % 101) / 100.0 - 0.5, b = (i * 53 % 97) / 100.0 - 0.5;

		g_string_append_printf(one, "%s%.4f", i > 0 ? "," : "", a);
		g_string_append_printf(other, "%s%.4f", i > 0 ? "," : "", b);
		product += a * b;
		squares[0] += a * a;
		squares[1] += b * b;
	}
	g_string_append_c(one, ']');
	g_string_append_c(other, ']');
	add_meaning(fixture, "m1", "ann", "long", one->str);
	cosines = compare(fixture, "ann", "long", other->str, NULL);
	check_cosine(cosines, "m1", product / sqrt(squares[0] * squares[1]));
}

/* ---- what an index beside the database has ---- */

static gboolean
mark(StoreFixture *fixture, const OffhookMemoryRecord *record)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	gboolean there = FALSE;

	offhook_store_mark_memory_async(fixture->store, record, "index", NULL,
					harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "mark memory");
	g_assert_true(offhook_store_mark_memory_finish(fixture->store, result, &there, &error));
	g_assert_no_error(error);
	return there;
}

static void
check_removals(StoreFixture *fixture, const char *expected)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GString) ids = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	offhook_store_list_memory_removals_async(fixture->store, 100, NULL, harness_store_result_cb,
						 &stored);
	result = harness_wait_result(&stored, "list removals");
	rows = offhook_store_list_memory_removals_finish(fixture->store, result, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < rows->len; i++) {
		const OffhookMemoryRemovalRecord *row = g_ptr_array_index(rows, i);

		g_assert_cmpstr(row->collection, ==, "index");
		g_string_append_printf(ids, "%s%s", i > 0 ? " " : "", row->id);
	}
	g_assert_cmpstr(ids->str, ==, expected);
}

/* Whatever takes a memory away that an index may have, it is remembered that it has to go there, too. */
static void
test_removals(StoreFixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) ann = new_user("ann");
	OffhookMemoryRecord record = sample("m1", "ann", 1);
	char *done[] = {(char *)"m1", (char *)"m3", NULL};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(mark(fixture, &record));
	for (guint i = 0; i < OFFHOOK_MEMORY_MAX_ITEMS; i++) {
		g_autofree char *id = g_strdup_printf("x%03u", i);

		add(fixture, id, "ann", i + 10);
	}
	add(fixture, "m2", "ann", 1);
	check_removals(fixture, "");
	record = sample("x000", "ann", 1);
	g_assert_true(mark(fixture, &record));
	/* It stays marked with another text, which is not the one that was to be put. */
	record.text = (char *)"likes the corner";
	record.created_us = STORE_SAMPLE_US + 10;
	g_assert_false(mark(fixture, &record));
	put(fixture, &record);
	/* The oldest makes room. */
	add(fixture, "m1", "ann", 999);
	check_removals(fixture, "x000");
	record = sample("m1", "ann", 999);
	g_assert_true(mark(fixture, &record));
	add(fixture, "m3", "bob", 1);
	record = sample("m3", "bob", 1);
	g_assert_true(mark(fixture, &record));
	check_forget(fixture, "ann", "m1", ann, 1);
	check_forget(fixture, "bob", NULL, NULL, 1);
	store_fixture_reopen(fixture, NULL);
	check_removals(fixture, "m1 m3 x000");
	offhook_store_drop_memory_removals_async(fixture->store, "index", done, NULL,
						 harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "drop removals");
	g_assert_true(offhook_store_drop_memory_removals_finish(fixture->store, result, &error));
	g_assert_no_error(error);
	check_removals(fixture, "x000");
}

static void
drop_removal(StoreFixture *fixture, const char *id)
{
	char *ids[] = {(char *)id, NULL};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_store_drop_memory_removals_async(fixture->store, "index", ids, NULL,
						 harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "drop removals");
	g_assert_true(offhook_store_drop_memory_removals_finish(fixture->store, result, NULL));
}

static guint
claim_removals(StoreFixture *fixture, const char *receipt_id)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	guint count = 0;

	offhook_store_claim_removals_async(fixture->store, receipt_id, NULL,
					   harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "claim removals");
	offhook_store_claim_removals_finish(fixture->store, result, &count, &error);
	g_assert_no_error(error);
	return count;
}

static void
settle_receipts(StoreFixture *fixture, const char *receipt_id, gint64 at)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	offhook_store_settle_receipts_async(fixture->store, receipt_id, STORE_SAMPLE_US + at, NULL,
					    harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "settle receipts");
	offhook_store_settle_receipts_finish(fixture->store, result, &error);
	g_assert_no_error(error);
}

static void
put_receipt(StoreFixture *fixture, const char *id)
{
	const OffhookReceiptRecord record = {
	    .id = (char *)id,
	    .at_us = STORE_SAMPLE_US,
	    .subject = (char *)id,
	    .receipt = (char *)"{}",
	};

	g_assert_true(offhook_store_put_receipt(fixture->store, &record, NULL));
}

/* @done: 0: not yet */
static void
check_receipt(StoreFixture *fixture, const char *id, gint64 left, gint64 done)
{
	g_autoptr(GPtrArray) rows = offhook_store_sync_list_receipts(fixture->store, id);
	const OffhookReceiptRecord *row = g_ptr_array_index(rows, 0);

	g_assert_cmpint(row->removals_left, ==, left);
	g_assert_cmpint(row->removals_done_us, ==, done > 0 ? STORE_SAMPLE_US + done : 0);
}

static void
forget_marked(StoreFixture *fixture, const char *id)
{
	const OffhookMemoryRecord record = sample(id, "ann", 1);

	add(fixture, id, "ann", 1);
	g_assert_true(mark(fixture, &record));
	check_forget(fixture, "ann", id, NULL, 1);
}

/* A receipt waits for what was to be removed by then, not for what is forgotten later. */
static void
test_claims(StoreFixture *fixture, gconstpointer data)
{
	put_receipt(fixture, "r0");
	check_receipt(fixture, "r0", -1, 0);
	forget_marked(fixture, "m1");
	forget_marked(fixture, "m2");
	g_assert_cmpuint(claim_removals(fixture, "r1"), ==, 2);
	put_receipt(fixture, "r1");
	settle_receipts(fixture, "r1", 1);
	check_receipt(fixture, "r1", 2, 0);
	forget_marked(fixture, "m3");
	drop_removal(fixture, "m1");
	settle_receipts(fixture, NULL, 2);
	check_receipt(fixture, "r1", 1, 0);
	g_assert_cmpuint(claim_removals(fixture, "r2"), ==, 2);
	drop_removal(fixture, "m2");
	/* Before the second is written: it is found nevertheless. */
	settle_receipts(fixture, NULL, 3);
	check_receipt(fixture, "r1", 0, 3);
	drop_removal(fixture, "m3");
	put_receipt(fixture, "r2");
	settle_receipts(fixture, "r2", 4);
	check_receipt(fixture, "r2", 0, 4);
	/* What is done stays so, also when the write is repeated. */
	put_receipt(fixture, "r1");
	settle_receipts(fixture, NULL, 5);
	check_receipt(fixture, "r1", 0, 3);
	check_receipt(fixture, "r0", -1, 0);
}

static gint64
get_rows(GPtrArray *counts)
{
	for (guint i = 0; i < counts->len; i++) {
		const OffhookRowCountRecord *count = g_ptr_array_index(counts, i);

		if (g_str_equal(count->table, "memories"))
			return count->rows;
	}
	g_assert_not_reached();
}

/* By the number, or with a conversation of the user's. */
static void
test_erase(StoreFixture *fixture, gconstpointer data)
{
	const OffhookCaller number = {.number = NUMBER};
	const OffhookCaller ann = {.user_id = "ann"};
	OffhookConversationRecord talk = store_sample_conversation("talk", NULL);
	OffhookMemoryRecord record = sample("m3", "somebody", 3);
	g_autoptr(GPtrArray) counts = NULL;

	add(fixture, "m1", NUMBER, 1);
	add(fixture, "m2", "+15550100002", 2);
	talk.user_id = (char *)"ann";
	store_sample_put_conversation(fixture->store, &talk);
	record.conversation_id = (char *)"talk";
	put(fixture, &record);
	counts = offhook_store_sync_erase_caller(fixture->store, &number);
	g_assert_cmpint(get_rows(counts), ==, 1);
	check_list(fixture, NUMBER, NULL, "");
	g_ptr_array_unref(offhook_store_sync_erase_caller(fixture->store, &ann));
	check_list(fixture, "somebody", NULL, "");
	check_list(fixture, "+15550100002", NULL, "m2");
}

static void
test_expire(StoreFixture *fixture, gconstpointer data)
{
	add(fixture, "m1", "ann", 1);
	add(fixture, "m2", "ann", 2);
	add(fixture, "m3", "bob", 3);
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "memories", STORE_SAMPLE_US + 3, 1), ==, 1);
	check_list(fixture, "ann", NULL, "m2");
	g_assert_cmpuint(
	    offhook_store_sync_expire(fixture->store, "memories", STORE_SAMPLE_US + 3, 9), ==, 1);
	check_list(fixture, "bob", NULL, "m3");
}

static void
check_refused(StoreFixture *fixture, const OffhookMemoryRecord *record, gint code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_store_put_memory(fixture->store, record, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_refused(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(OFFHOOK_MEMORY_MAX_TEXT + 1, 'x');
	OffhookMemoryRecord record = sample("m1", NULL, 1);
	g_autoptr(GError) error = NULL;
	guint count;

	check_refused(fixture, &record, OFFHOOK_ERROR_INVALID_ARGUMENT);
	record = sample("m1", "ann", 1);
	record.kind = (char *)"rumour";
	check_refused(fixture, &record, OFFHOOK_ERROR_INVALID_ARGUMENT);
	record = sample("m1", "ann", 1);
	record.text = long_text;
	check_refused(fixture, &record, OFFHOOK_ERROR_LIMIT);
	g_assert_false(forget(fixture, "", NULL, NULL, &count, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	check_list(fixture, "ann", NULL, "");
}

void
offhook_store_contract_add_memory_tests(const OffhookStoreContract *contract)
{
	STORE_FIXTURE_ADD(contract, "memories/full", test_full);
	STORE_FIXTURE_ADD(contract, "memories/list", test_list);
	STORE_FIXTURE_ADD(contract, "memories/ids", test_ids);
	STORE_FIXTURE_ADD(contract, "memories/limit-items", test_limit_items);
	STORE_FIXTURE_ADD(contract, "memories/limit-bytes", test_limit_bytes);
	STORE_FIXTURE_ADD(contract, "memories/forget", test_forget);
	STORE_FIXTURE_ADD(contract, "memories/user-has-own", test_user_has_own);
	STORE_FIXTURE_ADD(contract, "memories/vector", test_vector);
	STORE_FIXTURE_ADD(contract, "memories/compare", test_compare);
	STORE_FIXTURE_ADD(contract, "memories/removals", test_removals);
	STORE_FIXTURE_ADD(contract, "memories/claims", test_claims);
	STORE_FIXTURE_ADD(contract, "memories/compare-long", test_compare_long);
	STORE_FIXTURE_ADD(contract, "memories/erase", test_erase);
	STORE_FIXTURE_ADD(contract, "memories/expire", test_expire);
	STORE_FIXTURE_ADD(contract, "memories/refused", test_refused);
}
