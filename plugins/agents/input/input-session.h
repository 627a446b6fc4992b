/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One conversation's input. Main thread.
 */
#pragma once

#include "input-options.h"

#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_INPUT_SESSION (offhook_input_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookInputSession, offhook_input_session, OFFHOOK, INPUT_SESSION,
		     OffhookAgentSession)

/** @options: (transfer full) */
OffhookAgentSession *offhook_input_session_new(OffhookInputOptions *options,
					       const OffhookAgentOptions *session);

G_END_DECLS
