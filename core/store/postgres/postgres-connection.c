/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drives libpq from the main loop. A connection is always in pipeline mode: a script's commands go
 * out in one piece with a sync behind them, and behind each of its steps, and after an error the server
 * skips to the next sync. What a script left open at its end, a second one of ours rolls back. Main thread.
 */

#include "store/postgres/postgres-connection.h"

#include <glib-unix.h>

#include <offhook/error.h>

#include "store/postgres/postgres-dial.h"
#include "store/postgres/postgres-error.h"
#include "store/postgres/postgres-script.h"

/* After so many commands the server sends what it has: else nobody knows whether it gets on. */
#define OFFHOOK_POSTGRES_CONNECTION_FLUSH 16

struct _OffhookPostgresConnection {
	const OffhookPostgresSettings *settings;
	OffhookPostgresDial *dial; /* it is being made */
	PGconn *conn;              /* (nullable): not made yet */
	guint watch;
	int watched; /* descriptor */
	GIOCondition condition;
	guint deadline;
	gint64 heard_us; /* when something came last, or was asked */
	guint fail_source;

	OffhookPostgresReadyFunc ready; /* (nullable): it was called */
	gpointer ready_data;
	GHashTable *prepared; /* sql, by address -> its name */
	guint n_prepared;     /* ever, so that no name is given twice */

	OffhookPostgresScript *script; /* (nullable): under way */
	GQueue expected;               /* of OffhookPostgresExpected, not answered yet */
	gboolean between;              /* the last read ended one command's results */
	OffhookPostgresReply *reply;
	OffhookPostgresReplyFunc func;
	gpointer func_data;
	gboolean rolling_back;
};

/* What an answer will be to: a command, or its preparation. */
typedef struct {
	const char *prepares; /* (nullable): the sql */
} OffhookPostgresExpected;

static gboolean offhook_postgres_connection_io_cb(int fd, GIOCondition condition,
						  gpointer user_data);

/* ---- watching ---- */

static void
offhook_postgres_connection_watch(OffhookPostgresConnection *self, GIOCondition condition)
{
	int fd = PQsocket(self->conn);

	if (self->watch != 0 && self->watched == fd && self->condition == condition)
		return;
	g_clear_handle_id(&self->watch, g_source_remove);
	if (fd < 0)
		return;
	self->watched = fd;
	self->condition = condition;
	self->watch = g_unix_fd_add(fd, condition, offhook_postgres_connection_io_cb, self);
}

/* ---- the end of a script ---- */

static void
offhook_postgres_connection_answer(OffhookPostgresConnection *self)
{
	OffhookPostgresReply *reply = g_steal_pointer(&self->reply);

	g_clear_handle_id(&self->deadline, g_source_remove);
	self->script = NULL;
	g_queue_clear_full(&self->expected, g_free);
	self->rolling_back = FALSE;
	self->func(reply, self->func_data);
}

/* (transfer full) @error: no answer will come any more. @overdue: for all that one knows it might. */
static void
offhook_postgres_connection_give_up(OffhookPostgresConnection *self, GError *error,
				    gboolean overdue)
{
	g_autoptr(GError) local = error;

	g_clear_handle_id(&self->watch, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	if (self->script == NULL)
		return;
	/* Also when the commands had worked and only the roll-back did not. */
	if (self->reply->error == NULL)
		self->reply->error = g_steal_pointer(&local);
	self->reply->hopeless = FALSE;
	self->reply->connected = FALSE;
	self->reply->lost = !overdue && self->reply->results->len == 0;
	offhook_postgres_connection_answer(self);
}

/* (transfer full) @error */
static void
offhook_postgres_connection_break(OffhookPostgresConnection *self, GError *error)
{
	offhook_postgres_connection_give_up(self, error, FALSE);
}

/* ---- running ---- */

static void
offhook_postgres_connection_expect(OffhookPostgresConnection *self, const char *prepares)
{
	OffhookPostgresExpected *expected = g_new0(OffhookPostgresExpected, 1);

	expected->prepares = prepares;
	g_queue_push_tail(&self->expected, expected);
}

/* (transfer none) (nullable): the name under which @sql is prepared, if need be from now on */
static const char *
offhook_postgres_connection_prepare(OffhookPostgresConnection *self, const char *sql)
{
	char *name = g_hash_table_lookup(self->prepared, sql);

	if (name != NULL)
		return name;
	name = g_strdup_printf("o%u", self->n_prepared++);
	g_hash_table_insert(self->prepared, (gpointer)sql, name);
	offhook_postgres_connection_expect(self, sql);
	return PQsendPrepare(self->conn, name, sql, 0, NULL) == 1 ? name : NULL;
}

static gboolean
offhook_postgres_connection_send(OffhookPostgresConnection *self,
				 const OffhookPostgresCommand *command)
{
	const char *const *values =
	    command->values != NULL ? (const char *const *)command->values->pdata : NULL;
	int n = command->values != NULL ? (int)command->values->len : 0;
	gboolean once = command->text != NULL || command->planned;
	const char *name = NULL;

	if (!once) {
		name = offhook_postgres_connection_prepare(self, command->sql);
		if (name == NULL)
			return FALSE;
	}
	offhook_postgres_connection_expect(self, NULL);
	if (!once)
		return PQsendQueryPrepared(self->conn, name, n, values, NULL, NULL, 0);
	return PQsendQueryParams(self->conn, command->text != NULL ? command->text : command->sql,
				 n, NULL, values, NULL, NULL, 0);
}

static void
offhook_postgres_connection_flush(OffhookPostgresConnection *self)
{
	int left = PQflush(self->conn);

	if (left < 0)
		offhook_postgres_connection_break(
		    self, offhook_postgres_error_new("sending failed", PQerrorMessage(self->conn)));
	else
		offhook_postgres_connection_watch(self, left > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN);
}

static gboolean
offhook_postgres_connection_send_all(OffhookPostgresConnection *self)
{
	for (guint i = 0; i < self->script->commands->len; i++) {
		const OffhookPostgresCommand *command =
		    g_ptr_array_index(self->script->commands, i);

		if (!offhook_postgres_connection_send(self, command) ||
		    (command->ends_step && PQpipelineSync(self->conn) != 1) ||
		    (i % OFFHOOK_POSTGRES_CONNECTION_FLUSH ==
			 OFFHOOK_POSTGRES_CONNECTION_FLUSH - 1 &&
		     PQsendFlushRequest(self->conn) != 1))
			return FALSE;
	}
	return PQpipelineSync(self->conn) == 1;
}

/* An answer is never given from inside run(). */
static gboolean
offhook_postgres_connection_fail_cb(gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;

	self->fail_source = 0;
	offhook_postgres_connection_break(
	    self, offhook_postgres_error_new("sending failed", PQerrorMessage(self->conn)));
	return G_SOURCE_REMOVE;
}

static gboolean offhook_postgres_connection_overdue_cb(gpointer user_data);

static void
offhook_postgres_connection_await(OffhookPostgresConnection *self, guint ms)
{
	self->deadline = g_timeout_add(ms, offhook_postgres_connection_overdue_cb, self);
}

/* A batch of many writes may take long on a server that has much to do: it is given up when it is silent. */
static gboolean
offhook_postgres_connection_overdue_cb(gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;
	gint64 silent_ms = (g_get_monotonic_time() - self->heard_us) / 1000;

	self->deadline = 0;
	if (silent_ms < self->settings->answer_ms) {
		offhook_postgres_connection_await(self,
						  self->settings->answer_ms - (guint)silent_ms);
		return G_SOURCE_REMOVE;
	}
	offhook_postgres_connection_give_up(self,
					    g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
							"PostgreSQL: no answer within %u ms",
							self->settings->answer_ms),
					    TRUE);
	return G_SOURCE_REMOVE;
}

gboolean
offhook_postgres_connection_is_alive(OffhookPostgresConnection *self)
{
	return self->ready == NULL && self->watch != 0 && PQstatus(self->conn) == CONNECTION_OK;
}

void
offhook_postgres_connection_run(OffhookPostgresConnection *self, OffhookPostgresScript *script,
				OffhookPostgresReplyFunc func, gpointer user_data)
{
	g_assert(self->script == NULL && self->ready == NULL);
	self->script = script;
	self->between = FALSE;
	self->func = func;
	self->func_data = user_data;
	self->reply = offhook_postgres_reply_new();
	self->heard_us = g_get_monotonic_time();
	if (self->settings->answer_ms > 0)
		offhook_postgres_connection_await(self, self->settings->answer_ms);
	if (!offhook_postgres_connection_send_all(self)) {
		self->fail_source = g_idle_add(offhook_postgres_connection_fail_cb, self);
		return;
	}
	/* The rest goes out, and errors come up, from the loop. */
	offhook_postgres_connection_watch(self, G_IO_IN | G_IO_OUT);
}

/* ---- what comes back ---- */

/* (transfer full) @result, (transfer full) (nullable) @expected */
static void
offhook_postgres_connection_take(OffhookPostgresConnection *self, OffhookPostgresExpected *expected,
				 PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	const char *prepares = expected != NULL ? expected->prepares : NULL;
	gboolean failed = status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;

	g_free(expected);
	if (failed && self->reply->error == NULL)
		self->reply->error =
		    offhook_postgres_error_new_from_result(result, &self->reply->hopeless);
	/* Also when it was only skipped. */
	if (prepares != NULL && status != PGRES_COMMAND_OK)
		g_hash_table_remove(self->prepared, prepares);
	if (prepares == NULL && !self->rolling_back &&
	    (self->script->n_steps > 0 || (!failed && self->reply->error == NULL)))
		g_ptr_array_add(self->reply->results, result);
	else
		PQclear(result);
}

static void
offhook_postgres_connection_roll_back(OffhookPostgresConnection *self)
{
	self->rolling_back = TRUE;
	offhook_postgres_connection_expect(self, NULL);
	if (PQsendQueryParams(self->conn, "ROLLBACK", 0, NULL, NULL, NULL, NULL, 0) != 1 ||
	    PQpipelineSync(self->conn) != 1) {
		offhook_postgres_connection_break(
		    self,
		    offhook_postgres_error_new("rolling back failed", PQerrorMessage(self->conn)));
		return;
	}
	offhook_postgres_connection_flush(self);
}

/* The end of a step that was not the last; what failed in it is over. */
static gboolean
offhook_postgres_connection_end_step(OffhookPostgresConnection *self)
{
	if (self->rolling_back || self->reply->steps->len == self->script->n_steps)
		return FALSE;
	g_ptr_array_add(self->reply->steps, g_steal_pointer(&self->reply->error));
	self->reply->hopeless = FALSE;
	return TRUE;
}

static void
offhook_postgres_connection_synced(OffhookPostgresConnection *self)
{
	if (!self->rolling_back && PQtransactionStatus(self->conn) != PQTRANS_IDLE)
		offhook_postgres_connection_roll_back(self);
	else
		offhook_postgres_connection_answer(self);
}

/* Results of a command end with a NULL; two of them mean that nothing will come any more. */
static gboolean
offhook_postgres_connection_read_end(OffhookPostgresConnection *self)
{
	if (!self->between && PQstatus(self->conn) != CONNECTION_BAD) {
		self->between = TRUE;
		return TRUE;
	}
	offhook_postgres_connection_break(
	    self, offhook_postgres_error_new("connection lost", PQerrorMessage(self->conn)));
	return FALSE;
}

/* %FALSE when there is nothing more to read now, or nobody to read for. */
static gboolean
offhook_postgres_connection_read_one(OffhookPostgresConnection *self)
{
	PGresult *result;

	if (PQisBusy(self->conn))
		return FALSE;
	result = PQgetResult(self->conn);
	if (result == NULL)
		return offhook_postgres_connection_read_end(self);
	self->between = FALSE;
	if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
		offhook_postgres_connection_take(self, g_queue_pop_head(&self->expected), result);
		return TRUE;
	}
	PQclear(result);
	if (offhook_postgres_connection_end_step(self))
		return TRUE;
	offhook_postgres_connection_synced(self);
	return FALSE;
}

static void
offhook_postgres_connection_read(OffhookPostgresConnection *self)
{
	if (!PQconsumeInput(self->conn)) {
		offhook_postgres_connection_break(
		    self,
		    offhook_postgres_error_new("connection lost", PQerrorMessage(self->conn)));
		return;
	}
	self->heard_us = g_get_monotonic_time();
	if (self->script == NULL)
		return;
	while (offhook_postgres_connection_read_one(self))
		;
}

static gboolean
offhook_postgres_connection_io_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;

	/* One at a time: what fails has answered already, and perhaps freed all this. */
	if (condition & G_IO_OUT)
		offhook_postgres_connection_flush(self);
	else
		offhook_postgres_connection_read(self);
	return G_SOURCE_CONTINUE;
}

static void
offhook_postgres_connection_dialled_cb(PGconn *conn, const GError *error, gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;
	OffhookPostgresReadyFunc ready = g_steal_pointer(&self->ready);

	self->conn = conn;
	if (conn != NULL)
		offhook_postgres_connection_watch(self, G_IO_IN);
	ready(self, error, self->ready_data);
}

OffhookPostgresConnection *
offhook_postgres_connection_new(const OffhookPostgresSettings *settings,
				OffhookPostgresReadyFunc ready, gpointer user_data)
{
	OffhookPostgresConnection *self = g_new0(OffhookPostgresConnection, 1);

	self->settings = settings;
	self->ready = ready;
	self->ready_data = user_data;
	self->prepared = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_queue_init(&self->expected);
	self->dial =
	    offhook_postgres_dial_new(settings, offhook_postgres_connection_dialled_cb, self);
	return self;
}

void
offhook_postgres_connection_free(OffhookPostgresConnection *self)
{
	if (self == NULL)
		return;
	offhook_postgres_dial_free(self->dial);
	g_clear_handle_id(&self->watch, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_handle_id(&self->fail_source, g_source_remove);
	g_clear_pointer(&self->reply, offhook_postgres_reply_free);
	g_queue_clear_full(&self->expected, g_free);
	g_hash_table_unref(self->prepared);
	PQfinish(self->conn);
	g_free(self);
}
