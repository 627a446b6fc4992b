/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's contract against a PostgreSQL server.
 */

#include "harness.h"
#include "postgres-server.h"
#include "store-fixture.h"
#include "store-sync.h"
#include "store/store-memories.h"

static PostgresServer *server;
static char *fresh; /* of a database whose tables are made, which takes longer than most tests */

static void
make_fresh(void)
{
	g_autoptr(GError) error = NULL;
	OffhookStore *store;

	fresh = postgres_server_make_database(server);
	store = offhook_store_sync_open(fresh, NULL, &error);
	g_assert_no_error(error);
	offhook_store_sync_close(store);
}

static char *
make_url(void)
{
	if (fresh == NULL)
		make_fresh();
	return postgres_server_copy_database(server, fresh);
}

static void
remove_url(const char *url)
{
	postgres_server_drop_database(server, url);
}

static void
run_sql(const char *url, const char *sql)
{
	g_autofree char *in_schema = g_strconcat("SET search_path = offhook; ", sql, NULL);

	g_free(postgres_server_ask(server, url, in_schema));
}

/* ---- with pgvector ---- */

static gboolean
has_pgvector(void)
{
	g_autofree char *url = make_url();
	g_autofree char *answer = postgres_server_ask(
	    server, url, "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'");

	remove_url(url);
	return g_str_has_prefix(answer, "1");
}

static char *
make_vector_url(void)
{
	char *url = make_url();

	g_free(postgres_server_ask(server, url, "CREATE EXTENSION vector SCHEMA public"));
	return url;
}

/* What the database says counts: here it says something odd. */
static void
test_database_compares(StoreFixture *fixture, gconstpointer data)
{
	GAsyncResult *stored = NULL;
	g_autoptr(GAsyncResult) result = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) cosines = NULL;

	run_sql(fixture->url,
		"CREATE OR REPLACE FUNCTION memory_distance(one public.vector, other "
		"public.vector) RETURNS double precision LANGUAGE sql AS 'SELECT "
		"0.125::double precision'; INSERT INTO memories (id, user_id, kind, content, "
		"created_us, model, vector) VALUES ('m1', 'ann', 'fact', 'x', 1, 'm', '[1,0]')");
	offhook_store_compare_memories_async(fixture->store, "ann", "m", "[1,0]", NULL, NULL,
					     harness_store_result_cb, &stored);
	result = harness_wait_result(&stored, "compare memories");
	cosines = offhook_store_compare_memories_finish(fixture->store, result, &error);
	g_assert_no_error(error);
	g_assert_cmpfloat(*(double *)g_hash_table_lookup(cosines, "m1"), ==, 0.875);
}

/* The extension comes to a database that has memories, between two starts. */
static void
test_comes_later(StoreFixture *fixture, gconstpointer data)
{
	g_autofree char *answer = NULL;

	run_sql(fixture->url,
		"INSERT INTO memories (id, user_id, kind, content, created_us, model, vector) "
		"VALUES ('m1', 'ann', 'fact', 'x', 1, 'm', '[1,0]')");
	g_free(postgres_server_ask(server, fixture->url, "CREATE EXTENSION vector SCHEMA public"));
	store_fixture_reopen(fixture, NULL);
	store_fixture_reopen(fixture, NULL);
	answer = postgres_server_ask(server, fixture->url,
				     "SELECT meaning FROM offhook.memories WHERE id = 'm1'");
	g_assert_true(g_str_has_prefix(answer, "[1,0]"));
}

static void
test_without_pgvector(void)
{
	g_test_skip("pgvector is not installed");
}

static void
add_vector_tests(const OffhookStoreContract *plain)
{
	static const OffhookStoreContract contract = {"postgresql-vector", make_vector_url,
						      remove_url, run_sql};

	if (!has_pgvector()) {
		g_test_add_func("/store/postgresql-vector", test_without_pgvector);
		return;
	}
	offhook_store_contract_add_memory_tests(&contract);
	STORE_FIXTURE_ADD(&contract, "memories/database-compares", test_database_compares);
	STORE_FIXTURE_ADD(plain, "memories/vector-comes-later", test_comes_later);
}

static void
test_not_installed(void)
{
	g_test_skip("PostgreSQL is not installed");
}

int
main(int argc, char **argv)
{
	static const OffhookStoreContract contract = {"postgresql", make_url, remove_url, run_sql};
	int status;

	g_test_init(&argc, &argv, NULL);
	server = postgres_server_new();
	if (server != NULL) {
		offhook_store_contract_add_tests(&contract);
		add_vector_tests(&contract);
	} else {
		g_test_add_func("/store/postgresql", test_not_installed);
	}
	status = g_test_run();
	postgres_server_free(server);
	g_free(fresh);
	return status;
}
