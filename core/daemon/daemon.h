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

/** Signal `quit` (): somebody who may wants us to stop. @config_path: (nullable): the default locations */
OffhookDaemon *offhook_daemon_new(const char *config_path);

/** An assistant or plugin that can't work does not keep the others from it: offhook_config_is_tolerant(). */
void offhook_daemon_set_tolerant(OffhookDaemon *self);

/**
 * offhook_daemon_check:
 * @remarks: (out) (transfer full) (nullable): what is not wrong but worth to be known, a line for each
 *
 * Reads the configuration, loads the plugins and says everything that is wrong; starts nothing.
 */
gboolean offhook_daemon_check(OffhookDaemon *self, char **remarks, GError **error);

/** Starts; afterwards it listens. Iterates the main context meanwhile. */
gboolean offhook_daemon_start(OffhookDaemon *self, GError **error);

/** Takes the configuration anew: all of it or nothing. What is wrong is logged, too. */
gboolean offhook_daemon_reload(OffhookDaemon *self, GError **error);

/** No new calls, while those in progress go on; @quit: then signal `quit`, as soon as there is none. */
void offhook_daemon_drain(OffhookDaemon *self, gboolean quit);

/**
 * offhook_daemon_hand_over:
 * @argv: the program, and its arguments: maybe a newer one
 *
 * Starts another process that takes our place. Once it has, we let the calls in progress go on, and then `quit`
 * comes; if it does not come up, nothing has happened.
 */
void offhook_daemon_hand_over(OffhookDaemon *self, const char *const *argv);

/** Ends all calls, writes everything down and stops. Iterates the main context meanwhile. */
void offhook_daemon_stop(OffhookDaemon *self);

/** The commented sample configuration with the settings of every plugin. (transfer full) */
char *offhook_daemon_print_sample(OffhookDaemon *self);

G_END_DECLS
