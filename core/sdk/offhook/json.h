/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * JSON from outside, read with json-glib but within limits. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** json-glib recurses for each level, so deeper text would overflow the stack. */
#define OFFHOOK_JSON_MAX_DEPTH 64

/** Whether @text nests no deeper than that, and has no comments. @size: bytes, or -1 */
gboolean offhook_json_is_shallow(const char *text, gssize size);

/**
 * offhook_json_parse_object:
 * @what: how errors call the text, e.g. "request body"
 *
 * Numbers that would become others, as they have no room in 64 bits or are written as only C does, are refused.
 *
 * Returns: (transfer full) (nullable): the object, or %OFFHOOK_ERROR_FORMAT
 */
JsonObject *offhook_json_parse_object(const char *text, gssize size, const char *what,
				      GError **error);

/**
 * offhook_json_node_to_string:
 *
 * json_to_string() in one line, and always JSON: that one writes 1e20 as "1e+20.0".
 *
 * Returns: (transfer full)
 */
char *offhook_json_node_to_string(JsonNode *node);

/**
 * offhook_json_get_string:
 * offhook_json_get_object:
 * offhook_json_get_array:
 * @object: (nullable)
 *
 * Returns: (transfer none) (nullable): a member of @object; %NULL when it is not there or of another type
 */
const char *offhook_json_get_string(JsonObject *object, const char *name);
JsonObject *offhook_json_get_object(JsonObject *object, const char *name);
JsonArray *offhook_json_get_array(JsonObject *object, const char *name);
/**
 * A whole number, which may come as a string. -1 for anything else, for negative ones and for those
 * of more than 15 digits.
 */
gint64 offhook_json_get_number(JsonObject *object, const char *name);

G_END_DECLS
