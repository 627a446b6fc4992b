/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Memories whose meaning is kept by Chroma, which is an emulator: a program of its own.
 */

#include "memory/chroma.h"

#include <libsoup/soup.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#include "call/keeping/eraser.h"
#include "harness.h"
#include "memory/store-memory.h"
#include "store-sync.h"
#include "thesaurus.h"

#define ANN   "+15550100001"
#define BOB   "+15550100002"
#define TOKEN "open-sesame"

typedef struct {
	GSubprocess *emulator;
	SoupSession *session;
	char *url;
	OffhookStore *store;
	OffhookChroma *chroma;
	OffhookMemory *memory;
	Thesaurus *thesaurus;
	guint lost; /* how often that was told */
	guint restored;
} Fixture;

/* ---- the emulator ---- */

static void
start_emulator(Fixture *f)
{
	g_autofree char *script =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "emulators", "chroma", "chroma.py", NULL);
	const char *const argv[] = {"python3", script, "--token", TOKEN, NULL};
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autofree char *line = NULL;

	f->emulator = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(f->emulator));
	line = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	g_assert_nonnull(line);
	first = offhook_json_parse_object(line, -1, "line", NULL);
	f->url = g_strdup_printf("http://127.0.0.1:%" G_GINT64_FORMAT,
				 json_object_get_int_member(first, "port"));
}

/* @body: (nullable). (transfer full): its state */
static JsonObject *
control(Fixture *f, const char *method, const char *path, const char *body)
{
	g_autofree char *url = g_strconcat(f->url, "/emulator", path, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new(method, url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, body != NULL ? strlen(body) : 0);
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;

	if (body != NULL)
		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
	reply = soup_session_send_and_read(f->session, msg, NULL, &error);
	g_assert_no_error(error);
	return offhook_json_parse_object(g_bytes_get_data(reply, NULL),
					 (gssize)g_bytes_get_size(reply), "state", NULL);
}

static void
set_fault(Fixture *f, const char *fault)
{
	g_autofree char *body = g_strdup_printf("{\"fault\":%s}", fault);

	json_object_unref(control(f, "POST", "/fault", body));
}

/* What is kept there, "a|b". (transfer full) */
static char *
list_documents(Fixture *f)
{
	g_autoptr(JsonObject) state = control(f, "GET", "/state", NULL);
	JsonArray *documents = json_object_get_array_member(state, "documents");
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(documents); i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "|" : "",
				       json_array_get_string_element(documents, i));
	return g_string_free(text, FALSE);
}

/* Whether the store knows of all of the user's that they are there. */
static gboolean
is_settled(Fixture *f, const char *user_id)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	offhook_store_list_memories_async(f->store, user_id, NULL, NULL, NULL,
					  harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "list");
	rows = offhook_store_list_memories_finish(f->store, result, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const OffhookMemoryRecord *record = g_ptr_array_index(rows, i);

		if (g_strcmp0(record->model, "chroma:offhook:thesaurus") != 0)
			return FALSE;
		g_assert_null(record->vector);
	}
	return TRUE;
}

static gboolean
has_documents(Fixture *f, const char *expected)
{
	g_autofree char *now = list_documents(f);

	return g_str_equal(now, expected);
}

static void
wait_for_documents(Fixture *f, const char *expected)
{
	while (!has_documents(f, expected) || !is_settled(f, ANN) || !is_settled(f, BOB))
		g_main_context_iteration(NULL, FALSE);
}

/* ---- the fixture ---- */

static void
lost_cb(OffhookChroma *chroma, const GError *error, Fixture *f)
{
	g_assert_true(error->domain == OFFHOOK_ERROR);
	f->lost++;
}

static void
restored_cb(OffhookChroma *chroma, Fixture *f)
{
	f->restored++;
}

static void
open_chroma(Fixture *f)
{
	const OffhookChromaSettings settings = {
	    .url = f->url,
	    .tenant = "default_tenant",
	    .database = "default_database",
	    .collection = "offhook",
	    .token = TOKEN,
	    .timeout_ms = 20000,
	};

	f->chroma = offhook_chroma_new(f->store, &settings);
	g_assert_true(offhook_chroma_find(f->store) == f->chroma);
	g_signal_connect(f->chroma, "lost", G_CALLBACK(lost_cb), f);
	g_signal_connect(f->chroma, "restored", G_CALLBACK(restored_cb), f);
}

static void
close_chroma(Fixture *f)
{
	offhook_chroma_close(f->chroma);
	g_assert_null(offhook_chroma_find(f->store));
	g_signal_handlers_disconnect_by_data(f->chroma, f);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_clear_object(&f->chroma);
}

static OffhookMemory *
open_memory(Fixture *f, const char *user_id)
{
	OffhookMemory *memory = offhook_store_memory_new(f->store, user_id, "talk", NULL);

	offhook_store_memory_set_embedder(OFFHOOK_STORE_MEMORY(memory),
					  OFFHOOK_EMBEDDER(f->thesaurus));
	return memory;
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	f->session = soup_session_new();
	start_emulator(f);
	f->store = offhook_store_sync_open("sqlite::memory:", NULL, &error);
	g_assert_no_error(error);
	f->thesaurus = thesaurus_new();
	open_chroma(f);
	f->memory = open_memory(f, ANN);
}

static gboolean
is_last_reference(gpointer data)
{
	return g_atomic_int_get((const gint *)&G_OBJECT(data)->ref_count) == 1;
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_autoptr(JsonObject) state = control(f, "GET", "/state", NULL);

	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(state, "problems")), ==,
			 0);
	offhook_store_sync_flush(f->store);
	g_clear_object(&f->memory);
	close_chroma(f);
	/* It may still be telling receipts that Chroma has done its work. */
	harness_poll_until(is_last_reference, f->store, "the store to have answered");
	offhook_store_sync_close(f->store);
	g_clear_object(&f->thesaurus);
	g_subprocess_force_exit(f->emulator);
	g_clear_object(&f->emulator);
	g_clear_object(&f->session);
	g_free(f->url);
}

static void
remember(OffhookMemory *memory, const char *key, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_memory_remember(memory, OFFHOOK_MEMORY_FACT, key, text, &error));
	g_assert_no_error(error);
}

static void
check_recall(OffhookMemory *memory, const char *query, const char *expected)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;
	g_autoptr(GString) found = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	offhook_memory_recall_async(memory, query, 5, 0, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "recall");
	items = offhook_memory_recall_finish(memory, result, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < items->len; i++)
		g_string_append_printf(found, "%s%s", i > 0 ? "|" : "",
				       ((OffhookMemoryItem *)g_ptr_array_index(items, i))->text);
	g_assert_cmpstr(found->str, ==, expected);
}

static void
forget(Fixture *f)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	guint count;

	offhook_memory_forget_async(f->memory, NULL, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "forget");
	g_assert_true(offhook_memory_forget_finish(f->memory, result, &count, NULL));
}

static GPtrArray *
list_removals(Fixture *f)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_store_list_memory_removals_async(f->store, 100, NULL, harness_store_result_cb,
						 &stored);
	result = harness_wait_result(&stored, "removals");
	return offhook_store_list_memory_removals_finish(f->store, result, NULL);
}

/* ---- the tests ---- */

static void
test_meaning(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookMemory) other = open_memory(f, BOB);

	remember(f->memory, NULL, "a glass of burgundy");
	remember(f->memory, NULL, "a poodle called Max");
	remember(other, NULL, "some claret");
	wait_for_documents(f, "a glass of burgundy|a poodle called Max|some claret");
	check_recall(f->memory, "which wine", "a glass of burgundy");
	check_recall(f->memory, "your dog", "a poodle called Max");
	check_recall(other, "which wine", "some claret");
}

/* One under the same key takes its place there, too. */
static void
test_replaced(Fixture *f, gconstpointer data)
{
	remember(f->memory, "likes", "burgundy");
	wait_for_documents(f, "burgundy");
	remember(f->memory, "likes", "poodles");
	wait_for_documents(f, "poodles");
	check_recall(f->memory, "wine", "");
	check_recall(f->memory, "dog", "poodles");
}

static void
test_forgotten(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) left = NULL;

	remember(f->memory, NULL, "a glass of burgundy");
	wait_for_documents(f, "a glass of burgundy");
	forget(f);
	wait_for_documents(f, "");
	check_recall(f->memory, "wine", "");
	left = list_removals(f);
	g_assert_cmpuint(left->len, <=, 1);
}

/* While it is away nothing is deleted there, but nothing is lost of that: also not by a restart. */
static void
test_forgotten_while_away(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) waiting = NULL;
	g_autofree char *still = NULL;

	remember(f->memory, NULL, "a glass of burgundy");
	wait_for_documents(f, "a glass of burgundy");
	set_fault(f, "\"500\"");
	forget(f);
	check_recall(f->memory, "wine", "");
	while (g_main_context_iteration(NULL, FALSE))
		;
	still = list_documents(f);
	g_assert_cmpstr(still, ==, "a glass of burgundy");
	waiting = list_removals(f);
	g_assert_cmpuint(waiting->len, ==, 1);
	g_assert_cmpuint(f->lost, ==, 1);
	close_chroma(f);
	set_fault(f, "null");
	open_chroma(f);
	wait_for_documents(f, "");
}

/* The caller's words do meanwhile; that is told once. */
static void
test_away(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookMetrics) metrics = offhook_metrics_new();
	g_autofree char *figures = NULL;

	offhook_chroma_add_metrics(f->chroma, metrics);
	remember(f->memory, NULL, "a glass of burgundy");
	wait_for_documents(f, "a glass of burgundy");
	set_fault(f, "\"500\"");
	check_recall(f->memory, "burgundy", "a glass of burgundy");
	check_recall(f->memory, "wine", "");
	check_recall(f->memory, "a glass", "a glass of burgundy");
	g_assert_cmpuint(f->lost, ==, 1);
	figures = offhook_metrics_print(metrics);
	g_assert_nonnull(strstr(figures, "\noffhook_memory_chroma_failures_total "));
	g_assert_null(strstr(figures, "\noffhook_memory_chroma_failures_total 0\n"));
}

/* Who is slow is not waited for. */
static void
test_slow(Fixture *f, gconstpointer data)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) items = NULL;

	remember(f->memory, NULL, "a glass of burgundy");
	wait_for_documents(f, "a glass of burgundy");
	set_fault(f, "\"slow\"");
	offhook_memory_recall_async(f->memory, "burgundy", 5, 50, NULL, harness_store_result_cb,
				    &stored);
	result = harness_wait_result(&stored, "recall");
	items = offhook_memory_recall_finish(f->memory, result, NULL);
	g_assert_cmpuint(items->len, ==, 1);
}

static void
test_erased(Fixture *f, gconstpointer data)
{
	const OffhookCaller ann = {.number = ANN};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) counts = NULL;

	remember(f->memory, NULL, "a glass of burgundy");
	wait_for_documents(f, "a glass of burgundy");
	offhook_store_erase_caller_async(f->store, &ann, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "erase");
	counts = offhook_store_erase_caller_finish(f->store, result, NULL);
	g_assert_nonnull(counts);
	offhook_chroma_tidy(f->chroma);
	wait_for_documents(f, "");
}

/* ---- receipts ---- */

typedef struct {
	OffhookEraser *eraser;
	char *state_dir;
	JsonObject *receipt; /* as the last erasing gave it */
} Erasing;

static void
erasing_set_up(Erasing *self, Fixture *f)
{
	const char *environment[] = {"STATE_DIRECTORY=/nonexistent", "XDG_CONFIG_HOME=/nonexistent",
				     NULL};
	const OffhookConfigSource source = {.environment = environment};
	g_autoptr(OffhookConfig) config = offhook_config_read(&source);
	g_autoptr(OffhookPluginRegistry) plugins = offhook_plugin_registry_new(config);
	g_autoptr(OffhookEventBus) events = offhook_event_bus_new();

	self->state_dir = harness_make_dir();
	self->eraser = offhook_eraser_new(NULL, plugins, f->store, events);
	offhook_eraser_set_state_dir(self->eraser, self->state_dir);
	self->receipt = NULL;
}

static void
erasing_tear_down(Erasing *self)
{
	json_object_unref(self->receipt);
	g_object_unref(self->eraser);
	harness_remove_dir(self->state_dir);
	g_free(self->state_dir);
}

/* How many Chroma still had. */
static gint64
erasing_erase(Erasing *self, const char *number)
{
	const OffhookCaller caller = {.number = number};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&self->receipt, json_object_unref);
	offhook_eraser_erase_async(self->eraser, &caller, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "erase");
	self->receipt = offhook_eraser_erase_finish(self->eraser, result, &error);
	g_assert_no_error(error);
	g_assert_true(json_object_get_boolean_member(self->receipt, "complete"));
	return json_object_get_int_member(self->receipt, "chroma_pending");
}

/* The last one as it is now; whatever that is, it is what was sealed. (transfer full) */
static JsonObject *
erasing_view(Erasing *self, Fixture *f)
{
	const char *id = json_object_get_string_member(self->receipt, "receipt_id");
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(OffhookReceiptRecord) record = NULL;
	JsonObject *view;

	offhook_store_get_receipt_async(f->store, id, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "receipt");
	record = offhook_store_get_receipt_finish(f->store, result, NULL);
	view = offhook_eraser_view_receipt(self->eraser, record, NULL);
	g_assert_true(json_object_get_boolean_member(view, "intact"));
	return view;
}

static gboolean
erasing_is_done(Erasing *self, Fixture *f)
{
	g_autoptr(JsonObject) view = erasing_view(self, f);

	return json_object_get_int_member(view, "chroma_left") == 0 &&
	       offhook_json_get_string(view, "chroma_done_at") != NULL;
}

/* The receipt says what Chroma has, and later that it has nothing: what was forgotten before, too. */
static void
test_receipt(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookMemory) other = open_memory(f, BOB);
	g_autoptr(JsonObject) view = NULL;
	Erasing erasing;

	erasing_set_up(&erasing, f);
	remember(f->memory, NULL, "a glass of burgundy");
	remember(f->memory, NULL, "a poodle called Max");
	remember(other, NULL, "some claret");
	wait_for_documents(f, "a glass of burgundy|a poodle called Max|some claret");
	set_fault(f, "\"500\"");
	g_assert_cmpint(erasing_erase(&erasing, ANN), ==, 2);
	view = erasing_view(&erasing, f);
	g_assert_cmpint(json_object_get_int_member(view, "chroma_left"), ==, 2);
	g_assert_true(json_object_get_null_member(view, "chroma_done_at"));
	/* Again: they are still there. */
	g_assert_cmpint(erasing_erase(&erasing, ANN), ==, 2);
	g_assert_false(erasing_is_done(&erasing, f));
	close_chroma(f);
	set_fault(f, "null");
	open_chroma(f);
	while (!erasing_is_done(&erasing, f))
		;
	wait_for_documents(f, "some claret");
	g_assert_cmpint(erasing_erase(&erasing, ANN), ==, 0);
	g_assert_true(erasing_is_done(&erasing, f));
	erasing_tear_down(&erasing);
}

/* What an answer may be instead of one. */
static void
test_read(void)
{
	static const char *const bad[] = {
	    "{}",
	    "{\"ids\":[],\"distances\":[]}",
	    "{\"ids\":[[\"a\"]]}",
	    "{\"ids\":[[\"a\"]],\"distances\":[[]]}",
	    "{\"ids\":[[7]],\"distances\":[[0.5]]}",
	    "{\"ids\":[[\"a\"]],\"distances\":[[\"x\"]]}",
	    "{\"ids\":[[\"a\"]],\"distances\":[[null]]}",
	    "{\"ids\":[[[]]],\"distances\":[[0.5]]}",
	    "{\"ids\":7,\"distances\":{}}",
	};
	g_autoptr(JsonObject) good = offhook_json_parse_object(
	    "{\"ids\":[[\"a\",\"b\"]],\"distances\":[[0.25,2]]}", -1, "answer", NULL);
	g_autoptr(GHashTable) cosines = offhook_chroma_read_cosines(good, NULL);

	g_assert_cmpuint(g_hash_table_size(cosines), ==, 2);
	g_assert_cmpfloat(*(double *)g_hash_table_lookup(cosines, "a"), ==, 0.75);
	g_assert_cmpfloat(*(double *)g_hash_table_lookup(cosines, "b"), ==, -1);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(JsonObject) answer =
		    offhook_json_parse_object(bad[i], -1, "answer", NULL);
		g_autoptr(GError) error = NULL;

		g_assert_null(offhook_chroma_read_cosines(answer, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
	}
}

#define ADD(name, func) g_test_add("/memory/chroma/" name, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("meaning", test_meaning);
	ADD("replaced", test_replaced);
	ADD("forgotten", test_forgotten);
	ADD("forgotten-while-away", test_forgotten_while_away);
	ADD("away", test_away);
	ADD("slow", test_slow);
	ADD("erased", test_erased);
	ADD("receipt", test_receipt);
	g_test_add_func("/memory/chroma/read", test_read);
	return g_test_run();
}
