/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook assistant: lists, checks and talks, with a server and without one.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>
#include <sysexits.h>

#define CONFIG "[assistant:bar]\nagents=dialog\nstt=pocketsphinx\ntts=flite\n"

static void
test_server(Fixture *fixture, gconstpointer data)
{
	g_autofree char *talk = NULL;
	g_autoptr(JsonObject) conversations = NULL;
	JsonObject *conversation;
	JsonArray *list;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	fixture_expect_cli(fixture, "assistant list", 0, "dialog");
	fixture_expect_cli(fixture, "assistant check bar", 0, "pocketsphinx     ok");
	talk = fixture_run_cli(fixture,
			       "assistant try bar --user anna <<< $'what are your opening "
			       "hours\\n\\nthanks bye\\nnever said'",
			       0);
	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "agent    Hello, this is Trattoria Lucia."));
	g_assert_nonnull(strstr(talk, "you      what are your opening hours\nagent    "));
	g_assert_nonnull(strstr(talk, "from Tuesday to Sunday"));
	g_assert_nonnull(strstr(talk, "(hang_up)"));
	/* The assistant has hung up by then. */
	g_assert_null(strstr(talk, "never said"));
	conversations =
	    fixture_request(fixture, "GET", "/conversations?user_id=anna", NULL, SOUP_STATUS_OK);
	list = json_object_get_array_member(conversations, "conversations");
	g_assert_cmpuint(json_array_get_length(list), ==, 1);
	conversation = json_array_get_object_element(list, 0);
	g_assert_cmpstr(json_object_get_string_member(conversation, "status"), ==, "completed");
	g_assert_cmpint(json_object_get_int_member(conversation, "message_count"), ==, 5);
}

/* One of its own runs for the time, and leaves nothing behind. */
static void
test_no_server(Fixture *fixture, gconstpointer data)
{
	g_autofree char *talk = NULL;
	g_autofree char *database = g_build_filename(fixture->dir, "state", "offhook.db", NULL);

	fixture_configure(fixture, CONFIG);
	fixture_expect_cli(fixture, "assistant check bar", 0, "no server is running");
	talk = fixture_run_cli(fixture,
			       "--json assistant try bar <<< 'what are your opening hours'", 0);
	g_assert_nonnull(strstr(talk, "\"type\":\"delta\""));
	g_assert_nonnull(strstr(talk, "\"type\":\"response\""));
	g_assert_false(g_file_test(database, G_FILE_TEST_EXISTS));
	fixture_expect_cli(fixture, "--url http://127.0.0.1:1 assistant list", EX_UNAVAILABLE,
			   "is offhookd running?");
}

/* What one assistant lacks is told of that one, and the others are as ever. */
static void
test_others(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, CONFIG
			  "[engine:openai]\napi-key-file=/none/key\n"
			  "[assistant:keyless]\nagents=orchestrator\nllm=openai\n"
			  "[assistant:scriptless]\nagents=dialog\ndialog.file=/none/script.json\n");
	fixture_expect_cli(fixture, "assistant check bar", 0, "pocketsphinx     ok");
	fixture_expect_cli(fixture, "assistant try bar <<< 'thanks bye'", 0, "agent    ");
	fixture_expect_cli(fixture, "assistant check keyless", 1, "/none/key");
	fixture_expect_cli(fixture, "assistant try keyless <<< hello", EX_CONFIG, "/none/key");
	fixture_expect_cli(fixture, "assistant check scriptless", 1, "/none/script.json");
	fixture_expect_cli(fixture, "assistant list", 0, "keyless can't work: ");
	/* A server that takes calls is told at its start. */
	fixture_expect_cli(
	    fixture, "--version; \"$(dirname \"$0\")/offhookd\" --check-config --config \"$1\"",
	    EX_CONFIG, "/none/key");
}

/* Outside of its hours nobody talked with it, unless that was wanted. */
static void
test_closed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) next = g_date_time_add_days(now, 1);
	g_autofree char *today = g_date_time_format(now, "%m-%d");
	g_autofree char *tomorrow = g_date_time_format(next, "%m-%d");
	g_autofree char *config = g_strdup_printf(CONFIG "timezone=UTC\nholidays=%s,%s\n%s", today,
						  tomorrow, (const char *)data);
	gboolean goes_on = *(const char *)data != '\0';

	fixture_configure(fixture, config);
	fixture_expect_cli(fixture, "assistant try bar <<< 'thanks bye'", goes_on ? 0 : 1,
			   goes_on ? "agent    " : "bar is closed by its hours");
	fixture_expect_cli(fixture, "assistant try bar --open <<< 'thanks bye'", 0, "agent    ");
}

static void
test_wrong(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, "[assistant:bar]\nagents=dialogue\n");
	fixture_expect_cli(fixture, "assistant check bar", EX_CONFIG, "did you mean \"dialog\"?");
	fixture_configure(fixture, CONFIG);
	fixture_expect_cli(fixture, "assistant check nobody", 1, "only bar");
	fixture_expect_cli(fixture, "assistant", EX_USAGE, "Usage");
	fixture_expect_cli(fixture, "assistant dance bar", EX_USAGE, "Usage");
	fixture_expect_cli(fixture, "assistant try", EX_USAGE, "usage");
	fixture_expect_cli(fixture, "assistant try bar --set name", EX_USAGE, "NAME=VALUE");
}

/* The only agent there is can't be asked: each line fails, and so does the command. */
static void
test_failure(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, "[engine:openai]\nbase-url=http://127.0.0.1:1/v1\n"
				   "[assistant:bar]\nagents=orchestrator\nllm=openai\n"
				   "greeting=Hello.\n");
	fixture_expect_cli(fixture, "assistant try bar <<< 'are you there'", 1, "error    ");
}

/* OpenAI itself refuses whoever has no key: that will not pass. */
static void
test_keyless(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, "[assistant:bar]\nagents=orchestrator\nllm=openai\n");
	fixture_expect_cli(fixture, "assistant check bar", 1, "api-key is missing");
}

/* What has failed often may work in a moment: a remark. */
static void
test_left_alone(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, "[engine:openai]\nbase-url=http://127.0.0.1:1/v1\n"
				   "[assistant:bar]\nagents=orchestrator\nllm=openai\n");
	fixture_start(fixture);
	fixture_expect_cli(fixture, "assistant try bar <<< $'a\nb\nc\nd\ne\nf\ng'", 1,
			   "error    ");
	fixture_wait_log(fixture, "it is left alone for now");
	fixture_expect_cli(fixture, "assistant check bar", 0,
			   "remark: it has failed again and again");
}

/* As from a telephone: 4 people are keyed in. */
static void
test_keys(Fixture *fixture, gconstpointer data)
{
	g_autofree char *talk = NULL;

	fixture_configure(fixture, CONFIG);
	talk = fixture_run_cli(
	    fixture, "assistant try bar <<< $'i would like to book a table\n/keys 4#'", 0);
	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "you      /keys 4#\nagent    "));
	fixture_expect_cli(fixture, "assistant try bar <<< '/keys four'", 1,
			   "0 to 9, *, #, A to D");
}

/* A language model behind an ear for a script's phrases: it works, but not as was meant. */
static void
test_deaf(Fixture *fixture, gconstpointer data)
{
	fixture_configure(fixture, "[engine:openai]\nbase-url=http://127.0.0.1:1/v1\n"
				   "[assistant:bar]\nagents=orchestrator\nllm=openai\n"
				   "stt=pocketsphinx\ntts=flite\n");
	fixture_expect_cli(fixture, "assistant check bar", 0,
			   "remark: it hears expected phrases only, and orchestrator expects none");
}

/* So it is behind an agent of somebody's own that says nothing of phrases, unless another one does. */
static void
test_deaf_to_words(Fixture *fixture, gconstpointer data)
{
	static const char config[] = "[plugins]\npath=%s/tests/integration/ponder\n"
				     "[assistant:bar]\nagents=input, ponder\nstt=pocketsphinx\n"
				     "tts=flite\n"
				     "[assistant:desk]\nagents=ponder, dialog\n"
				     "stt=pocketsphinx\ntts=flite\n";
	const char *root = g_getenv("OFFHOOK_BUILD_ROOT");
	g_autofree char *text = g_strdup_printf(config, root);
	g_autofree char *desk = NULL;

	fixture_configure(fixture, text);
	fixture_expect_cli(fixture, "assistant check bar", 0,
			   "remark: it hears expected phrases only, and ponder expects none");
	desk = fixture_run_cli(fixture, "assistant check desk", 0);
	g_assert_null(strstr(desk, "remark"));
}

static void
add(const char *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, fixture_set_up, test, fixture_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/integration/try/server", test_server);
	add("/integration/try/no-server", test_no_server);
	add("/integration/try/others", test_others);
	g_test_add("/integration/try/closed", Fixture, "", fixture_set_up, test_closed,
		   fixture_tear_down);
	g_test_add("/integration/try/closed-takes-a-message", Fixture, "when-closed=message\n",
		   fixture_set_up, test_closed, fixture_tear_down);
	add("/integration/try/wrong", test_wrong);
	add("/integration/try/failure", test_failure);
	add("/integration/try/keyless", test_keyless);
	add("/integration/try/left-alone", test_left_alone);
	add("/integration/try/keys", test_keys);
	add("/integration/try/deaf", test_deaf);
	add("/integration/try/deaf-to-words", test_deaf_to_words);
	return g_test_run();
}
