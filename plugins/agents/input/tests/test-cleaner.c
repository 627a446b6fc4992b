/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is left of what was said. */

#include "../input-cleaner.h"

static void
test_clean(void)
{
	static const struct {
		OffhookLanguage language;
		const char *raw;
		const char *text;
	} rows[] = {
	    {OFFHOOK_LANGUAGE_EN, "um I'd like, uh, a table", "I'd like, a table"},
	    {OFFHOOK_LANGUAGE_EN, "I I want the the red one", "I want the red one"},
	    {OFFHOOK_LANGUAGE_EN, "I want to I want to book", "I want to book"},
	    {OFFHOOK_LANGUAGE_EN, "a tab- table for four", "a table for four"},
	    {OFFHOOK_LANGUAGE_EN, "no no that is very very good", "no no that is very very good"},
	    {OFFHOOK_LANGUAGE_EN, "five five five one", "five five five one"},
	    {OFFHOOK_LANGUAGE_EN, "b o o k", "b o o k"},
	    {OFFHOOK_LANGUAGE_EN, "Um.", ""},
	    {OFFHOOK_LANGUAGE_EN, "  a\ttable \n", "a table"},
	    {OFFHOOK_LANGUAGE_EN, "", ""},
	    {OFFHOOK_LANGUAGE_DE, "ähm ich möchte ich möchte einen Tisch",
	     "ich möchte einen Tisch"},
	    {OFFHOOK_LANGUAGE_DE, "zwei zwei drei", "zwei zwei drei"},
	    {OFFHOOK_LANGUAGE_DE, "er ist da", "er ist da"},
	    {OFFHOOK_LANGUAGE_FR, "euh je voudrais une une table", "je voudrais une table"},
	    {OFFHOOK_LANGUAGE_FR, "vous vous êtes trompé", "vous vous êtes trompé"},
	    {OFFHOOK_LANGUAGE_ES, "eh quería quería una mesa", "quería una mesa"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = offhook_input_clean(rows[i].language, rows[i].raw);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

/* Nothing is left to clean of what was cleaned. */
static void
test_twice(void)
{
	static const char *const texts[] = {"um um um I I I I w- want", "a b a b a b", "- -- ---"};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *once = offhook_input_clean(OFFHOOK_LANGUAGE_EN, texts[i]);
		g_autofree char *twice = offhook_input_clean(OFFHOOK_LANGUAGE_EN, once);

		g_assert_cmpstr(once, ==, twice);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/input/cleaner/clean", test_clean);
	g_test_add_func("/input/cleaner/twice", test_twice);
	return g_test_run();
}
