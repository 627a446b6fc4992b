/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Scenarios of calls that are handed to somebody else, at once or after a word with him. Main
 * thread.
 */

#include "scenarios-private.h"

#include "harness.h"
#include "service.h"

#include <string.h>

static void
test_transfer_blind(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 200);
	listener_wait(self->listener, "call.transferred", 1);
	scenario_assert_ends(self, 1, "transferred");
}

static JsonObject *
show(Scenario *self, const char *id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", id);

	return fixture_request(&self->base, "GET", path, NULL, 200);
}

/* Nobody takes the call: the caller is with the assistant again, which knows what was before. */
static void
test_transfer_blind_fails(Scenario *self, gconstpointer data)
{
	static const char *const fates[] = {"busy", "no-answer", "failed"};
	g_autofree char *id = NULL;
	g_autoptr(JsonObject) call = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	for (guint i = 0; i < G_N_ELEMENTS(fates); i++) {
		g_autofree char *body = g_strdup_printf("{\"target\":\"+1555010900%u\"}", i + 1);
		g_autofree char *reason = g_strdup_printf("the other side: %s", fates[i]);

		scenario_act(self, id, "transfer", body, 200);
		listener_wait(self->listener, "call.transferring", i + 1);
		g_assert_cmpstr(scenario_get(self->listener, "call.returned", i + 1, "reason"), ==,
				reason);
		/* It is told. */
		listener_wait(self->listener, "prompt.sent", i + 2);
	}
	scenario_act(self, id, "say", "{\"text\":\"Still here.\"}", 200);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
	g_assert_cmpuint(scenario_count_events(self, "call.started"), ==, 1);
	call = show(self, id);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(call, "turns")), >=, 4);
}

/* The caller hangs up while the other side rings; so does the operator. */
static void
test_transfer_given_up(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30 --ring 2000", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550109002\"}", 200);
	listener_wait(self->listener, "call.transferring", 1);
	scenario_act(self, id, "hold", NULL, 409);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 1, "completed");
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
}

static void
test_transfer_warm(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	/* Whoever answers presses 1 after the first words: the target takes the call. */
	scenario_start(self, "--dtmf 1 --wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "dtmf.received", 1);
	scenario_act(self, id, "transfer",
		     "{\"target\":\"+15550100098\",\"mode\":\"warm\",\"briefing\":\"A guest.\"}",
		     200);
	listener_wait(self->listener, "call.held", 1);
	listener_wait(self->listener, "dtmf.received", 2);
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
}

#define BRIEFED "Zebrafinch briefing."
#define CALLER  "15550100042"

static guint
count_in_state(Scenario *self, const char *text)
{
	g_autofree char *state = g_build_filename(self->base.dir, "state", NULL);

	return harness_count_bytes(state, text, strlen(text));
}

static void
expect_gone(Scenario *self, const char *id)
{
	g_autofree char *path = g_strdup_printf("/voice/calls/%s/status", id);

	json_object_unref(fixture_request(&self->base, "GET", path, NULL, 404));
}

/* What the other side was told of the caller goes with him, though that was a call to somebody else. */
static void
test_transfer_erased(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *other = NULL;
	g_autofree char *shown = NULL;
	g_autofree char *log = NULL;
	g_autoptr(JsonObject) call = NULL;
	g_autoptr(JsonObject) leg = NULL;
	g_autoptr(JsonObject) receipt = NULL;
	JsonArray *legs;

	scenario_start(self, "--dtmf 1 --wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+" CALLER, NULL);
	listener_wait(self->listener, "dtmf.received", 1);
	scenario_act(self, id, "transfer",
		     "{\"target\":\"+15550100098\",\"mode\":\"warm\",\"briefing\":\"" BRIEFED "\"}",
		     200);
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
	call = show(self, id);
	legs = json_object_get_array_member(call, "legs");
	g_assert_cmpuint(json_array_get_length(legs), ==, 1);
	other = g_strdup(json_array_get_string_element(legs, 0));
	leg = show(self, other);
	g_assert_cmpstr(json_object_get_string_member(leg, "origin_call_id"), ==, id);
	shown = g_strconcat("show ", id, NULL);
	fixture_expect_cli(&self->base, shown, 0, other);
	g_assert_cmpuint(count_in_state(self, BRIEFED), >, 0);

	receipt = fixture_request(&self->base, "DELETE", "/callers/%2B" CALLER, NULL, 200);
	g_assert_true(json_object_get_boolean_member(receipt, "complete"));
	g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(receipt, "rows"),
						   "calls"),
			==, 2);
	expect_gone(self, id);
	expect_gone(self, other);
	g_assert_cmpuint(count_in_state(self, BRIEFED), ==, 0);
	g_assert_cmpuint(count_in_state(self, CALLER), ==, 0);
	g_assert_cmpuint(count_in_state(self, other), ==, 0);
	log = fixture_read_log(&self->base);
	g_assert_nonnull(strstr(log, "asked to take over call"));
}

#define SUMMARY "Ann wants a table for four."
#define WITH_SUMMARY                                                                               \
	"{\"answers\":[{\"if\":\"pressed the keys\",\"text\":\"One "                               \
	"moment.\",\"tools\":[{\"name\":"                                                          \
	"\"transfer\",\"arguments\":{\"summary\":\"" SUMMARY "\"}}]}]}"
#define ORCHESTRATOR                                                                               \
	"[engine:openai]\nbase-url=%s\n[assistant:line]\nagents=orchestrator\ntts=flite\n"         \
	"llm=openai\ngreeting=Hello.\norchestrator.transfer-to=+15550100098\n" FIXTURE_PATIENT

/* The first event of @type that is about the call @id. */
static JsonObject *
find_event(Scenario *self, const char *type, const char *id)
{
	for (guint n = 1;; n++) {
		JsonObject *data =
		    json_object_get_object_member(listener_wait(self->listener, type, n), "data");

		if (g_str_equal(json_object_get_string_member(data, "call_id"), id))
			return data;
	}
}

/* The language model says what it is about: the other side is called first, and hears just that. */
static void
test_transfer_told(Scenario *self, gconstpointer data)
{
	g_autofree char *path = g_build_filename(self->base.dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *section = NULL;
	g_autofree char *id = NULL;
	const char *other;
	Service *model;

	g_assert_true(g_file_set_contents(path, WITH_SUMMARY, -1, NULL));
	model = service_start("openai", arguments);
	section = g_strdup_printf(ORCHESTRATOR, service_get_base_url(model));
	scenario_start(self, "--dtmf 1 --wait 30", section);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "call.held", 1);
	other = json_object_get_string_member(
	    json_object_get_object_member(listener_wait(self->listener, "call.started", 2), "data"),
	    "call_id");
	g_assert_true(g_str_has_prefix(
	    json_object_get_string_member(find_event(self, "prompt.sent", other), "message"),
	    SUMMARY));
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
	g_assert_cmpstr(
	    json_object_get_string_member(find_event(self, "call.transferred", id), "summary"), ==,
	    SUMMARY);
	service_stop(model);
}

static void
test_transfer_warm_fails(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550109001\",\"mode\":\"warm\"}", 200);
	listener_wait(self->listener, "call.held", 1);
	scenario_assert_ends(self, 1, "busy");
	listener_wait(self->listener, "call.resumed", 1);
	scenario_act(self, id, "end", "{}", 200);
	scenario_assert_ends(self, 2, "completed");
}

static void
test_transfer_one_at_a_time(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 30 --ring 2000", "[assistant:line]\n" SCENARIO_DIALOG);
	id = scenario_place(self, "+15550100042", NULL);
	listener_wait(self->listener, "prompt.sent", 1);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100098\",\"mode\":\"warm\"}", 200);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\"}", 409);
	scenario_act(self, id, "transfer", "{\"target\":\"+15550100099\",\"mode\":\"warm\"}", 409);
	scenario_act(self, id, "end", "{}", 200);
	listener_wait(self->listener, "call.completed", 2);
	g_assert_cmpuint(scenario_count_events(self, "call.transferred"), ==, 0);
}

const ScenarioTest scenario_transfers_tests[] = {
    {"transfer-blind", test_transfer_blind},
    {"transfer-blind-fails", test_transfer_blind_fails},
    {"transfer-given-up", test_transfer_given_up},
    {"transfer-warm", test_transfer_warm},
    {"transfer-erased", test_transfer_erased},
    {"transfer-told", test_transfer_told},
    {"transfer-warm-fails", test_transfer_warm_fails},
    {"transfer-one-at-a-time", test_transfer_one_at_a_time},
    {NULL},
};
