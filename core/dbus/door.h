/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The D-Bus door: the daemon, its calls, plugins and assistants as objects on the system's or the user's
 * bus. It does nothing by itself: it asks the call manager, the registry and the store. Main thread.
 *
 * There may be no bus, or no right to the name: that is told, tried again, and stops nothing.
 */
#pragma once

#include "base/metrics.h"
#include "call/manager/call-manager.h"
#include "plugin/watcher.h"

G_BEGIN_DECLS

typedef struct _OffhookDBusDoor OffhookDBusDoor;

/** What it shows. (transfer none): outlive it */
typedef struct {
	OffhookCallManager *calls;
	OffhookPluginRegistry *plugins;
	OffhookPluginWatcher *watcher;
	OffhookStore *store;
	OffhookEventBus *events;
	OffhookMetrics *metrics;
	const char *url; /* of the HTTP door; copied */
} OffhookDBusParts;

/** What only the daemon as a whole can do. */
typedef struct {
	gboolean (*reload)(gpointer user_data, GError **error);
	/* No new calls; @quit: and then the end */
	void (*drain)(gpointer user_data, gboolean quit);
	void (*quit)(gpointer user_data);
} OffhookDBusWishes;

/**
 * offhook_dbus_door_new:
 * @wishes: static
 *
 * Goes to the bus that [dbus] bus of @config says; whether there is one turns out later.
 *
 * Returns: (transfer full) (nullable): no bus is wanted
 */
OffhookDBusDoor *offhook_dbus_door_new(OffhookConfig *config, const OffhookDBusParts *parts,
				       const OffhookDBusWishes *wishes, gpointer user_data);
/** Leaves the bus. */
void offhook_dbus_door_free(OffhookDBusDoor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDBusDoor, offhook_dbus_door_free)

/** Another configuration is in force. */
void offhook_dbus_door_configure(OffhookDBusDoor *self, OffhookConfig *config);

G_END_DECLS
