/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the language model is told before anything else. Any thread.
 */
#pragma once

#include "orchestrator-options.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

/**
 * The assistant's prompt, filled in as offhook_prompt_fill() does, and how to talk on the telephone.
 * (transfer full)
 * @now: the beginning of the conversation: a prompt that changes can't be cached
 */
char *offhook_orchestrator_prompt_make(const OffhookOrchestratorOptions *options,
				       const OffhookAgentOptions *session, GDateTime *now);

/**
 * What the agents before this one have found out for this turn: the member `for_model` of each object in
 * its @context, but what is remembered where @prompt has a place for that. (transfer full) (nullable):
 * nothing
 */
char *offhook_orchestrator_prompt_collect(const char *prompt, JsonObject *context);

/**
 * The instructions of one question. (transfer full)
 * @prompt: what make() gave
 * @summary: (nullable): of what is not in the history any more
 * @details: (nullable): that the caller has given
 * @knowledge: (nullable): what collect() gave
 */
char *offhook_orchestrator_prompt_complete(const char *prompt, const char *summary,
					   const char *details, const char *knowledge);

G_END_DECLS
