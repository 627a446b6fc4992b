/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools, checked, and their names. Any thread.
 */

#include "mcp-tool.h"

#include "mcp-headers.h"
#include <offhook/error.h>
#include <offhook/json-schema.h>
#include <offhook/json.h>
#include <string.h>

#define MAX_LOCAL_NAME 64
#define DIGEST_SIZE    8 /* digits that tell names apart which would be the same */

static gboolean
offhook_mcp_tool_fail(const char *why, GError **error)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "%s", why);
	return FALSE;
}

/* (transfer full) (nullable): whole characters of @text, not too many */
static char *
offhook_mcp_tool_cut(const char *text)
{
	const char *end;

	if (text == NULL || *text == '\0')
		return NULL;
	if (strlen(text) <= OFFHOOK_MCP_MAX_DESCRIPTION)
		return g_strdup(text);
	end = g_utf8_find_prev_char(text, text + OFFHOOK_MCP_MAX_DESCRIPTION);
	return g_strndup(text, (gsize)(end - text));
}

static gboolean
offhook_mcp_tool_read(OffhookMcpTool *self, JsonObject *object, gboolean heeds_marks,
		      GError **error)
{
	const char *name = offhook_json_get_string(object, "name");
	const char *description = offhook_json_get_string(object, "description");
	JsonObject *schema = offhook_json_get_object(object, "inputSchema");
	JsonObject *hints = offhook_json_get_object(object, "annotations");
	JsonNode *hint = hints != NULL ? json_object_get_member(hints, "readOnlyHint") : NULL;
	g_autoptr(OffhookJsonSchema) checked = NULL;

	if (name == NULL || *name == '\0' || strlen(name) > OFFHOOK_MCP_MAX_NAME)
		return offhook_mcp_tool_fail("it has no name of 1 to 128 characters", error);
	if (schema == NULL || g_strcmp0(offhook_json_get_string(schema, "type"), "object") != 0)
		return offhook_mcp_tool_fail("its inputSchema is not of type object", error);
	checked = offhook_json_schema_new(schema, error);
	if (checked == NULL) {
		g_prefix_error(error, "its inputSchema: ");
		return FALSE;
	}
	self->marks = offhook_mcp_headers_scan(schema, heeds_marks ? error : NULL);
	if (self->marks == NULL && heeds_marks)
		return FALSE;
	self->name = g_strdup(name);
	self->description = offhook_mcp_tool_cut(
	    description != NULL ? description : offhook_json_get_string(object, "title"));
	self->schema = json_object_ref(schema);
	self->read_only = hint != NULL && JSON_NODE_HOLDS_VALUE(hint) &&
			  json_node_get_value_type(hint) == G_TYPE_BOOLEAN &&
			  json_node_get_boolean(hint);
	return TRUE;
}

OffhookMcpTool *
offhook_mcp_tool_new(JsonObject *object, gboolean heeds_marks, GError **error)
{
	g_autoptr(OffhookMcpTool) self = g_new0(OffhookMcpTool, 1);

	g_atomic_ref_count_init(&self->ref_count);
	return offhook_mcp_tool_read(self, object, heeds_marks, error) ? g_steal_pointer(&self)
								       : NULL;
}

OffhookMcpTool *
offhook_mcp_tool_ref(OffhookMcpTool *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_mcp_tool_unref(OffhookMcpTool *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_free(self->name);
	g_free(self->description);
	g_clear_pointer(&self->schema, json_object_unref);
	g_clear_pointer(&self->marks, g_ptr_array_unref);
	g_free(self);
}

/* ---- names ---- */

char *
offhook_mcp_tool_make_name(const char *prefix, const char *name, GHashTable *taken)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, name, -1);
	g_autofree char *whole =
	    *prefix != '\0' ? g_strdup_printf("%s_%s", prefix, name) : g_strdup(name);
	char *made;

	for (char *c = whole; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && *c != '_' && *c != '-')
			*c = '_';
	if (strlen(whole) <= MAX_LOCAL_NAME && !g_hash_table_contains(taken, whole)) {
		made = g_steal_pointer(&whole);
	} else {
		g_autofree char *head = g_strndup(whole, MAX_LOCAL_NAME - 1 - DIGEST_SIZE);

		made = g_strdup_printf("%s_%.*s", head, DIGEST_SIZE, digest);
	}
	g_hash_table_add(taken, g_strdup(made));
	return made;
}
