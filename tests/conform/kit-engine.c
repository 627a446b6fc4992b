/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An engine as the contracts of its roles want it described. Main thread. */

#include "kit-suites.h"

#include "completer-contract.h"
#include "embedder-contract.h"
#include "synthesizer-contract.h"
#include "transcriber-contract.h"

#include <offhook/wav.h>

/* The contracts' functions have no data of their own, and there is one plugin in a process. */
static struct {
	const OffhookPluginInfo *info;
	KitCase *kase;
} kit;

/* (transfer full) */
static OffhookEngine *
kit_engine_open(void)
{
	static const OffhookSetting none[] = {{NULL}};
	g_auto(GStrv) pairs = kit_case_dup_pairs(kit.kase, "settings");
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *section = g_strconcat("engine:", kit.info->name, NULL);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = g_object_new(kit.info->get_type(), NULL);

	for (guint i = 0; pairs[i] != NULL; i += 2)
		g_hash_table_insert(values, pairs[i], pairs[i + 1]);
	settings = offhook_settings_new(kit.info->settings != NULL ? kit.info->settings : none,
					values, section, &error);
	g_assert_no_error(error);
	offhook_engine_configure(engine, settings, &error);
	g_assert_no_error(error);
	return engine;
}

static GBytes *
kit_engine_speak(void)
{
	g_autofree char *path = kit_case_dup(kit.kase, "transcribe", "speech");
	g_autoptr(GError) error = NULL;
	GBytes *speech = offhook_wav_load(path, OFFHOOK_RATE, NULL, &error);

	g_assert_no_error(error);
	return speech;
}

static OffhookExpectation *
kit_engine_expect(void)
{
	g_autofree char *phrases = kit_case_dup(kit.kase, "transcribe", "phrases");
	g_auto(GStrv) each = g_strsplit(phrases, "|", -1);
	OffhookExpectation *expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);

	for (guint i = 0; each[i] != NULL; i++)
		offhook_expectation_add_phrase(expectation, g_strstrip(each[i]));
	return expectation;
}

static void
kit_engine_add_transcriber(void)
{
	static OffhookTranscriberContract contract;
	g_autofree char *speech = kit_case_dup(kit.kase, "transcribe", "speech");
	g_autofree char *phrases = kit_case_dup(kit.kase, "transcribe", "phrases");

	contract = (OffhookTranscriberContract){
	    .name = kit.info->name,
	    .open = kit_engine_open,
	    .speak = speech != NULL ? kit_engine_speak : NULL,
	    .expect = phrases != NULL ? kit_engine_expect : NULL,
	    .any_words = speech == NULL && !kit_case_is(kit.kase, "transcribe", "words"),
	};
	offhook_transcriber_contract_add_tests(&contract);
}

static void
kit_engine_add_synthesizer(void)
{
	static OffhookSynthesizerContract contract;

	contract = (OffhookSynthesizerContract){
	    .name = kit.info->name,
	    .open = kit_engine_open,
	    .times_words = kit_case_is(kit.kase, "synthesize", "words"),
	    .any_words = !kit_case_is(kit.kase, "synthesize", "words"),
	    .any_voice = kit_case_is(kit.kase, "synthesize", "any-voice"),
	};
	offhook_synthesizer_contract_add_tests(&contract);
}

static void
kit_engine_add_completer(void)
{
	static OffhookCompleterContract contract;
	char *say = kit_case_dup(kit.kase, "complete", "say");

	contract = (OffhookCompleterContract){
	    .name = kit.info->name,
	    .open = kit_engine_open,
	    .say = say != NULL ? say : "hello",
	    .call = kit_case_dup(kit.kase, "complete", "call"),
	    .talk = kit_case_dup(kit.kase, "complete", "talk"),
	    .fail = kit_case_dup(kit.kase, "complete", "fail"),
	};
	offhook_completer_contract_add_tests(&contract);
}

static void
kit_engine_add_embedder(void)
{
	static OffhookEmbedderContract contract;

	contract = (OffhookEmbedderContract){.name = kit.info->name, .open = kit_engine_open};
	offhook_embedder_contract_add_tests(&contract);
}

void
kit_engine_add_tests(const OffhookPluginInfo *info, KitCase *kase)
{
	g_autoptr(OffhookEngine) engine = g_object_new(info->get_type(), NULL);
	OffhookEngineRoles roles = offhook_engine_get_roles(engine);

	kit.info = info;
	kit.kase = kase;
	if (roles & OFFHOOK_ENGINE_TRANSCRIBE)
		kit_engine_add_transcriber();
	if (roles & OFFHOOK_ENGINE_SYNTHESIZE)
		kit_engine_add_synthesizer();
	if (roles & OFFHOOK_ENGINE_COMPLETE)
		kit_engine_add_completer();
	if (roles & OFFHOOK_ENGINE_EMBED)
		kit_engine_add_embedder();
}
