/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Declared settings: defaults, types, ranges, what is missing, and that secrets stay out of errors.
 */

#include <offhook/offhook.h>

static const OffhookSetting test_table[] = {
    {"name", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_NONE, "acme", NULL, NULL, "A name."},
    {"count", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_NONE, "3", "1..10", NULL, "A count."},
    {"share", OFFHOOK_SETTING_NUMBER, OFFHOOK_SETTING_NONE, "0.5", "0..", NULL, "A share."},
    {"on", OFFHOOK_SETTING_BOOLEAN, OFFHOOK_SETTING_NONE, "true", NULL, NULL, "A switch."},
    {"mode", OFFHOOK_SETTING_CHOICE, OFFHOOK_SETTING_NONE, "a", "a|b", NULL, "A mode."},
    {"pin", OFFHOOK_SETTING_INTEGER, OFFHOOK_SETTING_SECRET, NULL, "0..9", NULL, "A secret."},
    {"key", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_REQUIRED, NULL, NULL, NULL, "A key."},
    {NULL},
};

static OffhookSettings *
test_make(GError **error, const char *first, ...)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	va_list list;

	va_start(list, first);
	for (const char *name = first; name != NULL; name = va_arg(list, const char *))
		g_hash_table_insert(values, (gpointer)name, va_arg(list, char *));
	va_end(list);
	return offhook_settings_new(test_table, values, "driver:acme", error);
}

static void
test_defaults(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = test_make(&error, "key", "k", NULL);

	g_assert_no_error(error);
	g_assert_cmpstr(offhook_settings_get_string(settings, "name"), ==, "acme");
	g_assert_cmpint(offhook_settings_get_integer(settings, "count"), ==, 3);
	g_assert_cmpfloat(offhook_settings_get_number(settings, "share"), ==, 0.5);
	g_assert_true(offhook_settings_get_boolean(settings, "on"));
	g_assert_null(offhook_settings_get_string(settings, "pin"));
	g_assert_cmpstr(offhook_settings_get_section(settings), ==, "driver:acme");
}

static void
test_refusals(void)
{
	static const struct {
		const char *name;
		const char *value;
	} wrong[] = {
	    {"count", "0"},  {"count", "11"}, {"count", "three"}, {"count", ""},
	    {"count", "3x"}, {"share", "-1"}, {"on", "yes"},      {"mode", "c"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(OffhookSettings) settings =
		    test_make(&error, "key", "k", wrong[i].name, wrong[i].value, NULL);

		g_assert_null(settings);
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, wrong[i].name));
	}
}

static void
test_all_at_once(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = test_make(&error, "count", "0", "pin", "12345", NULL);

	g_assert_null(settings);
	g_assert_nonnull(strstr(error->message, "count"));
	g_assert_nonnull(strstr(error->message, "key"));
	g_assert_nonnull(strstr(error->message, "pin"));
	g_assert_null(strstr(error->message, "12345"));
}

/* An assistant's own values come first, and are checked as well. */
static void
test_override(void)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookSettings) settings = test_make(&error, "key", "k", "count", "4", NULL);
	g_autoptr(OffhookSettings) same =
	    offhook_settings_override(settings, NULL, "reception", &error);
	g_autoptr(OffhookSettings) own = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(offhook_settings_get_integer(same, "count"), ==, 4);
	g_hash_table_insert(values, "name", "own");
	own = offhook_settings_override(settings, values, "reception", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(offhook_settings_get_string(own, "name"), ==, "own");
	g_assert_cmpint(offhook_settings_get_integer(own, "count"), ==, 4);
	g_assert_cmpstr(offhook_settings_get_string(settings, "name"), ==, "acme");
	g_hash_table_insert(values, "count", "many");
	g_assert_null(offhook_settings_override(settings, values, "reception", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
	g_clear_error(&error);
	g_hash_table_remove(values, "count");
	g_hash_table_insert(values, "speed", "7");
	g_assert_null(offhook_settings_override(settings, values, "reception", &error));
	g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sdk/settings/defaults", test_defaults);
	g_test_add_func("/sdk/settings/refusals", test_refusals);
	g_test_add_func("/sdk/settings/all-at-once", test_all_at_once);
	g_test_add_func("/sdk/settings/override", test_override);
	return g_test_run();
}
