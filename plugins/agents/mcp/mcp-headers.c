/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Marks are found along `properties` alone; one anywhere else, of a value that is no primitive, with a
 * name that is no header's or that another has, spoils the tool. Any thread.
 */

#include "mcp-headers.h"

#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

#define MARK      "x-mcp-header"
#define PREFIX    "Mcp-Param-"
#define MAX_MARKS 32
#define MAX_NAME  128

/** The schema being looked at. */
typedef struct {
	GPtrArray *marks;
	GPtrArray *path; /* of names; borrowed */
	GError *error;   /* (nullable) */
} OffhookMcpScan;

static void
offhook_mcp_mark_free(gpointer data)
{
	OffhookMcpMark *mark = data;

	g_free(mark->header);
	g_strfreev(mark->path);
	g_free(mark);
}

static void
offhook_mcp_scan_fail(OffhookMcpScan *scan, const char *why)
{
	if (scan->error == NULL)
		scan->error =
		    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "its " MARK " %s", why);
}

static gboolean
offhook_mcp_headers_is_token(const char *name)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (const char *c = name; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr(others, *c) == NULL)
			return FALSE;
	return *name != '\0' && strlen(name) <= MAX_NAME;
}

static gboolean
offhook_mcp_scan_knows(OffhookMcpScan *scan, const char *header)
{
	for (guint i = 0; i < scan->marks->len; i++) {
		const OffhookMcpMark *mark = g_ptr_array_index(scan->marks, i);

		if (g_ascii_strcasecmp(mark->header, header) == 0)
			return TRUE;
	}
	return FALSE;
}

/* @schema: of one property, which has the mark */
static void
offhook_mcp_scan_add(OffhookMcpScan *scan, JsonObject *schema)
{
	static const char *const types[] = {"string", "integer", "boolean", "number", NULL};
	const char *name = offhook_json_get_string(schema, MARK);
	const char *type = offhook_json_get_string(schema, "type");
	g_autofree char *header = NULL;
	OffhookMcpMark *mark;

	if (name == NULL || !offhook_mcp_headers_is_token(name)) {
		offhook_mcp_scan_fail(scan, "is not the name of a header");
		return;
	}
	header = g_strconcat(PREFIX, name, NULL);
	if (type == NULL || !g_strv_contains(types, type))
		offhook_mcp_scan_fail(scan, "marks what is not a primitive");
	else if (scan->path->len == 0 || scan->marks->len == MAX_MARKS)
		offhook_mcp_scan_fail(scan, "marks what it must not");
	else if (offhook_mcp_scan_knows(scan, header))
		offhook_mcp_scan_fail(scan, "is given twice");
	if (scan->error != NULL)
		return;
	mark = g_new0(OffhookMcpMark, 1);
	mark->header = g_steal_pointer(&header);
	g_ptr_array_add(scan->path, NULL);
	mark->path = g_strdupv((char **)scan->path->pdata);
	g_ptr_array_set_size(scan->path, (gint)scan->path->len - 1);
	g_ptr_array_add(scan->marks, mark);
}

/* Where no mark may be. Values that are given as examples are not schemas, but who marks those? */
static gboolean
offhook_mcp_scan_has_mark(JsonNode *node)
{
	if (JSON_NODE_HOLDS_ARRAY(node)) {
		JsonArray *array = json_node_get_array(node);

		for (guint i = 0; i < json_array_get_length(array); i++)
			if (offhook_mcp_scan_has_mark(json_array_get_element(array, i)))
				return TRUE;
	} else if (JSON_NODE_HOLDS_OBJECT(node)) {
		JsonObject *object = json_node_get_object(node);
		JsonObjectIter iter;
		JsonNode *member;

		if (json_object_has_member(object, MARK))
			return TRUE;
		json_object_iter_init(&iter, object);
		while (json_object_iter_next(&iter, NULL, &member))
			if (offhook_mcp_scan_has_mark(member))
				return TRUE;
	}
	return FALSE;
}

static void offhook_mcp_scan_schema(OffhookMcpScan *scan, JsonObject *schema);

static void
offhook_mcp_scan_properties(OffhookMcpScan *scan, JsonObject *properties)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	json_object_iter_init(&iter, properties);
	while (scan->error == NULL && json_object_iter_next(&iter, &name, &node)) {
		if (!JSON_NODE_HOLDS_OBJECT(node))
			continue;
		g_ptr_array_add(scan->path, (gpointer)name);
		offhook_mcp_scan_schema(scan, json_node_get_object(node));
		g_ptr_array_set_size(scan->path, (gint)scan->path->len - 1);
	}
}

static void
offhook_mcp_scan_schema(OffhookMcpScan *scan, JsonObject *schema)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	if (json_object_has_member(schema, MARK))
		offhook_mcp_scan_add(scan, schema);
	json_object_iter_init(&iter, schema);
	while (scan->error == NULL && json_object_iter_next(&iter, &name, &node)) {
		if (g_str_equal(name, "properties") && JSON_NODE_HOLDS_OBJECT(node))
			offhook_mcp_scan_properties(scan, json_node_get_object(node));
		else if (offhook_mcp_scan_has_mark(node))
			offhook_mcp_scan_fail(scan, "is where none may be");
	}
}

GPtrArray *
offhook_mcp_headers_scan(JsonObject *schema, GError **error)
{
	g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func(offhook_mcp_mark_free);
	g_autoptr(GPtrArray) path = g_ptr_array_new();
	OffhookMcpScan scan = {marks, path, NULL};

	offhook_mcp_scan_schema(&scan, schema);
	if (scan.error != NULL) {
		g_propagate_error(error, scan.error);
		return NULL;
	}
	return g_steal_pointer(&marks);
}

/* ---- values ---- */

static gboolean
offhook_mcp_headers_is_plain(const char *value)
{
	gsize length = strlen(value);

	for (const char *c = value; *c != '\0'; c++)
		if (*c != '\t' && (*c < 0x20 || *c > 0x7e))
			return FALSE;
	/* libcurl takes an empty one for "don't send it". */
	if (length == 0 || g_ascii_isspace(value[0]) || g_ascii_isspace(value[length - 1]))
		return FALSE;
	return !(g_str_has_prefix(value, "=?base64?") && g_str_has_suffix(value, "?="));
}

char *
offhook_mcp_headers_encode(const char *value)
{
	g_autofree char *encoded = NULL;

	if (offhook_mcp_headers_is_plain(value))
		return g_strdup(value);
	encoded = g_base64_encode((const guchar *)value, strlen(value));
	return g_strdup_printf("=?base64?%s?=", encoded);
}

/* (transfer full) (nullable): the value at @path as a text */
static char *
offhook_mcp_headers_find(JsonObject *arguments, char **path)
{
	JsonNode *node;

	for (; path[1] != NULL && arguments != NULL; path++)
		arguments = offhook_json_get_object(arguments, *path);
	node = arguments != NULL ? json_object_get_member(arguments, *path) : NULL;
	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
		return NULL;
	if (json_node_get_value_type(node) == G_TYPE_STRING)
		return json_node_dup_string(node);
	return offhook_json_node_to_string(node);
}

char **
offhook_mcp_headers_write(GPtrArray *marks, JsonObject *arguments)
{
	g_autoptr(GStrvBuilder) lines = g_strv_builder_new();

	for (guint i = 0; i < marks->len; i++) {
		const OffhookMcpMark *mark = g_ptr_array_index(marks, i);
		g_autofree char *value = offhook_mcp_headers_find(arguments, mark->path);
		g_autofree char *encoded = value != NULL ? offhook_mcp_headers_encode(value) : NULL;
		g_autofree char *line = NULL;

		if (encoded == NULL)
			continue;
		line = g_strdup_printf("%s: %s", mark->header, encoded);
		g_strv_builder_add(lines, line);
	}
	return g_strv_builder_end(lines);
}
