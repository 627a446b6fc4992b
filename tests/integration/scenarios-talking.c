/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scenarios of calls that are under way: what is done in them, and a far end that is gone without a
 * word. Main thread.
 */

#include "scenarios-private.h"

static void
test_controls(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "hold", NULL, 200);
	listener_wait(self->listener, "call.held", 1);
	scenario_act(self, id, "say", "{\"text\":\"nobody hears this\"}", 409);
	scenario_act(self, id, "unhold", NULL, 200);
	listener_wait(self->listener, "call.resumed", 1);
	scenario_act(self, id, "mute", NULL, 200);
	listener_wait(self->listener, "call.muted", 1);
	scenario_act(self, id, "unmute", NULL, 200);
	listener_wait(self->listener, "call.unmuted", 1);
	scenario_act(self, id, "dtmf", "{\"digits\":\"12#w*\"}", 200);
	scenario_act(self, id, "dtmf", "{\"digits\":\"x\"}", 400);
	scenario_act(self, id, "say", "{\"text\":\"\"}", 400);
	scenario_act(self, id, "say", "{\"text\":\"One moment please.\"}", 200);
	scenario_act(self, id, "transfer", "{\"target\":\"nobody\"}", 400);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\",\"mode\":\"hot\"}", 400);
	scenario_act(self, id, "transfer",
		     "{\"target\":\"+15550100099\",\"briefing\":\"A guest.\"}", 400);
	scenario_act(self, id, "recording", "{\"action\":\"eat\"}", 400);
	scenario_act(self, "00000000-0000-7000-8000-000000000000", "hold", NULL, 404);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
}

/*
 * The far end goes silent without a word, and the connection stays. After a minute the daemon gives
 * the stream up.
 */
static void
test_half_open(Scenario *self, gconstpointer data)
{
	g_autofree char *call = NULL;

	scenario_start(self, "--half-open 0.5 --fault-wait 120", "[assistant:line]\nagents=echo\n");
	call = scenario_place(self, "+15550100042", NULL);
	scenario_assert_ends(self, 1, "interrupted");
}

const ScenarioTest scenario_talking_tests[] = {
    {"controls", test_controls},
    {"half-open", test_half_open},
    {NULL},
};
