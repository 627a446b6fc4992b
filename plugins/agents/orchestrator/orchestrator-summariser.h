/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Has the language model sum up what was said, while it has nothing else to do. Main thread.
 */
#pragma once

#include <offhook/engine.h>

G_BEGIN_DECLS

typedef struct _OffhookOrchestratorSummariser OffhookOrchestratorSummariser;

typedef enum {
	OFFHOOK_ORCHESTRATOR_TO_GO_ON,  /* for the model itself, which goes on */
	OFFHOOK_ORCHESTRATOR_TO_RECORD, /* for people who look the call up */
} OffhookOrchestratorPurpose;

/**
 * @completer: (transfer none): outlives it; one question at a time is its user's to see to
 * @done: @summary: (nullable): there will be none. Never from inside of start()
 */
OffhookOrchestratorSummariser *offhook_orchestrator_summariser_new(
    OffhookCompleter *completer, const char *language,
    void (*done)(gpointer user_data, OffhookOrchestratorPurpose purpose, const char *summary),
    gpointer user_data);
void offhook_orchestrator_summariser_free(OffhookOrchestratorSummariser *self);

/** @before: (nullable): the summary of what went before @talk */
void offhook_orchestrator_summariser_start(OffhookOrchestratorSummariser *self,
					   OffhookOrchestratorPurpose purpose, const char *before,
					   const char *talk);
/** Nothing comes of it. */
void offhook_orchestrator_summariser_cancel(OffhookOrchestratorSummariser *self);
gboolean offhook_orchestrator_summariser_is_busy(OffhookOrchestratorSummariser *self);

G_END_DECLS
