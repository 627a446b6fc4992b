/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Where things lie on this machine, decided from the environment. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the User-Agent of the command line begins. */
#define OFFHOOK_OPERATOR_AGENT "offhook/"

/** Looks a variable up. (nullable) result */
typedef const char *(*OffhookEnvironmentFunc)(const char *name, gpointer data);

/**
 * The configuration file when none is named: $XDG_CONFIG_HOME/offhook/offhookd.conf, else
 * /etc/offhook/offhookd.conf. (transfer full) (nullable): neither exists
 */
char *offhook_locations_find_config(OffhookEnvironmentFunc environment, gpointer data);

/**
 * The default state directory: $STATE_DIRECTORY (systemd's; the first of a list), for root
 * /var/lib/offhook, else $XDG_STATE_HOME/offhook. (transfer full)
 */
char *offhook_locations_get_state_dir(OffhookEnvironmentFunc environment, gpointer data);

/** Makes a directory and its parents, mode 0700, unless it is there. */
gboolean offhook_locations_make_dir(const char *path, GError **error);

G_END_DECLS
