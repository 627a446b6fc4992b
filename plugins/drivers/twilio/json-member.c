/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading members of a JSON object whose types nobody has checked. Any thread.
 */

#include "json-member.h"

#include "media-scanner.h"

#include <string.h>

static JsonNode *
offhook_twilio_json_get_node(JsonObject *object, const char *name, JsonNodeType type)
{
	JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

	return node != NULL && JSON_NODE_TYPE(node) == type ? node : NULL;
}

JsonObject *
offhook_twilio_json_get_object(JsonObject *object, const char *name)
{
	JsonNode *node = offhook_twilio_json_get_node(object, name, JSON_NODE_OBJECT);

	return node != NULL ? json_node_get_object(node) : NULL;
}

const char *
offhook_twilio_json_get_string(JsonObject *object, const char *name)
{
	JsonNode *node = offhook_twilio_json_get_node(object, name, JSON_NODE_VALUE);

	return node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
		   ? json_node_get_string(node)
		   : NULL;
}

gint64
offhook_twilio_json_get_number(JsonObject *object, const char *name)
{
	JsonNode *node = offhook_twilio_json_get_node(object, name, JSON_NODE_VALUE);
	double number;

	if (node == NULL)
		return -1;
	if (json_node_get_value_type(node) == G_TYPE_STRING) {
		const char *text = json_node_get_string(node);

		return offhook_twilio_number_parse(text, strlen(text));
	}
	if (json_node_get_value_type(node) == G_TYPE_BOOLEAN)
		return -1;
	number = json_node_get_double(node);
	return number >= 0 && number < 1e15 ? (gint64)number : -1;
}
