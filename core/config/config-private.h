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
	gboolean tolerant; /* as the source says */
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
/** What keeps one plugin or assistant from working: a problem, unless that is tolerated. */
void offhook_config_add_refusal(OffhookConfig *self, const char *line);

/* config-reader.c */
void offhook_config_reader_fill(OffhookConfig *self, const OffhookConfigSource *source);

/* config-check.c: after filling; values take their one form, wrong ones are dropped. */
void offhook_config_check_values(OffhookConfig *self);
/* Puts in what ${state-dir} stands for. (transfer full) */
char *offhook_config_expand(OffhookConfig *self, const char *text);

/* config-secrets.c: "url" for "url-file". (transfer full) (nullable): it does not end like that */
char *offhook_config_dup_secret_name(const char *key);
/*
 * What the file says that KEY-file= of @section names, else the @credential of that name; wins over nothing:
 * with @direct, which is what KEY= says, it is a problem. (transfer full) (nullable)
 */
OffhookConfigValue *offhook_config_find_secret(OffhookConfig *self, const char *section,
					       const char *key, const char *credential,
					       const OffhookConfigValue *direct,
					       OffhookProblems *problems);

/* config-plugins.c: "driver:loopback", as the file has it: "tool:book" for an agent. (transfer full) */
char *offhook_config_dup_section_name(OffhookConfig *self, OffhookPluginKind kind,
				      const char *name);

/* plugin-values.c: by setting; what is wrong goes into @problems. (transfer full) */
GHashTable *offhook_config_gather_values(OffhookConfig *self, OffhookPluginKind kind,
					 const char *name, const OffhookSetting *table,
					 OffhookProblems *problems);

/* assistant-config.c */
OffhookAssistantConfig *offhook_assistant_config_new(OffhookConfig *config,
						     OffhookConfigSection *section);
void offhook_assistant_config_free(gpointer data);

G_END_DECLS
