/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Takes what deleted rows leave behind out of a PostgreSQL server's files. Blocks: for a thread of
 * its own.
 */
#pragma once

#include "store/postgres/postgres-connection.h"
#include "store/store-backend.h"

G_BEGIN_DECLS

/** (transfer full): what could not be done, and why, %NULL-terminated; %NULL with @error */
char **offhook_postgres_scrub_run(const OffhookPostgresSettings *settings, OffhookScrub how,
				  GError **error);

G_END_DECLS
