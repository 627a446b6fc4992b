/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The Twilio driver in a real daemon against the emulator's REST interface: calls out with every fate,
 * callbacks in every order, what is done in a call, recordings, messages. At the end of each test an
 * independent validator looks at every request that the driver sent.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define ACCOUNT  "AC00000000000000000000000000000001"
#define EMULATOR "tests/emulators/twilio/offhook-emulate-twilio"
#define DRIVER                                                                                     \
	"rate-limit-health=0\nvoice-provider=twilio\n"                                             \
	"[driver:twilio]\naccount-sid=" ACCOUNT "\nauth-token=" FIXTURE_AUTH_TOKEN                 \
	"\nphone-number=+15550100002\ncalls-per-second=1000\napi-timeout=2\n"
#define DIALOG "agents=dialog\ntts=flite\n"

typedef struct {
	Fixture base;
	GSubprocess *emulator;
	GDataInputStream *output;
	char *api_url;
	char *requests;
	Listener *listener;
} Twilio;

#define SUBSCRIPTION                                                                               \
	"{\"type\":\"subscribe\",\"events\":[\"call.started\",\"call.ringing\",\"call."            \
	"completed\","                                                                             \
	"\"call.answered_by\",\"call.held\",\"call.resumed\",\"call.muted\",\"call.unmuted\","     \
	"\"call.transferred\",\"call.transferring\",\"call.returned\",\"call.details\","           \
	"\"recording.changed\",\"sms.sent\",\"sms.status\","                                       \
	"\"sms.received\",\"prompt.sent\",\"message.sent\",\"error.occurred\",\"dtmf.received\"]}"

/* ---- set-up ---- */

static void
set_up(Twilio *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->requests = g_build_filename(self->base.dir, "requests.jsonl", NULL);
}

/* @script: how the other side behaves, shell words */
static void
start_emulator(Twilio *self, const char *script)
{
	g_autofree char *program = g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), EMULATOR, NULL);
	g_autofree char *line =
	    g_strdup_printf("'%s' --serve 0 --requests '%s' --account-sid " ACCOUNT
			    " --auth-token " FIXTURE_AUTH_TOKEN " %s",
			    program, self->requests, script);
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *url = NULL;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	self->emulator =
	    g_subprocess_newv((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
	g_assert_no_error(error);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->emulator));
	url = g_data_input_stream_read_line(self->output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_prefix(url, "api-url="));
	self->api_url = g_strdup(url);
}

/* @more: of [driver:twilio], then the assistants */
static void
start(Twilio *self, const char *script, const char *more)
{
	g_autofree char *config = NULL;

	start_emulator(self, script);
	config = g_strconcat(DRIVER, self->api_url, "\n", more, NULL);
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	self->listener = listener_new(&self->base, SUBSCRIPTION);
}

static void
validate(Twilio *self)
{
	g_autofree char *data =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "data", "twilio-voice.openapi.json", NULL);
	g_autofree char *script =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "integration", "validate-twilio.py", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) process =
	    g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
			     &error, "python3", script, data, self->requests, NULL);
	g_autofree char *output = NULL;

	g_assert_no_error(error);
	g_subprocess_communicate_utf8(process, NULL, NULL, &output, NULL, &error);
	g_assert_no_error(error);
	g_test_message("%s", output);
	if (g_subprocess_get_exit_status(process) != 0)
		g_error("%s", output);
}

static void
tear_down(Twilio *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	if (self->base.daemon != NULL)
		fixture_stop(&self->base);
	if (self->emulator != NULL) {
		validate(self);
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

static JsonObject *
initiate(Twilio *self, const char *number, const char *options, guint status)
{
	g_autofree char *body = g_strdup_printf("{\"phone_number\":\"%s\",\"options\":{%s}}",
						number, options != NULL ? options : "");

	return fixture_request(&self->base, "POST", "/voice/calls/initiate", body, status);
}

static char *
place(Twilio *self, const char *number, const char *options)
{
	g_autoptr(JsonObject) reply = initiate(self, number, options, 200);

	g_assert_cmpstr(json_object_get_string_member(reply, "status"), ==, "initiating");
	g_assert_cmpstr(json_object_get_string_member(reply, "provider"), ==, "twilio");
	return g_strdup(json_object_get_string_member(reply, "call_id"));
}

static void
act(Twilio *self, const char *id, const char *action, const char *body, guint status)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/%s", id, action);
	g_autoptr(JsonObject) reply = fixture_request(&self->base, "POST", path, body, status);
}

static const char *
event_get(Listener *listener, const char *type, guint n, const char *field)
{
	JsonObject *data = json_object_get_object_member(listener_wait(listener, type, n), "data");

	return json_object_get_string_member(data, field);
}

static void
assert_ends(Twilio *self, guint n, const char *status)
{
	g_assert_cmpstr(event_get(self->listener, "call.completed", n, "status"), ==, status);
}

static guint
count_events(Twilio *self, const char *type)
{
	guint n = 0;

	for (guint i = 0; i < self->listener->events->len; i++)
		n += g_str_equal(json_object_get_string_member(
				     g_ptr_array_index(self->listener->events, i), "type"),
				 type);
	return n;
}

static guint
count_requests(Twilio *self, const char *text)
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
test_answered(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	start(self, "--wait 0.3 --hang-up", "[assistant:line]\nagents=echo\n");
	id = place(self, "+15550100042", "\"timeout\":30,\"caller_id\":\"+15550100007\"");
	listener_wait(self->listener, "call.ringing", 1);
	assert_ends(self, 1, "completed");
	path = g_strdup_printf("/voice/calls/%s/status", id);
	call = fixture_request(&self->base, "GET", path, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(call, "status"), ==, "completed");
	g_assert_cmpstr(json_object_get_string_member(call, "phone_number"), ==, "+15550100042");
	g_assert_cmpfloat(json_object_get_double_member(call, "duration"), >, 0.2);
	g_assert_cmpuint(count_requests(self, "[\"Timeout\",\"30\"]"), ==, 1);
	g_assert_cmpuint(count_requests(self, "[\"From\",\"+15550100007\"]"), ==, 1);
}

static void
test_fates(Twilio *self, gconstpointer data)
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

	start(self, "--wait 0.2 --hang-up", "[assistant:line]\nagents=echo\n");
	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *to =
		    g_strdup_printf("\"POST\",\"path\":\"/2010-04-01/Accounts/" ACCOUNT
				    "/Calls.json\",\"content_type\":"
				    "\"application/x-www-form-urlencoded\",\"query\":[],\"form\":"
				    "[[\"To\",\"%s\"]",
				    fates[i].number);
		g_autofree char *id = place(self, fates[i].number, NULL);

		g_test_message("%s", fates[i].number);
		assert_ends(self, i + 1, fates[i].status);
		g_assert_cmpstr(event_get(self->listener, "call.completed", i + 1, "call_id"), ==,
				id);
		/* Never twice. */
		g_assert_cmpuint(count_requests(self, to), ==, fates[i].creates);
		g_assert_cmpuint(count_events(self, "call.completed"), ==, i + 1);
	}
}

static void
test_refused(Twilio *self, gconstpointer data)
{
	static const struct {
		const char *number;
		guint status;
	} refusals[] = {
	    {"+15550109030", 400}, /* 21217: not a number that can be called */
	    {"+15550109031", 403}, /* 21215: not to this country */
	    {"+15550109021", 504}, /* 500, and it was not placed: nobody knows */
	};

	start(self, "", "[assistant:line]\nagents=echo\n");
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
		assert_ends(self, i + 1, "failed");
	}
	g_assert_cmpuint(count_requests(self, "\"form\":[[\"To\",\"+15550109021\"]"), ==, 1);
}

static void
test_withdrawn(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "", "[assistant:line]\nagents=echo\n");
	id = place(self, "+15550109006", NULL);
	listener_wait(self->listener, "call.ringing", 1);
	act(self, id, "end", "{}", 200);
	assert_ends(self, 1, "canceled");
	g_assert_cmpuint(count_requests(self, "[\"Status\",\"canceled\"]"), ==, 1);
	/* It has ended already: still a success. */
	act(self, id, "end", "{}", 200);
}

/* A sanitizer's daemon can't take 200 in the two seconds that a reply may need. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MANY 40
#else
#define MANY 200
#endif

static void
test_many(Twilio *self, gconstpointer data)
{
	guint placed = MANY;
	GPtrArray *pending = g_ptr_array_new();

	start(self, "--wait 1 --hang-up", "[assistant:line]\nagents=echo\n");
	self->base.session =
	    (g_object_unref(self->base.session),
	     soup_session_new_with_options("max-conns", 300, "max-conns-per-host", 300, NULL));
	for (guint i = 0; i < placed; i++) {
		g_autofree char *url = g_strconcat(self->base.url, "/voice/calls/initiate", NULL);
		g_autofree char *body = g_strdup_printf("{\"phone_number\":\"+1555011%04u\"}", i);
		SoupMessage *msg = soup_message_new("POST", url);
		g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));

		soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
					     self->base.token);
		soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
		soup_session_send_and_read_async(self->base.session, msg, 0, NULL, NULL, NULL);
		g_ptr_array_add(pending, msg);
	}
	listener_wait(self->listener, "call.completed", placed);
	for (guint i = 0; i < placed; i++) {
		assert_ends(self, i + 1, "completed");
		g_assert_cmpuint(soup_message_get_status(g_ptr_array_index(pending, i)), ==, 200);
	}
	g_ptr_array_set_free_func(pending, g_object_unref);
	g_ptr_array_unref(pending);
	/* One whose reply was late is looked up, never asked for again. */
	g_assert_cmpuint(count_requests(self, "\"form\":[[\"To\",\"+1555011"), ==, placed);
}

/* ---- machines ---- */

static void
test_machine_hang_up(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 30", "[assistant:line]\non-machine=hang-up\n" DIALOG);
	id = place(self, "+15550109004", NULL);
	g_assert_cmpstr(event_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"machine");
	assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_requests(self, "[\"MachineDetection\",\"Enable\"]"), ==, 1);
	/* The verdict before the audio. */
	g_free(id);
	id = place(self, "+15550109004",
		   "\"machine_detection\":\"detect\",\"wait_for_detection\":true");
	assert_ends(self, 2, "completed");
	g_assert_cmpuint(count_requests(self, "AsyncAmd\",\"true"), ==, 1);
}

static void
test_machine_message(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	start(self, "--wait 30",
	      "[assistant:line]\non-machine=leave-message\nmachine-message=Please call "
	      "back.\n" DIALOG);
	id = place(self, "+15550109005", NULL);
	g_assert_cmpstr(event_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"machine-beep");
	assert_ends(self, 1, "completed");
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
test_person(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 1 --hang-up", "[assistant:line]\non-machine=hang-up\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	g_assert_cmpstr(event_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"human");
	assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_events(self, "call.answered_by"), ==, 1);
}

/* ---- in the call ---- */

static void
test_controls(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	act(self, id, "hold", NULL, 200);
	listener_wait(self->listener, "call.held", 1);
	act(self, id, "say", "{\"text\":\"nobody hears this\"}", 409);
	act(self, id, "unhold", NULL, 200);
	listener_wait(self->listener, "call.resumed", 1);
	act(self, id, "mute", NULL, 200);
	listener_wait(self->listener, "call.muted", 1);
	act(self, id, "unmute", NULL, 200);
	listener_wait(self->listener, "call.unmuted", 1);
	act(self, id, "dtmf", "{\"digits\":\"12#w*\"}", 200);
	act(self, id, "dtmf", "{\"digits\":\"x\"}", 400);
	act(self, id, "say", "{\"text\":\"\"}", 400);
	act(self, id, "say", "{\"text\":\"One moment please.\"}", 200);
	act(self, id, "transfer", "{\"target\":\"nobody\"}", 400);
	act(self, id, "transfer", "{\"target\":\"+15550100099\",\"mode\":\"hot\"}", 400);
	act(self, id, "recording", "{\"action\":\"eat\"}", 400);
	act(self, "00000000-0000-7000-8000-000000000000", "hold", NULL, 404);
	act(self, id, "end", "{}", 200);
	assert_ends(self, 1, "completed");
}

static void
test_transfer_blind(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 200);
	listener_wait(self->listener, "call.transferred", 1);
	assert_ends(self, 1, "transferred");
}

static JsonObject *
show(Twilio *self, const char *id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", id);

	return fixture_request(&self->base, "GET", path, NULL, 200);
}

/* Nobody takes the call: the caller is with the assistant again, which knows what was before. */
static void
test_transfer_blind_fails(Twilio *self, gconstpointer data)
{
	static const char *const fates[] = {"busy", "no-answer", "failed"};
	g_autofree char *id = NULL;
	g_autoptr(JsonObject) call = NULL;

	start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *body = g_strdup_printf("{\"target\":\"+1555010900%u\"}", i + 1);
		g_autofree char *reason = g_strdup_printf("the other side: %s", fates[i]);

		act(self, id, "transfer", body, 200);
		listener_wait(self->listener, "call.transferring", i + 1);
		g_assert_cmpstr(event_get(self->listener, "call.returned", i + 1, "reason"), ==,
				reason);
		/* It is told. */
		listener_wait(self->listener, "prompt.sent", i + 2);
	}
	act(self, id, "say", "{\"text\":\"Still here.\"}", 200);
	act(self, id, "end", "{}", 200);
	assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_events(self, "call.transferred"), ==, 0);
	g_assert_cmpuint(count_events(self, "call.started"), ==, 1);
	call = show(self, id);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(call, "turns")), >=, 4);
}

/* The caller hangs up while the other side rings; so does the operator. */
static void
test_transfer_given_up(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 30 --ring 2000", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	act(self, id, "transfer", "{\"target\":\"+15550109002\"}", 200);
	listener_wait(self->listener, "call.transferring", 1);
	act(self, id, "hold", NULL, 409);
	act(self, id, "end", "{}", 200);
	assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_events(self, "call.transferred"), ==, 0);
}

static void
test_transfer_warm(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	/* Whoever answers presses 1 after the first words: the target takes the call. */
	start(self, "--dtmf 1 --wait 30", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "dtmf.received", 1);
	act(self, id, "transfer",
	    "{\"target\":\"+15550100098\",\"mode\":\"warm\",\"briefing\":\"A guest.\"}", 200);
	listener_wait(self->listener, "call.held", 1);
	listener_wait(self->listener, "dtmf.received", 2);
	assert_ends(self, 1, "transferred");
	assert_ends(self, 2, "transferred");
}

static void
test_transfer_warm_fails(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 30", "[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	act(self, id, "transfer", "{\"target\":\"+15550109001\",\"mode\":\"warm\"}", 200);
	listener_wait(self->listener, "call.held", 1);
	assert_ends(self, 1, "busy");
	listener_wait(self->listener, "call.resumed", 1);
	act(self, id, "end", "{}", 200);
	assert_ends(self, 2, "completed");
}

static gboolean
wake_cb(gpointer user_data)
{
	return G_SOURCE_CONTINUE;
}

/*
 * The far end goes silent without a word, and the connection stays. After a minute the daemon gives
 * the stream up.
 */
static void
test_half_open(Twilio *self, gconstpointer data)
{
	gint64 until = g_get_monotonic_time() + 100 * G_USEC_PER_SEC;
	guint id = g_timeout_add(100, wake_cb, NULL);
	g_autofree char *call = NULL;

	start(self, "--half-open 0.5 --fault-wait 120", "[assistant:line]\nagents=echo\n");
	call = place(self, "+15550100042", NULL);
	while (count_events(self, "call.completed") == 0 && g_get_monotonic_time() < until)
		g_main_context_iteration(NULL, TRUE);
	g_source_remove(id);
	assert_ends(self, 1, "interrupted");
}

/* ---- recordings ---- */

static void
wait_recording(Twilio *self, guint n, const char *status)
{
	g_assert_cmpstr(event_get(self->listener, "recording.changed", n, "status"), ==, status);
}

static void
test_recording(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	const char *path;
	guint n = 0;

	start(self, "--wait 30", "[media]\nprovider-recordings=move\n[assistant:line]\n" DIALOG);
	id = place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	act(self, id, "recording", "{\"action\":\"pause\"}", 404); /* there is none */
	act(self, id, "recording", "{\"action\":\"start\"}", 200);
	wait_recording(self, ++n, "recording");
	act(self, id, "recording", "{\"action\":\"pause\"}", 200);
	wait_recording(self, ++n, "paused");
	act(self, id, "recording", "{\"action\":\"resume\"}", 200);
	wait_recording(self, ++n, "recording");
	act(self, id, "recording", "{\"action\":\"stop\"}", 200);
	wait_recording(self, ++n, "completed");
	wait_recording(self, ++n, "fetched");
	path = event_get(self->listener, "recording.changed", n, "path");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	wait_recording(self, ++n, "deleted");
	act(self, id, "end", "{}", 200);
	assert_ends(self, 1, "completed");
	g_assert_cmpuint(count_requests(self, "\"DELETE\""), ==, 1);
}

static void
test_recording_from_start(Twilio *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "--wait 0.5 --hang-up", "[assistant:line]\nagents=echo\n");
	id = place(self, "+15550100042", "\"recording\":true");
	wait_recording(self, 1, "recording");
	assert_ends(self, 1, "completed");
	wait_recording(self, 2, "completed");
	wait_recording(self, 3, "fetched");
}

/* ---- text messages ---- */

static char *
sign(const char *url, const char *fields)
{
	g_autoptr(GHmac) hmac = g_hmac_new(G_CHECKSUM_SHA1, (const guchar *)FIXTURE_AUTH_TOKEN,
					   strlen(FIXTURE_AUTH_TOKEN));
	guint8 digest[20];
	gsize size = sizeof digest;

	g_hmac_update(hmac, (const guchar *)url, -1);
	g_hmac_update(hmac, (const guchar *)fields, -1);
	g_hmac_get_digest(hmac, digest, &size);
	return g_base64_encode(digest, size);
}

/* As the carrier would. @sorted: the fields as they are signed */
static guint
post_sms(Twilio *self, const char *body, const char *sorted)
{
	g_autofree char *url = g_strconcat(self->base.url, "/voice/webhook/twilio/sms", NULL);
	g_autofree char *signature = sign(url, sorted);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", url);
	g_autoptr(GBytes) bytes = g_bytes_new(body, strlen(body));
	g_autoptr(GBytes) reply = NULL;

	soup_message_set_request_body_from_bytes(msg, "application/x-www-form-urlencoded", bytes);
	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-Twilio-Signature",
				     signature);
	reply = soup_session_send_and_read(self->base.session, msg, NULL, NULL);
	return soup_message_get_status(msg);
}

/*
 * The status of @message after the @n events before it. Its "sent" may come first, as the reports
 * are sent at once and side by side, but never after its last one. Returns: how many events there
 * were by then
 */
static guint
assert_message_ends(Twilio *self, guint n, JsonObject *message, const char *status)
{
	const char *id = json_object_get_string_member(message, "message_id");

	do {
		n++;
		g_assert_cmpstr(event_get(self->listener, "sms.status", n, "message_id"), ==, id);
	} while (g_str_equal(event_get(self->listener, "sms.status", n, "status"), "sent"));
	g_assert_cmpstr(event_get(self->listener, "sms.status", n, "status"), ==, status);
	return n;
}

static void
test_sms(Twilio *self, gconstpointer data)
{
	static const char inbound[] = "MessageSid=SM0000000000000000000000000000000a"
				      "&From=%2B15550100001&To=%2B15550100002&Body=hi+there";
	static const char inbound_sorted[] =
	    "Bodyhi thereFrom+15550100001MessageSidSM0000000000000000000000000000000a"
	    "To+15550100002";
	g_autoptr(JsonObject) sent = NULL;
	g_autoptr(JsonObject) lost = NULL;
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) list = NULL;
	guint n;

	start(self, "", "[assistant:line]\nagents=echo\n");
	sent = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550100042\",\"text\":\"See you at 7 \\u00e9\"}", 200);
	n = assert_message_ends(self, 0, sent, "delivered");
	lost = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550109006\",\"text\":\"x\"}", 200);
	n = assert_message_ends(self, n, lost, "undelivered");
	refused = fixture_request(&self->base, "POST", "/voice/messages",
				  "{\"to\":\"+15550109007\",\"text\":\"x\"}", 403);
	g_assert_cmpuint(post_sms(self, inbound, inbound_sorted), ==, 204);
	g_assert_cmpuint(post_sms(self, inbound, inbound_sorted), ==, 204);
	g_assert_cmpuint(post_sms(self, inbound, "wrong"), ==, 403);
	g_assert_cmpstr(event_get(self->listener, "sms.received", 1, "text"), ==, "hi there");
	list = fixture_request(&self->base, "GET", "/voice/messages", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(list, "messages")), ==,
			 4);
	g_assert_cmpuint(count_events(self, "sms.received"), ==, 1);
	g_assert_cmpstr(event_get(self->listener, "sms.status", n + 1, "status"), ==, "failed");
	g_assert_cmpuint(count_events(self, "sms.status"), ==, n + 1);
}

/* ---- the account ---- */

static void
test_account(Twilio *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;

	start(self, "", "[assistant:line]\nagents=echo\n");
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "passed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
	g_assert_true(json_object_get_boolean_member(reply, "success"));
}

static void
test_wrong_account(Twilio *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *results;

	start(self, "",
	      "api-key=SK00000000000000000000000000000001\napi-key-secret=wrong\n"
	      "[assistant:line]\nagents=echo\n");
	reply = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	results = json_object_get_object_member(reply, "test_results");
	g_assert_cmpstr(json_object_get_string_member(results, "authentication"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "api_access"), ==, "failed");
	g_assert_cmpstr(json_object_get_string_member(results, "webhook_url"), ==, "passed");
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Twilio *self, gconstpointer data);
	} tests[] = {
	    {"/twilio/answered", test_answered},
	    {"/twilio/fates", test_fates},
	    {"/twilio/refused", test_refused},
	    {"/twilio/withdrawn", test_withdrawn},
	    {"/twilio/machine-hang-up", test_machine_hang_up},
	    {"/twilio/machine-message", test_machine_message},
	    {"/twilio/person", test_person},
	    {"/twilio/controls", test_controls},
	    {"/twilio/transfer-blind", test_transfer_blind},
	    {"/twilio/transfer-blind-fails", test_transfer_blind_fails},
	    {"/twilio/transfer-given-up", test_transfer_given_up},
	    {"/twilio/transfer-warm", test_transfer_warm},
	    {"/twilio/transfer-warm-fails", test_transfer_warm_fails},
	    {"/twilio/recording", test_recording},
	    {"/twilio/recording-from-start", test_recording_from_start},
	    {"/twilio/sms", test_sms},
	    {"/twilio/account", test_account},
	    {"/twilio/wrong-account", test_wrong_account},
	    {"/twilio/many", test_many},
	    {"/twilio/half-open", test_half_open},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Twilio, NULL, set_up, tests[i].func, tear_down);
	return g_test_run();
}
