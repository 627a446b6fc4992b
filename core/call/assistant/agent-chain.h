/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An assistant's agents in order: a turn goes from one to the next until one answers. Main thread.
 */
#pragma once

#include <offhook/agent.h>

G_BEGIN_DECLS

typedef struct _OffhookAgentChain OffhookAgentChain;

/**
 * What a turn brings, and what it costs. `done` comes exactly once per take_turn(), never from inside it, and not after
 * a cancel; @error: (nullable): an agent failed and none answered.
 */
typedef struct {
	void (*say)(gpointer user_data, const char *text);
	void (*expect)(gpointer user_data, OffhookExpectation *expectation);
	void (*act)(gpointer user_data, OffhookAction action, const char *argument);
	void (*done)(gpointer user_data, gboolean answered, const GError *error);
	void (*speak)(gpointer user_data, GBytes *s16_16k);
	void (*spoken)(gpointer user_data, const char *words);
	void (*tool)(gpointer user_data, const char *name); /* @name: (nullable): none any more */
	/* At any time: the agent at @place used something that is paid for. */
	void (*used)(gpointer user_data, guint place, const OffhookAgentUsage *usage);
	/* The agent at @place failed, and the next one has the turn. */
	void (*failed)(gpointer user_data, guint place, const GError *error);
	/* As `act`, with a summary (nullable) for whoever goes on with the caller. */
	void (*hand_over)(gpointer user_data, OffhookAction action, const char *target,
			  const char *summary);
} OffhookAgentChainHandler;

/** @sessions: (transfer full) (element-type OffhookAgentSession) */
OffhookAgentChain *offhook_agent_chain_new(GPtrArray *sessions,
					   const OffhookAgentChainHandler *handler,
					   gpointer user_data);
void offhook_agent_chain_free(OffhookAgentChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookAgentChain, offhook_agent_chain_free)

/**
 * Begins a turn; one that is still open is cancelled. A message may be "" when an agent has heard it
 * itself; for the others it is unclear.
 */
void offhook_agent_chain_take_turn(OffhookAgentChain *self, OffhookTurnKind kind,
				   const char *message, double confidence, guint attempt,
				   JsonObject *context);
/** Whether the first agent of the chain may be asked in advance. */
gboolean offhook_agent_chain_can_speculate(OffhookAgentChain *self);
/**
 * The same with %OFFHOOK_TURN_MESSAGE before it is certain that it is a turn: as far as the chain
 * begins with agents that are %OFFHOOK_AGENT_SPECULATIVE, the others wait. confirm() or cancel()
 * follows.
 */
void offhook_agent_chain_speculate(OffhookAgentChain *self, const char *message, double confidence,
				   JsonObject *context);
/** It is one. The agents may answer inside of this. */
void offhook_agent_chain_confirm(OffhookAgentChain *self);
/** The place of the agent that has spoken last in this turn, also from inside `say` and the like; -1: none has. */
gint offhook_agent_chain_get_speaker(OffhookAgentChain *self);
gboolean offhook_agent_chain_is_busy(OffhookAgentChain *self);
void offhook_agent_chain_cancel(OffhookAgentChain *self);
void offhook_agent_chain_heard(OffhookAgentChain *self, const char *text, gboolean interrupted);

/** (transfer none) (nullable): that of the first agent that hears by itself */
OffhookTranscriber *offhook_agent_chain_get_ear(OffhookAgentChain *self);
void offhook_agent_chain_discard(OffhookAgentChain *self);
void offhook_agent_chain_cut_off(OffhookAgentChain *self, guint ms);

G_END_DECLS
