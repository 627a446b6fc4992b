/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * From a file to a plugin object, in steps of which each trusts only what the one before checked.
 * Main thread only. A module that was opened stays mapped for ever.
 */
#pragma once

#include <offhook/plugin.h>

#include "plugin/plugin-file.h"

G_BEGIN_DECLS

/**
 * offhook_plugin_loader_inspect:
 * @kind: what the folder is for, or OFFHOOK_PLUGIN_KIND_UNKNOWN
 * @error: %OFFHOOK_ERROR_FORMAT, _INCOMPATIBLE
 *
 * Whether the file is a complete shared object whose descriptor fits this daemon. Maps nothing and
 * runs nothing.
 */
gboolean offhook_plugin_loader_inspect(const OffhookPluginFile *file, guint kind, GError **error);

/**
 * offhook_plugin_loader_open:
 *
 * Inspects, opens, and checks the rest of the descriptor. None of the plugin's functions is called.
 *
 * Returns: (nullable): the descriptor, valid for ever
 */
const OffhookPluginInfo *offhook_plugin_loader_open(OffhookPluginFile *file, guint kind,
						    GError **error);

/**
 * offhook_plugin_loader_instantiate:
 *
 * The one object of the plugin, an OffhookDriver, OffhookEngine or OffhookAgent.
 *
 * Returns: (transfer full) (nullable)
 */
GObject *offhook_plugin_loader_instantiate(const OffhookPluginInfo *info, GError **error);

G_END_DECLS
