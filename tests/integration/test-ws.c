/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The control WebSocket: letting in, what it is told, what it tells, and where its patience ends.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>

#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

#define TALK_CONFIG                                                                                \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:one]\ndriver=loopback\nagents=dialog\nstt=pocketsphinx\ntts="                  \
	"flite\n" FIXTURE_PATIENT

#define QUESTION "what are your opening hours"
#define INITIATE "{\"type\":\"initiate_call\",\"phone_number\":\"+15550100001\"}"

static void
test_set_up(Fixture *fixture, gconstpointer data)
{
	fixture_set_up(fixture, data);
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
}

/* ---- a client of our own, whose handshake can be anything ---- */

typedef struct {
	SoupWebsocketConnection *connection; /* NULL: refused */
	GPtrArray *events;                   /* of JsonObject */
	gboolean closed;
	guint status; /* of the handshake */
} Client;

static void
client_message_cb(SoupWebsocketConnection *connection, int type, GBytes *bytes, gpointer user_data)
{
	Client *self = user_data;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;

	json_parser_load_from_data(parser, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				   &error);
	g_assert_no_error(error);
	g_ptr_array_add(self->events,
			json_object_ref(json_node_get_object(json_parser_get_root(parser))));
}

static void
client_closed_cb(SoupWebsocketConnection *connection, gpointer user_data)
{
	Client *self = user_data;

	self->closed = TRUE;
}

/* @origin: (nullable) */
static Client *
client_new(Fixture *fixture, gboolean token, const char *origin)
{
	Client *self = g_new0(Client, 1);
	g_autofree char *uri = g_strconcat(fixture->url, "/ws", NULL);
	g_autoptr(SoupMessage) msg = soup_message_new("GET", uri);
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GAsyncResult) done = NULL;

	if (token)
		soup_message_headers_replace(soup_message_get_request_headers(msg), "X-API-Key",
					     fixture->token);
	soup_session_websocket_connect_async(fixture->session, msg, origin, NULL, 0, NULL,
					     harness_store_result_cb, &result);
	done = harness_wait_result(&result, "the handshake");
	self->connection = soup_session_websocket_connect_finish(fixture->session, done, NULL);
	self->status = soup_message_get_status(msg);
	self->events = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	if (self->connection != NULL) {
		soup_websocket_connection_set_max_incoming_payload_size(self->connection, 0);
		g_signal_connect(self->connection, "message", G_CALLBACK(client_message_cb), self);
		g_signal_connect(self->connection, "closed", G_CALLBACK(client_closed_cb), self);
	}
	return self;
}

static void
client_free(Client *self)
{
	if (self->connection != NULL)
		g_signal_handlers_disconnect_by_data(self->connection, self);
	g_clear_object(&self->connection);
	g_ptr_array_unref(self->events);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_free)

static gboolean
client_has_event(gpointer data)
{
	Client *self = data;

	return self->events->len > 0;
}

/* The next event, which must be of @type. (transfer full): its data */
static JsonObject *
client_expect(Client *self, const char *type)
{
	JsonObject *event, *found;

	harness_wait_until(client_has_event, self, type);
	event = g_ptr_array_index(self->events, 0);
	g_assert_cmpuint(json_object_get_size(event), ==, 3);
	g_assert_cmpstr(json_object_get_string_member(event, "type"), ==, type);
	g_assert_nonnull(json_object_get_string_member(event, "timestamp"));
	found = json_object_ref(json_object_get_object_member(event, "data"));
	g_ptr_array_remove_index(self->events, 0);
	return found;
}

static void
client_send(Client *self, const char *text)
{
	soup_websocket_connection_send_text(self->connection, text);
}

/* Sends @text; the next event must be @type. */
static void
client_ask(Client *self, const char *text, const char *type)
{
	g_autoptr(JsonObject) data = NULL;

	g_test_message("%.100s", text);
	client_send(self, text);
	data = client_expect(self, type);
}

static void
client_ask_wrong(Client *self, const char *text, const char *code)
{
	g_autoptr(JsonObject) data = NULL;

	g_test_message("%.100s", text);
	client_send(self, text);
	data = client_expect(self, "error.occurred");
	g_assert_cmpuint(json_object_get_size(data), ==, 3);
	g_assert_cmpstr(json_object_get_string_member(data, "error_code"), ==, code);
	g_assert_nonnull(json_object_get_string_member(data, "message"));
	g_assert_true(json_object_has_member(data, "call_id"));
}

static void
client_expect_close(Client *self, guint code)
{
	harness_wait_for(&self->closed, "the connection to be closed");
	g_assert_cmpuint(soup_websocket_connection_get_close_code(self->connection), ==, code);
}

/* ---- letting in ---- */

static void
test_token_message(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, FALSE, NULL);
	g_autofree char *auth =
	    g_strdup_printf("{\"type\":\"auth\",\"token\":\"%s\"}", fixture->token);

	client_ask(client, "{\"type\":\"ping\"}", "pong");
	client_ask_wrong(client, "{\"type\":\"subscribe\",\"events\":[\"*\"]}",
			 "AUTHENTICATION_ERROR");
	client_ask_wrong(client, INITIATE, "AUTHENTICATION_ERROR");
	client_ask_wrong(client, "{\"type\":\"auth\"}", "AUTHENTICATION_ERROR");
	client_ask_wrong(client, "{\"type\":\"auth\",\"token\":\"\"}", "AUTHENTICATION_ERROR");
	client_ask_wrong(client, "{\"type\":\"auth\",\"token\":7}", "VALIDATION_ERROR");
	client_ask(client, auth, "auth.ok");
	client_ask(client, "{\"type\":\"subscribe\",\"events\":[\"*\"]}", "subscribed");
}

static void
test_token_late(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, FALSE, NULL);

	client_expect_close(client, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
}

static void
test_origin(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) own = client_new(fixture, TRUE, fixture->url);
	g_autoptr(Client) other = client_new(fixture, TRUE, "http://example.com");
	g_autoptr(Client) none = client_new(fixture, TRUE, "null");

	g_assert_nonnull(own->connection);
	g_assert_cmpuint(other->status, ==, 403);
	g_assert_cmpuint(none->status, ==, 403);
}

#define N_STRANGERS 220

/* Those without a token can't take all the places. They come at once, as they are sent away after a while. */
static void
test_strangers(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) connections = g_ptr_array_new_with_free_func(g_object_unref);
	g_autofree char *uri = g_strconcat(fixture->url, "/ws", NULL);
	SoupMessage *messages[N_STRANGERS];
	GAsyncResult *results[N_STRANGERS] = {NULL};
	g_autoptr(Client) friend = NULL;
	guint n_refused = 0;

	g_object_unref(fixture->session);
	fixture->session =
	    soup_session_new_with_options("max-conns", 1000, "max-conns-per-host", 1000, NULL);
	for (guint i = 0; i < N_STRANGERS; i++) {
		messages[i] = soup_message_new("GET", uri);
		soup_session_websocket_connect_async(fixture->session, messages[i], NULL, NULL, 0,
						     NULL, harness_store_result_cb, &results[i]);
	}
	for (guint i = 0; i < N_STRANGERS; i++) {
		g_autoptr(SoupMessage) msg = messages[i];
		g_autoptr(GAsyncResult) done = harness_wait_result(&results[i], "the handshake");
		SoupWebsocketConnection *connection =
		    soup_session_websocket_connect_finish(fixture->session, done, NULL);

		if (connection != NULL)
			g_ptr_array_add(connections, connection);
		else if (soup_message_get_status(msg) == SOUP_STATUS_SERVICE_UNAVAILABLE)
			n_refused++;
	}
	g_assert_cmpuint(n_refused, >, 0);
	friend = client_new(fixture, TRUE, NULL);
	client_ask(friend, "{\"type\":\"ping\"}", "pong");
}

/* ---- what is not understood ---- */

static void
test_wrong(Fixture *fixture, gconstpointer data)
{
	static const char *const wrong[] = {
	    "",
	    "[]",
	    "{",
	    "{}",
	    "{\"type\":7}",
	    "{\"type\":\"dance\"}",
	    "{\"type\":\"subscribe\"}",
	    "{\"type\":\"subscribe\",\"events\":\"call.started\"}",
	    "{\"type\":\"subscribe\",\"events\":[7]}",
	    "{\"type\":\"initiate_call\"}",
	    "{\"type\":\"initiate_call\",\"phone_number\":\"12\"}",
	    "{\"type\":\"initiate_call\",\"data\":[]}",
	    "{\"type\":\"message\",\"data\":{\"content\":\"hello\"}}",
	    "{\"type\":\"text\",\"call_id\":\"x\"}",
	};
	g_autoptr(Client) client = client_new(fixture, TRUE, NULL);
	g_autofree char *deep = g_strnfill(60000, '[');
	g_autofree char *name = g_strnfill(65, 'e');
	g_autofree char *subscribe =
	    g_strdup_printf("{\"type\":\"subscribe\",\"events\":[\"%s\"]}", name);
	g_autoptr(JsonObject) binary = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		client_ask_wrong(client, wrong[i], "VALIDATION_ERROR");
	client_ask_wrong(client, deep, "VALIDATION_ERROR");
	client_ask_wrong(client, subscribe, "VALIDATION_ERROR");
	client_ask_wrong(client, "{\"type\":\"text\",\"call_id\":\"x\",\"content\":\"hello\"}",
			 "NOT_FOUND");
	soup_websocket_connection_send_binary(client->connection, "x", 1);
	binary = client_expect(client, "error.occurred");
	client_ask(client, "{\"type\":\"ping\"}", "pong");
}

static void
test_too_long(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, TRUE, NULL);
	g_autofree char *text = g_strnfill(64 * 1024 + 1, ' ');

	client_send(client, text);
	client_expect_close(client, SOUP_WEBSOCKET_CLOSE_TOO_BIG);
}

static void
test_flood(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, TRUE, NULL);
	g_autoptr(JsonObject) health = NULL;

	for (guint i = 0; i < 3000; i++)
		client_send(client, "{\"type\":\"ping\"}");
	client_expect_close(client, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
	health = fixture_request(fixture, "GET", "/health", NULL, 200);
}

/* ---- what it tells ---- */

static char *
test_started(Client *client)
{
	g_autoptr(JsonObject) data = client_expect(client, "call.started");

	g_assert_cmpuint(json_object_get_size(data), ==, 4);
	g_assert_cmpstr(json_object_get_string_member(data, "phone_number"), ==, "+15550100001");
	g_assert_cmpstr(json_object_get_string_member(data, "provider"), ==, "loopback");
	g_assert_cmpstr(json_object_get_string_member(data, "direction"), ==, "outbound");
	return g_strdup(json_object_get_string_member(data, "call_id"));
}

static void
test_expect_end(Client *client, const char *type, const char *id)
{
	g_autoptr(JsonObject) data = client_expect(client, type);

	g_assert_cmpuint(json_object_get_size(data), ==, 4);
	g_assert_true(json_object_has_member(data, "usage"));
	g_assert_cmpstr(json_object_get_string_member(data, "call_id"), ==, id);
	g_assert_cmpstr(json_object_get_string_member(data, "status"), ==, "completed");
	g_assert_cmpfloat(json_object_get_double_member(data, "duration"), >=, 0);
}

static void
test_end_call(Fixture *fixture, const char *id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/end", id);
	/* One that nobody has answered yet would be canceled. */
	g_autoptr(JsonObject) answered = fixture_wait_call(fixture, "in-progress");
	g_autoptr(JsonObject) reply = fixture_request(fixture, "POST", path, NULL, 200);
}

/* Each client hears what it asked for: the usual, one twin, the other, both, all but one. */
static void
test_subscriptions(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) usual = client_new(fixture, TRUE, NULL);
	g_autoptr(Client) twin = client_new(fixture, TRUE, NULL);
	g_autoptr(Client) both = client_new(fixture, TRUE, NULL);
	g_autoptr(Client) back = client_new(fixture, TRUE, NULL);
	g_autoptr(Client) deaf = client_new(fixture, FALSE, NULL);
	g_autofree char *id = NULL;
	g_autofree char *same = NULL;

	client_ask(twin, "{\"type\":\"subscribe\",\"events\":[\"call.ended\"]}", "subscribed");
	client_ask(both, "{\"type\":\"subscribe\",\"events\":[\"call.completed\",\"call.ended\"]}",
		   "subscribed");
	client_ask(back, "{\"type\":\"subscribe\",\"events\":[\"call.ringing\"]}", "subscribed");
	client_ask(back, "{\"type\":\"unsubscribe\",\"events\":[\"call.ringing\",\"x\"]}",
		   "unsubscribed");
	client_send(usual, INITIATE);
	id = test_started(usual);
	same = test_started(back);
	g_assert_cmpstr(id, ==, same);
	test_end_call(fixture, id);
	test_expect_end(usual, "call.completed", id);
	test_expect_end(back, "call.completed", id);
	test_expect_end(twin, "call.ended", id);
	test_expect_end(both, "call.completed", id);
	test_expect_end(both, "call.ended", id);
	/* Whatever else had been sent would have come before the answer. */
	client_ask(usual, "{\"type\":\"ping\"}", "pong");
	client_ask(twin, "{\"type\":\"ping\"}", "pong");
	client_ask(deaf, "{\"type\":\"ping\"}", "pong");
}

static void
test_expect_message(Client *client, const char *type, const char *id, const char *message)
{
	g_autoptr(JsonObject) data = client_expect(client, type);

	g_assert_cmpuint(json_object_get_size(data), ==, 3);
	g_assert_cmpstr(json_object_get_string_member(data, "call_id"), ==, id);
	if (message != NULL)
		g_assert_cmpstr(json_object_get_string_member(data, "message"), ==, message);
}

/* Both ways to say something in the caller's place. */
static void
test_text(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = NULL;
	g_autoptr(JsonObject) live = NULL;
	g_autofree char *id = NULL;
	g_autofree char *text = NULL;
	g_autofree char *message = NULL;

	fixture_configure(fixture, TALK_CONFIG);
	fixture_start(fixture);
	client = client_new(fixture, TRUE, NULL);
	client_send(client, INITIATE);
	id = test_started(client);
	live = fixture_wait_call(fixture, "in-progress");
	text =
	    g_strdup_printf("{\"type\":\"text\",\"call_id\":\"%s\",\"text\":\"%s\"}", id, QUESTION);
	message = g_strdup_printf("{\"type\":\"message\",\"data\":{\"call_id\":\"%s\","
				  "\"content\":\"%s\"}}",
				  id, QUESTION);
	client_send(client, text);
	test_expect_message(client, "message.received", id, QUESTION);
	test_expect_message(client, "message.sent", id, NULL);
	client_send(client, message);
	test_expect_message(client, "message.received", id, QUESTION);
	test_expect_message(client, "message.sent", id, NULL);
	test_end_call(fixture, id);
	test_expect_end(client, "call.completed", id);
}

/* Asks for a call and goes before there is an answer; the call does not depend on it. */
static void
test_gone(Fixture *fixture, gconstpointer data)
{
	Client *client = client_new(fixture, TRUE, NULL);
	g_autoptr(JsonObject) call = NULL;

	client_send(client, INITIATE);
	soup_websocket_connection_close(client->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
	client_expect_close(client, SOUP_WEBSOCKET_CLOSE_NORMAL);
	client_free(client);
	call = fixture_wait_call(fixture, "in-progress");
}

static void
test_status(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, TRUE, NULL);
	g_autoptr(JsonObject) status = fixture_request(fixture, "GET", "/ws/status", NULL, 200);
	JsonObject *one =
	    json_array_get_object_element(json_object_get_array_member(status, "connections"), 0);

	g_assert_cmpint(json_object_get_int_member(status, "active_connections"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(status, "max_connections"), ==, 1000);
	g_assert_cmpuint(json_object_get_size(one), ==, 3);
	g_assert_nonnull(json_object_get_string_member(one, "id"));
	g_assert_nonnull(json_object_get_string_member(one, "connected_at"));
	g_assert_nonnull(json_object_get_string_member(one, "last_activity"));
	client_ask(client, "{\"type\":\"ping\"}", "pong");
}

/* The daemon says goodbye when it stops. */
static void
test_stop(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Client) client = client_new(fixture, TRUE, NULL);

	client_ask(client, "{\"type\":\"ping\"}", "pong");
	fixture_signal(fixture, SIGTERM);
	client_expect_close(client, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *fixture, gconstpointer data);
	} tests[] = {
	    {"/integration/ws/token-message", test_token_message},
	    {"/integration/ws/token-late", test_token_late},
	    {"/integration/ws/origin", test_origin},
	    {"/integration/ws/strangers", test_strangers},
	    {"/integration/ws/wrong", test_wrong},
	    {"/integration/ws/too-long", test_too_long},
	    {"/integration/ws/flood", test_flood},
	    {"/integration/ws/subscriptions", test_subscriptions},
	    {"/integration/ws/gone", test_gone},
	    {"/integration/ws/status", test_status},
	    {"/integration/ws/stop", test_stop},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, test_set_up, tests[i].run,
			   fixture_tear_down);
	g_test_add("/integration/ws/text", Fixture, NULL, fixture_set_up, test_text,
		   fixture_tear_down);
	return g_test_run();
}
