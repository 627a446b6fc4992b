/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks variables before a conversation would leave them out. Main thread.
 */

#include "call/assistant/variables.h"

#include <offhook/agent-host.h>

#include "base/json.h"

#include <string.h>

static gboolean
offhook_variables_check(const char *name, JsonNode *value, GError **error)
{
	g_autofree char *field = g_strconcat("variables.", name, NULL);

	if (!g_regex_match_simple("^[a-z][a-z0-9_]*$", name, 0, 0) ||
	    strlen(name) > OFFHOOK_VARIABLE_MAX_NAME)
		return offhook_json_refuse(error, "variables", name,
					   "names of up to 64 lower-case letters, digits and _, "
					   "beginning with a letter");
	if (JSON_NODE_HOLDS_VALUE(value) && json_node_get_value_type(value) == G_TYPE_STRING &&
	    strlen(json_node_get_string(value)) <= OFFHOOK_VARIABLE_MAX_VALUE)
		return TRUE;
	return offhook_json_refuse(error, field, "", "a text of at most 4096 bytes");
}

gboolean
offhook_variables_read(JsonObject *object, JsonObject **variables, GError **error)
{
	JsonObject *given = NULL;
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;

	if (!offhook_json_read_object(object, "variables", &given, error))
		return FALSE;
	if (given == NULL)
		return TRUE;
	if (json_object_get_size(given) > OFFHOOK_VARIABLES_MAX)
		return offhook_json_refuse(error, "variables", "(too many)", "at most 100 of them");
	json_object_iter_init(&iter, given);
	while (json_object_iter_next(&iter, &name, &value))
		if (!offhook_variables_check(name, value, error))
			return FALSE;
	*variables = given;
	return TRUE;
}
