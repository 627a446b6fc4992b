/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the command line finds out by itself: offhook doctor, setup and top.
 */

#include "twilio-provider.h"

#include "harness.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#define LOOPBACK                                                                                   \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

/* Runs @arguments with @DIR@ and @URL@ put in. (transfer full) */
static char *
test_run(Fixture *fixture, const char *arguments, int status)
{
	g_autofree char *expanded = fixture_expand(fixture, arguments);

	return fixture_run_cli(fixture, expanded, status);
}

static void
test_expect(Fixture *fixture, const char *arguments, int status, const char *text)
{
	g_autofree char *expanded = fixture_expand(fixture, arguments);

	fixture_expect_cli(fixture, expanded, status, text);
}

/* ---- doctor ---- */

/* The finding on @check, the first that has @text; there must be one. */
static void
test_assert_finding(const char *report, const char *check, const char *result, const char *text)
{
	g_autoptr(JsonNode) node = json_from_string(report, NULL);
	JsonArray *checks;

	g_assert_nonnull(node);
	checks = json_object_get_array_member(json_node_get_object(node), "checks");
	for (guint i = 0; i < json_array_get_length(checks); i++) {
		JsonObject *each = json_array_get_object_element(checks, i);

		if (!g_str_equal(json_object_get_string_member(each, "check"), check) ||
		    strstr(json_object_get_string_member(each, "message"), text) == NULL)
			continue;
		g_assert_cmpstr(json_object_get_string_member(each, "result"), ==, result);
		return;
	}
	g_error("no finding on %s with \"%s\" in: %s", check, text, report);
}

/* Without a server, and with one. */
static void
test_doctor(Fixture *fixture, gconstpointer data)
{
	g_autofree char *down = NULL;
	g_autofree char *up = NULL;

	fixture_configure(fixture, LOOPBACK);
	down = test_run(fixture, "--json doctor", 0);
	test_assert_finding(down, "configuration", "ok", fixture->config_path);
	test_assert_finding(down, "server", "warning", "none answers");
	test_assert_finding(down, "plugins", "ok", "active");
	test_assert_finding(down, "agent", "ok", "echo");
	test_assert_finding(down, "public URL", "warning", "not set");
	test_assert_finding(down, "database", "ok", "first start");
	test_assert_finding(down, "disk (recordings)", "ok", "are free");
	test_assert_finding(down, "open files", "ok", "enough");
	test_assert_finding(down, "port", "ok", "is free");
	test_assert_finding(down, "audio", "ok", "a tone of 1 s back");
	test_expect(fixture, "doctor --no-call", 0, "0 errors");

	fixture_start(fixture);
	up = test_run(fixture, "--json doctor --no-call --clock @URL@/health", 0);
	test_assert_finding(up, "server", "ok", fixture->url);
	test_assert_finding(up, "database", "ok", "SQLite");
	test_assert_finding(up, "clock", "ok", "0 s");
	g_assert_null(strstr(up, "\"audio\""));
	g_assert_null(strstr(up, "\"port\""));
	test_expect(fixture, "--token wrong doctor --no-call", 1, "OFFHOOK_TOKEN");
}

/* It answers here, and no provider would call it. */
static void
test_doctor_plain_url(Fixture *fixture, gconstpointer data)
{
	g_autofree char *report = NULL;

	fixture_configure(fixture, LOOPBACK);
	fixture_start(fixture);
	fixture_configure(fixture, "public-url=@URL@\n" LOOPBACK);
	report = test_run(fixture, "--json doctor --no-call", 0);
	test_assert_finding(report, "public URL", "warning", "https URLs only");
}

/* What is wrong is an error, and the rest is looked at all the same. */
static void
test_doctor_errors(Fixture *fixture, gconstpointer data)
{
	g_autofree char *config = NULL;
	g_autofree char *report = NULL;
	g_autofree char *told_once = NULL;

	config = fixture_expand(fixture,
				"[server]\nstate-dir=@DIR@\nlisten=127.0.0.1:0\n"
				"public-url=https://127.0.0.1:1\n"
				"[driver:twilio]\naccount-sid=" TWILIO_ACCOUNT
				"\nauth-token=" FIXTURE_AUTH_TOKEN "\nphone-number=+15550100003\n"
				"api-url=http://127.0.0.1:1\n"
				"[store]\nurl=postgresql://127.0.0.1:1/none\n");
	fixture_configure(fixture, "");
	g_assert_true(g_file_set_contents(fixture->config_path, config, -1, NULL));
	report = test_run(fixture, "--json doctor --no-call --clock http://127.0.0.1:1", 1);
	test_assert_finding(report, "configuration", "ok", "");
	test_assert_finding(report, "provider", "error", "twilio");
	test_assert_finding(report, "public URL", "error", "127.0.0.1:1");
	test_assert_finding(report, "database", "error", "");
	test_assert_finding(report, "clock", "warning", "127.0.0.1:1");
	fixture_configure(fixture, "[dance]\nlike=nobody\n");
	told_once = test_run(fixture, "doctor --no-call", 1);
	g_assert_nonnull(strstr(told_once, "[dance]"));
	g_assert_true(strstr(told_once, "[dance]") == g_strrstr(told_once, "[dance]"));
	g_assert_nonnull(strstr(told_once, "none can be started with this configuration"));
	test_expect(fixture, "--url http://127.0.0.1:1 doctor --no-call", 1, "no server answers");
}

/* A server whose clock is not ours. */
static void
test_wrong_time_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
		   gpointer user_data)
{
	soup_message_headers_replace(soup_server_message_get_response_headers(msg), "Date",
				     "Thu, 01 Jan 2015 00:00:00 GMT");
	soup_server_message_set_status(msg, 200, NULL);
}

static void
test_told_cb(GObject *source, GAsyncResult *result, gpointer output)
{
	g_assert_true(
	    g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, output, NULL, NULL));
}

static gboolean
test_has_told(gpointer output)
{
	return *(char **)output != NULL;
}

static void
test_doctor_clock(Fixture *fixture, gconstpointer data)
{
	g_autoptr(SoupServer) server = soup_server_new(NULL, NULL);
	g_autoptr(GSubprocess) doctor = NULL;
	g_autofree char *arguments = NULL;
	g_autofree char *output = NULL;
	GSList *uris;

	fixture_configure(fixture, LOOPBACK);
	soup_server_add_handler(server, NULL, test_wrong_time_cb, NULL, NULL);
	g_assert_true(soup_server_listen_local(server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
	uris = soup_server_get_uris(server);
	arguments = g_strdup_printf("--json doctor --no-call --clock http://127.0.0.1:%d",
				    g_uri_get_port(uris->data));
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	doctor = fixture_start_cli(fixture, arguments);
	g_subprocess_communicate_utf8_async(doctor, NULL, NULL, test_told_cb, &output);
	harness_poll_until(test_has_told, &output, "the doctor to end");
	g_assert_cmpint(g_subprocess_get_exit_status(doctor), ==, 1);
	test_assert_finding(output, "clock", "error", "beside that of");
}

/* ---- setup ---- */

static void
test_assert_mode(Fixture *fixture, const char *name)
{
	g_autofree char *path = g_build_filename(fixture->dir, name, NULL);
	GStatBuf info;

	g_assert_cmpint(g_stat(path, &info), ==, 0);
	g_assert_cmphex(info.st_mode & 07777, ==, 0600);
}

static gboolean
test_is_there(Fixture *fixture, const char *name)
{
	g_autofree char *path = g_build_filename(fixture->dir, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

#define CHECK_CONFIG "--version; cd /; \"$(dirname \"$0\")/offhookd\" --check-config --config "

static void
test_setup(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, LOOPBACK);
	test_expect(fixture, "setup --yes --driver nobody -o @DIR@/a/o.conf", EX_USAGE, "loopback");
	test_expect(fixture, "setup --yes --llm nobody -o @DIR@/a/o.conf", EX_USAGE, "nobody");
	test_expect(fixture, "setup --yes --public-url here -o @DIR@/a/o.conf", EX_USAGE,
		    "public-url");
	test_expect(fixture, "setup --yes --assistant $'a]\\n[server' -o @DIR@/a/o.conf", EX_USAGE,
		    "letters, digits");
	test_expect(fixture, "setup --yes --assistant ../a -o @DIR@/a/o.conf", EX_USAGE, "../a");
	test_expect(fixture, "setup --yes --stt flite -o @DIR@/a/o.conf", EX_USAGE, "pocketsphinx");
	test_expect(fixture, "setup --yes --driver generic-http -o @DIR@/a/o.conf", EX_USAGE,
		    "docs/drivers/generic-http.md");
	test_expect(fixture, "setup --yes -o \"$1\"/o.conf", EX_NOPERM, "--output");
	test_expect(fixture, "setup -o @DIR@/a/o.conf </dev/null", EX_USAGE, "--yes");
	g_assert_false(test_is_there(fixture, "a"));
	test_expect(fixture,
		    "setup --yes --assistant desk --greeting $'Hello\\n[x]' -o @DIR@/a/o.conf", 0,
		    "is written");
	test_assert_mode(fixture, "a/o.conf");
	test_expect(fixture, CHECK_CONFIG "@DIR@/a/o.conf", 0, "ok");
	test_expect(fixture, "setup --yes -o @DIR@/a/o.conf", 1, "--force");
	test_expect(fixture, "--version; chmod 0644 @DIR@/a/o.conf", 0, "");
	test_expect(fixture, "--json setup --yes --force -o @DIR@/a/o.conf", 0,
		    "\"assistant\" : \"reception\"");
	test_assert_mode(fixture, "a/o.conf");
}

/* A provider that calls us has to know where; the others have not. */
static void
test_setup_unreachable(Fixture *fixture, gconstpointer data)
{
	g_autofree char *loopback = NULL;

	fixture_configure(fixture, LOOPBACK);
	test_expect(fixture,
		    "setup --yes --no-test --driver twilio -o @DIR@/a/o.conf "
		    "--set twilio.auth-token=" FIXTURE_AUTH_TOKEN,
		    0, "No call can come in yet");
	test_expect(fixture,
		    "setup --yes --no-test --force --driver generic-http -o @DIR@/a/o.conf "
		    "--set generic-http.api-url=http://127.0.0.1:1/ --set generic-http.api-key=k",
		    0, "ngrok");
	loopback = test_run(fixture, "setup --yes --no-test --force -o @DIR@/a/o.conf", 0);
	g_assert_null(strstr(loopback, "come in"));
}

/* What can't be a credential is told at once, and by what it was given; a key comes from its file. */
static void
test_setup_credentials(Fixture *fixture, gconstpointer data)
{
	g_autofree char *key = g_test_build_filename(
	    G_TEST_DIST, "..", "plugins", "drivers", "vonage", "tests", "key.pem", NULL);
	g_autofree char *good = NULL;

	fixture_configure(fixture, LOOPBACK);
#define SETUP  "setup --yes --no-test -o @DIR@/a/o.conf "
#define TWILIO SETUP "--driver twilio --set twilio.auth-token="
#define VONAGE                                                                                     \
	SETUP "--driver vonage --set vonage.signature-secret=s --set vonage.api-key=k --set "      \
	      "vonage.application-id="
	test_expect(fixture, TWILIO "any-word", EX_USAGE,
		    "--set twilio.auth-token: the value is not 32 hexadecimal digits");
	test_expect(fixture, TWILIO FIXTURE_AUTH_TOKEN " --set twilio.account-sid=AC12", EX_USAGE,
		    "--set twilio.account-sid: \"AC12\" is not AC and 32 hexadecimal digits");
	test_expect(fixture,
		    "--version; TWILIO_ACCOUNT_SID=AC12 \"$0\" --config \"$1\" " TWILIO
			FIXTURE_AUTH_TOKEN,
		    EX_USAGE, "TWILIO_ACCOUNT_SID: \"AC12\" is not");
	test_expect(fixture, VONAGE "mine", EX_USAGE, "application-id: \"mine\" is not a UUID");
	test_expect(fixture,
		    VONAGE "aaaaaaaa-bbbb-cccc-dddd-0123456789ab --set "
			   "vonage.private-key=@DIR@/none.pem",
		    EX_USAGE, "there is none of that name");
	g_assert_false(test_is_there(fixture, "a"));
	good = g_strconcat(VONAGE "aaaaaaaa-bbbb-cccc-dddd-0123456789ab --set vonage.private-key=",
			   key, NULL);
	test_expect(fixture, good, 0, "is written");
	test_expect(fixture, "--version; cat @DIR@/a/vonage-private-key", 0, "END PRIVATE KEY");
	test_assert_mode(fixture, "a/vonage-private-key");
}

/* The provider is asked before anything is written. */
static void
test_setup_provider(Scenario *self, gconstpointer data)
{
	g_autofree char *words = NULL;
	g_autofree char *right = NULL;
	g_autofree char *wrong = NULL;

	scenario_start(self, "", "[assistant:line]\nagents=echo\n");
	words = g_strdup_printf("setup --yes -o @DIR@/b/o.conf --driver twilio --set "
				"twilio.account-sid=" TWILIO_ACCOUNT
				" --set twilio.phone-number=+15550100003 --set twilio.%s "
				"--public-url https://voice.example.com --set twilio.auth-token=",
				self->api_url);
	wrong = g_strconcat(words, "00000000000000000000000000000000", NULL);
	right =
	    g_strconcat("--version; printf '%s\\n' " FIXTURE_AUTH_TOKEN " > @DIR@/token; \"$0\" ",
			words, "@@DIR@/token", NULL);
	test_expect(&self->base, wrong, 1, "twilio");
	g_assert_false(test_is_there(&self->base, "b"));
	test_expect(&self->base, right, 0, "is written");
	test_assert_mode(&self->base, "b/o.conf");
	test_assert_mode(&self->base, "b/twilio-auth-token");
	test_expect(&self->base, "--version; cat @DIR@/b/twilio-auth-token", 0, FIXTURE_AUTH_TOKEN);
	test_expect(&self->base, "--version; ! grep " FIXTURE_AUTH_TOKEN " @DIR@/b/o.conf", 0, "");
	test_expect(&self->base, CHECK_CONFIG "@DIR@/b/o.conf", 0, "ok");
	/* And the doctor says the same of what runs. */
	test_expect(&self->base, "doctor --no-call", 0, "ok       provider           twilio");
	test_expect(&self->base, "doctor --no-call", 0, "ok       public URL");
}

/* ---- top ---- */

static void
test_top(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *json = NULL;
	g_autoptr(JsonNode) node = NULL;
	JsonArray *calls;

	fixture_configure(fixture, LOOPBACK);
	fixture_start(fixture);
	test_expect(fixture, "top --once", 0, "nobody is on the telephone");
	test_expect(fixture, "status", 0, "calls        0 in progress");
	id = g_strchomp(test_run(fixture, "call +15550100001", 0));
	test_expect(fixture, "top", 0, id + strlen(id) - 6);
	test_expect(fixture, "top", 0, "nobody has waited for an answer yet");
	test_expect(fixture, "top --sort speed", EX_USAGE, "length|delay|state|assistant");
	json = test_run(fixture, "--json top --sort delay", 0);
	node = json_from_string(json, NULL);
	calls = json_object_get_array_member(json_node_get_object(node), "calls");
	g_assert_cmpuint(json_array_get_length(calls), ==, 1);
	g_assert_cmpstr(
	    json_object_get_string_member(json_array_get_object_element(calls, 0), "call_id"), ==,
	    id);
}

/* A terminal, and what has been seen in it. */
typedef struct {
	int fd;
	int slave;
	GString *seen;
} Terminal;

/* Reads on until @text comes; what was before it is gone. */
static void
terminal_wait(Terminal *self, const char *text)
{
	char *found;

	while ((found = strstr(self->seen->str, text)) == NULL) {
		struct pollfd poll_fd = {.fd = self->fd, .events = POLLIN};
		char bytes[4096];
		gssize n;

		if (poll(&poll_fd, 1, FIXTURE_REQUEST_TIMEOUT_S * 1000) != 1)
			g_error("the terminal shows no \"%s\": %s", text, self->seen->str);
		n = read(self->fd, bytes, sizeof bytes);
		g_assert_cmpint(n, >, 0);
		g_string_append_len(self->seen, bytes, n);
	}
	g_string_erase(self->seen, 0, found - self->seen->str + (gssize)strlen(text));
}

static void
terminal_type(Terminal *self, const char *keys)
{
	g_assert_cmpint(write(self->fd, keys, strlen(keys)), ==, (gssize)strlen(keys));
}

static void
terminal_open(Terminal *self)
{
	self->seen = g_string_new(NULL);
	self->fd = posix_openpt(O_RDWR | O_NOCTTY);
	g_assert_cmpint(grantpt(self->fd) | unlockpt(self->fd), ==, 0);
	self->slave = open(ptsname(self->fd), O_RDWR | O_NOCTTY);
}

static void
terminal_close(Terminal *self)
{
	close(self->slave);
	close(self->fd);
	g_string_free(self->seen, TRUE);
}

/* offhook with @words, in it. */
static GSubprocess *
terminal_start(Terminal *self, Fixture *fixture, const char *words)
{
	g_autofree char *program =
	    g_build_filename(g_getenv("OFFHOOK_BUILD_ROOT"), "core", "offhook", NULL);
	g_autofree char *expanded = fixture_expand(fixture, words);
	g_auto(GStrv) split = g_strsplit(expanded, " ", -1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) argv = NULL;
	g_autoptr(GSubprocessLauncher) launcher =
	    fixture_make_launcher(fixture, G_SUBPROCESS_FLAGS_NONE);
	GSubprocess *process;

	g_strv_builder_add_many(builder, program, "--config", fixture->config_path, NULL);
	g_strv_builder_addv(builder, (const char **)split);
	argv = g_strv_builder_end(builder);
	g_subprocess_launcher_take_stdin_fd(launcher, dup(self->slave));
	g_subprocess_launcher_take_stdout_fd(launcher, dup(self->slave));
	g_subprocess_launcher_take_stderr_fd(launcher, dup(self->slave));
	process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, NULL);
	g_assert_nonnull(process);
	return process;
}

/* Keys, what happens meanwhile, and an end that gives the terminal back. */
static void
test_top_terminal(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GSubprocess) top = NULL;
	g_autofree char *id = NULL;
	Terminal terminal;

	terminal_open(&terminal);
	fixture_configure(fixture, LOOPBACK);
	fixture_start(fixture);
	top = terminal_start(&terminal, fixture, "top");
	terminal_wait(&terminal, "s: order (length)");
	id = g_strchomp(test_run(fixture, "call +15550100001", 0));
	terminal_wait(&terminal, id + strlen(id) - 6);
	terminal_type(&terminal, "s");
	terminal_wait(&terminal, "s: order (delay)");
	terminal_type(&terminal, "q");
	terminal_wait(&terminal, "\033[?1049l");
	g_assert_true(g_subprocess_wait_check(top, NULL, NULL));
	terminal_close(&terminal);
}

/* Each answer is looked at when it is given, and asked for again. */
static void
test_setup_terminal(Fixture *fixture, gconstpointer data)
{
	/* A question, its answer, and, if that is not taken, why. */
	static const char *const account[][3] = {
	    {"twilio account-sid: ", "AC12", "\"AC12\" is not AC and 32 hexadecimal digits"},
	    {"twilio account-sid: ", TWILIO_ACCOUNT},
	    {"twilio auth-token: ", "any-word", "the value is not 32 hexadecimal digits"},
	    {"twilio auth-token: ", FIXTURE_AUTH_TOKEN},
	    {"twilio phone-number: ", ""},
	    {"twilio api-key: ", ""},
	    {"twilio api-key-secret: ", ""},
	    {"twilio region: ", ""},
	    {"twilio edge: ", ""},
	};
	g_autoptr(GSubprocess) setup = NULL;
	Terminal terminal;

	terminal_open(&terminal);
	fixture_configure(fixture, LOOPBACK);
	setup = terminal_start(&terminal, fixture, "setup --no-test -o @DIR@/t/o.conf");
	terminal_wait(&terminal, "(loopback, twilio, vonage) [loopback]: ");
	terminal_type(&terminal, "twillio\n");
	terminal_wait(&terminal, "there is no driver \"twillio\"");
	terminal_wait(&terminal, "[loopback]: ");
	terminal_type(&terminal, "twilio\n");
	terminal_wait(&terminal, "without one no call can come in): ");
	terminal_type(&terminal, "here\n");
	terminal_wait(&terminal, "\"here\" is not");
	terminal_wait(&terminal, "Public URL");
	terminal_type(&terminal, "https://voice.example.com\n");
	for (guint i = 0; i < G_N_ELEMENTS(account); i++) {
		terminal_wait(&terminal, account[i][0]);
		terminal_type(&terminal, account[i][1]);
		terminal_type(&terminal, "\n");
		if (account[i][2] != NULL)
			terminal_wait(&terminal, account[i][2]);
	}
	terminal_wait(&terminal, "Name of the assistant [reception]: ");
	terminal_type(&terminal, "front desk]\n");
	terminal_wait(&terminal, "can't be a name");
	terminal_wait(&terminal, "Name of the assistant");
	terminal_type(&terminal, "desk\n");
	terminal_wait(&terminal, "Engine of its language model");
	terminal_type(&terminal, "\n");
	terminal_wait(&terminal, "Engine that hears");
	terminal_type(&terminal, "flite\n");
	terminal_wait(&terminal, "can't do that");
	terminal_wait(&terminal, "Engine that hears");
	terminal_type(&terminal, "pocketsphinx\n");
	terminal_wait(&terminal, "Engine that speaks");
	terminal_wait(&terminal, "[flite]: ");
	terminal_type(&terminal, "\n");
	terminal_wait(&terminal, "What it says first");
	terminal_type(&terminal, "Good day.\n");
	terminal_wait(&terminal, "is written");
	terminal_wait(&terminal, "assistant try desk");
	g_assert_true(g_subprocess_wait_check(setup, NULL, NULL));
	terminal_close(&terminal);
	test_assert_mode(fixture, "t/o.conf");
	test_expect(fixture, "--version; cat @DIR@/t/o.conf", 0, "[assistant:desk]");
	test_expect(fixture, "--version; cat @DIR@/t/o.conf", 0, "agents=dialog");
	test_expect(fixture, "--version; cat @DIR@/t/o.conf", 0, "tts=flite");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
	g_test_add("/integration/cli-tools/" name, Fixture, NULL, fixture_set_up, func,            \
		   fixture_tear_down)
	ADD("doctor", test_doctor);
	ADD("doctor-plain-url", test_doctor_plain_url);
	ADD("doctor-errors", test_doctor_errors);
	ADD("doctor-clock", test_doctor_clock);
	ADD("setup", test_setup);
	ADD("setup-credentials", test_setup_credentials);
	ADD("setup-terminal", test_setup_terminal);
	ADD("setup-unreachable", test_setup_unreachable);
	g_test_add("/integration/cli-tools/setup-provider", Scenario, &twilio_provider,
		   scenario_set_up, test_setup_provider, scenario_tear_down);
	ADD("top", test_top);
	ADD("top-terminal", test_top_terminal);
	return g_test_run();
}
