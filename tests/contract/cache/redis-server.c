/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Drives redis-server and redis-cli.
 */

#include "redis-server.h"

#include "harness.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

struct _RedisServer {
	char *dir;
	guint16 port;
	RedisServerFlags flags;
	GSubprocess *process; /* (nullable): it is down */
};

static char *
redis_server_path(RedisServer *self, const char *name)
{
	return g_build_filename(self->dir, name, NULL);
}

/* One that is free now; nobody else on this machine is given it so soon. */
static guint16
redis_server_choose_port(void)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();

	return g_socket_listener_add_any_inet_port(listener, NULL, NULL);
}

static void
redis_server_make_certificate(RedisServer *self)
{
	g_autofree char *key = redis_server_path(self, "key.pem");
	g_autofree char *certificate = redis_server_path(self, "certificate.pem");
	const char *argv[] = {"openssl",
			      "req",
			      "-x509",
			      "-newkey",
			      "ec",
			      "-pkeyopt",
			      "ec_paramgen_curve:prime256v1",
			      "-nodes",
			      "-days",
			      "2",
			      "-subj",
			      "/CN=localhost",
			      "-addext",
			      "subjectAltName=DNS:localhost,IP:127.0.0.1",
			      "-keyout",
			      key,
			      "-out",
			      certificate,
			      NULL};
	g_autoptr(GSubprocess) openssl = harness_launch(argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE);

	g_assert_true(g_subprocess_wait_check(openssl, NULL, NULL));
}

char *
redis_server_ask(RedisServer *self, const char *command)
{
	g_autofree char *port = g_strdup_printf("%u", self->port);
	g_autofree char *authorities = redis_server_path(self, "certificate.pem");
	g_auto(GStrv) words = g_strsplit(command, " ", -1);
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GSubprocess) process = NULL;
	char *output = NULL;

	g_ptr_array_add(argv, (gpointer) "redis-cli");
	g_ptr_array_add(argv, (gpointer) "-p");
	g_ptr_array_add(argv, port);
	if (self->flags & REDIS_SERVER_PASSWORD) {
		g_ptr_array_add(argv, (gpointer) "--no-auth-warning");
		g_ptr_array_add(argv, (gpointer) "-a");
		g_ptr_array_add(argv, (gpointer)REDIS_SERVER_SECRET);
	}
	if (self->flags & REDIS_SERVER_TLS) {
		g_ptr_array_add(argv, (gpointer) "--tls");
		g_ptr_array_add(argv, (gpointer) "--cacert");
		g_ptr_array_add(argv, authorities);
	}
	for (guint i = 0; words[i] != NULL; i++)
		g_ptr_array_add(argv, words[i]);
	g_ptr_array_add(argv, NULL);
	process =
	    harness_launch((const char *const *)argv->pdata,
			   G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, NULL);
	return g_strchomp(output);
}

static gboolean
redis_server_answers(gpointer data)
{
	g_autofree char *pong = redis_server_ask(data, "PING");

	return g_str_equal(pong, "PONG");
}

void
redis_server_start(RedisServer *self)
{
	g_autofree char *port = g_strdup_printf("%u", self->port);
	g_autofree char *key = redis_server_path(self, "key.pem");
	g_autofree char *certificate = redis_server_path(self, "certificate.pem");
	gboolean tls = self->flags & REDIS_SERVER_TLS;
	gboolean secret = self->flags & REDIS_SERVER_PASSWORD;
	const char *argv[] = {"redis-server",
			      "--bind",
			      "127.0.0.1",
			      "--dir",
			      self->dir,
			      "--save",
			      "",
			      "--port",
			      tls ? "0" : port,
			      "--requirepass",
			      secret ? REDIS_SERVER_SECRET : "",
			      "--tls-port",
			      tls ? port : "0",
			      tls ? "--tls-cert-file" : NULL,
			      certificate,
			      "--tls-key-file",
			      key,
			      "--tls-ca-cert-file",
			      certificate,
			      "--tls-auth-clients",
			      "no",
			      NULL};

	self->process = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
						 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	harness_poll_until(redis_server_answers, self, "Redis");
}

RedisServer *
redis_server_new(RedisServerFlags flags)
{
	g_autofree char *program = g_find_program_in_path("redis-server");
	RedisServer *self;

	if (program == NULL)
		return NULL;
	self = g_new0(RedisServer, 1);
	self->dir = harness_make_dir();
	self->port = redis_server_choose_port();
	self->flags = flags;
	if (flags & REDIS_SERVER_TLS)
		redis_server_make_certificate(self);
	redis_server_start(self);
	return self;
}

void
redis_server_kill(RedisServer *self)
{
	if (self->process == NULL)
		return;
	g_subprocess_send_signal(self->process, SIGKILL);
	g_subprocess_wait(self->process, NULL, NULL);
	g_clear_object(&self->process);
}

void
redis_server_pause(RedisServer *self, gboolean paused)
{
	g_subprocess_send_signal(self->process, paused ? SIGSTOP : SIGCONT);
}

void
redis_server_free(RedisServer *self)
{
	if (self == NULL)
		return;
	redis_server_kill(self);
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self);
}

char *
redis_server_dup_url(RedisServer *self)
{
	return g_strdup_printf(
	    "redis%s://%slocalhost:%u/1", self->flags & REDIS_SERVER_TLS ? "s" : "",
	    self->flags & REDIS_SERVER_PASSWORD ? ":open%20sesame@" : "", self->port);
}

char *
redis_server_dup_ca_file(RedisServer *self)
{
	return redis_server_path(self, "certificate.pem");
}
