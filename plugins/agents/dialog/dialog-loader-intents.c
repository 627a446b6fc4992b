/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a script: intents, forms, and the replies of both. Main thread.
 */

#include "dialog-loader.h"

#include "dialog-pattern.h"
#include <string.h>

/* In the order of OffhookDialogDo. */
static const char *const offhook_dialog_loader_actions[] = {
    "none", "hang_up", "transfer", "repeat", "cancel", "pass", NULL,
};

static OffhookDialogDo
offhook_dialog_loader_read_action(OffhookDialogLoader *self, JsonObject *object)
{
	g_autofree char *word = offhook_dialog_check_string(self->check, object, "action",
							    OFFHOOK_DIALOG_CHECK_OPTIONAL);

	for (guint i = 0; word != NULL && offhook_dialog_loader_actions[i] != NULL; i++) {
		if (g_str_equal(offhook_dialog_loader_actions[i], word))
			return (OffhookDialogDo)i;
	}
	if (word != NULL) {
		offhook_dialog_check_push(self->check, "action");
		offhook_dialog_check_fail_text(self->check, word,
					       "expected one of hang_up, transfer, repeat, cancel, "
					       "pass");
		offhook_dialog_check_pop(self->check);
	}
	return OFFHOOK_DIALOG_DO_NOTHING;
}

static const OffhookDialogSlot *
offhook_dialog_loader_find_slot(OffhookDialogLoader *self, const char *name)
{
	const OffhookDialogSlot *slot =
	    name != NULL ? g_hash_table_lookup(self->script->slots, name) : NULL;

	if (name != NULL && slot == NULL)
		offhook_dialog_check_fail_text(self->check, name, "expected a name from $.slots");
	return slot;
}

/* "open": a slot that is a day, or "now". */
static void
offhook_dialog_loader_check_open(OffhookDialogLoader *self, const char *name)
{
	const OffhookDialogSlot *slot;

	if (offhook_opening_hours_is_empty(self->script->hours))
		offhook_dialog_check_fail_text(self->check, name, "expected $.hours to be given");
	if (g_str_equal(name, "now"))
		return;
	slot = offhook_dialog_loader_find_slot(self, name);
	if (slot != NULL && slot->type != OFFHOOK_DIALOG_SLOT_DAY)
		offhook_dialog_check_fail_text(self->check, name,
					       "expected \"now\" or a slot of type day");
}

static void
offhook_dialog_loader_read_when(OffhookDialogLoader *self, JsonObject *object,
				OffhookDialogReply *reply)
{
	static const char *const known[] = {"open", "closed", "given", "slot", "is", "set", NULL};
	static const struct {
		const char *member;
		OffhookDialogWhen when;
	} kinds[] = {{"open", OFFHOOK_DIALOG_WHEN_OPEN},
		     {"closed", OFFHOOK_DIALOG_WHEN_CLOSED},
		     {"given", OFFHOOK_DIALOG_WHEN_GIVEN},
		     {"slot", OFFHOOK_DIALOG_WHEN_IS},
		     {"set", OFFHOOK_DIALOG_WHEN_SET}};
	guint found = 0;

	offhook_dialog_check_members(self->check, object, known);
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		char *name = offhook_dialog_check_string(self->check, object, kinds[i].member,
							 OFFHOOK_DIALOG_CHECK_OPTIONAL);

		if (name == NULL)
			continue;
		found++;
		g_free(reply->when_name);
		reply->when_name = name;
		reply->when = kinds[i].when;
		offhook_dialog_check_push(self->check, kinds[i].member);
		if (reply->when == OFFHOOK_DIALOG_WHEN_OPEN ||
		    reply->when == OFFHOOK_DIALOG_WHEN_CLOSED)
			offhook_dialog_loader_check_open(self, name);
		else if (reply->when != OFFHOOK_DIALOG_WHEN_SET)
			offhook_dialog_loader_find_slot(self, name);
		else if (!g_hash_table_contains(self->script->variables, name))
			offhook_dialog_check_fail_text(self->check, name,
						       "expected a name from $.variables");
		offhook_dialog_check_pop(self->check);
	}
	if (found != 1)
		offhook_dialog_check_fail_text(
		    self->check, NULL, "expected exactly one of open, closed, given, slot, set");
	if (reply->when == OFFHOOK_DIALOG_WHEN_IS)
		reply->when_value = offhook_dialog_check_string(self->check, object, "is",
								OFFHOOK_DIALOG_CHECK_REQUIRED);
}

static OffhookDialogReply *
offhook_dialog_loader_read_reply(OffhookDialogLoader *self, JsonObject *object,
				 gboolean conditional)
{
	OffhookDialogReply *reply = g_new0(OffhookDialogReply, 1);
	JsonObject *when;

	reply->answers = offhook_dialog_loader_read_texts(self, object, "answers",
							  OFFHOOK_DIALOG_CHECK_OPTIONAL);
	reply->action = offhook_dialog_loader_read_action(self, object);
	reply->more = offhook_dialog_check_boolean(self->check, object, "more", TRUE);
	if (reply->action == OFFHOOK_DIALOG_DO_TRANSFER) {
		g_auto(GStrv) to = offhook_dialog_loader_read_texts(self, object, "to",
								    OFFHOOK_DIALOG_CHECK_REQUIRED);

		reply->to = g_strdup(to[0]);
	} else if (json_object_has_member(object, "to")) {
		offhook_dialog_check_push(self->check, "to");
		offhook_dialog_check_fail_text(self->check, NULL,
					       "expected only with \"action\": \"transfer\"");
		offhook_dialog_check_pop(self->check);
	}
	reply->form =
	    offhook_dialog_check_string(self->check, object, "form", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (reply->form != NULL && !g_hash_table_contains(self->form_names, reply->form)) {
		offhook_dialog_check_push(self->check, "form");
		offhook_dialog_check_fail_text(self->check, reply->form,
					       "expected a name from $.forms");
		offhook_dialog_check_pop(self->check);
	}
	if (reply->form != NULL && reply->action != OFFHOOK_DIALOG_DO_NOTHING)
		offhook_dialog_check_fail_text(self->check, NULL,
					       "expected either form or action, not both");
	if (!conditional)
		return reply;
	when =
	    offhook_dialog_check_object(self->check, object, "when", OFFHOOK_DIALOG_CHECK_REQUIRED);
	if (when != NULL) {
		offhook_dialog_check_push(self->check, "when");
		offhook_dialog_loader_read_when(self, when, reply);
		offhook_dialog_check_pop(self->check);
	}
	return reply;
}

void
offhook_dialog_loader_read_cases(OffhookDialogLoader *self, JsonObject *object, GPtrArray *cases)
{
	static const char *const known[] = {"when", "answers", "action", "to",
					    "form", "more",    NULL};
	JsonArray *array =
	    offhook_dialog_check_array(self->check, object, "cases", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	OffhookDialogReply *otherwise;

	offhook_dialog_check_push(self->check, "cases");
	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		JsonObject *one;

		offhook_dialog_check_push_index(self->check, i);
		one = offhook_dialog_check_element(self->check, array, i);
		if (one != NULL) {
			offhook_dialog_check_members(self->check, one, known);
			g_ptr_array_add(cases, offhook_dialog_loader_read_reply(self, one, TRUE));
		}
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);

	otherwise = offhook_dialog_loader_read_reply(self, object, FALSE);
	g_ptr_array_add(cases, otherwise);
	if (otherwise->answers[0] == NULL && otherwise->form == NULL &&
	    otherwise->action == OFFHOOK_DIALOG_DO_NOTHING)
		offhook_dialog_check_fail_text(self->check, NULL,
					       "expected answers, an action or a form");
}

static void
offhook_dialog_loader_read_key(OffhookDialogLoader *self, JsonObject *object,
			       OffhookDialogIntent *intent)
{
	intent->key =
	    offhook_dialog_check_string(self->check, object, "key", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (intent->key == NULL)
		return;
	offhook_dialog_check_push(self->check, "key");
	if (strlen(intent->key) != 1 || strchr("0123456789*#", *intent->key) == NULL)
		offhook_dialog_check_fail_text(self->check, intent->key,
					       "expected one of 0 to 9, * and #");
	for (guint i = 0; i < self->script->intents->len; i++) {
		const OffhookDialogIntent *other = self->script->intents->pdata[i];

		if (g_strcmp0(other->key, intent->key) == 0)
			offhook_dialog_check_fail_text(self->check, intent->key,
						       "is the key of %s already, expected another",
						       other->name);
	}
	offhook_dialog_check_pop(self->check);
}

/* By default: what can't be taken back, or takes the caller's time. */
static gboolean
offhook_dialog_loader_is_consequential(const OffhookDialogIntent *intent)
{
	for (guint i = 0; i < intent->cases->len; i++) {
		const OffhookDialogReply *reply = intent->cases->pdata[i];

		if (reply->form != NULL || reply->action == OFFHOOK_DIALOG_DO_TRANSFER ||
		    reply->action == OFFHOOK_DIALOG_DO_HANG_UP)
			return TRUE;
	}
	return FALSE;
}

static void
offhook_dialog_loader_read_intent(OffhookDialogLoader *self, JsonObject *object,
				  OffhookDialogIntent *intent)
{
	static const char *const known[] = {
	    "name",   "label", "phrases", "examples", "key", "consequential", "cases", "answers",
	    "action", "to",    "form",    "more",     NULL,
	};

	offhook_dialog_check_members(self->check, object, known);
	intent->name =
	    offhook_dialog_check_string(self->check, object, "name", OFFHOOK_DIALOG_CHECK_REQUIRED);
	if (intent->name != NULL && offhook_dialog_loader_is_name(self, intent->name) &&
	    offhook_dialog_script_find_intent(self->script, intent->name) != NULL)
		offhook_dialog_check_fail_text(self->check, intent->name,
					       "expected a name that no other intent has");
	intent->label = offhook_dialog_check_string(self->check, object, "label",
						    OFFHOOK_DIALOG_CHECK_OPTIONAL);
	offhook_dialog_loader_read_patterns(self, object, "phrases", OFFHOOK_DIALOG_CHECK_REQUIRED,
					    intent->patterns);
	intent->examples = offhook_dialog_check_strings(self->check, object, "examples",
							OFFHOOK_DIALOG_CHECK_OPTIONAL);
	offhook_dialog_loader_read_key(self, object, intent);
	offhook_dialog_loader_read_cases(self, object, intent->cases);
	intent->consequential = offhook_dialog_check_boolean(
	    self->check, object, "consequential", offhook_dialog_loader_is_consequential(intent));
}

void
offhook_dialog_loader_read_intents(OffhookDialogLoader *self, JsonObject *root)
{
	JsonArray *array =
	    offhook_dialog_check_array(self->check, root, "intents", OFFHOOK_DIALOG_CHECK_REQUIRED);

	offhook_dialog_check_push(self->check, "intents");
	if (array != NULL && json_array_get_length(array) == 0)
		offhook_dialog_check_fail_text(self->check, NULL, "expected at least one intent");
	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		JsonObject *one;

		offhook_dialog_check_push_index(self->check, i);
		one = offhook_dialog_check_element(self->check, array, i);
		if (one != NULL) {
			OffhookDialogIntent *intent = offhook_dialog_intent_new();

			offhook_dialog_loader_read_intent(self, one, intent);
			g_ptr_array_add(self->script->intents, intent);
		}
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
}

/* How a field is answered when the file does not say. */
static void
offhook_dialog_loader_add_default_answers(OffhookDialogLoader *self, OffhookDialogField *field)
{
	const char *name = field->slot->name;
	g_autofree char *phrase = NULL;

	switch (field->slot->type) {
	case OFFHOOK_DIALOG_SLOT_NUMBER:
		phrase =
		    field->slot->unit_many != NULL
			? g_strdup_printf("[for] <%s> [(%s|please)]", name, field->slot->unit_many)
			: g_strdup_printf("[for] <%s> [please]", name);
		break;
	case OFFHOOK_DIALOG_SLOT_DAY:
		phrase = g_strdup_printf("[(on|for)] <%s> [please]", name);
		break;
	case OFFHOOK_DIALOG_SLOT_TIME:
		phrase = g_strdup_printf("[(at|around)] <%s> [please]", name);
		break;
	case OFFHOOK_DIALOG_SLOT_LIST:
		phrase = g_strdup_printf("[(i'd like|i would like)] <%s> [please]", name);
		break;
	case OFFHOOK_DIALOG_SLOT_DIGITS:
	case OFFHOOK_DIALOG_SLOT_YES_NO:
	case OFFHOOK_DIALOG_SLOT_TYPE_LAST:
		return;
	}
	offhook_dialog_loader_add_pattern(self, phrase, field->patterns);
}

static void
offhook_dialog_loader_check_must_be_open(OffhookDialogLoader *self, OffhookDialogField *field)
{
	if (!field->must_be_open)
		return;
	if (offhook_opening_hours_is_empty(self->script->hours))
		offhook_dialog_check_fail_text(self->check, NULL,
					       "must_be_open: expected $.hours to be given");
	if (field->slot->type != OFFHOOK_DIALOG_SLOT_DAY &&
	    field->slot->type != OFFHOOK_DIALOG_SLOT_TIME)
		offhook_dialog_check_fail_text(self->check, field->slot->name,
					       "must_be_open: expected a slot of type day or time");
	if (field->closed[0] == NULL)
		offhook_dialog_check_fail_text(self->check, NULL,
					       "must_be_open: expected closed to be given");
}

static void
offhook_dialog_loader_read_field(OffhookDialogLoader *self, JsonObject *object,
				 OffhookDialogForm *form)
{
	static const char *const known[] = {
	    "slot", "names", "ask", "again", "invalid", "closed", "must_be_open", "phrases", NULL,
	};
	OffhookDialogField *field = offhook_dialog_field_new();
	g_autofree char *slot = NULL;

	offhook_dialog_check_members(self->check, object, known);
	slot =
	    offhook_dialog_check_string(self->check, object, "slot", OFFHOOK_DIALOG_CHECK_REQUIRED);
	field->ask =
	    offhook_dialog_loader_read_texts(self, object, "ask", OFFHOOK_DIALOG_CHECK_REQUIRED);
	field->again =
	    offhook_dialog_loader_read_texts(self, object, "again", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	field->invalid = offhook_dialog_loader_read_texts(self, object, "invalid",
							  OFFHOOK_DIALOG_CHECK_OPTIONAL);
	field->closed =
	    offhook_dialog_loader_read_texts(self, object, "closed", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	field->must_be_open =
	    offhook_dialog_check_boolean(self->check, object, "must_be_open", FALSE);
	offhook_dialog_loader_read_patterns(self, object, "phrases", OFFHOOK_DIALOG_CHECK_OPTIONAL,
					    field->patterns);
	offhook_dialog_loader_read_patterns(self, object, "names", OFFHOOK_DIALOG_CHECK_OPTIONAL,
					    field->names);
	for (guint i = 0; i < field->names->len; i++) {
		if (*offhook_dialog_pattern_get_slots(field->names->pdata[i]) != NULL)
			offhook_dialog_check_fail_text(
			    self->check, offhook_dialog_pattern_get_phrase(field->names->pdata[i]),
			    "names: expected words only, no slot");
	}
	g_ptr_array_add(form->fields, field);
	field->slot = offhook_dialog_loader_find_slot(self, slot);
	if (field->slot == NULL)
		return;
	for (guint i = 0; i + 1 < form->fields->len; i++) {
		if (((OffhookDialogField *)form->fields->pdata[i])->slot == field->slot)
			offhook_dialog_check_fail_text(self->check, slot,
						       "expected a slot that no other field has");
	}
	if (field->patterns->len == 0)
		offhook_dialog_loader_add_default_answers(self, field);
	offhook_dialog_loader_check_must_be_open(self, field);
}

static void
offhook_dialog_loader_read_confirm(OffhookDialogLoader *self, JsonObject *object,
				   OffhookDialogForm *form)
{
	static const char *const known[] = {"ask", "change", NULL};
	JsonObject *confirm = offhook_dialog_check_object(self->check, object, "confirm",
							  OFFHOOK_DIALOG_CHECK_OPTIONAL);
	const char *nothing[] = {NULL};
	const char *change[] = {"What would you like to change?", NULL};

	if (confirm == NULL) {
		form->confirm = g_strdupv((char **)nothing);
		form->change = g_strdupv((char **)change);
		return;
	}
	offhook_dialog_check_push(self->check, "confirm");
	offhook_dialog_check_members(self->check, confirm, known);
	form->confirm =
	    offhook_dialog_loader_read_texts(self, confirm, "ask", OFFHOOK_DIALOG_CHECK_REQUIRED);
	form->change = offhook_dialog_loader_read_texts(self, confirm, "change",
							OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (form->change[0] == NULL) {
		g_strfreev(form->change);
		form->change = g_strdupv((char **)change);
	}
	offhook_dialog_check_pop(self->check);
}

static void
offhook_dialog_loader_read_form(OffhookDialogLoader *self, JsonObject *object,
				OffhookDialogForm *form)
{
	static const char *const known[] = {"fields", "confirm", "cancelled", "cases", "answers",
					    "action", "to",      "form",      "more",  NULL};
	JsonArray *fields = offhook_dialog_check_array(self->check, object, "fields",
						       OFFHOOK_DIALOG_CHECK_REQUIRED);

	offhook_dialog_check_members(self->check, object, known);
	offhook_dialog_check_push(self->check, "fields");
	if (fields != NULL && json_array_get_length(fields) == 0)
		offhook_dialog_check_fail_text(self->check, NULL, "expected at least one field");
	for (guint i = 0; fields != NULL && i < json_array_get_length(fields); i++) {
		JsonObject *one;

		offhook_dialog_check_push_index(self->check, i);
		one = offhook_dialog_check_element(self->check, fields, i);
		if (one != NULL)
			offhook_dialog_loader_read_field(self, one, form);
		offhook_dialog_check_pop(self->check);
	}
	offhook_dialog_check_pop(self->check);
	offhook_dialog_loader_read_confirm(self, object, form);
	form->cancelled = offhook_dialog_loader_read_texts(self, object, "cancelled",
							   OFFHOOK_DIALOG_CHECK_OPTIONAL);
	if (form->cancelled[0] == NULL) {
		const char *fallback[] = {"All right, never mind.", NULL};

		g_strfreev(form->cancelled);
		form->cancelled = g_strdupv((char **)fallback);
	}
	offhook_dialog_loader_read_cases(self, object, form->cases);
}

void
offhook_dialog_loader_read_forms(OffhookDialogLoader *self, JsonObject *root)
{
	JsonObject *object =
	    offhook_dialog_check_object(self->check, root, "forms", OFFHOOK_DIALOG_CHECK_OPTIONAL);
	g_autoptr(GList) members = object != NULL ? json_object_get_members(object) : NULL;

	offhook_dialog_check_push(self->check, "forms");
	for (GList *l = members; l != NULL; l = l->next) {
		OffhookDialogForm *form;
		JsonObject *one;

		if (!offhook_dialog_loader_is_name(self, l->data))
			continue;
		one = offhook_dialog_check_object(self->check, object, l->data,
						  OFFHOOK_DIALOG_CHECK_REQUIRED);
		if (one == NULL)
			continue;
		form = offhook_dialog_form_new(l->data);
		offhook_dialog_check_push(self->check, l->data);
		offhook_dialog_loader_read_form(self, one, form);
		offhook_dialog_check_pop(self->check);
		g_hash_table_replace(self->script->forms, form->name, form);
	}
	offhook_dialog_check_pop(self->check);
}
