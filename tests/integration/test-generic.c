/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The generic-http driver in a real daemon, with a provider that is a program of its own
 * (tests/emulators/generic): out, in, hanging up, keys, text messages, whole conversations over both
 * framings, and everybody who is not let in.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define KEY       "k-3f9a"
#define ASSISTANT "[assistant:line]\ndriver=generic\nagents=echo\n"
#define DIALOG                                                                                     \
	"[assistant:line]\ndriver=generic\nagents=dialog\nstt=pocketsphinx\ntts="                  \
	"flite\n" FIXTURE_PATIENT "greeting=Trattoria Lucia, how can I help?\n"

typedef struct {
	Fixture base;
	GSubprocess *peer;
	GDataInputStream *output;
	GPtrArray *lines; /* of JsonObject: what the peer has said */
	char *api_url;
	Listener *listener;
} Generic;

/* ---- the peer ---- */

static void
line_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
	Generic *self = user_data;
	g_autofree char *line =
	    g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, NULL);
	g_autoptr(JsonNode) node = line != NULL ? json_from_string(line, NULL) : NULL;

	if (line == NULL)
		return;
	g_test_message("peer: %s", line);
	g_assert_nonnull(node);
	g_ptr_array_add(self->lines, json_node_dup_object(node));
	g_data_input_stream_read_line_async(self->output, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

typedef struct {
	Generic *self;
	const char *what;
	guint n;
	JsonObject *found;
} PeerWait;

static gboolean
peer_has_said(gpointer data)
{
	PeerWait *wait = data;
	guint n = 0;

	for (guint i = 0; i < wait->self->lines->len; i++) {
		JsonObject *line = g_ptr_array_index(wait->self->lines, i);

		if (g_str_equal(json_object_get_string_member(line, "what"), wait->what) &&
		    ++n == wait->n) {
			wait->found = line;
			return TRUE;
		}
	}
	return FALSE;
}

/* The n-th line of that kind, from 1. (transfer none) */
static JsonObject *
peer_wait(Generic *self, const char *what, guint n)
{
	PeerWait wait = {self, what, n, NULL};

	harness_wait_until(peer_has_said, &wait, what);
	return wait.found;
}

typedef struct {
	Generic *self;
	const char *action;
	JsonObject *found;
} ActionWait;

static gboolean
peer_was_asked(gpointer data)
{
	ActionWait *wait = data;

	for (guint i = 0; i < wait->self->lines->len; i++) {
		JsonObject *line = g_ptr_array_index(wait->self->lines, i);
		JsonObject *body;

		if (!g_str_equal(json_object_get_string_member(line, "what"), "request"))
			continue;
		body = json_object_get_object_member(line, "body");
		if (g_strcmp0(json_object_get_string_member(body, "action"), wait->action) == 0) {
			wait->found = body;
			return TRUE;
		}
	}
	return FALSE;
}

/* What it was asked with @action, first. (transfer none) */
static JsonObject *
peer_wait_request(Generic *self, const char *action)
{
	ActionWait wait = {self, action, NULL};

	harness_wait_until(peer_was_asked, &wait, action);
	return wait.found;
}

static void
peer_do(Generic *self, const char *command)
{
	g_autofree char *line = g_strconcat(command, "\n", NULL);
	g_autoptr(GError) error = NULL;

	g_output_stream_write_all(g_subprocess_get_stdin_pipe(self->peer), line, strlen(line), NULL,
				  NULL, &error);
	g_assert_no_error(error);
}

static void
start_peer(Generic *self, const char *arguments)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("G_TEST_SRCDIR"), "emulators", "generic", "peer.py", NULL);
	g_autofree char *line = g_strdup_printf("'%s' '%s' --key " KEY " %s",
						g_getenv("OFFHOOK_PYTHON"), program, arguments);
	g_auto(GStrv) argv = NULL;
	g_autoptr(GError) error = NULL;

	g_shell_parse_argv(line, NULL, &argv, &error);
	g_assert_no_error(error);
	self->peer = harness_launch((const char *const *)argv,
				    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE);
	self->output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->peer));
	g_data_input_stream_read_line_async(self->output, G_PRIORITY_DEFAULT, NULL, line_cb, self);
	self->api_url = g_strdup(json_object_get_string_member(peer_wait(self, "ready", 1), "url"));
}

/* ---- the daemon ---- */

static void
set_up(Generic *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->lines = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
}

static void
tear_down(Generic *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	if (self->base.daemon != NULL)
		fixture_stop(&self->base);
	if (self->peer != NULL) {
		peer_do(self, "{\"do\":\"stop\"}");
		g_subprocess_wait(self->peer, NULL, NULL);
		/* The read that is under way ends with the pipe. */
		while (g_main_context_iteration(NULL, FALSE))
			;
		g_subprocess_force_exit(self->peer);
	}
	g_clear_object(&self->output);
	g_clear_object(&self->peer);
	g_ptr_array_unref(self->lines);
	g_free(self->api_url);
	fixture_tear_down(&self->base, NULL);
}

/* @settings: of [driver:generic-http]; the four variables are in the environment's file */
static void
start(Generic *self, const char *arguments, const char *settings, const char *assistant)
{
	g_autofree char *env_path = g_build_filename(self->base.dir, ".env", NULL);
	g_autofree char *config = g_strdup_printf("voice-provider=generic\n[driver:generic-http]\n"
						  "phone-number=+15550100002\n%s%s",
						  settings, assistant);
	g_autofree char *env = NULL;
	g_autofree char *command = NULL;

	start_peer(self, arguments);
	env = g_strdup_printf("GENERIC_HTTP_WEBHOOK_URL=%s\nGENERIC_HTTP_API_KEY=" KEY
			      "\nGENERIC_HTTP_TIMEOUT=5000\n"
			      "GENERIC_HTTP_HEADERS={\"X-Tenant\":\"7\"}\n",
			      self->api_url);
	g_assert_true(g_file_set_contents(env_path, env, -1, NULL));
	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	command = g_strdup_printf("{\"do\":\"webhook\",\"url\":\"%s/voice/webhook/generic\"}",
				  self->base.url);
	peer_do(self, command);
	self->listener = listener_new(
	    &self->base,
	    "{\"type\":\"subscribe\",\"events\":[\"call.started\",\"call.ringing\","
	    "\"call.completed\",\"message.sent\",\"message.received\",\"sms.received\","
	    "\"sms.status\"]}");
}

static char *
place(Generic *self, const char *number, guint status)
{
	g_autofree char *body = g_strdup_printf("{\"phone_number\":\"%s\"}", number);
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->base, "POST", "/voice/calls/initiate", body, status);

	if (status != 200)
		return NULL;
	g_assert_cmpstr(json_object_get_string_member(reply, "provider"), ==, "generic-http");
	return g_strdup(json_object_get_string_member(reply, "call_id"));
}

static void
act(Generic *self, const char *id, const char *action, const char *body, guint status)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/%s", id, action);
	g_autoptr(JsonObject) reply = fixture_request(&self->base, "POST", path, body, status);
}

static void
assert_ends(Generic *self, guint n, const char *status)
{
	JsonObject *event = listener_wait(self->listener, "call.completed", n);
	JsonObject *data = json_object_get_object_member(event, "data");

	g_assert_cmpstr(json_object_get_string_member(data, "status"), ==, status);
}

static void
wait_in_progress(Generic *self)
{
	g_autoptr(JsonObject) call = fixture_wait_call(&self->base, "in-progress");
}

static void
come_in(Generic *self)
{
	peer_do(self, "{\"do\":\"inbound\",\"call_id\":\"in-1\",\"from\":\"+15550100001\","
		      "\"to\":\"+15550100002\"}");
}

/* ---- calls ---- */

static void
test_out(Generic *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	JsonObject *asked;

	start(self, "", "", ASSISTANT);
	id = place(self, "+15550100010", 200);
	asked = peer_wait_request(self, "make_call");
	g_assert_cmpstr(json_object_get_string_member(asked, "call_id"), ==, id);
	g_assert_cmpstr(json_object_get_string_member(asked, "from"), ==, "+15550100002");
	listener_wait(self->listener, "call.ringing", 1);
	peer_wait(self, "stream", 1);
	wait_in_progress(self);
	act(self, id, "dtmf", "{\"digits\":\"12#\"}", 200);
	asked = peer_wait_request(self, "send_dtmf");
	g_assert_cmpstr(json_object_get_string_member(asked, "digits"), ==, "12#");
	g_assert_cmpstr(json_object_get_string_member(asked, "call_id"), ==, "peer-1");
	act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 200);
	asked = peer_wait_request(self, "transfer");
	g_assert_cmpstr(json_object_get_string_member(asked, "to"), ==, "+15550100099");
	peer_wait(self, "closed", 1);
	assert_ends(self, 1, "transferred");
}

static void
test_hang_up(Generic *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	JsonObject *asked;

	start(self, "", "", ASSISTANT);
	id = place(self, "+15550100010", 200);
	peer_wait(self, "stream", 1);
	wait_in_progress(self);
	act(self, id, "end", NULL, 200);
	asked = peer_wait_request(self, "hang_up");
	g_assert_cmpstr(json_object_get_string_member(asked, "call_id"), ==, "peer-1");
	peer_wait(self, "closed", 1);
	assert_ends(self, 1, "completed");
}

static void
test_fates(Generic *self, gconstpointer data)
{
	g_autofree char *busy = NULL;

	start(self, "", "", ASSISTANT);
	place(self, "+15550100003", 502);
	assert_ends(self, 1, "failed");
	busy = place(self, "+15550100001", 200);
	assert_ends(self, 2, "busy");
}

static void
test_withdrawn(Generic *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	start(self, "", "", ASSISTANT);
	id = place(self, "+15550100002", 200);
	listener_wait(self->listener, "call.ringing", 1);
	act(self, id, "end", NULL, 200);
	peer_wait_request(self, "hang_up");
	assert_ends(self, 1, "canceled");
}

/* The far end speaks, is understood and answered, and hangs up. */
static void
test_conversation(Generic *self, gconstpointer data)
{
	static const struct {
		const char *role;
		const char *part;
	} said[] = {{"assistant", "Lucia"}, {"user", "hours"}, {"assistant", "Tuesday to Sunday"}};
	const char *const *words = data;
	g_autofree char *arguments = g_strdup_printf("--say '%s/data/opening-hours.wav' %s",
						     g_getenv("G_TEST_SRCDIR"), words[0]);
	g_autoptr(JsonObject) call = NULL;
	JsonArray *messages;

	start(self, arguments, words[1], DIALOG);
	come_in(self);
	/* A slow machine says "one moment" first: when they are understood, the answer follows. */
	listener_wait(self->listener, "message.received", 1);
	peer_do(self, "{\"do\":\"leave\",\"call_id\":\"in-1\"}");
	peer_wait(self, "closed", 1);
	assert_ends(self, 1, "completed");
	call = fixture_wait_call(&self->base, "completed");
	messages = json_object_get_array_member(call, "transcription");
	g_assert_cmpuint(json_array_get_length(messages), ==, G_N_ELEMENTS(said));
	for (guint i = 0; i < G_N_ELEMENTS(said); i++) {
		JsonObject *message = json_array_get_object_element(messages, i);

		g_assert_cmpstr(json_object_get_string_member(message, "role"), ==, said[i].role);
		g_assert_nonnull(
		    strstr(json_object_get_string_member(message, "content"), said[i].part));
	}
}

/* ---- text messages ---- */

static void
test_messages(Generic *self, gconstpointer data)
{
	g_autoptr(JsonObject) sent = NULL;
	JsonObject *asked;

	start(self, "", "", ASSISTANT);
	sent = fixture_request(&self->base, "POST", "/voice/messages",
			       "{\"to\":\"+15550100042\",\"text\":\"\\\"hello\\\"\\n\"}", 200);
	asked = peer_wait_request(self, "send_sms");
	g_assert_cmpstr(json_object_get_string_member(asked, "text"), ==, "\"hello\"\n");
	listener_wait(self->listener, "sms.status", 1);
	peer_do(self, "{\"do\":\"sms\",\"id\":\"m1\",\"from\":\"+15550100001\",\"to\":"
		      "\"+15550100002\",\"text\":\"are you open?\"}");
	listener_wait(self->listener, "sms.received", 1);
}

/* ---- who is not let in ---- */

static void
assert_answer(Generic *self, guint n, gint64 status)
{
	g_assert_cmpint(json_object_get_int_member(peer_wait(self, "answer", n), "status"), ==,
			status);
}

#define EVENT                                                                                      \
	"\"body\":{\"provider\":\"acme\",\"event_type\":\"inbound\",\"call_id\":\"x\",\"data\":{}" \
	"}"

static void
test_strangers(Generic *self, gconstpointer data)
{
	g_autoptr(JsonObject) list = NULL;

	start(self, "", "", ASSISTANT);
	peer_do(self, "{\"do\":\"post\"," EVENT "}");
	assert_answer(self, 1, 403);
	peer_do(self, "{\"do\":\"post\"," EVENT ",\"headers\":{\"X-API-Key\":\"wrong\"}}");
	assert_answer(self, 2, 403);
	peer_do(self, "{\"do\":\"post\"," EVENT ",\"headers\":{\"X-Signature\":\"" KEY "\"}}");
	assert_answer(self, 3, 403);
	list = fixture_request(&self->base, "GET", "/voice/calls", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(list, "calls")), ==, 0);
	/* The form of POST /voice/webhook/generic, from the right one. */
	peer_do(self, "{\"do\":\"post\",\"body\":{\"provider\":\"acme\",\"event_type\":\"news\","
		      "\"call_id\":\"x\",\"data\":{}},\"headers\":{\"X-API-Key\":\"" KEY "\"}}");
	assert_answer(self, 4, 200);
	g_assert_true(json_object_get_boolean_member(
	    json_object_get_object_member(peer_wait(self, "answer", 4), "body"), "success"));
}

/* A media URL is good once, and no other opens a stream. */
static void
test_token_reuse(Generic *self, gconstpointer data)
{
	g_autofree char *again = NULL;
	g_autofree char *guess = NULL;
	JsonObject *answer;
	const char *url;

	start(self, "", "", ASSISTANT);
	come_in(self);
	peer_wait(self, "stream", 1);
	wait_in_progress(self);
	answer = json_object_get_object_member(peer_wait(self, "answer", 1), "body");
	url = json_object_get_string_member(answer, "media_url");
	again = g_strdup_printf("{\"do\":\"stream\",\"url\":\"%s\"}", url);
	peer_do(self, again);
	g_assert_cmpint(json_object_get_int_member(peer_wait(self, "refused", 1), "status"), ==,
			403);
	guess = g_strdup_printf("{\"do\":\"stream\",\"url\":\"%.*sx\"}", (int)strlen(url) - 1, url);
	peer_do(self, guess);
	g_assert_cmpint(json_object_get_int_member(peer_wait(self, "refused", 2), "status"), ==,
			403);
}

/* ---- configuration ---- */

static void
test_names(Generic *self, gconstpointer data)
{
	g_autoptr(JsonObject) current = NULL;
	g_autoptr(JsonObject) switched = NULL;
	g_autoptr(JsonObject) tested = NULL;

	start(self, "", "", ASSISTANT);
	current = fixture_request(&self->base, "GET", "/voice/providers/current", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(current, "provider"), ==, "generic-http");
	switched = fixture_request(&self->base, "POST", "/voice/providers/switch",
				   "{\"provider\":\"generic\"}", 200);
	g_assert_cmpstr(json_object_get_string_member(switched, "current_provider"), ==,
			"generic-http");
	tested = fixture_request(&self->base, "POST", "/voice/providers/test", "{}", 200);
	g_assert_true(json_object_get_boolean_member(tested, "success"));
}

static void
test_wrong_configuration(Generic *self, gconstpointer data)
{
	static const char *const expected[] = {"call-body", "{{too}}", "{{to}}"};
	g_autofree char *output = NULL;
	int status;

	fixture_configure(&self->base, "[driver:generic-http]\ncall-url=https://a.test/calls\n"
				       "call-body={\"to\":\"{{too}}\"}\n");
	output = fixture_run_daemon(&self->base, "--check-config", &status);
	g_assert_cmpint(status, !=, 0);
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_nonnull(strstr(output, expected[i]));
}

int
main(int argc, char **argv)
{
	static const char *const binary[] = {"", ""};
	static const char *const json[] = {
	    "--framing json --format mulaw-8000 --auth hmac --token-in-start",
	    "media-framing=json\nmedia-format=mulaw-8000\nwebhook-auth=hmac\n"
	    "send-mark={\"event\":\"mark\",\"name\":\"{{name}}\"}\n"
	    "send-clear={\"event\":\"clear\"}\n"};

	g_test_init(&argc, &argv, NULL);
#define ADD(name, func, words) g_test_add("/generic/" name, Generic, words, set_up, func, tear_down)
	ADD("out", test_out, NULL);
	ADD("hang-up", test_hang_up, NULL);
	ADD("fates", test_fates, NULL);
	ADD("withdrawn", test_withdrawn, NULL);
	ADD("conversation/binary", test_conversation, binary);
	ADD("conversation/json", test_conversation, json);
	ADD("messages", test_messages, NULL);
	ADD("strangers", test_strangers, NULL);
	ADD("token-reuse", test_token_reuse, NULL);
	ADD("names", test_names, NULL);
	ADD("wrong-configuration", test_wrong_configuration, NULL);
#undef ADD
	return g_test_run();
}
