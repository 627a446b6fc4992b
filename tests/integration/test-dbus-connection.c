/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The D-Bus door as it is come to: by the examples of its documentation, and over a bus that is away or
 * where the name is another's.
 */

#include "bus-desk.h"

#include "harness.h"

#include <string.h>

/* ---- the documentation ---- */

/* What stands in it between ```sh and ```. (transfer full) */
static char *
test_read_examples(void)
{
	g_autofree char *page = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;
	GString *script = g_string_new("set -e\n");
	gboolean inside = FALSE;

	g_file_get_contents(g_getenv("OFFHOOK_DBUS_PAGE"), &page, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(page, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		if (g_str_has_prefix(lines[i], "```"))
			inside = g_str_equal(lines[i], "```sh");
		else if (inside)
			g_string_append_printf(script, "%s\n", lines[i]);
	}
	return g_string_free(script, FALSE);
}

/* They work as they stand there, one after the other; the last one ends the daemon. */
static void
test_examples(Bus *bus, gconstpointer data)
{
	g_autofree char *script = test_read_examples();
	g_autoptr(GSubprocessLauncher) launcher = fixture_make_launcher(
	    &bus->base, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_autoptr(GSubprocess) shell = NULL;
	g_autofree char *output = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(strstr(script, "busctl"));
	shell = g_subprocess_launcher_spawn(launcher, &error, "/bin/sh", "-c", script, NULL);
	g_assert_no_error(error);
	g_subprocess_communicate_utf8(shell, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	if (!g_subprocess_get_successful(shell))
		g_error("the examples of docs/dbus.md: %s", output);
	bus_desk_wait_end(bus);
}

/* ---- no bus, no name ---- */

static void
test_no_bus(Bus *bus, gconstpointer data)
{
	g_autofree char *address = bus->base.bus_address;

	bus->base.bus_address = g_strdup_printf("unix:path=%s/nothing", bus->base.dir);
	fixture_configure(&bus->base, "");
	fixture_start(&bus->base);
	fixture_wait_log(&bus->base, "warning offhook-dbus: D-Bus: the user's bus: ");
	g_assert_cmpfloat(fixture_get_metric(&bus->base, "offhook_dbus_connected"), ==, 0);
}

static gboolean
test_is_connected(gpointer data)
{
	Bus *bus = data;

	return fixture_get_metric(&bus->base, "offhook_dbus_connected") == 1;
}

/* A bus that restarts takes nothing along: the call goes on, and is there again as it was. */
static void
test_bus_restarts(Bus *bus, gconstpointer data)
{
	g_autofree char *path = bus_desk_place(bus);

	bus_desk_do(bus, path, BUS_CALL, "Hold", NULL);
	bus_stop(bus);
	fixture_wait_log(&bus->base, "warning offhook-dbus: D-Bus: the user's bus: ");
	g_assert_cmpfloat(fixture_get_metric(&bus->base, "offhook_dbus_connected"), ==, 0);
	bus_start(bus, NULL);
	bus_wait_name(bus);
	bus_expect(bus, path, BUS_CALL, "State", "'in-progress'");
	bus_expect(bus, path, BUS_CALL, "Held", "true");
	bus_desk_end(bus, path);
}

/* Another one has it; as soon as it leaves it is ours. */
static void
test_name_taken(Bus *bus, gconstpointer data)
{
	guint id = g_bus_own_name_on_connection(
	    bus->connection, BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);

	bus_wait_name(bus);
	fixture_configure(&bus->base, "");
	fixture_start(&bus->base);
	fixture_wait_log(&bus->base, "the name is another's");
	g_assert_cmpfloat(fixture_get_metric(&bus->base, "offhook_dbus_connected"), ==, 0);
	g_bus_unown_name(id);
	harness_poll_until(test_is_connected, bus, "the name");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, set_up, test)                                                                    \
	g_test_add("/integration/dbus-connection/" name, Bus, NULL, set_up, test, bus_tear_down)
	ADD("examples", bus_desk_set_up, test_examples);
	ADD("no-bus", bus_set_up, test_no_bus);
	ADD("bus-restarts", bus_desk_set_up, test_bus_restarts);
	ADD("name-taken", bus_set_up, test_name_taken);
	return g_test_run();
}
