/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's contract against a PostgreSQL server.
 */

#include "postgres-server.h"
#include "store-contract.h"

static PostgresServer *server;

static char *
make_url(void)
{
	return postgres_server_make_database(server);
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
	if (server != NULL)
		offhook_store_contract_add_tests(&contract);
	else
		g_test_add_func("/store/postgresql", test_not_installed);
	status = g_test_run();
	postgres_server_free(server);
	return status;
}
