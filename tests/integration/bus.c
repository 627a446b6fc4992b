/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The client speaks plain GDBus: nothing here is generated from the daemon's XML.
 */

#include "bus.h"

#include "harness.h"

#include <string.h>

#define BUS_EVERYBODY                                                                              \
	"<policy context='default'><allow send_destination='*'/><allow receive_sender='*'/>"       \
	"<allow own='*'/><allow user='*'/></policy>"

/* As Debian's system.conf has it. */
#define BUS_NOBODY                                                                                 \
	"<policy context='default'><allow user='*'/><deny own='*'/>"                               \
	"<deny send_type='method_call'/><allow send_type='signal'/>"                               \
	"<allow send_requested_reply='true' send_type='method_return'/>"                           \
	"<allow send_requested_reply='true' send_type='error'/>"                                   \
	"<allow receive_type='method_call'/><allow receive_type='method_return'/>"                 \
	"<allow receive_type='error'/><allow receive_type='signal'/>"                              \
	"<allow send_destination='org.freedesktop.DBus'/></policy>"

typedef struct {
	char *path;
	char *interface;
	char *name;
	GVariant *parameters;
	gboolean seen;
} BusSignal;

static GHashTable *bus_exercised; /* set */

static void
bus_note(const char *interface, const char *member)
{
	if (bus_exercised == NULL)
		bus_exercised = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_add(bus_exercised, g_strconcat(interface, ".", member, NULL));
}

gboolean
bus_has_exercised(const char *interface, const char *member)
{
	g_autofree char *name = g_strconcat(interface, ".", member, NULL);

	return bus_exercised != NULL && g_hash_table_contains(bus_exercised, name);
}

/* ---- the bus ---- */

static void
bus_signal_free(BusSignal *self)
{
	g_free(self->path);
	g_free(self->interface);
	g_free(self->name);
	g_variant_unref(self->parameters);
	g_free(self);
}

static void
bus_signal_cb(GDBusConnection *connection, const char *sender, const char *path,
	      const char *interface, const char *name, GVariant *parameters, gpointer user_data)
{
	Bus *self = user_data;
	BusSignal *signal = g_new0(BusSignal, 1);

	signal->path = g_strdup(path);
	signal->interface = g_strdup(interface);
	signal->name = g_strdup(name);
	signal->parameters = g_variant_ref(parameters);
	g_ptr_array_add(self->signals, signal);
}

static char *
bus_write_config(Bus *self, const char *const *policy)
{
	g_autoptr(GString) text = g_string_new("<busconfig>");
	char *path = g_build_filename(self->base.dir, "bus.conf", NULL);
	/* Where other users get to nothing; and always the same. */
	g_autofree char *own = g_strdup_printf("unix:path=%s/bus", self->base.dir);
	g_autoptr(GError) error = NULL;

	g_string_append_printf(text, "<type>%s</type><listen>%s</listen><auth>EXTERNAL</auth>%s",
			       policy != NULL ? "system" : "session",
			       policy != NULL ? "unix:tmpdir=/tmp" : own,
			       policy != NULL ? BUS_NOBODY : BUS_EVERYBODY);
	for (guint i = 0; policy != NULL && policy[i] != NULL; i++)
		g_string_append_printf(text, "<include>%s</include>", policy[i]);
	g_string_append(text, "</busconfig>");
	g_file_set_contents(path, text->str, -1, &error);
	g_assert_no_error(error);
	return path;
}

void
bus_start(Bus *self, const char *const *policy)
{
	g_autofree char *config = bus_write_config(self, policy);
	const char *const argv[] = {"dbus-daemon",   "--nofork", "--print-address=1",
				    "--config-file", config,     NULL};
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(GError) error = NULL;

	self->daemon = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE |
						G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->daemon));
	self->base.bus_address = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(self->base.bus_address);
	self->base.bus = policy != NULL ? "system" : "session";
	self->connection = g_dbus_connection_new_for_address_sync(
	    self->base.bus_address,
	    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
		G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
	    NULL, NULL, &error);
	g_assert_no_error(error);
	self->signals = g_ptr_array_new_with_free_func((GDestroyNotify)bus_signal_free);
	self->subscription =
	    g_dbus_connection_signal_subscribe(self->connection, BUS_NAME, NULL, NULL, NULL, NULL,
					       G_DBUS_SIGNAL_FLAGS_NONE, bus_signal_cb, self, NULL);
}

void
bus_set_up(Bus *self, gconstpointer data)
{
	fixture_set_up(&self->base, data);
	bus_start(self, NULL);
}

void
bus_stop(Bus *self)
{
	g_dbus_connection_signal_unsubscribe(self->connection, self->subscription);
	g_dbus_connection_close_sync(self->connection, NULL, NULL);
	g_clear_object(&self->connection);
	g_subprocess_force_exit(self->daemon);
	g_subprocess_wait(self->daemon, NULL, NULL);
	g_clear_object(&self->daemon);
	g_clear_pointer(&self->signals, g_ptr_array_unref);
	g_clear_pointer(&self->base.bus_address, g_free);
}

void
bus_tear_down(Bus *self, gconstpointer data)
{
	/* The daemon's end is heard to the last; its folder has the bus's socket in it. */
	if (self->base.daemon != NULL)
		fixture_stop(&self->base);
	bus_stop(self);
	fixture_tear_down(&self->base, data);
}

static gboolean
bus_has_name(gpointer data)
{
	Bus *self = data;
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
	    self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
	    "org.freedesktop.DBus", "NameHasOwner", g_variant_new("(s)", BUS_NAME),
	    G_VARIANT_TYPE("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
	gboolean has = FALSE;

	if (reply != NULL)
		g_variant_get(reply, "(b)", &has);
	return has;
}

void
bus_wait_name(Bus *self)
{
	harness_poll_until(bus_has_name, self, "the daemon's name on the bus");
}

void
bus_start_daemon(Bus *self, const char *rest)
{
	fixture_configure(&self->base, rest);
	fixture_start(&self->base);
	bus_wait_name(self);
}

/* ---- asking ---- */

static GVariant *
bus_try(Bus *self, const char *path, const char *interface, const char *method,
	GVariant *parameters, GError **error)
{
	return g_dbus_connection_call_sync(self->connection, BUS_NAME, path, interface, method,
					   parameters, NULL, G_DBUS_CALL_FLAGS_NONE,
					   HARNESS_TIMEOUT_S * 1000, NULL, error);
}

GVariant *
bus_call(Bus *self, const char *path, const char *interface, const char *method,
	 GVariant *parameters)
{
	g_autoptr(GError) error = NULL;
	GVariant *reply = bus_try(self, path, interface, method, parameters, &error);

	if (error != NULL)
		g_error("%s.%s of %s: %s", interface, method, path, error->message);
	bus_note(interface, method);
	return reply;
}

void
bus_refuse(Bus *self, const char *path, const char *interface, const char *method,
	   GVariant *parameters, const char *name, const char *text)
{
	g_autofree char *expected = g_strconcat(BUS_NAME ".Error.", name, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *remote = NULL;
	g_autoptr(GVariant) reply = bus_try(self, path, interface, method, parameters, &error);

	g_assert_null(reply);
	remote = g_dbus_error_get_remote_error(error);
	if (g_strcmp0(remote, expected) != 0 || strstr(error->message, text) == NULL)
		g_error("%s.%s: not %s with \"%s\", but %s", interface, method, expected, text,
			error->message);
	bus_note(interface, method);
}

GVariant *
bus_get(Bus *self, const char *path, const char *interface, const char *property)
{
	g_autoptr(GVariant) reply = NULL;
	GVariant *value;
	g_autoptr(GError) error = NULL;

	reply = bus_try(self, path, "org.freedesktop.DBus.Properties", "Get",
			g_variant_new("(ss)", interface, property), &error);
	if (error != NULL)
		g_error("%s.%s of %s: %s", interface, property, path, error->message);
	g_variant_get(reply, "(v)", &value);
	bus_note(interface, property);
	return value;
}

void
bus_expect(Bus *self, const char *path, const char *interface, const char *property,
	   const char *value)
{
	g_autoptr(GVariant) found = bus_get(self, path, interface, property);
	g_autofree char *text = g_variant_print(found, FALSE);

	if (!g_str_equal(text, value))
		g_error("%s.%s of %s is %s, not %s", interface, property, path, text, value);
}

/* ---- waiting ---- */

typedef struct {
	Bus *bus;
	const char *path;
	const char *interface;
	const char *name;
	const char *value;
	GVariant *found;
} BusWait;

static gboolean
bus_property_has_come(gpointer data)
{
	BusWait *wait = data;

	for (guint i = 0; i < wait->bus->signals->len; i++) {
		BusSignal *signal = g_ptr_array_index(wait->bus->signals, i);
		g_autoptr(GVariant) changed = NULL;
		g_autoptr(GVariant) value = NULL;
		g_autofree char *text = NULL;
		const char *interface;

		if (!g_str_equal(signal->name, "PropertiesChanged") ||
		    !g_str_equal(signal->path, wait->path))
			continue;
		g_variant_get(signal->parameters, "(&s@a{sv}@as)", &interface, &changed, NULL);
		value = g_variant_lookup_value(changed, wait->name, NULL);
		if (value == NULL || !g_str_equal(interface, wait->interface))
			continue;
		text = g_variant_print(value, FALSE);
		if (g_str_equal(text, wait->value))
			return TRUE;
	}
	return FALSE;
}

void
bus_wait_property(Bus *self, const char *path, const char *interface, const char *property,
		  const char *value)
{
	BusWait wait = {self, path, interface, property, value, NULL};

	harness_wait_until(bus_property_has_come, &wait, property);
	bus_note(interface, property);
}

static gboolean
bus_signal_has_come(gpointer data)
{
	BusWait *wait = data;

	for (guint i = 0; i < wait->bus->signals->len; i++) {
		BusSignal *signal = g_ptr_array_index(wait->bus->signals, i);

		if (signal->seen || !g_str_equal(signal->name, wait->name) ||
		    !g_str_equal(signal->interface, wait->interface) ||
		    (wait->path != NULL && !g_str_equal(signal->path, wait->path)))
			continue;
		signal->seen = TRUE;
		wait->found = g_variant_ref(signal->parameters);
		return TRUE;
	}
	return FALSE;
}

GVariant *
bus_wait_signal(Bus *self, const char *path, const char *interface, const char *name)
{
	BusWait wait = {self, path, interface, name, NULL, NULL};

	harness_wait_until(bus_signal_has_come, &wait, name);
	bus_note(interface, name);
	return wait.found;
}

gboolean
bus_has_signal(Bus *self, const char *interface, const char *name)
{
	BusWait wait = {self, NULL, interface, name, NULL, NULL};
	gboolean has = bus_signal_has_come(&wait);

	g_clear_pointer(&wait.found, g_variant_unref);
	return has;
}
