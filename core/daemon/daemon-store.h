/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The store as the daemon has it: opened with the configuration's words, watched, and told at the start
 * which calls the last process left behind. Main thread.
 */
#pragma once

#include "base/metrics.h"
#include "call/manager/call-manager.h"
#include "config/config.h"
#include "daemon/predecessor.h"

G_BEGIN_DECLS

typedef struct _OffhookDaemonStore OffhookDaemonStore;

/**
 * Waits for the database, or for knowing that it is away; in that case the log says so.
 * @predecessor: (nullable): the process that still has the journal, and calls; outlives the store
 */
OffhookDaemonStore *offhook_daemon_store_open(OffhookConfig *config, OffhookEventBus *events,
					      OffhookPredecessor *predecessor, GError **error);
void offhook_daemon_store_free(OffhookDaemonStore *self);

/** Of what is beside the database. @self: outlives their prints */
void offhook_daemon_store_add_metrics(OffhookDaemonStore *self, OffhookMetrics *metrics);

/** (transfer none) */
OffhookStore *offhook_daemon_store_get(OffhookDaemonStore *self);

/**
 * offhook_daemon_store_catch_up:
 *
 * Marks the calls that the last process left behind as interrupted and lets @calls know what today's
 * have cost. Waits for that, but neither for a database that is away nor for what waits in the journal:
 * then it is done when the time has come.
 */
gboolean offhook_daemon_store_catch_up(OffhookDaemonStore *self, OffhookCallManager *calls,
				       GError **error);

/** That process has gone: its journal is ours as soon as it is free, and calls that it has left behind were interrupted. */
void offhook_daemon_store_inherit(OffhookDaemonStore *self);

/** Commits what there is, or leaves it to the journal. Waits. */
void offhook_daemon_store_flush(OffhookDaemonStore *self);

G_END_DECLS
