/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An authority like polkit's on the bus of the test: allows the actions that stand in a file, a line for
 * each, and writes down what it was asked.
 *
 *   emulate-polkit ADDRESS ALLOWED-FILE ASKED-FILE
 */

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char interface_xml[] =
    "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
    "<method name='CheckAuthorization'>"
    "<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/>"
    "</method></interface></node>";

typedef struct {
	const char *allowed_path;
	const char *asked_path;
} Authority;

static gboolean
authority_allows(Authority *self, const char *action)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(self->allowed_path, &text, NULL, NULL))
		return FALSE;
	lines = g_strsplit(text, "\n", -1);
	return g_strv_contains((const char *const *)lines, action);
}

static void
authority_note(Authority *self, const char *action, guint flags)
{
	FILE *file = fopen(self->asked_path, "a");

	if (file == NULL)
		return;
	fprintf(file, "%s %u\n", action, flags);
	fclose(file);
}

static void
authority_called_cb(GDBusConnection *connection, const char *sender, const char *path,
		    const char *interface, const char *method, GVariant *parameters,
		    GDBusMethodInvocation *invocation, gpointer user_data)
{
	Authority *self = user_data;
	g_autoptr(GVariant) subject = NULL;
	const char *kind, *action, *name = NULL;
	guint flags;

	g_variant_get(parameters, "((&s@a{sv})&s@a{ss}u&s)", &kind, &subject, &action, NULL, &flags,
		      NULL);
	g_variant_lookup(subject, "name", "&s", &name);
	if (!g_str_equal(kind, "system-bus-name") || name == NULL || name[0] != ':') {
		g_dbus_method_invocation_return_dbus_error(
		    invocation, "org.freedesktop.PolicyKit1.Error.Failed", "who?");
		return;
	}
	authority_note(self, action, flags);
	g_dbus_method_invocation_return_value(
	    invocation, g_variant_new("((bba{ss}))", authority_allows(self, action), FALSE, NULL));
}

int
main(int argc, char **argv)
{
	static const GDBusInterfaceVTable vtable = {.method_call = authority_called_cb};
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(GDBusConnection) connection = NULL;
	g_autoptr(GDBusNodeInfo) node = NULL;
	Authority authority;

	if (argc != 4)
		return EXIT_FAILURE;
	authority = (Authority){argv[2], argv[3]};
	connection = g_dbus_connection_new_for_address_sync(
	    argv[1],
	    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
		G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
	    NULL, NULL, NULL);
	if (connection == NULL)
		return EXIT_FAILURE;
	g_dbus_connection_set_exit_on_close(connection, TRUE);
	node = g_dbus_node_info_new_for_xml(interface_xml, NULL);
	g_dbus_connection_register_object(connection, "/org/freedesktop/PolicyKit1/Authority",
					  node->interfaces[0], &vtable, &authority, NULL, NULL);
	g_bus_own_name_on_connection(connection, "org.freedesktop.PolicyKit1",
				     G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
	g_main_loop_run(loop);
	return EXIT_SUCCESS;
}
