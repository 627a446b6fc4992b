/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Vectors by several engines, which do as they are told: who is asked, who takes over, what is paid, and
 * by which model an answer is.
 */

#include "engine/supervised-embedder.h"

#include "engine/usage.h"
#include "harness.h"
#include <offhook/error.h>
#include <string.h>

/* Whoever is in time must be so on a busy machine. */
#define PATIENT_MS 20000
#define SHORT_MS   60

/* ---- an engine ---- */

#define TEST_TYPE_EMBEDDER (test_embedder_get_type())
G_DECLARE_FINAL_TYPE(TestEmbedder, test_embedder, TEST, EMBEDDER, OffhookEmbedder)
#define TEST_TYPE_ENGINE (test_engine_get_type())
G_DECLARE_FINAL_TYPE(TestEngine, test_engine, TEST, ENGINE, OffhookEngine)

struct _TestEngine {
	OffhookEngine parent_instance;

	const char *model;
	gboolean refuses; /* to open a session */
	gboolean broken;
	gboolean silent; /* until it is cancelled */
	guint asked;
};

struct _TestEmbedder {
	OffhookEmbedder parent_instance;

	TestEngine *engine;
};

G_DEFINE_FINAL_TYPE(TestEmbedder, test_embedder, OFFHOOK_TYPE_EMBEDDER)
G_DEFINE_FINAL_TYPE(TestEngine, test_engine, OFFHOOK_TYPE_ENGINE)

static void
test_embedder_cancelled_cb(GCancellable *cancellable, gpointer user_data)
{
	g_task_return_error_if_cancelled(user_data);
}

static void
test_embedder_embed_async(OffhookEmbedder *embedder, const char *const *texts,
			  GCancellable *cancellable, GAsyncReadyCallback callback,
			  gpointer user_data)
{
	TestEngine *engine = TEST_EMBEDDER(embedder)->engine;
	g_autoptr(GTask) task = g_task_new(embedder, cancellable, callback, user_data);
	g_autoptr(GPtrArray) vectors =
	    g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);

	engine->asked++;
	for (guint i = 0; texts[i] != NULL; i++) {
		GArray *vector = g_array_new(FALSE, FALSE, sizeof(gfloat));

		g_array_append_vals(vector, (const gfloat[]){1}, 1);
		g_ptr_array_add(vectors, vector);
	}
	if (engine->silent)
		g_signal_connect_data(cancellable, "cancelled",
				      G_CALLBACK(test_embedder_cancelled_cb), g_object_ref(task),
				      (GClosureNotify)(void (*)(void))g_object_unref, 0);
	else if (engine->broken)
		g_task_return_new_error(task, OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "broken");
	else
		g_task_return_pointer(task, g_steal_pointer(&vectors),
				      (GDestroyNotify)g_ptr_array_unref);
}

static GPtrArray *
test_embedder_embed_finish(OffhookEmbedder *embedder, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static const char *
test_embedder_get_model(OffhookEmbedder *embedder)
{
	return TEST_EMBEDDER(embedder)->engine->model;
}

static void
test_embedder_get_receipt(OffhookEmbedder *embedder, GAsyncResult *result,
			  OffhookEmbedReceipt *receipt)
{
	receipt->input_tokens = 7;
}

static void
test_embedder_init(TestEmbedder *self)
{
}

static void
test_embedder_class_init(TestEmbedderClass *klass)
{
	OffhookEmbedderClass *embedder = OFFHOOK_EMBEDDER_CLASS(klass);

	embedder->embed_async = test_embedder_embed_async;
	embedder->embed_finish = test_embedder_embed_finish;
	embedder->get_model = test_embedder_get_model;
	embedder->get_receipt = test_embedder_get_receipt;
}

static OffhookEmbedder *
test_engine_open_embedder(OffhookEngine *engine, const OffhookEmbedOptions *options, GError **error)
{
	TestEmbedder *embedder;

	if (TEST_ENGINE(engine)->refuses) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE, "not now");
		return NULL;
	}
	embedder = g_object_new(TEST_TYPE_EMBEDDER, NULL);
	embedder->engine = TEST_ENGINE(engine);
	return OFFHOOK_EMBEDDER(embedder);
}

static void
test_engine_init(TestEngine *self)
{
}

static void
test_engine_class_init(TestEngineClass *klass)
{
	OffhookEngineClass *engine = OFFHOOK_ENGINE_CLASS(klass);

	engine->roles = OFFHOOK_ENGINE_EMBED;
	engine->open_embedder = test_engine_open_embedder;
}

/* ---- the tests ---- */

typedef struct {
	OffhookEngineHealth *health;
	TestEngine *engines[2];
	OffhookEngineLineup *lineup;
	OffhookEmbedder *embedder;
	GString *told; /* "a>b|a 7|" */
} Fixture;

static void
switched_cb(OffhookEmbedder *embedder, const char *from, const char *to, const GError *error,
	    Fixture *f)
{
	g_string_append_printf(f->told, "%s>%s|", from, to);
}

static void
usage_cb(OffhookEmbedder *embedder, const OffhookUsage *usage, Fixture *f)
{
	g_assert_cmpint(usage->role, ==, OFFHOOK_ENGINE_EMBED);
	g_string_append_printf(f->told, "%s %d|", usage->engine, (int)usage->input_tokens);
}

static void
set_up(Fixture *f, gconstpointer ms)
{
	static const char *const names[] = {"a", "b"};
	const OffhookEngineDeadlines deadlines = {GPOINTER_TO_UINT(ms), 0};
	g_autoptr(GError) error = NULL;

	f->told = g_string_new(NULL);
	f->health = offhook_engine_health_new(NULL);
	f->lineup = offhook_engine_lineup_new(f->health, OFFHOOK_ENGINE_EMBED, "en", &deadlines);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++) {
		f->engines[i] = g_object_new(TEST_TYPE_ENGINE, NULL);
		f->engines[i]->model = names[i];
		offhook_engine_lineup_add(f->lineup, names[i], OFFHOOK_ENGINE(f->engines[i]), NULL,
					  NULL);
	}
	f->embedder = offhook_supervised_embedder_new(f->lineup, &error);
	g_assert_no_error(error);
	g_signal_connect(f->embedder, "switched", G_CALLBACK(switched_cb), f);
	g_signal_connect(f->embedder, "usage", G_CALLBACK(usage_cb), f);
}

static void
tear_down(Fixture *f, gconstpointer ms)
{
	g_assert_finalize_object(f->embedder);
	offhook_engine_lineup_unref(f->lineup);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		g_object_unref(f->engines[i]);
	g_assert_finalize_object(f->health);
	g_string_free(f->told, TRUE);
}

static const char *const texts[] = {"one", "two", NULL};

/* @model: (nullable): by which the answer is; there is none */
static void
check(Fixture *f, const char *model)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) vectors = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEmbedReceipt receipt;

	offhook_embedder_embed_async(f->embedder, texts, NULL, harness_store_result_cb, &stored);
	g_assert_null(stored);
	result = harness_wait_result(&stored, "vectors");
	vectors = offhook_embedder_embed_finish(f->embedder, result, &error);
	if (model == NULL) {
		g_assert_true(error != NULL && error->domain == OFFHOOK_ERROR);
		return;
	}
	g_assert_no_error(error);
	g_assert_cmpuint(vectors->len, ==, 2);
	offhook_embedder_get_receipt(f->embedder, result, &receipt);
	g_assert_cmpstr(receipt.model, ==, model);
	g_assert_cmpint(receipt.input_tokens, ==, 7);
	g_assert_cmpstr(offhook_embedder_get_model(f->embedder), ==, model);
}

static void
test_first(Fixture *f, gconstpointer data)
{
	check(f, "a");
	check(f, "a");
	g_assert_cmpstr(f->told->str, ==, "a 7|a 7|");
	g_assert_cmpuint(f->engines[1]->asked, ==, 0);
}

static void
test_fails(Fixture *f, gconstpointer data)
{
	f->engines[0]->broken = TRUE;
	check(f, "b");
	/* It is not gone back to before it has worked for somebody. */
	f->engines[0]->broken = FALSE;
	check(f, "b");
	g_assert_cmpstr(f->told->str, ==, "a>b|b 7|b 7|");
	g_assert_cmpuint(f->engines[0]->asked, ==, 1);
}

static void
test_late(Fixture *f, gconstpointer data)
{
	f->engines[0]->silent = TRUE;
	check(f, "b");
	g_assert_cmpstr(f->told->str, ==, "a>b|b 7|");
}

static void
test_all_fail(Fixture *f, gconstpointer data)
{
	f->engines[0]->broken = TRUE;
	f->engines[1]->broken = TRUE;
	check(f, NULL);
	g_assert_cmpuint(f->engines[0]->asked + f->engines[1]->asked, >=, 2);
	g_assert_cmpuint(f->engines[0]->asked + f->engines[1]->asked, <=, 3);
}

static gboolean
has_switched(gpointer data)
{
	return strstr(((Fixture *)data)->told->str, "b 7|") != NULL;
}

/* Who leaves does so at once; that the engine does not answer is noticed all the same, and what is used paid. */
static void
test_impatient(Fixture *f, gconstpointer data)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;

	f->engines[0]->silent = TRUE;
	offhook_embedder_embed_async(f->embedder, texts, cancellable, harness_store_result_cb,
				     &stored);
	g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "the end");
	g_assert_null(offhook_embedder_embed_finish(f->embedder, result, &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	harness_wait_until(has_switched, f, "the other engine");
	g_assert_cmpstr(f->told->str, ==, "a>b|b 7|");
}

/* Many at a time: each has its own answer, and one failure sends one engine away. */
static void
test_together(Fixture *f, gconstpointer data)
{
	GAsyncResult *stored[3] = {NULL};

	f->engines[0]->broken = TRUE;
	for (guint i = 0; i < G_N_ELEMENTS(stored); i++)
		offhook_embedder_embed_async(f->embedder, texts, NULL, harness_store_result_cb,
					     &stored[i]);
	for (guint i = 0; i < G_N_ELEMENTS(stored); i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&stored[i], "vectors");
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) vectors =
		    offhook_embedder_embed_finish(f->embedder, result, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(vectors->len, ==, 2);
	}
	g_assert_cmpstr(f->told->str, ==, "a>b|b 7|b 7|b 7|");
}

#define ADD(name, ms, func)                                                                        \
	g_test_add("/engine/supervised-embedder/" name, Fixture, GUINT_TO_POINTER(ms), set_up,     \
		   func, tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("first", PATIENT_MS, test_first);
	ADD("fails", PATIENT_MS, test_fails);
	ADD("late", SHORT_MS, test_late);
	ADD("all-fail", PATIENT_MS, test_all_fail);
	ADD("impatient", SHORT_MS, test_impatient);
	ADD("together", PATIENT_MS, test_together);
	return g_test_run();
}
