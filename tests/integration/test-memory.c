/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Callers who call again, by way of ConversationRelay, which speaks words: what is remembered of them,
 * and that it is forgotten when they ask for it.
 */

#include "fixture.h"
#include "service.h"

#include "harness.h"

#include <string.h>

#define ADA    "+15550100901"
#define GRACE  "+15550100902"
#define NUMBER "+15550100002"
#define CONFIG_OF(agents)                                                                          \
	"rate-limit-conversations=0\n"                                                             \
	"[driver:twilio]\nauth-token=" FIXTURE_AUTH_TOKEN "\n"                                     \
	"[assistant:front]\ndriver=twilio\nnumber=" NUMBER                                         \
	"\nagents=" agents "\ntwilio.mode=relay\ntwilio.relay-tts-provider=Google\n"
#define CONFIG CONFIG_OF("memory, dialog")
#define EMBED CONFIG "embed=openai\n[engine:openai]\n%s\n"

static void
test_set_up(Fixture *fixture, gconstpointer data)
{
	fixture_set_up(fixture, data);
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
}

/* A call in which @words are said. (transfer full): all that was said in it */
static char *
call(Fixture *fixture, const char *from, const char *words)
{
	g_free(fixture_finish_emulator(fixture_spawn_emulator(fixture, "--to-number", NUMBER,
							      "--from", from, "--say", words,
							      "--expect", "heard", NULL),
				       0));
	return fixture_read_talk(fixture, NULL);
}

/* @path: after "/memory/" and the number */
static JsonObject *
ask(Fixture *fixture, const char *method, const char *from, const char *path, guint status)
{
	g_autofree char *number = g_uri_escape_string(from, NULL, FALSE);
	g_autofree char *whole = g_strconcat("/memory/", number, path, NULL);

	return fixture_request(fixture, method, whole, NULL, status);
}

/* "kind:text | kind:text", newest first. (transfer full) */
static char *
list(Fixture *fixture, const char *from, const char *path)
{
	g_autoptr(JsonObject) reply = ask(fixture, "GET", from, path, 200);
	JsonArray *memories = json_object_get_array_member(reply, "memories");
	GString *text = g_string_new(NULL);

	g_assert_cmpint(json_object_get_int_member(reply, "count"), ==,
			json_array_get_length(memories));
	for (guint i = 0; i < json_array_get_length(memories); i++) {
		JsonObject *memory = json_array_get_object_element(memories, i);

		g_string_append_printf(text, "%s%s:%s", i > 0 ? " | " : "",
				       json_object_get_string_member(memory, "kind"),
				       json_object_get_string_member(memory, "text"));
		g_assert_cmpint(strlen(json_object_get_string_member(memory, "created_at")), ==,
				24);
		g_assert_true(json_object_has_member(memory, "score") ==
			      g_str_has_prefix(path, "?"));
	}
	return g_string_free(text, FALSE);
}

typedef struct {
	Fixture *fixture;
	const char *from;
	const char *part;
} Wait;

static gboolean
is_remembered(gpointer data)
{
	Wait *wait = data;
	g_autofree char *text = list(wait->fixture, wait->from, "");

	return strstr(text, wait->part) != NULL;
}

/* A summary is written after the call. */
static void
wait_for(Fixture *fixture, const char *from, const char *part)
{
	Wait wait = {fixture, from, part};

	harness_poll_until(is_remembered, &wait, part);
}

static void
test_second_call(Fixture *fixture, gconstpointer data)
{
	Listener *listener = listener_new(
	    fixture, "{\"type\":\"subscribe\",\"events\":[\"variable.set\",\"memory.stored\"]}");
	g_autofree char *first = call(fixture, ADA, "my name is ada and i prefer the window");
	g_autofree char *known = NULL;
	g_autofree char *found = NULL;
	g_autofree char *nobody = NULL;
	g_autofree char *second = NULL;
	g_autofree char *other = NULL;

	wait_for(fixture, ADA, "summary:");
	known = list(fixture, ADA, "");
	g_assert_nonnull(strstr(known, "fact:Ada"));
	g_assert_nonnull(strstr(known, "preference:i prefer the window"));
	g_assert_nonnull(strstr(known, "summary:\"my name is ada and i prefer the window\""));
	found = list(fixture, ADA, "?q=at%20the%20windows&limit=1");
	g_assert_nonnull(strstr(found, "window"));
	g_assert_null(strstr(found, "|"));
	listener_wait(listener, "memory.stored", 2);
	second = call(fixture, ADA, "what do you know about me");
	g_assert_nonnull(strstr(second, "assistant: This is what I have noted about you:"));
	g_assert_nonnull(strstr(second, "Ada"));
	listener_wait(listener, "variable.set", 1);
	listener_free(listener);
	/* Somebody else is somebody else. */
	nobody = list(fixture, GRACE, "");
	g_assert_cmpstr(nobody, ==, "");
	other = call(fixture, GRACE, "what do you know about me");
	g_assert_nonnull(strstr(other, "I have noted nothing about you."));
}

/* (transfer full): of the last conversation */
static JsonObject *
read_context(Fixture *fixture, const char *from)
{
	g_autoptr(JsonObject) reply = ask(fixture, "GET", from, "/context", 200);
	JsonArray *recent = json_object_get_array_member(
	    json_object_get_object_member(reply, "context"), "recent_conversations");

	g_assert_cmpuint(json_array_get_length(recent), >, 0);
	return json_object_ref(json_array_get_object_element(recent, 0));
}

/* What was noted of a conversation is its summary, until it is forgotten. */
static void
test_context(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = call(fixture, ADA, "my name is ada and i prefer the window");
	g_autoptr(JsonObject) known = NULL;
	g_autoptr(JsonObject) rest = NULL;
	g_autoptr(JsonObject) forgotten = NULL;

	wait_for(fixture, ADA, "summary:");
	known = read_context(fixture, ADA);
	g_assert_cmpstr(json_object_get_string_member(known, "summary"), ==,
			"\"my name is ada and i prefer the window\"");
	rest = ask(fixture, "DELETE", ADA, "", 200);
	forgotten = read_context(fixture, ADA);
	g_assert_true(json_object_get_null_member(forgotten, "summary"));
}

/* The assistant's model writes the summary, though no agent that answers has one. */
static void
test_summary_by_model(Fixture *fixture, gconstpointer data)
{
	g_autofree char *path = g_build_filename(fixture->dir, "script.json", NULL);
	g_autofree char *arguments = g_strdup_printf("--script '%s'", path);
	g_autofree char *config = NULL;
	g_autofree char *first = NULL;
	Service *service;

	g_assert_true(g_file_set_contents(
	    path,
	    "{\"answers\":[{\"text\":\"{\\\"summary\\\":\\\"Ada asked for a quiet "
	    "table.\\\"}\"}]}",
	    -1, NULL));
	service = service_start("openai", arguments);
	config =
	    g_strdup_printf(CONFIG FIXTURE_PATIENT "llm=openai\n[engine:openai]\nbase-url=%s\n",
			    service_get_base_url(service));
	fixture_configure(fixture, config);
	fixture_start(fixture);
	first = call(fixture, ADA, "my name is ada");
	wait_for(fixture, ADA, "summary:Ada asked for a quiet table.");
	service_stop(service);
}

static void
test_forgotten(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = call(fixture, ADA, "my name is ada");
	g_autofree char *second = NULL;
	g_autofree char *third = NULL;
	g_autofree char *left = NULL;

	wait_for(fixture, ADA, "summary:");
	second = call(fixture, ADA, "please forget everything you know about me");
	g_assert_nonnull(
	    strstr(second, "assistant: I have forgotten everything I had noted about you."));
	third = call(fixture, ADA, "what do you know about me");
	/* That it was asked to forget is not noted, either. */
	g_assert_nonnull(strstr(third, "I have noted nothing about you."));
	left = list(fixture, ADA, "?q=ada%20forget%20everything");
	g_assert_cmpstr(left, ==, "");
}

static void
test_rest(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = call(fixture, ADA, "my name is ada and i like red wine");
	g_autoptr(JsonObject) all = NULL;
	g_autoptr(JsonObject) one = NULL;
	g_autoptr(JsonObject) gone = NULL;
	g_autoptr(JsonObject) bad = NULL;
	g_autoptr(JsonObject) rest = NULL;
	g_autofree char *path = NULL;
	g_autofree char *left = NULL;

	wait_for(fixture, ADA, "summary:");
	all = ask(fixture, "GET", "0015550100901", "", 200);
	g_assert_cmpstr(json_object_get_string_member(all, "user_id"), ==, ADA);
	g_assert_cmpint(json_object_get_int_member(all, "count"), ==, 3);
	path = g_strconcat(
	    "/",
	    json_object_get_string_member(
		json_array_get_object_element(json_object_get_array_member(all, "memories"), 0),
		"id"),
	    NULL);
	one = ask(fixture, "DELETE", ADA, path, 200);
	g_assert_cmpint(json_object_get_int_member(one, "deleted"), ==, 1);
	gone = ask(fixture, "DELETE", ADA, path, 404);
	left = list(fixture, ADA, "");
	g_assert_null(strstr(left, "summary:"));
	bad = ask(fixture, "GET", ADA, "?q=x&limit=0", 400);
	rest = ask(fixture, "DELETE", ADA, "", 200);
	g_assert_true(json_object_get_boolean_member(rest, "success"));
	g_assert_cmpint(json_object_get_int_member(rest, "deleted"), ==, 2);
}

/* With all the rest of the caller's, and counted. */
static void
test_erased(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = call(fixture, ADA, "my name is ada");
	g_autoptr(JsonObject) receipt = NULL;
	g_autofree char *left = NULL;

	wait_for(fixture, ADA, "summary:");
	receipt = fixture_request(fixture, "DELETE", "/callers/%2B15550100901", NULL, 200);
	g_assert_cmpint(
	    json_object_get_int_member(json_object_get_object_member(receipt, "rows"), "memories"),
	    ==, 2);
	left = list(fixture, ADA, "");
	g_assert_cmpstr(left, ==, "");
}

/* Another agent has answered him, and what he said with it is remembered all the same. */
static void
test_answered_by_another(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = NULL;

	fixture_configure(fixture,
			  CONFIG_OF("memory, sentiment, dialog") "sentiment.after=1\n"
				 "sentiment.then=offer\nsentiment.human=+15550100007\n");
	fixture_start(fixture);
	first = call(fixture, ADA, "this is awful and terrible and i am allergic to nuts");
	g_assert_nonnull(strstr(first, "person"));
	wait_for(fixture, ADA, "allergic to nuts");
	wait_for(fixture, ADA, "summary:\"this is awful");
}

static void
test_command(Fixture *fixture, gconstpointer data)
{
	g_autofree char *first = call(fixture, ADA, "my name is ada");
	g_autofree char *shown = NULL;
	g_autofree char *found = NULL;
	g_autofree char *forgot = NULL;

	wait_for(fixture, ADA, "summary:");
	shown = fixture_run_cli(fixture, "memory " ADA, 0);
	g_assert_nonnull(strstr(shown, "fact"));
	g_assert_nonnull(strstr(shown, "Ada"));
	found = fixture_run_cli(fixture, "memory " ADA " --search zebra", 0);
	g_assert_null(strstr(found, "Ada"));
	forgot = fixture_run_cli(fixture, "memory " ADA " --forget", 0);
	g_assert_nonnull(strstr(forgot, "2 forgotten"));
}

static gboolean
has_asked(gpointer data)
{
	g_autoptr(JsonObject) state = service_get_state(data);

	return json_object_get_int_member(state, "requests") >= 4;
}

/* Each memory gets a vector, and so do the caller's words. */
static void
test_embedded(Fixture *fixture, gconstpointer data)
{
	Service *service = service_start("openai", "");
	g_autofree char *setting = g_strconcat("base-url=", service_get_base_url(service), NULL);
	g_autofree char *config = g_strdup_printf(EMBED, setting);
	g_autofree char *first = NULL;

	fixture_configure(fixture, config);
	fixture_start(fixture);
	first = call(fixture, ADA, "my name is ada and i prefer the window");
	wait_for(fixture, ADA, "summary:");
	harness_poll_until(has_asked, service, "four questions");
	service_stop(service);
}

#define ADD(name, func)                                                                            \
	g_test_add("/memory/" name, Fixture, NULL, test_set_up, func, fixture_tear_down)

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	ADD("second-call", test_second_call);
	ADD("context", test_context);
	ADD("forgotten", test_forgotten);
	ADD("rest", test_rest);
	ADD("erased", test_erased);
	ADD("command", test_command);
	g_test_add("/memory/summary-by-model", Fixture, NULL, fixture_set_up, test_summary_by_model,
		   fixture_tear_down);
	g_test_add("/memory/answered-by-another", Fixture, NULL, fixture_set_up,
		   test_answered_by_another, fixture_tear_down);
	g_test_add("/memory/embedded", Fixture, NULL, fixture_set_up, test_embedded,
		   fixture_tear_down);
	return g_test_run();
}
