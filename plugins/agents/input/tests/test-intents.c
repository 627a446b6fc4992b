/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What callers want, by the built-in rules and by more. */

#include "../input-intents.h"

#include "language-detect.h"
#include "language-words.h"

#include "harness.h"
#include <offhook/error.h>

static OffhookInputIntents *
make(const char *file, const char *text)
{
	g_autoptr(GError) error = NULL;
	OffhookInputIntents *intents = offhook_input_intents_new(file, text, &error);

	g_assert_no_error(error);
	return intents;
}

static const char *
find(OffhookInputIntents *intents, OffhookLanguage language, const char *text, double *confidence)
{
	g_auto(GStrv) words =
	    offhook_language_words_split_in(offhook_language_get_code(language), text);

	return offhook_input_intents_find(intents, language, (const char *const *)words,
					  confidence);
}

static void
assert_intent(OffhookInputIntents *intents, OffhookLanguage language, const char *text,
	      const char *expected)
{
	double confidence = -1;
	const char *found = find(intents, language, text, &confidence);

	if (!g_str_equal(found, expected))
		g_test_message("\"%s\"", text);
	g_assert_cmpstr(found, ==, expected);
	g_assert_true(confidence > 0.0 && confidence <= 1.0);
}

static void
test_built_in(void)
{
	static const struct {
		OffhookLanguage language;
		const char *text;
		const char *intent;
	} rows[] = {
	    {OFFHOOK_LANGUAGE_EN, "hello", "greeting"},
	    {OFFHOOK_LANGUAGE_EN, "hello i'd like to book a table", "booking"},
	    {OFFHOOK_LANGUAGE_EN, "could you book us a nice table for two", "booking"},
	    {OFFHOOK_LANGUAGE_EN, "okay thank you bye bye", "goodbye"},
	    {OFFHOOK_LANGUAGE_EN, "yes please", "yes"},
	    {OFFHOOK_LANGUAGE_EN, "no thank you", "no"},
	    {OFFHOOK_LANGUAGE_EN, "sorry can you say that again", "repeat"},
	    {OFFHOOK_LANGUAGE_EN, "i want to speak to a real person", "human"},
	    {OFFHOOK_LANGUAGE_EN, "help me", "help"},
	    {OFFHOOK_LANGUAGE_EN, "i have to cancel my appointment", "cancel"},
	    {OFFHOOK_LANGUAGE_EN, "when do you open on sundays", "hours"},
	    {OFFHOOK_LANGUAGE_EN, "how much does it cost", "price"},
	    {OFFHOOK_LANGUAGE_EN, "it doesn't work and i want my money back", "complaint"},
	    {OFFHOOK_LANGUAGE_EN, "the green one by the window", "unknown"},
	    {OFFHOOK_LANGUAGE_EN, "", "unknown"},
	    {OFFHOOK_LANGUAGE_DE, "guten tag ich möchte einen tisch reservieren", "booking"},
	    {OFFHOOK_LANGUAGE_DE, "wann haben sie am sonntag geöffnet", "hours"},
	    {OFFHOOK_LANGUAGE_DE, "was kostet das", "price"},
	    {OFFHOOK_LANGUAGE_DE, "ich möchte mit einem menschen sprechen", "human"},
	    {OFFHOOK_LANGUAGE_DE, "ja gerne", "yes"},
	    {OFFHOOK_LANGUAGE_DE, "auf wiederhören", "goodbye"},
	    {OFFHOOK_LANGUAGE_FR, "je voudrais réserver une table", "booking"},
	    {OFFHOOK_LANGUAGE_FR, "combien ça coûte", "price"},
	    {OFFHOOK_LANGUAGE_FR, "je veux parler à quelqu'un", "human"},
	    {OFFHOOK_LANGUAGE_FR, "non merci", "no"},
	    {OFFHOOK_LANGUAGE_ES, "quería reservar una mesa", "booking"},
	    {OFFHOOK_LANGUAGE_ES, "a qué hora abren los domingos", "hours"},
	    {OFFHOOK_LANGUAGE_ES, "quiero hablar con una persona", "human"},
	    {OFFHOOK_LANGUAGE_ES, "sí por favor", "yes"},
	};
	g_autoptr(OffhookInputIntents) intents = make(NULL, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_intent(intents, rows[i].language, rows[i].text, rows[i].intent);
}

/* The more of what was said belongs to it, the surer. */
static void
test_confidence(void)
{
	g_autoptr(OffhookInputIntents) intents = make(NULL, NULL);
	double brief = 0, middling = 0, vague = 0;

	find(intents, OFFHOOK_LANGUAGE_EN, "opening hours", &brief);
	find(intents, OFFHOOK_LANGUAGE_EN,
	     "could you tell me what your opening hours are on christmas", &middling);
	find(intents, OFFHOOK_LANGUAGE_EN, "the green one", &vague);
	g_assert_cmpfloat(brief, >, middling);
	g_assert_cmpfloat(middling, >, 0.6);
	g_assert_cmpfloat(vague, <, 0.5);
}

static void
test_text(void)
{
	g_autoptr(OffhookInputIntents) intents =
	    make(NULL, "delivery: where ... parcel | track*; hours: lunch time;");

	assert_intent(intents, OFFHOOK_LANGUAGE_EN, "where is my parcel", "delivery");
	assert_intent(intents, OFFHOOK_LANGUAGE_EN, "where is what I ordered, the parcel, now",
		      "delivery");
	assert_intent(intents, OFFHOOK_LANGUAGE_EN, "i need the tracking number", "delivery");
	assert_intent(intents, OFFHOOK_LANGUAGE_DE, "tracking", "delivery");
	assert_intent(intents, OFFHOOK_LANGUAGE_EN, "when is lunch time", "hours");
	g_assert_true(offhook_input_intents_has(intents, "delivery"));
	g_assert_false(offhook_input_intents_has(intents, "refund"));
}

static void
test_file(void)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"intents\": {}}",
	    "{\"intents\": [7]}",
	    "{\"intents\": [{\"name\": \"a\"}]}",
	    "{\"intents\": [{\"patterns\": [\"a\"]}]}",
	    "{\"intents\": [{\"name\": 7, \"patterns\": [\"a\"]}]}",
	    "{\"intents\": [{\"name\": \"a\", \"patterns\": [7]}]}",
	    "{\"intents\": [{\"name\": \"a\", \"patterns\": [\"...\"]}]}",
	    "{\"intents\": [{\"name\": \"A b\", \"patterns\": [\"a\"]}]}",
	};
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "intents.json", NULL);
	g_autoptr(OffhookInputIntents) intents = NULL;

	g_assert_true(g_file_set_contents(path,
					  "{\"intents\": [{\"name\": \"refund\", \"language\": "
					  "\"de\", \"patterns\": [\"geld ... wieder\"]}]}",
					  -1, NULL));
	intents = make(path, NULL);
	assert_intent(intents, OFFHOOK_LANGUAGE_DE, "ich will mein geld sofort wieder", "refund");
	assert_intent(intents, OFFHOOK_LANGUAGE_EN, "geld wieder", "unknown");
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_true(g_file_set_contents(path, bad[i], -1, NULL));
		g_assert_null(offhook_input_intents_new(path, NULL, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
	harness_remove_dir(dir);
}

static gboolean
is_side_talk(OffhookLanguage language, const char *text)
{
	g_autoptr(OffhookInputIntents) intents = make(NULL, NULL);
	g_auto(GStrv) words =
	    offhook_language_words_split_in(offhook_language_get_code(language), text);

	return offhook_input_intents_is_side_talk(intents, language, (const char *const *)words);
}

static void
test_side_talk(void)
{
	g_assert_true(is_side_talk(OFFHOOK_LANGUAGE_EN, "hang on, I'm on the phone"));
	g_assert_true(is_side_talk(OFFHOOK_LANGUAGE_DE, "ich bin am Telefon"));
	g_assert_false(is_side_talk(OFFHOOK_LANGUAGE_EN, "hang on"));
	g_assert_false(is_side_talk(OFFHOOK_LANGUAGE_EN, "my phone does not work"));
}

static void
test_language(void)
{
	static const struct {
		const char *text;
		OffhookLanguage usual;
		OffhookLanguage found;
	} rows[] = {
	    {"i would like to book a table", OFFHOOK_LANGUAGE_DE, OFFHOOK_LANGUAGE_EN},
	    {"ich möchte einen tisch für vier", OFFHOOK_LANGUAGE_EN, OFFHOOK_LANGUAGE_DE},
	    {"je voudrais une table s'il vous plaît", OFFHOOK_LANGUAGE_EN, OFFHOOK_LANGUAGE_FR},
	    {"quiero una mesa para cuatro por favor", OFFHOOK_LANGUAGE_EN, OFFHOOK_LANGUAGE_ES},
	    /* a word or two tell nothing */
	    {"okay merci", OFFHOOK_LANGUAGE_EN, OFFHOOK_LANGUAGE_EN},
	    {"", OFFHOOK_LANGUAGE_FR, OFFHOOK_LANGUAGE_FR},
	    {"yes", OFFHOOK_LANGUAGE_DE, OFFHOOK_LANGUAGE_DE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(offhook_language_detect(rows[i].text, rows[i].usual), ==,
				rows[i].found);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/input/intents/built-in", test_built_in);
	g_test_add_func("/input/intents/confidence", test_confidence);
	g_test_add_func("/input/intents/text", test_text);
	g_test_add_func("/input/intents/file", test_file);
	g_test_add_func("/input/intents/side-talk", test_side_talk);
	g_test_add_func("/input/intents/language", test_language);
	return g_test_run();
}
