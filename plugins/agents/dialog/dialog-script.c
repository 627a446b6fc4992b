/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The script's lifetime and look-ups. Reading it from its file is in dialog-loader.c. Main thread.
 */

#include "dialog-loader.h"

#include "dialog-pattern.h"

void
offhook_dialog_reply_free(OffhookDialogReply *reply)
{
	if (reply == NULL)
		return;
	g_free(reply->when_name);
	g_free(reply->when_value);
	g_strfreev(reply->answers);
	g_free(reply->to);
	g_free(reply->form);
	g_free(reply);
}

static void
offhook_dialog_intent_free(gpointer data)
{
	OffhookDialogIntent *intent = data;

	g_free(intent->name);
	g_free(intent->label);
	g_free(intent->key);
	g_ptr_array_unref(intent->patterns);
	g_strfreev(intent->examples);
	g_ptr_array_unref(intent->cases);
	g_free(intent);
}

GPtrArray *
offhook_dialog_patterns_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)offhook_dialog_pattern_free);
}

GPtrArray *
offhook_dialog_script_new_cases(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)offhook_dialog_reply_free);
}

OffhookDialogIntent *
offhook_dialog_intent_new(void)
{
	OffhookDialogIntent *intent = g_new0(OffhookDialogIntent, 1);

	intent->patterns = offhook_dialog_patterns_new();
	intent->cases = offhook_dialog_script_new_cases();
	return intent;
}

static void
offhook_dialog_field_free(gpointer data)
{
	OffhookDialogField *field = data;

	g_strfreev(field->ask);
	g_strfreev(field->again);
	g_strfreev(field->invalid);
	g_strfreev(field->closed);
	g_ptr_array_unref(field->patterns);
	g_ptr_array_unref(field->names);
	g_free(field);
}

OffhookDialogField *
offhook_dialog_field_new(void)
{
	OffhookDialogField *field = g_new0(OffhookDialogField, 1);

	field->patterns = offhook_dialog_patterns_new();
	field->names = offhook_dialog_patterns_new();
	return field;
}

static void
offhook_dialog_form_free(gpointer data)
{
	OffhookDialogForm *form = data;

	g_free(form->name);
	g_ptr_array_unref(form->fields);
	g_strfreev(form->confirm);
	g_strfreev(form->change);
	g_strfreev(form->cancelled);
	g_ptr_array_unref(form->cases);
	g_free(form);
}

OffhookDialogForm *
offhook_dialog_form_new(const char *name)
{
	OffhookDialogForm *form = g_new0(OffhookDialogForm, 1);

	form->name = g_strdup(name);
	form->fields = g_ptr_array_new_with_free_func(offhook_dialog_field_free);
	form->cases = offhook_dialog_script_new_cases();
	return form;
}

OffhookDialogScript *
offhook_dialog_script_new(void)
{
	OffhookDialogScript *self = g_new0(OffhookDialogScript, 1);

	g_ref_count_init(&self->ref_count);
	self->variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	self->hours = offhook_opening_hours_new();
	self->slots = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
					    (GDestroyNotify)offhook_dialog_slot_free);
	self->intents = g_ptr_array_new_with_free_func(offhook_dialog_intent_free);
	self->forms =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, offhook_dialog_form_free);
	self->unclear = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	self->silence = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	return self;
}

OffhookDialogScript *
offhook_dialog_script_ref(OffhookDialogScript *self)
{
	g_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_dialog_script_unref(OffhookDialogScript *self)
{
	if (self == NULL || !g_ref_count_dec(&self->ref_count))
		return;
	g_free(self->name);
	g_free(self->language);
	g_hash_table_unref(self->variables);
	offhook_opening_hours_free(self->hours);
	g_ptr_array_unref(self->intents);
	g_hash_table_unref(self->forms);
	g_hash_table_unref(self->slots);
	for (guint i = 0; i < OFFHOOK_DIALOG_SAY_LAST; i++)
		g_strfreev(self->prompts[i]);
	g_ptr_array_unref(self->unclear);
	g_ptr_array_unref(self->silence);
	g_strfreev(self->offer);
	g_free(self->offer_intent);
	g_clear_pointer(&self->fallback, g_ptr_array_unref);
	g_free(self);
}

const OffhookDialogIntent *
offhook_dialog_script_find_intent(const OffhookDialogScript *self, const char *name)
{
	for (guint i = 0; i < self->intents->len; i++) {
		const OffhookDialogIntent *intent = self->intents->pdata[i];

		if (g_strcmp0(intent->name, name) == 0)
			return intent;
	}
	return NULL;
}

GPtrArray *
offhook_dialog_script_list_patterns(const OffhookDialogScript *self)
{
	GPtrArray *groups = g_ptr_array_new();

	for (guint i = 0; i < self->intents->len; i++)
		g_ptr_array_add(groups, ((OffhookDialogIntent *)self->intents->pdata[i])->patterns);
	return groups;
}
