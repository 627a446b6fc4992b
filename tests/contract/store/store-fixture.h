/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "store-contract.h"

G_BEGIN_DECLS

/** An open store on a new database, and what its signals said. */
typedef struct {
	const OffhookStoreContract *contract;
	char *url;
	OffhookStore *store;
	guint failed;
	guint recovered;
	guint refused;
	GPtrArray *rejected; /* (element-type GError) */
} StoreFixture;

void store_fixture_set_up(StoreFixture *fixture, gconstpointer contract);
void store_fixture_tear_down(StoreFixture *fixture, gconstpointer contract);

/** Closes the store, which commits what is posted, and opens it again. */
void store_fixture_reopen(StoreFixture *fixture, const OffhookStoreOptions *options);

/** Asserts that @count writes were rejected since the start, the last of them with @code. */
void store_fixture_check_rejected(StoreFixture *fixture, guint count, gint code);

#define STORE_FIXTURE_ADD(contract, path, func)                                                    \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *full = g_strconcat("/store/", (contract)->name, "/", path, NULL); \
		g_test_add(full, StoreFixture, contract, store_fixture_set_up, func,               \
			   store_fixture_tear_down);                                               \
	}                                                                                          \
	G_STMT_END

void offhook_store_contract_add_call_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_talk_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_check_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_erase_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_queue_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_history_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_search_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_interaction_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_outbox_tests(const OffhookStoreContract *contract);
void offhook_store_contract_add_memory_tests(const OffhookStoreContract *contract);

G_END_DECLS
