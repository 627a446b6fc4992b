/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Loads a plugin as the daemon does, and gives it to its suite. Main thread. */

#include "kit-child.h"

#include "kit-suites.h"

#include <offhook/error.h>

#include <stdlib.h>

#include "config/config-plugins.h"
#include "harness.h"
#include "plugin/loader.h"
#include "plugin/plugin.h"

#define KIT_CHILD_SETTLE_MS 100

static gboolean
kit_child_configure(const OffhookPluginInfo *info, GObject *object, KitCase *kase, GError **error)
{
	static const OffhookSetting none[] = {{NULL}};
	g_auto(GStrv) pairs = kit_case_dup_pairs(kase, "settings");
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *section =
	    g_strdup_printf("%s:%s", offhook_plugin_kind_to_string(info->kind), info->name);
	const OffhookSetting *table = info->settings != NULL ? info->settings : none;
	g_autoptr(OffhookSettings) settings = NULL;

	for (guint i = 0; pairs[i] != NULL; i += 2)
		g_hash_table_insert(values, pairs[i], pairs[i + 1]);
	settings = offhook_settings_new(table, values, section, error);
	if (settings == NULL)
		return FALSE;
	for (guint i = 0; pairs[i] != NULL; i += 2) {
		if (offhook_settings_has(settings, pairs[i]))
			continue;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_CONFIG,
			    "[%s] there is no setting \"%s\"", section, pairs[i]);
		return FALSE;
	}
	if (info->kind == OFFHOOK_PLUGIN_DRIVER)
		return offhook_driver_configure(OFFHOOK_DRIVER(object), settings, error);
	if (info->kind == OFFHOOK_PLUGIN_ENGINE)
		return offhook_engine_configure(OFFHOOK_ENGINE(object), settings, error);
	return offhook_agent_configure(OFFHOOK_AGENT(object), settings, error);
}

static void
kit_child_add_tests(const OffhookPluginInfo *info, KitCase *kase)
{
	if (info->kind == OFFHOOK_PLUGIN_DRIVER)
		kit_driver_add_tests(info, kase);
	else if (info->kind == OFFHOOK_PLUGIN_ENGINE)
		kit_engine_add_tests(info, kase);
	else
		kit_agent_add_tests(info, kase);
}

/* g_test_init() takes what to do from a command line. */
static void
kit_child_init_tests(const char *path)
{
	char *words[] = {(char *)"offhook-conform", path != NULL ? (char *)"-p" : (char *)"-l",
			 (char *)path, NULL};
	char **argv = words;
	int argc = path != NULL ? 3 : 2;

	g_test_init(&argc, &argv, NULL);
}

static int
kit_child_fail(int status, const GError *error)
{
	g_printerr("%s\n", error->message);
	return status;
}

static gboolean
kit_child_settled_cb(gpointer user_data)
{
	g_main_loop_quit(user_data);
	return G_SOURCE_REMOVE;
}

/* Connections that are being closed: what a daemon would see to as it goes on. */
static void
kit_child_settle(void)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	g_timeout_add(KIT_CHILD_SETTLE_MS, kit_child_settled_cb, loop);
	g_main_loop_run(loop);
}

int
kit_child_run(const char *path_of_file, KitCase *kase, const char *path, guint timeout_s)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(OffhookPluginFile) file = offhook_plugin_file_read(path_of_file, &error);
	const OffhookPluginInfo *info = NULL;
	g_autoptr(GObject) object = NULL;
	int status;

	if (file != NULL)
		info = offhook_plugin_loader_open(file, OFFHOOK_PLUGIN_KIND_UNKNOWN, &error);
	if (info != NULL)
		object = offhook_plugin_loader_instantiate(info, &error);
	if (object == NULL)
		return kit_child_fail(KIT_CHILD_NOT_LOADED, error);
	if (path == NULL)
		g_print(KIT_CHILD_PLUGIN "%s\t%s\t%s\n", offhook_plugin_kind_to_string(info->kind),
			info->name, info->version);
	if (!kit_child_configure(info, object, kase, &error))
		return kit_child_fail(KIT_CHILD_NOT_CONFIGURED, error);
	g_clear_object(&object);
	kit_child_init_tests(path);
	harness_set_timeout(timeout_s);
	kit_child_add_tests(info, kase);
	status = g_test_run();
	if (path != NULL)
		kit_child_settle();
	return status;
}
