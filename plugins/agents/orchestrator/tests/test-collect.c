/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Details: which values are any, what the model is told of them, and when they are the caller's own. */

#include "../orchestrator-agent.h"
#include "../orchestrator-fields.h"

#include "harness.h"
#include "host.h"
#include "model.h"
#include "turn-log.h"
#include <offhook/error.h>
#include <string.h>

#define FIELDS                                                                                     \
	"name:name!, party:number(1..20)!, day:date, time:time, email:email, home:address, "       \
	"phone:phone, note:text"

/* ---- the fields ---- */

static void
test_values(void)
{
	static const struct {
		guint field;
		const char *text;
		const char *value; /* (nullable): it is none */
	} cases[] = {
	    {0, "  Ann   de Vries ", "Ann de Vries"},
	    {0, "Zoë", "Zoë"},
	    {0, "Ann 2", NULL},
	    {0, "", NULL},
	    {0, "...", NULL},
	    {1, "4", "4"},
	    {1, " 20 ", "20"},
	    {1, "0", NULL},
	    {1, "21", NULL},
	    {1, "four", NULL},
	    {1, "4.5", NULL},
	    {2, "2026-11-28", "2026-11-28"},
	    {2, "2028-02-29", "2028-02-29"},
	    {2, "2026-11-27", NULL},
	    {2, "2027-02-29", NULL},
	    {2, "2027-13-01", NULL},
	    {2, "tomorrow", NULL},
	    {2, "2027-1-1", NULL},
	    {3, "19:30", "19:30"},
	    {3, "00:00", "00:00"},
	    {3, "24:00", NULL},
	    {3, "7:30", NULL},
	    {3, "19:60", NULL},
	    {4, "Ann.Smith+x@Example.COM", "Ann.Smith+x@example.com"},
	    {4, "ann@example", NULL},
	    {4, "ann.@example.com", NULL},
	    {4, "ann@-example.com", NULL},
	    {4, "ann at example dot com", NULL},
	    {4, "a@b@example.com", NULL},
	    {5, "Baker Street 221b,  London", "Baker Street 221b, London"},
	    {5, "x", NULL},
	    {6, "+49 (40) 123-456.7", "+49401234567"},
	    {6, "0049401234567", "+49401234567"},
	    {6, "040 1234567", NULL},
	    {6, "+49", NULL},
	    {6, "+4940123456789012345", NULL},
	    {7, " a window seat ", "a window seat"},
	    {7, " ", NULL},
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) fields = offhook_orchestrator_fields_parse(FIELDS, &error);
	g_autoptr(GDateTime) today = g_date_time_new_local(2026, 11, 28, 12, 0, 0);

	g_assert_no_error(error);
	g_assert_cmpuint(fields->len, ==, 8);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) refusal = NULL;
		g_autofree char *value = offhook_orchestrator_field_normalise(
		    g_ptr_array_index(fields, cases[i].field), cases[i].text, today, &refusal);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(value, ==, cases[i].value);
		if (value == NULL)
			g_assert_error(refusal, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT);
	}
}

static void
test_configuration(void)
{
	static const char *const bad[] = {
	    "name",        "name:",         ":name",          "Name:name",
	    "name:colour", "a:name,a:text", "a:date(1..2)",   "a:number(2..1)",
	    "a:number(1)", "a:name?",       "a:name,,b:name", "a:number(1..99999999999999)"};
	g_autoptr(GPtrArray) none = offhook_orchestrator_fields_parse(NULL, NULL);
	g_autoptr(GString) many = g_string_new("f:text");
	g_autoptr(GError) too_many = NULL;

	g_assert_cmpuint(none->len, ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", bad[i]);
		g_assert_null(offhook_orchestrator_fields_parse(bad[i], &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	}
	for (guint i = 0; i < OFFHOOK_ORCHESTRATOR_MAX_FIELDS; i++)
		g_string_append_printf(many, ",f%u:text", i);
	g_assert_null(offhook_orchestrator_fields_parse(many->str, &too_many));
	g_assert_error(too_many, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

/* ---- the conversation ---- */

typedef struct {
	OffhookAgent *agent;
	OffhookCompleter *model;
	OffhookAgentHost *host;
	OffhookAgentSession *session;
	guint asked; /* of the model */
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GHashTable) options = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;
	OffhookAgentOptions given = {
	    .assistant = "reception", .language = "en", .options = options, .prompt = "Be kind."};

	f->agent = g_object_new(OFFHOOK_TYPE_ORCHESTRATOR_AGENT, NULL);
	f->model = model_new();
	f->host = host_new(NULL);
	given.completer = f->model;
	given.host = f->host;
	g_hash_table_insert(options, (gpointer) "collect",
			    (gpointer) "name:name!, party:number(1..20)!, note:text");
	f->session = offhook_agent_open_session(f->agent, &given, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
	g_clear_object(&f->session);
	g_assert_null(
	    offhook_toolbox_find(offhook_agent_host_get_toolbox(f->host), "save_details"));
	g_assert_finalize_object(f->host);
	g_assert_finalize_object(f->model);
	g_assert_finalize_object(f->agent);
}

/* The caller says @words, the model saves and says @answer. (transfer full): what it was told of that */
static char *
save(Fixture *f, const char *words, const char *arguments, const char *answer)
{
	g_autoptr(OffhookTurnLog) log = NULL;
	const char *request;

	model_queue(f->model, NULL, "save_details", arguments);
	model_queue(f->model, answer, NULL, NULL);
	log = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, words, 1.0, 0);
	g_assert_true(log->answered);
	offhook_agent_session_heard(f->session, answer, FALSE);
	f->asked += 2;
	request = model_get_request(f->model, f->asked);
	return g_strdup(strrchr(request, ':') != NULL ? g_strrstr(request, "tool: ") : "");
}

static void
test_collected(Fixture *f, gconstpointer data)
{
	g_autofree char *first = save(f, "this is Ann", "{\"name\":\" Ann \"}", "For how many?");
	g_autofree char *wrong = save(f, "fifty", "{\"party\":50}", "That is too many.");
	g_autofree char *early =
	    save(f, "four", "{\"party\":4,\"confirmed\":true}", "Ann, four people, right?");
	g_autofree char *yes = NULL;
	g_autofree char *change = NULL;

	g_assert_nonnull(strstr(model_get_prompt(f->model), "- name: a name"));
	g_assert_nonnull(strstr(model_get_prompt(f->model), "Details so far: name Ann, party 4. "));
	g_assert_cmpstr(first, ==, "tool: Still missing: party. \n");
	g_assert_cmpstr(wrong, ==,
			"tool: Not saved: party: expected a whole number from 1 to 20. Still "
			"missing: party. \n");
	/* He has not heard them yet. */
	g_assert_nonnull(strstr(early, "All there, not confirmed: name Ann, party 4. "));
	g_assert_cmpstr(host_get_notes(f->host), ==, "");
	yes = save(f, "yes", "{\"confirmed\":true}", "Thank you.");
	g_assert_cmpstr(yes, ==, "tool: Confirmed and noted.\n");
	g_assert_cmpstr(host_get_notes(f->host), ==,
			"details.collected {\"details\":{\"name\":\"Ann\",\"party\":\"4\"}}\n");
	g_assert_cmpstr(
	    json_object_get_string_member(offhook_agent_host_get_variables(f->host), "party"), ==,
	    "4");
	/* Another wish has to be confirmed again. */
	change = save(f, "make it five", "{\"party\":5,\"confirmed\":true}", "Five, right?");
	g_assert_nonnull(strstr(change, "not confirmed: name Ann, party 5. "));
}

/* Keys are the answer to a question for a number, and to no other. */
static void
test_keys(Fixture *f, gconstpointer data)
{
	g_autoptr(OffhookTurnLog) name = NULL;
	g_autoptr(OffhookTurnLog) party = NULL;
	g_autoptr(OffhookTurnLog) keys = NULL;
	guint min, max;

	model_queue(f->model, "What is your name?", NULL, NULL);
	name = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, "a table", 1.0, 0);
	g_assert_cmpint(offhook_expectation_get_kind(name->expectation), ==, OFFHOOK_EXPECT_OPEN);
	model_queue(f->model, NULL, "save_details", "{\"name\":\"Ann\"}");
	model_queue(f->model, "How many will you be? ", NULL, NULL);
	party = offhook_turn_log_run(f->session, OFFHOOK_TURN_MESSAGE, "Ann", 1.0, 0);
	g_assert_cmpint(offhook_expectation_get_kind(party->expectation), ==,
			OFFHOOK_EXPECT_DIGITS);
	offhook_expectation_get_digits(party->expectation, &min, &max);
	g_assert_cmpuint(max, ==, 2);
	model_queue(f->model, "I see.", NULL, NULL);
	keys = offhook_turn_log_run(f->session, OFFHOOK_TURN_DIGITS, "4", 1.0, 0);
	g_assert_true(g_str_has_suffix(model_get_request(f->model, 4),
				       "user: [the caller pressed the keys 4 for party]\n"));
	g_assert_cmpint(offhook_expectation_get_kind(keys->expectation), ==, OFFHOOK_EXPECT_OPEN);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/orchestrator/collect/values", test_values);
	g_test_add_func("/orchestrator/collect/configuration", test_configuration);
	g_test_add("/orchestrator/collect/collected", Fixture, NULL, set_up, test_collected,
		   tear_down);
	g_test_add("/orchestrator/collect/keys", Fixture, NULL, set_up, test_keys, tear_down);
	return g_test_run();
}
