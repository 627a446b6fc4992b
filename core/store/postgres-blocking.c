/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libpq's simplest calls with our errors. The calling thread.
 */

#include "store/postgres-blocking.h"

#include <offhook/error.h>

static void
offhook_postgres_blocking_set_error(PGconn *conn, GError **error)
{
	g_autofree char *text = g_strdup(PQerrorMessage(conn));

	g_strstrip(g_strdelimit(text, "\n\t", ' '));
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "PostgreSQL: %s", text);
}

PGresult *
offhook_postgres_blocking_ask(PGconn *conn, const char *sql, GError **error)
{
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return result;
	offhook_postgres_blocking_set_error(conn, error);
	PQclear(result);
	return NULL;
}

gboolean
offhook_postgres_blocking_execute(PGconn *conn, const char *sql, GError **error)
{
	g_autoptr(OffhookPostgresResult) result = offhook_postgres_blocking_ask(conn, sql, error);

	return result != NULL;
}

PGconn *
offhook_postgres_blocking_connect(const OffhookPostgresSettings *settings, GError **error)
{
	g_autofree char *seconds = g_strdup_printf("%u", MAX(2, settings->connect_ms / 1000));
	const char *const keys[] = {"dbname",
				    "client_encoding",
				    "connect_timeout",
				    "fallback_application_name",
				    "keepalives_idle",
				    "tcp_user_timeout",
				    NULL};
	/* A server that has vanished is not waited for. */
	const char *const values[] = {settings->url, "UTF8",  seconds, "offhookd",
				      "10",          "60000", NULL};
	g_autoptr(OffhookPostgresBlocking) conn = PQconnectdbParams(keys, values, 1);

	if (PQstatus(conn) == CONNECTION_OK)
		return g_steal_pointer(&conn);
	offhook_postgres_blocking_set_error(conn, error);
	return NULL;
}
