/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Users in a PostgreSQL database with the roles of Supabase: the database itself keeps each to his
 * rows, and what the store does on behalf of a user reaches it as that user.
 */

#include "harness.h"
#include "interactions-sync.h"
#include "postgres-server.h"
#include "store-sample.h"
#include "store-sync.h"

#include <offhook/error.h>

#include <string.h>

/* The login is neither a superuser nor above row security: it may only become the others. */
#define ROLES                                                                                      \
	"CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; "                            \
	"CREATE ROLE service_role NOLOGIN BYPASSRLS; "                                             \
	"CREATE ROLE app LOGIN NOINHERIT; GRANT anon, authenticated, service_role TO app"

typedef struct {
	char *admin; /* the database's URL as superuser */
	char *url;   /* ... as the application */
	OffhookStore *store;
	OffhookStoreUser *ann;
} Fixture;

static PostgresServer *server;

static void
open_store(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	fixture->store = offhook_store_sync_open(fixture->url, NULL, &error);
	g_assert_no_error(error);
}

static void
fixture_set_up(Fixture *fixture, gconstpointer data)
{
	OffhookInteractionRecord hers = interactions_sample("a1", "ann", 1);
	OffhookInteractionRecord his = interactions_sample("b1", "bob", 2);
	g_auto(GStrv) parts = NULL;

	fixture->admin = postgres_server_make_database(server);
	g_free(
	    postgres_server_ask(server, fixture->admin,
				"DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO app', "
				"current_database()); END $$"));
	parts = g_strsplit(fixture->admin, "offhook@", 2);
	fixture->url = g_strjoinv("app@", parts);
	fixture->ann = offhook_store_user_new(
	    "ann", "{\"sub\":\"ann\",\"role\":\"authenticated\",\"team\":\"red\"}");
	open_store(fixture);
	g_assert_true(interactions_sync_add(fixture->store, &hers, NULL, NULL));
	g_assert_true(interactions_sync_add(fixture->store, &his, NULL, NULL));
	g_assert_true(
	    interactions_sync_put(fixture->store, "bob", "{\"his\":1}", NULL, NULL, NULL));
}

static void
fixture_tear_down(Fixture *fixture, gconstpointer data)
{
	offhook_store_sync_close(fixture->store);
	postgres_server_drop_database(server, fixture->admin);
	offhook_store_user_free(fixture->ann);
	g_free(fixture->admin);
	g_free(fixture->url);
}

/* What psql prints of @sql as @role, with @claims. */
static void
check_as(Fixture *fixture, const char *role, const char *claims, const char *sql,
	 const char *expected)
{
	g_autofree char *text =
	    g_strdup_printf("BEGIN; SET LOCAL search_path = offhook; SET LOCAL ROLE %s; "
			    "DO $$ BEGIN PERFORM set_config('request.jwt.claims', '%s', true); "
			    "END $$; %s; COMMIT",
			    role, claims, sql);
	g_autofree char *got = postgres_server_ask(server, fixture->admin, text);

	g_assert_cmpstr(got, ==, expected);
}

/* The database by itself, whoever asks it. */
static void
test_policies(Fixture *fixture, gconstpointer data)
{
	static const char ids[] = "SELECT string_agg(id, ' ' ORDER BY id) FROM interactions";
	static const char users[] = "SELECT string_agg(user_id, ' ') FROM preferences";

	check_as(fixture, "authenticated", "{\"sub\":\"ann\"}", ids, "a1");
	check_as(fixture, "authenticated", "{\"sub\":\"bob\"}", ids, "b1");
	check_as(fixture, "authenticated", "{\"sub\":\"bob\"}", users, "bob");
	check_as(fixture, "authenticated", "{\"sub\":\"ann\"}", users, "");
	check_as(fixture, "authenticated", "{}", ids, "");
	check_as(fixture, "authenticated", "", ids, "");
	check_as(fixture, "authenticated", "{\"sub\":\"ann\"}",
		 "WITH u AS (UPDATE interactions SET input = 'x' RETURNING id) "
		 "SELECT string_agg(id, ' ') FROM u",
		 "a1");
	check_as(fixture, "authenticated", "",
		 "SELECT has_table_privilege('calls', 'SELECT'), "
		 "has_table_privilege('messages', 'SELECT')",
		 "f|f");
}

/*
 * More rules of the database's owner hold as well: they see the role and all claims of the token. The
 * plan's own conditions would let these through.
 */
static void
test_claims_reach(Fixture *fixture, gconstpointer data)
{
	const OffhookInteractionFilter filter = {.user_id = "ann", .limit = 9};
	OffhookInteractionRecord record = interactions_sample("a2", "ann", 3);
	g_autoptr(OffhookStoreUser) blue =
	    offhook_store_user_new("ann", "{\"sub\":\"ann\",\"team\":\"blue\"}");
	g_autoptr(GPtrArray) red_rows = NULL;
	g_autoptr(GPtrArray) blue_rows = NULL;
	g_autoptr(GPtrArray) all_rows = NULL;
	g_autoptr(GError) error = NULL;

	g_free(postgres_server_ask(
	    server, fixture->admin,
	    "CREATE POLICY team ON offhook.interactions AS RESTRICTIVE TO authenticated USING "
	    "(current_setting('request.jwt.claims', true)::json ->> 'team' = 'red')"));
	red_rows = interactions_sync_list(fixture->store, &filter, fixture->ann, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(red_rows->len, ==, 1);
	blue_rows = interactions_sync_list(fixture->store, &filter, blue, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(blue_rows->len, ==, 0);
	g_assert_false(interactions_sync_add(fixture->store, &record, blue, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_PERMISSION);
	g_clear_error(&error);
	g_assert_true(interactions_sync_add(fixture->store, &record, fixture->ann, &error));
	/* Nothing of it is left on the connection. */
	all_rows = interactions_sync_list(fixture->store, &filter, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(all_rows->len, ==, 2);
}

/* The role was made after the tables: the next start gives it what it needs. */
static void
test_role_later(Fixture *fixture, gconstpointer data)
{
	const OffhookInteractionFilter filter = {.user_id = "ann", .limit = 9};
	g_autofree char *granted = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GError) error = NULL;

	g_free(postgres_server_ask(server, fixture->admin,
				   "REVOKE ALL ON ALL TABLES IN SCHEMA offhook FROM authenticated; "
				   "REVOKE ALL ON SCHEMA offhook FROM authenticated"));
	rows = interactions_sync_list(fixture->store, &filter, fixture->ann, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, 1);
	offhook_store_sync_close(fixture->store);
	open_store(fixture);
	granted = postgres_server_ask(
	    server, fixture->admin,
	    "SELECT has_table_privilege('authenticated', 'offhook.interactions', 'INSERT')");
	g_assert_cmpstr(granted, ==, "t");
}

/* A session's settings may be changed by what runs in it; ours are gone with the transaction. */
static void
test_many_at_once(Fixture *fixture, gconstpointer data)
{
	enum { N = 200 };
	const OffhookInteractionFilter filter = {.session_id = NULL, .user_id = NULL, .limit = 9};
	g_autoptr(OffhookStoreUser) bob =
	    offhook_store_user_new("bob", "{\"sub\":\"bob\",\"role\":\"authenticated\"}");
	const OffhookStoreUser *users[] = {fixture->ann, bob, NULL};
	static const guint expected[] = {1, 1, 2};
	GAsyncResult *results[N] = {NULL};

	for (guint i = 0; i < N; i++)
		offhook_store_list_interactions_async(fixture->store, &filter, users[i % 3], NULL,
						      harness_store_result_cb, &results[i]);
	for (guint i = 0; i < N; i++) {
		g_autoptr(GAsyncResult) result = harness_wait_result(&results[i], "the rows");
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) rows =
		    offhook_store_list_interactions_finish(fixture->store, result, &error);

		g_assert_no_error(error);
		g_assert_cmpuint(rows->len, ==, expected[i % 3]);
	}
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

#define ADD(path, func)                                                                            \
	g_test_add("/store/postgresql/users/" path, Fixture, NULL, fixture_set_up, func,           \
		   fixture_tear_down)

int
main(int argc, char **argv)
{
	g_autofree char *url = NULL;
	int status;

	g_test_init(&argc, &argv, NULL);
	server = postgres_server_new();
	if (server == NULL) {
		g_test_add_func("/store/postgresql/users", test_not_installed);
		return g_test_run();
	}
	url = postgres_server_make_database(server);
	g_free(postgres_server_ask(server, url, ROLES));
	ADD("policies", test_policies);
	ADD("claims-reach", test_claims_reach);
	ADD("role-later", test_role_later);
	ADD("many-at-once", test_many_at_once);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
