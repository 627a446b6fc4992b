/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What an assistant's `orchestrator.KEY` say, on top of `[agent:orchestrator]`. Immutable, counted;
 * any thread.
 */
#pragma once

#include "orchestrator-fields.h"
#include <offhook/settings.h>

G_BEGIN_DECLS

/** Somebody the caller can be passed on to. */
typedef struct {
	char *name;   /* (nullable): how the model calls him; %NULL: there is nobody else */
	char *target; /* a number or an address; of an assistant (nullable): what it is for */
} OffhookOrchestratorDestination;

typedef struct {
	gatomicrefcount ref_count;
	double temperature; /* negative: the engine's */
	guint max_tokens;   /* of an answer */
	guint history_turns;
	gsize history_bytes;
	gboolean summarise; /* what does not fit any more */
	gboolean end_summary;
	gboolean manners;
	gboolean hang_up;        /* the model may end the call */
	GPtrArray *destinations; /* of OffhookOrchestratorDestination; empty: no transfers */
	GPtrArray *hand_overs;   /* likewise: other assistants, by their names */
	guint max_steps;         /* questions in a turn in which it may call tools */
	GPtrArray *fields;       /* of OffhookOrchestratorField: what is collected; maybe none */
	char *prompt;            /* (nullable): of the file that is named */
} OffhookOrchestratorOptions;

/**
 * @options: (nullable): the assistant's; win over @settings
 *
 * Returns: (transfer full) (nullable): %OFFHOOK_ERROR_CONFIG names key, value and expectation
 */
OffhookOrchestratorOptions *offhook_orchestrator_options_new(OffhookSettings *settings,
							     GHashTable *options, GError **error);
OffhookOrchestratorOptions *offhook_orchestrator_options_ref(OffhookOrchestratorOptions *self);
void offhook_orchestrator_options_unref(OffhookOrchestratorOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOrchestratorOptions, offhook_orchestrator_options_unref)

G_END_DECLS
