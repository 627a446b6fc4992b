/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A PostgreSQL server of a test's own: started in a new folder, reached over a socket there, gone with
 * the test.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PostgresServer PostgresServer;

/** (nullable): there is no PostgreSQL on this machine; fails the test when there is and it does not start */
PostgresServer *postgres_server_new(void);
/** Stops it and removes everything. */
void postgres_server_free(PostgresServer *self);

/** The URL of a new, empty database. (transfer full) */
char *postgres_server_make_database(PostgresServer *self);
void postgres_server_drop_database(PostgresServer *self, const char *url);
/** Runs @sql in the database of @url; what it prints, without headers. (transfer full) */
char *postgres_server_ask(PostgresServer *self, const char *url, const char *sql);

/** Where its databases' files are. (transfer full) */
char *postgres_server_get_data_dir(PostgresServer *self);

/** As kill -9 of all its processes, which leaves the data as they are. */
void postgres_server_kill(PostgresServer *self);
/** Again, after that. */
void postgres_server_start(PostgresServer *self);
/** All of it stands still, and goes on. */
void postgres_server_pause(PostgresServer *self, gboolean paused);

G_END_DECLS
