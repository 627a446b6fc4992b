/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine against the contract, and what is its own.
 */

#include "../espeak-engine.h"

#include "synthesizer-contract.h"

static void
test_language(void)
{
	const OffhookSynthesizeOptions options = {.language = "de-DE"};
	g_autoptr(OffhookEngine) engine = g_object_new(OFFHOOK_TYPE_ESPEAK_ENGINE, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSynthesizer) synthesizer =
	    offhook_engine_open_synthesizer(engine, &options, &error);

	g_assert_no_error(error);
	g_assert_nonnull(synthesizer);
}

static OffhookEngine *
open_engine(void)
{
	return g_object_new(OFFHOOK_TYPE_ESPEAK_ENGINE, NULL);
}

int
main(int argc, char **argv)
{
	static const OffhookSynthesizerContract contract = {
	    .name = "espeak", .open = open_engine, .times_words = TRUE};

	g_test_init(&argc, &argv, NULL);
	offhook_synthesizer_contract_add_tests(&contract);
	g_test_add_func("/espeak/language", test_language);
	return g_test_run();
}
