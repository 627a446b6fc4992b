/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drives libpq from the main loop. A connection is always in pipeline mode: a script's commands go
 * out in one piece with a sync behind them, and behind each of its steps, and after an error the server
 * skips to the next sync. What a script left open at its end, a second one of ours rolls back. Main thread.
 */

#include "store/postgres-connection.h"

#include <glib-unix.h>

#include <offhook/error.h>

#include "store/postgres-script.h"

#include <string.h>

struct _OffhookPostgresConnection {
	const OffhookPostgresSettings *settings;
	char *name;                /* (nullable): to be resolved */
	GCancellable *cancellable; /* of that */
	PGconn *conn;              /* (nullable): the name is being resolved */
	guint watch;
	int watched; /* descriptor */
	GIOCondition condition;
	guint deadline;
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

OffhookPostgresSettings *
offhook_postgres_settings_copy(const OffhookPostgresSettings *self)
{
	OffhookPostgresSettings *copy = g_memdup2(self, sizeof *self);

	copy->url = g_strdup(self->url);
	copy->schema = g_strdup(self->schema);
	return copy;
}

void
offhook_postgres_settings_free(OffhookPostgresSettings *self)
{
	if (self == NULL)
		return;
	g_free(self->url);
	g_free(self->schema);
	g_free(self);
}

char *
offhook_postgres_quote_identifier(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
	g_autofree char *doubled = g_strjoinv("\"\"", parts);

	return g_strconcat("\"", doubled, "\"", NULL);
}

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

static void
offhook_postgres_connection_set_deadline(OffhookPostgresConnection *self, guint ms,
					 GSourceFunc func)
{
	g_clear_handle_id(&self->deadline, g_source_remove);
	if (ms > 0)
		self->deadline = g_timeout_add(ms, func, self);
}

/* libpq's messages end in a line feed, and may be of several lines. */
static GError *
offhook_postgres_connection_make_error(const char *what, const char *message)
{
	g_autofree char *text = g_strdup(message != NULL ? message : "");

	g_strstrip(g_strdelimit(text, "\n\t", ' '));
	return g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "PostgreSQL: %s: %s", what,
			   *text != '\0' ? text : "the connection is gone");
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
	OffhookPostgresReadyFunc ready = g_steal_pointer(&self->ready);
	g_autoptr(GError) local = error;

	g_clear_handle_id(&self->watch, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	if (ready != NULL) {
		ready(self, local, self->ready_data);
		return;
	}
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
	const char *name = NULL;

	if (command->sql != NULL) {
		name = offhook_postgres_connection_prepare(self, command->sql);
		if (name == NULL)
			return FALSE;
	}
	offhook_postgres_connection_expect(self, NULL);
	if (name == NULL)
		return PQsendQueryParams(self->conn, command->text, 0, NULL, NULL, NULL, NULL, 0);
	return PQsendQueryPrepared(self->conn, name, n, values, NULL, NULL, 0);
}

static void
offhook_postgres_connection_flush(OffhookPostgresConnection *self)
{
	int left = PQflush(self->conn);

	if (left < 0)
		offhook_postgres_connection_break(
		    self, offhook_postgres_connection_make_error("sending failed",
								 PQerrorMessage(self->conn)));
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
		    (command->ends_step && PQpipelineSync(self->conn) != 1))
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
	offhook_postgres_connection_break(self, offhook_postgres_connection_make_error(
						    "sending failed", PQerrorMessage(self->conn)));
	return G_SOURCE_REMOVE;
}

static gboolean
offhook_postgres_connection_overdue_cb(gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;

	self->deadline = 0;
	offhook_postgres_connection_break(self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
							    "PostgreSQL: no answer within %u ms",
							    self->settings->answer_ms));
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
	offhook_postgres_connection_set_deadline(self, self->settings->answer_ms,
						 offhook_postgres_connection_overdue_cb);
	if (!offhook_postgres_connection_send_all(self)) {
		self->fail_source = g_idle_add(offhook_postgres_connection_fail_cb, self);
		return;
	}
	/* The rest goes out, and errors come up, from the loop. */
	offhook_postgres_connection_watch(self, G_IO_IN | G_IO_OUT);
}

/* ---- what comes back ---- */

/* Would the same command fail again, whenever it is tried? Data and constraints. */
static gboolean
offhook_postgres_connection_is_hopeless(const char *state)
{
	return state != NULL && (g_str_has_prefix(state, "22") || g_str_has_prefix(state, "23"));
}

static void
offhook_postgres_connection_note_error(OffhookPostgresConnection *self, PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (self->reply->error != NULL)
		return;
	self->reply->hopeless = offhook_postgres_connection_is_hopeless(state);
	self->reply->error = offhook_postgres_connection_make_error(
	    state != NULL ? state : "error",
	    primary != NULL ? primary : PQresultErrorMessage(result));
	if (self->reply->hopeless)
		self->reply->error->code = OFFHOOK_ERROR_INVALID_ARGUMENT;
	/* insufficient_privilege, also of a row that a policy does not let through */
	else if (g_strcmp0(state, "42501") == 0)
		self->reply->error->code = OFFHOOK_ERROR_PERMISSION;
}

/* (transfer full) @result, (transfer full) (nullable) @expected */
static void
offhook_postgres_connection_take(OffhookPostgresConnection *self, OffhookPostgresExpected *expected,
				 PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	const char *prepares = expected != NULL ? expected->prepares : NULL;
	gboolean failed = status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;

	g_free(expected);
	if (failed)
		offhook_postgres_connection_note_error(self, result);
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
		    self, offhook_postgres_connection_make_error("rolling back failed",
								 PQerrorMessage(self->conn)));
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
	offhook_postgres_connection_break(self, offhook_postgres_connection_make_error(
						    "connection lost", PQerrorMessage(self->conn)));
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
		    self, offhook_postgres_connection_make_error("connection lost",
								 PQerrorMessage(self->conn)));
		return;
	}
	if (self->script == NULL)
		return;
	while (offhook_postgres_connection_read_one(self))
		;
}

/* ---- connecting ---- */

static gboolean
offhook_postgres_connection_late_cb(gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;

	self->deadline = 0;
	g_cancellable_cancel(self->cancellable);
	offhook_postgres_connection_break(self,
					  g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
						      "PostgreSQL: not connected within %u ms",
						      self->settings->connect_ms));
	return G_SOURCE_REMOVE;
}

static void
offhook_postgres_connection_is_connected(OffhookPostgresConnection *self)
{
	OffhookPostgresReadyFunc ready = g_steal_pointer(&self->ready);

	g_clear_handle_id(&self->deadline, g_source_remove);
	if (PQsetnonblocking(self->conn, 1) != 0 || PQenterPipelineMode(self->conn) != 1) {
		self->ready = ready;
		offhook_postgres_connection_break(
		    self, offhook_postgres_connection_make_error("no pipeline",
								 PQerrorMessage(self->conn)));
		return;
	}
	offhook_postgres_connection_watch(self, G_IO_IN);
	ready(self, NULL, self->ready_data);
}

static void
offhook_postgres_connection_poll(OffhookPostgresConnection *self)
{
	switch (PQconnectPoll(self->conn)) {
	case PGRES_POLLING_READING:
		offhook_postgres_connection_watch(self, G_IO_IN);
		break;
	case PGRES_POLLING_WRITING:
		offhook_postgres_connection_watch(self, G_IO_OUT);
		break;
	case PGRES_POLLING_OK:
		offhook_postgres_connection_is_connected(self);
		break;
	default:
		offhook_postgres_connection_break(
		    self, offhook_postgres_connection_make_error("no connection",
								 PQerrorMessage(self->conn)));
		break;
	}
}

static gboolean
offhook_postgres_connection_io_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;

	if (self->ready != NULL) {
		/* libpq may go on with another descriptor of the same number: watch anew. */
		self->watch = 0;
		offhook_postgres_connection_poll(self);
		return G_SOURCE_REMOVE;
	}
	/* One at a time: what fails has answered already, and perhaps freed all this. */
	if (condition & G_IO_OUT)
		offhook_postgres_connection_flush(self);
	else
		offhook_postgres_connection_read(self);
	return G_SOURCE_CONTINUE;
}

/* What @url says of @keyword. (transfer full) (nullable) */
static char *
offhook_postgres_connection_get_option(const char *url, const char *keyword)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	char *value = NULL;

	for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
		if (g_str_equal(o->keyword, keyword))
			value = g_strdup(o->val);
	PQconninfoFree(options);
	return value;
}

/* libpq would print what the server remarks. */
static void
offhook_postgres_connection_notice(void *data, const PGresult *notice)
{
}

static void
offhook_postgres_connection_start(OffhookPostgresConnection *self, const char *hosts,
				  const char *addresses)
{
	g_autofree char *own =
	    offhook_postgres_connection_get_option(self->settings->url, "options");
	g_autofree char *options =
	    g_strdup_printf("%s -c search_path=%s", own != NULL ? own : "", self->settings->schema);
	/* The URL comes first: what follows overrides it. */
	const char *const keys[] = {"dbname",
				    "options",
				    "client_encoding",
				    "fallback_application_name",
				    addresses != NULL ? "hostaddr" : NULL,
				    "host",
				    NULL};
	const char *const values[] = {self->settings->url, options, "UTF8", "offhookd",
				      addresses,           hosts,   NULL};

	self->conn = PQconnectStartParams(keys, values, 1);
	PQsetNoticeReceiver(self->conn, offhook_postgres_connection_notice, NULL);
	if (self->conn == NULL || PQstatus(self->conn) == CONNECTION_BAD)
		offhook_postgres_connection_break(
		    self, offhook_postgres_connection_make_error("no connection",
								 PQerrorMessage(self->conn)));
	else
		offhook_postgres_connection_watch(self, G_IO_OUT);
}

static void
offhook_postgres_connection_resolved_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookPostgresConnection *self;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) hosts = g_string_new(NULL);
	g_autoptr(GString) addresses = g_string_new(NULL);
	GList *found = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, &error);

	/* Then the connection is gone, or has given up. */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	self = user_data;
	if (found == NULL) {
		offhook_postgres_connection_break(
		    self, offhook_postgres_connection_make_error("no connection", error->message));
		return;
	}
	/* libpq tries one after another: lists of the same length. */
	for (GList *link = found; link != NULL; link = link->next) {
		g_autofree char *address = g_inet_address_to_string(link->data);

		g_string_append_printf(addresses, "%s%s", addresses->len > 0 ? "," : "", address);
		g_string_append_printf(hosts, "%s%s", hosts->len > 0 ? "," : "", self->name);
	}
	g_resolver_free_addresses(found);
	offhook_postgres_connection_start(self, hosts->str, addresses->str);
}

/* The host's name if there is one to be looked up, which libpq would wait for. (transfer full) */
static char *
offhook_postgres_connection_get_name(const char *url)
{
	g_autofree char *host = offhook_postgres_connection_get_option(url, "host");
	g_autofree char *address = offhook_postgres_connection_get_option(url, "hostaddr");

	/* Several hosts, in a list, are libpq's to try. */
	if (host == NULL || address != NULL || *host == '\0' || *host == '/' || *host == '@' ||
	    strchr(host, ',') != NULL || g_hostname_is_ip_address(host))
		return NULL;
	return g_steal_pointer(&host);
}

static gboolean
offhook_postgres_connection_begin_cb(gpointer user_data)
{
	OffhookPostgresConnection *self = user_data;
	g_autoptr(GResolver) resolver = NULL;

	self->fail_source = 0;
	self->name = offhook_postgres_connection_get_name(self->settings->url);
	if (self->name == NULL) {
		offhook_postgres_connection_start(self, NULL, NULL);
		return G_SOURCE_REMOVE;
	}
	resolver = g_resolver_get_default();
	g_resolver_lookup_by_name_async(resolver, self->name, self->cancellable,
					offhook_postgres_connection_resolved_cb, self);
	return G_SOURCE_REMOVE;
}

OffhookPostgresConnection *
offhook_postgres_connection_new(const OffhookPostgresSettings *settings,
				OffhookPostgresReadyFunc ready, gpointer user_data)
{
	OffhookPostgresConnection *self = g_new0(OffhookPostgresConnection, 1);

	self->settings = settings;
	self->ready = ready;
	self->ready_data = user_data;
	self->cancellable = g_cancellable_new();
	self->prepared = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	g_queue_init(&self->expected);
	offhook_postgres_connection_set_deadline(self, settings->connect_ms,
						 offhook_postgres_connection_late_cb);
	self->fail_source = g_idle_add(offhook_postgres_connection_begin_cb, self);
	return self;
}

void
offhook_postgres_connection_free(OffhookPostgresConnection *self)
{
	if (self == NULL)
		return;
	g_cancellable_cancel(self->cancellable);
	g_object_unref(self->cancellable);
	g_free(self->name);
	g_clear_handle_id(&self->watch, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
	g_clear_handle_id(&self->fail_source, g_source_remove);
	g_clear_pointer(&self->reply, offhook_postgres_reply_free);
	g_queue_clear_full(&self->expected, g_free);
	g_hash_table_unref(self->prepared);
	PQfinish(self->conn);
	g_free(self);
}
