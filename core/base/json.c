/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checked members of a request, and compact text. Any thread.
 */

#include "base/json.h"

#include <offhook/error.h>
#include <offhook/json.h>

#include <string.h>

#define OFFHOOK_JSON_VALUE_SHOWN 80

/* The digits that make sure that a double reads back, when fewer do not. */
#define OFFHOOK_JSON_MAX_DIGITS 17

/* One number of JSON, in as few digits as read back as the same; others may need all that there are. */
static void
offhook_json_append_number(GString *text, const char *number, gsize length)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_autofree char *copy = g_strndup(number, length);
	double value = g_ascii_strtod(copy, NULL);
	gboolean is_whole = strpbrk(copy, ".eE") == NULL;

	for (guint digits = OFFHOOK_JSON_MAX_DIGITS - 2;
	     !is_whole && digits < OFFHOOK_JSON_MAX_DIGITS; digits++) {
		char format[8];

		g_snprintf(format, sizeof(format), "%%.%ug", digits);
		g_ascii_formatd(buffer, sizeof(buffer), format, value);
		if (strpbrk(buffer, ".e") != NULL && strlen(buffer) < length &&
		    g_ascii_strtod(buffer, NULL) == value) {
			g_string_append(text, buffer);
			return;
		}
	}
	g_string_append_len(text, number, (gssize)length);
}

/* json-glib writes 0.1 as 0.10000000000000001. (transfer full) */
static char *
offhook_json_shorten_numbers(const char *json)
{
	GString *text = g_string_sized_new(strlen(json));
	const char *p = json;

	while (*p != '\0') {
		gsize length = *p == '"' ? 1 : strspn(p, "+-.0123456789eE");

		if (*p == '"') {
			while (p[length] != '"')
				length += p[length] == '\\' ? 2 : 1;
			g_string_append_len(text, p, (gssize)++length);
		} else if (length >= OFFHOOK_JSON_MAX_DIGITS) {
			offhook_json_append_number(text, p, length);
		} else {
			length = MAX(length, 1);
			g_string_append_len(text, p, (gssize)length);
		}
		p += length;
	}
	return g_string_free(text, FALSE);
}

char *
offhook_json_to_string(JsonObject *object)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_set_object(node, object);
	text = offhook_json_node_to_string(node);
	return offhook_json_shorten_numbers(text);
}

#define OFFHOOK_JSON_REFUSAL_FORMAT "%s: \"%s\" is not valid, expected %s"

gboolean
offhook_json_refuse(GError **error, const char *field, const char *value, const char *expected)
{
	g_autofree char *shown = g_utf8_make_valid(value != NULL ? value : "", -1);

	if (strlen(shown) > OFFHOOK_JSON_VALUE_SHOWN) {
		g_autofree char *cut = g_utf8_substring(
		    shown, 0, MIN(g_utf8_strlen(shown, -1), OFFHOOK_JSON_VALUE_SHOWN));
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    OFFHOOK_JSON_REFUSAL_FORMAT, field, cut, expected);
		return FALSE;
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
		    OFFHOOK_JSON_REFUSAL_FORMAT, field, shown, expected);
	return FALSE;
}

gboolean
offhook_json_get_refusal(const GError *error, char **field, char **value, char **expected)
{
	g_autoptr(GRegex) regex = NULL;
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_error_matches(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT))
		return FALSE;
	regex = g_regex_new("^([^:\\s]+): \"(.*)\" is not valid, expected (.*)$", G_REGEX_DOTALL, 0,
			    NULL);
	if (!g_regex_match(regex, error->message, 0, &match))
		return FALSE;
	*field = g_match_info_fetch(match, 1);
	*value = g_match_info_fetch(match, 2);
	*expected = g_match_info_fetch(match, 3);
	return TRUE;
}

/* The member's node, or NULL when it is absent or null. */
static JsonNode *
offhook_json_get_present(JsonObject *object, const char *field)
{
	JsonNode *node = json_object_get_member(object, field);

	return node != NULL && !JSON_NODE_HOLDS_NULL(node) ? node : NULL;
}

static gboolean
offhook_json_refuse_node(GError **error, const char *field, JsonNode *node, const char *expected)
{
	g_autofree char *text = offhook_json_node_to_string(node);

	return offhook_json_refuse(error, field, text, expected);
}

gboolean
offhook_json_read_string(JsonObject *object, const char *field, const char **value, GError **error)
{
	JsonNode *node = offhook_json_get_present(object, field);

	if (node == NULL)
		return TRUE;
	if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
		return offhook_json_refuse_node(error, field, node, "a string");
	*value = json_node_get_string(node);
	return TRUE;
}

gboolean
offhook_json_read_boolean(JsonObject *object, const char *field, gboolean *value, GError **error)
{
	JsonNode *node = offhook_json_get_present(object, field);

	if (node == NULL)
		return TRUE;
	if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN)
		return offhook_json_refuse_node(error, field, node, "true or false");
	*value = json_node_get_boolean(node);
	return TRUE;
}

gboolean
offhook_json_read_integer(JsonObject *object, const char *field, gint64 min, gint64 max,
			  gint64 *value, GError **error)
{
	JsonNode *node = offhook_json_get_present(object, field);
	g_autofree char *expected = NULL;

	if (node == NULL)
		return TRUE;
	if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64 &&
	    json_node_get_int(node) >= min && json_node_get_int(node) <= max) {
		*value = json_node_get_int(node);
		return TRUE;
	}
	expected = g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
				   min, max);
	return offhook_json_refuse_node(error, field, node, expected);
}

gboolean
offhook_json_read_number(JsonObject *object, const char *field, double min, double max,
			 double *value, GError **error)
{
	JsonNode *node = offhook_json_get_present(object, field);
	GType type = node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node)
								 : G_TYPE_INVALID;
	g_autofree char *expected = NULL;

	if (node == NULL)
		return TRUE;
	if ((type == G_TYPE_INT64 || type == G_TYPE_DOUBLE) && json_node_get_double(node) >= min &&
	    json_node_get_double(node) <= max) {
		*value = json_node_get_double(node);
		return TRUE;
	}
	expected = g_strdup_printf("a number from %g to %g", min, max);
	return offhook_json_refuse_node(error, field, node, expected);
}

gboolean
offhook_json_read_object(JsonObject *object, const char *field, JsonObject **value, GError **error)
{
	JsonNode *node = offhook_json_get_present(object, field);

	if (node == NULL)
		return TRUE;
	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_json_refuse_node(error, field, node, "an object");
	*value = json_node_get_object(node);
	return TRUE;
}

void
offhook_json_set_string(JsonObject *object, const char *field, const char *value)
{
	if (value != NULL)
		json_object_set_string_member(object, field, value);
	else
		json_object_set_null_member(object, field);
}

void
offhook_json_set_figure(JsonObject *object, const char *field, double value)
{
	if (value >= 0)
		json_object_set_double_member(object, field, value);
	else
		json_object_set_null_member(object, field);
}
