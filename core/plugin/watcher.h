/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Watches the plugin directories: a file that is complete is loaded, one that goes is drained.
 * Main thread only; reports to the default main context of the thread that made it.
 */
#pragma once

#include "plugin/registry.h"

G_BEGIN_DECLS

typedef struct _OffhookPluginWatcher OffhookPluginWatcher;

/**
 * offhook_plugin_watcher_get_directories:
 * @executable: (nullable): the daemon's own file; %NULL asks the kernel
 * @extra: (nullable): [plugins] path: directories joined by ':'
 *
 * In order of precedence: the build tree's plugins when the daemon runs from its build tree, else
 * $libdir/offhook-1 and /usr/local/lib/offhook-1; then @extra.
 *
 * Returns: (transfer full): directories, each flat or with drivers/, engines/, agents/
 */
char **offhook_plugin_watcher_get_directories(const char *executable, const char *extra);

/**
 * offhook_plugin_watcher_new:
 *
 * Loads everything there is before it returns, then goes on watching. Directories need not exist
 * yet.
 */
OffhookPluginWatcher *offhook_plugin_watcher_new(OffhookPluginRegistry *registry,
						 const char *const *directories);
void offhook_plugin_watcher_free(OffhookPluginWatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookPluginWatcher, offhook_plugin_watcher_free)

/** Looks through all directories once more (on SIGHUP: file systems without notification). */
void offhook_plugin_watcher_rescan(OffhookPluginWatcher *self);

/**
 * offhook_plugin_watcher_load:
 * @path: absolute
 *
 * Loads a file of one of the directories, should nobody have noticed it.
 *
 * Returns: (transfer none) (nullable): its entry; %OFFHOOK_ERROR_INVALID_ARGUMENT: not in one of them,
 *   or no module; %OFFHOOK_ERROR_NOT_FOUND; %OFFHOOK_ERROR_INCOMPATIBLE: refused, and why
 */
OffhookPlugin *offhook_plugin_watcher_load(OffhookPluginWatcher *self, const char *path,
					   GError **error);

G_END_DECLS
