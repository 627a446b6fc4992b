/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A provider's driver in a real daemon against the emulator's REST interface: calls out with every
 * fate, callbacks in every order, what is done in a call, recordings. What differs between providers
 * is in their tables. At the end of each test an independent validator looks at every request that
 * the driver sent.
 */

#include "scenarios.h"

#include "harness.h"
#include "service.h"

#include <string.h>

#define DIALOG "agents=dialog\ntts=flite\n" FIXTURE_PATIENT

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

/* Where the provider has something to look for. */
static void
assert_requests(Scenario *self, const char *text, guint n)
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

/* ---- calls out ---- */

static void
test_answered(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	scenario_start(self, "--wait 0.3 --hang-up", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550100042", "\"timeout\":30,\"caller_id\":\"+15550100007\"");
	scenario_assert_ends(self, 1, "completed");
	path = g_strdup_printf("/voice/calls/%s/status", id);
	call = fixture_request(&self->base, "GET", path, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(call, "status"), ==, "completed");
	g_assert_cmpstr(json_object_get_string_member(call, "phone_number"), ==, "+15550100042");
	g_assert_cmpfloat(json_object_get_double_member(call, "duration"), >, 0.2);
	assert_requests(self, self->provider->timeout_30, 1);
	assert_requests(self, self->provider->from_7, 1);
}

static void
test_fates(Scenario *self, gconstpointer data)
{
	static const struct {
		const char *number;
		const char *status;
		guint creates;
	} fates[] = {
	    {"+15550109001", "busy", 1},      {"+15550109002", "no-answer", 1},
	    {"+15550109003", "failed", 1},    {"+15550109010", "completed", 1},
	    {"+15550109011", "completed", 1}, {"+15550109012", "completed", 1},
	    {"+15550109013", "completed", 1}, /* the callbacks come before the reply */
	    {"+15550109020", "completed", 4}, /* 429 three times */
	    {"+15550109022", "completed", 1}, /* 500, but placed: found among the calls */
	    {"+15550109023", "completed", 1}, /* no reply, but placed */
	};

	scenario_start(self, "--wait 0.2 --hang-up", "[assistant:line]\nagents=echo\n");
	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *id = scenario_place(self, fates[i].number, NULL);

		g_test_message("%s", fates[i].number);
		scenario_assert_ends(self, i + 1, fates[i].status);
		g_assert_cmpstr(scenario_get(self->listener, "call.completed", i + 1, "call_id"),
				==, id);
		/* Never twice. */
		g_assert_cmpuint(scenario_count_creations(self, fates[i].number), ==,
				 fates[i].creates);
		g_assert_cmpuint(scenario_count_events(self, "call.completed"), ==, i + 1);
	}
}

static void
test_refused(Scenario *self, gconstpointer data)
{
	static const struct {
		const char *number;
		guint status;
	} refusals[] = {
	    {"+15550109030", 400}, /* 21217: not a number that can be called */
	    {"+15550109031", 403}, /* 21215: not to this country */
	    {"+15550109021", 504}, /* 500, and it was not placed: nobody knows */
	};

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *body =
		    g_strdup_printf("{\"phone_number\":\"%s\"}", refusals[i].number);
		g_autofree char *url = g_strconcat(self->base.url, "/voice/calls/initiate", NULL);
		g_autoptr(SoupMessage) msg = soup_message_new("POST", url);
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
		g_autoptr(GBytes) reply = NULL;
		g_autoptr(GError) error = NULL;

		soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
					     self->base.token);
		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
		reply = soup_session_send_and_read(self->base.session, msg, NULL, &error);
		g_assert_no_error(error);
		g_test_message("%s: %u %.*s", refusals[i].number, soup_message_get_status(msg),
			       (int)g_bytes_get_size(reply),
			       (const char *)g_bytes_get_data(reply, NULL));
		g_assert_cmpuint(soup_message_get_status(msg), >=, 400);
		scenario_assert_ends(self, i + 1, "failed");
	}
	g_assert_cmpuint(scenario_count_creations(self, "+15550109021"), ==, 1);
}

static void
test_withdrawn(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550109006", NULL);
	listener_wait(self->listener, "call.ringing", 1);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "canceled");
	assert_requests(self, self->provider->withdraw, 1);
	/* It has ended already: still a success. */
	scenario_act(self, id, "end", "{}", 200);
}

/* Two hundred voices at once, beside other tests, are more than a machine has time for that checks each access. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MANY 50
#else
#define MANY 200
#endif

static void
replied_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) reply =
	    soup_session_send_and_read_finish(SOUP_SESSION(source), result, &error);

	g_assert_no_error(error);
	(*(guint *)user_data)++;
}

static gboolean
have_all_replied(gpointer data)
{
	return *(guint *)data == MANY;
}

static void
test_many(Scenario *self, gconstpointer data)
{
	g_autofree char *more = NULL;
	guint placed = MANY;
	guint replied = 0;
	GPtrArray *pending = g_ptr_array_new();

	more = g_strconcat(self->provider->patient != NULL ? self->provider->patient : "",
			   "[assistant:line]\nagents=echo\n", NULL);
	scenario_start(self, "--wait 1 --hang-up", more);
	self->base.session =
	    (g_object_unref(self->base.session),
	     soup_session_new_with_options("max-conns", 300, "max-conns-per-host", 300, "timeout",
					   FIXTURE_REQUEST_TIMEOUT_S, NULL));
	for (guint i = 0; i < placed; i++) {
		g_autofree char *url = g_strconcat(self->base.url, "/voice/calls/initiate", NULL);
		g_autofree char *body = g_strdup_printf("{\"phone_number\":\"+1555011%04u\"}", i);
		SoupMessage *msg = soup_message_new("POST", url);
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));

		soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
					     self->base.token);
		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
		soup_session_send_and_read_async(self->base.session, msg, 0, NULL, replied_cb,
						 &replied);
		g_ptr_array_add(pending, msg);
	}
	/* A reply may be later than the call that it is about. */
	harness_wait_until(have_all_replied, &replied, "all replies");
	listener_wait(self->listener, "call.completed", placed);
	for (guint i = 0; i < placed; i++) {
		scenario_assert_ends(self, i + 1, "completed");
		g_assert_cmpuint(soup_message_get_status(g_ptr_array_index(pending, i)), ==, 200);
	}
	g_ptr_array_set_free_func(pending, g_object_unref);
	g_ptr_array_unref(pending);
	/* One whose reply was late is looked up, never asked for again. */
	g_assert_cmpuint(scenario_count_creations(self, "+1555011"), ==, placed);
}

/* ---- machines ---- */

static void
test_machine_hang_up(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\non-machine=hang-up\n" DIALOG);
	id = scenario_place(self, "+15550109004", NULL);
	g_assert_cmpstr(scenario_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"machine");
	scenario_assert_ends(self, 1, "completed");
	assert_requests(self, self->provider->detect, 1);
	/* The verdict before the audio. */
	g_free(id);
	id = scenario_place(self, "+15550109004",
			    "\"machine_detection\":\"detect\",\"wait_for_detection\":true");
	scenario_assert_ends(self, 2, "completed");
	assert_requests(self, self->provider->detect_async, 1);
}

static void
test_machine_message(Scenario *self, gconstpointer data)
{
	guint n = 1;
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	scenario_start(self, "--wait 30",
		       "[assistant:line]\non-machine=leave-message\nmachine-message=Please call "
		       "back.\n" DIALOG);
	id = scenario_place(self, "+15550109005", NULL);
	/* Some are told first that it is a machine at all. */
	if (g_str_equal(scenario_get(self->listener, "call.answered_by", n, "answered_by"),
			"machine"))
		n++;
	g_assert_cmpstr(scenario_get(self->listener, "call.answered_by", n, "answered_by"), ==,
			"machine-beep");
	scenario_assert_ends(self, 1, "completed");
	path = g_strdup_printf("/voice/calls/%s/status", id);
	call = fixture_request(&self->base, "GET", path, NULL, 200);
	g_assert_nonnull(call);
	g_assert_cmpstr(
	    json_object_get_string_member(
		json_array_get_object_element(
		    json_object_get_array_member(call, "transcription"),
		    json_array_get_length(json_object_get_array_member(call, "transcription")) - 1),
		"content"),
	    ==, "Please call back.");
}

static void
test_person(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 1 --hang-up", "[assistant:line]\non-machine=hang-up\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	g_assert_cmpstr(scenario_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"human");
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.answered_by"), ==, 1);
}

/* ---- in the call ---- */

static void
test_controls(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "hold", NULL, 200);
	listener_wait(self->listener, "call.held", 1);
	scenario_act(self, id, "say", "{\"text\":\"nobody hears this\"}", 409);
	scenario_act(self, id, "unhold", NULL, 200);
	listener_wait(self->listener, "call.resumed", 1);
	scenario_act(self, id, "mute", NULL, 200);
	listener_wait(self->listener, "call.muted", 1);
	scenario_act(self, id, "unmute", NULL, 200);
	listener_wait(self->listener, "call.unmuted", 1);
	scenario_act(self, id, "dtmf", "{\"digits\":\"12#w*\"}", 200);
	scenario_act(self, id, "dtmf", "{\"digits\":\"x\"}", 400);
	scenario_act(self, id, "say", "{\"text\":\"\"}", 400);
	scenario_act(self, id, "say", "{\"text\":\"One moment please.\"}", 200);
	scenario_act(self, id, "transfer", "{\"target\":\"nobody\"}", 400);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\",\"mode\":\"hot\"}", 400);
	scenario_act(self, id, "transfer",
		     "{\"target\":\"+15550100099\",\"briefing\":\"A guest.\"}", 400);
	scenario_act(self, id, "recording", "{\"action\":\"eat\"}", 400);
	scenario_act(self, "00000000-0000-7000-8000-000000000000", "hold", NULL, 404);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
}

static void
test_transfer_blind(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 200);
	listener_wait(self->listener, "call.transferred", 1);
	scenario_assert_ends(self, 1, "transferred");
}

static JsonObject *
show(Scenario *self, const char *id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", id);

	return fixture_request(&self->base, "GET", path, NULL, 200);
}

/* Nobody takes the call: the caller is with the assistant again, which knows what was before. */
static void
test_transfer_blind_fails(Scenario *self, gconstpointer data)
{
	static const char *const fates[] = {"busy", "no-answer", "failed"};
	g_autofree char *id = NULL;
	g_autoptr(JsonObject) call = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *body = g_strdup_printf("{\"target\":\"+1555010900%u\"}", i + 1);
		g_autofree char *reason = g_strdup_printf("the other side: %s", fates[i]);

		scenario_act(self, id, "transfer", body, 200);
		listener_wait(self->listener, "call.transferring", i + 1);
		g_assert_cmpstr(scenario_get(self->listener, "call.returned", i + 1, "reason"), ==,
				reason);
		/* It is told. */
		listener_wait(self->listener, "prompt.sent", i + 2);
	}
	scenario_act(self, id, "say", "{\"text\":\"Still here.\"}", 200);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
	g_assert_cmpuint(scenario_count_events(self, "call.started"), ==, 1);
	call = show(self, id);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(call, "turns")), >=, 4);
}

/* The caller hangs up while the other side rings; so does the operator. */
static void
test_transfer_given_up(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30 --ring 2000", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550109002\"}", 200);
	listener_wait(self->listener, "call.transferring", 1);
	scenario_act(self, id, "hold", NULL, 409);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
}

static void
test_transfer_warm(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	/* Whoever answers presses 1 after the first words: the target takes the call. */
	scenario_start(self, "--dtmf 1 --wait 30", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "dtmf.received", 1);
	scenario_act(self, id, "transfer",
		     "{\"target\":\"+15550100098\",\"mode\":\"warm\",\"briefing\":\"A guest.\"}",
		     200);
	listener_wait(self->listener, "call.held", 1);
	listener_wait(self->listener, "dtmf.received", 2);
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
}

#define SUMMARY "Ann wants a table for four."
#define WITH_SUMMARY                                                                               \
	"{\"answers\":[{\"if\":\"pressed the keys\",\"text\":\"One moment.\",\"tools\":[{\"name\":"    \
	"\"transfer\",\"arguments\":{\"summary\":\"" SUMMARY "\"}}]}]}"
#define ORCHESTRATOR                                                                               \
	"[engine:openai]\nbase-url=%s\n[assistant:line]\nagents=orchestrator\ntts=flite\n"         \
	"llm=openai\ngreeting=Hello.\norchestrator.transfer-to=+15550100098\n" FIXTURE_PATIENT

/* The first event of @type that is about the call @id. */
static JsonObject *
find_event(Scenario *self, const char *type, const char *id)
{
	for (guint n = 1;; n++) {
		JsonObject *data = json_object_get_object_member(
		    listener_wait(self->listener, type, n), "data");

		if (g_str_equal(json_object_get_string_member(data, "call_id"), id))
			return data;
	}
}

/* The language model says what it is about: the other side is called first, and hears just that. */
static void
test_transfer_told(Scenario *self, gconstpointer data)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *section = NULL;
	g_autofree char *id = NULL;
	const char *other;
	Service *model;

	g_assert_true(g_file_set_contents(path, WITH_SUMMARY, -1, NULL));
	model = service_start("openai", arguments);
	section = g_strdup_printf(ORCHESTRATOR, service_get_base_url(model));
	scenario_start(self, "--dtmf 1 --wait 30", section);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "call.held", 1);
	other = json_object_get_string_member(
	    json_object_get_object_member(listener_wait(self->listener, "call.started", 2), "data"),
	    "call_id");
	g_assert_true(g_str_has_prefix(
	    json_object_get_string_member(find_event(self, "prompt.sent", other), "message"),
	    SUMMARY));
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
	g_assert_cmpstr(json_object_get_string_member(find_event(self, "call.transferred", id),
						      "summary"),
			==, SUMMARY);
	service_stop(model);
}

static void
test_transfer_warm_fails(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550109001\",\"mode\":\"warm\"}", 200);
	listener_wait(self->listener, "call.held", 1);
	scenario_assert_ends(self, 1, "busy");
	listener_wait(self->listener, "call.resumed", 1);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 2, "completed");
}

static void
test_transfer_one_at_a_time(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30 --ring 2000", "[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100098\",\"mode\":\"warm\"}", 200);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 409);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\",\"mode\":\"warm\"}", 409);
	scenario_act(self, id, "end", "{}", 200);
	listener_wait(self->listener, "call.completed", 2);
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
}

/*
 * The far end goes silent without a word, and the connection stays. After a minute the daemon gives
 * the stream up.
 */
static void
test_half_open(Scenario *self, gconstpointer data)
{
	g_autofree char *call = NULL;

	scenario_start(self, "--half-open 0.5 --fault-wait 120", "[assistant:line]\nagents=echo\n");
	call = scenario_place(self, "+15550100042", NULL);
	scenario_assert_ends(self, 1, "interrupted");
}

/* ---- recordings ---- */

static void
wait_recording(Scenario *self, guint n, const char *status)
{
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", n, "status"), ==, status);
}

static void
test_recording(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	const char *path;
	guint n = 0;

	scenario_start(self, "--wait 30",
		       "[media]\nprovider-recordings=move\n[assistant:line]\n" DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "recording", "{\"action\":\"pause\"}", 404); /* there is none */
	scenario_act(self, id, "recording", "{\"action\":\"start\"}", 200);
	wait_recording(self, ++n, "recording");
	scenario_act(self, id, "recording", "{\"action\":\"pause\"}", 200);
	wait_recording(self, ++n, "paused");
	scenario_act(self, id, "recording", "{\"action\":\"resume\"}", 200);
	wait_recording(self, ++n, "recording");
	scenario_act(self, id, "recording", "{\"action\":\"stop\"}", 200);
	wait_recording(self, ++n, "completed");
	wait_recording(self, ++n, "fetched");
	path = scenario_get(self->listener, "recording.changed", n, "path");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	wait_recording(self, ++n, "deleted");
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_requests(self, "\"DELETE\""), ==, 1);
}

static void
test_recording_from_start(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 0.5 --hang-up", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550100042", "\"recording\":true");
	wait_recording(self, 1, "recording");
	scenario_assert_ends(self, 1, "completed");
	wait_recording(self, 2, "completed");
	wait_recording(self, 3, "fetched");
}

/* ---- text messages ---- */

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

/* ---- the account ---- */

static void
test_account(Scenario *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	g_autofree char *log = NULL;
	JsonObject *results;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
	g_assert_true(json_object_get_boolean_member(reply, "success"));
	/* Its own unsigned request was refused, which is right and nobody's business. */
	log = fixture_read_log(&self->base);
	g_assert_null(strstr(log, "webhook refused"));
}

static void
test_wrong_account(Scenario *self, gconstpointer data)
{
	g_autofree char *more =
	    g_strconcat(self->provider->wrong_account, "[assistant:line]\nagents=echo\n", NULL);
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;

	scenario_start(self, "", more);
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
}

static void
scenario_add_to(const Provider *provider, const char *group, const char *name,
		void (*func)(Scenario *self, gconstpointer data))
{
	g_autofree char *path = g_strdup_printf("/%s/%s/%s", provider->name, group, name);

	g_test_add(path, Scenario, provider, scenario_set_up, func, scenario_tear_down);
}

void
scenario_add_all(const Provider *provider)
{
	static const struct {
		const char *name;
		void (*func)(Scenario *self, gconstpointer data);
	} tests[] = {
	    {"answered", test_answered},
	    {"fates", test_fates},
	    {"refused", test_refused},
	    {"withdrawn", test_withdrawn},
	    {"machine-hang-up", test_machine_hang_up},
	    {"machine-message", test_machine_message},
	    {"person", test_person},
	    {"controls", test_controls},
	    {"transfer-blind", test_transfer_blind},
	    {"transfer-blind-fails", test_transfer_blind_fails},
	    {"transfer-given-up", test_transfer_given_up},
	    {"transfer-warm", test_transfer_warm},
	    {"transfer-told", test_transfer_told},
	    {"transfer-warm-fails", test_transfer_warm_fails},
	    {"transfer-one-at-a-time", test_transfer_one_at_a_time},
	    {"recording", test_recording},
	    {"recording-from-start", test_recording_from_start},
	    {"account", test_account},
	    {"wrong-account", test_wrong_account},
	    {"many", test_many},
	    {"half-open", test_half_open},
	};

	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		if (provider->recordings_tell || !g_str_has_prefix(tests[i].name, "recording"))
			scenario_add_to(provider, "every", tests[i].name, tests[i].func);
	}
}

void
scenario_add(const Provider *provider, const char *name,
	     void (*func)(Scenario *self, gconstpointer data))
{
	scenario_add_to(provider, "own", name, func);
}
