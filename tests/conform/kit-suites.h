/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The contract suites, and what they ask. The process that runs a check adds the suites of its plugin; the
 * one that reports only looks their texts up. Main thread.
 */
#pragma once

#include "kit-case.h"

#include <offhook/plugin.h>

G_BEGIN_DECLS

/** Adds what a plugin of this kind must pass. Both arguments stay for as long as the tests. */
void kit_driver_add_tests(const OffhookPluginInfo *info, KitCase *kase);
void kit_engine_add_tests(const OffhookPluginInfo *info, KitCase *kase);
void kit_agent_add_tests(const OffhookPluginInfo *info, KitCase *kase);

/** One check of a suite. */
typedef struct {
	const char *suite; /* "driver", "agent", "transcriber", ... */
	const char *name;
	const char *asks;
} KitCheck;

/** The @n-th of all checks of all suites; its name is %NULL behind the last. */
KitCheck kit_suites_get_check(guint n);
/** Its name is %NULL when there is none. */
KitCheck kit_suites_find_check(const char *suite, const char *name);
/** The page that says what is asked, as Markdown. (transfer full) */
char *kit_suites_describe(void);

G_END_DECLS
