/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a script: slots, and the texts of its prompts. Main thread.
 */

#include "dialog-loader.h"

#include "dialog-pattern.h"
#include "language-time.h"
#include <string.h>

/* "12:00" to minutes. */
static guint
offhook_dialog_loader_read_time(OffhookDialogLoader *self, JsonObject *object, const char *member,
				guint fallback)
{
	g_autofree char *text =
	    offhook_dialog_check_string(self->check, object, member, OFFHOOK_DIALOG_CHECK_OPTIONAL);
	gint minutes;

	if (text == NULL)
		return fallback;
	minutes = offhook_language_time_from_string(text);
	if (minutes >= 0)
		return (guint)minutes;
	offhook_dialog_check_push(self->check, member);
	offhook_dialog_check_fail_text(self->check, text, "expected a time like \"12:00\"");
	offhook_dialog_check_pop(self->check);
	return fallback;
}

static void
offhook_dialog_loader_read_number(OffhookDialogLoader *self, OffhookDialogSlot *slot,
				  JsonObject *object)
{
	g_auto(GStrv) unit = NULL;

	slot->min = offhook_dialog_check_uint(self->check, object, "min", 0, 9999, 0);
	slot->max = offhook_dialog_check_uint(self->check, object, "max", 0, 9999, 20);
	if (slot->max < slot->min || slot->max - slot->min > 999)
		offhook_dialog_check_fail_text(self->check, NULL,
					       "expected max from min to min + 999");
	unit = offhook_dialog_check_strings(self->check, object, "unit",
					    OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (g_strv_length(unit) == 2) {
		slot->unit_one = g_strdup(unit[0]);
		slot->unit_many = g_strdup(unit[1]);
	} else if (unit[0] != NULL) {
		offhook_dialog_check_push(self->check, "unit");
		offhook_dialog_check_fail_text(self->check, NULL,
					       "expected two words: one [\"person\", \"people\"]");
		offhook_dialog_check_pop(self->check);
	}
}

static void
offhook_dialog_loader_read_limits_of(OffhookDialogLoader *self, OffhookDialogSlot *slot,
				     JsonObject *object)
{
	switch (slot->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		offhook_dialog_loader_read_number(self, slot, object);
		break;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
		slot->min = offhook_dialog_check_uint(self->check, object, "min", 1, 32, 1);
		slot->max = offhook_dialog_check_uint(self->check, object, "max", 1, 32, 32);
		if (slot->max < slot->min)
			offhook_dialog_check_fail_text(self->check, NULL,
						       "expected max not below min");
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		slot->from = offhook_dialog_loader_read_time(self, object, "from", 0);
		slot->to = offhook_dialog_loader_read_time(self, object, "to",
							   OFFHOOK_LANGUAGE_DAY_MINUTES);
		if (slot->to <= slot->from)
			offhook_dialog_check_fail_text(self->check, NULL,
						       "expected to to be later than from");
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
		slot->dates = offhook_dialog_check_boolean(self->check, object, "dates", FALSE);
		break;
	case OFFHOOK_DIALOG_SLOT_LIST:
	case OFFHOOK_DIALOG_SLOT_YES_NO:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		break;
	}
}

static void
offhook_dialog_loader_check_value(OffhookDialogLoader *self, const OffhookDialogSlot *slot,
				  const OffhookDialogSlotValue *value)
{
	static const char keys[] = "0123456789*#";

	if (value->key != NULL && (strlen(value->key) != 1 || strchr(keys, *value->key) == NULL))
		offhook_dialog_check_fail_text(self->check, value->key,
					       "expected key to be one of 0 to 9, * and #");
	for (guint i = 0; i < value->patterns->len; i++) {
		if (*offhook_dialog_pattern_get_slots(value->patterns->pdata[i]) != NULL)
			offhook_dialog_check_fail_text(
			    self->check,
			    offhook_dialog_pattern_get_phrase(value->patterns->pdata[i]),
			    "expected words only, no slot");
	}
	if (slot->type == OFFHOOK_DIALOG_SLOT_NUMBER && value->value != NULL &&
	    (strspn(value->value, "0123456789") != strlen(value->value) ||
	     !offhook_dialog_slot_allows(slot, value->value)))
		offhook_dialog_check_fail_text(self->check, value->value,
					       "expected a number from %u to %u", slot->min,
					       slot->max);
}

static void
offhook_dialog_loader_read_values(OffhookDialogLoader *self, OffhookDialogSlot *slot,
				  JsonObject *object)
{
	static const char *const known[] = {"value", "phrases", "say", "key", NULL};
	gboolean list = slot->type == OFFHOOK_DIALOG_SLOT_LIST;
	JsonArray *array = offhook_dialog_check_array(self->check, object, "values",
						      list ? OFFHOOK_DIALOG_CHECK_REQUIRED
							   : OFFHOOK_DIALOG_CHECK_OPTIONAL);

	offhook_dialog_check_push(self->check, "values");
	if (list && array != NULL && json_array_get_length(array) == 0)
		offhook_dialog_check_fail_text(self->check, NULL, "expected at least one value");
	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		g_autoptr(OffhookDialogSlotValue) value = offhook_dialog_slot_value_new();
		JsonObject *one;

		offhook_dialog_check_push_index(self->check, i);
		one = offhook_dialog_check_element(self->check, array, i);
		if (one != NULL) {
			offhook_dialog_check_members(self->check, one, known);
			value->value = offhook_dialog_check_string(self->check, one, "value",
								   OFFHOOK_DIALOG_CHECK_REQUIRED);
			value->say = offhook_dialog_check_string(self->check, one, "say",
								 OFFHOOK_DIALOG_CHECK_OPTIONAL);
			value->key = offhook_dialog_check_string(self->check, one, "key",
								 OFFHOOK_DIALOG_CHECK_OPTIONAL);
			offhook_dialog_loader_read_patterns(
			    self, one, "phrases", OFFHOOK_DIALOG_CHECK_REQUIRED, value->patterns);
			offhook_dialog_loader_check_value(self, slot, value);
			if (value->value != NULL)
				g_ptr_array_add(slot->values, g_steal_pointer(&value));
		}
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

/* The members that a slot of this type may have. */
static const char *const *
offhook_dialog_loader_list_members(OffhookDialogSlotType type)
{
	static const char *const list[] = {"type", "values", NULL};
	static const char *const number[] = {"type", "min", "max", "unit", "values", NULL};
	static const char *const day[] = {"type", "dates", NULL};
	static const char *const time[] = {"type", "from", "to", NULL};
	static const char *const digits[] = {"type", "min", "max", NULL};
	static const char *const yes_no[] = {"type", NULL};
	static const char *const *const members[] = {list, number, day, time, digits, yes_no};

	G_STATIC_ASSERT(G_N_ELEMENTS(members) == OFFHOOK_DIALOG_SLOT_TYPE_LAST);
	return members[type];
}

static void
offhook_dialog_loader_read_slot(OffhookDialogLoader *self, const char *name, JsonObject *object)
{
	g_autofree char *word =
	    offhook_dialog_check_string(self->check, object, "type", OFFHOOK_DIALOG_CHECK_REQUIRED);
	const char *const *types = offhook_dialog_slot_list_types();
	OffhookDialogSlot *slot;
	guint type = 0;

	if (word == NULL)
		return;
	while (types[type] != NULL && !g_str_equal(types[type], word))
		type++;
	if (types[type] == NULL) {
		g_autofree char *list = g_strjoinv(", ", (char **)types);

		offhook_dialog_check_push(self->check, "type");
		offhook_dialog_check_fail_text(self->check, word, "expected one of %s", list);
		offhook_dialog_check_pop(self->check);
		return;
	}
	slot = offhook_dialog_slot_new(name, (OffhookDialogSlotType)type);
	offhook_dialog_check_members(self->check, object,
				     offhook_dialog_loader_list_members(slot->type));
	offhook_dialog_loader_read_limits_of(self, slot, object);
	if (slot->type == OFFHOOK_DIALOG_SLOT_LIST || slot->type == OFFHOOK_DIALOG_SLOT_NUMBER)
		offhook_dialog_loader_read_values(self, slot, object);
	g_hash_table_replace(self->script->slots, slot->name, slot);
}

void
offhook_dialog_loader_read_slots(OffhookDialogLoader *self, JsonObject *root)
{
	JsonObject *object =
	    offhook_dialog_check_object(self->check, root, "slots", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	g_autoptr(GList) members = object != NULL ? json_object_get_members(object) : NULL;

	offhook_dialog_check_push(self->check, "slots");
	for (GList *l = members; l != NULL; l = l->next) {
		const char *name = l->data;
		JsonObject *one;

		if (!offhook_dialog_loader_is_name(self, name))
			continue;
		/* The names under which the talk hands its own slots to recognisers. */
		if (g_str_has_prefix(name, "answer-"))
			offhook_dialog_check_fail_text(self->check, name,
						       "expected a name not beginning with "
						       "\"answer-\"");
		one = offhook_dialog_check_object(self->check, object, name,
						  OFFHOOK_DIALOG_CHECK_REQUIRED);
		if (one == NULL)
			continue;
		offhook_dialog_check_push(self->check, name);
		offhook_dialog_loader_read_slot(self, name, one);
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

/* In the order of OffhookDialogPrompt. */
static const struct {
	const char *member;
	const char *fallback; /* (nullable): not said at all */
} offhook_dialog_loader_prompts[] = {
    {"greeting", "Hello. How can I help you?"},
    {"sorry", "Sorry, I didn't get that."},
    {"give_up", "I can't hear anything, so I will end the call. Goodbye!"},
    {"did_you_say", "Did you want to {intent}?"},
    {"failure", "I'm sorry, that did not work. What else can I do for you?"},
    {"more", NULL},
    {"no_more", "All right. Goodbye!"},
    {"go_ahead", "What can I do for you?"},
    {"nothing_to_cancel", "All right. What can I do for you?"},
};
G_STATIC_ASSERT(G_N_ELEMENTS(offhook_dialog_loader_prompts) == OFFHOOK_DIALOG_SAY_LAST);

/* What is said where the script has nothing, the first time and from then on; of alternatives never one twice in a row. */
static const char *const offhook_dialog_loader_unclear[] = {
    "Sorry, I didn't understand that. Could you say it another way?", NULL};
static const char *const offhook_dialog_loader_unclear_again[] = {
    "I still don't understand. Could you say it in a few plain words?",
    "I'm sorry, I can't follow you. What can I do for you?",
    "I didn't get that either. Could you put it differently?", NULL};
static const char *const offhook_dialog_loader_silence[] = {"Are you still there?", NULL};

/* An array of arrays (or texts): what is said the first, the second, ... time. Empty where there is none. */
static void
offhook_dialog_loader_read_levels(OffhookDialogLoader *self, JsonObject *prompts,
				  const char *member, GPtrArray *levels)
{
	JsonArray *array = prompts != NULL
			       ? offhook_dialog_check_array(self->check, prompts, member,
							    OFFHOOK_DIALOG_CHECK_OPTIONAL)
			       : NULL;
	guint n = array != NULL ? json_array_get_length(array) : 0;

	offhook_dialog_check_push(self->check, member);
	for (guint i = 0; i < n; i++) {
		/* An object of one member, so that the same checks read it. */
		g_autoptr(JsonObject) holder = json_object_new();
		g_autofree char *index = g_strdup_printf("%u", i);

		json_object_set_member(holder, index, json_array_dup_element(array, i));
		g_ptr_array_add(levels, offhook_dialog_loader_read_texts(
					    self, holder, index, OFFHOOK_DIALOG_CHECK_REQUIRED));
	}
	offhook_dialog_check_pop(self->check);
}

static void
offhook_dialog_loader_add_level(GPtrArray *levels, const char *const *texts)
{
	g_ptr_array_add(levels, g_strdupv((char **)texts));
}

static void
offhook_dialog_loader_read_reprompts(OffhookDialogLoader *self, JsonObject *prompts)
{
	OffhookDialogScript *script = self->script;

	offhook_dialog_loader_read_levels(self, prompts, "unclear", script->unclear);
	if (script->unclear->len == 0) {
		offhook_dialog_loader_add_level(script->unclear, offhook_dialog_loader_unclear);
		offhook_dialog_loader_add_level(script->unclear,
						offhook_dialog_loader_unclear_again);
	}
	offhook_dialog_loader_read_levels(self, prompts, "silence", script->silence);
	if (script->silence->len == 0)
		offhook_dialog_loader_add_level(script->silence, offhook_dialog_loader_silence);
}

static void
offhook_dialog_loader_read_offer(OffhookDialogLoader *self, JsonObject *prompts)
{
	static const char *const known[] = {"ask", "intent", NULL};
	OffhookDialogScript *script = self->script;
	JsonObject *object = prompts != NULL
				 ? offhook_dialog_check_object(self->check, prompts, "offer",
							       OFFHOOK_DIALOG_CHECK_OPTIONAL)
				 : NULL;

	if (object == NULL) {
		script->offer = g_new0(char *, 1);
		return;
	}
	offhook_dialog_check_push(self->check, "offer");
	offhook_dialog_check_members(self->check, object, known);
	script->offer =
	    offhook_dialog_loader_read_texts(self, object, "ask", OFFHOOK_DIALOG_CHECK_REQUIRED);
	script->offer_intent = offhook_dialog_check_string(self->check, object, "intent",
							   OFFHOOK_DIALOG_CHECK_REQUIRED);
	if (script->offer_intent != NULL &&
	    offhook_dialog_script_find_intent(script, script->offer_intent) == NULL) {
		offhook_dialog_check_push(self->check, "intent");
		offhook_dialog_check_fail_text(self->check, script->offer_intent,
					       "expected the name of an intent");
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

void
offhook_dialog_loader_read_prompts(OffhookDialogLoader *self, JsonObject *root)
{
	static const char *const known[] = {
	    "greeting", "sorry", "unclear", "silence", "give_up",  "did_you_say",
	    "failure",  "offer", "more",    "no_more", "go_ahead", "nothing_to_cancel",
	    NULL,
	};
	OffhookDialogScript *script = self->script;
	JsonObject *prompts = offhook_dialog_check_object(self->check, root, "prompts",
							  OFFHOOK_DIALOG_CHECK_OPTIONAL);

	offhook_dialog_check_push(self->check, "prompts");
	if (prompts != NULL)
		offhook_dialog_check_members(self->check, prompts, known);
	for (guint i = 0; i < OFFHOOK_DIALOG_SAY_LAST; i++) {
		const char *texts[] = {offhook_dialog_loader_prompts[i].fallback, NULL};

		if (prompts != NULL)
			script->prompts[i] = offhook_dialog_loader_read_texts(
			    self, prompts, offhook_dialog_loader_prompts[i].member,
			    OFFHOOK_DIALOG_CHECK_OPTIONAL);
		if (script->prompts[i] == NULL || script->prompts[i][0] == NULL) {
			g_strfreev(script->prompts[i]);
			script->prompts[i] = g_strdupv((char **)texts);
		}
	}
	offhook_dialog_loader_read_reprompts(self, prompts);
	offhook_dialog_loader_read_offer(self, prompts);
	offhook_dialog_check_pop(self->check);
}
