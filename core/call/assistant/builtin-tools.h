/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tools that need no plugin. Main thread.
 */
#pragma once

#include "call/assistant/session-host.h"

G_BEGIN_DECLS

/**
 * offhook_builtin_tools_add:
 * @names: an assistant's tools; those that are not built in are left to others
 * @host: (transfer none): outlives its toolbox's tools
 *
 * Tools that need what @host has not are left out.
 *
 * Returns: %FALSE with an error of the toolbox, or %OFFHOOK_ERROR_CONFIG for a name that is none
 */
gboolean offhook_builtin_tools_add(OffhookSessionHost *host, const char *const *names,
				   GError **error);

G_END_DECLS
