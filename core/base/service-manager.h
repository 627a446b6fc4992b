/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What systemd and the daemon tell each other. Without systemd nothing of it does anything. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** @state: as sd_notify(3) wants it, "READY=1" */
void offhook_service_manager_notify(const char *state);

/** The start, which it limits, takes @seconds more from now on. @why: one line for people */
void offhook_service_manager_extend_start(guint seconds, const char *why);

/**
 * Tells it from now on, as often as it wants to be told, that the main loop turns. (0: it does not want
 * to be told): to be removed with g_source_remove()
 */
guint offhook_service_manager_start_watchdog(void);

/** Process @pid is the service from now on; we tell nothing any more. */
void offhook_service_manager_pass_on(int pid);
/** That one has gone, and this one is the main process again. */
void offhook_service_manager_take_back(void);

/**
 * The socket that systemd listens on for the daemon, once. (transfer full) (nullable): %NULL without
 * @error when there is none, with %OFFHOOK_ERROR_CONFIG when it is nothing to accept connections from
 */
GSocket *offhook_service_manager_take_socket(GError **error);

G_END_DECLS
