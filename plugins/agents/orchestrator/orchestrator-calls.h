/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tools that one answer of the model wants called, on their way through the toolbox: those that change
 * nothing side by side, the others one after the other and not before it is certain that the caller has
 * finished. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct _OffhookOrchestratorCalls OffhookOrchestratorCalls;

typedef struct {
	/* Exactly once for each that was started, in any order; also from cancel(). */
	void (*result)(gpointer user_data, const char *id, const char *result);
	/* @name: (nullable): from now on one runs, or none does */
	void (*running)(gpointer user_data, const char *name);
	/* A tool wants it done with the call. */
	void (*act)(gpointer user_data, OffhookAction action, const char *argument);
	/* All have their result; never from inside of start(). May free it. */
	void (*done)(gpointer user_data);
} OffhookOrchestratorCallsEvents;

/**
 * @toolbox: (transfer none) (nullable): there is no tool
 * @calls: (element-type OffhookToolCall): copied
 */
OffhookOrchestratorCalls *
offhook_orchestrator_calls_new(OffhookToolbox *toolbox, GPtrArray *calls,
			       const OffhookOrchestratorCallsEvents *events, gpointer user_data);
/** What runs is cancelled, and nobody is told. */
void offhook_orchestrator_calls_free(OffhookOrchestratorCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookOrchestratorCalls, offhook_orchestrator_calls_free)

/** @certain: the caller has finished */
void offhook_orchestrator_calls_start(OffhookOrchestratorCalls *self, gboolean certain);
/** Now he has. */
void offhook_orchestrator_calls_confirm(OffhookOrchestratorCalls *self);
/** The caller went on: what runs is cancelled, and no more is started. */
void offhook_orchestrator_calls_cancel(OffhookOrchestratorCalls *self);

G_END_DECLS
