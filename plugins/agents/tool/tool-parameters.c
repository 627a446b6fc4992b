/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Parameters of a tool in one line. Any thread.
 */

#include "tool-parameters.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_LIMIT       1e15
#define NAME_BEGIN      G_CSET_a_2_z G_CSET_A_2_Z "_"
#define NAME_CHARACTERS NAME_BEGIN G_CSET_DIGITS "-"

/* What can stand behind the colon. */
static const struct {
	const char *word;
	const char *type;
	const char *format;  /* (nullable) */
	const char *minimum; /* (nullable): keyword for the limits */
	const char *maximum;
} offhook_tool_types[] = {
    {"string", "string", NULL, "minLength", "maxLength"},
    {"integer", "integer", NULL, "minimum", "maximum"},
    {"number", "number", NULL, "minimum", "maximum"},
    {"boolean", "boolean", NULL, NULL, NULL},
    {"date", "string", "date", NULL, NULL},
    {"time", "string", "time", NULL, NULL},
    {"date-time", "string", "date-time", NULL, NULL},
    {"email", "string", "email", NULL, NULL},
    {"uri", "string", "uri", NULL, NULL},
    {"uuid", "string", "uuid", NULL, NULL},
};

static gboolean
offhook_tool_parameters_refuse(const char *item, const char *expected, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "parameters: \"%.80s\": expected %s", item, expected);
	return FALSE;
}

/* @text: a number, or nothing for no limit */
static gboolean
offhook_tool_parameters_set_limit(JsonObject *schema, const char *keyword, const char *text)
{
	char *end = NULL;
	double number = g_ascii_strtod(text, &end);

	if (*text == '\0')
		return TRUE;
	if (*end != '\0' || !(number >= -MAX_LIMIT && number <= MAX_LIMIT))
		return FALSE;
	if (number == (double)(gint64)number)
		json_object_set_int_member(schema, keyword, (gint64)number);
	else
		json_object_set_double_member(schema, keyword, number);
	return TRUE;
}

/* "1..8" */
static gboolean
offhook_tool_parameters_set_limits(JsonObject *schema, guint type, const char *limits)
{
	g_auto(GStrv) ends = g_strsplit(limits, "..", 2);

	if (offhook_tool_types[type].minimum == NULL || g_strv_length(ends) != 2 ||
	    (*ends[0] == '\0' && *ends[1] == '\0'))
		return FALSE;
	return offhook_tool_parameters_set_limit(schema, offhook_tool_types[type].minimum,
						 ends[0]) &&
	       offhook_tool_parameters_set_limit(schema, offhook_tool_types[type].maximum, ends[1]);
}

static gboolean
offhook_tool_parameters_set_choices(JsonObject *schema, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, "|", -1);
	JsonArray *list = json_array_new();

	json_object_set_string_member(schema, "type", "string");
	json_object_set_array_member(schema, "enum", list);
	for (char **word = words; *word != NULL; word++) {
		if (*g_strstrip(*word) == '\0')
			return FALSE;
		json_array_add_string_element(list, *word);
	}
	return TRUE;
}

/* "integer 1..8", "inside|outside". (transfer full) (nullable) */
static JsonObject *
offhook_tool_parameters_make_type(const char *text)
{
	g_autoptr(JsonObject) schema = json_object_new();
	gsize length = strcspn(text, " \t");
	g_autofree char *limits = g_strstrip(g_strdup(text + length));

	if (strchr(text, '|') != NULL)
		return offhook_tool_parameters_set_choices(schema, text) ? g_steal_pointer(&schema)
									 : NULL;
	for (guint i = 0; i < G_N_ELEMENTS(offhook_tool_types); i++) {
		if (strlen(offhook_tool_types[i].word) != length ||
		    strncmp(offhook_tool_types[i].word, text, length) != 0)
			continue;
		json_object_set_string_member(schema, "type", offhook_tool_types[i].type);
		if (offhook_tool_types[i].format != NULL)
			json_object_set_string_member(schema, "format",
						      offhook_tool_types[i].format);
		return *limits == '\0' || offhook_tool_parameters_set_limits(schema, i, limits)
			   ? g_steal_pointer(&schema)
			   : NULL;
	}
	return NULL;
}

/* The same with "[]" behind it, a list. (transfer full) (nullable) */
static JsonObject *
offhook_tool_parameters_make_schema(const char *text)
{
	g_autofree char *inner = NULL;
	JsonObject *items;
	JsonObject *schema;

	if (!g_str_has_suffix(text, "[]"))
		return offhook_tool_parameters_make_type(text);
	inner = g_strchomp(g_strndup(text, strlen(text) - 2));
	items = offhook_tool_parameters_make_type(inner);
	if (items == NULL)
		return NULL;
	schema = json_object_new();
	json_object_set_string_member(schema, "type", "array");
	json_object_set_object_member(schema, "items", items);
	return schema;
}

/* Takes a "?" from the end of @text. */
static gboolean
offhook_tool_parameters_take_mark(char *text)
{
	gsize length = strlen(g_strchomp(text));

	if (length == 0 || text[length - 1] != '?')
		return FALSE;
	text[length - 1] = '\0';
	g_strchomp(text);
	return TRUE;
}

/* @whole: "people:integer 1..8 - how many will come" */
static gboolean
offhook_tool_parameters_add(JsonObject *properties, JsonArray *required, const char *whole,
			    GError **error)
{
	const char *dash = strstr(whole, " - ");
	g_autofree char *item =
	    g_strstrip(dash != NULL ? g_strndup(whole, (gsize)(dash - whole)) : g_strdup(whole));
	char *colon = strchr(item, ':');
	char *type = colon != NULL ? g_strchug(colon + 1) : item + strlen(item);
	g_autoptr(JsonObject) schema = NULL;
	gboolean optional;

	if (colon != NULL)
		*colon = '\0';
	optional =
	    offhook_tool_parameters_take_mark(type) || offhook_tool_parameters_take_mark(item);
	if (*item == '\0' || strchr(NAME_BEGIN, *item) == NULL ||
	    strspn(item, NAME_CHARACTERS) != strlen(item) || strlen(item) > 64)
		return offhook_tool_parameters_refuse(
		    whole, "a name of letters, digits, _ and -, then :TYPE", error);
	if (json_object_has_member(properties, item))
		return offhook_tool_parameters_refuse(whole, "each name once", error);
	schema = offhook_tool_parameters_make_schema(*type != '\0' ? type : "string");
	if (schema == NULL)
		return offhook_tool_parameters_refuse(whole,
						      "a type: string, integer, number (each with "
						      "limits such as 1..8), boolean, date, "
						      "time, date-time, email, uri, uuid or words "
						      "divided by |; [] behind it makes a list",
						      error);
	if (dash != NULL) {
		g_autofree char *description = g_strstrip(g_strdup(dash + 3));

		json_object_set_string_member(schema, "description", description);
	}
	json_object_set_object_member(properties, item, g_steal_pointer(&schema));
	if (!optional)
		json_array_add_string_element(required, item);
	return TRUE;
}

static JsonObject *
offhook_tool_parameters_parse_line(const char *text, GError **error)
{
	g_auto(GStrv) items = g_strsplit(text, ";", -1);
	g_autoptr(JsonObject) schema = json_object_new();
	JsonObject *properties = json_object_new();
	JsonArray *required = json_array_new();

	json_object_set_string_member(schema, "type", "object");
	json_object_set_object_member(schema, "properties", properties);
	json_object_set_array_member(schema, "required", required);
	json_object_set_boolean_member(schema, "additionalProperties", FALSE);
	for (char **item = items; *item != NULL; item++) {
		if (*g_strstrip(*item) == '\0')
			continue;
		if (json_object_get_size(properties) >= OFFHOOK_TOOL_PARAMETERS_MAX) {
			offhook_tool_parameters_refuse(*item, "at most 64 parameters", error);
			return NULL;
		}
		if (!offhook_tool_parameters_add(properties, required, *item, error))
			return NULL;
	}
	return g_steal_pointer(&schema);
}

JsonObject *
offhook_tool_parameters_parse(const char *text, GError **error)
{
	g_autoptr(GError) local = NULL;
	JsonObject *schema;

	if (*text != '{')
		return offhook_tool_parameters_parse_line(text, error);
	schema = offhook_json_parse_object(text, -1, "parameters", &local);
	if (schema == NULL)
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "%s", local->message);
	return schema;
}
