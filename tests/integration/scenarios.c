/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A provider's driver in a real daemon against the emulator's REST interface: calls out with every
 * fate, callbacks in every order, what is done in a call, recordings. What differs between providers
 * is in their tables. At the end of each test an independent validator looks at every request that
 * the driver sent. This is what they start from; they themselves are in scenarios-*.c. Main thread.
 */

#include "scenarios-private.h"

#include <string.h>

#define SUBSCRIPTION                                                                               \
	"{\"type\":\"subscribe\",\"events\":[\"call.started\",\"call.ringing\",\"call."            \
	"completed\","                                                                             \
	"\"call.answered_by\",\"call.held\",\"call.resumed\",\"call.muted\",\"call.unmuted\","     \
	"\"call.transferred\",\"call.transferring\",\"call.returned\",\"call.details\","           \
	"\"recording.changed\",\"sms.sent\",\"sms.status\","                                       \
	"\"sms.received\",\"prompt.sent\",\"message.sent\",\"error.occurred\",\"dtmf.received\"]}"

/* ---- set-up ---- */

void
scenario_set_up(Scenario *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->provider = data;
	self->requests = g_build_filename(self->base.dir, "requests.jsonl", NULL);
	if (self->provider->prepare != NULL)
		self->provider->prepare(self);
}

/* @script: how the other side behaves, shell words */
static void
start_emulator(Scenario *self, const char *script)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), self->provider->emulator, NULL);
	g_autofree char *arguments = fixture_expand(&self->base, self->provider->arguments);
	g_autofree char *line =
	    g_strdup_printf("'%s' --serve 0 --requests '%s' " FIXTURE_PATIENT_CALLER " %s %s",
			    program, self->requests, arguments, script);
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(&self->base, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *url = NULL;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	self->emulator = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &error);
	g_assert_no_error(error);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->emulator));
	url = g_data_input_stream_read_line(self->output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(url, "api-url="));
	self->api_url = g_strdup(url);
}

/* @settings: lines; without those whose key @more has, too, before its first section. */
static void
add_settings(GString *config, const char *settings, const char *more)
{
	g_auto(GStrv) lines = g_strsplit(settings, "\n", -1);
	g_autofree char *own = g_strndup(more, strcspn(more, "["));

	for (char **line = lines; *line != NULL; line++) {
		g_autofree char *key = g_strndup(*line, strcspn(*line, "=") + 1);
		g_autofree char *later = g_strconcat("\n", key, NULL);

		if (!g_str_has_suffix(key, "=") ||
		    (!g_str_has_prefix(own, key) && strstr(own, later) == NULL))
			g_string_append_printf(config, "%s\n", *line);
	}
}

void
scenario_start(Scenario *self, const char *script, const char *more)
{
	g_autoptr(GString) config = g_string_new("rate-limit-health=0\n");

	start_emulator(self, script);
	g_string_append_printf(config, "voice-provider=%s\n%s", self->provider->name,
			       self->server != NULL ? self->server : "");
	add_settings(config, self->provider->section, more);
	add_settings(config, self->api_url, more);
	g_string_append(config, more);
	fixture_configure(&self->base, config->str);
	fixture_start(&self->base);
	self->listener = listener_new(&self->base, SUBSCRIPTION);
}

void
scenario_validate(Scenario *self, const char *path)
{
	g_autofree char *data =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "data", self->provider->openapi, NULL);
	g_autofree char *script =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "integration", "validate.py", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process = g_subprocess_new(
	    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error, "python3",
	    script, data, path, self->provider->beside != NULL ? self->provider->beside : "",
	    self->maybe_none ? "--maybe-none" : NULL, NULL);
	g_autofree char *output = NULL;

	g_assert_no_error(error);
	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_test_message("%s", output);
	if (g_subprocess_get_exit_status(process) != 0)
		g_error("%s", output);
}

void
scenario_tear_down(Scenario *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	if (self->base.daemon != NULL)
		fixture_stop(&self->base);
	if (self->emulator != NULL) {
		scenario_validate(self, self->requests);
		g_subprocess_send_signal(self->emulator, SIGTERM);
		g_subprocess_wait(self->emulator, NULL, NULL);
	}
	g_clear_object(&self->output);
	g_clear_object(&self->emulator);
	g_free(self->api_url);
	g_free(self->requests);
	fixture_tear_down(&self->base, NULL);
}

/* ---- helpers ---- */

JsonObject *
scenario_initiate(Scenario *self, const char *number, const char *options, guint status)
{
	g_autofree char *body = g_strdup_printf("{\"phone_number\":\"%s\",\"options\":{%s}}",
						number, options != NULL ? options : "");

	return fixture_request(&self->base, "POST", "/voice/calls/initiate", body, status);
}

char *
scenario_place(Scenario *self, const char *number, const char *options)
{
	g_autoptr(JsonObject) reply = scenario_initiate(self, number, options, 200);

	g_assert_cmpstr(json_object_get_string_member(reply, "status"), ==, "initiating");
	g_assert_cmpstr(json_object_get_string_member(reply, "provider"), ==, self->provider->name);
	return g_strdup(json_object_get_string_member(reply, "call_id"));
}

void
scenario_act(Scenario *self, const char *id, const char *action, const char *body, guint status)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/%s", id, action);
	g_autoptr(JsonObject) reply = fixture_request(&self->base, "POST", path, body, status);
}

const char *
scenario_get(Listener *listener, const char *type, guint n, const char *field)
{
	JsonObject *data = json_object_get_object_member(listener_wait(listener, type, n), "data");

	return json_object_get_string_member(data, field);
}

void
scenario_assert_ends(Scenario *self, guint n, const char *status)
{
	g_assert_cmpstr(scenario_get(self->listener, "call.completed", n, "status"), ==, status);
}

guint
scenario_count_events(Scenario *self, const char *type)
{
	guint n = 0;

	for (guint i = 0; i < self->listener->events->len; i++)
		n += g_str_equal(json_object_get_string_member(
				     g_ptr_array_index(self->listener->events, i), "type"),
				 type);
	return n;
}

guint
scenario_count_creations(Scenario *self, const char *number)
{
	g_autofree char *all = NULL;
	g_auto(GStrv) lines = NULL;
	guint n = 0;

	g_file_get_contents(self->requests, &all, NULL, NULL);
	lines = g_strsplit(all != NULL ? all : "", "\n", -1);
	for (char **line = lines; *line != NULL; line++)
		n += strstr(*line, self->provider->create) != NULL &&
		     strstr(*line, number + (*number == '+')) != NULL;
	return n;
}

void
scenario_assert_requests(Scenario *self, const char *text, guint n)
{
	if (text != NULL)
		g_assert_cmpuint(scenario_count_requests(self, text), ==, n);
}

guint
scenario_count_requests(Scenario *self, const char *text)
{
	g_autofree char *all = NULL;
	guint n = 0;

	g_file_get_contents(self->requests, &all, NULL, NULL);
	for (const char *at = all; at != NULL && (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

/*
 * The status of @message after the @n events before it. Its "sent" may come first, as the reports
 * are sent at once and side by side, but never after its last one. Returns: how many events there
 * were by then
 */
guint
scenario_assert_message_ends(Scenario *self, guint n, JsonObject *message, const char *status)
{
	const char *id = json_object_get_string_member(message, "message_id");

	do {
		n++;
		g_assert_cmpstr(scenario_get(self->listener, "sms.status", n, "message_id"), ==,
				id);
	} while (g_str_equal(scenario_get(self->listener, "sms.status", n, "status"), "sent"));
	g_assert_cmpstr(scenario_get(self->listener, "sms.status", n, "status"), ==, status);
	return n;
}

static void
scenario_add_to(const Provider *provider, const char *group, const char *name,
		void (*func)(Scenario *self, gconstpointer data))
{
	g_autofree char *path = g_strdup_printf("/%s/%s/%s", provider->name, group, name);

	g_test_add(path, Scenario, provider, scenario_set_up, func, scenario_tear_down);
}

/* @tests: ends with one that has no name */
static void
scenario_add_list(const Provider *provider, const ScenarioTest *tests)
{
	for (guint i = 0; tests[i].name != NULL; i++)
		scenario_add_to(provider, "every", tests[i].name, tests[i].func);
}

void
scenario_add_all(const Provider *provider)
{
	scenario_add_list(provider, scenario_placing_tests);
	scenario_add_list(provider, scenario_talking_tests);
	scenario_add_list(provider, scenario_transfers_tests);
	if (provider->recordings_tell)
		scenario_add_list(provider, scenario_recordings_tests);
	scenario_add_list(provider, scenario_account_tests);
}

void
scenario_add(const Provider *provider, const char *name,
	     void (*func)(Scenario *self, gconstpointer data))
{
	scenario_add_to(provider, "own", name, func);
}
