/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libpq's simplest calls with our errors. The calling thread.
 */

#include "store/postgres/postgres-blocking.h"

#include "store/postgres/postgres-error.h"

/* @result: (transfer full) (nullable) */
static PGresult *
offhook_postgres_blocking_judge(PGconn *conn, PGresult *result, GError **error)
{
	ExecStatusType status = PQresultStatus(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return result;
	g_propagate_error(error, offhook_postgres_error_new(NULL, PQerrorMessage(conn)));
	PQclear(result);
	return NULL;
}

PGresult *
offhook_postgres_blocking_ask(PGconn *conn, const char *sql, GError **error)
{
	return offhook_postgres_blocking_judge(conn, PQexec(conn, sql), error);
}

/* %FALSE: the connection is gone, as asking for the result will tell. */
static gboolean
offhook_postgres_blocking_wait(PGconn *conn, guint every_ms, void (*idle)(gpointer data),
			       gpointer data)
{
	while (PQisBusy(conn)) {
		GPollFD fd = {.fd = PQsocket(conn), .events = G_IO_IN};

		if (g_poll(&fd, 1, (gint)every_ms) == 0)
			idle(data);
		else if (PQconsumeInput(conn) != 1)
			return FALSE;
	}
	return TRUE;
}

PGresult *
offhook_postgres_blocking_ask_patiently(PGconn *conn, const char *sql, guint every_ms,
					void (*idle)(gpointer data), gpointer data, GError **error)
{
	PGresult *last = NULL;
	PGresult *next;

	if (PQsendQuery(conn, sql) != 1)
		return offhook_postgres_blocking_judge(conn, NULL, error);
	/* Of several commands the last that was run tells how it went. */
	while (offhook_postgres_blocking_wait(conn, every_ms, idle, data),
	       (next = PQgetResult(conn)) != NULL) {
		PQclear(last);
		last = next;
	}
	return offhook_postgres_blocking_judge(conn, last, error);
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
	g_propagate_error(error, offhook_postgres_error_new(NULL, PQerrorMessage(conn)));
	return NULL;
}
