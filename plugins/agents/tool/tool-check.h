/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether a tool may go where its section sends it: otherwise nobody would be told but the language model,
 * in a call. Main thread.
 */
#pragma once

#include "tool-config.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

/** What is written as an address. %OFFHOOK_ERROR_CONFIG: it is not allowed. */
gboolean offhook_tool_check_addresses(const OffhookToolConfig *config, GError **error);

/**
 * offhook_tool_check_async:
 *
 * The same for names, which are looked up. Of a host that is another one each time only those count that
 * allowed-hosts has by name. @agent: the result's source
 */
void offhook_tool_check_async(OffhookAgent *agent, OffhookToolConfig *config,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer user_data);
/** %OFFHOOK_ERROR_CONFIG: it is not allowed; %OFFHOOK_ERROR_UNAVAILABLE: there is no such name now */
gboolean offhook_tool_check_finish(GAsyncResult *result, GError **error);

G_END_DECLS
