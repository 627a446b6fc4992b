/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A run of a tool: one request to its service. Main thread.
 */
#pragma once

#include "tool-config.h"
#include <offhook/web-client.h>

G_BEGIN_DECLS

/** What values come from besides the arguments. Borrowed. */
typedef struct {
	JsonObject *variables; /* (nullable) */
	const char *caller;    /* (nullable) */
	const char *call_id;   /* (nullable) */
} OffhookToolSources;

/** Asks, and ends @run. Needs nothing of @sources afterwards. @name: for the log */
void offhook_tool_request_send(OffhookToolConfig *config, const char *name, OffhookWebClient *web,
			       const OffhookToolSources *sources, OffhookToolRun *run);

G_END_DECLS
