/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The outbox with real databases and a receiver that is a program of its own: thousands of events while
 * that takes its time, and callers who are erased while events about them wait.
 */

#include "delivery/endpoint-queue.h"
#include "delivery/outbox.h"

#include <libsoup/soup.h>
#include <string.h>

#include "harness.h"
#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#define SECRET  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define EVENTS  3000
#define CALLS   50
#define REQUEST "http://127.0.0.1:%u/%s"

typedef struct {
	char *dir;
	PostgresServer *server; /* (nullable): SQLite */
	GSubprocess *receiver;
	guint port;
	OffhookStore *store;
	OffhookEventBus *bus;
	OffhookMetrics *metrics;
	OffhookOutbox *outbox;
	guint most_in_memory;
} Fixture;

static void
start_receiver(Fixture *fixture)
{
	const char *const argv[] = {
	    "/usr/bin/python3",  OFFHOOK_RECEIVER, "--secret", SECRET, "--docs",
	    OFFHOOK_WEBHOOKS_MD, "--slow",         "0.002",    NULL};
	g_autoptr(GDataInputStream) output = NULL;
	g_autofree char *line = NULL;

	fixture->receiver = harness_launch(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
	output = g_data_input_stream_new(g_subprocess_get_stdout_pipe(fixture->receiver));
	line = g_data_input_stream_read_line(output, NULL, NULL, NULL);
	g_assert_nonnull(line);
	fixture->port = (guint)g_ascii_strtoull(line, NULL, 10);
}

static OffhookConfig *
make_config(Fixture *fixture)
{
	g_autofree char *text = g_strdup_printf(
	    "[webhook:crm]\nurl=http://127.0.0.1:%u/hook?from=offhook\nsecret=" SECRET
	    "\nevents=*\nparallel=8\n",
	    fixture->port);
	g_autofree char *path = g_build_filename(fixture->dir, "offhookd.conf", NULL);
	g_autoptr(GError) error = NULL;
	OffhookConfig *config;

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	config = offhook_config_load(path, &error);
	g_assert_no_error(error);
	return config;
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookConfig) config = NULL;
	g_autofree char *url = NULL;
	g_autoptr(GError) error = NULL;

	fixture->dir = harness_make_dir();
	start_receiver(fixture);
	if (data != NULL)
		fixture->server = postgres_server_new();
	if (fixture->server != NULL)
		url = postgres_server_make_database(fixture->server);
	else
		url = g_strdup_printf("sqlite:%s/offhook.db", fixture->dir);
	fixture->store = offhook_store_sync_open(url, NULL, &error);
	g_assert_no_error(error);
	fixture->bus = offhook_event_bus_new();
	fixture->metrics = offhook_metrics_new();
	fixture->outbox = offhook_outbox_new(fixture->store, fixture->bus, fixture->metrics);
	config = make_config(fixture);
	g_assert_true(offhook_outbox_configure(fixture->outbox, config, &error));
}

/* Whatever asks has a reference until it is answered, also if that is for nobody any more. */
static gboolean
is_alone_cb(gpointer data)
{
	return g_atomic_int_get(&G_OBJECT(((Fixture *)data)->store)->ref_count) == 1;
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_outbox_stop(fixture->outbox);
	offhook_store_sync_flush(fixture->store);
	g_object_unref(fixture->outbox);
	harness_poll_until(is_alone_cb, fixture, "what was asked of the store");
	offhook_metrics_free(fixture->metrics);
	g_object_unref(fixture->bus);
	offhook_store_sync_close(fixture->store);
	g_clear_pointer(&fixture->server, postgres_server_free);
	g_subprocess_force_exit(fixture->receiver);
	g_object_unref(fixture->receiver);
	harness_remove_dir(fixture->dir);
	g_free(fixture->dir);
}

static void
note_memory(Fixture *fixture, OffhookDeliveryEndpointStatus *status)
{
	offhook_outbox_get_status(fixture->outbox, 0, status);
	fixture->most_in_memory = MAX(fixture->most_in_memory, status->in_memory);
}

static gboolean
is_done_cb(gpointer data)
{
	OffhookDeliveryEndpointStatus status;

	note_memory(data, &status);
	return status.waiting == 0;
}

/* @body: (nullable): JSON. (transfer full) */
static JsonNode *
ask_receiver(Fixture *fixture, const char *path, const char *body)
{
	g_autoptr(SoupSession) session = soup_session_new();
	g_autofree char *url = g_strdup_printf(REQUEST, fixture->port, path);
	g_autoptr(SoupMessage) message = soup_message_new(body != NULL ? "POST" : "GET", url);
	g_autoptr(GBytes) given = body != NULL ? g_bytes_new(body, strlen(body)) : NULL;
	g_autoptr(GBytes) reply = NULL;
	g_autofree char *text = NULL;

	if (given != NULL)
		soup_message_set_request_body_from_bytes(message, "application/json", given);
	reply = soup_session_send_and_read(session, message, NULL, NULL);
	text = g_strndup(g_bytes_get_data(reply, NULL), g_bytes_get_size(reply));
	return json_from_string(text, NULL);
}

/* Each once, and each call's numbers grow. */
static void
check_log(Fixture *fixture)
{
	g_autoptr(JsonNode) node = ask_receiver(fixture, "log", NULL);
	JsonArray *log = json_node_get_array(node);
	g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_assert_cmpuint(json_array_get_length(log), ==, EVENTS);
	for (guint i = 0; i < EVENTS; i++) {
		JsonObject *entry = json_array_get_object_element(log, i);
		JsonObject *event = json_object_get_object_member(entry, "body");
		JsonObject *body = json_object_get_object_member(event, "data");
		const char *call_id = json_object_get_string_member(body, "call_id");
		guint number = (guint)json_object_get_int_member(body, "number") + 1;

		g_assert_cmpuint(number, >, GPOINTER_TO_UINT(g_hash_table_lookup(last, call_id)));
		g_hash_table_insert(last, g_strdup(call_id), GUINT_TO_POINTER(number));
	}
}

static void
tell(Fixture *fixture, const char *call_id, guint number)
{
	JsonObject *about = json_object_new();

	json_object_set_string_member(about, "call_id", call_id);
	json_object_set_int_member(about, "number", number);
	offhook_event_bus_publish(fixture->bus, "turn.completed", call_id, 0, about);
}

/* Whether the test can be made. */
static gboolean
has_server(Fixture *fixture, gconstpointer data)
{
	if (data == NULL || fixture->server != NULL)
		return TRUE;
	g_test_skip("PostgreSQL is not installed");
	return FALSE;
}

/* What waits is counted again now and then, and a little too low for a moment: the receiver knows better,
 * and what it has answered is not in memory any more. */
static gboolean
has_all_cb(gpointer data)
{
	Fixture *fixture = data;
	OffhookDeliveryEndpointStatus status;
	g_autoptr(JsonNode) log = NULL;

	note_memory(fixture, &status);
	if (status.waiting > 0 || status.in_memory > 0)
		return FALSE;
	log = ask_receiver(data, "log", NULL);
	return json_array_get_length(json_node_get_array(log)) >= EVENTS;
}

static void
test_many(Fixture *fixture, gconstpointer data)
{
	OffhookDeliveryEndpointStatus status;

	if (!has_server(fixture, data))
		return;

	for (guint i = 0; i < CALLS; i++) {
		g_autofree char *id = g_strdup_printf("c%u", i);

		store_sample_begin(fixture->store, id);
	}
	for (guint i = 0; i < EVENTS; i++) {
		g_autofree char *id = g_strdup_printf("c%u", i % CALLS);

		tell(fixture, id, i);
	}
	note_memory(fixture, &status);
	g_assert_cmpuint(status.waiting, ==, EVENTS);
	harness_wait_until(has_all_cb, fixture, "all events to be delivered");
	g_test_message("at most %u of %u in memory", fixture->most_in_memory, EVENTS);
	g_assert_cmpuint(fixture->most_in_memory, <=, OFFHOOK_ENDPOINT_QUEUE_MAX);
	g_assert_cmpuint(status.failures, ==, 0);
	check_log(fixture);
}

/** An outbox that gives what it has to another, as in an upgrade. */
typedef struct {
	OffhookOutbox *other;
	gboolean given;
} Succession;

static void
settled_cb(OffhookOutbox *outbox, gpointer user_data)
{
	Succession *self = user_data;

	if (self->given)
		offhook_outbox_look_for_more(self->other);
	else
		offhook_outbox_release(self->other);
	self->given = TRUE;
}

static gboolean
has_arrived_cb(gpointer data)
{
	g_autoptr(JsonNode) state = ask_receiver(data, "state", NULL);

	return json_object_get_int_member(json_node_get_object(state), "taken") >= EVENTS;
}

/* Half of them is on its way when another outbox is to send; the other half comes while it does. */
static void
test_given(Fixture *fixture, gconstpointer data)
{
	g_autoptr(OffhookEventBus) bus = offhook_event_bus_new();
	OffhookMetrics *metrics = offhook_metrics_new();
	Succession succession = {NULL};
	g_autoptr(OffhookConfig) config = NULL;

	if (!has_server(fixture, data)) {
		offhook_metrics_free(metrics);
		return;
	}
	config = make_config(fixture);
	succession.other = offhook_outbox_new(fixture->store, bus, metrics);
	offhook_outbox_hold(succession.other);
	g_assert_true(offhook_outbox_configure(succession.other, config, NULL));
	g_signal_connect(fixture->outbox, "settled", G_CALLBACK(settled_cb), &succession);
	for (guint i = 0; i < CALLS; i++) {
		g_autofree char *id = g_strdup_printf("c%u", i);

		store_sample_begin(fixture->store, id);
	}
	for (guint i = 0; i < EVENTS; i++) {
		g_autofree char *id = g_strdup_printf("c%u", i % CALLS);

		tell(fixture, id, i);
		if (i == EVENTS / 2)
			offhook_outbox_hold(fixture->outbox);
		g_main_context_iteration(NULL, FALSE);
	}
	harness_poll_until(has_arrived_cb, fixture, "all events to be delivered");
	check_log(fixture);
	offhook_outbox_stop(succession.other);
	g_object_unref(succession.other);
	offhook_metrics_free(metrics);
}

static gboolean
has_failed_cb(gpointer data)
{
	OffhookDeliveryEndpointStatus status;

	note_memory(data, &status);
	return status.failures > 0;
}

static void
add_call(Fixture *fixture, const char *id, const char *number)
{
	OffhookCallRecord call = store_sample_call(id);

	call.direction = (char *)"inbound";
	call.from = (char *)number;
	store_sample_put_call(fixture->store, &call);
}

/* Whoever is erased is not told of any more, also where it was in memory already. */
static void
test_erased(Fixture *fixture, gconstpointer data)
{
	const OffhookCaller caller = {.number = "+15550100001"};
	g_autoptr(JsonNode) fault = NULL;
	g_autoptr(JsonNode) mended = NULL;
	g_autoptr(JsonNode) node = NULL;
	g_autoptr(GPtrArray) counts = NULL;
	JsonArray *log;
	guint taken = 0;

	if (!has_server(fixture, data))
		return;
	fault = ask_receiver(fixture, "control", "{\"status\":503,\"times\":-1}");
	g_test_expect_message("offhook-delivery", G_LOG_LEVEL_WARNING, "*status 503*");
	add_call(fixture, "erased", caller.number);
	add_call(fixture, "other", "+15550100009");
	for (guint i = 0; i < 10; i++) {
		tell(fixture, "erased", i);
		tell(fixture, "other", i);
	}
	harness_wait_until(has_failed_cb, fixture, "a failure");
	g_test_assert_expected_messages();
	counts = offhook_store_sync_erase_caller(fixture->store, &caller);
	offhook_event_bus_publish(fixture->bus, OFFHOOK_EVENT_CALLER_ERASED, NULL, 0, NULL);
	mended = ask_receiver(fixture, "control", "{}");
	harness_wait_until(is_done_cb, fixture, "all events to be delivered");
	node = ask_receiver(fixture, "log", NULL);
	log = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(log); i++) {
		JsonObject *entry = json_array_get_object_element(log, i);

		if (json_object_get_int_member(entry, "status") / 100 != 2)
			continue;
		taken++;
		g_assert_cmpstr(json_object_get_string_member_with_default(entry, "call_id", ""),
				!=, "erased");
	}
	/* The other's ten, and that somebody was erased. */
	g_assert_cmpuint(taken, ==, 11);
}

int
main(int argc, char **argv)
{
	static const char *const stores[] = {NULL, "postgresql"};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(stores); i++) {
		const char *store = stores[i] != NULL ? stores[i] : "sqlite";
		g_autofree char *many = g_strconcat("/outbox/", store, "/many", NULL);
		g_autofree char *erased = g_strconcat("/outbox/", store, "/erased", NULL);
		g_autofree char *given = g_strconcat("/outbox/", store, "/given", NULL);

		g_test_add(many, Fixture, stores[i], set_up, test_many, tear_down);
		g_test_add(erased, Fixture, stores[i], set_up, test_erased, tear_down);
		g_test_add(given, Fixture, stores[i], set_up, test_given, tear_down);
	}
	return g_test_run();
}
