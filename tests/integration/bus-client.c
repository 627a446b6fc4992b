/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A client of the daemon's on a bus, to be run as another user.
 *
 *   bus-client ADDRESS call|ask PATH INTERFACE METHOD [PARAMETERS]   "ok RESULT" or "error NAME: TEXT"
 *   bus-client ADDRESS hear|subscribe     each signal as a line, "INTERFACE.NAME PARAMETERS", until one
 *                                         is called Done; first "ready", or "subscribed (true,)"
 *
 * PARAMETERS are text of a GVariant. With ask a password may be asked for.
 */

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME    "org.offhook.Offhook1"
#define PATH    "/org/offhook/Offhook1"
#define MANAGER NAME ".Manager"

static void client_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Whoever waits for it shall not have to wait. */
static void
client_print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	fflush(stdout);
}

static void
client_call(GDBusConnection *connection, const char *path, const char *interface,
	    const char *method, const char *parameters, GDBusCallFlags flags)
{
	g_autoptr(GError) error = NULL;
	GVariant *sent = parameters != NULL ? g_variant_new_parsed(parameters) : NULL;
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
	    connection, NAME, path, interface, method, sent, NULL, flags, -1, NULL, &error);
	g_autofree char *text = reply != NULL ? g_variant_print(reply, FALSE) : NULL;
	g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error(error) : NULL;

	if (text != NULL)
		client_print("ok %s\n", text);
	else
		client_print("error %s: %s\n", name, error->message);
}

static void
client_signal_cb(GDBusConnection *connection, const char *sender, const char *path,
		 const char *interface, const char *name, GVariant *parameters, gpointer user_data)
{
	g_autofree char *text = g_variant_print(parameters, FALSE);

	client_print("%s.%s %s\n", interface, name, text);
	if (g_str_equal(name, "Done"))
		g_main_loop_quit(user_data);
}

static void
client_hear(GDBusConnection *connection, gboolean subscribe)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	/* Not by the name of the sender: it may not be ours to know. */
	g_dbus_connection_signal_subscribe(connection, NULL, NULL, NULL, NULL, NULL,
					   G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, client_signal_cb,
					   loop, NULL);
	g_dbus_connection_call_sync(connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
				    "org.freedesktop.DBus", "AddMatch",
				    g_variant_new("(s)", "type='signal'"), NULL,
				    G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
	if (subscribe)
		client_call(connection, PATH, MANAGER, "Subscribe", "(@as [],)",
			    G_DBUS_CALL_FLAGS_NONE);
	else
		client_print("ready\n");
	g_main_loop_run(loop);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDBusConnection) connection = NULL;
	const char *verb = argc > 2 ? argv[2] : "";

	if (argc < 3)
		return EXIT_FAILURE;
	connection = g_dbus_connection_new_for_address_sync(
	    argv[1],
	    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
		G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
	    NULL, NULL, &error);
	if (connection == NULL) {
		client_print("error none: %s\n", error->message);
		return EXIT_FAILURE;
	}
	if (argc >= 6 && (g_str_equal(verb, "call") || g_str_equal(verb, "ask")))
		client_call(connection, argv[3], argv[4], argv[5], argc > 6 ? argv[6] : NULL,
			    g_str_equal(verb, "ask")
				? G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION
				: G_DBUS_CALL_FLAGS_NONE);
	else
		client_hear(connection, g_str_equal(verb, "subscribe"));
	return EXIT_SUCCESS;
}
