/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a conversation expects to hear next: all intents, and the answers to the open question.
 * Exactly what dialog-talk.c would understand word for word, so that a recogniser's grammar fits.
 * Main thread.
 */

#include "dialog-talk-private.h"

#include "dialog-pattern.h"

/* Adds the slots of a phrase, each once. */
static void
offhook_dialog_talk_expect_slots(OffhookDialogTalk *self, const OffhookDialogPattern *pattern,
				 OffhookExpectation *expectation)
{
	const char *const *slots = offhook_dialog_pattern_get_slots(pattern);

	for (guint i = 0; slots[i] != NULL; i++) {
		const OffhookDialogSlot *slot = g_hash_table_lookup(self->script->slots, slots[i]);

		if (offhook_expectation_get_slot_values(expectation, slots[i]) == NULL)
			offhook_dialog_slot_add_to(slot, expectation);
	}
}

static void
offhook_dialog_talk_expect_intents(OffhookDialogTalk *self, OffhookExpectation *expectation)
{
	for (guint i = 0; i < self->groups->len; i++) {
		const GPtrArray *patterns = self->groups->pdata[i];

		for (guint j = 0; j < patterns->len; j++) {
			const OffhookDialogPattern *pattern = patterns->pdata[j];

			offhook_expectation_add_phrase(expectation,
						       offhook_dialog_pattern_get_phrase(pattern));
			offhook_dialog_talk_expect_slots(self, pattern, expectation);
		}
	}
}

/* The answers to a field as a slot of their own, "answer-<name>". %FALSE: it has none in words. */
static gboolean
offhook_dialog_talk_expect_field(OffhookDialogTalk *self, const OffhookDialogField *field,
				 OffhookExpectation *expectation)
{
	g_autofree char *name = g_strdup_printf("answer-%s", field->slot->name);
	g_autoptr(GPtrArray) phrases = g_ptr_array_new();

	if (field->patterns->len == 0)
		return FALSE;
	for (guint i = 0; i < field->patterns->len; i++) {
		const OffhookDialogPattern *pattern = field->patterns->pdata[i];

		g_ptr_array_add(phrases, (gpointer)offhook_dialog_pattern_get_phrase(pattern));
		offhook_dialog_talk_expect_slots(self, pattern, expectation);
	}
	g_ptr_array_add(phrases, NULL);
	offhook_expectation_add_slot(expectation, name, (const char *const *)phrases->pdata);
	return TRUE;
}

/* The answer to the field, perhaps with those that would be asked for next. */
static void
offhook_dialog_talk_expect_answer(OffhookDialogTalk *self, OffhookExpectation *expectation)
{
	const OffhookDialogField *asked = offhook_dialog_talk_get_field(self);
	g_autoptr(GString) phrase = NULL;

	if (!offhook_dialog_talk_expect_field(self, asked, expectation))
		return;
	phrase = g_string_new(NULL);
	g_string_printf(phrase, "<answer-%s>", asked->slot->name);
	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogField *field = self->state.form->fields->pdata[i];

		if (field == asked ||
		    g_hash_table_contains(self->state.values, field->slot->name) ||
		    !offhook_dialog_talk_expect_field(self, field, expectation))
			continue;
		g_string_append_printf(phrase, " [<answer-%s>]", field->slot->name);
	}
	offhook_expectation_add_phrase(expectation, phrase->str);
}

/* "no, at eight", "make it friday"; and which field is wrong. */
static void
offhook_dialog_talk_expect_corrections(OffhookDialogTalk *self, OffhookExpectation *expectation)
{
	gboolean asked = self->state.asked == OFFHOOK_DIALOG_ASKED_CHANGE;

	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogField *field = self->state.form->fields->pdata[i];
		g_autofree char *phrase = NULL;

		if (offhook_dialog_talk_expect_field(self, field, expectation)) {
			phrase = g_strdup_printf(asked ? "[(make it|change it to)] <answer-%s>"
						       : "(no|make it|no make it|no i said) "
							 "<answer-%s>",
						 field->slot->name);
			offhook_expectation_add_phrase(expectation, phrase);
		}
		for (guint j = 0; j < field->names->len; j++) {
			g_autofree char *named = g_strdup_printf(
			    asked ? "[(change|not)] the (%s)" : "(no|change) the (%s)",
			    offhook_dialog_pattern_get_phrase(field->names->pdata[j]));

			offhook_expectation_add_phrase(expectation, named);
		}
	}
}

static OffhookExpectationKind
offhook_dialog_talk_get_kind(OffhookDialogTalk *self)
{
	switch (self->state.asked) {
	case OFFHOOK_DIALOG_ASKED_FIELD:
		switch (offhook_dialog_talk_get_field(self)->slot->type) {
		case OFFHOOK_DIALOG_SLOT_DIGITS:
			return OFFHOOK_EXPECT_DIGITS;
		case OFFHOOK_DIALOG_SLOT_YES_NO:
			return OFFHOOK_EXPECT_YES_NO;
		case OFFHOOK_DIALOG_SLOT_LIST:
			return OFFHOOK_EXPECT_CHOICE;
		default:
			return OFFHOOK_EXPECT_OPEN;
		}
	case OFFHOOK_DIALOG_ASKED_CONFIRM:
	case OFFHOOK_DIALOG_ASKED_VERIFY:
	case OFFHOOK_DIALOG_ASKED_OFFER:
	case OFFHOOK_DIALOG_ASKED_MORE:
		return OFFHOOK_EXPECT_YES_NO;
	case OFFHOOK_DIALOG_ASKED_NOTHING:
	case OFFHOOK_DIALOG_ASKED_CHANGE:
		break;
	}
	return OFFHOOK_EXPECT_OPEN;
}

/* How many keys may follow each other. */
static void
offhook_dialog_talk_expect_keys(OffhookDialogTalk *self, OffhookExpectation *expectation)
{
	guint min = 0;
	guint max = 0;

	if (self->state.asked == OFFHOOK_DIALOG_ASKED_FIELD)
		offhook_dialog_slot_get_keys(offhook_dialog_talk_get_field(self)->slot, &min, &max);
	if (max == 0) {
		min = 1;
		max = 1;
	}
	offhook_expectation_set_digits(expectation, min, max);
}

OffhookExpectation *
offhook_dialog_talk_expect(OffhookDialogTalk *self)
{
	OffhookExpectation *expectation =
	    offhook_expectation_new(offhook_dialog_talk_get_kind(self));

	offhook_dialog_talk_expect_keys(self, expectation);
	if (self->state.asked == OFFHOOK_DIALOG_ASKED_FIELD)
		offhook_dialog_talk_expect_answer(self, expectation);
	else if (self->state.asked == OFFHOOK_DIALOG_ASKED_CONFIRM ||
		 self->state.asked == OFFHOOK_DIALOG_ASKED_CHANGE)
		offhook_dialog_talk_expect_corrections(self, expectation);
	offhook_dialog_talk_expect_intents(self, expectation);
	return expectation;
}
