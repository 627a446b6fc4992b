/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scenarios of calls out: what becomes of them, many at once, and who or what answers. Main thread.
 */

#include "scenarios-private.h"

#include "harness.h"

#include <string.h>

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
	scenario_assert_requests(self, self->provider->timeout_30, 1);
	scenario_assert_requests(self, self->provider->from_7, 1);
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
	scenario_assert_requests(self, self->provider->withdraw, 1);
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

	scenario_start(self, "--wait 30", "[assistant:line]\non-machine=hang-up\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550109004", NULL);
	g_assert_cmpstr(scenario_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"machine");
	scenario_assert_ends(self, 1, "completed");
	scenario_assert_requests(self, self->provider->detect, 1);
	/* The verdict before the audio. */
	g_free(id);
	id = scenario_place(self, "+15550109004",
			    "\"machine_detection\":\"detect\",\"wait_for_detection\":true");
	scenario_assert_ends(self, 2, "completed");
	scenario_assert_requests(self, self->provider->detect_async, 1);
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
		       "back.\n" SCENARIO_DIALOG);
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

	scenario_start(self, "--wait 1 --hang-up",
		       "[assistant:line]\non-machine=hang-up\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	g_assert_cmpstr(scenario_get(self->listener, "call.answered_by", 1, "answered_by"), ==,
			"human");
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.answered_by"), ==, 1);
}

const ScenarioTest scenario_placing_tests[] = {
    {"answered", test_answered},
    {"fates", test_fates},
    {"refused", test_refused},
    {"withdrawn", test_withdrawn},
    {"many", test_many},
    {"machine-hang-up", test_machine_hang_up},
    {"machine-message", test_machine_message},
    {"person", test_person},
    {NULL},
};
