/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Slots: how their values are spoken, and what a recogniser is told to expect. Pure, any thread.
 */

#include "dialog-slot.h"

#include "dialog-pattern.h"
#include "language-time.h"
#include "language-words.h"
#include <string.h>

const char *const *
offhook_dialog_slot_list_types(void)
{
	static const char *const types[] = {"list",   "number", "day", "time",
					    "digits", "yes_no", NULL};

	G_STATIC_ASSERT(G_N_ELEMENTS(types) == OFFHOOK_DIALOG_SLOT_TYPE_LAST + 1);
	return types;
}

/* Parts of "{slot.part}" by type; {day.hours} is the talk's, which knows the opening hours. */
static const char *const offhook_dialog_slot_parts[OFFHOOK_DIALOG_SLOT_TYPE_LAST][4] = {
    [OFFHOOK_DIALOG_SLOT_NUMBER] = {"count"},
    [OFFHOOK_DIALOG_SLOT_DAY] = {"on", "hours"},
    [OFFHOOK_DIALOG_SLOT_TIME] = {"at"},
};

gboolean
offhook_dialog_slot_has_part(const OffhookDialogSlot *self, const char *part)
{
	if (part == NULL)
		return TRUE;
	if (g_str_equal(part, "value"))
		return TRUE;
	return g_strv_contains(offhook_dialog_slot_parts[self->type], part);
}

static char *
offhook_dialog_slot_speak_number(const OffhookDialogSlot *self, const char *value, const char *part)
{
	guint number = (guint)g_ascii_strtoull(value, NULL, 10);
	g_autofree char *word = offhook_language_words_spell_number(number);
	const char *unit = number == 1 ? self->unit_one : self->unit_many;

	if (part == NULL || unit == NULL)
		return g_steal_pointer(&word);
	return g_strdup_printf("%s %s", word, unit);
}

/* Digit by digit. */
static char *
offhook_dialog_slot_speak_digits(const char *value)
{
	GString *out = g_string_new(NULL);

	for (const char *p = value; g_ascii_isdigit(*p); p++) {
		g_autofree char *word = offhook_language_words_spell_number((guint)(*p - '0'));

		g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", word);
	}
	return g_string_free(out, FALSE);
}

static char *
offhook_dialog_slot_speak_list(const OffhookDialogSlot *self, const char *value)
{
	for (guint i = 0; i < self->values->len; i++) {
		const OffhookDialogSlotValue *one = self->values->pdata[i];

		if (!g_str_equal(one->value, value))
			continue;
		return g_strdup(one->say != NULL ? one->say : one->value);
	}
	return g_strdup(value);
}

static char *
offhook_dialog_slot_speak_day(const char *value, const char *part, GDateTime *now)
{
	g_autoptr(GDateTime) day = offhook_language_day_from_string(value, now);

	return day != NULL ? offhook_language_day_speak(day, now, part != NULL) : g_strdup(value);
}

static char *
offhook_dialog_slot_speak_time(const char *value, const char *part)
{
	gint minutes = offhook_language_time_from_string(value);
	g_autofree char *spoken =
	    minutes >= 0 ? offhook_language_time_speak((guint)minutes) : g_strdup(value);

	return part != NULL ? g_strdup_printf("at %s", spoken) : g_steal_pointer(&spoken);
}

char *
offhook_dialog_slot_speak(const OffhookDialogSlot *self, const char *value, const char *part,
			  GDateTime *now)
{
	if (g_strcmp0(part, "value") == 0)
		return g_strdup(value);
	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		return offhook_dialog_slot_speak_number(self, value, part);
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		return offhook_dialog_slot_speak_digits(value);
	case OFFHOOK_DIALOG_SLOT_DAY:
		return offhook_dialog_slot_speak_day(value, part, now);
	case OFFHOOK_DIALOG_SLOT_TIME:
		return offhook_dialog_slot_speak_time(value, part);
	case OFFHOOK_DIALOG_SLOT_LIST:
		return offhook_dialog_slot_speak_list(self, value);
	case OFFHOOK_DIALOG_SLOT_YES_NO:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
	return g_strdup(value);
}

void
offhook_dialog_slot_get_keys(const OffhookDialogSlot *self, guint *min, guint *max)
{
	*min = 0;
	*max = 0;
	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		*min = 1;
		for (guint n = self->max; n > 0; n /= 10)
			(*max)++;
		*max = MAX(*max, 1);
		break;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		*min = self->min;
		*max = self->max;
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		*min = 1;
		*max = 4;
		break;
	case OFFHOOK_DIALOG_SLOT_YES_NO:
		*min = 1;
		*max = 1;
		break;
	case OFFHOOK_DIALOG_SLOT_LIST:
		for (guint i = 0; i < self->values->len; i++) {
			const OffhookDialogSlotValue *one = self->values->pdata[i];

			if (one->key != NULL) {
				*min = 1;
				*max = 1;
			}
		}
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
}

void
offhook_dialog_slot_add_to(const OffhookDialogSlot *self, OffhookExpectation *expectation)
{
	g_autoptr(GPtrArray) phrases = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) more = NULL;

	for (guint i = 0; i < self->values->len; i++) {
		const OffhookDialogSlotValue *one = self->values->pdata[i];

		for (guint j = 0; j < one->patterns->len; j++)
			g_ptr_array_add(phrases, g_strdup(offhook_dialog_pattern_get_phrase(
						     one->patterns->pdata[j])));
	}
	switch (self->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		for (guint n = self->min; n <= self->max; n++)
			g_ptr_array_add(phrases, offhook_language_words_spell_number(n));
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
		more = offhook_language_day_list_phrases(self->dates);
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		more = offhook_language_time_list_phrases(self->from, self->to);
		break;
	case OFFHOOK_DIALOG_SLOT_LIST:
	case OFFHOOK_DIALOG_SLOT_DIGITS: /* by the kind of the expectation */
	case OFFHOOK_DIALOG_SLOT_YES_NO:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
	for (guint i = 0; more != NULL && more[i] != NULL; i++)
		g_ptr_array_add(phrases, g_strdup(more[i]));
	if (phrases->len == 0)
		return;
	g_ptr_array_add(phrases, NULL);
	offhook_expectation_add_slot(expectation, self->name, (const char *const *)phrases->pdata);
}
