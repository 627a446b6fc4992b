/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One list of all checks, from the suites' own. Main thread. */

#include "kit-suites.h"

#include "agent-contract.h"
#include "completer-contract.h"
#include "driver-contract.h"
#include "embedder-contract.h"
#include "synthesizer-contract.h"
#include "transcriber-contract.h"

/* What the kit itself does before a suite can be run. */
static const char *
kit_plugin_get_check(guint n, const char **asks)
{
	static const char *const checks[][2] = {
	    {"loads", "The file is a complete shared object for this machine that exports "
		      "offhook_plugin_info, of this ABI, with all symbols found and a type of its "
		      "kind; nobody else could have written it."},
	    {"configures",
	     "configure() takes the settings with which the plugin is said to work; a "
	     "setting that it can't be without is declared as required."},
	};

	if (n >= G_N_ELEMENTS(checks))
		return NULL;
	*asks = checks[n][1];
	return checks[n][0];
}

static const struct {
	const char *name;
	const char *title;
	const char *(*get_check)(guint n, const char **asks);
} kit_suites[] = {
    {"plugin", "Every plugin", kit_plugin_get_check},
    {"driver", "Drivers", offhook_driver_contract_get_check},
    {"transcriber", "Engines: speech to text", offhook_transcriber_contract_get_check},
    {"synthesizer", "Engines: text to speech", offhook_synthesizer_contract_get_check},
    {"completer", "Engines: language models", offhook_completer_contract_get_check},
    {"embedder", "Engines: embeddings", offhook_embedder_contract_get_check},
    {"agent", "Agents", offhook_agent_contract_get_check},
};

KitCheck
kit_suites_get_check(guint n)
{
	KitCheck check = {0};

	for (guint i = 0; i < G_N_ELEMENTS(kit_suites); i++) {
		check.suite = kit_suites[i].name;
		for (guint k = 0; (check.name = kit_suites[i].get_check(k, &check.asks)) != NULL;
		     k++)
			if (n-- == 0)
				return check;
	}
	return check;
}

KitCheck
kit_suites_find_check(const char *suite, const char *name)
{
	KitCheck check;

	for (guint n = 0; (check = kit_suites_get_check(n)).name != NULL; n++)
		if (g_str_equal(check.suite, suite) && g_str_equal(check.name, name))
			return check;
	return check;
}

static void
kit_suites_describe_one(GString *text, guint suite)
{
	const char *name, *asks;

	g_string_append_printf(text, "\n## %s\n", kit_suites[suite].title);
	for (guint n = 0; (name = kit_suites[suite].get_check(n, &asks)) != NULL; n++)
		g_string_append_printf(text, "\n### %s-%s\n\n%s\n", kit_suites[suite].name, name,
				       asks);
}

char *
kit_suites_describe(void)
{
	g_autofree char *keys = kit_case_describe();
	GString *text = g_string_new(
	    "# What a plugin must do\n\n"
	    "<!-- Printed by offhook-conform: offhook conform --describe -->\n\n"
	    "`offhook conform FILE.so` tests this. Each check runs in a process of its own, with a "
	    "plugin that was just loaded, and waits for anything for 30 seconds, or `--timeout "
	    "SECONDS`; what else is limited says the check.\n");

	for (guint i = 0; i < G_N_ELEMENTS(kit_suites); i++)
		kit_suites_describe_one(text, i);
	g_string_append_printf(text,
			       "\n## What the kit is told\n\n"
			       "`offhook conform --with FILE` names a file that says what can't be "
			       "guessed. What needs more "
			       "than is known is skipped, and the reason says so. In its values "
			       "`@provider@` is the address of "
			       "an HTTP server of the kit's, `@dir@` the folder of the file, and "
			       "any other `@name@` what "
			       "`--define name=VALUE` says.\n\n%s",
			       keys);
	return g_string_free(text, FALSE);
}
