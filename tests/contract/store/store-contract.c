/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The store's contract: what its tests start from. The tests are in contract-*.c. Main thread.
 */

#include "store-contract.h"

#include <offhook/error.h>

#include "store-fixture.h"
#include "store-sample.h"
#include "store-sync.h"

static void
store_fixture_failed_cb(OffhookStore *store, const GError *error, StoreFixture *fixture)
{
	g_test_message("write failed: %s", error->message);
	fixture->failed++;
}

static void
store_fixture_recovered_cb(OffhookStore *store, StoreFixture *fixture)
{
	fixture->recovered++;
}

static void
store_fixture_refused_cb(OffhookStore *store, const GError *error, StoreFixture *fixture)
{
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_BUSY);
	fixture->refused++;
}

static void
store_fixture_rejected_cb(OffhookStore *store, const GError *error, StoreFixture *fixture)
{
	g_test_message("%s", error->message);
	g_ptr_array_add(fixture->rejected, g_error_copy(error));
}

/* What is not committed when the server is given up can't be read: it is not, however slow the machine. */
static void
store_fixture_open(StoreFixture *fixture, const OffhookStoreOptions *options)
{
	OffhookStoreOptions patient = options != NULL ? *options : (OffhookStoreOptions){0};
	g_autoptr(GError) error = NULL;

	patient.connect_ms = patient.answer_ms = STORE_SAMPLE_PATIENT_MS;
	fixture->store = offhook_store_sync_open(fixture->url, &patient, &error);
	g_assert_no_error(error);
	g_signal_connect(fixture->store, "write-failed", G_CALLBACK(store_fixture_failed_cb),
			 fixture);
	g_signal_connect(fixture->store, "recovered", G_CALLBACK(store_fixture_recovered_cb),
			 fixture);
	g_signal_connect(fixture->store, "write-refused", G_CALLBACK(store_fixture_refused_cb),
			 fixture);
	g_signal_connect(fixture->store, "write-rejected", G_CALLBACK(store_fixture_rejected_cb),
			 fixture);
}

void
store_fixture_set_up(StoreFixture *fixture, gconstpointer contract)
{
	fixture->contract = contract;
	fixture->url = fixture->contract->make();
	fixture->rejected = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
	store_fixture_open(fixture, NULL);
}

void
store_fixture_tear_down(StoreFixture *fixture, gconstpointer contract)
{
	offhook_store_sync_close(fixture->store);
	fixture->contract->remove(fixture->url);
	g_free(fixture->url);
	g_ptr_array_unref(fixture->rejected);
}

void
store_fixture_reopen(StoreFixture *fixture, const OffhookStoreOptions *options)
{
	offhook_store_sync_close(fixture->store);
	store_fixture_open(fixture, options);
}

void
store_fixture_check_rejected(StoreFixture *fixture, guint count, gint code)
{
	OffhookStoreStats stats;

	offhook_store_sync_flush(fixture->store);
	offhook_store_get_stats(fixture->store, &stats);
	g_assert_cmpuint(stats.rejected, ==, count);
	g_assert_cmpuint(fixture->rejected->len, ==, count);
	g_assert_error((GError *)g_ptr_array_index(fixture->rejected, count - 1), OFFHOOK_ERROR,
		       code);
}

void
offhook_store_contract_add_tests(const OffhookStoreContract *contract)
{
	offhook_store_contract_add_call_tests(contract);
	offhook_store_contract_add_talk_tests(contract);
	offhook_store_contract_add_check_tests(contract);
	offhook_store_contract_add_erase_tests(contract);
	offhook_store_contract_add_queue_tests(contract);
	offhook_store_contract_add_history_tests(contract);
	offhook_store_contract_add_search_tests(contract);
	offhook_store_contract_add_interaction_tests(contract);
	offhook_store_contract_add_outbox_tests(contract);
	offhook_store_contract_add_memory_tests(contract);
}
