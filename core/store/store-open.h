/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The start of a store: its journal, then its database, or without that. Main thread.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

/**
 * offhook_store_open_run:
 * @self: (transfer full): made for @url, not connected
 * @task: (transfer full): gets the store, or the error
 */
void offhook_store_open_run(OffhookStore *self, const char *url, const OffhookStoreOptions *options,
			    GTask *task);

G_END_DECLS
