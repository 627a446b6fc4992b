/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * All processes that come of a server's program, also those that have left its group and session. They
 * are known by a variable in their environment, which children inherit. Main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A mark that no other program has: "NAME=value". (transfer full) */
char *offhook_mcp_offspring_make_mark(void);

/** Sends @signal to all that have @mark, and takes its time. Any thread. Returns how many those are. */
guint offhook_mcp_offspring_signal(const char *mark, int signal);

/**
 * The program has ended, or is to be no more: what is left of it is asked to end, and made to if it has
 * not done so after @grace_ms. Does not wait.
 */
void offhook_mcp_offspring_end(const char *mark, guint grace_ms);
/** The same when there is no main loop any more, and waits for it. */
void offhook_mcp_offspring_finish(const char *mark, guint grace_ms);

G_END_DECLS
