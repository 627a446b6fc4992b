/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A driver as its contract describes it, with its good settings, in a host of the test's own. Main
 * thread.
 */

#include "contract-fixture.h"

void
driver_contract_set_up(DriverContractFixture *fixture, gconstpointer data)
{
	const OffhookDriverContract *contract = data;

	fixture->contract = contract;
	fixture->host = offhook_fake_call_host_new(PUBLIC_URL);
	fixture->driver =
	    offhook_driver_sync_new(contract->get_type(), contract->name, fixture->host,
				    contract->settings, contract->good);
}

void
driver_contract_tear_down(DriverContractFixture *fixture, gconstpointer data)
{
	g_assert_finalize_object(fixture->driver);
	g_assert_finalize_object(fixture->host);
}

gboolean
driver_contract_makes_calls(DriverContractFixture *fixture)
{
	return offhook_driver_get_capabilities(fixture->driver)->outbound;
}

char *
driver_contract_begin_call(DriverContractFixture *fixture, guint n)
{
	OffhookCallRequest request = {.to = "+15550100042"};
	g_autoptr(GError) error = NULL;
	g_autofree char *provider_id = NULL;

	if (fixture->contract->begin_call != NULL) {
		char *call_id = fixture->contract->begin_call(fixture->driver, fixture->host, n);

		if (call_id == NULL)
			g_test_skip("nothing is known that begins a call");
		return call_id;
	}
	request.call_id = offhook_fake_call_host_add_call(fixture->host);
	provider_id = offhook_driver_sync_make_call(fixture->driver, &request, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(provider_id);
	return g_strdup(request.call_id);
}

const char *
driver_contract_get_argument(OffhookCallVerb verb)
{
	if (verb == OFFHOOK_VERB_SEND_DTMF)
		return "12#";
	if (verb == OFFHOOK_VERB_PLAY)
		return "https://sounds.example.com/hold.wav";
	if (verb == OFFHOOK_VERB_BRIDGE)
		return "00000000-0000-7000-8000-000000000001";
	return verb == OFFHOOK_VERB_TRANSFER ? "+15550100099" : NULL;
}
