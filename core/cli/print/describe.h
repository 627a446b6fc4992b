/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Figures of turns and calls, in a line for people.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** How a tool ended, from its event: "book: failed after 12 ms". (transfer full) */
char *offhook_describe_tool(JsonObject *data);
/** The same with why, which is what the tool said: "book: failed after 12 ms: REASON". (transfer full) */
char *offhook_describe_tool_fully(JsonObject *data);
/**
 * What happened between the words of a call. @who: (out) (transfer none): whom it is of, like "tool"
 *
 * Returns: (transfer full) (nullable): in one line; %NULL: nothing that is told the same everywhere
 */
char *offhook_describe_event(const char *type, JsonObject *data, const char **who);
/** Where the time of a turn went, in the order in which it did. (transfer full) (nullable) */
char *offhook_describe_turn(JsonObject *turn);
/**
 * What engines did for a turn or a call, "" for nothing: ", 12 s heard, ...". (transfer full)
 */
char *offhook_describe_usage(JsonObject *owner);

/**
 * Of the active calls of GET /health/detailed: " (2 of them in a process that ends)", while an upgrade has left such a
 * process behind; else nothing. (transfer full)
 */
char *offhook_describe_elders(JsonObject *health);

G_END_DECLS
