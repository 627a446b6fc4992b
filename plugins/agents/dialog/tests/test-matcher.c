/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Understanding: words of the grammar, free words, and what means nothing. */

#include "../dialog-matcher.h"

#include "sample.h"

typedef struct {
	OffhookDialogScript *script;
	GDateTime *now;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	f->script = sample_load();
	f->now = sample_make_now();
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	offhook_dialog_script_unref(f->script);
	g_date_time_unref(f->now);
}

static double
score(Fixture *f, const char *phrase, const char *text, OffhookDialogMatch *match)
{
	g_autoptr(OffhookDialogPattern) pattern = offhook_dialog_pattern_new(phrase, NULL);
	g_autoptr(OffhookDialogHeard) heard =
	    offhook_dialog_heard_new(text, f->script->slots, f->now);

	return offhook_dialog_matcher_score(heard, pattern, match);
}

/* The name of the intent, "" for none. */
static const char *
find(Fixture *f, const char *text, double *how_well)
{
	g_autoptr(GPtrArray) groups = offhook_dialog_script_list_patterns(f->script);
	g_autoptr(OffhookDialogHeard) heard =
	    offhook_dialog_heard_new(text, f->script->slots, f->now);
	g_auto(OffhookDialogMatch) match = {.index = -1};

	if (!offhook_dialog_matcher_find(heard, groups, &match))
		return "";
	*how_well = match.score;
	return ((OffhookDialogIntent *)f->script->intents->pdata[match.index])->name;
}

static void
test_exact(Fixture *f, gconstpointer data)
{
	g_assert_cmpfloat(score(f, "what are your hours", "what are your hours", NULL), ==, 1.0);
	g_assert_cmpfloat(score(f, "what's [it] (a|b c)", "What is b c?", NULL), ==, 1.0);
	g_assert_cmpfloat(score(f, "for <people> [people]", "for 4 people", NULL), ==, 1.0);
	g_assert_cmpfloat(score(f, "how are you", "how are you", NULL), ==, 1.0);
}

/* The more is different, the less it fits; never as well as word for word. */
static void
test_order_of_scores(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {
	    "can i book a table for two",
	    "um can i book a table for two please",
	    "can i please possibly book a table for two",
	    "book table two",
	    "table for somebody",
	    "something else entirely",
	};
	double last = 1.1;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		double now =
		    score(f, "(can i|could i) book a table [for <people>]", texts[i], NULL);

		g_test_message("%s: %.3f", texts[i], now);
		g_assert_cmpfloat(now, <, last);
		last = now;
	}
	g_assert_cmpfloat(last, ==, 0.0);
}

static void
test_values(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogMatch) match = {.index = -1};

	score(f, "table for <people> [people] [on] <day> [at <time>]",
	      "table for four people friday at half past seven", &match);
	g_assert_cmpfloat(match.score, ==, 1.0);
	g_assert_cmpuint(g_hash_table_size(match.values), ==, 3);
	g_assert_cmpstr(g_hash_table_lookup(match.values, "people"), ==, "4");
	g_assert_cmpstr(g_hash_table_lookup(match.values, "day"), ==, "2026-11-27");
	g_assert_cmpstr(g_hash_table_lookup(match.values, "time"), ==, "19:30");
}

/* "seven" of "seven thirty" is not the number of guests. */
static void
test_number_in_time(Fixture *f, gconstpointer data)
{
	g_auto(OffhookDialogMatch) match = {.index = -1};

	score(f, "a table [for <people>] [at <time>]", "a table for seven thirty", &match);
	g_assert_false(g_hash_table_contains(match.values, "people"));
}

static void
test_few_small_words(Fixture *f, gconstpointer data)
{
	g_assert_cmpfloat(score(f, "can you tell me where you are", "can you do it", NULL), ==,
			  0.0);
	g_assert_cmpfloat(score(f, "where are you", "", NULL), ==, 0.0);
	g_assert_cmpfloat(score(f, "where are you", "um", NULL), ==, 0.0);
}

/* Every example is in the grammar, word for word: recognisers will be given no other. */
static void
test_examples(Fixture *f, gconstpointer data)
{
	guint n = 0;

	for (guint i = 0; i < f->script->intents->len; i++) {
		const OffhookDialogIntent *intent = f->script->intents->pdata[i];

		for (guint j = 0; intent->examples[j] != NULL; j++, n++) {
			double how_well = 0.0;

			g_test_message("%s", intent->examples[j]);
			g_assert_cmpstr(find(f, intent->examples[j], &how_well), ==, intent->name);
			g_assert_cmpfloat(how_well, ==, 1.0);
		}
	}
	g_assert_cmpuint(n, >=, 20);
}

/* What people say who do not know the phrases. */
static void
test_free_words(Fixture *f, gconstpointer data)
{
	static const struct {
		const char *text;
		const char *intent;
	} cases[] = {
	    {"hello um I was wondering if I could maybe get a table for friday evening", "booking"},
	    {"Friday at seven for two please, can I reserve a table", "booking"},
	    {"we would like to book a table", "booking"},
	    {"i want a reservation", "booking"},
	    {"a table", "booking"},
	    {"hi, could you please tell me what your opening hours are?", "opening-hours"},
	    {"opening hours", "opening-hours"},
	    {"at what time do you guys close on Saturday", "opening-hours"},
	    {"so are you open tomorrow or not", "opening-hours"},
	    {"human please", "human"},
	    {"let me talk to a real person right now", "human"},
	    {"I need to speak to the manager", "human"},
	    {"where exactly are you located", "address"},
	    {"address", "address"},
	    {"what was your address again", "address"},
	    {"thank you very much, bye bye", "goodbye"},
	    {"okay that's all, thanks", "goodbye"},
	    {"what can I ask you", "help"},
	    {"sorry could you repeat that", "repeat"},
	    {"oh never mind then", "cancel"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		double how_well = 0.0;
		const char *intent = find(f, cases[i].text, &how_well);

		g_test_message("%s: %s %.2f", cases[i].text, intent, how_well);
		g_assert_cmpstr(intent, ==, cases[i].intent);
	}
}

static void
test_off_topic(Fixture *f, gconstpointer data)
{
	static const char *const texts[] = {
	    "the weather is lovely today",
	    "what time is it",
	    "where is the nearest hospital",
	    "can you book me a flight to paris",
	    "play some jazz music",
	    "i need a doctor",
	    "what is the capital of france",
	    "how do i fix my bicycle",
	    "tell me a joke",
	    "when is my birthday",
	    "do you like football",
	    "i want to order a pizza",
	    "how old are you",
	    "my car needs new tires tomorrow",
	    "can i pay by credit card",
	    "who won the game on sunday",
	    "are you a robot",
	    "we had dinner with five friends on friday",
	    "turn off the lights in the kitchen",
	    "the train leaves at eight thirty",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		double how_well = 0.0;

		g_assert_cmpstr(find(f, texts[i], &how_well), ==, "");
	}
}

/* The longest utterance against all phrases: milliseconds, not seconds. */
static void
test_time_it_takes(Fixture *f, gconstpointer data)
{
	GString *text = g_string_new(NULL);
	gint64 start;
	double how_well = 0.0;

	for (guint i = 0; i < 1000; i++)
		g_string_append(text, "can i book a table for four at seven ");
	start = g_get_monotonic_time();
	find(f, text->str, &how_well);
	g_test_message("%" G_GINT64_FORMAT " us", g_get_monotonic_time() - start);
	/* Milliseconds; what grew with a power of the length would take minutes. */
	g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
	g_string_free(text, TRUE);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/dialog/matcher/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("exact", test_exact);
	ADD("order-of-scores", test_order_of_scores);
	ADD("values", test_values);
	ADD("number-in-time", test_number_in_time);
	ADD("few-small-words", test_few_small_words);
	ADD("examples", test_examples);
	ADD("free-words", test_free_words);
	ADD("off-topic", test_off_topic);
	ADD("time-it-takes", test_time_it_takes);
	return g_test_run();
}
