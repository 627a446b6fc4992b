/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The driver contract: how its settings are declared, and what it makes of those that it is given.
 * Main thread.
 */

#include "contract-fixture.h"

#include <string.h>

static void
test_settings(DriverContractFixture *fixture, gconstpointer data)
{
	for (const OffhookSetting *s = fixture->contract->settings; s->name != NULL; s++) {
		g_assert_cmpuint(strspn(s->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
				 strlen(s->name));
		g_assert_nonnull(s->help);
		g_assert_true(g_str_has_suffix(s->help, "."));
		g_assert_false((s->flags & OFFHOOK_SETTING_SECRET) && s->default_value != NULL);
		for (const OffhookSetting *t = s + 1; t->name != NULL; t++)
			g_assert_cmpstr(s->name, !=, t->name);
	}
}

static void
test_default_settings(DriverContractFixture *fixture, gconstpointer data)
{
	/* A daemon with this driver and no word about it in its configuration must start. */
	g_autoptr(OffhookDriver) driver =
	    offhook_driver_sync_new(fixture->contract->get_type(), fixture->contract->name,
				    fixture->host, fixture->contract->settings, NULL);

	g_assert_nonnull(driver);
}

static void
test_bad_settings(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *number = g_strdup(offhook_driver_get_phone_number(fixture->driver));

	if (fixture->contract->bad == NULL) {
		g_test_skip("no settings are known that must be refused");
		return;
	}
	for (guint i = 0; fixture->contract->bad[i] != NULL; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookSettings) settings = offhook_driver_sync_settings(
		    fixture->contract->settings, fixture->contract->bad[i], &error);

		if (settings != NULL)
			g_assert_false(offhook_driver_configure(fixture->driver, settings, &error));
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_cmpstr(offhook_driver_get_phone_number(fixture->driver), ==, number);
	}
}

static void
test_reload(DriverContractFixture *fixture, gconstpointer data)
{
	g_autofree char *call_id = driver_contract_begin_call(fixture, 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = offhook_driver_sync_settings(
	    fixture->contract->settings, fixture->contract->good, &error);

	if (call_id == NULL)
		return;
	g_assert_no_error(error);
	g_assert_true(offhook_driver_configure(fixture->driver, settings, &error));
	g_assert_no_error(error);
	/* The call does not notice. */
	g_assert_true(offhook_driver_sync_execute(fixture->driver, call_id, OFFHOOK_VERB_HANG_UP,
						  NULL, NULL, &error));
	g_assert_no_error(error);
}

const DriverContractCheck driver_contract_settings_checks[] = {
    {"settings", test_settings,
     "A setting's name is made of lower-case letters, digits and -, and is declared once; its "
     "help is a sentence; a secret has no default."},
    {"default-settings", test_default_settings,
     "A daemon whose configuration says nothing of the driver starts: settings have defaults, "
     "or what is missing is told when something is asked."},
    {"bad-settings", test_bad_settings,
     "configure() refuses wrong values with OFFHOOK_ERROR_CONFIG, and leaves everything as it "
     "was."},
    {"reload", test_reload,
     "configure() is called again while calls are in progress: they go on, and can be ended."},
    {NULL},
};
