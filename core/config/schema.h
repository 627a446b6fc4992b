/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Every key of the core, once: what checks the configuration also documents it. Any thread.
 */
#pragma once

#include <offhook/plugin.h>

#include "config/normalise.h"

G_BEGIN_DECLS

typedef struct {
	OffhookSetting setting;
	OffhookNormaliseFunc normalise; /* (nullable): the type says it all */
	gboolean restart;               /* only a restart changes it */
} OffhookSchemaKey;

typedef struct {
	const char *name;             /* "server"; "assistant" for all [assistant:NAME] */
	gboolean named;               /* is there any number of times, each with a name */
	const char *help;             /* one sentence */
	const OffhookSchemaKey *keys; /* ends with a %NULL name */
} OffhookSchemaSection;

/** Where a value comes from that nobody gave. */
#define OFFHOOK_SCHEMA_DEFAULT "default"

/** All sections; ends with a %NULL name. */
const OffhookSchemaSection *offhook_schema_get_sections(void);

/** @section: as in a file, e.g. "assistant:default". (nullable): not one of the core's */
const OffhookSchemaSection *offhook_schema_find_section(const char *section);
/** (nullable) */
const OffhookSchemaKey *offhook_schema_find_key(const OffhookSchemaSection *section,
						const char *key);

/** What the core itself understands in the section of every plugin of @kind; ends with a %NULL name. */
const OffhookSetting *offhook_schema_get_own_settings(OffhookPluginKind kind);

/** Names of keys, for hints. (transfer container) */
const char **offhook_schema_list_keys(const OffhookSchemaSection *section);

/** The tools that need no section: names with '_', which no plugin has. */
#define OFFHOOK_BUILTIN_TOOLS "current_time, set_variable, send_dtmf, send_sms, schedule_call"

/** Whether @section is "driver:NAME", "engine:NAME" or "agent:NAME", or a shorthand. @name: points into it */
gboolean offhook_schema_split_plugin_section(const char *section, OffhookPluginKind *kind,
					     const char **name);

/** "tool" for "tool:NAME", which is "agent:NAME" with plugin=tool. (nullable): @section is none such */
const char *offhook_schema_get_shorthand(const char *section);
/** How the @number-th of them would call the section of the agent @name. (transfer full) (nullable): the last
 * was before */
char *offhook_schema_dup_shorthand_section(guint number, const char *name);

/** A hint for a section that nobody knows, like offhook_nearest_hint(). (transfer full) */
char *offhook_schema_hint_section(const char *section);

G_END_DECLS
