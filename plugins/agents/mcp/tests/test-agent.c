/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The agent: what it can be told, and the server's tools in the toolboxes of conversations, which come
 * and go with the server.
 */

#include "../mcp-agent.h"
#include "../mcp-options.h"

#include "harness.h"
#include <offhook/error.h>
#include <offhook/json.h>
#include <string.h>

/* ---- what the daemon would be ---- */

#define TEST_TYPE_HOST (test_host_get_type())
G_DECLARE_FINAL_TYPE(TestHost, test_host, TEST, HOST, OffhookAgentHost)

struct _TestHost {
	OffhookAgentHost parent_instance;

	OffhookToolbox *toolbox;
};

G_DEFINE_FINAL_TYPE(TestHost, test_host, OFFHOOK_TYPE_AGENT_HOST)

static OffhookToolbox *
test_host_get_toolbox(OffhookAgentHost *host)
{
	return TEST_HOST(host)->toolbox;
}

static void
test_host_finalize(GObject *object)
{
	g_object_unref(TEST_HOST(object)->toolbox);

	G_OBJECT_CLASS(test_host_parent_class)->finalize(object);
}

static void
test_host_init(TestHost *self)
{
	self->toolbox = offhook_toolbox_new();
}

static void
test_host_class_init(TestHostClass *klass)
{
	OFFHOOK_AGENT_HOST_CLASS(klass)->get_toolbox = test_host_get_toolbox;
	G_OBJECT_CLASS(klass)->finalize = test_host_finalize;
}

/* ---- a conversation ---- */

typedef struct {
	char *dir;
	char *log_path;
	char *command;
	OffhookAgent *agent;
	TestHost *host;
	OffhookAgentSession *session;
} Fixture;

static OffhookSettings *
make_settings(const char *section, const char *const *pairs, GError **error)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);

	for (; pairs != NULL && *pairs != NULL; pairs += 2)
		g_hash_table_insert(values, (gpointer)pairs[0], (gpointer)pairs[1]);
	return offhook_settings_new(offhook_mcp_settings, values, section, error);
}

static void
configure(Fixture *f, const char *const *pairs)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = make_settings("agent:crm", pairs, &error);

	g_assert_no_error(error);
	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
}

static OffhookAgentSession *
open_session(Fixture *f, TestHost *host)
{
	const OffhookAgentOptions options = {.assistant = "reception",
					     .host = OFFHOOK_AGENT_HOST(host)};
	g_autoptr(GError) error = NULL;
	OffhookAgentSession *session = offhook_agent_open_session(f->agent, &options, &error);

	g_assert_no_error(error);
	return session;
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "emulators", "mcp", "emulator.py", NULL);

	f->dir = harness_make_dir();
	f->log_path = g_build_filename(f->dir, "log", NULL);
	f->command =
	    g_strdup_printf("/usr/bin/python3 -B '%s' --stdio --log '%s'", program, f->log_path);
	f->agent = g_object_new(OFFHOOK_TYPE_MCP_AGENT, NULL);
	f->host = g_object_new(TEST_TYPE_HOST, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	if (f->session != NULL)
		g_assert_finalize_object(f->session);
	g_assert_finalize_object(f->host);
	g_assert_finalize_object(f->agent);
	harness_remove_dir(f->dir);
	g_free(f->dir);
	g_free(f->log_path);
	g_free(f->command);
}

typedef struct {
	TestHost *host;
	const char *name;
	gboolean there;
} ToolWait;

static gboolean
tool_is_there(gpointer data)
{
	ToolWait *wait = data;

	return (offhook_toolbox_find(wait->host->toolbox, wait->name) != NULL) == wait->there;
}

static void
wait_tool(TestHost *host, const char *name, gboolean there)
{
	ToolWait wait = {host, name, there};

	harness_wait_until(tool_is_there, &wait, name);
}

static void
done_cb(OffhookToolRun *run, gpointer user_data)
{
	*(gboolean *)user_data = TRUE;
}

static OffhookToolRun *
run(TestHost *host, const char *name, const char *arguments, OffhookToolRunStatus status)
{
	const OffhookToolCall call = {(char *)"c1", (char *)name, (char *)arguments};
	gboolean done = FALSE;
	OffhookToolRun *run = offhook_toolbox_start(host->toolbox, &call, done_cb, &done);

	harness_wait_for(&done, name);
	g_assert_cmpint(offhook_tool_run_get_status(run), ==, status);
	return run;
}

static guint
count_started(Fixture *f)
{
	g_autofree char *text = NULL;
	guint n = 0;

	if (!g_file_get_contents(f->log_path, &text, NULL, NULL))
		return 0;
	for (const char *at = text; (at = strstr(at, "\"started\"")) != NULL; at++)
		n++;
	return n;
}

/* ---- settings ---- */

static void
test_settings(Fixture *f, gconstpointer data)
{
	static const char *const bad[][5] = {
	    {NULL},
	    {"command", "x", "url", "http://127.0.0.1/", NULL},
	    {"command", "'x", NULL},
	    {"command", " ", NULL},
	    {"command", "x", "environment", "no variable", NULL},
	    {"command", "x", "environment", "A=1\n2=B", NULL},
	    {"url", "127.0.0.1", NULL},
	    {"url", "ftp://127.0.0.1/", NULL},
	    {"url", "http://me:secret@127.0.0.1/", NULL},
	    {"url", "http://127.0.0.1/", "token", "a\r\nX: b", NULL},
	    {"url", "http://127.0.0.1/", "prefix", "a b", NULL},
	    {"url", "http://127.0.0.1/", "prefix", "a23456789012345678901234567890123", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(OffhookSettings) settings = make_settings("agent:crm", bad[i], NULL);
		g_autoptr(GError) error = NULL;

		g_assert_false(offhook_agent_configure(f->agent, settings, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_null(strstr(error->message, "secret"));
		g_assert_null(strstr(error->message, "2=B"));
	}
}

/* The plugin by itself names no server, which is right until somebody wants its tools. */
static void
test_unused(Fixture *f, gconstpointer data)
{
	const OffhookAgentOptions options = {.assistant = "reception"};
	g_autoptr(OffhookSettings) settings = make_settings("agent:mcp", NULL, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
	g_assert_false(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_null(offhook_agent_open_session(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

static void
test_options(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {"command", f->command, NULL};
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	const OffhookAgentOptions options = {.assistant = "reception", .options = values};
	g_autoptr(GError) error = NULL;

	configure(f, pairs);
	g_assert_true(offhook_agent_check_options(f->agent, &options, &error));
	g_hash_table_insert(values, (gpointer) "prefix", (gpointer) "x");
	g_assert_false(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

/* Checking a configuration starts no programs. */
static void
test_lazy(Fixture *f, gconstpointer data)
{
	g_autofree char *mark = g_build_filename(f->dir, "mark", NULL);
	g_autofree char *command = g_strdup_printf("/usr/bin/touch '%s'", mark);
	const char *const pairs[] = {"command", command, NULL};

	configure(f, pairs);
	g_assert_finalize_object(f->agent);
	g_assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
	f->agent = g_object_new(OFFHOOK_TYPE_MCP_AGENT, NULL);
}

/* ---- tools ---- */

static void
test_tools(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {"command",           f->command, "exclude",
				     "slow, weather",     "confirm",  "echo,crm.find",
				     "trust-annotations", "true",     NULL};
	g_autoptr(OffhookToolRun) good = NULL;
	g_autoptr(OffhookToolRun) bad = NULL;
	const OffhookToolDescription *tool;

	configure(f, pairs);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_echo", TRUE);
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "crm_slow"));
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "crm_weather"));
	tool = offhook_toolbox_find(f->host->toolbox, "crm_echo");
	g_assert_cmpint(tool->flags, ==, OFFHOOK_TOOL_CONFIRM);
	g_assert_cmpstr(tool->description, ==, "Tool echo");
	g_assert_cmpstr(offhook_json_get_string(tool->parameters, "type"), ==, "object");
	tool = offhook_toolbox_find(f->host->toolbox, "crm_crm_find");
	g_assert_cmpint(tool->flags, ==, OFFHOOK_TOOL_CONFIRM | OFFHOOK_TOOL_READ_ONLY);
	tool = offhook_toolbox_find(f->host->toolbox, "crm_fail");
	g_assert_cmpint(tool->flags, ==, OFFHOOK_TOOL_NONE);
	good = run(f->host, "crm_picture", "{\"a\":1}", OFFHOOK_TOOL_RUN_OK);
	g_assert_true(g_str_has_prefix(offhook_tool_run_get_result(good), "Here it is."));
	bad = run(f->host, "crm_fail", "{}", OFFHOOK_TOOL_RUN_FAILED);
	g_assert_nonnull(
	    strstr(offhook_tool_run_get_result(bad), "The day must be in the future."));
	/* The session's end takes them away. */
	g_clear_object(&f->session);
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "crm_echo"));
}

/* A server's word about its tools counts for nothing unless it is trusted. */
static void
test_chosen(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {
	    "command", f->command, "tools", "crm.find,missing", "prefix", "", "confirm", "*", NULL};
	g_autoptr(GPtrArray) list = NULL;
	const OffhookToolDescription *tool;

	g_test_expect_message("offhook-mcp", G_LOG_LEVEL_MESSAGE, "*is there*");
	g_test_expect_message("offhook-mcp", G_LOG_LEVEL_WARNING, "*no tool \"missing\"*");
	configure(f, pairs);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_find", TRUE);
	g_test_assert_expected_messages();
	list = offhook_toolbox_list(f->host->toolbox);
	g_assert_cmpuint(list->len, ==, 1);
	tool = g_ptr_array_index(list, 0);
	g_assert_cmpint(tool->flags, ==, OFFHOOK_TOOL_CONFIRM);
}

/* One connection, however many conversations; the toolbox's cancellation reaches the server. */
static void
test_shared(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {"command", f->command, NULL};
	const OffhookToolCall call = {(char *)"c1", (char *)"crm_slow", (char *)"{}"};
	g_autoptr(TestHost) other = g_object_new(TEST_TYPE_HOST, NULL);
	g_autoptr(OffhookAgentSession) session = NULL;
	g_autoptr(OffhookToolRun) slow = NULL;
	g_autoptr(OffhookToolRun) quick = NULL;
	gboolean done = FALSE;

	configure(f, pairs);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_echo", TRUE);
	session = open_session(f, other);
	g_assert_nonnull(offhook_toolbox_find(other->toolbox, "crm_echo"));
	slow = offhook_toolbox_start(f->host->toolbox, &call, done_cb, &done);
	quick = run(other, "crm_echo", "{}", OFFHOOK_TOOL_RUN_OK);
	offhook_tool_run_cancel(slow);
	g_clear_object(&quick);
	quick = run(other, "crm_echo", "{}", OFFHOOK_TOOL_RUN_OK);
	g_assert_false(done);
	g_assert_cmpuint(count_started(f), ==, 1);
}

/* ---- there and gone ---- */

/* A server that ends takes its tools with it, and brings them back, in a conversation that goes on. */
static void
test_gone(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {"command", f->command, "reconnect-ms", "300", NULL};
	g_autoptr(OffhookToolRun) end = NULL;
	g_autoptr(OffhookToolRun) again = NULL;

	configure(f, pairs);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_end", TRUE);
	g_test_expect_message("offhook-mcp", G_LOG_LEVEL_WARNING, "*go on without its tools*");
	end = run(f->host, "crm_end", "{}", OFFHOOK_TOOL_RUN_FAILED);
	g_test_assert_expected_messages();
	wait_tool(f->host, "crm_end", FALSE);
	wait_tool(f->host, "crm_echo", TRUE);
	again = run(f->host, "crm_echo", "{}", OFFHOOK_TOOL_RUN_OK);
	g_assert_cmpuint(count_started(f), ==, 2);
}

/* New settings: of the tools at once, of the connection with a new one. */
static void
test_reload(Fixture *f, gconstpointer data)
{
	g_autofree char *other = g_strconcat(f->command, " --era legacy", NULL);
	const char *const first[] = {"command", f->command, NULL};
	const char *const second[] = {"command", f->command, "prefix", "c2", NULL};
	const char *const third[] = {"command", other, "prefix", "c3", NULL};

	configure(f, first);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_echo", TRUE);
	configure(f, second);
	g_assert_nonnull(offhook_toolbox_find(f->host->toolbox, "c2_echo"));
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "crm_echo"));
	g_assert_cmpuint(count_started(f), ==, 1);
	configure(f, third);
	wait_tool(f->host, "c3_echo", TRUE);
	g_assert_null(offhook_toolbox_find(f->host->toolbox, "c2_echo"));
	g_assert_cmpuint(count_started(f), ==, 2);
}

/* What another agent has called so already stays. */
static void
test_taken(Fixture *f, gconstpointer data)
{
	const char *const pairs[] = {"command", f->command, "tools", "echo,fail", NULL};
	const OffhookToolDescription taken = {.name = "crm_echo", .description = "first"};
	const OffhookToolDescription *tool;

	offhook_toolbox_add(f->host->toolbox, &taken, NULL, NULL, NULL, NULL);
	g_test_expect_message("offhook-mcp", G_LOG_LEVEL_MESSAGE, "*is there*");
	g_test_expect_message("offhook-mcp", G_LOG_LEVEL_WARNING, "*left out*");
	configure(f, pairs);
	f->session = open_session(f, f->host);
	wait_tool(f->host, "crm_fail", TRUE);
	g_test_assert_expected_messages();
	g_clear_object(&f->session);
	tool = offhook_toolbox_find(f->host->toolbox, "crm_echo");
	g_assert_cmpstr(tool->description, ==, "first");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *, gconstpointer);
	} tests[] = {
	    {"/mcp-agent/settings", test_settings}, {"/mcp-agent/unused", test_unused},
	    {"/mcp-agent/options", test_options},   {"/mcp-agent/lazy", test_lazy},
	    {"/mcp-agent/tools", test_tools},       {"/mcp-agent/chosen", test_chosen},
	    {"/mcp-agent/shared", test_shared},     {"/mcp-agent/gone", test_gone},
	    {"/mcp-agent/reload", test_reload},     {"/mcp-agent/taken", test_taken},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
