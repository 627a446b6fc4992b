/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the language model can do besides speaking: end the call, and transfer it. Any thread.
 */
#pragma once

#include "orchestrator-options.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

/** Offers to the model what the options allow. */
void offhook_orchestrator_tools_offer(const OffhookOrchestratorOptions *options,
				      OffhookCompletionRequest *request);

/** What a call of a tool comes to. */
typedef struct {
	gboolean acts;        /* the call is to be left */
	OffhookAction action; /* if it acts */
	const char *target;   /* (nullable): of a transfer; belongs to the options */
	const char *result;   /* for the model */
} OffhookOrchestratorEffect;

/** %FALSE: there is no such tool. */
gboolean offhook_orchestrator_tools_run(const OffhookOrchestratorOptions *options,
					const OffhookToolCall *call,
					OffhookOrchestratorEffect *effect);

G_END_DECLS
