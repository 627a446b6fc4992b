/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Strict checks of JSON documents against tables: every field known, of its type and in its range.
 * Pure functions. */

#include "rules.h"

#include "emu-error.h"
#include "ncco.h"

#include <stdarg.h>

gboolean
offhook_emu_rules_refuse(GError **error, const gchar *format, ...)
{
	g_autofree gchar *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_DOCUMENT, text);
	return FALSE;
}

static gboolean
offhook_emu_rules_is(JsonNode *node, GType type)
{
	return JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static gboolean
offhook_emu_rules_matches(const OffhookEmuRule *rule, const gchar *text)
{
	g_autofree gchar *whole = NULL;

	if (rule->pattern == NULL)
		return TRUE;
	whole = g_strdup_printf("^(%s)$", rule->pattern);
	return g_regex_match_simple(whole, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
offhook_emu_rules_check_string(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			       GError **error)
{
	const gchar *text;
	glong length;

	if (!offhook_emu_rules_is(node, G_TYPE_STRING))
		return offhook_emu_rules_refuse(error, "%s.%s is not a string", where, rule->name);
	text = json_node_get_string(node);
	length = g_utf8_strlen(text, -1);
	if (length < (glong)rule->least || (rule->most > 0 && length > (glong)rule->most))
		return offhook_emu_rules_refuse(error,
						"%s.%s has %ld characters, expected %g to %g",
						where, rule->name, length, rule->least, rule->most);
	if (!offhook_emu_rules_matches(rule, text))
		return offhook_emu_rules_refuse(error, "%s.%s is \"%.60s\", expected %s", where,
						rule->name, text, rule->pattern);
	return TRUE;
}

static gboolean
offhook_emu_rules_check_number(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			       GError **error)
{
	gboolean whole = offhook_emu_rules_is(node, G_TYPE_INT64);
	gdouble number;

	if (!whole &&
	    (rule->kind == OFFHOOK_EMU_RULE_INTEGER || !offhook_emu_rules_is(node, G_TYPE_DOUBLE)))
		return offhook_emu_rules_refuse(error, "%s.%s is not a number", where, rule->name);
	number = whole ? (gdouble)json_node_get_int(node) : json_node_get_double(node);
	if (number < rule->least || number > rule->most)
		return offhook_emu_rules_refuse(error, "%s.%s is %g, expected %g to %g", where,
						rule->name, number, rule->least, rule->most);
	return TRUE;
}

static gboolean
offhook_emu_rules_check_level(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			      GError **error)
{
	gchar *end = NULL;
	gdouble level;

	if (offhook_emu_rules_is(node, G_TYPE_STRING)) {
		level = g_ascii_strtod(json_node_get_string(node), &end);
		if (end == json_node_get_string(node) || *end != '\0')
			level = 2;
	} else {
		level = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : 2;
	}
	return level >= -1 && level <= 1
		   ? TRUE
		   : offhook_emu_rules_refuse(error, "%s.%s: expected -1 to 1", where, rule->name);
}

static gboolean
offhook_emu_rules_check_url(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			    GError **error)
{
	g_autoptr(GUri) uri = offhook_emu_rules_is(node, G_TYPE_STRING)
				  ? g_uri_parse(json_node_get_string(node), G_URI_FLAGS_NONE, NULL)
				  : NULL;

	if (uri != NULL && g_str_has_prefix(g_uri_get_scheme(uri), "http") &&
	    g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0')
		return TRUE;
	return offhook_emu_rules_refuse(error, "%s.%s is not a URL", where, rule->name);
}

static gboolean
offhook_emu_rules_check_array(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			      GError **error)
{
	gboolean several = rule->kind == OFFHOOK_EMU_RULE_STRINGS;
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return offhook_emu_rules_refuse(error, "%s.%s is not an array", where, rule->name);
	array = json_node_get_array(node);
	if (json_array_get_length(array) < 1 || (!several && json_array_get_length(array) > 1))
		return offhook_emu_rules_refuse(error, "%s.%s has %u elements", where, rule->name,
						json_array_get_length(array));
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *element = json_array_get_element(array, i);
		gboolean good;

		if (rule->kind == OFFHOOK_EMU_RULE_URLS)
			good = offhook_emu_rules_check_url(rule, element, where, error);
		else if (several)
			good = offhook_emu_rules_check_string(rule, element, where, error);
		else
			good = offhook_emu_ncco_check_endpoint(element, where, error);
		if (!good)
			return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_emu_rules_check_one(const OffhookEmuRule *rule, JsonNode *node, const gchar *where,
			    GError **error)
{
	g_autofree gchar *inside = NULL;

	switch (rule->kind) {
	case OFFHOOK_EMU_RULE_STRING:
		return offhook_emu_rules_check_string(rule, node, where, error);
	case OFFHOOK_EMU_RULE_INTEGER:
	case OFFHOOK_EMU_RULE_NUMBER:
		return offhook_emu_rules_check_number(rule, node, where, error);
	case OFFHOOK_EMU_RULE_LEVEL:
		return offhook_emu_rules_check_level(rule, node, where, error);
	case OFFHOOK_EMU_RULE_BOOLEAN:
		if (offhook_emu_rules_is(node, G_TYPE_BOOLEAN))
			return TRUE;
		return offhook_emu_rules_refuse(error, "%s.%s is not true or false", where,
						rule->name);
	case OFFHOOK_EMU_RULE_OBJECT:
		if (!JSON_NODE_HOLDS_OBJECT(node))
			return offhook_emu_rules_refuse(error, "%s.%s is not an object", where,
							rule->name);
		inside = g_strconcat(where, ".", rule->name, NULL);
		return rule->fields == NULL ||
		       offhook_emu_rules_check(rule->fields, json_node_get_object(node), inside,
					       error);
	case OFFHOOK_EMU_RULE_URL:
		return offhook_emu_rules_check_url(rule, node, where, error);
	case OFFHOOK_EMU_RULE_NCCO:
		return offhook_emu_ncco_check(node, error);
	default:
		return offhook_emu_rules_check_array(rule, node, where, error);
	}
}

static const OffhookEmuRule *
offhook_emu_rules_find(const OffhookEmuRule *rules, const gchar *name)
{
	for (; rules->name != NULL; rules++) {
		if (g_str_equal(rules->name, name))
			return rules;
	}
	return NULL;
}

gboolean
offhook_emu_rules_check(const OffhookEmuRule *rules, JsonObject *object, const gchar *where,
			GError **error)
{
	g_autoptr(GList) names = json_object_get_members(object);

	for (GList *name = names; name != NULL; name = name->next) {
		const OffhookEmuRule *rule = offhook_emu_rules_find(rules, name->data);

		if (rule == NULL)
			return offhook_emu_rules_refuse(error, "%s has an unknown field \"%.60s\"",
							where, (const gchar *)name->data);
		if (!offhook_emu_rules_check_one(rule, json_object_get_member(object, name->data),
						 where, error))
			return FALSE;
	}
	for (; rules->name != NULL; rules++) {
		if (rules->required && !json_object_has_member(object, rules->name))
			return offhook_emu_rules_refuse(error, "%s has no \"%s\"", where,
							rules->name);
	}
	return TRUE;
}

const gchar *
offhook_emu_rules_get(JsonObject *object, const gchar *name)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	if (node != NULL && JSON_NODE_HOLDS_ARRAY(node) &&
	    json_array_get_length(json_node_get_array(node)) > 0)
		node = json_array_get_element(json_node_get_array(node), 0);
	return node != NULL && offhook_emu_rules_is(node, G_TYPE_STRING)
		   ? json_node_get_string(node)
		   : NULL;
}
