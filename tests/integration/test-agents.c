/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Agents without a telephone: messages over REST, in one piece and streamed, conversations that are gone
 * on with, and agents that are made.
 */

#include "desk.h"

#include "harness.h"

#include <string.h>

#define MESSAGE "/agents/reception/message"

/* ---- one message ---- */

static void
test_message(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) response = desk_send(
	    self, MESSAGE,
	    "{\"message\":\"what are your opening hours\",\"context\":{\"user_id\":\"anna\","
	    "\"session_id\":\"s\",\"conversation_id\":\"c-1\"},\"options\":{\"temperature\":0."
	    "25}}");
	g_autoptr(JsonObject) question = service_read_question(self->service);
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
test_refusals(Desk *self, gconstpointer data)
{
	desk_expect_refusal(self, "POST", MESSAGE, "{\"context\":{}}", 400, "VALIDATION_ERROR",
			    "message");
	desk_expect_refusal(self, "POST", MESSAGE, "{\"message\":\"\",\"context\":{}}", 400,
			    "VALIDATION_ERROR", "message");
	desk_expect_refusal(self, "POST", MESSAGE, "{\"message\":7,\"context\":{}}", 400,
			    "VALIDATION_ERROR", "message");
	desk_expect_refusal(self, "POST", MESSAGE, "{\"message\":\"hi\"}", 400, "VALIDATION_ERROR",
			    "context");
	desk_expect_refusal(self, "POST", MESSAGE, "{\"message\":\"hi\",\"context\":[]}", 400,
			    "VALIDATION_ERROR", "context");
	desk_expect_refusal(self, "POST", MESSAGE,
			    "{\"message\":\"hi\",\"context\":{\"user_id\":1}}", 400,
			    "VALIDATION_ERROR", "user_id");
	desk_expect_refusal(self, "POST", MESSAGE,
			    "{\"message\":\"hi\",\"context\":{},\"options\":{\"temperature\":2.5}}",
			    400, "VALIDATION_ERROR", "temperature");
	desk_expect_refusal(self, "POST", "/agents/nobody/message",
			    "{\"message\":\"hi\",\"context\":{}}", 404, "NOT_FOUND", NULL);
	desk_expect_refusal(self, "GET", "/agents/nobody/status", NULL, 404, "NOT_FOUND", NULL);
	/* What the service refuses is nobody's answer. */
	desk_expect_refusal(self, "POST", MESSAGE, "{\"message\":\"crash\",\"context\":{}}", 502,
			    "PROVIDER_ERROR", NULL);
}

/* ---- a stream ---- */

/* (transfer full): all of the stream */
static char *
read_stream(Desk *self, const char *path, const char *body)
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
test_stream(Desk *self, gconstpointer data)
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
test_begin(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) greeting = desk_send(
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
	goodbye = desk_send(self, MESSAGE, body);
	actions = json_object_get_array_member(goodbye, "actions");
	g_assert_cmpuint(json_array_get_length(actions), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(actions, 0), "type"), ==,
	    "hang_up");
	ended = fixture_request(&self->fixture, "POST", path, NULL, 200);
	conversation = fixture_request(&self->fixture, "GET", talk, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(conversation, "status"), ==, "completed");
	g_assert_cmpint(json_object_get_int_member(conversation, "message_count"), ==, 3);
	desk_expect_refusal(self, "POST", path, NULL, 404, "NOT_FOUND", NULL);
}

#define SAY(user, id, text)                                                                        \
	"{\"message\":\"" text "\",\"context\":{\"user_id\":\"" user                               \
	"\",\"conversation_id\":\"" id "\"}}"

/* Each user has his own, also when the server was started anew. */
static void
test_users(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) first = desk_send(self, MESSAGE, SAY("anna", "c", "my name is anna"));
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) state = NULL;
	g_autoptr(JsonObject) conversation = NULL;

	desk_expect_refusal(self, "POST", MESSAGE, SAY("ben", "c", "who am i"), 403,
			    "AUTHORIZATION_ERROR", NULL);
	fixture_stop(&self->fixture);
	fixture_start(&self->fixture);
	desk_expect_refusal(self, "POST", MESSAGE, SAY("ben", "c", "who am i"), 403,
			    "AUTHORIZATION_ERROR", NULL);
	second = desk_send(self, MESSAGE, SAY("anna", "c", "who am i"));
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
test_erased(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) first = desk_send(self, MESSAGE, SAY("anna", "c", "my name is anna"));
	g_autoptr(JsonObject) receipt =
	    fixture_request(&self->fixture, "DELETE", "/callers/user/anna", NULL, 200);
	g_autoptr(JsonObject) gone =
	    fixture_request(&self->fixture, "GET", "/conversations/c", NULL, 404);
	g_autoptr(JsonObject) second = desk_send(self, MESSAGE, SAY("anna", "c", "who am i"));
	g_autoptr(JsonObject) state = service_get_state(self->service);

	g_assert_true(json_object_get_boolean_member(receipt, "complete"));
	g_assert_null(strstr(json_object_get_string_member(state, "last_chat"), "my name is anna"));
}

/* The same session of the same user is the same conversation; the fourth one takes the place of the first. */
static void
test_sessions(Desk *self, gconstpointer data)
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
		g_autoptr(JsonObject) response = desk_send(self, MESSAGE, bodies[i]);

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
	Desk *self = data;
	g_autoptr(JsonObject) state = service_get_state(self->service);
	const char *chat = json_object_get_string_member_with_default(state, "last_chat", NULL);

	return chat != NULL && strstr(chat, "ponder") != NULL;
}

/* Whether nothing is being answered. */
static gboolean
is_free(gpointer data)
{
	Desk *self = data;
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
test_busy(Desk *self, gconstpointer data)
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
	desk_expect_refusal(self, "POST", MESSAGE, SAY("anna", "busy", "hello"), 409,
			    "INVALID_STATE", NULL);
	desk_expect_refusal(self, "POST", "/conversations/busy/messages",
			    "{\"role\":\"user\",\"content\":\"x\"}", 409, "INVALID_STATE", NULL);
	hung_up_us = g_get_monotonic_time();
	g_cancellable_cancel(cancellable);
	done = harness_wait_result(&result, "the cancelled request");
	harness_poll_until(is_free, self, "the conversation to be free");
	/* The model has a minute. */
	g_assert_cmpint(g_get_monotonic_time() - hung_up_us, <, 30 * G_USEC_PER_SEC);
	answer = desk_send(self, MESSAGE, SAY("anna", "busy", "never mind"));
	g_assert_cmpstr(json_object_get_string_member(answer, "message"), ==, "Very well.");
}

static void
test_added(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) answer = desk_send(self, MESSAGE, SAY("anna", "c", "hello"));
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
	desk_expect_refusal(self, "POST", "/conversations/c/messages",
			    "{\"role\":\"nobody\",\"content\":\"x\"}", 400, "VALIDATION_ERROR",
			    "role");
	desk_expect_refusal(self, "POST", "/conversations/c/messages", "{\"role\":\"user\"}", 400,
			    "VALIDATION_ERROR", "content");
	desk_expect_refusal(self, "POST", "/conversations/none/messages",
			    "{\"role\":\"user\",\"content\":\"x\"}", 404, "NOT_FOUND", NULL);
}

/* What comes with a conversation is in its prompt, other braces stay. */
static void
test_variables(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) response =
	    desk_send(self, MESSAGE,
		      "{\"message\":\"hello\",\"context\":{\"variables\":{\"guest\":\"Lucia\"}}}");
	g_autoptr(JsonObject) question = service_read_question(self->service);
	JsonObject *instructions =
	    json_array_get_object_element(json_object_get_array_member(question, "messages"), 0);

	g_assert_true(g_str_has_prefix(json_object_get_string_member(instructions, "content"),
				       "The guest is Lucia, Lucia, not . {\"x\":{y}}"));
	desk_expect_refusal(self, "POST", MESSAGE,
			    "{\"message\":\"hello\",\"context\":{\"variables\":{\"Guest\":\"x\"}}}",
			    400, "VALIDATION_ERROR", "variables");
	desk_expect_refusal(self, "POST", MESSAGE,
			    "{\"message\":\"hello\",\"context\":{\"variables\":{\"guest\":1}}}",
			    400, "VALIDATION_ERROR", "variables.guest");
}

/* ---- agents ---- */

static JsonObject *
find_agent(Desk *self, const char *id)
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
test_create(Desk *self, gconstpointer data)
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
	response = desk_send(self, path, "{\"message\":\"hello\",\"context\":{}}");
	question = service_read_question(self->service);
	g_assert_cmpstr(json_object_get_string_member(response, "agent_id"), ==, id);
	g_assert_cmpstr(json_object_get_string_member(response, "model"), ==, "poet-1");
	g_assert_cmpstr(json_object_get_string_member(question, "model"), ==, "poet-1");
	g_assert_cmpfloat(json_object_get_double_member(question, "temperature"), ==, 1.5);
	g_assert_cmpint(json_object_get_int_member(question, "max_tokens"), ==, 77);
	status = fixture_request(&self->fixture, "GET", status_path, NULL, 200);
	g_assert_cmpint(json_object_get_int_member(status, "total_requests"), ==, 1);
	gone = fixture_request(&self->fixture, "DELETE", own, NULL, 200);
	desk_expect_refusal(self, "GET", status_path, NULL, 404, "NOT_FOUND", NULL);
	g_clear_pointer(&listed, json_object_unref);
	listed = find_agent(self, id);
	g_assert_null(listed);
}

#define MAKE(type, configuration)                                                                  \
	"{\"agent_type\":\"" type "\",\"name\":\"x\",\"configuration\":{" configuration "}}"

static void
test_create_refusals(Desk *self, gconstpointer data)
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
		desk_expect_refusal(self, "POST", "/agents/create", cases[i].body, 400,
				    "VALIDATION_ERROR", cases[i].field);
	desk_expect_refusal(self, "DELETE", "/agents/agent-dialog", NULL, 501, "NOT_SUPPORTED",
			    NULL);
	desk_expect_refusal(self, "DELETE", "/agents/nobody", NULL, 404, "NOT_FOUND", NULL);
}

static void
test_status(Desk *self, gconstpointer data)
{
	g_autoptr(JsonObject) before =
	    fixture_request(&self->fixture, "GET", "/agents/agent-dialog/status", NULL, 200);
	g_autoptr(JsonObject) first = desk_send(self, "/agents/dialog/message",
						"{\"message\":\"opening hours\",\"context\":{}}");
	g_autoptr(JsonObject) second = desk_send(self, "/agents/bar/message",
						 "{\"message\":\"opening hours\",\"context\":{}}");
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	desk_add("/integration/agents/message", test_message);
	desk_add("/integration/agents/refusals", test_refusals);
	desk_add("/integration/agents/stream", test_stream);
	desk_add("/integration/agents/begin", test_begin);
	desk_add("/integration/agents/users", test_users);
	desk_add("/integration/agents/erased", test_erased);
	desk_add("/integration/agents/sessions", test_sessions);
	desk_add("/integration/agents/busy", test_busy);
	desk_add("/integration/agents/added", test_added);
	desk_add("/integration/agents/variables", test_variables);
	desk_add("/integration/agents/create", test_create);
	desk_add("/integration/agents/create-refusals", test_create_refusals);
	desk_add("/integration/agents/status", test_status);
	return g_test_run();
}
