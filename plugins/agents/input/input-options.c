/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The input agent's settings and an assistant's own values for them. Any thread.
 */

#include "input-options.h"

const OffhookSetting offhook_input_settings[] = {
    {"intents", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "More intents: NAME: PATTERN | PATTERN; NAME: PATTERN."},
    {"intents-file", OFFHOOK_SETTING_PATH, OFFHOOK_SETTING_NONE, NULL, NULL, NULL,
     "... from a JSON file."},
    {"detect-language", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Notice when the caller speaks another language than the assistant's."},
    {"unclear-below", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "0.35", "0..1", NULL,
     "Ask again when the recogniser's confidence is lower."},
    {"unclear-times", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "2", "0..10", NULL,
     "... so many times in a row; then the next agent has the turn."},
    {"side-talk", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL,
     "Leave without an answer what the caller says to somebody else."},
    {"classify", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "false", NULL, NULL,
     "Ask the assistant's language model where no rule is sure."},
    {"threshold", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "0.6", "0..1", NULL,
     "... which is below this confidence."},
    {"budget-ms", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "400", "50..5000", NULL,
     "... and how long the caller waits for it at most."},
    {NULL},
};

OffhookInputOptions *
offhook_input_options_new(OffhookSettings *settings, GHashTable *values, GError **error)
{
	g_autoptr(OffhookSettings) all =
	    offhook_settings_override(settings, values, "input", error);
	g_autoptr(OffhookInputOptions) self = NULL;
	g_autofree char *file = NULL;
	g_autofree char *text = NULL;

	if (all == NULL)
		return NULL;
	self = g_new0(OffhookInputOptions, 1);
	file = offhook_settings_dup_string(all, "intents-file");
	text = offhook_settings_dup_string(all, "intents");
	self->intents = offhook_input_intents_new(file, text, error);
	if (self->intents == NULL)
		return NULL;
	self->detect_language = offhook_settings_get_boolean(all, "detect-language");
	self->unclear_below = offhook_settings_get_number(all, "unclear-below");
	self->unclear_times = (guint)offhook_settings_get_integer(all, "unclear-times");
	self->side_talk = offhook_settings_get_boolean(all, "side-talk");
	self->classify = offhook_settings_get_boolean(all, "classify");
	self->threshold = offhook_settings_get_number(all, "threshold");
	self->budget_ms = (guint)offhook_settings_get_integer(all, "budget-ms");
	return g_steal_pointer(&self);
}

void
offhook_input_options_free(OffhookInputOptions *self)
{
	if (self == NULL)
		return;
	offhook_input_intents_unref(self->intents);
	g_free(self);
}
