/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Starts the emulator, over HTTP by itself and else through the transport, and reads what it writes down.
 * Main thread.
 */

#include "fixture.h"

#include "../mcp-http.h"
#include "../mcp-stdio.h"
#include "harness.h"
#include <offhook/json.h>

const OffhookMcpClientOptions mcp_options = {
    .protocol = OFFHOOK_MCP_AUTO,
    .probe_ms = 60000,
    .connect_ms = 60000,
    .call_ms = 60000,
    .max_call_ms = 60000,
    .reconnect_ms = 20,
};

/* (transfer full) */
static char **
mcp_fixture_make_command(McpFixture *self, const McpWay *way, const char *more)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "emulators", "mcp", "emulator.py", NULL);
	g_autofree char *line = g_strdup_printf(
	    "/usr/bin/python3 -B '%s' --log '%s' --%s %s %s", program, self->log_path,
	    way->http ? "http" : "stdio", way->arguments, more != NULL ? more : "");
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	return g_steal_pointer(&argv);
}

static void
mcp_fixture_start_server(McpFixture *self, char **argv)
{
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(GError) error = NULL;

	self->server = harness_launch((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->server));
	self->url = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(self->url);
}

static void
changed_cb(OffhookMcpClient *client, gpointer user_data)
{
	McpFixture *self = user_data;

	self->n_changed++;
}

void
mcp_fixture_start(McpFixture *self, const McpWay *way, const char *more,
		  const OffhookMcpClientOptions *options, const char *const *headers)
{
	g_auto(GStrv) argv = NULL;

	self->dir = harness_make_dir();
	self->log_path = g_build_filename(self->dir, "log", NULL);
	argv = mcp_fixture_make_command(self, way, more);
	if (way->http) {
		mcp_fixture_start_server(self, argv);
		self->transport = offhook_mcp_http_new(self->url, headers);
	} else {
		char *environment[] = {"PATH=/usr/bin:/bin", "CRM_TOKEN=secret", NULL};
		const OffhookMcpStdioOptions stdio = {.argv = argv, .environment = environment};

		self->transport = offhook_mcp_stdio_new(&stdio);
	}
	self->client =
	    offhook_mcp_client_new(self->transport, options != NULL ? options : &mcp_options);
	g_signal_connect(self->client, "changed", G_CALLBACK(changed_cb), self);
	offhook_mcp_client_start(self->client);
}

void
mcp_fixture_stop(McpFixture *self)
{
	offhook_mcp_client_finish(self->client);
	/* What was cancelled is told from the main loop. */
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_finalize_object(self->client);
	g_assert_finalize_object(self->transport);
	if (self->server != NULL) {
		g_subprocess_force_exit(self->server);
		g_subprocess_wait(self->server, NULL, NULL);
	}
	g_clear_object(&self->server);
	harness_remove_dir(self->dir);
	g_free(self->dir);
	g_free(self->log_path);
	g_free(self->url);
	*self = (McpFixture){0};
}

/* ---- the client ---- */

static gboolean
is_ready(gpointer data)
{
	McpFixture *self = data;

	return offhook_mcp_client_is_ready(self->client);
}

void
mcp_fixture_wait_ready(McpFixture *self)
{
	harness_wait_until(is_ready, self, "the server's tools");
}

static gboolean
has_problem(gpointer data)
{
	McpFixture *self = data;

	return offhook_mcp_client_get_problem(self->client) != NULL;
}

void
mcp_fixture_wait_problem(McpFixture *self, int code)
{
	const GError *problem;

	harness_wait_until(has_problem, self, "a problem");
	problem = offhook_mcp_client_get_problem(self->client);
	g_test_message("%s", problem->message);
	g_assert_cmpint(problem->code, ==, code);
	g_assert_false(offhook_mcp_client_is_ready(self->client));
	g_assert_cmpuint(offhook_mcp_client_get_tools(self->client)->len, ==, 0);
}

OffhookMcpTool *
mcp_fixture_find(McpFixture *self, const char *name)
{
	GPtrArray *tools = offhook_mcp_client_get_tools(self->client);

	for (guint i = 0; i < tools->len; i++) {
		OffhookMcpTool *tool = g_ptr_array_index(tools, i);

		if (g_str_equal(tool->name, name))
			return tool;
	}
	return NULL;
}

typedef struct {
	McpFixture *self;
	const char *name;
} ToolWait;

static gboolean
has_tool(gpointer data)
{
	ToolWait *wait = data;

	return mcp_fixture_find(wait->self, wait->name) != NULL;
}

void
mcp_fixture_wait_tool(McpFixture *self, const char *name)
{
	ToolWait wait = {self, name};

	harness_wait_until(has_tool, &wait, name);
}

OffhookMcpResult *
mcp_fixture_call(McpFixture *self, const char *name, const char *arguments, GError **error)
{
	g_autoptr(JsonNode) node = arguments != NULL ? json_from_string(arguments, NULL) : NULL;
	OffhookMcpTool *tool = mcp_fixture_find(self, name);
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;

	g_assert_nonnull(tool);
	offhook_mcp_client_call_async(self->client, tool,
				      node != NULL ? json_node_get_object(node) : NULL, NULL,
				      harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, name);
	return offhook_mcp_client_call_finish(self->client, result, error);
}

char *
mcp_fixture_say(McpFixture *self, const char *name, const char *arguments)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookMcpResult) result = mcp_fixture_call(self, name, arguments, &error);

	g_assert_no_error(error);
	g_assert_false(result->failed);
	return g_steal_pointer(&result->text);
}

void
mcp_fixture_assert_works(McpFixture *self)
{
	g_autofree char *text = NULL;

	mcp_fixture_wait_tool(self, "echo");
	text = mcp_fixture_say(self, "echo", "{\"a\":1}");
	g_assert_cmpstr(text, ==, "{\"a\": 1}");
}

/* ---- what the emulator has written down ---- */

static gboolean
is_entry(JsonObject *entry, const char *what, const char *method)
{
	JsonObject *message = offhook_json_get_object(entry, "message");

	return g_strcmp0(offhook_json_get_string(entry, "what"), what) == 0 &&
	       (method == NULL ||
		g_strcmp0(offhook_json_get_string(message, "method"), method) == 0);
}

/* @last: (out) (optional) (transfer full) */
static guint
count_entries(McpFixture *self, const char *what, const char *method, JsonObject **last)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	guint n = 0;

	if (!g_file_get_contents(self->log_path, &text, NULL, NULL))
		return 0;
	lines = g_strsplit(text, "\n", -1);
	/* After the last line's end comes nothing, or one that is being written. */
	for (char **line = lines; *line != NULL && line[1] != NULL; line++) {
		g_autoptr(JsonObject) entry = offhook_json_parse_object(*line, -1, "log", NULL);

		if (entry == NULL || !is_entry(entry, what, method))
			continue;
		n++;
		if (last != NULL) {
			g_clear_pointer(last, json_object_unref);
			*last = json_object_ref(entry);
		}
	}
	return n;
}

guint
mcp_fixture_count(McpFixture *self, const char *what, const char *method)
{
	return count_entries(self, what, method, NULL);
}

typedef struct {
	McpFixture *self;
	const char *what, *method;
	guint n;
} LogWait;

static gboolean
is_written(gpointer data)
{
	LogWait *wait = data;

	return mcp_fixture_count(wait->self, wait->what, wait->method) >= wait->n;
}

JsonObject *
mcp_fixture_wait_log(McpFixture *self, const char *what, const char *method, guint n)
{
	LogWait wait = {self, what, method, n};
	JsonObject *last = NULL;

	harness_poll_until(is_written, &wait, what);
	count_entries(self, what, method, &last);
	return last;
}

void
mcp_fixture_assert_version(McpFixture *self, const char *version, guint n_initialize)
{
	mcp_fixture_wait_ready(self);
	g_assert_cmpstr(offhook_mcp_client_get_version(self->client), ==, version);
	g_assert_cmpuint(mcp_fixture_count(self, "message", "initialize"), ==, n_initialize);
	mcp_fixture_assert_works(self);
	mcp_fixture_stop(self);
}
