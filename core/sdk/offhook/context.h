/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Crossing threads: copy a small event, post it to the owner's context.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * offhook_context_post:
 * @context: (nullable): whose thread runs @func; %NULL for the main loop
 * @func: run once
 * @data: (transfer full): passed to @func, then freed with @destroy
 * @destroy: (nullable)
 *
 * Runs @func in the thread of @context, in the order of posting, and never in the caller's stack,
 * unlike g_main_context_invoke(). Any thread.
 */
void offhook_context_post(GMainContext *context, void (*func)(gpointer data), gpointer data,
			  GDestroyNotify destroy);

G_END_DECLS
