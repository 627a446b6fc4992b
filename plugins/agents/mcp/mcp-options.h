/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What `[mcp:NAME]` says: which server, and which of its tools. Immutable, counted; any thread.
 */
#pragma once

#include "mcp-client.h"
#include <offhook/settings.h>
#include <offhook/toolbox.h>

G_BEGIN_DECLS

extern const OffhookSetting offhook_mcp_settings[];

typedef struct {
	gatomicrefcount ref_count;
	char *name; /* of the section, without its kind */

	/* One of the two. */
	char **argv;        /* (nullable): a program */
	char **environment; /* all of its environment */
	char *directory;    /* (nullable): where it runs */
	gboolean log_errors;
	char *url;      /* (nullable) */
	char **headers; /* of each request; with secrets */

	OffhookMcpClientOptions client;
	char *prefix;    /* of the tools' names, may be empty */
	char **tools;    /* (nullable): these alone, by the names that the server has for them */
	char **excluded; /* not these */
	char **confirmed;
	gboolean trusts_annotations;
	gsize max_result;
	char *connection; /* equal for options that need no new connection */
} OffhookMcpOptions;

/** Are they those of the plugin itself, which nobody has given a server? */
gboolean offhook_mcp_options_are_unused(OffhookSettings *settings);
/** Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG names key and expectation */
OffhookMcpOptions *offhook_mcp_options_new(OffhookSettings *settings, GError **error);
OffhookMcpOptions *offhook_mcp_options_ref(OffhookMcpOptions *self);
void offhook_mcp_options_unref(OffhookMcpOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookMcpOptions, offhook_mcp_options_unref)

/** Is the server's tool @name one of those that are wanted? */
gboolean offhook_mcp_options_wants(const OffhookMcpOptions *self, const char *name);
/** What the toolbox is told of it. */
OffhookToolFlags offhook_mcp_options_get_flags(const OffhookMcpOptions *self,
					       const OffhookMcpTool *tool);
/** (transfer full) */
OffhookMcpTransport *offhook_mcp_options_make_transport(const OffhookMcpOptions *self);

G_END_DECLS
