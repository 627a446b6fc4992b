/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is found in what callers say. It is Monday, 23 November 2026, three in the afternoon. */

#include "../input-entities.h"

#include "language-words.h"

/* "type value, type value" */
static char *
find(OffhookLanguage language, const char *text)
{
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
	g_auto(GStrv) words =
	    offhook_language_words_split_in(offhook_language_get_code(language), text);
	g_autoptr(GPtrArray) entities =
	    offhook_input_entities_find(language, text, (const char *const *)words, now);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < entities->len; i++) {
		const OffhookInputEntity *entity = g_ptr_array_index(entities, i);

		g_assert_true(g_utf8_validate(entity->value, -1, NULL));
		g_assert_true(g_utf8_validate(entity->text, -1, NULL));
		g_string_append_printf(out, "%s%s %s", i > 0 ? ", " : "",
				       offhook_input_entity_get_name(entity->type), entity->value);
	}
	return g_string_free(out, FALSE);
}

typedef struct {
	const char *text;
	const char *found;
} Row;

static void
check(OffhookLanguage language, const Row *rows)
{
	for (guint i = 0; rows[i].text != NULL; i++) {
		g_autofree char *found = find(language, rows[i].text);

		if (!g_str_equal(found, rows[i].found))
			g_test_message("in \"%s\"", rows[i].text);
		g_assert_cmpstr(found, ==, rows[i].found);
	}
}

static void
test_english(void)
{
	static const Row rows[] = {
	    {"a table for four people", "number 4"},
	    {"the one by the window", ""},
	    {"one", "number 1"},
	    {"two hundred and five", "number 205"},
	    {"my number is oh one five double five oh one oh oh", "phone 015550100"},
	    {"you can call +15550100 or so", "phone +15550100"},
	    {"customer four seven one one", "number 4711"},
	    {"half past seven tomorrow", "time 19:30, date 2026-11-24"},
	    {"at seven on friday", "time 19:00, date 2026-11-27"},
	    {"at seven people", "number 7"},
	    {"nineteen thirty please", "time 19:30"},
	    {"on the fourth of december", "date 2026-12-04"},
	    {"it was fifty dollars", "money 50 USD"},
	    {"twelve euros and fifty cents", "money 12.50 EUR"},
	    {"you charged me $50", "money 50 USD"},
	    {"my name is bob miller and i want a table", "name Bob Miller"},
	    {"my name is bob, b o b", "name Bob, spelled BOB"},
	    {"A as in alpha double u b as in boy", "spelled AWB"},
	    {"papa echo tango echo romeo", "spelled PETER"},
	    {"my email is bob at example dot com", "email bob@example.com"},
	    {"it is bob dot miller seven at mail dot example dot com thanks",
	     "email bob.miller7@mail.example.com"},
	    {"b o b at example dot com", "email bob@example.com"},
	    {"write to bob@example.com.", "email bob@example.com"},
	    {"meet me at the dot com office", ""},
	    {"i am at home", ""},
	    {"", ""},
	    {NULL},
	};

	check(OFFHOOK_LANGUAGE_EN, rows);
}

static void
test_german(void)
{
	static const Row rows[] = {
	    {"einen tisch für fünfundzwanzig personen", "number 25"},
	    {"um halb acht", "time 19:30"},
	    {"viertel nach sieben", "time 19:15"},
	    {"um neunzehn uhr dreißig", "time 19:30"},
	    {"morgen um acht", "date 2026-11-24, time 08:00"},
	    {"guten morgen", ""},
	    {"am vierten dezember", "date 2026-12-04"},
	    {"am Freitag", "date 2026-11-27"},
	    {"zwölf euro fünfzig", "money 12.50 EUR"},
	    {"tausendzweihundertdrei", "number 1203"},
	    {"null eins sieben null vier fünf sechs acht", "phone 01704568"},
	    {"mein name ist Jörg Müller und ich", "name Jörg Müller"},
	    {"bob punkt maier at example punkt de", "email bob.maier@example.de"},
	    {"M wie Martha A wie Anton Y wie Ypsilon", "spelled MAY"},
	    {NULL},
	};

	check(OFFHOOK_LANGUAGE_DE, rows);
}

static void
test_french(void)
{
	static const Row rows[] = {
	    {"une table pour quatre personnes", "number 4"},
	    {"quatre-vingt-dix-sept", "number 97"},
	    {"soixante et onze", "number 71"},
	    {"deux cents", "number 200"},
	    {"mille neuf cent", "number 1900"},
	    {"à dix-neuf heures trente", "time 19:30"},
	    {"à sept heures et demie", "time 19:30"},
	    {"demain à midi", "date 2026-11-24, time 12:00"},
	    {"le quatre décembre", "date 2026-12-04"},
	    {"vingt euros", "money 20 EUR"},
	    {"zéro six douze trente-quatre cinquante-six", "phone 06123456"},
	    {"je m'appelle Zoé Durand", "name Zoé Durand"},
	    {"zoe point durand arobase example point fr", "email zoe.durand@example.fr"},
	    {NULL},
	};

	check(OFFHOOK_LANGUAGE_FR, rows);
}

static void
test_spanish(void)
{
	static const Row rows[] = {
	    {"una mesa para cuatro personas", "number 4"},
	    {"treinta y cinco", "number 35"},
	    {"doscientos cinco", "number 205"},
	    {"dos mil", "number 2000"},
	    {"a las siete y media", "time 19:30"},
	    {"a las ocho menos cuarto de la tarde", "time 19:45"},
	    {"mañana a las siete", "date 2026-11-24, time 19:00"},
	    {"el cuatro de diciembre", "date 2026-12-04"},
	    {"veinte euros", "money 20 EUR"},
	    {"seis uno dos tres cuatro cinco seis siete ocho", "phone 612345678"},
	    {"me llamo Iñigo Peña", "name Iñigo Peña"},
	    {"pepe arroba example punto es", "email pepe@example.es"},
	    {NULL},
	};

	check(OFFHOOK_LANGUAGE_ES, rows);
}

/* However much is said. */
static void
test_limit(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 15, 0, 0);
	g_autoptr(GPtrArray) entities = NULL;
	g_auto(GStrv) words = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append(text, "four people and ");
	words = offhook_language_words_split(text->str);
	entities = offhook_input_entities_find(OFFHOOK_LANGUAGE_EN, text->str,
					       (const char *const *)words, now);
	g_assert_cmpuint(entities->len, ==, OFFHOOK_INPUT_MAX_ENTITIES);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/input/entities/english", test_english);
	g_test_add_func("/input/entities/german", test_german);
	g_test_add_func("/input/entities/french", test_french);
	g_test_add_func("/input/entities/spanish", test_spanish);
	g_test_add_func("/input/entities/limit", test_limit);
	return g_test_run();
}
