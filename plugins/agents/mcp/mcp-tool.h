/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A tool as its server describes it, and the name under which a language model knows it. Immutable,
 * counted; any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define OFFHOOK_MCP_MAX_NAME        128  /* bytes of a tool's name */
#define OFFHOOK_MCP_MAX_DESCRIPTION 2048 /* bytes; the rest is left out */

typedef struct {
	gatomicrefcount ref_count;
	char *name;         /* the server's */
	char *description;  /* (nullable); the server's: it can say anything */
	JsonObject *schema; /* of its arguments, of type object */
	gboolean read_only; /* so the server says */
	GPtrArray *marks;   /* of OffhookMcpMark: see mcp-headers.h */
} OffhookMcpTool;

/**
 * @object: of the server's list
 * @heeds_marks: those of its schema must keep to the rules
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_FORMAT, or what offhook_json_schema_new() says,
 *   names what is wrong with it
 */
OffhookMcpTool *offhook_mcp_tool_new(JsonObject *object, gboolean heeds_marks, GError **error);
OffhookMcpTool *offhook_mcp_tool_ref(OffhookMcpTool *self);
void offhook_mcp_tool_unref(OffhookMcpTool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpTool, offhook_mcp_tool_unref)

/**
 * offhook_mcp_tool_make_name:
 * @prefix: may be empty
 * @taken: (element-type utf8): names that others have; the new one joins them
 *
 * Returns: (transfer full): @name as models want it: 1 to 64 of [A-Za-z0-9_-]. The same one for the same
 *   name, whatever the order, unless two differ in nothing else
 */
char *offhook_mcp_tool_make_name(const char *prefix, const char *name, GHashTable *taken);

G_END_DECLS
