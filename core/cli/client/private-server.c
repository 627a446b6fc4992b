/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs offhookd beside the command. Its log is read to its end, so that it never waits for us; a line of
 * it says where it listens.
 */

#include "cli/client/private-server.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sysexits.h>

#include <offhook/error.h>

#include "config/locations.h"
#include "config/secret.h"

#define OFFHOOK_PRIVATE_SERVER_LISTENS    "listening on "
#define OFFHOOK_PRIVATE_SERVER_OPEN_FILES 16
#define OFFHOOK_PRIVATE_SERVER_NO_BUS     "unix:path=/nonexistent"

struct _OffhookPrivateServer {
	GSubprocess *process;
	GDataInputStream *log;
	GThread *reader; /* (nullable): of what is left of the log */
	char *dir;
};

char *
offhook_private_server_find_program(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : g_strdup(".");
	char *beside = g_build_filename(dir, "offhookd", NULL);

	if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
		return beside;
	g_free(beside);
	return g_build_filename(OFFHOOK_SBIN_DIR, "offhookd", NULL);
}

/* It goes with us, however we go. */
static void
offhook_private_server_child_cb(gpointer user_data)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
offhook_private_server_launch(const char *dir, const char *config_path,
			      OffhookPrivateServerMode mode, const char *const *environment,
			      GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
	    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	g_autofree char *program = offhook_private_server_find_program();
	g_autofree char *database = g_strdup_printf("sqlite:%s/offhook.db", dir);
	const char *argv[] = {program, NULL, NULL, NULL, NULL};
	guint n = 1;

	if (mode == OFFHOOK_PRIVATE_SERVER_TOLERANT)
		argv[n++] = "--tolerant";
	if (config_path != NULL) {
		argv[n++] = "--config";
		argv[n++] = config_path;
	}
	g_subprocess_launcher_setenv(launcher, "HOST", "127.0.0.1", TRUE);
	g_subprocess_launcher_setenv(launcher, "PORT", "0", TRUE);
	g_subprocess_launcher_setenv(launcher, "OFFHOOK_STATE_DIR", dir, TRUE);
	g_subprocess_launcher_setenv(launcher, "DATABASE_URL", database, TRUE);
	/* Its name on the bus is the real one's. */
	g_subprocess_launcher_setenv(launcher, "DBUS_SYSTEM_BUS_ADDRESS",
				     OFFHOOK_PRIVATE_SERVER_NO_BUS, TRUE);
	g_subprocess_launcher_setenv(launcher, "DBUS_SESSION_BUS_ADDRESS",
				     OFFHOOK_PRIVATE_SERVER_NO_BUS, TRUE);
	for (; environment != NULL && *environment != NULL; environment++) {
		g_auto(GStrv) pair = g_strsplit(*environment, "=", 2);

		g_subprocess_launcher_setenv(launcher, pair[0], pair[1], TRUE);
	}
	g_subprocess_launcher_set_child_setup(launcher, offhook_private_server_child_cb, NULL,
					      NULL);
	return g_subprocess_launcher_spawnv(launcher, argv, error);
}

/* (transfer full) (nullable): where it listens; else @said is all that it said */
static char *
offhook_private_server_read_url(OffhookPrivateServer *self, GString *said)
{
	char *line;

	while ((line = g_data_input_stream_read_line_utf8(self->log, NULL, NULL, NULL)) != NULL) {
		const char *found = strstr(line, OFFHOOK_PRIVATE_SERVER_LISTENS);
		char *url =
		    found != NULL ? g_strdup(found + strlen(OFFHOOK_PRIVATE_SERVER_LISTENS)) : NULL;

		g_string_append_printf(said, "%s%s", said->len > 0 ? "\n" : "", line);
		g_free(line);
		if (url != NULL)
			return url;
	}
	return NULL;
}

static gpointer
offhook_private_server_read_cb(gpointer data)
{
	char *line;

	while ((line = g_data_input_stream_read_line(data, NULL, NULL, NULL)) != NULL)
		g_free(line);
	return NULL;
}

static void
offhook_private_server_set_error(OffhookPrivateServer *self, const char *said, GError **error)
{
	g_subprocess_wait(self->process, NULL, NULL);
	g_set_error(error, OFFHOOK_ERROR,
		    g_subprocess_get_if_exited(self->process) &&
			    g_subprocess_get_exit_status(self->process) == EX_CONFIG
			? OFFHOOK_ERROR_CONFIG
			: OFFHOOK_ERROR_UNAVAILABLE,
		    "no server is running, and none can be started:\n%s", said);
}

static char *
offhook_private_server_read_token(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, OFFHOOK_API_TOKEN_FILE, NULL);
	char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? g_strstrip(text) : NULL;
}

OffhookPrivateServer *
offhook_private_server_start(OffhookClient *client, OffhookPrivateServerMode mode,
			     const char *const *environment, GError **error)
{
	g_autoptr(OffhookPrivateServer) self = g_new0(OffhookPrivateServer, 1);
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *url = NULL;

	self->dir = g_dir_make_tmp("offhook-XXXXXX", error);
	if (self->dir == NULL)
		return NULL;
	self->process =
	    offhook_private_server_launch(self->dir, client->config_path, mode, environment, error);
	if (self->process == NULL)
		return NULL;
	self->log = g_data_input_stream_new(g_subprocess_get_stderr_pipe(self->process));
	url = offhook_private_server_read_url(self, said);
	if (url == NULL) {
		offhook_private_server_set_error(self, said->str, error);
		return NULL;
	}
	self->reader = g_thread_new("server-log", offhook_private_server_read_cb, self->log);
	g_free(client->url);
	client->url = g_steal_pointer(&url);
	offhook_secret_free(client->token);
	client->token = offhook_private_server_read_token(self->dir);
	return g_steal_pointer(&self);
}

static int
offhook_private_server_remove_cb(const char *path, const struct stat *info, int type,
				 struct FTW *place)
{
	return remove(path);
}

void
offhook_private_server_remove_dir(const char *dir)
{
	nftw(dir, offhook_private_server_remove_cb, OFFHOOK_PRIVATE_SERVER_OPEN_FILES,
	     FTW_DEPTH | FTW_PHYS);
}

void
offhook_private_server_stop(OffhookPrivateServer *self)
{
	if (self == NULL)
		return;
	if (self->process != NULL) {
		g_subprocess_send_signal(self->process, SIGTERM);
		g_subprocess_wait(self->process, NULL, NULL);
	}
	if (self->reader != NULL)
		g_thread_join(self->reader);
	g_clear_object(&self->log);
	g_clear_object(&self->process);
	if (self->dir != NULL)
		offhook_private_server_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self);
}
