/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the supervised synthesizer does when the engines behind it do what the test says.
 */

#include "engine/supervised-synthesizer.h"
#include "fake-engine.h"
#include "harness.h"
#include <offhook/audio.h>
#include <offhook/error.h>

#define FIRST_MS 80
#define STALL_MS 60

typedef struct {
	OffhookEngineHealth *health;
	FakeEngine *engines[2];
	OffhookSynthesizer *voice;
	GString *log; /* its signals: "audio 1 20 ms|word 1 0+3 0-20|done 1|" */
	guint n;      /* of them */
} Fixture;

static void
note(Fixture *f, char *what)
{
	g_string_append_printf(f->log, "%s|", what);
	g_free(what);
	f->n++;
}

static void
audio_cb(OffhookSynthesizer *voice, guint piece, GBytes *audio, Fixture *f)
{
	note(f, g_strdup_printf("audio %u %u ms", piece,
				(guint)(g_bytes_get_size(audio) * 1000 / OFFHOOK_RATE / 2)));
}

static void
words_cb(OffhookSynthesizer *voice, guint piece, const OffhookWordTime *words, guint n, Fixture *f)
{
	for (guint i = 0; i < n; i++)
		note(f, g_strdup_printf("word %u %u+%u %u-%u", piece, words[i].offset,
					words[i].length, words[i].start_ms, words[i].end_ms));
}

static void
done_cb(OffhookSynthesizer *voice, guint piece, const GError *error, Fixture *f)
{
	note(f, g_strdup_printf("done %u%s%s", piece, error != NULL ? " " : "",
				error != NULL ? offhook_error_get_api_code(error) : ""));
}

static void
switched_cb(OffhookSynthesizer *voice, const char *from, const char *to, const GError *error,
	    Fixture *f)
{
	note(f, g_strdup_printf("switched %s %s %s", from, to,
				error != NULL ? offhook_error_get_api_code(error) : "back"));
}

static void
set_up(Fixture *f, gconstpointer n)
{
	const OffhookEngineDeadlines deadlines = {FIRST_MS, STALL_MS};
	g_autoptr(OffhookEngineLineup) lineup = NULL;
	g_autoptr(GError) error = NULL;

	f->health = offhook_engine_health_new(NULL);
	f->log = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		f->engines[i] = fake_engine_new();
	lineup = fake_lineup_new(f->health, OFFHOOK_ENGINE_SYNTHESIZE, &deadlines, f->engines,
				 GPOINTER_TO_UINT(n));
	f->voice = offhook_supervised_synthesizer_new(lineup, &error);
	g_assert_no_error(error);
	g_signal_connect(f->voice, "audio", G_CALLBACK(audio_cb), f);
	g_signal_connect(f->voice, "words", G_CALLBACK(words_cb), f);
	g_signal_connect(f->voice, "done", G_CALLBACK(done_cb), f);
	g_signal_connect(f->voice, "switched", G_CALLBACK(switched_cb), f);
}

static void
tear_down(Fixture *f, gconstpointer n)
{
	g_clear_object(&f->voice);
	for (guint i = 0; i < G_N_ELEMENTS(f->engines); i++)
		g_object_unref(f->engines[i]);
	g_assert_finalize_object(f->health);
	g_string_free(f->log, TRUE);
}

static void
assert_told(Fixture *f, const char *expected)
{
	g_assert_cmpstr(f->log->str, ==, expected);
	g_string_truncate(f->log, 0);
	f->n = 0;
}

static gboolean
has_told(gpointer data)
{
	return ((Fixture *)data)->n > 0;
}

static void
sound(FakeEngine *engine, guint piece, guint ms)
{
	gsize size = (gsize)ms * OFFHOOK_RATE / 1000 * 2;
	g_autoptr(GBytes) audio = g_bytes_new_take(g_malloc0(size), size);

	offhook_synthesizer_emit_audio(OFFHOOK_SYNTHESIZER(engine->session), piece, audio);
}

static void
word(FakeEngine *engine, guint piece, guint offset, guint length, guint start_ms, guint end_ms)
{
	const OffhookWordTime time = {offset, length, start_ms, end_ms};

	offhook_synthesizer_emit_words(OFFHOOK_SYNTHESIZER(engine->session), piece, &time, 1);
}

static void
end(FakeEngine *engine, guint piece)
{
	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(engine->session), piece, NULL);
}

static void
fail(FakeEngine *engine, guint piece, OffhookError code)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, "as told");

	offhook_synthesizer_emit_done(OFFHOOK_SYNTHESIZER(engine->session), piece, error);
}

static void
test_passes_on(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	offhook_synthesizer_speak(f->voice, 2, "");
	/* Words before their sound are held until it is there; what is left comes at the end. */
	word(f->engines[0], 1, 0, 4, 0, 200);
	word(f->engines[0], 1, 5, 4, 200, 500);
	sound(f->engines[0], 1, 300);
	sound(f->engines[0], 1, 150);
	end(f->engines[0], 1);
	end(f->engines[0], 2);
	assert_told(f, "audio 1 300 ms|word 1 0+4 0-200|audio 1 150 ms|word 1 5+4 200-500|done 1|"
		       "done 2|");
	fake_engine_assert_log(f->engines[0], "speak 1 Good day.|speak 2 |");
	g_assert_cmpuint(f->engines[1]->opened, ==, 0);
}

static void
test_fails_at_once(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	offhook_synthesizer_speak(f->voice, 2, "How are you?");
	fail(f->engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	/* Whatever it still says is for nobody. */
	sound(f->engines[0], 2, 100);
	harness_wait_until(has_told, f, "the switch");
	assert_told(f, "switched a b UNAVAILABLE|");
	fake_engine_assert_log(f->engines[1], "speak 1 Good day.|speak 2 How are you?|");
	g_assert_null(f->engines[0]->session);
	sound(f->engines[1], 1, 400);
	end(f->engines[1], 1);
	sound(f->engines[1], 2, 400);
	end(f->engines[1], 2);
	assert_told(f, "audio 1 400 ms|done 1|audio 2 400 ms|done 2|");
}

/* The rest of the sentence, from the first word on that was not spoken to its end. */
static void
test_fails_in_a_sentence(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two three four");
	word(f->engines[0], 1, 0, 3, 0, 300);
	word(f->engines[0], 1, 4, 3, 300, 600);
	word(f->engines[0], 1, 8, 5, 600, 900);
	sound(f->engines[0], 1, 700);
	fail(f->engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	assert_told(f, "audio 1 700 ms|word 1 0+3 0-300|word 1 4+3 300-600|");
	harness_wait_until(has_told, f, "the switch");
	assert_told(f, "switched a b PROVIDER_ERROR|");
	fake_engine_assert_log(f->engines[1], "speak 1 three four|");
	word(f->engines[1], 1, 0, 5, 0, 250);
	word(f->engines[1], 1, 6, 4, 250, 500);
	sound(f->engines[1], 1, 500);
	end(f->engines[1], 1);
	assert_told(f, "audio 1 500 ms|word 1 8+5 700-950|word 1 14+4 950-1200|done 1|");
}

/* Who tells no words is estimated: 60 ms a character. */
static void
test_fails_without_words(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two three four");
	sound(f->engines[0], 1, 500);
	fail(f->engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	while (f->engines[0]->session != NULL)
		g_main_context_iteration(NULL, TRUE);
	assert_told(f, "audio 1 500 ms|switched a b PROVIDER_ERROR|word 1 0+3 0-214|"
		       "word 1 4+3 285-500|");
	fake_engine_assert_log(f->engines[1], "speak 1 three four|");
}

/* A syllable is not worth going on from; a sentence that is all said is not begun again. */
static void
test_edges_of_a_sentence(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two.");
	word(f->engines[0], 1, 0, 3, 0, 200);
	word(f->engines[0], 1, 4, 3, 200, 400);
	sound(f->engines[0], 1, 400);
	offhook_synthesizer_speak(f->voice, 2, "three");
	fail(f->engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	while (f->engines[0]->session != NULL)
		g_main_context_iteration(NULL, TRUE);
	assert_told(f, "audio 1 400 ms|word 1 0+3 0-200|word 1 4+3 200-400|"
		       "switched a b PROVIDER_ERROR|done 1|");
	fake_engine_assert_log(f->engines[1], "speak 2 three|");
}

static void
test_first_sound_is_late(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	harness_wait_until(has_told, f, "the switch");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, FIRST_MS * 1000);
	assert_told(f, "switched a b TIMED_OUT|");
	fake_engine_assert_log(f->engines[1], "speak 1 Good day.|");
}

/* A pause in what is delivered is none in what is heard, as long as there is enough to play. */
static void
test_stalls(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_synthesizer_speak(f->voice, 1, "A rather long sentence, with many words in it.");
	for (guint i = 0; i < 5; i++)
		sound(f->engines[0], 1, 200);
	f->n = 0;
	harness_wait_until(has_told, f, "the switch");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, (1000 - STALL_MS) * 1000);
	g_assert_nonnull(strstr(f->log->str, "switched a b TIMED_OUT|"));
}

static void
test_says_nothing(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "...");
	offhook_synthesizer_speak(f->voice, 2, "Well.");
	end(f->engines[0], 1);
	assert_told(f, "done 1|");
	end(f->engines[0], 2);
	harness_wait_until(has_told, f, "the switch");
	g_assert_true(g_str_has_prefix(f->log->str, "switched a b "));
	fake_engine_assert_log(f->engines[1], "speak 2 Well.|");
}

static void
test_nobody_is_left(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(has_told, f, "the switch");
	f->n = 0;
	fail(f->engines[1], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(has_told, f, "the end");
	assert_told(f, "switched a b UNAVAILABLE|done 1 UNAVAILABLE|"
		       "done 2 UNAVAILABLE|");
	/* The next answer tries anew. */
	offhook_synthesizer_speak(f->voice, 3, "Three.");
	sound(f->engines[1], 3, 400);
	end(f->engines[1], 3);
	assert_told(f, "audio 3 400 ms|done 3|");
}

/* One sentence that nobody can say is no reason not to say the others. */
static void
test_one_is_to_blame(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->engines[0], 1, OFFHOOK_ERROR_LIMIT);
	while (f->engines[0]->opened < 2)
		g_main_context_iteration(NULL, TRUE);
	g_free(fake_engine_take_log(f->engines[0]));
	fail(f->engines[0], 1, OFFHOOK_ERROR_LIMIT);
	harness_wait_until(has_told, f, "the end of the first");
	fake_engine_assert_log(f->engines[0], "cancel|speak 2 Two.|");
	sound(f->engines[0], 2, 400);
	end(f->engines[0], 2);
	g_assert_true(g_str_has_suffix(f->log->str, "|audio 2 400 ms|done 2|"));
	g_assert_true(g_str_has_prefix(f->log->str, "done 1 "));
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	sound(f->engines[0], 1, 100);
	f->n = 0;
	offhook_synthesizer_cancel(f->voice);
	fake_engine_assert_log(f->engines[0], "speak 1 One.|cancel|");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->engines[0], 2, OFFHOOK_ERROR_UNAVAILABLE);
	offhook_synthesizer_cancel(f->voice);
	assert_told(f, "audio 1 100 ms|switched a b UNAVAILABLE|");
	offhook_synthesizer_speak(f->voice, 3, "Three.");
	fake_engine_assert_log(f->engines[1], "speak 3 Three.|");
}

#define ADD(name, n, function)                                                                     \
	g_test_add("/supervised-synthesizer/" name, Fixture, GUINT_TO_POINTER(n), set_up,          \
		   function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("passes-on", 2, test_passes_on);
	ADD("fails-at-once", 2, test_fails_at_once);
	ADD("fails-in-a-sentence", 2, test_fails_in_a_sentence);
	ADD("fails-without-words", 2, test_fails_without_words);
	ADD("edges-of-a-sentence", 2, test_edges_of_a_sentence);
	ADD("first-sound-is-late", 2, test_first_sound_is_late);
	ADD("stalls", 2, test_stalls);
	ADD("says-nothing", 2, test_says_nothing);
	ADD("nobody-is-left", 2, test_nobody_is_left);
	ADD("one-is-to-blame", 1, test_one_is_to_blame);
	ADD("cancel", 2, test_cancel);
	return g_test_run();
}
