/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads what a program that is not ours says. Pure functions, any thread.
 */

#include "remote-answer.h"

#include "remote-field.h"

#include <string.h>

/* ---- actions ---- */

static void
offhook_remote_act_free(gpointer data)
{
	OffhookRemoteAct *act = data;

	g_free(act->argument);
	g_free(act->summary);
	g_free(act);
}

static void
offhook_remote_answer_add_act(OffhookRemoteAnswer *self, OffhookAction action, char *argument,
			      char *summary)
{
	OffhookRemoteAct *act = g_new0(OffhookRemoteAct, 1);

	act->action = action;
	act->argument = argument;
	act->summary = summary;
	g_ptr_array_add(self->acts, act);
}

static gboolean
offhook_remote_answer_is_digits(const char *digits)
{
	gsize length = digits != NULL ? strlen(digits) : 0;

	return length > 0 && length <= 64 && strspn(digits, "0123456789*#ABCDw") == length;
}

/* {"action": "transfer", "to": "+15550100", "summary": "..."} */
gboolean
offhook_remote_answer_read_act(OffhookRemoteAnswer *self, JsonObject *object, GError **error)
{
	static const struct {
		const char *name;
		OffhookAction action;
		const char *field; /* (nullable): of the argument */
	} kinds[] = {
	    {"hang_up", OFFHOOK_ACTION_HANG_UP, NULL},
	    {"transfer", OFFHOOK_ACTION_TRANSFER, "to"},
	    {"hand_over", OFFHOOK_ACTION_HAND_OVER, "to"},
	    {"send_dtmf", OFFHOOK_ACTION_SEND_DTMF, "digits"},
	};
	g_autofree char *name = NULL;
	g_autofree char *argument = NULL;
	g_autofree char *summary = NULL;

	if (!offhook_remote_field_read_string(object, "action", 32, &name, error) ||
	    !offhook_remote_field_read_string(object, "summary", OFFHOOK_REMOTE_MAX_SUMMARY,
					      &summary, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(name, kinds[i].name) != 0)
			continue;
		if (kinds[i].field != NULL &&
		    !offhook_remote_field_read_string(object, kinds[i].field,
						      OFFHOOK_REMOTE_MAX_TARGET, &argument, error))
			return FALSE;
		if (kinds[i].action == OFFHOOK_ACTION_SEND_DTMF &&
		    !offhook_remote_answer_is_digits(argument))
			return offhook_remote_field_refuse(
			    "digits", "up to 64 of 0 to 9, *, #, A to D, and w for a pause", error);
		if (kinds[i].field != NULL && (argument == NULL || *argument == '\0'))
			return offhook_remote_field_refuse(kinds[i].field,
							   "whom the caller goes to", error);
		offhook_remote_answer_add_act(self, kinds[i].action, g_steal_pointer(&argument),
					      g_steal_pointer(&summary));
		return TRUE;
	}
	return offhook_remote_field_refuse("action",
					   "one of hang_up, transfer, hand_over, send_dtmf", error);
}

static gboolean
offhook_remote_answer_read_acts(OffhookRemoteAnswer *self, JsonObject *object, GError **error)
{
	JsonArray *actions;

	if (!offhook_remote_field_read_array(object, "actions", OFFHOOK_REMOTE_MAX_ACTIONS,
					     &actions, error))
		return FALSE;
	for (guint i = 0; actions != NULL && i < json_array_get_length(actions); i++) {
		JsonNode *node = json_array_get_element(actions, i);

		if (!JSON_NODE_HOLDS_OBJECT(node))
			return offhook_remote_field_refuse("actions", "a list of objects", error);
		if (!offhook_remote_answer_read_act(self, json_node_get_object(node), error)) {
			g_prefix_error(error, "actions[%u].", i);
			return FALSE;
		}
	}
	return TRUE;
}

/* {"assistant": "billing"} or {"number": "+15550100"}, with a summary */
static gboolean
offhook_remote_answer_read_hand_over(OffhookRemoteAnswer *self, JsonObject *object, GError **error)
{
	g_autofree char *assistant = NULL;
	g_autofree char *number = NULL;
	g_autofree char *summary = NULL;
	JsonObject *to;

	if (!offhook_remote_field_read_object(object, "hand_over", &to, error))
		return FALSE;
	if (to == NULL)
		return TRUE;
	if (!offhook_remote_field_read_string(to, "assistant", OFFHOOK_REMOTE_MAX_TARGET,
					      &assistant, error) ||
	    !offhook_remote_field_read_string(to, "number", OFFHOOK_REMOTE_MAX_TARGET, &number,
					      error) ||
	    !offhook_remote_field_read_string(to, "summary", OFFHOOK_REMOTE_MAX_SUMMARY, &summary,
					      error)) {
		g_prefix_error(error, "hand_over.");
		return FALSE;
	}
	if ((assistant == NULL) == (number == NULL))
		return offhook_remote_field_refuse("hand_over", "either assistant or number",
						   error);
	if (assistant != NULL)
		offhook_remote_answer_add_act(self, OFFHOOK_ACTION_HAND_OVER,
					      g_steal_pointer(&assistant),
					      g_steal_pointer(&summary));
	else
		offhook_remote_answer_add_act(self, OFFHOOK_ACTION_TRANSFER,
					      g_steal_pointer(&number), g_steal_pointer(&summary));
	return TRUE;
}

/* ---- the rest ---- */

static gboolean
offhook_remote_answer_read_kind(const char *name, OffhookExpectationKind *kind)
{
	static const char *const kinds[] = {
	    [OFFHOOK_EXPECT_OPEN] = "open",
	    [OFFHOOK_EXPECT_YES_NO] = "yes_no",
	    [OFFHOOK_EXPECT_CHOICE] = "choice",
	    [OFFHOOK_EXPECT_DIGITS] = "digits",
	};

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kinds[i], name) == 0) {
			*kind = i;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
offhook_remote_answer_add_phrases(OffhookExpectation *expectation, JsonArray *phrases,
				  GError **error)
{
	for (guint i = 0; phrases != NULL && i < json_array_get_length(phrases); i++) {
		JsonNode *node = json_array_get_element(phrases, i);
		const char *phrase = json_node_get_value_type(node) == G_TYPE_STRING
					 ? json_node_get_string(node)
					 : NULL;

		if (phrase == NULL || *phrase == '\0' || strlen(phrase) > OFFHOOK_REMOTE_MAX_PHRASE)
			return offhook_remote_field_refuse(
			    "phrases", "a list of strings of 1 to 200 bytes", error);
		offhook_expectation_add_phrase(expectation, phrase);
	}
	return TRUE;
}

/* {"kind": "digits", "min": 4, "max": 8, "phrases": ["..."]} */
gboolean
offhook_remote_answer_read_expectation(OffhookRemoteAnswer *self, JsonObject *object,
				       GError **error)
{
	g_autoptr(OffhookExpectation) expectation = NULL;
	g_autofree char *name = NULL;
	JsonArray *phrases;
	OffhookExpectationKind kind;
	guint min = 0;
	guint max = 0;

	if (!offhook_remote_field_read_string(object, "kind", 32, &name, error) ||
	    !offhook_remote_field_read_count(object, "min", &min, error) ||
	    !offhook_remote_field_read_count(object, "max", &max, error) ||
	    !offhook_remote_field_read_array(object, "phrases", OFFHOOK_REMOTE_MAX_PHRASES,
					     &phrases, error))
		return FALSE;
	if (!offhook_remote_answer_read_kind(name, &kind))
		return offhook_remote_field_refuse("kind", "one of open, yes_no, choice, digits",
						   error);
	if (max > 0 && min > max)
		return offhook_remote_field_refuse("min", "no more than max", error);
	expectation = offhook_expectation_new(kind);
	if (!offhook_remote_answer_add_phrases(expectation, phrases, error))
		return FALSE;
	offhook_expectation_set_digits(expectation, min, max);
	g_clear_pointer(&self->expect, offhook_expectation_unref);
	self->expect = g_steal_pointer(&expectation);
	return TRUE;
}

gboolean
offhook_remote_answer_read_variables(OffhookRemoteAnswer *self, JsonObject *object, GError **error)
{
	g_autoptr(GList) names = NULL;
	JsonObject *variables;

	if (!offhook_remote_field_read_object(object, "variables", &variables, error))
		return FALSE;
	if (variables == NULL)
		return TRUE;
	if (json_object_get_size(variables) > OFFHOOK_VARIABLES_MAX)
		return offhook_remote_field_refuse("variables", "at most 100", error);
	names = json_object_get_members(variables);
	for (GList *l = names; l != NULL; l = l->next) {
		JsonNode *node = offhook_remote_field_get(variables, l->data);

		if (node != NULL && json_node_get_value_type(node) != G_TYPE_STRING)
			return offhook_remote_field_refuse("variables", "strings, or null for none",
							   error);
	}
	self->variables = json_object_ref(variables);
	return TRUE;
}

OffhookRemoteAnswer *
offhook_remote_answer_make(void)
{
	OffhookRemoteAnswer *self = g_new0(OffhookRemoteAnswer, 1);

	self->acts = g_ptr_array_new_with_free_func(offhook_remote_act_free);
	self->answered = TRUE;
	return self;
}

OffhookRemoteAnswer *
offhook_remote_answer_new(const char *text)
{
	OffhookRemoteAnswer *self = offhook_remote_answer_make();

	self->say = g_strdup(text);
	return self;
}

void
offhook_remote_answer_free(OffhookRemoteAnswer *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->acts);
	g_clear_pointer(&self->expect, offhook_expectation_unref);
	g_clear_pointer(&self->variables, json_object_unref);
	g_clear_pointer(&self->note_data, json_object_unref);
	g_free(self->note);
	g_free(self->say);
	g_free(self);
}

OffhookRemoteAnswer *
offhook_remote_answer_parse(const char *text, gsize size, GError **error)
{
	g_autoptr(JsonObject) object = offhook_remote_field_open(text, size, error);
	g_autoptr(OffhookRemoteAnswer) self = offhook_remote_answer_make();
	JsonObject *expect;
	gboolean end = FALSE;

	if (object == NULL ||
	    !offhook_remote_field_read_string(object, "say", OFFHOOK_REMOTE_MAX_SAY, &self->say,
					      error) ||
	    !offhook_remote_field_read_boolean(object, "answered", &self->answered, error) ||
	    !offhook_remote_field_read_boolean(object, "end", &end, error) ||
	    !offhook_remote_answer_read_acts(self, object, error) ||
	    !offhook_remote_answer_read_variables(self, object, error) ||
	    !offhook_remote_answer_read_hand_over(self, object, error) ||
	    !offhook_remote_field_read_object(object, "expect", &expect, error))
		return NULL;
	if (expect != NULL && !offhook_remote_answer_read_expectation(self, expect, error)) {
		g_prefix_error(error, "expect.");
		return NULL;
	}
	if (end)
		offhook_remote_answer_add_act(self, OFFHOOK_ACTION_HANG_UP, NULL, NULL);
	return g_steal_pointer(&self);
}
