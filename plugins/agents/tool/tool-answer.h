/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What of a service's answer the language model is told. Any thread.
 */
#pragma once

#include "tool-config.h"
#include <offhook/web-client.h>

G_BEGIN_DECLS

/**
 * offhook_tool_answer_read:
 *
 * Returns: (transfer full) (nullable): for the model; %NULL with an error that tells the model why, so
 *   with words of the service's
 */
char *offhook_tool_answer_read(const OffhookToolConfig *config, const OffhookWebResponse *response,
			       GError **error);

G_END_DECLS
