/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agents without a telephone: messages over REST, in one piece and streamed, conversations that are gone
 * on with, and agents that are made. The language model is the emulator of the openai engine's service.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <offhook/wav.h>
#include <string.h>

#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"opening hours\",\"text\":\"We are open from noon until ten in the evening.\"}," \
	"{\"if\":\"never mind\",\"text\":\"Very well.\"},"                                         \
	"{\"if\":\"ponder\",\"fault\":\"half-open\"},"                                             \
	"{\"if\":\"crash\",\"fault\":\"400\"},"                                                    \
	"{\"if\":\"bye\",\"text\":\"Goodbye!\",\"tools\":[{\"name\":\"hang_up\","                  \
	"\"arguments\":{}}]},"                                                                     \
	"{\"text\":\"Very well.\"}]}"
#define CONFIG                                                                                     \
	"max-conversations=3\n"                                                                    \
	"[engine:openai]\nbase-url=%s\nmodel=emulated\n"                                           \
	"first-byte-timeout-ms=60000\nstall-timeout-ms=60000\n"                                    \
	"[assistant:reception]\nagents=orchestrator\nllm=openai\ngreeting=Hello there.\n"          \
	"prompt=The guest is {variables.guest}, {guest}, not {variables.other}. "                  \
	"{\"x\":{y}}\nllm-timeout-ms=60000\nstall-timeout-ms=30000\nanswer-timeout-ms=120000\n"    \
	"[assistant:bar]\nagents=dialog\nstt=pocketsphinx\n"                                       \
	"[assistant:crew]\nagents=input, sentiment, orchestrator, "                                \
	"dialog\nllm=openai\n" FIXTURE_PATIENT                                                     \
	"[assistant:door]\nagents=input, dialog\nllm=openai\n"                                     \
	"input.classify=true\ninput.budget-ms=5000\n" FIXTURE_PATIENT

#define MESSAGE "/agents/reception/message"

typedef struct {
	Fixture fixture;
	Service *service;
} Agents;

static void
set_up(Agents *self, gconstpointer data)
{
	g_autofree char *path = NULL;
	g_autofree char *arguments = NULL;
	g_autofree char *config = NULL;

	fixture_set_up(&self->fixture, data);
	path = g_build_filename(self->fixture.dir, "script.json", NULL);
	arguments = g_strdup_printf("--script '%s'", path);
	g_assert_true(g_file_set_contents(path, SCRIPT, -1, NULL));
	self->service = service_start("openai", arguments);
	config = g_strdup_printf(CONFIG, service_get_base_url(self->service));
	fixture_configure(&self->fixture, config);
	fixture_start(&self->fixture);
}

static void
tear_down(Agents *self, gconstpointer data)
{
	service_stop(self->service);
	fixture_tear_down(&self->fixture, data);
}

/* (transfer full): the reply's `response` */
static JsonObject *
send(Agents *self, const char *path, const char *body)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "POST", path, body, SOUP_STATUS_OK);

	g_assert_true(json_object_get_boolean_member(reply, "success"));
	return json_object_ref(json_object_get_object_member(reply, "response"));
}

static void
expect_refusal(Agents *self, const char *method, const char *path, const char *body, guint status,
	       const char *code, const char *field)
{
	g_autoptr(JsonObject) reply = fixture_request(&self->fixture, method, path, body, status);
	JsonObject *error = json_object_get_object_member(reply, "error");
	JsonObject *details = json_object_get_object_member(error, "details");

	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, code);
	if (field == NULL)
		return;
	g_assert_cmpstr(json_object_get_string_member(details, "field"), ==, field);
	g_assert_true(json_object_has_member(details, "value"));
	g_assert_cmpuint(strlen(json_object_get_string_member(details, "expected")), >, 0);
}

/* What the model was asked last. (transfer full) */
static JsonObject *
read_question(Agents *self)
{
	g_autoptr(JsonObject) state = service_get_state(self->service);
	g_autoptr(JsonParser) parser = json_parser_new();

	g_assert_true(json_parser_load_from_data(
	    parser, json_object_get_string_member(state, "last_chat"), -1, NULL));
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

/* ---- one message ---- */

static void
test_message(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    send(self, MESSAGE,
		 "{\"message\":\"what are your opening hours\",\"context\":{\"user_id\":\"anna\","
		 "\"session_id\":\"s\",\"conversation_id\":\"c-1\"},\"options\":{\"temperature\":0."
		 "25}}");
	g_autoptr(JsonObject) question = read_question(self);
	g_autoptr(JsonObject) conversation = NULL;
	JsonObject *metadata;

	g_assert_cmpstr(json_object_get_string_member(response, "message"), ==,
			"We are open from noon until ten in the evening.");
	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==,
			"agent-orchestrator");
	g_assert_cmpstr(json_object_get_string_member(response, "model"), ==, "emulated");
	g_assert_cmpint(json_object_get_int_member(response, "tokens_used"), >, 0);
	g_assert_cmpfloat(json_object_get_double_member(response, "response_time"), >, 0);
	g_assert_cmpfloat(json_object_get_double_member(question, "temperature"), ==, 0.25);
	conversation =
	    fixture_request(&self->fixture, "GET", "/conversations/c-1", NULL, SOUP_STATUS_OK);
	metadata = json_object_get_object_member(conversation, "metadata");
	g_assert_cmpstr(json_object_get_string_member(conversation, "user_id"), ==, "anna");
	g_assert_cmpstr(json_object_get_string_member(conversation, "status"), ==, "active");
	g_assert_cmpint(json_object_get_int_member(conversation, "message_count"), ==, 2);
	g_assert_cmpstr(json_object_get_string_member(metadata, "agent_type"), ==, "orchestrator");
	g_assert_cmpstr(json_object_get_string_member(metadata, "model"), ==, "emulated");
	g_assert_cmpint(json_object_get_int_member(metadata, "total_tokens"), ==,
			json_object_get_int_member(response, "tokens_used"));
}

static void
test_refusals(Agents *self, gconstpointer data)
{
	expect_refusal(self, "POST", MESSAGE, "{\"context\":{}}", 400, "VALIDATION_ERROR",
		       "message");
	expect_refusal(self, "POST", MESSAGE, "{\"message\":\"\",\"context\":{}}", 400,
		       "VALIDATION_ERROR", "message");
	expect_refusal(self, "POST", MESSAGE, "{\"message\":7,\"context\":{}}", 400,
		       "VALIDATION_ERROR", "message");
	expect_refusal(self, "POST", MESSAGE, "{\"message\":\"hi\"}", 400, "VALIDATION_ERROR",
		       "context");
	expect_refusal(self, "POST", MESSAGE, "{\"message\":\"hi\",\"context\":[]}", 400,
		       "VALIDATION_ERROR", "context");
	expect_refusal(self, "POST", MESSAGE, "{\"message\":\"hi\",\"context\":{\"user_id\":1}}",
		       400, "VALIDATION_ERROR", "user_id");
	expect_refusal(self, "POST", MESSAGE,
		       "{\"message\":\"hi\",\"context\":{},\"options\":{\"temperature\":2.5}}", 400,
		       "VALIDATION_ERROR", "temperature");
	expect_refusal(self, "POST", "/agents/nobody/message",
		       "{\"message\":\"hi\",\"context\":{}}", 404, "NOT_FOUND", NULL);
	expect_refusal(self, "GET", "/agents/nobody/status", NULL, 404, "NOT_FOUND", NULL);
	/* What the service refuses is nobody's answer. */
	expect_refusal(self, "POST", MESSAGE, "{\"message\":\"crash\",\"context\":{}}", 502,
		       "PROVIDER_ERROR", NULL);
}

/* ---- a stream ---- */

/* (transfer full): all of the stream */
static char *
read_stream(Agents *self, const char *path, const char *body)
{
	g_autofree char *uri = g_strconcat(self->fixture.url, path, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	g_autoptr(GBytes) sent = g_bytes_new(body, strlen(body));
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     self->fixture.token);
	soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	reply = soup_session_send_and_read(self->fixture.session, msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(soup_message_get_status(msg), ==, 200);
	g_assert_cmpstr(
	    soup_message_headers_get_content_type(soup_message_get_response_headers(msg), NULL), ==,
	    "text/event-stream");
	return g_strndup(g_bytes_get_data(reply, NULL), g_bytes_get_size(reply));
}

static void
test_stream(Agents *self, gconstpointer data)
{
	g_autofree char *text =
	    read_stream(self, MESSAGE,
			"{\"message\":\"what are your opening hours\",\"context\":{},"
			"\"options\":{\"stream\":true}}");
	g_auto(GStrv) events = g_strsplit(text, "\n\n", -1);
	g_autoptr(GString) said = g_string_new(NULL);
	g_autofree char *message = NULL;
	guint n_deltas = 0;

	g_test_message("%s", text);
	for (guint i = 0; events[i] != NULL && *events[i] != '\0'; i++) {
		const char *json = strstr(events[i], "\ndata: ");
		g_autoptr(JsonParser) parser = json_parser_new();
		JsonObject *object;

		g_assert_nonnull(json);
		g_assert_null(message);
		g_assert_true(json_parser_load_from_data(parser, json + 7, -1, NULL));
		object = json_node_get_object(json_parser_get_root(parser));
		if (g_str_has_prefix(events[i], "event: delta\n")) {
			n_deltas++;
			g_string_append(said, json_object_get_string_member(object, "text"));
		} else if (g_str_has_prefix(events[i], "event: response\n")) {
			message = g_strdup(json_object_get_string_member(
			    json_object_get_object_member(object, "response"), "message"));
		}
	}
	/* As it comes, and whole in the end. */
	g_assert_cmpuint(n_deltas, >, 1);
	g_assert_cmpstr(message, ==, said->str);
	g_assert_cmpstr(message, ==, "We are open from noon until ten in the evening.");
}

/* ---- conversations ---- */

static void
test_begin(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) greeting = send(
	    self, "/conversations", "{\"agent_id\":\"reception\",\"context\":{\"user_id\":\"a\"}}");
	const char *id = json_object_get_string_member(greeting, "conversation_id");
	g_autofree char *path = g_strdup_printf("/conversations/%s/end", id);
	g_autofree char *talk = g_strdup_printf("/conversations/%s", id);
	g_autofree char *body = g_strdup_printf("{\"message\":\"bye\",\"context\":{\"user_id\":"
						"\"a\",\"conversation_id\":\"%s\"}}",
						id);
	g_autoptr(JsonObject) goodbye = NULL;
	g_autoptr(JsonObject) ended = NULL;
	g_autoptr(JsonObject) conversation = NULL;
	JsonArray *actions;

	g_assert_cmpstr(json_object_get_string_member(greeting, "message"), ==, "Hello there.");
	goodbye = send(self, MESSAGE, body);
	actions = json_object_get_array_member(goodbye, "actions");
	g_assert_cmpuint(json_array_get_length(actions), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(actions, 0), "type"), ==,
	    "hang_up");
	ended = fixture_request(&self->fixture, "POST", path, NULL, 200);
	conversation = fixture_request(&self->fixture, "GET", talk, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(conversation, "status"), ==, "completed");
	g_assert_cmpint(json_object_get_int_member(conversation, "message_count"), ==, 3);
	expect_refusal(self, "POST", path, NULL, 404, "NOT_FOUND", NULL);
}

#define SAY(user, id, text)                                                                        \
	"{\"message\":\"" text "\",\"context\":{\"user_id\":\"" user                               \
	"\",\"conversation_id\":\"" id "\"}}"

/* Each user has his own, also when the server was started anew. */
static void
test_users(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) first = send(self, MESSAGE, SAY("anna", "c", "my name is anna"));
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) state = NULL;
	g_autoptr(JsonObject) conversation = NULL;

	expect_refusal(self, "POST", MESSAGE, SAY("ben", "c", "who am i"), 403,
		       "AUTHORIZATION_ERROR", NULL);
	fixture_stop(&self->fixture);
	fixture_start(&self->fixture);
	expect_refusal(self, "POST", MESSAGE, SAY("ben", "c", "who am i"), 403,
		       "AUTHORIZATION_ERROR", NULL);
	second = send(self, MESSAGE, SAY("anna", "c", "who am i"));
	state = service_get_state(self->service);
	g_assert_nonnull(
	    strstr(json_object_get_string_member(state, "last_chat"), "my name is anna"));
	conversation = fixture_request(&self->fixture, "GET", "/conversations/c", NULL, 200);
	g_assert_cmpint(json_object_get_int_member(conversation, "message_count"), ==, 4);
	g_assert_cmpint(
	    json_object_get_int_member(json_object_get_object_member(conversation, "metadata"),
				       "total_tokens"),
	    ==,
	    json_object_get_int_member(first, "tokens_used") +
		json_object_get_int_member(second, "tokens_used"));
}

/* What is erased is not remembered by whoever had it in memory either. */
static void
test_erased(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) first = send(self, MESSAGE, SAY("anna", "c", "my name is anna"));
	g_autoptr(JsonObject) receipt =
	    fixture_request(&self->fixture, "DELETE", "/callers/user/anna", NULL, 200);
	g_autoptr(JsonObject) gone =
	    fixture_request(&self->fixture, "GET", "/conversations/c", NULL, 404);
	g_autoptr(JsonObject) second = send(self, MESSAGE, SAY("anna", "c", "who am i"));
	g_autoptr(JsonObject) state = service_get_state(self->service);

	g_assert_true(json_object_get_boolean_member(receipt, "complete"));
	g_assert_null(strstr(json_object_get_string_member(state, "last_chat"), "my name is anna"));
}

/* The same session of the same user is the same conversation; the fourth one takes the place of the first. */
static void
test_sessions(Agents *self, gconstpointer data)
{
	static const char *const bodies[] = {
	    "{\"message\":\"one\",\"context\":{\"user_id\":\"u\",\"session_id\":\"1\"}}",
	    "{\"message\":\"two\",\"context\":{\"user_id\":\"u\",\"session_id\":\"1\"}}",
	    "{\"message\":\"one\",\"context\":{\"user_id\":\"v\",\"session_id\":\"1\"}}",
	    "{\"message\":\"one\",\"context\":{\"user_id\":\"u\",\"session_id\":\"2\"}}",
	    "{\"message\":\"one\",\"context\":{\"user_id\":\"u\",\"session_id\":\"3\"}}",
	};
	char *ids[G_N_ELEMENTS(bodies)];
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) closed = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(JsonObject) response = send(self, MESSAGE, bodies[i]);

		ids[i] = g_strdup(json_object_get_string_member(response, "conversation_id"));
	}
	g_assert_cmpstr(ids[0], ==, ids[1]);
	g_assert_cmpstr(ids[0], !=, ids[2]);
	g_assert_cmpstr(ids[0], !=, ids[3]);
	path = g_strconcat("/conversations/", ids[0], NULL);
	closed = fixture_request(&self->fixture, "GET", path, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(closed, "status"), ==, "completed");
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++)
		g_free(ids[i]);
}

static gboolean
is_pondering(gpointer data)
{
	Agents *self = data;
	g_autoptr(JsonObject) state = service_get_state(self->service);
	const char *chat = json_object_get_string_member_with_default(state, "last_chat", NULL);

	return chat != NULL && strstr(chat, "ponder") != NULL;
}

/* Whether nothing is being answered. */
static gboolean
is_free(gpointer data)
{
	Agents *self = data;
	g_autofree char *uri = g_strconcat(self->fixture.url, "/conversations/busy/messages", NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	g_autoptr(GBytes) sent = g_bytes_new_static("{\"role\":\"user\",\"content\":\"x\"}", 29);
	g_autoptr(GBytes) reply = NULL;

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     self->fixture.token);
	soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	reply = soup_session_send_and_read(self->fixture.session, msg, NULL, NULL);
	return soup_message_get_status(msg) == 200;
}

/* While one message is being answered the next is refused; who hangs up waits for nothing any more. */
static void
test_busy(Agents *self, gconstpointer data)
{
	g_autofree char *uri = g_strconcat(self->fixture.url, MESSAGE, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	const char *body = SAY("anna", "busy", "ponder");
	g_autoptr(GBytes) sent = g_bytes_new_static(body, strlen(body));
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;
	g_autoptr(JsonObject) answer = NULL;
	gint64 hung_up_us;

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     self->fixture.token);
	soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	soup_session_send_and_read_async(self->fixture.session, msg, G_PRIORITY_DEFAULT,
					 cancellable, harness_store_result_cb, &result);
	harness_poll_until(is_pondering, self, "the model to be asked");
	expect_refusal(self, "POST", MESSAGE, SAY("anna", "busy", "hello"), 409, "INVALID_STATE",
		       NULL);
	expect_refusal(self, "POST", "/conversations/busy/messages",
		       "{\"role\":\"user\",\"content\":\"x\"}", 409, "INVALID_STATE", NULL);
	hung_up_us = g_get_monotonic_time();
	g_cancellable_cancel(cancellable);
	done = harness_wait_result(&result, "the cancelled request");
	harness_poll_until(is_free, self, "the conversation to be free");
	/* The model has a minute. */
	g_assert_cmpint(g_get_monotonic_time() - hung_up_us, <, 30 * G_USEC_PER_SEC);
	answer = send(self, MESSAGE, SAY("anna", "busy", "never mind"));
	g_assert_cmpstr(json_object_get_string_member(answer, "message"), ==, "Very well.");
}

static void
test_added(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) answer = send(self, MESSAGE, SAY("anna", "c", "hello"));
	g_autoptr(JsonObject) added = fixture_request(
	    &self->fixture, "POST", "/conversations/c/messages",
	    "{\"role\":\"system\",\"content\":\"Anna is a friend.\",\"metadata\":{\"by\":1}}", 200);
	g_autoptr(JsonObject) ended =
	    fixture_request(&self->fixture, "POST", "/conversations/c/end", NULL, 200);
	g_autoptr(JsonObject) again =
	    fixture_request(&self->fixture, "POST", "/conversations/c/messages",
			    "{\"role\":\"user\",\"content\":\"Are you there?\"}", 200);
	g_autoptr(JsonObject) conversation =
	    fixture_request(&self->fixture, "GET", "/conversations/c", NULL, 200);
	JsonArray *messages = json_object_get_array_member(conversation, "messages");
	JsonObject *message = json_object_get_object_member(added, "message");

	g_assert_true(json_object_get_boolean_member(added, "conversation_updated"));
	g_assert_cmpstr(json_object_get_string_member(message, "role"), ==, "system");
	g_assert_cmpuint(json_array_get_length(messages), ==, 4);
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(messages, 2), "id"), ==,
	    json_object_get_string_member(message, "id"));
	g_assert_false(
	    json_object_has_member(json_array_get_object_element(messages, 0), "agent_id"));
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(messages, 1), "agent_id"),
	    ==, "orchestrator");
	expect_refusal(self, "POST", "/conversations/c/messages",
		       "{\"role\":\"nobody\",\"content\":\"x\"}", 400, "VALIDATION_ERROR", "role");
	expect_refusal(self, "POST", "/conversations/c/messages", "{\"role\":\"user\"}", 400,
		       "VALIDATION_ERROR", "content");
	expect_refusal(self, "POST", "/conversations/none/messages",
		       "{\"role\":\"user\",\"content\":\"x\"}", 404, "NOT_FOUND", NULL);
}

/* What comes with a conversation is in its prompt, other braces stay. */
static void
test_variables(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    send(self, MESSAGE,
		 "{\"message\":\"hello\",\"context\":{\"variables\":{\"guest\":\"Lucia\"}}}");
	g_autoptr(JsonObject) question = read_question(self);
	JsonObject *instructions =
	    json_array_get_object_element(json_object_get_array_member(question, "messages"), 0);

	g_assert_true(g_str_has_prefix(json_object_get_string_member(instructions, "content"),
				       "The guest is Lucia, Lucia, not . {\"x\":{y}}"));
	expect_refusal(self, "POST", MESSAGE,
		       "{\"message\":\"hello\",\"context\":{\"variables\":{\"Guest\":\"x\"}}}", 400,
		       "VALIDATION_ERROR", "variables");
	expect_refusal(self, "POST", MESSAGE,
		       "{\"message\":\"hello\",\"context\":{\"variables\":{\"guest\":1}}}", 400,
		       "VALIDATION_ERROR", "variables.guest");
}

/* ---- intents and speech ---- */

/* Nobody here finds out what a caller wants. */
static void
test_intent(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "POST", "/process-intent",
			    "{\"text\":\"what are your opening hours\",\"context\":{}}", 200);

	g_assert_true(json_object_get_boolean_member(reply, "success"));
	g_assert_cmpstr(json_object_get_string_member(reply, "intent"), ==, "unknown");
	g_assert_cmpfloat(json_object_get_double_member(reply, "confidence"), ==, 0);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(reply, "entities")), ==,
			 0);
	g_assert_cmpstr(json_object_get_string_member(reply, "response"), ==,
			"We are open from noon until ten in the evening.");
	expect_refusal(self, "POST", "/process-intent", "{\"context\":{}}", 400, "VALIDATION_ERROR",
		       "text");
}

/* (transfer full): the reply */
static JsonObject *
send_speech(Agents *self, const char *path, const char *type, GBytes *body, guint status)
{
	g_autofree char *uri = g_strconcat(self->fixture.url, path, NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("POST", uri);
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonParser) parser = json_parser_new();

	soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
				     self->fixture.token);
	soup_message_set_request_body_from_bytes(msg, type, body);
	reply = soup_session_send_and_read(self->fixture.session, msg, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(json_parser_load_from_data(parser, g_bytes_get_data(reply, NULL),
						 (gssize)g_bytes_get_size(reply), NULL));
	g_test_message("%.*s", (int)g_bytes_get_size(reply),
		       (const char *)g_bytes_get_data(reply, NULL));
	g_assert_cmpuint(soup_message_get_status(msg), ==, status);
	return json_object_ref(json_node_get_object(json_parser_get_root(parser)));
}

static void
expect_understood(JsonObject *reply)
{
	g_assert_true(json_object_get_boolean_member(reply, "success"));
	g_assert_cmpstr(json_object_get_string_member(reply, "transcript"), ==,
			"what are your opening hours");
	g_assert_nonnull(
	    strstr(json_object_get_string_member(reply, "response"), "from Tuesday to Sunday"));
}

/* A real recogniser, and the same speech as a file, as a line has it, and in JSON. */
static void
test_audio(Agents *self, gconstpointer data)
{
	g_autofree char *path = fixture_expand(&self->fixture, "@DATA@/opening-hours.wav");
	g_autofree char *text = NULL;
	g_autofree char *base64 = NULL;
	g_autofree char *json = NULL;
	g_autoptr(GBytes) file = NULL;
	g_autoptr(GBytes) line = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) third = NULL;
	g_autoptr(JsonObject) refused = NULL;
	g_autoptr(JsonObject) deaf = NULL;
	OffhookWavInfo info;
	gsize size;

	g_assert_true(g_file_get_contents(path, &text, &size, NULL));
	g_assert_true(offhook_wav_parse((const guint8 *)text, size, &info, NULL));
	g_assert_cmpint(info.encoding, ==, OFFHOOK_ENCODING_MULAW);
	file = g_bytes_new_static(text, size);
	line = g_bytes_new_static(text + info.offset, info.size);
	base64 = g_base64_encode((const guint8 *)text + info.offset, info.size);
	json =
	    g_strdup_printf("{\"agent_id\":\"bar\",\"audio\":\"%s\",\"format\":\"ulaw\"}", base64);
	body = g_bytes_new_static(json, strlen(json));
	first = send_speech(self, "/process-audio?agent_id=bar", "audio/wav", file, 200);
	second = send_speech(self, "/process-audio?agent_id=bar&user_id=u&session_id=s",
			     "audio/PCMU", line, 200);
	third = send_speech(self, "/process-audio", "application/json", body, 200);
	expect_understood(first);
	expect_understood(second);
	expect_understood(third);
	refused = send_speech(self, "/process-audio?agent_id=bar", "audio/ogg", line, 400);
	deaf = send_speech(self, "/process-audio?agent_id=reception", "audio/wav", file, 501);
	expect_refusal(self, "POST", "/process-audio", "{\"agent_id\":\"bar\"}", 400,
		       "VALIDATION_ERROR", "audio");
}

/* An agent alone that only looks: what it has found is the answer. */
static void
test_sentiment(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    send(self, "/agents/sentiment/message",
		 "{\"message\":\"this is terrible, i am very angry\",\"context\":{}}");

	g_assert_cmpstr(json_object_get_string_member(response, "sentiment"), ==, "negative");
	g_assert_cmpfloat(json_object_get_double_member(response, "confidence"), >, 0);
	g_assert_cmpstr(json_object_get_string_member(response, "agent"), ==, "sentiment");
	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, "agent-sentiment");
	g_assert_cmpstr(json_object_get_string_member(response, "message"), ==, "");
}

/* Of several agents it is told who spoke, and each finding is its finder's. */
static void
test_speaker(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    send(self, "/agents/crew/message",
		 "{\"message\":\"my number is 4711, this is terrible, i am very angry\","
		 "\"context\":{\"conversation_id\":\"c-9\"}}");
	g_autoptr(JsonObject) conversation =
	    fixture_request(&self->fixture, "GET", "/conversations/c-9", NULL, SOUP_STATUS_OK);
	g_autoptr(JsonObject) intent = fixture_request(
	    &self->fixture, "POST", "/process-intent",
	    "{\"agent_id\":\"crew\",\"text\":\"my number is 4711, this is terrible, i am very "
	    "angry\"}",
	    SOUP_STATUS_OK);

	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==,
			"agent-orchestrator");
	g_assert_cmpstr(json_object_get_string_member(
			    json_object_get_object_member(conversation, "metadata"), "agent_type"),
			==, "orchestrator");
	g_assert_cmpstr(json_object_get_string_member(response, "sentiment"), ==, "negative");
	g_assert_cmpfloat(json_object_get_double_member(response, "confidence"), ==,
			  json_object_get_double_member(intent, "confidence"));
}

/* The language model is the assistant's, also when no agent that answers has one. */
static void
test_consulted(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) response = send(self, "/agents/door/message",
					      "{\"message\":\"hmm well something or other\","
					      "\"context\":{}}");
	g_autoptr(JsonObject) question = read_question(self);

	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, "agent-dialog");
	g_assert_cmpfloat(json_object_get_double_member(question, "temperature"), ==, 0);
}

/* ---- agents ---- */

static JsonObject *
find_agent(Agents *self, const char *id)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "GET", "/agents", NULL, SOUP_STATUS_OK);
	JsonArray *agents = json_object_get_array_member(reply, "agents");

	for (guint i = 0; i < json_array_get_length(agents); i++) {
		JsonObject *agent = json_array_get_object_element(agents, i);

		if (g_str_equal(json_object_get_string_member(agent, "id"), id))
			return json_object_ref(agent);
	}
	return NULL;
}

#define CREATE                                                                                     \
	"{\"agent_type\":\"orchestrator\",\"name\":\"Poet\",\"configuration\":{"                   \
	"\"model\":\"poet-1\",\"temperature\":1.5,\"max_tokens\":77,\"prompt\":\"Rhyme.\"}}"

static void
test_create(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) reply =
	    fixture_request(&self->fixture, "POST", "/agents/create", CREATE, SOUP_STATUS_OK);
	JsonObject *made = json_object_get_object_member(reply, "agent");
	const char *id = json_object_get_string_member(made, "id");
	g_autofree char *path = g_strdup_printf("/agents/%s/message", id);
	g_autofree char *own = g_strdup_printf("/agents/%s", id);
	g_autofree char *status_path = g_strdup_printf("/agents/%s/status", id);
	g_autoptr(JsonObject) response = NULL;
	g_autoptr(JsonObject) question = NULL;
	g_autoptr(JsonObject) listed = NULL;
	g_autoptr(JsonObject) status = NULL;
	g_autoptr(JsonObject) gone = NULL;

	fixture_stop(&self->fixture);
	fixture_start(&self->fixture);
	listed = find_agent(self, id);
	g_assert_nonnull(listed);
	g_assert_cmpstr(json_object_get_string_member(listed, "name"), ==, "Poet");
	g_assert_cmpstr(json_object_get_string_member(listed, "type"), ==, "orchestrator");
	g_assert_cmpstr(json_object_get_string_member(listed, "created_at"), ==,
			json_object_get_string_member(made, "created_at"));
	response = send(self, path, "{\"message\":\"hello\",\"context\":{}}");
	question = read_question(self);
	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, id);
	g_assert_cmpstr(json_object_get_string_member(response, "model"), ==, "poet-1");
	g_assert_cmpstr(json_object_get_string_member(question, "model"), ==, "poet-1");
	g_assert_cmpfloat(json_object_get_double_member(question, "temperature"), ==, 1.5);
	g_assert_cmpint(json_object_get_int_member(question, "max_tokens"), ==, 77);
	status = fixture_request(&self->fixture, "GET", status_path, NULL, 200);
	g_assert_cmpint(json_object_get_int_member(status, "total_requests"), ==, 1);
	gone = fixture_request(&self->fixture, "DELETE", own, NULL, 200);
	expect_refusal(self, "GET", status_path, NULL, 404, "NOT_FOUND", NULL);
	g_clear_pointer(&listed, json_object_unref);
	listed = find_agent(self, id);
	g_assert_null(listed);
}

#define MAKE(type, configuration)                                                                  \
	"{\"agent_type\":\"" type "\",\"name\":\"x\",\"configuration\":{" configuration "}}"

static void
test_create_refusals(Agents *self, gconstpointer data)
{
	static const struct {
		const char *body;
		const char *field;
	} cases[] = {
	    {"{}", "agent_type"},
	    {"{\"agent_type\":\"orchestrator\"}", "name"},
	    {MAKE("nobody", ""), "agent_type"},
	    {MAKE("orchestrator", "\"temperature\":2.01"), "temperature"},
	    {MAKE("orchestrator", "\"temperature\":\"warm\""), "temperature"},
	    {MAKE("orchestrator", "\"max_tokens\":0"), "max_tokens"},
	    {MAKE("orchestrator", "\"max_tokens\":1.5"), "max_tokens"},
	    {MAKE("orchestrator", "\"model\":1"), "model"},
	    {MAKE("orchestrator", "\"colour\":1"), "configuration"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		expect_refusal(self, "POST", "/agents/create", cases[i].body, 400,
			       "VALIDATION_ERROR", cases[i].field);
	expect_refusal(self, "DELETE", "/agents/agent-dialog", NULL, 501, "NOT_SUPPORTED", NULL);
	expect_refusal(self, "DELETE", "/agents/nobody", NULL, 404, "NOT_FOUND", NULL);
}

static void
test_status(Agents *self, gconstpointer data)
{
	g_autoptr(JsonObject) before =
	    fixture_request(&self->fixture, "GET", "/agents/agent-dialog/status", NULL, 200);
	g_autoptr(JsonObject) first =
	    send(self, "/agents/dialog/message", "{\"message\":\"opening hours\",\"context\":{}}");
	g_autoptr(JsonObject) second =
	    send(self, "/agents/bar/message", "{\"message\":\"opening hours\",\"context\":{}}");
	g_autoptr(JsonObject) agent =
	    fixture_request(&self->fixture, "GET", "/agents/agent-dialog/status", NULL, 200);
	g_autoptr(JsonObject) assistant =
	    fixture_request(&self->fixture, "GET", "/agents/assistant-bar/status", NULL, 200);

	g_assert_cmpint(json_object_get_int_member(before, "total_requests"), ==, 0);
	g_assert_true(json_object_get_null_member(before, "last_activity"));
	g_assert_cmpint(json_object_get_int_member(agent, "total_requests"), ==, 2);
	g_assert_cmpfloat(json_object_get_double_member(agent, "average_response_time"), >, 0);
	g_assert_false(json_object_get_null_member(agent, "last_activity"));
	g_assert_cmpint(json_object_get_int_member(assistant, "total_requests"), ==, 1);
	g_assert_cmpstr(json_object_get_string_member(assistant, "type"), ==, "assistant");
}

static void
add(const char *path, void (*test)(Agents *self, gconstpointer data))
{
	g_test_add(path, Agents, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/integration/agents/message", test_message);
	add("/integration/agents/refusals", test_refusals);
	add("/integration/agents/stream", test_stream);
	add("/integration/agents/begin", test_begin);
	add("/integration/agents/users", test_users);
	add("/integration/agents/erased", test_erased);
	add("/integration/agents/sessions", test_sessions);
	add("/integration/agents/busy", test_busy);
	add("/integration/agents/added", test_added);
	add("/integration/agents/variables", test_variables);
	add("/integration/agents/intent", test_intent);
	add("/integration/agents/audio", test_audio);
	add("/integration/agents/sentiment", test_sentiment);
	add("/integration/agents/speaker", test_speaker);
	add("/integration/agents/consulted", test_consulted);
	add("/integration/agents/create", test_create);
	add("/integration/agents/create-refusals", test_create_refusals);
	add("/integration/agents/status", test_status);
	return g_test_run();
}
