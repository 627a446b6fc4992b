/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Servers that are programs, and what those do wrong: how they begin, what they print, how they end. And
 * how it is found out which protocol they speak.
 */

#include "fixture.h"

#include "../mcp-stdio.h"
#include "harness.h"
#include <errno.h>
#include <offhook/error.h>
#include <offhook/json.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const McpWay legacy = {"stdio", FALSE, FALSE, "--era legacy"};
static const McpWay modern = {"stdio", FALSE, TRUE, "--era modern"};
static const McpWay both = {"stdio", FALSE, TRUE, "--era both"};

static void
start(McpFixture *self, const McpWay *way, const char *more)
{
	mcp_fixture_start(self, way, more, NULL, NULL);
}

/* ---- which protocol? ---- */

static void
test_detection(void)
{
	McpFixture self = {0};
	OffhookMcpClientOptions options = mcp_options;

	start(&self, &both, "");
	mcp_fixture_assert_version(&self, "2026-07-28", 0);
	start(&self, &legacy, "");
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	start(&self, &legacy, "--discover-error -32600");
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	start(&self, &legacy, "--discover-error -32099");
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	/* One that says nothing to what it does not know, and one that ends. */
	options.probe_ms = 500;
	mcp_fixture_start(&self, &legacy, "--on-discover silent", &options, NULL);
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	start(&self, &legacy, "--on-discover exit");
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
}

static void
test_versions(void)
{
	McpFixture self = {0};

	start(&self, &legacy, "--version 2024-11-05");
	mcp_fixture_assert_version(&self, "2024-11-05", 1);
	start(&self, &legacy, "--refuse-version 2025-03-26");
	mcp_fixture_assert_version(&self, "2025-03-26", 2);
	start(&self, &both, "--unsupported 2025-06-18,2024-11-05,1999-01-01");
	mcp_fixture_assert_version(&self, "2025-06-18", 1);
	start(&self, &legacy, "--version 2031-01-01");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_INCOMPATIBLE);
	mcp_fixture_stop(&self);
	start(&self, &modern, "--unsupported 2031-01-01");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_INCOMPATIBLE);
	mcp_fixture_stop(&self);
}

/* Who has said which protocol it is is not asked about the other. */
static void
test_configured(void)
{
	McpFixture self = {0};
	OffhookMcpClientOptions options = mcp_options;

	options.protocol = OFFHOOK_MCP_LEGACY;
	mcp_fixture_start(&self, &both, "", &options, NULL);
	mcp_fixture_wait_ready(&self);
	g_assert_cmpuint(mcp_fixture_count(&self, "message", "server/discover"), ==, 0);
	mcp_fixture_assert_version(&self, "2025-11-25", 1);
	options.protocol = OFFHOOK_MCP_MODERN;
	mcp_fixture_start(&self, &legacy, "", &options, NULL);
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_INCOMPATIBLE);
	g_assert_cmpuint(mcp_fixture_count(&self, "message", "initialize"), ==, 0);
	mcp_fixture_stop(&self);
}

/* A list that gets old is read again. */
static void
test_ttl(void)
{
	McpFixture self = {0};

	start(&self, &modern, "--ttl 50 --grows");
	mcp_fixture_wait_tool(&self, "grown-1");
	mcp_fixture_wait_tool(&self, "grown-2");
	mcp_fixture_stop(&self);
}

/* ---- what it prints ---- */

static void
test_junk(void)
{
	McpFixture self = {0};

	start(&self, &both, "--junk");
	mcp_fixture_wait_ready(&self);
	for (guint i = 0; i < 5; i++)
		mcp_fixture_assert_works(&self);
	mcp_fixture_stop(&self);
}

/* ---- how it ends ---- */

static void
test_dies(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) again = NULL;
	const char *words;

	start(&self, &both, "--die");
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_UNAVAILABLE);
	words = offhook_mcp_client_get_problem(self.client)->message;
	g_assert_nonnull(strstr(words, "status 4"));
	g_assert_nonnull(strstr(words, "cannot find module"));
	/* It is tried again and again. */
	again = mcp_fixture_wait_log(&self, "started", NULL, 4);
	mcp_fixture_stop(&self);
}

static void
test_missing(void)
{
	static char *argv[] = {"/nonexistent/mcp-server", NULL};
	static char *environment[] = {NULL};
	g_autoptr(OffhookMcpTransport) transport = NULL;
	g_autoptr(GError) error = NULL;

	transport = offhook_mcp_stdio_new(
	    &(OffhookMcpStdioOptions){.argv = argv, .environment = environment});
	g_assert_false(offhook_mcp_transport_open(transport, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_UNAVAILABLE);
}

static void
kill_server(McpFixture *self)
{
	g_autoptr(JsonObject) started = mcp_fixture_wait_log(self, "started", NULL, 1);

	kill((pid_t)offhook_json_get_number(started, "pid"), SIGKILL);
}

static gboolean
is_gone(gpointer data)
{
	McpFixture *self = data;

	return offhook_mcp_client_get_tools(self->client)->len == 0;
}

/* Whatever the caller waits for is over at once; then the server is there again. */
static void
test_killed(void)
{
	McpFixture self = {0};

	start(&self, &both, "");
	mcp_fixture_wait_ready(&self);
	kill_server(&self);
	harness_wait_until(is_gone, &self, "the end of the server");
	mcp_fixture_wait_ready(&self);
	mcp_fixture_assert_works(&self);
	g_assert_cmpuint(mcp_fixture_count(&self, "started", NULL), ==, 2);
	mcp_fixture_stop(&self);
}

static gboolean
does_not_exist(gpointer data)
{
	return kill(*(pid_t *)data, 0) != 0 && errno == ESRCH;
}

/* One that neither the end of its input nor SIGTERM ends; and the child of another. */
static void
test_stubborn(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) started = NULL;
	pid_t pid;

	start(&self, &both, "--stubborn");
	mcp_fixture_wait_ready(&self);
	started = mcp_fixture_wait_log(&self, "started", NULL, 1);
	pid = (pid_t)offhook_json_get_number(started, "pid");
	g_assert_cmpint(pid, ==, (pid_t)offhook_json_get_number(started, "group"));
	offhook_mcp_client_stop(self.client);
	harness_poll_until(does_not_exist, &pid, "the end of the server");
	g_assert_cmpuint(mcp_fixture_count(&self, "stdin-closed", NULL), ==, 1);
	g_assert_cmpuint(mcp_fixture_count(&self, "sigterm", NULL), ==, 1);
	mcp_fixture_stop(&self);
}

static gboolean
is_dead(gpointer data)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", *(pid_t *)data);
	g_autofree char *text = NULL;

	/* Nobody may be there who takes it from the list of processes. */
	return !g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z ") != NULL;
}

static void
test_child(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) child = NULL;
	pid_t pid;

	start(&self, &both, "--child");
	mcp_fixture_wait_ready(&self);
	child = mcp_fixture_wait_log(&self, "child", NULL, 1);
	pid = (pid_t)offhook_json_get_number(child, "pid");
	g_assert_false(is_dead(&pid));
	mcp_fixture_stop(&self);
	harness_poll_until(is_dead, &pid, "the end of the server's child");
}

/* A group and a session of its own do not save it, nor that it does not heed SIGTERM. */
static void
test_runaway(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) child = NULL;
	pid_t pid;

	start(&self, &both, "--runaway");
	mcp_fixture_wait_ready(&self);
	child = mcp_fixture_wait_log(&self, "child", NULL, 1);
	pid = (pid_t)offhook_json_get_number(child, "pid");
	g_assert_cmpint(getsid(pid), ==, pid);
	mcp_fixture_stop(&self);
	harness_poll_until(is_dead, &pid, "the end of the server's child");
}

/* ---- what it gets ---- */

/* What is given to it, and nothing of ours. */
static void
test_environment(void)
{
	McpFixture self = {0};
	g_autoptr(JsonObject) started = NULL;
	JsonArray *names;

	g_setenv("OPENAI_API_KEY", "sk-none-of-its-business", TRUE);
	start(&self, &both, "");
	started = mcp_fixture_wait_log(&self, "started", NULL, 1);
	names = offhook_json_get_array(started, "environment");
	for (guint i = 0; i < json_array_get_length(names); i++) {
		const char *name = json_array_get_string_element(names, i);

		/* Python adds one of its own. */
		g_assert_true(g_str_equal(name, "PATH") || g_str_equal(name, "CRM_TOKEN") ||
			      g_str_equal(name, "LC_CTYPE") ||
			      g_str_equal(name, "OFFHOOK_MCP_SERVER"));
	}
	mcp_fixture_stop(&self);
}

static void
refused_cb(gpointer user_data, gint64 id, const GError *error)
{
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	*(gint64 *)user_data = id;
}

static gboolean
is_refused(gpointer data)
{
	return *(gint64 *)data != 0;
}

/* A program that does not read: what it is sent waits, but not without a limit. */
static void
assert_refuses(OffhookMcpTransport *transport)
{
	const OffhookMcpTransportHandler handler = {.failed = refused_cb};
	g_autofree char *text = g_strnfill(1024 * 1024, 'x');
	g_autoptr(GError) error = NULL;
	gint64 refused = 0;

	g_assert_true(offhook_mcp_transport_open(transport, &error));
	offhook_mcp_transport_set_handler(transport, &handler, &refused);
	for (gint64 id = 1; id <= 9; id++)
		offhook_mcp_transport_send(transport,
					   &(OffhookMcpOutgoing){.text = text, .id = id});
	g_assert_cmpint(refused, ==, 0);
	harness_wait_until(is_refused, &refused, "the refusal");
	g_assert_cmpint(refused, ==, 9);
	offhook_mcp_transport_set_handler(transport, NULL, NULL);
	offhook_mcp_transport_close(transport);
}

static void
test_does_not_read(void)
{
	static char *argv[] = {"/bin/sleep", "1000", NULL};
	static char *environment[] = {"PATH=/usr/bin:/bin", NULL};
	static const OffhookMcpStdioOptions stdio = {.argv = argv, .environment = environment};
	g_autoptr(OffhookMcpTransport) transport = offhook_mcp_stdio_new(&stdio);
	OffhookMcpClientOptions options = mcp_options;
	McpFixture self = {0};

	assert_refuses(transport);
	options.probe_ms = 100;
	options.connect_ms = 100;
	self.client = offhook_mcp_client_new(transport, &options);
	offhook_mcp_client_start(self.client);
	mcp_fixture_wait_problem(&self, OFFHOOK_ERROR_TIMED_OUT);
	offhook_mcp_client_stop(self.client);
	g_object_unref(self.client);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mcp-stdio/detection", test_detection);
	g_test_add_func("/mcp-stdio/versions", test_versions);
	g_test_add_func("/mcp-stdio/configured", test_configured);
	g_test_add_func("/mcp-stdio/ttl", test_ttl);
	g_test_add_func("/mcp-stdio/junk", test_junk);
	g_test_add_func("/mcp-stdio/dies", test_dies);
	g_test_add_func("/mcp-stdio/missing", test_missing);
	g_test_add_func("/mcp-stdio/killed", test_killed);
	g_test_add_func("/mcp-stdio/stubborn", test_stubborn);
	g_test_add_func("/mcp-stdio/child", test_child);
	g_test_add_func("/mcp-stdio/runaway", test_runaway);
	g_test_add_func("/mcp-stdio/environment", test_environment);
	g_test_add_func("/mcp-stdio/does-not-read", test_does_not_read);
	return g_test_run();
}
