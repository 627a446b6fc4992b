/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Configurations for tests. */
#pragma once

#include "../openai-config.h"

G_BEGIN_DECLS

/** @...: pairs of name and value, then %NULL. (transfer full) */
static inline GHashTable *
make_values(const char *name, ...)
{
	GHashTable *values = g_hash_table_new(g_str_hash, g_str_equal);
	va_list args;

	va_start(args, name);
	for (; name != NULL; name = va_arg(args, const char *))
		g_hash_table_insert(values, (gpointer)name, va_arg(args, gpointer));
	va_end(args);
	return values;
}

/** @values: (transfer full) */
static inline OffhookSettings *
make_settings(GHashTable *values)
{
	g_autoptr(GHashTable) owned = values;
	g_autoptr(GError) error = NULL;
	OffhookSettings *settings =
	    offhook_settings_new(offhook_openai_settings, owned, "engine:openai", &error);

	g_assert_no_error(error);
	return settings;
}

G_END_DECLS
