/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Speech through the elevenlabs engine: the contract of synthesizers, exact word times, interruptions
 * on one connection, every fault within its deadline and a session that goes on after it.
 */

#include "elevenlabs-config.h"
#include "elevenlabs-engine.h"
#include "service.h"

#include "harness.h"
#include "synthesizer-contract.h"

#include <offhook/json.h>
#include <string.h>

#define QUICK   "--voice tone --first-audio 5 --audio-speed 500 "
#define TONE_MS 60 /* a character in the emulator's tone */
#define LONG                                                                                       \
	"This is a sentence of some length, so that it leaves in several pieces and can go wrong " \
	"between them."

static Service *service; /* of the test */

/* ---- sessions ---- */

/* @settings: "name=value", separated by ';' */
static OffhookEngine *
open_engine(const char *settings)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *all = g_strdup_printf(
	    "base-url=%s;first-audio-timeout-ms=%d;stall-timeout-ms=%d;%s",
	    service_get_base_url(service), SERVICE_DEADLINE_MS, SERVICE_DEADLINE_MS, settings);
	g_auto(GStrv) pairs = g_strsplit(all, ";", -1);
	g_autoptr(OffhookSettings) checked = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = g_object_new(OFFHOOK_TYPE_ELEVENLABS_ENGINE, NULL);

	for (char **pair = pairs; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(values, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	checked =
	    offhook_settings_new(offhook_elevenlabs_settings, values, "engine:elevenlabs", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_engine_configure(engine, checked, &error));
	g_assert_no_error(error);
	return engine;
}

typedef struct {
	OffhookEngine *engine;
	OffhookSynthesizer *synthesizer;
	gsize bytes;
	GArray *words; /* OffhookWordTime */
	guint expected;
	gint64 first_us; /* 0: nothing yet */
	gboolean sounding;
	gboolean ended;
	GError *error; /* (nullable) */
} Voice;

static void
voice_audio_cb(OffhookSynthesizer *synthesizer, guint piece, GBytes *audio, gpointer user_data)
{
	Voice *self = user_data;

	g_assert_cmpuint(piece, ==, self->expected);
	if (self->first_us == 0)
		self->first_us = g_get_monotonic_time();
	self->bytes += g_bytes_get_size(audio);
	self->sounding = TRUE;
}

static void
voice_words_cb(OffhookSynthesizer *synthesizer, guint piece, const OffhookWordTime *words, guint n,
	       gpointer user_data)
{
	Voice *self = user_data;

	g_assert_cmpuint(piece, ==, self->expected);
	g_array_append_vals(self->words, words, n);
}

static void
voice_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error, gpointer user_data)
{
	Voice *self = user_data;

	g_assert_cmpuint(piece, ==, self->expected);
	g_assert_false(self->ended);
	self->ended = TRUE;
	self->error = error != NULL ? g_error_copy(error) : NULL;
}

static Voice *
voice_new_with_voice(const char *settings, const char *voice)
{
	const OffhookSynthesizeOptions options = {.language = "en-US", .voice = voice};
	Voice *self = g_new0(Voice, 1);
	g_autoptr(GError) error = NULL;

	self->engine = open_engine(settings);
	self->synthesizer = offhook_engine_open_synthesizer(self->engine, &options, &error);
	g_assert_no_error(error);
	self->words = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_signal_connect(self->synthesizer, "audio", G_CALLBACK(voice_audio_cb), self);
	g_signal_connect(self->synthesizer, "words", G_CALLBACK(voice_words_cb), self);
	g_signal_connect(self->synthesizer, "done", G_CALLBACK(voice_done_cb), self);
	return self;
}

static Voice *
voice_new(const char *settings)
{
	return voice_new_with_voice(settings, NULL);
}

static void
voice_free(Voice *self)
{
	g_object_unref(self->synthesizer);
	g_object_unref(self->engine);
	g_array_unref(self->words);
	g_clear_error(&self->error);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Voice, voice_free)

static void
voice_start(Voice *self, guint piece, const char *text)
{
	self->expected = piece;
	self->bytes = 0;
	self->first_us = 0;
	self->sounding = self->ended = FALSE;
	g_array_set_size(self->words, 0);
	g_clear_error(&self->error);
	offhook_synthesizer_speak(self->synthesizer, piece, text);
}

static void
voice_run(Voice *self, guint piece, const char *text)
{
	voice_start(self, piece, text);
	harness_wait_for(&self->ended, "the end of a text");
}

/* ---- the contract ---- */

static OffhookEngine *
open_plain(void)
{
	return open_engine("");
}

static OffhookEngine *
open_mulaw(void)
{
	return open_engine("output-format=ulaw_8000");
}

static OffhookEngine *
open_high(void)
{
	return open_engine("output-format=pcm_44100;stability=0.4;similarity=0.9;speed=1.1");
}

static const OffhookSynthesizerContract contracts[] = {
    {"elevenlabs", open_plain, TRUE, TRUE},
    {"elevenlabs-mulaw", open_mulaw, TRUE, TRUE},
    {"elevenlabs-high", open_high, TRUE, TRUE},
};

static void
test_start(void)
{
	service = service_start("elevenlabs", QUICK);
}

static void
test_stop(void)
{
	service_stop(g_steal_pointer(&service));
}

/* ---- speaking ---- */

static void
test_word_times(void)
{
	static const char text[] = "We open at 8, and \"caf\xc3\xa9\" means coffee.";
	static const struct {
		const char *word;
		guint from, to; /* characters */
	} expected[] = {{"We", 0, 2},      {"open", 3, 7},    {"at", 8, 10},
			{"8", 11, 12},     {"and", 14, 17},   {"caf\xc3\xa9", 19, 23},
			{"means", 25, 30}, {"coffee", 31, 37}};
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", QUICK);
	voice = voice_new("");
	voice_run(voice, 1, text);
	g_assert_no_error(voice->error);
	/* With the space behind it. */
	g_assert_cmpuint(voice->bytes, ==,
			 (g_utf8_strlen(text, -1) + 1) * TONE_MS * OFFHOOK_RATE / 1000 * 2);
	g_assert_cmpuint(voice->words->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		const OffhookWordTime *word = &g_array_index(voice->words, OffhookWordTime, i);

		g_assert_cmpmem(text + word->offset, word->length, expected[i].word,
				strlen(expected[i].word));
		g_assert_cmpuint(word->start_ms, ==, expected[i].from * TONE_MS);
		g_assert_cmpuint(word->end_ms, ==, expected[i].to * TONE_MS);
	}
	g_clear_pointer(&voice, voice_free);
	service_stop(service);
}

/* The first sound comes long before the last, and the connection is there before the text. */
static void
test_first_sound(void)
{
	g_autoptr(Voice) voice = NULL;
	gint64 started_us;

	service = service_start("elevenlabs", "--voice tone --first-audio 120 --audio-speed 8");
	voice = voice_new("");
	service_wait_for_count(service, "open", 1);
	started_us = g_get_monotonic_time();
	voice_start(voice, 1, LONG);
	harness_wait_for(&voice->sounding, "some sound");
	g_assert_false(voice->ended);
	g_test_message("first sound after %.1f ms", (voice->first_us - started_us) / 1000.0);
	g_assert_cmpint(voice->first_us - started_us, >=, 119 * 1000);
	harness_wait_for(&voice->ended, "the end of a text");
	g_assert_no_error(voice->error);
	g_assert_cmpint(service_count(service, "connections"), ==, 1);
	g_clear_pointer(&voice, voice_free);
	service_stop(service);
}

/* What is opened and dropped, as --check-config does, touches no network. */
static void
test_untouched(void)
{
	service = service_start("elevenlabs", QUICK);
	voice_free(voice_new(""));
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpint(service_count(service, "connections"), ==, 0);
	service_stop(service);
}

/* Interruptions before, at and after the first sound, and one connection for all of it. */
static void
test_interruptions(void)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", "--voice tone --first-audio 30 --audio-speed 40");
	voice = voice_new("");
	for (guint i = 0; i < 20; i++) {
		voice_start(voice, 2 * i + 1, LONG);
		offhook_synthesizer_speak(voice->synthesizer, 1000 + i, LONG);
		if (i % 2 == 1)
			harness_wait_for(&voice->sounding, "some sound");
		offhook_synthesizer_cancel(voice->synthesizer);
		voice_run(voice, 2 * i + 2, "Yes.");
		g_assert_no_error(voice->error);
		/* Nothing of what was interrupted is in it. */
		g_assert_cmpuint(voice->bytes, ==, 5 * TONE_MS * OFFHOOK_RATE / 1000 * 2);
	}
	g_test_message("%d connections", (int)service_count(service, "connections"));
	g_assert_cmpint(service_count(service, "open"), ==, 1);
	g_clear_pointer(&voice, voice_free);
	service_wait_for_count(service, "open", 0);
	service_stop(service);
}

static void
test_drop(void)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", "--voice tone --audio-speed 4");
	voice = voice_new("");
	voice_start(voice, 1, LONG);
	harness_wait_for(&voice->sounding, "some sound");
	g_clear_pointer(&voice, voice_free);
	service_wait_for_count(service, "open", 0);
	service_stop(service);
}

static void
test_many(void)
{
	Voice *voices[50];

	service = service_start("elevenlabs", QUICK);
	for (guint i = 0; i < G_N_ELEMENTS(voices); i++) {
		voices[i] = voice_new(
		    "connect-timeout-ms=20000;first-audio-timeout-ms=20000;stall-timeout-ms=20000");
		voice_start(voices[i], 1, LONG);
	}
	for (guint i = 0; i < G_N_ELEMENTS(voices); i++) {
		harness_wait_for(&voices[i]->ended, "the end of a text");
		g_assert_no_error(voices[i]->error);
		voice_free(voices[i]);
	}
	g_assert_cmpint(service_count(service, "connections"), ==, G_N_ELEMENTS(voices));
	service_wait_for_count(service, "open", 0);
	service_stop(service);
}

/* ---- idle connections ---- */

static void
test_keep_alive(void)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", QUICK);
	voice = voice_new("inactivity-timeout-s=3");
	/* Longer than the service would have waited: three of them are sent in that time. */
	service_wait_for_more(service, "kept_alive", 4);
	voice_run(voice, 1, "Still here.");
	g_assert_no_error(voice->error);
	g_assert_cmpint(service_count(service, "connections"), ==, 1);
	g_clear_pointer(&voice, voice_free);
	service_stop(service);
}

/* A connection that was lost while nothing was to be said is no failure. */
static void
test_lost_while_idle(void)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", QUICK "--idle 1");
	voice = voice_new("");
	service_wait_for_count(service, "connections", 1);
	service_wait_for_count(service, "open", 0);
	voice_run(voice, 1, "Back again.");
	g_assert_no_error(voice->error);
	g_assert_cmpint(service_count(service, "connections"), ==, 2);
	g_clear_pointer(&voice, voice_free);
	service_stop(service);
}

/* ---- what goes wrong ---- */

typedef struct {
	const char *fault;
	OffhookError code;
} Fault;

static void
test_fault(gconstpointer data)
{
	const Fault *fault = data;
	g_autoptr(Voice) voice = NULL;
	gint64 started_us, took_us;

	service = service_start("elevenlabs", QUICK);
	service_set_fault(service, fault->fault);
	voice = voice_new("connect-timeout-ms=2500");
	started_us = g_get_monotonic_time();
	voice_run(voice, 1, LONG);
	took_us = g_get_monotonic_time() - started_us;
	g_assert_nonnull(voice->error);
	g_test_message("%s: %s after %.0f ms", fault->fault, voice->error->message,
		       took_us / 1000.0);
	g_assert_error(voice->error, OFFHOOK_ERROR, (gint)fault->code);
	g_assert_true((voice->bytes > 0) == g_str_has_prefix(fault->fault, "mid-"));

	/* The same session, when all is well again. */
	service_set_fault(service, "none");
	voice_run(voice, 2, "All is well.");
	g_assert_no_error(voice->error);
	g_clear_pointer(&voice, voice_free);
	service_stop(service);
}

static const Fault faults[] = {
    {"slow-first", OFFHOOK_ERROR_TIMED_OUT},
    {"stall", OFFHOOK_ERROR_TIMED_OUT},
    {"mid-stall", OFFHOOK_ERROR_TIMED_OUT},
    {"half-open", OFFHOOK_ERROR_TIMED_OUT},
    {"mid-half-open", OFFHOOK_ERROR_TIMED_OUT},
    {"401", OFFHOOK_ERROR_AUTHENTICATION},
    {"mid-401", OFFHOOK_ERROR_RATE_LIMITED}, /* the quota, here */
    {"429", OFFHOOK_ERROR_BUSY},
    {"mid-429", OFFHOOK_ERROR_BUSY},
    {"500", OFFHOOK_ERROR_PROVIDER},
    {"mid-500", OFFHOOK_ERROR_PROVIDER},
    {"error-in-200", OFFHOOK_ERROR_PROVIDER},
    {"mid-error-in-200", OFFHOOK_ERROR_PROVIDER},
    {"garbage", OFFHOOK_ERROR_FORMAT},
    {"mid-garbage", OFFHOOK_ERROR_FORMAT},
    {"close-1011", OFFHOOK_ERROR_PROVIDER},
    {"mid-close-1011", OFFHOOK_ERROR_PROVIDER},
};

static void
list_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error, gpointer user_data)
{
	g_string_append_printf(user_data, "%u%s ", piece, error != NULL ? "!" : "");
}

static gboolean
has_four(gpointer data)
{
	return strchr(((GString *)data)->str, '4') != NULL;
}

/* A fault while two texts are under way and two wait: each gets its end, in order, and those that had
 * not been sent are spoken. */
static void
test_several(void)
{
	const OffhookSynthesizeOptions options = {0};
	g_autoptr(OffhookEngine) engine = NULL;
	g_autoptr(OffhookSynthesizer) synthesizer = NULL;
	g_autoptr(GString) ends = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	service = service_start("elevenlabs", QUICK);
	service_set_fault(service, "mid-close-1011?times=1");
	engine = open_engine("");
	synthesizer = offhook_engine_open_synthesizer(engine, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(synthesizer, "done", G_CALLBACK(list_done_cb), ends);
	for (guint piece = 1; piece <= 4; piece++)
		offhook_synthesizer_speak(synthesizer, piece, LONG);
	harness_wait_until(has_four, ends, "the end of the last text");
	g_assert_cmpstr(ends->str, ==, "1! 2! 3 4 ");
	g_clear_object(&synthesizer);
	service_stop(service);
}

static void
expect_refusal(const char *arguments, const char *settings, const char *id, OffhookError code)
{
	g_autoptr(Voice) voice = NULL;

	service = service_start("elevenlabs", arguments);
	voice = voice_new_with_voice(settings, id);
	voice_run(voice, 1, "Hello.");
	g_test_message("%s", voice->error->message);
	g_assert_error(voice->error, OFFHOOK_ERROR, (gint)code);
	g_assert_null(strstr(voice->error->message, "sesame"));
	g_clear_pointer(&voice, voice_free);
	service_abandon(service);
}

static void
test_refusals(void)
{
	expect_refusal(QUICK "--key right", "api-key=sesame", NULL, OFFHOOK_ERROR_AUTHENTICATION);
	expect_refusal(QUICK "--key right", "", NULL, OFFHOOK_ERROR_AUTHENTICATION);
	expect_refusal(QUICK, "", "nobody", OFFHOOK_ERROR_NOT_FOUND);
	expect_refusal(QUICK, "model=eleven_ancient", NULL, OFFHOOK_ERROR_NOT_FOUND);
}

static void
test_plan(void)
{
	g_autoptr(Voice) first = NULL;
	g_autoptr(Voice) second = NULL;

	service = service_start("elevenlabs", QUICK "--concurrent 1");
	first = voice_new("");
	service_wait_for_count(service, "open", 1);
	second = voice_new("");
	voice_run(second, 1, "Hello.");
	g_assert_error(second->error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_clear_pointer(&first, voice_free);
	service_wait_for_count(service, "open", 0);
	voice_run(second, 2, "Now.");
	g_assert_no_error(second->error);
	g_clear_pointer(&second, voice_free);
	service_stop(service);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++) {
		g_autofree char *start = g_strdup_printf("/contract/synthesizer/%s/start", contracts[i].name);
		g_autofree char *stop = g_strdup_printf("/contract/synthesizer/%s/stop", contracts[i].name);

		g_test_add_func(start, test_start);
		offhook_synthesizer_contract_add_tests(&contracts[i]);
		g_test_add_func(stop, test_stop);
	}
	g_test_add_func("/elevenlabs-speech/word-times", test_word_times);
	g_test_add_func("/elevenlabs-speech/first-sound", test_first_sound);
	g_test_add_func("/elevenlabs-speech/untouched", test_untouched);
	g_test_add_func("/elevenlabs-speech/interruptions", test_interruptions);
	g_test_add_func("/elevenlabs-speech/drop", test_drop);
	g_test_add_func("/elevenlabs-speech/many", test_many);
	g_test_add_func("/elevenlabs-idle/keep-alive", test_keep_alive);
	g_test_add_func("/elevenlabs-idle/lost", test_lost_while_idle);
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_autofree char *path = g_strconcat("/elevenlabs-fault/", faults[i].fault, NULL);

		g_test_add_data_func(path, &faults[i], test_fault);
	}
	g_test_add_func("/elevenlabs-fault/several", test_several);
	g_test_add_func("/elevenlabs-fault/refusals", test_refusals);
	g_test_add_func("/elevenlabs-fault/plan", test_plan);
	return g_test_run();
}
