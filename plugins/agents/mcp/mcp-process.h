/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A program that is talked to in lines: on its standard input and output, in a process group of its
 * own. What it writes to its standard error is read, always, so that it never waits for us. Main
 * thread; never waits, except offhook_mcp_process_finish().
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What waits to be read by the program, at the most; more is refused. */
#define OFFHOOK_MCP_MAX_BACKLOG (8 * 1024 * 1024)
/** How long each step of the end may take: after its input was closed, and after SIGTERM. */
#define OFFHOOK_MCP_GRACE_MS 2000

typedef struct _OffhookMcpProcess OffhookMcpProcess;

typedef struct {
	const char *const *argv;
	const char *const *environment; /* all of it: "NAME=value" */
	const char *directory;          /* (nullable): ours */
	gsize max_line;                 /* of its output, in bytes; a longer one is its end */
	gboolean log_errors;            /* its standard error goes to the debug log */
} OffhookMcpProcessOptions;

typedef struct {
	/* @line: without its end, never empty; (transfer none) */
	void (*line)(gpointer user_data, const char *line, gsize size);
	/* It has ended by itself, or is of no use any more. The last call. */
	void (*ended)(gpointer user_data, const GError *error);
} OffhookMcpProcessHandler;

/** Returns: (nullable): %OFFHOOK_ERROR_UNAVAILABLE when it can't be started */
OffhookMcpProcess *offhook_mcp_process_new(const OffhookMcpProcessOptions *options,
					   const OffhookMcpProcessHandler *handler,
					   gpointer user_data, GError **error);
/** @line: without its end. %FALSE: it does not read */
gboolean offhook_mcp_process_write(OffhookMcpProcess *self, const char *line);
/**
 * It is told of callers now: from here on what it writes to its standard error is no part of the error
 * with which it ends.
 */
void offhook_mcp_process_be_discreet(OffhookMcpProcess *self);
/** Its input is closed, then SIGTERM, then SIGKILL. Frees @self; the handler is not called again. */
void offhook_mcp_process_stop(OffhookMcpProcess *self);
/** The same, and waits for it. */
void offhook_mcp_process_finish(OffhookMcpProcess *self);

G_END_DECLS
