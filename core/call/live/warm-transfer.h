/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A transfer in which the other person is asked first. The caller waits on hold; a second call goes
 * to the target, where a briefing is said; who takes it is connected with the caller, and both calls
 * leave us. In every other case the caller comes back to the agents, who are told why. Main thread.
 */
#pragma once

#include "call/live/briefing.h"
#include "call/live/live-call.h"

G_BEGIN_DECLS

/** One under way; frees itself at its end. */
typedef struct _OffhookWarmTransfer OffhookWarmTransfer;

/** Puts @caller on hold. %NULL with %OFFHOOK_ERROR_INVALID_STATE or %OFFHOOK_ERROR_NOT_SUPPORTED. */
OffhookWarmTransfer *offhook_warm_transfer_new(OffhookLiveCall *caller, GError **error);
/** The agent that the second call needs. (transfer full) */
OffhookAgentSession *offhook_warm_transfer_make_agent(OffhookWarmTransfer *self, const char *text);
/** The second call is being placed. */
void offhook_warm_transfer_set_target(OffhookWarmTransfer *self, OffhookLiveCall *target);
/** It came to nothing. */
void offhook_warm_transfer_fail(OffhookWarmTransfer *self, const GError *error);

G_END_DECLS
