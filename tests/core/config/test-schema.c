/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Finding sections and keys, and the table itself.
 */

#include "config/schema.h"

#include <string.h>

static void
test_find(void)
{
	const OffhookSchemaSection *assistant = offhook_schema_find_section("assistant:a");

	g_assert_nonnull(assistant);
	g_assert_true(assistant->named);
	g_assert_nonnull(offhook_schema_find_key(assistant, "agents"));
	g_assert_null(offhook_schema_find_key(assistant, "agent"));
	g_assert_null(offhook_schema_find_section("assistant"));
	g_assert_null(offhook_schema_find_section("server:x"));
	g_assert_null(offhook_schema_find_section("driver:x"));
}

static void
test_plugin_sections(void)
{
	OffhookPluginKind kind;
	const char *name;

	g_assert_true(offhook_schema_split_plugin_section("engine:flite", &kind, &name));
	g_assert_cmpint(kind, ==, OFFHOOK_PLUGIN_ENGINE);
	g_assert_cmpstr(name, ==, "flite");
	g_assert_false(offhook_schema_split_plugin_section("engine", &kind, &name));
	g_assert_false(offhook_schema_split_plugin_section("assistant:x", &kind, &name));
}

static void
test_hints(void)
{
	static const struct {
		const char *section;
		const char *word; /* NULL: nothing is near */
	} cases[] = {
	    {"Server", "\"server\""},
	    {"sotre", "\"store\""},
	    {"asistant:a", "\"assistant:a\""},
	    {"assistant", "\"assistant:NAME\""},
	    {"drivers:x", "\"driver:x\""},
	    {"server:x", "\"server\""},
	    {"zzzzzzzzzzzz", NULL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *hint = offhook_schema_hint_section(cases[i].section);

		if (cases[i].word != NULL)
			g_assert_nonnull(strstr(hint, cases[i].word));
		else
			g_assert_cmpstr(hint, ==, "");
	}
}

/* Keys have one form, and no section has one twice. */
static void
test_table(void)
{
	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		g_assert_nonnull(s->help);
		for (const OffhookSchemaKey *k = s->keys; k->setting.name != NULL; k++) {
			const char *name = k->setting.name;

			g_assert_true(offhook_normalise_is_plugin_name(name));
			g_assert_true(offhook_schema_find_key(s, name) == k);
			g_assert_true(g_str_has_suffix(k->setting.help, "."));
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/find", test_find);
	g_test_add_func("/schema/plugin-sections", test_plugin_sections);
	g_test_add_func("/schema/hints", test_hints);
	g_test_add_func("/schema/table", test_table);
	return g_test_run();
}
