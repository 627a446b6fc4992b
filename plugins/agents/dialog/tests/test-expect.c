/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What recognisers are told to expect: it follows the notation, every slot is there, and whatever
 * a recogniser that keeps to it can return is understood.
 */

#include "../dialog-pattern.h"
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

/* Every phrase and value is in the notation, and each slot in them is given. */
static void
assert_complete(OffhookExpectation *expectation)
{
	const char *const *slots = offhook_expectation_get_slots(expectation);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	const char *const *phrases = offhook_expectation_get_phrases(expectation);

	for (guint i = 0; phrases[i] != NULL; i++)
		g_ptr_array_add(all, (gpointer)phrases[i]);
	for (guint i = 0; slots[i] != NULL; i++) {
		const char *const *values =
		    offhook_expectation_get_slot_values(expectation, slots[i]);

		g_assert_nonnull(values[0]);
		for (guint j = 0; values[j] != NULL; j++)
			g_ptr_array_add(all, (gpointer)values[j]);
	}
	for (guint i = 0; i < all->len; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookDialogPattern) pattern =
		    offhook_dialog_pattern_new(all->pdata[i], &error);
		const char *const *used;

		g_assert_no_error(error);
		used = offhook_dialog_pattern_get_slots(pattern);
		for (guint j = 0; used[j] != NULL; j++)
			g_assert_nonnull(offhook_expectation_get_slot_values(expectation, used[j]));
	}
}

static void
assert_expects(Fixture *f, OffhookExpectationKind kind, guint min, guint max)
{
	g_autoptr(OffhookExpectation) expectation = offhook_dialog_talk_expect(f->talk);
	guint got_min, got_max;

	offhook_expectation_get_digits(expectation, &got_min, &got_max);
	g_assert_cmpint(offhook_expectation_get_kind(expectation), ==, kind);
	g_assert_cmpuint(got_min, ==, min);
	g_assert_cmpuint(got_max, ==, max);
	assert_complete(expectation);
}

/* The questions of a booking, one after another. */
static void
test_kinds(Fixture *f, gconstpointer data)
{
	assert_expects(f, OFFHOOK_EXPECT_OPEN, 1, 1);
	g_free(sample_ask(f->talk, "where are you located"));
	assert_expects(f, OFFHOOK_EXPECT_YES_NO, 1, 1); /* anything else? */
	g_free(sample_ask(f->talk, "book a table"));
	assert_expects(f, OFFHOOK_EXPECT_OPEN, 1, 2); /* how many? */
	g_free(sample_ask(f->talk, "two"));
	assert_expects(f, OFFHOOK_EXPECT_OPEN, 1, 1); /* which day? */
	g_free(sample_ask(f->talk, "friday"));
	assert_expects(f, OFFHOOK_EXPECT_OPEN, 1, 4); /* what time? */
	g_free(sample_ask(f->talk, "eight"));
	assert_expects(f, OFFHOOK_EXPECT_YES_NO, 1, 1); /* is that right? */
	g_free(sample_ask(f->talk, "no"));
	assert_expects(f, OFFHOOK_EXPECT_OPEN, 1, 1); /* what is wrong? */
}

static void
test_kinds_of_slots(Fixture *f, gconstpointer data)
{
	static const char text[] =
	    "{\"format\": 1, \"name\": \"x\", \"slots\": {\"code\": {\"type\": \"digits\", "
	    "\"min\": "
	    "4, \"max\": 6}, \"agree\": {\"type\": \"yes_no\"}, \"meal\": {\"type\": \"list\", "
	    "\"values\": [{\"value\": \"fish\", \"key\": \"1\", \"phrases\": [\"fish\"]}]}}, "
	    "\"intents\": "
	    "[{\"name\": \"a\", \"phrases\": [\"good day\"], \"form\": \"f\"}], \"forms\": {\"f\": "
	    "{\"fields\": [{\"slot\": \"code\", \"ask\": \"Code?\"}, {\"slot\": \"agree\", "
	    "\"ask\": "
	    "\"Yes?\"}, {\"slot\": \"meal\", \"ask\": \"Meal?\"}], \"answers\": \"x\"}}}";
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookDialogScript) script =
	    offhook_dialog_script_parse(text, sizeof text - 1, "test.json", &error);

	g_assert_no_error(error);
	offhook_dialog_talk_free(f->talk);
	f->talk = offhook_dialog_talk_new(script, NULL, NULL, 0);
	g_free(sample_ask(f->talk, "good day"));
	assert_expects(f, OFFHOOK_EXPECT_DIGITS, 4, 6);
	g_free(sample_ask(f->talk, "one two three four"));
	assert_expects(f, OFFHOOK_EXPECT_YES_NO, 1, 1);
	g_free(sample_ask(f->talk, "yes"));
	assert_expects(f, OFFHOOK_EXPECT_CHOICE, 1, 1);
}

/* One thing that the node can be, chosen by @random. */
static void
speak_node(OffhookExpectation *expectation, const OffhookDialogNode *node, GRand *random,
	   GString *out)
{
	switch (node->kind) {
	case OFFHOOK_DIALOG_NODE_WORD:
		g_string_append_printf(out, "%s ", node->text);
		break;
	case OFFHOOK_DIALOG_NODE_SLOT: {
		const char *const *values =
		    offhook_expectation_get_slot_values(expectation, node->text);
		guint n = g_strv_length((char **)values);
		g_autoptr(OffhookDialogPattern) value =
		    offhook_dialog_pattern_new(values[g_rand_int_range(random, 0, (gint)n)], NULL);

		speak_node(expectation, offhook_dialog_pattern_get_root(value), random, out);
		break;
	}
	case OFFHOOK_DIALOG_NODE_ALL:
		for (guint i = 0; i < node->children->len; i++)
			speak_node(expectation, node->children->pdata[i], random, out);
		break;
	case OFFHOOK_DIALOG_NODE_ANY:
		speak_node(
		    expectation,
		    node->children->pdata[g_rand_int_range(random, 0, (gint)node->children->len)],
		    random, out);
		break;
	case OFFHOOK_DIALOG_NODE_OPTION:
		if (g_rand_boolean(random))
			speak_node(expectation, node->children->pdata[0], random, out);
		break;
	}
}

/* Whatever the grammar can produce, in whatever state, is understood. */
static void
test_grammar_is_understood(Fixture *f, gconstpointer data)
{
	/* words that lead to each of the questions */
	static const char *const ways[][5] = {
	    {NULL},
	    {"where are you located", NULL},
	    {"book a table", NULL},
	    {"book a table", "two", NULL},
	    {"book a table", "two", "friday", NULL},
	    {"book a table", "two", "friday", "eight", NULL},
	};
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	for (guint i = 0; i < G_N_ELEMENTS(ways) * 150; i++) {
		g_autoptr(OffhookDialogTalk) talk =
		    offhook_dialog_talk_new(f->script, NULL, NULL, 0);
		g_autoptr(OffhookExpectation) expectation = NULL;
		g_autoptr(OffhookDialogPattern) phrase = NULL;
		g_autoptr(GString) text = g_string_new(NULL);
		g_auto(OffhookDialogOutput) output = {0};
		const char *const *phrases;
		guint n;

		for (guint j = 0; ways[i % G_N_ELEMENTS(ways)][j] != NULL; j++)
			g_free(sample_ask(talk, ways[i % G_N_ELEMENTS(ways)][j]));
		expectation = offhook_dialog_talk_expect(talk);
		phrases = offhook_expectation_get_phrases(expectation);
		n = g_strv_length((char **)phrases);
		phrase =
		    offhook_dialog_pattern_new(phrases[g_rand_int_range(random, 0, (gint)n)], NULL);
		speak_node(expectation, offhook_dialog_pattern_get_root(phrase), random, text);
		sample_turn(talk, OFFHOOK_TURN_MESSAGE, text->str, 1.0, 0, &output);
		if (strstr(output.say, "Sorry, I didn't") != NULL)
			sample_assert_said(text->str, output.say, "something better", __LINE__);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/dialog/expect/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("kinds", test_kinds);
	ADD("kinds-of-slots", test_kinds_of_slots);
	ADD("grammar-is-understood", test_grammar_is_understood);
	return g_test_run();
}
