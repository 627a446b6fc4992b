/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drives PostgreSQL's own programs. A server refuses to run as root, so root becomes somebody else for it.
 */

#include "postgres-server.h"

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define CERTIFICATE "server.pem"
#define KEY         "server.key"
#define DISK_SIZE   "16m"
/* How the child ends that can't make it: in a chroot the root is no mount. */
#define NO_DISK      125
#define MEMORY       "/dev/shm"
#define ENOUGH_BYTES (G_GUINT64_CONSTANT(4) << 30) /* for several at a time */

struct _PostgresServer {
	char *programs; /* the folder of them */
	char *dir;
	PostgresServerFlags flags;
	char *port;     /* names the socket, too */
	GPid pid;       /* of the postmaster; 0: it is down */
	gboolean known; /* others have been told the port */
	gboolean no_disk;
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

/* Where the small disk is, for the server's processes. (transfer full) */
static char *
postgres_server_get_disk(PostgresServer *self)
{
	return g_build_filename(self->dir, "disk", NULL);
}

/* In the child that becomes the server: a disk in a name space that ends with its processes. */
static void
postgres_server_become_server(gpointer data)
{
	PostgresServer *self = data;
	const struct passwd *user = postgres_server_get_setup_data();
	g_autofree char *disk = postgres_server_get_disk(self);

	if (self->flags & POSTGRES_SERVER_SMALL_DISK &&
	    (unshare(CLONE_NEWNS) != 0 ||
	     mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	     mount("tmpfs", disk, "tmpfs", 0, "size=" DISK_SIZE) != 0 ||
	     chown(disk, user->pw_uid, user->pw_gid) != 0))
		_exit(NO_DISK);
	postgres_server_become_user((gpointer)user);
}

/* Programs are told the port by it. (transfer full) */
static char **
postgres_server_make_environment(PostgresServer *self)
{
	return g_environ_setenv(g_get_environ(), "PGPORT", self->port, TRUE);
}

/* What a program of PostgreSQL's printed; it has to work. @argv: the first is its name. (transfer full) */
static char *
postgres_server_run(PostgresServer *self, const char *const *argv)
{
	g_autoptr(GPtrArray) full = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) environment = postgres_server_make_environment(self);
	g_autofree char *complaint = NULL;
	char *output = NULL;
	int status;

	g_ptr_array_add(full, g_build_filename(self->programs, argv[0], NULL));
	for (guint i = 1; argv[i] != NULL; i++)
		g_ptr_array_add(full, g_strdup(argv[i]));
	g_ptr_array_add(full, NULL);
	g_spawn_sync(self->dir, (char **)full->pdata, environment, G_SPAWN_DEFAULT,
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
	const char *argv[] = {program, "-q", "-h", self->dir, "-p", self->port, NULL};
	int status = -1;

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
		     NULL);
	return status == 0;
}

static void
postgres_server_spawn(PostgresServer *self)
{
	g_autofree char *program = g_build_filename(self->programs, "postgres", NULL);
	g_autofree char *data = g_build_filename(self->dir, "data", NULL);
	gboolean tls = (self->flags & POSTGRES_SERVER_TLS) != 0;
	gboolean as_it_comes = (self->flags & POSTGRES_SERVER_AS_IT_COMES) != 0;
	/*
	 * Killing processes loses nothing that the kernel has: fsync is for power cuts. The less memory is
	 * shared, the less each connection has to map.
	 */
	const char *argv[] = {program,
			      "-D",
			      data,
			      "-k",
			      self->dir,
			      "-c",
			      tls ? "listen_addresses=127.0.0.1" : "listen_addresses=",
			      "-c",
			      "max_connections=60",
			      "-c",
			      "fsync=off",
			      "-c",
			      as_it_comes ? "shared_buffers=128MB" : "shared_buffers=8MB",
			      "-c",
			      tls ? "ssl=on" : "ssl=off",
			      "-c",
			      "ssl_cert_file=" CERTIFICATE,
			      "-c",
			      "ssl_key_file=" KEY,
			      NULL};
	g_auto(GStrv) environment = postgres_server_make_environment(self);
	g_autoptr(GError) error = NULL;

	g_spawn_async(self->dir, (char **)argv, environment,
		      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
			  G_SPAWN_STDERR_TO_DEV_NULL,
		      postgres_server_become_server, self, &self->pid, &error);
	g_assert_no_error(error);
}

/* One that is free now; hardly anybody else on this machine is given it so soon. (transfer full) */
static char *
postgres_server_choose_port(void)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();

	return g_strdup_printf("%u", g_socket_listener_add_any_inet_port(listener, NULL, NULL));
}

/*
 * It ends at once when its port is some connection's just then, or when processes of the one that was killed before it
 * have not quite gone.
 */
static gboolean
postgres_server_is_up(gpointer data)
{
	PostgresServer *self = data;
	int status;

	if (waitpid(self->pid, &status, WNOHANG) == self->pid) {
		g_spawn_close_pid(self->pid);
		self->pid = 0;
		self->no_disk = WIFEXITED(status) && WEXITSTATUS(status) == NO_DISK;
		if (self->no_disk)
			return TRUE;
		if (self->flags & POSTGRES_SERVER_TLS && !self->known) {
			g_free(self->port);
			self->port = postgres_server_choose_port();
		}
		postgres_server_spawn(self);
	}
	return postgres_server_answers(self);
}

void
postgres_server_start(PostgresServer *self)
{
	postgres_server_spawn(self);
	harness_poll_until(postgres_server_is_up, self, "PostgreSQL");
	self->known = TRUE;
}

/* NAME.key and NAME.pem in the data's folder, as the server wants them. */
static void
postgres_server_certify(PostgresServer *self, const char *name)
{
	g_autofree char *key = g_strdup_printf("%s/data/%s.key", self->dir, name);
	g_autofree char *certificate = g_strdup_printf("%s/data/%s.pem", self->dir, name);
	const struct passwd *user = postgres_server_get_setup_data();
	g_autoptr(GSubprocess) openssl = harness_launch(
	    (const char *[]){"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
			     "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
			     "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
			     key, "-out", certificate, NULL},
	    G_SUBPROCESS_FLAGS_STDERR_SILENCE);

	g_assert_true(g_subprocess_wait_check(openssl, NULL, NULL));
	g_assert_cmpint(g_chmod(key, 0600), ==, 0);
	if (user != NULL)
		g_assert_cmpint(chown(key, user->pw_uid, user->pw_gid), ==, 0);
}

/*
 * The path of a socket is short, so this is not in the build's folder. Every database has hundreds of files:
 * where there is room they are in memory.
 */
static char *
postgres_server_make_dir(PostgresServerFlags flags)
{
	struct statvfs memory;
	gboolean room = (flags & POSTGRES_SERVER_AS_IT_COMES) == 0 &&
			statvfs(MEMORY, &memory) == 0 &&
			(guint64)memory.f_bavail * memory.f_frsize >= ENOUGH_BYTES;
	char *dir = g_build_filename(room ? MEMORY : g_get_tmp_dir(), "offhook-pg-XXXXXX", NULL);

	g_assert_nonnull(g_mkdtemp(dir));
	return dir;
}

PostgresServer *
postgres_server_new(void)
{
	return postgres_server_new_with(0);
}

PostgresServer *
postgres_server_new_with(PostgresServerFlags flags)
{
	g_autofree char *programs = postgres_server_find_programs();
	g_autofree char *data = NULL;
	g_autofree char *disk = NULL;
	PostgresServer *self;

	if (programs == NULL || (flags & POSTGRES_SERVER_SMALL_DISK && geteuid() != 0))
		return NULL;
	self = g_new0(PostgresServer, 1);
	self->flags = flags;
	self->port = flags & POSTGRES_SERVER_TLS ? postgres_server_choose_port() : g_strdup("5432");
	self->programs = g_steal_pointer(&programs);
	self->dir = postgres_server_make_dir(flags);
	if (geteuid() == 0) {
		const struct passwd *user = postgres_server_get_user();

		g_assert_cmpint(chown(self->dir, user->pw_uid, user->pw_gid), ==, 0);
	}
	data = g_build_filename(self->dir, "data", NULL);
	g_free(postgres_server_run(self, (const char *[]){"initdb", "-D", data, "-U", "offhook",
							  "-A", "trust", "-N", "-E", "UTF8",
							  "--locale=C.UTF-8", NULL}));
	if (flags & POSTGRES_SERVER_TLS)
		postgres_server_certify(self, "server");
	disk = postgres_server_get_disk(self);
	if (flags & POSTGRES_SERVER_SMALL_DISK)
		g_assert_cmpint(g_mkdir(disk, 0755), ==, 0);
	postgres_server_start(self);
	if (self->no_disk)
		g_clear_pointer(&self, postgres_server_free);
	return self;
}

/* Each of its processes is a session of its own. */
static void
postgres_server_signal(PostgresServer *self, int signal)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", self->pid, self->pid);
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
	g_free(self->port);
	g_free(self->programs);
	g_free(self);
}

/* ---- databases ---- */

static void
postgres_server_command(PostgresServer *self, const char *database, const char *sql)
{
	g_free(postgres_server_run(self,
				   (const char *[]){"psql", "-X", "-q", "-h", self->dir, "-U",
						    "offhook", "-d", database, "-c", sql, NULL}));
}

/* What is made from now on is there; its own log stays where it can be written. */
static void
postgres_server_move_to_disk(PostgresServer *self, const char *name)
{
	g_autofree char *disk = postgres_server_get_disk(self);
	g_autofree char *make = g_strdup_printf("CREATE TABLESPACE small LOCATION '%s'", disk);
	g_autofree char *use =
	    g_strdup_printf("ALTER DATABASE %s SET default_tablespace = 'small'", name);

	if (self->n_databases == 1)
		postgres_server_command(self, name, make);
	postgres_server_command(self, name, use);
}

void
postgres_server_fill_disk(PostgresServer *self, gboolean full)
{
	g_autofree char *disk = postgres_server_get_disk(self);
	g_autofree char *path = g_strdup_printf("/proc/%d/root%s/filler", self->pid, disk);
	static const char zeros[4096];
	gssize n;
	int fd;

	if (!full) {
		g_assert_cmpint(g_unlink(path), ==, 0);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	g_assert_cmpint(fd, >=, 0);
	do
		n = write(fd, zeros, sizeof zeros);
	while (n > 0);
	g_assert_cmpint(errno, ==, ENOSPC);
	close(fd);
}

/* (transfer full) */
static char *
postgres_server_get_name(const char *url)
{
	const char *name = strstr(url, "@/") + 2;

	return g_strndup(name, strcspn(name, "?"));
}

char *
postgres_server_copy_database(PostgresServer *self, const char *url)
{
	g_autofree char *original = postgres_server_get_name(url);
	g_autofree char *name = g_strdup_printf("test%u", self->n_databases++);
	g_autofree char *host = g_uri_escape_string(self->dir, NULL, FALSE);

	g_free(postgres_server_run(self, (const char *[]){"createdb", "-h", self->dir, "-U",
							  "offhook", "-T", original, name, NULL}));
	if (self->flags & POSTGRES_SERVER_SMALL_DISK)
		postgres_server_move_to_disk(self, name);
	return g_strdup_printf("postgresql://offhook@/%s?host=%s&port=%s", name, host, self->port);
}

char *
postgres_server_make_database(PostgresServer *self)
{
	return postgres_server_copy_database(self, "@/template1");
}

char *
postgres_server_make_tcp_url(PostgresServer *self, const char *url, const char *host,
			     const char *rest)
{
	g_autofree char *name = postgres_server_get_name(url);

	return g_strdup_printf("postgresql://offhook@%s:%s/%s?connect_timeout=5%s", host,
			       self->port, name, rest);
}

char *
postgres_server_get_certificate(PostgresServer *self)
{
	return g_build_filename(self->dir, "data", CERTIFICATE, NULL);
}

char *
postgres_server_make_other_certificate(PostgresServer *self)
{
	postgres_server_certify(self, "other");
	return g_build_filename(self->dir, "data", "other.pem", NULL);
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
