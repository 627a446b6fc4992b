/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An assistant ready to take calls: its section of the configuration with the plugins it names.
 * Immutable; reference-counted; calls keep the one they began with.
 */
#pragma once

#include "call/assistant/session-host.h"
#include "config/config.h"
#include "engine/engine-lineup.h"
#include "plugin/registry.h"

G_BEGIN_DECLS

/** An agent that adds tools, as `tools` names it. */
typedef struct {
	const char *name; /* of the settings */
	OffhookAgent *agent;
} OffhookAssistantTool;

typedef struct _OffhookAssistant {
	gatomicrefcount ref_count;
	OffhookConfig *config; /* owns settings */
	const OffhookAssistantConfig *settings;
	GPtrArray *agents;               /* of OffhookAgent, in order */
	GPtrArray *tools;                /* of OffhookAssistantTool */
	OffhookEngineLineup *stt;        /* (nullable): nobody hears */
	OffhookEngineLineup *tts;        /* (nullable): nobody speaks */
	OffhookEngineLineup *llm;        /* (nullable): no language model */
	OffhookEngineLineup *embed;      /* (nullable) */
	gboolean takes_audio;            /* an agent of the chain wants the audio itself */
	char *model;                     /* (nullable): see get_model() */
	OffhookAssistantConfig *alone;   /* (nullable): the settings, where they are its own */
	OffhookAssistantConfig *reduced; /* (nullable): ... without what was switched off */
	struct _OffhookAssistant *base;  /* (nullable): owns what @alone shares */
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

/**
 * @base with one agent only, who is talked to by text. (transfer full); the errors of
 * offhook_assistant_new(), and %OFFHOOK_ERROR_NOT_SUPPORTED for an agent that takes no turns
 */
OffhookAssistant *offhook_assistant_new_alone(OffhookAssistant *base,
					      const OffhookAssistantChange *change,
					      OffhookPluginRegistry *plugins,
					      OffhookEngineHealth *health, GError **error);

/**
 * What the service of its language model, or of an agent that is one, calls the model that answers as
 * long as nothing fails. (nullable): there is none, or it has no name
 */
const char *offhook_assistant_get_model(OffhookAssistant *self);

/**
 * The name of the agent at @place of the chain; negative: of the last, who answers what nobody before has.
 * (transfer none)
 */
const char *offhook_assistant_get_agent_name(OffhookAssistant *self, gint place);

/** What is to be done with the conversation for @conduct; %FALSE: nothing, it goes on. */
gboolean offhook_assistant_find_action(const OffhookConduct *conduct, OffhookAction *action);
/** What is said when it is closed. (transfer none) */
const char *offhook_assistant_get_closed_message(OffhookAssistant *self);

/** Whether it takes a call of @driver to @number (nullable). */
gboolean offhook_assistant_takes(OffhookAssistant *self, const char *driver, const char *number);

/**
 * Opens the language model of a conversation. (transfer full) (nullable): no agent asks one, or
 * the assistant has none: then its agents say so. One that no agent depends on may fail without an error
 */
OffhookCompleter *offhook_assistant_open_completer(OffhookAssistant *self, GError **error);
/** (transfer full) (nullable): none of them can, or there is none: nothing depends on it */
OffhookEmbedder *offhook_assistant_open_embedder(OffhookAssistant *self);

/**
 * Opens one session per agent. (transfer full) (element-type OffhookAgentSession): the chain
 * @completer: (nullable): what open_completer() gave
 * @line: (nullable): the call's sound as it goes out
 * @host: (transfer none): outlives them; keeps those that only add tools, which are in no chain
 * @audio: (out) (transfer none) (nullable): the session that takes the audio itself
 */
GPtrArray *offhook_assistant_open_sessions(OffhookAssistant *self, OffhookCompleter *completer,
					   const char *call_id, const char *caller,
					   const OffhookAudioFormat *line, OffhookSessionHost *host,
					   OffhookAgentSession **audio, GError **error);

G_END_DECLS
