/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An MCP server behind a URL: streamable HTTP, with the sessions of the legacy protocol and the headers
 * of the modern one. Main thread.
 */
#pragma once

#include "mcp-transport.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_MCP_HTTP (offhook_mcp_http_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpHttp, offhook_mcp_http, OFFHOOK, MCP_HTTP, OffhookMcpTransport)

/** @headers: (nullable) (array zero-terminated=1): "Name: value", of every request; with secrets */
OffhookMcpTransport *offhook_mcp_http_new(const char *url, const char *const *headers);

G_END_DECLS
