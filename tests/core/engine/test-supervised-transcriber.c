/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the supervised transcriber does when the engines behind it do what the test says.
 */

#include "engine/supervised-transcriber.h"
#include "fake-engine.h"
#include "harness.h"
#include <offhook/audio.h>
#include <offhook/error.h>
#include <stdio.h>

#define FIRST_MS 500 /* what is in time must be so on a busy machine */
#define SLOW_MS  6000

typedef struct {
	FakeStage stage;
	OffhookTranscriber *ear;
} Fixture;

static void
partial_cb(OffhookTranscriber *ear, const OffhookTranscript *what, Fixture *f)
{
	fake_stage_note(&f->stage, g_strdup_printf("partial %u %s", what->utterance, what->text));
}

static void
final_cb(OffhookTranscriber *ear, const OffhookTranscript *what, Fixture *f)
{
	fake_stage_note(&f->stage, g_strdup_printf("final %u %s", what->utterance, what->text));
}

static void
failed_cb(OffhookTranscriber *ear, guint utterance, const GError *error, Fixture *f)
{
	fake_stage_note(&f->stage, g_strdup_printf("failed %u %s", utterance,
						   offhook_error_get_api_code(error)));
}

static void
set_up_with(Fixture *f, guint n, guint first_ms)
{
	const OffhookEngineDeadlines deadlines = {first_ms, 1000};
	const OffhookBreakerConfig config = {
	    .failures = 3, .window_ms = 30000, .back_off_ms = 20, .max_back_off_ms = 20};
	g_autoptr(OffhookEngineLineup) lineup =
	    fake_stage_set_up(&f->stage, OFFHOOK_ENGINE_TRANSCRIBE, &deadlines, &config, n);
	g_autoptr(GError) error = NULL;

	f->ear = offhook_supervised_transcriber_new(lineup, &error);
	g_assert_no_error(error);
	g_signal_connect(f->ear, "partial", G_CALLBACK(partial_cb), f);
	g_signal_connect(f->ear, "final", G_CALLBACK(final_cb), f);
	g_signal_connect(f->ear, "failed", G_CALLBACK(failed_cb), f);
	fake_stage_watch(&f->stage, f->ear);
}

static void
set_up(Fixture *f, gconstpointer n)
{
	set_up_with(f, GPOINTER_TO_UINT(n), FIRST_MS);
}

static void
tear_down(Fixture *f, gconstpointer n)
{
	g_clear_object(&f->ear);
	fake_stage_tear_down(&f->stage);
}

/* @n samples that count on from @first. */
static void
hear(Fixture *f, gint16 first, gsize n)
{
	g_autofree gint16 *samples = g_new0(gint16, n);

	samples[0] = first;
	offhook_transcriber_push(f->ear, samples, n);
}

static void
understand(FakeEngine *engine, guint utterance, const char *text)
{
	const OffhookTranscript what = {utterance, text, 0.8};

	offhook_transcriber_emit_final(OFFHOOK_TRANSCRIBER(engine->session), &what);
}

static void
fail(FakeEngine *engine, guint utterance, OffhookError code)
{
	g_autoptr(GError) error = g_error_new_literal(OFFHOOK_ERROR, code, "as told");

	offhook_transcriber_emit_failed(OFFHOOK_TRANSCRIBER(engine->session), utterance, error);
}

static void
test_passes_on(Fixture *f, gconstpointer data)
{
	const OffhookTranscript what = {1, "ye", 0.5};
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_YES_NO);

	offhook_transcriber_begin(f->ear, 1, expectation);
	hear(f, 7, 160);
	offhook_transcriber_emit_partial(OFFHOOK_TRANSCRIBER(f->stage.engines[0]->session), &what);
	offhook_transcriber_finish(f->ear);
	understand(f->stage.engines[0], 1, "yes");
	fake_stage_assert_told(&f->stage, "partial 1 ye|final 1 yes|");
	fake_engine_assert_log(f->stage.engines[0], "begin 1!|push 160 from 7|finish|");
	g_assert_cmpuint(f->stage.engines[1]->opened, ==, 0);
}

/* While the caller is speaking: the next one hears all of it. */
static void
test_fails_in_speech(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	hear(f, 7, 160);
	hear(f, 8, 160);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fake_stage_assert_told(&f->stage, "switched a b UNAVAILABLE|");
	g_assert_null(f->stage.engines[0]->session);
	hear(f, 9, 160);
	offhook_transcriber_finish(f->ear);
	fake_engine_assert_log(f->stage.engines[1],
			       "begin 1|push 320 from 7|push 160 from 9|finish|");
	understand(f->stage.engines[1], 1, "yes");
	fake_stage_assert_told(&f->stage, "final 1 yes|");
	/* Both heard its beginning. */
	g_assert_cmpstr(f->stage.used->str, ==, "a 320 samples|b 480 samples|");
}

static void
test_lets_the_deadline_pass(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	hear(f, 7, 160);
	offhook_transcriber_finish(f->ear);
	/* The caller goes on meanwhile. */
	offhook_transcriber_begin(f->ear, 2, NULL);
	hear(f, 8, 160);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fake_stage_assert_told(&f->stage, "switched a b TIMED_OUT|");
	fake_engine_assert_log(f->stage.engines[1],
			       "begin 1|push 160 from 7|finish|begin 2|push 160 from 8|");
	understand(f->stage.engines[1], 1, "yes");
	offhook_transcriber_finish(f->ear);
	understand(f->stage.engines[1], 2, "please");
	fake_stage_assert_told(&f->stage, "final 1 yes|final 2 please|");
}

static void
test_all_fail(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	hear(f, 7, 160);
	offhook_transcriber_finish(f->ear);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	fail(f->stage.engines[1], 1, OFFHOOK_ERROR_PROVIDER);
	harness_wait_until(fake_stage_has_told_twice, &f->stage, "the end");
	fake_stage_assert_told(&f->stage, "switched a b PROVIDER_ERROR|failed 1 PROVIDER_ERROR|");
}

/* Both together have twice the time of one. */
static void
test_all_are_silent(Fixture *f, gconstpointer data)
{
	gint64 began_us = g_get_monotonic_time();

	offhook_transcriber_begin(f->ear, 1, NULL);
	offhook_transcriber_finish(f->ear);
	harness_wait_until(fake_stage_has_told_twice, &f->stage, "the end");
	fake_stage_assert_told(&f->stage, "switched a b TIMED_OUT|failed 1 TIMED_OUT|");
	g_assert_cmpint(g_get_monotonic_time() - began_us, >=, 2 * FIRST_MS * 1000);
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, 20 * FIRST_MS * 1000);
}

/* All failed while the caller spoke; when he is done they are asked again. */
static void
test_another_chance(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	hear(f, 7, 160);
	f->stage.engines[1]->refuses = TRUE;
	f->stage.engines[0]->refuses = TRUE;
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_PROVIDER);
	while (f->stage.engines[0]->session != NULL)
		g_main_context_iteration(NULL, TRUE);
	hear(f, 8, 160);
	f->stage.engines[0]->refuses = FALSE;
	f->stage.engines[1]->refuses = FALSE;
	g_free(fake_engine_take_log(f->stage.engines[0]));
	g_free(fake_engine_take_log(f->stage.engines[1]));
	offhook_transcriber_finish(f->ear);
	if (f->stage.engines[0]->session != NULL)
		understand(f->stage.engines[0], 1, "yes");
	else
		understand(f->stage.engines[1], 1, "yes");
	g_assert_true(g_str_has_suffix(f->stage.log->str, "final 1 yes|"));
}

static void
test_alone(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	hear(f, 7, 160);
	offhook_transcriber_finish(f->ear);
	fake_engine_assert_log(f->stage.engines[0], "begin 1|push 160 from 7|finish|");
	/* Its socket had died: a new session hears it. */
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	while (f->stage.engines[0]->opened < 2)
		g_main_context_iteration(NULL, TRUE);
	fake_engine_assert_log(f->stage.engines[0], "cancel|begin 1|push 160 from 7|finish|");
	understand(f->stage.engines[0], 1, "yes");
	fake_stage_assert_told(&f->stage, "final 1 yes|");
	/* Silence is waited for as long as the caller can bear, and no longer. */
	offhook_transcriber_begin(f->ear, 2, NULL);
	offhook_transcriber_finish(f->ear);
	harness_wait_until(fake_stage_has_told, &f->stage, "the end of patience");
	fake_stage_assert_told(&f->stage, "failed 2 TIMED_OUT|");
	/* And then it is asked again. */
	offhook_transcriber_begin(f->ear, 3, NULL);
	offhook_transcriber_finish(f->ear);
	understand(f->stage.engines[0], 3, "no");
	fake_stage_assert_told(&f->stage, "final 3 no|");
}

static gboolean
has_come_back(gpointer data)
{
	Fixture *f = data;
	g_autoptr(GPtrArray) records = offhook_engine_health_list(f->stage.health);

	return offhook_health_record_get_success_time(g_ptr_array_index(records, 0)) != 0;
}

static void
test_comes_back(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	f->stage.engines[0]->answers = TRUE;
	harness_wait_until(has_come_back, f, "the probe's success");
	/* Not in the middle of a turn. */
	fake_stage_assert_told(&f->stage, "switched a b UNAVAILABLE|");
	offhook_transcriber_finish(f->ear);
	understand(f->stage.engines[1], 1, "yes");
	offhook_transcriber_begin(f->ear, 2, NULL);
	fake_stage_assert_told(&f->stage, "final 1 yes|switched b a back|");
	g_assert_cmpstr(
	    offhook_supervised_transcriber_get_engine(OFFHOOK_SUPERVISED_TRANSCRIBER(f->ear)), ==,
	    "a");
	g_assert_null(f->stage.engines[1]->session);
}

static void
test_replay_is_bounded(Fixture *f, gconstpointer data)
{
	guint n = (OFFHOOK_SUPERVISED_REPLAY_S + 5) * 10;
	g_autofree char *log = NULL;
	guint samples = 0;

	offhook_transcriber_begin(f->ear, 1, NULL);
	for (guint i = 0; i < n; i++)
		hear(f, (gint16)i, OFFHOOK_RATE / 10);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	log = fake_engine_take_log(f->stage.engines[1]);
	g_assert_cmpint(sscanf(log, "begin 1|push %u", &samples), ==, 1);
	g_assert_cmpuint(samples, >=, OFFHOOK_SUPERVISED_REPLAY_S * OFFHOOK_RATE);
	g_assert_cmpuint(samples, <=, (OFFHOOK_SUPERVISED_REPLAY_S + 1) * OFFHOOK_RATE);
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
	offhook_transcriber_begin(f->ear, 1, NULL);
	offhook_transcriber_finish(f->ear);
	fail(f->stage.engines[0], 1, OFFHOOK_ERROR_UNAVAILABLE);
	offhook_transcriber_cancel(f->ear);
	/* That it failed is remembered. */
	fake_stage_assert_told(&f->stage, "switched a b UNAVAILABLE|");
	offhook_transcriber_begin(f->ear, 2, NULL);
	offhook_transcriber_finish(f->ear);
	fake_engine_assert_log(f->stage.engines[1], "begin 2|finish|");
	understand(f->stage.engines[1], 1, "late");
	understand(f->stage.engines[1], 2, "yes");
	fake_stage_assert_told(&f->stage, "final 2 yes|");
}

/* One that tells words as they come, and now tells none, is given half the time. */
static void
test_suspicious(Fixture *f, gconstpointer data)
{
	const OffhookTranscript what = {1, "ye", 0.5};
	gint64 began_us;

	offhook_transcriber_begin(f->ear, 1, NULL);
	offhook_transcriber_emit_partial(OFFHOOK_TRANSCRIBER(f->stage.engines[0]->session), &what);
	offhook_transcriber_finish(f->ear);
	understand(f->stage.engines[0], 1, "yes");
	offhook_transcriber_begin(f->ear, 2, NULL);
	hear(f, 7, OFFHOOK_RATE * 2);
	f->stage.n = 0;
	began_us = g_get_monotonic_time();
	offhook_transcriber_finish(f->ear);
	harness_wait_until(fake_stage_has_told, &f->stage, "the switch");
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, SLOW_MS * 1000);
	fake_stage_assert_told(&f->stage, "partial 1 ye|final 1 yes|switched a b TIMED_OUT|");
}

static void
set_up_slow(Fixture *f, gconstpointer n)
{
	set_up_with(f, GPOINTER_TO_UINT(n), SLOW_MS);
}

static void
test_first_refuses(void)
{
	const OffhookEngineDeadlines deadlines = {100, 100};
	g_autoptr(OffhookEngineHealth) health = offhook_engine_health_new(NULL);
	FakeEngine *engines[] = {fake_engine_new(), fake_engine_new()};
	g_autoptr(OffhookEngineLineup) lineup =
	    fake_lineup_new(health, OFFHOOK_ENGINE_TRANSCRIBE, &deadlines, engines, 2);
	g_autoptr(OffhookTranscriber) ear = NULL;
	g_autoptr(OffhookTranscriber) none = NULL;
	g_autoptr(GError) error = NULL;

	engines[0]->refuses = TRUE;
	ear = offhook_supervised_transcriber_new(lineup, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(
	    offhook_supervised_transcriber_get_engine(OFFHOOK_SUPERVISED_TRANSCRIBER(ear)), ==,
	    "b");
	engines[1]->refuses = TRUE;
	none = offhook_supervised_transcriber_new(lineup, &error);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
	g_assert_null(none);
	g_object_unref(engines[0]);
	g_object_unref(engines[1]);
}

#define ADD(name, n, set_up, function)                                                             \
	g_test_add("/supervised-transcriber/" name, Fixture, GUINT_TO_POINTER(n), set_up,          \
		   function, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("passes-on", 2, set_up, test_passes_on);
	ADD("fails-in-speech", 2, set_up, test_fails_in_speech);
	ADD("lets-the-deadline-pass", 2, set_up, test_lets_the_deadline_pass);
	ADD("all-fail", 2, set_up, test_all_fail);
	ADD("all-are-silent", 2, set_up, test_all_are_silent);
	ADD("another-chance", 2, set_up, test_another_chance);
	ADD("alone", 1, set_up, test_alone);
	ADD("comes-back", 2, set_up, test_comes_back);
	ADD("replay-is-bounded", 2, set_up, test_replay_is_bounded);
	ADD("cancel", 2, set_up, test_cancel);
	ADD("suspicious", 2, set_up_slow, test_suspicious);
	g_test_add_func("/supervised-transcriber/first-refuses", test_first_refuses);
	return g_test_run();
}
