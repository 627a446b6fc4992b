/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Our place on a bus: a connection, the name, and coming back when either is lost. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * What [dbus] bus means for this process. For "auto" that is the user's bus, for root and for a service
 * that has none the system's. %G_BUS_TYPE_NONE: none is wanted.
 */
GBusType offhook_dbus_choose_bus(const char *word);

typedef struct {
	/* Everything has to be on @connection before the name is asked for; %NULL: it is gone. */
	void (*connected)(gpointer user_data, GDBusConnection *connection);
	/* The name is ours, or not any more. */
	void (*owned)(gpointer user_data, gboolean owned);
} OffhookDBusBusEvents;

typedef struct _OffhookDBusBus OffhookDBusBus;

/** @events: static */
OffhookDBusBus *offhook_dbus_bus_new(GBusType type, const char *name,
				     const OffhookDBusBusEvents *events, gpointer user_data);
/** Sends what is still to be sent, and tells nobody. */
void offhook_dbus_bus_free(OffhookDBusBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDBusBus, offhook_dbus_bus_free)

/** (nullable) */
GDBusConnection *offhook_dbus_bus_get_connection(OffhookDBusBus *self);

G_END_DECLS
