/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * libsystemd, where there is one. Main thread.
 */

#include "base/service-manager.h"

#include <offhook/error.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#include <unistd.h>

/* Only the service's main process is listened to. */
static gboolean offhook_service_manager_passed_on;

void
offhook_service_manager_notify(const char *state)
{
	if (!offhook_service_manager_passed_on)
		sd_notify(0, state);
}

void
offhook_service_manager_extend_start(guint seconds, const char *why)
{
	g_autofree char *state =
	    g_strdup_printf("EXTEND_TIMEOUT_USEC=%u000000\nSTATUS=%s", seconds, why);

	offhook_service_manager_notify(state);
}

static gboolean
offhook_service_manager_watchdog_cb(gpointer user_data)
{
	offhook_service_manager_notify("WATCHDOG=1");
	return G_SOURCE_CONTINUE;
}

guint
offhook_service_manager_start_watchdog(void)
{
	guint64 within_us = 0;

	if (sd_watchdog_enabled(0, &within_us) <= 0)
		return 0;
	/* Before half of the time is over, as sd_watchdog_enabled(3) advises. */
	return g_timeout_add((guint)MAX(within_us / 3000, 1), offhook_service_manager_watchdog_cb,
			     NULL);
}

void
offhook_service_manager_pass_on(int pid)
{
	sd_notifyf(0, "MAINPID=%d", pid);
	offhook_service_manager_passed_on = TRUE;
}

void
offhook_service_manager_take_back(void)
{
	sd_notifyf(0, "MAINPID=%d", (int)getpid());
	offhook_service_manager_passed_on = FALSE;
}

GSocket *
offhook_service_manager_take_socket(GError **error)
{
	/* Their variables are unset: children are not meant by them. */
	int n = sd_listen_fds(1);
	GSocket *socket;

	if (n <= 0)
		return NULL;
	if (n > 1 || sd_is_socket(SD_LISTEN_FDS_START, 0, SOCK_STREAM, 1) <= 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "offhookd.socket: expected one ListenStream=, and Accept=no");
		return NULL;
	}
	socket = g_socket_new_from_fd(SD_LISTEN_FDS_START, error);
	if (socket != NULL)
		g_socket_set_blocking(socket, FALSE);
	return socket;
}

#else

void
offhook_service_manager_notify(const char *state)
{
}

void
offhook_service_manager_extend_start(guint seconds, const char *why)
{
}

guint
offhook_service_manager_start_watchdog(void)
{
	return 0;
}

void
offhook_service_manager_pass_on(int pid)
{
}

void
offhook_service_manager_take_back(void)
{
}

GSocket *
offhook_service_manager_take_socket(GError **error)
{
	return NULL;
}

#endif
