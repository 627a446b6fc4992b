/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drives PostgreSQL's own programs. A server refuses to run as root, so root becomes somebody else for it.
 */

#include "postgres-server.h"

#include "harness.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct _PostgresServer {
	char *programs; /* the folder of them */
	char *dir;
	GPid pid; /* of the postmaster; 0: it is down */
	guint n_databases;
};

/* ---- running programs ---- */

/* (nullable) (transfer full): the newest */
static char *
postgres_server_find_programs(void)
{
	glob_t found;
	char *programs = NULL;

	if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0)
		programs = g_path_get_dirname(found.gl_pathv[found.gl_pathc - 1]);
	globfree(&found);
	return programs;
}

static const struct passwd *
postgres_server_get_user(void)
{
	const struct passwd *user = getpwnam("postgres");

	return user != NULL ? user : getpwnam("nobody");
}

/* In the child. */
static void
postgres_server_become_user(gpointer data)
{
	const struct passwd *user = data;

	if (user != NULL &&
	    (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
		_exit(126);
	/* A test that is aborted leaves nothing behind. */
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

static gpointer
postgres_server_get_setup_data(void)
{
	return geteuid() == 0 ? (gpointer)postgres_server_get_user() : NULL;
}

/* What a program of PostgreSQL's printed; it has to work. @argv: the first is its name. (transfer full) */
static char *
postgres_server_run(PostgresServer *self, const char *const *argv)
{
	g_autoptr(GPtrArray) full = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autofree char *complaint = NULL;
	char *output = NULL;
	int status;

	g_ptr_array_add(full, g_build_filename(self->programs, argv[0], NULL));
	for (guint i = 1; argv[i] != NULL; i++)
		g_ptr_array_add(full, g_strdup(argv[i]));
	g_ptr_array_add(full, NULL);
	g_spawn_sync(self->dir, (char **)full->pdata, NULL, G_SPAWN_DEFAULT,
		     postgres_server_become_user, postgres_server_get_setup_data(), &output,
		     &complaint, &status, &error);
	g_assert_no_error(error);
	if (!g_spawn_check_wait_status(status, NULL))
		g_error("%s failed: %s%s", argv[0], output, complaint);
	return output;
}

/* ---- the server ---- */

static gboolean
postgres_server_answers(gpointer data)
{
	PostgresServer *self = data;
	g_autofree char *program = g_build_filename(self->programs, "pg_isready", NULL);
	const char *argv[] = {program, "-q", "-h", self->dir, NULL};
	int status = -1;

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
		     NULL);
	return status == 0;
}

static gboolean
postgres_server_tick_cb(gpointer data)
{
	return G_SOURCE_CONTINUE;
}

void
postgres_server_start(PostgresServer *self)
{
	g_autofree char *program = g_build_filename(self->programs, "postgres", NULL);
	g_autofree char *data = g_build_filename(self->dir, "data", NULL);
	const char *argv[] = {program,
			      "-D",
			      data,
			      "-k",
			      self->dir,
			      "-c",
			      "listen_addresses=",
			      "-c",
			      "max_connections=60",
			      "-c",
			      "fsync=off",
			      NULL};
	g_autoptr(GError) error = NULL;
	/* Killing processes loses nothing that the kernel has: fsync is for power cuts. */
	guint tick = g_timeout_add(50, postgres_server_tick_cb, NULL);

	g_spawn_async(
	    self->dir, (char **)argv, NULL,
	    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
	    postgres_server_become_user, postgres_server_get_setup_data(), &self->pid, &error);
	g_assert_no_error(error);
	harness_wait_until(postgres_server_answers, self, "PostgreSQL");
	g_source_remove(tick);
}

PostgresServer *
postgres_server_new(void)
{
	g_autofree char *programs = postgres_server_find_programs();
	g_autofree char *data = NULL;
	PostgresServer *self;

	if (programs == NULL)
		return NULL;
	self = g_new0(PostgresServer, 1);
	self->programs = g_steal_pointer(&programs);
	/* The path of a socket is short, so this is not in the build's folder. */
	self->dir = g_dir_make_tmp("offhook-pg-XXXXXX", NULL);
	g_assert_nonnull(self->dir);
	if (geteuid() == 0) {
		const struct passwd *user = postgres_server_get_user();

		g_assert_cmpint(chown(self->dir, user->pw_uid, user->pw_gid), ==, 0);
	}
	data = g_build_filename(self->dir, "data", NULL);
	g_free(postgres_server_run(self, (const char *[]){"initdb", "-D", data, "-U", "offhook",
							  "-A", "trust", "-N", "-E", "UTF8",
							  "--locale=C.UTF-8", NULL}));
	postgres_server_start(self);
	return self;
}

/* Each of its processes is a session of its own. */
static void
postgres_server_signal(PostgresServer *self, int signal)
{
	g_autofree char *path =
	    g_strdup_printf("/proc/%d/task/%d/children", self->pid, self->pid);
	g_autofree char *text = NULL;
	g_auto(GStrv) children = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	children = g_strsplit(g_strchomp(text), " ", -1);
	g_assert_cmpint(kill(self->pid, signal), ==, 0);
	for (guint i = 0; children[i] != NULL && *children[i] != '\0'; i++)
		kill((pid_t)g_ascii_strtoll(children[i], NULL, 10), signal);
}

void
postgres_server_kill(PostgresServer *self)
{
	if (self->pid == 0)
		return;
	postgres_server_signal(self, SIGKILL);
	waitpid(self->pid, NULL, 0);
	g_spawn_close_pid(self->pid);
	self->pid = 0;
}

void
postgres_server_pause(PostgresServer *self, gboolean paused)
{
	postgres_server_signal(self, paused ? SIGSTOP : SIGCONT);
}

void
postgres_server_free(PostgresServer *self)
{
	if (self == NULL)
		return;
	postgres_server_kill(self);
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self->programs);
	g_free(self);
}

/* ---- databases ---- */

char *
postgres_server_make_database(PostgresServer *self)
{
	g_autofree char *name = g_strdup_printf("test%u", self->n_databases++);
	g_autofree char *host = g_uri_escape_string(self->dir, NULL, FALSE);

	g_free(postgres_server_run(
	    self, (const char *[]){"createdb", "-h", self->dir, "-U", "offhook", name, NULL}));
	return g_strdup_printf("postgresql://offhook@/%s?host=%s", name, host);
}

/* (transfer full) */
static char *
postgres_server_get_name(const char *url)
{
	const char *name = strstr(url, "@/") + 2;

	return g_strndup(name, strcspn(name, "?"));
}

void
postgres_server_drop_database(PostgresServer *self, const char *url)
{
	g_autofree char *name = postgres_server_get_name(url);

	g_free(postgres_server_run(
	    self, (const char *[]){"dropdb", "-f", "-h", self->dir, "-U", "offhook", name, NULL}));
}

char *
postgres_server_ask(PostgresServer *self, const char *url, const char *sql)
{
	g_autofree char *name = postgres_server_get_name(url);

	return g_strchomp(postgres_server_run(
	    self, (const char *[]){"psql", "-X", "-A", "-t", "-q", "-h", self->dir, "-U", "offhook",
				   "-d", name, "-c", sql, NULL}));
}

char *
postgres_server_get_data_dir(PostgresServer *self)
{
	return g_build_filename(self->dir, "data", "base", NULL);
}
