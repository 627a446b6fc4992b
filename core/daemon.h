/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The daemon as a whole: builds the parts in order, reloads them together, takes them down in
 * reverse. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OFFHOOK_TYPE_DAEMON (offhook_daemon_get_type())
G_DECLARE_FINAL_TYPE(OffhookDaemon, offhook_daemon, OFFHOOK, DAEMON, GObject)

/** @config_path: (nullable): the default locations */
OffhookDaemon *offhook_daemon_new(const char *config_path);

/**
 * offhook_daemon_check:
 * @remarks: (out) (transfer full) (nullable): what is not wrong but worth to be known, a line for each
 *
 * Reads the configuration, loads the plugins and says everything that is wrong; starts nothing.
 */
gboolean offhook_daemon_check(OffhookDaemon *self, char **remarks, GError **error);

/** Starts; afterwards it listens. Iterates the main context meanwhile. */
gboolean offhook_daemon_start(OffhookDaemon *self, GError **error);

/** Takes the configuration anew: all of it or nothing. What is wrong is logged. */
void offhook_daemon_reload(OffhookDaemon *self);

/** Ends all calls, writes everything down and stops. Iterates the main context meanwhile. */
void offhook_daemon_stop(OffhookDaemon *self);

/** The commented sample configuration with the settings of every plugin. (transfer full) */
char *offhook_daemon_print_sample(OffhookDaemon *self);

G_END_DECLS
