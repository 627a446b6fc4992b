/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Plugins dropped into a directory of the running daemon: a good one appears, a broken one is refused
 * with the reason, and nothing else suffers.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>

static void
test_copy(Fixture *fixture, const char *from, const char *to, gsize size)
{
	g_autofree char *built =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "plugins", from, NULL);
	g_autofree char *dropped = g_build_filename(fixture->dir, "drop", to, NULL);
	g_autofree char *bytes = NULL;
	gsize length;
	g_autoptr(GError) error = NULL;

	g_file_get_contents(built, &bytes, &length, &error);
	g_assert_no_error(error);
	g_file_set_contents_full(dropped, bytes, size > 0 ? (gssize)size : (gssize)length,
				 G_FILE_SET_CONTENTS_CONSISTENT, 0755, &error);
	g_assert_no_error(error);
}

typedef struct {
	Fixture *fixture;
	const char *name;
	JsonObject *plugin;
} PluginWait;

static gboolean
test_plugin_is_listed(gpointer data)
{
	PluginWait *wait = data;
	g_autoptr(JsonObject) reply = fixture_request(wait->fixture, "GET", "/plugins", NULL, 200);
	JsonArray *plugins = json_object_get_array_member(reply, "plugins");

	for (guint i = 0; i < json_array_get_length(plugins); i++) {
		JsonObject *plugin = json_array_get_object_element(plugins, i);

		if (!g_str_equal(json_object_get_string_member(plugin, "name"), wait->name))
			continue;
		wait->plugin = json_object_ref(plugin);
		return TRUE;
	}
	return FALSE;
}

/* The daemon runs from a copy of the tree that has no plugin but what is dropped. */
static void
test_start_empty(Fixture *fixture)
{
	g_autofree char *drop = g_build_filename(fixture->dir, "drop", NULL);

	g_assert_cmpint(g_mkdir_with_parents(drop, 0755), ==, 0);
	fixture_configure(fixture, "[plugins]\npath=@DIR@/drop\n");
	fixture_start(fixture);
}

static JsonObject *
test_wait_plugin(Fixture *fixture, const char *name)
{
	PluginWait wait = {fixture, name, NULL};

	harness_poll_until(test_plugin_is_listed, &wait, name);
	return wait.plugin;
}

static void
test_good(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) plugin = NULL;
	g_autoptr(JsonObject) agents = NULL;

	test_start_empty(fixture);
	test_copy(fixture, "../tests/integration/agent-parrot.so", "agent-parrot.so", 0);
	plugin = test_wait_plugin(fixture, "parrot");
	g_assert_cmpstr(json_object_get_string_member(plugin, "status"), ==, "active");
	agents = fixture_request(fixture, "GET", "/agents", NULL, 200);
	g_assert_cmpuint(json_array_get_length(json_object_get_array_member(agents, "agents")), >=,
			 1);
}

static void
test_broken(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) plugin = NULL;
	g_autoptr(JsonObject) health = NULL;

	test_start_empty(fixture);
	test_copy(fixture, "../tests/integration/agent-parrot.so", "agent-broken.so", 4000);
	plugin = test_wait_plugin(fixture, "broken");
	g_assert_cmpstr(json_object_get_string_member(plugin, "status"), ==, "failed");
	g_assert_cmpuint(strlen(json_object_get_string_member(plugin, "reason")), >, 0);
	fixture_wait_log(fixture, "agent-broken.so");
	health = fixture_request(fixture, "GET", "/health", NULL, 200);
}

/* A reload can't use what only a start loads, and says that this is why. */
static void
test_reload_explains(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) plugin = NULL;

	test_start_empty(fixture);
	test_copy(fixture, "../tests/integration/agent-parrot.so", "agent-parrot.so", 0);
	plugin = test_wait_plugin(fixture, "parrot");
	fixture_configure(fixture, "[plugins]\npath=@DIR@/drop:@DIR@/more\n"
				   "[assistant:a]\nagents=barber\n");
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "[plugins] path counts from the next start on");
	test_copy(fixture, "agent-echo.so", "agent-parrot.so", 0);
	fixture_configure(fixture, "[plugins]\npath=@DIR@/drop\n[agent:parrot]\nnew-key=1\n");
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "agent parrot is older than its file");
}

/* In two folders: the first counts, for a check as for a start. */
static void
test_twins(Fixture *fixture, gconstpointer data)
{
	g_autofree char *drivers = g_build_filename(fixture->dir, "drop", "drivers", NULL);
	g_autofree char *said = NULL;
	g_autoptr(JsonObject) providers = NULL;
	int status;

	g_assert_cmpint(g_mkdir_with_parents(drivers, 0755), ==, 0);
	test_copy(fixture, "driver-loopback.so", "drivers/driver-loopback.so", 0);
	fixture_configure(fixture, "[plugins]\npath=@DIR@/drop\n[driver:loopback]\n"
				   "phone-number=+15550100007\n");
	said = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, 0);
	g_assert_nonnull(strstr(said, "drop/drivers/driver-loopback.so"));
	fixture_start(fixture);
	providers = fixture_request(fixture, "GET", "/voice/providers", NULL, 200);
	g_assert_cmpstr(
	    json_object_get_string_member(
		json_object_get_object_member(
		    json_object_get_object_member(providers, "providers"), "loopback"),
		"status"),
	    ==, "active");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/plugins/good", Fixture, NULL, fixture_set_up, test_good,
		   fixture_tear_down);
	g_test_add("/integration/plugins/broken", Fixture, NULL, fixture_set_up, test_broken,
		   fixture_tear_down);
	g_test_add("/integration/plugins/reload-explains", Fixture, NULL, fixture_set_up,
		   test_reload_explains, fixture_tear_down);
	g_test_add("/integration/plugins/twins", Fixture, NULL, fixture_set_up, test_twins,
		   fixture_tear_down);
	return g_test_run();
}
