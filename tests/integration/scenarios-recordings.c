/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scenarios of recordings that the provider makes, of providers that tell of them. Main thread.
 */

#include "scenarios-private.h"

static void
wait_recording(Scenario *self, guint n, const char *status)
{
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", n, "status"), ==, status);
}

static void
test_recording(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	const char *path;
	guint n = 0;

	scenario_start(self, "--wait 30",
		       "[media]\nprovider-recordings=move\nrecord-at=provider\nrecording=false\n"
		       "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "recording", "{\"action\":\"pause\"}", 404); /* there is none */
	scenario_act(self, id, "recording", "{\"action\":\"start\"}", 200);
	wait_recording(self, ++n, "recording");
	scenario_act(self, id, "recording", "{\"action\":\"pause\"}", 200);
	wait_recording(self, ++n, "paused");
	scenario_act(self, id, "recording", "{\"action\":\"resume\"}", 200);
	wait_recording(self, ++n, "recording");
	scenario_act(self, id, "recording", "{\"action\":\"stop\"}", 200);
	wait_recording(self, ++n, "completed");
	wait_recording(self, ++n, "fetched");
	path = scenario_get(self->listener, "recording.changed", n, "path");
	g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	wait_recording(self, ++n, "deleted");
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_requests(self, "\"DELETE\""), ==, 1);
}

static void
test_recording_from_start(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 0.5 --hang-up", "[assistant:line]\nagents=echo\n");
	id = scenario_place(self, "+15550100042", "\"recording\":true");
	wait_recording(self, 1, "recording");
	scenario_assert_ends(self, 1, "completed");
	wait_recording(self, 2, "completed");
	wait_recording(self, 3, "fetched");
}

const ScenarioTest scenario_recordings_tests[] = {
    {"recording", test_recording},
    {"recording-from-start", test_recording_from_start},
    {NULL},
};
