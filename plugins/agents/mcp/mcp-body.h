/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The messages in the body of an HTTP response, which is one of them or a stream of events. One thread.
 */
#pragma once

#include "mcp-message.h"

G_BEGIN_DECLS

typedef struct _OffhookMcpBody OffhookMcpBody;

/** @message: (transfer full) */
typedef void (*OffhookMcpBodyFunc)(gpointer user_data, OffhookMcpMessage *message);

OffhookMcpBody *offhook_mcp_body_new(OffhookMcpBodyFunc func, gpointer user_data);
void offhook_mcp_body_free(OffhookMcpBody *self);
/** @content_type: (nullable): as the response says; without it the body is one message */
void offhook_mcp_body_begin(OffhookMcpBody *self, const char *content_type);
/** Returns: %FALSE with %OFFHOOK_ERROR_LIMIT; then no more may be pushed */
gboolean offhook_mcp_body_push(OffhookMcpBody *self, const guint8 *data, gsize size,
			       GError **error);
/** It is over. An empty one is right; %FALSE with %OFFHOOK_ERROR_FORMAT */
gboolean offhook_mcp_body_finish(OffhookMcpBody *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpBody, offhook_mcp_body_free)

G_END_DECLS
