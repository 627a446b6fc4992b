/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One process takes over from another while calls are in progress. The new one is our child, as we are the nearest that
 * takes orphans.
 */

#include "fixture.h"

#include "harness.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>

#define ASSISTANT                                                                                  \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:line]\ndriver=twilio\nagents=echo\n"

typedef struct {
	Fixture fixture;
	pid_t successor; /* 0: none */
	pid_t last;      /* the last that there was */
} Upgrade;

/* @data: the configuration */
static void
upgrade_set_up(Upgrade *self, gconstpointer data)
{
	g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0);
	fixture_set_up(&self->fixture, data);
	fixture_configure(&self->fixture, data);
	fixture_start(&self->fixture);
}

/* The last to have taken over, by the log; 0: none. */
static pid_t
upgrade_find_successor(Upgrade *self)
{
	g_autofree char *log = fixture_read_log(&self->fixture);
	const char *line = g_strrstr(log, " takes over;");

	if (line == NULL)
		return 0;
	while (line > log && g_ascii_isdigit(line[-1]))
		line--;
	return (pid_t)g_ascii_strtoll(line, NULL, 10);
}

static gboolean
upgrade_has_another(gpointer data)
{
	Upgrade *self = data;

	return upgrade_find_successor(self) != self->last;
}

static void
upgrade_wait_successor(Upgrade *self)
{
	harness_poll_until(upgrade_has_another, self, "another process to take over");
	self->last = self->successor = upgrade_find_successor(self);
}

static void
upgrade_begin(Upgrade *self)
{
	fixture_signal(&self->fixture, SIGUSR2);
	upgrade_wait_successor(self);
}

/* From the one that serves to one more. Returns the one that served. */
static pid_t
upgrade_again(Upgrade *self)
{
	pid_t before = self->successor;

	g_assert_cmpint(kill(before, SIGUSR2), ==, 0);
	upgrade_wait_successor(self);
	return before;
}

/* The old process ends by itself, and well. */
static void
upgrade_wait_end(Upgrade *self)
{
	g_autoptr(GError) error = NULL;

	g_subprocess_wait(self->fixture.daemon, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_if_exited(self->fixture.daemon));
	g_assert_cmpint(g_subprocess_get_exit_status(self->fixture.daemon), ==, 0);
	g_clear_object(&self->fixture.daemon);
}

static void
upgrade_stop_successor(Upgrade *self)
{
	int status = 0;

	g_assert_cmpint(kill(self->successor, SIGTERM), ==, 0);
	g_assert_cmpint(waitpid(self->successor, &status, 0), ==, self->successor);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	self->successor = 0;
}

static void
upgrade_tear_down(Upgrade *self, gconstpointer data)
{
	if (self->fixture.daemon != NULL)
		fixture_stop(&self->fixture);
	if (self->successor != 0)
		upgrade_stop_successor(self);
	fixture_tear_down(&self->fixture, data);
}

/* A caller who talks, listens, and waits for @seconds before he says goodbye. */
static GSubprocess *
upgrade_spawn_caller(Upgrade *self, const char *number, const char *seconds)
{
	return fixture_spawn_emulator(&self->fixture, "--from", number, "--greeting-timeout", "0",
				      "--say", "good morning", "--wait", seconds, "--say",
				      "goodbye", "--expect", "heard", NULL);
}

/* By a request to whoever serves. @caller: (transfer full) */
static void
upgrade_end_call(Upgrade *self, JsonObject *call, GSubprocess *caller)
{
	g_autofree char *path =
	    g_strdup_printf("/voice/calls/%s/end", json_object_get_string_member(call, "call_id"));
	g_autoptr(JsonObject) reply = fixture_request(&self->fixture, "POST", path, "{}", 200);

	g_subprocess_wait(caller, NULL, NULL);
	g_object_unref(caller);
}

/* We are what systemd is to a service: it must be our child, not the old process's, see predecessor.h. */
static void
upgrade_assert_ours(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
	g_autofree char *stat = NULL;
	g_autoptr(GError) error = NULL;
	int parent = 0;

	g_file_get_contents(path, &stat, NULL, &error);
	g_assert_no_error(error);
	/* After the name in parentheses, and the state. */
	g_assert_cmpint(sscanf(strrchr(stat, ')') + 1, " %*c %d", &parent), ==, 1);
	g_assert_cmpint(parent, ==, getpid());
}

/* Both write into one stream, and each line says whose it is. */
static void
upgrade_assert_marked(Upgrade *self, const char *old_pid)
{
	g_autofree char *log = fixture_read_log(&self->fixture);
	g_autofree char *old_mark = g_strdup_printf(" [%s] ", old_pid);
	g_autofree char *new_mark = g_strdup_printf(" [%d] ", (int)self->successor);

	g_assert_nonnull(strstr(log, old_mark));
	g_assert_nonnull(strstr(log, new_mark));
}

static void
test_upgrade_calls(Upgrade *self, gconstpointer data)
{
	GSubprocess *old_caller = upgrade_spawn_caller(self, "+15550100011", "30");
	g_autoptr(JsonObject) old_call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autoptr(JsonObject) new_call = NULL;
	g_autoptr(JsonObject) ended = NULL;

	upgrade_begin(self);
	upgrade_assert_ours(self->successor);
	/* A new call is had from its beginning to its end, meanwhile. */
	g_free(fixture_finish_emulator(upgrade_spawn_caller(self, "+15550100012", "0"), 0));
	new_call = fixture_wait_call_of(&self->fixture, "+15550100012", "completed");
	g_assert_nonnull(g_subprocess_get_identifier(self->fixture.daemon));
	upgrade_assert_marked(self, g_subprocess_get_identifier(self->fixture.daemon));
	g_free(fixture_finish_emulator(old_caller, 0));
	upgrade_wait_end(self);
	fixture_wait_log(&self->fixture, "the process before this one has ended");
	ended = fixture_wait_call_of(&self->fixture, "+15550100011", "completed");
}

/* What is asked of the old process's call reaches it. */
static void
test_upgrade_control(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");

	upgrade_begin(self);
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
}

/* Nothing happens when the new process does not come up. */
static void
test_upgrade_refused(Upgrade *self, gconstpointer data)
{
	fixture_configure(&self->fixture, ASSISTANT "[assistant:other]\ndriver=nobody\n");
	fixture_signal(&self->fixture, SIGUSR2);
	fixture_wait_log(&self->fixture, "no other process takes over, this one goes on");
	g_free(fixture_finish_emulator(upgrade_spawn_caller(self, "+15550100011", "0"), 0));
}

/* When the old process crashes, its calls are marked by the new one. */
static void
test_upgrade_crash(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autoptr(JsonObject) marked = NULL;

	upgrade_begin(self);
	fixture_kill(&self->fixture);
	fixture_wait_log(&self->fixture, "1 calls of the process before this one were interrupted");
	marked = fixture_wait_call_of(&self->fixture, "+15550100011", "interrupted");
	g_subprocess_wait(caller, NULL, NULL);
	g_object_unref(caller);
}

/* Three in a row: the first still has a call when the third begins. */
static void
test_upgrade_twice(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	pid_t second;
	int status;

	upgrade_begin(self);
	second = upgrade_again(self);
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
	g_assert_cmpint(waitpid(second, &status, 0), ==, second);
	g_assert_cmpint(status, ==, 0);
}

/* Each of three has a call, and all are in the reach of the last one. */
static void
test_upgrade_three(Upgrade *self, gconstpointer data)
{
	static const char *const numbers[] = {"+15550100011", "+15550100013", "+15550100015"};
	GSubprocess *callers[G_N_ELEMENTS(numbers)];
	JsonObject *calls[G_N_ELEMENTS(numbers)];
	pid_t second = 0;
	int status;

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (i == 1)
			upgrade_begin(self);
		else if (i == 2)
			second = upgrade_again(self);
		callers[i] = upgrade_spawn_caller(self, numbers[i], "600");
		calls[i] = fixture_wait_call_of(&self->fixture, numbers[i], "in-progress");
	}
	upgrade_end_call(self, calls[2], callers[2]);
	upgrade_end_call(self, calls[0], callers[0]);
	upgrade_wait_end(self);
	upgrade_end_call(self, calls[1], callers[1]);
	g_assert_cmpint(waitpid(second, &status, 0), ==, second);
	g_assert_cmpint(status, ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		json_object_unref(calls[i]);
		calls[i] = fixture_wait_call_of(&self->fixture, numbers[i], "completed");
		json_object_unref(calls[i]);
	}
}

/* ---- how many calls there are ---- */

/** What the server is to tell. */
typedef struct {
	Upgrade *upgrade;
	gint64 all;
	gint64 older; /* of them, in the process before; -1: there is none */
} Count;

static gboolean
upgrade_tells_count(gpointer data)
{
	const Count *count = data;
	g_autoptr(JsonObject) health =
	    fixture_request(&count->upgrade->fixture, "GET", "/health/detailed", NULL, 200);
	JsonArray *elders = json_object_get_array_member(health, "older_processes");
	JsonObject *elder;

	if (json_object_get_int_member(health, "active_calls") != count->all)
		return FALSE;
	if (count->older < 0 || json_array_get_length(elders) != 1)
		return (count->older < 0) == (json_array_get_length(elders) == 0);
	elder = json_array_get_object_element(elders, 0);
	g_assert_cmpint(json_object_get_int_member(elder, "pid"), ==,
			g_ascii_strtoll(
			    g_subprocess_get_identifier(count->upgrade->fixture.daemon), NULL, 10));
	return json_object_get_int_member(elder, "active_calls") == count->older;
}

static void
upgrade_expect_count(Upgrade *self, gint64 all, gint64 older)
{
	Count count = {self, all, older};

	harness_poll_until(upgrade_tells_count, &count, "the right number of calls");
}

/* Those of the process that ends are among them. */
static void
test_upgrade_count(Upgrade *self, gconstpointer data)
{
	GSubprocess *first = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) first_call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	GSubprocess *second = upgrade_spawn_caller(self, "+15550100013", "600");
	g_autoptr(JsonObject) second_call =
	    fixture_wait_call_of(&self->fixture, "+15550100013", "in-progress");
	GSubprocess *new = NULL;
	g_autoptr(JsonObject) new_call = NULL;

	upgrade_expect_count(self, 2, -1);
	upgrade_begin(self);
	upgrade_expect_count(self, 2, 2);
	new = upgrade_spawn_caller(self, "+15550100015", "600");
	new_call = fixture_wait_call_of(&self->fixture, "+15550100015", "in-progress");
	upgrade_expect_count(self, 3, 2);
	fixture_expect_cli(&self->fixture, "status", 0, "3 (2 of them in a process that ends)");
	fixture_expect_cli(&self->fixture, "top --once", 0,
			   "3 calls (2 of them in a process that ends)");
	upgrade_end_call(self, first_call, first);
	upgrade_expect_count(self, 2, 1);
	upgrade_end_call(self, second_call, second);
	upgrade_wait_end(self);
	upgrade_expect_count(self, 1, -1);
	upgrade_end_call(self, new_call, new);
}

/* ---- nobody has started it ---- */

/* It says so and ends, and does not wait for what never comes. */
static void
test_upgrade_no_predecessor(Upgrade *self, gconstpointer data)
{
	static const char *const numbers[] = {"0", "77", "one"};
	g_autofree char *program =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "core", "offhookd", NULL);
	const char *const argv[] = {program, "--config", self->fixture.config_path, NULL};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(GSubprocessLauncher) launcher = harness_make_launcher(
		    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
		g_autoptr(GSubprocess) process = NULL;
		g_autofree char *output = NULL;
		g_autoptr(GError) error = NULL;

		g_subprocess_launcher_setenv(launcher, "OFFHOOK_PREDECESSOR_FD", numbers[i], TRUE);
		process = g_subprocess_launcher_spawnv(launcher, argv, &error);
		g_assert_no_error(error);
		g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpint(g_subprocess_get_exit_status(process), ==, EX_CONFIG);
		g_assert_nonnull(strstr(output, "OFFHOOK_PREDECESSOR_FD"));
	}
}

/* ---- the one that has taken over dies ---- */

/* The old process serves again, with the call that it has, and hands over once more. */
static void
test_upgrade_taken_back(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autoptr(JsonObject) other = NULL;

	upgrade_begin(self);
	g_assert_cmpint(kill(self->successor, SIGKILL), ==, 0);
	self->successor = 0;
	fixture_wait_log(&self->fixture, "this one serves again");
	g_free(fixture_finish_emulator(upgrade_spawn_caller(self, "+15550100012", "0"), 0));
	other = fixture_wait_call_of(&self->fixture, "+15550100012", "completed");
	upgrade_begin(self);
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
}

/* Of three processes the one in the middle dies: the first one's call is in the third's reach all the same. */
static void
test_upgrade_middle_dies(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	GSubprocess *lost;
	g_autoptr(JsonObject) lost_call = NULL;
	g_autoptr(JsonObject) marked = NULL;

	upgrade_begin(self);
	lost = upgrade_spawn_caller(self, "+15550100013", "600");
	lost_call = fixture_wait_call_of(&self->fixture, "+15550100013", "in-progress");
	g_assert_cmpint(kill(upgrade_again(self), SIGKILL), ==, 0);
	fixture_wait_log(&self->fixture, "another one still has calls");
	g_subprocess_wait(lost, NULL, NULL);
	g_object_unref(lost);
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
	marked = fixture_wait_call_of(&self->fixture, "+15550100013", "interrupted");
}

/* Of three processes the last one dies: the second serves again, and has the first one's call in its reach. */
static void
test_upgrade_last_dies(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	GSubprocess *second_caller;
	g_autoptr(JsonObject) second_call = NULL;
	pid_t second;

	upgrade_begin(self);
	second_caller = upgrade_spawn_caller(self, "+15550100013", "600");
	second_call = fixture_wait_call_of(&self->fixture, "+15550100013", "in-progress");
	second = upgrade_again(self);
	g_assert_cmpint(kill(self->successor, SIGKILL), ==, 0);
	fixture_wait_log(&self->fixture, "this one serves again");
	self->successor = second;
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
	fixture_wait_log(&self->fixture, "the process before this one has ended");
	upgrade_end_call(self, second_call, second_caller);
}

/* Who is stopped does not come to life again in the process before. */
static void
test_upgrade_stopped(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketConnection) connection = NULL;
	g_autoptr(GError) error = NULL;

	upgrade_begin(self);
	/* It has come as far as listening to signals. */
	json_object_unref(fixture_request(&self->fixture, "GET", "/ready", NULL, 200));
	g_assert_cmpint(kill(self->successor, SIGTERM), ==, 0);
	self->successor = 0;
	fixture_wait_log(&self->fixture, "the process that had taken over was stopped");
	g_socket_client_set_enable_proxy(client, FALSE);
	connection = g_socket_client_connect_to_uri(client, self->fixture.url, 80, NULL, &error);
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
	fixture_stop(&self->fixture);
	g_subprocess_wait(caller, NULL, NULL);
	g_object_unref(caller);
}

/* ---- what is written down ---- */

/* Its far end recognises and speaks, so that there are turns without engines. */
#define RELAY                                                                                      \
	"[media]\nrecording=false\n[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                \
	"\n[assistant:line]\ndriver=twilio\nagents=dialog\ntwilio.mode=relay\n"

/* A caller with two questions. */
static GSubprocess *
upgrade_spawn_asker(Upgrade *self, const char *number)
{
	return fixture_spawn_emulator(&self->fixture, "--from", number, "--speech-rate", "200",
				      "--say", "what are your opening hours", "--say",
				      "where is the restaurant", "--expect", "heard", NULL);
}

/* How many turns the last call of @from had. */
static guint
upgrade_count_turns(Upgrade *self, const char *from)
{
	g_autoptr(JsonObject) call = fixture_wait_call_of(&self->fixture, from, "completed");

	return json_array_get_length(json_object_get_array_member(call, "turns"));
}

/* A caller who hangs up is before the daemon that notices, and that before the journal that has it on the disk. */
static gboolean
upgrade_is_all_kept(gpointer data)
{
	g_autofree char *log = fixture_read_log(data);
	const char *first = strstr(log, " completed after ");

	return first != NULL && strstr(first + 1, " completed after ") != NULL &&
	       fixture_get_metric(data, "offhook_store_pending_bytes") == 0;
}

/*
 * The journal is not free at once when the old process has gone: it is taken when it is, and then keeps what the
 * database can't have.
 */
static void
test_upgrade_journal(Upgrade *self, gconstpointer data)
{
	g_autofree char *path =
	    g_build_filename(self->fixture.dir, "state", "journal", "lock", NULL);
	GSubprocess *caller = upgrade_spawn_asker(self, "+15550100011");
	struct rlimit limit;
	guint turns;
	int lock;

	json_object_unref(fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress"));
	upgrade_begin(self);
	/* The old process has the file that was there; whoever comes now finds this one. */
	g_assert_cmpint(g_unlink(path), ==, 0);
	lock = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	g_assert_cmpint(flock(lock, LOCK_EX | LOCK_NB), ==, 0);
	g_free(fixture_finish_emulator(caller, 0));
	upgrade_wait_end(self);
	fixture_wait_log(&self->fixture, "it is tried again until it is free");
	g_close(lock, NULL);
	fixture_wait_log(&self->fixture, "the journal is free, and ours now");
	turns = upgrade_count_turns(self, "+15550100011");
	g_assert_cmpuint(turns, >, 0);
	/* From now on the database's files may not grow. */
	g_assert_cmpint(prlimit(self->successor, RLIMIT_FSIZE, NULL, &limit), ==, 0);
	limit.rlim_cur = 64 * 1024;
	g_assert_cmpint(prlimit(self->successor, RLIMIT_FSIZE, &limit, NULL), ==, 0);
	g_free(fixture_finish_emulator(upgrade_spawn_asker(self, "+15550100012"), 0));
	fixture_wait_log(&self->fixture, "disk I/O error");
	harness_poll_until(upgrade_is_all_kept, &self->fixture, "both calls to be on the disk");
	g_assert_cmpint(kill(self->successor, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(self->successor, NULL, 0), ==, self->successor);
	self->successor = 0;
	fixture_start(&self->fixture);
	g_assert_cmpuint(upgrade_count_turns(self, "+15550100012"), ==, turns);
}

/* ---- requests at that moment ---- */

/* @from: (nullable): the client's own address */
static GSocketConnection *
upgrade_connect_from(Upgrade *self, const char *from)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autoptr(GSocketAddress) address =
	    from != NULL ? g_inet_socket_address_new_from_string(from, 0) : NULL;
	g_autoptr(GError) error = NULL;
	GSocketConnection *connection;

	g_socket_client_set_local_address(client, address);
	g_socket_client_set_enable_proxy(client, FALSE);
	connection = g_socket_client_connect_to_uri(client, self->fixture.url, 80, NULL, &error);
	g_assert_no_error(error);
	return connection;
}

static GSocketConnection *
upgrade_connect(Upgrade *self)
{
	return upgrade_connect_from(self, NULL);
}

static void
upgrade_send(GSocketConnection *connection, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), text,
				  strlen(text), NULL, NULL, &error);
	g_assert_no_error(error);
}

/* To the end of the connection. (transfer full) */
static char *
upgrade_receive(GSocketConnection *connection)
{
	g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable();
	g_autoptr(GError) error = NULL;
	char end = '\0';

	g_output_stream_splice(memory, g_io_stream_get_input_stream(G_IO_STREAM(connection)),
			       G_OUTPUT_STREAM_SPLICE_NONE, NULL, &error);
	g_assert_no_error(error);
	g_output_stream_write_all(memory, &end, 1, NULL, NULL, &error);
	g_output_stream_close(memory, NULL, NULL);
	return g_memory_output_stream_steal_data(G_MEMORY_OUTPUT_STREAM(memory));
}

/* Whoever had connected before is answered, even if nothing else keeps the old process. */
static void
test_upgrade_slow_client(Upgrade *self, gconstpointer data)
{
	g_autoptr(GSocketConnection) client = upgrade_connect(self);
	g_autoptr(JsonObject) ready = NULL;
	g_autofree char *answer = NULL;

	upgrade_send(client, "GET /ready HTTP/1.1\r\nHo");
	/* Connections are taken in their order: now that one has been. */
	ready = fixture_request(&self->fixture, "GET", "/ready", NULL, 200);
	upgrade_begin(self);
	/* That takes its time. */
	g_free(fixture_finish_emulator(upgrade_spawn_caller(self, "+15550100012", "0"), 0));
	upgrade_send(client, "st: localhost\r\n\r\n");
	answer = upgrade_receive(client);
	g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 "));
	upgrade_wait_end(self);
}

/* A client of the old process's call that says when it has no more to say is answered nevertheless. */
static void
test_upgrade_half_close(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autofree char *request =
	    g_strdup_printf("POST /voice/calls/%s/end HTTP/1.1\r\nHost: "
			    "localhost\r\nX-API-Key: %s\r\n\r\n",
			    json_object_get_string_member(call, "call_id"), self->fixture.token);
	g_autoptr(GSocketConnection) client = NULL;
	g_autofree char *answer = NULL;

	upgrade_begin(self);
	client = upgrade_connect(self);
	upgrade_send(client, request);
	g_socket_shutdown(g_socket_connection_get_socket(client), FALSE, TRUE, NULL);
	answer = upgrade_receive(client);
	g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 200 "));
	g_assert_nonnull(strstr(answer, "\"success\""));
	g_subprocess_wait(caller, NULL, NULL);
	g_object_unref(caller);
	upgrade_wait_end(self);
}

#define UPGRADE_RATE 2 /* requests in a minute */

/* The status of what the client at @from is answered. @more: headers that it sends */
static guint
upgrade_ask_from(Upgrade *self, const char *from, JsonObject *call, const char *more)
{
	g_autofree char *request = g_strdup_printf("GET /voice/calls/%s/status HTTP/1.1\r\nHost: "
						   "localhost\r\nX-API-Key: %s\r\n%s\r\n",
						   json_object_get_string_member(call, "call_id"),
						   self->fixture.token, more);
	g_autoptr(GSocketConnection) client = upgrade_connect_from(self, from);
	g_autofree char *answer = NULL;

	upgrade_send(client, request);
	answer = upgrade_receive(client);
	g_assert_true(g_str_has_prefix(answer, "HTTP/1.1 "));
	return (guint)g_ascii_strtoull(answer + strlen("HTTP/1.1 "), NULL, 10);
}

/* The next is too many for this client, unless a new minute has just begun; that happens once. */
static gboolean
upgrade_is_refused(Upgrade *self, const char *from, JsonObject *call)
{
	for (guint i = 0; i < 2 * UPGRADE_RATE + 1; i++) {
		g_autofree char *pretended =
		    g_strdup_printf("Offhook-Client: guessed 127.0.1.%u\r\n", i);

		if (upgrade_ask_from(self, from, call, pretended) == 429)
			return TRUE;
	}
	return FALSE;
}

static void
upgrade_limit_rate(Upgrade *self)
{
	const char *path = self->fixture.config_path;
	g_autoptr(GString) config = g_string_new(NULL);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_string_assign(config, text);
	g_string_replace(config, "rate-limit-calls=0",
			 "rate-limit-calls=" G_STRINGIFY(UPGRADE_RATE), 1);
	g_assert_true(g_file_set_contents(path, config->str, -1, NULL));
}

/* Of clients who ask for the old process's call each has a minute's requests of his own; who he is, is not his word. */
static void
test_upgrade_rate(Upgrade *self, gconstpointer data)
{
	static const char *const clients[] = {"127.0.0.2", "127.0.0.3", "127.0.0.4"};
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");

	upgrade_limit_rate(self);
	fixture_signal(&self->fixture, SIGHUP);
	fixture_wait_log(&self->fixture, "configuration reloaded");
	/* The one that serves is not to be the one that counts. */
	fixture_configure(&self->fixture, ASSISTANT);
	upgrade_begin(self);
	for (guint i = 0; i < G_N_ELEMENTS(clients); i++)
		for (guint n = 0; n < UPGRADE_RATE; n++)
			g_assert_cmpuint(upgrade_ask_from(self, clients[i], call, ""), ==, 200);
	g_assert_true(upgrade_is_refused(self, clients[0], call));
	fixture_stop(&self->fixture);
	g_subprocess_wait(caller, NULL, NULL);
	g_object_unref(caller);
}

/* ---- calls whose media has yet to come ---- */

#define KEY "k-3f9a"
#define GATEWAY                                                                                    \
	"[driver:generic-http]\napi-url=http://127.0.0.1:9/\napi-key=" KEY                         \
	"\nphone-number=+15550100002\n[assistant:line]\ndriver=generic-http\nagents=echo\n"

/* A call comes in. Returns where its media is to go; (transfer full) */
static char *
upgrade_offer(Upgrade *self, const char *name, const char *from)
{
	g_autofree char *uri = g_strconcat(self->fixture.url, "/voice/webhook/generic", NULL);
	g_autofree char *text = g_strdup_printf(
	    "{\"provider\":\"gateway\",\"event_type\":\"inbound\",\"call_id\":\"%s\","
	    "\"data\":{\"from\":\"%s\",\"to\":\"+15550100002\"}}",
	    name, from);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key", KEY);
	soup_message_set_request_body_from_bytes(msg, "application/json", body);
	reply = soup_session_send_and_read(self->fixture.session, msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(soup_message_get_status(msg), ==, 200);
	json_parser_load_from_data(parser, g_bytes_get_data(reply, NULL),
				   (gssize)g_bytes_get_size(reply), &error);
	g_assert_no_error(error);
	return g_strdup(json_object_get_string_member(
	    json_node_get_object(json_parser_get_root(parser)), "media_url"));
}

/* Opens it, with a first frame of silence. */
static SoupWebsocketConnection *
upgrade_bring_media(Upgrade *self, const char *url)
{
	static const char silence[640];
	g_autoptr(SoupMessage) msg = soup_message_new("GET", url);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(GError) error = NULL;
	SoupWebsocketConnection *media;

	soup_session_websocket_connect_async(self->fixture.session, msg, NULL, NULL, 0, NULL,
					     harness_store_result_cb, &result);
	done = harness_wait_result(&result, "the media WebSocket");
	media = soup_session_websocket_connect_finish(self->fixture.session, done, &error);
	g_assert_no_error(error);
	soup_websocket_connection_send_binary(media, silence, sizeof silence);
	return media;
}

/*
 * The new process waits for a call whose address is unmarked; another one, which comes meanwhile, has a marked one
 * and uses it when the new process is the one that listens.
 */
static void
test_upgrade_media(Upgrade *self, gconstpointer data)
{
	g_autofree char *unmarked = upgrade_offer(self, "g-1", "+15550100011");
	g_autofree char *marked = NULL;
	g_autoptr(SoupWebsocketConnection) first = NULL;
	g_autoptr(SoupWebsocketConnection) second = NULL;
	g_autoptr(JsonObject) first_call = NULL;
	g_autoptr(JsonObject) second_call = NULL;
	g_autofree char *log = NULL;

	g_assert_null(strstr(unmarked, "/media/process/"));
	fixture_signal(&self->fixture, SIGUSR2);
	fixture_wait_log(&self->fixture, "another process is starting");
	marked = upgrade_offer(self, "g-2", "+15550100012");
	g_assert_nonnull(strstr(marked, "/media/process/"));
	log = fixture_read_log(&self->fixture);
	g_assert_null(strstr(log, " takes over;"));
	first = upgrade_bring_media(self, unmarked);
	upgrade_wait_successor(self);
	second = upgrade_bring_media(self, marked);
	first_call = fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	second_call = fixture_wait_call_of(&self->fixture, "+15550100012", "in-progress");
	soup_websocket_connection_close(first, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
	soup_websocket_connection_close(second, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
	g_clear_pointer(&first_call, json_object_unref);
	g_clear_pointer(&second_call, json_object_unref);
	first_call = fixture_wait_call_of(&self->fixture, "+15550100011", "completed");
	second_call = fixture_wait_call_of(&self->fixture, "+15550100012", "completed");
	upgrade_wait_end(self);
}

/* ---- what is kept of a call that the old process has ---- */

#define MIB (1024 * 1024)

#define RECORDED "[media]\nrecording=true\n[store]\nrecordings-max-mib=1\nretention-interval=1\n" ASSISTANT

/* It would be written down again. */
static void
test_upgrade_erase(Upgrade *self, gconstpointer data)
{
	static const char path[] = "/callers/+15550100011";
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) other = NULL;
	g_autoptr(JsonObject) receipt = NULL;
	JsonObject *error;
	const char *message;

	upgrade_begin(self);
	refused = fixture_request(&self->fixture, "DELETE", path, NULL, 409);
	error = json_object_get_object_member(refused, "error");
	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, "INVALID_STATE");
	message = json_object_get_string_member(error, "message");
	g_assert_nonnull(strstr(message, json_object_get_string_member(call, "call_id")));
	other = fixture_request(&self->fixture, "DELETE", "/callers/+15550100099", NULL, 200);
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
	fixture_wait_log(&self->fixture, "the process before this one has ended");
	receipt = fixture_request(&self->fixture, "DELETE", path, NULL, 200);
	g_assert_true(json_object_get_boolean_member(receipt, "complete"));
	g_assert_cmpint(json_object_get_int_member(
			    json_object_get_object_member(receipt, "rows"), "calls"),
			==, 1);
}

static char *
upgrade_make_recording_path(Upgrade *self, const char *call_id)
{
	g_autofree char *name = g_strconcat(call_id, ".wav", NULL);

	return g_build_filename(self->fixture.dir, "state", "recordings", name, NULL);
}

static gboolean
upgrade_is_gone(gpointer path)
{
	return !g_file_test(path, G_FILE_TEST_EXISTS);
}

/* The oldest recording is the first to go when there are too many, but not that of a call in progress. */
static void
test_upgrade_retention(Upgrade *self, gconstpointer data)
{
	GSubprocess *caller = upgrade_spawn_caller(self, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&self->fixture, "+15550100011", "in-progress");
	g_autofree char *path = upgrade_make_recording_path(
	    self, json_object_get_string_member(call, "call_id"));
	g_autofree char *later =
	    upgrade_make_recording_path(self, "ffffffff-ffff-7fff-8fff-ffffffffffff");
	g_autofree char *block = g_malloc0(2 * MIB);

	upgrade_begin(self);
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_set_contents(later, block, 2 * MIB, NULL));
	harness_poll_until(upgrade_is_gone, later, "the other recording to be deleted");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	upgrade_end_call(self, call, caller);
	upgrade_wait_end(self);
}

/* ---- what is told to other systems ---- */

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

/** A system of the user's, in this program. */
typedef struct {
	Upgrade upgrade;
	SoupServer *server;
	gboolean holds;          /* the next request is not answered */
	SoupServerMessage *held; /* (nullable) */
	GPtrArray *events;       /* of JsonObject */
	GHashTable *ids;         /* set of their ids */
	guint repeated;
} Inbox;

static void
inbox_receive_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
		 gpointer user_data)
{
	Inbox *self = user_data;
	SoupMessageBody *body = soup_server_message_get_request_body(msg);
	const char *id = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(msg), "webhook-id");
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_true(json_parser_load_from_data(parser, body->data, body->length, NULL));
	g_ptr_array_add(self->events,
			json_object_ref(json_node_get_object(json_parser_get_root(parser))));
	if (!g_hash_table_add(self->ids, g_strdup(id)))
		self->repeated++;
	soup_server_message_set_status(msg, 200, NULL);
	if (!self->holds)
		return;
	self->holds = FALSE;
	self->held = g_object_ref(msg);
	soup_server_message_pause(msg);
}

static void
inbox_set_up(Inbox *self, gconstpointer data)
{
	g_autoslist(GUri) uris = NULL;
	g_autofree char *config = NULL;
	g_autoptr(GError) error = NULL;

	self->events = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	self->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(self->server, NULL, inbox_receive_cb, self, NULL);
	soup_server_listen_local(self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	uris = soup_server_get_uris(self->server);
	config = g_strdup_printf(ASSISTANT
				 "[webhook:crm]\nurl=http://127.0.0.1:%d/\nsecret=" SECRET
				 "\nevents=call.*\ntimeout-ms=60000\n",
				 g_uri_get_port(uris->data));
	upgrade_set_up(&self->upgrade, config);
}

static void
inbox_tear_down(Inbox *self, gconstpointer data)
{
	upgrade_tear_down(&self->upgrade, NULL);
	g_clear_object(&self->held);
	soup_server_disconnect(self->server);
	g_object_unref(self->server);
	g_hash_table_unref(self->ids);
	g_ptr_array_unref(self->events);
}

/** That a call's event has come. */
typedef struct {
	Inbox *inbox;
	const char *call_id;
	const char *type;
} Arrival;

static gboolean
inbox_has(gpointer data)
{
	const Arrival *arrival = data;

	for (guint i = 0; i < arrival->inbox->events->len; i++) {
		JsonObject *event = g_ptr_array_index(arrival->inbox->events, i);
		JsonObject *about = json_object_get_object_member(event, "data");

		if (g_str_equal(json_object_get_string_member(event, "type"), arrival->type) &&
		    g_str_equal(json_object_get_string_member(about, "call_id"), arrival->call_id))
			return TRUE;
	}
	return FALSE;
}

static void
inbox_wait(Inbox *self, JsonObject *call, const char *type)
{
	Arrival arrival = {self, json_object_get_string_member(call, "call_id"), type};

	harness_poll_until(inbox_has, &arrival, type);
}

/* Those of a call came as they happened. */
static void
inbox_check_order(Inbox *self, JsonObject *call)
{
	const char *call_id = json_object_get_string_member(call, "call_id");
	const char *before = "";

	for (guint i = 0; i < self->events->len; i++) {
		JsonObject *event = g_ptr_array_index(self->events, i);
		JsonObject *about = json_object_get_object_member(event, "data");
		const char *at = json_object_get_string_member(event, "timestamp");

		if (!g_str_equal(json_object_get_string_member(about, "call_id"), call_id))
			continue;
		g_assert_cmpstr(before, <=, at);
		before = at;
	}
}

static gboolean
inbox_has_held(gpointer data)
{
	return ((Inbox *)data)->held != NULL;
}

/* One process sends at a time, the new one also what happens in the old one's calls: each comes once. */
static void
test_upgrade_webhooks(Inbox *self, gconstpointer data)
{
	Upgrade *upgrade = &self->upgrade;
	GSubprocess *first, *second;
	g_autoptr(JsonObject) first_call = NULL;
	g_autoptr(JsonObject) second_call = NULL;
	g_autoptr(JsonObject) new_call = NULL;

	self->holds = TRUE;
	first = upgrade_spawn_caller(upgrade, "+15550100011", "600");
	first_call = fixture_wait_call_of(&upgrade->fixture, "+15550100011", "in-progress");
	harness_poll_until(inbox_has_held, self, "the first event");
	second = upgrade_spawn_caller(upgrade, "+15550100013", "600");
	second_call = fixture_wait_call_of(&upgrade->fixture, "+15550100013", "in-progress");
	upgrade_begin(upgrade);
	g_free(fixture_finish_emulator(upgrade_spawn_caller(upgrade, "+15550100012", "0"), 0));
	new_call = fixture_wait_call_of(&upgrade->fixture, "+15550100012", "completed");
	soup_server_message_unpause(self->held);
	inbox_wait(self, new_call, "call.completed");
	/* While the old process lives. */
	upgrade_end_call(upgrade, first_call, first);
	inbox_wait(self, first_call, "call.completed");
	g_assert_nonnull(g_subprocess_get_identifier(upgrade->fixture.daemon));
	upgrade_end_call(upgrade, second_call, second);
	inbox_wait(self, second_call, "call.completed");
	upgrade_wait_end(upgrade);
	g_assert_cmpuint(self->repeated, ==, 0);
	inbox_check_order(self, first_call);
	inbox_check_order(self, second_call);
	inbox_check_order(self, new_call);
}

/* When the new process dies the old one sends again. */
static void
test_upgrade_webhooks_taken_back(Inbox *self, gconstpointer data)
{
	Upgrade *upgrade = &self->upgrade;
	GSubprocess *caller = upgrade_spawn_caller(upgrade, "+15550100011", "600");
	g_autoptr(JsonObject) call =
	    fixture_wait_call_of(&upgrade->fixture, "+15550100011", "in-progress");

	upgrade_begin(upgrade);
	g_assert_cmpint(kill(upgrade->successor, SIGKILL), ==, 0);
	upgrade->successor = 0;
	fixture_wait_log(&upgrade->fixture, "this one serves again");
	upgrade_end_call(upgrade, call, caller);
	inbox_wait(self, call, "call.completed");
	inbox_check_order(self, call);
}

#define ADD(path, config, test)                                                                    \
	g_test_add("/upgrade/" path, Upgrade, config, upgrade_set_up, test, upgrade_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("calls", ASSISTANT, test_upgrade_calls);
	ADD("control", ASSISTANT, test_upgrade_control);
	ADD("refused", ASSISTANT, test_upgrade_refused);
	ADD("crash", ASSISTANT, test_upgrade_crash);
	ADD("twice", ASSISTANT, test_upgrade_twice);
	ADD("three", ASSISTANT, test_upgrade_three);
	ADD("count", ASSISTANT, test_upgrade_count);
	ADD("no-predecessor", ASSISTANT, test_upgrade_no_predecessor);
	ADD("taken-back", ASSISTANT, test_upgrade_taken_back);
	ADD("middle-dies", ASSISTANT, test_upgrade_middle_dies);
	ADD("last-dies", ASSISTANT, test_upgrade_last_dies);
	ADD("stopped", ASSISTANT, test_upgrade_stopped);
	ADD("journal", RELAY, test_upgrade_journal);
	ADD("slow-client", ASSISTANT, test_upgrade_slow_client);
	ADD("rate", ASSISTANT, test_upgrade_rate);
	ADD("half-close", ASSISTANT, test_upgrade_half_close);
	ADD("media", GATEWAY, test_upgrade_media);
	ADD("erase", ASSISTANT, test_upgrade_erase);
	ADD("retention", RECORDED, test_upgrade_retention);
	g_test_add("/upgrade/webhooks", Inbox, NULL, inbox_set_up, test_upgrade_webhooks,
		   inbox_tear_down);
	g_test_add("/upgrade/webhooks-taken-back", Inbox, NULL, inbox_set_up,
		   test_upgrade_webhooks_taken_back, inbox_tear_down);
	return g_test_run();
}
