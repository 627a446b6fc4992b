/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The echo agent's session. It keeps nothing, so the media thread and the main thread can use it at
 * the same time.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_ECHO_SESSION (offhook_echo_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookEchoSession, offhook_echo_session, OFFHOOK, ECHO_SESSION,
		     OffhookAgentSession)

OffhookAgentSession *offhook_echo_session_new(void);

G_END_DECLS
