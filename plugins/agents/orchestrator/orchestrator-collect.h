/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Details that the model asks the caller for. It saves them with a tool; whether they are any, what is
 * missing, and whether the caller has agreed to just these is decided here. Main thread.
 */
#pragma once

#include "orchestrator-fields.h"
#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct _OffhookOrchestratorCollect OffhookOrchestratorCollect;

/**
 * @fields: (transfer none) (element-type OffhookOrchestratorField): not empty
 * @host: (transfer none): gets the tool, and what was collected; outlives it
 *
 * Returns: (transfer full) (nullable): the tool's name is taken
 */
OffhookOrchestratorCollect *
offhook_orchestrator_collect_new(GPtrArray *fields, OffhookAgentHost *host, GError **error);
/** Takes the tool away. */
void offhook_orchestrator_collect_free(OffhookOrchestratorCollect *self);

/** What the model is told once, on @today. (transfer full) */
char *offhook_orchestrator_collect_instruct(OffhookOrchestratorCollect *self, GDateTime *today);
/** ... and with each question: what is there. (transfer full) */
char *offhook_orchestrator_collect_describe(OffhookOrchestratorCollect *self);

/** The caller has said or pressed something, certainly: it may be a yes to what was there before. */
void offhook_orchestrator_collect_begin_turn(OffhookOrchestratorCollect *self);
/**
 * What the caller is to say next, after an answer that is a question (@asks). (transfer full) (nullable):
 * anything
 */
OffhookExpectation *offhook_orchestrator_collect_expect(OffhookOrchestratorCollect *self,
							gboolean asks);
/** (transfer none) (nullable): the detail for which keys were expected last */
const char *offhook_orchestrator_collect_get_keyed(OffhookOrchestratorCollect *self);

G_END_DECLS
