/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A check of a configuration against the plugins that are there, for the files that do it.
 */
#pragma once

#include "config/config-plugins.h"
#include "config/config-private.h"

G_BEGIN_DECLS

typedef struct {
	OffhookConfig *config;
	const OffhookPluginDirectory *directory;
	gpointer data;
	GHashTable *wrong; /* set of sections that are no plugin's: their keys say nothing */
	GHashTable *told;  /* set of agents: what is wrong with their own sections has been said */
} OffhookPluginCheck;

/** (transfer full): " (did you mean ...)" among the plugins that are there */
char *offhook_plugin_check_hint(OffhookPluginCheck *check, OffhookPluginKind kind,
				const char *name);

/** One place where a plugin's name stands. @lenient: one that is missing is no problem */
void offhook_plugin_check_reference(OffhookPluginCheck *check, const char *section, const char *key,
				    OffhookPluginKind kind, const char *name, gboolean lenient);

/* plugin-instances.c: `plugin=` of one section; FALSE when it is wrong, which has been said */
gboolean offhook_plugin_check_instance(OffhookPluginCheck *check,
				       const OffhookConfigSection *section, OffhookPluginKind kind,
				       const char *name);

/* assistant-check.c */
void offhook_plugin_check_assistants(OffhookPluginCheck *check);

G_END_DECLS
