/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Starts the daemon, and places and ends calls over the bus.
 */

#include "bus-desk.h"

#include "harness.h"

char *
bus_desk_expand(const char *text)
{
	g_autoptr(GString) expanded = g_string_new(text);

	g_string_replace(expanded, "@ROOT@", g_getenv("OFFHOOK_BUILD_ROOT"), 0);
	return g_string_free(g_steal_pointer(&expanded), FALSE);
}

void
bus_desk_set_up(Bus *bus, gconstpointer data)
{
	g_autofree char *config = bus_desk_expand(BUS_DESK_CONFIG);
	g_autofree char *drop = NULL;

	bus_set_up(bus, data);
	drop = g_build_filename(bus->base.dir, "drop", NULL);
	g_assert_cmpint(g_mkdir_with_parents(drop, 0755), ==, 0);
	bus_start_daemon(bus, config);
}

void
bus_desk_do(Bus *bus, const char *path, const char *interface, const char *method,
	    GVariant *parameters)
{
	g_autoptr(GVariant) reply = bus_call(bus, path, interface, method, parameters);

	g_assert_cmpstr(g_variant_get_type_string(reply), ==, "()");
}

GVariant *
bus_desk_ask(Bus *bus, const char *method, GVariant *parameters)
{
	return bus_call(bus, BUS_PATH, BUS_MANAGER, method, parameters);
}

char *
bus_desk_place(Bus *bus)
{
	g_autoptr(GVariant) reply = bus_desk_ask(
	    bus, "PlaceCall",
	    g_variant_new_parsed("(%s, {'assistant': <'desk'>, 'timeout': <uint32 30>})",
				 BUS_DESK_NUMBER));
	char *path;

	g_variant_get(reply, "(o)", &path);
	bus_wait_property(bus, path, BUS_CALL, "State", "'in-progress'");
	return path;
}

void
bus_desk_end(Bus *bus, const char *path)
{
	bus_desk_do(bus, path, BUS_CALL, "End", NULL);
	bus_wait_property(bus, path, BUS_CALL, "State", "'completed'");
}

static gboolean
bus_desk_has_ended(gpointer data)
{
	Bus *bus = data;

	return g_subprocess_get_identifier(bus->base.daemon) == NULL;
}

void
bus_desk_wait_end(Bus *bus)
{
	harness_poll_until(bus_desk_has_ended, bus, "the daemon's end");
	g_assert_true(g_subprocess_get_successful(bus->base.daemon));
	g_clear_object(&bus->base.daemon);
}
