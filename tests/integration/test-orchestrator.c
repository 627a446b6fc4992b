/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calls to an assistant that talks through a language model. Model and recogniser are the emulator of
 * the openai engine's service, which keeps what it was asked; the caller is Twilio's emulator.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define SCRIPT                                                                                     \
	"{\"answers\":["                                                                           \
	"{\"if\":\"opening hours\",\"text\":\"We are open from Tuesday to Sunday, from noon "      \
	"until ten in the evening. On Monday we are closed, for that is when we go to the "        \
	"market.\"},"                                                                              \
	"{\"if\":\"book\",\"text\":\"For how many people?\"},"                                     \
	"{\"if\":\"bye\",\"text\":\"See you soon, and "                                            \
	"goodbye!\",\"tools\":[{\"name\":\"hang_up\","                                             \
	"\"arguments\":{}}]},"                                                                     \
	"{\"if\":\"anybody\",\"tools\":[{\"name\":\"transfer\",\"arguments\":{\"to\":\"bar\"}}]}]" \
	","                                                                                        \
	"\"transcripts\":[%s]}"
#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\nbase-url=%s\ntranscription-base-url=%s\n"                                \
	"[assistant:reception]\ndriver=twilio\nstt=openai\ntts=flite\nllm="                        \
	"openai\n" FIXTURE_PATIENT "greeting=Hello.\n%s"

/* @fault: (nullable): of the language model; @rest: of the assistant's section */
static Service *
start(Fixture *fixture, const char *transcripts, const char *fault, const char *rest)
{
	g_autofree char *path = g_build_filename(fixture->dir, "script.json", NULL);
	g_autofree char *script = g_strdup_printf(SCRIPT, transcripts);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *root = NULL;
	g_autofree char *faulty = NULL;
	g_autofree char *config = NULL;
	Service *service;
	const char *base;

	g_assert_true(g_file_set_contents(path, script, -1, NULL));
	service = service_start("openai", arguments);
	base = service_get_base_url(service);
	root = g_strndup(base, strlen(base) - strlen("/v1"));
	faulty = g_strdup_printf("%s/fault/%s/v1", root, fault);
	config = g_strdup_printf(CONFIG, fault != NULL ? faulty : base, base, rest);
	fixture_configure(fixture, config);
	fixture_start(fixture);
	return service;
}

/* The model's tokens are counted, and the turns say whose they are. */
static void
check_usage(Fixture *fixture)
{
	g_autoptr(JsonObject) call = fixture_wait_call(fixture, "completed");
	JsonArray *turns = json_object_get_array_member(call, "turns");
	JsonObject *usage = json_object_get_object_member(call, "usage");
	JsonObject *last = json_array_get_object_element(turns, json_array_get_length(turns) - 1);

	g_assert_cmpint(json_object_get_int_member(usage, "input_tokens"), >, 0);
	g_assert_cmpint(json_object_get_int_member(usage, "output_tokens"), >, 0);
	g_assert_cmpstr(json_object_get_string_member(last, "llm"), ==, "openai");
}

/* The caller talks into an answer: the model hears of just the words that were heard, and hangs up. */
static void
test_conversation(Fixture *fixture, gconstpointer data)
{
	Service *service = start(fixture,
				 "\"what are your opening hours\",\"i want to book a table\","
				 "\"good bye\"",
				 NULL, "agents=orchestrator\n");
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;
	g_autofree char *question = NULL;
	g_autofree char *expected = NULL;
	guint n_cut;

	output = fixture_finish_emulator(
	    fixture_spawn_emulator(fixture, "--say", "what are your opening hours", "--barge-in",
				   "2", "i want to book a table please", "--say", "good bye now",
				   "--expect", "heard", NULL),
	    0);
	talk = fixture_read_talk(fixture, &n_cut);
	question = service_read_talk(service, 2);
	g_test_message("%s%s", output, talk);
	g_assert_cmpuint(n_cut, ==, 1);
	g_assert_nonnull(strstr(talk, "assistant: We are open from"));
	g_assert_null(strstr(talk, "to the market"));
	expected = g_strconcat(question, "assistant: See you soon, and goodbye!\n", NULL);
	g_assert_cmpstr(talk, ==, expected);
	check_usage(fixture);
	service_stop(service);
}

/*
 * No model: the script has a way out, and the caller is not left in silence. He waits for the rest of
 * it: on a slow machine there are pauses between the sentences.
 */
static void
test_last_resort(Fixture *fixture, gconstpointer fault)
{
	Service *service = start(fixture, "\"what are your opening hours\",\"never mind\"", fault,
				 "agents=orchestrator,dialog\ndialog.human=+15550100\n");
	g_autofree char *output =
	    fixture_finish_emulator(fixture_spawn_emulator(fixture, "--turn-gap", "4000", "--say",
							   "what are your opening hours", "--say",
							   "never mind", "--expect", "heard", NULL),
				    0);
	g_autofree char *talk = NULL;

	talk = fixture_read_talk(fixture, NULL);
	g_test_message("%s%s", output, talk);
	/* What was said before stands, as a sentence that broke off. */
	g_assert_cmpint(strstr(talk, "... I'm sorry") != NULL, ==, !g_str_equal(fault, "500"));
	g_assert_nonnull(strstr(talk,
				"I'm sorry, I have a technical problem just now. I can put you "
				"through to a person"));
	g_assert_nonnull(strstr(talk, "assistant: I'm sorry for the trouble."));
	service_abandon(service);
}

static void
test_check(Fixture *fixture, gconstpointer data)
{
	int status = 0;
	g_autofree char *output = NULL;

	fixture_configure(fixture, "[assistant:reception]\nagents=orchestrator\n"
				   "orchestrator.max-tokens=many\n");
	output = fixture_run_daemon(fixture, "--check-config", &status);
	g_assert_cmpint(status, !=, 0);
	g_assert_nonnull(strstr(output, "llm is missing"));
	g_assert_nonnull(strstr(output, "max-tokens"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/orchestrator/conversation", Fixture, NULL, fixture_set_up,
		   test_conversation, fixture_tear_down);
	g_test_add("/integration/orchestrator/last-resort/500", Fixture, "500", fixture_set_up,
		   test_last_resort, fixture_tear_down);
	g_test_add("/integration/orchestrator/last-resort/reset", Fixture, "reset", fixture_set_up,
		   test_last_resort, fixture_tear_down);
	g_test_add("/integration/orchestrator/check", Fixture, NULL, fixture_set_up, test_check,
		   fixture_tear_down);
	return g_test_run();
}
