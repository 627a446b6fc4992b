/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's contract against SQLite.
 */

#include "harness.h"
#include "store-contract.h"

#include <sqlite3.h>
#include <string.h>

static char *
make_url(void)
{
	g_autofree char *dir = harness_make_dir();

	return g_strconcat("sqlite:", dir, "/store.db", NULL);
}

static void
remove_url(const char *url)
{
	g_autofree char *dir = g_path_get_dirname(url + strlen("sqlite:"));

	harness_remove_dir(dir);
}

static void
run_sql(const char *url, const char *sql)
{
	sqlite3 *db = NULL;
	g_autofree char *command = g_strconcat("PRAGMA foreign_keys = ON; ", sql, NULL);

	g_assert_cmpint(sqlite3_open(url + strlen("sqlite:"), &db), ==, SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	sqlite3_exec(db, command, NULL, NULL, NULL);
	g_assert_cmpstr(sqlite3_errmsg(db), ==, "not an error");
	sqlite3_close(db);
}

int
main(int argc, char **argv)
{
	static const OffhookStoreContract contract = {"sqlite", make_url, remove_url, run_sql};

	g_test_init(&argc, &argv, NULL);
	offhook_store_contract_add_tests(&contract);
	return g_test_run();
}
