/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract as tests. They know nothing of any provider; a driver that passes them can be
 * plugged in without a change elsewhere. They are in contract-*.c. Main thread.
 */

#include "driver-contract.h"

#include "contract-fixture.h"

static const DriverContractCheck *const lists[] = {
    driver_contract_settings_checks,
    driver_contract_capabilities_checks,
    driver_contract_calls_checks,
    driver_contract_strangers_checks,
};

/* (nullable): the @n-th of all */
static const DriverContractCheck *
get_check(guint n)
{
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		for (const DriverContractCheck *check = lists[i]; check->name != NULL; check++)
			if (n-- == 0)
				return check;
	return NULL;
}

void
offhook_driver_contract_add_tests(const OffhookDriverContract *contract)
{
	const DriverContractCheck *check;

	for (guint i = 0; (check = get_check(i)) != NULL; i++) {
		g_autofree char *path =
		    g_strdup_printf("/contract/driver/%s/%s", contract->name, check->name);

		g_test_add(path, DriverContractFixture, contract, driver_contract_set_up,
			   check->run, driver_contract_tear_down);
	}
}

const char *
offhook_driver_contract_get_check(guint n, const char **asks)
{
	const DriverContractCheck *check = get_check(n);

	if (check == NULL)
		return NULL;
	*asks = check->asks;
	return check->name;
}
