/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's contract against SQLite.
 */

#include "harness.h"
#include "store-contract.h"

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

int
main(int argc, char **argv)
{
	static const OffhookStoreContract contract = {"sqlite", make_url, remove_url};

	g_test_init(&argc, &argv, NULL);
	offhook_store_contract_add_tests(&contract);
	return g_test_run();
}
