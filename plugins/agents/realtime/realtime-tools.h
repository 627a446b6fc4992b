/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the model may do besides speaking. Main thread.
 */
#pragma once

#include "realtime-config.h"

G_BEGIN_DECLS

/**
 * offhook_realtime_tools_run:
 * @arguments: JSON as the model wrote it
 *
 * Asks the core for it; it happens when what is said in this turn has been heard.
 * Returns: (transfer none): what the model is told
 */
const char *offhook_realtime_tools_run(const OffhookRealtimeConfig *config, OffhookAgentTurn *turn,
				       const char *name, const char *arguments);

G_END_DECLS
