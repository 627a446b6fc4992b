/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An assistant ready to take calls: its section of the configuration with the plugins it names.
 * Immutable; reference-counted; calls keep the one they began with.
 */
#pragma once

#include "config/config.h"
#include "engine/engine-lineup.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

typedef struct {
	gatomicrefcount ref_count;
	OffhookConfig *config; /* owns settings */
	const OffhookAssistantConfig *settings;
	GPtrArray *agents;        /* of OffhookAgent, in order */
	OffhookEngineLineup *stt; /* (nullable): nobody hears */
	OffhookEngineLineup *tts; /* (nullable): nobody speaks */
	OffhookEngineLineup *llm; /* (nullable): no language model */
	gboolean takes_audio;     /* an agent of the chain wants the audio itself */
} OffhookAssistant;

OffhookAssistant *offhook_assistant_ref(OffhookAssistant *self);
void offhook_assistant_unref(OffhookAssistant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAssistant, offhook_assistant_unref)

/**
 * offhook_assistant_new:
 * @settings: belongs to @config
 *
 * Looks the plugins up. A plugin that only the built-in defaults name may be missing; then the
 * assistant does without it, as long as an agent is left.
 *
 * Returns: (transfer full) (nullable): an error of the registry, with the assistant's name
 */
OffhookAssistant *offhook_assistant_new(OffhookConfig *config,
					const OffhookAssistantConfig *settings,
					OffhookPluginRegistry *plugins, OffhookEngineHealth *health,
					GError **error);

/** Whether it takes a call of @driver to @number (nullable). */
gboolean offhook_assistant_takes(OffhookAssistant *self, const char *driver, const char *number);

/**
 * Opens the language model of a conversation. (transfer full) (nullable): no agent needs one, or
 * the assistant has none: then its agents say so
 */
OffhookCompleter *offhook_assistant_open_completer(OffhookAssistant *self, GError **error);

/**
 * Opens one session per agent. (transfer full) (element-type OffhookAgentSession)
 * @completer: (nullable): what open_completer() gave
 * @line: (nullable): the call's sound as it goes out
 * @audio: (out) (transfer none) (nullable): the session that takes the audio itself
 */
GPtrArray *offhook_assistant_open_sessions(OffhookAssistant *self, OffhookCompleter *completer,
					   const char *call_id, const char *caller,
					   const OffhookAudioFormat *line,
					   OffhookAgentSession **audio, GError **error);

G_END_DECLS
