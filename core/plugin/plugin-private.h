/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What only the registry does to an entry.
 */
#pragma once

#include "config/config-plugins.h"
#include "plugin/plugin.h"

G_BEGIN_DECLS

struct _OffhookPlugin {
	GObject parent_instance;

	OffhookPlugin *base; /* (nullable): the file's entry, of which this is an instance */
	char *path;
	char *name;
	guint kind;
	OffhookPluginStatus status;
	char *reason;                  /* (nullable) */
	char *digest;                  /* (nullable): the content loaded, or refused last */
	const OffhookPluginInfo *info; /* (nullable): refused */
	GObject *object;               /* (nullable) */
	OffhookSettings *settings;     /* (nullable): what it was configured with */
};

/** @kind: as far as the folder tells */
OffhookPlugin *offhook_plugin_new(const char *path, guint kind);

/** An instance of @base, called @name. */
OffhookPlugin *offhook_plugin_new_instance(OffhookPlugin *base, guint kind, const char *name);
/** Something has become of the file: takes over what an instance has from it. */
void offhook_plugin_follow_base(OffhookPlugin *self);
/** Whether its file is gone. */
gboolean offhook_plugin_has_lost_file(OffhookPlugin *self);

void offhook_plugin_set_info(OffhookPlugin *self, const OffhookPluginInfo *info);
void offhook_plugin_set_path(OffhookPlugin *self, const char *path);
void offhook_plugin_set_digest(OffhookPlugin *self, const char *digest);
/** @reason: (nullable) */
void offhook_plugin_set_status(OffhookPlugin *self, OffhookPluginStatus status, const char *reason);

/** Makes the object unless there is one. @host: (nullable) */
gboolean offhook_plugin_instantiate(OffhookPlugin *self, OffhookCallHost *host, GError **error);
void offhook_plugin_set_host(OffhookPlugin *self, OffhookCallHost *host);
/** Gives the object its settings and remembers them. */
gboolean offhook_plugin_configure(OffhookPlugin *self, OffhookSettings *settings, GError **error);

G_END_DECLS
