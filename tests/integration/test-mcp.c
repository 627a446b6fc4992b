/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A caller is helped by an MCP server's tool: the daemon with a language model (an emulator), and MCP
 * servers as a program and behind a URL (an emulator, too). The caller is Twilio's emulator.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <offhook/json.h>
#include <string.h>

#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"who am i\",\"tools\":[{\"name\":\"crm_crm_find\",\"arguments\":{}}]},"          \
	"{\"after_tool\":true,\"if\":\"ada\",\"text\":\"You are Ada, I believe.\"}],"              \
	"\"transcripts\":[\"who am i\"]}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\n"                                                           \
	"[mcp:crm]\n%s\ntools=crm.find, echo\ntrust-annotations=true\n"                            \
	"[assistant:reception]\ndriver=twilio\nagents=orchestrator\nstt=openai\ntts=flite\n"       \
	"llm=openai\ntools=crm\n" FIXTURE_PATIENT "greeting=Hello.\n"

typedef struct {
	Fixture base;
	Service *model;
	GSubprocess *server; /* (nullable): behind a URL */
	char *log_path;      /* what the server is told */
} Mcp;

static void
mcp_set_up(Mcp *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->log_path = g_build_filename(self->base.dir, "mcp.log", NULL);
}

static void
mcp_tear_down(Mcp *self, gconstpointer data)
{
	g_clear_pointer(&self->model, service_stop);
	if (self->server != NULL)
		g_subprocess_force_exit(self->server);
	g_clear_object(&self->server);
	g_free(self->log_path);
	fixture_tear_down(&self->base, NULL);
}

/* (transfer full): the emulator's command line */
static char *
mcp_make_command(Mcp *self, const char *arguments)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "emulators", "mcp", "emulator.py", NULL);

	return g_strdup_printf("/usr/bin/python3 -B '%s' --log '%s' %s", program, self->log_path,
			       arguments);
}

/* (transfer full): its key in the configuration */
static char *
mcp_start_server(Mcp *self, const char *arguments)
{
	g_autofree char *command = mcp_make_command(self, arguments);
	g_autoptr(GDataInputStream) output = NULL;
	g_autofree char *url = NULL;
	g_auto(GStrv) argv = NULL;

	if (strstr(arguments, "--stdio") != NULL)
		return g_strconcat("command=", command, NULL);
	g_assert_true(g_shell_parse_argv(command, NULL, &argv, NULL));
	self->server = harness_launch((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->server));
	url = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	return g_strconcat("url=", url, NULL);
}

static gboolean
mcp_has_heard(Mcp *self, const char *what)
{
	g_autofree char *text = NULL;

	return g_file_get_contents(self->log_path, &text, NULL, NULL) && strstr(text, what) != NULL;
}

static gboolean
mcp_has_listed(gpointer data)
{
	return mcp_has_heard(data, "tools/list");
}

static void
test_call(Mcp *self, gconstpointer arguments)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *script = g_strdup_printf("--script '%s'", path);
	g_autofree char *key = mcp_start_server(self, arguments);
	g_autofree char *config = NULL;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	g_assert_true(g_file_set_contents(path, SCRIPT, -1, NULL));
	self->model = service_start("openai", script);
	config = g_strdup_printf(CONFIG, service_get_base_url(self->model), key);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	/* Before the first call. */
	harness_poll_until(mcp_has_listed, self, "the server's tools");
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "who am i", "--expect", "heard", NULL), 0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_nonnull(strstr(talk, "assistant: You are Ada, I believe."));
	/* The daemon's end is the program's, and the session's. */
	fixture_stop(&self->base);
	g_assert_true(mcp_has_heard(self, self->server == NULL ? "stdin-closed" : "delete"));
}

/* To check a configuration is to start no programs. */
static void
test_check(Mcp *self, gconstpointer data)
{
	g_autofree char *command = mcp_make_command(self, "--stdio");
	g_autofree char *key = g_strconcat("command=", command, NULL);
	g_autofree char *config = g_strdup_printf(CONFIG, "http://127.0.0.1:9", key);
	g_autofree char *output = NULL;
	int status = -1;

	fixture_configure(&self->base, config);
	output = fixture_run_daemon(&self->base, "--check-config", &status);
	g_test_message("%s", output);
	g_assert_cmpint(status, ==, 0);
	g_assert_false(g_file_test(self->log_path, G_FILE_TEST_EXISTS));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, data, func)                                                                      \
	g_test_add("/integration/mcp/" name, Mcp, data, mcp_set_up, func, mcp_tear_down)
	ADD("program", "--stdio", test_call);
	ADD("url", "--http --era legacy --sse", test_call);
	ADD("check", NULL, test_check);
	return g_test_run();
}
