/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls that are to be placed later: when they are due, again when nobody answers, and after the server
 * was down. The provider is Twilio's emulator.
 */

#include "twilio-provider.h"

#include "harness.h"

#define BUSY     "+15550109001"
#define NUMBER   "+15550100042"
#define PATH     "/voice/calls/scheduled"
#define SETTINGS "[assistant:line]\nagents=echo\n"
#define SCRIPT   "--wait 0.1 --hang-up"

/* (transfer full): its id */
static char *
schedule(Scenario *self, const char *number, gint64 seconds, const char *more)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) at = g_date_time_add_seconds(now, (double)seconds);
	g_autofree char *text = g_date_time_format_iso8601(at);
	g_autofree char *body =
	    g_strdup_printf("{\"phone_number\":\"%s\",\"at\":\"%s\",\"reason\":\"the table\"%s}",
			    number, text, more);
	g_autoptr(JsonObject) reply = fixture_request(&self->base, "POST", PATH, body, 201);

	g_assert_cmpstr(json_object_get_string_member(reply, "status"), ==, "waiting");
	return g_strdup(json_object_get_string_member(reply, "scheduled_call_id"));
}

typedef struct {
	Scenario *scenario;
	const char *id;
	const char *status;
} Wanted;

static JsonObject *
get_scheduled(Scenario *self, const char *id)
{
	g_autofree char *path = g_strconcat(PATH "/", id, NULL);

	return fixture_request(&self->base, "GET", path, NULL, 200);
}

static gboolean
has_status_cb(gpointer data)
{
	const Wanted *wanted = data;
	g_autoptr(JsonObject) now = get_scheduled(wanted->scenario, wanted->id);

	return g_str_equal(json_object_get_string_member(now, "status"), wanted->status);
}

/* (transfer full): it, when it has @status */
static JsonObject *
wait_for(Scenario *self, const char *id, const char *status)
{
	Wanted wanted = {self, id, status};

	harness_poll_until(has_status_cb, &wanted, status);
	return get_scheduled(self, id);
}

static void
test_placed(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autoptr(JsonObject) done = NULL;
	g_autofree char *path = NULL;
	g_autoptr(JsonObject) call = NULL;

	scenario_start(self, SCRIPT, SETTINGS);
	id = schedule(self, NUMBER, 1, ",\"assistant\":\"line\"");
	done = wait_for(self, id, "completed");
	g_assert_cmpint(json_object_get_int_member(done, "attempts"), ==, 1);
	g_assert_cmpstr(json_object_get_string_member(done, "reason"), ==, "the table");
	path = g_strdup_printf("/voice/calls/%s/status",
			       json_object_get_string_member(done, "call_id"));
	call = fixture_request(&self->base, "GET", path, NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(call, "status"), ==, "completed");
	g_assert_cmpstr(json_object_get_string_member(call, "phone_number"), ==, NUMBER);
}

/* Of one second, but not placed in one. */
static void
test_pace(Scenario *self, gconstpointer data)
{
	const guint wanted = 8, rate = 4;
	gint64 first_us = G_MAXINT64, last_us = 0;

	self->server = "calls-per-second=4\n";
	scenario_start(self, SCRIPT, SETTINGS);
	for (guint i = 0; i < wanted; i++) {
		g_autofree char *id = schedule(self, NUMBER, 1, "");
	}
	for (guint i = 1; i <= wanted; i++) {
		JsonObject *event = listener_wait(self->listener, "call.started", i);
		g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(
		    json_object_get_string_member(event, "timestamp"), NULL);
		gint64 us =
		    g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);

		first_us = MIN(first_us, us);
		last_us = MAX(last_us, us);
	}
	/* What is late by a moment may be made up for. */
	g_assert_cmpint(last_us - first_us, >=, (wanted - 2) * G_USEC_PER_SEC / rate);
}

static void
test_busy(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autoptr(JsonObject) failed = NULL;

	scenario_start(self, SCRIPT, SETTINGS);
	id = schedule(self, BUSY, 0, ",\"max_attempts\":2,\"retry_seconds\":10");
	failed = wait_for(self, id, "failed");
	g_assert_cmpint(json_object_get_int_member(failed, "attempts"), ==, 2);
	g_assert_cmpstr(json_object_get_string_member(failed, "error"), ==, "busy");
	scenario_assert_ends(self, 2, "busy");
}

static void
test_refused(Scenario *self, gconstpointer data)
{
	static const char *const bodies[] = {
	    "{\"phone_number\":\"5550100042\",\"at\":\"2030-01-01T00:00:00Z\"}",
	    "{\"phone_number\":\"" NUMBER "\"}",
	    "{\"phone_number\":\"" NUMBER "\",\"at\":\"tomorrow\"}",
	    "{\"phone_number\":\"" NUMBER "\",\"at\":\"2020-01-01T00:00:00Z\"}",
	    "{\"phone_number\":\"" NUMBER "\",\"at\":\"2999-01-01T00:00:00Z\"}",
	};
	g_autofree char *placed = NULL;
	g_autofree char *id = NULL;
	g_autofree char *path = NULL;

	scenario_start(self, SCRIPT, SETTINGS);
	for (guint i = 0; i < G_N_ELEMENTS(bodies); i++)
		json_object_unref(fixture_request(&self->base, "POST", PATH, bodies[i], 400));
	id = schedule(self, NUMBER, 3600, "");
	path = g_strconcat(PATH "/", id, NULL);
	json_object_unref(fixture_request(&self->base, "DELETE", path, NULL, 200));
	json_object_unref(wait_for(self, id, "canceled"));
	json_object_unref(fixture_request(&self->base, "DELETE", path, NULL, 404));
	json_object_unref(fixture_request(&self->base, "GET", PATH "/none", NULL, 404));
	/* Others are. */
	placed = schedule(self, NUMBER, 0, "");
	json_object_unref(wait_for(self, placed, "completed"));
	scenario_assert_ends(self, 1, "completed");
}

static void
run_sql(Scenario *self, const char *sql)
{
	g_autofree char *path = g_build_filename(self->base.dir, "state", "offhook.db", NULL);
	const char *const argv[] = {"sqlite3", path, sql, NULL};
	g_autoptr(GSubprocess) process = harness_launch(argv, G_SUBPROCESS_FLAGS_NONE);
	g_autoptr(GError) error = NULL;

	g_subprocess_wait_check(process, NULL, &error);
	g_assert_no_error(error);
}

/* Due while the server was down, by kill -9: placed when it is up, or missed when that is too late. */
static void
test_down(Scenario *self, gconstpointer data)
{
	g_autofree char *late = NULL;
	g_autofree char *too_late = NULL;
	g_autofree char *sql = NULL;

	scenario_start(self, SCRIPT, SETTINGS);
	late = schedule(self, NUMBER, 3600, "");
	too_late = schedule(self, NUMBER, 3600, "");
	fixture_kill(&self->base);
	sql = g_strdup_printf("UPDATE scheduled_calls SET at_us = at_us - 3900000000, "
			      "next_us = next_us - 3900000000 WHERE id = '%s'; "
			      "UPDATE scheduled_calls SET at_us = at_us - 7500000000, "
			      "next_us = next_us - 7500000000 WHERE id = '%s';",
			      late, too_late);
	run_sql(self, sql);
	fixture_start(&self->base);
	json_object_unref(wait_for(self, too_late, "missed"));
	json_object_unref(wait_for(self, late, "completed"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	scenario_add(&twilio_provider, "scheduled/placed", test_placed);
	scenario_add(&twilio_provider, "scheduled/pace", test_pace);
	scenario_add(&twilio_provider, "scheduled/busy", test_busy);
	scenario_add(&twilio_provider, "scheduled/refused", test_refused);
	scenario_add(&twilio_provider, "scheduled/down", test_down);
	return g_test_run();
}
