/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Embeddings through the openai engine: the contract, every fault within its deadline, answers that are
 * none.
 */

#include "openai-fixture.h"

#include <string.h>

#include "embedder-contract.h"
#include "harness.h"
#include "openai-embedder.h"

static OffhookEngine *
open_engine(void)
{
	return openai_open_engine(NULL, OPENAI_PATIENT);
}

static OffhookEngine *
open_short(void)
{
	return openai_open_engine(NULL, "embedding-dimensions=32;" OPENAI_PATIENT);
}

static const OffhookEmbedderContract contracts[] = {
    {"openai", open_engine},
    {"openai-short", open_short},
};

static void
check_fault(gconstpointer data)
{
	static const char *const texts[] = {"a text", NULL};
	g_autoptr(OffhookEngine) engine = openai_open_engine(data, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEmbedder) embedder = offhook_engine_open_embedder(engine, NULL, &error);
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	offhook_embedder_embed_async(embedder, texts, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "embed");
	g_assert_null(offhook_embedder_embed_finish(embedder, result, &error));
	g_test_message("%s", error->message);
	g_assert_true(error->domain == OFFHOOK_ERROR);
}

static void
test_dimensions(void)
{
	static const char *const texts[] = {"a text", NULL};
	g_autoptr(OffhookEngine) engine = open_short();
	OffhookEmbedReceipt receipt;
	g_autoptr(OffhookEmbedder) embedder = offhook_engine_open_embedder(engine, NULL, NULL);
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GPtrArray) vectors = NULL;

	offhook_embedder_embed_async(embedder, texts, NULL, harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "embed");
	vectors = offhook_embedder_embed_finish(embedder, result, NULL);
	offhook_embedder_get_receipt(embedder, result, &receipt);
	g_assert_cmpstr(receipt.model, ==, "text-embedding-3-small:32");
	g_assert_cmpint(receipt.input_tokens, >, 0);
	g_assert_cmpuint(((GArray *)g_ptr_array_index(vectors, 0))->len, ==, 32);
	g_assert_cmpstr(offhook_embedder_get_model(embedder), ==, "text-embedding-3-small:32");
}

/* What an answer may be instead of one. */
static void
test_read(void)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"data\":7}",
	    "{\"data\":[]}",
	    "{\"data\":[7]}",
	    "{\"data\":[{\"index\":0}]}",
	    "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
	    "{\"data\":[{\"index\":1,\"embedding\":[1]}]}",
	    "{\"data\":[{\"index\":-1,\"embedding\":[1]}]}",
	    "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
	    "{\"data\":[{\"index\":0,\"embedding\":[1,[2]]}]}",
	    "{\"data\":[{\"index\":0,\"embedding\":[null]}]}",
	    "{\"error\":{\"message\":\"no\"}}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		gint64 tokens = -1;

		g_assert_null(
		    offhook_openai_embedder_read(bad[i], strlen(bad[i]), 1, &tokens, &error));
		g_assert_true(error != NULL && error->domain == OFFHOOK_ERROR);
	}
}

int
main(int argc, char *argv[])
{
	static const char *const faults[] = {"401", "500", "html", "error-200", "half-open"};

	int status;

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++)
		offhook_embedder_contract_add_tests(&contracts[i]);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path = g_strconcat("/openai/embed/fault/", faults[i], NULL);

		g_test_add_data_func(path, faults[i], check_fault);
	}
	g_test_add_func("/openai/embed/dimensions", test_dimensions);
	g_test_add_func("/openai/embed/read", test_read);
	openai_start("");
	status = g_test_run();
	openai_stop();
	return status;
}
