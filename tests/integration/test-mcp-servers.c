/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The mcp agent with MCP servers that others have written, from npm: the reference server "everything" in
 * the legacy protocol, and one made with the official SDK of the modern one; each as a program and over
 * HTTP. Without Node.js or the registry they are skipped.
 */

#include "mcp-server.h"

#include "harness.h"
#include <offhook/error.h>
#include <string.h>
#include <sys/wait.h>

#define EVERYTHING "node_modules/@modelcontextprotocol/server-everything/dist/index.js"
#define GLOBALS    "globals.cjs"

static char *servers_dir; /* where they are installed */

typedef struct {
	OffhookMcpServer *server;
	GSubprocess *process; /* (nullable): over HTTP */
} Fixture;

/* ---- a server ---- */

static void
configure(Fixture *f, const char *key, const char *value, const char *protocol)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(OffhookMcpOptions) options = NULL;
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(values, (gpointer)key, (gpointer)value);
	g_hash_table_insert(values, (gpointer) "protocol", (gpointer)protocol);
	/* No test depends on how fast the machine is. */
	g_hash_table_insert(values, (gpointer) "call-timeout-ms", (gpointer) "20000");
	g_hash_table_insert(values, (gpointer) "max-call-ms", (gpointer) "60000");
	g_hash_table_insert(values, (gpointer) "connect-timeout-ms", (gpointer) "60000");
	g_hash_table_insert(values, (gpointer) "probe-timeout-ms", (gpointer) "60000");
	g_hash_table_insert(values, (gpointer) "reconnect-ms", (gpointer) "200");
	settings = offhook_settings_new(offhook_mcp_settings, values, "agent:x", &error);
	g_assert_no_error(error);
	options = offhook_mcp_options_new(settings, &error);
	g_assert_no_error(error);
	f->server = offhook_mcp_server_new();
	offhook_mcp_server_configure(f->server, options);
}

static gboolean
has_offers(gpointer data)
{
	Fixture *f = data;

	return offhook_mcp_server_get_offers(f->server)->len > 0;
}

static void
start_program(Fixture *f, const char *script, const char *protocol)
{
	g_autofree char *command =
	    g_strdup_printf("/usr/bin/env node -r '%s/" GLOBALS "' '%s/%s' stdio", servers_dir,
			    servers_dir, script);

	configure(f, "command", command, protocol);
	harness_wait_until(has_offers, f, "the program's tools");
}

/* A port that nobody listens on. */
static guint
find_port(void)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();
	g_autoptr(GError) error = NULL;
	guint port = g_socket_listener_add_any_inet_port(listener, NULL, &error);

	g_assert_no_error(error);
	g_socket_listener_close(listener);
	return port;
}

/* The reference server is told its port, and says on its standard error when it is there. */
static void
start_everything(Fixture *f)
{
	g_autoptr(GSubprocessLauncher) launcher = harness_make_launcher(
	    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	guint port = find_port();
	g_autofree char *text = g_strdup_printf("%u", port);
	g_autofree char *script = g_build_filename(servers_dir, EVERYTHING, NULL);
	g_autofree char *globals = g_build_filename(servers_dir, GLOBALS, NULL);
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u/mcp", port);
	g_autoptr(GDataInputStream) output = NULL;
	g_autofree char *line = NULL;
	g_autoptr(GError) error = NULL;

	g_subprocess_launcher_setenv(launcher, "PORT", text, TRUE);
	f->process = g_subprocess_launcher_spawn(launcher, &error, "/usr/bin/env", "node", "-r",
						 globals, script, "streamableHttp", NULL);
	g_assert_no_error(error);
	output = g_data_input_stream_new(g_subprocess_get_stderr_pipe(f->process));
	line = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	g_assert_nonnull(strstr(line, "listening"));
	configure(f, "url", url, "auto");
	harness_wait_until(has_offers, f, "the server's tools");
}

static void
start_sdk(Fixture *f, const char *protocol)
{
	g_autofree char *script = g_build_filename(servers_dir, "server.mjs", NULL);
	const char *const argv[] = {"/usr/bin/env", "node", script, "http", NULL};
	g_autoptr(GDataInputStream) output = NULL;
	g_autofree char *url = NULL;

	f->process = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(f->process));
	url = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	g_assert_nonnull(url);
	configure(f, "url", url, protocol);
	harness_wait_until(has_offers, f, "the server's tools");
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	if (f->server != NULL) {
		offhook_mcp_server_finish(f->server);
		while (g_main_context_iteration(NULL, FALSE))
			;
		g_assert_finalize_object(f->server);
	}
	if (f->process != NULL) {
		g_subprocess_force_exit(f->process);
		g_subprocess_wait(f->process, NULL, NULL);
		g_object_unref(f->process);
	}
}

/* ---- a tool ---- */

static OffhookMcpOffer *
find(Fixture *f, const char *name)
{
	GPtrArray *offers = offhook_mcp_server_get_offers(f->server);

	for (guint i = 0; i < offers->len; i++) {
		OffhookMcpOffer *offer = g_ptr_array_index(offers, i);

		if (g_str_equal(offer->name, name))
			return offer;
	}
	g_test_message("there is no %s", name);
	g_assert_not_reached();
}

static OffhookMcpResult *
call(Fixture *f, const char *name, const char *arguments, GError **error)
{
	g_autoptr(JsonNode) node = json_from_string(arguments, NULL);
	/* The server may change its tools meanwhile. */
	OffhookMcpOffer *offer = offhook_mcp_offer_ref(find(f, name));
	OffhookMcpResult *result;
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) answer = NULL;

	offhook_mcp_client_call_async(offer->client, offer->tool, json_node_get_object(node), NULL,
				      harness_store_result_cb, &stored);
	answer = harness_wait_result(&stored, name);
	result = offhook_mcp_client_call_finish(offer->client, answer, error);
	offhook_mcp_offer_unref(offer);
	return result;
}

static void
assert_says(Fixture *f, const char *name, const char *arguments, gboolean failed, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) result = call(f, name, arguments, &error);

	g_assert_no_error(error);
	g_test_message("%s: %s", name, result->text);
	g_assert_cmpint(result->failed, ==, failed);
	g_assert_nonnull(strstr(result->text, part));
}

static void
assert_version(Fixture *f, const char *tool, const char *version)
{
	g_assert_cmpstr(offhook_mcp_client_get_version(find(f, tool)->client), ==, version);
}

/* ---- the reference server ---- */

static void
cancel_long_operation(Fixture *f)
{
	g_autoptr(JsonNode) node = json_from_string("{\"duration\":1000,\"steps\":100000}", NULL);
	OffhookMcpOffer *offer = offhook_mcp_offer_ref(find(f, "x_trigger-long-running-operation"));
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) answer = NULL;
	g_autoptr(GError) error = NULL;

	offhook_mcp_client_call_async(offer->client, offer->tool, json_node_get_object(node),
				      cancellable, harness_store_result_cb, &stored);
	g_cancellable_cancel(cancellable);
	answer = harness_wait_result(&stored, "the cancellation");
	g_assert_null(offhook_mcp_client_call_finish(offer->client, answer, &error));
	offhook_mcp_offer_unref(offer);
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
try_everything(Fixture *f)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) image = NULL;

	assert_version(f, "x_echo", "2025-11-25");
	g_assert_true(find(f, "x_get-sum")->tool->read_only);
	assert_says(f, "x_echo", "{\"message\":\"Gr\xc3\xbc\xc3\x9f Gott\"}", FALSE,
		    "Echo: Gr\xc3\xbc\xc3\x9f Gott");
	assert_says(f, "x_get-sum", "{\"a\":2,\"b\":40}", FALSE, "The sum of 2 and 40 is 42.");
	assert_says(f, "x_get-structured-content", "{\"location\":\"Chicago\"}", FALSE,
		    "temperature");
	/* Progress on the way. */
	assert_says(f, "x_trigger-long-running-operation", "{\"duration\":1,\"steps\":4}", FALSE,
		    "completed");
	image = call(f, "x_get-tiny-image", "{}", &error);
	g_assert_no_error(error);
	g_assert_nonnull(strstr(image->text, "[an image"));
	g_assert_cmpuint(strlen(image->text), <, 500);
	/* What is wrong with arguments is told to the model, one way or the other. */
	assert_says(f, "x_get-sum", "{\"a\":\"two\"}", TRUE, "number");
	cancel_long_operation(f);
	assert_says(f, "x_echo", "{\"message\":\"again\"}", FALSE, "Echo: again");
}

static void
test_everything_program(Fixture *f, gconstpointer data)
{
	start_program(f, EVERYTHING, "auto");
	try_everything(f);
}

static void
test_everything_http(Fixture *f, gconstpointer data)
{
	start_everything(f);
	try_everything(f);
}

/* ---- the official SDK ---- */

static void
try_sdk(Fixture *f, const char *version)
{
	g_autoptr(GError) error = NULL;

	assert_version(f, "x_book", version);
	assert_says(f, "x_book", "{\"name\":\"J\xc3\xb6rg\",\"people\":4}", FALSE,
		    "booked for J\xc3\xb6rg, 4\n{\"name\":\"J\xc3\xb6rg\",\"people\":4}");
	assert_says(f, "x_refuse", "{}", TRUE, "the kitchen is closed");
	assert_says(f, "x_book", "{\"name\":\"Ada\",\"people\":0}", TRUE, "people");
	if (g_str_equal(version, "2026-07-28")) {
		g_assert_null(call(f, "x_ask", "{}", &error));
		g_assert_nonnull(error);
		g_test_message("%s", error->message);
	}
	assert_says(f, "x_book", "{\"name\":\"Ada\",\"people\":2}", FALSE, "booked for Ada, 2");
}

static gboolean
is_old_node(void)
{
	g_autofree char *version = NULL;

	g_assert_true(g_spawn_command_line_sync("node --version", &version, NULL, NULL, NULL));
	if (g_ascii_strtoull(version + 1, NULL, 10) >= 20)
		return FALSE;
	g_test_skip("the SDK needs Node.js 20");
	return TRUE;
}

static void
test_sdk_program(Fixture *f, gconstpointer data)
{
	const char *const *ways = data;

	if (is_old_node())
		return;
	start_program(f, "server.mjs", ways[0]);
	try_sdk(f, ways[1]);
}

static void
test_sdk_http(Fixture *f, gconstpointer data)
{
	const char *const *ways = data;

	if (is_old_node())
		return;
	start_sdk(f, ways[0]);
	try_sdk(f, ways[1]);
}

/* ---- installing ---- */

/* %FALSE: they can't be installed, as has been told. */
static gboolean
install(void)
{
	g_autofree char *script =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "integration", "mcp", "install.sh", NULL);
	const char *argv[] = {"/bin/bash", script, servers_dir, NULL};
	g_autofree char *output = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status,
		     &error);
	g_assert_no_error(error);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TRUE;
	lines = g_strsplit(g_strchomp(output), "\n", -1);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 77)
		g_error("the servers can't be installed:\n%s", output);
	g_print("1..0 # SKIP %s\n", lines[g_strv_length(lines) - 1]);
	return FALSE;
}

int
main(int argc, char **argv)
{
	static const char *const automatic[] = {"auto", "2026-07-28"};
	static const char *const legacy[] = {"legacy", "2025-11-25"};
	int status;

	servers_dir =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "tests", "mcp-servers", NULL);
	if (!install())
		return 0;
	g_test_init(&argc, &argv, NULL);
#define ADD(path, data, test) g_test_add("/mcp-servers/" path, Fixture, data, NULL, test, tear_down)
	ADD("everything/program", NULL, test_everything_program);
	ADD("everything/http", NULL, test_everything_http);
	ADD("sdk/program", automatic, test_sdk_program);
	ADD("sdk/http", automatic, test_sdk_http);
	ADD("sdk/program-legacy", legacy, test_sdk_program);
	ADD("sdk/http-legacy", legacy, test_sdk_http);
	status = g_test_run();
	g_free(servers_dir);
	return status;
}
