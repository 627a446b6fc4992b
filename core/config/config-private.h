/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The inside of OffhookConfig, for the files that fill and check it. Nobody else includes this.
 */
#pragma once

#include "config/config.h"
#include "config/problems.h"
#include "config/schema.h"

G_BEGIN_DECLS

/** A value and where it was found, "FILE:LINE" or "variable NAME". */
typedef struct {
	char *text;
	char *origin;
} OffhookConfigValue;

typedef struct {
	char *name;
	char *origin;
	gboolean built_in;
	GHashTable *values; /* key -> OffhookConfigValue */
} OffhookConfigSection;

struct _OffhookConfig {
	gatomicrefcount ref_count;
	char *path; /* (nullable) */
	char *directory;
	char *state_dir;
	GHashTable *environment; /* name -> OffhookConfigValue: .env and the environment */
	GHashTable *sections;    /* name -> OffhookConfigSection; in @order */
	GPtrArray *order;        /* OffhookConfigSection, owned by @sections */
	GPtrArray *assistants;   /* OffhookAssistantConfig */
	OffhookProblems *problems;
	GPtrArray *notices;
	gboolean finished;
};

OffhookConfigValue *offhook_config_value_new(const char *text, const char *origin);
void offhook_config_value_free(gpointer data);
/** Made when it is not there. */
OffhookConfigSection *offhook_config_ensure_section(OffhookConfig *self, const char *name,
						    const char *origin);
OffhookConfigSection *offhook_config_find_section(OffhookConfig *self, const char *name);
OffhookConfigValue *offhook_config_find_value(OffhookConfig *self, const char *section,
					      const char *key); /* (nullable) */
void offhook_config_set_value(OffhookConfig *self, const char *section, const char *key,
			      const char *text, const char *origin);
/** A variable that is there and not empty. (nullable) */
OffhookConfigValue *offhook_config_find_variable(OffhookConfig *self, const char *name);
void offhook_config_add_notice(OffhookConfig *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* config-reader.c */
void offhook_config_reader_fill(OffhookConfig *self, const OffhookConfigSource *source);

/* config-check.c: after filling; values take their one form, wrong ones are dropped. */
void offhook_config_check_values(OffhookConfig *self);

/* config-plugins.c: "driver:loopback" (transfer full) */
char *offhook_config_dup_section_name(OffhookPluginKind kind, const char *name);

/* plugin-values.c: by setting; what is wrong goes into @problems. (transfer full) */
GHashTable *offhook_config_gather_values(OffhookConfig *self, OffhookPluginKind kind,
					 const char *name, const OffhookSetting *table,
					 OffhookProblems *problems);

/* assistant-config.c */
OffhookAssistantConfig *offhook_assistant_config_new(OffhookConfig *config,
						     OffhookConfigSection *section);
void offhook_assistant_config_free(gpointer data);

G_END_DECLS
