/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * An MCP server that is a program on this machine: one message a line on its standard input and output.
 * Main thread.
 */
#pragma once

#include "mcp-transport.h"

G_BEGIN_DECLS

typedef struct {
	char **argv;
	char **environment;  /* all of the program's: "NAME=value" */
	char *directory;     /* (nullable): where it runs; ours */
	gboolean log_errors; /* what it writes to its standard error goes to the debug log */
} OffhookMcpStdioOptions;

#define OFFHOOK_TYPE_MCP_STDIO (offhook_mcp_stdio_get_type())
G_DECLARE_FINAL_TYPE(OffhookMcpStdio, offhook_mcp_stdio, OFFHOOK, MCP_STDIO, OffhookMcpTransport)

/** @options: (transfer none): copied */
OffhookMcpTransport *offhook_mcp_stdio_new(const OffhookMcpStdioOptions *options);

G_END_DECLS
