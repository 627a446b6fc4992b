/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A row that was deleted stays in its table's file until VACUUM, and its bytes until another row
 * takes their place: only a rewritten file is without them. The planner's statistics have samples of
 * columns, so they are taken anew. What a transaction may still see nobody can take away. In a thread
 * of its own.
 */

#include "store/postgres/postgres-scrub.h"

#include "store/postgres/postgres-blocking.h"
#include "store/sql/store-sql-erase.h"

#define OFFHOOK_POSTGRES_SCRUB_WAIT_MS 5000
#define OFFHOOK_POSTGRES_SCRUB_STEP_MS 50

/* A failure is told and survived: another table may go well. */
static void
offhook_postgres_scrub_try(PGconn *conn, const char *sql, GPtrArray *notes)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_postgres_blocking_execute(conn, sql, &error))
		g_ptr_array_add(notes, g_strdup_printf("%s: %s", sql, error->message));
}

/* Waits for transactions that began before, of which a rewritten table keeps what they may see. */
static gboolean
offhook_postgres_scrub_wait_for_others(PGconn *conn, GPtrArray *notes, GError **error)
{
	g_autoptr(OffhookPostgresResult) now = offhook_postgres_blocking_ask(
	    conn, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint % 4294967296",
	    error);
	g_autofree char *sql = NULL;

	if (now == NULL)
		return FALSE;
	sql = g_strdup_printf("SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
			      "AND datname = current_database() AND backend_xmin IS NOT NULL "
			      "AND age(backend_xmin) > age('%s'::xid)",
			      PQgetvalue(now, 0, 0));
	for (guint ms = 0; ms < OFFHOOK_POSTGRES_SCRUB_WAIT_MS;
	     ms += OFFHOOK_POSTGRES_SCRUB_STEP_MS) {
		g_autoptr(OffhookPostgresResult) older =
		    offhook_postgres_blocking_ask(conn, sql, error);

		if (older == NULL)
			return FALSE;
		if (g_str_equal(PQgetvalue(older, 0, 0), "0"))
			return TRUE;
		g_usleep(OFFHOOK_POSTGRES_SCRUB_STEP_MS * 1000);
	}
	g_ptr_array_add(notes, g_strdup("a transaction of another program began before and may "
					"still see what was deleted: the files keep it"));
	return TRUE;
}

char **
offhook_postgres_scrub_run(const OffhookPostgresSettings *settings, OffhookScrub how,
			   GError **error)
{
	g_autoptr(OffhookPostgresBlocking) conn =
	    offhook_postgres_blocking_connect(settings, error);
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *schema = offhook_postgres_quote_identifier(settings->schema);
	const char *const *tables = offhook_store_sql_list_erased();

	if (conn == NULL || !offhook_postgres_blocking_execute(
				conn, "SET lock_timeout = '10s'; SET statement_timeout = 0", error))
		return NULL;
	if (how == OFFHOOK_SCRUB_WHOLE &&
	    !offhook_postgres_scrub_wait_for_others(conn, notes, error))
		return NULL;
	for (guint i = 0; tables[i] != NULL; i++) {
		g_autofree char *sql =
		    g_strdup_printf("VACUUM (%sANALYZE) %s.%s",
				    how == OFFHOOK_SCRUB_WHOLE ? "FULL, " : "", schema, tables[i]);

		offhook_postgres_scrub_try(conn, sql, notes);
	}
	if (how == OFFHOOK_SCRUB_WHOLE)
		offhook_postgres_scrub_try(conn, "VACUUM (FULL) pg_catalog.pg_statistic", notes);
	g_ptr_array_add(notes, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&notes), FALSE);
}
