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

typedef enum {
	/** Reached over TCP and TLS, too. */
	POSTGRES_SERVER_TLS = 1 << 0,
	/**
	 * Tables are on a disk of their own, of a few MiB, that nobody else sees and that goes with the
	 * server's processes. Takes root.
	 */
	POSTGRES_SERVER_SMALL_DISK = 1 << 1,
	/** On disk and with the memory that it has by itself: what is measured is not made quicker. */
	POSTGRES_SERVER_AS_IT_COMES = 1 << 2,
} PostgresServerFlags;

/** (nullable), also where we have not got the rights */
PostgresServer *postgres_server_new_with(PostgresServerFlags flags);
/** Stops it and removes everything. */
void postgres_server_free(PostgresServer *self);

/** The URL of a new, empty database. (transfer full) */
char *postgres_server_make_database(PostgresServer *self);
/** The URL of a new database with all that is in the one of @url, which nobody has open. (transfer full) */
char *postgres_server_copy_database(PostgresServer *self, const char *url);
void postgres_server_drop_database(PostgresServer *self, const char *url);
/** Runs @sql in the database of @url; what it prints, without headers. (transfer full) */
char *postgres_server_ask(PostgresServer *self, const char *url, const char *sql);

/** @url, over TCP. @host: what is connected to; @rest: "&sslmode=..." (transfer full) */
char *postgres_server_make_tcp_url(PostgresServer *self, const char *url, const char *host,
				   const char *rest);
/** The file of the certificate that it shows, for the name "localhost" alone. (transfer full) */
char *postgres_server_get_certificate(PostgresServer *self);
/** A file with a certificate for the same name, which has nothing to do with it. (transfer full) */
char *postgres_server_make_other_certificate(PostgresServer *self);

/** Its small disk has no room any more, or again. */
void postgres_server_fill_disk(PostgresServer *self, gboolean full);

/** Where its databases' files are. (transfer full) */
char *postgres_server_get_data_dir(PostgresServer *self);

/** As kill -9 of all its processes, which leaves the data as they are. */
void postgres_server_kill(PostgresServer *self);
/** Again, after that. */
void postgres_server_start(PostgresServer *self);
/** All of it stands still, and goes on. */
void postgres_server_pause(PostgresServer *self, gboolean paused);

G_END_DECLS
