/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A phone call whose ear and voice are the openai engine: what is said goes to the emulator of the
 * service, and what the agent answers comes back from it as sound.
 */

#include "fixture.h"
#include "openai-fixture.h"

#include "harness.h"

#include <string.h>

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[engine:openai]\n%s\n"                                                                    \
	"[assistant:reception]\ndriver=twilio\nagents=dialog\nstt=openai\ntts="                    \
	"openai\n" FIXTURE_PATIENT "greeting=Hello.\n"

static char *
write_script(Fixture *fixture)
{
	char *path = g_build_filename(fixture->dir, "script.json", NULL);

	g_assert_true(g_file_set_contents(
	    path, "{\"transcripts\":[\"what are your opening hours\",\"nonsense\"]}", -1, NULL));
	return path;
}

static void
test_call(Fixture *fixture, gconstpointer data)
{
	g_autofree char *script = write_script(fixture);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", script);
	g_autofree char *base = NULL;
	g_autofree char *config = NULL;
	g_autofree char *output = NULL;
	g_autofree char *talk = NULL;

	openai_start(arguments);
	base = openai_get_setting();
	config = g_strdup_printf(CONFIG, base);
	fixture_configure(fixture, config);
	/* Looking at it first takes nothing from the script. */
	fixture_expect_cli(fixture, "assistant check reception", 0,
			   "stt       openai           ok");
	fixture_start(fixture);
	output = fixture_finish_emulator(fixture_spawn_emulator(fixture, "--say",
								"hello can you hear me", "--expect",
								"heard", NULL),
					 0);
	talk = fixture_read_talk(fixture, NULL);
	g_test_message("%s", talk);
	g_assert_nonnull(strstr(talk, "user: what are your opening hours\n"));
	g_assert_nonnull(strstr(talk, "open"));
	/* One transcript, and a piece of speech for the greeting and for each sentence. */
	g_assert_cmpint(openai_count("requests"), >=, 3);
	openai_stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/openai/call", Fixture, NULL, fixture_set_up, test_call,
		   fixture_tear_down);
	return g_test_run();
}
