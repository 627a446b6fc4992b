/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Daemon and emulator as child processes. Main thread of the test.
 */

#include "fixture.h"

#include "harness.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#define CORE_DIR      "core"
#define EMULATOR      "tests/emulators/twilio/offhook-emulate-twilio"
#define MAX_ARGUMENTS 64

static char *
fixture_build_path(const char *below)
{
	return g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), below, NULL);
}

void
fixture_set_up(Fixture *self, gconstpointer data)
{
	self->dir = harness_make_dir();
	self->config_path = g_build_filename(self->dir, "offhookd.conf", NULL);
	self->session = soup_session_new_with_options("timeout", FIXTURE_REQUEST_TIMEOUT_S, NULL);
}

void
fixture_tear_down(Fixture *self, gconstpointer data)
{
	if (self->daemon != NULL)
		fixture_stop(self);
	harness_remove_dir(self->dir);
	g_clear_object(&self->session);
	g_free(self->dir);
	g_free(self->config_path);
	g_free(self->url);
	g_free(self->token);
}

char *
fixture_expand(Fixture *self, const char *text)
{
	g_autoptr(GString) expanded = g_string_new(text);
	g_autofree char *tests = g_build_filename(g_getenv("G_TEST_SRCDIR"), "data", NULL);

	g_string_replace(expanded, "@DIR@", self->dir, 0);
	g_string_replace(expanded, "@DATA@", tests, 0);
	if (self->url != NULL)
		g_string_replace(expanded, "@URL@", self->url, 0);
	return g_string_free(g_steal_pointer(&expanded), FALSE);
}

void
fixture_configure(Fixture *self, const char *rest)
{
	g_autofree char *expanded = fixture_expand(self, rest);
	g_autofree char *text =
	    g_strdup_printf("[dbus]\nbus=%s\n[server]\nlisten=127.0.0.1:0\nstate-dir=%s/state\n"
			    "rate-limit-calls=0\nrate-limit-providers=0\n"
			    "rate-limit-agents=0\n%s",
			    self->bus != NULL ? self->bus : "none", self->dir, expanded);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(self->config_path, text, -1, &error);
	g_assert_no_error(error);
}

GSubprocessLauncher *
fixture_make_launcher(Fixture *self, GSubprocessFlags flags)
{
	GSubprocessLauncher *launcher = harness_make_launcher(flags);

	g_subprocess_launcher_set_cwd(launcher, self->dir);
	if (self->bus_address != NULL) {
		g_subprocess_launcher_setenv(launcher, "DBUS_SESSION_BUS_ADDRESS",
					     self->bus_address, TRUE);
		g_subprocess_launcher_setenv(launcher, "DBUS_SYSTEM_BUS_ADDRESS", self->bus_address,
					     TRUE);
	}
	return launcher;
}

static char *
fixture_read_state(Fixture *self, const char *name)
{
	g_autofree char *path = g_build_filename(self->dir, "state", name, NULL);
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

static gboolean
fixture_has_url(gpointer data)
{
	Fixture *self = data;

	if (g_subprocess_get_identifier(self->daemon) == NULL) {
		g_autofree char *log = fixture_read_log(self);

		g_error("the daemon has ended before it listened, with wait status 0x%x:\n%s",
			g_subprocess_get_status(self->daemon), log);
	}
	g_free(self->url);
	self->url = fixture_read_state(self, "url");
	return self->url != NULL && *self->url != '\0';
}

void
fixture_start(Fixture *self)
{
	g_autofree char *program = fixture_build_path(CORE_DIR "/offhookd");
	g_autofree char *log = g_build_filename(self->dir, "log", NULL);
	g_autofree char *url_path = g_build_filename(self->dir, "state", "url", NULL);
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(self, G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_autoptr(GError) error = NULL;

	g_unlink(url_path);
	g_subprocess_launcher_set_stdout_file_path(launcher, log);
	self->daemon = g_subprocess_launcher_spawn(launcher, &error, program, "--config",
						   self->config_path, NULL);
	g_assert_no_error(error);
	harness_poll_until(fixture_has_url, self, "the daemon to listen");
	g_free(self->token);
	self->token = fixture_read_state(self, "api-token");
	g_strstrip(self->token);
}

void
fixture_stop(Fixture *self)
{
	g_autoptr(GError) error = NULL;

	g_subprocess_send_signal(self->daemon, SIGTERM);
	g_subprocess_wait(self->daemon, NULL, &error);
	g_assert_no_error(error);
	if (!g_subprocess_get_if_exited(self->daemon) ||
	    g_subprocess_get_exit_status(self->daemon) != 0) {
		g_autofree char *log = fixture_read_log(self);

		g_error("the daemon did not end well:\n%s", log);
	}
	g_clear_object(&self->daemon);
}

void
fixture_kill(Fixture *self)
{
	g_subprocess_force_exit(self->daemon);
	g_subprocess_wait(self->daemon, NULL, NULL);
	g_clear_object(&self->daemon);
}

void
fixture_signal(Fixture *self, int number)
{
	g_subprocess_send_signal(self->daemon, number);
}

void
fixture_limit_files(Fixture *self, guint64 bytes)
{
	pid_t pid = (pid_t)g_ascii_strtoll(g_subprocess_get_identifier(self->daemon), NULL, 10);
	struct rlimit limit;

	g_assert_cmpint(prlimit(pid, RLIMIT_FSIZE, NULL, &limit), ==, 0);
	limit.rlim_cur = MIN(bytes, limit.rlim_max);
	g_assert_cmpint(prlimit(pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
}

char *
fixture_read_log(Fixture *self)
{
	g_autofree char *path = g_build_filename(self->dir, "log", NULL);
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, NULL);
	return text != NULL ? text : g_strdup("");
}

typedef struct {
	Fixture *fixture;
	const char *text;
} FixtureLogWait;

static gboolean
fixture_log_has(gpointer data)
{
	FixtureLogWait *wait = data;
	g_autofree char *log = fixture_read_log(wait->fixture);

	return strstr(log, wait->text) != NULL;
}

void
fixture_wait_log(Fixture *self, const char *text)
{
	FixtureLogWait wait = {self, text};

	harness_poll_until(fixture_log_has, &wait, text);
}

JsonObject *
fixture_request(Fixture *self, const char *method, const char *path, const char *body, guint status)
{
	g_autofree char *uri = g_strconcat(self->url, path, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new(method, uri);
	g_autofree char *authorization = g_strconcat("Bearer ", self->token, NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) reply = NULL;

	soup_message_headers_replace(soup_message_get_request_headers(msg), "Authorization",
				     authorization);
	if (body != NULL) {
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));

		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
	}
	reply = soup_session_send_and_read(self->session, msg, NULL, &error);
	g_assert_no_error(error);
	if (soup_message_get_status(msg) != status)
		g_error("%s %s: %u instead of %u: %.*s", method, path, soup_message_get_status(msg),
			status, (int)g_bytes_get_size(reply),
			(const char *)g_bytes_get_data(reply, NULL));
	json_parser_load_from_data(parser, g_bytes_get_data(reply, NULL), g_bytes_get_size(reply),
				   &error);
	g_assert_no_error(error);
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

char *
fixture_read_metrics(Fixture *self)
{
	g_autofree char *url = g_strconcat(self->url, "/metrics", NULL);
	g_autofree char *authorization = g_strconcat("Bearer ", self->token, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("GET", url);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	soup_message_headers_append(soup_message_get_request_headers(msg), "Authorization",
				    authorization);
	bytes = soup_session_send_and_read(self->session, msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(soup_message_get_status(msg), ==, 200);
	g_assert_cmpstr(
	    soup_message_headers_get_one(soup_message_get_response_headers(msg), "Content-Type"),
	    ==, "text/plain; version=0.0.4; charset=utf-8");
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

double
fixture_get_metric(Fixture *self, const char *name)
{
	g_autofree char *metrics = fixture_read_metrics(self);
	g_autofree char *start = g_strdup_printf("\n%s ", name);
	const char *line = strstr(metrics, start);

	g_assert_nonnull(line);
	return g_ascii_strtod(line + strlen(start), NULL);
}

char *
fixture_run_daemon(Fixture *self, const char *argument, int *exit_status)
{
	g_autofree char *program = fixture_build_path(CORE_DIR "/offhookd");
	g_autoptr(GSubprocessLauncher) launcher = fixture_make_launcher(
	    self, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process = g_subprocess_launcher_spawn(
	    launcher, &error, program, "--config", self->config_path, argument, NULL);
	char *output = NULL;

	g_assert_no_error(error);
	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	*exit_status = g_subprocess_get_exit_status(process);
	return output;
}

GSubprocess *
fixture_spawn_emulator(Fixture *self, ...)
{
	g_autofree char *program = fixture_build_path(EMULATOR);
	g_autoptr(GSubprocessLauncher) launcher = fixture_make_launcher(
	    self, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_auto(GStrv) patience = g_strsplit(FIXTURE_PATIENT_CALLER, " ", -1);
	const char *argv[MAX_ARGUMENTS] = {program, "--to", self->url, "--auth-token",
					   FIXTURE_AUTH_TOKEN};
	guint n = 5;
	const char *argument;
	g_autoptr(GError) error = NULL;
	GSubprocess *process;
	va_list list;

	for (char **word = patience; *word != NULL; word++)
		argv[n++] = *word;
	va_start(list, self);
	while ((argument = va_arg(list, const char *)) != NULL) {
		g_assert_cmpuint(n, <, MAX_ARGUMENTS - 1);
		argv[n++] = argument;
	}
	va_end(list);
	process = g_subprocess_launcher_spawnv(launcher, argv, &error);
	g_assert_no_error(error);
	return process;
}

GSubprocess *
fixture_spawn_program(Fixture *self, const char *program, const char *words)
{
	g_autofree char *path = fixture_build_path(program);
	g_autofree char *expanded = fixture_expand(self, words);
	g_autofree char *line = g_strdup_printf("'%s' %s", path, expanded);
	g_autoptr(GSubprocessLauncher) launcher = fixture_make_launcher(
	    self, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;
	GSubprocess *process;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &error);
	g_assert_no_error(error);
	return process;
}

char *
fixture_finish_emulator(GSubprocess *emulator, int exit_status)
{
	g_autoptr(GSubprocess) owned = emulator;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	/* Its own time limits end it; iterating lets listeners hear meanwhile. */
	g_subprocess_communicate_utf8_async(owned, NULL, NULL, harness_store_result_cb, &result);
	while (result == NULL)
		g_main_context_iteration(NULL, TRUE);
	g_subprocess_communicate_utf8_finish(owned, result, &output, NULL, &error);
	g_assert_no_error(error);
	if (!g_subprocess_get_if_exited(owned) ||
	    g_subprocess_get_exit_status(owned) != exit_status)
		g_error("the emulator did not exit with %d:\n%s", exit_status, output);
	return output;
}

/* ---- /ws ---- */

static void
listener_message_cb(SoupWebsocketConnection *connection, int type, GBytes *bytes,
		    gpointer user_data)
{
	Listener *self = user_data;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;

	json_parser_load_from_data(parser, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				   &error);
	g_assert_no_error(error);
	g_ptr_array_add(self->events,
			json_object_ref(json_node_get_object(json_parser_get_root(parser))));
}

Listener *
listener_new(Fixture *fixture, const char *subscription)
{
	Listener *self = g_new0(Listener, 1);
	g_autofree char *uri = g_strconcat(fixture->url, "/ws", NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("GET", uri);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(GError) error = NULL;

	self->fixture = fixture;
	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     fixture->token);
	soup_session_websocket_connect_async(fixture->session, msg, NULL, NULL, 0, NULL,
					     harness_store_result_cb, &result);
	done = harness_wait_result(&result, "the control WebSocket");
	self->connection = soup_session_websocket_connect_finish(fixture->session, done, &error);
	g_assert_no_error(error);
	self->events = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	g_signal_connect(self->connection, "message", G_CALLBACK(listener_message_cb), self);
	if (subscription != NULL) {
		soup_websocket_connection_send_text(self->connection, subscription);
		listener_wait(self, "subscribed", 1);
	}
	return self;
}

void
listener_free(Listener *self)
{
	g_signal_handlers_disconnect_by_data(self->connection, self);
	g_object_unref(self->connection);
	g_ptr_array_unref(self->events);
	g_free(self);
}

typedef struct {
	Listener *listener;
	const char *type;
	guint n;
	JsonObject *found;
} ListenerWait;

static gboolean
listener_has(gpointer data)
{
	ListenerWait *wait = data;
	guint n = 0;

	for (guint i = 0; i < wait->listener->events->len; i++) {
		JsonObject *event = g_ptr_array_index(wait->listener->events, i);

		if (g_str_equal(json_object_get_string_member(event, "type"), wait->type) &&
		    ++n == wait->n) {
			wait->found = event;
			return TRUE;
		}
	}
	if (soup_websocket_connection_get_state(wait->listener->connection) !=
	    SOUP_WEBSOCKET_STATE_OPEN) {
		g_autofree char *log = fixture_read_log(wait->listener->fixture);

		g_error("the daemon closed /ws before event %u of %s:\n%s", wait->n, wait->type,
			log);
	}
	return FALSE;
}

JsonObject *
listener_wait(Listener *self, const char *type, guint n)
{
	ListenerWait wait = {self, type, n, NULL};

	harness_wait_until(listener_has, &wait, type);
	return wait.found;
}

/* ---- calls ---- */

typedef struct {
	Fixture *fixture;
	const char *query;
	const char *status;
	JsonObject *found;
} FixtureCallWait;

static gboolean
fixture_call_has_status(gpointer data)
{
	FixtureCallWait *wait = data;
	g_autoptr(JsonObject) list = fixture_request(wait->fixture, "GET", wait->query, NULL, 200);
	JsonArray *calls = json_object_get_array_member(list, "calls");
	JsonObject *call;
	g_autofree char *path = NULL;

	if (json_array_get_length(calls) == 0)
		return FALSE;
	call = json_array_get_object_element(calls, 0);
	if (!g_str_equal(json_object_get_string_member(call, "status"), wait->status))
		return FALSE;
	path = g_strdup_printf("/voice/calls/%s/status",
			       json_object_get_string_member(call, "call_id"));
	wait->found = fixture_request(wait->fixture, "GET", path, NULL, 200);
	return TRUE;
}

JsonObject *
fixture_wait_call(Fixture *self, const char *status)
{
	FixtureCallWait wait = {self, "/voice/calls?limit=1", status, NULL};

	harness_poll_until(fixture_call_has_status, &wait, status);
	return wait.found;
}

JsonObject *
fixture_wait_call_of(Fixture *self, const char *from, const char *status)
{
	g_autofree char *number = g_uri_escape_string(from, NULL, FALSE);
	g_autofree char *query = g_strdup_printf("/voice/calls?limit=1&phone_number=%s", number);
	FixtureCallWait wait = {self, query, status, NULL};

	harness_poll_until(fixture_call_has_status, &wait, status);
	return wait.found;
}

double
fixture_get_heard_ms(Fixture *self, guint n)
{
	g_autofree char *path = g_build_filename(self->dir, "emulator.jsonl", NULL);
	g_autofree char *log = NULL;
	g_auto(GStrv) lines = NULL;
	guint found = 0;

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	lines = g_strsplit(log, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autoptr(JsonNode) node = json_from_string(lines[i], NULL);
		JsonObject *event = node != NULL ? json_node_get_object(node) : NULL;

		if (event != NULL &&
		    g_str_equal(json_object_get_string_member(event, "event"), "agent-stop") &&
		    ++found == n)
			return json_object_get_double_member(event, "length_ms");
	}
	g_error("the agent was not heard %u times:\n%s", n, log);
}

/* ---- the command line ---- */

GSubprocess *
fixture_start_cli(Fixture *fixture, const char *arguments)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "core", "offhook", NULL);
	g_autofree char *line =
	    g_strdup_printf("'%s' --config '%s' %s", program, fixture->config_path, arguments);
	const char *const argv[] = {"/bin/bash", "-c", line, program, fixture->config_path, NULL};
	g_autoptr(GError) error = NULL;
	GSubprocess *process;

	g_test_message("offhook %s", arguments);
	process = g_subprocess_newv(
	    argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
	g_assert_no_error(error);
	return process;
}

char *
fixture_finish_cli(GSubprocess *process, const char *arguments, int status)
{
	g_autoptr(GSubprocess) owned = process;
	g_autoptr(GError) error = NULL;
	char *output = NULL;

	g_subprocess_communicate_utf8(owned, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_if_exited(owned));
	if (g_subprocess_get_exit_status(owned) != status)
		g_error("offhook %s: %d instead of %d: %s", arguments,
			g_subprocess_get_exit_status(owned), status, output);
	return output;
}

char *
fixture_run_cli(Fixture *fixture, const char *arguments, int status)
{
	return fixture_finish_cli(fixture_start_cli(fixture, arguments), arguments, status);
}

void
fixture_expect_cli(Fixture *fixture, const char *arguments, int status, const char *text)
{
	g_autofree char *output = fixture_run_cli(fixture, arguments, status);

	if (strstr(output, text) == NULL)
		g_error("offhook %s: no \"%s\" in: %s", arguments, text, output);
}

char *
fixture_read_talk(Fixture *self, guint *n_cut)
{
	g_autoptr(JsonObject) call = fixture_wait_call(self, "completed");
	JsonArray *messages = json_object_get_array_member(call, "transcription");
	GString *talk = g_string_new(NULL);
	guint cut = 0;

	for (guint i = 0; i < json_array_get_length(messages); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_string_append_printf(talk, "%s: %s\n",
				       json_object_get_string_member(message, "role"),
				       json_object_get_string_member(message, "content"));
		cut += json_object_get_boolean_member(message, "interrupted");
	}
	if (n_cut != NULL)
		*n_cut = cut;
	return g_string_free(talk, FALSE);
}
