/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What agents say in the language of the call. */

#include "../language-phrases.h"

#include <string.h>

static void
test_phrases(void)
{
	static const char *const languages[] = {"en", "de", "fr", "es"};

	for (guint i = 0; i < G_N_ELEMENTS(languages); i++)
		for (guint k = 0; k < OFFHOOK_N_PHRASES; k++)
			g_assert_nonnull(offhook_language_phrases_get(languages[i], k));
	g_assert_cmpstr(offhook_language_phrases_get("DE_at", OFFHOOK_PHRASE_GOODBYE), ==,
			"Auf Wiederhören!");
	g_assert_cmpstr(offhook_language_phrases_get("deu", OFFHOOK_PHRASE_GOODBYE), ==,
			"Goodbye!");
	g_assert_cmpstr(offhook_language_phrases_get(NULL, OFFHOOK_PHRASE_GOODBYE), ==, "Goodbye!");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/language/phrases/get", test_phrases);
	return g_test_run();
}
