/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Starting and asking the emulator. Main thread of the test.
 */

#include "openai-fixture.h"

#include "openai-config.h"

#include <string.h>

static Service *emulator; /* (nullable) */

void
openai_start(const char *arguments)
{
	g_autofree char *silent = g_strconcat("--voice tone ", arguments, NULL);

	g_assert_null(emulator);
	emulator = service_start("openai", silent);
}

void
openai_abandon(void)
{
	service_abandon(g_steal_pointer(&emulator));
}

void
openai_stop(void)
{
	service_stop(g_steal_pointer(&emulator));
}

/* (transfer full): without the "/v1" at its end */
static char *
openai_get_root(void)
{
	const char *url = service_get_base_url(emulator);

	g_assert_true(g_str_has_suffix(url, "/v1"));
	return g_strndup(url, strlen(url) - strlen("/v1"));
}

OffhookEngine *
openai_open_engine(const char *fault, const char *settings)
{
	g_autoptr(GHashTable) values =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *root = openai_get_root();
	g_autofree char *deadline = g_strdup_printf("%d", SERVICE_DEADLINE_MS);
	g_auto(GStrv) more = g_strsplit(settings != NULL ? settings : "", ";", -1);
	g_autoptr(OffhookSettings) checked = NULL;
	g_autoptr(GError) error = NULL;
	OffhookEngine *engine = g_object_new(OFFHOOK_TYPE_OPENAI_ENGINE, NULL);

	g_hash_table_insert(values, g_strdup("base-url"),
			    fault != NULL ? g_strdup_printf("%s/fault/%s/v1", root, fault)
					  : g_strconcat(root, "/v1", NULL));
	g_hash_table_insert(values, g_strdup("first-byte-timeout-ms"), g_strdup(deadline));
	g_hash_table_insert(values, g_strdup("stall-timeout-ms"), g_strdup(deadline));
	for (char **pair = more; *pair != NULL && **pair != '\0'; pair++) {
		g_auto(GStrv) parts = g_strsplit(*pair, "=", 2);

		g_hash_table_insert(values, g_strdup(parts[0]), g_strdup(parts[1]));
	}
	checked = offhook_settings_new(offhook_openai_settings, values, "engine:openai", &error);
	g_assert_no_error(error);
	g_assert_true(offhook_engine_configure(engine, checked, &error));
	g_assert_no_error(error);
	return engine;
}

char *
openai_get_setting(void)
{
	return g_strconcat("base-url=", service_get_base_url(emulator), NULL);
}

gint64
openai_count(const char *what)
{
	return service_count(emulator, what);
}

void
openai_wait_for_count(const char *what, gint64 n)
{
	service_wait_for_count(emulator, what, n);
}

char *
openai_get_last_chat(void)
{
	g_autoptr(JsonObject) state = service_get_state(emulator);

	return g_strdup(offhook_json_get_string(state, "last_chat"));
}
