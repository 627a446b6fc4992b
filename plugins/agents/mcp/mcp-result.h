/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What a tool gave, as a text for a language model on the telephone. Any thread.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct {
	char *text;
	gboolean failed; /* the tool says so: the text tells the model why */
} OffhookMcpResult;

/**
 * @result: of tools/call
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_NOT_SUPPORTED when the tool wants to ask back,
 *   %OFFHOOK_ERROR_FORMAT for a result that is none
 */
OffhookMcpResult *offhook_mcp_result_read(JsonObject *result, GError **error);
void offhook_mcp_result_free(OffhookMcpResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpResult, offhook_mcp_result_free)

G_END_DECLS
