/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Slots: finding their values in words and keys. How values are spoken and expected is in
 * dialog-slot-speak.c. Pure, any thread.
 */

#include "dialog-slot.h"

#include "dialog-pattern.h"
#include "language-time.h"
#include "language-words.h"
#include "language-yes-no.h"
#include <string.h>

OffhookDialogSlot *
offhook_dialog_slot_new(const char *name, OffhookDialogSlotType type)
{
	OffhookDialogSlot *self = g_new0(OffhookDialogSlot, 1);

	self->name = g_strdup(name);
	self->type = type;
	self->values =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_dialog_slot_value_free);
	return self;
}

void
offhook_dialog_slot_free(OffhookDialogSlot *self)
{
	if (self == NULL)
		return;
	g_free(self->name);
	g_free(self->unit_one);
	g_free(self->unit_many);
	g_ptr_array_unref(self->values);
	g_free(self);
}

OffhookDialogSlotValue *
offhook_dialog_slot_value_new(void)
{
	OffhookDialogSlotValue *value = g_new0(OffhookDialogSlotValue, 1);

	value->patterns =
	    g_ptr_array_new_with_free_func((GDestroyNotify)offhook_dialog_pattern_free);
	return value;
}

void
offhook_dialog_slot_value_free(OffhookDialogSlotValue *value)
{
	if (value == NULL)
		return;
	g_free(value->value);
	g_free(value->say);
	g_free(value->key);
	g_ptr_array_unref(value->patterns);
	g_free(value);
}

static void
offhook_dialog_reading_clear(gpointer data)
{
	OffhookDialogReading *reading = data;

	g_clear_pointer(&reading->value, g_free);
}

GArray *
offhook_dialog_readings_new(void)
{
	GArray *readings = g_array_new(FALSE, TRUE, sizeof(OffhookDialogReading));

	g_array_set_clear_func(readings, offhook_dialog_reading_clear);
	return readings;
}

/* @value: (transfer full) */
static void
offhook_dialog_readings_add(GArray *readings, guint length, char *value, gboolean sure)
{
	OffhookDialogReading reading = {.length = length, .value = value, .sure = sure};

	g_array_append_val(readings, reading);
}

/* Values with words of their own. */
static gboolean
offhook_dialog_slot_read_values(const OffhookDialogSlot *self, const char *const *words,
				GArray *readings)
{
	const OffhookDialogSlotValue *best = NULL;
	guint longest = 0;

	for (guint i = 0; i < self->values->len; i++) {
		const OffhookDialogSlotValue *value = self->values->pdata[i];

		for (guint j = 0; j < value->patterns->len; j++) {
			guint length =
			    offhook_dialog_pattern_read(value->patterns->pdata[j], words);

			if (length > longest) {
				longest = length;
				best = value;
			}
		}
	}
	if (best != NULL)
		offhook_dialog_readings_add(readings, longest, g_strdup(best->value), TRUE);
	return best != NULL;
}

static gboolean
offhook_dialog_slot_is_unit(const OffhookDialogSlot *self, const char *word)
{
	static const char *const people[] = {"person", "persons", "people", "guests", NULL};

	if (word == NULL)
		return FALSE;
	if (g_strcmp0(word, self->unit_one) == 0 || g_strcmp0(word, self->unit_many) == 0)
		return TRUE;
	return g_strcmp0(self->unit_many, "people") == 0 && g_strv_contains(people, word);
}

static void
offhook_dialog_slot_read_number(const OffhookDialogSlot *self, const char *const *words, guint at,
				GArray *readings)
{
	static const char *const cues[] = {"for", "are", "be", NULL};
	guint number = 0;
	guint length = offhook_language_words_read_number(words + at, &number);
	const char *before = at > 0 ? words[at - 1] : NULL;
	const char *after;
	gboolean sure;

	if (length == 0)
		return;
	after = words[at + length];
	sure = offhook_dialog_slot_is_unit(self, after) ||
	       (before != NULL && g_strv_contains(cues, before)) ||
	       (g_strcmp0(after, "of") == 0 && g_strcmp0(words[at + length + 1], "us") == 0) ||
	       (g_strcmp0(before, "of") == 0 && at > 1 && g_str_equal(words[at - 2], "party"));
	offhook_dialog_readings_add(readings, length, g_strdup_printf("%u", number), sure);
}

static void
offhook_dialog_slot_read_time(const OffhookDialogSlot *self, const char *const *words, guint at,
			      GArray *readings)
{
	static const char *const cues[] = {"at", "around", "about", "by", NULL};
	guint minutes = 0;
	gboolean sure = FALSE;
	guint length =
	    offhook_language_time_read(words + at, self->from, self->to, &minutes, &sure);

	if (length == 0)
		return;
	/* "around eight people" is no time */
	if (at > 0 && g_strv_contains(cues, words[at - 1]) &&
	    (words[at + length] == NULL || (!g_str_has_prefix(words[at + length], "person") &&
					    !g_str_equal(words[at + length], "people"))))
		sure = TRUE;
	offhook_dialog_readings_add(readings, length, offhook_language_time_to_string(minutes),
				    sure);
}

static void
offhook_dialog_slot_read_day(const char *const *words, guint at, GDateTime *now, GArray *readings)
{
	g_autoptr(GDateTime) day = NULL;
	guint length = offhook_language_day_read(words + at, now, &day);

	if (length > 0)
		offhook_dialog_readings_add(readings, length, offhook_language_day_to_string(day),
					    TRUE);
}

static void
offhook_dialog_slot_read_digits(const char *const *words, guint at, GArray *readings)
{
	g_autoptr(GString) digits = g_string_new(NULL);
	guint length = offhook_language_words_read_digits(words + at, digits);

	if (digits->len > 0) {
		gboolean sure = digits->len > 1;

		offhook_dialog_readings_add(readings, length,
					    g_string_free(g_steal_pointer(&digits), FALSE), sure);
	}
}

void
offhook_dialog_slot_read(const OffhookDialogSlot *self, const char *const *words, guint at,
			 GDateTime *now, GArray *readings)
{
	gboolean yes = FALSE;
	guint length;

	if (offhook_dialog_slot_read_values(self, words + at, readings))
		return;
	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		offhook_dialog_slot_read_number(self, words, at, readings);
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		offhook_dialog_slot_read_time(self, words, at, readings);
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
		offhook_dialog_slot_read_day(words, at, now, readings);
		break;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		offhook_dialog_slot_read_digits(words, at, readings);
		break;
	case OFFHOOK_DIALOG_SLOT_YES_NO:
		length = offhook_language_yes_no_read("en", words + at, &yes);
		if (length > 0)
			offhook_dialog_readings_add(readings, length, g_strdup(yes ? "yes" : "no"),
						    at == 0);
		break;
	case OFFHOOK_DIALOG_SLOT_LIST:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
}

static char *
offhook_dialog_slot_read_time_keys(const OffhookDialogSlot *self, const char *keys)
{
	gsize length = strlen(keys);
	g_autofree char *text = NULL;
	const char *words[] = {NULL, NULL};
	gboolean sure = FALSE;
	guint minutes = 0;

	if (length < 1 || length > 4)
		return NULL;
	text = length == 4   ? g_strdup_printf("%.2s:%s", keys, keys + 2)
	       : length == 3 ? g_strdup_printf("%.1s:%s", keys, keys + 1)
			     : g_strdup(keys);
	words[0] = text;
	if (offhook_language_time_read(words, self->from, self->to, &minutes, &sure) != 1)
		return NULL;
	return offhook_language_time_to_string(minutes);
}

char *
offhook_dialog_slot_read_keys(const OffhookDialogSlot *self, const char *keys)
{
	gsize length = strlen(keys);
	g_autofree char *value = NULL;

	for (guint i = 0; i < self->values->len; i++) {
		const OffhookDialogSlotValue *one = self->values->pdata[i];

		if (g_strcmp0(one->key, keys) == 0)
			return g_strdup(one->value);
	}
	if (length == 0 || strspn(keys, "0123456789") != length)
		return NULL;
	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		if (length > 4)
			return NULL;
		value = g_strdup_printf("%u", (guint)g_ascii_strtoull(keys, NULL, 10));
		break;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		value = g_strdup(keys);
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		value = offhook_dialog_slot_read_time_keys(self, keys);
		break;
	case OFFHOOK_DIALOG_SLOT_YES_NO:
		value = g_str_equal(keys, "1")   ? g_strdup("yes")
			: g_str_equal(keys, "2") ? g_strdup("no")
						 : NULL;
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
	case OFFHOOK_DIALOG_SLOT_LIST:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
	return g_steal_pointer(&value);
}

gboolean
offhook_dialog_slot_allows(const OffhookDialogSlot *self, const char *value)
{
	gint64 number;

	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		number = g_ascii_strtoll(value, NULL, 10);
		return number >= self->min && number <= self->max;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		return strlen(value) >= self->min && strlen(value) <= self->max;
	case OFFHOOK_DIALOG_SLOT_TIME:
		number = offhook_language_time_from_string(value);
		return number >= self->from && number <= self->to;
	case OFFHOOK_DIALOG_SLOT_DAY:
	case OFFHOOK_DIALOG_SLOT_LIST:
	case OFFHOOK_DIALOG_SLOT_YES_NO:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
	return TRUE;
}
