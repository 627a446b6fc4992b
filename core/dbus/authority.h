/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who may do what. Root and the user whose daemon this is may everything; everybody else what polkit
 * says, and nothing where there is no polkit on the bus. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_DBUS_READ_STATUS,
	OFFHOOK_DBUS_READ_PERSONAL_DATA,
	OFFHOOK_DBUS_CONTROL_CALLS,
	OFFHOOK_DBUS_PLACE_CALLS,
	OFFHOOK_DBUS_MANAGE,
	OFFHOOK_DBUS_RIGHT_LAST
} OffhookDBusRight;

/** The polkit action: "org.offhook.Offhook1.place-calls". */
const char *offhook_dbus_right_get_action(OffhookDBusRight right);

/**
 * offhook_dbus_authorize_async:
 * @sender: unique name on @connection
 * @interactive: the user may be asked for a password
 *
 * Finishes with %OFFHOOK_ERROR_PERMISSION for who may not.
 */
void offhook_dbus_authorize_async(GDBusConnection *connection, const char *sender,
				  OffhookDBusRight right, gboolean interactive,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer user_data);
gboolean offhook_dbus_authorize_finish(GDBusConnection *connection, GAsyncResult *result,
				       GError **error);

G_END_DECLS
