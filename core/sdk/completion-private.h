/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

struct _OffhookCompletionRequest {
	gatomicrefcount ref_count;
	GPtrArray *messages; /* OffhookMessage */
	GPtrArray *tools;    /* OffhookTool */
	char *tool_choice;
	double temperature; /* negative: not given */
	guint max_tokens;   /* 0: not given */
	JsonObject *extra;  /* (nullable) */
};

void offhook_tool_call_free(gpointer data);

G_END_DECLS
