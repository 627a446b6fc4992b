/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phrases that are said again: what is kept and what is not, whose they are, and that the line of pieces
 * stays in order. The voice behind is a fake that says what the test lets it say.
 */

#include "engine/phrase-synthesizer.h"
#include "fake-engine.h"

#include "harness.h"

#include <offhook/error.h>
#include <string.h>

#define MIB (1024 * 1024)

typedef struct {
	OffhookPhraseCache *cache;
	FakeEngine *engine;
	OffhookSynthesizer *synthesizer;
	GString *told;   /* "audio 1 hello|words 1 2|done 1|" */
	guint n_recited; /* pieces that ended and told nothing of the engine */
	guint cancel_at; /* piece of whose audio the listener cancels */
} Fixture;

static void
fixture_audio_cb(OffhookSynthesizer *synthesizer, guint piece, GBytes *audio, gpointer user_data)
{
	Fixture *self = user_data;

	g_string_append_printf(self->told, "audio %u %.*s|", piece, (int)g_bytes_get_size(audio),
			       (const char *)g_bytes_get_data(audio, NULL));
	if (piece == self->cancel_at)
		offhook_synthesizer_cancel(synthesizer);
}

static void
fixture_words_cb(OffhookSynthesizer *synthesizer, guint piece, const OffhookWordTime *words,
		 guint n, gpointer user_data)
{
	g_string_append_printf(((Fixture *)user_data)->told, "words %u %u-%u|", piece,
			       words[0].start_ms, words[n - 1].end_ms);
}

static void
fixture_done_cb(OffhookSynthesizer *synthesizer, guint piece, const GError *error,
		gpointer user_data)
{
	Fixture *self = user_data;

	self->n_recited += offhook_phrase_synthesizer_is_reciting(synthesizer) ? 1 : 0;
	g_string_append_printf(self->told, "done %u%s|", piece, error != NULL ? "!" : "");
}

/* A session of the engine called @name. */
static void
fixture_open(Fixture *self, const char *name, const char *voice)
{
	const OffhookSynthesizeOptions options = {.language = "en-US", .voice = voice};

	g_clear_object(&self->synthesizer);
	self->synthesizer = offhook_phrase_synthesizer_new(
	    self->cache,
	    offhook_engine_open_synthesizer(OFFHOOK_ENGINE(self->engine), &options, NULL), name,
	    &options);
	g_signal_connect(self->synthesizer, "audio", G_CALLBACK(fixture_audio_cb), self);
	g_signal_connect(self->synthesizer, "words", G_CALLBACK(fixture_words_cb), self);
	g_signal_connect(self->synthesizer, "done", G_CALLBACK(fixture_done_cb), self);
	g_free(fake_engine_take_log(self->engine));
}

static void
fixture_set_up(Fixture *self, gconstpointer data)
{
	self->cache = offhook_phrase_cache_new();
	offhook_phrase_cache_reset(self->cache, MIB);
	self->engine = fake_engine_new();
	self->told = g_string_new(NULL);
	fixture_open(self, "fake", "anna");
}

static void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	g_object_unref(self->synthesizer);
	g_object_unref(self->engine);
	offhook_phrase_cache_unref(self->cache);
	g_string_free(self->told, TRUE);
}

static void
fixture_expect(Fixture *self, const char *told)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_cmpstr(self->told->str, ==, told);
	g_string_truncate(self->told, 0);
}

/* The voice behind says @piece. */
static void
fixture_answer(Fixture *self, guint piece, const char *audio, const GError *error)
{
	OffhookSynthesizer *voice = OFFHOOK_SYNTHESIZER(self->engine->session);
	const OffhookWordTime word = {0, 5, 10, 20};
	g_autoptr(GBytes) bytes = g_bytes_new(audio, strlen(audio));

	offhook_synthesizer_emit_words(voice, piece, &word, 1);
	offhook_synthesizer_emit_audio(voice, piece, bytes);
	offhook_synthesizer_emit_done(voice, piece, error);
}

/* It is asked for @text, and answers with @audio. */
static void
fixture_speak(Fixture *self, guint piece, const char *text, const char *audio)
{
	g_autofree char *asked = g_strdup_printf("speak %u %s|", piece, text);
	g_autofree char *told =
	    g_strdup_printf("words %u 10-20|audio %u %s|done %u|", piece, piece, audio, piece);

	offhook_synthesizer_speak(self->synthesizer, piece, text);
	fake_engine_assert_log(self->engine, asked);
	fixture_answer(self, piece, audio, NULL);
	fixture_expect(self, told);
}

/* It is not asked, and yet @audio is said, with its words. */
static void
fixture_recall(Fixture *self, guint piece, const char *text, const char *audio)
{
	g_autofree char *told =
	    g_strdup_printf("words %u 10-20|audio %u %s|done %u|", piece, piece, audio, piece);

	offhook_synthesizer_speak(self->synthesizer, piece, text);
	/* Nothing comes before speak() has returned. */
	g_assert_cmpstr(self->told->str, ==, "");
	fixture_expect(self, told);
	fake_engine_assert_log(self->engine, "");
}

static void
test_second_time(Fixture *self, gconstpointer data)
{
	OffhookPhraseStats stats;

	fixture_speak(self, 1, "Hello.", "aa");
	fixture_speak(self, 2, "Hello.", "bb");
	fixture_recall(self, 3, "Hello.", "bb");
	fixture_recall(self, 4, "Hello.", "bb");
	fixture_speak(self, 5, "Hello!", "cc");
	/* Another call. */
	fixture_open(self, "fake", "anna");
	fixture_recall(self, 1, "Hello.", "bb");
	offhook_phrase_cache_get_stats(self->cache, &stats);
	g_assert_cmpuint(stats.hits, ==, 3);
	g_assert_cmpuint(self->n_recited, ==, 3);
	g_assert_cmpuint(stats.misses, ==, 3);
	g_assert_cmpuint(stats.phrases, ==, 1);
	g_assert_cmpuint(stats.bytes, >, 2);
}

/* What is declared is kept from the first time on, sentence by sentence. */
static void
test_declared(Fixture *self, gconstpointer data)
{
	offhook_phrase_cache_declare(self->cache, "Welcome to the trattoria. How can I help you?",
				     "en-US");
	fixture_speak(self, 1, "How can I help you?", "aa");
	fixture_recall(self, 2, "How can I help you?", "aa");
}

/* Another engine, voice, or configuration is another sound. */
static void
test_whose(Fixture *self, gconstpointer data)
{
	offhook_phrase_cache_declare(self->cache, "Hello.", NULL);
	fixture_speak(self, 1, "Hello.", "aa");
	fixture_open(self, "fake", "bert");
	fixture_speak(self, 1, "Hello.", "bb");
	fixture_open(self, "other", "anna");
	fixture_speak(self, 1, "Hello.", "cc");
	fixture_open(self, "fake", "anna");
	fixture_recall(self, 1, "Hello.", "aa");

	offhook_phrase_cache_reset(self->cache, MIB);
	offhook_phrase_cache_declare(self->cache, "Hello.", NULL);
	/* A session from before has the old settings: what it brings is not for new ones. */
	fixture_speak(self, 2, "Hello.", "old");
	fixture_open(self, "fake", "anna");
	fixture_speak(self, 1, "Hello.", "new");
	fixture_recall(self, 2, "Hello.", "new");
}

static void
test_not_kept(Fixture *self, gconstpointer data)
{
	g_autofree char *long_text = g_strnfill(OFFHOOK_PHRASE_MAX_CHARACTERS + 1, 'a');
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER, "no");

	for (guint i = 1; i <= 3; i++)
		fixture_speak(self, i, long_text, "aa");

	/* Half of it is not it. */
	offhook_phrase_cache_declare(self->cache, "Hello.", NULL);
	offhook_synthesizer_speak(self->synthesizer, 4, "Hello.");
	fixture_answer(self, 4, "bb", error);
	fixture_expect(self, "words 4 10-20|audio 4 bb|done 4!|");
	offhook_synthesizer_speak(self->synthesizer, 5, "Hello.");
	offhook_synthesizer_cancel(self->synthesizer);
	fixture_answer(self, 5, "cc", NULL);
	fixture_expect(self, "");
	g_free(fake_engine_take_log(self->engine));
	fixture_speak(self, 6, "Hello.", "dd");

	/* Nor anything when there is to be no cache. */
	offhook_phrase_cache_reset(self->cache, 0);
	for (guint i = 7; i <= 9; i++)
		fixture_speak(self, i, "Bye.", "ee");
}

static void
test_limit(Fixture *self, gconstpointer data)
{
	g_autofree char *sound = g_strnfill(1000, 'x');
	OffhookPhraseStats stats;

	offhook_phrase_cache_reset(self->cache, 3600);
	fixture_open(self, "fake", "anna");
	offhook_phrase_cache_declare(self->cache, "One. Two. Three. Four.", NULL);
	for (guint i = 0; i < 4; i++) {
		static const char *const texts[] = {"One.", "Two.", "Three.", "Four."};

		offhook_phrase_cache_declare(self->cache, texts[i], NULL);
		fixture_speak(self, i + 1, texts[i], sound);
		/* The first is used again and again. */
		fixture_recall(self, 10 + i, "One.", sound);
	}
	offhook_phrase_cache_get_stats(self->cache, &stats);
	g_assert_cmpuint(stats.phrases, ==, 3);
	g_assert_cmpuint(stats.bytes, <=, 3600);
	fixture_speak(self, 20, "Two.", sound);
}

/* Known and unknown ones keep their order. */
static void
test_order(Fixture *self, gconstpointer data)
{
	offhook_phrase_cache_declare(self->cache, "Hello.", NULL);
	fixture_speak(self, 1, "Hello.", "aa");

	offhook_synthesizer_speak(self->synthesizer, 2, "Hello.");
	offhook_synthesizer_speak(self->synthesizer, 3, "Three.");
	offhook_synthesizer_speak(self->synthesizer, 4, "Hello.");
	offhook_synthesizer_speak(self->synthesizer, 5, "Five.");
	fake_engine_assert_log(self->engine, "speak 3 Three.|speak 5 Five.|");
	/* The voice is there before the main loop has turned. */
	fixture_answer(self, 3, "cc", NULL);
	fixture_answer(self, 5, "ee", NULL);
	fixture_expect(self, "words 2 10-20|audio 2 aa|done 2|words 3 10-20|audio 3 cc|done 3|"
			     "words 4 10-20|audio 4 aa|done 4|words 5 10-20|audio 5 ee|done 5|");
}

static void
test_cancel(Fixture *self, gconstpointer data)
{
	offhook_phrase_cache_declare(self->cache, "Hello.", NULL);
	fixture_speak(self, 1, "Hello.", "aa");

	offhook_synthesizer_speak(self->synthesizer, 2, "Hello.");
	offhook_synthesizer_cancel(self->synthesizer);
	fixture_expect(self, "");
	/* From within, in the middle of one from memory. */
	self->cancel_at = 3;
	offhook_synthesizer_speak(self->synthesizer, 3, "Hello.");
	offhook_synthesizer_speak(self->synthesizer, 4, "Hello.");
	fixture_expect(self, "words 3 10-20|audio 3 aa|");
	g_free(fake_engine_take_log(self->engine));
	fixture_recall(self, 5, "Hello.", "aa");
	/* Dropped before it was its turn. */
	offhook_synthesizer_speak(self->synthesizer, 6, "Hello.");
	fixture_open(self, "fake", "anna");
	fixture_expect(self, "");
}

static gboolean
find_key(Fixture *self, char **key)
{
	g_autoptr(OffhookPhrase) phrase =
	    offhook_phrase_cache_find(self->cache, "prefix", "Hello.", key);

	g_assert_null(phrase);
	return *key != NULL;
}

/* Of many who say the same at once one gathers its sound. */
static void
test_at_once(Fixture *self, gconstpointer data)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	g_assert_false(find_key(self, &first));
	g_assert_true(find_key(self, &first));
	g_assert_false(find_key(self, &second));
	offhook_phrase_cache_release(self->cache, first);
	g_assert_true(find_key(self, &second));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*func)(Fixture *self, gconstpointer data);
	} cases[] = {
	    {"/phrases/second-time", test_second_time},
	    {"/phrases/declared", test_declared},
	    {"/phrases/whose", test_whose},
	    {"/phrases/not-kept", test_not_kept},
	    {"/phrases/limit", test_limit},
	    {"/phrases/order", test_order},
	    {"/phrases/cancel", test_cancel},
	    {"/phrases/at-once", test_at_once},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].path, Fixture, NULL, fixture_set_up, cases[i].func,
			   fixture_tear_down);
	return g_test_run();
}
