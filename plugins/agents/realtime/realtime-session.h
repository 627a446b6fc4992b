/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation with the service. Main thread.
 */
#pragma once

#include "realtime-config.h"

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REALTIME_SESSION (offhook_realtime_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookRealtimeSession, offhook_realtime_session, OFFHOOK, REALTIME_SESSION,
		     OffhookAgentSession)

/** @config: (transfer full). Begins to connect in the next turn of the main loop. */
OffhookAgentSession *offhook_realtime_session_new(OffhookRealtimeConfig *config);

G_END_DECLS
