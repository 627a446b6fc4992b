/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Prints offhookd.conf(5): a frame, and in it every key of the program and of the plugins that were
 * built, from the tables that check them. Runs in the build.
 */

#include <gst/gst.h>
#include <stdlib.h>

#include "config/documentation.h"
#include "plugin/watcher.h"

#define KEYS_MARK "@KEYS@\n"

static char *
print_keys(OffhookPluginRegistry *registry)
{
	g_autoptr(GArray) docs = offhook_plugin_registry_list_docs(registry);

	return offhook_documentation_print_man((const OffhookPluginDoc *)docs->data, docs->len);
}

/* DAEMON FRAME */
int
main(int argc, char **argv)
{
	const OffhookConfigSource source = {.path = "/dev/null"};
	g_autoptr(OffhookConfig) config = NULL;
	g_autoptr(OffhookPluginRegistry) registry = NULL;
	g_autoptr(OffhookPluginWatcher) watcher = NULL;
	g_auto(GStrv) directories = NULL;
	g_auto(GStrv) parts = NULL;
	g_autofree char *frame = NULL;
	g_autofree char *keys = NULL;
	g_autoptr(GError) error = NULL;

	g_assert(argc == 3);
	gst_init(NULL, NULL);
	if (!g_file_get_contents(argv[2], &frame, NULL, &error)) {
		g_printerr("%s\n", error->message);
		return EXIT_FAILURE;
	}
	parts = g_strsplit(frame, KEYS_MARK, 2);
	config = offhook_config_read(&source);
	registry = offhook_plugin_registry_new(config);
	directories = offhook_plugin_watcher_get_directories(argv[1], NULL);
	watcher = offhook_plugin_watcher_new(registry, (const char *const *)directories);
	keys = print_keys(registry);
	g_print("%s%s%s", parts[0], keys, parts[1]);
	return EXIT_SUCCESS;
}
