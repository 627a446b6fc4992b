/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Events on their way to a system of the user's: the daemon and its calls are real, the receiver is a
 * program of its own that checks signatures itself, and fails as it is told to.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

#define CONFIG                                                                                     \
	"rate-limit-health=0\n[media]\nrecording=false\n"                                          \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=dialog\ntwilio.mode=relay\n"                    \
	"[webhook:crm]\nurl=http://127.0.0.1:%u/hook?from=offhook\nsecret=" SECRET "\n"            \
	"%s%s"

#define USUAL_EVENTS "events=call.*,message.*,turn.completed\n"
#define EVENTS       "{\"type\":\"subscribe\",\"events\":[\"*\"]}"

typedef struct {
	Fixture base;
	GSubprocess *receiver;
	guint port;
	SoupSession *session;
	Listener *listener;
} Webhooks;

/* ---- the receiver ---- */

static void
webhooks_start_receiver(Webhooks *self, const char *more)
{
	g_autofree char *port = g_strdup_printf("%u", self->port);
	const char *node = g_getenv("OFFHOOK_NODE");
	g_autofree char *line = g_strdup_printf(
	    "exec '%s' '%s' --docs '%s' --secret " SECRET " --node '%s' --port %s %s",
	    g_getenv("OFFHOOK_PYTHON"), g_getenv("OFFHOOK_RECEIVER"),
	    g_getenv("OFFHOOK_WEBHOOKS_MD"), node != NULL ? node : "", port, more);
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(&self->base, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	g_autoptr(GDataInputStream) output = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *first = NULL;

	self->receiver = g_subprocess_launcher_spawnv(launcher, argv, &error);
	g_assert_no_error(error);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->receiver));
	first = g_data_input_stream_read_line(output, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(first);
	self->port = (guint)g_ascii_strtoull(first, NULL, 10);
}

static void
webhooks_stop_receiver(Webhooks *self)
{
	g_subprocess_force_exit(self->receiver);
	g_subprocess_wait(self->receiver, NULL, NULL);
	g_clear_object(&self->receiver);
}

/* (transfer full) */
static JsonNode *
webhooks_ask(Webhooks *self, const char *path, const char *body)
{
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u%s", self->port, path);
	g_autoptr(SoupMessage) message = soup_message_new(body != NULL ? "POST" : "GET", url);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GBytes) given = body != NULL ? g_bytes_new(body, strlen(body)) : NULL;
	g_autoptr(GBytes) reply = NULL;
	g_autoptr(GError) error = NULL;

	if (given != NULL)
		soup_message_set_request_body_from_bytes(message, "application/json", given);
	reply = soup_session_send_and_read(self->session, message, NULL, &error);
	g_assert_no_error(error);
	json_parser_load_from_data(parser, g_bytes_get_data(reply, NULL),
				   (gssize)g_bytes_get_size(reply), &error);
	g_assert_no_error(error);
	return json_node_copy(json_parser_get_root(parser));
}

static void
webhooks_control(Webhooks *self, const char *plan)
{
	g_autoptr(JsonNode) reply = webhooks_ask(self, "/control", plan);

	g_assert_nonnull(reply);
}

static guint
webhooks_get_count(Webhooks *self, const char *what)
{
	g_autoptr(JsonNode) state = webhooks_ask(self, "/state", NULL);

	return (guint)json_object_get_int_member(json_node_get_object(state), what);
}

/* ---- what was told, and what has come ---- */

static gboolean
is_wanted(const char *type)
{
	return g_str_has_prefix(type, "call.") || g_str_has_prefix(type, "message.") ||
	       g_str_equal(type, "turn.completed");
}

/* A call's id -> "TYPE TYPE ...". (transfer full) */
static GHashTable *
new_lines(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_free);
}

static void
add_to_line(GHashTable *lines, const char *call_id, const char *type)
{
	const char *before = g_hash_table_lookup(lines, call_id);

	g_hash_table_insert(lines, g_strdup(call_id),
			    g_strconcat(before != NULL ? before : "", " ", type, NULL));
}

static GHashTable *
webhooks_get_told(Webhooks *self)
{
	GHashTable *lines = new_lines();

	for (guint i = 0; i < self->listener->events->len; i++) {
		JsonObject *event = g_ptr_array_index(self->listener->events, i);
		const char *type = json_object_get_string_member(event, "type");
		JsonObject *data = json_object_get_object_member(event, "data");

		if (is_wanted(type) && json_object_has_member(data, "call_id"))
			add_to_line(lines, json_object_get_string_member(data, "call_id"), type);
	}
	return lines;
}

/* Each event where it was first taken. @repeated: (out): how many came again */
static GHashTable *
webhooks_get_taken(Webhooks *self, guint *repeated)
{
	g_autoptr(JsonNode) node = webhooks_ask(self, "/log", NULL);
	JsonArray *log = json_node_get_array(node);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTable *lines = new_lines();

	*repeated = 0;
	for (guint i = 0; i < json_array_get_length(log); i++) {
		JsonObject *entry = json_array_get_object_element(log, i);

		if (json_object_get_int_member(entry, "status") / 100 != 2)
			continue;
		if (g_hash_table_add(seen, (gpointer)json_object_get_string_member(entry, "id")))
			add_to_line(lines, json_object_get_string_member(entry, "call_id"),
				    json_object_get_string_member(entry, "type"));
		else
			(*repeated)++;
	}
	return lines;
}

static gboolean
webhooks_nothing_waits_cb(gpointer data)
{
	Webhooks *self = data;
	g_autofree char *metrics = fixture_read_metrics(&self->base);

	return strstr(metrics, "offhook_webhook_waiting_events{endpoint=\"crm\"} 0\n") != NULL;
}

/* ... and all that was told has been taken: after a start nothing waits before it is counted. */
static gboolean
webhooks_have_all_cb(gpointer data)
{
	Webhooks *self = data;
	g_autoptr(GHashTable) told = webhooks_get_told(self);
	g_autoptr(GHashTable) taken = NULL;
	guint repeated;
	GHashTableIter iter;
	gpointer call_id, line;

	if (!webhooks_nothing_waits_cb(self))
		return FALSE;
	taken = webhooks_get_taken(self, &repeated);
	g_hash_table_iter_init(&iter, told);
	while (g_hash_table_iter_next(&iter, &call_id, &line)) {
		const char *so_far = g_hash_table_lookup(taken, call_id);

		if (so_far == NULL || strlen(so_far) < strlen(line))
			return FALSE;
	}
	return TRUE;
}

/* Waits until nothing waits; then all that was told has come, in its order. */
static guint
webhooks_check(Webhooks *self)
{
	g_autoptr(GHashTable) told = webhooks_get_told(self);
	g_autoptr(GHashTable) taken = NULL;
	GHashTableIter iter;
	gpointer call_id, line;
	guint repeated;

	harness_poll_until(webhooks_have_all_cb, self, "all events to be delivered");
	taken = webhooks_get_taken(self, &repeated);
	g_assert_cmpuint(g_hash_table_size(told), >, 0);
	g_hash_table_iter_init(&iter, told);
	while (g_hash_table_iter_next(&iter, &call_id, &line))
		g_assert_cmpstr(g_hash_table_lookup(taken, call_id), ==, line);
	g_assert_cmpuint(webhooks_get_count(self, "bad"), ==, 0);
	g_test_message("%u calls, %u repeated", g_hash_table_size(told), repeated);
	return repeated;
}

static gboolean
webhooks_has_taken_cb(gpointer data)
{
	return webhooks_get_count(data, "taken") > 0;
}

/* ---- calls ---- */

static void
webhooks_start(Webhooks *self, const char *more)
{
	const char *events = strstr(more, "events=") == NULL ? USUAL_EVENTS : "";
	g_autofree char *config = g_strdup_printf(CONFIG, self->port, events, more);

	fixture_configure(&self->base, config);
	fixture_start(&self->base);
	self->listener = listener_new(&self->base, EVENTS);
}

static GSubprocess *
webhooks_call(Webhooks *self, const char *calls)
{
	return fixture_spawn_emulator(&self->base, "--calls", calls, "--ramp", "100",
				      "--speech-rate", "200", "--say",
				      "what are your opening hours", "--say",
				      "where is the restaurant", "--expect", "heard", NULL);
}

static void
webhooks_finish_calls(Webhooks *self, GSubprocess *emulator, guint n)
{
	g_autofree char *output = fixture_finish_emulator(emulator, 0);

	listener_wait(self->listener, "call.completed", n);
}

static void
webhooks_set_up(Webhooks *self, gconstpointer data)
{
	fixture_set_up(&self->base, NULL);
	self->session = soup_session_new();
	webhooks_start_receiver(self, "");
}

static void
webhooks_tear_down(Webhooks *self, gconstpointer data)
{
	g_clear_pointer(&self->listener, listener_free);
	fixture_tear_down(&self->base, NULL);
	if (self->receiver != NULL)
		webhooks_stop_receiver(self);
	g_object_unref(self->session);
}

/* ---- the tests ---- */

static void
test_delivered(Webhooks *self, gconstpointer data)
{
	webhooks_start(self, "");
	webhooks_finish_calls(self, webhooks_call(self, "3"), 3);
	g_assert_cmpuint(webhooks_check(self), ==, 0);
}

/* What fails holds back what follows it in its call, and nothing else. */
static void
test_failing(Webhooks *self, gconstpointer data)
{
	webhooks_start(self, "");
	webhooks_control(self, "{\"status\":500,\"times\":3,\"type\":\"message.received\"}");
	webhooks_finish_calls(self, webhooks_call(self, "3"), 3);
	webhooks_check(self);
	g_assert_cmpuint(webhooks_get_count(self, "refused"), ==, 3);
	fixture_wait_log(&self->base, "webhook crm: does not take events: status 500");
	fixture_wait_log(&self->base, "webhook crm: takes events again");
}

/* A redirection could lead anywhere: it is a failure. */
static void
test_redirected(Webhooks *self, gconstpointer data)
{
	g_autofree char *plan =
	    g_strdup_printf("{\"status\":307,\"times\":2,\"headers\":{\"Location\":"
			    "\"http://127.0.0.1:%u/elsewhere\"}}",
			    self->port);

	webhooks_start(self, "");
	webhooks_control(self, plan);
	webhooks_finish_calls(self, webhooks_call(self, "1"), 1);
	webhooks_check(self);
	g_assert_cmpuint(webhooks_get_count(self, "refused"), ==, 2);
}

/* When the third request came after the second, which was told to wait. */
static void
test_retry_after(Webhooks *self, gconstpointer data)
{
	g_autoptr(JsonNode) node = NULL;
	JsonArray *log;
	double waited;

	webhooks_start(self, "parallel=1\n");
	webhooks_control(self, "{\"status\":429,\"times\":1,\"headers\":{\"Retry-After\":\"3\"}}");
	webhooks_finish_calls(self, webhooks_call(self, "1"), 1);
	webhooks_check(self);
	node = webhooks_ask(self, "/log", NULL);
	log = json_node_get_array(node);
	waited = json_object_get_double_member(json_array_get_object_element(log, 1), "at") -
		 json_object_get_double_member(json_array_get_object_element(log, 0), "at");
	g_assert_cmpfloat(waited, >=, 2.9);
}

/* It was away for a while; calls went on. */
static void
test_away(Webhooks *self, gconstpointer data)
{
	webhooks_start(self, "");
	webhooks_stop_receiver(self);
	webhooks_finish_calls(self, webhooks_call(self, "2"), 2);
	fixture_wait_log(&self->base, "webhook crm: does not take events");
	webhooks_start_receiver(self, "");
	webhooks_check(self);
}

static gboolean
webhooks_store_is_idle_cb(gpointer data)
{
	return fixture_get_metric(data, "offhook_store_pending_writes") == 0;
}

/* kill -9 while requests are under way, and the receiver has not answered yet. */
static void
test_killed(Webhooks *self, gconstpointer data)
{
	g_autoptr(GHashTable) taken = NULL;
	guint repeated;

	webhooks_start(self, "parallel=2\n");
	webhooks_control(self, "{\"hang\":0.3,\"times\":-1}");
	webhooks_finish_calls(self, webhooks_call(self, "3"), 3);
	g_assert_cmpuint(webhooks_get_count(self, "taken"), >, 0);
	harness_poll_until(webhooks_store_is_idle_cb, &self->base, "the store to have all");
	fixture_kill(&self->base);
	webhooks_control(self, "{}");
	fixture_start(&self->base);
	repeated = webhooks_check(self);
	g_test_message("%u came twice", repeated);
	/* Those under way, and those that had been taken and were still in the database. */
	g_assert_cmpuint(repeated, <=, 4);
	taken = webhooks_get_taken(self, &repeated);
	g_assert_cmpuint(g_hash_table_size(taken), ==, 3);
}

static void
test_gone(Webhooks *self, gconstpointer data)
{
	webhooks_start(self, "");
	webhooks_control(self, "{\"status\":410,\"times\":1}");
	webhooks_finish_calls(self, webhooks_call(self, "1"), 1);
	fixture_wait_log(&self->base, "webhook crm: answered with status 410");
	g_assert_cmpuint(webhooks_get_count(self, "taken"), ==, 0);
	fixture_signal(&self->base, SIGHUP);
	fixture_wait_log(&self->base, "configuration reloaded");
	harness_poll_until(webhooks_nothing_waits_cb, self, "what waited to be delivered");
	g_assert_cmpuint(webhooks_get_count(self, "taken"), >, 0);
	g_assert_cmpuint(webhooks_get_count(self, "bad"), ==, 0);
}

/* What was not taken in time can be seen, and tried anew. */
static gboolean
webhooks_have_died_cb(gpointer data)
{
	g_autofree char *metrics = fixture_read_metrics(data);

	return strstr(metrics, "offhook_webhook_waiting_events{endpoint=\"crm\"} 0\n") != NULL &&
	       strstr(metrics, "outcome=\"died\"") != NULL;
}

static guint
webhooks_count_rows(Webhooks *self, const char *query)
{
	g_autofree char *path = g_strconcat("/deliveries?limit=500&", query, NULL);
	g_autoptr(JsonObject) reply = fixture_request(&self->base, "GET", path, NULL, 200);

	return json_array_get_length(json_object_get_array_member(reply, "deliveries"));
}

static void
test_dead(Webhooks *self, gconstpointer data)
{
	g_autoptr(JsonObject) health = NULL;
	g_autoptr(JsonObject) reply = NULL;
	webhooks_start(self, "events=call.completed\nretry-hours=0\n");
	webhooks_control(self, "{\"status\":500,\"times\":-1}");
	webhooks_finish_calls(self, webhooks_call(self, "1"), 1);
	fixture_wait_log(&self->base, "does not take events");
	health = fixture_request(&self->base, "GET", "/health", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(
			    json_object_get_object_member(health, "services"), "webhooks"),
			==, "unhealthy");
	g_assert_cmpstr(json_object_get_string_member(health, "status"), ==, "degraded");
	fixture_expect_cli(&self->base, "status", 0, "crm takes nothing");
	fixture_expect_cli(&self->base, "doctor --no-call", 1, "crm takes nothing");
	harness_poll_until(webhooks_have_died_cb, &self->base, "the event to be dead");
	g_assert_cmpuint(webhooks_count_rows(self, "status=dead&endpoint=crm"), ==, 1);
	g_assert_cmpuint(webhooks_count_rows(self, "status=pending"), ==, 0);
	fixture_expect_cli(&self->base, "deliveries --dead", 0, "status 500");

	webhooks_control(self, "{}");
	reply = fixture_request(&self->base, "POST", "/deliveries/retry?endpoint=crm", "{}", 200);
	g_assert_cmpint(json_object_get_int_member(reply, "deliveries"), ==, 1);
	harness_poll_until(webhooks_has_taken_cb, self, "the event to be delivered");
	g_assert_cmpuint(webhooks_get_count(self, "taken"), ==, 1);
	g_assert_cmpuint(webhooks_count_rows(self, ""), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
	g_test_add("/webhooks/" name, Webhooks, NULL, webhooks_set_up, func, webhooks_tear_down)
	ADD("delivered", test_delivered);
	ADD("failing", test_failing);
	ADD("redirected", test_redirected);
	ADD("retry-after", test_retry_after);
	ADD("away", test_away);
	ADD("killed", test_killed);
	ADD("gone", test_gone);
	ADD("dead", test_dead);
	return g_test_run();
}
