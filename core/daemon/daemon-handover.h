/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Handing over from one process to the next, as an upgrade needs it: what each side of it does with the
 * daemon's parts. Main thread.
 */
#pragma once

#include "daemon/daemon-private.h"

G_BEGIN_DECLS

/* ---- the new process ---- */

/** No process before this one lives any more, or there was none. */
gboolean offhook_daemon_is_alone(OffhookDaemon *self);
/** Instead of binding to an address and locking the state: both come from the process before this one. */
gboolean offhook_daemon_take_over(OffhookDaemon *self, GError **error);
/** We listen: from now on it only ends what it has begun. */
void offhook_daemon_relieve(OffhookDaemon *self);

/** Scheduled calls are ours to place. */
void offhook_daemon_start_schedule(OffhookDaemon *self);

/* ---- the old process ---- */

/** We stop: nobody is to take anything over from us any more, nor to give it back. */
void offhook_daemon_end_handing_over(OffhookDaemon *self);

G_END_DECLS
