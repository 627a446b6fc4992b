/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The database that the configuration names.
 */
#pragma once

#include "cli/client/client.h"
#include "store/store-admin.h"

G_BEGIN_DECLS

/** (transfer full); what can't be reached is %OFFHOOK_ERROR_UNAVAILABLE. */
OffhookStoreStatus *offhook_db_get_status(OffhookClient *client, GError **error);

G_END_DECLS
