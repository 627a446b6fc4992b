/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The configuration: an immutable, reference-counted snapshot. Defaults in code, then the keyfile,
 * then `conf.d/` beside it in name order, then `.env`, then the environment; a later one wins.
 *
 * Loading has stages because plugins declare settings of their own:
 *
 *   config = offhook_config_read(&source);                    never fails, collects what is wrong
 *   ... load the plugins: their directories are in [plugins] path ...
 *   offhook_config_check_plugins(config, &directory, data);   see config/config-plugins.h
 *   offhook_config_finish(config, &error)                     all that was wrong, at once
 *
 * Until offhook_config_finish() a snapshot belongs to one thread; afterwards any thread may read.
 * A key with a wrong value reads as its default, so that the stages before the end are safe.
 */
#pragma once

#include <gio/gio.h>

#include "config/assistant-config.h"

G_BEGIN_DECLS

typedef struct _OffhookConfig OffhookConfig;

/** Where a configuration comes from. All zero: the usual places. */
typedef struct {
	const char *path; /* (nullable): --config; %NULL: the default locations, if they exist */
	const char *directory;          /* (nullable): holds `.env`; %NULL: working directory */
	const char *const *environment; /* (nullable): "NAME=value"; %NULL: the process's own */
	gboolean tolerant;              /* see offhook_config_is_tolerant() */
} OffhookConfigSource;

/**
 * offhook_config_read:
 * @source: (nullable)
 *
 * Reads all files and checks everything that can be checked without plugins.
 *
 * Returns: (transfer full): never %NULL; whether it is usable offhook_config_finish() says
 */
OffhookConfig *offhook_config_read(const OffhookConfigSource *source);

/**
 * offhook_config_finish:
 * @error: %OFFHOOK_ERROR_CONFIG: every problem found, one per line, "FILE:LINE: [section] key: ..."
 *
 * Ends the checks. From here on nothing changes any more.
 */
gboolean offhook_config_finish(OffhookConfig *self, GError **error);

/** Read and finish in one, without looking at the plugins' sections. */
OffhookConfig *offhook_config_load(const char *path, GError **error);

OffhookConfig *offhook_config_ref(OffhookConfig *self);
void offhook_config_unref(OffhookConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookConfig, offhook_config_unref)

/** Adds a problem of the daemon's own to those that offhook_config_finish() reports. */
void offhook_config_add_problem(OffhookConfig *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/**
 * Nothing wrong, but worth one line in the log: e.g. a plugin that only the built-in defaults name
 * is not installed. (element-type utf8) (transfer none)
 */
const GPtrArray *offhook_config_get_notices(OffhookConfig *self);

/**
 * Whether what keeps a plugin or an assistant from working is a notice and no problem: whoever uses the
 * others goes on, and the one is told of when it is asked for. For trying assistants, not for calls.
 */
gboolean offhook_config_is_tolerant(OffhookConfig *self);

/** The main file. (nullable): %NULL when there is none and the built-in defaults are all. */
const char *offhook_config_get_path(OffhookConfig *self);
/** What relative file names count from: the file's folder, or the working directory. */
const char *offhook_config_get_directory(OffhookConfig *self);
/** [server] state-dir with its default filled in. Not created here: see config/locations.h. */
const char *offhook_config_get_state_dir(OffhookConfig *self);

/*
 * Values of the core's sections (schema.c) by section and key, defaults filled in, e.g.
 * ("server", "auth") or ("assistant:default", "greeting"). Asking for a key that the schema does
 * not have is a programming error.
 *
 * PATH values are absolute. "store" "url" is "sqlite:/absolute/path", "sqlite::memory:" or
 * "postgresql://...". "server" "public-url" has no slash at its end. "server" "listen" is better
 * asked with offhook_config_get_listen_address().
 */
const char *offhook_config_get_string(OffhookConfig *self, const char *section,
				      const char *key); /* (nullable): not set, no default */
gint64 offhook_config_get_integer(OffhookConfig *self, const char *section, const char *key);
gboolean offhook_config_get_boolean(OffhookConfig *self, const char *section, const char *key);
double offhook_config_get_number(OffhookConfig *self, const char *section, const char *key);
/** (transfer full): the words of a list, possibly none; never %NULL */
char **offhook_config_get_list(OffhookConfig *self, const char *section, const char *key);

/**
 * What @section, "engine:NAME" or "agent:NAME", says under "price-"@unit; schema.c has the units.
 * Negative: nothing.
 */
double offhook_config_get_price(OffhookConfig *self, const char *section, const char *unit);

/** NAME of each section [@section:NAME], in the order of the files. (transfer full) */
char **offhook_config_list_named(OffhookConfig *self, const char *section);

/** [server] listen as address and port (0: any). (transfer full) */
GInetSocketAddress *offhook_config_get_listen_address(OffhookConfig *self);
/** Whether only this machine can connect. */
gboolean offhook_config_is_loopback(OffhookConfig *self);

/** In the order of the files; with none configured, the built-in one. (transfer none) */
const GPtrArray *offhook_config_get_assistants(OffhookConfig *self);
const OffhookAssistantConfig *offhook_config_find_assistant(OffhookConfig *self,
							    const char *name); /* (nullable) */

/**
 * The driver that outbound calls use unless told otherwise: [server] voice-provider
 * (VOICE_PROVIDER), else the first assistant's. (nullable): nobody says; take any active one.
 */
const char *offhook_config_get_voice_provider(OffhookConfig *self);

/**
 * offhook_config_needs_restart:
 *
 * Returns: (transfer full) (nullable): the keys ("[server] listen") that differ and that only a
 * restart changes; %NULL when a reload changes all that differs.
 */
char **offhook_config_needs_restart(OffhookConfig *old_config, OffhookConfig *new_config);

G_END_DECLS
