/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One engine plugin in two sections: a server of one's own, `local`, and a service that takes over when
 * it fails, `cloud`. Each is an emulator of the openai engine's service with a port of its own.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <signal.h>
#include <string.h>
#include <sysexits.h>

#define SCRIPT                                                                                     \
	"{\"answers\":[{\"if\":\"hours\",\"text\":\"The %s one is open.\"},"                       \
	"{\"if\":\"table\",\"text\":\"The %s one has a table.\"}],"                                \
	"\"transcripts\":[\"what are your opening hours\",\"i want a table\"]}"
#define SECTION(name, more)                                                                        \
	"[engine:" name "]\nplugin=openai\nbase-url=%s\nfirst-byte-timeout-ms=20000\n"             \
	"stall-timeout-ms=20000\n" more
#define RECEPTION                                                                                  \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:reception]\ndriver=twilio\nagents=orchestrator\ngreeting=Hello.\n"             \
	"llm-timeout-ms=20000\nstall-timeout-ms=20000\n"

typedef struct {
	Service *local;
	Service *cloud;
} Services;

static Service *
start_service(Fixture *fixture, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".json", NULL);
	g_autofree char *path = g_build_filename(fixture->dir, file, NULL);
	g_autofree char *script = g_strdup_printf(SCRIPT, name, name);
	g_autofree char *arguments = g_strdup_printf("--voice tone --script '%s'", path);

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	return service_start("openai", arguments);
}

static void
start_services(Services *self, Fixture *fixture)
{
	self->local = start_service(fixture, "local");
	self->cloud = start_service(fixture, "cloud");
}

/* Both sections, and @rest. @fault: (nullable): what goes wrong with each request to the first */
static void
configure(Fixture *fixture, const Services *services, const char *fault, const char *rest)
{
	const char *base = service_get_base_url(services->local);
	g_autofree char *root = g_strndup(base, strlen(base) - strlen("/v1"));
	g_autofree char *faulty = g_strdup_printf("%s/fault/%s/v1", root, fault);
	g_autofree char *config = g_strdup_printf(
	    SECTION("local", "price-output-tokens=500000\n")
		SECTION("cloud", "price-output-tokens=1000000\n") "%s",
	    fault != NULL ? faulty : base, service_get_base_url(services->cloud), rest);

	fixture_configure(fixture, config);
}

static const char *
get(JsonObject *object, const char *name)
{
	return json_object_get_string_member(object, name);
}

/* ---- one fails, the other answers ---- */

static void
check_switches(Listener *listener)
{
	g_autoptr(GHashTable) roles = g_hash_table_new(g_str_hash, g_str_equal);

	/* In which order the greeting's and the first turn's come is nobody's business. */
	for (guint i = 1; i <= 3; i++) {
		JsonObject *data = json_object_get_object_member(
		    listener_wait(listener, "engine.switched", i), "data");

		g_assert_cmpstr(get(data, "from"), ==, "local");
		g_assert_cmpstr(get(data, "to"), ==, "cloud");
		g_hash_table_add(roles, (gpointer)get(data, "role"));
	}
	g_assert_true(g_hash_table_contains(roles, "stt"));
	g_assert_true(g_hash_table_contains(roles, "tts"));
	g_assert_true(g_hash_table_contains(roles, "llm"));
}

static void
check_health(Fixture *fixture)
{
	g_autoptr(JsonObject) health =
	    fixture_request(fixture, "GET", "/health/detailed", NULL, 200);
	JsonArray *engines = json_object_get_array_member(health, "engines");
	guint n_failed = 0, n_fine = 0;

	/* Three roles of two, and a last voice. */
	g_assert_cmpuint(json_array_get_length(engines), ==, 7);
	for (guint i = 0; i < json_array_get_length(engines); i++) {
		JsonObject *engine = json_array_get_object_element(engines, i);

		if (g_str_equal(get(engine, "engine"), "local"))
			n_failed += json_object_get_int_member(engine, "failures") > 0;
		else if (g_str_equal(get(engine, "engine"), "cloud"))
			n_fine += json_object_get_int_member(engine, "failures") == 0;
	}
	g_assert_cmpuint(n_failed, ==, 3);
	g_assert_cmpuint(n_fine, ==, 3);
}

/* What it costs is what the section of the one that did it says. */
static void
check_cost(Fixture *fixture)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, "completed");
	g_autofree char *metrics = fixture_read_metrics(fixture);
	JsonObject *usage = json_object_get_object_member(call, "usage");
	gint64 tokens = json_object_get_int_member(usage, "output_tokens");
	g_autofree char *counted =
	    g_strdup_printf("offhook_engine_output_tokens_total{assistant="
			    "\"reception\",engine=\"cloud\"} %" G_GINT64_FORMAT "\n",
			    tokens);

	g_assert_cmpint(tokens, >, 0);
	g_assert_cmpfloat_with_epsilon(json_object_get_double_member(usage, "cost"), (double)tokens,
				       1e-6);
	g_test_message("%s", metrics);
	g_assert_nonnull(strstr(metrics, counted));
	g_assert_nonnull(strstr(metrics, "offhook_engine_usable{role=\"llm\",engine=\"local\"}"));
	g_assert_nonnull(strstr(metrics, "offhook_engine_usable{role=\"llm\",engine=\"cloud\"}"));
	g_assert_null(strstr(metrics, "engine=\"openai\""));
}

static void
test_failover(Fixture *fixture, gconstpointer data)
{
	Services services;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) state = NULL;
	Listener *listener;

	start_services(&services, fixture);
	configure(fixture, &services, "500",
		  RECEPTION "stt=local,cloud\ntts=local,cloud\nllm=local,cloud\n"
			    "local.model=small\ncloud.model=large\n");
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	output = fixture_finish_emulator(fixture_spawn_emulator(fixture, "--say",
								"what are your opening hours",
								"--expect", "heard", NULL),
					 0);
	talk = fixture_read_talk(fixture, NULL);
	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "assistant: The cloud one is open."));
	check_switches(listener);
	check_health(fixture);
	check_cost(fixture);
	/* The first was asked for each role, too; each with the assistant's own model. */
	g_assert_cmpint(service_count(services.local, "requests"), >=, 3);
	state = service_get_state(services.cloud);
	g_assert_nonnull(strstr(get(state, "last_chat"), "\"large\""));
	listener_free(listener);
	service_abandon(services.local);
	service_stop(services.cloud);
}

/* ---- reload ---- */

static void
spawn_and_finish(Fixture *fixture)
{
	g_autofree char *output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "what are your opening hours", "--expect",
				   "heard", NULL),
	    0);

	g_test_message("%s", output);
}

/* The section that a call uses goes: the call keeps its engine, the next one has the other. */
static void
test_section_removed(Fixture *fixture, gconstpointer data)
{
	Services services;
	g_autofree char *config = NULL;
	g_autofree char *output = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	Listener *listener;
	GSubprocess *caller;
	gint64 asked;

	start_services(&services, fixture);
	configure(fixture, &services, NULL, RECEPTION "stt=local\ntts=flite\nllm=local\n");
	fixture_start(fixture);
	listener = listener_new(fixture, "{\"type\":\"subscribe\",\"events\":[\"*\"]}");
	caller = fixture_spawn_emulator(fixture, "--say", "what are your opening hours",
					"--turn-gap", "3000", "--say", "i want a table please",
					"--expect", "heard", NULL);
	listener_wait(listener, "turn.completed", 2);
	asked = service_count(services.local, "requests");
	config = g_strdup_printf(SECTION("cloud", "") RECEPTION "stt=cloud\ntts=flite\nllm=cloud\n",
				 service_get_base_url(services.cloud));
	fixture_configure(fixture, config);
	fixture_signal(fixture, SIGHUP);
	fixture_wait_log(fixture, "configuration reloaded");
	fixture_expect_cli(fixture, "plugins", 0, "its section is gone");

	output = fixture_finish_emulator(caller, 0);
	first = fixture_read_talk(fixture, NULL);
	g_assert_nonnull(strstr(first, "assistant: The local one has a table."));
	g_assert_cmpint(service_count(services.local, "requests"), >, asked);
	g_assert_cmpint(service_count(services.cloud, "requests"), ==, 0);

	spawn_and_finish(fixture);
	second = fixture_read_talk(fixture, NULL);
	g_assert_nonnull(strstr(second, "assistant: The cloud one is open."));
	listener_free(listener);
	service_stop(services.local);
	service_stop(services.cloud);
}

/* ---- two accounts of one provider ---- */

#define TWILIO "tests/emulators/twilio/offhook-emulate-twilio"

/* Each signs with its own key, and calls what is called like it. */
static void
test_accounts(Fixture *fixture, gconstpointer data)
{
	g_autofree char *wrong = NULL;
	g_autofree char *right = NULL;
	g_autoptr(JsonObject) call = NULL;
	JsonArray *messages;

	fixture_configure(fixture,
			  "[driver:twilio]\nauth-token=somebody-elses\n"
			  "[driver:branch]\nplugin=twilio\nauth-token=" FIXTURE_AUTH_TOKEN "\n"
			  "[assistant:office]\ndriver=twilio\nagents=dialog\ntts=flite\n"
			  "greeting=This is the office.\n"
			  "[assistant:branch]\ndriver=branch\nagents=dialog\ntts=flite\n"
			  "greeting=This is the branch.\n");
	fixture_start(fixture);
	wrong = fixture_finish_emulator(
	    fixture_spawn_program(fixture, TWILIO,
				  "--auth-token " FIXTURE_AUTH_TOKEN
				  " --to @URL@/voice/webhook/twilio --expect-status 403"),
	    0);
	right = fixture_finish_emulator(
	    fixture_spawn_program(fixture, TWILIO,
				  "--auth-token " FIXTURE_AUTH_TOKEN
				  " --to @URL@/voice/webhook/branch --say hello"),
	    0);
	g_test_message("%s", right);
	call = fixture_wait_call(fixture, "completed");
	g_assert_cmpstr(get(call, "provider"), ==, "branch");
	messages = json_object_get_array_member(call, "transcription");
	g_assert_cmpstr(get(json_array_get_object_element(messages, 0), "content"), ==,
			"This is the branch.");
}

/* ---- what people see ---- */

static void
test_listing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) reply = NULL;
	g_autofree char *list = NULL;
	JsonArray *plugins;
	guint n = 0;

	fixture_configure(fixture, "[engine:local]\nplugin=openai\nbase-url=http://127.0.0.1:9/v1\n"
				   "[driver:branch]\nplugin=loopback\nphone-number=+15550100007\n"
				   "[assistant:a]\nagents=echo\n");
	fixture_start(fixture);
	reply = fixture_request(fixture, "GET", "/plugins", NULL, 200);
	plugins = json_object_get_array_member(reply, "plugins");
	for (guint i = 0; i < json_array_get_length(plugins); i++) {
		JsonObject *plugin = json_array_get_object_element(plugins, i);

		if (!g_str_equal(get(plugin, "name"), "local"))
			continue;
		g_assert_cmpstr(get(plugin, "plugin"), ==, "openai");
		g_assert_cmpstr(get(plugin, "kind"), ==, "engine");
		g_assert_cmpstr(get(plugin, "status"), ==, "active");
		n++;
	}
	g_assert_cmpuint(n, ==, 1);
	list = fixture_run_cli(fixture, "plugins", 0);
	g_test_message("%s", list);
	g_assert_true(g_regex_match_simple("\nengine +local +openai +\\S+ +active ", list, 0, 0));
	g_assert_true(
	    g_regex_match_simple("\ndriver +branch +loopback +\\S+ +active ", list, 0, 0));
	g_assert_true(
	    g_regex_match_simple("\ndriver +loopback +loopback +\\S+ +active ", list, 0, 0));
}

static void
test_check(Fixture *fixture, gconstpointer data)
{
	g_autofree char *good = NULL;
	g_autofree char *bad = NULL;
	int status;

	fixture_configure(fixture, "[engine:local]\nplugin=openai\n[engine:cloud]\nplugin=openai\n"
				   "[assistant:a]\nagents=orchestrator\nllm=local,cloud\n"
				   "local.model=small\n");
	good = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpstr(good, ==, "ok\n");

	fixture_configure(fixture,
			  "[engine:local]\nplugin=opnai\n[engine:flite]\nplugin=openai\n"
			  "[engine:cloud]\nplugin=openai\nbase-url=nowhere\n"
			  "[engine:spare]\nplugin=openai\nspeed=9\n"
			  "[assistant:a]\nagents=orchestrator\nllm=spare\nspare.colour=red\n");
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_test_message("%s", bad);
	g_assert_cmpint(status, ==, EX_CONFIG);
	g_assert_nonnull(strstr(bad, "[engine:local] plugin: \"opnai\" is not installed"));
	g_assert_nonnull(strstr(bad, "[engine:flite] plugin: \"openai\" is not the engine"));
	g_assert_nonnull(strstr(bad, "[engine:spare] speed: \"9\" is not"));

	/* What the plugin alone can tell comes when the rest is right. */
	fixture_configure(fixture, "[engine:cloud]\nplugin=openai\nbase-url=nowhere\n"
				   "[assistant:a]\nagents=echo\n");
	g_free(bad);
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, EX_CONFIG);
	g_assert_nonnull(strstr(bad, "engine cloud: [engine:cloud] base-url: expected"));

	fixture_configure(fixture,
			  "[engine:spare]\nplugin=openai\n"
			  "[assistant:a]\nagents=orchestrator\nllm=spare\nspare.colour=red\n");
	g_free(bad);
	bad = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, ==, EX_CONFIG);
	g_assert_nonnull(strstr(bad, "[assistant:a] engine \"spare\""));
	g_assert_nonnull(strstr(bad, "\"colour\""));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/instances/failover", Fixture, NULL, fixture_set_up, test_failover,
		   fixture_tear_down);
	g_test_add("/integration/instances/section-removed", Fixture, NULL, fixture_set_up,
		   test_section_removed, fixture_tear_down);
	g_test_add("/integration/instances/accounts", Fixture, NULL, fixture_set_up, test_accounts,
		   fixture_tear_down);
	g_test_add("/integration/instances/listing", Fixture, NULL, fixture_set_up, test_listing,
		   fixture_tear_down);
	g_test_add("/integration/instances/check", Fixture, NULL, fixture_set_up, test_check,
		   fixture_tear_down);
	return g_test_run();
}
