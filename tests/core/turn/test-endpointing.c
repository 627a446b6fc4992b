/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn/endpointing.h"

#include <string.h>

#define MS(x) ((gint64)(x)*1000)

/* Speech from @begin to @end, noticed 200 ms later at both ends. */
static void
speak(OffhookEndpointing *self, guint utterance, gint64 begin, gint64 end)
{
	offhook_endpointing_speech_started(self, MS(begin + 200), utterance);
	offhook_endpointing_speech_stopped(self, MS(end + 200), MS(end));
}

/* The deadline in ms, without reaching it. */
static gint64
due(OffhookEndpointing *self)
{
	gint64 deadline = offhook_endpointing_get_deadline(self);

	return deadline == G_MAXINT64 ? -1 : deadline / 1000;
}

/* Nothing before the deadline, then exactly one outcome, which is returned. */
static OffhookEndpointOutcome
reach(OffhookEndpointing *self)
{
	OffhookEndpointOutcome outcome;
	gint64 deadline = offhook_endpointing_get_deadline(self);

	g_assert_cmpint(deadline, !=, G_MAXINT64);
	g_assert_cmpint(offhook_endpointing_tick(self, deadline - 1, &outcome), ==,
			OFFHOOK_ENDPOINT_NONE);
	g_assert_cmpint(offhook_endpointing_tick(self, deadline, &outcome), !=,
			OFFHOOK_ENDPOINT_NONE);
	g_assert_cmpint(outcome.due_us, ==, deadline);
	return outcome;
}

static void
assert_quiet(OffhookEndpointing *self)
{
	OffhookEndpointOutcome outcome;

	g_assert_cmpint(due(self), ==, -1);
	g_assert_cmpint(offhook_endpointing_tick(self, MS(1000000), &outcome), ==,
			OFFHOOK_ENDPOINT_NONE);
	g_assert_cmpstr(outcome.text, ==, "");
	g_assert_false(offhook_endpointing_is_active(self));
}

/* How long a turn of the words @text that ends at @end is waited for. */
static gint64
get_wait(OffhookEndpointing *self, guint utterance, gint64 end, const char *text)
{
	gint64 wait;

	speak(self, utterance, end - 500, end);
	offhook_endpointing_final(self, MS(end + 210), utterance, text, 1);
	wait = due(self) - (end + 200);
	reach(self);
	return wait;
}

static void
test_learns(void)
{
	OffhookEndpointingConfig config = offhook_endpointing_defaults;
	g_autoptr(OffhookEndpointing) fixed = offhook_endpointing_new(&config);
	g_autoptr(OffhookEndpointing) self = NULL;

	config.learn = TRUE;
	self = offhook_endpointing_new(&config);
	g_assert_cmpint(get_wait(self, 1, 1000, "hello"), ==, 600);
	/* Silence between turns is no pause. */
	g_assert_cmpint(get_wait(self, 2, 10000, "hello"), ==, 600);
	/* He pauses for 550 ms within a turn. */
	speak(self, 3, 20000, 21000);
	speak(self, 4, 21550, 22000);
	offhook_endpointing_final(self, MS(22210), 3, "book", 1);
	offhook_endpointing_final(self, MS(22210), 4, "a table", 1);
	g_assert_cmpint(due(self), ==, 22200 + 694);
	reach(self);
	/* Sentences follow. */
	g_assert_cmpint(get_wait(self, 5, 30000, "Hello."), ==, 350 + 94);
	/* He is cut off, and goes on 900 ms after he was silent. */
	g_assert_cmpint(get_wait(self, 6, 40000, "well"), ==, 694);
	offhook_endpointing_resumed(self, MS(40000 + 200 + 900));
	g_assert_cmpint(get_wait(self, 7, 50000, "well"), ==, 1050);
	/* What he is known to need is not changed by others. */
	g_assert_cmpint(get_wait(self, 8, 60000, "I would like to"), ==, 1500);

	speak(fixed, 1, 20000, 21000);
	speak(fixed, 2, 21550, 22000);
	offhook_endpointing_final(fixed, MS(22210), 1, "book", 1);
	offhook_endpointing_final(fixed, MS(22210), 2, "a table", 1);
	g_assert_cmpint(due(fixed), ==, 22200 + 600);
}

/* Sound that is late is no silence. */
static void
test_stalled(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	offhook_endpointing_final(self, MS(1300), 1, "book a table", 1);
	offhook_endpointing_set_stalled(self, MS(300));
	g_assert_cmpint(due(self), ==, 2100);
	g_assert_cmpint(offhook_endpointing_tick(self, MS(1900), &outcome), ==,
			OFFHOOK_ENDPOINT_NONE);
	/* The rest comes, and was no silence: he goes on. */
	offhook_endpointing_set_stalled(self, 0);
	speak(self, 2, 1700, 2000);
	offhook_endpointing_final(self, MS(2210), 2, "for two", 1);
	g_assert_cmpint(due(self), ==, 2800);
	outcome = reach(self);
	g_assert_cmpstr(outcome.text, ==, "book a table for two");
	g_assert_cmpuint(outcome.segments, ==, 2);
	/* One stall says nothing about the next pause. */
	offhook_endpointing_set_stalled(self, MS(500));
	speak(self, 3, 5000, 6000);
	offhook_endpointing_final(self, MS(6210), 3, "thanks", 1);
	g_assert_cmpint(due(self), ==, 6800);
	/* Words that never come are waited for no longer than that, either. */
	offhook_endpointing_set_stalled(self, MS(400));
	g_assert_cmpint(due(self), ==, 7200);
}

static gboolean
is_supposed(OffhookEndpointing *self)
{
	double confidence;

	return offhook_endpointing_is_supposed(self, &confidence);
}

/* From the last word's final text on, while the caller is silent. */
static void
test_supposed(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	double confidence;

	g_assert_false(is_supposed(self));
	offhook_endpointing_speech_started(self, MS(200), 1);
	offhook_endpointing_partial(self, MS(500), 1, "book a table");
	offhook_endpointing_final(self, MS(600), 1, "book a table", 0.5);
	g_assert_false(is_supposed(self));
	offhook_endpointing_speech_stopped(self, MS(1200), MS(1000));
	g_assert_true(offhook_endpointing_is_supposed(self, &confidence));
	g_assert_cmpfloat(confidence, ==, 0.5);
	/* He goes on. */
	offhook_endpointing_speech_started(self, MS(1500), 2);
	g_assert_false(is_supposed(self));
	offhook_endpointing_speech_stopped(self, MS(2000), MS(1800));
	g_assert_false(is_supposed(self));
	offhook_endpointing_partial(self, MS(2020), 2, "for");
	g_assert_false(is_supposed(self));
	/* More must follow. */
	offhook_endpointing_final(self, MS(2040), 2, "for", 1);
	g_assert_false(is_supposed(self));
	offhook_endpointing_final(self, MS(2050), 2, "two", 1);
	g_assert_true(is_supposed(self));
	reach(self);
	g_assert_false(is_supposed(self));
}

static void
test_turn(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	assert_quiet(self);
	speak(self, 1, 0, 1000);
	g_assert_true(offhook_endpointing_is_active(self));
	offhook_endpointing_final(self, MS(1300), 1, " book a table ", 0.8);
	g_assert_cmpstr(offhook_endpointing_get_text(self), ==, "book a table");
	g_assert_cmpint(due(self), ==, 1800);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_TURN);
	g_assert_cmpstr(outcome.text, ==, "book a table");
	g_assert_cmpfloat_with_epsilon(outcome.confidence, 0.8, 1e-9);
	g_assert_cmpint(outcome.speech_ended_us, ==, MS(1000));
	g_assert_cmpuint(outcome.segments, ==, 1);
	g_assert_cmpuint(outcome.utterance, ==, 1);
	assert_quiet(self);
}

static void
test_join(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	offhook_endpointing_final(self, MS(1300), 1, "book a table", 0.9);
	offhook_endpointing_speech_started(self, MS(1600), 2);
	/* No policy timer while the caller speaks, only the limit of a turn. */
	g_assert_cmpint(due(self), ==, 200 + 90000);
	offhook_endpointing_speech_stopped(self, MS(2200), MS(2000));
	offhook_endpointing_final(self, MS(2300), 2, "for two", 0.4);
	outcome = reach(self);
	g_assert_cmpstr(outcome.text, ==, "book a table for two");
	g_assert_cmpuint(outcome.segments, ==, 2);
	/* Weighted by words: (3 * 0.9 + 2 * 0.4) / 5. */
	g_assert_cmpfloat_with_epsilon(outcome.confidence, 0.7, 1e-9);
	g_assert_cmpint(outcome.speech_ended_us, ==, MS(2000));
}

typedef struct {
	OffhookExpectationKind kind;
	guint min_digits, max_digits;
	const char *text;
	gint64 policy_ms;
} PolicyCase;

static const PolicyCase policy_cases[] = {
    {OFFHOOK_EXPECT_OPEN, 0, 0, "book a table", 600},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "Book a table.", 350},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "what time?", 350},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "book a table for", 1500},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "a table for two, um", 1500},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "on friday,", 1500},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "well...", 1500},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "my number is five five five", 1200},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "555 01.", 1200},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "at 10:30.", 350},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "a table for four", 600},
    {OFFHOOK_EXPECT_OPEN, 0, 0, "yes", 600},
    {OFFHOOK_EXPECT_YES_NO, 0, 0, "yes", 300},
    {OFFHOOK_EXPECT_YES_NO, 0, 0, "No, thanks.", 300},
    {OFFHOOK_EXPECT_YES_NO, 0, 0, "yes and", 1500},
    {OFFHOOK_EXPECT_YES_NO, 0, 0, "what do you mean", 600},
    {OFFHOOK_EXPECT_DIGITS, 4, 4, "four seven", 2000},
    {OFFHOOK_EXPECT_DIGITS, 4, 4, "four seven one one", 300},
    {OFFHOOK_EXPECT_DIGITS, 3, 8, "4711", 1200},
    {OFFHOOK_EXPECT_DIGITS, 0, 0, "five", 1200},
    {OFFHOOK_EXPECT_DIGITS, 4, 4, "I do not have it", 600},
};

static void
test_policies(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(policy_cases); i++) {
		const PolicyCase *c = &policy_cases[i];
		g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);

		offhook_endpointing_set_policy(self, c->kind, c->min_digits, c->max_digits);
		speak(self, 1, 0, 1000);
		offhook_endpointing_final(self, MS(1200), 1, c->text, 1);
		g_test_message("%s", c->text);
		g_assert_cmpint(due(self), ==, 1200 + c->policy_ms);
		g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_TURN);
	}
}

static void
test_slow_final(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	/* Later than the policy timer: it ends the turn at once. */
	g_assert_cmpint(offhook_endpointing_tick(self, MS(2500), &outcome), ==,
			OFFHOOK_ENDPOINT_NONE);
	offhook_endpointing_final(self, MS(2600), 1, "hello", 1);
	g_assert_cmpint(due(self), ==, 2600);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_TURN);
}

static void
test_missing_second_final(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	speak(self, 2, 1400, 2000);
	offhook_endpointing_final(self, MS(2100), 1, "book a table", 1);
	offhook_endpointing_partial(self, MS(2150), 2, "for two");
	/* The recogniser's timer, from the true end. */
	g_assert_cmpint(due(self), ==, 3000);
	outcome = reach(self);
	g_assert_cmpstr(outcome.text, ==, "book a table for two");
	/* What comes now is late. */
	offhook_endpointing_final(self, MS(3500), 2, "for two people", 0.6);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_LATE);
	g_assert_cmpstr(outcome.text, ==, "for two people");
	g_assert_cmpuint(outcome.utterance, ==, 2);
	g_assert_cmpfloat_with_epsilon(outcome.confidence, 0.6, 1e-9);
	assert_quiet(self);
}

static void
test_late_beside_a_new_turn(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	speak(self, 2, 7000, 8000);
	offhook_endpointing_final(self, MS(8100), 1, "old words", 1);
	offhook_endpointing_final(self, MS(8300), 2, "new words", 1);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_LATE);
	g_assert_cmpstr(outcome.text, ==, "old words");
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_TURN);
	g_assert_cmpstr(outcome.text, ==, "new words");
}

static void
test_unclear(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	/* Nothing from the recogniser. */
	speak(self, 1, 0, 1000);
	g_assert_cmpint(due(self), ==, 6000);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	/* Nothing understood. */
	speak(self, 2, 10000, 11000);
	offhook_endpointing_final(self, MS(11100), 2, "", 0);
	g_assert_cmpint(due(self), ==, 11800);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	/* Given up. */
	speak(self, 3, 20000, 21000);
	offhook_endpointing_failed(self, MS(21100), 3);
	g_assert_cmpint(due(self), ==, 21800);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	/* Only a guess. */
	speak(self, 4, 30000, 31000);
	offhook_endpointing_partial(self, MS(31100), 4, "a stable");
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	g_assert_cmpstr(outcome.text, ==, "a stable");
	assert_quiet(self);
}

static void
test_noise_behind_words(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	speak(self, 1, 0, 1000);
	offhook_endpointing_final(self, MS(1300), 1, "book a table", 1);
	speak(self, 2, 1400, 1800);
	offhook_endpointing_final(self, MS(2100), 2, "", 0);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_TURN);
	g_assert_cmpstr(outcome.text, ==, "book a table");
	g_assert_cmpfloat_with_epsilon(outcome.confidence, 1.0, 1e-9);
}

static void
test_soft_speech(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);

	/* Words, but the voice detection heard nothing. */
	offhook_endpointing_partial(self, MS(1000), 1, "book");
	offhook_endpointing_partial(self, MS(1500), 1, "book a");
	offhook_endpointing_final(self, MS(2000), 1, "book it", 1);
	g_assert_cmpint(due(self), ==, 2600);
	g_assert_cmpstr(reach(self).text, ==, "book it");
	/* Silence is not soft speech. */
	offhook_endpointing_final(self, MS(3000), 2, "", 0);
	offhook_endpointing_partial(self, MS(3000), 3, " ");
	assert_quiet(self);
}

static void
test_interim_after_final(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);

	speak(self, 1, 0, 1000);
	offhook_endpointing_final(self, MS(900), 1, "book a table.", 1);
	offhook_endpointing_partial(self, MS(1300), 1, "for");
	/* Not final any more: the recogniser's timer counts, and the text is open. */
	g_assert_cmpint(due(self), ==, 1200 + 1500);
	offhook_endpointing_final(self, MS(1500), 1, "for two.", 1);
	g_assert_cmpint(due(self), ==, 1550);
	g_assert_cmpstr(reach(self).text, ==, "book a table. for two.");
}

static void
test_discard(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);

	speak(self, 1, 0, 500);
	offhook_endpointing_discard(self);
	assert_quiet(self);
	offhook_endpointing_final(self, MS(900), 1, "uh-huh", 1);
	assert_quiet(self);
	/* In mid-speech: what is left of it is nothing. */
	offhook_endpointing_speech_started(self, MS(2000), 2);
	offhook_endpointing_discard(self);
	offhook_endpointing_speech_stopped(self, MS(3000), MS(2800));
	offhook_endpointing_partial(self, MS(3050), 2, "my number");
	offhook_endpointing_final(self, MS(3100), 2, "my number", 1);
	assert_quiet(self);
	speak(self, 3, 4000, 5000);
	offhook_endpointing_final(self, MS(5100), 3, "hello", 1);
	g_assert_cmpstr(reach(self).text, ==, "hello");
}

static void
test_end_now(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	offhook_endpointing_end_now(self, MS(10));
	assert_quiet(self);
	speak(self, 1, 0, 1000);
	offhook_endpointing_final(self, MS(1250), 1, "hello", 1);
	offhook_endpointing_end_now(self, MS(1300));
	g_assert_cmpint(due(self), ==, 1300);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_TURN);
	offhook_endpointing_speech_started(self, MS(3000), 2);
	offhook_endpointing_end_now(self, MS(3300));
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_UNCLEAR);
	offhook_endpointing_speech_stopped(self, MS(4000), MS(3800));
	offhook_endpointing_final(self, MS(4100), 2, "anybody", 1);
	g_assert_cmpint(reach(self).kind, ==, OFFHOOK_ENDPOINT_LATE);
}

static void
test_longest_turn(void)
{
	g_autoptr(OffhookEndpointing) self = offhook_endpointing_new(NULL);
	OffhookEndpointOutcome outcome;

	offhook_endpointing_speech_started(self, MS(1000), 1);
	offhook_endpointing_final(self, MS(50000), 1, "blah", 1);
	g_assert_cmpint(due(self), ==, 91000);
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_TURN);
	g_assert_cmpint(outcome.speech_ended_us, ==, MS(91000));
	offhook_endpointing_speech_stopped(self, MS(120000), MS(119800));
	assert_quiet(self);
}

static void
test_limits(void)
{
	OffhookEndpointingConfig config = offhook_endpointing_defaults;
	g_autoptr(OffhookEndpointing) self = NULL;
	g_autofree char *word = g_strnfill(3000, 'x');
	OffhookEndpointOutcome outcome;

	config.max_turn_ms = G_MAXUINT;
	self = offhook_endpointing_new(&config);
	memcpy(word + 2990, "\303\244", 2); /* not to be cut in two */
	for (guint i = 0; i < 2000; i++) {
		speak(self, i + 1, i * 300, i * 300 + 100);
		offhook_endpointing_final(self, MS(i * 300 + 250), i + 1, i < 600 ? "a" : word, 1);
		offhook_endpointing_partial(self, MS(i * 300 + 250), i + 1, word);
	}
	offhook_endpointing_end_now(self, MS(600000));
	outcome = reach(self);
	g_assert_cmpint(outcome.kind, ==, OFFHOOK_ENDPOINT_TURN);
	g_assert_cmpuint(strlen(outcome.text), <=, 16 * 1024);
	g_assert_cmpuint(outcome.segments, <=, 512);
	g_assert_true(g_utf8_validate(outcome.text, -1, NULL));
	g_assert_true(g_str_has_prefix(outcome.text, "a a a a"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/endpointing/turn", test_turn);
	g_test_add_func("/turn/endpointing/supposed", test_supposed);
	g_test_add_func("/turn/endpointing/stalled", test_stalled);
	g_test_add_func("/turn/endpointing/learns", test_learns);
	g_test_add_func("/turn/endpointing/join", test_join);
	g_test_add_func("/turn/endpointing/policies", test_policies);
	g_test_add_func("/turn/endpointing/slow-final", test_slow_final);
	g_test_add_func("/turn/endpointing/missing-second-final", test_missing_second_final);
	g_test_add_func("/turn/endpointing/late-beside-a-new-turn", test_late_beside_a_new_turn);
	g_test_add_func("/turn/endpointing/unclear", test_unclear);
	g_test_add_func("/turn/endpointing/noise-behind-words", test_noise_behind_words);
	g_test_add_func("/turn/endpointing/soft-speech", test_soft_speech);
	g_test_add_func("/turn/endpointing/interim-after-final", test_interim_after_final);
	g_test_add_func("/turn/endpointing/discard", test_discard);
	g_test_add_func("/turn/endpointing/end-now", test_end_now);
	g_test_add_func("/turn/endpointing/longest-turn", test_longest_turn);
	g_test_add_func("/turn/endpointing/limits", test_limits);
	return g_test_run();
}
