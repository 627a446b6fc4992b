/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an assistant's section says, and the instructions that come of it. */

#include "../orchestrator-agent.h"
#include "../orchestrator-options.h"
#include "../orchestrator-prompt.h"

#include "harness.h"
#include <glib/gstdio.h>
#include <offhook/error.h>
#include <string.h>

static OffhookOrchestratorOptions *
read_options(const char *key, const char *value, GError **error)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings =
	    offhook_settings_new(offhook_orchestrator_settings, NULL, "agent:orchestrator", NULL);

	if (key != NULL)
		g_hash_table_insert(options, (gpointer)key, (gpointer)value);
	return offhook_orchestrator_options_new(settings, options, error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookOrchestratorOptions) options = read_options(NULL, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpfloat(options->temperature, <, 0);
	g_assert_cmpuint(options->max_tokens, ==, 300);
	g_assert_cmpuint(options->history_turns, ==, 40);
	g_assert_cmpuint(options->history_bytes, ==, 32000);
	g_assert_true(options->hang_up);
	g_assert_true(options->manners);
	g_assert_cmpuint(options->destinations->len, ==, 0);
}

static void
assert_destination(const OffhookOrchestratorOptions *options, guint i, const char *name,
		   const char *target)
{
	const OffhookOrchestratorDestination *destination =
	    g_ptr_array_index(options->destinations, i);

	g_assert_cmpstr(destination->name, ==, name);
	g_assert_cmpstr(destination->target, ==, target);
}

static void
test_destinations(void)
{
	static const char *const bad[] = {
	    "+15550100, +15550101", "a=", "=+15550100", " = ", "a=1,a=2", "a=1,,b=2", ","};
	g_autoptr(OffhookOrchestratorOptions) one = read_options("transfer-to", "+15550100", NULL);
	g_autoptr(OffhookOrchestratorOptions) address =
	    read_options("transfer-to", "sip:desk@example.com;transport=tcp", NULL);
	g_autoptr(OffhookOrchestratorOptions) two = read_options(
	    "transfer-to", "the kitchen = +15550100 , bar=sip:bar@example.com;a=b", NULL);

	g_assert_cmpuint(one->destinations->len, ==, 1);
	assert_destination(one, 0, NULL, "+15550100");
	assert_destination(address, 0, NULL, "sip:desk@example.com;transport=tcp");
	g_assert_cmpuint(two->destinations->len, ==, 2);
	assert_destination(two, 0, "the kitchen", "+15550100");
	assert_destination(two, 1, "bar", "sip:bar@example.com;a=b");
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(read_options("transfer-to", bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
}

static void
test_prompt(void)
{
	g_autoptr(OffhookOrchestratorOptions) options =
	    read_options("phone-manners", "false", NULL);
	g_autoptr(OffhookOrchestratorOptions) polite = read_options(NULL, NULL, NULL);
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 28, 9, 5, 0);
	OffhookAgentOptions session = {
	    .assistant = "reception",
	    .language = "de-AT",
	    .caller = "+15550100",
	    .prompt = "{assistant} {caller} {language} {date} {time} {other} {\"a\": 1} {",
	};
	g_autofree char *text = offhook_orchestrator_prompt_make(options, &session, now);
	g_autofree char *long_text = NULL;
	g_autofree char *plain = NULL;

	g_assert_cmpstr(text, ==,
			"reception +15550100 de-AT 2026-11-28 09:05 {other} {\"a\": 1} {");
	/* What a variable holds is not read again. */
	session.assistant = "{caller}";
	session.caller = NULL;
	session.prompt = "{assistant} {caller}";
	plain = offhook_orchestrator_prompt_make(options, &session, now);
	g_assert_cmpstr(plain, ==, "{caller} unknown");
	session.prompt = NULL;
	long_text = offhook_orchestrator_prompt_make(polite, &session, now);
	g_assert_nonnull(strstr(long_text, "on the telephone"));
	g_assert_nonnull(strstr(long_text, "Answer in de-AT"));
}

static void
test_prompt_file(void)
{
	g_autofree char *dir = harness_make_dir();
	g_autofree char *path = g_build_filename(dir, "prompt.txt", NULL);
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 28, 9, 5, 0);
	const OffhookAgentOptions bare = {.assistant = "reception"};
	const OffhookAgentOptions own = {.assistant = "reception", .prompt = "Its own."};
	g_autoptr(OffhookOrchestratorOptions) options = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *from_file = NULL;
	g_autofree char *from_section = NULL;

	g_assert_true(g_file_set_contents(path, "You are {assistant}.", -1, NULL));
	options = read_options("prompt-file", path, &error);
	g_assert_no_error(error);
	from_file = offhook_orchestrator_prompt_make(options, &bare, now);
	from_section = offhook_orchestrator_prompt_make(options, &own, now);
	g_assert_true(g_str_has_prefix(from_file, "You are reception.\n"));
	g_assert_true(g_str_has_prefix(from_section, "Its own.\n"));
	g_assert_true(g_file_set_contents(path, "\xff\xfe", -1, NULL));
	g_assert_null(read_options("prompt-file", path, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	harness_remove_dir(dir);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/orchestrator/options/defaults", test_defaults);
	g_test_add_func("/orchestrator/options/destinations", test_destinations);
	g_test_add_func("/orchestrator/options/prompt", test_prompt);
	g_test_add_func("/orchestrator/options/prompt-file", test_prompt_file);
	return g_test_run();
}
