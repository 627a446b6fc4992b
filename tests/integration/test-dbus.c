/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The D-Bus door: every method, property and signal, on a private bus, against a real daemon with calls
 * through the loopback driver. The last test fails when something of the introspection had none.
 */

#include "bus-desk.h"

#include "harness.h"

#include <signal.h>
#include <string.h>

/* Writes @config and asks for a reload. */
static void
test_reload(Bus *bus, const char *config)
{
	g_autofree char *expanded = bus_desk_expand(config);

	fixture_configure(&bus->base, expanded);
}

/* Waits for @path to come or go. */
static void
test_wait_object(Bus *bus, const char *signal, const char *path)
{
	for (;;) {
		g_autoptr(GVariant) told =
		    bus_wait_signal(bus, NULL, "org.freedesktop.DBus.ObjectManager", signal);
		const char *found;

		g_variant_get_child(told, 0, "&o", &found);
		if (g_str_equal(found, path))
			return;
	}
}

/* ---- the daemon ---- */

static void
test_manager(Bus *bus, gconstpointer data)
{
	g_autofree char *url = g_strdup_printf("'%s'", bus->base.url);
	g_autoptr(GVariant) started = bus_get(bus, BUS_PATH, BUS_MANAGER, "Started");
	g_autoptr(GVariant) version = bus_get(bus, BUS_PATH, BUS_MANAGER, "Version");

	g_assert_cmpuint(g_variant_get_uint64(started), <=, (guint64)g_get_real_time());
	g_assert_cmpuint(g_variant_get_uint64(started), >,
			 (guint64)g_get_real_time() - 600 * G_USEC_PER_SEC);
	g_assert_cmpuint(strlen(g_variant_get_string(version, NULL)), >, 0);
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "Url", url);
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "Provider", "'loopback'");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "CallCount", "0");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "MaxCalls", "2000");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "Draining", "false");
	g_assert_cmpfloat(fixture_get_metric(&bus->base, "offhook_dbus_connected"), ==, 1);
}

static void
test_provider(Bus *bus, gconstpointer data)
{
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "SwitchProvider", g_variant_new("(s)", "twilio"));
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "Provider", "'twilio'");
	bus_wait_property(bus, BUS_PATH "/Driver/twilio", BUS_DRIVER, "Current", "true");
	bus_expect(bus, BUS_PATH "/Driver/loopback", BUS_DRIVER, "Current", "false");
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "SwitchProvider", g_variant_new("(s)", "twillio"),
		   "NotFound", "twilio");
}

static void
test_refused(Bus *bus, gconstpointer data)
{
	static const struct {
		const char *parameters;
		const char *name;
		const char *text;
	} refusals[] = {
	    {"('555', @a{sv} {})", "InvalidArgument", "phone_number: \"555\""},
	    {"('" BUS_DESK_NUMBER "', {'timeout': <uint32 0>})", "InvalidArgument", "timeout"},
	    {"('" BUS_DESK_NUMBER "', {'timeout': <'soon'>})", "InvalidArgument", "timeout"},
	    {"('" BUS_DESK_NUMBER "', {'time_out': <uint32 9>})", "InvalidArgument",
	     "\"time_out\""},
	    {"('" BUS_DESK_NUMBER "', {'assistant': <['desk']>})", "InvalidArgument", "assistant"},
	    {"('" BUS_DESK_NUMBER "', {'assistant': <'nobody'>})", "InvalidArgument", "assistant"},
	    {"('" BUS_DESK_NUMBER "', {'caller_id': <'a b'>})", "InvalidArgument", "caller_id"},
	    {"('" BUS_DESK_NUMBER "', {'recording_format': <'mp3'>})", "InvalidArgument",
	     "recording_format"},
	    {"('" BUS_DESK_NUMBER "', {'send_digits': <'1'>})", "NotSupported", "loopback"},
	};
	g_autofree char *long_id = g_strnfill(1024 * 1024, 'x');

	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
		bus_refuse(bus, BUS_PATH, BUS_MANAGER, "PlaceCall",
			   g_variant_new_parsed(refusals[i].parameters), refusals[i].name,
			   refusals[i].text);
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "FindCall", g_variant_new("(s)", "nobody"),
		   "NotFound", "nobody");
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "FindCall", g_variant_new("(s)", long_id), "Limit",
		   "the limit is 1048576");
}

static void
test_configuration(Bus *bus, gconstpointer data)
{
	const char *desk = BUS_PATH "/Assistant/desk";
	const char *late = BUS_PATH "/Assistant/late_2dnight";
	g_autoptr(GVariant) details = NULL;
	g_autofree char *text = NULL;

	bus_expect(bus, desk, BUS_ASSISTANT, "Name", "'desk'");
	bus_expect(bus, desk, BUS_ASSISTANT, "Driver", "'loopback'");
	bus_expect(bus, desk, BUS_ASSISTANT, "Agents", "['moody', 'input']");
	bus_expect(bus, desk, BUS_ASSISTANT, "Stt", "[]");
	bus_expect(bus, desk, BUS_ASSISTANT, "Tts", "['flite']");
	bus_expect(bus, desk, BUS_ASSISTANT, "Llm", "[]");
	bus_expect(bus, desk, BUS_ASSISTANT, "Language", "'en-US'");
	bus_expect(bus, desk, BUS_ASSISTANT, "Interruptible", "true");
	bus_expect(bus, desk, BUS_ASSISTANT, "BuiltIn", "false");
	details = bus_call(bus, desk, BUS_ASSISTANT, "GetDetails", NULL);
	text = g_variant_print(details, FALSE);
	g_assert_cmpstr(text, ==, "({'greeting': <'Hello there.'>, 'prompt': <'Be kind.'>},)");

	test_reload(bus, "max-calls=7\n" BUS_DESK_CONFIG "interruptible=false\n"
			 "[assistant:late-night]\nagents=moody\nnumber=+15550100009\n");
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL);
	test_wait_object(bus, "InterfacesAdded", late);
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "MaxCalls", "7");
	bus_wait_property(bus, desk, BUS_ASSISTANT, "Interruptible", "false");

	test_reload(bus, "lisen=1\n" BUS_DESK_CONFIG);
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL, "Config", "\"listen\"");
	bus_expect(bus, late, BUS_ASSISTANT, "Name", "'late-night'");

	test_reload(bus, BUS_DESK_CONFIG);
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL);
	test_wait_object(bus, "InterfacesRemoved", late);
}

/* ---- a call ---- */

static void
test_call_properties(Bus *bus, const char *path)
{
	g_autoptr(GVariant) id = bus_get(bus, path, BUS_CALL, "Id");
	g_autoptr(GVariant) created = bus_get(bus, path, BUS_CALL, "Created");
	g_autoptr(GVariant) answered = bus_get(bus, path, BUS_CALL, "Answered");
	g_autoptr(GVariant) found =
	    bus_desk_ask(bus, "FindCall", g_variant_new("(s)", g_variant_get_string(id, NULL)));
	g_autofree char *text = g_variant_print(found, FALSE);
	g_autofree char *expected = g_strdup_printf("('%s',)", path);

	g_assert_cmpstr(text, ==, expected);
	g_assert_cmpuint(g_variant_get_uint64(created), >, 0);
	g_assert_cmpuint(g_variant_get_uint64(answered), >=, g_variant_get_uint64(created));
	bus_expect(bus, path, BUS_CALL, "Direction", "'outbound'");
	bus_expect(bus, path, BUS_CALL, "State", "'in-progress'");
	bus_expect(bus, path, BUS_CALL, "Provider", "'loopback'");
	bus_expect(bus, path, BUS_CALL, "Assistant", "'desk'");
	bus_expect(bus, path, BUS_CALL, "Transferring", "false");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "CallCount", "1");
}

/* The caller writes, the agent answers, and both are told; so is who speaks. */
static void
test_call_talk(Bus *bus, const char *path)
{
	g_autoptr(GVariant) said = NULL;
	g_autoptr(GVariant) answered = NULL;
	g_autoptr(GVariant) mood = NULL;
	g_autoptr(GVariant) turn = NULL;
	g_autoptr(GVariant) times = NULL;
	const char *role, *text, *label;
	double score;

	bus_wait_property(bus, path, BUS_CALL, "Speaker", "'agent'");
	bus_desk_do(bus, path, BUS_CALL, "InjectMessage", g_variant_new("(s)", "good morning"));
	do {
		g_clear_pointer(&said, g_variant_unref);
		said = bus_wait_signal(bus, path, BUS_CALL, "Message");
		g_variant_get(said, "(&s&st)", &role, &text, NULL);
	} while (!g_str_equal(role, "user"));
	g_assert_cmpstr(text, ==, "good morning");
	mood = bus_wait_signal(bus, path, BUS_CALL, "Sentiment");
	g_variant_get(mood, "(&sd)", &label, &score);
	g_assert_cmpstr(label, ==, "pleased");
	g_assert_cmpfloat(score, ==, 0.5);
	answered = bus_wait_signal(bus, path, BUS_CALL, "Message");
	g_variant_get(answered, "(&s&st)", &role, &text, NULL);
	g_assert_cmpstr(role, ==, "assistant");
	g_assert_nonnull(strstr(text, "You said: good morning"));
	turn = bus_wait_signal(bus, path, BUS_CALL, "Turn");
	g_variant_get(turn, "(ub@a{sd})", NULL, NULL, &times);
	g_assert_cmpuint(g_variant_n_children(times), >, 0);
	bus_wait_property(bus, path, BUS_CALL, "Turns", "1");
	bus_wait_property(bus, path, BUS_CALL, "Speaker", "'nobody'");
}

static void
test_call_personal(Bus *bus, const char *path)
{
	g_autoptr(GVariant) details = bus_call(bus, path, BUS_CALL, "GetDetails", NULL);
	g_autoptr(GVariant) transcript = bus_call(bus, path, BUS_CALL, "GetTranscript", NULL);
	g_autoptr(GVariant) table = g_variant_get_child_value(details, 0);
	g_autofree char *text = g_variant_print(transcript, FALSE);
	const char *to = NULL;

	g_assert_true(g_variant_lookup(table, "to", "&s", &to));
	g_assert_cmpstr(to, ==, BUS_DESK_NUMBER);
	g_assert_nonnull(strstr(text, "('user', 'good morning', "));
	g_assert_nonnull(strstr(text, "('assistant', 'You said: good morning'"));
}

static void
test_call_control(Bus *bus, const char *path)
{
	bus_desk_do(bus, path, BUS_CALL, "Hold", NULL);
	bus_wait_property(bus, path, BUS_CALL, "Held", "true");
	bus_refuse(bus, path, BUS_CALL, "Say", g_variant_new("(s)", "Anybody?"), "InvalidState",
		   "on hold");
	bus_desk_do(bus, path, BUS_CALL, "Unhold", NULL);
	bus_wait_property(bus, path, BUS_CALL, "Held", "false");
	bus_desk_do(bus, path, BUS_CALL, "Mute", NULL);
	bus_wait_property(bus, path, BUS_CALL, "Muted", "true");
	bus_desk_do(bus, path, BUS_CALL, "Unmute", NULL);
	bus_wait_property(bus, path, BUS_CALL, "Muted", "false");
	bus_desk_do(bus, path, BUS_CALL, "PauseRecording", NULL);
	bus_desk_do(bus, path, BUS_CALL, "ResumeRecording", NULL);
	bus_refuse(bus, path, BUS_CALL, "StartRecording", NULL, "InvalidState", "already");
	bus_desk_do(bus, path, BUS_CALL, "StopRecording", NULL);
	bus_refuse(bus, path, BUS_CALL, "PauseRecording", NULL, "InvalidState", "not being");
	bus_desk_do(bus, path, BUS_CALL, "StartRecording", NULL);
	bus_desk_do(bus, path, BUS_CALL, "SendDtmf", g_variant_new("(s)", "12#"));
	bus_desk_do(bus, path, BUS_CALL, "Say", g_variant_new("(s)", "One moment."));
	bus_refuse(bus, path, BUS_CALL, "Answer", NULL, "NotSupported", "loopback");
	bus_refuse(bus, path, BUS_CALL, "SendDtmf", g_variant_new("(s)", "x"), "InvalidArgument",
		   "digits");
	bus_refuse(bus, path, BUS_CALL, "Say", g_variant_new("(s)", ""), "InvalidArgument", "text");
	bus_refuse(bus, path, BUS_CALL, "InjectMessage", g_variant_new("(s)", ""),
		   "InvalidArgument", "text");
	bus_refuse(bus, path, BUS_CALL, "Play", g_variant_new("(s)", "ftp://example.org/a"),
		   "InvalidArgument", "url");
	bus_refuse(bus, path, BUS_CALL, "Play", g_variant_new("(s)", "https://example.org/a"),
		   "NotSupported", "loopback");
	bus_refuse(bus, path, BUS_CALL, "Transfer",
		   g_variant_new_parsed("('+15550100002', {'mode': <'cold'>})"), "InvalidArgument",
		   "mode: \"cold\"");
	bus_refuse(bus, path, BUS_CALL, "Transfer",
		   g_variant_new_parsed("('+15550100002', {'warm': <true>})"), "InvalidArgument",
		   "\"warm\"");
	bus_refuse(bus, path, BUS_CALL, "Transfer",
		   g_variant_new_parsed("('+15550100002', {'mode': <'warm'>})"), "NotSupported",
		   "loopback");
}

static void
test_call(Bus *bus, gconstpointer data)
{
	g_autoptr(GVariant) subscribed =
	    bus_desk_ask(bus, "Subscribe", g_variant_new_parsed("(@as [],)"));
	g_autofree char *path = bus_desk_place(bus);
	g_autoptr(GVariant) changed = bus_wait_signal(bus, path, BUS_CALL, "StateChanged");
	g_autofree char *text = g_variant_print(subscribed, FALSE);
	g_autoptr(GVariant) event = NULL;
	g_autoptr(GVariant) duration = NULL;
	g_autofree char *other = NULL;

	g_assert_cmpstr(text, ==, "(true,)");
	test_wait_object(bus, "InterfacesAdded", path);
	test_call_properties(bus, path);
	test_call_talk(bus, path);
	test_call_personal(bus, path);
	test_call_control(bus, path);
	event = bus_wait_signal(bus, path, BUS_CALL, "Event");
	bus_desk_end(bus, path);
	test_wait_object(bus, "InterfacesRemoved", path);
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "CallCount", "0");

	other = bus_desk_place(bus);
	bus_expect(bus, other, BUS_CALL, "Held", "false");
	bus_expect(bus, other, BUS_CALL, "Muted", "false");
	duration = bus_get(bus, other, BUS_CALL, "Duration");
	g_assert_cmpfloat(g_variant_get_double(duration), >=, 0);
	bus_desk_do(bus, other, BUS_CALL, "Transfer",
		    g_variant_new_parsed("('+15550100002', @a{sv} {})"));
	bus_wait_property(bus, other, BUS_CALL, "State", "'transferred'");
}

/* Who asks for one type hears that one; who has unsubscribed hears none. */
static void
test_subscriptions(Bus *bus, gconstpointer data)
{
	g_autoptr(GVariant) few = bus_desk_ask(
	    bus, "Subscribe", g_variant_new_parsed("(['call.held', 'plugins.changed'],)"));
	g_autofree char *path = bus_desk_place(bus);
	g_autoptr(GVariant) event = NULL;
	g_autoptr(GVariant) none = NULL;
	g_autofree char *text = NULL;

	bus_desk_do(bus, path, BUS_CALL, "Hold", NULL);
	event = bus_wait_signal(bus, path, BUS_CALL, "Event");
	text = g_variant_print(event, FALSE);
	g_assert_true(g_str_has_prefix(text, "('call.held', "));
	bus_desk_do(bus, BUS_PATH "/Agent/echo", BUS_PLUGIN, "Disable", NULL);
	none = bus_wait_signal(bus, BUS_PATH, BUS_MANAGER, "Event");
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Unsubscribe", NULL);
	bus_desk_do(bus, BUS_PATH "/Agent/echo", BUS_PLUGIN, "Enable", NULL);
	bus_desk_do(bus, path, BUS_CALL, "Unhold", NULL);
	bus_desk_end(bus, path);
	g_assert_false(bus_has_signal(bus, BUS_CALL, "Event"));
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "Subscribe",
		   g_variant_new_parsed("(['0123456789012345678901234567890123456789012345678901234"
					"5678901234567890'],)"),
		   "InvalidArgument", "types");
}

/* ---- plugins ---- */

static void
test_plugins(Bus *bus, gconstpointer data)
{
	const char *moody = BUS_PATH "/Agent/moody";
	g_autofree char *file = g_strdup_printf("'%s/tests/integration/moody/agent-moody.so'",
						g_getenv("OFFHOOK_BUILD_ROOT"));

	bus_expect(bus, moody, BUS_PLUGIN, "Kind", "'agent'");
	bus_expect(bus, moody, BUS_PLUGIN, "Name", "'moody'");
	bus_expect(bus, moody, BUS_PLUGIN, "Plugin", "'moody'");
	bus_expect(bus, moody, BUS_PLUGIN, "Version", "'1.0.0'");
	bus_expect(bus, moody, BUS_PLUGIN, "Summary", "'Feels for the caller'");
	bus_expect(bus, moody, BUS_PLUGIN, "License", "'MIT'");
	bus_expect(bus, moody, BUS_PLUGIN, "Path", file);
	bus_expect(bus, moody, BUS_PLUGIN, "Status", "'active'");
	bus_expect(bus, moody, BUS_PLUGIN, "Reason", "''");
	bus_expect(bus, moody, BUS_AGENT, "Features", "['turns']");
	bus_expect(bus, moody, BUS_AGENT, "Assistants", "['desk']");
	bus_expect(bus, BUS_PATH "/Engine/flite", BUS_ENGINE, "Roles", "['tts']");
	bus_expect(bus, BUS_PATH "/Engine/flite", BUS_ENGINE, "Health",
		   "[('tts', 'closed', 0, '')]");

	bus_desk_do(bus, moody, BUS_PLUGIN, "Disable", NULL);
	bus_wait_property(bus, moody, BUS_PLUGIN, "Status", "'disabled'");
	bus_desk_do(bus, moody, BUS_PLUGIN, "Disable", NULL);
	/* Who stands in for it must stay. */
	bus_refuse(bus, BUS_PATH "/Agent/input", BUS_PLUGIN, "Disable", NULL, "InvalidState",
		   "desk");
	bus_refuse(bus, BUS_PATH "/Engine/flite", BUS_PLUGIN, "Disable", NULL, "InvalidState",
		   "desk");
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL);
	bus_expect(bus, moody, BUS_PLUGIN, "Status", "'disabled'");
	bus_desk_do(bus, moody, BUS_PLUGIN, "Enable", NULL);
	bus_wait_property(bus, moody, BUS_PLUGIN, "Status", "'active'");
	bus_refuse(bus, BUS_PATH "/Engine/deepgram", BUS_PLUGIN, "Enable", NULL, "Unavailable",
		   "api-key");
}

/* One that is switched off stays so over a reload, and what the configuration disables is not switched on. */
static void
test_switched_off(Bus *bus, gconstpointer data)
{
	const char *echo = BUS_PATH "/Agent/echo";

	bus_desk_do(bus, echo, BUS_PLUGIN, "Disable", NULL);
	bus_wait_property(bus, echo, BUS_PLUGIN, "Status", "'disabled'");
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL);
	bus_expect(bus, echo, BUS_PLUGIN, "Status", "'disabled'");
	test_reload(bus, "[driver:loopback]\nhangup-after-silence-ms=0\n"
			 "[plugins]\ndisabled=agent:echo\npath=" BUS_DESK_PLUGINS
			 "\n" BUS_DESK_ASSISTANT);
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Reload", NULL);
	bus_refuse(bus, echo, BUS_PLUGIN, "Enable", NULL, "InvalidState", "[plugins] disabled");
}

static void
test_driver(Bus *bus, gconstpointer data)
{
	const char *loopback = BUS_PATH "/Driver/loopback";
	g_autoptr(GVariant) details = bus_call(bus, loopback, BUS_DRIVER, "GetDetails", NULL);
	g_autoptr(GVariant) check = bus_call(bus, loopback, BUS_DRIVER, "Check", NULL);
	g_autofree char *number = g_variant_print(details, FALSE);
	g_autofree char *found = g_variant_print(check, FALSE);

	g_assert_cmpstr(number, ==, "({'phone_number': <'+15550100000'>},)");
	g_assert_cmpstr(found, ==, "(true, true, true, '')");
	bus_expect(bus, loopback, BUS_DRIVER, "Current", "true");
	bus_expect(bus, loopback, BUS_DRIVER, "Outbound", "true");
	bus_expect(bus, loopback, BUS_DRIVER, "VoiceFeatures",
		   "['inbound', 'outbound', 'streaming', 'dtmf', 'transfer', 'machine-detection']");
	bus_expect(bus, loopback, BUS_DRIVER, "SmsFeatures", "['send', 'status']");
	bus_expect(bus, loopback, BUS_DRIVER, "RecordingFormats", "[]");
	bus_expect(bus, loopback, BUS_DRIVER, "Actions", "['hang-up', 'send-dtmf', 'transfer']");
}

static void
test_copy_plugin(Bus *bus, const char *to, gssize size)
{
	g_autofree char *from = bus_desk_expand("@ROOT@/tests/integration/agent-parrot.so");
	g_autofree char *path = g_build_filename(bus->base.dir, "drop", to, NULL);
	g_autofree char *bytes = NULL;
	g_autoptr(GError) error = NULL;
	gsize length;

	g_file_get_contents(from, &bytes, &length, &error);
	g_assert_no_error(error);
	g_file_set_contents_full(path, bytes, size >= 0 ? size : (gssize)length,
				 G_FILE_SET_CONTENTS_CONSISTENT, 0755, &error);
	g_assert_no_error(error);
}

static void
test_load(Bus *bus, gconstpointer data)
{
	g_autofree char *good = g_build_filename(bus->base.dir, "drop", "agent-parrot.so", NULL);
	g_autofree char *bad = g_build_filename(bus->base.dir, "drop", "agent-torn.so", NULL);
	g_autoptr(GVariant) loaded = NULL;
	g_autofree char *text = NULL;

	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "LoadPlugin", g_variant_new("(s)", good), "NotFound",
		   "agent-parrot.so");
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "LoadPlugin", g_variant_new("(s)", "/lib/x.so"),
		   "InvalidArgument", "path: \"/lib/x.so\"");
	test_copy_plugin(bus, "agent-parrot.so", -1);
	loaded = bus_desk_ask(bus, "LoadPlugin", g_variant_new("(s)", good));
	text = g_variant_print(loaded, FALSE);
	g_assert_cmpstr(text, ==, "('" BUS_PATH "/Agent/parrot',)");
	bus_expect(bus, BUS_PATH "/Agent/parrot", BUS_PLUGIN, "Status", "'active'");
	test_copy_plugin(bus, "agent-torn.so", 4000);
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "RescanPlugins", NULL);
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "LoadPlugin", g_variant_new("(s)", bad),
		   "Incompatible", "agent-torn.so");
}

/* ---- the end ---- */

static void
test_drain(Bus *bus, gconstpointer data)
{
	g_autofree char *path = bus_desk_place(bus);
	g_autofree char *other = NULL;
	g_autoptr(GVariant) drained = NULL;

	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Drain", g_variant_new("(b)", FALSE));
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "Draining", "true");
	bus_refuse(bus, BUS_PATH, BUS_MANAGER, "PlaceCall",
		   g_variant_new_parsed("(%s, @a{sv} {})", BUS_DESK_NUMBER), "Unavailable",
		   "no new calls");
	bus_expect(bus, path, BUS_CALL, "State", "'in-progress'");
	g_assert_false(bus_has_signal(bus, BUS_MANAGER, "Drained"));
	bus_desk_end(bus, path);
	drained = bus_wait_signal(bus, BUS_PATH, BUS_MANAGER, "Drained");

	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "StopDraining", NULL);
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "Draining", "false");
	other = bus_desk_place(bus);
	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Drain", g_variant_new("(b)", TRUE));
	bus_expect(bus, other, BUS_CALL, "State", "'in-progress'");
	bus_desk_end(bus, other);
	bus_desk_wait_end(bus);
}

/* The same without a bus. */
static void
test_drain_by_signal(Bus *bus, gconstpointer data)
{
	g_autofree char *path = bus_desk_place(bus);

	fixture_signal(&bus->base, SIGUSR1);
	bus_wait_property(bus, BUS_PATH, BUS_MANAGER, "Draining", "true");
	bus_expect(bus, path, BUS_CALL, "State", "'in-progress'");
	bus_desk_end(bus, path);
	bus_desk_wait_end(bus);
}

static void
test_quit(Bus *bus, gconstpointer data)
{
	g_autofree char *path = bus_desk_place(bus);

	bus_desk_do(bus, BUS_PATH, BUS_MANAGER, "Quit", NULL);
	bus_wait_property(bus, path, BUS_CALL, "State", "'completed'");
	bus_desk_wait_end(bus);
}

/* ---- nothing is left out ---- */

static guint
test_miss(const char *interface, const char *member, const char *what)
{
	if (bus_has_exercised(interface, member))
		return 0;
	g_test_message("no test of the %s %s.%s", what, interface, member);
	return 1;
}

static guint
test_miss_any(const GDBusInterfaceInfo *interface)
{
	guint n = 0;

	for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
		n += test_miss(interface->name, interface->methods[i]->name, "method");
	for (guint i = 0; interface->properties != NULL && interface->properties[i] != NULL; i++)
		n += test_miss(interface->name, interface->properties[i]->name, "property");
	for (guint i = 0; interface->signals != NULL && interface->signals[i] != NULL; i++)
		n += test_miss(interface->name, interface->signals[i]->name, "signal");
	return n;
}

static void
test_complete(void)
{
	const char *folder = g_getenv("OFFHOOK_DBUS_XML");
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	guint missed = 0, interfaces = 0;

	g_assert_nonnull(dir);
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *xml = NULL;
		g_autoptr(GDBusNodeInfo) node = NULL;
		g_autoptr(GError) error = NULL;

		if (!g_str_has_suffix(name, ".xml"))
			continue;
		g_file_get_contents(path, &xml, NULL, &error);
		g_assert_no_error(error);
		node = g_dbus_node_info_new_for_xml(xml, &error);
		g_assert_no_error(error);
		for (guint i = 0; node->interfaces[i] != NULL; i++) {
			missed += test_miss_any(node->interfaces[i]);
			interfaces++;
		}
	}
	g_assert_cmpuint(interfaces, >=, 6);
	g_assert_cmpuint(missed, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, set_up, test)                                                                    \
	g_test_add("/integration/dbus/" name, Bus, NULL, set_up, test, bus_tear_down)
	ADD("manager", bus_desk_set_up, test_manager);
	ADD("provider", bus_desk_set_up, test_provider);
	ADD("refused", bus_desk_set_up, test_refused);
	ADD("configuration", bus_desk_set_up, test_configuration);
	ADD("call", bus_desk_set_up, test_call);
	ADD("subscriptions", bus_desk_set_up, test_subscriptions);
	ADD("plugins", bus_desk_set_up, test_plugins);
	ADD("switched-off", bus_desk_set_up, test_switched_off);
	ADD("driver", bus_desk_set_up, test_driver);
	ADD("load", bus_desk_set_up, test_load);
	ADD("drain", bus_desk_set_up, test_drain);
	ADD("drain-by-signal", bus_desk_set_up, test_drain_by_signal);
	ADD("quit", bus_desk_set_up, test_quit);
	g_test_add_func("/integration/dbus/complete", test_complete);
	return g_test_run();
}
