/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/interruption.h"

#define MS(x) ((gint64)(x)*1000)

#define assert_decision(have, want) g_assert_cmpint(have, ==, OFFHOOK_INTERRUPTION_##want)

/* The agent has been speaking since 0. */
static OffhookInterruption *
make(const OffhookInterruptionConfig *config)
{
	OffhookInterruption *self = offhook_interruption_new(config);

	offhook_interruption_set_speaking(self, 0, TRUE);
	return self;
}

static OffhookInterruptionDecision
start(OffhookInterruption *self, gint64 began)
{
	return offhook_interruption_speech_started(self, MS(began + 200), MS(began));
}

static OffhookInterruptionDecision
stop(OffhookInterruption *self, gint64 ended)
{
	return offhook_interruption_speech_stopped(self, MS(ended + 200), MS(ended));
}

static void
test_words(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	g_assert_true(offhook_interruption_is_pending(self));
	assert_decision(offhook_interruption_partial(self, MS(1300), ""), NONE);
	assert_decision(offhook_interruption_partial(self, MS(1400), "stop"), INTERRUPT);
	g_assert_false(offhook_interruption_is_pending(self));
	/* Decided once. */
	assert_decision(stop(self, 1500), NONE);
	assert_decision(offhook_interruption_final(self, MS(1800), "stop it"), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, G_MAXINT64);
}

static void
test_only_while_the_agent_speaks(void)
{
	g_autoptr(OffhookInterruption) self = offhook_interruption_new(NULL);

	assert_decision(start(self, 1000), NONE);
	assert_decision(offhook_interruption_partial(self, MS(1300), "hello"), NONE);
	assert_decision(offhook_interruption_tick(self, MS(5000)), NONE);
	assert_decision(stop(self, 6000), NONE);
	assert_decision(offhook_interruption_final(self, MS(6300), "hello"), NONE);
}

static void
test_backchannel(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	assert_decision(offhook_interruption_partial(self, MS(1300), "okay"), NONE);
	assert_decision(stop(self, 1500), NONE);
	assert_decision(offhook_interruption_final(self, MS(1800), "Okay, yeah."), RESUME);
	/* The next one is a new overlap. */
	assert_decision(start(self, 3000), PAUSE);
	assert_decision(offhook_interruption_final(self, MS(3400), "okay but"), INTERRUPT);
}

static void
test_backchannel_as_answer(void)
{
	const OffhookExpectationKind kinds[] = {OFFHOOK_EXPECT_YES_NO, OFFHOOK_EXPECT_CHOICE};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(OffhookInterruption) self = make(NULL);

		offhook_interruption_set_expectation(self, kinds[i]);
		assert_decision(start(self, 1000), PAUSE);
		assert_decision(offhook_interruption_partial(self, MS(1300), "yes"), INTERRUPT);
	}
}

/* Whatever is expected, "yes" into a question answers it. */
static void
test_backchannel_into_question(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	offhook_interruption_set_asked(self, TRUE);
	assert_decision(start(self, 1000), PAUSE);
	assert_decision(offhook_interruption_partial(self, MS(1300), "yes"), INTERRUPT);
}

static void
test_languages(void)
{
	OffhookInterruptionConfig config = offhook_interruption_defaults;
	g_autoptr(OffhookInterruption) german = NULL;

	config.language = "de-AT";
	german = make(&config);
	assert_decision(start(german, 1000), PAUSE);
	assert_decision(stop(german, 1300), NONE);
	assert_decision(offhook_interruption_final(german, MS(1600), "Ja, genau."), RESUME);
	assert_decision(start(german, 2000), PAUSE);
	assert_decision(offhook_interruption_final(german, MS(2600), "right"), INTERRUPT);
}

static void
test_long_speech(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	/* 0.8 s of speech, and the stop of it would have been reported. */
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, MS(2000));
	assert_decision(offhook_interruption_tick(self, MS(1999)), NONE);
	assert_decision(offhook_interruption_tick(self, MS(2000)), INTERRUPT);
}

static void
test_long_backchannel(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	/* 0.5 s and 0.4 s, which is together more than a back-channel is. */
	assert_decision(start(self, 1000), PAUSE);
	assert_decision(stop(self, 1500), NONE);
	assert_decision(start(self, 2000), NONE);
	assert_decision(stop(self, 2400), INTERRUPT);
}

static void
test_false_start(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	assert_decision(stop(self, 1400), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, MS(3600));
	assert_decision(offhook_interruption_tick(self, MS(3599)), NONE);
	assert_decision(offhook_interruption_tick(self, MS(3600)), RESUME);
	assert_decision(offhook_interruption_final(self, MS(3700), "hello"), NONE);
}

static void
test_nothing_understood(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	assert_decision(stop(self, 1400), NONE);
	assert_decision(offhook_interruption_final(self, MS(1700), ""), RESUME);
	assert_decision(start(self, 2000), PAUSE);
	assert_decision(stop(self, 2400), NONE);
	assert_decision(offhook_interruption_failed(self, MS(2700)), RESUME);
	/* A failure while speech goes on again decides nothing. */
	assert_decision(start(self, 3000), PAUSE);
	assert_decision(offhook_interruption_failed(self, MS(3300)), NONE);
	g_assert_true(offhook_interruption_is_pending(self));
}

static void
test_word_gate(void)
{
	OffhookInterruptionConfig config = offhook_interruption_defaults;
	g_autoptr(OffhookInterruption) self = NULL;

	config.min_words = 3;
	config.certain_ms = 0;
	self = make(&config);
	assert_decision(start(self, 1000), PAUSE);
	assert_decision(offhook_interruption_partial(self, MS(1500), "wait a"), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, G_MAXINT64);
	assert_decision(offhook_interruption_tick(self, MS(9000)), NONE);
	assert_decision(offhook_interruption_partial(self, MS(9100), "wait a minute"), INTERRUPT);
}

static void
test_not_interruptible(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(offhook_interruption_set_interruptible(self, 0, FALSE), NONE);
	assert_decision(start(self, 1000), NONE);
	assert_decision(offhook_interruption_partial(self, MS(1500), "stop"), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, G_MAXINT64);
	/* Still speaking when the notice has been read. */
	assert_decision(offhook_interruption_set_interruptible(self, MS(3000), TRUE), PAUSE);
	assert_decision(offhook_interruption_partial(self, MS(3100), "stop stop"), INTERRUPT);
}

static void
test_guard(void)
{
	OffhookInterruptionConfig config = offhook_interruption_defaults;
	g_autoptr(OffhookInterruption) self = NULL;

	config.guard_ms = 3000;
	self = make(&config);
	/* An echo of our own first words. */
	assert_decision(start(self, 500), NONE);
	assert_decision(stop(self, 900), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, G_MAXINT64);
	/* Speech that lasts beyond the guard is an overlap from its end on. */
	assert_decision(start(self, 2500), NONE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), ==, MS(3000));
	assert_decision(offhook_interruption_tick(self, MS(3000)), PAUSE);
	assert_decision(offhook_interruption_tick(self, MS(4000)), INTERRUPT);
}

static void
test_agent_finishes_meanwhile(void)
{
	g_autoptr(OffhookInterruption) self = make(NULL);

	assert_decision(start(self, 1000), PAUSE);
	offhook_interruption_set_speaking(self, MS(1300), FALSE);
	/* Nothing left to go on with: a plain "okay" is the caller's turn. */
	assert_decision(offhook_interruption_final(self, MS(1500), "okay"), INTERRUPT);
}

static void
test_agent_begins_into_speech(void)
{
	g_autoptr(OffhookInterruption) self = offhook_interruption_new(NULL);

	assert_decision(start(self, 1000), NONE);
	offhook_interruption_set_speaking(self, MS(1500), TRUE);
	g_assert_cmpint(offhook_interruption_get_deadline(self), <=, MS(1500));
	assert_decision(offhook_interruption_tick(self, MS(1500)), PAUSE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/interruption/words", test_words);
	g_test_add_func("/turn/interruption/only-while-speaking", test_only_while_the_agent_speaks);
	g_test_add_func("/turn/interruption/backchannel", test_backchannel);
	g_test_add_func("/turn/interruption/backchannel-as-answer", test_backchannel_as_answer);
	g_test_add_func("/turn/interruption/backchannel-into-question",
			test_backchannel_into_question);
	g_test_add_func("/turn/interruption/languages", test_languages);
	g_test_add_func("/turn/interruption/long-speech", test_long_speech);
	g_test_add_func("/turn/interruption/long-backchannel", test_long_backchannel);
	g_test_add_func("/turn/interruption/false-start", test_false_start);
	g_test_add_func("/turn/interruption/nothing-understood", test_nothing_understood);
	g_test_add_func("/turn/interruption/word-gate", test_word_gate);
	g_test_add_func("/turn/interruption/not-interruptible", test_not_interruptible);
	g_test_add_func("/turn/interruption/guard", test_guard);
	g_test_add_func("/turn/interruption/agent-finishes", test_agent_finishes_meanwhile);
	g_test_add_func("/turn/interruption/agent-begins", test_agent_begins_into_speech);
	return g_test_run();
}
