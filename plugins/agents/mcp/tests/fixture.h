/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A client and the emulator of an MCP server, which is a program of its own and writes down what it is
 * told. Main thread.
 */
#pragma once

#include "../mcp-client.h"

G_BEGIN_DECLS

/** How the two talk. */
typedef struct {
	const char *name;
	gboolean http;
	gboolean modern;
	const char *arguments; /* of the emulator */
} McpWay;

typedef struct {
	char *dir;
	char *log_path;
	GSubprocess *server; /* (nullable): over HTTP */
	char *url;           /* (nullable): likewise */
	OffhookMcpTransport *transport;
	OffhookMcpClient *client;
	guint n_changed;
} McpFixture;

/** Patient; a test may change what it tries. */
extern const OffhookMcpClientOptions mcp_options;

/** @more: (nullable): arguments of the emulator; @options: (nullable): mcp_options; @headers: (nullable): over HTTP */
void mcp_fixture_start(McpFixture *self, const McpWay *way, const char *more,
		       const OffhookMcpClientOptions *options, const char *const *headers);
void mcp_fixture_stop(McpFixture *self);
void mcp_fixture_wait_ready(McpFixture *self);
/** Until it is not there, with @code. */
void mcp_fixture_wait_problem(McpFixture *self, int code);

/** (transfer none) (nullable) */
OffhookMcpTool *mcp_fixture_find(McpFixture *self, const char *name);
void mcp_fixture_wait_tool(McpFixture *self, const char *name);

/** Calls a tool and waits. @arguments: (nullable): JSON */
OffhookMcpResult *mcp_fixture_call(McpFixture *self, const char *name, const char *arguments,
				   GError **error);
/** The same, which must work: the text. (transfer full) */
char *mcp_fixture_say(McpFixture *self, const char *name, const char *arguments);

/** It works, after whatever was before. */
void mcp_fixture_assert_works(McpFixture *self);
/** It works, in that version, after so many handshakes. The end of the fixture. */
void mcp_fixture_assert_version(McpFixture *self, const char *version, guint n_initialize);

/** How often the emulator has written @what; of messages, with @method (nullable). */
guint mcp_fixture_count(McpFixture *self, const char *what, const char *method);
/** Waits for it. (transfer full): the last one */
JsonObject *mcp_fixture_wait_log(McpFixture *self, const char *what, const char *method, guint n);

G_END_DECLS
