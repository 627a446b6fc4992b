/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Deleted rows are overwritten by SQLite itself (secure_delete). Three things remain: the text index
 * only notes that a word is gone until its parts are merged; a page from which rows have moved to its
 * neighbour may still have them in its unused part, so that all pages are written anew; and the
 * journal of writes has the pages as they were. In the thread of the connection.
 */

#include "store/sqlite/sqlite-scrub.h"

/* Pages of the text index that are merged at once: some milliseconds. */
#define OFFHOOK_SQLITE_SCRUB_PAGES "250"

OffhookSqliteScrub *
offhook_sqlite_scrub_new(void)
{
	OffhookSqliteScrub *self = g_new0(OffhookSqliteScrub, 1);

	self->notes = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void
offhook_sqlite_scrub_free(OffhookSqliteScrub *self)
{
	g_ptr_array_unref(self->notes);
	g_free(self);
}

/* A negative number of pages begins: all parts become one, however few they are. */
static gboolean
offhook_sqlite_scrub_merge(OffhookSqliteScrub *self, OffhookSqliteConnection *connection,
			   gboolean *more, GError **error)
{
	sqlite3 *db = offhook_sqlite_connection_get_db(connection);
	int before = sqlite3_total_changes(db);

	if (!offhook_sqlite_connection_execute(
		connection,
		self->begun ? "INSERT INTO messages_text (messages_text, rank) "
			      "VALUES ('merge', " OFFHOOK_SQLITE_SCRUB_PAGES ")"
			    : "INSERT INTO messages_text (messages_text, rank) "
			      "VALUES ('merge', -" OFFHOOK_SQLITE_SCRUB_PAGES ")",
		error))
		return FALSE;
	self->begun = TRUE;
	/* The command itself is one change. */
	*more = sqlite3_total_changes(db) - before >= 2;
	return TRUE;
}

static gboolean
offhook_sqlite_scrub_empty_journal(OffhookSqliteScrub *self, OffhookSqliteConnection *connection,
				   GError **error)
{
	sqlite3_stmt *statement =
	    offhook_sqlite_connection_prepare(connection, "PRAGMA wal_checkpoint(TRUNCATE)", error);
	gboolean row;
	gboolean good;

	if (statement == NULL)
		return FALSE;
	good = offhook_sqlite_connection_step(connection, statement, &row, error);
	if (good && row && sqlite3_column_int(statement, 0) != 0)
		g_ptr_array_add(self->notes,
				g_strdup("the journal of writes (-wal) is being read by another "
					 "program: it keeps what it has until the next writes"));
	offhook_sqlite_statement_done(statement);
	return good;
}

/* It takes seconds for each GiB, in which writes wait in the queue. */
static void
offhook_sqlite_scrub_rewrite(OffhookSqliteScrub *self, OffhookSqliteConnection *connection)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_sqlite_connection_execute(connection, "VACUUM", &error))
		g_ptr_array_add(
		    self->notes,
		    g_strdup_printf("the database could not be written anew, so that unused "
				    "parts of it may have something left: %s",
				    error->message));
}

gboolean
offhook_sqlite_scrub_run(OffhookSqliteScrub *self, OffhookSqliteConnection *connection,
			 GError **error)
{
	gboolean more = FALSE;

	if (!offhook_sqlite_connection_ensure(connection, error) ||
	    !offhook_sqlite_scrub_merge(self, connection, &more, error))
		return FALSE;
	if (more)
		return TRUE;
	self->done = TRUE;
	offhook_sqlite_scrub_rewrite(self, connection);
	return offhook_sqlite_scrub_empty_journal(self, connection, error);
}
