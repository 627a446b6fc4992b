/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints what is in an object, and in the objects within it.
 */

#include "cli/print/fields.h"

#include "cli/print/clean.h"
#include "cli/print/table.h"
#include <offhook/json.h>

#define OFFHOOK_FIELDS_WIDTH 24

static void offhook_fields_print_node(const char *name, JsonNode *node);

static void
offhook_fields_print_member_cb(JsonObject *object, const char *name, JsonNode *node,
			       gpointer prefix)
{
	g_autofree char *full =
	    prefix != NULL ? g_strdup_printf("%s.%s", (const char *)prefix, name) : g_strdup(name);

	offhook_fields_print_node(full, node);
}

/* What has no members of its own is in one line. */
static void
offhook_fields_print_array(const char *name, JsonArray *array)
{
	g_autoptr(GString) simple = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *node = json_array_get_element(array, i);
		g_autofree char *numbered = g_strdup_printf("%s[%u]", name, i);

		if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
			g_string_append_printf(simple, "%s%s", simple->len > 0 ? ", " : "",
					       json_node_get_string(node));
		else
			offhook_fields_print_node(numbered, node);
	}
	if (simple->len > 0 || json_array_get_length(array) == 0) {
		g_autofree char *clean = offhook_clean_text(simple->len > 0 ? simple->str : "-");

		g_print("%-*s  %s\n", OFFHOOK_FIELDS_WIDTH, name, clean);
	}
}

static void
offhook_fields_print_node(const char *name, JsonNode *node)
{
	g_autofree char *text = NULL;
	g_autofree char *clean = NULL;

	if (JSON_NODE_HOLDS_OBJECT(node)) {
		json_object_foreach_member(json_node_get_object(node),
					   offhook_fields_print_member_cb, (gpointer)name);
		return;
	}
	if (JSON_NODE_HOLDS_ARRAY(node)) {
		offhook_fields_print_array(name, json_node_get_array(node));
		return;
	}
	if (JSON_NODE_HOLDS_NULL(node))
		text = g_strdup("-");
	else if (json_node_get_value_type(node) == G_TYPE_STRING)
		text = g_strdup(json_node_get_string(node));
	else
		text = offhook_json_node_to_string(node);
	clean = offhook_clean_text(text);
	g_print("%-*s  %s\n", OFFHOOK_FIELDS_WIDTH, name, clean);
}

void
offhook_fields_print(JsonObject *object)
{
	json_object_foreach_member(object, offhook_fields_print_member_cb, NULL);
}
