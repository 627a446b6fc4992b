/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The dialog agent's session: turns of the core to and from a conversation. Main thread.
 */
#pragma once

#include "dialog-script.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DIALOG_SESSION (offhook_dialog_session_get_type())
G_DECLARE_FINAL_TYPE(OffhookDialogSession, offhook_dialog_session, OFFHOOK, DIALOG_SESSION,
		     OffhookAgentSession)

/** @seed: which of several answers comes first */
OffhookAgentSession *offhook_dialog_session_new(OffhookDialogScript *script,
						const OffhookAgentOptions *options, guint seed);

/** The time it is to the conversation, for tests; %NULL for the clock's. */
void offhook_dialog_session_set_now(OffhookDialogSession *self, GDateTime *now);

G_END_DECLS
