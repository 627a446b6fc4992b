/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The caller on a stepped line: whose turn it is, what counts as an answer, and how a barge-in is
 * measured. */

#include "../caller.h"

#define FRAME_MS 20
#define FRAME    160
#define RATE     8000
#define LOUD     16000

typedef struct {
	OffhookEmuOptions options;
	OffhookEmuEar ear;
	OffhookEmuCaller *caller;
	gint64 now_ms;
	gint64 buffer_end_ms;
	GString *keys;
	guint notes;
	gint64 hung_up_ms;
} Fixture;

static void
ignore_turn(const OffhookEmuTurn *turn, gpointer data)
{
}

static void
on_press(gchar digit, gpointer data)
{
	g_string_append_c(((Fixture *)data)->keys, digit);
}

static void
on_note(const gchar *text, gint64 at_ms, gpointer data)
{
	((Fixture *)data)->notes++;
}

static void
on_hang_up(gpointer data)
{
	((Fixture *)data)->hung_up_ms = ((Fixture *)data)->now_ms;
}

static const OffhookEmuCallerEvents events = {
    .turn_started = ignore_turn,
    .turn_ended = ignore_turn,
    .press = on_press,
    .note = on_note,
    .hang_up = on_hang_up,
};

static void
set_up(Fixture *fixture, gconstpointer data)
{
	fixture->options.script = offhook_emu_script_new();
	fixture->options.turn_gap_ms = 700;
	fixture->options.answer_timeout = 5;
	fixture->options.greeting_timeout = 2;
	fixture->options.answer_limit = 30;
	fixture->options.dtmf_mode = (gchar *)"event";
	fixture->options.expect.close_code = -1;
	fixture->keys = g_string_new(NULL);
	fixture->buffer_end_ms = -1;
	fixture->hung_up_ms = -1;
	offhook_emu_ear_init(&fixture->ear);
	fixture->caller =
	    offhook_emu_caller_new(&fixture->options, &fixture->ear, &events, fixture);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_emu_caller_free(fixture->caller);
	offhook_emu_script_free(fixture->options.script);
	g_string_free(fixture->keys, TRUE);
}

/* An utterance of 100 ms of padding, 400 ms of sound and 100 ms of padding. */
static void
add_speech(Fixture *fixture, OffhookEmuStepKind kind, gdouble seconds)
{
	OffhookEmuStep *step =
	    offhook_emu_script_add(fixture->options.script, kind, "words", seconds);
	const guint rates[] = {RATE, 0};
	g_autoptr(OffhookEmuPcm) pcm = offhook_emu_pcm_new(RATE);

	for (guint i = 0; i < 4800; i++) {
		gint16 sample = i < 800 || i >= 4000 ? 0 : i % 16 < 8 ? LOUD : -LOUD;

		g_array_append_val(pcm->samples, sample);
	}
	step->utterance = offhook_emu_utterance_new_from_pcm("words", pcm, rates);
}

static void
add_keys(Fixture *fixture, const gchar *keys)
{
	OffhookEmuStep *step =
	    offhook_emu_script_add(fixture->options.script, OFFHOOK_EMU_STEP_DTMF, keys, 0);

	step->keys = TRUE;
}

/* Lets time pass on both directions of the line, with the agent talking or not. */
static void
run(Fixture *fixture, gint64 length_ms, gboolean agent)
{
	gint16 heard[FRAME] = {0};
	gint16 said[FRAME];

	for (guint i = 0; agent && i < FRAME; i++)
		heard[i] = i % 16 < 8 ? LOUD : -LOUD;
	for (gint64 end_ms = fixture->now_ms + length_ms; fixture->now_ms < end_ms;
	     fixture->now_ms += FRAME_MS) {
		OffhookEmuEarEvent event =
		    offhook_emu_ear_feed(&fixture->ear, fixture->now_ms, heard, FRAME, RATE);

		if (agent)
			fixture->buffer_end_ms = fixture->now_ms + FRAME_MS;
		offhook_emu_caller_hear(fixture->caller, event, fixture->buffer_end_ms);
		offhook_emu_caller_fill(fixture->caller, fixture->now_ms, said, FRAME, RATE);
	}
}

static const OffhookEmuTurn *
get_turn(Fixture *fixture, guint index)
{
	GPtrArray *turns = offhook_emu_caller_get_turns(fixture->caller);

	g_assert_cmpuint(index, <, turns->len);
	return g_ptr_array_index(turns, index);
}

static void
test_waits_for_the_greeting(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 1000, FALSE);
	run(fixture, 2000, TRUE);
	run(fixture, 680, FALSE);
	g_assert_cmpuint(offhook_emu_caller_get_turns(fixture->caller)->len, ==, 0);
	run(fixture, 100, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->start_ms, ==, 3700 + 100);
	g_assert_cmpint(get_turn(fixture, 0)->end_ms, ==, 3700 + 500);
}

static void
test_no_greeting(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 2100, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->start_ms, ==, 2100);
	g_assert_cmpuint(fixture->notes, ==, 1);
}

static void
test_answer_time(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 2000, FALSE);
	run(fixture, 1200, FALSE);
	run(fixture, 1000, TRUE);
	run(fixture, 800, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->end_ms, ==, 2500);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, 3200);
	g_assert_cmpint(get_turn(fixture, 1)->start_ms, ==, 4200 + 700 + 100);
}

/* An echo of the caller's words, nearly in step with them. */
static void
test_echo_is_an_answer(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 2140, FALSE);
	run(fixture, 320, TRUE);
	run(fixture, 1000, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->end_ms, ==, 2500);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, 2140);
}

/* A pause inside an answer is not its end. */
static void
test_short_pause_keeps_the_turn(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 1000, TRUE);
	run(fixture, 600, FALSE);
	run(fixture, 1000, TRUE);
	run(fixture, 600, FALSE);
	g_assert_cmpuint(offhook_emu_caller_get_turns(fixture->caller)->len, ==, 0);
}

static void
test_no_answer(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 2000, FALSE);
	run(fixture, 5600, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, -1);
	g_assert_cmpint(get_turn(fixture, 1)->start_ms, ==, 2500 + 5000 + 100);
}

static void
test_barge_in(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_BARGE_IN, 1);
	run(fixture, 500, FALSE);
	run(fixture, 1240, TRUE);
	offhook_emu_caller_cleared(fixture->caller, fixture->now_ms);
	run(fixture, 1000, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->start_ms, ==, 1600);
	g_assert_true(get_turn(fixture, 0)->overlap);
	g_assert_cmpint(get_turn(fixture, 0)->silence_ms, ==, 140);
	g_assert_cmpint(get_turn(fixture, 0)->clear_ms, ==, 140);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, -1);
	run(fixture, 500, TRUE);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, 2740);
}

/* An agent that talks on does not answer the interruption. */
static void
test_barge_in_ignored(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_BARGE_IN, 0.5);
	run(fixture, 4000, TRUE);
	g_assert_cmpint(get_turn(fixture, 0)->silence_ms, ==, -1);
	g_assert_cmpint(get_turn(fixture, 0)->answer_ms, ==, -1);
	run(fixture, 400, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->silence_ms, ==, 4000 - 600);
}

static void
test_barge_in_too_late(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_BARGE_IN, 2);
	run(fixture, 1000, TRUE);
	run(fixture, 1500, FALSE);
	g_assert_cmpint(get_turn(fixture, 0)->start_ms, ==, 2100);
	g_assert_false(get_turn(fixture, 0)->overlap);
}

static void
test_keys(Fixture *fixture, gconstpointer data)
{
	add_keys(fixture, "1w2#");
	run(fixture, 2400, FALSE);
	g_assert_cmpstr(fixture->keys->str, ==, "1");
	run(fixture, 600, FALSE);
	g_assert_cmpstr(fixture->keys->str, ==, "12#");
	g_assert_cmpint(get_turn(fixture, 0)->start_ms, ==, 2000);
	g_assert_cmpint(get_turn(fixture, 0)->end_ms, ==, 2900);
}

static void
test_wait_and_hang_up(Fixture *fixture, gconstpointer data)
{
	offhook_emu_script_add(fixture->options.script, OFFHOOK_EMU_STEP_WAIT, NULL, 1.5);
	offhook_emu_script_add(fixture->options.script, OFFHOOK_EMU_STEP_HANG_UP, NULL, 0);
	run(fixture, 1000, TRUE);
	g_assert_cmpint(fixture->hung_up_ms, ==, -1);
	run(fixture, 600, TRUE);
	g_assert_cmpint(fixture->hung_up_ms, ==, 1520);
}

/* After the last step the answer is heard out. */
static void
test_conclusion(Fixture *fixture, gconstpointer data)
{
	add_speech(fixture, OFFHOOK_EMU_STEP_SAY, 0);
	run(fixture, 3000, FALSE);
	run(fixture, 1000, TRUE);
	run(fixture, 600, FALSE);
	g_assert_cmpint(fixture->hung_up_ms, ==, -1);
	run(fixture, 200, FALSE);
	g_assert_cmpint(fixture->hung_up_ms, ==, 4700);
	g_assert_true(offhook_emu_caller_get_finished(fixture->caller));
}

/* Where the server is to end the call, it is given the time to. */
static void
test_conclusion_with_expected_hangup(Fixture *fixture, gconstpointer data)
{
	fixture->options.expect.hangup = TRUE;
	run(fixture, 1000, TRUE);
	run(fixture, 5000, FALSE);
	g_assert_cmpint(fixture->hung_up_ms, ==, -1);
	run(fixture, 1000, FALSE);
	g_assert_cmpint(fixture->hung_up_ms, ==, 1700 + 5000);
}

#define ADD(path, func)                                                                            \
	g_test_add("/emulators/caller/" path, Fixture, NULL, set_up, func, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("waits-for-the-greeting", test_waits_for_the_greeting);
	ADD("no-greeting", test_no_greeting);
	ADD("answer-time", test_answer_time);
	ADD("echo-is-an-answer", test_echo_is_an_answer);
	ADD("short-pause-keeps-the-turn", test_short_pause_keeps_the_turn);
	ADD("no-answer", test_no_answer);
	ADD("barge-in", test_barge_in);
	ADD("barge-in-ignored", test_barge_in_ignored);
	ADD("barge-in-too-late", test_barge_in_too_late);
	ADD("keys", test_keys);
	ADD("wait-and-hang-up", test_wait_and_hang_up);
	ADD("conclusion", test_conclusion);
	ADD("conclusion-with-expected-hangup", test_conclusion_with_expected_hangup);
	return g_test_run();
}
