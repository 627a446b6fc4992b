/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: what the configuration is going to be, before it is written.
 */
#pragma once

#include "cli/client/client.h"
#include "cli/command/words.h"

G_BEGIN_DECLS

/** Text and secrets apart: each secret becomes a file of its own, which the text names. */
typedef struct {
	GString *text;
	GHashTable *secrets; /* name of the file -> what is in it */
} OffhookSetupFiles;

OffhookSetupFiles *offhook_setup_files_new(void);
void offhook_setup_files_free(OffhookSetupFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookSetupFiles, offhook_setup_files_free)

void offhook_setup_files_add_section(OffhookSetupFiles *self, const char *kind, const char *name);
/** @value: (nullable): then nothing */
void offhook_setup_files_add(OffhookSetupFiles *self, const char *key, const char *value);
/** "KEY-file=FILE", and the value in that file. @value: (nullable): then nothing */
void offhook_setup_files_add_secret(OffhookSetupFiles *self, const char *section, const char *key,
				    const char *value);

/** Whether there can be a file at @path, before anything is asked. */
gboolean offhook_setup_files_can_write(const char *path, GError **error);
/** Which of the files would be overwritten. (transfer full) (nullable): none */
char *offhook_setup_files_find_existing(OffhookSetupFiles *self, const char *path);

/**
 * Writes the text to @path and the secrets beside it, each whole or not at all, mode 0600; as root, to the
 * user that the service runs as.
 */
gboolean offhook_setup_files_write(OffhookSetupFiles *self, const char *path, GError **error);

/** What is known of the configuration so far. */
typedef struct {
	OffhookClient *client;
	const OffhookWords *words;
	gboolean ask; /* somebody is there, and --yes was not given */
	JsonArray *plugins;
	OffhookSetupFiles *files;
	GHashTable *known; /* set of "NAME.KEY": what could be set */
	char *driver;
	gboolean called;    /* its provider calls us */
	gboolean reachable; /* and is told where */
	char *assistant;
	char *llm; /* (nullable) */
} OffhookSetup;

/**
 * Tries it with the very files, in a folder that goes away. That the server starts is the check of the
 * configuration; without --no-test the provider and the engines are asked.
 */
gboolean offhook_setup_test(OffhookSetup *self, GError **error);

G_END_DECLS
