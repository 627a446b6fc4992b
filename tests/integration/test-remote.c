/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls to the programs of docs/examples/remote-agent, each in its own language and over its own
 * transport. The recogniser is the emulator of the openai engine's service; the caller is Twilio's.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define KEY    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SCRIPT "{\"transcripts\":[\"where is my parcel\",\"what is the weather\",\"good bye now\"]}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\ntranscription-base-url=%s\n"                                             \
	"[agent:remote]\nsecret=%s\ntimeout-ms=30000\n"                                            \
	"[assistant:reception]\ndriver=twilio\nstt=openai\ntts=flite\n" FIXTURE_PATIENT            \
	"agents=remote,dialog\ngreeting=Hello.\nremote.url=%s\n"

/* A program of the examples. */
typedef struct {
	const char *file;
	const char *interpreter; /* the variable that has its path */
	const char *found;       /* what it says when it knows the parcel */
} Example;

typedef struct {
	Fixture base;
	GSubprocess *program;
	char *url;
} Remote;

/* The examples take the secret as it is. */
static void
start_program(Remote *self, const Example *example)
{
	g_autofree char *path = g_build_filename(g_getenv("G_TEST_SRCDIR"), "..", "docs",
						 "examples", "remote-agent", example->file, NULL);
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(&self->base, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(GError) error = NULL;

	g_subprocess_launcher_setenv(launcher, "REMOTE_SECRET", KEY, TRUE);
	g_subprocess_launcher_setenv(launcher, "NODE_PATH", "/usr/share/nodejs", TRUE);
	self->program = g_subprocess_launcher_spawn(
	    launcher, &error, g_getenv(example->interpreter), path, "0", NULL);
	g_assert_no_error(error);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->program));
	self->url = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(self->url);
}

static void
set_up(Remote *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
}

static void
tear_down(Remote *self, gconstpointer data)
{
	fixture_tear_down(&self->base, NULL);
	if (self->program != NULL) {
		g_subprocess_force_exit(self->program);
		g_subprocess_wait(self->program, NULL, NULL);
	}
	g_clear_object(&self->program);
	g_free(self->url);
}

/* (transfer full): the recogniser's service */
static Service *
start(Remote *self, const char *url, const char *secret)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *config = NULL;
	Service *service;

	g_assert_true(g_file_set_contents(path, SCRIPT, -1, NULL));
	service = service_start("openai", arguments);
	config = g_strdup_printf(CONFIG, service_get_base_url(service), secret, url);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	return service;
}

/* What it knows it answers, what it does not know the next agent does, and it ends the call. */
static void
test_example(Remote *self, gconstpointer data)
{
	const Example *example = data;
	Service *service;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	start_program(self, example);
	service = start(self, self->url, KEY);
	output = fixture_finish_emulator(
	    fixture_spawn_emulator(&self->base, "--say", "where is my parcel", "--dtmf", "4711",
				   "--say", "what is the weather", "--say", "good bye now",
				   "--expect", "heard", NULL),
	    0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_nonnull(strstr(talk, "assistant: Please key in your order number.\n"));
	g_assert_nonnull(strstr(talk, example->found));
	g_assert_nonnull(strstr(talk, "a technical problem"));
	g_assert_nonnull(strstr(talk, "assistant: Goodbye, and thank you!\n"));
	service_stop(service);
}

/* A program that does not know the signature answers nothing, and the next agent has the turn. */
static void
test_refused(Remote *self, gconstpointer data)
{
	Service *service;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	start_program(self, data);
	service = start(self, self->url, "another secret");
	output = fixture_finish_emulator(fixture_spawn_emulator(&self->base, "--say",
								"where is my parcel", "--expect",
								"heard", NULL),
					 0);
	talk = fixture_read_talk(&self->base, NULL);
	g_test_message("%s%s", output, talk);
	g_assert_null(strstr(talk, "order number"));
	g_assert_nonnull(strstr(talk, "a technical problem"));
	service_stop(service);
}

int
main(int argc, char **argv)
{
	static const Example examples[] = {
	    {"http_agent.py", "OFFHOOK_PYTHON", "assistant: Thank you, it comes tomorrow.\n"},
	    {"websocket_agent.py", "OFFHOOK_PYTHON",
	     "assistant: One moment, I am looking. It comes tomorrow.\n"},
	    {"http-agent.js", "OFFHOOK_NODE", "assistant: Thank you. It comes tomorrow.\n"},
	    {"websocket-agent.js", "OFFHOOK_NODE",
	     "assistant: One moment, I am looking. It comes tomorrow.\n"},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autofree char *path = g_strdup_printf("/integration/remote/%s", examples[i].file);

		g_test_add(path, Remote, &examples[i], set_up, test_example, tear_down);
	}
	g_test_add("/integration/remote/refused", Remote, &examples[0], set_up, test_refused,
		   tear_down);
	return g_test_run();
}
