/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Everything that the command line can do with calls and messages through Twilio.
 */

#include "twilio-provider.h"

#include "harness.h"

#include <string.h>
#include <sysexits.h>

#define DIALOG     "agents=dialog\ntts=flite\n" FIXTURE_PATIENT
#define SHELL_UUID "[0-9a-f-]{36}"

static void G_GNUC_PRINTF(4, 5)
    expect(Scenario *self, int status, const char *text, const char *format, ...)
{
	g_autofree char *arguments = NULL;
	va_list list;

	va_start(list, format);
	arguments = g_strdup_vprintf(format, list);
	va_end(list);
	fixture_expect_cli(&self->base, arguments, status, text);
}

/* Places a call that talks. (transfer full): its id */
static char *
begin(Scenario *self, const char *options)
{
	g_autofree char *arguments =
	    g_strconcat("call +15550100042 --assistant line ", options, NULL);
	char *id = g_strchomp(fixture_run_cli(&self->base, arguments, 0));

	g_assert_true(g_regex_match_simple("^" SHELL_UUID "\\z", id, 0, 0));
	listener_wait(self->listener, "prompt.sent", 1);
	return id;
}

/* What @arguments print is @texts, in this order. */
static void
assert_follows(Scenario *self, const char *arguments, int status, ...)
{
	g_autofree char *output = fixture_run_cli(&self->base, arguments, status);
	const char *at = output;
	const char *text;
	va_list list;

	va_start(list, status);
	while ((text = va_arg(list, const char *)) != NULL) {
		const char *found = strstr(at, text);

		if (found == NULL)
			g_error("offhook %s: no \"%s\" in: %s", arguments, text, at);
		at = found + strlen(text);
	}
	va_end(list);
}

/* ---- calls ---- */

static void
test_follow(Scenario *self, gconstpointer data)
{
	scenario_start(self, "--wait 2 --hang-up", "[assistant:line]\n" DIALOG);
	assert_follows(self, "call +15550100042 --assistant line --follow", 0,
		       "outbound +15550100042 through twilio", "ringing", "agent ",
		       "completed after", NULL);
	assert_follows(self, "call +15550109001 --follow", 1, "ringing", "busy", NULL);
	assert_follows(self, "call +15550109002 --follow", 1, "ringing", "no-answer", NULL);
	assert_follows(self, "call +15550109003 --follow", 1, "failed", NULL);
	assert_follows(self, "--json call +15550100042 --follow", 0, "{\"type\":\"call.started\"",
		       "{\"type\":\"call.completed\"", NULL);
	/* Refused before it rings. */
	expect(self, EX_NOPERM, "21215", "call +15550109031 --follow");
	expect(self, 1, "E.164", "call 12 --follow");
	expect(self, 1, "assistant", "call +15550100042 --assistant nobody --follow");
	expect(self, EX_USAGE, "off|detect|beep", "call +15550100042 --machine-detection maybe");
	expect(self, 1, "send_digits", "call +15550100042 --send-digits nine");
	expect(self, EX_USAGE, "ever", "call +15550100042 --timeout ever");
}

static void
test_options(Scenario *self, gconstpointer data)
{
	scenario_start(self, "--wait 0.3 --hang-up", "[assistant:line]\nagents=echo\n");
	expect(self, 0, "completed",
	       "call +15550100042 --caller-id +15550100007 --timeout 25 --time-limit 90 --record "
	       "--send-digits 1w2 --follow");
	g_assert_cmpuint(scenario_count_requests(self, "[\"From\",\"+15550100007\"]"), ==, 1);
	g_assert_cmpuint(scenario_count_requests(self, "[\"Timeout\",\"25\"]"), ==, 1);
	g_assert_cmpuint(scenario_count_requests(self, "[\"TimeLimit\",\"90\"]"), ==, 1);
	g_assert_cmpuint(scenario_count_requests(self, "[\"Record\",\"true\"]"), ==, 1);
	g_assert_cmpuint(scenario_count_requests(self, "[\"SendDigits\",\"1w2\"]"), ==, 1);
	expect(self, 0, "answered by: machine",
	       "call +15550109004 --machine-detection detect --follow");
	expect(self, 0, "answered by: machine-beep",
	       "call +15550109005 --machine-detection beep --wait-for-detection --follow");
	g_assert_cmpuint(scenario_count_requests(self, "[\"MachineDetection\",\"Enable\"]"), ==, 1);
	g_assert_cmpuint(
	    scenario_count_requests(self, "[\"MachineDetection\",\"DetectMessageEnd\"]"), ==, 1);
	g_assert_cmpuint(scenario_count_requests(self, "[\"AsyncAmd\",\"true\"]"), ==, 1);
}

/* The one who answered would talk for a minute. */
static void
test_time_limit(Scenario *self, gconstpointer data)
{
	gint64 began_us;

	scenario_start(self, "--wait 60", "[assistant:line]\nagents=echo\n");
	began_us = g_get_monotonic_time();
	expect(self, 0, "completed", "call +15550100042 --time-limit 1 --follow");
	g_assert_cmpint(g_get_monotonic_time() - began_us, <, 45 * G_USEC_PER_SEC);
}

/* Here, though the provider could, too. */
static void
record(Scenario *self, const char *id)
{
	expect(self, 1, "(404)", "record %s stop", id); /* nobody records */
	expect(self, 0, "start", "record %s start", id);
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", 1, "source"), ==,
			"server");
	expect(self, 1, "already (409)", "record %s start", id);
	expect(self, 0, "pause", "record %s pause", id);
	expect(self, 0, "resume", "record %s resume", id);
	expect(self, 0, "stop", "record %s stop", id);
	g_assert_cmpstr(scenario_get(self->listener, "recording.changed", 2, "status"), ==,
			"completed");
	expect(self, 0, "completed", "recordings %s", id);
}

static void
test_in_the_call(Scenario *self, gconstpointer data)
{
	static const char *const plain[][2] = {{"hold", "call.held"},
					       {"unhold", "call.resumed"},
					       {"mute", "call.muted"},
					       {"unmute", "call.unmuted"}};
	g_autofree char *id = NULL;

	scenario_start(self, "--wait 60", "[assistant:line]\nrecording=off\n" DIALOG);
	id = begin(self, "");
	for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
		expect(self, 0, plain[i][0], "%s %s", plain[i][0], id);
		listener_wait(self->listener, plain[i][1], 1);
	}
	record(self, id);
	expect(self, EX_USAGE, "start|pause|resume|stop", "record %s eat", id);
	expect(self, 0, "say", "say %s 'One moment, please.'", id);
	expect(self, 0, "\"action\" : \"dtmf\"", "--json dtmf %s '12#'", id);
	expect(self, 1, "digits", "dtmf %s nine", id);
	expect(self, 1, "E.164", "transfer %s nobody", id);
	expect(self, EX_USAGE, "CALL", "hold");
	expect(self, 1, "(404)", "hold none");
	expect(self, 0, "in-progress", "show %s", id);
	expect(self, 0, "completed", "end %s", id);
	expect(self, 0, "completed", "end %s", id); /* again */
	expect(self, 1, "has ended (409)", "say %s 'Too late.'", id);
	expect(self, 0, "call.held", "show %s --events", id);
	expect(self, 0, "\"type\" : \"call.started\"", "--json show %s --events", id);
	expect(self, 1, "(404)", "show none --events");
}

static void
test_transfers(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "--dtmf 1 --wait 60", "[assistant:line]\n" DIALOG);
	id = begin(self, "");
	listener_wait(self->listener, "dtmf.received", 1);
	expect(self, EX_USAGE, "--warm", "transfer %s +15550100098 --briefing 'A guest.'", id);
	expect(self, 0, "transfer", "transfer %s +15550109001", id);
	g_assert_cmpstr(scenario_get(self->listener, "call.returned", 1, "reason"), ==,
			"the other side: busy");
	expect(self, 0, "transfer", "transfer %s +15550100098 --warm --briefing 'A guest.'", id);
	scenario_assert_ends(self, 1, "transferred");
	scenario_assert_ends(self, 2, "transferred");
	expect(self, 0, "transferred", "calls --status transferred");
}

/* ---- the rest ---- */

static void
test_messages(Scenario *self, gconstpointer data)
{
	g_autofree char *id = NULL;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	id = g_strchomp(fixture_run_cli(&self->base, "sms +15550100042 'See you at 7'", 0));
	g_assert_true(g_regex_match_simple("^" SHELL_UUID "\\z", id, 0, 0));
	expect(self, 0, id, "sms");
	expect(self, 0, "\"text\" : \"See you at 7\"", "--json sms");
	expect(self, EX_USAGE, "TEXT", "sms +15550100042");
	expect(self, 1, "E.164", "sms 12 x");
	expect(self, EX_NOPERM, "21610", "sms +15550109007 x --from +15550100003");
}

static void
test_provider(Scenario *self, gconstpointer data)
{
	scenario_start(self, "--account-status suspended", "[assistant:line]\nagents=echo\n");
	expect(self, 1, "authentication passed, API access failed, webhook URL passed",
	       "provider test");
	expect(self, 1, "suspended", "provider test");
	expect(self, 1, "\"api_access\" : \"failed\"", "--json provider test");
	expect(self, 1, "suspended", "provider test twilio");
	expect(self, 1, "provider", "provider test nobody");
	expect(self, EX_USAGE, "usage", "provider twilio twice");
	expect(self, 0, "loopback", "provider loopback");
	expect(self, 0, "loopback", "status");
	expect(self, 1, "nobody", "provider nobody");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	scenario_add(&twilio_provider, "cli/follow", test_follow);
	scenario_add(&twilio_provider, "cli/options", test_options);
	scenario_add(&twilio_provider, "cli/time-limit", test_time_limit);
	scenario_add(&twilio_provider, "cli/in-the-call", test_in_the_call);
	scenario_add(&twilio_provider, "cli/transfers", test_transfers);
	scenario_add(&twilio_provider, "cli/messages", test_messages);
	scenario_add(&twilio_provider, "cli/provider", test_provider);
	return g_test_run();
}
