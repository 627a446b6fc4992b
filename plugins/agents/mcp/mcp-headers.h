/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Values in HTTP headers, as the modern protocol has them: a tool's name, and arguments that its schema
 * marks with "x-mcp-header". Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** An argument that is a header, too. */
typedef struct {
	char *header; /* "Mcp-Param-Region" */
	char **path;  /* names of members, from the arguments down */
} OffhookMcpMark;

/**
 * offhook_mcp_headers_scan:
 * @schema: of a tool's arguments
 *
 * Returns: (transfer full) (nullable) (element-type OffhookMcpMark): its marks; %NULL with
 *   %OFFHOOK_ERROR_FORMAT when one of them breaks the rules: then the tool must not be used
 */
GPtrArray *offhook_mcp_headers_scan(JsonObject *schema, GError **error);

/** (transfer full) (array zero-terminated=1): "Name: value", for those of @marks that @arguments has */
char **offhook_mcp_headers_write(GPtrArray *marks, JsonObject *arguments);

/** (transfer full): @value as it may stand in a header */
char *offhook_mcp_headers_encode(const char *value);

G_END_DECLS
