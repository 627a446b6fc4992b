/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the daemon says of its configuration without starting: what is wrong with it, and what could be in it.
 * Main thread.
 */

#include "daemon/daemon-private.h"

#include <offhook/error.h>

#include "config/config-plugins.h"
#include "config/documentation.h"
#include "store/store-history.h"

static void
offhook_daemon_check_store(OffhookConfig *config, GString *wrong)
{
	g_autoptr(GError) error = NULL;

	if (!offhook_store_check_url(offhook_config_get_string(config, "store", "url"), &error))
		g_string_append_printf(wrong, "[store] url: %s\n", error->message);
}

static void
offhook_daemon_check_cache(OffhookConfig *config, GString *wrong)
{
	const char *url = offhook_config_get_string(config, "cache", "url");
	g_autoptr(GError) error = NULL;

	if (url != NULL && !offhook_cache_check_url(url, &error))
		g_string_append_printf(wrong, "[cache] url: %s\n", error->message);
}

static void
offhook_daemon_check_trace(OffhookConfig *config, GString *wrong)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) headers = offhook_trace_parse_headers(
	    offhook_config_get_string(config, "trace", "headers"), &error);

	if (headers == NULL)
		g_string_append_printf(wrong, "%s\n", error->message);
}

static void
offhook_daemon_check_webhooks(OffhookConfig *config, GString *wrong)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) settings = offhook_delivery_settings_list(config, &error);

	if (settings == NULL)
		g_string_append_printf(wrong, "%s\n", error->message);
}

/* What only a plugin can tell: a sound file that is not there, a number that is none. */
static void
offhook_daemon_check_plugins(OffhookDaemon *self, OffhookConfig *config, GString *wrong)
{
	g_autofree char *problems = offhook_plugin_registry_try(self->plugins, config);

	g_string_append(wrong, problems);
}

/* A line for each. */
static char *
offhook_daemon_join_notices(OffhookConfig *config)
{
	const GPtrArray *notices = offhook_config_get_notices(config);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < notices->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(notices, i));
	return g_string_free(text, FALSE);
}

gboolean
offhook_daemon_check(OffhookDaemon *self, char **remarks, GError **error)
{
	g_autoptr(OffhookConfig) config = offhook_daemon_read_config(self, error);
	g_autoptr(GString) wrong = g_string_new(NULL);

	if (config == NULL)
		return FALSE;
	offhook_daemon_check_store(config, wrong);
	offhook_daemon_check_cache(config, wrong);
	offhook_daemon_check_trace(config, wrong);
	offhook_daemon_check_webhooks(config, wrong);
	offhook_daemon_check_plugins(self, config, wrong);
	*remarks = offhook_daemon_join_notices(config);
	if (wrong->len == 0)
		return TRUE;
	g_string_truncate(wrong, wrong->len - 1);
	g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG, wrong->str);
	return FALSE;
}

char *
offhook_daemon_print_sample(OffhookDaemon *self)
{
	g_autoptr(OffhookConfig) config = offhook_daemon_read_config(self, NULL);
	g_autoptr(GArray) docs = offhook_plugin_registry_list_docs(self->plugins);

	return offhook_documentation_print_sample((const OffhookPluginDoc *)docs->data, docs->len);
}
