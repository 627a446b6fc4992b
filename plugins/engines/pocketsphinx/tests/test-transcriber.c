/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The engine with real speech: Flite's voice over an 8 kHz mu-law line, as it comes from a carrier.
 */

#include "../pocketsphinx-engine.h"
#include "../pocketsphinx-transcriber.h"
#include "../sphinx-utterance.h"

#include <flite/flite.h>
#include <harness.h>
#include <offhook/offhook.h>
#include <string.h>
#include <transcriber-contract.h>

#define LINE_RATE 8000

extern cst_voice *register_cmu_us_rms(const char *directory);

typedef struct {
	OffhookTranscriber *transcriber;
	char *text;
	double confidence;
	guint utterance;
	guint n_finals;
	guint n_partials;
	guint n_failures;
	GError *error;
	gboolean over;
} Ear;

static void
ear_partial_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, Ear *ear)
{
	g_assert_cmpfloat(what->confidence, >=, 0.0);
	ear->n_partials++;
}

static void
ear_final_cb(OffhookTranscriber *transcriber, const OffhookTranscript *what, Ear *ear)
{
	g_assert_cmpfloat(what->confidence, >=, 0.0);
	g_assert_cmpfloat(what->confidence, <=, 1.0);
	g_free(ear->text);
	ear->text = g_strdup(what->text);
	ear->confidence = what->confidence;
	ear->utterance = what->utterance;
	ear->n_finals++;
	ear->over = TRUE;
}

static void
ear_failed_cb(OffhookTranscriber *transcriber, guint utterance, const GError *error, Ear *ear)
{
	g_clear_error(&ear->error);
	ear->error = g_error_copy(error);
	ear->utterance = utterance;
	ear->n_failures++;
	ear->over = TRUE;
}

static OffhookEngine *
make_engine(const char *name, const char *value, GError **error)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(OffhookEngine) engine = g_object_new(OFFHOOK_TYPE_POCKETSPHINX_ENGINE, NULL);

	if (name != NULL)
		g_hash_table_insert(values, (gpointer)name, (gpointer)value);
	settings =
	    offhook_settings_new(offhook_pocketsphinx_engine_settings, values, "test", error);
	if (settings == NULL || !offhook_engine_configure(engine, settings, error))
		return NULL;
	return g_steal_pointer(&engine);
}

static void
ear_open(Ear *ear, OffhookEngine *engine)
{
	const OffhookTranscribeOptions options = {.language = "en-US"};
	g_autoptr(GError) error = NULL;

	memset(ear, 0, sizeof(*ear));
	ear->transcriber = offhook_engine_open_transcriber(engine, &options, &error);
	g_assert_no_error(error);
	g_signal_connect(ear->transcriber, "partial", G_CALLBACK(ear_partial_cb), ear);
	g_signal_connect(ear->transcriber, "final", G_CALLBACK(ear_final_cb), ear);
	g_signal_connect(ear->transcriber, "failed", G_CALLBACK(ear_failed_cb), ear);
}

static void
ear_close(Ear *ear)
{
	g_clear_object(&ear->transcriber);
	g_clear_pointer(&ear->text, g_free);
	g_clear_error(&ear->error);
}

static OffhookExpectation *
make_expectation(void)
{
	static const char *const days[] = {"friday", "sunday", "tomorrow", NULL};
	OffhookExpectation *expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);

	offhook_expectation_add_phrase(expectation, "what are your opening hours");
	offhook_expectation_add_phrase(expectation, "[i'd like to] book a table [on <day>]");
	offhook_expectation_add_phrase(expectation, "can i speak to (a human|somebody)");
	offhook_expectation_add_phrase(expectation, "goodbye");
	offhook_expectation_add_slot(expectation, "day", days);
	return expectation;
}

/* @text as the daemon gets it: 300 ms before, 400 ms after, one byte a sample on the way. */
static GByteArray *
say(const char *text)
{
	cst_wave *wave = flite_text_to_wave(text, register_cmu_us_rms(NULL));
	g_autoptr(OffhookResampler) down =
	    offhook_resampler_new((guint)cst_wave_sample_rate(wave), LINE_RATE);
	g_autoptr(OffhookResampler) up = offhook_resampler_new(LINE_RATE, OFFHOOK_RATE);
	g_autoptr(GByteArray) line = g_byte_array_new();
	g_autofree guint8 *coded = NULL;
	GByteArray *out = g_byte_array_new();
	gsize n;

	g_byte_array_set_size(line, LINE_RATE * 2 * 3 / 10);
	memset(line->data, 0, line->len);
	offhook_resampler_push(down, cst_wave_samples(wave), (gsize)cst_wave_num_samples(wave),
			       line);
	offhook_resampler_flush(down, line);
	n = line->len;
	g_byte_array_set_size(line, line->len + LINE_RATE * 2 * 4 / 10);
	memset(line->data + n, 0, line->len - n);
	n = line->len / sizeof(gint16);
	coded = g_malloc(n);
	offhook_g711_encode(OFFHOOK_ENCODING_MULAW, (gint16 *)(gpointer)line->data, n, coded);
	offhook_g711_decode(OFFHOOK_ENCODING_MULAW, coded, n, (gint16 *)(gpointer)line->data);
	offhook_resampler_push(up, (gint16 *)(gpointer)line->data, n, out);
	offhook_resampler_flush(up, out);
	delete_wave(wave);
	return out;
}

static void
ear_push(Ear *ear, const GByteArray *audio)
{
	for (guint at = 0; at < audio->len; at += OFFHOOK_FRAME_BYTES)
		offhook_transcriber_push(
		    ear->transcriber, (const gint16 *)(gpointer)(audio->data + at),
		    MIN(audio->len - at, OFFHOOK_FRAME_BYTES) / sizeof(gint16));
}

static void
ear_hear(Ear *ear, guint utterance, OffhookExpectation *expectation, const char *text)
{
	g_autoptr(GByteArray) audio = say(text);

	ear->over = FALSE;
	offhook_transcriber_begin(ear->transcriber, utterance, expectation);
	ear_push(ear, audio);
	offhook_transcriber_finish(ear->transcriber);
	harness_wait_for(&ear->over, "the final text");
	g_assert_cmpuint(ear->utterance, ==, utterance);
}

/* A call: expected words, words that are not expected, expected words. */
static void
test_call(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(OffhookExpectation) question = offhook_expectation_new(OFFHOOK_EXPECT_YES_NO);
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	ear_hear(&ear, 1, expectation, "i'd like to book a table on sunday");
	g_assert_cmpstr(ear.text, ==, "i'd like to book a table on sunday");
	g_assert_cmpfloat(ear.confidence, >, 0.5);
	ear_hear(&ear, 2, expectation, "the weather is going to be terrible next week");
	g_assert_cmpstr(ear.text, ==, "");
	g_assert_cmpfloat(ear.confidence, <, 0.5);
	ear_hear(&ear, 3, question, "yes please");
	g_assert_cmpstr(ear.text, ==, "yes please");
	ear_hear(&ear, 4, expectation, "can i speak to somebody");
	g_assert_cmpstr(ear.text, ==, "can i speak to somebody");
	g_assert_cmpuint(ear.n_finals, ==, 4);
	g_assert_cmpuint(ear.n_failures, ==, 0);
	ear_close(&ear);
}

static gboolean
has_partials(gpointer data)
{
	return ((const Ear *)data)->n_partials > 0;
}

/* Words come while the caller still speaks: nobody has said that the utterance is over. */
static void
test_partials(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine("preload", "true", &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) audio = say("i'd like to book a table on sunday");
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	offhook_transcriber_begin(ear.transcriber, 1, expectation);
	ear_push(&ear, audio);
	harness_wait_until(has_partials, &ear, "some of the words");
	g_assert_cmpuint(ear.n_finals, ==, 0);
	ear_close(&ear);
}

/* Words that no dictionary has are heard as they are spelled. */
static void
test_own_words(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	Ear ear;

	g_assert_no_error(error);
	offhook_expectation_add_phrase(expectation,
				       "(trattoria lucia|pizzeria|\320\272\320\276\321\202)");
	ear_open(&ear, engine);
	g_test_expect_message("offhook-pocketsphinx", G_LOG_LEVEL_MESSAGE, "*trattoria*");
	g_test_expect_message("offhook-pocketsphinx", G_LOG_LEVEL_WARNING, "*can't be pronounced*");
	ear_hear(&ear, 1, expectation, "trattoria lucia");
	g_test_assert_expected_messages();
	g_assert_cmpstr(ear.text, ==, "trattoria lucia");
	ear_close(&ear);
}

static void
test_silence(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) silence = g_byte_array_new();
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	g_byte_array_set_size(silence, OFFHOOK_RATE * 2);
	memset(silence->data, 0, silence->len);
	for (guint i = 0; i < 3; i++) {
		ear.over = FALSE;
		offhook_transcriber_begin(ear.transcriber, i, expectation);
		/* nothing at all, a moment, a second */
		g_byte_array_set_size(silence, i == 0 ? 0 : i == 1 ? 100 : OFFHOOK_RATE * 2);
		ear_push(&ear, silence);
		offhook_transcriber_finish(ear.transcriber);
		harness_wait_for(&ear.over, "the final text");
		g_assert_cmpuint(ear.n_failures, ==, 0);
		g_assert_cmpstr(ear.text, ==, "");
	}
	ear_close(&ear);
}

static void
test_no_expectation(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	ear_hear(&ear, 7, NULL, "goodbye");
	g_assert_cmpuint(ear.n_failures, ==, 1);
	g_assert_error(ear.error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
	ear_close(&ear);
}

/* Nothing comes of what was cancelled, whenever that was. */
static void
test_cancel(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) audio = say("i'd like to book a table on sunday");
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	for (guint i = 0; i < 4; i++) {
		ear.n_partials = 0;
		offhook_transcriber_begin(ear.transcriber, i, expectation);
		ear_push(&ear, audio);
		/* at once, or with the worker in the middle of it */
		if (i % 2 == 1)
			harness_wait_until(has_partials, &ear, "some of the words");
		if (i >= 2)
			offhook_transcriber_finish(ear.transcriber);
		offhook_transcriber_cancel(ear.transcriber);
	}
	ear_hear(&ear, 100, expectation, "goodbye");
	g_assert_cmpuint(ear.n_finals, ==, 1);
	g_assert_cmpstr(ear.text, ==, "goodbye");
	ear_close(&ear);
}

/* A session that goes away in the middle of an utterance. */
static void
test_gone(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine("decoders", "1", &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) audio = say("what are your opening hours");
	Ear ear;

	g_assert_no_error(error);
	for (guint i = 0; i < 5; i++) {
		ear_open(&ear, engine);
		offhook_transcriber_begin(ear.transcriber, i, expectation);
		ear_push(&ear, audio);
		if (i % 2 == 0)
			offhook_transcriber_finish(ear.transcriber);
		ear_close(&ear);
	}
	ear_open(&ear, engine);
	g_clear_object(&engine);
	ear_hear(&ear, 9, expectation, "goodbye");
	g_assert_cmpstr(ear.text, ==, "goodbye");
	ear_close(&ear);
}

static gboolean
all_over(gpointer data)
{
	Ear *ears = data;

	for (guint i = 0; i < 6; i++) {
		if (!ears[i].over)
			return FALSE;
	}
	return TRUE;
}

/* More callers speak at a time than there are decoders. */
static void
test_crowd(void)
{
	static const char *const texts[] = {"goodbye", "what are your opening hours",
					    "can i speak to a human"};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine("decoders", "2", &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	Ear ears[6];

	g_assert_no_error(error);
	for (guint i = 0; i < G_N_ELEMENTS(ears); i++) {
		g_autoptr(GByteArray) audio = say(texts[i % 3]);

		ear_open(&ears[i], engine);
		offhook_transcriber_begin(ears[i].transcriber, i, expectation);
		ear_push(&ears[i], audio);
	}
	for (guint i = G_N_ELEMENTS(ears); i > 0; i--)
		offhook_transcriber_finish(ears[i - 1].transcriber);
	harness_wait_until(all_over, ears, "six final texts");
	for (guint i = 0; i < G_N_ELEMENTS(ears); i++) {
		g_assert_cmpstr(ears[i].text, ==, texts[i % 3]);
		ear_close(&ears[i]);
	}
}

/* The next utterance begins while the last one is still being decoded; too many are refused. */
static void
test_overlap(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) audio = say("goodbye");
	guint n = OFFHOOK_POCKETSPHINX_MAX_UTTERANCES;
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	for (guint i = 0; i <= n; i++) {
		/* without finish(): begin() implies it */
		offhook_transcriber_begin(ear.transcriber, i, expectation);
		ear_push(&ear, audio);
	}
	g_assert_error(ear.error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	g_assert_cmpuint(ear.utterance, ==, n);
	offhook_transcriber_finish(ear.transcriber);
	while (ear.n_finals < n) {
		ear.over = FALSE;
		harness_wait_for(&ear.over, "a final text");
	}
	g_assert_cmpuint(ear.n_finals, ==, n);
	g_assert_cmpuint(ear.utterance, ==, n - 1);
	ear_close(&ear);
}

/* A line that is never quiet enough is heard for a minute. */
static void
test_long(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine(NULL, NULL, &error);
	g_autoptr(OffhookExpectation) expectation = make_expectation();
	g_autoptr(GByteArray) noise = g_byte_array_new();
	g_autoptr(GRand) rand = g_rand_new_with_seed(1); /* a word may be heard in some noise */
	Ear ear;

	g_assert_no_error(error);
	ear_open(&ear, engine);
	g_byte_array_set_size(noise, (OFFHOOK_SPHINX_UTTERANCE_MAX_SECONDS + 5) * OFFHOOK_RATE * 2);
	memset(noise->data, 0, noise->len);
	for (guint i = 0; i < OFFHOOK_RATE; i++)
		noise->data[i] = (guint8)g_rand_int(rand);
	offhook_transcriber_begin(ear.transcriber, 1, expectation);
	ear_push(&ear, noise);
	offhook_transcriber_finish(ear.transcriber);
	harness_wait_for(&ear.over, "the final text");
	g_assert_cmpuint(ear.n_failures, ==, 0);
	g_assert_cmpstr(ear.text, ==, "");
	ear_close(&ear);
}

static void
test_settings(void)
{
	const OffhookTranscribeOptions german = {.language = "de-DE"};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookEngine) engine = make_engine("model", "/nonexistent", &error);

	g_assert_null(engine);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(make_engine("decoders", "many", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	engine = make_engine(NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_null(offhook_engine_open_transcriber(engine, &german, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_SUPPORTED);
}

/* ---- the contract ---- */

static OffhookEngine *
open_engine(void)
{
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = make_engine(NULL, NULL, &error);

	g_assert_no_error(error);
	return engine;
}

static GBytes *
speak(void)
{
	return g_byte_array_free_to_bytes(say("what are your opening hours"));
}

int
main(int argc, char **argv)
{
	static const OffhookTranscriberContract contract = {"pocketsphinx", open_engine, speak,
							    make_expectation};

	g_test_init(&argc, &argv, NULL);
	flite_init();
	/* as in the daemon, before there are other threads */
	g_main_context_default();
	g_test_add_func("/pocketsphinx/call", test_call);
	g_test_add_func("/pocketsphinx/partials", test_partials);
	g_test_add_func("/pocketsphinx/own-words", test_own_words);
	g_test_add_func("/pocketsphinx/silence", test_silence);
	g_test_add_func("/pocketsphinx/no-expectation", test_no_expectation);
	g_test_add_func("/pocketsphinx/cancel", test_cancel);
	g_test_add_func("/pocketsphinx/gone", test_gone);
	g_test_add_func("/pocketsphinx/crowd", test_crowd);
	g_test_add_func("/pocketsphinx/overlap", test_overlap);
	g_test_add_func("/pocketsphinx/long", test_long);
	g_test_add_func("/pocketsphinx/settings", test_settings);
	offhook_transcriber_contract_add_tests(&contract);
	return g_test_run();
}
