/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One connection to an SQLite file: opening, statements kept for re-use, errors in our words. Used
 * by one thread at a time.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "store/record/record-type.h"
#include "store/sql/migration-watch.h"

G_BEGIN_DECLS

typedef struct _OffhookSqliteConnection OffhookSqliteConnection;

typedef enum {
	OFFHOOK_SQLITE_READ,
	OFFHOOK_SQLITE_WRITE,
} OffhookSqliteMode;

/** A closed connection. @path: absolute, or ":memory:" */
OffhookSqliteConnection *offhook_sqlite_connection_new(const char *path, OffhookSqliteMode mode,
						       guint busy_timeout_ms);
void offhook_sqlite_connection_free(OffhookSqliteConnection *self);

/** @watch: is told of migrations */
void offhook_sqlite_connection_set_watch(OffhookSqliteConnection *self,
					 OffhookMigrationWatch *watch);
/** (transfer none) (nullable) */
OffhookMigrationWatch *offhook_sqlite_connection_get_watch(OffhookSqliteConnection *self);

/**
 * Makes the file (0600) and its directory (0700) where they are missing, opens it, and brings its
 * schema up to date.
 */
gboolean offhook_sqlite_connection_create(OffhookSqliteConnection *self, GError **error);

/**
 * Opens an existing file that is not open, or not the file of that name any more; looks whether it
 * still is, otherwise. To be called before every piece of work.
 */
gboolean offhook_sqlite_connection_ensure(OffhookSqliteConnection *self, GError **error);

/** Opens it anew the next time: after an error that may have spoilt what is in memory. */
void offhook_sqlite_connection_close(OffhookSqliteConnection *self);

/** How long it waits for what another program has locked. */
guint offhook_sqlite_connection_get_busy_timeout_ms(OffhookSqliteConnection *self);
sqlite3 *offhook_sqlite_connection_get_db(OffhookSqliteConnection *self);

/** Runs statements that give no rows. */
gboolean offhook_sqlite_connection_execute(OffhookSqliteConnection *self, const char *sql,
					   GError **error);

/** Undoes an open transaction. */
void offhook_sqlite_connection_roll_back(OffhookSqliteConnection *self);

/**
 * A statement ready to be bound, made at the first use of this text; (transfer none). To be given
 * back with offhook_sqlite_statement_done().
 */
sqlite3_stmt *offhook_sqlite_connection_prepare(OffhookSqliteConnection *self, const char *sql,
						GError **error);
void offhook_sqlite_statement_done(sqlite3_stmt *statement);

/** Steps a statement; %TRUE with *@row whether there is one. */
gboolean offhook_sqlite_connection_step(OffhookSqliteConnection *self, sqlite3_stmt *statement,
					gboolean *row, GError **error);

/** Sets @error after @code, with SQLite's words for it. Always %FALSE. */
gboolean offhook_sqlite_connection_refuse(OffhookSqliteConnection *self, int code, GError **error);

/** Binds the first fields of @record to the parameters from 1; its texts must live until the step. */
void offhook_sqlite_statement_bind_record(sqlite3_stmt *statement, const OffhookRecordType *type,
					  gconstpointer record, guint n_fields);
/** A record from a row of all its columns. (transfer full) */
gpointer offhook_sqlite_statement_read_record(sqlite3_stmt *statement,
					      const OffhookRecordType *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSqliteConnection, offhook_sqlite_connection_free)

G_END_DECLS
