/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * /supabase and /memory of a real daemon: what is kept of users, and who may see it.
 */

#include "fixture.h"

#include "harness.h"

#include <string.h>

#define SECRET      "0123456789abcdef0123456789abcdef"
#define SERVICE_KEY "sb_secret_5w0rdf1sh"
#define CONFIG                                                                                     \
	"jwt-secret=" SECRET "\nrate-limit-conversations=0\nrate-limit-health=0\n"                 \
	"[supabase]\nservice-role-key=" SERVICE_KEY "\n"                                           \
	"[driver:loopback]\n[assistant:line]\ndriver=loopback\nagents=echo\n"

static void
test_set_up(Fixture *fixture, gconstpointer data)
{
	fixture_set_up(fixture, data);
	fixture_configure(fixture, CONFIG);
	fixture_start(fixture);
}

/* ---- tokens ---- */

static char *
encode(const void *data, gsize size)
{
	char *text = g_base64_encode(data, size);

	g_strdelimit(g_strdelimit(text, "+", '-'), "/", '_');
	text[strcspn(text, "=")] = '\0';
	return text;
}

/* Good for an hour. @role: (nullable) */
static char *
make_token(const char *subject, const char *role)
{
	g_autofree char *claims = g_strdup_printf(
	    "{\"sub\":\"%s\",\"exp\":%" G_GINT64_FORMAT "%s%s%s}", subject,
	    g_get_real_time() / G_USEC_PER_SEC + 3600, role != NULL ? ",\"role\":\"" : "",
	    role != NULL ? role : "", role != NULL ? "\"" : "");
	g_autofree char *first = encode("{\"alg\":\"HS256\"}", 15);
	g_autofree char *second = encode(claims, strlen(claims));
	g_autofree char *text = g_strdup_printf("%s.%s", first, second);
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, (const guint8 *)SECRET, strlen(SECRET));
	guint8 digest[32];
	gsize size = sizeof digest;
	g_autofree char *third = NULL;

	g_hmac_update(hmac, (const guint8 *)text, -1);
	g_hmac_get_digest(hmac, digest, &size);
	third = encode(digest, size);
	return g_strdup_printf("%s.%s", text, third);
}

/* ---- asking ---- */

/* @token: (nullable): the API token */
static JsonObject *
ask(Fixture *fixture, const char *token, const char *method, const char *path, const char *body,
    guint status)
{
	g_autofree char *own = fixture->token;
	JsonObject *reply;

	fixture->token = g_strdup(token != NULL ? token : own);
	reply = fixture_request(fixture, method, path, body, status);
	g_free(fixture->token);
	fixture->token = g_steal_pointer(&own);
	return reply;
}

static void
tell(Fixture *fixture, const char *token, const char *path, const char *body)
{
	json_object_unref(ask(fixture, token, "POST", path, body, 200));
}

/* The inputs of what is listed at @path, newest first. */
static void
check_inputs(Fixture *fixture, const char *token, const char *path, const char *expected)
{
	g_autoptr(JsonObject) reply = ask(fixture, token, "GET", path, NULL, 200);
	JsonArray *array = json_object_get_array_member(reply, "interactions");
	g_autoptr(GString) inputs = g_string_new(NULL);

	for (guint i = 0; i < json_array_get_length(array); i++)
		g_string_append_printf(inputs, "%s%s", i > 0 ? " " : "",
				       json_object_get_string_member(
					   json_array_get_object_element(array, i), "input"));
	g_assert_cmpstr(inputs->str, ==, expected);
	g_assert_cmpint(json_object_get_int_member(reply, "count"), ==,
			json_array_get_length(array));
}

static void
check_refused(Fixture *fixture, const char *token, const char *method, const char *path,
	      const char *body, guint status, const char *code)
{
	g_autoptr(JsonObject) reply = ask(fixture, token, method, path, body, status);
	JsonObject *error = json_object_get_object_member(reply, "error");

	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, code);
}

static void
check_field(Fixture *fixture, const char *path, const char *body, const char *field)
{
	g_autoptr(JsonObject) reply = ask(fixture, NULL, "POST", path, body, 400);
	JsonObject *error = json_object_get_object_member(reply, "error");
	JsonObject *details = json_object_get_object_member(error, "details");

	g_assert_cmpstr(json_object_get_string_member(error, "code"), ==, "VALIDATION_ERROR");
	g_assert_cmpstr(json_object_get_string_member(details, "field"), ==, field);
	g_assert_true(json_object_has_member(details, "value"));
	g_assert_true(json_object_has_member(details, "expected"));
}

/* ---- tests ---- */

static void
test_interactions(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) reply =
	    ask(fixture, NULL, "POST", "/supabase/interactions",
		"{\"user_id\":\"ann\",\"session_id\":\"s1\",\"agent_type\":\"dialog\","
		"\"input\":\"one\",\"response\":\"uno\",\"metadata\":{\"a\":[1]}}",
		200);
	JsonObject *row = json_object_get_object_member(reply, "interaction");
	g_autoptr(JsonObject) stats = NULL;

	g_assert_true(json_object_get_boolean_member(reply, "success"));
	g_assert_cmpstr(json_object_get_string_member(row, "user_id"), ==, "ann");
	g_assert_cmpstr(json_object_get_string_member(row, "session_id"), ==, "s1");
	g_assert_cmpstr(json_object_get_string_member(row, "agent_type"), ==, "dialog");
	g_assert_cmpstr(json_object_get_string_member(row, "input"), ==, "one");
	g_assert_cmpstr(json_object_get_string_member(row, "response"), ==, "uno");
	g_assert_nonnull(
	    json_object_get_array_member(json_object_get_object_member(row, "metadata"), "a"));
	g_assert_cmpint(strlen(json_object_get_string_member(row, "created_at")), ==, 24);
	tell(fixture, NULL, "/supabase/interactions", "{\"user_id\":\"ann\",\"input\":\"two\"}");
	tell(fixture, NULL, "/supabase/interactions",
	     "{\"user_id\":\"bob\",\"session_id\":\"s1\",\"input\":\"three\"}");
	check_inputs(fixture, NULL, "/supabase/interactions/user/ann", "two one");
	check_inputs(fixture, NULL, "/supabase/interactions/user/ann?limit=1", "two");
	check_inputs(fixture, NULL, "/supabase/interactions/session/s1", "three one");
	stats = ask(fixture, NULL, "GET", "/supabase/stats?days=1", NULL, 200);
	g_assert_true(json_object_get_null_member(stats, "user_id"));
	g_assert_cmpint(json_object_get_int_member(stats, "total_interactions"), ==, 3);
	g_assert_cmpint(json_object_get_int_member(stats, "unique_users"), ==, 2);
	g_assert_cmpint(json_object_get_int_member(stats, "unique_sessions"), ==, 1);
	g_assert_cmpint(json_object_get_int_member(
			    json_object_get_object_member(stats, "by_agent_type"), "dialog"),
			==, 1);
}

static void
test_preferences(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) none =
	    ask(fixture, NULL, "GET", "/supabase/preferences/ann", NULL, 200);
	g_autoptr(JsonObject) reply = NULL;
	g_autoptr(JsonObject) memory = NULL;
	JsonObject *context;

	g_assert_cmpint(json_object_get_size(json_object_get_object_member(none, "preferences")),
			==, 0);
	g_assert_true(json_object_get_null_member(none, "updated_at"));
	tell(fixture, NULL, "/supabase/preferences/ann", "{\"preferences\":{\"seat\":\"window\"}}");
	tell(fixture, NULL, "/memory/ann/context", "{\"knowledge\":{\"topics\":[\"wine\"]}}");
	reply = ask(fixture, NULL, "GET", "/supabase/preferences/ann", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(
			    json_object_get_object_member(reply, "preferences"), "seat"),
			==, "window");
	memory = ask(fixture, NULL, "GET", "/memory/ann/context", NULL, 200);
	g_assert_cmpstr(json_object_get_string_member(memory, "user_id"), ==, "ann");
	context = json_object_get_object_member(memory, "context");
	g_assert_cmpint(
	    json_array_get_length(json_object_get_array_member(context, "recent_conversations")),
	    ==, 0);
	g_assert_cmpstr(json_object_get_string_member(
			    json_object_get_object_member(context, "preferences"), "seat"),
			==, "window");
	context = json_object_get_object_member(context, "knowledge_base");
	g_assert_cmpstr(
	    json_array_get_string_element(json_object_get_array_member(context, "topics"), 0), ==,
	    "wine");
	g_assert_cmpint(strlen(json_object_get_string_member(context, "last_updated")), ==, 24);
}

static void
test_users(Fixture *fixture, gconstpointer data)
{
	g_autofree char *ann = make_token("ann", "authenticated");
	g_autofree char *bob = make_token("bob", NULL);
	g_autofree char *anon = make_token("", "anon");
	g_autofree char *nobody = make_token("", "authenticated");
	g_autofree char *service = make_token("x", "service_role");

	tell(fixture, ann, "/supabase/interactions", "{\"session_id\":\"s\",\"input\":\"hers\"}");
	tell(fixture, bob, "/supabase/interactions",
	     "{\"user_id\":\"bob\",\"session_id\":\"s\",\"input\":\"his\"}");
	tell(fixture, ann, "/supabase/preferences/ann", "{\"preferences\":{}}");
	check_refused(fixture, ann, "POST", "/supabase/interactions",
		      "{\"user_id\":\"bob\",\"input\":\"x\"}", 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "POST", "/supabase/preferences/bob", "{\"preferences\":{}}",
		      403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "GET", "/memory/bob/context", NULL, 403, "AUTHORIZATION_ERROR");
	check_inputs(fixture, ann, "/supabase/interactions/session/s", "hers");
	check_inputs(fixture, ann, "/supabase/interactions/user/bob", "");
	check_inputs(fixture, bob, "/supabase/interactions/user/bob", "his");
	/* Those who may do everything. */
	check_inputs(fixture, NULL, "/supabase/interactions/session/s", "his hers");
	check_inputs(fixture, service, "/supabase/interactions/session/s", "his hers");
	check_inputs(fixture, SERVICE_KEY, "/supabase/interactions/session/s", "his hers");
	json_object_unref(ask(fixture, service, "GET", "/voice/calls", NULL, 200));
	/* A user's token opens nothing else. */
	check_refused(fixture, ann, "GET", "/voice/calls", NULL, 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "POST", "/voice/calls/initiate",
		      "{\"phone_number\":\"+15550100001\"}", 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, anon, "GET", "/supabase/interactions/user/ann", NULL, 403,
		      "AUTHORIZATION_ERROR");
	check_refused(fixture, nobody, "GET", "/supabase/interactions/user/ann", NULL, 401,
		      "AUTHENTICATION_ERROR");
	ann[strlen(ann) - 5] ^= 1;
	check_refused(fixture, ann, "GET", "/supabase/interactions/user/ann", NULL, 401,
		      "AUTHENTICATION_ERROR");
}

static void
test_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(65537, 'x');
	g_autofree char *long_input =
	    g_strdup_printf("{\"user_id\":\"ann\",\"input\":\"%s\"}", text);
	g_autofree char *long_preferences =
	    g_strdup_printf("{\"preferences\":{\"a\":\"%s\"}}", text);
	g_autofree char *long_user =
	    g_strdup_printf("{\"user_id\":\"%.257s\",\"input\":\"x\"}", text);
	static const char interactions[] = "/supabase/interactions";

	check_field(fixture, interactions, "{}", "user_id");
	check_field(fixture, interactions, "{\"user_id\":\"ann\"}", "input");
	check_field(fixture, interactions, "{\"user_id\":\"ann\",\"input\":\"\"}", "input");
	check_field(fixture, interactions, "{\"user_id\":1,\"input\":\"x\"}", "user_id");
	check_field(fixture, interactions,
		    "{\"user_id\":\"ann\",\"input\":\"x\",\"metadata\":\"y\"}", "metadata");
	check_field(fixture, interactions, long_input, "input");
	check_field(fixture, interactions, long_user, "user_id");
	check_field(fixture, "/supabase/preferences/ann", "{}", "preferences");
	check_field(fixture, "/supabase/preferences/ann", "{\"preferences\":[]}", "preferences");
	check_field(fixture, "/supabase/preferences/ann", long_preferences, "preferences");
	check_field(fixture, "/memory/ann/context", "{}", "preferences");
	check_refused(fixture, NULL, "GET", "/supabase/interactions/user/ann?limit=501", NULL, 400,
		      "VALIDATION_ERROR");
	check_refused(fixture, NULL, "GET", "/supabase/stats?days=0", NULL, 400,
		      "VALIDATION_ERROR");
}

static void
test_health(Fixture *fixture, gconstpointer data)
{
	g_autoptr(JsonObject) tested = ask(fixture, NULL, "GET", "/supabase/test", NULL, 200);
	g_autoptr(JsonObject) health = ask(fixture, NULL, "GET", "/supabase/health", NULL, 200);
	JsonObject *database = json_object_get_object_member(health, "database");

	g_assert_true(json_object_get_boolean_member(tested, "success"));
	g_assert_cmpstr(json_object_get_string_member(health, "status"), ==, "healthy");
	g_assert_cmpstr(json_object_get_string_member(database, "status"), ==, "healthy");
	g_assert_cmpstr(json_object_get_string_member(database, "backend"), ==, "sqlite");
	g_assert_true(json_object_get_null_member(health, "project"));
}

/* A user sees and forgets what is remembered of himself, and nobody else's. */
static void
test_memories(Fixture *fixture, gconstpointer data)
{
	g_autofree char *ann = make_token("ann", NULL);
	g_autoptr(JsonObject) own = ask(fixture, ann, "GET", "/memory/ann", NULL, 200);
	g_autoptr(JsonObject) gone = ask(fixture, ann, "DELETE", "/memory/ann", NULL, 200);

	g_assert_cmpint(json_object_get_int_member(own, "count"), ==, 0);
	g_assert_cmpint(json_object_get_int_member(gone, "deleted"), ==, 0);
	check_refused(fixture, ann, "GET", "/memory/bob", NULL, 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "DELETE", "/memory/bob", NULL, 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "DELETE", "/memory/bob/0123", NULL, 403, "AUTHORIZATION_ERROR");
	check_refused(fixture, ann, "DELETE", "/memory/ann/0123", NULL, 404, "NOT_FOUND");
}

#define ADD(path, func)                                                                            \
	g_test_add("/integration/users/" path, Fixture, NULL, test_set_up, func, fixture_tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("interactions", test_interactions);
	ADD("preferences", test_preferences);
	ADD("users", test_users);
	ADD("memories", test_memories);
	ADD("refused", test_refused);
	ADD("health", test_health);
	return g_test_run();
}
