/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The doors of the daemon: REST, the control WebSocket, D-Bus. Main thread.
 */

#include "daemon/daemon-handover.h"

#include "config/locations.h"
#include "config/secret.h"
#include "http/server/resources.h"

/* For the command line, which can't know a port that was chosen by the kernel. */
static void
offhook_daemon_publish_url(OffhookDaemon *self)
{
	g_autofree char *path =
	    g_build_filename(offhook_config_get_state_dir(self->config), OFFHOOK_URL_FILE, NULL);
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents(path, offhook_http_server_get_url(self->http), -1, &error))
		g_warning("%s", error->message);
}

gboolean
offhook_daemon_open_doors(OffhookDaemon *self, GError **error)
{
	g_autofree char *token = NULL;
	const char *state_dir = offhook_config_get_state_dir(self->config);
	gboolean created = FALSE;

	token = offhook_secret_load_api_token(state_dir, &created, error);
	if (token == NULL)
		return FALSE;
	if (created)
		g_message("made an API token: %s/%s", state_dir, OFFHOOK_API_TOKEN_FILE);
	self->http =
	    offhook_http_server_new(self->calls, self->plugins,
				    offhook_daemon_store_get(self->store), self->metrics, token);
	offhook_http_server_set_outbox(self->http, self->outbox);
	offhook_http_server_set_eraser(self->http, self->eraser);
	for (guint i = 0; offhook_http_resources[i] != NULL; i++)
		offhook_http_server_add_routes(self->http, offhook_http_resources[i]);
	self->control = offhook_control_new(self->http, self->events);
	offhook_http_server_configure(self->http, self->config);
	if (!offhook_daemon_is_alone(self) && !offhook_daemon_take_over(self, error))
		return FALSE;
	if (!offhook_http_server_listen(self->http, error))
		return FALSE;
	offhook_call_manager_set_base_url(self->calls, offhook_http_server_get_url(self->http));
	offhook_daemon_publish_url(self);
	g_message("listening on %s", offhook_http_server_get_url(self->http));
	if (offhook_daemon_is_alone(self))
		offhook_daemon_start_schedule(self);
	else
		offhook_daemon_relieve(self);
	return TRUE;
}

static gboolean
offhook_daemon_reload_cb(gpointer user_data, GError **error)
{
	return offhook_daemon_reload(user_data, error);
}

static void
offhook_daemon_quit_cb(gpointer user_data)
{
	g_signal_emit_by_name(user_data, "quit");
}

static void
offhook_daemon_drain_cb(gpointer user_data, gboolean quit)
{
	offhook_daemon_drain(user_data, quit);
}

void
offhook_daemon_open_bus(OffhookDaemon *self)
{
	static const OffhookDBusWishes wishes = {
	    .reload = offhook_daemon_reload_cb,
	    .drain = offhook_daemon_drain_cb,
	    .quit = offhook_daemon_quit_cb,
	};
	const OffhookDBusParts parts = {
	    .calls = self->calls,
	    .plugins = self->plugins,
	    .watcher = self->watcher,
	    .store = offhook_daemon_store_get(self->store),
	    .events = self->events,
	    .metrics = self->metrics,
	    .url = offhook_http_server_get_url(self->http),
	};

	self->dbus = offhook_dbus_door_new(self->config, &parts, &wishes, self);
}
