/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Has the agents' sessions of a conversation that is over do what they have left to do, one after the
 * other and not for long. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct _OffhookSessionCloser OffhookSessionCloser;

/**
 * @done: all that were added are closed, or their time is over; from the main loop, and again when more
 * were added. May free it
 */
OffhookSessionCloser *offhook_session_closer_new(void (*done)(gpointer user_data),
						 gpointer user_data);
/** Sessions that are not closed yet are dropped. */
void offhook_session_closer_free(OffhookSessionCloser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSessionCloser, offhook_session_closer_free)

/**
 * @sessions: (transfer none) (element-type OffhookAgentSession): in the order of their chain
 * @host: (transfer none) (nullable): theirs, kept until the last of them is dropped
 */
void offhook_session_closer_add(OffhookSessionCloser *self, GPtrArray *sessions,
				OffhookAgentHost *host);
gboolean offhook_session_closer_is_idle(OffhookSessionCloser *self);

G_END_DECLS
