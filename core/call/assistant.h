/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An assistant: a section of the configuration that says which driver and number, which agents and
 * engines, and how it speaks. Immutable; reference-counted; calls keep the one they began with.
 */
#pragma once

#include "config/config.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

typedef struct {
	gatomicrefcount ref_count;
	char *name;
	char **drivers;    /* takes calls of these; empty: of any */
	char *number;      /* (nullable): only calls to this number */
	GPtrArray *agents; /* of OffhookAgent, in order */
	char **agent_names;
	OffhookEngine *transcriber; /* (nullable) */
	OffhookEngine *synthesizer; /* (nullable) */
	char *greeting;             /* (nullable) */
	char *language;
	char *voice; /* (nullable) */
	gboolean interruptible;
	gboolean recording;
	GHashTable *agent_options; /* "<agent>.<key>" -> value */
} OffhookAssistant;

OffhookAssistant *offhook_assistant_ref(OffhookAssistant *self);
void offhook_assistant_unref(OffhookAssistant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAssistant, offhook_assistant_unref)

/**
 * offhook_assistant_load_all:
 *
 * All assistants of @config, in the order of the file, with their plugins looked up.
 *
 * Returns: (transfer full) (element-type OffhookAssistant) (nullable): %NULL with all errors
 */
GPtrArray *offhook_assistant_load_all(OffhookConfig *config, OffhookPluginRegistry *plugins,
				      GError **error);

/** Whether it takes a call of @driver to @number (nullable). */
gboolean offhook_assistant_takes(OffhookAssistant *self, const char *driver, const char *number);

/** Opens one session per agent. (transfer full) (element-type OffhookAgentSession) */
GPtrArray *offhook_assistant_open_sessions(OffhookAssistant *self, const char *call_id,
					   const char *caller, GError **error);

G_END_DECLS
