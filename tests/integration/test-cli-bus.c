/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The command line over D-Bus, on a private bus: everything that it does there, and which door it takes.
 */

#include "bus.h"

#include "harness.h"

#include <string.h>
#include <sysexits.h>

#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=0\n"                                           \
	"[assistant:desk]\ndriver=loopback\nagents=dialog\ntts=flite\ngreeting=Hello there.\n"     \
	"stt=pocketsphinx\n" FIXTURE_PATIENT

/* The command line looks for the bus as everybody does, and has no token. */
static char *
test_run(Bus *bus, const char *arguments, int status)
{
	g_autofree char *line =
	    g_strdup_printf("--version; export DBUS_SYSTEM_BUS_ADDRESS='%s' "
			    "DBUS_SESSION_BUS_ADDRESS='%s'; \"$0\" --config \"$1\" %s",
			    bus->base.bus_address, bus->base.bus_address, arguments);
	char *output = fixture_run_cli(&bus->base, line, status);

	/* Without the version. */
	memmove(output, strchr(output, '\n') + 1, strlen(strchr(output, '\n')));
	return output;
}

static void
test_expect(Bus *bus, const char *arguments, int status, const char *text)
{
	g_autofree char *output = test_run(bus, arguments, status);

	if (strstr(output, text) == NULL)
		g_error("offhook %s: no \"%s\" in: %s", arguments, text, output);
}

G_GNUC_PRINTF(4, 5)
static void
test_do(Bus *bus, int status, const char *text, const char *format, ...)
{
	g_autofree char *words = NULL;
	g_autofree char *arguments = NULL;
	va_list list;

	va_start(list, format);
	words = g_strdup_vprintf(format, list);
	va_end(list);
	arguments = g_strconcat("--transport=dbus ", words, NULL);
	test_expect(bus, arguments, status, text);
}

static void
test_set_up(Bus *bus, gconstpointer data)
{
	bus_set_up(bus, data);
	bus_start_daemon(bus, CONFIG);
}

static void
test_calls(Bus *bus, gconstpointer data)
{
	g_autofree char *id = g_strchomp(
	    test_run(bus, "--transport=dbus call +15550100001 --assistant desk --timeout 30", 0));
	const char *end = id + strlen(id) - 6;

	g_assert_cmpuint(strlen(id), ==, 36);
	test_do(bus, 0, "hold", "hold %s", id);
	test_do(bus, 0, "unhold", "unhold %s", end);
	test_do(bus, 0, "mute", "mute %s", end);
	test_do(bus, 0, "unmute", "unmute %s", end);
	test_do(bus, 0, "dtmf", "dtmf %s 12#", end);
	test_do(bus, 0, "say", "say %s 'One moment.'", end);
	test_do(bus, 0, "inject", "inject %s 'Are you open?'", end);
	test_do(bus, 1, "several keys", "dtmf %s nine || echo several keys; false", end);
	test_do(bus, 1, "recorded already", "record %s start", end);
	test_do(bus, 1, "", "play-url %s http://127.0.0.1:1/x.wav", end);
	test_do(bus, 1, "E.164", "transfer %s nobody", end);
	test_do(bus, 1, "answer", "answer %s || echo answer; false", end);
	test_do(bus, 1, "no call", "hold nobody");
	test_do(bus, 0, "\"call_id\"", "--json hold %s", end);
	test_do(bus, 0, "completed", "end %s", end);
}

static void
test_server(Bus *bus, gconstpointer data)
{
	test_do(bus, 0, "loopback", "provider loopback");
	test_do(bus, 1, "nobody", "provider nobody");
	test_do(bus, 0, "", "plugins rescan");
	test_do(bus, 0, "", "plugins disable espeak");
	bus_expect(bus, BUS_PATH "/Engine/espeak", BUS_PLUGIN, "Status", "'disabled'");
	test_do(bus, 0, "", "plugins enable espeak");
	bus_expect(bus, BUS_PATH "/Engine/espeak", BUS_PLUGIN, "Status", "'active'");
	test_do(bus, 1, "no plugin", "plugins disable nobody");
	test_do(bus, 1, "nothing.so", "plugins load /nothing.so");
	test_do(bus, 0, "", "reload");
	test_do(bus, 0, "", "drain");
	test_do(bus, 0, "0 left, and no new ones are taken", "status");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "Draining", "true");
	test_do(bus, 0, "", "drain --stop");
	bus_expect(bus, BUS_PATH, BUS_MANAGER, "Draining", "false");
	test_do(bus, EX_USAGE, "not both", "drain --stop --quit");
}

/* Which door is taken, and what is said where neither is. */
static void
test_doors(Bus *bus, gconstpointer data)
{
	g_autofree char *id = g_strchomp(test_run(bus, "call +15550100001 --assistant desk", 0));
	g_autofree char *words = g_strconcat("--json hold ", id, NULL);
	g_autofree char *rest = g_strconcat("--transport=rest --json unhold ", id, NULL);
	g_autofree char *no_bus = g_strconcat("--transport=dbus unhold ", id, NULL);

	/* By itself it is D-Bus: that REST has no status in its answer tells the two apart. */
	test_expect(bus, words, 0, "\"status\"");
	test_expect(bus, rest, 0, "\"success\"");
	test_expect(bus, "--transport=pigeon status", EX_USAGE, "auto|dbus|rest");
	test_expect(bus, "--transport=rest drain", EX_UNAVAILABLE, "REST: it has no such request");
	test_expect(bus, "--url http://127.0.0.1:1 drain", EX_UNAVAILABLE, "tried D-Bus");
	/* Another server than ours is on the bus. */
	fixture_expect_cli(&bus->base, "drain", EX_UNAVAILABLE, "tried D-Bus");
	fixture_expect_cli(&bus->base, "drain", EX_UNAVAILABLE, "SIGUSR1");
	fixture_expect_cli(&bus->base, "reload", EX_UNAVAILABLE, "systemctl reload offhookd");
	fixture_expect_cli(&bus->base, no_bus, EX_UNAVAILABLE, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
	g_test_add("/integration/cli-bus/" name, Bus, NULL, test_set_up, func, bus_tear_down)
	ADD("calls", test_calls);
	ADD("server", test_server);
	ADD("doors", test_doors);
	return g_test_run();
}
