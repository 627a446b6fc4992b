/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last resort: what is said when the agents before have a problem. */

#include "../dialog-agent.h"

#include "harness.h"
#include "turn-log.h"
#include <offhook/error.h>
#include <string.h>

typedef struct {
	OffhookAgent *agent;
	OffhookAgentSession *session;
} Fixture;

static OffhookAgentSession *
open_session(OffhookAgent *agent, guint place, const char *key, const char *value, GError **error)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	const OffhookAgentOptions given = {
	    .assistant = "reception", .language = "en", .options = options, .place = place};

	if (key != NULL)
		g_hash_table_insert(options, (gpointer)key, (gpointer)value);
	/* What the one refuses the other does, too. */
	if (!offhook_agent_check_options(agent, &given, NULL)) {
		g_assert_null(offhook_agent_open_session(agent, &given, error));
		return NULL;
	}
	return offhook_agent_open_session(agent, &given, error);
}

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(OffhookSettings) settings = NULL;

	g_hash_table_insert(values, "data-dir", "/nonexistent");
	settings =
	    offhook_settings_new(offhook_dialog_agent_settings, values, "agent:dialog", NULL);
	f->agent = g_object_new(OFFHOOK_TYPE_DIALOG_AGENT, NULL);
	g_assert_true(offhook_agent_configure(f->agent, settings, NULL));
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_assert_finalize_object(f->agent);
}

/* (transfer full) */
static OffhookTurnLog *
say(Fixture *f, OffhookTurnKind kind, const char *words)
{
	OffhookTurnLog *log = offhook_turn_log_run(f->session, kind, words, 1.0, 1);

	g_test_message("%s: %s", words, log->said->str);
	g_assert_no_error(log->error);
	g_assert_true(log->answered);
	offhook_agent_session_heard(f->session, log->said->str, FALSE);
	return log;
}

static void
expect(Fixture *f, OffhookTurnKind kind, const char *words, const char *part)
{
	g_autoptr(OffhookTurnLog) log = say(f, kind, words);

	g_assert_nonnull(strstr(log->said->str, part));
	g_assert_cmpuint(log->n_acts, ==, 0);
}

static void
test_call_back(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) last = NULL;

	f->session = open_session(f->agent, 1, NULL, NULL, NULL);
	expect(f, OFFHOOK_TURN_MESSAGE, "i'd like to book a table for four on friday",
	       "technical problem");
	expect(f, OFFHOOK_TURN_MESSAGE, "another number", "Which number");
	expect(f, OFFHOOK_TURN_DIGITS, "15550142", "Is that right?");
	last = say(f, OFFHOOK_TURN_MESSAGE, "yes");
	g_assert_nonnull(strstr(last->said->str, "call you back"));
	g_assert_cmpint(last->action, ==, OFFHOOK_ACTION_HANG_UP);
}

static void
test_same_number(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) last = NULL;

	f->session = open_session(f->agent, 1, NULL, NULL, NULL);
	expect(f, OFFHOOK_TURN_MESSAGE, "hello there", "or another one?");
	expect(f, OFFHOOK_TURN_MESSAGE, "can i speak to a human", "can't put you through");
	last = say(f, OFFHOOK_TURN_MESSAGE, "this number");
	g_assert_cmpint(last->action, ==, OFFHOOK_ACTION_HANG_UP);
}

static void
test_person(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) last = NULL;

	f->session = open_session(f->agent, 2, "human", "+15550111", NULL);
	expect(f, OFFHOOK_TURN_MESSAGE, "what is the weather like", "put you through to a person");
	last = say(f, OFFHOOK_TURN_MESSAGE, "a person please");
	g_assert_cmpint(last->action, ==, OFFHOOK_ACTION_TRANSFER);
	g_assert_cmpstr(last->argument, ==, "+15550111");
	expect(f, OFFHOOK_TURN_FAILURE, "nobody answers", "call me back");
}

/* Alone, or first, it is the restaurant; and a key that no variable has is a mistake. */
static void
test_places(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_null(open_session(f->agent, 0, "human", "+15550111", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	f->session = open_session(f->agent, 0, "address", "one Test Street", NULL);
	log = say(f, OFFHOOK_TURN_MESSAGE, "where is the restaurant");
	g_assert_nonnull(strstr(log->said->str, "one Test Street"));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/dialog/trouble/call-back", Fixture, NULL, set_up, test_call_back, tear_down);
	g_test_add("/dialog/trouble/same-number", Fixture, NULL, set_up, test_same_number,
		   tear_down);
	g_test_add("/dialog/trouble/person", Fixture, NULL, set_up, test_person, tear_down);
	g_test_add("/dialog/trouble/places", Fixture, NULL, set_up, test_places, tear_down);
	return g_test_run();
}
