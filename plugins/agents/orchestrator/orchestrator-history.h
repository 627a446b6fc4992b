/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The conversation as the language model is reminded of it: what the caller said, and of the answers
 * what was heard. Bounded; the oldest turns go first, each as a whole. Main thread.
 */
#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

typedef struct _OffhookOrchestratorHistory OffhookOrchestratorHistory;

/** @max_turns: at least 1; @max_bytes: of text. The newest turn stays in any case. */
OffhookOrchestratorHistory *offhook_orchestrator_history_new(guint max_turns, gsize max_bytes);
void offhook_orchestrator_history_free(OffhookOrchestratorHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOrchestratorHistory, offhook_orchestrator_history_free)

/**
 * Somebody may have his turn: what is asked now has it at its end, but nothing lasts before
 * confirm().
 * @user: UTF-8: what the caller said; or, in square brackets, what happened
 * @words: the caller said it. When nothing was heard of the answer to the words before, and these
 *   begin with those, they are the same, said to their end
 */
void offhook_orchestrator_history_begin(OffhookOrchestratorHistory *self, const char *user,
					gboolean words);
/** It is one. Nothing happens when none has begun. */
void offhook_orchestrator_history_confirm(OffhookOrchestratorHistory *self);
/** It never was one, unless it was confirmed. */
void offhook_orchestrator_history_drop(OffhookOrchestratorHistory *self);

/**
 * The model called a tool in this turn, with @result. @said: with or after what it said; otherwise
 * before.
 */
void offhook_orchestrator_history_add_call(OffhookOrchestratorHistory *self,
					   const OffhookToolCall *call, const char *result,
					   gboolean said);

/**
 * What was heard of an answer, whoever gave it. Once more with @interrupted corrects it: it was heard
 * only so far. Interrupted, calls made with it came to nothing.
 */
void offhook_orchestrator_history_hear(OffhookOrchestratorHistory *self, const char *text,
				       gboolean interrupted);

/** Adds it all to @request. */
void offhook_orchestrator_history_fill(OffhookOrchestratorHistory *self,
				       OffhookCompletionRequest *request);

G_END_DECLS
