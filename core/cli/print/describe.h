/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Figures of turns and calls, in a line for people.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** How a tool ended, from its event: "book: failed after 12 ms: REASON". (transfer full) */
char *offhook_describe_tool(JsonObject *data);
/** Where the time of a turn went, in the order in which it did. (transfer full) (nullable) */
char *offhook_describe_turn(JsonObject *turn);
/**
 * What engines did for a turn or a call, "" for nothing: ", 12 s heard, ...". (transfer full)
 */
char *offhook_describe_usage(JsonObject *owner);

G_END_DECLS
