/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who sends to the user's systems in an upgrade: one process at a time, so that the events of a call stay
 * in their order and come once. Main thread.
 */
#pragma once

#include "daemon/daemon-private.h"

G_BEGIN_DECLS

/** The outbox is there: it sends if no other process does. */
void offhook_daemon_open_deliveries(OffhookDaemon *self);

/* In the old process. */
/** The new one is to send: it is told when nothing is under way here any more, and of what comes. */
void offhook_daemon_give_deliveries(OffhookDaemon *self);
/** Another one has come after that, and does not know it. */
void offhook_daemon_tell_deliveries(OffhookDaemon *self);
/** Nobody is there to send but us. */
void offhook_daemon_take_back_deliveries(OffhookDaemon *self);

/* In the new one. */
/** From now on those before us are waited for, and not for ever. */
void offhook_daemon_await_deliveries(OffhookDaemon *self);
/** One of them has given them, or has more for us, or has ended. */
void offhook_daemon_take_deliveries(gpointer user_data);

G_END_DECLS
