/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A disk that takes no more in the middle of a call: a clear error, and the call goes on. The limit
 * is that of the process on the size of a file; to the daemon a write fails either way.
 */

#include "fixture.h"

#include "harness.h"

#define CONFIG                                                                                     \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN                                          \
	"\n[assistant:line]\ndriver=twilio\nagents=echo\n"

/* A second of recording has 32,000 bytes. */
#define FILE_LIMIT (224 * 1024)

static void
test_full(Fixture *fixture, gconstpointer data)
{
	Listener *listener;
	GSubprocess *emulator;
	g_autofree char *output = NULL;
	g_autoptr(JsonObject) call = NULL;
	JsonObject *error;

	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
	fixture_limit_files(fixture, FILE_LIMIT);
	listener = listener_new(fixture, NULL);
	emulator = fixture_spawn_emulator(fixture, "--greeting-timeout", "0.5", "--say",
					  "one two three four five six seven", "--wait", "4",
					  "--say", "eight nine ten", "--expect", "heard", NULL);
	error = json_object_get_object_member(listener_wait(listener, "error.occurred", 1), "data");
	g_assert_cmpstr(json_object_get_string_member(error, "error_code"), ==, "STORAGE_ERROR");
	output = fixture_finish_emulator(emulator, 0);
	call = fixture_wait_call(fixture, "completed");
	listener_free(listener);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/integration/storage/full", Fixture, NULL, fixture_set_up, test_full,
		   fixture_tear_down);
	return g_test_run();
}
