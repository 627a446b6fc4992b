/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Its deadline counts from the look-up on. Main thread.
 */

#include "store/postgres/postgres-dial.h"

#include <glib-unix.h>

#include <offhook/error.h>

#include "store/postgres/postgres-error.h"

struct _OffhookPostgresDial {
	const OffhookPostgresSettings *settings;
	OffhookPostgresDialFunc func;
	gpointer user_data;
	char *name;                /* (nullable): to be resolved */
	GCancellable *cancellable; /* of that */
	PGconn *conn;              /* (nullable) */
	guint begin_source;
	guint watch;
	guint deadline;
};

static void offhook_postgres_dial_poll(OffhookPostgresDial *self);

static void
offhook_postgres_dial_stop(OffhookPostgresDial *self)
{
	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->begin_source, g_source_remove);
	g_clear_handle_id(&self->watch, g_source_remove);
	g_clear_handle_id(&self->deadline, g_source_remove);
}

/* @error: (transfer full) */
static void
offhook_postgres_dial_fail(OffhookPostgresDial *self, GError *error)
{
	g_autoptr(GError) owned = error;

	offhook_postgres_dial_stop(self);
	self->func(NULL, owned, self->user_data);
}

static gboolean
offhook_postgres_dial_late_cb(gpointer user_data)
{
	OffhookPostgresDial *self = user_data;

	self->deadline = 0;
	offhook_postgres_dial_fail(self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE,
						     "PostgreSQL: not connected within %u ms",
						     self->settings->connect_ms));
	return G_SOURCE_REMOVE;
}

static void
offhook_postgres_dial_fail_for_libpq(OffhookPostgresDial *self, const char *what)
{
	offhook_postgres_dial_fail(self,
				   offhook_postgres_error_new(what, PQerrorMessage(self->conn)));
}

/* ---- with libpq ---- */

static gboolean
offhook_postgres_dial_io_cb(int fd, GIOCondition condition, gpointer user_data)
{
	OffhookPostgresDial *self = user_data;

	/* libpq may go on with another descriptor of the same number: it is watched anew. */
	self->watch = 0;
	offhook_postgres_dial_poll(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_postgres_dial_watch(OffhookPostgresDial *self, GIOCondition condition)
{
	int fd = PQsocket(self->conn);

	if (fd >= 0)
		self->watch = g_unix_fd_add(fd, condition, offhook_postgres_dial_io_cb, self);
}

static void
offhook_postgres_dial_succeed(OffhookPostgresDial *self)
{
	if (PQsetnonblocking(self->conn, 1) != 0 || PQenterPipelineMode(self->conn) != 1) {
		offhook_postgres_dial_fail_for_libpq(self, "no pipeline");
		return;
	}
	offhook_postgres_dial_stop(self);
	self->func(g_steal_pointer(&self->conn), NULL, self->user_data);
}

static void
offhook_postgres_dial_poll(OffhookPostgresDial *self)
{
	switch (PQconnectPoll(self->conn)) {
	case PGRES_POLLING_READING:
		offhook_postgres_dial_watch(self, G_IO_IN);
		break;
	case PGRES_POLLING_WRITING:
		offhook_postgres_dial_watch(self, G_IO_OUT);
		break;
	case PGRES_POLLING_OK:
		offhook_postgres_dial_succeed(self);
		break;
	default:
		offhook_postgres_dial_fail_for_libpq(self, "no connection");
		break;
	}
}

/* libpq would print what the server remarks. */
static void
offhook_postgres_dial_notice(void *data, const PGresult *notice)
{
}

/* @hosts, @addresses: (nullable): of the name, lists of the same length */
static void
offhook_postgres_dial_start(OffhookPostgresDial *self, const char *hosts, const char *addresses)
{
	g_autofree char *own = offhook_postgres_settings_get_option(self->settings, "options");
	/* What nobody waits for any more the server need not finish. */
	g_autofree char *options = g_strdup_printf("-c statement_timeout=%u %s -c search_path=%s",
						   self->settings->answer_ms,
						   own != NULL ? own : "", self->settings->schema);
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
	PQsetNoticeReceiver(self->conn, offhook_postgres_dial_notice, NULL);
	if (self->conn == NULL || PQstatus(self->conn) == CONNECTION_BAD)
		offhook_postgres_dial_fail_for_libpq(self, "no connection");
	else
		offhook_postgres_dial_watch(self, G_IO_OUT);
}

/* ---- the host's name ---- */

static void
offhook_postgres_dial_resolved_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookPostgresDial *self;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) hosts = g_string_new(NULL);
	g_autoptr(GString) addresses = g_string_new(NULL);
	GList *found = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, &error);

	/* Then the dial is gone, or has given up. */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	self = user_data;
	if (found == NULL) {
		offhook_postgres_dial_fail(
		    self, offhook_postgres_error_new("no connection", error->message));
		return;
	}
	/* libpq tries one after another. */
	for (GList *link = found; link != NULL; link = link->next) {
		g_autofree char *address = g_inet_address_to_string(link->data);

		g_string_append_printf(addresses, "%s%s", addresses->len > 0 ? "," : "", address);
		g_string_append_printf(hosts, "%s%s", hosts->len > 0 ? "," : "", self->name);
	}
	g_resolver_free_addresses(found);
	offhook_postgres_dial_start(self, hosts->str, addresses->str);
}

static gboolean
offhook_postgres_dial_begin_cb(gpointer user_data)
{
	OffhookPostgresDial *self = user_data;
	g_autoptr(GResolver) resolver = NULL;

	self->begin_source = 0;
	self->name = offhook_postgres_settings_get_host_name(self->settings);
	if (self->name == NULL) {
		offhook_postgres_dial_start(self, NULL, NULL);
		return G_SOURCE_REMOVE;
	}
	resolver = g_resolver_get_default();
	g_resolver_lookup_by_name_async(resolver, self->name, self->cancellable,
					offhook_postgres_dial_resolved_cb, self);
	return G_SOURCE_REMOVE;
}

/* ---- the whole ---- */

OffhookPostgresDial *
offhook_postgres_dial_new(const OffhookPostgresSettings *settings, OffhookPostgresDialFunc func,
			  gpointer user_data)
{
	OffhookPostgresDial *self = g_new0(OffhookPostgresDial, 1);

	self->settings = settings;
	self->func = func;
	self->user_data = user_data;
	self->cancellable = g_cancellable_new();
	if (settings->connect_ms > 0)
		self->deadline =
		    g_timeout_add(settings->connect_ms, offhook_postgres_dial_late_cb, self);
	self->begin_source = g_idle_add(offhook_postgres_dial_begin_cb, self);
	return self;
}

void
offhook_postgres_dial_free(OffhookPostgresDial *self)
{
	if (self == NULL)
		return;
	offhook_postgres_dial_stop(self);
	g_object_unref(self->cancellable);
	g_free(self->name);
	PQfinish(self->conn);
	g_free(self);
}
