/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What things are called on the bus. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OFFHOOK_DBUS_NAME   "org.offhook.Offhook1"
#define OFFHOOK_DBUS_PREFIX OFFHOOK_DBUS_NAME "."
#define OFFHOOK_DBUS_PATH   "/org/offhook/Offhook1"

/**
 * The object of @name. Bytes that a path can't have become _XX, as systemd does it.
 * @kind: "Call", "Driver", ...
 * (transfer full)
 */
char *offhook_dbus_make_path(const char *kind, const char *name);

G_END_DECLS
