/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The conversation as the language model is reminded of it: what the caller said, what tools were called
 * and gave, and of the answers what was heard. Bounded; the oldest turns go first, each as a whole, and
 * may leave a summary. Main thread.
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
 * What was said before, in another session. @messages: (nullable) (element-type OffhookMessage): of
 * SYSTEM the first is a summary of what goes before them
 */
void offhook_orchestrator_history_load(OffhookOrchestratorHistory *self, GPtrArray *messages);

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
/** It is over. It never was one, unless it was confirmed. */
void offhook_orchestrator_history_drop(OffhookOrchestratorHistory *self);

/** What is said in this turn. The model is reminded of it while the turn goes on. */
void offhook_orchestrator_history_say(OffhookOrchestratorHistory *self, const char *text);
/**
 * The model called tools in this turn, all at once, after what it had said so far.
 * @calls: (transfer none) (element-type OffhookToolCall); none of them has a result yet. One that gets
 *   none was cancelled
 */
void offhook_orchestrator_history_add_calls(OffhookOrchestratorHistory *self, GPtrArray *calls);
/**
 * What came of a call of this turn.
 * @pending: it is done when all that was said has been heard, and comes to nothing if it is not
 */
void offhook_orchestrator_history_set_result(OffhookOrchestratorHistory *self, const char *id,
					     const char *result, gboolean pending);

/**
 * What was heard of an answer, whoever gave it. Once more with @interrupted corrects it: it was heard
 * only so far. Interrupted, what was pending came to nothing.
 */
void offhook_orchestrator_history_hear(OffhookOrchestratorHistory *self, const char *text,
				       gboolean interrupted);

/** Adds it all to @request, without the summary. */
void offhook_orchestrator_history_fill(OffhookOrchestratorHistory *self,
				       OffhookCompletionRequest *request);

/* ---- in other words ---- */

/** (nullable) (transfer none): of what is not in it any more */
const char *offhook_orchestrator_history_get_summary(OffhookOrchestratorHistory *self);
/** The caller has said something. */
gboolean offhook_orchestrator_history_has_words(OffhookOrchestratorHistory *self);
/** (transfer full): the turns as text, of all of it; "" when nothing was said */
char *offhook_orchestrator_history_describe(OffhookOrchestratorHistory *self);
/**
 * offhook_orchestrator_history_describe_oldest:
 * @end: (out): for replace_oldest()
 *
 * Returns: (transfer full) (nullable): what had better be summarised soon; %NULL: there is room enough
 */
char *offhook_orchestrator_history_describe_oldest(OffhookOrchestratorHistory *self, guint *end);
/** @summary: of what describe_oldest() gave and the summary before. */
void offhook_orchestrator_history_replace_oldest(OffhookOrchestratorHistory *self, guint end,
						 const char *summary);

G_END_DECLS
