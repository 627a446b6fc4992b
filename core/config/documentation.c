/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes the sample configuration and the man page's list of keys from the schema and the plugins'
 * declarations. Any thread.
 */

#include "config/documentation.h"

#include "config/config-plugins.h"
#include "config/schema.h"

#include <string.h>

#define OFFHOOK_SAMPLE_WIDTH 98

static const char offhook_sample_introduction[] =
    "# Configuration of offhookd. Every key is shown with its default, commented out.\n"
    "# Files *.conf in the folder conf.d beside this one are read after it, in the order of their\n"
    "# names; then .env, then the environment. In paths ${state-dir} stands for [server] "
    "state-dir.\n"
    "# Check changes with: offhookd --check-config\n";

/* How one setting is to be shown, in either form. */
typedef void (*OffhookDocumentationFunc)(GString *out, const OffhookSetting *setting);

/* ---- the sample ---- */

static void
offhook_documentation_print_comment(GString *out, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	gsize column = 0;

	for (char **word = words; *word != NULL; word++) {
		gsize length = g_utf8_strlen(*word, -1);

		if (column == 0 || column + 1 + length > OFFHOOK_SAMPLE_WIDTH) {
			g_string_append_printf(out, "%s# %s", column > 0 ? "\n" : "", *word);
			column = 2 + length;
		} else {
			g_string_append_printf(out, " %s", *word);
			column += 1 + length;
		}
	}
	g_string_append_c(out, '\n');
}

/* "whole number 20..2000; variable X; secret: may be in a file, see KEY-file" */
static char *
offhook_documentation_describe(const OffhookSetting *setting)
{
	static const char *const types[] = {
	    [OFFHOOK_SETTING_STRING] = NULL,       [OFFHOOK_SETTING_INTEGER] = "A whole number",
	    [OFFHOOK_SETTING_NUMBER] = "A number", [OFFHOOK_SETTING_BOOLEAN] = "true or false",
	    [OFFHOOK_SETTING_CHOICE] = "One of",   [OFFHOOK_SETTING_PATH] = NULL,
	};
	GString *text = g_string_new(NULL);

	if (types[setting->type] != NULL)
		g_string_append(text, types[setting->type]);
	/* Of the other looks of a string its help speaks. */
	if (types[setting->type] != NULL && setting->choices != NULL)
		g_string_append_printf(text, " %s", setting->choices);
	else if (setting->choices != NULL && g_str_has_suffix(setting->choices, " hex"))
		g_string_append_printf(text, "%s digits", setting->choices);
	if (setting->flags & OFFHOOK_SETTING_REQUIRED)
		g_string_append_printf(text, "%sRequired", text->len > 0 ? ". " : "");
	if (setting->env != NULL)
		g_string_append_printf(text, "%sVariable %s", text->len > 0 ? ". " : "",
				       setting->env);
	if (text->len > 0)
		g_string_append_c(text, '.');
	return g_string_free(text, FALSE);
}

static const char *
offhook_documentation_get_default(const OffhookSetting *setting)
{
	/* The default of state-dir itself is in its help. */
	if (setting->default_value == NULL || g_str_equal(setting->default_value, "${state-dir}"))
		return "";
	return setting->default_value;
}

static void
offhook_documentation_print_sample_key(GString *out, const OffhookSetting *setting)
{
	g_autofree char *description = offhook_documentation_describe(setting);
	g_autofree char *text =
	    g_strjoin(*description != '\0' ? " " : "", setting->help, description, NULL);

	g_string_append_c(out, '\n');
	offhook_documentation_print_comment(out, text);
	g_string_append_printf(out, "#%s=%s\n", setting->name,
			       offhook_documentation_get_default(setting));
}

static void
offhook_documentation_print_sample_section(GString *out, const char *name, gboolean active,
					   const char *help)
{
	g_string_append_c(out, '\n');
	offhook_documentation_print_comment(out, help);
	g_string_append_printf(out, "%s[%s]\n", active ? "" : "#", name);
}

/* "driver:twilio"; of an agent that there are many of, "tool:NAME" */
static char *
offhook_documentation_dup_section(const OffhookPluginDoc *plugin)
{
	g_autofree char *shorthand = g_strconcat(plugin->name, ":NAME", NULL);

	if (plugin->kind == OFFHOOK_PLUGIN_AGENT && offhook_schema_get_shorthand(shorthand) != NULL)
		return g_steal_pointer(&shorthand);
	return g_strdup_printf("%s:%s", offhook_plugin_kind_to_string(plugin->kind), plugin->name);
}

/* A secret may also be in a file of its own. @own_file: that one is among the settings */
static void
offhook_documentation_print_setting(GString *out, const OffhookSetting *setting, gboolean own_file,
				    OffhookDocumentationFunc print)
{
	g_autofree char *name = g_strconcat(setting->name, "-file", NULL);
	g_autofree char *help = g_strdup_printf("A file that holds %s.", setting->name);
	OffhookSetting file = {name, OFFHOOK_SETTING_PATH, 0, NULL, NULL, NULL, help};

	print(out, setting);
	if (setting->flags & OFFHOOK_SETTING_SECRET && !own_file)
		print(out, &file);
}

static void
offhook_documentation_print_core(GString *out, const OffhookSchemaSection *section,
				 OffhookDocumentationFunc print)
{
	for (const OffhookSchemaKey *k = section->keys; k->setting.name != NULL; k++) {
		g_autofree char *file = g_strconcat(k->setting.name, "-file", NULL);

		offhook_documentation_print_setting(
		    out, &k->setting, offhook_schema_find_key(section, file) != NULL, print);
	}
}

static void
offhook_documentation_print_plugin(GString *out, const OffhookPluginDoc *plugin,
				   OffhookDocumentationFunc print)
{
	for (const OffhookSetting *s = plugin->settings; s != NULL && s->name != NULL; s++)
		offhook_documentation_print_setting(out, s, FALSE, print);
	for (const OffhookSetting *s = offhook_schema_get_own_settings(plugin->kind);
	     s != NULL && s->name != NULL; s++)
		print(out, s);
}

char *
offhook_documentation_print_sample(const OffhookPluginDoc *plugins, guint n_plugins)
{
	GString *out = g_string_new(offhook_sample_introduction);

	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		g_autofree char *name = g_strconcat(s->name, s->named ? ":NAME" : NULL, NULL);

		offhook_documentation_print_sample_section(out, name, !s->named, s->help);
		offhook_documentation_print_core(out, s, offhook_documentation_print_sample_key);
	}
	for (guint i = 0; i < n_plugins; i++) {
		g_autofree char *name = offhook_documentation_dup_section(&plugins[i]);

		offhook_documentation_print_sample_section(out, name, FALSE, plugins[i].summary);
		offhook_documentation_print_plugin(out, &plugins[i],
						   offhook_documentation_print_sample_key);
	}
	return g_string_free(out, FALSE);
}

/* ---- the man page ---- */

static void
offhook_documentation_append_roff(GString *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		/* A line that begins with one of these would be a request. */
		if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
			g_string_append(out, "\\&");
		if (*c == '\\')
			g_string_append(out, "\\e");
		else if (*c == '-')
			g_string_append(out, "\\-");
		else
			g_string_append_c(out, *c);
		/* A list without spaces may be longer than a line. */
		if (strchr(",|", *c) != NULL)
			g_string_append(out, "\\:");
	}
}

static void
offhook_documentation_print_man_key(GString *out, const OffhookSetting *setting)
{
	g_autofree char *description = offhook_documentation_describe(setting);
	const char *text = offhook_documentation_get_default(setting);

	g_string_append(out, ".TP\n\\fB");
	offhook_documentation_append_roff(out, setting->name);
	g_string_append(out, "=\\fR");
	offhook_documentation_append_roff(out, text);
	g_string_append_c(out, '\n');
	offhook_documentation_append_roff(out, setting->help);
	g_string_append_c(out, '\n');
	if (*description != '\0') {
		offhook_documentation_append_roff(out, description);
		g_string_append_c(out, '\n');
	}
}

static void
offhook_documentation_print_man_section(GString *out, const char *name, const char *help)
{
	g_string_append(out, ".SS [");
	offhook_documentation_append_roff(out, name);
	g_string_append(out, "]\n");
	offhook_documentation_append_roff(out, help);
	g_string_append_c(out, '\n');
}

char *
offhook_documentation_print_man(const OffhookPluginDoc *plugins, guint n_plugins)
{
	GString *out = g_string_new(NULL);

	for (const OffhookSchemaSection *s = offhook_schema_get_sections(); s->name != NULL; s++) {
		g_autofree char *name = g_strconcat(s->name, s->named ? ":NAME" : NULL, NULL);

		offhook_documentation_print_man_section(out, name, s->help);
		offhook_documentation_print_core(out, s, offhook_documentation_print_man_key);
	}
	for (guint i = 0; i < n_plugins; i++) {
		g_autofree char *name = offhook_documentation_dup_section(&plugins[i]);

		offhook_documentation_print_man_section(out, name, plugins[i].summary);
		offhook_documentation_print_plugin(out, &plugins[i],
						   offhook_documentation_print_man_key);
	}
	return g_string_free(out, FALSE);
}
