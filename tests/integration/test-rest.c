/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * REST, field by field: every route with what it answers, and every way to be refused. The daemon is
 * a real one, calls go through the loopback driver to the echo agent.
 */

#include "fixture.h"

#include "harness.h"

#define CONFIG                                                                                     \
	"rate-limit-conversations=3\n"                                                             \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

#define NUMBER   "+15550100001"
#define MAX_BODY (1024 * 1024)
/* Of webhooks, and how many of those that are whole but for a byte fill the room that there is. */
#define MAX_OPEN_BODY (64 * 1024)
#define N_OPEN_BODIES (16 * 1024 * 1024 / MAX_OPEN_BODY)

static void
test_set_up(Fixture *fixture, gconstpointer data)
{
	fixture_set_up(fixture, data);
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
}

/* ---- asking and looking ---- */

/* @header, @value: (nullable): sent instead of the token. (transfer full): the message, answered */
static SoupMessage *
test_send(Fixture *fixture, const char *method, const char *path, const char *header,
	  const char *value, const char *body, gsize size, GBytes **reply)
{
	g_autofree char *uri = g_strconcat(fixture->url, path, NULL);
	SoupMessage *msg = soup_message_new(method, uri);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	g_assert_nonnull(msg);
	if (header != NULL)
		soup_message_headers_replace(soup_message_get_request_headers(msg), header, value);
	if (body != NULL) {
		g_autoptr(GBytes) sent = g_bytes_new(body, size);

		soup_message_set_request_body_from_bytes(msg, "application/json", sent);
	}
	bytes = soup_session_send_and_read(fixture->session, msg, NULL, &error);
	g_assert_no_error(error);
	if (reply != NULL)
		*reply = g_steal_pointer(&bytes);
	return msg;
}

/*
 * Asserts that @object has the members of @expected, and none besides: "name:t ...", where t is s
 * for a string, i for a whole number, n for any number, b, o, a, and z for null; T for a time.
 */
static void
test_has(JsonObject *object, const char *expected)
{
	g_auto(GStrv) members = g_strsplit(expected, " ", -1);

	g_assert_cmpuint(json_object_get_size(object), ==, g_strv_length(members));
	for (guint i = 0; members[i] != NULL; i++) {
		const char *colon = strchr(members[i], ':');
		g_autofree char *name = g_strndup(members[i], colon - members[i]);
		JsonNode *node = json_object_get_member(object, name);
		GType type;

		g_test_message("%s", members[i]);
		g_assert_nonnull(node);
		type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
		switch (colon[1]) {
		case 's':
			g_assert_true(type == G_TYPE_STRING);
			break;
		case 'T':
			g_assert_true(type == G_TYPE_STRING);
			g_assert_true(g_regex_match_simple(
			    "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
			    json_node_get_string(node), 0, 0));
			break;
		case 'i':
			g_assert_true(type == G_TYPE_INT64);
			break;
		case 'n':
			g_assert_true(type == G_TYPE_INT64 || type == G_TYPE_DOUBLE);
			break;
		case 'b':
			g_assert_true(type == G_TYPE_BOOLEAN);
			break;
		case 'o':
			g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
			break;
		case 'a':
			g_assert_true(JSON_NODE_HOLDS_ARRAY(node));
			break;
		default:
			g_assert_true(JSON_NODE_HOLDS_NULL(node));
		}
	}
}

#define CALL_FIELDS                                                                                \
	"call_id:s status:s direction:s phone_number:s from:s to:s provider:s "                    \
	"provider_call_id:s assistant:s start_time:T answer_time:T origin_call_id:z "

static const char *
test_string(JsonObject *object, const char *name)
{
	return json_object_get_string_member(object, name);
}

static JsonObject *
test_object(JsonObject *object, const char *name)
{
	return json_object_get_object_member(object, name);
}

/* ---- errors ---- */

typedef struct {
	const char *method;
	const char *path;
	const char *body; /* (nullable) */
	guint status;
	const char *code;
	const char *field; /* (nullable): details are empty */
} Refusal;

#define INITIATE "/voice/calls/initiate"
#define INVALID  400, "VALIDATION_ERROR"
#define MISSING  404, "NOT_FOUND", NULL

static const Refusal refusals[] = {
    {"GET", "/nothing", NULL, MISSING},
    {"GET", "/voice/calls/", NULL, MISSING},
    {"GET", "/voice/calls/none/status", NULL, MISSING},
    {"GET", "/voice/calls/none/recording", NULL, MISSING},
    {"POST", "/voice/calls/none/end", NULL, MISSING},
    {"GET", "/voice/calls/a%2Fb/status", NULL, MISSING},
    {"GET", "/voice/providers/none/capabilities", NULL, MISSING},
    {"POST", "/voice/providers/switch", "{\"provider\":\"none\"}", MISSING},
    {"POST", "/voice/webhook/none", "{}", MISSING},
    {"GET", "/media/none", NULL, MISSING},
    {"GET", "/ws", NULL, INVALID, NULL},
    {"GET", "/media/twilio", NULL, INVALID, NULL},
    {"GET", "/voice/calls/%FF/status", NULL, INVALID, "path"},
    {"GET", "/voice/calls?status=%FF", NULL, INVALID, "status"},
    {"GET", "/voice/calls?status=lost", NULL, INVALID, "status"},
    {"GET", "/voice/calls?limit=0", NULL, INVALID, "limit"},
    {"GET", "/voice/calls?limit=501", NULL, INVALID, "limit"},
    {"GET", "/voice/calls?limit=many", NULL, INVALID, "limit"},
    {"GET", "/voice/calls?limit=99999999999999999999", NULL, INVALID, "limit"},
    {"GET", "/voice/calls?offset=-1", NULL, INVALID, "offset"},
    {"POST", "/voice/providers/switch", "{}", INVALID, "provider"},
    {"POST", "/voice/providers/switch", "{\"provider\":7}", INVALID, "provider"},
    {"POST", INITIATE, NULL, INVALID, "phone_number"},
    {"POST", INITIATE, "{\"phone_number\":\"555-0100\"}", INVALID, "phone_number"},
    {"POST", INITIATE, "{\"phone_number\":15550100001}", INVALID, "phone_number"},
    {"POST", INITIATE, "{\"phone_number\":\"+15550100001\",\"phone_number\":\"x\"}", INVALID,
     "phone_number"},
    {"POST", INITIATE, "{\"phone_number\":\"" NUMBER "\",\"assistant\":\"none\"}", INVALID,
     "assistant"},
    {"POST", INITIATE, "{\"phone_number\":\"" NUMBER "\",\"options\":[]}", INVALID, "options"},
    {"POST", INITIATE, "{\"options\":{\"recording\":1}}", INVALID, "recording"},
    {"POST", INITIATE, "{\"options\":{\"transcription\":\"yes\"}}", INVALID, "transcription"},
    {"POST", INITIATE, "{\"options\":{\"timeout\":0}}", INVALID, "timeout"},
    {"POST", INITIATE, "{\"options\":{\"timeout\":1e30}}", INVALID, "timeout"},
    {"POST", INITIATE, "{\"options\":{\"caller_id\":\"a\\r\\nb\"}}", INVALID, "caller_id"},
    {"POST", "/voice/providers/test", "{\"provider\":\"x\"}", INVALID, "provider"},
    {"POST", INITIATE, "[]", INVALID, NULL},
    {"POST", INITIATE, "{\"phone_number\":", INVALID, NULL},
    {"POST", INITIATE, "{\"phone_number\":\"\xff\"}", INVALID, NULL},
};

static void
test_refusal(Fixture *fixture, const Refusal *refusal)
{
	/* What is printed must be UTF-8, what is sent need not. */
	g_autofree char *body = g_strescape(refusal->body != NULL ? refusal->body : "", NULL);
	g_autoptr(JsonObject) reply = NULL;
	JsonObject *error, *details;

	g_test_message("%s %s %.100s", refusal->method, refusal->path, body);
	reply = fixture_request(fixture, refusal->method, refusal->path, refusal->body,
				refusal->status);
	test_has(reply, "error:o");
	error = test_object(reply, "error");
	test_has(error, "code:s message:s details:o timestamp:T request_id:s");
	g_assert_cmpstr(test_string(error, "code"), ==, refusal->code);
	details = test_object(error, "details");
	if (refusal->field == NULL) {
		g_assert_cmpuint(json_object_get_size(details), ==, 0);
		return;
	}
	test_has(details, "field:s value:s expected:s");
	g_assert_cmpstr(test_string(details, "field"), ==, refusal->field);
}

static void
test_errors(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GString) deep = g_string_new("{\"a\":");

	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		test_refusal(fixture, &refusals[i]);
	for (guint i = 0; i < 100000; i++)
		g_string_append_c(deep, '[');
	test_refusal(fixture, &(Refusal){"POST", INITIATE, deep->str, INVALID, NULL});
}

/* What a client sent comes back, but not at any length. */
static void
test_long_path(Fixture *fixture, gconstpointer data)
{
	g_autofree char *name = g_strnfill(20000, 'x');
	g_autofree char *path = g_strconcat("/", name, NULL);
	g_autoptr(JsonObject) reply = fixture_request(fixture, "GET", path, NULL, 404);

	g_assert_cmpuint(strlen(test_string(test_object(reply, "error"), "message")), <=, 1000);
}

/* (transfer full): has sent all of a webhook but its last byte */
static GSocketConnection *
test_hold_webhook(Fixture *fixture)
{
	g_autoptr(GSocketClient) client = g_socket_client_new();
	g_autofree char *body = g_strnfill(MAX_OPEN_BODY - 1, ' ');
	g_autofree char *request =
	    g_strdup_printf("POST /voice/webhook/nosuch HTTP/1.1\r\nHost: x\r\n"
			    "Content-Length: %d\r\n\r\n%s",
			    MAX_OPEN_BODY, body);
	g_autoptr(GError) error = NULL;
	GSocketConnection *connection =
	    g_socket_client_connect_to_uri(client, fixture->url, 80, NULL, &error);

	g_assert_no_error(error);
	g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), request,
				  strlen(request), NULL, NULL, &error);
	g_assert_no_error(error);
	return connection;
}

/* Strangers who never finish theirs don't keep out who does. */
static void
test_held_webhooks(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) held = g_ptr_array_new_with_free_func(g_object_unref);
	g_autofree char *body = g_strnfill(MAX_OPEN_BODY + 1, ' ');
	g_autoptr(JsonObject) over = NULL;
	g_autoptr(JsonObject) whole = NULL;
	char byte;

	over = fixture_request(fixture, "POST", "/voice/webhook/nosuch", body, 413);
	for (guint i = 0; i < N_OPEN_BODIES + 8; i++)
		g_ptr_array_add(held, test_hold_webhook(fixture));
	body[MAX_OPEN_BODY] = '\0';
	whole = fixture_request(fixture, "POST", "/voice/webhook/nosuch", body, 404);
	/* The first of them had to go. */
	g_assert_cmpint(g_input_stream_read(g_io_stream_get_input_stream(held->pdata[0]), &byte, 1,
					    NULL, NULL),
			<=, 0);
}

static void
test_body_size(Fixture *fixture, gconstpointer data)
{
	g_autofree char *body = g_strnfill(MAX_BODY + 1, ' ');
	g_autoptr(JsonObject) whole = NULL;
	g_autoptr(JsonObject) over = NULL;

	over = fixture_request(fixture, "POST", INITIATE, body, 413);
	g_assert_cmpstr(test_string(test_object(over, "error"), "code"), ==, "LIMIT_EXCEEDED");
	body[MAX_BODY] = '\0';
	whole = fixture_request(fixture, "POST", INITIATE, body, 400);
}

/* ---- who may ---- */

static void
test_expect_status(Fixture *fixture, const char *path, const char *header, const char *value,
		   guint status)
{
	g_autoptr(SoupMessage) msg = test_send(fixture, "GET", path, header, value, NULL, 0, NULL);

	g_assert_cmpuint(soup_message_get_status(msg), ==, status);
	if (status == 401)
		g_assert_cmpstr(soup_message_headers_get_one(soup_message_get_response_headers(msg),
							     "WWW-Authenticate"),
				==, "Bearer");
}

static void
test_token(Fixture *fixture, gconstpointer data)
{
	static const char *const guarded[] = {
	    "/health/detailed",
	    "/voice/providers",
	    "/voice/providers/current",
	    "/voice/calls",
	    "/voice/calls/x/status",
	    "/voice/providers/loopback/capabilities",
	    "/agents",
	    "/voice/calls/x/recording",
	    "/plugins",
	    "/conversations",
	    "/conversations/x",
	    "/ws/status",
	};
	g_autofree char *bearer = g_strconcat("Bearer ", fixture->token, NULL);
	g_autofree char *small = g_strconcat("bearer  ", fixture->token, NULL);
	g_autofree char *longer = g_strconcat(fixture->token, "0", NULL);
	g_autofree char *shorter = g_strndup(fixture->token, strlen(fixture->token) - 1);
	g_autofree char *upper = g_ascii_strup(fixture->token, -1);

	for (guint i = 0; i < G_N_ELEMENTS(guarded); i++)
		test_expect_status(fixture, guarded[i], NULL, NULL, 401);
	test_expect_status(fixture, "/health", NULL, NULL, 200);
	test_expect_status(fixture, "/ready", NULL, NULL, 200);
	test_expect_status(fixture, "/agents", "Authorization", bearer, 200);
	test_expect_status(fixture, "/agents", "Authorization", small, 200);
	test_expect_status(fixture, "/agents", "X-API-Key", fixture->token, 200);
	test_expect_status(fixture, "/agents", "X-API-Key", longer, 401);
	test_expect_status(fixture, "/agents", "X-API-Key", shorter, 401);
	test_expect_status(fixture, "/agents", "X-API-Key", upper, 401);
	test_expect_status(fixture, "/agents", "X-API-Key", "", 401);
	test_expect_status(fixture, "/agents", "Authorization", "Bearer ", 401);
	test_expect_status(fixture, "/agents", "Authorization", fixture->token, 401);
}

static void
test_methods(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *method;
		const char *path;
		guint status;
		const char *allow;
	} cases[] = {
	    {"DELETE", "/voice/calls", 405, "GET, HEAD, OPTIONS"},
	    {"GET", INITIATE, 405, "POST, OPTIONS"},
	    {"BREW", "/health", 405, "GET, HEAD, OPTIONS"},
	    {"OPTIONS", "/health", 204, "GET, HEAD, OPTIONS"},
	    {"HEAD", "/health", 200, NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) reply = NULL;
		g_autoptr(SoupMessage) msg =
		    test_send(fixture, cases[i].method, cases[i].path, "X-API-Key", fixture->token,
			      NULL, 0, &reply);

		g_assert_cmpuint(soup_message_get_status(msg), ==, cases[i].status);
		g_assert_cmpstr(
		    soup_message_headers_get_one(soup_message_get_response_headers(msg), "Allow"),
		    ==, cases[i].allow);
		g_assert_cmpint(g_bytes_get_size(reply) > 0, ==, cases[i].status == 405);
	}
}

static guint
test_header_number(SoupMessage *msg, const char *name)
{
	const char *text =
	    soup_message_headers_get_one(soup_message_get_response_headers(msg), name);

	g_assert_nonnull(text);
	return g_ascii_strtoull(text, NULL, 10);
}

/* Refused requests count too; the limit is 3. A new minute may begin in between. */
static void
test_rate(Fixture *fixture, gconstpointer data)
{
	guint reset = 0, n = 0;

	for (guint i = 0; i < 8; i++) {
		g_autoptr(SoupMessage) msg = test_send(fixture, "GET", "/conversations",
						       "X-API-Key", fixture->token, NULL, 0, NULL);

		n = test_header_number(msg, "X-RateLimit-Reset") == reset ? n + 1 : 1;
		reset = test_header_number(msg, "X-RateLimit-Reset");
		g_assert_cmpuint(test_header_number(msg, "X-RateLimit-Limit"), ==, 3);
		g_assert_cmpuint(test_header_number(msg, "X-RateLimit-Remaining"), ==,
				 n < 3 ? 3 - n : 0);
		g_assert_cmpuint(soup_message_get_status(msg), ==, n <= 3 ? 200 : 429);
		if (n > 4)
			return;
	}
	g_assert_not_reached();
}

/* A script of the command line is no stranger; one who only says that he is it, is. */
static void
test_rate_operator(Fixture *fixture, gconstpointer data)
{
	g_autofree char *uri = g_strconcat(fixture->url, "/conversations", NULL);

	for (guint i = 0; i < 2; i++) {
		g_autoptr(SoupMessage) msg = soup_message_new("GET", uri);
		SoupMessageHeaders *headers = soup_message_get_request_headers(msg);
		g_autoptr(GBytes) reply = NULL;

		soup_message_headers_replace(headers, "User-Agent", "offhook/1");
		soup_message_headers_replace(headers, "X-API-Key", i == 0 ? fixture->token : "no");
		reply = soup_session_send_and_read(fixture->session, msg, NULL, NULL);
		g_assert_nonnull(reply);
		g_assert_cmpuint(test_header_number(msg, "X-RateLimit-Limit"), ==,
				 i == 0 ? 60 : 3);
	}
}

/* ---- what the routes answer ---- */

static void
test_health(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) health = fixture_request(fixture, "GET", "/health", NULL, 200);
	g_autoptr(JsonObject) detailed =
	    fixture_request(fixture, "GET", "/health/detailed", NULL, 200);
	g_autoptr(JsonObject) ready = fixture_request(fixture, "GET", "/ready", NULL, 200);
	static const char *const services[] = {"database", "orchestrator", "voice_provider"};

	test_has(health, "status:s timestamp:T version:s uptime:n services:o");
	test_has(test_object(health, "services"), "database:s orchestrator:s voice_provider:s");
	test_has(detailed, "status:s timestamp:T version:s uptime:n services:o memory:o cpu:o "
			   "active_calls:i older_processes:a draining:b engines:a webhooks:a");
	test_has(test_object(detailed, "memory"), "rss:i virtual:i");
	test_has(test_object(detailed, "cpu"), "user:n system:n");
	for (guint i = 0; i < G_N_ELEMENTS(services); i++)
		test_has(test_object(test_object(detailed, "services"), services[i]),
			 "status:s response_time:n");
	test_has(ready, "ready:b reason:z");
}

static void
test_providers(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) list = fixture_request(fixture, "GET", "/voice/providers", NULL, 200);
	g_autoptr(JsonObject) current =
	    fixture_request(fixture, "GET", "/voice/providers/current", NULL, 200);
	g_autoptr(JsonObject) can =
	    fixture_request(fixture, "GET", "/voice/providers/loopback/capabilities", NULL, 200);
	g_autoptr(JsonObject) test =
	    fixture_request(fixture, "POST", "/voice/providers/test", NULL, 200);
	g_autoptr(JsonObject) named = fixture_request(fixture, "POST", "/voice/providers/test",
						      "{\"provider\":\"loopback\"}", 200);
	g_autoptr(JsonObject) switched = fixture_request(fixture, "POST", "/voice/providers/switch",
							 "{\"provider\":\"loopback\"}", 200);

	test_has(list, "available_providers:a current_provider:s providers:o");
	test_has(test_object(test_object(list, "providers"), "loopback"),
		 "name:s capabilities:a status:s reason:z phone_number:s");
	test_has(current, "provider:s name:s status:s reason:z capabilities:a phone_number:s");
	g_assert_cmpstr(test_string(current, "provider"), ==, "loopback");
	test_has(can, "provider:s capabilities:o");
	test_has(test_object(can, "capabilities"), "voice:o sms:o recording:o");
	test_has(test_object(test_object(can, "capabilities"), "voice"), "supported:b features:a");
	test_has(test_object(test_object(can, "capabilities"), "sms"), "supported:b features:a");
	test_has(test_object(test_object(can, "capabilities"), "recording"),
		 "supported:b formats:a");
	test_has(test, "success:b provider:s test_results:o message:z response_time:n");
	g_assert_cmpstr(test_string(named, "provider"), ==, "loopback");
	test_has(test_object(test, "test_results"), "authentication:s api_access:s webhook_url:s");
	test_has(switched, "success:b previous_provider:s current_provider:s message:s");
}

static void
test_lists(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) agents = fixture_request(fixture, "GET", "/agents", NULL, 200);
	g_autoptr(JsonObject) plugins = fixture_request(fixture, "GET", "/plugins", NULL, 200);
	g_autoptr(JsonObject) ws = fixture_request(fixture, "GET", "/ws/status", NULL, 200);

	test_has(agents, "agents:a");
	test_has(json_array_get_object_element(json_object_get_array_member(agents, "agents"), 0),
		 "id:s type:s name:s status:s reason:z model:z created_at:T");
	test_has(plugins, "plugins:a");
	test_has(json_array_get_object_element(json_object_get_array_member(plugins, "plugins"), 0),
		 "kind:s name:s plugin:s version:s status:s reason:z summary:s license:s path:s "
		 "settings:a");
	test_has(ws, "active_connections:i max_connections:i uptime:n connections:a");
}

static char *
test_initiate(Fixture *fixture)
{
	g_autoptr(JsonObject) reply = fixture_request(
	    fixture, "POST", INITIATE,
	    "{\"phone_number\":\"" NUMBER "\",\"options\":{\"recording\":true,"
	    "\"transcription\":true,\"timeout\":30,\"caller_id\":null},\"unknown\":1}",
	    200);

	test_has(reply, "success:b call_id:s status:s phone_number:s provider:s "
			"estimated_duration:i");
	g_assert_cmpstr(test_string(reply, "status"), ==, "initiating");
	g_assert_cmpstr(test_string(reply, "phone_number"), ==, NUMBER);
	return g_strdup(test_string(reply, "call_id"));
}

static JsonObject *
test_list(Fixture *fixture, const char *query, guint n, guint total, gboolean more)
{
	g_autofree char *path = g_strconcat("/voice/calls", query, NULL);
	g_autoptr(JsonObject) reply = fixture_request(fixture, "GET", path, NULL, 200);
	JsonObject *page = test_object(reply, "pagination");
	JsonArray *calls = json_object_get_array_member(reply, "calls");

	g_test_message("%s", query);
	test_has(reply, "calls:a pagination:o");
	test_has(page, "total:i limit:i offset:i has_more:b");
	g_assert_cmpuint(json_array_get_length(calls), ==, n);
	g_assert_cmpint(json_object_get_int_member(page, "total"), ==, total);
	g_assert_cmpint(json_object_get_boolean_member(page, "has_more"), ==, more);
	return n > 0 ? json_object_ref(json_array_get_object_element(calls, 0)) : NULL;
}

static void
test_expect_recording(Fixture *fixture, const char *path)
{
	g_autoptr(GBytes) wav = NULL;
	g_autoptr(SoupMessage) msg =
	    test_send(fixture, "GET", path, "X-API-Key", fixture->token, NULL, 0, &wav);

	g_assert_cmpuint(soup_message_get_status(msg), ==, 200);
	g_assert_cmpstr(
	    soup_message_headers_get_content_type(soup_message_get_response_headers(msg), NULL), ==,
	    "audio/wav");
	g_assert_cmpuint(g_bytes_get_size(wav), >=, 44);
	g_assert_cmpmem(g_bytes_get_data(wav, NULL), 4, "RIFF", 4);
}

static void
test_call(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = test_initiate(fixture);
	g_autoptr(JsonObject) live = fixture_wait_call(fixture, "in-progress");
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/end", id);
	g_autoptr(JsonObject) ended = fixture_request(fixture, "POST", path, NULL, 200);
	g_autoptr(JsonObject) again = fixture_request(fixture, "POST", path, "{}", 200);

	test_has(live, CALL_FIELDS "end_time:z duration:n end_reason:z recording_url:s "
				   "usage:o transcription:a turns:a legs:a");
	/* Ending answers when it is over. */
	test_has(ended, CALL_FIELDS "end_time:T duration:n end_reason:s recording_url:s "
				    "usage:o success:b");
	g_assert_cmpstr(test_string(ended, "status"), ==, "completed");
	g_assert_cmpstr(test_string(ended, "call_id"), ==, id);
	g_assert_cmpstr(test_string(again, "status"), ==, "completed");
	g_assert_cmpfloat(json_object_get_double_member(ended, "duration"), ==,
			  json_object_get_double_member(again, "duration"));
	test_expect_recording(fixture, test_string(ended, "recording_url"));
}

static void
test_calls(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) first = NULL;
	g_autoptr(JsonObject) second = NULL;
	g_autoptr(JsonObject) ended = NULL;

	test_list(fixture, "", 0, 0, FALSE);
	for (guint i = 0; i < 3; i++) {
		g_free(id);
		id = test_initiate(fixture);
	}
	path = g_strdup_printf("/voice/calls/%s/end", id);
	ended = fixture_request(fixture, "POST", path, NULL, 200);
	first = test_list(fixture, "?limit=2", 2, 3, TRUE);
	test_has(first, CALL_FIELDS "end_time:T duration:n end_reason:s recording_url:s usage:o");
	g_assert_cmpstr(test_string(first, "call_id"), ==, id); /* newest first */
	json_object_unref(test_list(fixture, "?limit=2&offset=2", 1, 3, FALSE));
	test_list(fixture, "?offset=3", 0, 3, FALSE);
	second = test_list(fixture, "?status=completed", 1, 1, FALSE);
	g_assert_cmpstr(test_string(second, "call_id"), ==, id);
	json_object_unref(test_list(fixture, "?phone_number=%2B15550100001", 3, 3, FALSE));
	test_list(fixture, "?phone_number=%2B15550100002", 0, 0, FALSE);
}

static void
test_conversations(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = test_initiate(fixture);
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, "in-progress");
	g_autoptr(JsonObject) list = fixture_request(fixture, "GET", "/conversations", NULL, 200);
	JsonArray *conversations = json_object_get_array_member(list, "conversations");

	test_has(list, "conversations:a pagination:o");
	for (guint i = 0; i < json_array_get_length(conversations); i++) {
		JsonObject *item = json_array_get_object_element(conversations, i);
		g_autofree char *path =
		    g_strconcat("/conversations/", test_string(item, "id"), NULL);
		g_autoptr(JsonObject) one = fixture_request(fixture, "GET", path, NULL, 200);

		g_assert_cmpstr(test_string(item, "call_id"), ==, id);
		test_has(test_object(one, "metadata"),
			 "agent_type:s assistant:s model:z total_tokens:i");
		g_assert_true(json_object_has_member(one, "messages"));
	}
}

/* Where nobody needs a token, a page in a browser here must not be able to ask. */
static void
test_pages(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *header;
		const char *value;
		guint status;
	} cases[] = {
	    {NULL, NULL, 200},
	    {"Host", "localhost:3000", 200},
	    {"Host", "offhook.example", 200},
	    {"Host", "evil.example:3000", 403}, /* a name that was led here */
	    {"Origin", "https://evil.example", 403},
	    {"Origin", "null", 403},
	};

	fixture_configure(fixture, "auth=none\npublic-url=https://offhook.example\n" CONFIG);
	fixture_start(fixture);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		test_expect_status(fixture, "/voice/calls", cases[i].header, cases[i].value,
				   cases[i].status);
	/* Providers come by webhooks, and need none of that. */
	test_expect_status(fixture, "/health", "Host", "evil.example", 200);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *fixture, gconstpointer data);
	} tests[] = {
	    {"/integration/rest/errors", test_errors},
	    {"/integration/rest/long-path", test_long_path},
	    {"/integration/rest/body-size", test_body_size},
	    {"/integration/rest/held-webhooks", test_held_webhooks},
	    {"/integration/rest/token", test_token},
	    {"/integration/rest/methods", test_methods},
	    {"/integration/rest/rate", test_rate},
	    {"/integration/rest/rate-operator", test_rate_operator},
	    {"/integration/rest/health", test_health},
	    {"/integration/rest/providers", test_providers},
	    {"/integration/rest/lists", test_lists},
	    {"/integration/rest/call", test_call},
	    {"/integration/rest/calls", test_calls},
	    {"/integration/rest/conversations", test_conversations},
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, test_set_up, tests[i].run,
			   fixture_tear_down);
	g_test_add("/integration/rest/pages", Fixture, NULL, fixture_set_up, test_pages,
		   fixture_tear_down);
	return g_test_run();
}
