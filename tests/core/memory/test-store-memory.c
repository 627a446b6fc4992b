/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A user's memory over a store of its own. */

#include "memory/store-memory.h"

#include <offhook/error.h>
#include <string.h>

#include "harness.h"
#include "store-sync.h"
#include "store/store-memories.h"
#include "thesaurus.h"

#define ANN "+15550100001"
#define BOB "+15550100002"

typedef struct {
	OffhookStore *store;
	OffhookMemory *memory;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	f->store = offhook_store_sync_open("sqlite::memory:", NULL, &error);
	g_assert_no_error(error);
	f->memory = offhook_store_memory_new(f->store, ANN, "talk", NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_store_sync_flush(f->store);
	g_assert_finalize_object(f->memory);
	offhook_store_sync_close(f->store);
}

static void
remember(OffhookMemory *memory, OffhookMemoryKind kind, const char *key, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_memory_remember(memory, kind, key, text, &error));
	g_assert_no_error(error);
}

/* "kind:text kind:text". (transfer full) */
static char *
describe(GPtrArray *items)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < items->len; i++) {
		const OffhookMemoryItem *item = g_ptr_array_index(items, i);

		g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "",
				       offhook_memory_kind_to_string(item->kind), item->text);
		g_assert_cmpuint(strlen(item->id), >, 0);
		g_assert_cmpint(item->created_us, >, 0);
	}
	return g_string_free(text, FALSE);
}

static void
check_recall(OffhookMemory *memory, const char *query, const char *expected)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;
	g_autofree char *found = NULL;
	g_autoptr(GError) error = NULL;

	offhook_memory_recall_async(memory, query, 5, 0, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "recall");
	items = offhook_memory_recall_finish(memory, result, &error);
	g_assert_no_error(error);
	found = describe(items);
	g_assert_cmpstr(found, ==, expected);
}

static void
check_list(OffhookMemory *memory, const char *expected)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;
	g_autofree char *found = NULL;
	g_autoptr(GError) error = NULL;

	offhook_memory_list_async(memory, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "list");
	items = offhook_memory_list_finish(memory, result, &error);
	g_assert_no_error(error);
	found = describe(items);
	g_assert_cmpstr(found, ==, expected);
}

static guint
forget(OffhookMemory *memory, const char *id)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	guint count = 99;

	offhook_memory_forget_async(memory, id, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "forget");
	g_assert_true(offhook_memory_forget_finish(memory, result, &count, &error));
	g_assert_no_error(error);
	return count;
}

static void
test_recall(Fixture *f, gconstpointer data)
{
	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	remember(f->memory, OFFHOOK_MEMORY_PREFERENCE, NULL, "a table by the window");
	check_recall(f->memory, "Is my usual window table free?",
		     "preference:a table by the window");
	check_recall(f->memory, "zebra", "");
}

/* Under the same key, and the same words again. */
static void
test_replaced(Fixture *f, gconstpointer data)
{
	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Eda");
	remember(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "The order came late.");
	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ada");
	remember(f->memory, OFFHOOK_MEMORY_EPISODE, NULL, "the order came late");
	check_list(f->memory, "episode:the order came late fact:Ada");
}

static void
test_users_are_apart(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookMemory) bob = offhook_store_memory_new(f->store, BOB, NULL, NULL);

	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ann");
	remember(bob, OFFHOOK_MEMORY_FACT, "name", "Bob");
	check_list(f->memory, "fact:Ann");
	check_recall(bob, "name", "fact:Bob");
	g_assert_cmpuint(forget(bob, NULL), ==, 1);
	check_list(f->memory, "fact:Ann");
	check_list(bob, "");
}

/* On behalf of another. */
static void
test_user_is_another(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookStoreUser) bob = offhook_store_user_new(BOB, "{}");
	g_autoptr(OffhookMemory) his = offhook_store_memory_new(f->store, ANN, NULL, bob);

	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ann");
	check_list(his, "");
	check_recall(his, "name", "");
	g_assert_cmpuint(forget(his, NULL), ==, 0);
	check_list(f->memory, "fact:Ann");
}

static void
test_forget_one(Fixture *f, gconstpointer data)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;

	remember(f->memory, OFFHOOK_MEMORY_FACT, "name", "Ann");
	remember(f->memory, OFFHOOK_MEMORY_FACT, "city", "Hamburg");
	offhook_memory_list_async(f->memory, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "list");
	items = offhook_memory_list_finish(f->memory, result, NULL);
	g_assert_cmpuint(forget(f->memory, ((OffhookMemoryItem *)g_ptr_array_index(items, 0))->id),
			 ==, 1);
	check_list(f->memory, "fact:Ann");
	g_assert_cmpuint(forget(f->memory, "0123"), ==, 0);
}

static void
check_refused(OffhookMemory *memory, const char *key, const char *text, gint code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(offhook_memory_remember(memory, OFFHOOK_MEMORY_FACT, key, text, &error));
	g_assert_error(error, OFFHOOK_ERROR, code);
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(OFFHOOK_MEMORY_MAX_TEXT + 1, 'x');
	OffhookMemoryKind kind;
	g_autoptr(GError) error = NULL;

	check_refused(f->memory, NULL, "", OFFHOOK_ERROR_INVALID_ARGUMENT);
	check_refused(f->memory, "", "x", OFFHOOK_ERROR_INVALID_ARGUMENT);
	check_refused(f->memory, NULL, "\xff", OFFHOOK_ERROR_INVALID_ARGUMENT);
	check_refused(f->memory, NULL, long_text, OFFHOOK_ERROR_LIMIT);
	check_refused(f->memory, long_text, "x", OFFHOOK_ERROR_LIMIT);
	g_assert_false(offhook_memory_kind_parse("rumour", &kind, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	check_list(f->memory, "");
}

/* ---- with an engine of embeddings ---- */

static guint
count_vectors(Fixture *f)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	guint n = 0;

	offhook_store_list_memories_async(f->store, ANN, "thesaurus", NULL, NULL,
					  harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "list");
	rows = offhook_store_list_memories_finish(f->store, result, NULL);
	for (guint i = 0; i < rows->len; i++)
		n += ((OffhookMemoryRecord *)g_ptr_array_index(rows, i))->vector != NULL ? 1 : 0;
	return n;
}

typedef struct {
	Fixture *fixture;
	guint n;
} VectorWait;

static gboolean
has_vectors(gpointer data)
{
	VectorWait *wait = data;

	return count_vectors(wait->fixture) >= wait->n;
}

/* The store tells nobody when it has written one. */
static void
wait_for_vectors(Fixture *f, guint n)
{
	VectorWait wait = {f, n};

	harness_poll_until(has_vectors, &wait, "the vectors");
}

static gboolean
has_answered(gpointer data)
{
	return ((Thesaurus *)data)->n_open == 0;
}

/* Until nothing is asked of it any more. */
static void
settle(Thesaurus *thesaurus)
{
	harness_wait_until(has_answered, thesaurus, "the answers");
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static Thesaurus *
set_thesaurus(Fixture *f)
{
	Thesaurus *thesaurus = thesaurus_new();

	offhook_store_memory_set_embedder(OFFHOOK_STORE_MEMORY(f->memory),
					  OFFHOOK_EMBEDDER(thesaurus));
	return thesaurus;
}

static void
test_meaning(Fixture *f, gconstpointer data)
{
	g_autoptr(Thesaurus) thesaurus = set_thesaurus(f);

	remember(f->memory, OFFHOOK_MEMORY_PREFERENCE, NULL, "a glass of burgundy");
	remember(f->memory, OFFHOOK_MEMORY_FACT, NULL, "a poodle called Max");
	wait_for_vectors(f, 2);
	check_recall(f->memory, "which wine", "preference:a glass of burgundy");
	check_recall(f->memory, "your dog", "fact:a poodle called Max");
	settle(thesaurus);
}

/* What was written without an engine gets its vector when it is looked for. */
static void
test_made_up_for(Fixture *f, gconstpointer data)
{
	g_autoptr(Thesaurus) thesaurus = NULL;

	remember(f->memory, OFFHOOK_MEMORY_PREFERENCE, NULL, "a glass of burgundy");
	g_assert_cmpuint(count_vectors(f), ==, 0);
	thesaurus = set_thesaurus(f);
	check_recall(f->memory, "wine", "");
	wait_for_vectors(f, 1);
	check_recall(f->memory, "wine", "preference:a glass of burgundy");
	/* Once. */
	g_assert_cmpuint(thesaurus->n_texts, ==, 3);
	settle(thesaurus);
}

/* The engine fails, or takes too long: words do. */
static void
test_without_meaning(Fixture *f, gconstpointer data)
{
	g_autoptr(Thesaurus) thesaurus = set_thesaurus(f);
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;

	thesaurus->broken = TRUE;
	remember(f->memory, OFFHOOK_MEMORY_PREFERENCE, NULL, "a glass of burgundy");
	check_recall(f->memory, "burgundy", "preference:a glass of burgundy");
	thesaurus->delay_ms = 1000;
	offhook_memory_recall_async(f->memory, "burgundy", 5, 20, NULL, harness_store_result_cb,
				    &stored);
	result = harness_wait_result(&stored, "recall");
	items = offhook_memory_recall_finish(f->memory, result, NULL);
	g_assert_cmpuint(items->len, ==, 1);
	g_assert_cmpuint(thesaurus->n_open, >, 0);
	settle(thesaurus);
}

/* Who has no number could be anybody. */
static void
test_caller_id(Fixture *f, gconstpointer data)
{
	g_autofree char *plain = offhook_store_memory_get_caller_id(ANN);
	g_autofree char *zeros = offhook_store_memory_get_caller_id("0015550100001");

	g_assert_cmpstr(plain, ==, ANN);
	g_assert_cmpstr(zeros, ==, ANN);
	g_assert_null(offhook_store_memory_get_caller_id(NULL));
	g_assert_null(offhook_store_memory_get_caller_id(""));
	g_assert_null(offhook_store_memory_get_caller_id("anonymous"));
}

#define ADD(name, func) g_test_add("/memory/store/" name, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("recall", test_recall);
	ADD("replaced", test_replaced);
	ADD("users-are-apart", test_users_are_apart);
	ADD("user-is-another", test_user_is_another);
	ADD("forget-one", test_forget_one);
	ADD("refused", test_refused);
	ADD("caller-id", test_caller_id);
	ADD("meaning", test_meaning);
	ADD("made-up-for", test_made_up_for);
	ADD("without-meaning", test_without_meaning);
	return g_test_run();
}
