/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The lists of scenarios that every provider has, and what they say alike.
 */
#pragma once

#include "scenarios.h"

G_BEGIN_DECLS

#define SCENARIO_DIALOG "agents=dialog\ntts=flite\n" FIXTURE_PATIENT

typedef struct {
	const char *name; /* %NULL ends a list */
	void (*func)(Scenario *self, gconstpointer data);
} ScenarioTest;

extern const ScenarioTest scenario_placing_tests[];
extern const ScenarioTest scenario_talking_tests[];
extern const ScenarioTest scenario_transfers_tests[];
extern const ScenarioTest scenario_recordings_tests[];
extern const ScenarioTest scenario_account_tests[];

/** @text is @n times in the log of requests, where the provider has something to look for. */
void scenario_assert_requests(Scenario *self, const char *text, guint n);

G_END_DECLS
