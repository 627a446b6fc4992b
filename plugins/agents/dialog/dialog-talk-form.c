/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Forms: filling fields, asking for what is missing or can't be, and finishing. What is said
 * meanwhile is understood in dialog-talk-hear.c. Main thread.
 */

#include "dialog-talk-private.h"

#include "language-time.h"
#include <string.h>

const OffhookDialogField *
offhook_dialog_talk_get_field(OffhookDialogTalk *self)
{
	return self->state.form->fields->pdata[self->state.field];
}

void
offhook_dialog_talk_leave_form(OffhookDialogTalk *self)
{
	self->state.form = NULL;
	self->state.field = 0;
	g_hash_table_remove_all(self->state.values);
	self->state.before = OFFHOOK_DIALOG_ASKED_NOTHING;
}

void
offhook_dialog_talk_start_form(OffhookDialogTalk *self, const OffhookDialogForm *form)
{
	g_autoptr(GHashTable) values = g_hash_table_ref(self->turn_values);

	offhook_dialog_talk_leave_form(self);
	self->state.form = form;
	offhook_dialog_talk_fill(self, values);
}

/* The day of a form that asks for one. */
static const char *
offhook_dialog_talk_get_day(OffhookDialogTalk *self)
{
	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogField *field = self->state.form->fields->pdata[i];

		if (field->slot->type == OFFHOOK_DIALOG_SLOT_DAY)
			return g_hash_table_lookup(self->state.values, field->slot->name);
	}
	return NULL;
}

/* Is that day, or that time of the form's day, one to come to? */
static gboolean
offhook_dialog_talk_is_field_open(OffhookDialogTalk *self, const OffhookDialogField *field,
				  const char *value)
{
	g_autofree char *today = offhook_language_day_to_string(self->now);
	const char *day;
	gint minutes;
	gint now = g_date_time_get_hour(self->now) * 60 + g_date_time_get_minute(self->now);

	if (field->slot->type == OFFHOOK_DIALOG_SLOT_DAY)
		return offhook_opening_hours_count(
			   self->script->hours, offhook_dialog_talk_get_weekday(self, value)) > 0;
	day = offhook_dialog_talk_get_day(self);
	if (day == NULL)
		day = today;
	minutes = offhook_language_time_from_string(value);
	return minutes >= 0 && !(g_str_equal(day, today) && minutes <= now) &&
	       offhook_opening_hours_is_open(
		   self->script->hours, offhook_dialog_talk_get_weekday(self, day), (guint)minutes);
}

/* Asks for the field, after saying why. */
static void
offhook_dialog_talk_refuse(OffhookDialogTalk *self, guint index, char **why)
{
	const OffhookDialogField *field = self->state.form->fields->pdata[index];

	self->state.asked = OFFHOOK_DIALOG_ASKED_FIELD;
	self->state.field = index;
	if (why[0] != NULL) {
		offhook_dialog_talk_say(self, why);
	} else {
		offhook_dialog_talk_prompt(self, OFFHOOK_DIALOG_SAY_SORRY);
		offhook_dialog_talk_say(self, field->again[0] != NULL ? field->again : field->ask);
	}
	g_hash_table_remove(self->state.values, field->slot->name);
}

/* Asks for what is missing or can't be, or whether all is right. */
void
offhook_dialog_talk_ask_next(OffhookDialogTalk *self)
{
	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogField *field = self->state.form->fields->pdata[i];
		const char *value = g_hash_table_lookup(self->state.values, field->slot->name);

		if (value == NULL)
			continue;
		if (!offhook_dialog_slot_allows(field->slot, value)) {
			offhook_dialog_talk_refuse(self, i, field->invalid);
			return;
		}
		if (field->must_be_open && !offhook_dialog_talk_is_field_open(self, field, value)) {
			offhook_dialog_talk_refuse(self, i, field->closed);
			return;
		}
	}
	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogField *field = self->state.form->fields->pdata[i];

		if (g_hash_table_contains(self->state.values, field->slot->name))
			continue;
		self->state.asked = OFFHOOK_DIALOG_ASKED_FIELD;
		self->state.field = i;
		offhook_dialog_talk_say(self, field->ask);
		return;
	}
	if (self->state.form->confirm[0] == NULL) {
		offhook_dialog_talk_finish_form(self);
		return;
	}
	self->state.asked = OFFHOOK_DIALOG_ASKED_CONFIRM;
	offhook_dialog_talk_say(self, self->state.form->confirm);
}

void
offhook_dialog_talk_fill(OffhookDialogTalk *self, GHashTable *values)
{
	self->state.unclear = 0;
	for (guint i = 0; i < self->state.form->fields->len; i++) {
		const OffhookDialogSlot *slot =
		    ((OffhookDialogField *)self->state.form->fields->pdata[i])->slot;
		const char *value = g_hash_table_lookup(values, slot->name);

		if (value != NULL)
			g_hash_table_replace(self->state.values, g_strdup(slot->name),
					     g_strdup(value));
	}
	offhook_dialog_talk_ask_next(self);
}

void
offhook_dialog_talk_finish_form(OffhookDialogTalk *self)
{
	const OffhookDialogForm *form = self->state.form;
	GHashTable *values = g_hash_table_ref(self->state.values);

	self->state.unclear = 0;
	/* The answers speak of the values when the form is over. */
	g_hash_table_unref(self->turn_values);
	self->turn_values = values;
	g_hash_table_unref(self->state.values);
	self->state.values = offhook_dialog_talk_new_values();
	offhook_dialog_talk_leave_form(self);
	offhook_dialog_talk_reply(self, form->cases);
}

gboolean
offhook_dialog_talk_key_field(OffhookDialogTalk *self, const char *keys)
{
	const OffhookDialogField *field = offhook_dialog_talk_get_field(self);
	g_autofree char *value = offhook_dialog_slot_read_keys(field->slot, keys);
	g_autoptr(GHashTable) values = NULL;

	if (value == NULL)
		return FALSE;
	/* A key that can't be the answer may be another command, like 0 for a person. */
	if (!offhook_dialog_slot_allows(field->slot, value)) {
		for (guint i = 0; i < self->script->intents->len; i++) {
			const OffhookDialogIntent *intent = self->script->intents->pdata[i];

			if (g_strcmp0(intent->key, keys) == 0)
				return FALSE;
		}
	}
	values = offhook_dialog_talk_new_values();
	g_hash_table_insert(values, g_strdup(field->slot->name), g_steal_pointer(&value));
	offhook_dialog_talk_fill(self, values);
	return TRUE;
}
