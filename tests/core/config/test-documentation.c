/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sample configuration is a configuration, with every key commented out or not.
 */

#include "config-fixture.h"

#include "config/documentation.h"

static const OffhookSetting acme_settings[] = {
    {"auth-token", OFFHOOK_SETTING_STRING, OFFHOOK_SETTING_SECRET, NULL, NULL, "ACME_TOKEN",
     "The token."},
    {NULL},
};

static const OffhookPluginDoc acme = {OFFHOOK_PLUGIN_DRIVER, "acme", "Calls through Acme.",
				      acme_settings};

static void
test_sample_is_valid(Fixture *f, gconstpointer data)
{
	g_autofree char *sample = offhook_documentation_print_sample(&acme, 1);

	put(f, "offhookd.conf", sample);
	read_config(f);
	assert_fine(f);
	g_assert_cmpuint(offhook_config_get_assistants(f->config)->len, ==, 1);
}

/* The first `url` after @section, which has no default. */
static void
give_url(GString *text, const char *section)
{
	const char *line = strstr(strstr(text->str, section), "\nurl=\n");

	g_string_insert(text, line - text->str + (gssize)strlen("\nurl="), "https://a.example/x");
}

/* Everything commented in: the defaults, said aloud. Named sections need real names. */
static void
test_sample_is_valid_without_comments(Fixture *f, gconstpointer data)
{
	g_autofree char *sample = offhook_documentation_print_sample(NULL, 0);
	g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);
	g_autoptr(GString) text = g_string_new(NULL);

	for (char **line = lines; *line != NULL; line++) {
		gboolean commented = **line == '#' && (*line)[1] != ' ';

		g_string_append_printf(text, "%s\n", commented ? *line + 1 : *line);
	}
	g_string_replace(text, "\nagents=\n", "\nagents=dialog\n", 1);
	give_url(text, "[webhook:NAME]");
	put(f, "offhookd.conf", text->str);
	read_config(f);
	assert_fine(f);
	g_assert_null(offhook_config_find_assistant(f->config, "default"));
	g_assert_nonnull(offhook_config_find_assistant(f->config, "NAME"));
}

static void
test_sample_is_complete(void)
{
	g_autofree char *sample = offhook_documentation_print_sample(&acme, 1);

	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		for (const OffhookSchemaKey *k = s->keys; k->setting.name != NULL; k++) {
			g_autofree char *line = g_strdup_printf("\n#%s=", k->setting.name);

			g_assert_nonnull(strstr(sample, line));
		}
	}
	g_assert_nonnull(strstr(sample, "\n#[driver:acme]\n"));
	g_assert_nonnull(strstr(sample, "\n#auth-token=\n"));
	g_assert_nonnull(strstr(sample, "\n#auth-token-file=\n"));
	/* The core's, too; but where a section has such a key of its own, only that. */
	g_assert_nonnull(strstr(sample, "\n#jwt-secret-file=\n"));
	g_assert_null(strstr(strstr(sample, "\n#secret-file=") + 1, "\n#secret-file="));
}

static void
test_sample_is_narrow(void)
{
	g_autofree char *sample = offhook_documentation_print_sample(&acme, 1);
	g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);

	for (char **line = lines; *line != NULL; line++)
		g_assert_cmpuint(strlen(*line), <=, 100);
}

static void
test_man(void)
{
	g_autofree char *man = offhook_documentation_print_man(&acme, 1);
	g_auto(GStrv) lines = g_strsplit(man, "\n", -1);

	g_assert_nonnull(strstr(man, ".SS [server]\n"));
	g_assert_nonnull(strstr(man, "\\fBpublic\\-url=\\fR\n"));
	for (char **line = lines; *line != NULL; line++)
		if (**line == '.')
			g_assert_true(g_str_equal(*line, ".TP") ||
				      g_str_has_prefix(*line, ".SS ["));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/documentation/sample-is-valid", Fixture, NULL, set_up, test_sample_is_valid,
		   tear_down);
	g_test_add("/documentation/sample-is-valid-without-comments", Fixture, NULL, set_up,
		   test_sample_is_valid_without_comments, tear_down);
	g_test_add_func("/documentation/sample-is-complete", test_sample_is_complete);
	g_test_add_func("/documentation/sample-is-narrow", test_sample_is_narrow);
	g_test_add_func("/documentation/man", test_man);
	return g_test_run();
}
