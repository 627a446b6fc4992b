/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The one place that knows what a terminal must not be sent.
 */

#include "cli/print/clean.h"

/* Controls of both sets, and what changes the direction of text or begins a line unseen. */
static gboolean
offhook_clean_is_unsafe(gunichar c)
{
	return g_unichar_iscntrl(c) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
offhook_clean(const char *text, gboolean keep_lines)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *clean = g_string_new(NULL);

	for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		gboolean kept = keep_lines && (c == '\n' || c == '\t');

		g_string_append_unichar(clean, offhook_clean_is_unsafe(c) && !kept ? ' ' : c);
	}
	return g_string_free(clean, FALSE);
}

char *
offhook_clean_text(const char *text)
{
	return offhook_clean(text, FALSE);
}

char *
offhook_clean_lines(const char *text)
{
	return offhook_clean(text, TRUE);
}

/* ---- JSON ---- */

static JsonNode *
offhook_clean_node(JsonNode *node)
{
	JsonNode *clean;

	if (JSON_NODE_HOLDS_OBJECT(node)) {
		clean = json_node_new(JSON_NODE_OBJECT);
		json_node_take_object(clean, offhook_clean_object(json_node_get_object(node)));
	} else if (JSON_NODE_HOLDS_ARRAY(node)) {
		JsonArray *array = json_node_get_array(node);
		JsonArray *copy = json_array_new();

		for (guint i = 0; i < json_array_get_length(array); i++)
			json_array_add_element(
			    copy, offhook_clean_node(json_array_get_element(array, i)));
		clean = json_node_new(JSON_NODE_ARRAY);
		json_node_take_array(clean, copy);
	} else if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING) {
		g_autofree char *text = offhook_clean_text(json_node_get_string(node));

		clean = json_node_init_string(json_node_alloc(), text);
	} else {
		clean = json_node_copy(node);
	}
	return clean;
}

/* What was parsed is not to be changed. */
JsonObject *
offhook_clean_object(JsonObject *object)
{
	JsonObject *copy = json_object_new();
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init_ordered(&iter, object);
	while (json_object_iter_next_ordered(&iter, &name, &node)) {
		g_autofree char *clean = offhook_clean_text(name);

		json_object_set_member(copy, clean, offhook_clean_node(node));
	}
	return copy;
}

char *
offhook_clean_json(const char *json)
{
	GString *clean = g_string_new(NULL);

	for (const char *p = json; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		/* Those of ASCII are between values, or escaped already. */
		if (c >= 0x7f && offhook_clean_is_unsafe(c))
			g_string_append_printf(clean, "\\u%04x", c);
		else
			g_string_append_unichar(clean, c);
	}
	return g_string_free(clean, FALSE);
}
