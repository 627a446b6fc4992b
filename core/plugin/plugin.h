/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One entry of the registry: a plugin file and what became of it, or an instance: a section of the
 * configuration that says `plugin=`, with a name, an object and settings of its own. Main thread only.
 * Everything returned is (transfer none).
 */
#pragma once

#include <offhook/agent.h>
#include <offhook/driver.h>
#include <offhook/engine.h>
#include <offhook/plugin.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_PLUGIN_ACTIVE,       /* works */
	OFFHOOK_PLUGIN_UNCONFIGURED, /* could work; the reason names the settings it lacks */
	OFFHOOK_PLUGIN_FAILED,       /* refused, or its configuration was; the reason says why */
	OFFHOOK_PLUGIN_DISABLED,     /* by [plugins] disabled */
	OFFHOOK_PLUGIN_DRAINING, /* its file or section is gone: nothing new, what runs goes on */
} OffhookPluginStatus;

/** The kind of a file that was refused before it could say. */
#define OFFHOOK_PLUGIN_KIND_UNKNOWN 3u

#define OFFHOOK_TYPE_PLUGIN (offhook_plugin_get_type())
G_DECLARE_FINAL_TYPE(OffhookPlugin, offhook_plugin, OFFHOOK, PLUGIN, GObject)

guint offhook_plugin_get_kind(OffhookPlugin *self); /* OffhookPluginKind, or unknown */
/** "driver", "engine", "agent", or "plugin" when unknown */
const char *offhook_plugin_get_kind_name(OffhookPlugin *self);
/** From the descriptor; of a refused file, from the file's name; of an instance, from its section. */
const char *offhook_plugin_get_name(OffhookPlugin *self);
/** The name of the plugin whose code it runs: differs from its own for an instance. */
const char *offhook_plugin_get_plugin_name(OffhookPlugin *self);
const char *offhook_plugin_get_path(OffhookPlugin *self);
OffhookPluginStatus offhook_plugin_get_status(OffhookPlugin *self);
/** "active", "unconfigured", "failed", "disabled", "draining" */
const char *offhook_plugin_get_status_name(OffhookPlugin *self);
/** (nullable): why the status is what it is, or what happens at the next restart */
const char *offhook_plugin_get_reason(OffhookPlugin *self);
/**
 * What an engine that is active needs before it can be used, as it says itself when it is asked for a session:
 * a key to its service. (transfer full) (nullable): nothing
 */
char *offhook_plugin_find_lack(OffhookPlugin *self);
const char *offhook_plugin_get_version(OffhookPlugin *self); /* (nullable): refused */
const char *offhook_plugin_get_license(OffhookPlugin *self); /* (nullable): refused */
const char *offhook_plugin_get_summary(OffhookPlugin *self); /* (nullable): refused */
/** (nullable): refused, or none declared */
const OffhookSetting *offhook_plugin_get_settings(OffhookPlugin *self);

/** The OffhookDriver, OffhookEngine or OffhookAgent. (nullable): refused or never enabled */
GObject *offhook_plugin_get_object(OffhookPlugin *self);

G_END_DECLS
