/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A bus of the test's own, the daemon on it, and a client that notes what it has exercised. Main thread
 * of the test.
 */
#pragma once

#include "fixture.h"

G_BEGIN_DECLS

#define BUS_NAME      "org.offhook.Offhook1"
#define BUS_PATH      "/org/offhook/Offhook1"
#define BUS_MANAGER   BUS_NAME ".Manager"
#define BUS_CALL      BUS_NAME ".Call"
#define BUS_PLUGIN    BUS_NAME ".Plugin"
#define BUS_DRIVER    BUS_NAME ".Driver"
#define BUS_AGENT     BUS_NAME ".Agent"
#define BUS_ENGINE    BUS_NAME ".Engine"
#define BUS_ASSISTANT BUS_NAME ".Assistant"

typedef struct {
	Fixture base;
	GSubprocess *daemon; /* of the bus */
	GDBusConnection *connection;
	guint subscription;
	GPtrArray *signals; /* of BusSignal, those of the daemon as they came */
} Bus;

/**
 * Starts a bus: one where everybody may everything, or, with @policy (nullable), one like the system's
 * with those files.
 */
void bus_start(Bus *self, const char *const *policy);
/** Takes it away again, with what has been heard on it. Another one can be started in its place. */
void bus_stop(Bus *self);
void bus_set_up(Bus *self, gconstpointer data);
void bus_tear_down(Bus *self, gconstpointer data);
/** Configures the daemon, starts it, and waits for its name. @rest: as for fixture_configure() */
void bus_start_daemon(Bus *self, const char *rest);
void bus_wait_name(Bus *self);

/** @parameters: (nullable) floating. (transfer full); asserts that it works */
GVariant *bus_call(Bus *self, const char *path, const char *interface, const char *method,
		   GVariant *parameters);
/** Asserts that it fails with org.offhook.Offhook1.Error.@name, and that the message has @text. */
void bus_refuse(Bus *self, const char *path, const char *interface, const char *method,
		GVariant *parameters, const char *name, const char *text);
/** (transfer full) */
GVariant *bus_get(Bus *self, const char *path, const char *interface, const char *property);
/** Asserts its value, as g_variant_print() writes it. */
void bus_expect(Bus *self, const char *path, const char *interface, const char *property,
		const char *value);
/** Waits until a PropertiesChanged says that it is so. */
void bus_wait_property(Bus *self, const char *path, const char *interface, const char *property,
		       const char *value);
/** Waits for the next @signal of @path (nullable: any), from the beginning or the last one. (transfer full) */
GVariant *bus_wait_signal(Bus *self, const char *path, const char *interface, const char *signal);
/** Whether one has come that nobody has waited for. */
gboolean bus_has_signal(Bus *self, const char *interface, const char *signal);

/** Members, as INTERFACE.MEMBER, that the calls above were about, in all tests so far. */
gboolean bus_has_exercised(const char *interface, const char *member);

G_END_DECLS
