/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the checks of the driver contract start from, and their lists. Main thread.
 */
#pragma once

#include "driver-contract.h"

G_BEGIN_DECLS

#define PUBLIC_URL "https://pbx.example.com"

typedef struct {
	const OffhookDriverContract *contract;
	OffhookFakeCallHost *host;
	OffhookDriver *driver;
} DriverContractFixture;

typedef struct {
	const char *name; /* %NULL ends a list */
	void (*run)(DriverContractFixture *fixture, gconstpointer data);
	const char *asks;
} DriverContractCheck;

extern const DriverContractCheck driver_contract_settings_checks[];
extern const DriverContractCheck driver_contract_capabilities_checks[];
extern const DriverContractCheck driver_contract_calls_checks[];
extern const DriverContractCheck driver_contract_strangers_checks[];

void driver_contract_set_up(DriverContractFixture *fixture, gconstpointer data);
void driver_contract_tear_down(DriverContractFixture *fixture, gconstpointer data);

gboolean driver_contract_makes_calls(DriverContractFixture *fixture);
/** (transfer full) (nullable): there is no way to begin one, and the test is skipped */
char *driver_contract_begin_call(DriverContractFixture *fixture, guint n);
/** Words that a verb may take, so that a refusal is not about them. */
const char *driver_contract_get_argument(OffhookCallVerb verb);

G_END_DECLS
