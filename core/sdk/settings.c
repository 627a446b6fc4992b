/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Declared settings and the checking of what was configured against them. Any thread.
 */

#include <offhook/settings.h>

#include <offhook/error.h>

#include <stdlib.h>

struct _OffhookSettings {
	gatomicrefcount ref_count;
	const OffhookSetting *table; /* static data of a plugin, which is never unmapped */
	GHashTable *values;          /* utf8 -> utf8 */
	char *section;
};

static gboolean
offhook_setting_fail(const OffhookSetting *setting, const char *section, const char *value,
		     const char *expected, GError **error)
{
	gboolean secret = setting->flags & OFFHOOK_SETTING_SECRET;

	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, "[%s] %s: %s%s%s is not %s",
		    section, setting->name, secret ? "" : "\"", secret ? "the value" : value,
		    secret ? "" : "\"", expected);
	return FALSE;
}

/* "MIN..MAX"; an absent side is open. */
static gboolean
offhook_setting_is_in_range(const char *range, double number)
{
	const char *dots = range != NULL ? strstr(range, "..") : NULL;

	if (dots == NULL)
		return TRUE;
	if (dots > range && number < g_ascii_strtod(range, NULL))
		return FALSE;
	return dots[2] == '\0' || number <= g_ascii_strtod(dots + 2, NULL);
}

static gboolean
offhook_setting_check_number(const OffhookSetting *setting, const char *section, const char *value,
			     GError **error)
{
	g_autofree char *expected = NULL;
	char *end = NULL;
	double number;
	gboolean whole = setting->type == OFFHOOK_SETTING_INTEGER;

	if (whole)
		number = (double)g_ascii_strtoll(value, &end, 10);
	else
		number = g_ascii_strtod(value, &end);
	if (end != value && *end == '\0' && offhook_setting_is_in_range(setting->choices, number))
		return TRUE;
	expected = g_strdup_printf("a%s number%s%s", whole ? " whole" : "",
				   setting->choices != NULL ? " in " : "",
				   setting->choices != NULL ? setting->choices : "");
	return offhook_setting_fail(setting, section, value, expected, error);
}

gboolean
offhook_setting_check(const OffhookSetting *setting, const char *section, const char *value,
		      GError **error)
{
	g_auto(GStrv) choices = NULL;
	g_autofree char *expected = NULL;

	switch (setting->type) {
	case OFFHOOK_SETTING_INTEGER:
	case OFFHOOK_SETTING_NUMBER:
		return offhook_setting_check_number(setting, section, value, error);
	case OFFHOOK_SETTING_BOOLEAN:
		if (g_str_equal(value, "true") || g_str_equal(value, "false"))
			return TRUE;
		return offhook_setting_fail(setting, section, value, "true or false", error);
	case OFFHOOK_SETTING_CHOICE:
		choices = g_strsplit(setting->choices, "|", -1);
		if (g_strv_contains((const char *const *)choices, value))
			return TRUE;
		expected = g_strdup_printf("one of %s", setting->choices);
		return offhook_setting_fail(setting, section, value, expected, error);
	case OFFHOOK_SETTING_STRING:
	case OFFHOOK_SETTING_PATH:
	default:
		return TRUE;
	}
}

OffhookSettings *
offhook_settings_new(const OffhookSetting *table, GHashTable *values, const char *section,
		     GError **error)
{
	g_autoptr(OffhookSettings) self = g_new0(OffhookSettings, 1);
	g_autoptr(GString) wrong = g_string_new(NULL);

	g_atomic_ref_count_init(&self->ref_count);
	self->table = table;
	self->section = g_strdup(section);
	self->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (const OffhookSetting *s = table; s != NULL && s->name != NULL; s++) {
		const char *value = values != NULL ? g_hash_table_lookup(values, s->name) : NULL;
		g_autoptr(GError) local = NULL;

		if (value == NULL)
			value = s->default_value;
		if (value == NULL && !(s->flags & OFFHOOK_SETTING_REQUIRED))
			continue;
		if (value == NULL)
			g_set_error(&local, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
				    "[%s] %s is missing: %s", section, s->name, s->help);
		else if (offhook_setting_check(s, section, value, &local))
			g_hash_table_insert(self->values, g_strdup(s->name), g_strdup(value));
		if (local != NULL)
			g_string_append_printf(wrong, "%s%s", wrong->len > 0 ? "\n" : "",
					       local->message);
	}
	if (wrong->len > 0) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, wrong->str);
		return NULL;
	}
	return g_steal_pointer(&self);
}

static gboolean
offhook_settings_refuse_unknown(OffhookSettings *self, const char *name, const char *section,
				GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	for (const OffhookSetting *s = self->table; s != NULL && s->name != NULL; s++)
		g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", s->name);
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
		    "[%s] %s: unknown, expected one of %s", section, name, known->str);
	return FALSE;
}

OffhookSettings *
offhook_settings_override(OffhookSettings *self, GHashTable *values, const char *section,
			  GError **error)
{
	g_autoptr(GHashTable) both = NULL;
	GHashTableIter iter;
	gpointer name, value;

	if (values == NULL)
		return offhook_settings_ref(self);
	both = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_iter_init(&iter, self->values);
	while (g_hash_table_iter_next(&iter, &name, &value))
		g_hash_table_insert(both, name, value);
	g_hash_table_iter_init(&iter, values);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		if (!offhook_settings_has(self, name)) {
			offhook_settings_refuse_unknown(self, name, section, error);
			return NULL;
		}
		g_hash_table_insert(both, name, value);
	}
	return offhook_settings_new(self->table, both, section, error);
}

OffhookSettings *
offhook_settings_ref(OffhookSettings *self)
{
	g_atomic_ref_count_inc(&self->ref_count);
	return self;
}

void
offhook_settings_unref(OffhookSettings *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->ref_count))
		return;
	g_hash_table_unref(self->values);
	g_free(self->section);
	g_free(self);
}

const char *
offhook_settings_get_section(OffhookSettings *self)
{
	return self->section;
}

gboolean
offhook_settings_has(OffhookSettings *self, const char *name)
{
	for (const OffhookSetting *s = self->table; s != NULL && s->name != NULL; s++)
		if (g_str_equal(s->name, name))
			return TRUE;
	return FALSE;
}

static const char *
offhook_settings_look_up(OffhookSettings *self, const char *name)
{
	if (offhook_settings_has(self, name))
		return g_hash_table_lookup(self->values, name);
	g_critical("setting \"%s\" is not declared", name);
	return NULL;
}

const char *
offhook_settings_get_string(OffhookSettings *self, const char *name)
{
	return offhook_settings_look_up(self, name);
}

char *
offhook_settings_dup_string(OffhookSettings *self, const char *name)
{
	const char *value = offhook_settings_get_string(self, name);

	return value != NULL && *value != '\0' ? g_strdup(value) : NULL;
}

gint64
offhook_settings_get_integer(OffhookSettings *self, const char *name)
{
	const char *value = offhook_settings_look_up(self, name);

	return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

double
offhook_settings_get_number(OffhookSettings *self, const char *name)
{
	const char *value = offhook_settings_look_up(self, name);

	return value != NULL ? g_ascii_strtod(value, NULL) : 0;
}

gboolean
offhook_settings_get_boolean(OffhookSettings *self, const char *name)
{
	return g_strcmp0(offhook_settings_look_up(self, name), "true") == 0;
}
