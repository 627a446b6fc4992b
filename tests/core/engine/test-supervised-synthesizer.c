/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the supervised synthesizer does when the engines behind it do what the test says.
 */

#include "engine/supervised-synthesizer.h"
#include "fake-engine.h"
#include "harness.h"
#include <offhook/audio.h>
#include <offhook/error.h>
#include <string.h>

/* What is in time must be so on a busy machine. */
#define FIRST_MS 500
#define STALL_MS 400

typedef struct {
	FakeStage stage;
	OffhookSynthesizer *voice;
} Fixture;

static void
audio_cb(OffhookSynthesizer *voice, guint piece, GBytes *audio, Fixture *f)
{
	fake_stage_note(
	    &f->stage, g_strdup_printf("audio %u %u ms", piece,
				       (guint)(g_bytes_get_size(audio) * 1000 / OFFHOOK_RATE / 2)));
}

static void
words_cb(OffhookSynthesizer *voice, guint piece, const OffhookWordTime *words, guint n, Fixture *f)
{
	for (guint i = 0; i < n; i++)
		fake_stage_note(&f->stage, g_strdup_printf("word %u %u+%u %u-%u", piece,
							   words[i].offset, words[i].length,
							   words[i].start_ms, words[i].end_ms));
}

static void
done_cb(OffhookSynthesizer *voice, guint piece, const GError *error, Fixture *f)
{
	fake_stage_note(&f->stage,
			g_strdup_printf("done %u%s%s", piece, error != NULL ? " " : "",
					error != NULL ? offhook_error_get_api_code(error) : ""));
}

static void
set_up(Fixture *f, gconstpointer n)
{
	const OffhookEngineDeadlines deadlines = {FIRST_MS, STALL_MS};
	g_autoptr(OffhookEngineLineup) lineup = fake_stage_set_up(
	    &f->stage, OFFHOOK_ENGINE_SYNTHESIZE, &deadlines, NULL, GPOINTER_TO_UINT(n));
	g_autoptr(GError) error = NULL;

	f->voice = offhook_supervised_synthesizer_new(lineup, &error);
	g_assert_no_error(error);
	g_signal_connect(f->voice, "audio", G_CALLBACK(audio_cb), f);
	g_signal_connect(f->voice, "words", G_CALLBACK(words_cb), f);
	g_signal_connect(f->voice, "done", G_CALLBACK(done_cb), f);
	fake_stage_watch(&f->stage, f->voice);
}

static void
tear_down(Fixture *f, gconstpointer n)
{
	g_clear_object(&f->voice);
	fake_stage_tear_down(&f->stage);
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
	word(f->stage.engines[0], 1, 0, 4, 0, 200);
	word(f->stage.engines[0], 1, 5, 4, 200, 500);
	sound(f->stage.engines[0], 1, 300);
	sound(f->stage.engines[0], 1, 150);
	end(f->stage.engines[0], 1);
	end(f->stage.engines[0], 2);
	fake_stage_assert_told(
	    &f->stage, "audio 1 300 ms|word 1 0+4 0-200|audio 1 150 ms|word 1 5+4 200-500|done 1|"
		       "done 2|");
	fake_engine_assert_log(f->stage.engines[0], "speak 1 Good day.|speak 2 |");
	g_assert_cmpuint(f->stage.engines[1]->opened, ==, 0);
}

static void
test_fails_at_once(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	offhook_synthesizer_speak(f->voice, 2, "How are you?");
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	/* Whatever it still says is for nobody. */
	sound(f->stage.engines[0], 2, 100);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fake_stage_assert_told(&f->stage, "switched a b UNAVAILABLE|");
	fake_engine_assert_log(f->stage.engines[1], "speak 1 Good day.|speak 2 How are you?|");
	g_assert_null(f->stage.engines[0]->session);
	sound(f->stage.engines[1], 1, 400);
	end(f->stage.engines[1], 1);
	sound(f->stage.engines[1], 2, 400);
	end(f->stage.engines[1], 2);
	fake_stage_assert_told(&f->stage, "audio 1 400 ms|done 1|audio 2 400 ms|done 2|");
	g_assert_cmpstr(f->stage.used->str, ==,
			"a 9 characters|a 12 characters|b 9 characters|b 12 characters|");
}

/* The rest of the sentence, from the first word on that was not spoken to its end. */
static void
test_fails_in_a_sentence(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two three four");
	word(f->stage.engines[0], 1, 0, 3, 0, 300);
	word(f->stage.engines[0], 1, 4, 3, 300, 600);
	word(f->stage.engines[0], 1, 8, 5, 600, 900);
	sound(f->stage.engines[0], 1, 700);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	fake_stage_assert_told(&f->stage, "audio 1 700 ms|word 1 0+3 0-300|word 1 4+3 300-600|");
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fake_stage_assert_told(&f->stage, "switched a b PROVIDER_ERROR|");
	fake_engine_assert_log(f->stage.engines[1], "speak 1 three four|");
	word(f->stage.engines[1], 1, 0, 5, 0, 250);
	word(f->stage.engines[1], 1, 6, 4, 250, 500);
	sound(f->stage.engines[1], 1, 500);
	end(f->stage.engines[1], 1);
	fake_stage_assert_told(&f->stage,
			       "audio 1 500 ms|word 1 8+5 700-950|word 1 14+4 950-1200|done 1|");
}

/* Who tells no words is estimated: 60 ms a character. */
static void
test_fails_without_words(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two three four");
	sound(f->stage.engines[0], 1, 500);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	while (f->stage.engines[0]->session != NULL)
		g_main_context_iteration(NULL, TRUE);
	fake_stage_assert_told(&f->stage,
			       "audio 1 500 ms|switched a b PROVIDER_ERROR|word 1 0+3 0-214|"
			       "word 1 4+3 285-500|");
	fake_engine_assert_log(f->stage.engines[1], "speak 1 three four|");
}

/* A syllable is not worth going on from; a sentence that is all said is not begun again. */
static void
test_edges_of_a_sentence(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "one two.");
	word(f->stage.engines[0], 1, 0, 3, 0, 200);
	word(f->stage.engines[0], 1, 4, 3, 200, 400);
	sound(f->stage.engines[0], 1, 400);
	offhook_synthesizer_speak(f->voice, 2, "three");
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	while (f->stage.engines[0]->session != NULL)
		g_main_context_iteration(NULL, TRUE);
	fake_stage_assert_told(&f->stage, "audio 1 400 ms|word 1 0+3 0-200|word 1 4+3 200-400|"
					  "switched a b PROVIDER_ERROR|done 1|");
	fake_engine_assert_log(f->stage.engines[1], "speak 2 three|");
}

static void
test_first_sound_is_late(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, FIRST_MS * 1000);
	fake_stage_assert_told(&f->stage, "switched a b TIMED_OUT|");
	fake_engine_assert_log(f->stage.engines[1], "speak 1 Good day.|");
}

/* A pause in what is delivered is none in what is heard, as long as there is enough to play. */
static void
test_stalls(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_synthesizer_speak(f->voice, 1, "A rather long sentence, with many words in it.");
	for (guint i = 0; i < 5; i++)
		sound(f->stage.engines[0], 1, 200);
	f->stage.n = 0;
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, (1000 - STALL_MS) * 1000);
	g_assert_nonnull(strstr(f->stage.log->str, "switched a b TIMED_OUT|"));
}

static gboolean
is_past(gpointer until_us)
{
	return g_get_monotonic_time() >= *(const gint64 *)until_us;
}

/* Nobody says anything: the last one is waited for, as nobody else could speak. */
static void
test_all_are_silent(Fixture *f, gconstpointer n)
{
	gint64 until_us = g_get_monotonic_time() + 4 * FIRST_MS * 1000;

	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fake_stage_assert_told(&f->stage, "switched a b TIMED_OUT|");
	harness_poll_until(is_past, &until_us, "four times what one has");
	sound(f->stage.engines[1], 1, 400);
	end(f->stage.engines[1], 1);
	fake_stage_assert_told(&f->stage, "audio 1 400 ms|done 1|");
}

/* Noise without an end is no speech. */
static void
test_does_not_stop(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "Good day.");
	for (guint i = 0; i < 20; i++)
		sound(f->stage.engines[0], 1, 1000);
	f->stage.n = 0;
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	g_assert_nonnull(strstr(f->stage.log->str, "switched a b PROVIDER_ERROR|"));
	g_assert_null(f->stage.engines[0]->session);
}

static void
test_says_nothing(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "...");
	offhook_synthesizer_speak(f->voice, 2, "Well.");
	end(f->stage.engines[0], 1);
	fake_stage_assert_told(&f->stage, "done 1|");
	end(f->stage.engines[0], 2);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	g_assert_true(g_str_has_prefix(f->stage.log->str, "switched a b "));
	fake_engine_assert_log(f->stage.engines[1], "speak 2 Well.|");
}

static void
test_nobody_is_left(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	f->stage.n = 0;
	fail(f->stage.engines[1], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(fake_stage_has_told, &f->stage, "the end");
	fake_stage_assert_told(&f->stage, "switched a b UNAVAILABLE|done 1 UNAVAILABLE|"
					  "done 2 UNAVAILABLE|");
	/* The next answer tries anew. */
	offhook_synthesizer_speak(f->voice, 3, "Three.");
	sound(f->stage.engines[1], 3, 400);
	end(f->stage.engines[1], 3);
	fake_stage_assert_told(&f->stage, "audio 3 400 ms|done 3|");
}

/* One sentence that nobody can say is no reason not to say the others. */
static void
test_one_is_to_blame(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_LIMIT);
	while (f->stage.engines[0]->opened < 2)
		g_main_context_iteration(NULL, TRUE);
	g_free(fake_engine_take_log(f->stage.engines[0]));
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_LIMIT);
	harness_wait_until(fake_stage_has_told, &f->stage, "the end of the first");
	fake_engine_assert_log(f->stage.engines[0], "cancel|speak 2 Two.|");
	sound(f->stage.engines[0], 2, 400);
	end(f->stage.engines[0], 2);
	g_assert_true(g_str_has_suffix(f->stage.log->str, "|audio 2 400 ms|done 2|"));
	g_assert_true(g_str_has_prefix(f->stage.log->str, "done 1 "));
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
	offhook_synthesizer_speak(f->voice, 1, "One.");
	sound(f->stage.engines[0], 1, 100);
	f->stage.n = 0;
	offhook_synthesizer_cancel(f->voice);
	fake_engine_assert_log(f->stage.engines[0], "speak 1 One.|cancel|");
	offhook_synthesizer_speak(f->voice, 2, "Two.");
	fail(f->stage.engines[0], 2, OFFHOOK_ERROR_UNAVAILABLE);
	offhook_synthesizer_cancel(f->voice);
	fake_stage_assert_told(&f->stage, "audio 1 100 ms|switched a b UNAVAILABLE|");
	offhook_synthesizer_speak(f->voice, 3, "Three.");
	fake_engine_assert_log(f->stage.engines[1], "speak 3 Three.|");
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
	ADD("all-are-silent", 2, test_all_are_silent);
	ADD("does-not-stop", 2, test_does_not_stop);
	ADD("says-nothing", 2, test_says_nothing);
	ADD("nobody-is-left", 2, test_nobody_is_left);
	ADD("one-is-to-blame", 1, test_one_is_to_blame);
	ADD("cancel", 2, test_cancel);
	return g_test_run();
}
