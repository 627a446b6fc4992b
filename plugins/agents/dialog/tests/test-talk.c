/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Conversations with the sample: answers, re-prompts, asking back, help from a person. */

#include "sample.h"

typedef struct {
	OffhookDialogScript *script;
	OffhookDialogTalk *talk;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->script = sample_load();
	f->talk = offhook_dialog_talk_new(f->script, "desk", "+15550100009", 0);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_dialog_talk_free(f->talk);
	offhook_dialog_script_unref(f->script);
}

/* (transfer full): what is said to a turn that is none of words */
static char *
turn(Fixture *f, OffhookTurnKind kind, guint attempt, OffhookDialogDo action)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_turn(f->talk, kind, "", 1.0, attempt, &output);
	g_assert_cmpint(output.action, ==, action);
	return g_steal_pointer(&output.say);
}

/* (transfer full): what is said, with what confidence it was understood */
static char *
ask_unsure(Fixture *f, const char *message, double confidence, OffhookDialogDo action)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_turn(f->talk, OFFHOOK_TURN_MESSAGE, message, confidence, 0, &output);
	g_assert_cmpint(output.action, ==, action);
	return g_steal_pointer(&output.say);
}

static void
test_greeting(Fixture *f, gconstpointer data)
{
	g_autofree char *said = turn(f, OFFHOOK_TURN_START, 0, OFFHOOK_DIALOG_DO_NOTHING);

	g_assert_cmpstr(said, ==, "Hello, this is Trattoria Lucia. How can I help you?");
}

/* What the core greeted with can be asked for again. */
static void
test_other_greeting(Fixture *f, gconstpointer data)
{
	g_autoptr(GDateTime) now = sample_make_now();
	OffhookDialogInput input = {
	    .kind = OFFHOOK_TURN_START, .message = "", .greeting = "Good evening.", .now = now};
	g_auto(OffhookDialogOutput) output = {0};

	offhook_dialog_talk_take(f->talk, &input, &output);
	g_assert_cmpstr(output.say, ==, "");
	sample_assert_answer(f->talk, "could you say that again please", "Good evening.");
}

static void
test_hours(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "what are your opening hours", "from Tuesday to Sunday");
	sample_assert_answer(f->talk, "are you open on monday", "we are closed today");
	sample_assert_answer(f->talk, "are you open on friday",
			     "On Friday we are open from noon until eleven o'clock.");
	sample_assert_answer(f->talk, "when do you close tomorrow",
			     "Tomorrow we are open from noon until ten o'clock.");
}

/* Alternatives take turns. */
static void
test_no_repetition(Fixture *f, gconstpointer data)
{
	g_autofree char *first = sample_ask(f->talk, "where are you located");
	g_autofree char *second = sample_ask(f->talk, "where are you located");
	g_autofree char *third = sample_ask(f->talk, "where are you located");

	g_assert_cmpstr(first, !=, second);
	g_assert_cmpstr(second, !=, third);
	g_assert_cmpstr(first, ==, third);
}

static void
test_repeat(Fixture *f, gconstpointer data)
{
	g_autofree char *first = sample_ask(f->talk, "what's your address");
	g_autofree char *again = NULL;
	g_autofree char *and_again = NULL;

	/* a part of it was heard; the whole is repeated */
	offhook_dialog_talk_heard(f->talk, "You will find", TRUE);
	again = sample_ask(f->talk, "what did you say");
	and_again = sample_ask(f->talk, "could you repeat that");
	g_assert_cmpstr(again, ==, first);
	g_assert_cmpstr(and_again, ==, first);
}

static void
test_repeat_nothing(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "what did you say", "What can I do for you?");
}

static void
test_more(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};

	sample_assert_answer(f->talk, "what's your address", "anything else");
	sample_assert_answer(f->talk, "yes please", "What can I do for you?");
	sample_assert_answer(f->talk, "what's your address", "anything else");
	sample_turn(f->talk, OFFHOOK_TURN_MESSAGE, "no thanks", 1.0, 0, &output);
	g_assert_cmpint(output.action, ==, OFFHOOK_DIALOG_DO_HANG_UP);
}

/* "Yes, ..." with a wish is the wish. */
static void
test_more_at_once(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "what's your address", "anything else");
	sample_assert_answer(f->talk, "yes I'd like to book a table for two", "day");
}

static void
test_goodbye(Fixture *f, gconstpointer data)
{
	g_autofree char *said =
	    ask_unsure(f, "thank you very much goodbye", 1.0, OFFHOOK_DIALOG_DO_HANG_UP);

	g_assert_nonnull(strstr(said, "Goodbye"));
}

static void
test_transfer(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) output = {0};
	g_autofree char *sorry = NULL;

	sample_turn(f->talk, OFFHOOK_TURN_MESSAGE, "can i speak to a human", 1.0, 0, &output);
	g_assert_cmpint(output.action, ==, OFFHOOK_DIALOG_DO_TRANSFER);
	g_assert_cmpstr(output.argument, ==, "+15550100");
	sorry = turn(f, OFFHOOK_TURN_FAILURE, 0, OFFHOOK_DIALOG_DO_NOTHING);
	g_assert_nonnull(strstr(sorry, "sorry"));
	sample_assert_answer(f->talk, "what's your address", "Harbour Street");
}

static void
test_reject(Fixture *f, gconstpointer data)
{
	g_autofree char *said =
	    ask_unsure(f, "where are you located", 0.34, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *next =
	    ask_unsure(f, "where are you located", 0.36, OFFHOOK_DIALOG_DO_NOTHING);

	g_assert_null(strstr(said, "Harbour"));
	g_assert_nonnull(strstr(next, "Harbour")); /* nothing depends on it */
}

static void
test_ask_back(Fixture *f, gconstpointer data)
{
	g_autofree char *asked =
	    ask_unsure(f, "can i speak to a human", 0.5, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *done = NULL;

	g_assert_cmpstr(asked, ==, "Did you want to speak to a person?");
	done = ask_unsure(f, "yes", 0.5, OFFHOOK_DIALOG_DO_TRANSFER);
	g_assert_nonnull(strstr(done, "manager"));
}

static void
test_ask_back_no(Fixture *f, gconstpointer data)
{
	g_autofree char *asked = ask_unsure(f, "thank you goodbye", 0.5, OFFHOOK_DIALOG_DO_NOTHING);

	g_assert_nonnull(strstr(asked, "end the call"));
	sample_assert_answer(f->talk, "no", "What can I do for you?");
}

/* Said again is as good as "yes"; something else is something else. */
static void
test_ask_back_again(Fixture *f, gconstpointer data)
{
	g_autofree char *asked =
	    ask_unsure(f, "can i speak to a human", 0.45, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *done =
	    ask_unsure(f, "can i speak to a human", 0.45, OFFHOOK_DIALOG_DO_TRANSFER);
	g_autofree char *other =
	    ask_unsure(f, "thank you goodbye", 0.45, OFFHOOK_DIALOG_DO_NOTHING);

	g_assert_nonnull(done);
	g_assert_nonnull(other);
	sample_assert_answer(f->talk, "where are you located", "Harbour");
	g_assert_nonnull(asked);
}

/* Taken back, and said again with more. */
static void
test_ask_back_unheard(Fixture *f, gconstpointer data)
{
	g_autofree char *asked =
	    ask_unsure(f, "can i speak to a human", 0.5, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *again = NULL;
	g_autofree char *done = NULL;

	offhook_dialog_talk_heard(f->talk, "", TRUE);
	again = ask_unsure(f, "can i speak to a human please", 0.5, OFFHOOK_DIALOG_DO_NOTHING);
	g_assert_cmpstr(again, ==, asked);
	offhook_dialog_talk_heard(f->talk, again, FALSE);
	done = ask_unsure(f, "yes", 1.0, OFFHOOK_DIALOG_DO_TRANSFER);
	g_assert_nonnull(done);
}

static void
test_unclear(Fixture *f, gconstpointer data)
{
	g_autofree char *first = turn(f, OFFHOOK_TURN_UNCLEAR, 1, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *second = sample_ask(f->talk, "purple monkey dishwasher");
	g_autofree char *third = turn(f, OFFHOOK_TURN_UNCLEAR, 1, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *done = NULL;

	g_assert_cmpstr(first, !=, second);
	g_assert_nonnull(strstr(second, "opening hours"));
	g_assert_nonnull(strstr(third, "Shall I connect you"));
	done = ask_unsure(f, "yes please", 1.0, OFFHOOK_DIALOG_DO_TRANSFER);
	g_assert_nonnull(done);
}

static void
test_unclear_no_help(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < 3; i++)
		g_free(turn(f, OFFHOOK_TURN_UNCLEAR, 1, OFFHOOK_DIALOG_DO_NOTHING));
	sample_assert_answer(f->talk, "no", "What can I do for you?");
	sample_assert_answer(f->talk, "where are you located", "Harbour");
}

/* A script that says nothing of it has no caller hear the same twice in a row. */
static void
test_unclear_without_prompts(void)
{
	static const char text[] = "{\"format\": 1, \"name\": \"x\", \"intents\": [{\"name\": "
				   "\"a\", \"phrases\": [\"hello\"], \"answers\": [\"Hello.\"]}]}";
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    offhook_dialog_script_parse(text, strlen(text), "x", &error);
	Fixture f = {.script = script};
	g_autofree char *last = NULL;

	g_assert_no_error(error);
	f.talk = offhook_dialog_talk_new(script, "desk", NULL, 0);
	for (guint i = 0; i < 8; i++) {
		g_autofree char *said =
		    turn(&f, OFFHOOK_TURN_UNCLEAR, i + 1, OFFHOOK_DIALOG_DO_NOTHING);

		g_assert_cmpstr(said, !=, last);
		g_free(last);
		last = g_steal_pointer(&said);
	}
	offhook_dialog_talk_free(f.talk);
}

/* Counted in a row only. */
static void
test_unclear_in_between(Fixture *f, gconstpointer data)
{
	for (guint i = 0; i < 5; i++) {
		g_autofree char *said = turn(f, OFFHOOK_TURN_UNCLEAR, 1, OFFHOOK_DIALOG_DO_NOTHING);

		g_assert_null(strstr(said, "connect"));
		sample_assert_answer(f->talk, "where are you located", "Harbour");
	}
}

static void
test_silence(Fixture *f, gconstpointer data)
{
	g_autofree char *first = turn(f, OFFHOOK_TURN_SILENCE, 1, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *second = turn(f, OFFHOOK_TURN_SILENCE, 2, OFFHOOK_DIALOG_DO_NOTHING);
	g_autofree char *third = turn(f, OFFHOOK_TURN_SILENCE, 3, OFFHOOK_DIALOG_DO_HANG_UP);

	g_assert_cmpstr(first, ==, "Are you still there?");
	g_assert_cmpstr(second, !=, first);
	g_assert_nonnull(strstr(third, "Goodbye"));
}

static void
test_keys(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *keys;
		OffhookDialogDo action;
		const char *part;
	} cases[] = {
	    {"2", OFFHOOK_DIALOG_DO_NOTHING, "Harbour"},
	    {"0", OFFHOOK_DIALOG_DO_TRANSFER, "manager"},
	    {"9", OFFHOOK_DIALOG_DO_NOTHING, "understand"},
	    {"*", OFFHOOK_DIALOG_DO_NOTHING, "orry"},
	    {"1", OFFHOOK_DIALOG_DO_NOTHING, "how many people"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookDialogTalk) talk =
		    offhook_dialog_talk_new(f->script, NULL, NULL, 0);
		g_auto(OffhookDialogOutput) first = {0};
		g_auto(OffhookDialogOutput) output = {0};

		sample_turn(talk, OFFHOOK_TURN_UNCLEAR, "", 1.0, 1, &first);
		sample_turn(talk, OFFHOOK_TURN_DIGITS, cases[i].keys, 1.0, 0, &output);
		g_assert_cmpint(output.action, ==, cases[i].action);
		g_assert_nonnull(strstr(output.say, cases[i].part));
	}
}

/* Where yes or no is asked, 1 is yes and 2 is no. */
static void
test_yes_no_keys(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogOutput) yes = {0};
	g_auto(OffhookDialogOutput) no = {0};

	sample_assert_answer(f->talk, "where are you located", "else");
	sample_turn(f->talk, OFFHOOK_TURN_DIGITS, "1", 1.0, 0, &yes);
	g_assert_cmpstr(yes.say, ==, "What can I do for you?");
	sample_assert_answer(f->talk, "where are you located", "else");
	sample_turn(f->talk, OFFHOOK_TURN_DIGITS, "2#", 1.0, 0, &no);
	g_assert_cmpint(no.action, ==, OFFHOOK_DIALOG_DO_HANG_UP);
}

static void
test_nothing_to_cancel(Fixture *f, gconstpointer data)
{
	sample_assert_answer(f->talk, "never mind", "What can I do for you?");
}

static OffhookDialogTalk *
make_talk(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    offhook_dialog_script_parse(text, strlen(text), "test.json", &error);

	g_assert_no_error(error);
	return offhook_dialog_talk_new(script, "desk", "+15550100009", 0);
}

static void
test_fallback(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDialogTalk) talk =
	    make_talk("{\"format\": 1, \"name\": \"x\", \"intents\": [{\"name\": \"a\", "
		      "\"phrases\": [\"good day\"], \"answers\": [\"Hello.\"]}], \"fallback\": "
		      "{\"answers\": [\"I only know how to greet.\"]}}");

	sample_assert_answer(talk, "what is the weather", "only know");
	sample_assert_answer(talk, "good day", "Hello.");
}

/* What this agent does not understand, the next one may. */
static void
test_pass(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDialogTalk) talk =
	    make_talk("{\"format\": 1, \"name\": \"x\", \"intents\": [{\"name\": \"a\", "
		      "\"phrases\": [\"good day\"], \"answers\": [\"Hello.\"]}], \"fallback\": "
		      "{\"action\": \"pass\"}}");
	g_auto(OffhookDialogOutput) output = {0};

	sample_turn(talk, OFFHOOK_TURN_MESSAGE, "what is the weather", 1.0, 0, &output);
	g_assert_cmpint(output.action, ==, OFFHOOK_DIALOG_DO_PASS);
	g_assert_cmpstr(output.say, ==, "");
}

static void
test_built_in_places(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookDialogTalk) talk =
	    make_talk("{\"format\": 1, \"name\": \"x\", \"variables\": {\"v\": \"{caller}\"}, "
		      "\"intents\": [{\"name\": \"a\", \"phrases\": [\"good day\"], \"answers\": "
		      "[\"{caller}, {assistant}, {v}.\"]}]}");

	/* what a variable holds is not filled again */
	sample_assert_answer(talk, "good day", "+15550100009, desk, {caller}.");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/dialog/talk/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("greeting", test_greeting);
	ADD("other-greeting", test_other_greeting);
	ADD("hours", test_hours);
	ADD("no-repetition", test_no_repetition);
	ADD("repeat", test_repeat);
	ADD("repeat-nothing", test_repeat_nothing);
	ADD("more", test_more);
	ADD("more-at-once", test_more_at_once);
	ADD("goodbye", test_goodbye);
	ADD("transfer", test_transfer);
	ADD("reject", test_reject);
	ADD("ask-back", test_ask_back);
	ADD("ask-back-no", test_ask_back_no);
	ADD("ask-back-again", test_ask_back_again);
	ADD("ask-back-unheard", test_ask_back_unheard);
	ADD("unclear", test_unclear);
	ADD("unclear-no-help", test_unclear_no_help);
	g_test_add_func("/dialog/talk/unclear-without-prompts", test_unclear_without_prompts);
	ADD("unclear-in-between", test_unclear_in_between);
	ADD("silence", test_silence);
	ADD("keys", test_keys);
	ADD("yes-no-keys", test_yes_no_keys);
	ADD("nothing-to-cancel", test_nothing_to_cancel);
	ADD("fallback", test_fallback);
	ADD("pass", test_pass);
	ADD("built-in-places", test_built_in_places);
	return g_test_run();
}
