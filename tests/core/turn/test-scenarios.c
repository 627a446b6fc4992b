/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The cases of turn-taking, each a whole little call on a scripted clock.
 */

#include "scene.h"

/* Ten words of 400 ms: 4 s. */
#define LONG_ANSWER "we are open from nine to five on every day"

static void
test_short_pause_is_no_split(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "book a table", 100);
	scene_caller_says(scene, 2200, 2800, "for two", 100);
	scene_run(scene, 5000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table for two\n");
	/* 200 ms to notice the stop, 600 ms to be sure. */
	g_assert_cmpint(scene_get_time_of(scene, "turn"), ==, 3600);
}

static void
test_long_pause_splits(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "book a table", 100);
	scene_caller_says(scene, 2700, 3300, "for two", 100);
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table\nturn for two\n");
}

static void
test_open_end_waits_longer(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "book a table for", 100);
	scene_caller_says(scene, 2700, 3300, "two", 100);
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table for two\n");
}

static void
test_cough_is_nothing(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1140, "", 100);
	scene_caller_says(scene, 6000, 6140, "", 100);
	scene_run(scene, 8000);
	g_assert_cmpstr(scene_take_log(scene), ==, "heard\n");
	g_assert_cmpuint(scene_get_played_ms(scene), ==, 4000);
}

static void
test_backchannel_pauses_and_resumes(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1400, "uh-huh", 150);
	scene_run(scene, 8000);
	g_assert_cmpstr(scene_take_log(scene), ==, "pause\nresume\nheard\n");
	/* Nothing of the answer is lost. */
	g_assert_cmpuint(scene_get_played_ms(scene), ==, 4000);
}

static void
test_backchannel_answers_a_question(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_expectation(scene, OFFHOOK_EXPECT_YES_NO, 0, 0);
	scene_agent_says(scene, 0, "shall I book it for you then", 2100);
	scene_caller_says(scene, 1400, 1700, "yeah", 150);
	scene_run(scene, 5000);
	g_assert_cmpstr(scene_take_log(scene), ==,
			"pause\ninterrupt after shall I book it for\nturn yeah\n");
}

static void
test_false_start_resumes(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1400, "", -1);
	scene_run(scene, 9000);
	g_assert_cmpstr(scene_take_log(scene), ==, "pause\nresume\nheard\n");
	/* 2.0 s after the silence was noticed. */
	g_assert_cmpint(scene_get_time_of(scene, "resume"), ==, 3600);
	g_assert_cmpuint(scene_get_played_ms(scene), ==, 4000);
}

static void
test_barge_in_keeps_what_was_heard(void)
{
	g_autoptr(Scene) scene = scene_new();
	guint played, heard;

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1700, "what about sunday", 100);
	scene_partial(scene, 1500, 1, "what about");
	scene_run(scene, 1600);
	played = scene_get_played_ms(scene);
	heard = scene_get_heard_ms(scene);
	scene_run(scene, 5000);
	/* Paused at 1.2 s, when 1.3 s or so are out: three words. */
	g_assert_cmpstr(scene_take_log(scene), ==,
			"pause\ninterrupt after we are open\nturn what about sunday\n");
	g_assert_cmpint(scene_get_time_of(scene, "pause"), ==, 1200);
	g_assert_cmpuint(scene_get_played_ms(scene), ==, played);
	/* The ledger and the far end agree to within two frames. */
	g_assert_cmpint(ABS((int)heard - (int)played), <=, 40);
	/* Silence within 150 ms of the voice detection's 200 ms. */
	g_assert_cmpuint(scene_get_last_played_at_ms(scene), <=, 1000 + 200 + 150);
}

static void
test_long_speech_interrupts_without_words(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 3000, "I want to talk to somebody", 300);
	scene_run(scene, 2100);
	g_assert_cmpstr(scene_take_log(scene), ==, "pause\ninterrupt after we are open\n");
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn I want to talk to somebody\n");
}

static void
test_interruption_before_any_audio(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_answer(scene, LONG_ANSWER, 4000, 1000);
	scene_caller_says(scene, 1000, 1800, "book a table.", 100);
	/* Goes on when the turn has ended already, and before the answer is there. */
	scene_caller_says(scene, 2500, 3300, "no, cancel it.", 100);
	scene_run(scene, 4500);
	g_assert_cmpstr(scene_take_log(scene), ==,
			"turn book a table.\npause\ninterrupt\nturn no, cancel it.\n");
	/* It paused at the moment it would have begun. */
	g_assert_cmpuint(scene_get_played_ms(scene), ==, 0);
}

static void
test_two_quick_interruptions(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_answer(scene, "certainly what would you like to know about us", 3600, 100);
	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1500, "stop it.", 60);
	scene_caller_says(scene, 2500, 3000, "just stop.", 60);
	scene_run(scene, 4000);
	g_assert_cmpstr(scene_take_log(scene), ==,
			"pause\ninterrupt after we are open\nturn stop it.\n"
			"pause\ninterrupt after certainly\nturn just stop.\n");
	scene_run(scene, 9000);
	g_assert_cmpstr(scene_take_log(scene), ==, "heard\n");
}

static void
test_late_transcript_after_commit(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "book a table", 100);
	scene_caller_says(scene, 2200, 2800, "for two", 1500);
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table\nlate for two\n");
}

static void
test_no_transcript(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "", -1);
	scene_run(scene, 7000);
	g_assert_cmpstr(scene_take_log(scene), ==, "unclear\n");
	/* 5 s after the speech. */
	g_assert_cmpint(scene_get_time_of(scene, "unclear"), ==, 6800);
}

static void
test_empty_transcript(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "", 100);
	scene_run(scene, 7000);
	g_assert_cmpstr(scene_take_log(scene), ==, "unclear\n");
	g_assert_cmpint(scene_get_time_of(scene, "unclear"), ==, 2600);
}

static void
test_final_before_stop(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 1800, "", -1);
	scene_final(scene, 1860, 1, "book a table");
	scene_run(scene, 4000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table\n");
	g_assert_cmpint(scene_get_time_of(scene, "turn"), ==, 2600);
}

static void
test_underrun_is_not_heard(void)
{
	g_autoptr(Scene) scene = scene_new();

	/* 1.2 s of speech, a gap of 2.8 s, the rest. */
	scene_agent_stutters(scene, 0, LONG_ANSWER, 4000, 1200, 4000);
	scene_run(scene, 3000);
	g_assert_cmpuint(scene_get_heard_ms(scene), ==, 1200);
	g_assert_cmpint(scene_get_time_of(scene, "heard"), ==, -1);
	scene_caller_says(scene, 5000, 5700, "hello?", 100);
	scene_run(scene, 7000);
	/* Paused at 5.2 s: 1.2 s and 1.3 s of it. */
	g_assert_cmpstr(scene_take_log(scene), ==,
			"pause\ninterrupt after we are open from nine to\nturn hello?\n");
}

static void
test_tool_running_at_barge_in(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, "let me check that for you", 1800);
	scene_agent_says(scene, 5000, "there is a table at eight", 2000);
	scene_caller_says(scene, 600, 1300, "forget it.", 60);
	scene_run(scene, 4000);
	g_assert_cmpstr(scene_take_log(scene), ==,
			"pause\ninterrupt after let me check\nturn forget it.\n");
	scene_run(scene, 8000);
	/* The tool's answer belongs to a turn that is over. */
	g_assert_cmpstr(scene_take_log(scene), ==, "stale there is a table at eight\n");
}

static void
test_marks_of_a_clear_are_not_heard(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_caller_says(scene, 1000, 1900, "what about sunday", 100);
	scene_partial(scene, 1220, 1, "what about");
	scene_run(scene, 1240);
	g_assert_cmpstr(scene_take_log(scene), ==, "pause\ninterrupt after we are open\n");
	scene_run(scene, 5000);
	g_assert_cmpuint(scene_get_marks_refused(scene), >, 0);
	g_assert_cmpuint(scene_get_heard_ms(scene), <=, 1300);
}

static void
test_late_marks_move_the_position_back(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_mark_delay(scene, 400);
	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_run(scene, 3000);
	/* At 3.0 s the frames of the first 3.1 s are out; 0.44 s of delay. */
	g_assert_cmpuint(scene_get_heard_ms(scene), >=, 2500);
	g_assert_cmpuint(scene_get_heard_ms(scene), <=, 2620);
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "heard\n");
}

static void
test_monologue_is_one_turn(void)
{
	g_autoptr(Scene) scene = scene_new();
	g_autoptr(GString) expected = g_string_new("turn");

	/* A minute in stretches of 2.6 s with pauses of 0.4 s. */
	for (guint i = 0; i < 20; i++) {
		scene_caller_says(scene, 1000 + i * 3000, 3600 + i * 3000, "and then", 100);
		g_string_append(expected, " and then");
	}
	scene_caller_says(scene, 61000, 62000, "that was it", 100);
	g_string_append(expected, " that was it\n");
	scene_run(scene, 70000);
	g_assert_cmpstr(scene_take_log(scene), ==, expected->str);
}

static void
test_unbroken_minute_is_one_turn(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 61000, "a long story", 500);
	scene_run(scene, 65000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn a long story\n");
}

static void
test_endless_noise_ends_the_turn(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_caller_says(scene, 1000, 300000, "", -1);
	scene_run(scene, 120000);
	g_assert_cmpstr(scene_take_log(scene), ==, "unclear\n");
}

static void
test_keys_in_mid_sentence(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_expectation(scene, OFFHOOK_EXPECT_DIGITS, 4, 4);
	scene_caller_says(scene, 1000, 2500, "my number is", 100);
	scene_key(scene, 1500, '4');
	scene_key(scene, 1800, '7');
	scene_key(scene, 2100, '1');
	scene_key(scene, 2700, '1');
	scene_run(scene, 6000);
	g_assert_cmpstr(scene_take_log(scene), ==, "digits 4711\n");
}

static void
test_key_interrupts_the_agent(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_set_expectation(scene, OFFHOOK_EXPECT_CHOICE, 0, 0);
	scene_agent_says(scene, 0, LONG_ANSWER, 4000);
	scene_key(scene, 1300, '2');
	scene_run(scene, 5000);
	g_assert_cmpstr(scene_take_log(scene), ==, "interrupt after we are open\ndigits 2\n");
}

static void
test_both_silent(void)
{
	g_autoptr(Scene) scene = scene_new();

	scene_agent_says(scene, 0, "hello", 1000);
	scene_run(scene, 32000);
	g_assert_cmpstr(scene_take_log(scene), ==,
			"heard\nprompt 1\nheard\nprompt 2\nheard\ngoodbye 3\n");
	/* 8 s after the agent was heard to the end. */
	g_assert_cmpint(scene_get_time_of(scene, "prompt 1") - scene_get_time_of(scene, "heard"),
			==, 8000);
	scene_run(scene, 90000);
	g_assert_cmpstr(scene_take_log(scene), ==, "");
}

static void
test_answer_delay(void)
{
	g_autoptr(Scene) scene = scene_new();
	OffhookTurnTimings *timings = scene_get_timings(scene);

	scene_set_answer(scene, "certainly", 600, 100);
	scene_caller_says(scene, 1000, 1800, "book a table", 100);
	scene_run(scene, 5000);
	g_assert_cmpstr(scene_take_log(scene), ==, "turn book a table\nheard\n");
	/* 200 + 600 of waiting, 100 of thinking: below the 1.2 s asked for. */
	g_assert_cmpint(offhook_turn_timings_get_answer_delay(timings), ==, 900000);
	g_assert_cmpint(offhook_turn_timings_get_own_share(timings), ==, 100000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/turn/scenario/short-pause", test_short_pause_is_no_split);
	g_test_add_func("/turn/scenario/long-pause", test_long_pause_splits);
	g_test_add_func("/turn/scenario/open-end", test_open_end_waits_longer);
	g_test_add_func("/turn/scenario/cough", test_cough_is_nothing);
	g_test_add_func("/turn/scenario/backchannel", test_backchannel_pauses_and_resumes);
	g_test_add_func("/turn/scenario/backchannel-answer", test_backchannel_answers_a_question);
	g_test_add_func("/turn/scenario/false-start", test_false_start_resumes);
	g_test_add_func("/turn/scenario/barge-in", test_barge_in_keeps_what_was_heard);
	g_test_add_func("/turn/scenario/barge-in-no-words",
			test_long_speech_interrupts_without_words);
	g_test_add_func("/turn/scenario/before-audio", test_interruption_before_any_audio);
	g_test_add_func("/turn/scenario/two-interruptions", test_two_quick_interruptions);
	g_test_add_func("/turn/scenario/late-transcript", test_late_transcript_after_commit);
	g_test_add_func("/turn/scenario/no-transcript", test_no_transcript);
	g_test_add_func("/turn/scenario/empty-transcript", test_empty_transcript);
	g_test_add_func("/turn/scenario/final-before-stop", test_final_before_stop);
	g_test_add_func("/turn/scenario/underrun", test_underrun_is_not_heard);
	g_test_add_func("/turn/scenario/tool-at-barge-in", test_tool_running_at_barge_in);
	g_test_add_func("/turn/scenario/clear-marks", test_marks_of_a_clear_are_not_heard);
	g_test_add_func("/turn/scenario/late-marks", test_late_marks_move_the_position_back);
	g_test_add_func("/turn/scenario/monologue", test_monologue_is_one_turn);
	g_test_add_func("/turn/scenario/unbroken-minute", test_unbroken_minute_is_one_turn);
	g_test_add_func("/turn/scenario/endless-noise", test_endless_noise_ends_the_turn);
	g_test_add_func("/turn/scenario/keys-in-mid-sentence", test_keys_in_mid_sentence);
	g_test_add_func("/turn/scenario/key-interrupts", test_key_interrupts_the_agent);
	g_test_add_func("/turn/scenario/both-silent", test_both_silent);
	g_test_add_func("/turn/scenario/answer-delay", test_answer_delay);
	return g_test_run();
}
