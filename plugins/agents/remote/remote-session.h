/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation with the program. Main thread.
 */
#pragma once

#include "remote-options.h"

#include <offhook/agent.h>
#include <offhook/web-client.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_REMOTE_SESSION (offhook_remote_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookRemoteSession, offhook_remote_session, OFFHOOK, REMOTE_SESSION,
		     OffhookAgentSession)

OffhookAgentSession *offhook_remote_session_new(OffhookRemoteOptions *options,
						OffhookWebClient *web,
						const OffhookAgentOptions *session);

G_END_DECLS
