/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Documentation of the configuration, written from the same tables that check it: the commented
 * sample file and the key list of the man page. Any thread.
 */
#pragma once

#include <offhook/plugin.h>

G_BEGIN_DECLS

/** A plugin to document. */
typedef struct {
	OffhookPluginKind kind;
	const char *name;
	const char *summary;
	const OffhookSetting *settings; /* (nullable) */
} OffhookPluginDoc;

/** `offhookd --print-config-sample`: every key commented out with its default. (transfer full) */
char *offhook_documentation_print_sample(const OffhookPluginDoc *plugins, guint n_plugins);

/** The key list of offhookd.conf(5), as roff. (transfer full) */
char *offhook_documentation_print_man(const OffhookPluginDoc *plugins, guint n_plugins);

G_END_DECLS
