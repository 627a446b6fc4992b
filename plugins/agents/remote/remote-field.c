/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Members of JSON objects, checked. Pure functions, any thread.
 */

#include "remote-field.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

gboolean
offhook_remote_field_refuse(const char *field, const char *expected, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s: expected %s", field, expected);
	return FALSE;
}

JsonNode *
offhook_remote_field_get(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && !JSON_NODE_HOLDS_NULL(node) ? node : NULL;
}

gboolean
offhook_remote_field_read_string(JsonObject *object, const char *name, gsize max, char **value,
				 GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, name);
	g_autofree char *expected = NULL;

	g_clear_pointer(value, g_free);
	if (node == NULL)
		return TRUE;
	if (json_node_get_value_type(node) == G_TYPE_STRING &&
	    strlen(json_node_get_string(node)) <= max) {
		*value = json_node_dup_string(node);
		return TRUE;
	}
	expected = g_strdup_printf("a string of at most %" G_GSIZE_FORMAT " bytes", max);
	return offhook_remote_field_refuse(name, expected, error);
}

gboolean
offhook_remote_field_read_boolean(JsonObject *object, const char *name, gboolean *value,
				  GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, name);

	if (node == NULL)
		return TRUE;
	if (json_node_get_value_type(node) != G_TYPE_BOOLEAN)
		return offhook_remote_field_refuse(name, "true or false", error);
	*value = json_node_get_boolean(node);
	return TRUE;
}

gboolean
offhook_remote_field_read_count(JsonObject *object, const char *name, guint *value, GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, name);

	if (node == NULL)
		return TRUE;
	if (json_node_get_value_type(node) != G_TYPE_INT64 || json_node_get_int(node) < 0 ||
	    json_node_get_int(node) > 64)
		return offhook_remote_field_refuse(name, "a whole number from 0 to 64", error);
	*value = (guint)json_node_get_int(node);
	return TRUE;
}

gboolean
offhook_remote_field_read_object(JsonObject *object, const char *name, JsonObject **value,
				 GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, name);

	*value = NULL;
	if (node == NULL)
		return TRUE;
	if (!JSON_NODE_HOLDS_OBJECT(node))
		return offhook_remote_field_refuse(name, "an object", error);
	*value = json_node_get_object(node);
	return TRUE;
}

gboolean
offhook_remote_field_read_array(JsonObject *object, const char *name, guint max, JsonArray **value,
				GError **error)
{
	JsonNode *node = offhook_remote_field_get(object, name);
	g_autofree char *expected = NULL;

	*value = NULL;
	if (node == NULL)
		return TRUE;
	if (JSON_NODE_HOLDS_ARRAY(node) &&
	    json_array_get_length(json_node_get_array(node)) <= max) {
		*value = json_node_get_array(node);
		return TRUE;
	}
	expected = g_strdup_printf("a list of at most %u", max);
	return offhook_remote_field_refuse(name, expected, error);
}

JsonObject *
offhook_remote_field_open(const char *text, gsize size, GError **error)
{
	if (!g_utf8_validate(text, (gssize)size, NULL)) {
		offhook_remote_field_refuse("answer", "UTF-8", error);
		return NULL;
	}
	return offhook_json_parse_object(text, (gssize)size, "answer", error);
}
