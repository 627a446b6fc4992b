/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The agent: which file is read, and when it is read again; the turns of its sessions. */

#include "../dialog-agent.h"
#include "../dialog-session.h"

#include "harness.h"
#include "turn-log.h"
#include <glib/gstdio.h>
#include <offhook/error.h>
#include <string.h>

#define SCRIPT(answer)                                                                             \
	"{\"format\": 1, \"name\": \"x\", \"intents\": [{\"name\": \"a\", \"phrases\": "           \
	"[\"good day\"], \"answers\": [\"" answer "\"]}]}"

typedef struct {
	OffhookAgent *agent;
	char *dir;
	char *path;
	guint n_written;
} Fixture;

static void
configure(Fixture *f, const char *file)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings = NULL;
	g_autoptr(GError) error = NULL;

	g_hash_table_insert(values, "data-dir", f->dir);
	if (file != NULL)
		g_hash_table_insert(values, "file", (gpointer)file);
	settings =
	    offhook_settings_new(offhook_dialog_agent_settings, values, "agent:dialog", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_agent_configure(f->agent, settings, &error));
	g_assert_no_error(error);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	f->agent = g_object_new(OFFHOOK_TYPE_DIALOG_AGENT, NULL);
	f->dir = harness_make_dir();
	f->path = g_build_filename(f->dir, "script.json", NULL);
	configure(f, NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_assert_finalize_object(f->agent);
	harness_remove_dir(f->dir);
	g_free(f->dir);
	g_free(f->path);
}

/* Writes the script, as of a later time than the last one. */
static void
write_script(Fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GFile) file = g_file_new_for_path(f->path);

	g_file_set_contents(f->path, text, -1, &error);
	g_assert_no_error(error);
	g_file_set_attribute_uint64(file, G_FILE_ATTRIBUTE_TIME_MODIFIED, 1000000 + ++f->n_written,
				    G_FILE_QUERY_INFO_NONE, NULL, &error);
	g_assert_no_error(error);
}

/* @path: (nullable): of the assistant */
static OffhookAgentSession *
open_session(Fixture *f, const char *path, GError **error)
{
	g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookAgentOptions options = {.assistant = "x", .language = "en", .options = table};

	if (path != NULL)
		g_hash_table_insert(table, "file", (gpointer)path);
	return offhook_agent_open_session(f->agent, &options, error);
}

static void
assert_says(OffhookAgentSession *session, const char *text)
{
	g_autoptr(OffhookTurnLog) log =
	    offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "good day", 1.0, 0);

	g_assert_cmpstr(log->said->str, ==, text);
}

/* Without any file: the restaurant inside the plugin. */
static void
test_sample(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) session = open_session(f, NULL, &error);
	g_autoptr(OffhookTurnLog) log = NULL;

	g_assert_no_error(error);
	log = offhook_turn_log_run(session, OFFHOOK_TURN_START, NULL, 1.0, 0);
	g_assert_nonnull(strstr(log->said->str, "Trattoria Lucia"));
	g_assert_nonnull(log->expectation);
}

/* The installed sample comes before the one inside, the setting before both, the assistant's first. */
static void
test_which_file(Fixture *f, gconstpointer data)
{
	g_autofree char *installed = g_build_filename(f->dir, "restaurant.json", NULL);
	g_autofree char *configured = g_build_filename(f->dir, "configured.json", NULL);
	g_autoptr(OffhookAgentSession) first = NULL;
	g_autoptr(OffhookAgentSession) second = NULL;
	g_autoptr(OffhookAgentSession) third = NULL;
	g_autoptr(GError) error = NULL;

	g_file_set_contents(installed, SCRIPT("Installed."), -1, &error);
	g_assert_no_error(error);
	g_file_set_contents(configured, SCRIPT("Configured."), -1, &error);
	g_assert_no_error(error);
	write_script(f, SCRIPT("Own."));

	first = open_session(f, NULL, &error);
	g_assert_no_error(error);
	assert_says(first, "Installed.");
	configure(f, configured);
	second = open_session(f, NULL, &error);
	g_assert_no_error(error);
	assert_says(second, "Configured.");
	third = open_session(f, f->path, &error);
	g_assert_no_error(error);
	assert_says(third, "Own.");
}

static void
test_missing_file(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(open_session(f, f->path, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
	g_clear_error(&error);
	/* and again, from what is remembered */
	g_assert_null(open_session(f, f->path, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND);
}

/* A session keeps the script it began with; the next one has the new one. */
static void
test_changed_file(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookAgentSession) first = NULL;
	g_autoptr(OffhookAgentSession) second = NULL;
	g_autoptr(GError) error = NULL;

	write_script(f, SCRIPT("Old."));
	first = open_session(f, f->path, &error);
	g_assert_no_error(error);
	write_script(f, SCRIPT("New."));
	second = open_session(f, f->path, &error);
	g_assert_no_error(error);
	assert_says(first, "Old.");
	assert_says(second, "New.");
}

/* A broken file does not stop a running daemon; it is said once. */
static void
test_broken_file(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookAgentSession) first = NULL;
	g_autoptr(OffhookAgentSession) second = NULL;
	g_autoptr(OffhookAgentSession) third = NULL;
	g_autoptr(GError) error = NULL;

	write_script(f, SCRIPT("Good."));
	first = open_session(f, f->path, &error);
	g_assert_no_error(error);
	write_script(f, "{");
	g_test_expect_message("offhook-dialog", G_LOG_LEVEL_WARNING, "*script.json*");
	second = open_session(f, f->path, &error);
	g_test_assert_expected_messages();
	g_assert_no_error(error);
	assert_says(second, "Good.");
	third = open_session(f, f->path, &error);
	g_assert_no_error(error);
	assert_says(third, "Good.");
}

/* What a start would refuse is refused, also while the running daemon goes on with the old. */
static void
test_check_options(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
	OffhookAgentOptions options = {.assistant = "x", .language = "en", .options = table};
	g_autoptr(OffhookAgentSession) session = NULL;
	g_autoptr(GError) error = NULL;

	write_script(f, SCRIPT("Good."));
	g_hash_table_insert(table, "file", f->path);
	g_assert_true(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_no_error(error);
	session = open_session(f, f->path, &error);
	write_script(f, "{");
	g_assert_false(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);

	write_script(f, SCRIPT("Good."));
	g_hash_table_insert(table, "flie", f->path);
	g_assert_false(offhook_agent_check_options(f->agent, &options, &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

/* The daemon greets; the session only says what it expects. */
static void
test_greeting(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) session = open_session(f, NULL, &error);
	g_autoptr(JsonObject) context = json_object_new();
	g_autoptr(OffhookTurnLog) log = offhook_turn_log_new();

	json_object_set_string_member(context, "greeting", "Hello.");
	offhook_turn_log_begin(log, session, OFFHOOK_TURN_START, NULL, 1.0, 0, context);
	offhook_turn_log_wait(log);
	g_assert_true(log->answered);
	g_assert_cmpuint(log->n_said, ==, 0);
	g_assert_cmpuint(log->n_expected, ==, 1);
}

static void
test_actions(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) session = open_session(f, NULL, &error);
	g_autoptr(OffhookTurnLog) human =
	    offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "can i speak to a human", 1.0, 0);
	g_autoptr(OffhookTurnLog) goodbye = NULL;

	g_assert_cmpuint(human->n_acts, ==, 1);
	g_assert_cmpint(human->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(human->argument, ==, "+15550100");
	goodbye = offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "goodbye", 1.0, 0);
	g_assert_cmpuint(goodbye->n_acts, ==, 1);
	g_assert_cmpint(goodbye->action, ==, OFFHOOK_ACTION_HANG_UP);
}

/* What the script leaves to others is not answered. */
static void
test_pass(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) session = NULL;
	g_autoptr(OffhookTurnLog) log = NULL;

	write_script(f, "{\"format\": 1, \"name\": \"x\", \"intents\": [{\"name\": \"a\", "
			"\"phrases\": [\"good day\"], \"answers\": [\"Hello.\"]}], \"fallback\": "
			"{\"action\": \"pass\"}}");
	session = open_session(f, f->path, &error);
	g_assert_no_error(error);
	log = offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "what is the weather", 1.0, 0);
	g_assert_false(log->answered);
	g_assert_cmpuint(log->n_said + log->n_expected + log->n_acts, ==, 0);
}

static void
test_time(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookAgentSession) session = open_session(f, NULL, &error);
	g_autoptr(GDateTime) sunday = g_date_time_new_utc(2026, 11, 22, 15, 0, 0);
	g_autoptr(OffhookTurnLog) log = NULL;

	offhook_dialog_session_set_now(OFFHOOK_DIALOG_SESSION(session), sunday);
	log = offhook_turn_log_run(session, OFFHOOK_TURN_MESSAGE, "are you open tomorrow", 1.0, 0);
	g_assert_nonnull(strstr(log->said->str, "closed tomorrow"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add("/dialog/agent/" name, Fixture, NULL, set_up, func, tear_down)
	ADD("sample", test_sample);
	ADD("which-file", test_which_file);
	ADD("missing-file", test_missing_file);
	ADD("changed-file", test_changed_file);
	ADD("broken-file", test_broken_file);
	ADD("check-options", test_check_options);
	ADD("greeting", test_greeting);
	ADD("actions", test_actions);
	ADD("pass", test_pass);
	ADD("time", test_time);
	return g_test_run();
}
