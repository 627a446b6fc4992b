/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that other processes have: the one before this one in an upgrade, or another server on the same
 * database. What is kept of them is still being written, and must not be deleted. Main thread.
 */
#pragma once

#include "call/manager/call-manager.h"
#include "store/store-erase.h"

G_BEGIN_DECLS

/**
 * offhook_elsewhere_list_async:
 * @calls: (nullable): ours
 * @caller: (nullable): of anybody; with a caller also those of his whose agents may still have to do
 *
 * By what the store says. Those of this machine are among them only while there are older processes: else
 * they are ours, or were of a process that died. Fails while the database is away.
 */
void offhook_elsewhere_list_async(OffhookCallManager *calls, OffhookStore *store,
				  const OffhookCaller *caller, GAsyncReadyCallback callback,
				  gpointer user_data);
/** Returns: (transfer full) (element-type OffhookCallRecord) */
GPtrArray *offhook_elsewhere_list_finish(GAsyncResult *result, GError **error);

G_END_DECLS
