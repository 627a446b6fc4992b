/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the language model can do besides speaking: its own tools, which end the call or pass the caller on,
 * and those of the conversation. Any thread but offer(), which is main.
 */
#pragma once

#include "orchestrator-options.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

/** What is to be done with the call. */
typedef struct {
	gboolean acts;        /* something is */
	OffhookAction action; /* if it acts */
	char *target;         /* (nullable) */
	char *summary;        /* (nullable): for whoever goes on with the caller */
} OffhookOrchestratorEffect;

void offhook_orchestrator_effect_clear(OffhookOrchestratorEffect *self);

/** Offers to the model what the options allow, and what is in @toolbox (nullable). */
void offhook_orchestrator_tools_offer(const OffhookOrchestratorOptions *options,
				      OffhookToolbox *toolbox, OffhookCompletionRequest *request);

/** Whether @name is one of the orchestrator's own. */
gboolean offhook_orchestrator_tools_has(const OffhookOrchestratorOptions *options,
					const char *name);
/**
 * Runs one of its own.
 * @effect: (inout): empty; stays so if nothing comes of it
 *
 * Returns: (transfer none): for the model
 */
const char *offhook_orchestrator_tools_run(const OffhookOrchestratorOptions *options,
					   const OffhookToolCall *call,
					   OffhookOrchestratorEffect *effect);

G_END_DECLS
