/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tool `save_details`. What is saved has to be read back, in a turn of its own: a yes is one to what
 * the caller has heard. Main thread.
 */

#include "orchestrator-collect.h"

#include <offhook/error.h>

#define TOOL      "save_details"
#define CONFIRMED "confirmed"

struct _OffhookOrchestratorCollect {
	GPtrArray *fields; /* of OffhookOrchestratorField */
	OffhookAgentHost *host;
	char **values; /* (nullable) each, as many as fields */
	guint turn;
	guint changed; /* the turn in which one has changed last */
	gboolean confirmed;
	const OffhookOrchestratorField *keyed; /* (nullable) */
};

static const OffhookOrchestratorField *
offhook_orchestrator_collect_get(OffhookOrchestratorCollect *self, guint i)
{
	return g_ptr_array_index(self->fields, i);
}

/* The first that is required and not there, or NULL. */
static const OffhookOrchestratorField *
offhook_orchestrator_collect_find_missing(OffhookOrchestratorCollect *self)
{
	for (guint i = 0; i < self->fields->len; i++)
		if (offhook_orchestrator_collect_get(self, i)->required && self->values[i] == NULL)
			return offhook_orchestrator_collect_get(self, i);
	return NULL;
}

/* Appends "@before name value, name value"; @missing: the names of those that are required instead. */
static void
offhook_orchestrator_collect_list(OffhookOrchestratorCollect *self, gboolean missing,
				  const char *before, GString *text)
{
	const char *separator = before;

	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookOrchestratorField *field = offhook_orchestrator_collect_get(self, i);

		if ((self->values[i] == NULL) != missing || (missing && !field->required))
			continue;
		g_string_append_printf(text, "%s%s", separator, field->name);
		if (!missing)
			g_string_append_printf(text, " %s", self->values[i]);
		separator = ", ";
	}
	if (separator != before)
		g_string_append(text, ". ");
}

/* ---- saving ---- */

/* (transfer full) (nullable): not given */
static char *
offhook_orchestrator_collect_read(JsonObject *arguments, const char *name)
{
	JsonNode *node = json_object_get_member(arguments, name);

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
		return NULL;
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		return g_strdup(json_node_get_string(node));
	if (json_node_get_value_type(node) == G_TYPE_INT64)
		return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(node));
	return NULL;
}

static gboolean
offhook_orchestrator_collect_is_agreed(JsonObject *arguments)
{
	JsonNode *node = json_object_get_member(arguments, CONFIRMED);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
	       json_node_get_value_type(node) == G_TYPE_BOOLEAN && json_node_get_boolean(node);
}

/* @wrong: what was none, appended */
static void
offhook_orchestrator_collect_take(OffhookOrchestratorCollect *self, guint i, JsonObject *arguments,
				  GString *wrong)
{
	const OffhookOrchestratorField *field = offhook_orchestrator_collect_get(self, i);
	g_autoptr(GDateTime) today = g_date_time_new_now_local();
	g_autofree char *text = offhook_orchestrator_collect_read(arguments, field->name);
	g_autofree char *value = NULL;
	g_autoptr(GError) error = NULL;

	if (text == NULL || *text == '\0')
		return;
	value = offhook_orchestrator_field_normalise(field, text, today, &error);
	if (value == NULL) {
		g_string_append_printf(wrong, "Not saved: %s. ", error->message);
		return;
	}
	if (g_strcmp0(value, self->values[i]) == 0)
		return;
	g_free(self->values[i]);
	self->values[i] = g_steal_pointer(&value);
	self->changed = self->turn;
	self->confirmed = FALSE;
}

/* The details are the conversation's. @text: what could not be done is appended */
static void
offhook_orchestrator_collect_deliver(OffhookOrchestratorCollect *self, GString *text)
{
	JsonObject *data = json_object_new();
	JsonObject *details = json_object_new();

	for (guint i = 0; i < self->fields->len; i++) {
		const char *name = offhook_orchestrator_collect_get(self, i)->name;
		g_autoptr(GError) error = NULL;

		if (self->values[i] == NULL)
			continue;
		json_object_set_string_member(details, name, self->values[i]);
		if (!offhook_agent_host_set_variable(self->host, name, self->values[i], &error))
			g_string_append_printf(text, "%s. ", error->message);
	}
	json_object_set_object_member(data, "details", details);
	offhook_agent_host_note(self->host, "details.collected", data);
}

static void
offhook_orchestrator_collect_confirm(OffhookOrchestratorCollect *self, GString *text)
{
	if (self->confirmed) {
		g_string_append(text, "Confirmed already.");
		return;
	}
	self->confirmed = TRUE;
	offhook_orchestrator_collect_deliver(self, text);
	g_string_append(text, "Confirmed and noted.");
}

static void
offhook_orchestrator_collect_save_cb(OffhookToolRun *run, gpointer user_data)
{
	OffhookOrchestratorCollect *self = user_data;
	JsonObject *arguments = offhook_tool_run_get_arguments(run);
	g_autoptr(GString) text = g_string_new(NULL);
	gboolean agreed = offhook_orchestrator_collect_is_agreed(arguments);

	for (guint i = 0; i < self->fields->len; i++)
		offhook_orchestrator_collect_take(self, i, arguments, text);
	if (text->len > 0 || offhook_orchestrator_collect_find_missing(self) != NULL) {
		offhook_orchestrator_collect_list(self, TRUE, "Still missing: ", text);
	} else if (agreed && (self->confirmed || self->changed < self->turn)) {
		offhook_orchestrator_collect_confirm(self, text);
	} else {
		offhook_orchestrator_collect_list(self, FALSE, "All there, not confirmed: ", text);
		g_string_append(text,
				"Read them back and ask whether they are right; call this with "
				"confirmed after the caller's yes.");
	}
	offhook_tool_run_finish(run, text->str);
}

/* ---- the tool ---- */

static void
offhook_orchestrator_collect_add_property(JsonObject *properties, const char *name,
					  const char *type, const char *description)
{
	JsonObject *property = json_object_new();

	json_object_set_string_member(property, "type", type);
	json_object_set_string_member(property, "description", description);
	json_object_set_object_member(properties, name, property);
}

static JsonObject *
offhook_orchestrator_collect_make_schema(GPtrArray *fields)
{
	JsonObject *schema = json_object_new();
	JsonObject *properties = json_object_new();

	for (guint i = 0; i < fields->len; i++) {
		const OffhookOrchestratorField *field = g_ptr_array_index(fields, i);
		g_autofree char *description = offhook_orchestrator_field_describe(field);

		offhook_orchestrator_collect_add_property(
		    properties, field->name,
		    field->type == OFFHOOK_ORCHESTRATOR_FIELD_NUMBER ? "integer" : "string",
		    description);
	}
	offhook_orchestrator_collect_add_property(
	    properties, CONFIRMED, "boolean",
	    "the caller has heard all details read back and said that they are right");
	json_object_set_string_member(schema, "type", "object");
	json_object_set_object_member(schema, "properties", properties);
	return schema;
}

OffhookOrchestratorCollect *
offhook_orchestrator_collect_new(GPtrArray *fields, OffhookAgentHost *host, GError **error)
{
	g_autoptr(JsonObject) schema = offhook_orchestrator_collect_make_schema(fields);
	const OffhookToolDescription tool = {
	    .name = TOOL,
	    .description = "Saves details that the caller has given, as soon as they are known.",
	    .parameters = schema,
	};
	OffhookOrchestratorCollect *self = g_new0(OffhookOrchestratorCollect, 1);

	if (!offhook_toolbox_add(offhook_agent_host_get_toolbox(host), &tool,
				 offhook_orchestrator_collect_save_cb, self, NULL, error)) {
		g_free(self);
		return NULL;
	}
	self->fields = g_ptr_array_ref(fields);
	self->host = host;
	self->values = g_new0(char *, fields->len);
	return self;
}

void
offhook_orchestrator_collect_free(OffhookOrchestratorCollect *self)
{
	if (self == NULL)
		return;
	offhook_toolbox_remove(offhook_agent_host_get_toolbox(self->host), TOOL);
	for (guint i = 0; i < self->fields->len; i++)
		g_free(self->values[i]);
	g_free(self->values);
	g_ptr_array_unref(self->fields);
	g_free(self);
}

/* ---- what the model is told ---- */

char *
offhook_orchestrator_collect_instruct(OffhookOrchestratorCollect *self, GDateTime *today)
{
	g_autofree char *date = g_date_time_format(today, "%A, %Y-%m-%d");
	GString *text = g_string_new(
	    "Find the following out from the caller, one after the other and in this order unless "
	    "told otherwise, and save each with " TOOL " as soon as you know it:\n");

	for (guint i = 0; i < self->fields->len; i++) {
		const OffhookOrchestratorField *field = offhook_orchestrator_collect_get(self, i);
		g_autofree char *description = offhook_orchestrator_field_describe(field);

		g_string_append_printf(text, "- %s%s: %s\n", field->name,
				       field->required ? "" : " (if it comes up)", description);
	}
	g_string_append_printf(text,
			       "Today is %s. When all is there, read it back and ask whether it is "
			       "right; after the caller's yes call " TOOL " with " CONFIRMED ".",
			       date);
	return g_string_free(text, FALSE);
}

char *
offhook_orchestrator_collect_describe(OffhookOrchestratorCollect *self)
{
	GString *text = g_string_new(self->confirmed ? "The details are confirmed. " : NULL);

	offhook_orchestrator_collect_list(self, FALSE, "Details so far: ", text);
	offhook_orchestrator_collect_list(self, TRUE, "Still missing: ", text);
	return g_string_free(text, FALSE);
}

/* ---- the caller ---- */

void
offhook_orchestrator_collect_begin_turn(OffhookOrchestratorCollect *self)
{
	self->turn++;
}

OffhookExpectation *
offhook_orchestrator_collect_expect(OffhookOrchestratorCollect *self, gboolean asks)
{
	const OffhookOrchestratorField *missing = offhook_orchestrator_collect_find_missing(self);
	OffhookExpectation *keys;
	guint max;

	self->keyed = NULL;
	if (!asks || missing == NULL || !offhook_orchestrator_field_takes_keys(missing, &max))
		return NULL;
	self->keyed = missing;
	keys = offhook_expectation_new(OFFHOOK_EXPECT_DIGITS);
	offhook_expectation_set_digits(keys, 1, max);
	return keys;
}

const char *
offhook_orchestrator_collect_get_keyed(OffhookOrchestratorCollect *self)
{
	return self->keyed != NULL ? self->keyed->name : NULL;
}
