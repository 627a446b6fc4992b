/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dbus/bus.h"

#include <unistd.h>

/* A bus that is not there may come up later; one that restarts is away for a moment. */
#define OFFHOOK_DBUS_RETRY_S 5

struct _OffhookDBusBus {
	GBusType type;
	char *name;
	const OffhookDBusBusEvents *events;
	gpointer user_data;
	GDBusConnection *connection; /* (nullable) */
	GCancellable *cancellable;
	guint owner_id;
	guint retry_id;
	gboolean complained; /* once for each time that it is away */
};

static gboolean
offhook_dbus_user_has_bus(void)
{
	g_autofree char *socket = g_build_filename(g_get_user_runtime_dir(), "bus", NULL);

	return g_getenv("DBUS_SESSION_BUS_ADDRESS") != NULL ||
	       g_file_test(socket, G_FILE_TEST_EXISTS);
}

GBusType
offhook_dbus_choose_bus(const char *word)
{
	if (g_str_equal(word, "system"))
		return G_BUS_TYPE_SYSTEM;
	if (g_str_equal(word, "session"))
		return G_BUS_TYPE_SESSION;
	if (!g_str_equal(word, "auto"))
		return G_BUS_TYPE_NONE;
	return geteuid() != 0 && offhook_dbus_user_has_bus() ? G_BUS_TYPE_SESSION
							     : G_BUS_TYPE_SYSTEM;
}

static const char *
offhook_dbus_bus_get_type_name(OffhookDBusBus *self)
{
	return self->type == G_BUS_TYPE_SYSTEM ? "the system bus" : "the user's bus";
}

static void
offhook_dbus_bus_complain(OffhookDBusBus *self, const char *what)
{
	if (!self->complained)
		g_warning(
		    "D-Bus: %s: %s; everything else works ([dbus] bus=none: it is not wanted)",
		    offhook_dbus_bus_get_type_name(self), what);
	self->complained = TRUE;
}

/* ---- the name ---- */

static void
offhook_dbus_bus_acquired_cb(GDBusConnection *connection, const char *name, gpointer user_data)
{
	OffhookDBusBus *self = user_data;

	self->complained = FALSE;
	g_message("D-Bus: %s on %s", name, offhook_dbus_bus_get_type_name(self));
	self->events->owned(self->user_data, TRUE);
}

static void
offhook_dbus_bus_lost_cb(GDBusConnection *connection, const char *name, gpointer user_data)
{
	OffhookDBusBus *self = user_data;

	self->events->owned(self->user_data, FALSE);
	if (connection != NULL)
		offhook_dbus_bus_complain(self,
					  "the name is another's, or the bus does not give it "
					  "to this user");
}

/* ---- the connection ---- */

static void offhook_dbus_bus_connect(OffhookDBusBus *self);

static gboolean
offhook_dbus_bus_retry_cb(gpointer user_data)
{
	OffhookDBusBus *self = user_data;

	self->retry_id = 0;
	offhook_dbus_bus_connect(self);
	return G_SOURCE_REMOVE;
}

static void
offhook_dbus_bus_retry(OffhookDBusBus *self, const char *why)
{
	offhook_dbus_bus_complain(self, why);
	self->retry_id =
	    g_timeout_add_seconds(OFFHOOK_DBUS_RETRY_S, offhook_dbus_bus_retry_cb, self);
}

static void
offhook_dbus_bus_drop(OffhookDBusBus *self)
{
	if (self->connection == NULL)
		return;
	g_signal_handlers_disconnect_by_data(self->connection, self);
	g_clear_handle_id(&self->owner_id, g_bus_unown_name);
	g_clear_object(&self->connection);
}

static void
offhook_dbus_bus_closed_cb(GDBusConnection *connection, gboolean vanished, GError *error,
			   gpointer user_data)
{
	OffhookDBusBus *self = user_data;

	self->events->connected(self->user_data, NULL);
	self->events->owned(self->user_data, FALSE);
	offhook_dbus_bus_drop(self);
	offhook_dbus_bus_retry(self, error != NULL ? error->message : "the bus has closed");
}

static void
offhook_dbus_bus_connected_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	OffhookDBusBus *self = user_data;
	g_autoptr(GError) error = NULL;
	GDBusConnection *connection = g_dbus_connection_new_for_address_finish(result, &error);

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	if (connection == NULL) {
		offhook_dbus_bus_retry(self, error->message);
		return;
	}
	self->connection = connection;
	g_signal_connect(connection, "closed", G_CALLBACK(offhook_dbus_bus_closed_cb), self);
	self->events->connected(self->user_data, connection);
	self->owner_id = g_bus_own_name_on_connection(
	    connection, self->name, G_BUS_NAME_OWNER_FLAGS_NONE, offhook_dbus_bus_acquired_cb,
	    offhook_dbus_bus_lost_cb, self, NULL);
}

static void
offhook_dbus_bus_connect(OffhookDBusBus *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = g_dbus_address_get_for_bus_sync(self->type, NULL, &error);

	if (address == NULL) {
		offhook_dbus_bus_retry(self, error->message);
		return;
	}
	/* Not the shared one: that of a bus which went away never comes back. */
	g_dbus_connection_new_for_address(address,
					  G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
					      G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
					  NULL, self->cancellable, offhook_dbus_bus_connected_cb,
					  self);
}

OffhookDBusBus *
offhook_dbus_bus_new(GBusType type, const char *name, const OffhookDBusBusEvents *events,
		     gpointer user_data)
{
	OffhookDBusBus *self = g_new0(OffhookDBusBus, 1);

	self->type = type;
	self->name = g_strdup(name);
	self->events = events;
	self->user_data = user_data;
	self->cancellable = g_cancellable_new();
	offhook_dbus_bus_connect(self);
	return self;
}

void
offhook_dbus_bus_free(OffhookDBusBus *self)
{
	g_autoptr(GDBusConnection) connection = NULL;

	if (self == NULL)
		return;
	g_set_object(&connection, self->connection);
	g_cancellable_cancel(self->cancellable);
	g_clear_handle_id(&self->retry_id, g_source_remove);
	offhook_dbus_bus_drop(self);
	if (connection != NULL && !g_dbus_connection_is_closed(connection)) {
		g_dbus_connection_flush_sync(connection, NULL, NULL);
		g_dbus_connection_close_sync(connection, NULL, NULL);
	}
	g_object_unref(self->cancellable);
	g_free(self->name);
	g_free(self);
}

GDBusConnection *
offhook_dbus_bus_get_connection(OffhookDBusBus *self)
{
	return self->connection;
}
