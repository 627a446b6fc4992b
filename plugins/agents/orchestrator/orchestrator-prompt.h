/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the language model is told before anything else. Any thread.
 */
#pragma once

#include "orchestrator-options.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

/**
 * The assistant's prompt, with the variables {assistant}, {caller}, {language}, {date}, {weekday} and
 * {time} filled in, and how to talk on the telephone. (transfer full)
 * @now: the beginning of the conversation: a prompt that changes can't be cached
 */
char *offhook_orchestrator_prompt_make(const OffhookOrchestratorOptions *options,
				       const OffhookAgentOptions *session, GDateTime *now);

G_END_DECLS
