/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Takes what deleted rows leave behind out of an SQLite file. In the thread of the connection.
 */
#pragma once

#include "store/sqlite/sqlite-connection.h"

G_BEGIN_DECLS

typedef struct {
	gboolean begun;
	gboolean done;
	GPtrArray *notes; /* (element-type utf8): what could not be done, and why */
} OffhookSqliteScrub;

OffhookSqliteScrub *offhook_sqlite_scrub_new(void);
void offhook_sqlite_scrub_free(OffhookSqliteScrub *self);

/** One slice, short enough for writes to wait for it. To be called until @self is done. */
gboolean offhook_sqlite_scrub_run(OffhookSqliteScrub *self, OffhookSqliteConnection *connection,
				  GError **error);

G_END_DECLS
