/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The contract of embedders as tests. Main thread.
 */

#include "embedder-contract.h"

#include <math.h>

#include "harness.h"

typedef struct {
	OffhookEngine *engine;
	OffhookEmbedder *embedder;
} Fixture;

static void
fixture_set_up(Fixture *f, gconstpointer data)
{
	const OffhookEmbedderContract *contract = data;
	g_autoptr(GError) error = NULL;

	f->engine = contract->open();
	f->embedder = offhook_engine_open_embedder(f->engine, NULL, &error);
	g_assert_no_error(error);
}

static void
fixture_tear_down(Fixture *f, gconstpointer data)
{
	g_assert_finalize_object(f->embedder);
	g_object_unref(f->engine);
}

/* (transfer full) (nullable) */
static GPtrArray *
embed(Fixture *f, const char *const *texts, GCancellable *cancellable, GError **error)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_embedder_embed_async(f->embedder, texts, cancellable, harness_store_result_cb,
				     &stored);
	g_assert_null(stored);
	if (cancellable != NULL)
		g_cancellable_cancel(cancellable);
	result = harness_wait_result(&stored, "embed");
	return offhook_embedder_embed_finish(f->embedder, result, error);
}

static double
get_cosine(GPtrArray *vectors, guint a, guint b)
{
	const GArray *x = g_ptr_array_index(vectors, a);
	const GArray *y = g_ptr_array_index(vectors, b);
	double product = 0, xx = 0, yy = 0;

	for (guint i = 0; i < x->len; i++) {
		product += (double)g_array_index(x, gfloat, i) * g_array_index(y, gfloat, i);
		xx += (double)g_array_index(x, gfloat, i) * g_array_index(x, gfloat, i);
		yy += (double)g_array_index(y, gfloat, i) * g_array_index(y, gfloat, i);
	}
	return product / sqrt(xx * yy);
}

static void
test_near(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {"I would like a table by the window",
					    "a table at the window please",
					    "the stock exchange fell by two percent", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) vectors = embed(f, texts, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(vectors->len, ==, 3);
	g_assert_cmpfloat(get_cosine(vectors, 0, 1), >, get_cosine(vectors, 0, 2) + 0.1);
	g_assert_nonnull(offhook_embedder_get_model(f->embedder));
}

/* Also the order is that of the texts. */
static void
test_same(Fixture *f, gconstpointer data)
{
	static const char *const both[] = {"one thing", "\xc3\xa4nother \"thing\"", NULL};
	static const char *const one[] = {"\xc3\xa4nother \"thing\"", NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) first = embed(f, both, NULL, &error);
	g_autoptr(GPtrArray) again = NULL;

	g_assert_no_error(error);
	again = embed(f, one, NULL, &error);
	g_assert_no_error(error);
	g_ptr_array_add(again, g_array_ref(g_ptr_array_index(first, 1)));
	g_assert_cmpfloat(get_cosine(again, 0, 1), >, 0.999);
}

static void
test_many(Fixture *f, gconstpointer data)
{
	const char *texts[OFFHOOK_EMBEDDER_MAX_TEXTS + 2] = {NULL};
	g_autofree char *long_text = g_strnfill(OFFHOOK_EMBEDDER_MAX_TEXT, 'x');
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) vectors = NULL;

	for (guint i = 0; i < OFFHOOK_EMBEDDER_MAX_TEXTS; i++)
		texts[i] = "a text";
	texts[1] = long_text;
	vectors = embed(f, texts, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(vectors->len, ==, OFFHOOK_EMBEDDER_MAX_TEXTS);
	texts[OFFHOOK_EMBEDDER_MAX_TEXTS] = "one more";
	g_assert_null(embed(f, texts, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT);
}

static void
check_refused(Fixture *f, const char *text)
{
	const char *const texts[] = {text, NULL};
	g_autoptr(GError) error = NULL;

	g_assert_null(embed(f, texts, NULL, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
}

static void
test_refused(Fixture *f, gconstpointer data)
{
	check_refused(f, NULL);
	check_refused(f, "");
	check_refused(f, "\xff");
}

static void
test_cancelled(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {"a text", NULL};

	for (guint i = 0; i < 3; i++) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_autoptr(GError) error = NULL;

		/* The last is over before it begins. */
		if (i == 2)
			g_cancellable_cancel(cancellable);
		g_assert_null(embed(f, texts, cancellable, &error));
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	}
}

/* What was asked of it goes on without its owner. */
static void
test_dropped(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {"a text", NULL};
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) vectors = NULL;
	OffhookEmbedder *embedder = f->embedder;

	offhook_embedder_embed_async(embedder, texts, NULL, harness_store_result_cb, &stored);
	g_object_unref(embedder);
	result = harness_wait_result(&stored, "embed");
	f->embedder = g_object_ref(embedder);
	vectors = offhook_embedder_embed_finish(embedder, result, NULL);
	g_assert_nonnull(vectors);
}

static const struct {
	const char *name;
	void (*func)(Fixture *f, gconstpointer data);
	const char *asks;
} checks[] = {
    {"near", test_near,
     "Vectors of texts that mean much the same are nearer than those of "
     "others."},
    {"same", test_same,
     "The same text has the same vector, and the order is that of the "
     "texts."},
    {"many", test_many,
     "64 texts are taken at once, one of them of 8000 bytes; more are "
     "OFFHOOK_ERROR_LIMIT."},
    {"refused", test_refused,
     "None, an empty text and bytes that are not UTF-8 are "
     "OFFHOOK_ERROR_INVALID_ARGUMENT."},
    {"cancelled", test_cancelled, "What is cancelled ends in G_IO_ERROR_CANCELLED, once."},
    {"dropped", test_dropped, "What was asked of a session is answered though it was dropped."},
};

void
offhook_embedder_contract_add_tests(const OffhookEmbedderContract *contract)
{
	for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/embedder/%s/%s", contract->name, checks[i].name);

		g_test_add(path, Fixture, contract, fixture_set_up, checks[i].func,
			   fixture_tear_down);
	}
}

const char *
offhook_embedder_contract_get_check(guint n, const char **asks)
{
	if (n >= G_N_ELEMENTS(checks))
		return NULL;
	*asks = checks[n].asks;
	return checks[n].name;
}
