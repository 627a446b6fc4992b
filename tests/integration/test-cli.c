/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The command line: how it ends, with and without a server, and what it makes of odd arguments.
 */

#include "fixture.h"

#include "harness.h"

#include <signal.h>
#include <sysexits.h>

#define CONFIG                                                                                     \
	"[driver:loopback]\nhangup-after-silence-ms=60000\n"                                       \
	"[assistant:line]\ndriver=loopback\nagents=echo\n"

static void
test_usage(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, CONFIG);
	fixture_expect_cli(fixture, "", EX_USAGE, "Commands:");
	fixture_expect_cli(fixture, "help", 0, "Commands:");
	fixture_expect_cli(fixture, "--help", 0, "Commands:");
	fixture_expect_cli(fixture, "--version", 0, "offhook ");
	fixture_expect_cli(fixture, "dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "histroy", EX_USAGE, "did you mean \"history\"?");
	fixture_expect_cli(fixture, "try bar", EX_USAGE, "did you mean \"assistant try\"?");
	fixture_expect_cli(fixture, "emulate nobody", EX_UNAVAILABLE, "twilio");
	fixture_expect_cli(fixture, "--dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "status --dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "status more", EX_USAGE, "usage");
	fixture_expect_cli(fixture, "call", EX_USAGE, "NUMBER");
	fixture_expect_cli(fixture, "show one two", EX_USAGE, "CALL");
	fixture_expect_cli(fixture, "show ''", EX_USAGE, "empty");
	fixture_expect_cli(fixture, "show $'\\xff'", EX_USAGE, "UTF-8");
	fixture_expect_cli(fixture, "calls --limit many", EX_USAGE, "many");
	fixture_expect_cli(fixture, "calls --limit 0", EX_USAGE, "from 1");
	fixture_expect_cli(fixture, "calls --limit -1", EX_USAGE, "from 1");
	fixture_expect_cli(fixture, "calls --limit", EX_USAGE, "limit");
	fixture_expect_cli(fixture, "record x begin", EX_USAGE, "start|pause|resume|stop");
	fixture_expect_cli(fixture, "export --format=xml", EX_USAGE, "jsonl|csv");
	fixture_expect_cli(fixture, "assistant", EX_USAGE, "assistant try");
	fixture_expect_cli(fixture, "deliveries retry", EX_USAGE, "--all");
	fixture_expect_cli(fixture, "erase", EX_USAGE, "--user");
	fixture_expect_cli(fixture, "help dance", EX_USAGE, "dance");
	fixture_expect_cli(fixture, "help deliveries retry", 0, "Usage: offhook deliveries retry");
	fixture_expect_cli(fixture, "assistant --help", 0, "assistant check NAME");
	fixture_expect_cli(fixture, "emulate --help", 0, "Usage: offhook emulate");
	fixture_expect_cli(fixture, "--url nonsense status", EX_USAGE, "nonsense");
	fixture_expect_cli(fixture, "--url nonsense tail", EX_USAGE, "nonsense");
	fixture_expect_cli(fixture, "--config /none status", EX_CONFIG, "/none");
	fixture_expect_cli(fixture, "emulate nobody", EX_UNAVAILABLE, "nobody");
	fixture_expect_cli(fixture, "emulate", EX_USAGE, "twilio");
}

/* What the shells are told, as lines. (transfer full) */
static char **
test_complete(Fixture *fixture, const char *words)
{
	g_autofree char *arguments = g_strconcat("__complete ", words, NULL);
	g_autofree char *output = fixture_run_cli(fixture, arguments, 0);

	g_strchomp(output);
	return g_strsplit(output, "\n", -1);
}

/* Each command by itself, and what follows the first word of several. */
static void
test_help_of(Fixture *fixture, const char *before, const char *line, const char *man)
{
	g_autofree char *word = g_strndup(line, strcspn(line, "\t"));
	g_autofree char *command = g_strconcat(before, word, NULL);
	g_autofree char *arguments = g_strconcat(command, " --help", NULL);
	g_autofree char *usage = g_strconcat("Usage: offhook ", command, NULL);
	g_autofree char *entry = g_strconcat("\\fB", command, "\\fI", NULL);

	fixture_expect_cli(fixture, arguments, 0, usage);
	if (strstr(man, entry) == NULL)
		g_error("offhook(1) does not tell of %s", command);
}

/* Every command that a shell is told of has its help and its place in the manual page. */
static void
test_help(Fixture *fixture, gconstpointer data)
{
	g_autofree char *man = NULL;
	g_auto(GStrv) commands = NULL;
	guint n = 0;

	fixture_configure(fixture, CONFIG);
	g_assert_true(g_file_get_contents(g_getenv("OFFHOOK_MAN"), &man, NULL, NULL));
	commands = test_complete(fixture, "''");
	for (guint i = 0; commands[i] != NULL; i++) {
		g_autofree char *word = g_strndup(commands[i], strcspn(commands[i], "\t"));
		g_autofree char *before = g_strconcat(word, " ", NULL);
		g_autofree char *next = g_strconcat(word, " ''", NULL);
		g_auto(GStrv) seconds = NULL;

		/* One without a text is the first word of several. */
		if (commands[i][strlen(word) + 1] != '\0') {
			test_help_of(fixture, "", commands[i], man);
			n++;
			continue;
		}
		seconds = test_complete(fixture, next);
		for (guint j = 0; seconds[j] != NULL; j++, n++)
			test_help_of(fixture, before, seconds[j], man);
	}
	g_assert_cmpuint(n, >, 30);
}

/* In bash, zsh and fish, where there are such. */
static void
test_completion(Fixture *fixture, gconstpointer data)
{
	static const char *const bash =
	    "--version; set -e; . \"$OFFHOOK_COMPLETIONS/offhook.bash\";"
	    "compopt() { :; };"
	    "t() { COMP_WORDS=(offhook --config \"$c\" \"$@\"); COMP_CWORD=$((${#COMP_WORDS[@]} - "
	    "1));"
	    " _offhook \"$0\"; echo \"<${COMPREPLY[*]}>\"; }; c=$1;"
	    "t sta; t sc; t assistant try ''; t deliveries re; t export --format = c; t record x p;"
	    "t call +1 --assi; cd /; t play x -o us";
	g_autofree char *output = NULL;
	g_autofree char *fish = g_find_program_in_path("fish");
	g_autofree char *zsh = g_find_program_in_path("zsh");

	fixture_configure(fixture, CONFIG);
	output = fixture_run_cli(fixture, bash, 0);
	g_assert_nonnull(strstr(output, "<stats status>"));
	g_assert_nonnull(strstr(output, "<scheduled>"));
	g_assert_nonnull(strstr(output, "<line>"));
	g_assert_nonnull(strstr(output, "<retry>"));
	g_assert_nonnull(strstr(output, "<csv>"));
	g_assert_nonnull(strstr(output, "<pause>"));
	g_assert_nonnull(strstr(output, "<--assistant>"));
	g_assert_nonnull(strstr(output, "<usr>"));
	if (fish != NULL)
		fixture_expect_cli(fixture,
				   "--version; PATH=$(dirname \"$0\"):$PATH fish -c "
				   "'source $OFFHOOK_COMPLETIONS/offhook.fish; "
				   "complete -C \"offhook export --format=c\"'",
				   0, "--format=csv");
	if (zsh != NULL)
		fixture_expect_cli(fixture,
				   "--version; PATH=$(dirname \"$0\"):$PATH zsh -fc "
				   "'compset() { : }; _describe() { print -l ${(P)2} }; "
				   "words=(offhook record x \"\"); CURRENT=4; "
				   ". $OFFHOOK_COMPLETIONS/_offhook'",
				   0, "resume:");
}

static void
test_no_server(Fixture *fixture, gconstpointer data)
{
	static const char *const commands[] = {
	    "status", "calls", "show x", "end x", "call +15550100001", "plugins", "tail"};

	fixture_configure(fixture, CONFIG);
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *arguments =
		    g_strconcat("--url http://127.0.0.1:1 ", commands[i], NULL);

		fixture_expect_cli(fixture, arguments, EX_UNAVAILABLE, "is offhookd running?");
	}
}

static void
test_server(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *end = NULL;
	g_autofree char *show = NULL;
	g_autofree char *end_of_id = NULL;
	g_autofree char *second = NULL;
	g_autofree char *recordings = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	fixture_expect_cli(fixture, "status", 0, "healthy");
	fixture_expect_cli(fixture, "plugins", 0, "loopback");
	fixture_expect_cli(fixture, "plugins | grep elevenlabs", 0, "ELEVENLABS_API_KEY");
	id = fixture_run_cli(fixture, "call +15550100001", 0);
	g_strchomp(id);
	end = g_strconcat("end ", id, NULL);
	show = g_strconcat("--json show ", id, NULL);
	fixture_expect_cli(fixture, end, 0, "completed");
	fixture_expect_cli(fixture, show, 0, "\"transcription\"");
	/* What tail shows of it will do. */
	end_of_id = g_strconcat("show ", id + strlen(id) - 6, NULL);
	fixture_expect_cli(fixture, end_of_id, 0, id);
	second = g_strconcat("hold ", id + strlen(id) - 6, NULL);
	fixture_expect_cli(fixture, second, 1, "has ended (409)");
	fixture_expect_cli(fixture, "hold nobody", 1, "(404)");
	fixture_expect_cli(fixture, "calls", 0, id);
	fixture_expect_cli(fixture, "calls --status completed --json", 0, id);
	fixture_expect_cli(fixture, "calls --status 'a&b'", 1, "a&b");
	fixture_expect_cli(fixture, "call 12", 1, "E.164");
	fixture_expect_cli(fixture, "show 'a b/../?#%'", 1, "(40");
	fixture_expect_cli(fixture, "show none", 1, "(404)");
	fixture_expect_cli(fixture, "show $'a\\nb\\x1b'", 1, "(40");
	fixture_expect_cli(fixture, "scheduled --status $'a b\\n&'", 1, "(40");
	fixture_expect_cli(fixture, "scheduled cancel $'a b\\n?'", 1, "(40");
	fixture_expect_cli(fixture, "deliveries --endpoint $'a b\\n&'", 0, "DELIVERY");
	fixture_expect_cli(fixture, "memory $'a b\\t#'", 0, "TEXT");
	fixture_expect_cli(fixture, "say none -- --hello", 1, "(404)");
	fixture_expect_cli(fixture, "agents", 0, "assistant-line");
	fixture_expect_cli(fixture, "metrics", 0, "offhook_calls");
	recordings = g_strconcat("recordings ", id, NULL);
	fixture_expect_cli(fixture, recordings, 0, "RECORDING");
	/* What is offered of it. */
	fixture_expect_cli(fixture, "__complete --config \"$1\" show ''", 0, id);
	fixture_expect_cli(fixture, "__complete --config \"$1\" provider ''", 0, "loopback");
	fixture_expect_cli(fixture, "--token wrong status", EX_NOPERM, "(401)");
	fixture_expect_cli(fixture, "--token wrong tail", EX_NOPERM, "");
	fixture_expect_cli(fixture, "calls > /dev/full", EX_IOERR, "can't write");
	fixture_expect_cli(fixture,
			   "help > /dev/null; exec 3> >(true); wait $!; "
			   "\"$0\" --config \"$1\" plugins >&3; exit $?",
			   128 + SIGPIPE, "");
}

/* As people type an id: its beginning, which calls of one hour share. */
static void
test_short_ids(Fixture *fixture, gconstpointer data)
{
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;
	g_autofree char *both = NULL;
	g_autofree char *show = NULL;
	gsize same = 0;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	one = g_strchomp(fixture_run_cli(fixture, "call +15550100001", 0));
	other = g_strchomp(fixture_run_cli(fixture, "call +15550100001", 0));
	while (one[same] == other[same])
		same++;
	g_assert_cmpuint(same, >=, 4);
	both = g_strdup_printf("show %.*s", (int)same, one);
	fixture_expect_cli(fixture, both, 1, one);
	fixture_expect_cli(fixture, both, 1, other);
	show = g_strdup_printf("show %.*s", (int)same + 1, one);
	fixture_expect_cli(fixture, show, 0, one);
}

static gboolean
test_is_in_progress(gpointer data)
{
	g_autoptr(JsonObject) reply = fixture_request(data, "GET", "/voice/calls", NULL, 200);
	JsonArray *calls = json_object_get_array_member(reply, "calls");

	return json_array_get_length(calls) == 1 &&
	       g_str_equal(
		   json_object_get_string_member(json_array_get_object_element(calls, 0), "status"),
		   "in-progress");
}

/* A call of ours that is followed from its first moment on. */
static void
test_follow(Fixture *fixture, gconstpointer data)
{
	static const char *const follow = "call +15550100001 --follow";
	g_autofree char *output = NULL;
	GSubprocess *process;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	process = fixture_start_cli(fixture, follow);
	harness_poll_until(test_is_in_progress, fixture, "the call to be answered");
	fixture_expect_cli(
	    fixture,
	    "--version; \"$0\" --config \"$1\" end $(\"$0\" --config \"$1\" calls | tail -n 1 | "
	    "cut -d ' ' -f 1)",
	    0, "completed");
	output = fixture_finish_cli(process, follow, 0);
	g_assert_nonnull(strstr(output, "call     outbound +15550100001"));
	g_assert_nonnull(strstr(output, "call     answered"));
	g_assert_nonnull(strstr(output, "call     completed"));
}

/* From the tree of a build, too; into a folder that is made, and under a name that is nobody's. */
static void
test_new(Fixture *fixture, gconstpointer data)
{
	g_autofree char *make = g_strdup_printf("new driver yours --dir %s/a/b", fixture->dir);
	g_autofree char *file =
	    g_build_filename(fixture->dir, "a", "b", "yours", "yours-plugin.c", NULL);
	g_autofree char *taken = g_strdup_printf("new engine flite --dir %s", fixture->dir);

	fixture_configure(fixture, CONFIG);
	fixture_expect_cli(fixture, make, 0, "PKG_CONFIG_PATH=");
	fixture_expect_cli(fixture, taken, 1, "expected another name");
	g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* Commands that are a request each. */
static void
test_resources(Fixture *fixture, gconstpointer data)
{
	g_autofree char *id = NULL;
	g_autofree char *show = NULL;
	g_autofree char *add = NULL;
	g_autofree char *end = NULL;

	fixture_configure(fixture, CONFIG "[assistant:bar]\nagents=dialog\nstt=pocketsphinx\n");
	fixture_start(fixture);
	fixture_expect_cli(fixture, "ready", 0, "ready");
	fixture_expect_cli(fixture, "connections", 0, "active_connections");
	fixture_expect_cli(fixture, "provider list", 0, "providers.loopback.status");
	fixture_expect_cli(fixture, "provider show loopback", 0, "voice");
	fixture_expect_cli(fixture, "supabase test", 0, "success");
	fixture_expect_cli(fixture, "supabase health", 0, "database.status");
	fixture_expect_cli(fixture, "supabase record anna 'Two tables?' Yes. --session s1", 0,
			   "interaction.user_id");
	fixture_expect_cli(fixture, "supabase interactions anna", 0, "Two tables?");
	fixture_expect_cli(fixture, "supabase session s1", 0, "Two tables?");
	fixture_expect_cli(fixture, "supabase stats --days 3", 0, "total_interactions");
	fixture_expect_cli(fixture, "supabase prefer anna '{\"seat\":\"window\"}'", 0, "success");
	fixture_expect_cli(fixture, "supabase prefer anna window", 1, "JSON");
	fixture_expect_cli(fixture, "supabase preferences anna", 0, "preferences.seat");
	fixture_expect_cli(fixture, "memory learn anna '{\"knowledge\":{\"topics\":[\"fish\"]}}'",
			   0, "context_updated");
	fixture_expect_cli(fixture, "memory context anna", 0, "window");
	fixture_expect_cli(fixture, "erasures", 0, "RECEIPT");
	fixture_expect_cli(fixture, "erasures show none", 1, "(404)");
	fixture_expect_cli(fixture, "sms show none", 1, "(404)");
	fixture_expect_cli(fixture, "scheduled show none", 1, "(404)");
	fixture_expect_cli(fixture, "agents status assistant-line", 0, "total_requests");
	fixture_expect_cli(fixture, "agents delete assistant-line", 1, "(");
	fixture_expect_cli(fixture, "agents create nothing mine", 1, "nothing");
	fixture_expect_cli(fixture,
			   "agents message bar 'what are your opening hours' --user anna "
			   "--session web --set name=Anna",
			   0, "from Tuesday to Sunday");
	fixture_expect_cli(fixture, "process-intent 'what are your opening hours' --agent bar", 0,
			   "intent");
	fixture_expect_cli(fixture, "process-audio /none.wav", 1, "/none.wav");
	id = g_strchomp(fixture_run_cli(
	    fixture, "conversations begin bar --user anna 2>&1 >/dev/null | sed 's/.* //'", 0));
	show = g_strconcat("conversations show ", id, NULL);
	add = g_strconcat("conversations add ", id, " user 'Said elsewhere'", NULL);
	end = g_strconcat("conversations end ", id, NULL);
	fixture_expect_cli(fixture, "conversations --user anna", 0, id);
	fixture_expect_cli(fixture, show, 0, "Trattoria Lucia");
	fixture_expect_cli(fixture, add, 0, "conversation_updated");
	fixture_expect_cli(fixture, show, 0, "user       Said elsewhere");
	fixture_expect_cli(fixture, end, 0, "completed");
	fixture_expect_cli(fixture, "erase --user anna --yes", 0, "receipt");
	fixture_expect_cli(fixture, "--json erasures", 0, "\"intact\" : true");
}

/* What others have written, and what was typed, does not steer the terminal. */
static void
test_unsafe(Fixture *fixture, gconstpointer data)
{
	static const char *const shown[] = {"supabase interactions eve",
					    "conversations --user eve",
					    "supabase preferences eve",
					    "show $'\\e[2Jnone'",
					    "$'\\e[2Jdance'",
					    "--json supabase preferences eve"};

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	fixture_expect_cli(fixture, "supabase record eve $'a\\e[2Jb\\u202ec\\u009bd'", 0, "eve");
	fixture_expect_cli(fixture,
			   "supabase prefer eve '{\"x\":\"a\\u001b[2Jb\\u202ec\\u009bd\"}'", 0,
			   "success");
	for (guint i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autofree char *arguments = g_strconcat(shown[i], " 2>&1; true", NULL);
		g_autofree char *output = fixture_run_cli(fixture, arguments, 0);

		g_assert_null(strchr(output, '\033'));
		g_assert_null(strstr(output, "\342\200\256"));
		g_assert_null(strstr(output, "\302\233"));
	}
}

static gboolean
test_is_listened_to(gpointer data)
{
	g_autoptr(JsonObject) status = fixture_request(data, "GET", "/ws/status", NULL, 200);

	return json_object_get_int_member(status, "active_connections") == 1;
}

/* The server dies below a command that follows it. */
static void
test_tail(Fixture *fixture, gconstpointer data)
{
	GSubprocess *tail;
	g_autofree char *output = NULL;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	tail = fixture_start_cli(fixture, data);
	harness_poll_until(test_is_listened_to, fixture, "it to connect");
	fixture_kill(fixture);
	output = fixture_finish_cli(tail, data, EX_UNAVAILABLE);
	g_assert_nonnull(strstr(output, "closed the connection"));
}

/* ---- a server that is not ours ---- */

typedef struct {
	const char *command;
	const char *type;
	const char *body;
	const char *told; /* of what is not as expected */
} Other;

static void
test_other_cb(SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query,
	      gpointer user_data)
{
	const Other *other = *(const Other **)user_data;

	soup_server_message_set_status(msg, 200, NULL);
	soup_server_message_set_response(msg, other->type, SOUP_MEMORY_COPY, other->body,
					 strlen(other->body));
}

static void
test_other_told_cb(GObject *source, GAsyncResult *result, gpointer output)
{
	g_assert_true(
	    g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, output, NULL, NULL));
}

static gboolean
test_other_has_told(gpointer output)
{
	return *(char **)output != NULL;
}

static void
test_other_expect(Fixture *fixture, SoupServer *server, const Other *other)
{
	GSList *uris = soup_server_get_uris(server);
	g_autofree char *arguments = g_strdup_printf("--url http://127.0.0.1:%d %s",
						     g_uri_get_port(uris->data), other->command);
	g_autoptr(GSubprocess) process = fixture_start_cli(fixture, arguments);
	g_autofree char *output = NULL;

	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	g_subprocess_communicate_utf8_async(process, NULL, NULL, test_other_told_cb, &output);
	harness_poll_until(test_other_has_told, &output, "the command to end");
	g_test_message("%s", output);
	g_assert_cmpint(g_subprocess_get_exit_status(process), ==, 1);
	g_assert_nonnull(strstr(output, "the server's answer is not what was expected: "));
	g_assert_nonnull(strstr(output, other->told));
	g_assert_null(strstr(output, "CRITICAL"));
}

/* What it says is no empty list. */
static void
test_other_server(Fixture *fixture, gconstpointer data)
{
	static const Other others[] = {
	    {"calls", "application/json", "{\"calls\":\"x\"}",
	     "calls is a string, not an array"},
	    {"calls", "application/json", "{\"calls\":[[]]}",
	     "calls[0] is an array, not an object"},
	    {"--json calls", "application/json", "{\"calls\":\"x\"}", "calls is a string"},
	    {"calls", "application/json", "[]", "not a JSON object"},
	    {"calls", "application/json", "", "empty"},
	    {"calls", "text/html", "<html></html>", "text/html"},
	    {"status", "application/json", "{}", "status is missing"},
	    {"top --once", "application/json", "{\"calls\":{}}", "calls is an object"},
	    {"call +15550100001", "application/json", "{\"success\":true}", "call_id is missing"},
	    {"metrics", "text/html", "<html></html>", "a web page"},
	    {"assistant try line </dev/null", "text/html", "<html></html>", "text/html"},
	};
	g_autoptr(SoupServer) server = soup_server_new(NULL, NULL);
	const Other *other;

	fixture_configure(fixture, CONFIG);
	soup_server_add_handler(server, NULL, test_other_cb, &other, NULL);
	g_assert_true(soup_server_listen_local(server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		other = &others[i];
		test_other_expect(fixture, server, other);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/cli/usage", Fixture, NULL, fixture_set_up, test_usage,
		   fixture_tear_down);
	g_test_add("/integration/cli/help", Fixture, NULL, fixture_set_up, test_help,
		   fixture_tear_down);
	g_test_add("/integration/cli/completion", Fixture, NULL, fixture_set_up, test_completion,
		   fixture_tear_down);
	g_test_add("/integration/cli/no-server", Fixture, NULL, fixture_set_up, test_no_server,
		   fixture_tear_down);
	g_test_add("/integration/cli/server", Fixture, NULL, fixture_set_up, test_server,
		   fixture_tear_down);
	g_test_add("/integration/cli/short-ids", Fixture, NULL, fixture_set_up, test_short_ids,
		   fixture_tear_down);
	g_test_add("/integration/cli/follow", Fixture, NULL, fixture_set_up, test_follow,
		   fixture_tear_down);
	g_test_add("/integration/cli/new", Fixture, NULL, fixture_set_up, test_new,
		   fixture_tear_down);
	g_test_add("/integration/cli/resources", Fixture, NULL, fixture_set_up, test_resources,
		   fixture_tear_down);
	g_test_add("/integration/cli/other-server", Fixture, NULL, fixture_set_up,
		   test_other_server, fixture_tear_down);
	g_test_add("/integration/cli/unsafe", Fixture, NULL, fixture_set_up, test_unsafe,
		   fixture_tear_down);
	g_test_add("/integration/cli/tail", Fixture, "tail", fixture_set_up, test_tail,
		   fixture_tear_down);
	g_test_add("/integration/cli/events", Fixture, "events call.started", fixture_set_up,
		   test_tail, fixture_tear_down);
	return g_test_run();
}
