/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Slots: what they find in words and keys, how they speak, what they expect. */

#include "../dialog-slot.h"

#include "../dialog-pattern.h"
#include "language-words.h"
#include "language-yes-no.h"
#include "sample.h"

/* The longest reading at the first word as "value/length", with '!' when it is sure. */
static char *
read_first(const OffhookDialogSlot *slot, const char *text, guint at)
{
	g_auto(GStrv) words = offhook_language_words_split(text);
	g_autoptr(GDateTime) now = sample_make_now();
	g_autoptr(GArray) readings = offhook_dialog_readings_new();
	const OffhookDialogReading *first;

	offhook_dialog_slot_read(slot, (const char *const *)words, at, now, readings);
	if (readings->len == 0)
		return g_strdup("");
	first = &g_array_index(readings, OffhookDialogReading, 0);
	return g_strdup_printf("%s/%u%s", first->value, first->length, first->sure ? "!" : "");
}

#define assert_reads(slot, text, at, expected)                                                     \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *read_ = read_first((slot), (text), (at));                         \
		g_assert_cmpstr(read_, ==, (expected));                                            \
	}                                                                                          \
	G_STMT_END

static void
test_number(void)
{
	g_autoptr(OffhookDialogScript) script = sample_load();
	const OffhookDialogSlot *people = g_hash_table_lookup(script->slots, "people");

	assert_reads(people, "four", 0, "4/1");
	assert_reads(people, "four people", 0, "4/1!");
	assert_reads(people, "one person", 0, "1/1!");
	assert_reads(people, "four guests", 0, "4/1!");
	assert_reads(people, "four of us", 0, "4/1!");
	assert_reads(people, "for four", 1, "4/1!");
	assert_reads(people, "party of four", 2, "4/1!");
	assert_reads(people, "at four", 1, "4/1");
	assert_reads(people, "just me", 0, "1/2!");
	assert_reads(people, "forty people", 0, "40/1!");
	assert_reads(people, "people", 0, "");
	g_assert_true(offhook_dialog_slot_allows(people, "12"));
	g_assert_false(offhook_dialog_slot_allows(people, "13"));
	g_assert_false(offhook_dialog_slot_allows(people, "0"));
}

static void
test_time(void)
{
	g_autoptr(OffhookDialogScript) script = sample_load();
	const OffhookDialogSlot *time = g_hash_table_lookup(script->slots, "time");

	assert_reads(time, "eight", 0, "20:00/1");
	assert_reads(time, "at eight", 1, "20:00/1!");
	assert_reads(time, "around eight people", 1, "20:00/1");
	assert_reads(time, "half past eight", 0, "20:30/3!");
	g_assert_true(offhook_dialog_slot_allows(time, "22:00"));
	g_assert_false(offhook_dialog_slot_allows(time, "22:01"));
	g_assert_false(offhook_dialog_slot_allows(time, "11:59"));
}

static void
test_keys(void)
{
	static const struct {
		OffhookDialogSlotType type;
		const char *keys;
		const char *value;
	} cases[] = {
	    {OFFHOOK_DIALOG_SLOT_NUMBER, "4", "4"},
	    {OFFHOOK_DIALOG_SLOT_NUMBER, "04", "4"},
	    {OFFHOOK_DIALOG_SLOT_NUMBER, "99999", NULL},
	    {OFFHOOK_DIALOG_SLOT_NUMBER, "*", NULL},
	    {OFFHOOK_DIALOG_SLOT_NUMBER, "", NULL},
	    {OFFHOOK_DIALOG_SLOT_TIME, "1930", "19:30"},
	    {OFFHOOK_DIALOG_SLOT_TIME, "0730", "07:30"},
	    {OFFHOOK_DIALOG_SLOT_TIME, "730", "19:30"},
	    {OFFHOOK_DIALOG_SLOT_TIME, "7", "19:00"},
	    {OFFHOOK_DIALOG_SLOT_TIME, "1999", NULL},
	    {OFFHOOK_DIALOG_SLOT_TIME, "19300", NULL},
	    {OFFHOOK_DIALOG_SLOT_DIGITS, "00123", "00123"},
	    {OFFHOOK_DIALOG_SLOT_YES_NO, "1", "yes"},
	    {OFFHOOK_DIALOG_SLOT_YES_NO, "2", "no"},
	    {OFFHOOK_DIALOG_SLOT_YES_NO, "3", NULL},
	    {OFFHOOK_DIALOG_SLOT_DAY, "1", NULL},
	    {OFFHOOK_DIALOG_SLOT_LIST, "1", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(OffhookDialogSlot) slot = offhook_dialog_slot_new("x", cases[i].type);
		g_autofree char *value = NULL;

		slot->from = 0;
		slot->to = 1440;
		slot->max = 9999;
		value = offhook_dialog_slot_read_keys(slot, cases[i].keys);
		g_assert_cmpstr(value, ==, cases[i].value);
	}
}

static void
test_yes_no(void)
{
	static const struct {
		const char *text;
		gint answer; /* -1 for neither */
		guint length;
	} cases[] = {
	    {"yes", 1, 1},
	    {"yes please", 1, 2},
	    {"yeah sure", 1, 1},
	    {"that's right", 1, 3},
	    {"that's not right", 0, 3},
	    {"that is correct", 1, 3},
	    {"okay", 1, 1},
	    {"go ahead", 1, 2},
	    {"I do", 1, 2},
	    {"no", 0, 1},
	    {"no thanks", 0, 2},
	    {"nope", 0, 1},
	    {"not really", 0, 2},
	    {"don't", 0, 2},
	    {"maybe", -1, 0},
	    {"table", -1, 0},
	    {"", -1, 0},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) words = offhook_language_words_split(cases[i].text);
		gboolean yes = FALSE;
		guint length = offhook_language_yes_no_read("en", (const char *const *)words, &yes);

		g_assert_cmpuint(length, ==, cases[i].length);
		g_assert_cmpint(length > 0 ? yes : -1, ==, cases[i].answer);
	}
}

#define assert_speaks(slot, value, part, expected)                                                 \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autoptr(GDateTime) now_ = sample_make_now();                                     \
		g_autofree char *said_ = offhook_dialog_slot_speak((slot), (value), (part), now_); \
		g_assert_cmpstr(said_, ==, (expected));                                            \
	}                                                                                          \
	G_STMT_END

static void
test_speak(void)
{
	g_autoptr(OffhookDialogScript) script = sample_load();
	const OffhookDialogSlot *people = g_hash_table_lookup(script->slots, "people");
	const OffhookDialogSlot *day = g_hash_table_lookup(script->slots, "day");
	const OffhookDialogSlot *time = g_hash_table_lookup(script->slots, "time");
	g_autoptr(OffhookDialogSlot) digits =
	    offhook_dialog_slot_new("code", OFFHOOK_DIALOG_SLOT_DIGITS);

	assert_speaks(people, "4", NULL, "four");
	assert_speaks(people, "4", "count", "four people");
	assert_speaks(people, "1", "count", "one person");
	assert_speaks(people, "4", "value", "4");
	assert_speaks(day, "2026-11-27", NULL, "Friday");
	assert_speaks(day, "2026-11-27", "on", "on Friday");
	assert_speaks(day, "2026-11-24", "on", "tomorrow");
	assert_speaks(time, "19:30", NULL, "half past seven");
	assert_speaks(time, "19:30", "at", "at half past seven");
	assert_speaks(time, "19:30", "value", "19:30");
	assert_speaks(digits, "1203", NULL, "one two zero three");
}

/* All that an expectation lists for a slot is read as one of its values. */
static void
test_expected_is_read(void)
{
	g_autoptr(OffhookDialogScript) script = sample_load();
	const OffhookDialogSlot *people = g_hash_table_lookup(script->slots, "people");
	g_autoptr(OffhookExpectation) expectation = offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
	const char *const *values;
	guint n = 0;

	offhook_dialog_slot_add_to(people, expectation);
	values = offhook_expectation_get_slot_values(expectation, "people");
	for (; values[n] != NULL; n++) {
		g_autofree char *read = read_first(people, values[n], 0);

		g_assert_cmpstr(read, !=, "");
	}
	g_assert_cmpuint(n, ==, 12 + 4);
}

/* What recognisers are given of days and times follows the notation. */
static void
test_expected_is_notation(void)
{
	static const OffhookDialogSlotType types[] = {OFFHOOK_DIALOG_SLOT_DAY,
						      OFFHOOK_DIALOG_SLOT_TIME};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(OffhookDialogSlot) slot = offhook_dialog_slot_new("x", types[i]);
		g_autoptr(OffhookExpectation) expectation =
		    offhook_expectation_new(OFFHOOK_EXPECT_OPEN);
		const char *const *values;

		slot->to = 1440;
		slot->dates = TRUE;
		offhook_dialog_slot_add_to(slot, expectation);
		values = offhook_expectation_get_slot_values(expectation, "x");
		for (guint j = 0; values[j] != NULL; j++) {
			g_autoptr(GError) error = NULL;
			g_autoptr(OffhookDialogPattern) pattern =
			    offhook_dialog_pattern_new(values[j], &error);

			g_assert_no_error(error);
			g_assert_cmpstr(offhook_dialog_pattern_get_phrase(pattern), ==, values[j]);
		}
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialog/slot/number", test_number);
	g_test_add_func("/dialog/slot/time", test_time);
	g_test_add_func("/dialog/slot/keys", test_keys);
	g_test_add_func("/dialog/slot/yes-no", test_yes_no);
	g_test_add_func("/dialog/slot/speak", test_speak);
	g_test_add_func("/dialog/slot/expected-is-read", test_expected_is_read);
	g_test_add_func("/dialog/slot/expected-is-notation", test_expected_is_notation);
	return g_test_run();
}
