/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Booking a table: what is missing is asked for, what is wrong corrected, by voice and by keypad. */

#include "sample.h"

typedef struct {
	OffhookDialogScript *script;
	OffhookDialogTalk *talk;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->script = sample_load();
	f->talk = offhook_dialog_talk_new(f->script, "desk", NULL, 0);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_dialog_talk_free(f->talk);
	offhook_dialog_script_unref(f->script);
}

static void
press(Fixture *f, const char *keys, const char *part)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_turn(f->talk, OFFHOOK_TURN_DIGITS, keys, 1.0, 0, &output);
	sample_assert_said(keys, output.say, part, __LINE__);
}

static void
test_step_by_step(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "i'd like to book a table", "how many people");
	sample_assert_answer(f->talk, "four", "which day");
	sample_assert_answer(f->talk, "friday", "what time");
	sample_assert_answer(
	    f->talk, "half past seven",
	    "A table for four people, on Friday, at half past seven. Is that right?");
	sample_assert_answer(f->talk, "yes", "is booked on Friday, at half past seven.");
}

static void
test_all_at_once(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "can i book a table for two people tomorrow at eight o'clock",
			     "A table for two people, tomorrow, at eight o'clock.");
	sample_assert_answer(f->talk, "that's right", "two people is booked tomorrow");
}

/* Only what is missing is asked for. */
static void
test_some_given(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "do you have a table free for six people on sunday", "time");
	sample_assert_answer(f->talk, "at seven", "six people, on Sunday, at seven o'clock");
}

/* More than was asked for is taken too, in any order. */
static void
test_more_than_asked(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table", "how many");
	sample_assert_answer(f->talk, "on saturday around eight, five people",
			     "five people, on Saturday, at eight o'clock");
}

static void
test_free_words(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "um hi I was hoping to get a table for friday evening",
			     "how many");
	sample_assert_answer(f->talk, "uh there's going to be like six of us", "time");
	sample_assert_answer(f->talk, "let's say eight-ish",
			     "six people, on Friday, at eight o'clock");
	sample_assert_answer(f->talk, "yeah perfect", "booked");
}

static void
test_correction(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for four on friday at seven", "Is that right?");
	sample_assert_answer(f->talk, "no, at eight", "four people, on Friday, at eight o'clock");
	sample_assert_answer(f->talk, "no make it six people", "six people, on Friday, at eight");
	sample_assert_answer(f->talk, "make it saturday", "six people, on Saturday, at eight");
	sample_assert_answer(f->talk, "yes", "booked");
}

static void
test_change(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for four on friday at seven", "Is that right?");
	sample_assert_answer(f->talk, "no", "What would you like to change?");
	sample_assert_answer(f->talk, "the time", "time");
	sample_assert_answer(f->talk, "nine", "at nine o'clock. Is that right?");
	sample_assert_answer(f->talk, "no the number of people", "many people");
	sample_assert_answer(f->talk, "two", "two people, on Friday, at nine");
	sample_assert_answer(f->talk, "no", "change");
	sample_assert_answer(f->talk, "nothing, no", "two people, on Friday, at nine");
}

/* "eight" could be two things; nothing is guessed. */
static void
test_ambiguous_correction(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for four on friday at seven", "Is that right?");
	sample_assert_answer(f->talk, "no, eight", "change");
	sample_assert_answer(f->talk, "eight people", "eight people, on Friday, at seven");
}

/* A story in which "please", a number or a field's name occurs is no answer. */
static void
test_off_topic(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {
	    "please turn off the lights in the kitchen",
	    "an apple a day keeps the doctor away",
	    "they moved to canada ten years ago",
	    "right after lunch we went to the cinema",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(OffhookDialogTalk) talk =
		    offhook_dialog_talk_new(f->script, NULL, NULL, 0);

		sample_assert_answer(talk, "book a table for four on friday at seven", "right?");
		sample_assert_answer(talk, texts[i], "Sorry");
	}
}

/* An earlier answer can be corrected at the next question. */
static void
test_correction_on_the_way(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table", "how many");
	sample_assert_answer(f->talk, "four", "day");
	sample_assert_answer(f->talk, "sorry, five people, on friday", "time");
	sample_assert_answer(f->talk, "for eight", "five people, on Friday, at eight");
}

static void
test_closed_day(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two on monday at eight", "closed today");
	sample_assert_answer(f->talk, "tuesday then", "two people, tomorrow, at eight o'clock");
}

static void
test_closed_hour(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two on sunday", "time");
	sample_assert_answer(f->talk, "at half past nine",
			     "on Sunday we are open from noon until nine");
	sample_assert_answer(f->talk, "at eleven in the morning", "open from noon");
	sample_assert_answer(f->talk, "eight", "two people, on Sunday, at eight");
	/* what was possible on one day may not be on the other */
	sample_assert_answer(f->talk, "no, friday at ten", "on Friday, at ten o'clock");
	sample_assert_answer(f->talk, "no, on sunday",
			     "on Sunday we are open from noon until nine");
}

static void
test_too_many(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for twenty people on friday", "one to twelve");
	sample_assert_answer(f->talk, "okay, twelve", "time");
}

static void
test_keypad(Fixture *f, gconstpointer data)
{
	press(f, "1", "how many");
	press(f, "4#", "day");
	press(f, "5", "orry"); /* a day has no keys */
	sample_assert_answer(f->talk, "friday", "time");
	press(f, "1930", "four people, on Friday, at half past seven");
	press(f, "2", "change");
	sample_assert_answer(f->talk, "the people", "many");
	press(f, "12", "twelve people, on Friday, at half past seven");
	press(f, "1", "booked");
}

/* A key that is no answer may be a command; one that nearly is gets an explanation. */
static void
test_keypad_other(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_assert_answer(f->talk, "book a table", "how many");
	press(f, "13", "one to twelve");
	press(f, "*", "one to twelve");
	sample_turn(f->talk, OFFHOOK_TURN_DIGITS, "0", 1.0, 0, &output);
	g_assert_cmpint(output.action, ==, OFFHOOK_DIALOG_DO_TRANSFER);
}

/* A question in between is answered, and the booking goes on. */
static void
test_aside(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for four", "day");
	sample_assert_answer(f->talk, "are you open on sunday", "On Sunday we are open");
	sample_assert_answer(f->talk, "on sunday", "time");
	sample_assert_answer(f->talk, "where are you located", "time");
	sample_assert_answer(f->talk, "at eight", "four people, on Sunday, at eight o'clock");
	sample_assert_answer(f->talk, "what's your address", "Is that right?");
	sample_assert_answer(f->talk, "yes", "booked");
}

static void
test_cancel(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for four", "day");
	sample_assert_answer(f->talk, "never mind", "not booked anything");
	/* nothing of it is left */
	sample_assert_answer(f->talk, "book a table", "many people");
}

static void
test_unclear(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_assert_answer(f->talk, "book a table", "how many");
	sample_assert_answer(f->talk, "purple monkeys", "from one to twelve");
	sample_turn(f->talk, OFFHOOK_TURN_UNCLEAR, "", 1.0, 1, &output);
	sample_assert_said("", output.say, "from one to twelve", __LINE__);
	sample_assert_answer(f->talk, "purple monkeys", "Shall I connect you");
	sample_assert_answer(f->talk, "no", "many people");
	sample_assert_answer(f->talk, "three", "day");
}

static void
test_silence(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_assert_answer(f->talk, "book a table", "how many");
	sample_turn(f->talk, OFFHOOK_TURN_SILENCE, "", 1.0, 1, &output);
	sample_assert_said("", output.say, "still there? How many", __LINE__);
}

static void
test_repeat(Fixture *f, gconstpointer data)
{
	g_autofree char *asked = sample_ask(f->talk, "book a table for two on friday at eight");
	g_autofree char *again = sample_ask(f->talk, "could you say that again please");

	g_assert_cmpstr(asked, ==, again);
	sample_assert_answer(f->talk, "yes", "booked");
}

/* Who goes on before hearing the answer has not finished the sentence: it comes again, whole. */
static void
test_take_back(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two on friday at eight", "Is that right?");
	sample_assert_answer(f->talk, "yes", "booked");
	offhook_dialog_talk_heard(f->talk, "", TRUE);
	sample_assert_answer(f->talk, "yes but make it four people",
			     "four people, on Friday, at eight");
	offhook_dialog_talk_heard(f->talk, "A table for", TRUE);
	sample_assert_answer(f->talk, "yes", "on Friday, at eight o'clock. C");
}

/* Once only: what was heard later does not undo what was said before. */
static void
test_take_back_once(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two", "day");
	sample_assert_answer(f->talk, "friday", "time");
	offhook_dialog_talk_heard(f->talk, "", TRUE);
	offhook_dialog_talk_heard(f->talk, "", TRUE);
	sample_assert_answer(f->talk, "saturday", "time");
	sample_assert_answer(f->talk, "eight", "two people, on Saturday, at eight");
}

/* Keys are not said again; but "yes" to a summary that was never heard books nothing. */
static void
test_unheard(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two on friday", "time");
	press(f, "2000", "Is that right?");
	offhook_dialog_talk_heard(f->talk, " ", TRUE);
	sample_assert_answer(f->talk, "yes", "Is that right?");
	offhook_dialog_talk_heard(f->talk, "A table for two people", TRUE);
	sample_assert_answer(f->talk, "yes", "booked");
}

/* A failed transfer in the middle leaves nothing half done. */
static void
test_failure(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_assert_answer(f->talk, "book a table for two", "day");
	sample_turn(f->talk, OFFHOOK_TURN_FAILURE, "", 1.0, 0, &output);
	sample_assert_said("", output.say, "sorry", __LINE__);
	sample_assert_answer(f->talk, "book a table", "many people");
}

/* The same again, not an echo of the first. */
static void
test_second_booking(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "book a table for two on friday at eight", "right");
	sample_assert_answer(f->talk, "yes", "booked");
	sample_assert_answer(f->talk, "book a table", "people");
	sample_assert_answer(f->talk, "five", "day");
}

/* Digits, yes/no and a choice, by voice and keypad. */
static const char survey[] =
    "{\"format\": 1, \"name\": \"survey\", \"slots\": {"
    "\"code\": {\"type\": \"digits\", \"min\": 4, \"max\": 6},"
    "\"agree\": {\"type\": \"yes_no\"},"
    "\"meal\": {\"type\": \"list\", \"values\": ["
    "  {\"value\": \"meat\", \"say\": \"the steak\", \"key\": \"1\", \"phrases\": [\"[the] "
    "(steak|meat)\"]},"
    "  {\"value\": \"fish\", \"key\": \"2\", \"phrases\": [\"[the] fish\"]}]}},"
    "\"intents\": [{\"name\": \"begin\", \"phrases\": [\"let us begin\"], \"form\": \"survey\"}],"
    "\"forms\": {\"survey\": {\"fields\": ["
    "  {\"slot\": \"code\", \"ask\": \"Your code?\", \"invalid\": \"Four to six digits, please.\"},"
    "  {\"slot\": \"agree\", \"ask\": \"Do you agree?\"},"
    "  {\"slot\": \"meal\", \"ask\": \"Steak or fish?\"}],"
    "  \"cases\": [{\"when\": {\"slot\": \"agree\", \"is\": \"no\"}, \"answers\": [\"Then "
    "not.\"]}],"
    "  \"answers\": [\"{code}: {meal}, {agree}.\"]}}}";

static void
run_survey(Fixture *f, const char *code, const char *agree, const char *meal, const char *result)
{
	const char *const answers[] = {code, agree, meal};
	const char *const parts[] = {"agree", "Steak", result};
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    offhook_dialog_script_parse(survey, sizeof survey - 1, "survey.json", &error);

	g_assert_no_error(error);
	offhook_dialog_talk_free(f->talk);
	f->talk = offhook_dialog_talk_new(script, NULL, NULL, 0);
	sample_assert_answer(f->talk, "let's begin", "code");
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		if (g_ascii_isdigit(*answers[i]))
			press(f, answers[i], parts[i]);
		else
			sample_assert_answer(f->talk, answers[i], parts[i]);
	}
}

static void
test_kinds_by_voice(Fixture *f, gconstpointer data)
{
	run_survey(f, "one two double three", "yes I do", "the meat please",
		   "One two three three: the steak, yes.");
	run_survey(f, "it's one two three four five six", "no I don't", "fish", "Then not.");
}

static void
test_kinds_by_keypad(Fixture *f, gconstpointer data)
{
	run_survey(f, "1234#", "1", "2", "One two three four: fish, yes.");
	run_survey(f, "123456", "2", "1", "Then not.");
}

static void
test_kinds_invalid(Fixture *f, gconstpointer data)
{
	run_survey(f, "1234", "1", "2", "One two three four");
	sample_assert_answer(f->talk, "let's begin", "code");
	press(f, "123", "Four to six");
	sample_assert_answer(f->talk, "one two", "Four to six");
	sample_assert_answer(f->talk, "one two three four", "agree");
	sample_assert_answer(f->talk, "bananas", "agree");
	press(f, "3", "agree");
	press(f, "1", "Steak");
	press(f, "3", "Steak");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/dialog/form/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("step-by-step", test_step_by_step);
	ADD("all-at-once", test_all_at_once);
	ADD("some-given", test_some_given);
	ADD("more-than-asked", test_more_than_asked);
	ADD("free-words", test_free_words);
	ADD("correction", test_correction);
	ADD("change", test_change);
	ADD("ambiguous-correction", test_ambiguous_correction);
	ADD("off-topic", test_off_topic);
	ADD("correction-on-the-way", test_correction_on_the_way);
	ADD("closed-day", test_closed_day);
	ADD("closed-hour", test_closed_hour);
	ADD("too-many", test_too_many);
	ADD("keypad", test_keypad);
	ADD("keypad-other", test_keypad_other);
	ADD("aside", test_aside);
	ADD("cancel", test_cancel);
	ADD("unclear", test_unclear);
	ADD("silence", test_silence);
	ADD("repeat", test_repeat);
	ADD("take-back", test_take_back);
	ADD("take-back-once", test_take_back_once);
	ADD("unheard", test_unheard);
	ADD("failure", test_failure);
	ADD("second-booking", test_second_booking);
	ADD("kinds-by-voice", test_kinds_by_voice);
	ADD("kinds-by-keypad", test_kinds_by_keypad);
	ADD("kinds-invalid", test_kinds_invalid);
	return g_test_run();
}
