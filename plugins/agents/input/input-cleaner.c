/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Works on the words as they are written, and compares them in lower case without punctuation. Pure
 * functions, any thread.
 */

#include "input-cleaner.h"

#include "language-numerals.h"
#include <string.h>

/* So many words may be begun again. */
#define OFFHOOK_INPUT_CLEANER_MAX_REPEAT 4

typedef struct {
	char *written;
	char *bare; /* for comparing; may be empty */
} OffhookInputWord;

static const char *const offhook_input_hesitations[][16] = {
    [OFFHOOK_LANGUAGE_EN] = {"um", "umm", "uh", "uhm", "uhh", "er", "erm", "hm", "hmm", "mm", "mmm",
			     "eh"},
    [OFFHOOK_LANGUAGE_DE] = {"äh", "ähm", "ähh", "öh", "öhm", "hm", "hmm", "mm", "ehm", "eh"},
    [OFFHOOK_LANGUAGE_FR] = {"euh", "heu", "hum", "hm", "hmm", "mm", "bah"},
    [OFFHOOK_LANGUAGE_ES] = {"eh", "ehm", "em", "emm", "mmm", "mm", "hm", "hmm"},
};

/* Said twice on purpose. */
static const char *const offhook_input_doubles[] = {
    "no", "yes",  "yeah", "bye",  "very", "really", "so",    "had",     "that", "hello", "please",
    "ja", "nein", "sehr", "ganz", "die",  "der",    "das",   "sie",     "oui",  "non",   "si",
    "sí", "très", "vous", "nous", "muy",  "hola",   "adiós", "tschüss", "blah", NULL,
};

static void
offhook_input_word_clear(gpointer data)
{
	OffhookInputWord *word = data;

	g_free(word->written);
	g_free(word->bare);
}

/* (transfer full) */
static char *
offhook_input_word_strip(const char *written)
{
	g_autofree char *lower = g_utf8_strdown(written, -1);
	GString *bare = g_string_new(NULL);

	for (const char *p = lower; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (g_unichar_isalnum(c) || c == '\'' || c == '-')
			g_string_append_unichar(bare, c);
	}
	return g_string_free(bare, FALSE);
}

/* (transfer full) (element-type OffhookInputWord) */
static GArray *
offhook_input_clean_split(const char *raw)
{
	g_auto(GStrv) parts = g_strsplit_set(raw, " \t\r\n", -1);
	GArray *words = g_array_new(FALSE, FALSE, sizeof(OffhookInputWord));

	g_array_set_clear_func(words, offhook_input_word_clear);
	for (guint i = 0; parts[i] != NULL && words->len < OFFHOOK_INPUT_MAX_WORDS; i++) {
		OffhookInputWord word;

		if (*parts[i] == '\0')
			continue;
		word.written = g_strdup(parts[i]);
		word.bare = offhook_input_word_strip(parts[i]);
		g_array_append_val(words, word);
	}
	return words;
}

static OffhookInputWord *
offhook_input_clean_at(GArray *words, guint i)
{
	return &g_array_index(words, OffhookInputWord, i);
}

static gboolean
offhook_input_clean_is_hesitation(OffhookLanguage language, const char *bare)
{
	const char *const *list = offhook_input_hesitations[language];

	for (guint i = 0; i < G_N_ELEMENTS(offhook_input_hesitations[0]) && list[i] != NULL; i++) {
		if (g_str_equal(list[i], bare))
			return TRUE;
	}
	return FALSE;
}

static void
offhook_input_clean_drop(OffhookLanguage language, GArray *words)
{
	for (guint i = words->len; i > 0; i--) {
		const char *bare = offhook_input_clean_at(words, i - 1)->bare;
		gsize length = strlen(bare);

		if (offhook_input_clean_is_hesitation(language, bare) ||
		    (length > 1 && bare[length - 1] == '-'))
			g_array_remove_index(words, i - 1);
	}
}

/* One of the digits that somebody dictates? "une" is an article. */
static gboolean
offhook_input_clean_is_number(OffhookLanguage language, const char *bare)
{
	static const char *const ones[] = {"one", "eins", "un", "uno", "1", NULL};
	const char *const words[] = {bare, NULL};
	guint number = 0;

	return offhook_language_numerals_read(language, words, &number) > 0 &&
	       (number != 1 || g_strv_contains(ones, bare));
}

/* Does it mean something to say it twice? Numbers, letters, "no no". */
static gboolean
offhook_input_clean_may_double(OffhookLanguage language, const char *bare)
{
	return g_utf8_strlen(bare, -1) <= 1 || g_strv_contains(offhook_input_doubles, bare) ||
	       offhook_input_clean_is_number(language, bare);
}

/* Are the @n words from @at on those before them? */
static gboolean
offhook_input_clean_repeats(GArray *words, guint at, guint n)
{
	for (guint i = 0; i < n; i++) {
		const char *bare = offhook_input_clean_at(words, at + i)->bare;

		if (*bare == '\0' ||
		    !g_str_equal(bare, offhook_input_clean_at(words, at + n + i)->bare))
			return FALSE;
	}
	return TRUE;
}

/* "I want I want to", "I I want"; not "five five" or "b o o k". */
static gboolean
offhook_input_clean_is_restart(OffhookLanguage language, GArray *words, guint at, guint n)
{
	if (!offhook_input_clean_repeats(words, at, n))
		return FALSE;
	for (guint i = 0; i < n; i++) {
		const char *bare = offhook_input_clean_at(words, at + i)->bare;

		if (!offhook_input_clean_may_double(language, bare) ||
		    (language == OFFHOOK_LANGUAGE_EN && g_str_equal(bare, "i")))
			return TRUE;
	}
	return FALSE;
}

static void
offhook_input_clean_join(OffhookLanguage language, GArray *words, guint n)
{
	for (guint at = 0; at + 2 * n <= words->len;) {
		if (offhook_input_clean_is_restart(language, words, at, n))
			g_array_remove_range(words, at, n);
		else
			at++;
	}
}

char *
offhook_input_clean(OffhookLanguage language, const char *raw)
{
	g_autoptr(GArray) words = offhook_input_clean_split(raw);
	GString *text = g_string_new(NULL);

	offhook_input_clean_drop(language, words);
	for (guint n = OFFHOOK_INPUT_CLEANER_MAX_REPEAT; n > 0; n--)
		offhook_input_clean_join(language, words, n);
	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
				       offhook_input_clean_at(words, i)->written);
	return g_string_free(text, FALSE);
}
