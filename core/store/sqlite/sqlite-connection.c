/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One connection to an SQLite file. A store has one that writes and one that reads, each in a
 * thread of its own.
 */

#include "store/sqlite/sqlite-connection.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <offhook/error.h>

#include "store/sqlite/sqlite-migrate.h"

/* More texts than the queries can have; only a mistake could get there. */
#define OFFHOOK_SQLITE_MAX_STATEMENTS 64

/* The log is cut to this after a burst. */
#define OFFHOOK_SQLITE_JOURNAL_BYTES "8388608"

struct _OffhookSqliteConnection {
	char *path;
	OffhookSqliteMode mode;
	guint busy_timeout_ms;
	OffhookMigrationWatch *watch; /* (nullable) */
	sqlite3 *db;
	GHashTable *statements; /* text -> sqlite3_stmt */
	dev_t device;           /* which file is open, to notice when it is not there any more */
	ino_t inode;
};

static void
offhook_sqlite_connection_finalize_statement(gpointer statement)
{
	sqlite3_finalize(statement);
}

OffhookSqliteConnection *
offhook_sqlite_connection_new(const char *path, OffhookSqliteMode mode, guint busy_timeout_ms)
{
	OffhookSqliteConnection *self = g_new0(OffhookSqliteConnection, 1);

	self->path = g_strdup(path);
	self->mode = mode;
	self->busy_timeout_ms = busy_timeout_ms;
	self->statements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						 offhook_sqlite_connection_finalize_statement);
	return self;
}

void
offhook_sqlite_connection_close(OffhookSqliteConnection *self)
{
	g_hash_table_remove_all(self->statements);
	if (self->db != NULL && sqlite3_close(self->db) != SQLITE_OK)
		g_critical("a statement was still in use when its connection was closed");
	self->db = NULL;
}

void
offhook_sqlite_connection_free(OffhookSqliteConnection *self)
{
	offhook_sqlite_connection_close(self);
	g_hash_table_unref(self->statements);
	offhook_migration_watch_unref(self->watch);
	g_free(self->path);
	g_free(self);
}

void
offhook_sqlite_connection_set_watch(OffhookSqliteConnection *self, OffhookMigrationWatch *watch)
{
	self->watch = offhook_migration_watch_ref(watch);
}

OffhookMigrationWatch *
offhook_sqlite_connection_get_watch(OffhookSqliteConnection *self)
{
	return self->watch;
}

sqlite3 *
offhook_sqlite_connection_get_db(OffhookSqliteConnection *self)
{
	return self->db;
}

static OffhookError
offhook_sqlite_connection_map_code(int code)
{
	switch (code & 0xff) {
	case SQLITE_ERROR: /* in the statement: ours to mend */
		return OFFHOOK_ERROR_FAILED;
	case SQLITE_NOTADB:
		return OFFHOOK_ERROR_FORMAT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return OFFHOOK_ERROR_INVALID_ARGUMENT;
	case SQLITE_TOOBIG:
		return OFFHOOK_ERROR_LIMIT;
	default:
		return OFFHOOK_ERROR_STORAGE;
	}
}

gboolean
offhook_sqlite_connection_refuse(OffhookSqliteConnection *self, int code, GError **error)
{
	int extended = self->db != NULL ? sqlite3_extended_errcode(self->db) : code;
	int system = self->db != NULL ? sqlite3_system_errno(self->db) : 0;
	gboolean storage = offhook_sqlite_connection_map_code(code) == OFFHOOK_ERROR_STORAGE;

	/* The words for a broken constraint name tables and columns, never values. */
	g_set_error(error, OFFHOOK_ERROR, offhook_sqlite_connection_map_code(code),
		    "%s: %s (SQLite %d%s%s)", self->path,
		    self->db != NULL ? sqlite3_errmsg(self->db) : sqlite3_errstr(code), extended,
		    storage && system != 0 ? ", " : "",
		    storage && system != 0 ? g_strerror(system) : "");
	return FALSE;
}

gboolean
offhook_sqlite_connection_execute(OffhookSqliteConnection *self, const char *sql, GError **error)
{
	int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || offhook_sqlite_connection_refuse(self, code, error);
}

void
offhook_sqlite_connection_roll_back(OffhookSqliteConnection *self)
{
	/* Some errors end the transaction by themselves. */
	if (self->db != NULL && !sqlite3_get_autocommit(self->db))
		sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
}

sqlite3_stmt *
offhook_sqlite_connection_prepare(OffhookSqliteConnection *self, const char *sql, GError **error)
{
	sqlite3_stmt *statement = g_hash_table_lookup(self->statements, sql);
	int code;

	if (statement != NULL)
		return statement;
	code = sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
	if (code != SQLITE_OK) {
		offhook_sqlite_connection_refuse(self, code, error);
		return NULL;
	}
	if (g_hash_table_size(self->statements) >= OFFHOOK_SQLITE_MAX_STATEMENTS)
		g_hash_table_remove_all(self->statements);
	g_hash_table_insert(self->statements, g_strdup(sql), statement);
	return statement;
}

void
offhook_sqlite_statement_done(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

gboolean
offhook_sqlite_connection_step(OffhookSqliteConnection *self, sqlite3_stmt *statement,
			       gboolean *row, GError **error)
{
	int code = sqlite3_step(statement);

	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE ||
	       offhook_sqlite_connection_refuse(self, code, error);
}

static void
offhook_sqlite_statement_bind_field(sqlite3_stmt *statement, int index, const OffhookField *field,
				    gconstpointer record)
{
	switch (field->kind) {
	case OFFHOOK_FIELD_TEXT:
		sqlite3_bind_text(statement, index, *OFFHOOK_FIELD_AT(record, field, char *), -1,
				  SQLITE_STATIC);
		break;
	case OFFHOOK_FIELD_TIME:
		if (*OFFHOOK_FIELD_AT(record, field, gint64) != 0)
			sqlite3_bind_int64(statement, index,
					   *OFFHOOK_FIELD_AT(record, field, gint64));
		break;
	case OFFHOOK_FIELD_LENGTH:
		if (*OFFHOOK_FIELD_AT(record, field, gint64) >= 0)
			sqlite3_bind_int64(statement, index,
					   *OFFHOOK_FIELD_AT(record, field, gint64));
		break;
	case OFFHOOK_FIELD_COUNT:
		sqlite3_bind_int64(statement, index, *OFFHOOK_FIELD_AT(record, field, guint));
		break;
	case OFFHOOK_FIELD_FIGURE:
		if (*OFFHOOK_FIELD_AT(record, field, double) >= 0)
			sqlite3_bind_double(statement, index,
					    *OFFHOOK_FIELD_AT(record, field, double));
		break;
	case OFFHOOK_FIELD_FLAG:
		sqlite3_bind_int(statement, index,
				 *OFFHOOK_FIELD_AT(record, field, gboolean) ? 1 : 0);
		break;
	}
}

void
offhook_sqlite_statement_bind_record(sqlite3_stmt *statement, const OffhookRecordType *type,
				     gconstpointer record, guint n_fields)
{
	int index = 1;

	for (guint i = 0; i < n_fields; i++) {
		if ((type->fields[i].flags & OFFHOOK_FIELD_KEPT) == 0)
			offhook_sqlite_statement_bind_field(statement, index++, &type->fields[i],
							    record);
	}
}

static void
offhook_sqlite_statement_read_field(sqlite3_stmt *statement, int column, const OffhookField *field,
				    gpointer record)
{
	gboolean null = sqlite3_column_type(statement, column) == SQLITE_NULL;

	switch (field->kind) {
	case OFFHOOK_FIELD_TEXT:
		*OFFHOOK_FIELD_AT(record, field, char *) =
		    g_strdup((const char *)sqlite3_column_text(statement, column));
		break;
	case OFFHOOK_FIELD_TIME:
		*OFFHOOK_FIELD_AT(record, field, gint64) = sqlite3_column_int64(statement, column);
		break;
	case OFFHOOK_FIELD_LENGTH:
		*OFFHOOK_FIELD_AT(record, field, gint64) =
		    null ? -1 : sqlite3_column_int64(statement, column);
		break;
	case OFFHOOK_FIELD_COUNT:
		*OFFHOOK_FIELD_AT(record, field, guint) =
		    (guint)sqlite3_column_int64(statement, column);
		break;
	case OFFHOOK_FIELD_FIGURE:
		*OFFHOOK_FIELD_AT(record, field, double) =
		    null ? -1 : sqlite3_column_double(statement, column);
		break;
	case OFFHOOK_FIELD_FLAG:
		*OFFHOOK_FIELD_AT(record, field, gboolean) =
		    sqlite3_column_int(statement, column) != 0;
		break;
	}
}

gpointer
offhook_sqlite_statement_read_record(sqlite3_stmt *statement, const OffhookRecordType *type)
{
	gpointer record = offhook_record_type_new(type);

	for (guint i = 0; i < type->n_fields; i++)
		offhook_sqlite_statement_read_field(statement, (int)i, &type->fields[i], record);
	return record;
}

static gboolean
offhook_sqlite_connection_is_memory(OffhookSqliteConnection *self)
{
	return g_str_equal(self->path, ":memory:");
}

/* SQLite would make the file readable for everyone; its helper files take the mode from it. */
static gboolean
offhook_sqlite_connection_make_file(OffhookSqliteConnection *self, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(self->path);
	int fd;

	if (g_mkdir_with_parents(directory, 0700) != 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
			    "%s: the directory can't be made: %s", directory, g_strerror(errno));
		return FALSE;
	}
	fd = g_open(self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
			    "%s: the database can't be opened: %s", self->path, g_strerror(errno));
		return FALSE;
	}
	close(fd);
	return TRUE;
}

static gboolean
offhook_sqlite_connection_stat(OffhookSqliteConnection *self, struct stat *info, GError **error)
{
	if (stat(self->path, info) == 0)
		return TRUE;
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s: the database is gone: %s",
		    self->path, g_strerror(errno));
	return FALSE;
}

static gboolean
offhook_sqlite_connection_connect(OffhookSqliteConnection *self, GError **error)
{
	gboolean memory = offhook_sqlite_connection_is_memory(self);
	struct stat info = {0};
	int code;

	if (!memory && !offhook_sqlite_connection_stat(self, &info, error))
		return FALSE;
	code = sqlite3_open_v2(
	    self->path, &self->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (memory ? SQLITE_OPEN_CREATE : 0), NULL);
	if (code != SQLITE_OK)
		return offhook_sqlite_connection_refuse(self, code, error);
	self->device = info.st_dev;
	self->inode = info.st_ino;
	sqlite3_extended_result_codes(self->db, 1);
	sqlite3_busy_timeout(self->db, (int)self->busy_timeout_ms);
	sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return offhook_sqlite_connection_execute(self, "PRAGMA foreign_keys = ON", error);
}

guint
offhook_sqlite_connection_get_busy_timeout_ms(OffhookSqliteConnection *self)
{
	return self->busy_timeout_ms;
}

static gboolean
offhook_sqlite_connection_open(OffhookSqliteConnection *self, GError **error)
{
	if (!offhook_sqlite_connection_connect(self, error))
		return FALSE;
	if (self->mode == OFFHOOK_SQLITE_READ)
		return offhook_sqlite_connection_execute(self, "PRAGMA query_only = ON", error);
	/* Looks before it touches: a file that is not ours stays as it is. */
	if (!offhook_sqlite_migrate_check(self, error))
		return FALSE;
	return offhook_sqlite_connection_execute(
		   self,
		   "PRAGMA journal_mode = WAL;"
		   "PRAGMA synchronous = NORMAL;"
		   /* What is deleted is overwritten. */
		   "PRAGMA secure_delete = ON;"
		   "PRAGMA journal_size_limit = " OFFHOOK_SQLITE_JOURNAL_BYTES,
		   error) &&
	       offhook_sqlite_migrate_run(self, error);
}

gboolean
offhook_sqlite_connection_create(OffhookSqliteConnection *self, GError **error)
{
	if (!offhook_sqlite_connection_is_memory(self) &&
	    !offhook_sqlite_connection_make_file(self, error))
		return FALSE;
	return offhook_sqlite_connection_ensure(self, error);
}

gboolean
offhook_sqlite_connection_ensure(OffhookSqliteConnection *self, GError **error)
{
	struct stat info;

	if (self->db != NULL && offhook_sqlite_connection_is_memory(self))
		return TRUE;
	if (self->db != NULL) {
		/* Writing on into a deleted file would lose everything without a word. */
		if (offhook_sqlite_connection_stat(self, &info, error)) {
			if (info.st_dev == self->device && info.st_ino == self->inode)
				return TRUE;
			offhook_sqlite_connection_close(self);
		} else {
			return FALSE;
		}
	}
	if (offhook_sqlite_connection_open(self, error))
		return TRUE;
	offhook_sqlite_connection_close(self);
	return FALSE;
}
