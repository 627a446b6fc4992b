/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * In what servers differ that all call themselves compatible.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;       /* as in the setting "server" */
	const char *max_tokens; /* the member that limits the answer */
	const char
	    *without_think; /* (nullable): JSON members that keep a model from thinking aloud */
	gboolean has_tool_choice;
	gboolean has_parallel_switch; /* parallel_tool_calls */
	gboolean pads;                /* sends padding unless told not to */
} OffhookOpenaiDialect;

/** @name: "auto" goes by the host of @url. Any thread. */
const OffhookOpenaiDialect *offhook_openai_dialect_find(const char *name, const char *url);

G_END_DECLS
