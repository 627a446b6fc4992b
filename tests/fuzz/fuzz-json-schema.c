/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a schema in the first line and a value in the rest: a schema or an error, and then the
 * same answer whenever it is asked.
 */

#include <offhook/json-schema.h>
#include <offhook/json.h>

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	const char *text = (const char *)data;
	const guint8 *end = size > 0 ? memchr(data, '\n', size) : NULL;
	gsize length = end != NULL ? (gsize)(end - data) : size;
	g_autoptr(JsonObject) object =
	    offhook_json_parse_object(text, (gssize)length, "schema", NULL);
	g_autoptr(JsonObject) value =
	    end != NULL ? offhook_json_parse_object(text + length + 1, (gssize)(size - length - 1),
						    "value", NULL)
			: NULL;
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookJsonSchema) schema =
	    object != NULL ? offhook_json_schema_new(object, &error) : NULL;
	g_autoptr(GError) wrong = NULL;
	gboolean good;

	if (object == NULL)
		return 0;
	g_assert_true((schema == NULL) == (error != NULL));
	if (schema == NULL || value == NULL)
		return 0;
	json_node_set_object(node, value);
	good = offhook_json_schema_check(schema, node, "value", &wrong);
	g_assert_true(good == (wrong == NULL));
	g_assert_true(good || g_utf8_validate(wrong->message, -1, NULL));
	g_assert_true(offhook_json_schema_check(schema, node, "value", NULL) == good);
	return 0;
}
