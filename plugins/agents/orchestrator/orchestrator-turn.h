/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One turn of the history: the caller's part, the calls of tools in their order, and what was said. Main
 * thread.
 */
#pragma once

#include <offhook/completion.h>

G_BEGIN_DECLS

typedef struct {
	char *user;
	gboolean words; /* the caller said it */
	gboolean open;  /* nothing was heard of it yet: what was said counts */
	GString *said;  /* by the model */
	GString *heard;
	gsize last;       /* where in it what was heard last begins, with the space before it */
	GPtrArray *steps; /* of calls that were made at once */
} OffhookOrchestratorTurn;

OffhookOrchestratorTurn *offhook_orchestrator_turn_new(const char *user, gboolean words);
void offhook_orchestrator_turn_free(OffhookOrchestratorTurn *self);

void offhook_orchestrator_turn_add_calls(OffhookOrchestratorTurn *self, GPtrArray *calls);
/** The latest call with that @id. */
void offhook_orchestrator_turn_set_result(OffhookOrchestratorTurn *self, const char *id,
					  const char *result, gboolean pending);
/** See offhook_orchestrator_history_hear(). @text: UTF-8 */
void offhook_orchestrator_turn_hear(OffhookOrchestratorTurn *self, const char *text,
				    gboolean interrupted);
/** Whether @next (nullable) is the same turn, said to its end. */
gboolean offhook_orchestrator_turn_goes_on(const OffhookOrchestratorTurn *self,
					   const OffhookOrchestratorTurn *next);
/** Nothing came of it: neither words nor calls. */
gboolean offhook_orchestrator_turn_is_bare(const OffhookOrchestratorTurn *self);
/** In bytes of text. */
gsize offhook_orchestrator_turn_get_size(const OffhookOrchestratorTurn *self);
/** Adds what came of it to @request. */
void offhook_orchestrator_turn_fill(const OffhookOrchestratorTurn *self,
				    OffhookCompletionRequest *request);
/** Appends it as lines. */
void offhook_orchestrator_turn_describe(const OffhookOrchestratorTurn *self, GString *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOrchestratorTurn, offhook_orchestrator_turn_free)

G_END_DECLS
